import fc from 'fast-check';
import { Violations } from '../../subgraphs/kit/errors';
import { addDays } from '../../subgraphs/kit/time';
import { personnel } from '../../subgraphs/personnel';
import { checkStints, hostOn, type Stint, stintsUntil } from '../../subgraphs/personnel/secondments/rules';
import type { SecondmentRow } from '../../subgraphs/personnel/secondments/store';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import {
  codesOf,
  methodsOf,
  mutation,
  personnelMaker,
  SIDES,
  type Side,
  STATUSES,
  type Status,
} from './make';

const SECONDMENT = `secondment {
  id status startsOn endsOn isOverdue recall { reason recalledOn } currentHostAgency { code }
  stints { hostAgency { code } startsOn endsOn } timeline { kind at actor agency { code } note }
}`;
const EXTENSION = 'extension { id status endsOn answeredBy { code } note secondment { endsOn } }';
const ASSESSMENT = 'assessment { id kind agency { code } grade comment }';
const PLAN = mutation('planSecondment', SECONDMENT);
const ACCEPT = mutation('acceptSecondment', SECONDMENT);
const DECLINE = mutation('declineSecondment', SECONDMENT);
const RECALL = mutation('recallSecondment', SECONDMENT);
const COMPLETE = mutation('completeSecondment', SECONDMENT);
const PROPOSE = mutation('proposeSecondmentExtension', EXTENSION);
const ANSWER = mutation('answerSecondmentExtension', EXTENSION);
const WITHDRAW = mutation('withdrawSecondmentExtension', EXTENSION);
const ASSESS = mutation('assessSecondment', ASSESSMENT);

