import { randomUUID } from 'node:crypto';
import { grid } from '../../subgraphs/grid';
import { routeOf } from '../../subgraphs/grid/routes/rules';
import { replaceDirectory } from '../../subgraphs/kit/directory';
import type { Viewer } from '../../subgraphs/kit/viewer';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { aCase, aUnit, storeCases } from './make';

describe('routeOf', () => {
  const route = (jurisdiction: string, category: string) => ({ jurisdiction, category });
  const wanted = { place: '320509110204', category: 'WATER_HYACINTH', major: 'EVENT_CITY_APPEARANCE' };
  it.each([
    ['none', [], null],
    ['that of the place', [route('320509110204', 'WATER_HYACINTH')], 0],
    ['that of a place above', [route('320509', 'WATER_HYACINTH')], 0],
    [
      'that of the nearest place',
      [route('320509', 'WATER_HYACINTH'), route('320509110', 'WATER_HYACINTH')],
      1,
    ],
    [
      'that of the minor class first',
      [route('320509110', 'EVENT_CITY_APPEARANCE'), route('320509110', 'WATER_HYACINTH')],
      1,
    ],
    [
      'the place before the class',
      [route('320509', 'WATER_HYACINTH'), route('320509110', 'EVENT_CITY_APPEARANCE')],
      1,
    ],
    ['none of a neighbor', [route('320509111', 'WATER_HYACINTH')], null],
    ['none of another class', [route('320509110', 'NOISE')], null],
  ])('takes %s', (_, routes, expected) => {
    expect(routeOf(routes, wanted)).toEqual(expected === null ? null : routes[expected]);
  });
});

