import { randomUUID } from 'node:crypto';
import { personnel } from '../../subgraphs/personnel';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';

const SUBMIT = `mutation Submit($input: SubmitLaborFlowReportsInput!) {
  submitLaborFlowReports(input: $input) {
    batch { id key month side newRows revisedRows unchangedRows }
    userErrors { code message path }
  }
}`;
const SUBMIT_LINES = `mutation ($input: SubmitLaborFlowLinesInput!) {
  submitLaborFlowLines(input: $input) {
    batch { id key month side newRows revisedRows unchangedRows }
    userErrors { code message path }
  }
}`;
const HOW_MANY = `query HowMany($origin: JurisdictionCode!, $destination: JurisdictionCode!, $month: Month!, $sector: Sector) {
  laborFlow(origin: $origin, destination: $destination, month: $month, sector: $sector) {
    reportedByOrigin { workers obsStatus confStatus reportedBy { code } definition { minimumStayMonths includesFlexible referenceDay } }
    reportedByDestination { workers }
    asymmetry
  }
}`;
const REPORTS = `query Reports($month: Month, $originUnder: JurisdictionCode, $destinationUnder: JurisdictionCode, $sector: Sector, $side: LaborFlowSide, $reportedBy: AgencyCode, $first: Int, $after: String) {
  laborFlowReports(month: $month, originUnder: $originUnder, destinationUnder: $destinationUnder, sector: $sector, side: $side, reportedBy: $reportedBy, first: $first, after: $after) {
    edges { node { side origin { code } destination { code } sector workers revision reportedBy { code } } }
    pageInfo { hasNextPage endCursor }
  }
}`;

const hr = (agency: string) => viewer(agency, { functions: ['HUMAN_RESOURCES'] });
const row = (origin: string, destination: string, sector: string, workers: number) => ({
  ...{ origin, destination, sector, workers },
});
const definition = { minimumStayMonths: 6, includesFlexible: true, referenceDay: '2019-05-31' };

