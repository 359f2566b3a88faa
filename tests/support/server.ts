import { randomBytes } from 'node:crypto';
import pg from 'pg';

export const TEST_SECRET = 'a secret that only tests know';
export const EMPTY_TEMPLATE = 'template_empty';
export const DEMO_TEMPLATE = 'template_demo';

/** The administrator's address of a database on the tests' server. */
export function databaseAddress(database: string): string {
  const address = process.env.TEST_DATABASE_URL;
  if (!address)
    throw new Error('the tests that need a database run with `npm test`, not with `npm run test:fast`');
  return addressOn(address, database);
}

export function addressOn(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.toString();
}

async function asAdmin(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseAddress('postgres') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** A database of its own for one test file, cloned from a template. */
export async function cloneDatabase(template: string): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdmin(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY file_copy`);
  return { url: databaseAddress(name), drop: () => asAdmin(`DROP DATABASE ${name} WITH (FORCE)`) };
}