describe('routes', () => {
  const world = useSubgraph(grid);
  const command = viewer('320509110-COMMAND', { functions: ['GRID_COMMAND'] });
  const SET = `mutation Set($input: SetGridCaseRouteInput!) { setGridCaseRoute(input: $input) {
    route { jurisdiction { code } category { code } agency { code } effectiveFrom effectiveUntil } userErrors { code path message } } }`;
  const END = `mutation End($input: EndGridCaseRouteInput!) { endGridCaseRoute(input: $input) {
    route { effectiveFrom effectiveUntil } userErrors { code path message } } }`;
  const LIST = `query L($under: JurisdictionCode, $on: Date) { gridCaseRoutes(under: $under, on: $on, first: 200) {
    edges { node { jurisdiction { code } category { code } agency { code } effectiveFrom effectiveUntil } } } }`;
  const codes = (payload: { userErrors: { code: string; path: string[] }[] }) =>
    payload.userErrors.map(({ code, path }) => [code, ...path].join(' '));
  beforeAll(() =>
    world.build((db) =>
      replaceDirectory(db, [
        aUnit('320509110-SANITATION', 'SANITATION'),
        aUnit('320509110-RIVER', 'RIVER_CHIEF'),
        aUnit('310118104-RIVER', 'RIVER_CHIEF'),
      ]),
    ),
  );
  const input = { jurisdiction: '320509110', category: 'NOISE', agency: '320509110-SANITATION' };
  const set = (more: object = {}, who: Viewer = command) => world.as(who).do(SET, { ...input, ...more });
  const end = (more: object = {}, who: Viewer = command) =>
    world.as(who).do(END, { jurisdiction: '320509110', category: input.category, ...more });
  const listed = async (category: string) =>
    (await world.as(command).ask(LIST, { under: '320509110' })).gridCaseRoutes.edges
      .map(
        (edge: {
          node: {
            category: { code: string };
            effectiveFrom: string;
            effectiveUntil: string;
            agency: { code: string };
          };
        }) => edge.node,
      )
      .filter((node: { category: { code: string } }) => node.category.code === category)
      .map((node: { effectiveFrom: string; effectiveUntil: string | null; agency: { code: string } }) => [
        ...[node.effectiveFrom, node.effectiveUntil, node.agency.code],
      ]);

  it('hold from a day on, and what held before ends the day before', async () => {
    expect(codes(await set())).toEqual([]);
    expect(codes(await set({ agency: '320509110-RIVER', effectiveFrom: '2026-12-01' }))).toEqual([]);
    expect(await listed('NOISE')).toEqual([
      ['2026-11-23', '2026-11-30', '320509110-SANITATION'],
      ['2026-12-01', null, '320509110-RIVER'],
    ]);
    expect(codes(await set({ effectiveFrom: '2026-11-25' }))).toEqual(['CONFLICT effectiveFrom']);
    expect(codes(await set({ agency: '320509110-SANITATION', effectiveFrom: '2026-12-01' }))).toEqual([]);
    expect((await listed('NOISE')).at(-1)).toEqual(['2026-12-01', null, '320509110-SANITATION']);
  });

  it('end after a day', async () => {
    await set({ category: 'GROUP_RENTAL' });
    expect((await end({ category: 'GROUP_RENTAL', effectiveUntil: '2026-11-30' })).route).toEqual({
      ...{ effectiveFrom: '2026-11-23', effectiveUntil: '2026-11-30' },
    });
    expect(codes(await end({ category: 'GROUP_RENTAL', effectiveUntil: '2026-11-01' }))).toEqual([
      'INVALID effectiveUntil',
    ]);
    expect(codes(await end({ category: 'STREET_LAMP' }))).toEqual(['NOT_FOUND category']);
  });

  it.each([
    ['a category that does not exist', { category: 'NO_SUCH' }, 'NOT_FOUND category'],
    ['a unit that does not exist', { agency: '320509110-NOBODY' }, 'NOT_FOUND agency'],
    ['a unit of elsewhere', { agency: '310118104-RIVER' }, 'INVALID agency'],
    ['a day that is over', { effectiveFrom: '2026-11-22' }, 'INVALID effectiveFrom'],
  ])('are not set with %s', async (_, more, expected) => {
    expect(codes(await set({ category: 'DIRTY_ROAD', ...more }))).toEqual([expected]);
    expect(await listed('DIRTY_ROAD')).toEqual([]);
  });

  it.each([
    ['another office of the place', viewer('320509110-BUILDING')],
    ['the government', viewer('320509110-GOV', { functions: ['GENERAL_GOVERNMENT'] })],
    ['the command of another place', viewer('310118104-CITYOPS', { functions: ['GRID_COMMAND'] })],
    [
      'a command that may act there but belongs elsewhere',
      viewer('330421103-CITYOPS', { functions: ['GRID_COMMAND'], remit: ['320509110'] }),
    ],
  ])('are not set or ended by %s', async (_, who) => {
    expect(codes(await set({ category: 'DEAD_FISH' }, who))).toEqual(['NOT_ALLOWED jurisdiction']);
    expect(codes(await end({}, who))).toEqual(['NOT_ALLOWED jurisdiction']);
  });

  it('say to whom a case is dispatched when nobody is named, and suggest it before', async () => {
    await set({ category: 'EVENT_CITY_APPEARANCE', agency: '320509110-SANITATION' });
    await set({ category: 'WATER_HYACINTH', agency: '320509110-RIVER' });
    const cases = ['EXPOSED_GARBAGE', 'WATER_HYACINTH'].map((category) =>
      aCase({ id: randomUUID(), category, stage: 'FILED', jurisdiction: '320509110204' }),
    );
    await world.build((db) => storeCases(db, ...cases));
    const found = await Promise.all(
      cases.map(async ({ id }) => {
        const { gridCase } = await world
          .as(command)
          .ask('query Q($id: ID!) { gridCase(id: $id) { suggestedAgency { code } } }', { id });
        const dispatched = await world.as(command).do(
          `mutation D($input: DispatchGridCaseInput!) { dispatchGridCase(input: $input) {
            gridCase { currentTask { agency { code } } } userErrors { code } } }`,
          { caseId: id },
        );
        return [gridCase.suggestedAgency.code, dispatched.gridCase.currentTask.agency.code];
      }),
    );
    expect(found).toEqual([
      ['320509110-SANITATION', '320509110-SANITATION'],
      ['320509110-RIVER', '320509110-RIVER'],
    ]);
  });
});
