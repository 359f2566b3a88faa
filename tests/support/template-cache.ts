import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const ROOT = path.join(__dirname, '../..');
const CACHE = path.join(ROOT, 'node_modules/.cache/delta-hub/test-databases');
/** What a database's tables, reference data and demo can come from. */
const SOURCES = ['subgraphs', 'schema', 'scripts/embedded-postgres.ts', 'tests/support/global-setup.ts'];
/** Resolvers answer queries; nothing that is loaded passes through them. */
const WITHOUT_EFFECT = /resolvers\.ts$|\.generated\.|schema-types\.ts$|supergraph\.graphql$/;
const KEPT = 4;

/** Names the databases that today's demo and the sources as they stand would give. */
export function cacheKey(): string {
  const hash = createHash('sha256').update(new Date().toISOString().slice(0, 10)).update(process.version);
  for (const source of SOURCES) {
    for (const file of filesIn(path.join(ROOT, source))) {
      if (!WITHOUT_EFFECT.test(file))
        hash.update(path.relative(ROOT, file)).update('\0').update(readFileSync(file));
    }
  }
  return hash.digest('hex').slice(0, 20);
}

function* filesIn(place: string): Generator<string> {
  if (!statSync(place).isDirectory()) {
    yield place;
    return;
  }
  for (const name of readdirSync(place).sort()) yield* filesIn(path.join(place, name));
}

/** Copies the server's directory of an earlier run to `directory`; false when there is none. */
export async function takeFromCache(key: string, directory: string): Promise<boolean> {
  const cached = path.join(CACHE, key);
  if (!existsSync(cached)) return false;
  const now = new Date();
  utimesSync(cached, now, now);
  return copy(path.join(cached, 'postgres'), directory);
}

/** Keeps a stopped server's directory for later runs, and drops those that were used longest ago. */
export async function putIntoCache(key: string, directory: string): Promise<void> {
  const underway = path.join(CACHE, `${key}.${process.pid}`);
  mkdirSync(underway, { recursive: true });
  try {
    if (await copy(directory, path.join(underway, 'postgres'))) renameSync(underway, path.join(CACHE, key));
  } catch {
    // Another run was first.
  } finally {
    rmSync(underway, { recursive: true, force: true });
  }
  const usedAt = (name: string) => statSync(path.join(CACHE, name)).mtimeMs;
  const complete = readdirSync(CACHE).filter((name) => !name.includes('.'));
  for (const name of complete.sort((a, b) => usedAt(b) - usedAt(a)).slice(KEPT)) {
    rmSync(path.join(CACHE, name), { recursive: true, force: true });
  }
}

/** PostgreSQL insists on the owner and the mode of its files, which only `cp` keeps; without it nothing is cached. */
async function copy(from: string, to: string): Promise<boolean> {
  try {
    await promisify(execFile)('cp', ['-a', from, to]);
    return true;
  } catch {
    rmSync(to, { recursive: true, force: true });
    return false;
  }
}
