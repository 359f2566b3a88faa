import { grid } from '../../subgraphs/grid';
import { escalationOf, escalationPolicy, isOverdue, type LeadResult } from '../../subgraphs/grid/leads/rules';
import { replaceDirectory } from '../../subgraphs/kit/directory';
import type { Viewer } from '../../subgraphs/kit/viewer';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { at, aUnit } from './make';

describe('isOverdue and escalationOf', () => {
  it('say what is late: after the last day, by the result or by now', () => {
    const now = at('2026-11-23 10:00');
    expect([
      isOverdue({ due_on: '2026-11-23', checked_at: null }, now),
      isOverdue({ due_on: '2026-11-22', checked_at: null }, now),
      isOverdue({ due_on: '2026-11-22', checked_at: at('2026-11-22 23:59') }, now),
      isOverdue({ due_on: '2026-11-22', checked_at: at('2026-11-23 00:00') }, now),
    ]).toEqual([false, true, false, true]);
  });

  it.each([
    ['2026-11-20', null],
    ['2026-11-21', { level: 1, sinceOn: '2026-11-21' }],
    ['2026-11-23', { level: 1, sinceOn: '2026-11-21' }],
    ['2026-11-24', { level: 2, sinceOn: '2026-11-24' }],
    ['2026-12-24', { level: 2, sinceOn: '2026-11-24' }],
  ])('a lead due on 2026-11-20 has gone up by %s', (today, expected) => {
    expect(escalationOf({ due_on: '2026-11-20', status: 'ASSIGNED' }, today, [1, 4])).toEqual(expected);
    expect(escalationOf({ due_on: '2026-11-20', status: 'CHECKED' }, today, [1, 4])).toBeNull();
  });

  it('asks a policy for days, each more than the one before', () => {
    expect(escalationPolicy([1, 4])).toEqual([1, 4]);
    for (const value of [[0], [4, 1], ['1'], 3, null])
      expect(() => escalationPolicy(value)).toThrow(TypeError);
  });
});

const mutation = (name: string, body: string) =>
  `mutation M($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { ${body} userErrors { code message path } } }`;
const codes = (payload: { userErrors: { code: string; path: string[] }[] }) =>
  payload.userErrors.map(({ code, path }) => [code, ...path].join(' '));

