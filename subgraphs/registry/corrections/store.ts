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
  type DataCorrectionRequest,
  type DataCorrectionStatus,
  type DataCorrectionStep,
  STEPS,
} from './rules';

export interface DataCorrectionRow {
  id: string;
  item: string;
  provider: string;
  requester: string;
  coordinate: string;
  row_id: string;
  claim: string;
  reason: string;
  evidence: string[];
  status: DataCorrectionStatus;
  requested_at: Date;
  requested_by: string;
  answered_at: Date | null;
  answered_by: string | null;
  note: string | null;
  withdrawn_at: Date | null;
}

export interface DataCorrectionEventRow {
  data_correction: string;
  status: DataCorrectionStatus;
  at: Date;
  actor: string;
  agency: string;
  note: string | null;
}

export type DataCorrectionRole = 'REQUESTER' | 'PROVIDER';

export interface DataCorrectionFilter extends PageArgs {
  role?: DataCorrectionRole | null;
  status?: DataCorrectionStatus | null;
  item?: string | null;
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
  'requester',
  'coordinate',
  'row_id',
  'claim',
  'reason',
  'evidence',
  'status',
  'requested_at',
  'requested_by',
  'answered_at',
  'answered_by',
  'note',
  'withdrawn_at',
];
const LATEST_FIRST: Keyset = {
  name: 'dataCorrections',
  columns: ['requested_at', 'id'],
  direction: 'desc',
  maximum: 200,
};

export async function correctionsById(db: Db, ids: readonly string[]): Promise<DataCorrectionRow[]> {
  return db<DataCorrectionRow>('data_corrections')
    .comment('corrections.byId')
    .select<DataCorrectionRow[]>(COLUMNS)
    .whereIn('id', [...ids]);
}

/** The steps of each correction, the earliest first. */
export async function eventsOfCorrections(
  db: Db,
  corrections: readonly string[],
): Promise<DataCorrectionEventRow[]> {
  return db<DataCorrectionEventRow>('data_correction_events')
    .comment('corrections.events')
    .select<DataCorrectionEventRow[]>('data_correction', 'status', 'at', 'actor', 'agency', 'note')
    .whereIn('data_correction', [...corrections])
    .orderBy(['data_correction', 'ordinal']);
}

const SIDES = {
  REQUESTER: 'requester',
  PROVIDER: 'provider',
} as const satisfies Record<DataCorrectionRole, string>;

/** A page of the corrections that a unit asked for or was asked for. */
export async function correctionsOf(
  db: Db,
  agency: string,
  filter: DataCorrectionFilter,
): Promise<Connection<DataCorrectionRow>> {
  const { role, status, item } = filter;
  const pages = await pagesByParent<DataCorrectionRow>(db, {
    comment: 'corrections.of',
    parents: keyParents([agency]),
    keyset: LATEST_FIRST,
    args: filter,
    rows: () =>
      (role ? [SIDES[role]] : Object.values(SIDES)).map((own) => {
        const rows = db<DataCorrectionRow>('data_corrections')
          .select(COLUMNS)
          .whereRaw(`${own} = ${PARENT.key}`);
        if (status) rows.where({ status });
        if (item) rows.where({ item });
        return rows;
      }),
  });
  const page = pages.get(agency);
  if (!page) throw new Error('the page of corrections is missing');
  return page;
}

/** A correction in which the unit has the part; null for any other, there or not. */
export async function correctionOf(
  db: Db,
  id: string,
  part: 'requester' | 'provider',
  agency: string,
): Promise<DataCorrectionRow | null> {
  const [row] = await db<DataCorrectionRow>('data_corrections')
    .comment('corrections.ofParty')
    .select<DataCorrectionRow[]>(COLUMNS)
    .where({ id, [part]: agency });
  return row ?? null;
}

/** Stores a request; null when one like it waits already. */
export async function insertRequest(
  db: Db,
  { item, provider, coordinate, rowId, claim, reason, evidence }: DataCorrectionRequest,
  act: Act,
): Promise<DataCorrectionRow | null> {
  const [correction] = await db<DataCorrectionRow>('data_corrections')
    .comment('corrections.insertRequest')
    .insert({
      ...{ id: randomUUID(), item, provider, requester: act.agency, coordinate, row_id: rowId },
      ...{ claim, reason, evidence: [...evidence] },
      ...{ status: 'REQUESTED', requested_at: act.at, requested_by: act.user },
    })
    .onConflict()
    .ignore()
    .returning<DataCorrectionRow[]>(COLUMNS);
  if (correction) await recordEvent(db, correction, act);
  return correction ?? null;
}

/** Takes a step as the unit whose part it is; null when the status is no longer the one that the step is from. */
export async function takeStep(
  db: Db,
  id: string,
  { step, note, ...act }: Act & { step: DataCorrectionStep; note: string },
): Promise<DataCorrectionRow | null> {
  const { by, from, to } = STEPS[step];
  const answer = { answered_at: act.at, answered_by: act.user, note };
  const change = {
    ACCEPT: answer,
    REJECT: answer,
    WITHDRAW: { withdrawn_at: act.at },
  } satisfies Record<DataCorrectionStep, Partial<DataCorrectionRow>>;
  const [correction] = await db<DataCorrectionRow>('data_corrections')
    .comment('corrections.takeStep')
    .where({ id, [by]: act.agency, status: from })
    .update({ status: to, ...change[step] })
    .returning<DataCorrectionRow[]>(COLUMNS);
  if (correction) await recordEvent(db, correction, act);
  return correction ?? null;
}

async function recordEvent(
  db: Db,
  { id, status, note }: DataCorrectionRow,
  { at, user, agency }: Act,
): Promise<void> {
  await db.raw(
    `/* corrections.recordEvent */
     INSERT INTO data_correction_events (data_correction, ordinal, status, at, actor, agency, note)
     SELECT ?, count(*) + 1, ?, ?, ?, ?, ? FROM data_correction_events WHERE data_correction = ?`,
    [id, status, at, user, agency, note, id],
  );
}
