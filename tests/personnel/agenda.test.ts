import { personnel } from '../../subgraphs/personnel';
import { mondayOf } from '../../subgraphs/personnel/agenda/rules';
import { midtermDueOn } from '../../subgraphs/personnel/assessments/rules';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { codesOf, methodsOf, mutation, nodesOf, personnelMaker } from './make';

const AGENDA = `query Agenda($program: String, $weekOf: Date, $first: Int, $after: String) {
  secondmentAgenda(program: $program, weekOf: $weekOf, first: $first, after: $after) {
    edges { node { kind dueOn month agency { code } secondment { id } } } pageInfo { hasNextPage endCursor }
  }
}`;
const OPEN = mutation('openSecondmentProgram', 'program { code name organizer { code } startsOn endsOn }');

it.each([
  ['2026-11-23', '2026-11-23'],
  ['2026-11-29', '2026-11-23'],
  ['2026-11-30', '2026-11-30'],
])('mondayOf %s is %s', (day, expected) => {
  expect(mondayOf(day)).toBe(expected);
});

it('midtermDueOn is the middle', () => {
  expect(midtermDueOn({ starts_on: '2026-03-01', ends_on: '2026-03-31' })).toBe('2026-03-16');
  expect(midtermDueOn({ starts_on: '2026-03-01', ends_on: '2026-03-02' })).toBe('2026-03-01');
});

interface Duty {
  kind: string;
  dueOn: string;
  month: string | null;
  agency: { code: string };
}

describe('the agenda', () => {
  const world = useSubgraph(personnel);
  const make = personnelMaker(world);
  const as = (agency: string) => world.as(viewer(agency));
  const duties = async (agency: string, program: string | null, weekOf?: string) =>
    nodesOf<Duty>((await as(agency).ask(AGENDA, { program, weekOf })).secondmentAgenda).map(
      ({ kind, dueOn, month, agency: { code } }) => [dueOn, kind, code, ...(month ? [month] : [])],
    );

  it('says what is due in the week, by day, and who has to', async () => {
    const { posting, units } = await make.posted({ starts_on: '2026-06-08', ends_on: '2026-11-29' });
    expect(await duties(units.organizer, posting.program)).toEqual(
      [
        ['2026-11-29', 'ASSESS_FINAL', units.home],
        ['2026-11-29', 'ASSESS_FINAL', units.host],
        ['2026-11-29', 'END', units.home],
        ['2026-11-29', 'END', units.host],
      ].sort((a, b) => (a.join() < b.join() ? -1 : 1)),
    );
    expect(await duties(units.home, posting.program, '2026-12-07')).toEqual([
      ['2026-12-10', 'SUBMIT_REPORT', units.host, '2026-11'],
    ]);
    expect((await duties(units.home, posting.program, '2026-08-31')).map(([, kind]) => kind)).toEqual([
      'ASSESS_MIDTERM',
      'ASSESS_MIDTERM',
    ]);
  });

  it('leaves out what is done', async () => {
    const { posting, units } = await make.posted({ starts_on: '2026-06-08', ends_on: '2026-11-29' });
    await as(units.host).do(mutation('submitSecondmentReport', 'report { id }'), {
      ...{ secondmentId: posting.id, month: '2026-11', title: '月报', body: '略' },
    });
    await as(units.home).do(mutation('assessSecondment', 'assessment { id }'), {
      ...{ secondmentId: posting.id, kind: 'FINAL', grade: 'EXCELLENT', comment: '好' },
    });
    expect(await duties(units.home, posting.program, '2026-12-07')).toEqual([]);
    const kinds = (await duties(units.home, posting.program)).map(([, kind, unit]) => [kind, unit]);
    expect(kinds.filter(([kind]) => kind === 'ASSESS_FINAL')).toEqual([['ASSESS_FINAL', units.host]]);
  });

  it('reminds of plans without an answer, and of nothing that is over', async () => {
    const { posting, units } = await make.posted({ status: 'PLANNED', starts_on: '2026-11-27' });
    expect(await duties(units.host, posting.program)).toEqual([['2026-11-27', 'ANSWER_PLAN', units.host]]);
    for (const status of ['COMPLETED', 'RECALLED', 'DECLINED'] as const) {
      const over = await make.posted({ status, ends_on: '2026-11-29' });
      expect(await duties(over.units.home, over.posting.program)).toEqual([]);
    }
  });

  it('is for parties, and for weeks from Monday', async () => {
    const { posting, units } = await make.posted({ ends_on: '2026-11-29' });
    expect(await duties(units.stranger, posting.program)).toEqual([]);
    const { errors } = await as(units.home).send(AGENDA, { weekOf: '2026-11-24' });
    expect(errors?.map(({ message }) => message)).toEqual([
      '2026-11-24 is no Monday. Weeks begin on Mondays: ask for 2026-11-23.',
    ]);
  });

  it('pages without repeats or gaps, by the same statements for one posting and for twenty', async () => {
    const organizer = make.unit();
    const { code: program } = await make.program({ organizer });
    const ask = (variables: object) => as(organizer).ask(AGENDA, { program, ...variables });
    const statements = async () => methodsOf(await world.statementsOf(() => ask({}))).sort();
    await make.posting({ program, ends_on: '2026-11-29' });
    const one = await statements();
    for (let i = 0; i < 19; i += 1) await make.posting({ program, ends_on: '2026-11-29' });
    expect(await statements()).toEqual(one);
    const seen: string[] = [];
    for (let after: string | null = null, hasNextPage = true; hasNextPage; ) {
      const { secondmentAgenda } = await ask({ first: 30, after });
      seen.push(...nodesOf(secondmentAgenda).map((node) => JSON.stringify(node)));
      ({ hasNextPage, endCursor: after } = secondmentAgenda.pageInfo);
    }
    expect([seen.length, new Set(seen).size]).toEqual([80, 80]);
  });
});

