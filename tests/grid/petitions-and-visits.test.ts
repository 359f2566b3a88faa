import { grid } from '../../subgraphs/grid';
import {
  isOverdue,
  PETITION_STEPS,
  type PetitionStatus,
  type PetitionStep,
} from '../../subgraphs/grid/petitions/rules';
import { statusOf } from '../../subgraphs/grid/visits/rules';
import { replaceDirectory } from '../../subgraphs/kit/directory';
import type { Viewer } from '../../subgraphs/kit/viewer';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { at, aUnit } from './make';

const mutation = (name: string, body: string) =>
  `mutation M($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { ${body} userErrors { code message path } } }`;
const codes = (payload: { userErrors: { code: string; path: string[] }[] }) =>
  payload.userErrors.map(({ code, path }) => [code, ...path].join(' '));

const TOWN = '310118104';
const government = viewer(`${TOWN}-GOV`, { user: '陆小燕', functions: ['GENERAL_GOVERNMENT'] });
const building = viewer(`${TOWN}-BUILDING`, { functions: ['BUILDING_APPEARANCE'] });
const command = viewer(`${TOWN}-CITYOPS`, { functions: ['GRID_COMMAND'] });
const stranger = viewer('330421111-CITYOPS', { functions: ['GRID_COMMAND'] });

it('an instruction is overdue after its last day, or was when it was carried out', () => {
  const now = at('2026-11-23 10:00');
  expect([
    isOverdue({ due_on: null, carried_out_at: null }, now),
    isOverdue({ due_on: '2026-11-23', carried_out_at: null }, now),
    isOverdue({ due_on: '2026-11-22', carried_out_at: null }, now),
    isOverdue({ due_on: '2026-11-22', carried_out_at: at('2026-11-22 20:00') }, now),
  ]).toEqual([false, false, true, false]);
});

const world = useSubgraph(grid);

