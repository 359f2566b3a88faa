import { personnel } from '../../subgraphs/personnel';
import type { SecondmentRow } from '../../subgraphs/personnel/secondments/store';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { codesOf, mutation, personnelMaker, SIDES, type Side, STATUSES, type Status } from './make';

const SECONDMENT = `secondment {
  id status startsOn endsOn isOverdue recall { reason recalledOn } currentHostAgency { code }
  stints { hostAgency { code } startsOn endsOn } timeline { kind at actor agency { code } note }
}`;
const ASSESSMENT = 'assessment { id kind agency { code } grade comment }';
const PLAN = mutation('planSecondment', SECONDMENT);
const ACCEPT = mutation('acceptSecondment', SECONDMENT);
const DECLINE = mutation('declineSecondment', SECONDMENT);
const RECALL = mutation('recallSecondment', SECONDMENT);
const COMPLETE = mutation('completeSecondment', SECONDMENT);
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
});
