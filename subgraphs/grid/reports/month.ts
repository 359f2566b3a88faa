import { csvOf } from '../../kit/csv';
import { agenciesByCode } from '../../kit/directory';
import { policiesOf, policyValue } from '../../kit/in-effect';
import { addDays, lastDayOf, startOfDay } from '../../kit/time';
import { categoriesByCode } from '../categories/store';
import { attendanceIn } from '../joint-patrols/store';
import type { GridContext } from '../loaders';
import { type MonthReport, REPORT_COLUMNS, reportLines, reportOf, SCORE_POLICY, scoreWeights } from './rules';
import { reportCells } from './store';

/** The report of a place and month, of what the viewer may read. Scores go by the weights of the month's last day. */
export async function monthReport(
  context: GridContext,
  { under, month }: { under: string; month: string },
): Promise<MonthReport> {
  const { db } = context;
  const last = lastDayOf(month);
  const time = { from: startOfDay(`${month}-01`), below: startOfDay(addDays(last, 1)) };
  const cells = await reportCells(db, under, time);
  const attendance = await attendanceIn(db, under, time);
  const policies = await policiesOf(db, [SCORE_POLICY], [under]);
  const weights = policyValue(policies, SCORE_POLICY, { place: under, day: last }, scoreWeights);
  // Sums show something of every unit whose cases are in them.
  const providers = [
    ...cells.map(({ reporter }) => reporter),
    ...attendance.flatMap(({ recorders }) => recorders),
  ];
  const id = `report ${under} ${month}`;
  context.discloses(
    'grid.cases',
    providers.map((provider) => ({ provider, id })),
  );
  return reportOf({ jurisdiction: under, month }, cells, attendance, weights);
}

/** A report as a table. */
export async function reportCsv({ db }: GridContext, report: MonthReport): Promise<string> {
  const units = [...report.byAgency, ...report.attendance].map(({ agency }) => agency);
  const agencies = await agenciesByCode(db, [...new Set(units)]);
  const categories = await categoriesByCode(
    db,
    report.byCategory.map(({ category }) => category),
  );
  const names = new Map([...agencies, ...categories].map(({ code, name }) => [code, name]));
  return csvOf(REPORT_COLUMNS, reportLines(report, names));
}
