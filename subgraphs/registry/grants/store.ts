import { randomUUID } from 'node:crypto';
import {
  type Connection,
  type Keyset,
  keyParents,
  PARENT,
  type PageArgs,
  pagesByParent,
} from '../../kit/connection';
import type { Db } from '../../kit/database';
import {
  EXPIRING,
  isExpiring,
  type SharingGrantRequest,
  type SharingGrantStatus,
  type SharingGrantStep,
  STEPS,
  type StoredStatus,
} from './rules';

export interface SharingGrantRow {
  id: string;
  item: string;
  provider: string;
  consumer: string;
  purpose: string;
  status: StoredStatus;
  valid_from: string;
  valid_until: string;
  requested_at: Date;
  requested_by: string;
  decided_at: Date | null;
  decided_by: string | null;
  revoked_at: Date | null;
  reason: string | null;
}

export interface SharingGrantEventRow {
  sharing_grant: string;
  status: StoredStatus;
  at: Date;
  actor: string;
  agency: string;
  reason: string | null;
}

export type SharingGrantRole = 'CONSUMER' | 'PROVIDER';

export interface SharingGrantFilter extends PageArgs {
  role?: SharingGrantRole | null;
  item?: string | null;
  status?: SharingGrantStatus | null;
  counterpart?: string | null;
}

/** Who does something, and when it happened. */
interface Act {
  user: string;
  agency: string;
  at: Date;
}

const COLUMNS = [
  'id',
  'item',
  'provider',
  'consumer',
  'purpose',
  'status',
  'valid_from',
  'valid_until',
  'requested_at',
  'requested_by',
  'decided_at',
  'decided_by',
  'revoked_at',
  'reason',
];
const LATEST_FIRST: Keyset = {
  name: 'sharingGrants',
  columns: ['requested_at', 'id'],
  direction: 'desc',
  maximum: 200,
};

export async function grantsById(db: Db, ids: readonly string[]): Promise<SharingGrantRow[]> {
  return db<SharingGrantRow>('sharing_grants')
    .comment('grants.byId')
    .select<SharingGrantRow[]>(COLUMNS)
    .whereIn('id', [...ids]);
}

/** The steps of each grant, the earliest first. */
export async function eventsOfGrants(db: Db, grants: readonly string[]): Promise<SharingGrantEventRow[]> {
  return db<SharingGrantEventRow>('sharing_grant_events')
    .comment('grants.events')
    .select<SharingGrantEventRow[]>('sharing_grant', 'status', 'at', 'actor', 'agency', 'reason')
    .whereIn('sharing_grant', [...grants])
    .orderBy(['sharing_grant', 'ordinal']);
}

const SIDES = {
  CONSUMER: { own: 'consumer', other: 'provider' },
  PROVIDER: { own: 'provider', other: 'consumer' },
} as const satisfies Record<SharingGrantRole, { own: string; other: string }>;

/** A page of a unit's grants, whose statuses are those of `today`. */
export async function grantsOf(
  db: Db,
  agency: string,
  today: string,
  filter: SharingGrantFilter,
): Promise<Connection<SharingGrantRow>> {
  const { role, item, status, counterpart } = filter;
  const pages = await pagesByParent<SharingGrantRow>(db, {
    comment: 'grants.of',
    parents: keyParents([agency]),
    keyset: LATEST_FIRST,
    args: filter,
    rows: () =>
      (role ? [SIDES[role]] : Object.values(SIDES)).map(({ own, other }) => {
        const rows = db<SharingGrantRow>('sharing_grants').select(COLUMNS).whereRaw(`${own} = ${PARENT.key}`);
        if (counterpart) rows.where(other, counterpart);
        if (item) rows.where({ item });
        if (status === 'EXPIRED') rows.whereIn('status', [...EXPIRING]).where('valid_until', '<', today);
        else if (status) rows.where({ status });
        if (status && isExpiring(status)) rows.where('valid_until', '>=', today);
        return rows;
      }),
  });
  const page = pages.get(agency);
  if (!page) throw new Error('the page of grants is missing');
  return page;
}

