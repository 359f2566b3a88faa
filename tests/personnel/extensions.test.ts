import { personnel } from '../../subgraphs/personnel';
import type { SecondmentRow } from '../../subgraphs/personnel/secondments/store';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { codesOf, methodsOf, mutation, personnelMaker, SIDES, type Side, STATUSES } from './make';

const SECONDMENT = `secondment {
  id status startsOn endsOn isOverdue recall { reason recalledOn } currentHostAgency { code }
  stints { hostAgency { code } startsOn endsOn } timeline { kind at actor agency { code } note }
}`;
const EXTENSION = 'extension { id status endsOn answeredBy { code } note secondment { endsOn } }';
const ASSESSMENT = 'assessment { id kind agency { code } grade comment }';
const RECALL = mutation('recallSecondment', SECONDMENT);
const PROPOSE = mutation('proposeSecondmentExtension', EXTENSION);
const ANSWER = mutation('answerSecondmentExtension', EXTENSION);
const WITHDRAW = mutation('withdrawSecondmentExtension', EXTENSION);
const ASSESS = mutation('assessSecondment', ASSESSMENT);

describe('assessments and extensions', () => {
  const world = useSubgraph(personnel);
  const make = personnelMaker(world);
  const as = (agency: string) => world.as(viewer(agency));
  const statusOf = async (id: string) =>
    (await world.build((db) => db('secondments').where({ id }).select('status', 'ends_on')))[0];

  const { posted } = make;

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
