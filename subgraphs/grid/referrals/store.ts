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
import type { Act } from '../life-cycle/store';
import type { GridCaseReferralStatus } from './rules';

export interface GridCaseReferralRow {
  id: string;
  case_id: string;
  /** The case's own place, and that of the unit that it is offered to. */
  jurisdiction: string;
  to_place: string;
  from_agency: string;
  to_agency: string;
  reason: string;
  status: GridCaseReferralStatus;
  offered_at: Date;
  offered_by: string;
  decided_at: Date | null;
  decided_by: string | null;
  note: string | null;
  neighbor_case: string | null;
}

export interface ReferralFilter extends PageArgs {
  role?: 'OFFERING' | 'OFFERED' | null;
  status?: GridCaseReferralStatus | null;
}

const COLUMNS = [
  'id',
  'case_id',
  'jurisdiction',
  'to_place',
  'from_agency',
  'to_agency',
  'reason',
  'status',
  'offered_at',
  'offered_by',
  'decided_at',
  'decided_by',
  'note',
  'neighbor_case',
] as const satisfies (keyof GridCaseReferralRow)[];

const LATEST_FIRST: Keyset = {
  name: 'gridCaseReferrals',
  columns: ['offered_at', 'id'],
  direction: 'desc',
  maximum: 200,
};

const SIDES = { OFFERING: 'from_agency', OFFERED: 'to_agency' } as const;

/** A page of the referrals that a unit made or was offered. */
export async function referralsOf(
  db: Db,
  agency: string,
  { role, status, ...args }: ReferralFilter,
): Promise<Connection<GridCaseReferralRow> | null> {
  const pages = await pagesByParent<GridCaseReferralRow>(db, {
    comment: 'referrals.of',
    parents: keyParents([agency]),
    keyset: LATEST_FIRST,
    args,
    rows: () =>
      (role ? [SIDES[role]] : Object.values(SIDES)).map((own) => {
        const rows = db<GridCaseReferralRow>('case_referrals')
          .select(...COLUMNS)
          .whereRaw(`${own} = ${PARENT.key}`);
        if (status) rows.where({ status });
        return rows;
      }),
  });
  return pages.get(agency) ?? null;
}

/** The referrals of each case, the earliest first. */
export async function referralsOfCases(db: Db, cases: readonly string[]): Promise<GridCaseReferralRow[]> {
  return db<GridCaseReferralRow>('case_referrals')
    .comment('referrals.ofCases')
    .select(...COLUMNS)
    .whereIn('case_id', [...cases])
    .orderBy(['case_id', 'offered_at', 'id']);
}

/** The referrals by which cases opened. */
export async function referralsTo(db: Db, neighborCases: readonly string[]): Promise<GridCaseReferralRow[]> {
  return db<GridCaseReferralRow>('case_referrals')
    .comment('referrals.to')
    .select(...COLUMNS)
    .whereIn('neighbor_case', [...neighborCases]);
}

export async function referralById(db: Db, id: string): Promise<GridCaseReferralRow | null> {
  const [row] = await db<GridCaseReferralRow>('case_referrals')
    .comment('referrals.byId')
    .select(...COLUMNS)
    .where({ id });
  return row ?? null;
}

/** Stores an offer; null when one to the same unit waits already. */
export async function insertReferral(
  db: Db,
  offer: Pick<GridCaseReferralRow, 'case_id' | 'jurisdiction' | 'to_place' | 'to_agency' | 'reason'>,
  { user, agency, at }: Act,
): Promise<GridCaseReferralRow | null> {
  const [row] = await db<GridCaseReferralRow>('case_referrals')
    .comment('referrals.insert')
    .insert({
      ...{ ...offer, id: randomUUID(), from_agency: agency, status: 'OFFERED' },
      ...{ offered_at: at, offered_by: user },
    })
    .onConflict()
    .ignore()
    .returning<GridCaseReferralRow[]>([...COLUMNS]);
  return row ?? null;
}

/** Answers an offer that waits; null when it does no more. */
export async function answerReferral(
  db: Db,
  id: string,
  answer: Act & { note: string; neighborCase: string | null },
): Promise<GridCaseReferralRow | null> {
  const { user, at, note, neighborCase } = answer;
  const [row] = await db<GridCaseReferralRow>('case_referrals')
    .comment('referrals.answer')
    .where({ id, status: 'OFFERED' })
    .update({
      ...{ status: neighborCase === null ? 'REFUSED' : 'ACCEPTED', neighbor_case: neighborCase },
      ...{ decided_at: at, decided_by: user, note: note || null },
    })
    .returning<GridCaseReferralRow[]>([...COLUMNS]);
  return row ?? null;
}
