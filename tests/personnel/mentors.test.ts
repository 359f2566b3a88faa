import { personnel } from '../../subgraphs/personnel';
import { untilNext } from '../../subgraphs/personnel/housing/rules';
import type { SecondmentRow } from '../../subgraphs/personnel/secondments/store';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { codesOf, mutation, personnelMaker, SIDES, STATUSES } from './make';

const MENTORS =
  'secondment { mentors(includesFormer: true) { kind officer { id } assignedAt relievedAt } timeline { kind note } }';
const ASSIGN = mutation('assignSecondmentMentor', MENTORS);
const RELIEVE = mutation('relieveSecondmentMentor', MENTORS);
const HOUSE = mutation(
  'recordSecondmentHousing',
  'housing { kind address livesFrom livesUntil recordedBy { code } }',
);

describe('who guides posted officers, and where they live', () => {
  const world = useSubgraph(personnel);
  const make = personnelMaker(world);
  const as = (agency: string) => world.as(viewer(agency));
  const assign = (agency: string, posting: SecondmentRow, officerId: string, more: object = {}) =>
    as(agency).do(ASSIGN, { secondmentId: posting.id, officerId, kind: 'OPERATIONAL', ...more });

  it.each(STATUSES)('of one that is %s: who may assign a mentor and record housing', async (status) => {
    for (const side of SIDES) {
      const { posting, units } = await make.posted({ status });
      const mentor = await make.officer({ agency: posting.host_agency });
      const isAllowed = side === 'host' || side === 'stint host';
      const expected = isAllowed ? (status === 'ACTIVE' ? [] : ['NOT_ALLOWED_IN_STATE']) : ['NOT_ALLOWED'];
      const answers = [
        await assign(units[side], posting, mentor.id),
        await as(units[side]).do(HOUSE, {
          ...{
            secondmentId: posting.id,
            kind: 'VILLAGE_OFFICE',
            address: '某村村部',
            livesFrom: '2026-03-02',
          },
        }),
      ];
      for (const { userErrors } of answers) {
        expect([side, userErrors.map(({ code }: { code: string }) => code)]).toEqual([side, expected]);
      }
    }
  });

  it('keeps one mentor of a kind, and who they were', async () => {
    const { posting, units } = await make.posted();
    const [first, second] = [
      await make.officer({ agency: units.host, name: '甲' }),
      await make.officer({ agency: units.host, name: '乙' }),
    ];
    await assign(units.host, posting, first.id, { at: '2026-03-05T01:00:00Z' });
    expect(codesOf(await assign(units.host, posting, first.id))).toEqual(['CONFLICT officerId']);
    expect(codesOf(await assign(units.host, posting, second.id, { at: '2026-03-05T00:00:00Z' }))).toEqual([
      'INVALID at',
    ]);
    await assign(units.host, posting, second.id, { at: '2026-06-05T01:00:00Z' });
    const { secondment } = await as(units.host).do(RELIEVE, {
      ...{ secondmentId: posting.id, kind: 'OPERATIONAL', at: '2026-09-05T01:00:00Z' },
    });
    expect(secondment).toEqual({
      mentors: [
        {
          kind: 'OPERATIONAL',
          officer: { id: first.id },
          assignedAt: '2026-03-05T01:00:00.000Z',
          relievedAt: '2026-06-05T01:00:00.000Z',
        },
        {
          kind: 'OPERATIONAL',
          officer: { id: second.id },
          assignedAt: '2026-06-05T01:00:00.000Z',
          relievedAt: '2026-09-05T01:00:00.000Z',
        },
      ],
      timeline: [
        { kind: 'MENTOR_ASSIGNED', note: '甲' },
        { kind: 'MENTOR_ASSIGNED', note: '乙' },
        { kind: 'MENTOR_RELIEVED', note: '乙' },
      ],
    });
    const { secondment: now } = await as(units.stranger).ask(
      `query Now($id: ID!) { secondment(id: $id) { mentors { kind } } }`,
      { id: posting.id },
    );
    expect(now.mentors).toEqual([]);
    const again = await as(units.host).do(RELIEVE, { secondmentId: posting.id, kind: 'OPERATIONAL' });
    expect(codesOf(again)).toEqual(['NOT_FOUND kind']);
  });

  it('lets exactly one of two assignments at once win', async () => {
    const { posting, units } = await make.posted();
    const mentors = [await make.officer({ agency: units.host }), await make.officer({ agency: units.host })];
    const answers = await Promise.all(mentors.map(({ id }) => assign(units.host, posting, id)));
    const lost = answers.map(codesOf).filter((codes) => codes.length > 0);
    const { secondment } = await as(units.host).ask(
      `query Now($id: ID!) { secondment(id: $id) { mentors { officer { id } } } }`,
      { id: posting.id },
    );
    expect(secondment.mentors).toHaveLength(1);
    expect(lost.every((codes) => codes.join() === 'CONFLICT kind')).toBe(true);
  });

  it.each([
    ['the posted officer', async ({ officer }: SecondmentRow) => officer, 'INVALID officerId'],
    ['someone elsewhere', async () => (await make.officer({ agency: '330421-ORG' })).id, 'INVALID officerId'],
    ['nobody', async () => 'none', 'NOT_FOUND officerId'],
  ])('refuses %s as a mentor', async (_, who, expected) => {
    const { posting, units } = await make.posted();
    expect(codesOf(await assign(units.host, posting, await who(posting)))).toEqual([expected]);
  });

  it('knows where an officer lives, place after place', async () => {
    const { posting, units } = await make.posted();
    const house = (livesFrom: string, more: object = {}) =>
      as(units.host).do(HOUSE, {
        secondmentId: posting.id,
        kind: 'CLINIC',
        address: '卫生室',
        livesFrom,
        ...more,
      });
    expect(codesOf(await house('2026-03-01'))).toEqual(['INVALID livesFrom']);
    expect(codesOf(await house('2026-03-10', { address: '' }))).toEqual(['REQUIRED address']);
    expect((await house('2026-03-10')).housing).toEqual({
      ...{
        kind: 'CLINIC',
        address: '卫生室',
        livesFrom: '2026-03-10',
        livesUntil: null,
        recordedBy: { code: units.host },
      },
    });
    expect(codesOf(await house('2026-03-10'))).toEqual(['CONFLICT livesFrom']);
    await house('2026-05-01', { kind: 'DORMITORY', address: '宿舍' });
    const READ = `query Read($id: ID!) { secondment(id: $id) { housing { kind livesUntil } } }`;
    expect(await as(units.home).ask(READ, { id: posting.id })).toEqual({
      secondment: {
        housing: [
          { kind: 'CLINIC', livesUntil: '2026-04-30' },
          { kind: 'DORMITORY', livesUntil: null },
        ],
      },
    });
    expect((await as(units.stranger).ask(READ, { id: posting.id })).secondment.housing).toBeNull();
  });
});

it('untilNext ends each place on the day before the next', () => {
  expect(untilNext([{ lives_from: '2026-03-01' }, { lives_from: '2026-04-01' }])).toEqual([
    { lives_from: '2026-03-01', lives_until: '2026-03-31' },
    { lives_from: '2026-04-01', lives_until: null },
  ]);
});
