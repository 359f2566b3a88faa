import { grid } from '../../subgraphs/grid';
import { deadlineOf, isOverdue, numberOf } from '../../subgraphs/grid/cases/rules';
import type { GridCaseRow } from '../../subgraphs/grid/cases/store';
import { OFFICIAL_DAYS } from '../../subgraphs/kit/calendar-days';
import type { Viewer } from '../../subgraphs/kit/viewer';
import { WorkingCalendar } from '../../subgraphs/kit/working-calendar';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { aCase, at, storeCases, storeEvents } from './make';

describe('numberOf', () => {
  it.each([
    ['a town', '320509110', '320509110-20261012-0003'],
    ['a village, by its town', '320509110204', '320509110-20261012-0003'],
    ['a county', '320509', '320509-20261012-0003'],
  ])('names %s', (_, place, expected) => {
    expect(numberOf(place, at('2026-10-12 09:00'), 3)).toBe(expected);
  });

  it('takes the day in Shanghai', () => {
    expect(numberOf('320509110', new Date('2026-10-11T16:00:00Z'), 1)).toBe('320509110-20261012-0001');
  });
});

describe('deadlineOf', () => {
  const calendar = new WorkingCalendar(OFFICIAL_DAYS);
  const hours = (amount: number) => ({ amount, unit: 'WORKING_HOURS' as const });
  const days = (amount: number) => ({ amount, unit: 'WORKING_DAYS' as const });

  it.each([
    ['4 working hours over lunch', '2026-11-16 09:30', hours(4), '2026-11-16 15:30'],
    ['4 working hours over a weekend', '2026-11-13 16:30', hours(4), '2026-11-16 11:30'],
    ['1 working day: the same clock time', '2026-11-16 09:30', days(1), '2026-11-17 09:30'],
    ['1 working day over a weekend', '2026-11-13 16:45', days(1), '2026-11-16 16:45'],
    ['2 working days over National Day', '2026-09-30 10:00', days(2), '2026-10-09 10:00'],
    ['1 working day onto a make-up day', '2026-10-09 10:00', days(1), '2026-10-10 10:00'],
    ['1 working day from the start of work', '2026-11-16 08:30', days(1), '2026-11-17 08:30'],
    ['1 working day from before work', '2026-11-16 07:00', days(1), '2026-11-17 08:30'],
    ['1 working day from lunch', '2026-11-16 12:00', days(1), '2026-11-17 13:30'],
    ['1 working day from the evening', '2026-11-16 20:00', days(1), '2026-11-18 08:30'],
    ['1 working day from a Sunday', '2026-11-15 10:00', days(1), '2026-11-17 08:30'],
  ])('%s', (_, filedAt, limit, dueAt) => {
    expect(deadlineOf(at(filedAt), limit, calendar)).toEqual({ dueAt: at(dueAt), isProvisional: false });
  });

  it('is provisional when it reaches into a year whose calendar is not known', () => {
    expect(deadlineOf(at('2026-12-30 09:30'), days(3), calendar)).toEqual({
      dueAt: at('2027-01-05 09:30'),
      isProvisional: true,
    });
  });
});

describe('isOverdue', () => {
  const now = at('2026-11-16 15:30');
  const due = (text: string, closed: string | null = null) => ({
    due_at: at(text),
    closed_at: closed === null ? null : at(closed),
  });

  it.each([
    ['open before its deadline', due('2026-11-16 15:31'), false],
    ['open at its deadline', due('2026-11-16 15:30'), false],
    ['open past its deadline', due('2026-11-16 15:29'), true],
    ['closed before its deadline, which has passed', due('2026-11-16 10:00', '2026-11-16 09:59'), false],
    ['closed at its deadline', due('2026-11-16 10:00', '2026-11-16 10:00'), false],
    ['closed after its deadline', due('2026-11-16 10:00', '2026-11-16 10:01'), true],
    ['not filed yet', { due_at: null, closed_at: null }, false],
  ])('%s', (_, row, expected) => {
    expect(isOverdue(row, now)).toBe(expected);
  });
});

const command = viewer('320509110-COMMAND', { functions: ['GRID_COMMAND'] });
// biome-ignore lint/suspicious/noExplicitAny: an answer has the shape that the test wrote into the query
type Answer = any;
const idsIn = (connection: Answer): string[] => connection.edges.map((edge: Answer) => edge.node.id);

const LIST_ARGUMENTS = `$stage: GridCaseStage, $source: GridCaseSource, $category: String, $isOverdue: Boolean,
  $isSupervised: Boolean, $handledBy: AgencyCode, $reportedFrom: Date, $reportedTo: Date, $titleContains: String,
  $order: GridCaseOrder, $first: Int, $after: String`;
const LIST_PASSED = `stage: $stage, source: $source, category: $category, isOverdue: $isOverdue,
  isSupervised: $isSupervised, handledBy: $handledBy, reportedFrom: $reportedFrom, reportedTo: $reportedTo,
  titleContains: $titleContains, order: $order, first: $first, after: $after`;