describe('petition receptions', () => {
  beforeAll(() =>
    world.build((db) =>
      replaceDirectory(db, [
        aUnit(building.agency, 'BUILDING_APPEARANCE'),
        aUnit(command.agency),
        aUnit(stranger.agency),
      ]),
    ),
  );
  const RECEPTION = `reception { id status petitioner petitionerPhone visitors claim statement instruction handler { code } dueOn
    isOverdue outcome gridCase { id } timeline { kind agency { code } note } }`;
  const receive = (more: object = {}, who: Viewer = government) =>
    world.as(who).do(mutation('recordPetitionReception', RECEPTION), {
      ...{
        jurisdiction: TOWN,
        receivedBy: '镇长 沈晓东',
        petitioner: ' 钱桂珍 ',
        claim: '要求补偿',
        ...more,
      },
    });
  const act = (name: string, receptionId: string, input: object, who: Viewer) =>
    world.as(who).do(mutation(name, RECEPTION), { receptionId, ...input });
  const take = (step: PetitionStep, id: string, who: Viewer, more: object = {}) => {
    switch (step) {
      case 'STATE':
        return act('stateOnPetition', id, { statement: '已公示', ...more }, who);
      case 'INSTRUCT':
        return act(
          'instructOnPetition',
          id,
          { instruction: '上门测量', toAgency: building.agency, dueOn: '2026-12-01', ...more },
          who,
        );
      case 'FOLLOW_UP':
        return act('followUpOnPetition', id, { note: '已测量', ...more }, who);
      case 'CARRY_OUT':
        return act('followUpOnPetition', id, { note: '已办毕', isDone: true, ...more }, who);
      case 'CLOSE':
        return act('closePetition', id, { outcome: 'SETTLED', note: '已答复', ...more }, who);
      case 'OPEN_CASE':
        return world
          .as(who)
          .do(
            mutation(
              'openGridCaseFromPetition',
              'gridCase { id source title description petitionReception { id } }',
            ),
            { receptionId: id, category: 'EXPOSED_GARBAGE', title: '采光受影响', ...more },
          );
    }
  };
  const reach = async (status: PetitionStatus): Promise<string> => {
    const { id } = (await receive()).reception;
    if (status !== 'RECEIVED') await take('INSTRUCT', id, government);
    if (status === 'CARRIED_OUT') await take('CARRY_OUT', id, building);
    if (status === 'CLOSED') await take('CLOSE', id, government);
    return id;
  };

  it('go from the claim over statement, instruction and follow-up to an outcome', async () => {
    const { id, ...received } = (await receive({ petitionerPhone: '021-1', visitors: 3 })).reception;
    expect(received).toMatchObject({
      status: 'RECEIVED',
      petitioner: '钱桂珍',
      petitionerPhone: '021-1',
      visitors: 3,
      statement: null,
    });
    await take('STATE', id, government);
    await take('INSTRUCT', id, government);
    await take('FOLLOW_UP', id, building);
    await take('CARRY_OUT', id, building);
    expect((await take('CLOSE', id, government)).reception).toMatchObject({
      ...{
        status: 'CLOSED',
        outcome: 'SETTLED',
        statement: '已公示',
        instruction: '上门测量',
        isOverdue: false,
      },
      ...{ handler: { code: building.agency }, dueOn: '2026-12-01' },
      timeline: [
        { kind: 'RECEIVED', agency: { code: government.agency }, note: null },
        { kind: 'STATED', agency: { code: government.agency }, note: '已公示' },
        { kind: 'INSTRUCTED', agency: { code: government.agency }, note: '上门测量' },
        { kind: 'FOLLOWED_UP', agency: { code: building.agency }, note: '已测量' },
        { kind: 'CARRIED_OUT', agency: { code: building.agency }, note: '已办毕' },
        { kind: 'CLOSED', agency: { code: government.agency }, note: '已答复' },
      ],
    });
  });

  it.each([
    ['nobody', { petitioner: ' ', receivedBy: '' }, ['REQUIRED receivedBy', 'REQUIRED petitioner']],
    ['no claim', { claim: '' }, ['REQUIRED claim']],
    ['a time to come', { receivedAt: '2026-11-24T00:00:00Z' }, ['INVALID receivedAt']],
    ['a phone of letters', { petitionerPhone: 'x' }, ['INVALID petitionerPhone']],
    ['no visitors', { visitors: 0 }, ['INVALID visitors']],
    ['a place of others', { jurisdiction: '330421111' }, ['NOT_ALLOWED jurisdiction']],
  ])('are not recorded with %s', async (_, more, expected) => {
    const refused = await receive(more);
    expect([refused.reception, codes(refused)]).toEqual([null, expected]);
  });

  it('are recorded by who looks after the place, and arrive once', async () => {
    expect(codes(await receive({}, building))).toEqual(['NOT_ALLOWED jurisdiction']);
    expect(codes(await receive({}, command))).toEqual([]);
    const sent = await Promise.all(Array.from({ length: 3 }, () => receive({ externalId: 'P-1' })));
    expect(new Set(sent.map(({ reception }) => reception.id)).size).toBe(1);
  });

  it.each([
    ['INSTRUCT', { toAgency: stranger.agency }, ['INVALID toAgency']],
    ['INSTRUCT', { toAgency: `${TOWN}-NONE` }, ['NOT_FOUND toAgency']],
    ['INSTRUCT', { dueOn: '2026-11-22', instruction: '' }, ['REQUIRED instruction', 'INVALID dueOn']],
    ['STATE', { statement: ' ' }, ['REQUIRED statement']],
    ['CLOSE', { note: '', at: '2026-11-22T00:00:00Z' }, ['REQUIRED note', 'INVALID at']],
    ['OPEN_CASE', { category: 'NONE', title: '' }, ['REQUIRED title', 'NOT_FOUND category']],
  ] as const)('refuse %s with %j', async (step, more, expected) => {
    expect(codes(await take(step, await reach('RECEIVED'), government, more))).toEqual(expected);
  });

  it.each(
    (Object.keys(PETITION_STEPS) as PetitionStep[]).flatMap((step) =>
      (['RECEIVED', 'INSTRUCTED', 'CARRIED_OUT', 'CLOSED'] as const).map((status) => [step, status] as const),
    ),
  )('take %s while %s only as their life has it, from whom it may', async (step, status) => {
    const { from, by } = PETITION_STEPS[step] as { from: readonly PetitionStatus[]; by: readonly string[] };
    const fits = from.includes(status) ? [] : ['NOT_ALLOWED_IN_STATE receptionId'];
    for (const [who, part] of [
      [government, 'receiver'],
      [building, 'handler'],
      [command, 'onlooker'],
    ] as const) {
      const id = await reach(status);
      const isSeen = who !== building || status !== 'RECEIVED';
      const expected = !isSeen
        ? ['NOT_FOUND receptionId']
        : by.includes(part)
          ? fits
          : ['NOT_ALLOWED receptionId', ...fits];
      expect([who.agency, codes(await take(step, id, who))]).toEqual([who.agency, expected]);
    }
    expect(codes(await take(step, await reach(status), stranger))).toEqual(['NOT_FOUND receptionId']);
  });

  it('are closed once of several at the same moment, and become a case once, without the name', async () => {
    const id = await reach('INSTRUCTED');
    const cases = (
      await Promise.all(Array.from({ length: 3 }, () => take('OPEN_CASE', id, government)))
    ).flatMap(({ gridCase }) => gridCase ?? []);
    expect(cases).toEqual([
      {
        id: expect.any(String),
        source: 'PETITION',
        title: '采光受影响',
        description: '要求补偿',
        petitionReception: { id },
      },
    ]);
    const closed = await Promise.all(Array.from({ length: 3 }, () => take('CLOSE', id, government)));
    expect(closed.filter(({ reception }) => reception !== null)).toHaveLength(1);
  });

  it('are listed by state and what is overdue, with as many statements for one as for many', async () => {
    const id = await reach('INSTRUCTED');
    const list = `query L($first: Int, $status: PetitionStatus, $isOverdue: Boolean) {
      petitionReceptions(first: $first, status: $status, isOverdue: $isOverdue) { edges { node { id timeline { kind } } } } }`;
    const ids = async (variables: object, who: Viewer = government) =>
      (await world.as(who).ask(list, { first: 200, ...variables })).petitionReceptions.edges.map(
        ({ node }: { node: { id: string } }) => node.id,
      );
    expect(await ids({ status: 'INSTRUCTED', isOverdue: false })).toContain(id);
    world.now = at('2026-12-02 10:00');
    expect(await ids({ isOverdue: true })).toContain(id);
    world.now = new Date('2026-11-23T02:00:00Z');
    expect(await ids({}, stranger)).toEqual([]);
    const statements = (first: number) => world.statementsOf(() => ids({ first }));
    expect((await statements(1)).length).toBe((await statements(20)).length);
  });
});

