import { randomUUID } from 'node:crypto';
import type { Db } from '../../kit/database';
import { PROPOSAL_STEPS, type ProposalStatus, type ProposalStep } from '../proposals';
import type { Stint } from '../secondments/rules';
import type { Act } from '../secondments/store';
import type { Proposal } from './rules';

export interface ExtensionRow {
  id: string;
  secondment: string;
  status: ProposalStatus;
  previously_ends_on: string;
  ends_on: string;
  stints: Stint[];
  reason: string;
  proposed_by: string;
  proposed_at: Date;
  answered_by: string | null;
  answered_at: Date | null;
  note: string | null;
}

const COLUMNS = [
  'id',
  'secondment',
  'status',
  'previously_ends_on',
  'ends_on',
  'stints',
  'reason',
  'proposed_by',
  'proposed_at',
  'answered_by',
  'answered_at',
  'note',
];

export async function extensionsById(db: Db, ids: readonly string[]): Promise<ExtensionRow[]> {
  return db<ExtensionRow>('secondment_extensions')
    .comment('extensions.byId')
    .select<ExtensionRow[]>(COLUMNS)
    .whereIn('id', [...ids]);
}

/** The extensions of each posting, the earliest first. */
export async function extensionsOf(db: Db, secondments: readonly string[]): Promise<ExtensionRow[]> {
  return db<ExtensionRow>('secondment_extensions')
    .comment('extensions.of')
    .select<ExtensionRow[]>(COLUMNS)
    .whereIn('secondment', [...secondments])
    .orderBy(['secondment', 'proposed_at', 'id']);
}

/** Stores a proposal; null when another one of the posting waits. */
export async function insertProposal(
  db: Db,
  posting: { id: string; ends_on: string },
  { endsOn, stints, reason }: Proposal,
  { agency, user, at }: Act,
): Promise<ExtensionRow | null> {
  const [extension] = await db('secondment_extensions')
    .comment('extensions.insertProposal')
    .insert({
      ...{ id: randomUUID(), secondment: posting.id, status: 'PROPOSED' },
      ...{ previously_ends_on: posting.ends_on, ends_on: endsOn, reason },
      stints: JSON.stringify(stints),
      ...{ proposed_by: agency, proposed_at: at, proposer: user },
    })
    .onConflict()
    .ignore()
    .returning<ExtensionRow[]>(COLUMNS);
  return extension ?? null;
}

/** Takes a step; null when the proposal no longer waits. */
export async function takeExtensionStep(
  db: Db,
  id: string,
  { step, note, user, agency, at }: Act & { step: ProposalStep; note: string | null },
): Promise<ExtensionRow | null> {
  const [extension] = await db<ExtensionRow & { answerer: string }>('secondment_extensions')
    .comment('extensions.takeStep')
    .where({ id, status: 'PROPOSED' })
    .update({
      ...{ status: PROPOSAL_STEPS[step].to, answered_by: agency, answered_at: at, answerer: user, note },
    })
    .returning<ExtensionRow[]>(COLUMNS);
  return extension ?? null;
}
