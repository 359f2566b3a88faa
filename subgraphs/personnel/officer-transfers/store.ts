import { randomUUID } from 'node:crypto';
import { type Connection, type Keyset, PARENT, type PageArgs, pagesByParent } from '../../kit/connection';
import type { Db } from '../../kit/database';
import type { Viewer } from '../../kit/viewer';
import { partyRange } from '../../kit/viewer';
import { constraintOf, stateOf } from '../conflicts';
import { PROPOSAL_STEPS, type ProposalStatus, type ProposalStep } from '../proposals';
import type { Act } from '../secondments/store';
import type { NewPost, Proposal } from './rules';

export interface TransferRow {
  id: string;
  officer: string;
  from_agency: string;
  to_agency: string;
  status: ProposalStatus;
  title: string | null;
  number: string | null;
  reason: string;
  proposed_by: string;
  proposed_at: Date;
  answered_by: string | null;
  answered_at: Date | null;
  note: string | null;
}

export interface TransferFilter extends PageArgs {
  status?: ProposalStatus | null;
  isAwaitingOwnUnit?: boolean | null;
}

const COLUMNS = [
  ...['id', 'officer', 'from_agency', 'to_agency', 'status', 'title', 'number', 'reason', 'proposed_by'],
  ...['proposed_at', 'answered_by', 'answered_at', 'note'],
];
const LATEST_FIRST: Keyset = {
  ...{ name: 'officerTransfers', columns: ['proposed_at', 'id'], direction: 'desc', maximum: 200 },
};

export async function transfersById(db: Db, ids: readonly string[]): Promise<TransferRow[]> {
  return db<TransferRow>('officer_transfers')
    .comment('transfers.byId')
    .select<TransferRow[]>(COLUMNS)
    .whereIn('id', [...ids]);
}

/** A page of the proposals from or to the viewer's unit, or a unit whose officers the viewer answers for. */
export async function transfersOf(
  db: Db,
  viewer: Viewer,
  { status, isAwaitingOwnUnit, ...args }: TransferFilter,
): Promise<Connection<TransferRow>> {
  const { agency } = viewer;
  const { from, below } = partyRange(viewer, 'personnel.conduct');
  const pages = await pagesByParent<TransferRow>(db, {
    comment: 'transfers.of',
    parents: [{ key: agency, from, below }],
    keyset: LATEST_FIRST,
    args,
    // A statement for each index that may serve; a proposal that several find counts once.
    rows: () =>
      (['from_agency', 'to_agency'] as const).flatMap((side) =>
        [`${side} = ${PARENT.key}`, `${side} >= ${PARENT.from} AND ${side} < ${PARENT.below}`].map(
          (scope) => {
            const rows = db<TransferRow>('officer_transfers').select(COLUMNS).whereRaw(scope);
            if (status) rows.where({ status });
            if (isAwaitingOwnUnit) {
              rows
                .where({ status: 'PROPOSED' })
                .whereNot({ proposed_by: agency })
                .whereRaw('? IN (from_agency, to_agency)', [agency]);
            }
            return rows;
          },
        ),
      ),
  });
  const page = pages.get(agency);
  if (!page) throw new Error('the page of transfers is missing');
  return page;
}

/** Stores a proposal; null when another between the two units waits. */
export async function insertProposal(
  db: Db,
  officer: { id: string; agency: string },
  { to, title, number, reason, at }: Proposal,
  { agency, user }: { agency: string; user: string },
): Promise<TransferRow | null> {
  const [transfer] = await db('officer_transfers')
    .comment('transfers.insertProposal')
    .insert({
      ...{ id: randomUUID(), officer: officer.id, from_agency: officer.agency, to_agency: to },
      ...{ status: 'PROPOSED', title, number, reason },
      ...{ proposed_by: agency, proposed_at: at, proposer: user },
    })
    .onConflict()
    .ignore()
    .returning<TransferRow[]>(COLUMNS);
  return transfer ?? null;
}

/** The proposal about an officer that waits between two units. */
export async function waitingBetween(
  db: Db,
  { id: officer, agency: from }: { id: string; agency: string },
  to: string,
): Promise<TransferRow | null> {
  const [transfer] = await db<TransferRow>('officer_transfers')
    .comment('transfers.waitingBetween')
    .select<TransferRow[]>(COLUMNS)
    .where({ officer, from_agency: from, to_agency: to, status: 'PROPOSED' });
  return transfer ?? null;
}

/** What may keep the officer from going, as the database finds. */
export type Obstacle = 'HAS_LEFT' | 'IS_POSTED' | 'NUMBER_TAKEN';
const OBSTACLES: Record<string, Obstacle> = { HB001: 'HAS_LEFT', HB002: 'IS_POSTED' };

/**
 * Takes a step, and with an agreement moves the officer: null when the proposal no longer waits, the obstacle when the
 * officer cannot go.
 */
export async function takeTransferStep(
  db: Db,
  id: string,
  { step, post, note, user, agency, at }: Act & { step: ProposalStep; post: NewPost; note: string | null },
): Promise<TransferRow | null | Obstacle> {
  const { title, number } = post;
  const stepped = db<TransferRow & { answerer: string }>('officer_transfers')
    .comment('transfers.takeStep')
    .where({ id, status: 'PROPOSED' })
    .update({
      ...{ status: PROPOSAL_STEPS[step].to, answered_by: agency, answered_at: at, answerer: user, note },
      ...(title !== null && { title, number }),
    })
    .returning<TransferRow[]>(COLUMNS);
  const found = await stepped.catch((error: unknown) => {
    if (constraintOf(error) === 'officers_by_number') return 'NUMBER_TAKEN' as const;
    const obstacle = OBSTACLES[stateOf(error) ?? ''];
    if (obstacle) return obstacle;
    throw error;
  });
  return typeof found === 'string' ? found : (found[0] ?? null);
}
