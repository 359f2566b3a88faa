import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import pino from 'pino';
import { type EmbeddedServer, startEmbeddedPostgres } from '../../scripts/embedded-postgres';
import { SUBGRAPHS } from '../../subgraphs';
import { Keyring } from '../../subgraphs/kit/keyring';
import { type RunningSubgraph, startSubgraph } from '../../subgraphs/kit/start';
import { addressOn, DEMO_TEMPLATE, EMPTY_TEMPLATE, TEST_SECRET } from './server';
import { cacheKey, putIntoCache, takeFromCache } from './template-cache';

/**
 * One PostgreSQL for all tests, with two templates that each test file clones: the tables with their reference data,
 * and the same with the demo. They are built once per state of what they come from, and kept for later runs.
 * `npm run test:fast` does without.
 */
export default async function globalSetup(): Promise<void> {
  if (process.env.WITHOUT_DATABASE) return;
  const testDirectory = mkdtempSync(path.join(tmpdir(), 'delta-hub-test-'));
  const directory = path.join(testDirectory, 'postgres');
  const key = cacheKey();
  if (!(await takeFromCache(key, directory))) {
    const server = await start(directory);
    await createDatabase(server.url, EMPTY_TEMPLATE);
    await fill(server.url, EMPTY_TEMPLATE, false);
    await createDatabase(server.url, `${DEMO_TEMPLATE} TEMPLATE ${EMPTY_TEMPLATE}`);
    await fill(server.url, DEMO_TEMPLATE, true);
    await server.stop();
    await putIntoCache(key, directory);
  }
  const embeddedServer: EmbeddedServer = await start(directory);
  process.env.TEST_DATABASE_URL = embeddedServer.url;
  Object.assign(globalThis, { embeddedServer, testDirectory });
}

const start = (directory: string): Promise<EmbeddedServer> =>
  startEmbeddedPostgres({
    directory,
    password: TEST_SECRET,
    // What the tests leave behind is thrown away, so nothing need reach the disk.
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '400' },
  });

async function createDatabase(url: string, definition: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`CREATE DATABASE ${definition}`);
  await client.end();
}

async function fill(server: string, database: string, hasDemo: boolean): Promise<void> {
  const started: RunningSubgraph[] = [];
  for (const definition of SUBGRAPHS) {
    const running = await startSubgraph(definition, {
      adminUrl: addressOn(server, database),
      keyring: new Keyring([TEST_SECRET]),
      hasDemo,
      registry: started.find(({ subgraph }) => subgraph.name === 'registry')?.subgraph,
      logger: pino({ level: 'silent' }),
    });
    started.push(running);
  }
  for (const { stop } of started) await stop();
}