describe('household visits', () => {
  const VILLAGE = '330421111212';
  const committee = viewer(`${VILLAGE}-COMMITTEE`, { functions: ['VILLAGE_COMMITTEE'] });
  const outside = viewer(`${TOWN}-CITYOPS`, { functions: ['GRID_COMMAND'] });
  let household = '';
  beforeAll(() =>
    world.build(async (db) => {
      household = 'household-1';
      const of = { jurisdiction: VILLAGE, head: '陆金根', recorded_by: committee.agency };
      await db('households').insert([
        { ...of, id: household, card_number: '1' },
        { ...of, id: 'gone', card_number: '2', moved_out_on: '2026-11-01' },
      ]);
    }),
  );
  const VISIT = `visit { id status visitors needs { kind description isMet } help followUpOn isOverdue household { head }
    followUps { note isDone agency { code } } }`;
  const visit = (more: object = {}, who: Viewer = committee) =>
    world
      .as(who)
      .do(mutation('recordHouseholdVisit', VISIT), { householdId: household, visitors: ['沈阿根'], ...more });
  const needy = { needs: [{ kind: 'HOUSING', description: '屋面漏雨' }], followUpOn: '2026-12-01' };
  const followUp = (visitId: string, more: object = {}, who: Viewer = committee) =>
    world.as(who).do(mutation('followUpOnHouseholdVisit', VISIT), {
      visitId,
      note: '已联系施工队',
      isDone: false,
      ...more,
    });

  it('leave open what no help met', () => {
    const need = { kind: 'WORK' as const, description: 'x' };
    expect([
      statusOf([]),
      statusOf([{ ...need, isMet: true }]),
      statusOf([
        { ...need, isMet: true },
        { ...need, isMet: false },
      ]),
    ]).toEqual(['NO_FOLLOW_UP', 'NO_FOLLOW_UP', 'OPEN']);
  });

  it('are recorded and followed up until every need is met', async () => {
    expect((await visit({ help: '送米油' })).visit).toMatchObject({
      status: 'NO_FOLLOW_UP',
      help: '送米油',
      household: { head: '陆金根' },
    });
    const { visit: open } = await visit(needy);
    expect(open).toMatchObject({
      status: 'OPEN',
      followUpOn: '2026-12-01',
      isOverdue: false,
      needs: [{ kind: 'HOUSING', description: '屋面漏雨', isMet: false }],
    });
    expect((await followUp(open.id, { followUpOn: '2026-12-10' })).visit).toMatchObject({
      status: 'OPEN',
      followUpOn: '2026-12-10',
    });
    expect((await followUp(open.id, { isDone: true, note: '已修好' })).visit).toMatchObject({
      status: 'DONE',
      followUps: [
        { note: '已联系施工队', isDone: false, agency: { code: committee.agency } },
        { note: '已修好', isDone: true, agency: { code: committee.agency } },
      ],
    });
  });

  it.each([
    ['nobody who went', { visitors: [] }, ['REQUIRED visitors']],
    [
      'a need without words',
      { needs: [{ kind: 'WORK', description: ' ', isMet: true }] },
      ['REQUIRED needs 0 description'],
    ],
    ['open needs and no day', { needs: needy.needs }, ['REQUIRED followUpOn']],
    ['a day before the visit', { ...needy, followUpOn: '2026-11-22' }, ['INVALID followUpOn']],
    ['a time to come', { visitedAt: '2026-11-24T00:00:00Z' }, ['INVALID visitedAt']],
    ['a household that moved away', { householdId: 'gone' }, ['NOT_ALLOWED_IN_STATE householdId']],
    ['a household that is not there', { householdId: 'none' }, ['NOT_FOUND householdId']],
  ])('are not recorded with %s', async (_, more, expected) => {
    expect(codes(await visit(more))).toEqual(expected);
  });

  it.each(['NO_FOLLOW_UP', 'OPEN', 'DONE'] as const)(
    'are followed up while %s only as their life has it, from whom it may',
    async (status) => {
      const make = async () => {
        const { id } = (await visit(status === 'NO_FOLLOW_UP' ? {} : needy)).visit;
        if (status === 'DONE') await followUp(id, { isDone: true });
        return id;
      };
      const fits = status === 'OPEN' ? [] : ['NOT_ALLOWED_IN_STATE visitId'];
      const town = viewer('330421111-CITYOPS', { functions: ['GRID_COMMAND'] });
      for (const who of [committee, town]) expect(codes(await followUp(await make(), {}, who))).toEqual(fits);
      expect(codes(await followUp(await make(), {}, outside))).toEqual(['NOT_FOUND visitId']);
      expect(codes(await followUp(await make(), {}, viewer('330421111-BUILDING')))).toEqual([
        'NOT_FOUND visitId',
      ]);
    },
  );

  const correct = (visitId: string, more: object = {}, who: Viewer = committee) =>
    world.as(who).do(
      mutation(
        'correctHouseholdVisit',
        `${VISIT.slice(0, -1)} visitedAt
        corrections { before { visitedAt visitors needs { description } help followUpOn } reason agency { code } } }`,
      ),
      { visitId, reason: '记错姓名', ...more },
    );

  it('are corrected with a reason; both stay, and the same again is no correction', async () => {
    const { id } = (await visit({ ...needy, visitedAt: '2026-11-20T01:00:00Z', help: '送米油' })).visit;
    const more = { visitors: ['沈阿根', ' 姚芳 '], help: null, needs: [], followUpOn: null };
    const corrected = (await correct(id, more)).visit;
    expect(corrected).toMatchObject({
      ...{ visitors: ['沈阿根', '姚芳'], help: null, needs: [], status: 'NO_FOLLOW_UP', followUpOn: null },
      ...{ visitedAt: '2026-11-20T01:00:00.000Z' },
      corrections: [
        {
          before: {
            ...{ visitedAt: '2026-11-20T01:00:00.000Z', visitors: ['沈阿根'], help: '送米油' },
            ...{ needs: [{ description: '屋面漏雨' }], followUpOn: '2026-12-01' },
          },
          ...{ reason: '记错姓名', agency: { code: committee.agency } },
        },
      ],
    });
    expect((await correct(id, more)).visit).toEqual(corrected);
    const [first, second] = (await correct(id, { help: '送药' })).visit.corrections;
    expect([first.before.help, second.before.help]).toEqual(['送米油', null]);
  });

  it('are corrected once of several at the same moment', async () => {
    const { id } = (await visit(needy)).visit;
    const sent = await Promise.all(['甲', '乙', '丙'].map((name) => correct(id, { visitors: [name] })));
    const won = sent.filter(({ visit: row }) => row !== null);
    const stored = await world.build((db) => db('household_visit_corrections').where({ visit_id: id }));
    expect(stored).toHaveLength(won.length);
    for (const lost of sent.filter(({ visit: row }) => row === null))
      expect(codes(lost)).toEqual(['CONFLICT visitId']);
  });

  it.each([
    ['without a reason', { reason: ' ', help: 'x' }, ['REQUIRED reason']],
    ['to nobody who went', { visitors: [] }, ['REQUIRED visitors']],
    ['to open needs without a day', { followUpOn: null }, ['REQUIRED followUpOn']],
    ['to a time to come', { visitedAt: '2026-11-24T00:00:00Z' }, ['INVALID visitedAt', 'INVALID at']],
    ['in time to come', { help: 'x', at: '2026-11-24T00:00:00Z' }, ['INVALID at']],
  ])('are not corrected %s', async (_, more, expected) => {
    const { id } = (await visit(needy)).visit;
    expect(codes(await correct(id, more)).sort()).toEqual(expected.sort());
    const [row] = await world.build((db) =>
      db('household_visits').where({ id }).select('help', 'corrections'),
    );
    expect(row).toEqual({ help: null, corrections: 0 });
  });

  it('keep their needs once those were followed up, and are corrected by who looks after the place', async () => {
    const { id } = (await visit(needy)).visit;
    await followUp(id, { isDone: true });
    expect(codes(await correct(id, { needs: [] }))).toEqual(['NOT_ALLOWED_IN_STATE needs']);
    expect((await correct(id, { help: '送药' })).visit.status).toBe('DONE');
    expect(codes(await correct(id, { help: 'x' }, outside))).toEqual(['NOT_FOUND visitId']);
    expect(codes(await correct('none', { help: 'x' }))).toEqual(['NOT_FOUND visitId']);
    const town = viewer('330421111-CITYOPS', { functions: ['GRID_COMMAND'] });
    expect(codes(await correct(id, { help: '送粮' }, town))).toEqual([]);
  });

  it('arrive once, are done once, and are seen by who looks after the place', async () => {
    const sent = await Promise.all(Array.from({ length: 3 }, () => visit({ ...needy, externalId: 'V-1' })));
    const [id, ...others] = new Set(sent.map(({ visit: row }) => row.id));
    expect(others).toEqual([]);
    const done = await Promise.all(Array.from({ length: 3 }, () => followUp(id, { isDone: true })));
    expect(done.filter(({ visit: row }) => row !== null)).toHaveLength(1);
    const list =
      'query L($first: Int) { householdVisits(first: $first) { edges { node { id household { head } followUps { note } corrections { reason } } } } }';
    expect((await world.as(outside).ask(list)).householdVisits.edges).toEqual([]);
    const statements = (first: number) => world.statementsOf(() => world.as(committee).ask(list, { first }));
    expect((await statements(1)).length).toBe((await statements(20)).length);
  });
});