describe('what is done about postings', () => {
  const world = useSubgraph(personnel);
  const make = personnelMaker(world);
  const as = (agency: string) => world.as(viewer(agency));
  const statusOf = async (id: string) =>
    (await world.build((db) => db('secondments').where({ id }).select('status', 'ends_on')))[0];

  const { posted } = make;

  /** The final assessments of both units, as if each had made its own. */
  const assessed = ({ id, home_agency, host_agency }: SecondmentRow) =>
    world.build((db) =>
      db('secondment_assessments').insert(
        [home_agency, host_agency].map((agency) => ({
          ...{ id: `${id} ${agency}`, secondment: id, kind: 'FINAL', agency, grade: 'EXCELLENT' },
          ...{ comment: '好', assessed_at: new Date('2026-11-01T00:00:00Z'), assessed_by: '某' },
        })),
      ),
    );

  describe('planSecondment', () => {
    async function plan() {
      const officer = await make.officer({ agency: await make.agency() });
      const host = await make.agency();
      const input = {
        ...{ officerId: officer.id, position: '副主任（挂职）', hostAgency: host },
        ...{ startsOn: '2027-01-04', endsOn: '2027-06-30', at: '2026-11-20T02:00:00Z' },
      };
      return { officer, host, input, home: as(officer.agency) };
    }

    it('plans a posting that waits for the host unit', async () => {
      const { officer, home, input } = await plan();
      const { secondment, userErrors } = await home.do(PLAN, { ...input, note: '请接收' });
      expect(userErrors).toEqual([]);
      expect(secondment).toEqual({
        ...{ id: expect.any(String), status: 'PLANNED', startsOn: '2027-01-04', endsOn: '2027-06-30' },
        ...{ isOverdue: false, recall: null, currentHostAgency: null, stints: [] },
        timeline: [
          {
            ...{ kind: 'PLANNED', at: '2026-11-20T02:00:00.000Z', actor: 'tester' },
            ...{ agency: { code: officer.agency }, note: '请接收' },
          },
        ],
      });
    });

    it('names everything that is wrong at once', async () => {
      const { officer, home, input } = await plan();
      const answer = await home.do(PLAN, {
        ...{ ...input, program: 'NONE', position: ' ', hostAgency: officer.agency, endsOn: '2027-01-03' },
        ...{ note: 'x'.repeat(501), at: '2026-11-23T02:00:01Z' },
      });
      expect(answer.secondment).toBeNull();
      expect(codesOf(answer)).toEqual([
        'NOT_FOUND program',
        'REQUIRED position',
        'INVALID hostAgency',
        'INVALID endsOn',
        'INVALID note',
        'INVALID at',
      ]);
      expect(await world.build((db) => db('secondments').where({ officer: officer.id }))).toEqual([]);
    });

    it.each([
      ['an officer that there is not', { officerId: 'none' }, 'NOT_FOUND officerId'],
      ['a host that there is not', { hostAgency: '310118-NOWHERE' }, 'NOT_FOUND hostAgency'],
    ])('refuses %s', async (_, change, code) => {
      const { home, input } = await plan();
      expect(codesOf(await home.do(PLAN, { ...input, ...change }))).toEqual([code]);
    });

    it("refuses another unit's officer", async () => {
      const { host, input } = await plan();
      expect(codesOf(await as(host).do(PLAN, input))).toEqual(['NOT_ALLOWED officerId']);
    });

    it('refuses a day that does not exist', async () => {
      const { home, input } = await plan();
      const { errors } = await home.send(PLAN, { input: { ...input, endsOn: '2027-02-29' } });
      expect(errors?.[0]?.message).toContain('"2027-02-29" is not a day');
    });

    it('is for nobody who is not signed in', async () => {
      const { input } = await plan();
      const { errors } = await world.as(null).send(PLAN, { input });
      expect(errors?.map((e) => e.extensions?.code)).toEqual(['UNAUTHENTICATED']);
    });

    it.each([
      ['begins on its last day', { startsOn: '2027-06-30', endsOn: '2027-07-30' }, ['CONFLICT startsOn']],
      ['begins the day after', { startsOn: '2027-07-01', endsOn: '2027-07-30' }, []],
      ['ends the day before', { startsOn: '2026-12-01', endsOn: '2027-01-03' }, []],
    ])('of an officer who is posted already, one that %s: %j', async (_, days, expected) => {
      const { home, input } = await plan();
      await home.do(PLAN, input);
      expect(codesOf(await home.do(PLAN, { ...input, ...days }))).toEqual(expected);
    });

    it('lets exactly one of two at once win', async () => {
      const { home, input } = await plan();
      const answers = await Promise.all([home.do(PLAN, input), home.do(PLAN, input)]);
      expect(answers.map(codesOf).sort()).toEqual([[], ['CONFLICT startsOn']]);
    });

    describe('with stints', () => {
      const planned = async (stints: (host: string) => object[]) => {
        const { home, host, input } = await plan();
        return { host, answer: await home.do(PLAN, { ...input, stints: stints(host) }) };
      };
      const stint = (hostAgency: string, startsOn: string, endsOn: string) => ({
        hostAgency,
        startsOn,
        endsOn,
      });

      it('keeps them in their order', async () => {
        const { host, answer } = await planned((h) => [
          stint(h, '2027-01-04', '2027-03-31'),
          stint(h, '2027-04-01', '2027-06-30'),
        ]);
        expect(answer.userErrors).toEqual([]);
        expect(answer.secondment.stints).toEqual([
          { hostAgency: { code: host }, startsOn: '2027-01-04', endsOn: '2027-03-31' },
          { hostAgency: { code: host }, startsOn: '2027-04-01', endsOn: '2027-06-30' },
        ]);
      });

      it.each([
        ['a gap', '2027-01-04', '2027-03-31', '2027-04-02', '2027-06-30', ['INVALID stints.1.startsOn']],
        ['an overlap', '2027-01-04', '2027-03-31', '2027-03-31', '2027-06-30', ['INVALID stints.1.startsOn']],
        [
          'one before the posting',
          '2027-01-03',
          '2027-03-31',
          '2027-04-01',
          '2027-06-30',
          ['INVALID stints.0.startsOn'],
        ],
        [
          'one after the posting',
          '2027-01-04',
          '2027-03-31',
          '2027-04-01',
          '2027-07-01',
          ['INVALID stints.1.endsOn'],
        ],
        [
          'one that ends before it begins',
          '2027-01-04',
          '2027-01-03',
          '2027-01-04',
          '2027-06-30',
          ['INVALID stints.0.endsOn'],
        ],
      ])('refuses %s', async (_, from, until, from2, until2, expected) => {
        const { answer } = await planned((h) => [stint(h, from, until), stint(h, from2, until2)]);
        expect(codesOf(answer)).toEqual(expected);
      });

      it('refuses 5,000 of them with one sentence', async () => {
        const { answer } = await planned((h) =>
          Array.from({ length: 5_000 }, () => stint(h, '2027-01-04', '2027-01-04')),
        );
        expect(codesOf(answer)).toEqual(['LIMIT_EXCEEDED stints']);
      });

      it('refuses units that there are not', async () => {
        const { answer } = await planned(() => [stint('310118-NOWHERE', '2027-01-04', '2027-03-31')]);
        expect(codesOf(answer)).toEqual(['NOT_FOUND stints.0.hostAgency']);
      });
    });
  });

  const STEPS: {
    name: string;
    by: Side[];
    from: Status[];
    to: Status;
    run: (
      agency: string,
      posting: SecondmentRow,
    ) => Promise<{ userErrors: { code: string; path: string[] }[] }>;
  }[] = [
    {
      ...{ name: 'accept', by: ['host'], from: ['PLANNED'], to: 'ACTIVE' },
      run: (agency, { id }) => as(agency).do(ACCEPT, { secondmentId: id }),
    },
    {
      ...{ name: 'decline', by: ['host'], from: ['PLANNED'], to: 'DECLINED' },
      run: (agency, { id }) => as(agency).do(DECLINE, { secondmentId: id, reason: '无岗位' }),
    },
    {
      ...{ name: 'recall', by: ['home'], from: ['PLANNED', 'ACTIVE'], to: 'RECALLED' },
      run: (agency, { id }) =>
        as(agency).do(RECALL, { secondmentId: id, reason: '另有任用', recalledOn: '2026-06-30' }),
    },
    {
      ...{ name: 'complete', by: ['home', 'host'], from: ['ACTIVE'], to: 'COMPLETED' },
      run: (agency, { id }) => as(agency).do(COMPLETE, { secondmentId: id }),
    },
  ];

  it.each(STEPS.flatMap((step) => STATUSES.map((status) => [step.name, status, step] as const)))(
    '%s one that is %s: who may',
    async (_, status, step) => {
      const over = { starts_on: '2026-03-02', ends_on: '2026-11-22' };
      for (const side of SIDES) {
        const { posting, units } = await posted({
          ...over,
          status,
          ...(status === 'RECALLED' && { ends_on: '2026-06-30' }),
        });
        await assessed(posting);
        const answer = await step.run(units[side], posting);
        const isAllowed = step.by.includes(side);
        const isPossible = step.from.includes(status);
        const expected = isAllowed ? (isPossible ? [] : ['NOT_ALLOWED_IN_STATE']) : ['NOT_ALLOWED'];
        expect([side, answer.userErrors.map(({ code }) => code)]).toEqual([side, expected]);
        const after = isAllowed && isPossible ? step.to : status;
        expect([side, (await statusOf(posting.id))?.status]).toEqual([side, after]);
      }
    },
  );

  it.each([
    ['accept', ACCEPT, {}],
    ['decline', DECLINE, { reason: 'x' }],
    ['recall', RECALL, { reason: 'x', recalledOn: '2026-06-30' }],
    ['complete', COMPLETE, {}],
  ])('%s of a posting that there is not is NOT_FOUND', async (_, query, input) => {
    expect(codesOf(await as('310118-ORG').do(query, { secondmentId: 'none', ...input }))).toEqual([
      'NOT_FOUND secondmentId',
    ]);
  });

  it('lets exactly one of accept and decline at once win', async () => {
    const { posting, units } = await posted({ status: 'PLANNED' });
    const [accepted, declined] = await Promise.all([
      as(units.host).do(ACCEPT, { secondmentId: posting.id }),
      as(units.host).do(DECLINE, { secondmentId: posting.id, reason: '无岗位' }),
    ]);
    const outcomes = [codesOf(accepted), codesOf(declined)];
    expect(outcomes.filter((codes) => codes.length === 0)).toHaveLength(1);
    expect(
      outcomes.flat().every((code) => /^(?:CONFLICT|NOT_ALLOWED_IN_STATE) secondmentId$/.test(code)),
    ).toBe(true);
    const events = await world.build((db) => db('secondment_events').where({ secondment: posting.id }));
    expect(events).toHaveLength(1);
  });

  it('takes no step before the one that it follows, nor ahead of now', async () => {
    const officer = await make.officer({ agency: await make.agency() });
    const host = await make.agency();
    const { secondment } = await as(officer.agency).do(PLAN, {
      ...{ officerId: officer.id, position: '副主任', hostAgency: host, startsOn: '2026-12-01' },
      ...{ endsOn: '2027-02-28', at: '2026-11-20T02:00:00Z' },
    });
    const accept = (at: string) => as(host).do(ACCEPT, { secondmentId: secondment.id, at });
    expect(codesOf(await accept('2026-11-20T01:59:59Z'))).toEqual(['INVALID at']);
    expect(codesOf(await accept('2026-11-23T02:00:01Z'))).toEqual(['INVALID at']);
    expect(codesOf(await accept('2026-11-20T02:00:00Z'))).toEqual([]);
  });

  describe('recallSecondment', () => {
    const recall = async (given: Partial<SecondmentRow>, recalledOn: string, more: object = {}) => {
      const { posting, units } = await posted(given);
      return as(units.home).do(RECALL, { secondmentId: posting.id, reason: '空挂', recalledOn, ...more });
    };

    it('ends the posting on the day of the recall, stints included', async () => {
      const { secondment } = await recall({}, '2026-03-20');
      expect(secondment).toMatchObject({
        ...{ status: 'RECALLED', endsOn: '2026-03-20', recall: { reason: '空挂', recalledOn: '2026-03-20' } },
        stints: [{ startsOn: '2026-03-02', endsOn: '2026-03-20' }],
      });
      expect(secondment.timeline.at(-1)).toMatchObject({ kind: 'RECALLED', note: '空挂' });
    });

    it.each<[string, Partial<SecondmentRow>, string, string[]]>([
      ['on its last day', {}, '2027-03-01', []],
      ['after its last day', {}, '2027-03-02', ['INVALID recalledOn']],
      ['today, of one that is overdue', { ends_on: '2026-10-31' }, '2026-11-23', []],
      ['tomorrow, of one that is overdue', { ends_on: '2026-10-31' }, '2026-11-24', ['INVALID recalledOn']],
      ['before it began', {}, '2026-03-01', ['INVALID recalledOn']],
    ])('%s: %j', async (_, given, recalledOn, expected) => {
      expect(codesOf(await recall(given, recalledOn))).toEqual(expected);
    });

    it('asks for a reason', async () => {
      expect(codesOf(await recall({}, '2027-03-02', { reason: '  ' }))).toEqual([
        'INVALID recalledOn',
        'REQUIRED reason',
      ]);
    });

    it('takes a plan back, and the officer is free for those days', async () => {
      const officer = await make.officer({ agency: await make.agency() });
      const host = await make.agency();
      const plan = {
        ...{ officerId: officer.id, position: '副主任', hostAgency: host },
        ...{ startsOn: '2027-01-04', endsOn: '2027-06-30' },
      };
      const { secondment } = await as(officer.agency).do(PLAN, plan);
      const answer = await as(officer.agency).do(RECALL, {
        ...{ secondmentId: secondment.id, reason: '计划有变', recalledOn: '2026-11-23' },
      });
      expect(answer.secondment).toMatchObject({ status: 'RECALLED', endsOn: '2026-11-23', stints: [] });
      expect(codesOf(await as(officer.agency).do(PLAN, plan))).toEqual([]);
    });
  });

  describe('completeSecondment', () => {
    it.each([
      ['neither unit', [], 2],
      ['the home unit alone', ['home'], 1],
      ['the host unit alone', ['host'], 1],
      ['both units', ['home', 'host'], 0],
    ] as const)('with the final assessment of %s', async (_, sides, missing) => {
      const { posting, units } = await posted({ ends_on: '2026-11-23' });
      for (const side of sides) {
        const answer = await as(units[side]).do(ASSESS, {
          ...{ secondmentId: posting.id, kind: 'FINAL', grade: 'COMPETENT', comment: '履职尽责' },
        });
        expect(answer.userErrors).toEqual([]);
      }
      const answer = await as(units.home).do(COMPLETE, { secondmentId: posting.id });
      expect(codesOf(answer)).toEqual(Array(missing).fill('REQUIRED'));
      expect((await statusOf(posting.id))?.status).toBe(missing ? 'ACTIVE' : 'COMPLETED');
    });

    it('waits for the last day', async () => {
      const { posting, units } = await posted({ ends_on: '2026-11-24' });
      await assessed(posting);
      expect(codesOf(await as(units.host).do(COMPLETE, { secondmentId: posting.id }))).toEqual([
        'INVALID at',
      ]);
    });
  });

  describe('assessSecondment', () => {
    const input = { kind: 'MIDTERM', grade: 'EXCELLENT', comment: '联系群众\n工作扎实' };
    const READ = `query Read($id: ID!) { secondment(id: $id) { assessments { kind agency { code } grade comment } } }`;

    it.each(STATUSES)('of one that is %s: who may', async (status) => {
      for (const side of SIDES) {
        const { posting, units } = await posted({ status });
        const answer = await as(units[side]).do(ASSESS, { ...input, secondmentId: posting.id });
        const isAllowed = side === 'home' || side === 'host';
        const expected = isAllowed ? (status === 'ACTIVE' ? [] : ['NOT_ALLOWED_IN_STATE']) : ['NOT_ALLOWED'];
        expect([side, answer.userErrors.map(({ code }: { code: string }) => code)]).toEqual([side, expected]);
      }
    });

    it('keeps what each unit thinks, once', async () => {
      const { posting, units } = await posted();
      const assess = (side: Side, change = {}) =>
        as(units[side]).do(ASSESS, { ...input, secondmentId: posting.id, ...change });
      expect(codesOf(await assess('home'))).toEqual([]);
      expect(codesOf(await assess('home', { grade: 'NOT_COMPETENT' }))).toEqual(['CONFLICT kind']);
      expect(codesOf(await assess('host', { grade: 'COMPETENT' }))).toEqual([]);
      const expected = [
        { kind: 'MIDTERM', agency: { code: units.home }, grade: 'EXCELLENT', comment: '联系群众\n工作扎实' },
        { kind: 'MIDTERM', agency: { code: units.host }, grade: 'COMPETENT', comment: '联系群众\n工作扎实' },
      ];
      for (const side of ['home', 'host', 'stint host', 'organizer'] as const) {
        const { secondment } = await as(units[side]).ask(READ, { id: posting.id });
        expect(secondment.assessments).toHaveLength(2);
        expect(secondment.assessments).toEqual(expect.arrayContaining(expected));
      }
    });

    it('shows them to no stranger, and says so', async () => {
      const { posting, units } = await posted();
      await as(units.home).do(ASSESS, { ...input, secondmentId: posting.id });
      const { data, extensions } = await as(units.stranger).send(READ, { id: posting.id });
      expect(data).toEqual({ secondment: { assessments: null } });
      expect(JSON.stringify(extensions)).toContain('Secondment.assessments');
    });

    it('lets exactly one of two at once win', async () => {
      const { posting, units } = await posted();
      const one = () => as(units.host).do(ASSESS, { ...input, secondmentId: posting.id });
      const answers = await Promise.all([one(), one()]);
      expect(answers.map(codesOf).sort()).toEqual([[], ['CONFLICT kind']]);
    });

    it.each([
      ['2026-12-24', ['INVALID at']],
      ['2026-12-23', []],
    ])('opens at the end a month before the last day: %s', async (ends_on, expected) => {
      const { posting, units } = await posted({ ends_on });
      const answer = await as(units.host).do(ASSESS, { ...input, kind: 'FINAL', secondmentId: posting.id });
      expect(codesOf(answer)).toEqual(expected);
    });

    it('opens when the policy of the place says', async () => {
      const { posting, units } = await posted({ ends_on: '2027-01-22' });
      await world.build((db) =>
        db('policies').insert({
          ...{ name: 'FINAL_ASSESSMENT_OPENS_DAYS', jurisdiction: '310118', effective_from: '2026-11-01' },
          ...{ value: 60, source: '测试' },
        }),
      );
      try {
        const answer = await as(units.host).do(ASSESS, { ...input, kind: 'FINAL', secondmentId: posting.id });
        expect(codesOf(answer)).toEqual([]);
      } finally {
        await world.build((db) => db('policies').where({ source: '测试' }).delete());
      }
    });

    it('refuses an empty comment and one that is too long', async () => {
      const { posting, units } = await posted();
      const assess = (comment: string) =>
        as(units.host).do(ASSESS, { ...input, comment, secondmentId: posting.id });
      expect(codesOf(await assess(' '))).toEqual(['REQUIRED comment']);
      expect(codesOf(await assess('好\n'.repeat(5_000)))).toEqual(['INVALID comment']);
    });
  });

  describe('extensions', () => {
    const propose = (agency: string, posting: SecondmentRow, more: object = {}) =>
      as(agency).do(PROPOSE, {
        ...{ secondmentId: posting.id, endsOn: '2027-06-30', reason: '工作需要', ...more },
      });

    it.each(STATUSES)('of one that is %s: who may propose', async (status) => {
      for (const side of SIDES) {
        const { posting, units } = await posted({ status });
        const answer = await propose(units[side], posting);
        const isAllowed = side === 'home' || side === 'host';
        const expected = isAllowed ? (status === 'ACTIVE' ? [] : ['NOT_ALLOWED_IN_STATE']) : ['NOT_ALLOWED'];
        expect([side, answer.userErrors.map(({ code }: { code: string }) => code)]).toEqual([side, expected]);
        expect(String((await statusOf(posting.id))?.ends_on)).toBe('2027-03-01');
      }
    });

    const ANSWERS = {
      AGREE: { by: 'other', to: 'AGREED' },
      REFUSE: { by: 'other', to: 'REFUSED' },
      WITHDRAW: { by: 'proposer', to: 'WITHDRAWN' },
    } as const;
    const answer = (agency: string, extensionId: string, step: keyof typeof ANSWERS) =>
      step === 'WITHDRAW'
        ? as(agency).do(WITHDRAW, { extensionId })
        : as(agency).do(ANSWER, { extensionId, decision: step, note: '已研究' });

    it.each(
      (['home', 'host'] as const).flatMap((proposer) =>
        (Object.keys(ANSWERS) as (keyof typeof ANSWERS)[]).map((step) => [proposer, step] as const),
      ),
    )('proposed by the %s: who may %s, and once only', async (proposer, step) => {
      const other = proposer === 'home' ? 'host' : 'home';
      const who = ANSWERS[step].by === 'other' ? other : proposer;
      const { posting, units } = await posted();
      const { extension } = await propose(units[proposer], posting);
      for (const side of SIDES.filter((each) => each !== who)) {
        expect([side, codesOf(await answer(units[side], extension.id, step))]).toEqual([
          side,
          ['NOT_ALLOWED extensionId'],
        ]);
      }
      const done = await answer(units[who], extension.id, step);
      const endsOn = step === 'AGREE' ? '2027-06-30' : '2027-03-01';
      expect(done.extension).toMatchObject({
        ...{ status: ANSWERS[step].to, answeredBy: { code: units[who] }, secondment: { endsOn } },
      });
      expect(codesOf(await answer(units[who], extension.id, step))).toEqual([
        'NOT_ALLOWED_IN_STATE extensionId',
      ]);
    });

    it('lets exactly one of agreeing and taking back at once win', async () => {
      const { posting, units } = await posted();
      const { extension } = await propose(units.home, posting);
      const answers = await Promise.all([
        answer(units.host, extension.id, 'AGREE'),
        answer(units.home, extension.id, 'WITHDRAW'),
      ]);
      expect(answers.map(codesOf).filter((codes) => codes.length === 0)).toHaveLength(1);
    });

    it('waits one at a time', async () => {
      const { posting, units } = await posted();
      const answers = await Promise.all([propose(units.home, posting), propose(units.host, posting)]);
      expect(answers.map(codesOf).sort()).toEqual([[], ['CONFLICT secondmentId']]);
    });

    it('is a conflict when the officer is posted elsewhere by then', async () => {
      const { posting, units } = await posted();
      const { officer, home_agency } = posting;
      const { extension } = await propose(units.host, posting);
      await make.posting({
        officer,
        home_agency,
        status: 'PLANNED',
        starts_on: '2027-06-30',
        ends_on: '2027-12-31',
      });
      expect(codesOf(await answer(units.home, extension.id, 'AGREE'))).toEqual(['CONFLICT extensionId']);
      const [row] = await world.build((db) => db('secondment_extensions').where({ id: extension.id }));
      expect(row?.status).toBe('PROPOSED');
    });

    it('is moot once the officer is recalled', async () => {
      const { posting, units } = await posted();
      const { extension } = await propose(units.host, posting);
      await as(units.home).do(RECALL, { secondmentId: posting.id, reason: '召回', recalledOn: '2026-11-23' });
      expect(codesOf(await answer(units.home, extension.id, 'AGREE'))).toEqual([
        'NOT_ALLOWED_IN_STATE extensionId',
      ]);
    });

    it('names everything that is wrong at once', async () => {
      const { posting, units } = await posted();
      const stints = [{ hostAgency: units.home, startsOn: '2027-04-01', endsOn: '2027-07-01' }];
      const refused = await propose(units.host, posting, { endsOn: '2027-03-01', stints, reason: '' });
      expect(codesOf(refused)).toEqual([
        'INVALID endsOn',
        'INVALID stints.0.hostAgency',
        'INVALID stints.0.startsOn',
        'INVALID stints.0.endsOn',
        'REQUIRED reason',
      ]);
    });

    it('adds stints back to back, and tells of both in the timeline', async () => {
      const { posting, units } = await posted();
      const hostAgency = units.host;
      // Behind the stint that `posted` made.
      const stints = [{ hostAgency, startsOn: '2026-04-02', endsOn: '2027-06-30' }];
      const { extension } = await propose(units.home, posting, { stints });
      await answer(units.host, extension.id, 'AGREE');
      const { secondment } = await as(units.stranger).ask(
        `query Read($id: ID!) { secondment(id: $id) { stints { startsOn endsOn } timeline { kind agency { code } note } } }`,
        { id: posting.id },
      );
      expect(secondment).toEqual({
        stints: [
          { startsOn: '2026-03-02', endsOn: '2026-04-01' },
          { startsOn: '2026-04-02', endsOn: '2027-06-30' },
        ],
        timeline: [
          { kind: 'EXTENDED', agency: { code: units.host }, note: '2027-03-01 → 2027-06-30：工作需要' },
        ],
      });
    });

    it('is NOT_FOUND when there is none', async () => {
      expect(codesOf(await answer('310118-ORG', 'none', 'AGREE'))).toEqual(['NOT_FOUND extensionId']);
    });
  });

  it('reads extensions and assessments by the same statements for one posting and for twenty', async () => {
    const home_agency = make.unit();
    const READ = `query Read($homeAgency: AgencyCode) { secondments(homeAgency: $homeAgency) { edges { node {
      currentHostAgency { code } stints { startsOn } extensions { status } assessments { grade }
    } } } }`;
    const ask = async () =>
      methodsOf(
        await world.statementsOf(() => as('330421-URBAN').ask(READ, { homeAgency: home_agency })),
      ).sort();
    await make.posting({ home_agency });
    const one = await ask();
    for (let i = 0; i < 20; i += 1) await make.posting({ home_agency });
    expect(await ask()).toEqual(one);
    expect(one).toEqual([
      'extensions.of',
      'secondments.partyAmong',
      'secondments.search',
      'secondments.stints',
    ]);
  });
});

