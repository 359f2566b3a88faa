import type { Database } from '../../kit/database';
import { WHILE_ASKED } from '../../kit/registry-routes';
import { approvedGrants } from './store';

/** An approved grant, as gateways open rows by it between its first and its last day. */
export interface GrantEntry {
  readonly item: string;
  readonly provider: string;
  readonly consumer: string;
  readonly purpose: string;
  readonly validFrom: string;
  readonly validUntil: string;
}

/** Every approved grant, unless a gateway has those of this version; see the body's `since`. */
export async function answerGrants(
  database: Database,
  body: unknown,
): Promise<{ version: number; grants: GrantEntry[] | null }> {
  const { since } = body as { since: number | null };
  const { version, grants } = await database.asOwner((db) => approvedGrants(db, since), WHILE_ASKED);
  return {
    version,
    grants:
      grants?.map(({ item, provider, consumer, purpose, valid_from, valid_until }) => ({
        ...{ item, provider, consumer, purpose },
        ...{ validFrom: valid_from, validUntil: valid_until },
      })) ?? null,
  };
}
