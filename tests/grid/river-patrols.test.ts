import { grid } from '../../subgraphs/grid';
import { isOverdue } from '../../subgraphs/grid/river-patrols/rules';
import type { Viewer } from '../../subgraphs/kit/viewer';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { at } from './make';

describe('isOverdue', () => {
  const now = at('2026-11-23 10:00');
  it.each([
    ['on its last day', '2026-11-23', null, false],
    ['the day after', '2026-11-22', null, true],
    ['removed on its last day', '2026-11-20', at('2026-11-20 23:59'), false],
    ['removed the day after', '2026-11-20', at('2026-11-21 00:00'), true],
  ])('%s', (_, due_on, removed_at, expected) => {
    expect(isOverdue({ due_on, removed_at }, now)).toBe(expected);
  });
});

describe('river patrols', () => {
  const world = useSubgraph(grid, { demo: true });
  const river = viewer('320509110-RIVER', { user: '凌水明', functions: ['RIVER_CHIEF'] });
  const PATROL = `patrol { id reach { code } agency { code } startedAt endedAt members note photos
    confiscations { thing quantity unit note } removals { id thing orderedOn removeUntil dueOn isOverdue removedAt graces { graceUntil } } }`;
  const REMOVAL = `removal { id dueOn removeUntil removedAt removalNote isOverdue
    graces { graceUntil grantedBy agency { code } grantedAt reason } }`;
  const mutation = (name: string, body: string) =>
    `mutation M($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { ${body} userErrors { code message path } } }`;
  const codes = (payload: { userErrors: { code: string; path: string[] }[] }) =>
    payload.userErrors.map(({ code, path }) => [code, ...path].join(' '));
  const input = {
    ...{
      reach: 'TAIPU-FENHU',
      startedAt: '2026-11-20T01:00:00Z',
      endedAt: '2026-11-20T03:30:00Z',
      members: [' 凌水明 '],
    },
  };
  const record = (more: object = {}, who: Viewer = river) =>
    world.as(who).do(mutation('recordRiverPatrol', PATROL), { ...input, ...more });
  const grant = (removalId: string, more: object = {}, who: Viewer = river) =>
    world.as(who).do(mutation('grantRiverRemovalGrace', REMOVAL), {
      ...{ removalId, graceUntil: '2026-11-30', grantedBy: '镇河长 陆建明', reason: '船主住院', ...more },
    });
  const complete = (removalId: string, more: object = {}, who: Viewer = river) =>
    world.as(who).do(mutation('completeRiverRemoval', REMOVAL), { removalId, ...more });
  const removal = async (removeUntil = '2026-11-22') =>
    (await record({ removals: [{ thing: '北岸鱼簖', removeUntil }] })).patrol.removals[0];
  const PATROLS = `query L($under: JurisdictionCode, $reach: String, $from: Date, $to: Date, $first: Int) {
    riverPatrols(under: $under, reach: $reach, from: $from, to: $to, first: $first) { edges { node { id removals { id } reach { code } } } } }`;
  const REMOVALS = `query L($under: JurisdictionCode, $isRemoved: Boolean, $isOverdue: Boolean, $first: Int) {
    riverRemovals(under: $under, isRemoved: $isRemoved, isOverdue: $isOverdue, first: $first) {
      edges { node { id graces { grantedBy } } } } }`;
  const ids = (connection: { edges: { node: { id: string } }[] }) =>
    connection.edges.map(({ node }) => node.id);
  const removals = async (variables: object, who: Viewer = river): Promise<string[]> =>
    ids((await world.as(who).ask(REMOVALS, { first: 200, ...variables })).riverRemovals);

  it('are recorded with what they confiscated and what they ordered to be removed', async () => {
    const { patrol, userErrors } = await record({
      ...{ note: '南岸有地笼', photos: ['https://a.cn/1.jpg'] },
      confiscations: [
        { thing: '地笼', quantity: 12, unit: '只', note: '无主' },
        { thing: '电瓶', quantity: 1.5, unit: '组' },
      ],
      removals: [{ thing: '北岸鱼簖', removeUntil: '2026-11-27' }],
    });
    expect(userErrors).toEqual([]);
    expect(patrol).toEqual({
      ...{
        id: expect.any(String),
        reach: { code: 'TAIPU-FENHU' },
        agency: { code: river.agency },
        members: ['凌水明'],
      },
      ...{ startedAt: '2026-11-20T01:00:00.000Z', endedAt: '2026-11-20T03:30:00.000Z', note: '南岸有地笼' },
      photos: ['https://a.cn/1.jpg'],
      confiscations: [
        { thing: '地笼', quantity: 12, unit: '只', note: '无主' },
        { thing: '电瓶', quantity: 1.5, unit: '组', note: null },
      ],
      removals: [
        {
          ...{
            id: expect.any(String),
            thing: '北岸鱼簖',
            orderedOn: '2026-11-20',
            removeUntil: '2026-11-27',
          },
          ...{ dueOn: '2026-11-27', isOverdue: false, removedAt: null, graces: [] },
        },
      ],
    });
  });

  it('arrive once under an external id, also when sent twice at once', async () => {
    const more = { externalId: 'patrol-1', removals: [{ thing: '网簖', removeUntil: '2026-11-27' }] };
    const sent = await Promise.all(Array.from({ length: 4 }, () => record(more)));
    expect(new Set(sent.map(({ patrol }) => patrol.id)).size).toBe(1);
    expect((await record(more)).patrol.removals).toHaveLength(1);
  });

  it.each([
    ['a reach that does not exist', { reach: 'NOWHERE' }, ['NOT_FOUND reach']],
    ['a reach of another place', { reach: 'TAIPU-JINZE' }, ['NOT_ALLOWED reach']],
    ['nobody', { members: [] }, ['REQUIRED members']],
    ['an empty name', { members: ['甲', ' '] }, ['REQUIRED members 1']],
    ['an end before its beginning', { endedAt: '2026-11-20T00:59:00Z' }, ['INVALID endedAt']],
    ['a time to come', { endedAt: '2026-11-24T00:00:00Z' }, ['INVALID endedAt', 'INVALID endedAt']],
    ['photos that are no addresses', { photos: ['a.jpg'] }, ['INVALID photos 0']],
    [
      'no quantity',
      { confiscations: [{ thing: '地笼', quantity: 0, unit: '只' }] },
      ['INVALID confiscations 0 quantity'],
    ],
    [
      'a removal in the past',
      { removals: [{ thing: '簖', removeUntil: '2026-11-19' }] },
      ['INVALID removals 0 removeUntil'],
    ],
    [
      'too much',
      { removals: Array(51).fill({ thing: '簖', removeUntil: '2026-12-01' }) },
      ['LIMIT_EXCEEDED removals'],
    ],
  ])('are refused with %s', async (_, more, expected) => {
    const refused = await record(more);
    expect([refused.patrol, codes(refused)]).toEqual([null, expected]);
  });

  it('are for those who look after the reach', async () => {
    for (const [functions, isAllowed] of [
      [['RIVER_CHIEF'], true],
      [['GRID_COMMAND'], true],
      [['GENERAL_GOVERNMENT'], true],
      [['SANITATION'], false],
    ] as const) {
      const who = viewer('320509110-UNIT', { functions: [...functions] });
      expect(codes(await record({}, who))).toEqual(isAllowed ? [] : ['NOT_ALLOWED reach']);
    }
  });

  describe('a removal', () => {
    it('gets grace until a later day, each time with who granted it', async () => {
      const { id } = await removal();
      expect((await grant(id, { at: '2026-11-21T02:00:00Z' })).removal).toEqual({
        ...{
          id,
          dueOn: '2026-11-30',
          removeUntil: '2026-11-22',
          removedAt: null,
          removalNote: null,
          isOverdue: false,
        },
        graces: [
          {
            ...{ graceUntil: '2026-11-30', grantedBy: '镇河长 陆建明', agency: { code: river.agency } },
            ...{ grantedAt: '2026-11-21T02:00:00.000Z', reason: '船主住院' },
          },
        ],
      });
      const again = (await grant(id, { graceUntil: '2026-12-10' })).removal;
      expect(again.graces.map(({ graceUntil }: { graceUntil: string }) => graceUntil)).toEqual([
        '2026-11-30',
        '2026-12-10',
      ]);
    });

    it.each([
      ['no later day', { graceUntil: '2026-11-22' }, ['INVALID graceUntil']],
      [
        'a day that is over',
        { graceUntil: '2026-11-21', at: '2026-11-23T01:00:00Z' },
        ['INVALID graceUntil'],
      ],
      ['nobody who granted it', { grantedBy: '' }, ['REQUIRED grantedBy']],
      ['no reason', { reason: ' ' }, ['REQUIRED reason']],
      ['a time before the order', { at: '2026-11-19T00:00:00Z' }, ['INVALID at']],
      ['a time to come', { at: '2026-11-24T00:00:00Z' }, ['INVALID at']],
    ])('gets no grace with %s', async (_, more, expected) => {
      const { id } = await removal();
      expect(codes(await grant(id, more))).toEqual(expected);
    });

    it('gets one of two graces at the same moment, and is removed once of two', async () => {
      const { id } = await removal();
      const graces = await Promise.all([grant(id), grant(id, { graceUntil: '2026-12-01' }), grant(id)]);
      expect(graces.filter(({ userErrors }) => userErrors.length === 0).length).toBeGreaterThan(0);
      const stored = await world.build((db) =>
        db('river_removal_graces').where({ removal_id: id }).orderBy('grace_until'),
      );
      const [row] = await world.build((db) => db('river_removals').where({ id }));
      expect([stored.length, stored.at(-1)?.grace_until]).toEqual([
        graces.filter(({ userErrors }) => userErrors.length === 0).length,
        row?.due_on,
      ]);
      const done = await Promise.all([complete(id), complete(id), complete(id)]);
      expect(done.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
      expect(codes(await grant(id, { graceUntil: '2027-01-01' }))).toEqual([
        'NOT_ALLOWED_IN_STATE removalId',
      ]);
    });

    it('is overdue after its last day, and was late when it was removed after it', async () => {
      const { id } = await removal('2026-11-20');
      expect(await removals({ isOverdue: true, isRemoved: false, under: '320509110' })).toContain(id);
      const { removal: done } = await complete(id, { note: '已拆除', at: '2026-11-21T02:00:00Z' });
      expect([done.isOverdue, done.removalNote, done.removedAt]).toEqual([
        true,
        '已拆除',
        '2026-11-21T02:00:00.000Z',
      ]);
      expect(await removals({ isRemoved: false })).not.toContain(id);
      expect(await removals({ isRemoved: true, isOverdue: true })).toContain(id);
      expect(await removals({ isOverdue: false })).not.toContain(id);
    });

    it('is not touched by who does not look after the reach, nor seen', async () => {
      const { id } = await removal();
      const jinze = viewer('310118104-RIVER', { functions: ['RIVER_CHIEF'] });
      const sanitation = viewer('320509110-SANITATION', { functions: ['SANITATION'] });
      for (const who of [jinze, sanitation]) {
        expect(codes(await grant(id, {}, who))).toEqual(['NOT_FOUND removalId']);
        expect(codes(await complete(id, {}, who))).toEqual(['NOT_FOUND removalId']);
        expect(await removals({}, who)).not.toContain(id);
        const changed = await world.database
          .session(who)
          .write(async (db) =>
            db('river_removals').where({ id }).update({ due_on: '2027-01-01' }).returning('id'),
          );
        expect(changed).toEqual([]);
      }
      const command = viewer('320509110-COMMAND', { functions: ['GRID_COMMAND'] });
      expect(codes(await complete(id, {}, command))).toEqual([]);
    });
  });

  it('are listed by place, reach and day, the latest first, with as many statements for one as for many', async () => {
    await record({ startedAt: '2026-11-18T01:00:00Z', endedAt: '2026-11-18T02:00:00Z' });
    const list = async (variables: object) =>
      (await world.as(river).ask(PATROLS, { first: 200, ...variables })).riverPatrols;
    expect(ids(await list({ from: '2026-11-18', to: '2026-11-18' })).length).toBeGreaterThan(0);
    expect(ids(await list({ reach: 'YUANDANG-LILI', from: '2026-11-18', to: '2026-11-18' }))).toEqual([]);
    expect(ids(await list({ under: '310118104' }))).toEqual([]);
    for (const [query, name] of [
      [PATROLS, 'riverPatrols'],
      [REMOVALS, 'riverRemovals'],
    ] as const) {
      const statements = (first: number) => world.statementsOf(() => world.as(river).ask(query, { first }));
      expect([name, (await statements(1)).length]).toEqual([name, (await statements(20)).length]);
    }
  });
});
