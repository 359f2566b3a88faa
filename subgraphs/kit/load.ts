import { createReadStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';
import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Database, Db } from './database';
import type { Migration } from './migrate';

/** The first migration of every subgraph: which data sets have been loaded, so that each is loaded once. */
export const createDatasets: Migration = {
  name: '000_create_datasets',
  up: (sql) =>
    sql(`
      CREATE TABLE datasets (
        name text COLLATE "C" PRIMARY KEY,
        version text NOT NULL,
        loaded_at timestamptz NOT NULL DEFAULT now()
      );
      ALTER TABLE datasets ENABLE ROW LEVEL SECURITY;`),
};

/** A set of rows that belongs to a subgraph: reference data, or the demo. */
export interface Dataset {
  readonly name: string;
  /** Another version is loaded anew. */
  readonly version: string;
  readonly load: (db: Db, connection: PoolClient) => Promise<void>;
}

/** Loads a data set unless this version of it is there, in one transaction: all of it or nothing. */
export async function loadOnce(database: Database, dataset: Dataset): Promise<'loaded' | 'present'> {
  const load = async (db: Db, connection: PoolClient): Promise<'loaded' | 'present'> => {
    await db.raw('/* datasets.lock */ LOCK TABLE datasets IN SHARE ROW EXCLUSIVE MODE');
    const present = await db('datasets')
      .comment('datasets.present')
      .where({ name: dataset.name, version: dataset.version });
    if (present.length > 0) return 'present';
    await dataset.load(db, connection);
    await db('datasets')
      .comment('datasets.mark')
      .insert({ name: dataset.name, version: dataset.version })
      .onConflict('name')
      .merge({ version: dataset.version, loaded_at: new Date() });
    return 'loaded';
  };
  return database.asOwner(load, { limitMs: Number.POSITIVE_INFINITY });
}

/** COPYs lines of CSV, header included, into a table's columns. */
export async function copyCsv(
  connection: PoolClient,
  into: { table: string; columns: readonly string[] },
  ...lines: [source: NodeJS.ReadableStream, ...through: Transform[]]
): Promise<void> {
  const copy = connection.query(
    copyFrom(
      `COPY ${into.table} (${into.columns.join(', ')}) FROM STDIN WITH (FORMAT csv, HEADER true, NULL '')`,
    ),
  );
  await pipeline([...lines, copy]);
}

/** GB/T 2260 codes with names, level and parent (`code,name,level,parent_code`): see the notice beside the file. */
export const DIVISIONS = {
  version: '2023-06-30',
  open: (): NodeJS.ReadableStream =>
    createReadStream(`${__dirname}/reference/divisions.csv.gz`).pipe(createGunzip()),
};

/** Passes on the lines (the first is the header) of which `keeps` says so. */
export function filterLines(keeps: (line: string) => boolean): Transform {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let isHeader = true;
  const pick = (lines: string[]) => {
    const kept = lines.filter((line, i) => (isHeader && i === 0) || (line !== '' && keeps(line)));
    if (lines.length > 0) isHeader = false;
    return kept.map((line) => `${line}\n`).join('');
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      rest += decoder.write(chunk);
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      done(null, pick(lines));
    },
    flush(done) {
      done(null, rest === '' ? '' : pick([rest]));
    },
  });
}
