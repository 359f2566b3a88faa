import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import pino from 'pino';
import { type EmbeddedServer, startEmbeddedPostgres } from '../../scripts/embedded-postgres';
import { SUBGRAPHS } from '../../subgraphs';
import { Keyring } from '../../subgraphs/kit/keyring';
import { type RunningSubgraph, startSubgraph } from '../../subgraphs/kit/start';
import { DEMO_TEMPLATE, databaseAddress, EMPTY_TEMPLATE, TEST_SECRET } from './server';

/**
 * One PostgreSQL for all tests, with two templates that each test file clones: the tables with their reference data,
 * and the same with the demo. `--selectProjects`-like switches are not needed: `npm run test:fast` skips this file.
 */
export default async function globalSetup(): Promise<void> {
  if (process.env.WITHOUT_DATABASE) return;
  const directory = mkdtempSync(path.join(tmpdir(), 'delta-hub-test-'));
  const server = await startEmbeddedPostgres({
    directory: path.join(directory, 'postgres'),
    password: TEST_SECRET,
    // What the tests leave behind is thrown away, so nothing need reach the disk.
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '400' },
  });
  process.env.TEST_DATABASE_URL = server.url;
  Object.assign(globalThis, { embeddedServer: server satisfies EmbeddedServer, testDirectory: directory });

  await createDatabase(server.url, EMPTY_TEMPLATE);
  await fill(EMPTY_TEMPLATE, false);
  await createDatabase(server.url, `${DEMO_TEMPLATE} TEMPLATE ${EMPTY_TEMPLATE}`);
  await fill(DEMO_TEMPLATE, true);
}

async function createDatabase(url: string, definition: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`CREATE DATABASE ${definition}`);
  await client.end();
}

async function fill(database: string, hasDemo: boolean): Promise<void> {
  const started: RunningSubgraph[] = [];
  for (const definition of SUBGRAPHS) {
    const running = await startSubgraph(definition, {
      adminUrl: databaseAddress(database),
      keyring: new Keyring([TEST_SECRET]),
      hasDemo,
      registry: started.find(({ subgraph }) => subgraph.name === 'registry')?.subgraph,
      logger: pino({ level: 'silent' }),
    });
    started.push(running);
  }
  for (const { stop } of started) await stop();
}
