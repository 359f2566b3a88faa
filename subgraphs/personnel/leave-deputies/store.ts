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
import type { LeaveRole } from '../leave/rules';

export interface LeaveDeputyRow {
  id: string;
  agency: string;
  role: LeaveRole;
  deputy: string;
  starts_on: string;
  ends_on: string;
  appointed_by: string;
  appointed_at: Date;
}

const COLUMNS = ['id', 'agency', 'role', 'deputy', 'starts_on', 'ends_on', 'appointed_by', 'appointed_at'];
const LATEST_FIRST: Keyset = {
  name: 'leaveDeputies',
  columns: ['starts_on', 'id'],
  direction: 'desc',
  maximum: 200,
};

/** A page of a unit's deputies, the latest to begin first. */
export async function deputiesOf(
  db: Db,
  agency: string,
  args: PageArgs,
): Promise<Connection<LeaveDeputyRow>> {
  const pages = await pagesByParent<LeaveDeputyRow>(db, {
    comment: 'leaveDeputies.of',
    parents: keyParents([agency]),
    keyset: LATEST_FIRST,
    args,
    rows: () => db<LeaveDeputyRow>('leave_deputies').select(COLUMNS).whereRaw(`agency = ${PARENT.key}`),
  });
  const page = pages.get(agency);
  if (!page) throw new Error('the page of deputies is missing');
  return page;
}

/** Whether a user stands in for who holds a rung at a unit on a day. */
export async function isDeputyOn(
  db: Db,
  { agency, role, user, day }: { agency: string; role: LeaveRole; user: string; day: string },
): Promise<boolean> {
  const found = await db<LeaveDeputyRow>('leave_deputies')
    .comment('leaveDeputies.on')
    .select('id')
    .where({ agency, role, deputy: user })
    .where('starts_on', '<=', day)
    .where('ends_on', '>=', day);
  return found.length > 0;
}

/** Stores an appointment; null when the user is deputy on some of the days already. */
export async function insertDeputy(
  db: Db,
  deputy: Omit<LeaveDeputyRow, 'id'>,
): Promise<LeaveDeputyRow | null> {
  const [row] = await db<LeaveDeputyRow>('leave_deputies')
    .comment('leaveDeputies.insert')
    .insert({ id: randomUUID(), ...deputy })
    .onConflict()
    .ignore()
    .returning<LeaveDeputyRow[]>(COLUMNS);
  return row ?? null;
}

export async function deputyOf(db: Db, id: string, agency: string): Promise<LeaveDeputyRow | null> {
  const [row] = await db<LeaveDeputyRow>('leave_deputies')
    .comment('leaveDeputies.one')
    .select<LeaveDeputyRow[]>(COLUMNS)
    .where({ id, agency });
  return row ?? null;
}

/** Ends a deputy's time early; null when it ends no later than that by now. */
export async function endDeputy(
  db: Db,
  { id, agency }: LeaveDeputyRow,
  endsOn: string,
): Promise<LeaveDeputyRow | null> {
  const [row] = await db<LeaveDeputyRow>('leave_deputies')
    .comment('leaveDeputies.end')
    .where({ id, agency })
    .where('ends_on', '>', endsOn)
    .update({ ends_on: endsOn })
    .returning<LeaveDeputyRow[]>(COLUMNS);
  return row ?? null;
}
