import { type Connection, EVERYWHERE } from '../../kit/connection';
import { csvPage } from '../../kit/csv';
import { agenciesByCode } from '../../kit/directory';
import { badInput } from '../../kit/errors';
import { addDays, dayOf } from '../../kit/time';
import { type GridCaseRow, gridCasesIn, lastEventsOf } from '../cases/store';
import { categoriesByCode } from '../categories/store';
import type { GridContext } from '../loaders';
import {
  daysOutOfOrder,
  type ExportedCase,
  filterOf,
  type GridCaseWorkList,
  OPEN311_COLUMNS,
  TABLE_COLUMNS,
} from './rules';

export interface WorkListArgs {
  under?: string | null;
  from?: string | null;
  to?: string | null;
  first?: number | null;
  after?: string | null;
}

const EXPORT_MAXIMUM = 1_000;

/** A page of a work list. */
export async function workList(
  { db, signedIn: viewer, now }: GridContext,
  list: GridCaseWorkList,
  { under, from, to, first, after }: WorkListArgs,
  maximum?: number,
): Promise<Connection<GridCaseRow> | null> {
  if (from && to && to < from) throw badInput(daysOutOfOrder(from, to));
  const place = under ?? EVERYWHERE;
  const filter = { ...filterOf(list, { from, to }, dayOf(now)), first, after };
  return (await gridCasesIn(db, { viewer, now, maximum }, [place], filter)).get(place) ?? null;
}

/** The open cases that fall due between two days: today and tomorrow, where none are named. */
export function casesDue(context: GridContext, args: WorkListArgs): Promise<Connection<GridCaseRow> | null> {
  const from = args.from ?? dayOf(context.now);
  return workList(context, 'DUE', { ...args, from, to: args.to ?? addDays(from, 1) });
}

/** A page of a work list as text. */
export async function exportCases(
  context: GridContext,
  { list, format, ...args }: WorkListArgs & { list: GridCaseWorkList; format: 'TABLE' | 'OPEN311' },
) {
  const { db } = context;
  const page = await workList(
    context,
    list,
    { ...args, first: args.first ?? EXPORT_MAXIMUM },
    EXPORT_MAXIMUM,
  );
  if (!page) return null;
  const rows = page.edges.map(({ node }) => node);
  context.discloses(
    'grid.cases',
    rows.map(({ id, reporter }) => ({ id, provider: reporter })),
  );
  const categories = await categoriesByCode(db, [...new Set(rows.map(({ category }) => category))]);
  const handlers = [...new Set(rows.flatMap(({ task_agency }) => task_agency ?? []))];
  const names = new Map(
    [...categories, ...(await agenciesByCode(db, handlers))].map(({ code, name }) => [code, name]),
  );
  const ids = rows.map(({ id }) => id);
  const last = new Map((await lastEventsOf(db, ids)).map((event) => [event.case_id, event]));
  const exported = rows.map(
    (row): ExportedCase => ({
      row,
      category: names.get(row.category) ?? row.category,
      handler: row.task_agency && (names.get(row.task_agency) ?? null),
      updated_at: last.get(row.id)?.at ?? row.reported_at,
      status_note: last.get(row.id)?.note ?? null,
    }),
  );
  return csvPage(format === 'TABLE' ? TABLE_COLUMNS : OPEN311_COLUMNS, exported, {
    after: args.after,
    pageInfo: page.pageInfo,
  });
}