const LIST = `query List($under: JurisdictionCode, ${LIST_ARGUMENTS}) {
  gridCases(under: $under, ${LIST_PASSED}) { edges { cursor node { id } } pageInfo { hasNextPage endCursor } }
}`;

describe('gridCase', () => {
  const world = useSubgraph(grid);
  const CASE = `query Case($id: ID!) { gridCase(id: $id) {
    id number title description stage source category { code name parent { code } } jurisdiction { code }
    location { latitude longitude address } reportedAt filedAt closedAt dueAt isDueAtProvisional isOverdue isSupervised
    reporter { code } currentTask { agency { code } dispatchedAt acceptedAt }
    timeline { kind at actor agency { code } note stage }
  } }`;

  it('gives a case with everything about it', async () => {
    const row = aCase({
      stage: 'CLOSED',
      title: '太浦河水葫芦成片聚集',
      description: '约四百平方米。',
      source: 'RIVER_PATROL',
      category: 'WATER_HYACINTH',
      jurisdiction: '320509110204',
      reporter: '320509110-RIVER',
      latitude: 31.0105,
      longitude: 120.8302,
      address: '太浦河汾湖湾段',
      reported_at: at('2026-11-16 09:00'),
      due_at: at('2026-11-16 10:00'),
      closed_at: at('2026-11-16 11:00'),
      is_due_provisional: true,
      is_supervised: true,
      task_agency: '320509110-RIVER',
    });
    const step = { actor: '凌水明', agency: '320509110-RIVER', note: null };
    await world.build(async (db) => {
      await storeCases(db, row);
      // A later transaction may hold an earlier step, when it was recorded afterwards.
      await storeEvents(
        db,
        row,
        { ...step, kind: 'FILED', at: at('2026-11-16 09:10'), stage: 'FILED' },
        { ...step, kind: 'DISPATCHED', at: at('2026-11-16 09:20'), stage: 'DISPATCHED', note: '派遣' },
        { ...step, kind: 'SUPERVISED', at: at('2026-11-16 09:20'), stage: 'DISPATCHED' },
      );
      await storeEvents(db, row, {
        ...step,
        kind: 'RECEIVED',
        at: at('2026-11-16 09:00'),
        stage: 'RECEIVED',
      });
    });
    const shown = { actor: '凌水明', agency: { code: '320509110-RIVER' }, note: null };
    expect(await world.as(command).ask(CASE, { id: row.id })).toEqual({
      gridCase: {
        id: row.id,
        number: row.number,
        title: '太浦河水葫芦成片聚集',
        description: '约四百平方米。',
        stage: 'CLOSED',
        source: 'RIVER_PATROL',
        category: {
          code: 'WATER_HYACINTH',
          name: '水葫芦等漂浮植物',
          parent: { code: 'EVENT_CITY_APPEARANCE' },
        },
        jurisdiction: { code: '320509110204' },
        location: { latitude: 31.0105, longitude: 120.8302, address: '太浦河汾湖湾段' },
        reportedAt: '2026-11-16T01:00:00.000Z',
        filedAt: '2026-11-16T01:10:00.000Z',
        closedAt: '2026-11-16T03:00:00.000Z',
        dueAt: '2026-11-16T02:00:00.000Z',
        isDueAtProvisional: true,
        isOverdue: true,
        isSupervised: true,
        reporter: { code: '320509110-RIVER' },
        currentTask: {
          agency: { code: '320509110-RIVER' },
          dispatchedAt: '2026-11-16T01:20:00.000Z',
          acceptedAt: '2026-11-16T01:30:00.000Z',
        },
        timeline: [
          { ...shown, kind: 'RECEIVED', at: '2026-11-16T01:00:00.000Z', stage: 'RECEIVED' },
          { ...shown, kind: 'FILED', at: '2026-11-16T01:10:00.000Z', stage: 'FILED' },
          { ...shown, kind: 'DISPATCHED', at: '2026-11-16T01:20:00.000Z', stage: 'DISPATCHED', note: '派遣' },
          { ...shown, kind: 'SUPERVISED', at: '2026-11-16T01:20:00.000Z', stage: 'DISPATCHED' },
        ],
      },
    });
  });

  it('is null where nothing is known or has happened yet', async () => {
    const row = aCase();
    await world.build((db) => storeCases(db, row));
    const { gridCase } = await world.as(command).ask(CASE, { id: row.id });
    const { description, location, filedAt, closedAt, dueAt, currentTask, ...known } = gridCase;
    expect([description, location, filedAt, closedAt, dueAt, currentTask]).toEqual(Array(6).fill(null));
    expect([known.isOverdue, known.isDueAtProvisional, known.timeline]).toEqual([false, false, []]);
  });

  it.each([
    ['an address alone', { address: '菜场东门' }, { latitude: null, longitude: null, address: '菜场东门' }],
    ['a point alone', { latitude: 31, longitude: 120 }, { latitude: 31, longitude: 120, address: null }],
  ])('has a location of %s', async (_, columns, location) => {
    const row = aCase(columns);
    await world.build((db) => storeCases(db, row));
    expect((await world.as(command).ask(CASE, { id: row.id })).gridCase.location).toEqual(location);
  });

  it('has a task that was not accepted yet', async () => {
    const row = aCase({ stage: 'DISPATCHED' });
    await world.build((db) => storeCases(db, row));
    expect((await world.as(command).ask(CASE, { id: row.id })).gridCase.currentTask).toEqual({
      agency: { code: '320509110-SANITATION' },
      dispatchedAt: '2026-11-16T01:20:00.000Z',
      acceptedAt: null,
    });
  });

  it('is null for an unknown id', async () => {
    expect(await world.as(command).ask(CASE, { id: 'no-such-case' })).toEqual({ gridCase: null });
  });

  it('resolves as an entity', async () => {
    const row = aCase();
    await world.build((db) => storeCases(db, row));
    const query = `query Entities($of: [_Any!]!) { _entities(representations: $of) { ... on GridCase { number } } }`;
    const of = [row.id, 'no-such-case'].map((id) => ({ __typename: 'GridCase', id }));
    expect(await world.as(command).ask(query, { of })).toEqual({ _entities: [{ number: row.number }, null] });
  });
});

