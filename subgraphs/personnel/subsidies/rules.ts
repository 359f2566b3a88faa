import { type CsvColumn, csvOf } from '../../kit/csv';
import { lastDayOf } from '../../kit/time';
import { daysInMonth, monthsOf } from '../reports/rules';
import type { SecondmentStatus } from '../secondments/rules';

/** What a month is paid, by the policies of a place then. */
export interface SubsidyPolicy {
  readonly yuanPerMonth: number;
  /** A month counts from so many days in post. */
  readonly minimumDays: number;
}

/** What is paid for a month of a posting. */
export interface Subsidy {
  readonly secondment: string;
  readonly month: string;
  readonly days: number;
  readonly yuan: number;
}

interface Posting {
  readonly id: string;
  readonly status: SecondmentStatus;
  readonly starts_on: string;
  readonly ends_on: string;
}

/** Whether anyone is in post by a posting at some time: nobody is before the host accepts, or when it declines. */
const isServed = ({ status }: Posting): boolean =>
  status === 'ACTIVE' || status === 'COMPLETED' || status === 'RECALLED';

/** What a posting is paid for a month: all or nothing. Null for a month that does not count. */
export function subsidyOf(
  posting: Posting,
  month: string,
  { yuanPerMonth, minimumDays }: SubsidyPolicy,
): Subsidy | null {
  const days = isServed(posting) ? daysInMonth(posting, month) : 0;
  if (days === 0 || days < minimumDays) return null;
  return { secondment: posting.id, month, days, yuan: yuanPerMonth };
}

/** What a posting is paid for each month up to a day. */
export const subsidiesUntil = (
  posting: Posting,
  until: string,
  policyOf: (day: string) => SubsidyPolicy,
): Subsidy[] =>
  monthsOf(posting, until)
    .map((month) => subsidyOf(posting, month, policyOf(lastDayOf(month))))
    .filter((subsidy) => subsidy !== null);

/** A line of the exported statement, with the names that people know. */
export interface SubsidyLine extends Subsidy {
  readonly officer: string;
  readonly home: string;
  readonly host: string;
  readonly position: string;
}

const COLUMNS: readonly CsvColumn<SubsidyLine>[] = [
  { heading: '月份', value: (line) => line.month },
  { heading: '姓名', value: (line) => line.officer },
  { heading: '派出单位', value: (line) => line.home },
  { heading: '接收单位', value: (line) => line.host },
  { heading: '挂任职务', value: (line) => line.position },
  { heading: '在岗天数', value: (line) => line.days },
  { heading: '补贴金额（元）', value: (line) => line.yuan },
];

export const statementCsv = (lines: readonly SubsidyLine[]): string => csvOf(COLUMNS, lines);
