import type { CsvColumn } from '../../kit/csv';
import type { Text } from '../../kit/language';
import { dayOf } from '../../kit/time';
import type { GridCaseSource, GridCaseStage } from '../cases/rules';
import type { GridCaseFilter, GridCaseRow } from '../cases/store';

export type GridCaseWorkList =
  | 'ALL'
  | 'DUE'
  | 'OVERDUE'
  | 'UNSORTED_PATROL_FINDINGS'
  | 'RIVER_PATROL'
  | 'UNROUTED';

const PATROLS = ['GRID_PATROL', 'RIVER_PATROL', 'SCENIC_PATROL'] as const satisfies GridCaseSource[];

/** A list as a filter of cases: which ones, in which order, and which instant its days are about. */
export function filterOf(
  list: GridCaseWorkList,
  { from, to }: { from?: string | null; to?: string | null },
  today: string,
): GridCaseFilter {
  const reported = { reportedFrom: from, reportedTo: to };
  switch (list) {
    case 'ALL':
      return reported;
    case 'DUE':
      return { dueFrom: from, dueTo: to, isOpen: true, isDue: true, order: 'DUE_EARLIEST_FIRST' };
    case 'OVERDUE':
      return { ...reported, isOpen: true, isOverdue: true, order: 'DUE_EARLIEST_FIRST' };
    case 'UNSORTED_PATROL_FINDINGS':
      return { ...reported, stage: 'RECEIVED', sources: PATROLS, order: 'REPORTED_EARLIEST_FIRST' };
    case 'RIVER_PATROL':
      return { ...reported, source: 'RIVER_PATROL' };
    case 'UNROUTED':
      return { ...reported, stage: 'FILED', unroutedOn: today, order: 'DUE_EARLIEST_FIRST' };
  }
}

/** A case for an export, with what is known by code beside it. */
export interface ExportedCase {
  row: GridCaseRow;
  category: string;
  handler: string | null;
  /** When something last happened to it, and what was noted then. */
  updated_at: Date;
  status_note: string | null;
}

const STAGES: Record<GridCaseStage, string> = {
  RECEIVED: '受理',
  FILED: '立案',
  NOT_FILED: '不予立案',
  DISPATCHED: '派遣',
  IN_PROGRESS: '处置',
  VERIFYING: '核查',
  CLOSED: '结案',
};

const SOURCES: Record<GridCaseSource, string> = {
  HOTLINE_12345: '12345热线',
  GRID_PATROL: '网格巡查',
  RIVER_PATROL: '巡河',
  SCENIC_PATROL: '景区巡查',
  CROSS_INSPECTION: '交叉检查',
  PETITION: '信访',
  LEAD: '线索',
  NEIGHBOR_REFERRAL: '邻区转介',
};

const MINUTES_OF_DAY = 16;

/** An instant as people write it there: `2026-11-16 09:30`, in Shanghai. */
const local = (instant: Date | null): string | null =>
  instant === null
    ? null
    : `${dayOf(instant)} ${new Date(instant.getTime() + 8 * 3_600_000).toISOString().slice(11, MINUTES_OF_DAY)}`;

const column = <Row>(heading: string, value: CsvColumn<Row>['value']): CsvColumn<Row> => ({ heading, value });

/** The hub's own columns. */
export const TABLE_COLUMNS: readonly CsvColumn<ExportedCase>[] = [
  column('案件编号', ({ row }) => row.number),
  column('标题', ({ row }) => row.title),
  column('阶段', ({ row }) => STAGES[row.stage]),
  column('类别', ({ category }) => category),
  column('来源', ({ row }) => SOURCES[row.source]),
  column('外部编号', ({ row }) => row.external_id),
  column('区划代码', ({ row }) => row.jurisdiction),
  column('地址', ({ row }) => row.address),
  column('纬度', ({ row }) => row.latitude),
  column('经度', ({ row }) => row.longitude),
  column('河段', ({ row }) => row.reach),
  column('上报单位', ({ row }) => row.reporter),
  column('上报时间', ({ row }) => local(row.reported_at)),
  column('立案时间', ({ row }) => local(row.filed_at)),
  column('截止时间', ({ row }) => local(row.due_at)),
  column('结案时间', ({ row }) => local(row.closed_at)),
  column('承办单位', ({ row, handler }) => handler ?? row.task_agency),
  column('是否督办', ({ row }) => (row.is_supervised ? '是' : '否')),
  column('情况描述', ({ row }) => row.description),
];

/**
 * The columns of Open311 GeoReport v2. `status` is open or closed; what was not filed is closed. `status_notes` says the
 * stage and what was noted last.
 */
export const OPEN311_COLUMNS: readonly CsvColumn<ExportedCase>[] = [
  column('service_request_id', ({ row }) => row.number),
  column('status', ({ row }) => (row.stage === 'CLOSED' || row.stage === 'NOT_FILED' ? 'closed' : 'open')),
  column('status_notes', ({ row, status_note }) =>
    [STAGES[row.stage], status_note].filter(Boolean).join('：'),
  ),
  column('service_name', ({ category }) => category),
  column('service_code', ({ row }) => row.category),
  column('description', ({ row }) => [row.title, row.description].filter(Boolean).join('\n')),
  column('agency_responsible', ({ row, handler }) => handler ?? row.task_agency),
  column('service_notice', () => null),
  column('requested_datetime', ({ row }) => row.reported_at),
  column('updated_datetime', ({ row, updated_at }) => row.closed_at ?? updated_at),
  column('expected_datetime', ({ row }) => row.due_at),
  column('address', ({ row }) => row.address),
  column('address_id', () => null),
  column('zipcode', () => null),
  column('lat', ({ row }) => row.latitude),
  column('long', ({ row }) => row.longitude),
  column('media_url', ({ row }) => row.photos[0]),
  column('jurisdiction_id', ({ row }) => row.jurisdiction),
];

/** To whoever asks for days in the wrong order. */
export const daysOutOfOrder = (from: string, to: string): Text => ({
  en: `The first day, ${from}, lies behind the last, ${to}. Change them round.`,
  zh: `起始日 ${from} 晚于截止日 ${to}，请调换。`,
});