describe('the filters of gridCases', () => {
  const world = useSubgraph(grid);
  // Each test lists within a county of its own, so that they do not see each other's cases.
  let county = 320600;
  const inCounty = async (...cases: Parameters<typeof aCase>[0][]) => {
    county += 1;
    const code = String(county);
    const rows = cases.map((more) => aCase({ jurisdiction: `${code}101`, ...more }));
    await world.build((db) => storeCases(db, ...rows));
    const caller = world.as(viewer(`${code}-GOV`, { functions: ['GENERAL_GOVERNMENT'] }));
    /** The positions of the cases that a filter leaves, in the order of the answer. */
    const found = async (filter: object) => {
      const { gridCases } = await caller.ask(LIST, { under: code, ...filter });
      return idsIn(gridCases).map((id) => rows.findIndex((row) => row.id === id));
    };
    return { code, found };
  };
  const reported = (...days: string[]) => days.map((text) => ({ reported_at: at(text) }));

  it('lists the latest reported first by itself, and in the other orders when asked', async () => {
    const { found } = await inCounty(
      { reported_at: at('2026-11-10 09:00'), stage: 'FILED', due_at: at('2026-11-20 09:00') },
      { reported_at: at('2026-11-12 09:00'), stage: 'RECEIVED' },
      { reported_at: at('2026-11-11 09:00'), stage: 'CLOSED', due_at: at('2026-11-13 09:00') },
    );
    expect(await found({})).toEqual([1, 2, 0]);
    expect(await found({ order: 'REPORTED_LATEST_FIRST' })).toEqual([1, 2, 0]);
    expect(await found({ order: 'REPORTED_EARLIEST_FIRST' })).toEqual([0, 2, 1]);
    expect(await found({ order: 'DUE_EARLIEST_FIRST' })).toEqual([2, 0, 1]);
  });

  it('under: a place and everything below it', async () => {
    const { code, found } = await inCounty(
      { jurisdiction: '320699' },
      { jurisdiction: '320699101' },
      { jurisdiction: '320699101201' },
      { jurisdiction: '320699102' },
    );
    const order = 'REPORTED_EARLIEST_FIRST';
    expect(await found({ order })).toEqual([]);
    const county699 = world.as(viewer('320699-GOV', { functions: ['GENERAL_GOVERNMENT'] }));
    const count = async (under: string) => (await county699.ask(LIST, { under })).gridCases.edges.length;
    expect([await count('320699'), await count('320699101'), await count('320699101201')]).toEqual([4, 2, 1]);
    expect([await count('320600'), await count('320000'), await count(code)]).toEqual([4, 4, 0]);
  });

  it('stage', async () => {
    const { found } = await inCounty({ stage: 'FILED' }, { stage: 'CLOSED' }, { stage: 'RECEIVED' });
    expect(await found({ stage: 'CLOSED' })).toEqual([1]);
  });

  it('source', async () => {
    const { found } = await inCounty({ source: 'PETITION' }, { source: 'RIVER_PATROL' });
    expect(await found({ source: 'RIVER_PATROL' })).toEqual([1]);
  });

  it('category: a minor class, or a major one with everything under it', async () => {
    const { found } = await inCounty(
      ...[
        { category: 'EXPOSED_GARBAGE', reported_at: at('2026-11-10 09:00') },
        { category: 'STREET_LAMP', reported_at: at('2026-11-11 09:00') },
        { category: 'WATER_HYACINTH', reported_at: at('2026-11-12 09:00') },
      ],
    );
    expect(await found({ category: 'STREET_LAMP' })).toEqual([1]);
    expect(await found({ category: 'EVENT_CITY_APPEARANCE' })).toEqual([2, 0]);
    expect(await found({ category: 'NO_SUCH' })).toEqual([]);
  });

  it('isOverdue: as the field says, either way', async () => {
    const due = at('2026-11-23 10:00');
    const { found } = await inCounty(
      { stage: 'FILED', due_at: new Date(due.getTime() - 1), reported_at: at('2026-11-16 09:06') },
      { stage: 'FILED', due_at: due, reported_at: at('2026-11-16 09:05') },
      { stage: 'CLOSED', due_at: due, closed_at: due, reported_at: at('2026-11-16 09:04') },
      {
        ...{ stage: 'CLOSED', due_at: at('2026-11-01 10:00'), closed_at: at('2026-11-01 10:01') },
        reported_at: at('2026-11-16 09:03'),
      },
      { stage: 'RECEIVED', reported_at: at('2026-11-16 09:02') },
      { stage: 'NOT_FILED', reported_at: at('2026-11-16 09:01') },
    );
    expect(world.now).toEqual(due);
    expect(await found({ isOverdue: true })).toEqual([0, 3]);
    expect(await found({ isOverdue: false })).toEqual([1, 2, 4, 5]);
  });

  it('isSupervised: either way', async () => {
    const { found } = await inCounty({ is_supervised: true }, { is_supervised: false });
    expect([await found({ isSupervised: true }), await found({ isSupervised: false })]).toEqual([[0], [1]]);
  });

  it('handledBy: who holds the current task, closed or not', async () => {
    const { found } = await inCounty(
      { stage: 'IN_PROGRESS', task_agency: '320601101-RIVER', reported_at: at('2026-11-12 09:00') },
      { stage: 'IN_PROGRESS', task_agency: '320601101-BUILDING' },
      { stage: 'CLOSED', task_agency: '320601101-RIVER', reported_at: at('2026-11-11 09:00') },
      { stage: 'FILED', reporter: '320601101-RIVER' },
    );
    expect(await found({ handledBy: '320601101-RIVER' })).toEqual([0, 2]);
  });

  it('reportedFrom and reportedTo: days in Shanghai, both included', async () => {
    const { found } = await inCounty(
      ...reported('2026-11-10 23:59', '2026-11-11 00:00', '2026-11-12 23:59', '2026-11-13 00:00'),
    );
    const order = 'REPORTED_EARLIEST_FIRST';
    expect(await found({ order, reportedFrom: '2026-11-11' })).toEqual([1, 2, 3]);
    expect(await found({ order, reportedTo: '2026-11-12' })).toEqual([0, 1, 2]);
    expect(await found({ order, reportedFrom: '2026-11-11', reportedTo: '2026-11-12' })).toEqual([1, 2]);
    expect(await found({ order, reportedFrom: '2026-11-12', reportedTo: '2026-11-11' })).toEqual([]);
  });

  it('titleContains: any part of the title, whatever the case; blank text is no filter', async () => {
    const { found } = await inCounty(
      { title: '太浦河水葫芦成片聚集', reported_at: at('2026-11-12 09:00') },
      { title: 'KTV噪声扰民_100%', reported_at: at('2026-11-11 09:00') },
    );
    expect(await found({ titleContains: '葫芦' })).toEqual([0]);
    expect(await found({ titleContains: 'ktv' })).toEqual([1]);
    expect(await found({ titleContains: '_1' })).toEqual([1]);
    expect(await found({ titleContains: '%' })).toEqual([1]);
    expect(await found({ titleContains: ' ' })).toEqual([0, 1]);
    expect(await found({ titleContains: '死鱼' })).toEqual([]);
  });

  it('all at once', async () => {
    const wanted = {
      stage: 'IN_PROGRESS',
      source: 'PETITION',
      category: 'NOISE',
      is_supervised: true,
      task_agency: '320601101-RIVER',
      title: '酒吧噪声',
      reported_at: at('2026-11-12 09:00'),
    } as const;
    const { found } = await inCounty(
      wanted,
      { ...wanted, stage: 'VERIFYING' },
      { ...wanted, source: 'LEAD' },
      { ...wanted, category: 'GROUP_RENTAL' },
      { ...wanted, is_supervised: false },
      { ...wanted, task_agency: '320601101-BUILDING' },
      { ...wanted, title: '施工噪声' },
      { ...wanted, reported_at: at('2026-11-13 09:00') },
    );
    const filter = {
      ...{ stage: 'IN_PROGRESS', source: 'PETITION', category: 'NOISE', isSupervised: true, isOverdue: true },
      ...{ handledBy: '320601101-RIVER', titleContains: '酒吧', reportedFrom: '2026-11-12' },
      reportedTo: '2026-11-12',
    };
    expect(await found(filter)).toEqual([0]);
  });
});