describe('leave on the agenda', () => {
  const world = useSubgraph(personnel);
  const make = personnelMaker(world);
  const began = world.now;
  afterEach(() => {
    world.now = began;
  });
  const [HOST, GOVERNMENT, DEPARTMENT] = ['310118777-CITYOPS', '310118777-GOV', '310118-ORG'];
  const LEAVE = `query Agenda($program: String, $agency: AgencyCode, $weekOf: Date) {
    secondmentAgenda(program: $program, agency: $agency, weekOf: $weekOf) {
      edges { node { kind dueOn agency { code } leaveRequest { id reason } } } } }`;

  /** A request that is made on Monday, 23 November, and the agendas of its units as time goes by. */
  const requested = async (days: { startsOn: string; endsOn: string }) => {
    await world.build((db) =>
      db('agencies')
        .insert(
          [
            [HOST, '310118777', 'GRID_COMMAND'],
            [GOVERNMENT, '310118777', 'GENERAL_GOVERNMENT'],
            [DEPARTMENT, '310118', 'ORGANIZATION'],
          ].map(([code, jurisdiction, f]) => ({ code, name: code, jurisdiction, functions: [f], remit: [] })),
        )
        .onConflict()
        .ignore(),
    );
    const { code: program } = await make.program();
    const { id, home_agency } = await make.posting({ program, host_agency: HOST, starts_on: '2026-11-16' });
    const { leaveRequest } = await world
      .as(viewer(HOST))
      .do(mutation('requestLeave', 'leaveRequest { id }'), { secondmentId: id, reason: '探亲', ...days });
    const own = async (agency: string, weekOf: string | null = null) => {
      const by = viewer(agency, { functions: ['GENERAL_GOVERNMENT'] });
      const { secondmentAgenda } = await world.as(by).ask(LEAVE, { program, agency, weekOf });
      return nodesOf<Duty & { leaveRequest: { id: string } | null }>(secondmentAgenda)
        .filter((duty) => duty.leaveRequest !== null)
        .map(({ kind, dueOn }) => `${dueOn} ${kind}`);
    };
    return { leaveRequestId: leaveRequest.id, home_agency, own };
  };

  it('waits for the rung before it climbs, then for the next, and there until it is answered', async () => {
    const { own, home_agency, leaveRequestId } = await requested({
      ...{ startsOn: '2026-12-01', endsOn: '2026-12-01' },
    });
    expect(await own(HOST)).toEqual(['2026-11-26 DECIDE_LEAVE']);
    expect(await own(HOST, '2026-11-30')).toEqual([]);
    for (const unit of [GOVERNMENT, DEPARTMENT, home_agency]) expect(await own(unit)).toEqual([]);
    world.now = new Date('2026-11-27T01:00:00Z');
    expect(await own(HOST)).toEqual([]);
    expect(await own(GOVERNMENT)).toEqual(['2026-12-01 DECIDE_ESCALATED_LEAVE']);
    expect(await own(GOVERNMENT, '2026-11-30')).toEqual(['2026-12-01 DECIDE_ESCALATED_LEAVE']);
    world.now = new Date('2026-12-02T01:00:00Z');
    expect(await own(GOVERNMENT)).toEqual([]);
    expect(await own(DEPARTMENT)).toEqual(['2026-12-02 DECIDE_ESCALATED_LEAVE']);
    world.now = new Date('2026-12-09T01:00:00Z');
    expect(await own(DEPARTMENT)).toEqual(['2026-12-02 DECIDE_ESCALATED_LEAVE']);
    expect(await own(DEPARTMENT, '2026-12-14')).toEqual([]);
    const decided = await world
      .as(viewer(DEPARTMENT, { roles: ['COUNTY_ORGANIZATION_DEPARTMENT'], functions: ['ORGANIZATION'] }))
      .do(mutation('decideLeave', 'leaveRequest { status }'), { leaveRequestId, decision: 'REJECT' });
    expect(decided.leaveRequest).toEqual({ status: 'REJECTED' });
    expect(await own(DEPARTMENT)).toEqual([]);
  });

  it('waits no longer than until it begins, and at once for whom its length asks for', async () => {
    const short = await requested({ startsOn: '2026-11-24', endsOn: '2026-11-25' });
    expect(await short.own(GOVERNMENT)).toEqual(['2026-11-24 DECIDE_LEAVE']);
    expect(await short.own(HOST)).toEqual([]);
    const long = await requested({ startsOn: '2026-11-25', endsOn: '2026-12-04' });
    expect(await long.own(DEPARTMENT)).toEqual(['2026-11-25 DECIDE_LEAVE']);
  });
});

