import type { Db } from '../../subgraphs/kit/database';
import { personnel } from '../../subgraphs/personnel';
import { checkInDaysIn, leastAttended, sheetDaysIn } from '../../subgraphs/personnel/attendance/store';
import { practicesIn } from '../../subgraphs/personnel/practices/store';
import { totalsIn } from '../../subgraphs/personnel/rankings/store';
import { reportedMonths } from '../../subgraphs/personnel/reports/store';
import { plansOf } from '../support/plans';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { ORGANIZER, yearOfPostings } from './year';

const POSTINGS = Number(process.env.YEAR_POSTINGS ?? 120);
const COUNTY = '310104';
const OCTOBER = { first: '2026-10', last: '2026-10' };

describe('a year of postings is read by index, under row security', () => {
  const world = useSubgraph(personnel);
  const department = viewer(`${COUNTY}-ORG`, { functions: ['ORGANIZATION'] });
  let ofCounty: string[] = [];

  beforeAll(async () => {
    await yearOfPostings(world, POSTINGS);
    const rows = await world.build((db) =>
      db('secondments')
        .select('id')
        .where({ host_agency: `${COUNTY}-GOV` }),
    );
    ofCounty = rows.map(({ id }) => String(id));
    await world.build((db) =>
      db.raw(
        `INSERT INTO practices (id, secondment, title, kind, origin, topic, summary, recorded_by, recorded_at, recorder)
         SELECT 'practice-' || n, 'posting-' || (1 + n % ?::int), '做法' || n, 'FORM', '310118', NULL,
           CASE WHEN n % 500 = 0 THEN '两地联合会审，一次告知' ELSE '网格巡查记录' || n END, ?, '2026-06-01', '某'
         FROM generate_series(1, 3000) AS n`,
        [POSTINGS, ORGANIZER],
      ),
    );
    // As a vacuum would: what waits to be entered into the index makes it look dear.
    await world.build((db) => db.raw(`SELECT gin_clean_pending_list('practices_by_text')`));
    await world.build((db) => db.raw('ANALYZE practices'));
  }, 600_000);

  it.each([
    [
      "a month's ranking",
      'weekly_scores_by_month',
      'weekly_scores',
      (db: Db) => totalsIn(db, COUNTY, '2026-10'),
    ],
    [
      "a month's sheets",
      'attendance_sheets_secondment_week_of_key',
      'attendance_sheets',
      (db: Db) => sheetDaysIn(db, ofCounty, OCTOBER),
    ],
    [
      "a month's check-ins",
      'check_ins_by_day',
      'check_ins',
      (db: Db) => checkInDaysIn(db, ofCounty, OCTOBER),
    ],
    [
      'what a year of sheets clears',
      'attendance_sheets_secondment_week_of_key',
      'attendance_sheets',
      (db: Db) =>
        leastAttended(db, ofCounty, { first: '2025-11', last: '2026-10', workingDays: ['2026-10-12'] }),
    ],
    [
      'months that were reported',
      'secondment_reports_secondment_month_key',
      'secondment_reports',
      (db: Db) => reportedMonths(db, ofCounty.slice(0, 3), { by: '2026-11-23', months: ['2026-10'] }),
    ],
    [
      'practices by a word of two characters',
      'practices_by_text',
      'practices',
      (db: Db) => practicesIn(db, [''], { textContains: '会审' }),
    ],
  ])('%s by %s', async (_, index, table, work) => {
    const plan = (await plansOf(world, department, work)).join('\n');
    expect(plan).toContain(index);
    expect(plan).not.toMatch(new RegExp(`Seq Scan on ${table}\\b`));
  });

  it('with the right to read decided once a statement, not once a row', async () => {
    const [plan = ''] = await plansOf(world, department, (db) => checkInDaysIn(db, ofCounty, OCTOBER));
    expect(plan).toContain('hashed SubPlan');
  });
});