describe('labor flow', () => {
  const world = useSubgraph(personnel);
  const fuyang = () => world.as(hr('341200-HRSS'));
  const shanghai = () => world.as(hr('310000-HRSS'));
  const stranger = () => world.as(viewer('330421103-REVIEW', { functions: ['LICENSE_REVIEW'] }));

  // Each test reports for a month of its own.
  let months = 0;
  const freshMonth = () => {
    months += 1;
    return `20${String(10 + Math.floor(months / 12)).padStart(2, '0')}-${String((months % 12) + 1).padStart(2, '0')}`;
  };
  const batch = (month: string, rows: object[], more: object = {}) => ({
    ...{ batchKey: randomUUID(), month, side: 'ORIGIN', definition, rows },
    ...more,
  });

  describe('submitLaborFlowReports', () => {
    it('stores new figures, revises those that differ, and leaves equal ones alone', async () => {
      const month = freshMonth();
      const rows = [row('341225', '310118', 'C', 1200), row('341225', '310115', 'F', 845)];
      const first = await fuyang().do(SUBMIT, batch(month, rows));
      expect(first).toMatchObject({
        batch: { newRows: 2, revisedRows: 0, unchangedRows: 0 },
        userErrors: [],
      });
      const next = [row('341225', '310118', 'C', 1250), rows[1], row('341225', '310117', 'E', 7)];
      const second = await fuyang().do(SUBMIT, batch(month, next as object[]));
      expect(second.batch).toMatchObject({ newRows: 1, revisedRows: 1, unchangedRows: 1 });
      const { laborFlowReports } = await fuyang().ask(REPORTS, { month });
      expect(
        laborFlowReports.edges.map(
          ({ node: n }: { node: { destination: object; workers: number; revision: number } }) => [
            n.destination,
            n.workers,
            n.revision,
          ],
        ),
      ).toEqual([
        [{ code: '310115' }, 845, 1],
        [{ code: '310117' }, 7, 1],
        [{ code: '310118' }, 1250, 2],
      ]);
    });

    it('revises the one figure of many that is there already, wherever it stands among them', async () => {
      const sectors = [...'ABCDEFGHIJKLMNOPQRST'];
      const many = [
        '310101',
        '310104',
        '310105',
        '310106',
        '310107',
        '310109',
        '310110',
        '310112',
        '310113',
      ].flatMap((destination) => sectors.map((sector, i) => row('341225', destination, sector, 3 + i)));
      for (const place of [0, 1, 2, 99, many.length - 1]) {
        const month = freshMonth();
        const known = { ...many[place], workers: 5_000 };
        await fuyang().do(SUBMIT, batch(month, [known]));
        const { batch: did, userErrors } = await fuyang().do(SUBMIT, batch(month, many));
        expect([userErrors, did]).toEqual([
          [],
          expect.objectContaining({ newRows: many.length - 1, revisedRows: 1, unchangedRows: 0 }),
        ]);
        const stored = await world.build((db) =>
          db('labor_flow_changes')
            .where({ month })
            .whereNot({ workers: 5_000 })
            .orderBy('ordinal')
            .select('workers', 'revision'),
        );
        expect(stored).toEqual(many.map(({ workers }, i) => ({ workers, revision: i === place ? 2 : 1 })));
      }
    });

    it('revises a figure whose definition alone changed', async () => {
      const month = freshMonth();
      const rows = [row('341225', '310118', 'C', 1200)];
      await fuyang().do(SUBMIT, batch(month, rows));
      const again = await fuyang().do(
        SUBMIT,
        batch(month, rows, { definition: { ...definition, minimumStayMonths: 3 } }),
      );
      expect(again.batch).toMatchObject({ newRows: 0, revisedRows: 1, unchangedRows: 0 });
    });

    it('answers a batch that comes twice as it answered it the first time', async () => {
      const input = batch(freshMonth(), [row('341225', '310118', 'C', 1200)]);
      const first = await fuyang().do(SUBMIT, input);
      expect(await fuyang().do(SUBMIT, input)).toEqual(first);
    });

    it('stores a batch once that is sent ten times at once', async () => {
      const month = freshMonth();
      const input = batch(month, [row('341225', '310118', 'C', 1200), row('341225', '310118', 'D', 30)]);
      const answers = await Promise.all(Array.from({ length: 10 }, () => fuyang().do(SUBMIT, input)));
      expect(new Set(answers.map((a) => JSON.stringify(a))).size).toBe(1);
      expect(answers[0].batch).toMatchObject({ newRows: 2, revisedRows: 0, unchangedRows: 0 });
      const stored = await world.build((db) => db('labor_flow_changes').where({ month }));
      expect(stored).toHaveLength(2);
    });

    it('refuses the key of another batch, whatever else is wrong', async () => {
      const input = batch(freshMonth(), [row('341225', '310118', 'C', 1200)]);
      await fuyang().do(SUBMIT, input);
      const other = await fuyang().do(SUBMIT, { ...input, rows: [row('341225', '310118', 'C', -1)] });
      expect(other).toEqual({
        batch: null,
        userErrors: [
          { code: 'CONFLICT', path: ['batchKey'], message: expect.stringContaining('other content') },
        ],
      });
    });

    it('lets two units use the same key', async () => {
      const month = freshMonth();
      const batchKey = 'everybody calls it this';
      const ours = await fuyang().do(SUBMIT, batch(month, [row('341225', '310118', 'C', 5)], { batchKey }));
      const theirs = await shanghai().do(
        SUBMIT,
        batch(month, [row('341225', '310118', 'C', 6)], { batchKey, side: 'DESTINATION' }),
      );
      expect([ours.userErrors, theirs.userErrors]).toEqual([[], []]);
      expect(ours.batch.id).not.toBe(theirs.batch.id);
    });

    it('stores nothing of a batch of which one row is refused, and names the row in the language asked for', async () => {
      const month = freshMonth();
      const rows = [row('341225', '310118', 'C', 5), row('341225', '310118', 'Z', 5)];
      const input = batch(month, rows);
      const refused = await world.as(hr('341200-HRSS'), 'zh').do(SUBMIT, input);
      expect(refused).toEqual({
        batch: null,
        userErrors: [
          {
            code: 'INVALID',
            path: ['rows', '1', 'sector'],
            message: '“Z”不是行业门类，应为 GB/T 4754 的门类字母 A 至 T。',
          },
        ],
      });
      expect((await fuyang().ask(REPORTS, { month })).laborFlowReports.edges).toEqual([]);
      // The key is free again.
      const mended = await fuyang().do(SUBMIT, { ...input, rows: rows.slice(0, 1) });
      expect(mended.userErrors).toEqual([]);
    });

    it('keeps a figure for the unit that reported it first', async () => {
      const month = freshMonth();
      const funan = world.as(hr('341225-HRSS'));
      await funan.do(SUBMIT, batch(month, [row('341225', '310118', 'C', 100)]));
      const rows = [row('341225', '310115', 'C', 1), row('341225', '310118', 'C', 90)];
      const refused = await fuyang().do(SUBMIT, batch(month, rows));
      expect(refused).toEqual({
        batch: null,
        userErrors: [
          { code: 'CONFLICT', path: ['rows', '1'], message: expect.stringContaining('341225-HRSS') },
        ],
      });
      expect((await fuyang().ask(REPORTS, { month })).laborFlowReports.edges).toEqual([
        { node: expect.objectContaining({ workers: 100, revision: 1, reportedBy: { code: '341225-HRSS' } }) },
      ]);
    });

    it('gives a figure that two units report at once to one of them', async () => {
      const month = freshMonth();
      const rows = [row('341225', '310118', 'C', 100)];
      const answers = await Promise.all(
        ['341225-HRSS', '341200-HRSS', '340000-HRSS'].map((unit) =>
          world.as(hr(unit)).do(SUBMIT, batch(month, rows)),
        ),
      );
      expect(answers.map((a) => a.userErrors.length).sort()).toEqual([0, 1, 1]);
    });

    it('does not deadlock when batches of the same figures come in opposite orders', async () => {
      const month = freshMonth();
      const cells = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'].map((sector) =>
        row('341225', '310118', sector, 50),
      );
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, i) => {
          const rows = cells.map((cell) => ({ ...cell, workers: 50 + i }));
          return fuyang().do(SUBMIT, batch(month, i % 2 ? rows.reverse() : rows));
        }),
      );
      expect(answers.flatMap((a) => a.userErrors)).toEqual([]);
    });

    it('is not for nobody', async () => {
      const { errors } = await world.as(null).send(SUBMIT, { input: batch(freshMonth(), []) });
      expect(errors?.map((e) => e.extensions?.code)).toEqual(['UNAUTHENTICATED']);
    });

    it('takes as many statements for 1,000 rows as for 1', async () => {
      const places = await world.build((db) => db<{ code: string }>('places').select('code').limit(1_000));
      const rows = places.map(({ code }) => row('341225', code, 'C', 10));
      const statements = async (count: number) => {
        const sent = await world.statementsOf(() =>
          fuyang().do(SUBMIT, batch(freshMonth(), rows.slice(0, count))),
        );
        return sent.map((sql) => /^\/\* (.+?) \*\//.exec(sql)?.[1]);
      };
      const one = await statements(1);
      expect(await statements(1_000)).toEqual(one);
      expect(one).toEqual([
        'feed.identify',
        'laborFlow.claimBatch',
        'laborFlow.reportedPlaces',
        'laborFlow.openMonth',
        ...['laborFlow.before', 'laborFlow.storeNew', 'laborFlow.after'],
        'laborFlow.finishBatch',
        'feed.enter',
        'feed.sequence',
      ]);
    });
  });

  describe('submitLaborFlowLines', () => {
    const lines = (rows: readonly ReturnType<typeof row>[]) =>
      rows.map((r) => `${r.origin},${r.destination},${r.sector},${r.workers}`).join('\n');
    const batchOfLines = (month: string, rows: readonly ReturnType<typeof row>[], more: object = {}) => {
      const { rows: _, ...head } = batch(month, []);
      return { ...head, lines: lines(rows), ...more };
    };
    const codes = (errors: { code: string; path: string[] }[]) =>
      errors.map(({ code, path }) => `${code} ${path.join('.')}`);
    /** Everything that a month's batches left behind, apart from ids, and the draws of the month's own key. */
    const left = (month: string) =>
      world.build(async (db) => ({
        reports: (
          await db('labor_flow_reports').where({ month }).orderBy(['origin', 'destination', 'sector'])
        ).map(({ month: _, public_workers: __, ...rest }) => rest),
        changes: (await db('labor_flow_changes').where({ month }).orderBy(['transaction_id', 'ordinal'])).map(
          ({ month: _, transaction_id: __, ...rest }) => rest,
        ),
        sums: (
          await db('labor_flow_sums')
            .where({ month })
            .orderBy(['sector', 'origin', 'destination', 'reported_by'])
        ).map(({ month: _, public_workers: __, ...rest }) => rest),
        batches: (await db('labor_flow_batches').where({ month }).orderBy('new_rows')).map(
          ({ month: _, id: __, key: ___, content_hash: ____, ...rest }) => rest,
        ),
      }));

    it('leaves behind what the same rows leave behind', async () => {
      const [one, other] = [freshMonth(), freshMonth()];
      const turns = [
        [
          row('341225', '310118', 'C', 1200),
          row('341204', '310000', 'D', 3),
          row('341200', '320500', 'A', 0),
        ],
        [
          row('341225', '310118', 'C', 1250),
          row('341204', '310000', 'D', 3),
          row('341225', '310118', 'B', 9),
        ],
      ];
      for (const rows of turns) {
        const byRows = await fuyang().do(SUBMIT, batch(one, rows));
        const byLines = await fuyang().do(SUBMIT_LINES, batchOfLines(other, rows));
        expect({ ...byLines.batch, id: '', key: '', month: '' }).toEqual({
          ...byRows.batch,
          id: '',
          key: '',
          month: '',
        });
        expect(byLines.userErrors).toEqual([]);
      }
      expect(await left(other)).toEqual(await left(one));
    });

    it('is the same batch as rows under the same key', async () => {
      const month = freshMonth();
      const rows = [row('341225', '310118', 'C', 1200)];
      const first = await fuyang().do(SUBMIT, batch(month, rows, { batchKey: `either ${month}` }));
      const again = await fuyang().do(
        SUBMIT_LINES,
        batchOfLines(month, rows, { batchKey: `either ${month}` }),
      );
      expect(again).toEqual(first);
      const others = [row('341225', '310118', 'C', 1201)];
      const other = await fuyang().do(
        SUBMIT_LINES,
        batchOfLines(month, others, { batchKey: `either ${month}` }),
      );
      expect(codes(other.userErrors)).toEqual(['CONFLICT batchKey']);
    });

    it('names everything that is wrong with its lines, and stores nothing', async () => {
      const month = freshMonth();
      const rows = [
        row('341225', '310118', 'C', 1),
        row('310118', '341225', 'C', 1),
        row('341225', '999999', 'Z', 1),
        row('341225', '310118', 'C', 2),
      ];
      const refused = await fuyang().do(SUBMIT_LINES, batchOfLines(month, rows));
      expect(refused.batch).toBeNull();
      expect(codes(refused.userErrors)).toEqual([
        'NOT_ALLOWED lines.1.origin',
        'INVALID lines.2.destination',
        'INVALID lines.2.sector',
        'CONFLICT lines.3',
      ]);
      const none = await fuyang().do(SUBMIT_LINES, batchOfLines(month, []));
      expect(codes(none.userErrors)).toEqual(['REQUIRED lines']);
      const unable = await stranger().do(SUBMIT_LINES, batchOfLines(month, rows.slice(0, 1)));
      expect(codes(unable.userErrors)).toEqual(['NOT_ALLOWED ', 'NOT_ALLOWED lines.0.origin']);
      expect((await left(month)).batches).toEqual([]);
    });

    it('is refused for what another unit reported first, by line', async () => {
      const month = freshMonth();
      await world.as(hr('341225-HRSS')).do(SUBMIT, batch(month, [row('341225', '310118', 'C', 100)]));
      const rows = [row('341204', '310118', 'C', 1), row('341225', '310118', 'C', 100)];
      const refused = await fuyang().do(SUBMIT_LINES, batchOfLines(month, rows));
      expect(codes(refused.userErrors)).toEqual(['CONFLICT lines.1']);
    });

    it('takes 30,000 lines in as many statements as one, while another batch of the month is stored', async () => {
      const places = await world.build((db) =>
        db<{ code: string }>('places').select('code').whereRaw("level = 'COUNTY'").limit(1_500),
      );
      const rows = places.flatMap(({ code }) =>
        [...'ABCDEFGHIJKLMNOPQRST'].map((sector, i) => row('341225', code, sector, i)),
      );
      const statements = async (some: typeof rows) =>
        (await world.statementsOf(() => fuyang().do(SUBMIT_LINES, batchOfLines(freshMonth(), some)))).map(
          (sql) => /^\/\* (.+?) \*\//.exec(sql)?.[1],
        );
      const one = await statements(rows.slice(0, 1));
      expect(one).toEqual([
        ...['feed.identify', 'laborFlow.claimBatch', 'laborFlow.reportedPlaces', 'laborFlow.openMonth'],
        ...[
          'laborFlow.makeStage',
          ...['laborFlow.before', 'laborFlow.storeNew', 'laborFlow.after'],
          'laborFlow.finishBatch',
          'feed.enter',
          'feed.sequence',
        ],
      ]);
      expect(await statements(rows)).toEqual(one);
      const month = freshMonth();
      const both = await Promise.all(
        [rows.slice(0, 500), rows.slice(300, 900)].map((some) =>
          fuyang().do(SUBMIT_LINES, batchOfLines(month, some)),
        ),
      );
      expect(both.flatMap(({ userErrors }) => userErrors)).toEqual([]);
      expect(both.reduce((sum, { batch: b }) => sum + b.newRows, 0)).toBe(900);
    });
  });

  describe('laborFlow', () => {
    it('sums what lies at or below both ends, each side for itself', async () => {
      const month = freshMonth();
      await fuyang().do(
        SUBMIT,
        batch(month, [
          row('341225', '310118', 'C', 100),
          row('341225', '310115', 'F', 40),
          row('341200', '310000', 'C', 1000),
          row('341225', '320500', 'C', 5000),
        ]),
      );
      await shanghai().do(SUBMIT, batch(month, [row('341200', '310118', 'C', 700)], { side: 'DESTINATION' }));
      const ask = async (origin: string, destination: string, sector?: string) => {
        const { laborFlow } = await fuyang().ask(HOW_MANY, { origin, destination, month, sector });
        return [
          laborFlow.reportedByOrigin?.workers ?? null,
          laborFlow.reportedByDestination?.workers ?? null,
        ];
      };
      expect(await ask('341200', '310000')).toEqual([1140, 700]);
      expect(await ask('340000', '310000')).toEqual([1140, 700]);
      expect(await ask('341225', '310000')).toEqual([140, null]);
      expect(await ask('341225', '310118')).toEqual([100, null]);
      expect(await ask('341200', '310118')).toEqual([100, 700]);
      expect(await ask('341200', '310000', 'C')).toEqual([1100, 700]);
      expect(await ask('341200', '310000', 'F')).toEqual([40, null]);
    });

    it('says who reported and how they counted, unless they count differently', async () => {
      const month = freshMonth();
      await world.as(hr('341225-HRSS')).do(SUBMIT, batch(month, [row('341225', '310118', 'C', 100)]));
      const alike = await fuyang().ask(HOW_MANY, { origin: '341200', destination: '310000', month });
      expect(alike.laborFlow.reportedByOrigin).toEqual({
        ...{ workers: 100, obsStatus: 'A', confStatus: 'F' },
        reportedBy: [{ code: '341225-HRSS' }],
        definition,
      });
      const other = { ...definition, includesFlexible: false };
      await fuyang().do(SUBMIT, batch(month, [row('341204', '310118', 'C', 50)], { definition: other }));
      const unlike = await fuyang().ask(HOW_MANY, { origin: '341200', destination: '310000', month });
      expect(unlike.laborFlow.reportedByOrigin).toMatchObject({
        ...{ workers: 150, definition: null },
        reportedBy: [{ code: '341200-HRSS' }, { code: '341225-HRSS' }],
      });
    });

    it('keeps a missing report apart from zero', async () => {
      const month = freshMonth();
      await fuyang().do(SUBMIT, batch(month, [row('341225', '310118', 'C', 0)]));
      expect(await fuyang().ask(HOW_MANY, { origin: '341225', destination: '310118', month })).toEqual({
        laborFlow: {
          reportedByOrigin: expect.objectContaining({ workers: 0 }),
          reportedByDestination: null,
          asymmetry: null,
        },
      });
    });

    it('tells strangers no more of a small cell than that it is small', async () => {
      const month = freshMonth();
      await fuyang().do(SUBMIT, batch(month, [row('341225', '330421', 'B', 4)]));
      const flow = { origin: '341225', destination: '330421', month };
      const seen = async (caller: ReturnType<typeof fuyang>) => {
        const { workers, obsStatus, confStatus } = (await caller.ask(HOW_MANY, flow)).laborFlow
          .reportedByOrigin;
        return [workers, obsStatus, confStatus];
      };
      expect(await seen(stranger())).toEqual([null, 'Q', 'A']);
      expect(await seen(world.as(viewer('341200-AGRI', { functions: ['AGRICULTURE'] })))).toEqual([
        null,
        'Q',
        'A',
      ]);
      expect(await seen(fuyang())).toEqual([4, 'A', 'F']);
      expect(await seen(world.as(hr('330421-HRSS')))).toEqual([4, 'A', 'F']);
      expect(await seen(world.as(viewer('330000-GOV', { functions: ['GENERAL_GOVERNMENT'] })))).toEqual([
        4,
        'A',
        'F',
      ]);
    });

    it('sums for strangers what cells count for in public', async () => {
      const month = freshMonth();
      const rows = ['A', 'B', 'C', 'D', 'E'].map((sector) => row('341225', '330421', sector, 4));
      await fuyang().do(SUBMIT, batch(month, [...rows, row('341225', '330421', 'F', 123)]));
      const flow = { origin: '341225', destination: '330421', month };
      const { laborFlow } = await stranger().ask(HOW_MANY, flow);
      const [stored] = await world.build((db) =>
        db.raw<{ workers: number }>(
          'SELECT sum(public_workers)::int AS workers FROM labor_flow_reports WHERE month = ?',
          [month],
        ),
      );
      expect(laborFlow.reportedByOrigin.workers).toBe(stored?.workers);
      expect((laborFlow.reportedByOrigin.workers - 123) % 10).toBe(0);
    });

    it('is null where a place does not exist, or is one below which nobody reports', async () => {
      const ask = (origin: string) =>
        stranger().ask(HOW_MANY, { origin, destination: '310000', month: '2026-09' });
      expect(await ask('999999')).toEqual({ laborFlow: null });
      expect(await ask('310118104')).toEqual({ laborFlow: null });
    });
  });

  describe('laborFlowReports', () => {
    it('shows each party its own figures and strangers none', async () => {
      const month = freshMonth();
      await fuyang().do(
        SUBMIT,
        batch(month, [row('341225', '310118', 'C', 100), row('341204', '330421', 'C', 50)]),
      );
      const workers = async (caller: ReturnType<typeof fuyang>) => {
        const { laborFlowReports } = await caller.ask(REPORTS, { month });
        return laborFlowReports.edges.map((e: { node: { workers: number } }) => e.node.workers);
      };
      expect(await workers(fuyang())).toEqual([50, 100]);
      expect(await workers(world.as(hr('341225-HRSS')))).toEqual([100]);
      expect(await workers(shanghai())).toEqual([100]);
      expect(await workers(world.as(hr('330400-HRSS')))).toEqual([50]);
      expect(await workers(world.as(hr('320500-HRSS')))).toEqual([]);
      expect(await workers(stranger())).toEqual([]);
    });

    it('filters by side, places, sector and reporter', async () => {
      const month = freshMonth();
      await fuyang().do(
        SUBMIT,
        batch(month, [
          row('341225', '310118', 'C', 1),
          row('341225', '320500', 'D', 2),
          row('341204', '310118', 'C', 3),
        ]),
      );
      await shanghai().do(SUBMIT, batch(month, [row('341225', '310118', 'C', 4)], { side: 'DESTINATION' }));
      const workers = async (filter: object) => {
        const { laborFlowReports } = await fuyang().ask(REPORTS, { month, ...filter });
        return laborFlowReports.edges.map((e: { node: { workers: number } }) => e.node.workers);
      };
      expect(await workers({ side: 'DESTINATION' })).toEqual([4]);
      expect(await workers({ originUnder: '341204' })).toEqual([3]);
      expect(await workers({ destinationUnder: '320000' })).toEqual([2]);
      expect(await workers({ sector: 'D' })).toEqual([2]);
      expect(await workers({ reportedBy: '310000-HRSS' })).toEqual([4]);
    });

    it('pages without gaps or repeats', async () => {
      const month = freshMonth();
      const sectors = [...'ABCDEFGHIJ'];
      await fuyang().do(
        SUBMIT,
        batch(
          month,
          sectors.map((sector) => row('341225', '310118', sector, 20)),
        ),
      );
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const { laborFlowReports } = await fuyang().ask(REPORTS, { month, first: 3, after });
        seen.push(...laborFlowReports.edges.map((e: { node: { sector: string } }) => e.node.sector));
        after = laborFlowReports.pageInfo.hasNextPage ? laborFlowReports.pageInfo.endCursor : null;
      } while (after);
      expect(seen).toEqual(sectors);
    });

    it('gives at most 200 a page', async () => {
      const { errors } = await fuyang().send(REPORTS, { first: 201 });
      expect(errors?.map((e) => [e.extensions?.code, e.message])).toEqual([
        [
          'BAD_USER_INPUT',
          'laborFlowReports gives 1 to 200 rows a page, and first was 201. Ask for fewer and page on with after.',
        ],
      ]);
    });
  });

  describe('laborFlowBatch', () => {
    const BATCH = 'query Batch($key: String!) { laborFlowBatch(key: $key) { key newRows } }';

    it('tells a unit of its own batches only', async () => {
      const input = batch(freshMonth(), [row('341225', '310118', 'C', 5)]);
      await fuyang().do(SUBMIT, input);
      expect(await fuyang().ask(BATCH, { key: input.batchKey })).toEqual({
        laborFlowBatch: { key: input.batchKey, newRows: 1 },
      });
      expect(await shanghai().ask(BATCH, { key: input.batchKey })).toEqual({ laborFlowBatch: null });
    });
  });
});