describe('programs', () => {
  const world = useSubgraph(personnel);
  const make = personnelMaker(world);
  const as = (agency: string) => world.as(viewer(agency));
  const input = { code: 'TEST-2027', name: '五镇轮岗', startsOn: '2027-01-01', endsOn: '2027-12-31' };

  it('are opened by their organizer, a code once', async () => {
    const open = () => as('310118-ORG').do(OPEN, input);
    const answers = await Promise.all([open(), open()]);
    expect(answers.map(codesOf).sort()).toEqual([[], ['CONFLICT code']]);
    const { secondmentProgram } = await as('330421-URBAN').ask(
      '{ secondmentProgram(code: "TEST-2027") { name organizer { code } counts { status count } } }',
    );
    expect(secondmentProgram).toEqual({ name: '五镇轮岗', organizer: { code: '310118-ORG' }, counts: [] });
  });

  it('name everything that is wrong at once', async () => {
    const answer = await as('310118-ORG').do(OPEN, {
      ...input,
      code: 'lower',
      name: '',
      endsOn: '2026-12-31',
    });
    expect(codesOf(answer)).toEqual(['INVALID code', 'REQUIRED name', 'INVALID endsOn']);
  });

  it('count who is where, and say who is in post on a day and at which unit', async () => {
    const { posting, units } = await make.posted({ starts_on: '2026-11-01' });
    await make.posting({ program: posting.program, status: 'PLANNED' });
    const { secondmentProgram } = await as(units.stranger).ask(
      `query Program($code: String!) { secondmentProgram(code: $code) {
        counts { status count } secondments(activeOn: "2026-11-23") { edges { node { id currentHostAgency { code } } } }
      } }`,
      { code: posting.program },
    );
    expect(secondmentProgram).toEqual({
      counts: [
        { status: 'ACTIVE', count: 1 },
        { status: 'PLANNED', count: 1 },
      ],
      secondments: {
        edges: [{ node: { id: posting.id, currentHostAgency: { code: units['stint host'] } } }],
      },
    });
  });
});
