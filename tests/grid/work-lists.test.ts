import { randomUUID } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import { grid } from '../../subgraphs/grid';
import type { GridCaseRow } from '../../subgraphs/grid/cases/store';
import { replaceDirectory } from '../../subgraphs/kit/directory';
import type { Viewer } from '../../subgraphs/kit/viewer';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { aCase, at, aUnit, storeCases, storeEvents } from './make';

const world = useSubgraph(grid);
let town = 320900;
/** A county of its own with cases, and who commands it. */
const inPlace = async (...cases: Partial<GridCaseRow>[]) => {
  town += 1;
  const place = String(town);
  const rows = cases.map((more) => aCase({ id: randomUUID(), jurisdiction: `${place}101`, ...more }));
  await world.build((db) => storeCases(db, ...rows));
  const command = viewer(`${place}-COMMAND`, { functions: ['GRID_COMMAND'] });
  const positions = (edges: { node: { id: string } }[]) =>
    edges.map(({ node }) => rows.findIndex((row) => row.id === node.id));
  const listed = async (list: string, args: object = {}) => {
    const { gridCaseWorkList } = await world.as(command).ask(
      `query L($list: GridCaseWorkList!, $under: JurisdictionCode, $from: Date, $to: Date) {
        gridCaseWorkList(list: $list, under: $under, from: $from, to: $to) { edges { node { id } } } }`,
      { list, under: place, ...args },
    );
    return positions(gridCaseWorkList.edges);
  };
  return { place, rows, command, positions, listed };
};

