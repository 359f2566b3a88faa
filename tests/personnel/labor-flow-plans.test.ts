import { randomUUID } from 'node:crypto';
import type { Db } from '../../subgraphs/kit/database';
import { personnel } from '../../subgraphs/personnel';
import { storeReports } from '../../subgraphs/personnel/labor-flow/batches/store';
import { changes, reports } from '../../subgraphs/personnel/labor-flow/store';
import { flowsBetween, flowsOf, flowsOfPlace } from '../../subgraphs/personnel/labor-statistics/store';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';

const MONTH = '2015-01';
const hr = (agency: string) => viewer(agency, { functions: ['HUMAN_RESOURCES'] });
const fuyang = hr('341200-HRSS');
const stranger = viewer('330421103-REVIEW');

/** Row security, sums and all: what a question reads is found by an index however many other figures there are. */
describe('the indexes of labor flow', () => {
  const world = useSubgraph(personnel);

  // Among few rows the planner takes any path: months of figures of all counties of the delta's cities.
  beforeAll(async () => {
    await world.build(async (db) => {
      await db.raw(
        `SELECT open_labor_flow_month(month) FROM unnest(ARRAY['2015-01', '2015-02', '2015-03', '2015-04']) AS month`,
      );
      await db.raw(
        `INSERT INTO labor_flow_reports (month, side, origin, destination, sector, workers, public_workers, is_small,
           minimum_stay_months, includes_flexible, reference_day, reported_by, revision, updated_at)
         SELECT month, side, o.code, d.code, sector, 100, 100, false, 6, true, '2015-01-31',
           labor_flow_prefecture(CASE side WHEN 'ORIGIN' THEN o.code ELSE d.code END) || '-HRSS', 1, now()
         FROM unnest(ARRAY['2015-01', '2015-02', '2015-03', '2015-04']) AS month,
           unnest(ARRAY['ORIGIN', 'DESTINATION']) AS side, unnest(ARRAY['C', 'E']) AS sector,
           (SELECT code FROM places WHERE level = 'COUNTY' AND left(code, 2) IN ('31', '32', '33', '34')
            ORDER BY reverse(code) LIMIT 70) AS o,
           (SELECT code FROM places WHERE level = 'COUNTY' AND left(code, 2) IN ('31', '32', '33', '34')
            ORDER BY reverse(code) LIMIT 70) AS d`,
      );
      await db.raw(
        `INSERT INTO labor_flow_changes (transaction_id, ordinal, action, month, side, origin, destination, sector,
           workers, minimum_stay_months, includes_flexible, reference_day, reported_by, revision, changed_at)
         SELECT 1000 + row_number() OVER () / 500, row_number() OVER (), 'UPSERT', month, side, origin, destination,
           sector, workers, 6, true, reference_day, reported_by, 1, updated_at
         FROM labor_flow_reports`,
      );
      await db.raw(
        'INSERT INTO feed_transactions (id) SELECT DISTINCT transaction_id FROM labor_flow_changes',
      );
      await db.raw('SELECT sequence_feed()');
    });
    await world.build((db) =>
      db.raw('ANALYZE labor_flow_reports, labor_flow_changes, labor_flow_sums, feed_transactions'),
    );
  }, 60_000);

  /** The plans of the statements that a store sends, by the method that each names. */
  async function plansOf(
    who: typeof fuyang,
    read: (db: Db) => Promise<unknown>,
  ): Promise<Record<string, string>> {
    const session = world.database.session(who);
    const plans: Record<string, string> = {};
    const explain = async (sql: string, bindings?: Parameters<Db['raw']>[1]) => {
      if (sql.includes('SAVEPOINT')) return [];
      const lines = await session.db.raw<{ 'QUERY PLAN': string }>(`EXPLAIN ${sql}`, bindings);
      const method = /\/\* (\S+) \*\//.exec(sql)?.[1] ?? randomUUID();
      plans[method] = lines.map((line) => line['QUERY PLAN']).join('\n');
      return method === 'feed.head' ? session.db.raw(sql, bindings) : [];
    };
    const explaining = Object.assign((table: string) => session.db(table), { raw: explain }) as Db;
    await read(explaining);
    await session.end();
    return plans;
  }
  const between = { month: MONTH, sector: null };
  const cities = { level: 'PREFECTURE', under: null } as const;

  it.each([
    ['a stranger', stranger],
    ['a party', fuyang],
  ])('find one pair by its range, summed and in counties, for %s', async (_, who) => {
    for (const [origin, destination, index] of [
      ['341200', '310000', 'labor_flow_sums'],
      ['341202', '310104', 'labor_flow_reports'],
    ] as const) {
      const key = { ...between, origin, destination };
      const { 'laborStatistics.partsOfFlows': plan } = await plansOf(who, (db) => flowsOf(db, who, [key]));
      expect(plan).toMatch(new RegExp(`(Index|Bitmap).* Scan.* ${index}`));
      expect(plan).toMatch(/Index Cond: .*month = '2015-01'.*origin >= '3412/);
      expect(plan).not.toContain('Seq Scan');
    }
  });

  it('find the months of a series by the range of each', async () => {
    const keys = ['2015-01', '2015-02', '2015-03'].map((month) => ({
      ...{ month, sector: null, origin: '341202', destination: '310104' },
    }));
    const { 'laborStatistics.partsOfFlows': plan } = await plansOf(stranger, (db) =>
      flowsOf(db, stranger, keys),
    );
    expect(plan).toMatch(/Index Cond: \(.*month = flow.month\).*origin >= flow.o_from/);
    expect(plan).not.toContain('Seq Scan');
  });

  it.each([
    ['a stranger', stranger],
    ['a party', fuyang],
  ])('give the matrix and the ranking the month of the sums alone, for %s', async (_, who) => {
    const asked = { ...between, origin: cities, destination: cities };
    const { 'laborStatistics.flowsBetween': plan } = await plansOf(who, (db) => flowsBetween(db, who, asked));
    expect(plan).toMatch(/Index Cond: \(\(.*month = '2015-01'::text\) AND \(.*sector = ''::text\)/);
    expect(plan).not.toContain('labor_flow_reports');
    expect(plan).not.toContain('Seq Scan');
  });

  it('give a place its own side of the sums', async () => {
    const asked = { ...between, place: '341200' };
    const { 'laborStatistics.flowsOfPlace': plan = '' } = await plansOf(stranger, (db) =>
      flowsOfPlace(db, stranger, asked, ['340000']),
    );
    expect(plan).not.toContain('Seq Scan');
    for (const end of ['origin', 'destination']) {
      expect(plan).toMatch(new RegExp(`Index Cond: .*month = '2015-01'.*${end} >= '3412'`));
    }
  });

  it('let a batch look for each of its figures by the key, new ones and known ones', async () => {
    const definition = { minimumStayMonths: 6, includesFlexible: true, referenceDay: '2015-05-31' };
    const rows = Array.from({ length: 5_000 }, (_, i) => ({
      ...{ origin: '341202', destination: String(310_101 + i), sector: 'C', workers: i % 20 },
    }));
    const plans = await plansOf(fuyang, (db) =>
      storeReports(db, {
        ...{ transactionId: 1, reportedBy: '341200-HRSS', threshold: 10, now: world.now },
        submission: { month: '2015-05', side: 'ORIGIN', definition, rows },
      }),
    );
    for (const plan of [plans['laborFlow.storeNew'], plans['laborFlow.storeReports']]) {
      expect(plan).toContain('Insert on labor_flow_reports');
      expect(plan).not.toContain('Seq Scan on labor_flow_reports');
    }
    expect(plans['laborFlow.storeNew']).toMatch(
      /Index.* Scan using \w+ on labor_flow_reports report .*\n\s+Index Cond: (?=.*month = )(?=.*side = )(?=.*origin = input)(?=.*destination = input)/,
    );
  });

  it('give a list of figures its range, and a page of the feed what lies behind the cursor', async () => {
    const filter = { month: MONTH, side: 'ORIGIN', originUnder: '341200', first: 50 } as const;
    const { 'laborFlow.reports': list } = await plansOf(fuyang, (db) => reports(db, filter));
    expect(list).toMatch(/Index.* Scan.* labor_flow_reports/);
    expect(list).not.toContain('Seq Scan on labor_flow_reports');
    const { 'laborFlow.changes': page = '' } = await plansOf(fuyang, (db) =>
      changes(db, fuyang, { first: 1_000 }),
    );
    expect(page).toMatch(/Index.* Scan using feed_transactions_position_key/);
    expect(page).toMatch(/Index.* Scan using labor_flow_changes_pkey/);
    // Transactions come in the order of their positions; only the changes of each are sorted.
    expect(page).not.toMatch(/Seq Scan|-> *Sort/);
  });
});
