import { randomUUID } from 'node:crypto';
import type { Db } from '../../kit/database';
import type { Act } from '../life-cycle/store';
import type { GridCaseExtensionStatus } from './rules';

export interface GridCaseExtensionRow {
  id: string;
  case_id: string;
  jurisdiction: string;
  agency: string;
  /** Who dispatched the task, and decides. */
  dispatcher: string;
  until: Date;
  reason: string;
  status: GridCaseExtensionStatus;
  requested_at: Date;
  requested_by: string;
  decided_at: Date | null;
  decided_by: string | null;
  note: string | null;
}

const COLUMNS = [
  'id',
  'case_id',
  'jurisdiction',
  'agency',
  'dispatcher',
  'until',
  'reason',
  'status',
  'requested_at',
  'requested_by',
  'decided_at',
  'decided_by',
  'note',
] as const satisfies (keyof GridCaseExtensionRow)[];

/** The requests for more time of each case, the earliest first. */
export async function extensionsOf(db: Db, cases: readonly string[]): Promise<GridCaseExtensionRow[]> {
  return db<GridCaseExtensionRow>('case_extensions')
    .comment('extensions.ofCases')
    .select(...COLUMNS)
    .whereIn('case_id', [...cases])
    .orderBy(['case_id', 'requested_at', 'id']);
}

export async function extensionById(db: Db, id: string): Promise<GridCaseExtensionRow | null> {
  const [row] = await db<GridCaseExtensionRow>('case_extensions')
    .comment('extensions.byId')
    .select(...COLUMNS)
    .where({ id });
  return row ?? null;
}

/** Stores a request; null when one waits already. */
export async function insertExtension(
  db: Db,
  gridCase: { id: string; jurisdiction: string; dispatcher: string },
  { user, agency, at, until, reason }: Act & { until: Date; reason: string },
): Promise<GridCaseExtensionRow | null> {
  const [row] = await db<GridCaseExtensionRow>('case_extensions')
    .comment('extensions.insert')
    .insert({
      ...{ id: randomUUID(), case_id: gridCase.id, jurisdiction: gridCase.jurisdiction, agency },
      ...{ dispatcher: gridCase.dispatcher, until, reason, status: 'REQUESTED' },
      ...{ requested_at: at, requested_by: user },
    })
    .onConflict()
    .ignore()
    .returning<GridCaseExtensionRow[]>([...COLUMNS]);
  return row ?? null;
}

/** Decides a request that waits; null when it does no more. */
export async function decideExtension(
  db: Db,
  id: string,
  { user, at, status, note }: Act & { status: 'APPROVED' | 'REJECTED'; note: string },
): Promise<GridCaseExtensionRow | null> {
  const [row] = await db<GridCaseExtensionRow>('case_extensions')
    .comment('extensions.decide')
    .where({ id, status: 'REQUESTED' })
    .update({ status, decided_at: at, decided_by: user, note: note || null })
    .returning<GridCaseExtensionRow[]>([...COLUMNS]);
  return row ?? null;
}

/** Ends the request of a case that waits, if one does, without a decision. */
export async function lapseExtension(db: Db, caseId: string): Promise<void> {
  await db<GridCaseExtensionRow>('case_extensions')
    .comment('extensions.lapse')
    .where({ case_id: caseId, status: 'REQUESTED' })
    .update({ status: 'LAPSED' });
}