/** A grant whose provider is the unit; null for any other, there or not. */
export async function grantOfProvider(db: Db, id: string, provider: string): Promise<SharingGrantRow | null> {
  const [row] = await db<SharingGrantRow>('sharing_grants')
    .comment('grants.ofProvider')
    .select<SharingGrantRow[]>(COLUMNS)
    .where({ id, provider });
  return row ?? null;
}

/** Stores a request; null when a grant like it stands already. */
export async function insertRequest(
  db: Db,
  { item, provider, purpose, validFrom, validUntil }: SharingGrantRequest,
  act: Act,
): Promise<SharingGrantRow | null> {
  const [grant] = await db<SharingGrantRow>('sharing_grants')
    .comment('grants.insertRequest')
    .insert({
      ...{ id: randomUUID(), item, provider, consumer: act.agency, purpose, status: 'REQUESTED' },
      ...{ valid_from: validFrom, valid_until: validUntil, requested_at: act.at, requested_by: act.user },
    })
    .onConflict()
    .ignore()
    .returning<SharingGrantRow[]>(COLUMNS);
  if (grant) await recordEvent(db, grant, act, null);
  return grant ?? null;
}

/** Takes a step with a grant of the unit's own data; null when its status is no longer the one that the step is from. */
export async function takeStep(
  db: Db,
  id: string,
  { step, reason, ...act }: Act & { step: SharingGrantStep; reason: string | null },
): Promise<SharingGrantRow | null> {
  const { from, to } = STEPS[step];
  const change = {
    APPROVE: { decided_at: act.at, decided_by: act.user },
    REJECT: { decided_at: act.at, decided_by: act.user, reason },
    REVOKE: { revoked_at: act.at, reason },
  } satisfies Record<SharingGrantStep, Partial<SharingGrantRow>>;
  const [grant] = await db<SharingGrantRow>('sharing_grants')
    .comment('grants.takeStep')
    .where({ id, provider: act.agency, status: from })
    .update({ status: to, ...change[step] })
    .returning<SharingGrantRow[]>(COLUMNS);
  if (grant) await recordEvent(db, grant, act, reason);
  return grant ?? null;
}

async function recordEvent(
  db: Db,
  { id, status }: SharingGrantRow,
  { at, user, agency }: Act,
  reason: string | null,
): Promise<void> {
  await db.raw(
    `/* grants.recordEvent */
     INSERT INTO sharing_grant_events (sharing_grant, ordinal, status, at, actor, agency, reason)
     SELECT ?, count(*) + 1, ?, ?, ?, ?, ? FROM sharing_grant_events WHERE sharing_grant = ?`,
    [id, status, at, user, agency, reason, id],
  );
}

export type ApprovedGrant = Pick<
  SharingGrantRow,
  'item' | 'provider' | 'consumer' | 'purpose' | 'valid_from' | 'valid_until'
>;

/** The approved grants that a unit holds for some items, those past their last day included. */
export async function approvedGrantsOf(
  db: Db,
  consumer: string,
  items: readonly string[],
): Promise<ApprovedGrant[]> {
  return db<SharingGrantRow>('sharing_grants')
    .comment('grants.approvedOf')
    .select<ApprovedGrant[]>('item', 'provider', 'consumer', 'purpose', 'valid_from', 'valid_until')
    .where({ consumer, status: 'APPROVED' })
    .whereIn('item', [...items]);
}

/**
 * Every approved grant, those past their last day included, and the version that they are of; the grants are null
 * when the version is still `since`. One statement, so that both are of one moment.
 */
export async function approvedGrants(
  db: Db,
  since: number | null,
): Promise<{ version: number; grants: ApprovedGrant[] | null }> {
  const rows = await db.raw<{ version: number } & (ApprovedGrant | { item: null })>(
    `/* grants.approved */
     SELECT state.version, item, provider, consumer, purpose, valid_from, valid_until
     FROM sharing_state AS state
     LEFT JOIN sharing_grants ON status = 'APPROVED' AND state.version IS DISTINCT FROM ?::bigint
     ORDER BY id`,
    [since],
  );
  const version = rows[0]?.version;
  if (version === undefined) throw new Error('the grants have no version');
  if (version === since) return { version, grants: null };
  return { version, grants: rows.filter((row): row is typeof row & ApprovedGrant => row.item !== null) };
}
