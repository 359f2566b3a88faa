import { randomUUID } from 'node:crypto';
import {
  type Connection,
  inParentPlace,
  type Keyset,
  type PageArgs,
  pageOf,
  placeParent,
} from '../../kit/connection';
import type { Db } from '../../kit/database';
import { type LicenseApplicationRow, ownedBy } from '../applications/store';
import type {
  DecisionConditionStatus,
  LicenseDecisionOutcome,
  LicenseDecisionRule,
  ReviewVerdict,
} from '../schema-types';

interface OfApplication {
  application_id: string;
  jurisdiction: string;
  filed_by: string;
}

/** A material that an opinion asks to be supplemented. */
export interface AskedMaterial {
  readonly code: string;
  readonly name: string;
}

export interface OpinionRow extends OfApplication {
  round: number;
  function: string;
  session_id: string;
  agency: string;
  speaker: string;
  verdict: ReviewVerdict;
  comment: string | null;
  conditions: string[];
  materials: AskedMaterial[];
  given_at: Date;
  /** Working seconds that the meeting had waited for it. */
  waited: number;
}

export interface RecusalRow extends OfApplication {
  person: string;
  function: string | null;
  reason: string;
  agency: string;
  recorded_by: string;
  recorded_at: Date;
}

export interface DecisionRow extends OfApplication {
  town: string;
  session_id: string;
  outcome: LicenseDecisionOutcome;
  rule: LicenseDecisionRule;
  note: string | null;
  decided_at: Date;
  decided_by: string;
  actor: string;
  intake: number;
  materials: number;
  session_wait: number;
  deciding: number;
  target_days: number;
  is_within_target: boolean;
}

export interface ConditionRow extends OfApplication {
  id: string;
  ordinal: number;
  function: string;
  text: string;
  due_on: string;
  status: 'OPEN' | 'FULFILLED';
  fulfilled_at: Date | null;
  fulfilled_by: string | null;
  note: string | null;
  photos: string[];
}

export interface CertificateRow {
  number: string;
  town: string;
  year: number;
  serial: number;
  application_id: string;
  content: string;
  hash: string;
}

const CONDITION_COLUMNS = [
  'id',
  'application_id',
  'jurisdiction',
  'filed_by',
  'ordinal',
  'function',
  'text',
  'due_on',
  'status',
  'fulfilled_at',
  'fulfilled_by',
  'note',
  'photos',
] as const satisfies (keyof ConditionRow)[];

/** What departments said of applications, in the order of rounds and functions. */
export async function opinionsOf(db: Db, applications: readonly string[]): Promise<OpinionRow[]> {
  return db<OpinionRow>('review_opinions')
    .comment('decisions.opinions')
    .whereIn('application_id', [...applications])
    .orderBy(['application_id', 'round', 'function']);
}

/** Whether anybody has spoken on an application. */
export async function hasOpinions(db: Db, application_id: string): Promise<boolean> {
  const rows = await db('review_opinions')
    .comment('decisions.hasOpinions')
    .select('round')
    .where({ application_id })
    .limit(1);
  return rows.length > 0;
}

/** Stores an opinion; false when the function has spoken in this round. */
export async function insertOpinion(db: Db, opinion: OpinionRow): Promise<boolean> {
  const stored = await db('review_opinions')
    .comment('decisions.insertOpinion')
    .insert({ ...opinion, materials: JSON.stringify(opinion.materials) })
    .onConflict(['application_id', 'round', 'function'])
    .ignore()
    .returning('function');
  return stored.length > 0;
}

export async function recusalsOf(db: Db, applications: readonly string[]): Promise<RecusalRow[]> {
  return db<RecusalRow>('review_recusals')
    .comment('decisions.recusals')
    .whereIn('application_id', [...applications])
    .orderBy(['application_id', 'recorded_at', 'person']);
}

/** Stores a recusal; false when the person is recused already. */
export async function insertRecusal(db: Db, recusal: RecusalRow): Promise<boolean> {
  const stored = await db('review_recusals')
    .comment('decisions.insertRecusal')
    .insert({ ...recusal })
    .onConflict(['application_id', 'person'])
    .ignore()
    .returning('person');
  return stored.length > 0;
}

