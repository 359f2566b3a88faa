import { grid } from '../../subgraphs/grid';
import { clockOf, isOnDuty, villageOf } from '../../subgraphs/grid/grids/rules';
import { replaceDirectory } from '../../subgraphs/kit/directory';
import type { Viewer } from '../../subgraphs/kit/viewer';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { at, aUnit } from './make';

describe('duty hours', () => {
  const worker = { duty_weekdays: [1, 2, 3, 4, 5], duty_begins: '08:30', duty_ends: '17:30', left_on: null };
  it.each([
    ['on a Monday, when they begin', '2026-11-23 08:30', {}, true],
    ['the minute before', '2026-11-23 08:29', {}, false],
    ['when they end', '2026-11-23 17:30', {}, false],
    ['on a Sunday', '2026-11-22 10:00', {}, false],
    ['on a Sunday that is theirs', '2026-11-22 10:00', { duty_weekdays: [7] }, true],
    ['on their last day', '2026-11-23 10:00', { left_on: '2026-11-23' }, true],
    ['after it', '2026-11-24 10:00', { left_on: '2026-11-23' }, false],
  ])('%s', (_, instant, more, expected) => {
    expect(isOnDuty({ ...worker, ...more }, at(instant))).toBe(expected);
  });

  it('are read from the clock of Shanghai', () => {
    expect(clockOf(new Date('2026-11-22T16:05:00Z'))).toEqual({ weekday: 1, time: '00:05' });
  });
});

describe('villageOf', () => {
  it.each([
    ['320612102002-01', '320612102002'],
    ['320612102002-1', null],
    ['320612102-01', null],
    ['320612102002', null],
    ['020612102002-01', null],
  ])('%s', (code, expected) => {
    expect(villageOf(code)).toBe(expected);
  });
});

const mutation = (name: string, body: string) =>
  `mutation M($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { ${body} userErrors { code message path } } }`;
const codes = (payload: { userErrors: { code: string; path: string[] }[] }) =>
  payload.userErrors.map(({ code, path }) => [code, ...path].join(' '));

