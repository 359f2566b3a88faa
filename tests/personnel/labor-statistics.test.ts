import { createHmac, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { personnel } from '../../subgraphs/personnel';
import { type Caller, useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { methodsOf } from './make';

const SUBMIT = `mutation ($input: SubmitLaborFlowReportsInput!) {
  submitLaborFlowReports(input: $input) { batch { newRows revisedRows unchangedRows } userErrors { code message path } }
}`;
const WITHDRAW = `mutation ($input: WithdrawLaborFlowReportsInput!) {
  withdrawLaborFlowReports(input: $input) { batch { id withdrawnRows unchangedRows } userErrors { code message path } }
}`;
const FIGURES = `reportedByOrigin { workers obsStatus confStatus } reportedByDestination { workers obsStatus confStatus }
  asymmetry reconciled { workers low high obsStatus confStatus method rule explanation }`;
const FLOW = `query ($origin: JurisdictionCode!, $destination: JurisdictionCode!, $month: Month!, $sector: Sector) {
  laborFlow(origin: $origin, destination: $destination, month: $month, sector: $sector) { ${FIGURES} }
}`;
const ASYMMETRIES = `query ($month: Month!, $level: LaborFlowLevel!, $sector: Sector, $side: LaborFlowSide, $originUnder: JurisdictionCode, $first: Int, $after: String) {
  laborFlowAsymmetries(month: $month, originLevel: $level, destinationLevel: $level, sector: $sector, side: $side, originUnder: $originUnder, first: $first, after: $after) {
    edges { cursor node { origin { code } destination { code } ${FIGURES} } } pageInfo { hasNextPage endCursor }
  }
}`;
const MATRIX = `query ($month: Month!, $from: LaborFlowLevel!, $to: LaborFlowLevel!, $sector: Sector, $side: LaborFlowSide, $originUnder: JurisdictionCode, $destinationUnder: JurisdictionCode) {
  laborFlowMatrix(month: $month, originLevel: $from, destinationLevel: $to, sector: $sector, side: $side, originUnder: $originUnder, destinationUnder: $destinationUnder) {
    origins { code } destinations { code } cells { originCode destinationCode workers obsStatus confStatus }
  }
}`;
const SERIES = `query ($origin: JurisdictionCode!, $destination: JurisdictionCode!, $from: Month!, $to: Month!, $side: LaborFlowSide) {
  laborFlowSeries(origin: $origin, destination: $destination, from: $from, to: $to, side: $side) {
    points { month workers obsStatus monthOnMonth yearOnYear }
  }
}`;
const BALANCE = `query ($place: JurisdictionCode!, $month: Month!, $sector: Sector, $side: LaborFlowSide) {
  laborFlowBalance(place: $place, month: $month, sector: $sector, side: $side) {
    total { sector inflow { workers obsStatus } outflow { workers obsStatus } net }
    bySector { sector inflow { workers obsStatus } outflow { workers obsStatus } net }
  }
}`;
const TOP = `query ($place: JurisdictionCode!, $month: Month!, $level: LaborFlowLevel!, $first: Int!, $side: LaborFlowSide) {
  laborFlowTopOrigins(destination: $place, month: $month, level: $level, first: $first, side: $side) { place { code } workers obsStatus }
  laborFlowTopDestinations(origin: $place, month: $month, level: $level, first: $first, side: $side) { place { code } workers obsStatus }
}`;

const hr = (agency: string) => viewer(agency, { functions: ['HUMAN_RESOURCES'] });
const definition = { minimumStayMonths: 6, includesFlexible: true, referenceDay: '2019-05-31' };
type Row = [origin: string, destination: string, sector: string, workers: number];

describe('labor statistics', () => {
  const world = useSubgraph(personnel);
  const as = (agency: string) => world.as(hr(agency));
  const stranger = () => world.as(viewer('310000-YRDOFFICE'));

  let months = 0;
  const freshMonth = () => {
    months += 1;
    return `20${String(10 + Math.floor(months / 12)).padStart(2, '0')}-${String((months % 12) + 1).padStart(2, '0')}`;
  };
  const submit = async (
    agency: string,
    side: 'ORIGIN' | 'DESTINATION',
    month: string,
    rows: readonly Row[],
    more: object = {},
  ) => {
    const input = {
      ...{ batchKey: randomUUID(), month, side, definition: { ...definition, ...more } },
      rows: rows.map(([origin, destination, sector, workers]) => ({ origin, destination, sector, workers })),
    };
    const { userErrors } = await as(agency).do(SUBMIT, input);
    expect(userErrors).toEqual([]);
  };
  const withdraw = (
    agency: string,
    side: 'ORIGIN' | 'DESTINATION',
    month: string,
    rows: readonly (readonly [string, string, string, ...unknown[]])[],
    batchKey = randomUUID() as string,
  ) =>
    as(agency).do(WITHDRAW, {
      ...{ batchKey, month, side },
      rows: rows.map(([origin, destination, sector]) => ({ origin, destination, sector })),
    });
  const flow = async (caller: Caller, origin: string, destination: string, month: string, sector?: string) =>
    (await caller.ask(FLOW, { origin, destination, month, sector })).laborFlow;
  const matrixOf = async (caller: Caller, variables: object) =>
    (await caller.ask(MATRIX, { ...variables })).laborFlowMatrix;

  /** What the sums should be, added up anew from the figures, and what they are. */
  const sumsTwice = (month: string) =>
    world.build(async (db) => {
      const columns = `month, sector, side, origin, destination, reported_by, minimum_stay_months, includes_flexible,
        reference_day, workers, public_workers, cells, small_cells`;
      const kept = await db.raw(
        `SELECT ${columns} FROM labor_flow_sums WHERE month = ? AND (cells, workers, public_workers, small_cells) <> (0, 0, 0, 0)
         ORDER BY ${columns}`,
        [month],
      );
      const anew = await db.raw(
        `SELECT month, coalesce(sector, '') AS sector, side, labor_flow_prefecture(origin) AS origin,
           labor_flow_prefecture(destination) AS destination, reported_by, minimum_stay_months, includes_flexible,
           reference_day, sum(workers)::bigint AS workers, sum(public_workers)::bigint AS public_workers,
           count(*)::int AS cells, (count(*) FILTER (WHERE is_small))::int AS small_cells
         FROM labor_flow_reports WHERE month = ?
         GROUP BY GROUPING SETS ((1, 3, 4, 5, 6, 7, 8, 9, sector), (1, 3, 4, 5, 6, 7, 8, 9))
         ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13`,
        [month],
      );
      return { kept, anew };
    });

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

  describe('sums', () => {
    it('equal those of the figures after any sequence of reports, revisions and withdrawals, some at once', async () => {
      const place = fc.constantFrom('341225', '341204', '341200');
      const other = fc.constantFrom('310118', '310000', '330421', '330400', '320000');
      const step = fc.record({
        agency: fc.constantFrom('341200-HRSS', '341225-HRSS', '340000-HRSS'),
        isWithdrawal: fc.boolean(),
        minimumStayMonths: fc.constantFrom(3, 6),
        rows: fc.uniqueArray(
          fc.tuple(place, other, fc.constantFrom('B', 'C'), fc.integer({ min: 0, max: 30 })),
          {
            ...{ minLength: 1, maxLength: 12, selector: (r) => r.slice(0, 3).join() },
          },
        ),
      });
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { maxLength: 6 }),
          async (turns) => {
            const month = freshMonth();
            for (const turn of turns) {
              await Promise.all(
                turn.map(({ agency, isWithdrawal, minimumStayMonths, rows }) => {
                  const own = agency === '341225-HRSS' ? rows.filter(([o]) => o === '341225') : rows;
                  const input = { batchKey: randomUUID(), month, side: 'ORIGIN' };
                  // Refused for what another unit reported first: then nothing changes.
                  return isWithdrawal
                    ? withdraw(agency, 'ORIGIN', month, own)
                    : as(agency).do(SUBMIT, {
                        ...{ ...input, definition: { ...definition, minimumStayMonths } },
                        rows: own.map(([origin, destination, sector, workers]) => ({
                          ...{ origin, destination, sector, workers },
                        })),
                      });
                }),
              );
            }
            const { kept, anew } = await sumsTwice(month);
            expect(kept).toEqual(anew);
          },
        ),
        { numRuns: 12 },
      );
    });

    it('can be written by no one for another unit', async () => {
      const month = freshMonth();
      await submit('341200-HRSS', 'ORIGIN', month, [['341225', '310118', 'C', 100]]);
      const session = world.database.session(hr('310000-HRSS'));
      await session.write(async (db) => {
        const changed = await db('labor_flow_sums')
          .where({ month })
          .update({ workers: 0 })
          .returning('month');
        expect(changed).toEqual([]);
      });
      await session.end();
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

  describe('small cells', () => {
    /** All values and places take minutes; some of each say nearly as much. */
    const isWhole = process.env.SOAK !== undefined;

    it('are told to no one but the parties, whatever is asked, before and after a revision', async () => {
      const month = freshMonth();
      const figures = (value: number): Row[] => [
        ['341225', '330421', 'B', value],
        ['341225', '330421', 'C', 60],
        ['341225', '330482', 'B', 25],
        ['341204', '330421', 'B', 40],
      ];
      /** Everything that the schema lets anyone ask of the month. */
      const everything = async (caller: Caller, of: string) => {
        const answers: unknown[] = [];
        const ends = isWhole ? ['341225', '341204', '341200', '340000'] : ['341225', '341200'];
        const others = isWhole ? ['330421', '330482', '330400', '330000'] : ['330421', '330400'];
        for (const origin of ends) {
          for (const destination of others) {
            for (const sector of [undefined, 'B', 'C']) {
              answers.push(await flow(caller, origin, destination, of, sector));
            }
          }
        }
        for (const level of isWhole ? ['PROVINCE', 'PREFECTURE', 'COUNTY'] : ['PREFECTURE', 'COUNTY']) {
          for (const side of [undefined, 'ORIGIN']) {
            const under = { originUnder: '341200', destinationUnder: '330400' };
            const axes = { month: of, side, from: level, ...under };
            answers.push(await matrixOf(caller, { ...axes, to: level }));
            answers.push(await matrixOf(caller, { ...axes, to: 'PROVINCE', sector: 'B' }));
            for (const place of ['341225', '330421', ...(isWhole ? [...ends, ...others] : [])]) {
              answers.push(await caller.ask(TOP, { place, month: of, level, first: 50, side }));
            }
          }
          answers.push(await caller.ask(ASYMMETRIES, { month: of, level, originUnder: '341200' }));
        }
        for (const place of [...ends, ...others]) {
          answers.push(await caller.ask(BALANCE, { place, month: of }));
        }
        answers.push(await caller.ask(SERIES, { origin: '341225', destination: '330421', from: of, to: of }));
        return JSON.stringify(answers);
      };
      // Whether a value is drawn as 0 or 10 is all that may be seen of it: of the values drawn alike, none is told apart.
      const seen = new Map<string, Set<string>>();
      for (const value of isWhole ? [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] : [0, 2, 4, 6, 8, 9]) {
        await submit('341200-HRSS', 'ORIGIN', month, figures(value));
        const [stored] = await world.build((db) =>
          db.raw<{ public_workers: number }>(
            "SELECT public_workers FROM labor_flow_reports WHERE month = ? AND sector = 'B' AND origin = '341225' AND destination = '330421'",
            [month],
          ),
        );
        const drawn = String(stored?.public_workers);
        const answers = await everything(stranger(), month);
        seen.set(drawn, (seen.get(drawn) ?? new Set()).add(answers));
        // A party to some flows, of the same place's other end, learns nothing more of the flow that is not its own.
        const party = JSON.stringify(await flow(as('330482-HRSS'), '341225', '330421', month, 'B'));
        expect(party).toContain('"workers":null,"obsStatus":"Q","confStatus":"A"');
      }
      expect([...seen.values()].map((answers) => answers.size)).toEqual([...seen].map(() => 1));
      // While the parties are told each value.
      expect((await flow(as('330421-HRSS'), '341225', '330421', month, 'B')).reportedByOrigin.workers).toBe(
        9,
      );
    }, 240_000);

    it('leave a note when a party is shown another unit exact ones, and none otherwise', async () => {
      const month = freshMonth();
      await submit('341225-HRSS', 'ORIGIN', month, [
        ['341225', '330421', 'B', 4],
        ['341225', '330421', 'C', 400],
      ]);
      const noted = async (caller: Caller, sector: string) => {
        const variables = { origin: '341225', destination: '330421', month, sector };
        return (await caller.send(FLOW, variables)).extensions ?? null;
      };
      expect(await noted(as('330421-HRSS'), 'B')).toEqual({
        hubSharing: {
          disclosed: [
            {
              ...{ item: 'labor-flow.reports', provider: '341225-HRSS' },
              ids: [`${month}|ORIGIN|341225|330421|B`],
            },
          ],
          withheld: [],
        },
      });
      expect(await noted(as('330421-HRSS'), 'C')).toBeNull();
      expect(await noted(as('341225-HRSS'), 'B')).toBeNull();
      expect(await noted(stranger(), 'B')).toBeNull();
    });

    it('are drawn by the database under a key that no member reads or is handed', async () => {
      const month = freshMonth();
      await submit('341225-HRSS', 'ORIGIN', month, [['341225', '330421', 'B', 4]]);
      const session = world.database.session(hr('341225-HRSS'));
      for (const attempt of [
        'SELECT * FROM labor_flow_month_keys',
        'SELECT labor_flow_month_key(?)',
        "SELECT labor_flow_masked('x', 1), ?",
        'UPDATE labor_flow_month_keys SET key = NULL WHERE month = ?',
      ]) {
        const tried = session.write((db) => db.raw(attempt, attempt.includes('?') ? [month] : []));
        await expect(tried).rejects.toThrow(/permission denied|does not exist/);
      }
      await session.end();
    });

    it('are not drawn for who is no party to what another unit has reported', async () => {
      const month = freshMonth();
      await submit('341225-HRSS', 'ORIGIN', month, [['341225', '330421', 'B', 4]]);
      const draws = async (agency: string) => {
        const session = world.database.session(hr(agency));
        const drawn = await session.db.raw(
          `SELECT drawn FROM draw_small_labor_flows(?, 'ORIGIN', ARRAY['341225', '341225'], ARRAY['330421', '330421'],
             ARRAY['B', 'C'], ARRAY[9, 9])`,
          [month],
        );
        await session.end();
        return drawn.length;
      };
      expect(await draws('341200-HRSS')).toBe(2);
      expect(await draws('330421-HRSS')).toBe(2);
      // Sector C is nobody's yet, so what it would be drawn as says nothing of anyone.
      expect(await draws('320500-HRSS')).toBe(1);
    });

    it('are drawn by an HMAC of the cell under the month’s key: each for itself, right on average, 0 as 0', async () => {
      const places = await world.build((db) =>
        db<{ code: string }>('places')
          .select('code')
          .whereRaw("level = 'COUNTY'")
          .orderBy('code')
          .limit(1_000),
      );
      const month = freshMonth();
      for (const workers of [0, 4, 9]) {
        const sector = 'ABCDEFGHIJ'.charAt(workers);
        await submit(
          '340000-HRSS',
          'ORIGIN',
          month,
          places.map(({ code }): Row => ['341225', code, sector, workers]),
        );
      }
      const [keyed] = await world.build((db) =>
        db<{ month: string; key: Buffer }>('labor_flow_month_keys').where({ month }).select('key'),
      );
      const stored = await world.build((db) =>
        db<{
          month: string;
          destination: string;
          sector: string;
          workers: number;
          public_workers: number;
          is_small: boolean;
        }>('labor_flow_reports').where({ month }),
      );
      expect(stored).toHaveLength(3_000);
      for (const { destination, sector, workers, public_workers, is_small } of stored) {
        const name = [month, 'ORIGIN', '341225', destination, sector].join('|');
        const draw =
          createHmac('sha256', keyed?.key ?? '')
            .update(name)
            .digest()
            .readUIntBE(0, 6) /
          2 ** 48;
        expect([public_workers, is_small]).toEqual([draw * 10 < workers ? 10 : 0, true]);
      }
      for (const workers of [0, 4, 9]) {
        const drawn = stored.filter((row) => row.workers === workers).map((row) => row.public_workers);
        const mean = drawn.reduce((sum, value) => sum + value, 0) / drawn.length;
        // Five standard deviations of the mean of 1,000 draws of 0 or 10 are at most 0.8.
        expect(Math.abs(mean - workers)).toBeLessThanOrEqual(workers === 0 ? 0 : 0.8);
      }
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