export async function decisionsOf(db: Db, applications: readonly string[]): Promise<DecisionRow[]> {
  return db<DecisionRow>('decisions')
    .comment('decisions.of')
    .whereIn('application_id', [...applications]);
}

export async function insertDecision(db: Db, decision: DecisionRow): Promise<void> {
  await db('decisions')
    .comment('decisions.insert')
    .insert({ ...decision });
}

export async function conditionsById(db: Db, ids: readonly string[]): Promise<ConditionRow[]> {
  return db<ConditionRow>('decision_conditions')
    .comment('decisions.conditionsById')
    .select<ConditionRow[]>(...CONDITION_COLUMNS)
    .whereIn('id', [...ids]);
}

/** The conditions of applications' decisions, in their order. */
export async function conditionsOf(db: Db, applications: readonly string[]): Promise<ConditionRow[]> {
  return db<ConditionRow>('decision_conditions')
    .comment('decisions.conditions')
    .select<ConditionRow[]>(...CONDITION_COLUMNS)
    .whereIn('application_id', [...applications])
    .orderBy(['application_id', 'ordinal']);
}

/** Stores the conditions of a decision in their order. */
export async function insertConditions(
  db: Db,
  application: LicenseApplicationRow,
  conditions: readonly Pick<ConditionRow, 'function' | 'text' | 'due_on'>[],
): Promise<void> {
  if (conditions.length === 0) return;
  await db('decision_conditions')
    .comment('decisions.insertConditions')
    .insert(
      conditions.map((condition, i) => ({
        ...{ ...ownedBy(application), ...condition, id: randomUUID(), ordinal: i + 1, status: 'OPEN' },
      })),
    );
}

/** Changes a condition that is in a status; null when it is not, or no longer. */
export async function changeCondition(
  db: Db,
  { id, status }: Pick<ConditionRow, 'id' | 'status'>,
  change: Partial<ConditionRow>,
): Promise<ConditionRow | null> {
  const [condition] = await db<ConditionRow>('decision_conditions')
    .comment('decisions.changeCondition')
    .where({ id, status })
    .update(change)
    .returning<ConditionRow[]>([...CONDITION_COLUMNS]);
  return condition ?? null;
}

export interface ConditionFilter extends PageArgs {
  status?: DecisionConditionStatus | null;
}

const EARLIEST_DUE_FIRST: Keyset = {
  name: 'decisionConditions',
  columns: ['due_on', 'id'],
  direction: 'asc',
  maximum: 200,
};

/** A page of the conditions on premises in a place; whether one is overdue is judged on a day. */
export async function conditionsIn(
  db: Db,
  place: string,
  { status, ...args }: ConditionFilter,
  today: string,
): Promise<Connection<ConditionRow> | null> {
  return pageOf<ConditionRow>(db, {
    comment: 'decisions.conditionsIn',
    parent: placeParent(place),
    keyset: EARLIEST_DUE_FIRST,
    args,
    rows: () => {
      const rows = db<ConditionRow>('decision_conditions')
        .select(...CONDITION_COLUMNS)
        .modify(inParentPlace('jurisdiction'));
      if (status) rows.where({ status: status === 'FULFILLED' ? 'FULFILLED' : 'OPEN' });
      if (status === 'OPEN') rows.where('due_on', '>=', today);
      if (status === 'OVERDUE') rows.where('due_on', '<', today);
      return rows;
    },
  });
}

export async function certificatesOf(db: Db, applications: readonly string[]): Promise<CertificateRow[]> {
  return db<CertificateRow>('certificates')
    .comment('decisions.certificates')
    .select('number', 'town', 'year', 'serial', 'application_id', 'content', 'hash')
    .whereIn('application_id', [...applications]);
}

/** What is public of the certificate with a number. */
export async function certificateByNumber(
  db: Db,
  number: string,
): Promise<Pick<CertificateRow, 'number' | 'content' | 'hash'> | null> {
  const [row] = await db<CertificateRow>('certificates')
    .comment('decisions.certificateByNumber')
    .select('number', 'content', 'hash')
    .where({ number });
  return row ?? null;
}

export async function insertCertificate(db: Db, certificate: CertificateRow): Promise<void> {
  await db('certificates')
    .comment('decisions.insertCertificate')
    .insert({ ...certificate });
}
