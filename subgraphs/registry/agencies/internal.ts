import type { Database } from '../../kit/database';
import type { DirectoryAnswer, DirectoryEntry } from '../../kit/directory';
import { WHILE_ASKED } from '../../kit/registry-routes';
import { agenciesByCode, directory, directoryVersion, functionsOf, remitsOf, unitNames } from './store';

/** What gateways need to know of units to mint their viewers. Unknown codes are left out. */
export async function answerAgencies(
  database: Database,
  body: unknown,
): Promise<{ agencies: DirectoryEntry[] }> {
  const { codes } = body as { codes: string[] };
  return database.asOwner(async (db) => {
    const [units, functions, remits] = await Promise.all([
      agenciesByCode(db, codes),
      functionsOf(db, codes),
      remitsOf(db, codes),
    ]);
    const agencies = units.map(({ code, name, jurisdiction }) => ({
      code,
      name,
      jurisdiction,
      functions: functions.filter((f) => f.agency === code).map((f) => f.code),
      remit: remits.filter((r) => r.agency === code).map((r) => r.jurisdiction),
    }));
    return { agencies };
  }, WHILE_ASKED);
}

/** The whole directory, for the copies that subgraphs keep; only its version to who has that already. */
export async function answerDirectory(database: Database, body: unknown): Promise<DirectoryAnswer> {
  const { since } = body as { since: number | null };
  return database.asOwner(async (db) => {
    // The version first: what changes between the two is asked for again, and never missed.
    const version = await directoryVersion(db);
    return { version, agencies: version === since ? null : await directory(db) };
  }, WHILE_ASKED);
}

/** Every unit by name, for the pages on which a demo unit is chosen. */
export const answerUnits = (
  database: Database,
): Promise<{ code: string; name: string; jurisdiction: string }[]> =>
  database.asOwner((db) => unitNames(db), WHILE_ASKED);