describe('grids', () => {
  const world = useSubgraph(grid);
  const TOWN = '320612105';
  const command = viewer(`${TOWN}-COMMAND`, { user: '季国华', functions: ['GRID_COMMAND'] });
  const village = viewer(`${TOWN}201-COMMITTEE`, { functions: ['VILLAGE_COMMITTEE'] });
  const stranger = viewer('310118104-CITYOPS', { functions: ['GRID_COMMAND'] });
  beforeAll(() =>
    world.build((db) =>
      replaceDirectory(db, [
        aUnit(command.agency, 'GRID_COMMAND'),
        aUnit(village.agency, 'VILLAGE_COMMITTEE'),
        aUnit('310118104-CITYOPS', 'GRID_COMMAND'),
      ]),
    ),
  );
  const code = (n: number, place = '201') => `${TOWN}${place}-${String(n).padStart(2, '0')}`;
  const importGrids = (grids: object[], who: Viewer = command) =>
    world.as(who).do(mutation('importGrids', 'importation { added changed unchanged }'), { grids });
  const importWorkers = (workers: object[], who: Viewer = command) =>
    world.as(who).do(mutation('importGridWorkers', 'importation { added changed unchanged }'), { workers });
  const one = (n: number, more: object = {}) => ({
    code: code(n),
    name: `第${n}网格`,
    kind: 'COMPREHENSIVE',
    ...more,
  });
  const worker = (n: number, number: string, more: object = {}) => ({
    ...{ grid: code(n), number, name: '张建国', role: 'FULL_TIME', phone: '0513-1', ...more },
  });
  const GRID = `code name kind jurisdiction { code } agency { code } people places things closedOn workerCount
    leader { name } command { level agency { code } worker { name } }`;

  it('are imported, with what is new, what changed and what did not', async () => {
    expect((await importGrids([one(1), one(2)])).importation).toEqual({ added: 2, changed: 0, unchanged: 0 });
    const mended = one(2, { name: '桥南网格', agency: village.agency, people: 812, places: 14, things: 230 });
    expect((await importGrids([one(1), mended, one(3)])).importation).toEqual({
      added: 1,
      changed: 1,
      unchanged: 1,
    });
    await importWorkers([worker(2, '1', { role: 'LEADER', name: '王志明' }), worker(2, '2')]);
    const { grid: found } = await world.as(command).ask(`{ grid(code: "${code(2)}") { ${GRID} } }`);
    expect(found).toEqual({
      ...{ code: code(2), name: '桥南网格', kind: 'COMPREHENSIVE', jurisdiction: { code: `${TOWN}201` } },
      ...{
        agency: { code: village.agency },
        people: 812,
        places: 14,
        things: 230,
        closedOn: null,
        workerCount: 2,
      },
      leader: { name: '王志明' },
      command: [
        { level: 'TOWN', agency: { code: command.agency }, worker: null },
        { level: 'VILLAGE', agency: { code: village.agency }, worker: null },
        { level: 'GRID', agency: null, worker: { name: '王志明' } },
      ],
    });
    const events = await world.build((db) =>
      db('grid_events')
        .where({ grid: code(2) })
        .whereNull('worker')
        .orderBy('ordinal'),
    );
    expect(events.map(({ content }) => (content as { name: string }).name)).toEqual(['第2网格', '桥南网格']);
  });

  it.each([
    ['nothing', [], ['REQUIRED grids']],
    ['too many', Array(2_001).fill(one(1)), ['LIMIT_EXCEEDED grids']],
    ['a code that is none', [one(1, { code: 'x' })], ['INVALID grids 0 code']],
    ['a code twice', [one(1), one(1)], ['CONFLICT grids 1 code']],
    ['no name', [one(1, { name: ' ' })], ['REQUIRED grids 0 name']],
    ['a unit that does not exist', [one(1, { agency: '320612105-NONE' })], ['NOT_FOUND grids 0 agency']],
    ['a unit of elsewhere', [one(1, { agency: '310118104-CITYOPS' })], ['INVALID grids 0 agency']],
    ['a negative count', [one(1, { people: -1 })], ['INVALID grids 0 people']],
    [
      'a grid of another town',
      [one(1, { code: '310118104222-01', agency: '310118104-CITYOPS' })],
      ['NOT_ALLOWED grids 0 code'],
    ],
  ])('are not imported with %s', async (_, grids, expected) => {
    expect(codes(await importGrids(grids))).toEqual(expected);
  });

  it('have workers with duty hours, one of them the leader', async () => {
    await importGrids([one(11), one(12)]);
    const first = await importWorkers([
      worker(11, '1', { role: 'LEADER' }),
      worker(11, '2', { dutyWeekdays: [7, 6], dutyBegins: '16:00', dutyEnds: '20:00' }),
    ]);
    expect(first.importation).toEqual({ added: 2, changed: 0, unchanged: 0 });
    expect(codes(await importWorkers([worker(11, '3', { role: 'LEADER' })]))).toEqual([
      'CONFLICT workers 0 role',
    ]);
    const handover = [
      worker(11, '3', { role: 'LEADER', name: '陈秀芳' }),
      worker(11, '1', { role: 'FULL_TIME' }),
    ];
    expect((await importWorkers(handover)).importation).toEqual({ added: 1, changed: 1, unchanged: 0 });
    const list = async (more: string) =>
      (
        await world
          .as(command)
          .ask(
            `{ gridWorkers(grid: "${code(11)}"${more}) { edges { node { number role dutyWeekdays dutyBegins dutyEnds isOnDuty phone } } } }`,
          )
      ).gridWorkers.edges.map(({ node }: { node: { number: string } }) => node);
    // A Monday, ten in the morning.
    expect(await list('')).toEqual([
      {
        number: '1',
        role: 'FULL_TIME',
        dutyWeekdays: [1, 2, 3, 4, 5],
        dutyBegins: '08:30',
        dutyEnds: '17:30',
        isOnDuty: true,
        phone: '0513-1',
      },
      {
        number: '2',
        role: 'FULL_TIME',
        dutyWeekdays: [6, 7],
        dutyBegins: '16:00',
        dutyEnds: '20:00',
        isOnDuty: false,
        phone: '0513-1',
      },
      {
        number: '3',
        role: 'LEADER',
        dutyWeekdays: [1, 2, 3, 4, 5],
        dutyBegins: '08:30',
        dutyEnds: '17:30',
        isOnDuty: true,
        phone: '0513-1',
      },
    ]);
    expect((await list(', isOnDuty: true')).map(({ number }: { number: string }) => number)).toEqual([
      '1',
      '3',
    ]);
    expect((await list(', isOnDuty: false')).map(({ number }: { number: string }) => number)).toEqual(['2']);
  });

  it.each([
    ['of a grid that does not exist', [worker(99, '1')], ['NOT_FOUND workers 0 grid']],
    [
      'without number and name',
      [worker(1, ' ', { name: '' })],
      ['REQUIRED workers 0 number', 'REQUIRED workers 0 name'],
    ],
    ['with a number twice', [worker(1, '9'), worker(1, '9')], ['CONFLICT workers 1 number']],
    [
      'with two leaders',
      [worker(3, '8', { role: 'LEADER' }), worker(3, '9', { role: 'LEADER' })],
      ['CONFLICT workers 1 role'],
    ],
    [
      'with a weekday that is none',
      [worker(1, '9', { dutyWeekdays: [0] })],
      ['INVALID workers 0 dutyWeekdays'],
    ],
    ['with hours that are none', [worker(1, '9', { dutyBegins: '8:30' })], ['INVALID workers 0 dutyBegins']],
    [
      'with hours that end before they begin',
      [worker(1, '9', { dutyEnds: '08:00' })],
      ['INVALID workers 0 dutyEnds'],
    ],
    ['with a phone of letters', [worker(1, '9', { phone: 'x' })], ['INVALID workers 0 phone']],
  ])('have no workers %s', async (_, workers, expected) => {
    expect(codes(await importWorkers(workers))).toEqual(expected);
  });

  it('are entered by the command of their place, and seen by it, the unit in charge and nobody else', async () => {
    expect(codes(await importGrids([one(21, { agency: village.agency })], village))).toEqual([
      'NOT_ALLOWED grids 0 code',
    ]);
    expect(codes(await importGrids([one(21, { agency: command.agency })], stranger))).toEqual([
      'NOT_ALLOWED grids 0 code',
    ]);
    await importGrids([one(21, { agency: village.agency })]);
    await importWorkers([worker(21, '1')]);
    const query = `{ grid(code: "${code(21)}") { name } gridWorkers(grid: "${code(21)}") { edges { node { phone } } } }`;
    for (const [who, isParty] of [
      [command, true],
      [village, true],
      [stranger, false],
    ] as const) {
      const found = await world.as(who).ask(query);
      expect([who.agency, found.grid !== null, found.gridWorkers.edges.length]).toEqual([
        who.agency,
        isParty,
        isParty ? 1 : 0,
      ]);
    }
  });

  it('add up, and are exported as they can be imported again', async () => {
    const place = `${TOWN}203`;
    const grids = [
      one(1, { code: `${place}-01`, people: 500, places: 3, things: 90 }),
      one(2, { code: `${place}-51`, kind: 'DEDICATED', people: 40 }),
      one(3, { code: `${place}-03`, closedOn: '2026-10-31', people: 99 }),
    ];
    await importGrids(grids);
    await importWorkers([
      worker(1, '1', { grid: `${place}-01` }),
      worker(1, '2', { grid: `${place}-01`, dutyWeekdays: [7] }),
    ]);
    const { gridNetwork, gridExport } = await world.as(command).ask(
      `{ gridNetwork(under: "${place}") { jurisdiction { code } villages comprehensive dedicated workers onDuty people places things }
         gridExport(under: "${place}") { content count } }`,
    );
    expect(gridNetwork).toEqual({
      ...{
        jurisdiction: { code: place },
        villages: 1,
        comprehensive: 1,
        dedicated: 1,
        workers: 2,
        onDuty: 1,
      },
      ...{ people: 540, places: 3, things: 90 },
    });
    const [header = '', ...lines] = gridExport.content.replace('\uFEFF', '').trimEnd().split('\r\n');
    const names = header.split(',');
    const again = lines.map((line: string) =>
      Object.fromEntries(
        line.split(',').flatMap((cell, i) => {
          const name = names[i] ?? '';
          const isCount = ['people', 'places', 'things'].includes(name);
          return cell === '' ? [] : [[name, isCount ? Number(cell) : cell]];
        }),
      ),
    );
    expect((await importGrids(again)).importation).toEqual({ added: 0, changed: 0, unchanged: 3 });
  });

  it('take as many statements for one as for many', async () => {
    const many = Array.from({ length: 40 }, (_, i) => one(i + 1, { code: `${TOWN}204-${i + 10}` }));
    const some = await world.statementsOf(() => importGrids(many));
    expect((await world.statementsOf(() => importGrids(many.slice(0, 1)))).length).toBe(some.length);
    const list = `query L($first: Int) { grids(under: "${TOWN}204", first: $first) { edges { node { ${GRID} } } } }`;
    const statements = (first: number) => world.statementsOf(() => world.as(command).ask(list, { first }));
    expect((await statements(1)).length).toBe((await statements(20)).length);
  });
});
