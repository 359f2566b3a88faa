import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { reportedPlaces } from '../../scripts/bench/labor-flow/gravity';
import { DataDirectory } from '../../scripts/data-directory';
import { freePort, ScriptProcess, tokenFor, useFolder } from '../support/process';

const READY = /GraphQL\s+(http:\S+)\/graphql/;
const REPORTER = '340000-HRSS';
const MONTH = '2020-01';
const BATCH_SIZE = 2_000;
const SECTORS = [...'ABCDEFGHIJKLMNOPQRST'];
const VICTIMS = ['script', 'hub', 'database'] as const;

/** Distinct figures, as many as are wanted, the same every time; a third of them small. */
function* linesOf(rows: number, places: readonly string[]): Generator<string> {
  let written = 0;
  for (const origin of places.filter((code) => code.startsWith('34'))) {
    for (const destination of places) {
      for (const sector of SECTORS) {
        if (written === rows) return;
        yield `${origin},${destination},${sector},${(written * 7919) % (written % 3 === 0 ? 10 : 5_000)}\n`;
        written += 1;
      }
    }
  }
}

async function digestOf(lines: Iterable<string> | AsyncIterable<string>): Promise<string> {
  const hash = createHash('sha256');
  for await (const line of lines) hash.update(line);
  return hash.digest('hex');
}

/** What the server of a hub's own database says of itself: its process, and where it listens. */
function serverOf({ postgres }: DataDirectory): { pid: number; port: number } {
  const [pid, , , port] = readFileSync(path.join(postgres, 'postmaster.pid'), 'utf8').split('\n');
  return { pid: Number(pid), port: Number(port) };
}

/** The administrator's address of a running hub's own database. */
const addressOf = (data: DataDirectory): string =>
  // The password is kept in the directory.
  `postgres://hub_admin:${data.postgresPassword('')}@127.0.0.1:${serverOf(data).port}/hub`;

/** Holds what is stored against the file: every row, each reported once, and the sums of all. */
async function checkStored(url: string, expected: { rows: number; digest: string }): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('SET search_path = personnel');
    const stored = client.query(
      copyTo(`COPY (SELECT origin || ',' || destination || ',' || sector || ',' || workers FROM labor_flow_reports
        WHERE month = '${MONTH}' ORDER BY origin, destination, sector) TO STDOUT`),
    );
    expect(await digestOf(stored)).toBe(expected.digest);
    const { rows: changes } = await client.query(
      `SELECT count(*)::int AS changes, max(revision) AS revision, count(DISTINCT (origin, destination, sector))::int AS figures,
         count(*) FILTER (WHERE position IS NULL)::int AS unnumbered
       FROM labor_flow_changes JOIN feed_transactions ON feed_transactions.id = transaction_id WHERE month = $1`,
      [MONTH],
    );
    expect(changes).toEqual([{ changes: expected.rows, revision: 1, figures: expected.rows, unnumbered: 0 }]);
    const { rows: batches } = await client.query(
      'SELECT sum(new_rows)::int AS new, count(*)::int AS batches FROM labor_flow_batches WHERE month = $1',
      [MONTH],
    );
    expect(batches).toEqual([{ new: expected.rows, batches: Math.ceil(expected.rows / BATCH_SIZE) }]);
    const { rows: wrong } = await client.query(
      `SELECT origin, destination, sector, sum(cells) AS cells, sum(workers) AS workers, sum(public_workers) AS public
       FROM labor_flow_sums WHERE month = $1 AND sector <> '' GROUP BY 1, 2, 3
       EXCEPT
       SELECT labor_flow_prefecture(origin), labor_flow_prefecture(destination), sector, count(*), sum(workers), sum(public_workers)
       FROM labor_flow_reports WHERE month = $1 GROUP BY 1, 2, 3`,
      [MONTH],
    );
    expect(wrong).toEqual([]);
  } finally {
    await client.end();
  }
}

/** How many batches a push has finished, by its own account. */
function finishedBatches(stateFile: string): number {
  if (!existsSync(stateFile)) return 0;
  try {
    const { finished } = JSON.parse(readFileSync(stateFile, 'utf8')) as { finished: [number, number][] };
    return finished.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  } catch {
    return 0;
  }
}

/** Tests of an import whose script, hub and database are killed in turn, so many times in all. */
export function testImportKills({ kills, rows }: { kills: number; rows: number }): void {
  describe(`an import of ${rows} rows whose script, hub and database are killed ${kills} times`, () => {
    const folder = useFolder();

    it(
      'leaves exactly the rows of the file, each reported once, and sums that are theirs',
      async () => {
        const data = new DataDirectory(path.join(folder.path, 'hub'));
        const port = await freePort();
        const environment = {
          HUB_DATA_DIR: path.join(folder.path, 'hub'),
          PORT: String(port),
          LOG_LEVEL: 'silent',
        };
        const startHub = async () => {
          const hub = new ScriptProcess('start.ts', [], environment);
          await hub.says(READY);
          return hub;
        };
        let hub = await startHub();
        const token = tokenFor(REPORTER, environment);
        const file = path.join(folder.path, 'flows.csv');
        const places = await reportedPlaces('all');
        const content = function* () {
          yield 'origin,destination,sector,workers\n';
          yield* linesOf(rows, places);
        };
        await pipeline(Readable.from(content()), createWriteStream(file));
        const startScript = () =>
          new ScriptProcess(
            'labor-flow/index.ts',
            [
              ...['push', file, '--side', 'ORIGIN', '--month', MONTH, '--batch-size', String(BATCH_SIZE)],
              ...['--parallel', '2', '--give-up-after', '600', '--url', `http://127.0.0.1:${port}/graphql`],
            ],
            { HUB_TOKEN: token },
          );
        const batches = Math.ceil(rows / BATCH_SIZE);
        let script = startScript();
        let exited: number | null | undefined;
        const watch = (of: ScriptProcess) => {
          exited = undefined;
          void of.exitCode().then((code) => {
            if (of === script) exited = code;
          });
        };
        watch(script);
        for (let kill = 0; kill < kills; kill += 1) {
          // Spread over the import, and then at any moment.
          const due = Math.floor((batches * (kill + 0.5)) / kills);
          while (finishedBatches(`${file}.labor-flow-state.json`) < due && exited === undefined)
            await wait(5);
          expect(exited).toBeUndefined();
          await wait(Math.random() * 60);
          const victim = VICTIMS[kill % VICTIMS.length];
          if (victim === 'script') {
            await script.end('SIGKILL');
            script = startScript();
            watch(script);
          } else {
            if (victim === 'database') process.kill(serverOf(data).pid, 'SIGKILL');
            await hub.end('SIGKILL');
            hub = await startHub();
          }
        }
        expect([await script.exitCode(), script.stdout]).toEqual([
          0,
          expect.stringContaining(', 0 refused.'),
        ]);
        // Every committed batch is in the feed by now, or is entered within a second.
        await wait(2_000);
        await checkStored(addressOf(data), { rows, digest: await digestOf(linesOf(rows, places)) });
        await hub.end();
      },
      120_000 + kills * 60_000,
    );
  });
}