describe('the work lists', () => {
  it('gridCasesDue: open cases that fall due between two days, the earliest first; today and tomorrow when none are named', async () => {
    const due = (text: string, more: Partial<GridCaseRow> = {}): Partial<GridCaseRow> => ({
      stage: 'FILED',
      due_at: at(text),
      ...more,
    });
    const { place, command, positions, listed } = await inPlace(
      due('2026-11-24 23:59'),
      due('2026-11-23 00:00', { stage: 'IN_PROGRESS' }),
      due('2026-11-22 23:59'),
      due('2026-11-25 00:00'),
      due('2026-11-23 10:00', { stage: 'CLOSED' }),
      { stage: 'RECEIVED' },
    );
    const query = `query D($under: JurisdictionCode, $from: Date, $to: Date) {
      gridCasesDue(under: $under, from: $from, to: $to) { edges { node { id } } } }`;
    const dueList = async (args: object) =>
      positions((await world.as(command).ask(query, { under: place, ...args })).gridCasesDue.edges);
    expect(await dueList({})).toEqual([1, 0]);
    expect(await dueList({ from: '2026-11-22' })).toEqual([2, 1]);
    expect(await dueList({ from: '2026-11-22', to: '2026-11-25' })).toEqual([2, 1, 0, 3]);
    expect(await listed('DUE', { from: '2026-11-25' })).toEqual([3]);
    expect(await listed('DUE')).toEqual([2, 1, 0, 3]);
    const { errors } = await world.as(command).send(query, { from: '2026-11-25', to: '2026-11-24' });
    expect(errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT');
  });

  it('OVERDUE: open past the deadline, the longest first', async () => {
    const { listed } = await inPlace(
      { stage: 'FILED', due_at: at('2026-11-23 09:59') },
      { stage: 'DISPATCHED', due_at: at('2026-11-20 09:00') },
      { stage: 'FILED', due_at: at('2026-11-23 10:00') },
      { stage: 'CLOSED', due_at: at('2026-11-20 09:00'), closed_at: at('2026-11-21 09:00') },
    );
    expect(await listed('OVERDUE')).toEqual([1, 0]);
  });

  it('UNSORTED_PATROL_FINDINGS and RIVER_PATROL: by who found them', async () => {
    const found = (source: GridCaseRow['source'], minute: number, more: Partial<GridCaseRow> = {}) => ({
      ...{ source, reported_at: at(`2026-11-20 09:0${minute}`), ...more },
    });
    const { listed } = await inPlace(
      found('GRID_PATROL', 3),
      found('RIVER_PATROL', 1),
      found('SCENIC_PATROL', 2),
      found('HOTLINE_12345', 0),
      found('RIVER_PATROL', 4, { stage: 'CLOSED' }),
      found('GRID_PATROL', 5, { stage: 'NOT_FILED' }),
    );
    expect(await listed('UNSORTED_PATROL_FINDINGS')).toEqual([1, 2, 0]);
    expect(await listed('RIVER_PATROL')).toEqual([4, 1]);
    expect(await listed('ALL', { from: '2026-11-20', to: '2026-11-20' })).toEqual([5, 4, 0, 2, 1, 3]);
    expect(await listed('RIVER_PATROL', { from: '2026-11-21' })).toEqual([]);
  });

  it('UNROUTED: filed, and no route in effect today names a unit, of the place or above, of the class or above', async () => {
    const village = `${town + 1}101201`;
    const { place, listed } = await inPlace(
      ...['NOISE', 'STREET_LAMP', 'WATER_HYACINTH', 'GROUP_RENTAL', 'ROAD_SURFACE', 'DEAD_FISH'].map(
        (category, i) => ({
          ...{
            category,
            stage: 'FILED' as const,
            due_at: at(`2026-11-2${i} 09:00`),
            jurisdiction: village,
          },
        }),
      ),
      { category: 'NOISE', stage: 'DISPATCHED' },
      { category: 'NOISE', stage: 'RECEIVED' },
    );
    const route = (jurisdiction: string, category: string, from: string, until: string | null = null) => ({
      ...{ jurisdiction, category, effective_from: from, effective_until: until, agency: 'X', set_by: 'X' },
    });
    await world.build((db) =>
      db('case_routes').insert([
        route(`${place}101`, 'STREET_LAMP', '2026-01-01'),
        route(place, 'EVENT_CITY_APPEARANCE', '2026-01-01'),
        route(`${place}102`, 'NOISE', '2026-01-01'),
        route(`${place}101`, 'GROUP_RENTAL', '2026-01-01', '2026-11-22'),
        route('320000', 'ROAD_SURFACE', '2026-11-24'),
      ]),
    );
    expect(await listed('UNROUTED')).toEqual([0, 3, 4]);
  });

  it('take as many statements for one as for many, and refuse more than 200 a page', async () => {
    const { command } = await inPlace(...Array.from({ length: 20 }, () => ({})));
    const list = (first: number) =>
      world
        .as(command)
        .send(`{ gridCaseWorkList(list: ALL, first: ${first}) { edges { node { number } } } }`);
    expect(await world.statementsOf(() => list(1))).toHaveLength(1);
    expect(await world.statementsOf(() => list(20))).toHaveLength(1);
    expect((await list(201)).errors?.[0]?.message).toMatch(/gives 1 to 200 rows a page/);
  });
});

describe('gridCaseExport', () => {
  const EXPORT = `query E($list: GridCaseWorkList!, $format: GridCaseExportFormat!, $under: JurisdictionCode, $first: Int, $after: String) {
    gridCaseExport(list: $list, format: $format, under: $under, first: $first, after: $after) {
      content count pageInfo { hasNextPage endCursor } } }`;
  const exported = async (who: Viewer, variables: object) =>
    (await world.as(who).ask(EXPORT, { list: 'ALL', format: 'TABLE', ...variables })).gridCaseExport;

  it('opens in Excel: byte order mark, Chinese headings, quoted, safe from formulas', async () => {
    await world.build((db) => replaceDirectory(db, [{ ...aUnit('320509110-SANITATION'), name: '环卫所' }]));
    const { place, rows, command } = await inPlace({
      ...{
        stage: 'DISPATCHED',
        title: '=cmd|"/c calc"',
        description: '两行\n"引号",逗号',
        external_id: '12345-1',
      },
      ...{ latitude: 31.02, longitude: 120.72, address: '菜场', due_at: at('2026-11-16 15:30') },
    });
    const { content, count } = await exported(command, { under: place });
    expect([content.startsWith('\uFEFF案件编号,标题,阶段,'), count]).toEqual([true, 1]);
    const [row] = parse(content, { bom: true, columns: true });
    expect(row).toEqual({
      ...{
        案件编号: rows[0]?.number,
        标题: `'=cmd|"/c calc"`,
        阶段: '派遣',
        类别: '暴露垃圾',
        来源: '12345热线',
      },
      ...{
        外部编号: '12345-1',
        区划代码: `${place}101`,
        地址: '菜场',
        纬度: '31.02',
        经度: '120.72',
        河段: '',
      },
      ...{ 上报单位: '320509110-COMMAND', 上报时间: '2026-11-16 09:00', 立案时间: '2026-11-16 09:10' },
      ...{ 截止时间: '2026-11-16 15:30', 结案时间: '', 承办单位: '环卫所', 是否督办: '否' },
      情况描述: '两行\n"引号",逗号',
    });
  });

  it('has the columns of Open311 GeoReport', async () => {
    const { place, rows, command } = await inPlace({
      ...{
        stage: 'CLOSED',
        title: '垃圾',
        description: '两天',
        photos: ['https://a.cn/1.jpg', 'https://a.cn/2.jpg'],
      },
      ...{ due_at: at('2026-11-16 15:30'), closed_at: at('2026-11-16 15:00'), address: '菜场' },
    });
    const [first] = rows;
    if (!first) throw new Error('there is no case');
    await world.build((db) =>
      storeEvents(db, first, {
        ...{
          kind: 'CLOSED',
          stage: 'CLOSED',
          at: at('2026-11-16 15:00'),
          actor: 'x',
          agency: 'x',
          note: '核查通过',
        },
      }),
    );
    const { content } = await exported(command, { under: place, format: 'OPEN311' });
    expect(parse(content, { bom: true, columns: true })).toEqual([
      {
        ...{ service_request_id: first.number, status: 'closed', status_notes: '结案：核查通过' },
        ...{ service_name: '暴露垃圾', service_code: 'EXPOSED_GARBAGE', description: '垃圾\n两天' },
        ...{
          agency_responsible: '环卫所',
          service_notice: '',
          requested_datetime: '2026-11-16T01:00:00.000Z',
        },
        ...{ updated_datetime: '2026-11-16T07:00:00.000Z', expected_datetime: '2026-11-16T07:30:00.000Z' },
        ...{
          address: '菜场',
          address_id: '',
          zipcode: '',
          lat: '',
          long: '',
          media_url: 'https://a.cn/1.jpg',
        },
        jurisdiction_id: `${place}101`,
      },
    ]);
  });

  it('joins page by page into one table, with as many statements for one row as for many', async () => {
    const { place, rows, command } = await inPlace(...Array.from({ length: 7 }, () => ({})));
    let text = '';
    let after: string | null = null;
    for (let isLast = false; !isLast; ) {
      const page: { content: string; pageInfo: { hasNextPage: boolean; endCursor: string } } = await exported(
        command,
        {
          ...{ under: place, first: 3, after },
        },
      );
      text += page.content;
      after = page.pageInfo.endCursor;
      isLast = !page.pageInfo.hasNextPage;
    }
    const numbers = (parse(text, { bom: true, columns: true }) as Record<string, string>[]).map(
      (row) => row.案件编号,
    );
    expect(numbers.sort()).toEqual(rows.map(({ number }) => number).sort());
    const statements = (first: number) =>
      world.statementsOf(() => exported(command, { under: place, first }));
    expect((await statements(1)).length).toBe((await statements(7)).length);
  });

  it('leaves a receipt of each case that it shows, and refuses more than 1,000 rows', async () => {
    const { command } = await inPlace({}, { reporter: '320999-RIVER' });
    const { extensions } = await world.as(command).send(EXPORT, { list: 'ALL', format: 'TABLE' });
    const { disclosed } = (extensions as { hubSharing: { disclosed: { provider: string; ids: string[] }[] } })
      .hubSharing;
    expect(disclosed.map(({ provider, ids }) => [provider, ids.length]).sort()).toEqual([
      ['320509110-COMMAND', 1],
      ['320999-RIVER', 1],
    ]);
    const { errors } = await world.as(command).send(EXPORT, { list: 'ALL', format: 'TABLE', first: 1_001 });
    expect(errors?.[0]?.message).toMatch(/gives 1 to 1000 rows a page/);
  });
});