describe('the pages of gridCases', () => {
  const world = useSubgraph(grid);
  const rows = Array.from({ length: 23 }, (_, i) =>
    aCase({
      // Five at the same instant each: the id decides between them.
      reported_at: at(`2026-11-1${Math.floor(i / 5)} 09:00`),
      ...(i % 2 === 0 ? { stage: 'FILED', due_at: at(`2026-11-2${i % 3} 09:00`) } : {}),
      jurisdiction: i % 3 === 0 ? '320509110204' : '320509110',
      reporter: i % 4 === 0 ? '320509110-RIVER' : '320509110-COMMAND',
    }),
  );
  beforeAll(() => world.build((db) => storeCases(db, ...rows)));

  const river = viewer('320509110-RIVER');
  const pages = async (as: Viewer, args: object) => {
    const found: string[] = [];
    let after: string | null = null;
    do {
      const { gridCases }: Answer = await world.as(as).ask(LIST, { first: 4, after, ...args });
      expect(gridCases.edges.length).toBeLessThanOrEqual(4);
      expect(gridCases.pageInfo.endCursor).toBe(gridCases.edges.at(-1)?.cursor ?? null);
      found.push(...idsIn(gridCases));
      after = gridCases.pageInfo.hasNextPage ? gridCases.pageInfo.endCursor : null;
    } while (after);
    return found;
  };
  const sorted = (by: (row: (typeof rows)[number]) => string, direction: 1 | -1, of = rows) =>
    [...of].sort((a, b) => (by(a) < by(b) ? -direction : direction)).map((row) => row.id);
  const byReport = (row: (typeof rows)[number]) => `${row.reported_at.toISOString()} ${row.id}`;
  const byDeadline = (row: (typeof rows)[number]) => `${row.due_at?.toISOString() ?? '9999'} ${row.id}`;

  it.each([
    ['REPORTED_LATEST_FIRST', sorted(byReport, -1)],
    ['REPORTED_EARLIEST_FIRST', sorted(byReport, 1)],
    ['DUE_EARLIEST_FIRST', sorted(byDeadline, 1)],
  ])('%s: no repeats, no gaps, to a party by place', async (order, expected) => {
    expect(await pages(command, { order, under: '320509110' })).toEqual(expected);
    expect(await pages(command, { order })).toEqual(expected);
  });

  const named = rows.filter(({ reporter }) => reporter === '320509110-RIVER');
  it.each([
    ['REPORTED_LATEST_FIRST', sorted(byReport, -1, named)],
    ['REPORTED_EARLIEST_FIRST', sorted(byReport, 1, named)],
    ['DUE_EARLIEST_FIRST', sorted(byDeadline, 1, named)],
  ])('%s: no repeats, no gaps, to a party by name', async (order, expected) => {
    expect(await pages(river, { order, under: '320509110' })).toEqual(expected);
    expect(await pages(river, { order })).toEqual(expected);
  });

  it('a unit that is a party by place and by name gets each case once', async () => {
    const both = viewer('320509110-RIVER', { functions: ['RIVER_CHIEF'] });
    expect(await pages(both, {})).toEqual(sorted(byReport, -1));
  });

  it('an empty page has no cursor', async () => {
    expect(await world.as(command).ask(LIST, { under: '320509110', titleContains: '没有' })).toEqual({
      gridCases: { edges: [], pageInfo: { hasNextPage: false, endCursor: null } },
    });
  });

  it('the cursor of another order is refused', async () => {
    const { gridCases } = await world.as(command).ask(LIST, { first: 1, order: 'DUE_EARLIEST_FIRST' });
    const after = gridCases.pageInfo.endCursor;
    const { errors } = await world.as(command).send(LIST, { after });
    expect(errors?.map((e) => [e.extensions?.code, e.message])).toEqual([
      [
        'BAD_USER_INPUT',
        `"${after.slice(0, 40)}…" is not a cursor of gridCases(order: REPORTED_LATEST_FIRST). Pass the endCursor of a page of the same list, or leave after out to begin.`,
      ],
    ]);
  });

  it.each([0, 201])('a page of %s is refused with a sentence', async (first) => {
    const { data, errors } = await world.as(command, 'zh').send(LIST, { first });
    expect(data).toEqual({ gridCases: null });
    expect(errors?.map((e) => e.message)).toEqual([
      `gridCases(order: REPORTED_LATEST_FIRST) 每页可返回 1 至 200 行，而 first 为 ${first}。请减少数量并用 after 翻页。`,
    ]);
  });
});