describe('stints', () => {
  const START = '2026-03-02';
  const knows = () => true;
  const faults = (stints: readonly Stint[], endsOn: string) => {
    const violations = new Violations();
    checkStints(violations, stints, { home: 'HOME', days: { startsOn: START, endsOn }, knows });
    return violations.any;
  };
  /** Lengths in days to stints back to back from the first day. */
  const rowOf = (lengths: readonly number[]) => {
    const stints: Stint[] = [];
    let startsOn = START;
    for (const length of lengths) {
      const endsOn = addDays(startsOn, length - 1);
      stints.push({ hostAgency: `HOST-${stints.length}`, startsOn, endsOn });
      startsOn = addDays(endsOn, 1);
    }
    return stints;
  };
  const lengths = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 12 });
  const lastOf = (stints: readonly Stint[]) => stints.at(-1)?.endsOn ?? START;

  it('back to back and inside are taken, whatever their lengths', () => {
    fc.assert(
      fc.property(lengths, fc.nat(30), (each, rest) => {
        const stints = rowOf(each);
        expect(faults(stints, addDays(lastOf(stints), rest))).toBe(false);
      }),
    );
  });

  it('with any one day moved are refused', () => {
    fc.assert(
      fc.property(
        lengths,
        fc.nat(),
        fc.integer({ min: -40, max: 40 }),
        fc.boolean(),
        (each, which, by, isStart) => {
          fc.pre(by !== 0);
          const stints = rowOf(each);
          const i = which % stints.length;
          // The first may begin later and the last may end earlier: the officer is at the host unit then.
          fc.pre(!(i === 0 && isStart && by > 0) && !(i === stints.length - 1 && !isStart && by < 0));
          const moved = stints.map((stint, n) => {
            if (n !== i) return stint;
            return isStart
              ? { ...stint, startsOn: addDays(stint.startsOn, by) }
              : { ...stint, endsOn: addDays(stint.endsOn, by) };
          });
          expect(faults(moved, lastOf(stints))).toBe(true);
        },
      ),
    );
  });

  it('say of each day of the posting exactly one place, before and after a recall', () => {
    fc.assert(
      fc.property(lengths, fc.nat(), (each, day) => {
        const rows = rowOf(each).map(({ hostAgency, startsOn, endsOn }) => ({
          ...{ host_agency: hostAgency, starts_on: startsOn, ends_on: endsOn },
        }));
        const total = each.reduce((sum, length) => sum + length, 0);
        const asked = addDays(START, day % total);
        const holding = rows.filter((row) => row.starts_on <= asked && asked <= row.ends_on);
        expect(holding.map((row) => row.host_agency)).toEqual([hostOn({ host_agency: 'HOST' }, rows, asked)]);
        const served = stintsUntil(rows, asked);
        expect(served.at(-1)?.ends_on).toBe(asked);
        expect(served.every((row) => row.starts_on <= row.ends_on)).toBe(true);
      }),
    );
  });
});
