import { randomUUID } from 'node:crypto';
import {
  type Connection,
  EVERYWHERE,
  type Keyset,
  keyParents,
  type PageArgs,
  pagesByParent,
} from '../../kit/connection';
import type { Db } from '../../kit/database';
import { addDays, startOfDay } from '../../kit/time';
import { appendEvent } from '../events';
import { type Act, inScope } from '../secondments/store';
import {
  REPORT_STEPS,
  type ReportContent,
  type ReportKind,
  type ReportStatus,
  type ReportStep,
} from './rules';

export interface ReportRow {
  id: string;
  secondment: string;
  kind: ReportKind;
  /** Empty for the final one. */
  month: string;
  title: string;
  body: string;
  status: ReportStatus;
  editor_note: string | null;
  submitted_by: string;
  submitted_at: Date;
  decided_by: string | null;
  decided_at: Date | null;
}

export interface ReportEventRow {
  report: string;
  status: ReportStatus;
  at: Date;
  actor: string;
  agency: string;
  title: string | null;
  body: string | null;
  editor_note: string | null;
}

export interface ReportFilter extends PageArgs {
  program?: string | null;
  hostUnder?: string | null;
  homeUnder?: string | null;
  status?: ReportStatus | null;
  month?: string | null;
}

const COLUMNS = [
  'id',
  'secondment',
  'kind',
  'month',
  'title',
  'body',
  'status',
  'editor_note',
  'submitted_by',
  'submitted_at',
  'decided_by',
  'decided_at',
];
const LATEST_FIRST: Keyset = {
  name: 'secondmentReports',
  columns: ['submitted_at', 'id'],
  direction: 'desc',
  maximum: 200,
};

export async function reportsById(db: Db, ids: readonly string[]): Promise<ReportRow[]> {
  return db<ReportRow>('secondment_reports')
    .comment('reports.byId')
    .select<ReportRow[]>(COLUMNS)
    .whereIn('id', [...ids]);
}

/** The reports of each posting by month, the final one last. */
export async function reportsOf(db: Db, secondments: readonly string[]): Promise<ReportRow[]> {
  return db<ReportRow>('secondment_reports')
    .comment('reports.of')
    .select<ReportRow[]>(COLUMNS)
    .whereIn('secondment', [...secondments])
    .orderByRaw(`secondment, month = '', month`);
}

/** The steps of each report, the first one first. */
export async function reportEventsOf(db: Db, reports: readonly string[]): Promise<ReportEventRow[]> {
  return db<ReportEventRow>('secondment_report_events')
    .comment('reports.events')
    .select<ReportEventRow[]>('report', 'status', 'at', 'actor', 'agency', 'title', 'body', 'editor_note')
    .whereIn('report', [...reports])
    .orderBy(['report', 'ordinal']);
}

/** A page of the reports that the viewer may read. */
export async function searchReports(db: Db, filter: ReportFilter): Promise<Connection<ReportRow> | null> {
  const { program, hostUnder, homeUnder, status, month } = filter;
  const pages = await pagesByParent<ReportRow>(db, {
    comment: 'reports.search',
    parents: keyParents([EVERYWHERE]),
    keyset: LATEST_FIRST,
    args: filter,
    rows: () => {
      const rows = db<ReportRow>('secondment_reports').select(COLUMNS);
      if (status) rows.where({ status });
      if (month) rows.where({ month });
      if (program || hostUnder || homeUnder) {
        rows.whereExists((posting) => {
          posting.from('secondments').whereRaw('secondments.id = secondment_reports.secondment');
          posting.modify(inScope({ program, hostUnder, homeUnder }));
        });
      }
      return rows;
    },
  });
  return pages.get(EVERYWHERE) ?? null;
}

/** The months of each posting, of all or of some, whose report had been submitted by the end of a day. */
export async function reportedMonths(
  db: Db,
  secondments: readonly string[],
  { by, months }: { by: string; months?: readonly string[] },
): Promise<{ secondment: string; month: string }[]> {
  const rows = db<ReportRow & { first_submitted_at: Date }>('secondment_reports')
    .comment('reports.reportedMonths')
    .select<{ secondment: string; month: string }[]>('secondment', 'month')
    .whereRaw('secondment = ANY (?::text[])', [[...secondments]])
    .where({ kind: 'MONTHLY' })
    .where('first_submitted_at', '<', startOfDay(addDays(by, 1)));
  if (months) rows.whereIn('month', [...months]);
  return rows;
}

/** Stores a report; null when there is one for the same month, or a final one. */
export async function insertReport(
  db: Db,
  report: ReportContent & { secondment: string; kind: ReportKind; month: string | null },
  act: Act,
): Promise<ReportRow | null> {
  const { agency, at } = act;
  const [row] = await db<ReportRow & { first_submitted_at: Date }>('secondment_reports')
    .comment('reports.insert')
    .insert({
      ...{ ...report, id: randomUUID(), month: report.month ?? '', status: 'SUBMITTED' },
      ...{ submitted_by: agency, first_submitted_at: at, submitted_at: at },
    })
    .onConflict()
    .ignore()
    .returning<ReportRow[]>(COLUMNS);
  if (row) await recordEvent(db, row, act);
  return row ?? null;
}

/** The report of a posting for a month, or its final one. */
export async function reportFor(db: Db, secondment: string, month: string | null): Promise<ReportRow | null> {
  const [row] = await db<ReportRow>('secondment_reports')
    .comment('reports.for')
    .select<ReportRow[]>(COLUMNS)
    .where({ secondment, month: month ?? '' });
  return row ?? null;
}

/** Takes a step; null when the status is no longer the one that it is from. */
export async function takeReportStep(
  db: Db,
  id: string,
  {
    step,
    editorNote,
    content,
    ...act
  }: Act & { step: ReportStep; editorNote: string; content: ReportContent },
): Promise<ReportRow | null> {
  const { by, from, to } = REPORT_STEPS[step];
  const change =
    by === 'submitter'
      ? { ...content, submitted_at: act.at }
      : { editor_note: editorNote, decided_by: act.agency, decided_at: act.at };
  const [row] = await db<ReportRow>('secondment_reports')
    .comment('reports.takeStep')
    .where({ id, status: from })
    .update({ status: to, ...change })
    .returning<ReportRow[]>(COLUMNS);
  if (row) await recordEvent(db, row, act);
  return row ?? null;
}

async function recordEvent(db: Db, report: ReportRow, { at, user, agency }: Act): Promise<void> {
  const { id, secondment, status } = report;
  const isSubmission = status === 'SUBMITTED';
  const { title, body, editor_note } = report;
  await appendEvent(db, {
    ...{ comment: 'reports.recordEvent', table: 'secondment_report_events', of: { report: id } },
    event: {
      ...{ secondment, status, at, actor: user, agency },
      ...(isSubmission ? { title, body, editor_note: null } : { title: null, body: null, editor_note }),
    },
  });
}