describe('who sees a case', () => {
  const world = useSubgraph(grid);
  const row = aCase({ stage: 'IN_PROGRESS', jurisdiction: '320509110204', reporter: '320509110-HOTLINE' });
  const elsewhere = aCase({ jurisdiction: '310118104', reporter: '310118104-CITYOPS' });
  const step = {
    kind: 'RECEIVED',
    at: row.reported_at,
    actor: '王苏平',
    note: null,
    stage: 'RECEIVED',
  } as const;

  beforeAll(() =>
    world.build(async (db) => {
      // Dispatched to the building office first, which handed it back.
      const dispatched = { task_agency: '320509110-BUILDING', task_dispatched_at: at('2026-11-16 09:15') };
      const { task_agency, task_dispatched_by, task_dispatched_at } = row;
      await storeCases(db, { ...row, stage: 'DISPATCHED', ...dispatched, task_accepted_at: null }, elsewhere);
      const update = (change: Partial<GridCaseRow>) =>
        db<GridCaseRow>('cases').where({ id: row.id }).update(change);
      await update({ stage: 'FILED', task_agency: null, task_dispatched_by: null, task_dispatched_at: null });
      await update({
        stage: 'IN_PROGRESS',
        task_agency,
        task_dispatched_by,
        task_dispatched_at,
        task_accepted_at: row.task_accepted_at,
      });
      for (const seen of [row, elsewhere]) await storeEvents(db, seen, { ...step, agency: seen.reporter });
    }),
  );

  const parties: [string, Viewer][] = [
    ['the unit that reported it', viewer('320509110-HOTLINE')],
    ['the unit that holds its task', viewer('320509110-SANITATION')],
    ['a unit that once held it', viewer('320509110-BUILDING')],
    ['the command of its town', command],
    ['the river chief’s office of its town', viewer('320509110-RIVER', { functions: ['RIVER_CHIEF'] })],
    ['the government of its village', viewer('320509110204-GOV', { functions: ['GENERAL_GOVERNMENT'] })],
    ['the command of its county', viewer('320509-COMMAND', { functions: ['GRID_COMMAND'] })],
    ['the government of its province', viewer('320000-GOV', { functions: ['GENERAL_GOVERNMENT'] })],
  ];
  const strangers: [string, Viewer][] = [
    ['a unit of its town that commands nothing', viewer('320509110-TOURISM', { functions: ['TOURISM'] })],
    ['the command of another town', viewer('320509111-COMMAND', { functions: ['GRID_COMMAND'] })],
    ['the command of another village', viewer('320509110205-COMMAND', { functions: ['GRID_COMMAND'] })],
    ['the government of another province', viewer('330000-GOV', { functions: ['GENERAL_GOVERNMENT'] })],
    [
      'a unit that may act there but belongs elsewhere',
      viewer('330421103-CITYOPS', { functions: ['GRID_COMMAND'], remit: ['320509110'] }),
    ],
  ];
  const SEEN = `query Seen($id: ID!, $of: [_Any!]!) {
    gridCase(id: $id) { id timeline { actor } }
    gridCases { edges { node { id } } }
    _entities(representations: $of) { ... on Jurisdiction { gridCases { edges { node { id } } } } }
  }`;
  const variables = { id: row.id, of: [{ __typename: 'Jurisdiction', code: '320509' }] };
  /** What the database gives the viewer when asked for everything. */
  const raw = async (as: Viewer | null) => {
    const session = world.database.session(as);
    try {
      const cases = await session.db.raw<{ id: string }>('SELECT id FROM cases ORDER BY id');
      const events = await session.db.raw<{ case_id: string }>(
        'SELECT case_id FROM case_events ORDER BY case_id',
      );
      return { cases: cases.map((c) => c.id), events: events.map((e) => e.case_id) };
    } finally {
      await session.end();
    }
  };

  it.each(parties)('%s does', async (_, as) => {
    const page = { edges: [{ node: { id: row.id } }] };
    expect(await world.as(as).ask(SEEN, variables)).toEqual({
      gridCase: { id: row.id, timeline: [{ actor: '王苏平' }] },
      gridCases: page,
      _entities: [{ gridCases: page }],
    });
    expect(await raw(as)).toEqual({ cases: [row.id], events: [row.id] });
  });

  it.each(strangers)('%s does not', async (_, as) => {
    expect(await world.as(as).ask(SEEN, variables)).toEqual({
      gridCase: null,
      gridCases: { edges: [] },
      _entities: [{ gridCases: { edges: [] } }],
    });
    expect(await raw(as)).toEqual({ cases: [], events: [] });
  });

  it.each([
    ['gridCase', 'query Q($id: ID!) { gridCase(id: $id) { id } }'],
    ['gridCases', '{ gridCases { edges { node { id } } } }'],
    [
      'Jurisdiction.gridCases',
      'query Q($of: [_Any!]!) { _entities(representations: $of) { ... on Jurisdiction { gridCases { edges { node { id } } } } } }',
    ],
    [
      'GridCase as an entity',
      'query Q($of: [_Any!]!) { _entities(representations: $of) { ... on GridCase { number } } }',
    ],
  ])('nobody does not: %s', async (name, query) => {
    const of = name.startsWith('GridCase') ? [{ __typename: 'GridCase', id: row.id }] : variables.of;
    const { data, errors } = await world.as(null).send(query, { id: row.id, of });
    expect(errors?.map((e) => e.extensions?.code)).toEqual(['UNAUTHENTICATED']);
    expect(JSON.stringify(data)).not.toContain('case-');
  });

  it('nobody may not even ask the database', async () => {
    await expect(raw(null)).rejects.toThrow('permission denied');
  });

  it('a unit learns of no other party from the database', async () => {
    const session = world.database.session(command);
    const found = await session.db.raw('SELECT DISTINCT agency FROM case_parties');
    await session.end();
    expect(found).toEqual([]);
  });

  it.each([
    ['cases', "UPDATE cases SET title = ''"],
    ['parties', "INSERT INTO case_parties VALUES ('x', '320509110-COMMAND', '320509110', now(), now())"],
    ['events', "UPDATE case_events SET note = ''"],
  ])('a party changes nothing past the graph: %s', async (_, statement) => {
    const session = world.database.session(command);
    await expect(session.write((db) => db.raw(statement))).rejects.toThrow('permission denied');
    await session.end();
  });
});

