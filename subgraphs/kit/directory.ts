import type { Logger } from 'pino';
import type { Database, Db } from './database';
import { ancestorsAndSelf } from './jurisdiction';
import { readableByAll } from './policies';
import type { RegistryRoutes } from './registry-routes';
import { Trouble } from './trouble';

/*
 * A subgraph's own copy of the registry's directory.
 *
 * Rules need to know of units what no caller should have to send along: whether one exists, what it is there for, where
 * it may act, where it stands. No foreign key leaves a schema and no subgraph reads another's tables, so each keeps a
 * copy, filled through the registry's internal route and renewed while it runs. While the registry is away the copy
 * stands as it was last known.
 */

/** What the registry tells gateways of a unit, on its internal route `agencies`. */
export interface DirectoryEntry {
  readonly code: string;
  readonly name: string;
  readonly jurisdiction: string;
  readonly functions: readonly string[];
  readonly remit: readonly string[];
}

/** A unit in a subgraph's copy. Degrees (WGS 84) and meters; all three null for a unit without a location. */
export interface AgencyRow {
  code: string;
  name: string;
  jurisdiction: string;
  functions: string[];
  remit: string[];
  latitude: number | null;
  longitude: number | null;
  radius_meters: number | null;
}

/** What the internal route `directory` answers; no agencies when the caller's version is the present one. */
export interface DirectoryAnswer {
  readonly version: number;
  readonly agencies: readonly AgencyRow[] | null;
}

const COLUMNS = [
  'code',
  'name',
  'jurisdiction',
  'functions',
  'remit',
  'latitude',
  'longitude',
  'radius_meters',
] as const satisfies (keyof AgencyRow)[];

/** SQL that makes the table of a subgraph's copy; once a schema. Any signed-in unit reads it. */
export const createDirectory = (subgraph: string): string => `
  CREATE TABLE agencies (
    code text COLLATE "C" PRIMARY KEY,
    name text NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    functions text[] NOT NULL,
    remit text[] NOT NULL,
    latitude double precision,
    longitude double precision,
    radius_meters int
  );
  CREATE INDEX agencies_by_place ON agencies (jurisdiction, code);
  ${readableByAll({ subgraph, table: 'agencies', item: 'registry.directory' })}`;

export async function agenciesByCode(db: Db, codes: readonly string[]): Promise<AgencyRow[]> {
  return db<AgencyRow>('agencies')
    .comment('directory.byCode')
    .select<AgencyRow[]>(...COLUMNS)
    .whereIn('code', [...codes]);
}

/** The units of a range of places (see `rangeOf`) that have a function, in the order of their codes. */
export async function agenciesIn(
  db: Db,
  { from, below }: { from: string; below: string },
  functionCode: string,
): Promise<AgencyRow[]> {
  return db<AgencyRow>('agencies')
    .comment('directory.in')
    .select<AgencyRow[]>(...COLUMNS)
    .where('jurisdiction', '>=', from)
    .where('jurisdiction', '<', below)
    .whereRaw('functions @> ARRAY[?]::text[]', [functionCode])
    .orderBy('code');
}

/**
 * The units that have a function in exactly one of the places or in one above it, in one statement: what
 * {@link nearestOf} chooses from.
 */
export async function agenciesAbove(
  db: Db,
  places: readonly string[],
  functionCode: string,
): Promise<AgencyRow[]> {
  return db<AgencyRow>('agencies')
    .comment('directory.above')
    .select<AgencyRow[]>(...COLUMNS)
    .whereIn('jurisdiction', [...new Set(places.flatMap(ancestorsAndSelf))])
    .whereRaw('functions @> ARRAY[?]::text[]', [functionCode])
    .orderBy('code');
}

/** Of units with a function the one of a place, or of the nearest place above it; of several there the first code. */
export function nearestOf(agencies: readonly AgencyRow[], place: string): AgencyRow | null {
  for (const level of ancestorsAndSelf(place).reverse()) {
    const found = agencies.find(({ jurisdiction }) => jurisdiction === level);
    if (found) return found;
  }
  return null;
}

/** Puts the registry's present units in the place of those that the copy held. */
export async function replaceDirectory(db: Db, agencies: readonly AgencyRow[]): Promise<void> {
  await db.raw(
    `/* directory.replace */
     INSERT INTO agencies (${COLUMNS.join(', ')})
     SELECT ${COLUMNS.join(', ')} FROM jsonb_to_recordset(?) AS unit (
       code text, name text, jurisdiction text, functions text[], remit text[],
       latitude double precision, longitude double precision, radius_meters int)
     ON CONFLICT (code) DO UPDATE SET ${COLUMNS.map((column) => `${column} = EXCLUDED.${column}`).join(', ')}`,
    [JSON.stringify(agencies)],
  );
  await db.raw('/* directory.drop */ DELETE FROM agencies WHERE NOT (code = ANY (?::text[]))', [
    agencies.map(({ code }) => code),
  ]);
}

const POLL_MS = 2_000;

/** Keeps a subgraph's copy of the directory fresh while the subgraph runs. */
export class DirectoryCopy {
  /** The version that this process knows to be in the table; none at first, since another may have written it. */
  #version: number | null = null;
  #timer: NodeJS.Timeout | null = null;
  readonly #trouble: Trouble;
  #refreshing: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly routes: Pick<RegistryRoutes, 'ask'>,
    logger: Logger,
  ) {
    this.#trouble = new Trouble(logger, {
      began: 'the directory is not fresh; units stay as they were',
      ended: 'the directory is fresh again',
    });
  }

  /** Resolves after the first refresh, whether or not the registry answered; then refreshes until `stop`. */
  async start(): Promise<void> {
    const poll = async () => {
      await this.#try();
      if (this.#timer) this.#timer = setTimeout(poll, POLL_MS).unref();
    };
    await this.#try();
    this.#timer = setTimeout(poll, POLL_MS).unref();
  }

  async stop(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    await this.#refreshing;
  }

  /** Brings the copy up to date. Throws when the registry does not answer. */
  async refresh(): Promise<void> {
    const answer = (await this.routes.ask('directory', { since: this.#version }, [
      'version',
      'agencies',
    ])) as DirectoryAnswer;
    const { version, agencies } = answer;
    if (agencies) await this.database.asOwner((db) => replaceDirectory(db, agencies));
    this.#version = version;
  }

  #try(): Promise<void> {
    this.#refreshing = this.refresh().then(
      () => this.#trouble.succeeded(),
      (error: unknown) => this.#trouble.failed(error),
    );
    return this.#refreshing;
  }
}
