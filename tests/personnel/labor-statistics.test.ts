import { testSums } from './labor-flow-sums';
import { methodsOf } from './make';
import { ASYMMETRIES, BALANCE, hr, MATRIX, type Row, SERIES, TOP, useStatistics } from './statistics-world';

describe('labor statistics', () => {
  const { world, as, stranger, freshMonth, submit, withdraw, flow, matrixOf } = useStatistics();

  describe('withdrawLaborFlowReports', () => {
    const rows: Row[] = [
      ['341225', '310118', 'C', 100],
      ['341225', '310118', 'D', 50],
    ];

    it('leaves nothing reported, which is not zero, and tells the change feed', async () => {
      const month = freshMonth();
      await submit('341200-HRSS', 'ORIGIN', month, rows);
      const { batch } = await withdraw('341200-HRSS', 'ORIGIN', month, rows);
      expect(batch).toMatchObject({ withdrawnRows: 2, unchangedRows: 0 });
      for (const place of ['341225', '341200']) {
        const { reportedByOrigin, reconciled } = await flow(as('341200-HRSS'), place, '310000', month);
        expect([reportedByOrigin, reconciled]).toEqual([null, null]);
      }
      const stored = await world.build((db) =>
        db('labor_flow_changes').where({ month }).orderBy(['transaction_id', 'ordinal']),
      );
      expect(stored.map((c) => [c.action, c.sector, c.workers, c.revision])).toEqual([
        ['UPSERT', 'C', 100, 1],
        ['UPSERT', 'D', 50, 1],
        ['DELETE', 'C', 100, 2],
        ['DELETE', 'D', 50, 2],
      ]);
    });

    it('answers the same batch as before, and counts what is not there as unchanged', async () => {
      const month = freshMonth();
      await submit('341200-HRSS', 'ORIGIN', month, rows);
      const first = await withdraw('341200-HRSS', 'ORIGIN', month, rows, 'a withdrawal');
      expect(await withdraw('341200-HRSS', 'ORIGIN', month, rows, 'a withdrawal')).toEqual(first);
      const again = await withdraw('341200-HRSS', 'ORIGIN', month, rows);
      expect(again.batch).toMatchObject({ withdrawnRows: 0, unchangedRows: 2 });
      const other = await withdraw('341200-HRSS', 'ORIGIN', month, rows.slice(1), 'a withdrawal');
      expect(other.userErrors).toMatchObject([{ code: 'CONFLICT', path: ['batchKey'] }]);
    });

    it('is refused for what another unit reported, for other places, and for what is no figure; nothing changes', async () => {
      const month = freshMonth();
      await submit('341225-HRSS', 'ORIGIN', month, rows);
      const refused = await withdraw('341200-HRSS', 'ORIGIN', month, rows.slice(0, 1));
      expect(refused).toMatchObject({ batch: null, userErrors: [{ code: 'CONFLICT', path: ['rows', '0'] }] });
      const foreign = await withdraw('310000-HRSS', 'ORIGIN', month, rows.slice(0, 1));
      expect(foreign.userErrors).toMatchObject([{ code: 'NOT_ALLOWED', path: ['rows', '0', 'origin'] }]);
      const bad = await withdraw('341200-HRSS', 'ORIGIN', month, [['341225', '999999', 'Z', 0]]);
      expect(bad.userErrors.map((e: { path: string[] }) => e.path.join('.'))).toEqual([
        'rows.0.destination',
        'rows.0.sector',
      ]);
      expect((await flow(as('341200-HRSS'), '341225', '310118', month)).reportedByOrigin.workers).toBe(150);
    });
  });

  testSums(12);

  describe('figures and sums', () => {
    it('can be written by no one for another unit, parties by place included', async () => {
      const month = freshMonth();
      await submit('341200-HRSS', 'ORIGIN', month, [['341225', '310118', 'C', 100]]);
      for (const party of ['341225-HRSS', '310118-HRSS', '310000-HRSS']) {
        const session = world.database.session(hr(party));
        await session.write(async (db) => {
          for (const table of ['labor_flow_reports', 'labor_flow_sums']) {
            expect(await db(table).where({ month }).update({ workers: 0 }).returning('month')).toEqual([]);
          }
          expect(await db('labor_flow_reports').where({ month }).delete().returning('month')).toEqual([]);
        });
        const forged = session.write((db) =>
          db.raw(
            `INSERT INTO labor_flow_reports
             SELECT ?, side, origin, destination, sector, workers, public_workers, is_small, minimum_stay_months,
               includes_flexible, reference_day, reported_by, revision, updated_at
             FROM labor_flow_reports WHERE month = ? LIMIT 1`,
            [freshMonth(), month],
          ),
        );
        await expect(forged).rejects.toThrow('row-level security');
        await session.end();
      }
    });
  });

  describe('reconciled', () => {
    it('is computed on the two sums at the level that is asked', async () => {
      const month = freshMonth();
      await submit('341200-HRSS', 'ORIGIN', month, [
        ['341225', '310118', 'C', 1000],
        ['341204', '310115', 'C', 500],
      ]);
      await submit('310000-HRSS', 'DESTINATION', month, [['341200', '310118', 'C', 1480]]);
      const { reconciled } = await flow(stranger(), '341200', '310000', month);
      expect(reconciled).toMatchObject({
        ...{ workers: 1480, low: 1480, high: 1500, method: 'DESTINATION_SIDE', rule: 'WITHIN_TOLERANCE' },
      });
      // Below, the sides do not meet: nothing of the sum is made of these.
      expect((await flow(stranger(), '341225', '310118', month)).reconciled.rule).toBe(
        'ONLY_ORIGIN_REPORTED',
      );
    });

    it('explains itself in the language that is asked for', async () => {
      const month = freshMonth();
      await submit('341200-HRSS', 'ORIGIN', month, [['341225', '310118', 'C', 1000]]);
      const { explanation } = (await flow(world.as(hr('341200-HRSS'), 'zh'), '341225', '310118', month))
        .reconciled;
      expect(explanation).toContain('仅输出地报送 1,000 人');
    });

    it('judges reporters by what has arrived meanwhile', async () => {
      const month = freshMonth();
      await submit('341200-HRSS', 'ORIGIN', month, [
        ['341225', '310118', 'C', 2000],
        ['341225', '320500', 'C', 1000],
      ]);
      await submit('310000-HRSS', 'DESTINATION', month, [['341200', '310000', 'C', 1000]]);
      const before = (await flow(stranger(), '341200', '310000', month)).reconciled;
      expect(before.workers).toBe(1500);
      // Suzhou confirms a tenth of what Fuyang says: Fuyang's word counts for less.
      await submit('320500-HRSS', 'DESTINATION', month, [['341200', '320500', 'C', 100]]);
      const after = (await flow(stranger(), '341200', '310000', month)).reconciled;
      expect(after.workers).toBe(Math.round((0.1 * 2000 + 0.5 * 1000) / 0.6));
      await submit('320500-HRSS', 'DESTINATION', month, [['341200', '320500', 'C', 1000]]);
      expect((await flow(stranger(), '341200', '310000', month)).reconciled.workers).toBe(
        Math.round((1 * 2000 + 0.5 * 1000) / 1.5),
      );
    });
  });

  describe('laborFlowMatrix', () => {
    it('has every city on its axes, a cell for each pair that was reported, and agrees with the single question', async () => {
      const month = freshMonth();
      await submit('341200-HRSS', 'ORIGIN', month, [
        ['341225', '310118', 'C', 1000],
        ['341200', '310000', 'D', 70],
        ['341225', '330421', 'C', 3],
        ['341225', '340000', 'C', 77],
      ]);
      await submit('310000-HRSS', 'DESTINATION', month, [['341200', '310118', 'C', 600]]);
      const matrix = await matrixOf(stranger(), { month, from: 'PREFECTURE', to: 'PREFECTURE' });
      expect(matrix.origins).toHaveLength(41);
      expect(matrix.destinations.map((d: { code: string }) => d.code)).toContain('310000');
      const pairs = matrix.cells.map((c: { originCode: string; destinationCode: string }) => [
        c.originCode,
        c.destinationCode,
      ]);
      // What lies somewhere in Anhui lies in none of its cities.
      expect(pairs).toEqual([
        ['341200', '310000'],
        ['341200', '330400'],
      ]);
      const single = await flow(stranger(), '341200', '310000', month);
      expect(matrix.cells[0].workers).toBe(single.reconciled.workers);
      expect(matrix.cells[1]).toMatchObject({ workers: null, obsStatus: 'Q', confStatus: 'A' });
      const exact = await matrixOf(as('330400-HRSS'), { month, from: 'PREFECTURE', to: 'PREFECTURE' });
      expect(exact.cells[1]).toMatchObject({ workers: 3, obsStatus: 'A' });
    });

    it('takes a side, a sector and a part of either axis', async () => {
      const month = freshMonth();
      await submit('341200-HRSS', 'ORIGIN', month, [
        ['341225', '310118', 'C', 1000],
        ['341225', '310118', 'D', 70],
        ['341204', '310118', 'C', 30],
      ]);
      const cells = async (variables: object) => {
        const { cells } = await matrixOf(stranger(), { month, ...variables });
        return cells.map((c: { originCode: string; workers: number }) => [c.originCode, c.workers]);
      };
      const counties = { from: 'COUNTY', to: 'PROVINCE', side: 'ORIGIN' };
      expect(await cells(counties)).toEqual([
        ['341204', 30],
        ['341225', 1070],
      ]);
      expect(await cells({ ...counties, sector: 'D' })).toEqual([['341225', 70]]);
      expect(await cells({ ...counties, originUnder: '341204' })).toEqual([['341204', 30]]);
      expect(await cells({ ...counties, side: 'DESTINATION' })).toEqual([]);
    });

    it('is refused where it would be too large', async () => {
      const { errors } = await stranger().send(MATRIX, { month: '2020-01', from: 'COUNTY', to: 'COUNTY' });
      expect(errors?.map((e) => [e.extensions?.code, e.message])).toEqual([
        ['BAD_USER_INPUT', expect.stringContaining('at most 20000 are compared at once')],
      ]);
    });

    it('takes as many statements for one pair as for many', async () => {
      const [one, many] = [freshMonth(), freshMonth()];
      await submit('341200-HRSS', 'ORIGIN', one, [['341225', '310118', 'C', 1000]]);
      const destinations = ['310118', '320500', '320100', '330100', '330421', '340100'];
      const rows = destinations.map((destination): Row => ['341225', destination, 'C', 1000]);
      await submit('341200-HRSS', 'ORIGIN', many, rows);
      const statements = async (month: string) =>
        methodsOf(
          await world.statementsOf(() =>
            matrixOf(stranger(), { month, from: 'PREFECTURE', to: 'PREFECTURE' }),
          ),
        );
      expect(await statements(many)).toEqual(await statements(one));
      expect(await statements(one)).toEqual([
        'laborStatistics.placesOfLevel',
        'laborStatistics.placesOfLevel',
        'laborStatistics.flowsBetween',
        'policies.of',
        'laborStatistics.agreementsOf',
      ]);
    });
  });

  describe('laborFlowAsymmetries', () => {
    it('ranks the flows of which both sides are known, and pages through them', async () => {
      const month = freshMonth();
      await submit('341200-HRSS', 'ORIGIN', month, [
        ['341200', '310000', 'C', 300],
        ['341200', '320500', 'C', 100],
        ['341200', '330100', 'C', 100],
        ['341200', '330400', 'C', 100],
      ]);
      await submit('310000-HRSS', 'DESTINATION', month, [['341200', '310000', 'C', 100]]);
      await submit('320500-HRSS', 'DESTINATION', month, [['341200', '320500', 'C', 110]]);
      await submit('330100-HRSS', 'DESTINATION', month, [['341200', '330100', 'C', 900]]);
      const page = async (variables: object) => {
        const { laborFlowAsymmetries: found } = await stranger().ask(ASYMMETRIES, {
          ...{ month, level: 'PREFECTURE', ...variables },
        });
        const places = found.edges.map(
          (e: { node: { destination: { code: string } } }) => e.node.destination.code,
        );
        return { places, ...found.pageInfo };
      };
      const all = await page({});
      expect(all).toMatchObject({ places: ['330100', '310000', '320500'], hasNextPage: false });
      const first = await page({ first: 1 });
      expect(first).toMatchObject({ places: ['330100'], hasNextPage: true });
      const rest = await page({ first: 2, after: first.endCursor });
      expect(rest).toMatchObject({ places: ['310000', '320500'], hasNextPage: false });
      expect((await page({ side: 'ORIGIN' })).places).toEqual(['310000']);
      expect((await page({ side: 'DESTINATION' })).places).toEqual(['330100', '320500']);
      expect((await page({ sector: 'D' })).places).toEqual([]);
    });
  });

  describe('laborFlowSeries', () => {
    it('gives each month with its changes, and keeps months without reports apart from zero', async () => {
      for (const [month, workers] of [
        ['2024-03', 100],
        ['2025-02', 150],
        ['2025-03', 120],
      ] as const) {
        await submit('341200-HRSS', 'ORIGIN', month, [['341225', '310118', 'C', workers]]);
      }
      const ends = { origin: '341225', destination: '310118' };
      const { laborFlowSeries } = await stranger().ask(SERIES, { ...ends, from: '2025-01', to: '2025-03' });
      expect(laborFlowSeries.points).toEqual([
        { month: '2025-01', workers: null, obsStatus: 'O', monthOnMonth: null, yearOnYear: null },
        { month: '2025-02', workers: 150, obsStatus: 'A', monthOnMonth: null, yearOnYear: null },
        { month: '2025-03', workers: 120, obsStatus: 'A', monthOnMonth: -0.2, yearOnYear: 0.2 },
      ]);
    });

    it('is refused backwards, and beyond 60 months', async () => {
      for (const to of ['2024-12', '2030-01']) {
        const { errors } = await stranger().send(SERIES, {
          ...{ origin: '341225', destination: '310118', from: '2025-01', to },
        });
        expect(errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT');
      }
    });
  });

  describe('laborFlowBalance', () => {
    it('counts who comes and who leaves by sector, without those who stay inside', async () => {
      const month = freshMonth();
      await submit('341200-HRSS', 'ORIGIN', month, [
        ['341225', '310118', 'C', 100],
        ['341225', '341204', 'C', 999],
        ['341225', '340000', 'C', 888],
        ['341200', '320500', 'D', 50],
      ]);
      await submit('341200-HRSS', 'DESTINATION', month, [['320500', '341225', 'D', 20]]);
      const lineOf = (line: {
        sector: string | null;
        inflow: { workers: number } | null;
        outflow: { workers: number } | null;
        net: number | null;
      }) => [line.sector, line.inflow?.workers, line.outflow?.workers, line.net];
      const { laborFlowBalance } = await stranger().ask(BALANCE, { place: '341200', month });
      expect(laborFlowBalance.bySector.map(lineOf)).toEqual([
        ['C', undefined, 100, null],
        ['D', 20, 50, -30],
      ]);
      expect(lineOf(laborFlowBalance.total)).toEqual([null, 20, 150, -130]);
      const county = (await stranger().ask(BALANCE, { place: '341225', month })).laborFlowBalance;
      expect(lineOf(county.total)).toEqual([null, 20, 100 + 999, 20 - 1099]);
    });
  });

  describe('laborFlowTopOrigins and laborFlowTopDestinations', () => {
    it('give the largest first, as many as are asked for', async () => {
      const month = freshMonth();
      await submit('341200-HRSS', 'ORIGIN', month, [
        ['341225', '310118', 'C', 100],
        ['341225', '320500', 'C', 300],
        ['341225', '330421', 'C', 200],
      ]);
      await submit('341000-HRSS', 'ORIGIN', month, [['341000', '310118', 'C', 500]]);
      const ask = (place: string, first: number) =>
        stranger().ask(TOP, { place, month, level: 'PREFECTURE', first });
      const top = await ask('341200', 2);
      expect(top.laborFlowTopDestinations).toEqual([
        { place: { code: '320500' }, workers: 300, obsStatus: 'A' },
        { place: { code: '330400' }, workers: 200, obsStatus: 'A' },
      ]);
      expect((await ask('310000', 10)).laborFlowTopOrigins).toEqual([
        { place: { code: '341000' }, workers: 500, obsStatus: 'A' },
        { place: { code: '341200' }, workers: 100, obsStatus: 'A' },
      ]);
      expect((await ask('999999', 10)).laborFlowTopOrigins).toBeNull();
    });
  });
});