describe('Jurisdiction.gridCases', () => {
  const world = useSubgraph(grid);
  const QUERY = `query Places($of: [_Any!]!, ${LIST_ARGUMENTS}) {
    _entities(representations: $of) { ... on Jurisdiction { code gridCases(${LIST_PASSED}) {
      edges { node { id } } pageInfo { hasNextPage endCursor }
    } } }
  }`;
  const at204 = aCase({ jurisdiction: '320509110204', reported_at: at('2026-11-10 09:00') });
  const at205 = aCase({ jurisdiction: '320509110205', reported_at: at('2026-11-11 09:00'), stage: 'FILED' });
  beforeAll(() => world.build((db) => storeCases(db, at204, at205)));
  const places = (...codes: string[]) => codes.map((code) => ({ __typename: 'Jurisdiction', code }));
  const ask = async (of: object[], args: object = {}) => {
    const { _entities } = await world.as(command).ask(QUERY, { of, ...args });
    return Object.fromEntries(_entities.map((place: Answer) => [place.code, idsIn(place.gridCases)]));
  };

  it('gives each place its own cases and those below it', async () => {
    expect(await ask(places('320509110204', '320509110', '320509', '310118104'))).toEqual({
      '320509110204': [at204.id],
      '320509110': [at205.id, at204.id],
      '320509': [at205.id, at204.id],
      '310118104': [],
    });
  });

  it('takes the same filters and orders as the list', async () => {
    expect(await ask(places('320509110'), { stage: 'FILED' })).toEqual({ '320509110': [at205.id] });
    expect(await ask(places('320509110'), { order: 'REPORTED_EARLIEST_FIRST' })).toEqual({
      '320509110': [at204.id, at205.id],
    });
  });

  it('pages within each place', async () => {
    const of = places('320509110');
    const first = await world.as(command).ask(QUERY, { of, first: 1 });
    const { pageInfo } = first._entities[0].gridCases;
    expect([idsIn(first._entities[0].gridCases), pageInfo.hasNextPage]).toEqual([[at205.id], true]);
    const second = await world.as(command).ask(QUERY, { of, first: 1, after: pageInfo.endCursor });
    expect(idsIn(second._entities[0].gridCases)).toEqual([at204.id]);
    expect(second._entities[0].gridCases.pageInfo.hasNextPage).toBe(false);
  });
});