describe('leads', () => {
  const world = useSubgraph(grid);
  const TOWN = '320612102';
  const VILLAGE = `${TOWN}205`;
  const county = viewer('320612-GOV', { user: '严卫东', functions: ['GENERAL_GOVERNMENT'] });
  const command = viewer(`${TOWN}-COMMAND`, { functions: ['GRID_COMMAND'] });
  const committee = viewer(`${VILLAGE}-COMMITTEE`, { functions: ['VILLAGE_COMMITTEE'] });
  const building = viewer(`${TOWN}-BUILDING`, { functions: ['BUILDING_APPEARANCE'] });
  const stranger = viewer('310118104-CITYOPS', { functions: ['GRID_COMMAND'] });
  beforeAll(() =>
    world.build(async (db) => {
      await replaceDirectory(db, [
        aUnit(county.agency, 'GENERAL_GOVERNMENT'),
        aUnit('320612-COMMAND', 'GRID_COMMAND'),
        aUnit(command.agency, 'GRID_COMMAND'),
        aUnit(committee.agency, 'VILLAGE_COMMITTEE'),
        aUnit(building.agency, 'BUILDING_APPEARANCE'),
        aUnit('310118104-CITYOPS', 'GRID_COMMAND'),
      ]);
      const of = {
        jurisdiction: VILLAGE,
        agency: committee.agency,
        people: 0,
        places: 0,
        things: 0,
        recorded_by: command.agency,
      };
      await db('grids').insert([
        ...[1, 2, 3].map((n) => ({ ...of, code: `${VILLAGE}-0${n}`, name: `${n}`, kind: 'COMPREHENSIVE' })),
        { ...of, code: `${VILLAGE}-04`, name: '4', kind: 'COMPREHENSIVE', closed_on: '2026-10-31' },
        { ...of, code: `${VILLAGE}-51`, name: '51', kind: 'DEDICATED' },
      ]);
    }),
  );
  let made = 0;
  const open = (more: object = {}, who: Viewer = county) =>
    world
      .as(who)
      .do(mutation('openLeadList', 'list { id title dueOn pushedBy { code } progress { total } }'), {
        ...{ title: ' 疑似群租 ', jurisdiction: TOWN, dueOn: '2026-11-25', ...more },
      });
  const aList = async (more: object = {}): Promise<string> => (await open(more)).list.id;
  const lead = (externalId: string, more: object = {}) => ({
    ...{
      externalId,
      jurisdiction: VILLAGE,
      title: '用水异常',
      address: '人民路1号',
      evidence: '十月用水 60 吨',
      ...more,
    },
  });
  const push = (listId: string, leads: object[], who: Viewer = county) =>
    world.as(who).do(mutation('pushLeads', 'push { pushed unchanged }'), { listId, leads });
  const split = (listId: string, who: Viewer = command) =>
    world.as(who).do(mutation('splitLeadList', 'split { assigned grids left isDone }'), { listId });
  const assign = (leadIds: string[], agency: string, who: Viewer = command) =>
    world.as(who).do(mutation('assignLeads', 'assignment { assigned unchanged }'), { leadIds, agency });
  const results = (list: object[], who: Viewer = committee) =>
    world.as(who).do(mutation('recordLeadResults', 'record { recorded unchanged }'), { results: list });
  const openCase = (leadId: string, more: object = {}, who: Viewer = command) =>
    world
      .as(who)
      .do(
        mutation(
          'openGridCaseFromLead',
          'gridCase { id title source description location { address } jurisdiction { code } sourceLead { id } }',
        ),
        { leadId, category: 'EXPOSED_GARBAGE', ...more },
      );
  const LEAD = `id externalId status isOverdue agency { code } gridCode servingGrid { name } result resultNote list { title } gridCase { id }
    escalation { level agency { code } sinceOn } timeline { kind agency { code } subject { code } result note }`;
  const leads = async (variables: Record<string, unknown>, who: Viewer = command) =>
    (
      await world.as(who).ask(
        `query L($listId: ID, $status: LeadStatus, $isOverdue: Boolean, $gridCode: String, $first: Int) {
           leads(listId: $listId, status: $status, isOverdue: $isOverdue, gridCode: $gridCode, first: $first) { edges { node { ${LEAD} } } } }`,
        variables,
      )
    ).leads.edges.map(({ node }: { node: object }) => node);
  /** Leads that the committee has, made all at once. */
  let pool: string[] = [];
  /** One of them, or one with a result. */
  const aLead = async (result?: LeadResult): Promise<string> => {
    if (pool.length === 0) {
      made += 1;
      const listId = await aList();
      await push(
        listId,
        Array.from({ length: 150 }, (_, i) => lead(`L-${made}-${i}`)),
      );
      await split(listId);
      pool = (await leads({ listId, first: 200 })).map(({ id }: { id: string }) => id);
    }
    const id = pool.pop() ?? '';
    if (result) await results([{ leadId: id, result, note: '见现场' }]);
    return id;
  };

  it('come in lists, which a command or government begins for where it may act', async () => {
    expect((await open()).list).toMatchObject({
      title: '疑似群租',
      dueOn: '2026-11-25',
      pushedBy: { code: county.agency },
      progress: { total: 0 },
    });
    for (const [more, expected, who] of [
      [{ dueOn: '2026-11-22' }, ['INVALID dueOn'], county],
      [{ title: '' }, ['REQUIRED title'], county],
      [{ at: '2026-11-24T00:00:00Z' }, ['INVALID at'], county],
      [{}, ['NOT_ALLOWED jurisdiction'], committee],
      [{}, ['NOT_ALLOWED jurisdiction'], stranger],
    ] as const)
      expect(codes(await open(more, who))).toEqual(expected);
    const sent = await Promise.all(Array.from({ length: 3 }, () => open({ externalId: 'Q-1' })));
    expect(new Set(sent.map(({ list }) => list.id)).size).toBe(1);
  });

  it('are pushed once each under their external ids, by whoever began the list', async () => {
    const listId = await aList();
    expect((await push(listId, [lead('a'), lead('b')])).push).toEqual({ pushed: 2, unchanged: 0 });
    expect((await push(listId, [lead('b'), lead('c')])).push).toEqual({ pushed: 1, unchanged: 1 });
    expect(codes(await push(listId, [lead('d')], command))).toEqual(['NOT_ALLOWED listId']);
    expect(codes(await push(listId, [lead('d')], stranger))).toEqual(['NOT_FOUND listId']);
    expect(codes(await push(listId, []))).toEqual(['REQUIRED leads']);
    expect(codes(await push(listId, Array(5_001).fill(lead('x'))))).toEqual(['LIMIT_EXCEEDED leads']);
    const bad = [lead('', { title: '', evidence: ' ' }), lead('e', { jurisdiction: '310118104' }), lead('e')];
    expect(codes(await push(listId, bad))).toEqual([
      'REQUIRED leads 0 externalId',
      'REQUIRED leads 0 title',
      'REQUIRED leads 0 evidence',
      'INVALID leads 1 jurisdiction',
      'CONFLICT leads 2 externalId',
    ]);
    expect(await leads({ listId })).toHaveLength(3);
  });

  it('are split evenly among the grids of their village that are in use, neighbors together', async () => {
    const listId = await aList();
    const addresses = Array.from({ length: 10 }, (_, i) => `人民路${String(10 + i)}号`);
    await push(listId, [
      ...addresses.map((address, i) => lead(`s-${9 - i}`, { address })),
      lead('no-grid', { jurisdiction: `${TOWN}206` }),
      lead('no-village', { jurisdiction: TOWN }),
    ]);
    expect(codes(await split(listId, committee))).toEqual(['NOT_ALLOWED listId']);
    expect((await split(listId)).split).toEqual({ assigned: 10, grids: 3, left: 2, isDone: true });
    expect((await split(listId)).split).toEqual({ assigned: 0, grids: 0, left: 2, isDone: true });
    const shares = await world.build((db) =>
      db('leads').where({ list_id: listId }).whereNotNull('grid').orderBy('address'),
    );
    expect(shares.map(({ grid: code }) => String(code).slice(-2))).toEqual([
      '01',
      '01',
      '01',
      '01',
      '02',
      '02',
      '02',
      '03',
      '03',
      '03',
    ]);
    const [first] = await leads({ listId, gridCode: `${VILLAGE}-01` });
    expect(first).toMatchObject({ status: 'ASSIGNED', agency: { code: committee.agency } });
    expect(first.timeline).toEqual([
      { kind: 'PUSHED', agency: { code: county.agency }, subject: null, result: null, note: null },
      {
        kind: 'ASSIGNED',
        agency: { code: command.agency },
        subject: { code: committee.agency },
        result: null,
        note: null,
      },
    ]);
  });

  it('are split once of several at the same moment', async () => {
    const listId = await aList();
    await push(
      listId,
      Array.from({ length: 30 }, (_, i) => lead(`r-${i}`)),
    );
    const sent = await Promise.all(Array.from({ length: 4 }, () => split(listId)));
    expect(sent.reduce((sum, answer) => sum + answer.split.assigned, 0)).toBe(30);
    const [{ count } = { count: 0 }] = await world.build((db) =>
      db.raw<{ count: number }>(
        "SELECT count(*) FROM lead_events JOIN leads ON leads.id = lead_id WHERE kind = 'ASSIGNED' AND list_id = ?",
        [listId],
      ),
    );
    expect(count).toBe(30);
  });

  it('are given to a unit by hand, which sees them then with their list', async () => {
    const listId = await aList();
    await push(listId, [lead('h', { jurisdiction: TOWN })]);
    const [{ id }] = await leads({ listId });
    expect(await leads({ listId }, building)).toEqual([]);
    expect(codes(await assign([id, 'none'], building.agency))).toEqual(['NOT_FOUND leadIds 1']);
    expect(codes(await assign([id], '320612102-NONE'))).toEqual(['NOT_FOUND agency']);
    expect(codes(await assign([id], stranger.agency))).toEqual(['INVALID leadIds 0']);
    expect(codes(await assign([id], building.agency, stranger))).toEqual(['NOT_FOUND leadIds 0']);
    expect((await assign([id], building.agency)).assignment).toEqual({ assigned: 1, unchanged: 0 });
    expect((await assign([id], building.agency)).assignment).toEqual({ assigned: 0, unchanged: 1 });
    expect(await leads({ listId }, building)).toMatchObject([
      { status: 'ASSIGNED', gridCode: null, list: { title: '疑似群租' } },
    ]);
    expect((await results([{ leadId: id, result: 'UNFOUNDED' }], building)).record).toEqual({
      recorded: 1,
      unchanged: 0,
    });
    expect(codes(await assign([id], building.agency))).toEqual(['NOT_ALLOWED_IN_STATE leadIds 0']);
  });

  it('have results recorded, all or none; the same again changes nothing', async () => {
    const [a, b] = [await aLead(), await aLead()];
    const listId = await aList();
    await push(listId, [lead('waiting')]);
    const [{ id: waiting }] = await leads({ listId });
    const refused = await results([
      { leadId: a, result: 'CONFIRMED' },
      { leadId: 'none', result: 'UNFOUNDED' },
      { leadId: waiting, result: 'UNFOUNDED' },
      { leadId: b, result: 'UNFOUNDED', at: '2026-11-24T00:00:00Z', photos: ['x'] },
      { leadId: b, result: 'UNFOUNDED' },
    ]);
    expect(codes(refused)).toEqual([
      'REQUIRED results 0 note',
      'NOT_FOUND results 1 leadId',
      'NOT_ALLOWED_IN_STATE results 2 leadId',
      'INVALID results 3 photos 0',
      'INVALID results 3 at',
      'CONFLICT results 4 leadId',
    ]);
    expect((await world.as(command).ask(`{ lead(id: "${a}") { status } }`)).lead.status).toBe('ASSIGNED');
    const list = [
      { leadId: a, result: 'CONFIRMED', note: '属实' },
      { leadId: b, result: 'UNREACHABLE' },
    ];
    expect((await results(list)).record).toEqual({ recorded: 2, unchanged: 0 });
    expect((await results(list.slice(0, 1))).record).toEqual({ recorded: 0, unchanged: 1 });
    expect(codes(await results([{ leadId: a, result: 'UNFOUNDED' }]))).toEqual(['CONFLICT results 0 leadId']);
    expect((await results([{ leadId: b, result: 'UNFOUNDED', note: '第二次上门' }])).record.recorded).toBe(1);
  });

  it.each(
    (['ASSIGNED', 'CONFIRMED', 'UNFOUNDED', 'UNREACHABLE'] as const).flatMap((state) =>
      (['UNFOUNDED', 'CONFIRMED', 'CASE', 'ASSIGN'] as const).map((action) => [action, state] as const),
    ),
  )('take %s while %s only as their life has it, from whom it may', async (action, state) => {
    const make = () => aLead(state === 'ASSIGNED' ? undefined : state);
    const take = (id: string, who: Viewer) => {
      switch (action) {
        case 'CASE':
          return openCase(id, {}, who);
        case 'ASSIGN':
          return assign([id], building.agency, who);
        default:
          return results([{ leadId: id, result: action, note: '见现场' }], who);
      }
    };
    const isDecided = state === 'CONFIRMED' || state === 'UNFOUNDED';
    const outcome =
      action === 'CASE'
        ? state === 'CONFIRMED'
          ? []
          : ['NOT_ALLOWED_IN_STATE leadId']
        : action === 'ASSIGN'
          ? isDecided
            ? ['NOT_ALLOWED_IN_STATE leadIds 0']
            : []
          : isDecided && state !== action
            ? ['CONFLICT results 0 leadId']
            : [];
    for (const who of [county, command, committee]) {
      const may = action !== 'ASSIGN' || who !== committee;
      expect([who.agency, codes(await take(await make(), who))]).toEqual([
        who.agency,
        may ? outcome : ['NOT_ALLOWED leadIds 0', ...outcome],
      ]);
    }
    expect(codes(await take(await make(), stranger))).toEqual([
      expect.stringMatching(/^NOT_FOUND (leadId|leadIds 0|results 0 leadId)$/),
    ]);
  });

  it('become a case once, linked both ways', async () => {
    const id = await aLead('CONFIRMED');
    const sent = await Promise.all(Array.from({ length: 3 }, () => openCase(id)));
    const [opened, ...others] = sent.flatMap(({ gridCase }) => gridCase ?? []);
    expect(others).toEqual([]);
    expect(opened).toEqual({
      ...{
        id: expect.any(String),
        title: '用水异常',
        source: 'LEAD',
        jurisdiction: { code: VILLAGE },
        sourceLead: { id },
      },
      ...{ description: '用水异常\n十月用水 60 吨\n见现场', location: { address: '人民路1号' } },
    });
    const { lead: linked } = await world
      .as(command)
      .ask(`{ lead(id: "${id}") { gridCase { id } timeline { kind } } }`);
    expect([linked.gridCase.id, linked.timeline.at(-1).kind]).toEqual([opened.id, 'CASE_OPENED']);
    expect(codes(await openCase(id))).toEqual(['NOT_ALLOWED_IN_STATE leadId']);
    expect(codes(await openCase(await aLead('CONFIRMED'), { category: 'NONE' }))).toEqual([
      'NOT_FOUND category',
    ]);
  });

  it('go up when they are due: to the command of the town, then to that of the county', async () => {
    const id = await aLead();
    const ask = async (day: string) => {
      world.now = at(`${day} 10:00`);
      const found = (
        await world
          .as(county)
          .ask(`{ lead(id: "${id}") { isOverdue escalation { level agency { code } sinceOn } } }`)
      ).lead;
      world.now = new Date('2026-11-23T02:00:00Z');
      return found;
    };
    expect(await ask('2026-11-25')).toEqual({ isOverdue: false, escalation: null });
    expect(await ask('2026-11-26')).toEqual({
      isOverdue: true,
      escalation: { level: 1, agency: { code: command.agency }, sinceOn: '2026-11-26' },
    });
    expect(await ask('2026-11-29')).toEqual({
      isOverdue: true,
      escalation: { level: 2, agency: { code: '320612-COMMAND' }, sinceOn: '2026-11-29' },
    });
  });

  it('are told back to whoever pushed them: progress and export', async () => {
    const listId = await aList();
    await push(listId, [
      ...Array.from({ length: 4 }, (_, i) => lead(`p-${i}`)),
      lead('p-9', { jurisdiction: TOWN }),
    ]);
    await split(listId);
    const rows = await leads({ listId, status: 'ASSIGNED' });
    await results([
      { leadId: rows[0].id, result: 'CONFIRMED', note: '=1+1' },
      { leadId: rows[1].id, result: 'UNFOUNDED' },
      { leadId: rows[2].id, result: 'UNREACHABLE' },
    ]);
    const { leadList, leadExport } = await world.as(county).ask(
      `query P($id: ID!) { leadList(id: $id) { progress { total pushed assigned confirmed unfounded unreachable overdue cases } }
         leadExport(listId: $id) { content count } }`,
      { id: listId },
    );
    expect(leadList.progress).toEqual({
      total: 5,
      pushed: 1,
      assigned: 1,
      confirmed: 1,
      unfounded: 1,
      unreachable: 1,
      overdue: 0,
      cases: 0,
    });
    expect(leadExport.count).toBe(5);
    expect(leadExport.content).toContain("属实,'=1+1,");
    expect(
      (await world.as(stranger).ask('query P($id: ID!) { leadList(id: $id) { id } }', { id: listId }))
        .leadList,
    ).toBeNull();
  });

  it('take as many statements for one as for many', async () => {
    const many = Array.from({ length: 50 }, (_, i) => lead(`n-${i}`));
    const [a, b] = [await aList(), await aList()];
    const count = async (work: () => Promise<unknown>) => (await world.statementsOf(work)).length;
    expect(await count(() => push(a, many))).toBe(await count(() => push(b, many.slice(0, 1))));
    expect(await count(() => split(a))).toBe(await count(() => split(b)));
    const of = async (listId: string) =>
      (await leads({ listId, first: 200 })).map(({ id }: { id: string }) => ({
        leadId: id,
        result: 'UNFOUNDED',
      }));
    const [inA, inB] = [await of(a), await of(b)];
    expect(await count(() => results(inA))).toBe(await count(() => results(inB)));
    expect(await count(() => leads({ listId: a, first: 20 }))).toBe(
      await count(() => leads({ listId: a, first: 1 })),
    );
  });

  it('cannot be written in SQL by who has no part', async () => {
    const id = await aLead();
    const changed = await world.database
      .session(stranger)
      .write((db) => db('leads').where({ id }).update({ result_note: 'x' }).returning('id'));
    expect(changed).toEqual([]);
    await expect(
      world.database.session(stranger).write((db) =>
        db('lead_events').insert({
          lead_id: id,
          kind: 'CHECKED',
          at: new Date(),
          actor: 'x',
          agency: command.agency,
        }),
      ),
    ).rejects.toThrow('row-level security');
  });
});