describe('the statements of a list', () => {
  const world = useSubgraph(grid);
  const QUERY = `query Full($under: JurisdictionCode, $first: Int) { gridCases(under: $under, first: $first) { edges { node {
    number category { name parent { name } limit(in: "320509110") { amount } } jurisdiction { code } reporter { code }
    currentTask { agency { code } } timeline { kind agency { code } }
  } } } }`;
  beforeAll(() =>
    world.build(async (db) => {
      const rows = Array.from({ length: 25 }, (_, i) =>
        aCase({
          stage: i % 2 ? 'CLOSED' : 'IN_PROGRESS',
          category: i % 3 ? 'NOISE' : 'STREET_LAMP',
          jurisdiction: i % 2 ? '320509110204' : '320509110205',
        }),
      );
      await storeCases(db, ...rows);
      for (const row of rows) {
        const { reported_at, reporter: agency } = row;
        await storeEvents(db, row, {
          kind: 'RECEIVED',
          at: reported_at,
          actor: '王',
          agency,
          note: null,
          stage: 'RECEIVED',
        });
      }
    }),
  );
  const province = viewer('320000-GOV', { functions: ['GENERAL_GOVERNMENT'] });
  const named = (statements: string[]) => statements.map((sql) => /\/\* (\S+) \*\//.exec(sql)?.[1]).sort();
  const EXPECTED = [
    'gridCaseCategories.byCode',
    'gridCaseCategories.byCode',
    'gridCaseCategories.limits',
    'gridCases.events',
    'gridCases.in',
  ];

  it.each([
    ['1 case', { under: '320509110', first: 1 }],
    ['20 cases', { under: '320509110', first: 20 }],
    ['a village', { under: '320509110204' }],
    ['a province', { under: '320000' }],
    ['everywhere', {}],
  ])('are the same five for %s', async (_, variables) => {
    const statements = await world.statementsOf(() => world.as(province).ask(QUERY, variables));
    expect(named(statements)).toEqual(EXPECTED);
  });

  it('are the same for 1 and for 20 places', async () => {
    const query = `query Places($of: [_Any!]!) { _entities(representations: $of) { ... on Jurisdiction { gridCases(first: 2) { edges { node { number } } } } } }`;
    for (const count of [1, 20]) {
      const of = Array.from({ length: count }, (_, i) => ({
        __typename: 'Jurisdiction',
        code: `320509110${200 + i}`,
      }));
      const statements = await world.statementsOf(() => world.as(province).ask(query, { of }));
      expect(named(statements)).toEqual(['gridCases.in']);
    }
  });

  it.each([
    ['a place', "jurisdiction >= '320509110' AND jurisdiction < '320509110:'", 'jurisdiction'],
    [
      'a stage in a place',
      "stage = 'FILED' AND jurisdiction >= '320509110' AND jurisdiction < '320509110:'",
      'stage',
    ],
    ['a handler', "task_agency = '320509110-SANITATION'", 'task_agency'],
    ['days of report', "reported_at >= '2026-11-01' AND reported_at < '2026-11-02'", 'reported_at'],
  ])('find %s by an index under row security', async (_, condition, column) => {
    const session = world.database.session(command);
    try {
      // So few rows would be read from end to end.
      await session.db.raw('SET LOCAL enable_seqscan = off');
      const plan = await session.db.raw<{ 'QUERY PLAN': string }>(
        `EXPLAIN SELECT title FROM cases WHERE ${condition}`,
      );
      const conditions = plan.map((line) => line['QUERY PLAN']).filter((line) => line.includes('Index Cond'));
      expect(conditions.some((line) => line.includes(`(${column} `))).toBe(true);
    } finally {
      await session.end();
    }
  });
});

describe('a deadline that moves', () => {
  const world = useSubgraph(grid);

  it('moves the case in the list of a unit that it names', async () => {
    const [one, other] = [
      aCase({ stage: 'IN_PROGRESS', due_at: at('2026-11-20 09:00') }),
      aCase({ stage: 'IN_PROGRESS', due_at: at('2026-11-21 09:00') }),
    ];
    await world.build((db) => storeCases(db, one, other));
    const list = async () =>
      idsIn(
        (await world.as(viewer('320509110-SANITATION')).ask(LIST, { order: 'DUE_EARLIEST_FIRST' })).gridCases,
      );
    expect(await list()).toEqual([one.id, other.id]);
    await world.build((db) =>
      db('cases')
        .where({ id: one.id })
        .update({ due_at: at('2026-11-22 09:00') }),
    );
    expect(await list()).toEqual([other.id, one.id]);
  });
});

describe('the table of cases', () => {
  const world = useSubgraph(grid);
  const store = (...rows: Parameters<typeof storeCases>[1][]) => world.build((db) => storeCases(db, ...rows));

  it('takes an external id once from a source and a reporter', async () => {
    const sent = { external_id: '12345-0001' };
    await store({ ...aCase(), ...sent });
    await expect(store({ ...aCase(), ...sent })).rejects.toThrow('cases_reporter_source_external_id_key');
    await store(
      { ...aCase({ source: 'PETITION' }), ...sent },
      { ...aCase({ reporter: '310118104-CITYOPS' }), ...sent },
    );
    await store(aCase(), aCase());
  });

  it('takes a number once', async () => {
    const { number } = aCase();
    await store(aCase({ number }));
    await expect(store(aCase({ number }))).rejects.toThrow('cases_number_key');
  });

  it.each([
    ['an unfiled case with a deadline', { due_at: at('2026-11-20 09:00') }],
    ['a filed case without one', { stage: 'FILED', due_at: null }],
    [
      'a filed case with a task',
      { stage: 'FILED', task_agency: '320509110-RIVER', task_dispatched_at: at('2026-11-16 10:00') },
    ],
    ['a dispatched case without a task', { stage: 'DISPATCHED', task_agency: null }],
    ['a case in progress that nobody accepted', { stage: 'IN_PROGRESS', task_accepted_at: null }],
    ['an open case that is closed', { stage: 'VERIFYING', closed_at: at('2026-11-16 10:00') }],
    ['a closed case that is not', { stage: 'CLOSED', closed_at: null }],
    ['half a point', { latitude: 31 }],
    ['a point beyond the pole', { latitude: 99, longitude: 0 }],
  ] as const)('refuses %s', async (_, columns) => {
    await expect(store(aCase(columns))).rejects.toThrow('violates check constraint');
  });
});
