import { grid } from '../../subgraphs/grid';
import { WASTE_RULE } from '../../subgraphs/grid/policies';
import {
  countsOf,
  isMonthOver,
  mondayOf,
  pointsOf,
  rewardOf,
  WASTE_STAMP_KINDS,
  type WasteStampKind,
  wastePolicy,
  weeksOf,
} from '../../subgraphs/grid/waste-stamps/rules';
import { enterPolicies } from '../../subgraphs/kit/in-effect';
import type { Viewer } from '../../subgraphs/kit/viewer';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';

describe('weeks', () => {
  it('belong to the month of their Monday', () => {
    expect(weeksOf('2026-09')).toEqual(['2026-09-07', '2026-09-14', '2026-09-21', '2026-09-28']);
    expect(weeksOf('2026-08')).toEqual([
      '2026-08-03',
      '2026-08-10',
      '2026-08-17',
      '2026-08-24',
      '2026-08-31',
    ]);
    expect(weeksOf('2027-02')).toEqual(['2027-02-01', '2027-02-08', '2027-02-15', '2027-02-22']);
  });

  it('cover every Monday of ten years once', () => {
    const months = Array.from(
      { length: 120 },
      (_, i) => `${2020 + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, '0')}`,
    );
    const weeks = months.flatMap(weeksOf);
    const expected: string[] = [];
    for (let t = Date.UTC(2020, 0, 6); t < Date.UTC(2030, 0, 1); t += 7 * 86_400_000)
      expected.push(new Date(t).toISOString().slice(0, 10));
    expect(weeks).toEqual(expected);
  });

  it('begin on a Monday, and a month is over when its last week is', () => {
    expect(['2026-09-07', '2026-09-13', '2026-09-14'].map(mondayOf)).toEqual([
      '2026-09-07',
      '2026-09-07',
      '2026-09-14',
    ]);
    expect([isMonthOver('2026-09', '2026-10-04'), isMonthOver('2026-09', '2026-10-05')]).toEqual([
      false,
      true,
    ]);
  });
});

describe('rewardOf', () => {
  /** Every way to stamp so many weeks, no stamp among them. */
  const cardsOf = (weeks: number): (WasteStampKind | null)[][] =>
    weeks === 0
      ? [[]]
      : cardsOf(weeks - 1).flatMap((card) => [...WASTE_STAMP_KINDS, null].map((kind) => [...card, kind]));

  it.each([4, 5])('is as laid down for every combination of %i weeks', (weeks) => {
    const cards = cardsOf(weeks);
    expect(cards).toHaveLength(4 ** weeks);
    for (const card of cards) {
      const red = card.filter((kind) => kind === 'RED').length;
      const empty = card.filter((kind) => kind === 'EMPTY').length;
      const counts = countsOf(card.flatMap((kind) => kind ?? []));
      const points = red + empty / 2;
      expect(pointsOf(counts, WASTE_RULE)).toBe(points);
      const expected =
        red === weeks ? 'BODY_WASH_OR_DETERGENT' : red >= weeks - 1 && points >= 3 ? 'TOOTHPASTE' : null;
      expect([card, rewardOf(counts, weeks, WASTE_RULE)?.code ?? null]).toEqual([card, expected]);
    }
  });

  it('asks a policy for points and rewards', () => {
    expect(wastePolicy(JSON.parse(JSON.stringify(WASTE_RULE)))).toEqual(WASTE_RULE);
    for (const value of [
      null,
      {},
      { ...WASTE_RULE, points: { RED: 1 } },
      { ...WASTE_RULE, rewards: [{ code: 'X' }] },
    ])
      expect(() => wastePolicy(value)).toThrow(TypeError);
  });
});

const VILLAGE = '330421111212';
const STAMP =
  'stamp { id weekOf kind stampedAt agency { code } household { cardNumber } revisions { kind reason at actor agency { code } } }';
const CARD =
  'month weeks points reward rewardName isComplete stamps { weekOf kind } handOut { reward rewardName points recipient at actor agency { code } }';
const mutation = (name: string, body: string) =>
  `mutation M($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { ${body} userErrors { code message path } } }`;
const codes = (payload: { userErrors: { code: string; path: string[] }[] }) =>
  payload.userErrors.map(({ code, path }) => [code, ...path].join(' '));

describe('households and their waste cards', () => {
  const world = useSubgraph(grid);
  const committee = viewer(`${VILLAGE}-COMMITTEE`, { user: '沈阿根', functions: ['VILLAGE_COMMITTEE'] });
  const command = viewer('330421111-CITYOPS', { functions: ['GRID_COMMAND'] });
  const stranger = viewer('310118104-CITYOPS', { functions: ['GRID_COMMAND'] });
  let made = 0;

  const register = (households: object[], more: object = {}, who: Viewer = committee) =>
    world.as(who).do(mutation('registerHouseholds', 'registration { registered unchanged }'), {
      ...{ jurisdiction: VILLAGE, households, ...more },
    });
  const depart = (householdId: string, more: object = {}, who: Viewer = committee) =>
    world
      .as(who)
      .do(mutation('recordHouseholdDeparture', 'household { id movedOutOn }'), { householdId, ...more });
  const HOUSEHOLD = `household { id head address phone members movedInOn movedOutOn
    corrections { before { head address phone members movedInOn movedOutOn } reason actor agency { code } } }`;
  const correctHousehold = (householdId: string, more: object = {}, who: Viewer = committee) =>
    world.as(who).do(mutation('correctHousehold', HOUSEHOLD), { householdId, reason: '登记有误', ...more });
  const find = async (cardNumber: string, who: Viewer = committee) =>
    (
      await world
        .as(who)
        .ask(
          'query H($card: String) { households(cardNumber: $card) { edges { node { id head members movedInOn jurisdiction { code } } } } }',
          { card: cardNumber },
        )
    ).households.edges[0]?.node;
  const aHousehold = async (more: object = {}): Promise<string> => {
    made += 1;
    const cardNumber = `T-${made}`;
    await register([{ cardNumber, head: '陆金根', ...more }]);
    return (await find(cardNumber)).id;
  };
  const stamp = (
    householdId: string,
    weekOf: string,
    kind: string,
    more: object = {},
    who: Viewer = committee,
  ) => world.as(who).do(mutation('recordWasteStamp', STAMP), { householdId, weekOf, kind, ...more });
  const round = (stamps: object[], more: object = {}, who: Viewer = committee) =>
    world.as(who).do(mutation('recordWasteRound', 'round { weekOf recorded unchanged }'), {
      ...{ jurisdiction: VILLAGE, weekOf: '2026-11-16', stamps, ...more },
    });
  const correct = (stampId: string, kind: string, more: object = {}, who: Viewer = committee) =>
    world.as(who).do(mutation('correctWasteStamp', STAMP), { stampId, kind, reason: '看错了', ...more });
  const handOut = (householdId: string, month: string, more: object = {}, who: Viewer = committee) =>
    world.as(who).do(mutation('handOutWasteReward', `card { ${CARD} }`), { householdId, month, ...more });
  const card = async (id: string, month: string, who: Viewer = committee) =>
    (
      await world
        .as(who)
        .ask(`query C($id: ID!, $m: Month!) { household(id: $id) { wasteCard(month: $m) { ${CARD} } } }`, {
          id,
          m: month,
        })
    ).household?.wasteCard ?? null;
  const fill = async (id: string, month: string, kinds: string[]) => {
    for (const [w, kind] of kinds.entries()) await stamp(id, weeksOf(month)[w] ?? '', kind);
  };

  describe('a household', () => {
    it('is registered once under its card, and is its village’s', async () => {
      const one = {
        cardNumber: ' R-1 ',
        head: ' 徐水林 ',
        members: 5,
        movedInOn: '2026-09-15',
        phone: '+86 573 1',
      };
      expect((await register([one])).registration).toEqual({ registered: 1, unchanged: 0 });
      expect((await register([one, { cardNumber: 'R-2', head: '金阿妹' }])).registration).toEqual({
        registered: 1,
        unchanged: 1,
      });
      expect(await find('R-1')).toMatchObject({
        head: '徐水林',
        members: 5,
        movedInOn: '2026-09-15',
        jurisdiction: { code: VILLAGE },
      });
      const refused = await register([
        { cardNumber: 'R-3', head: '新户' },
        { cardNumber: 'R-1', head: '别人' },
      ]);
      expect([refused.registration, codes(refused)]).toEqual([null, ['CONFLICT households 1 cardNumber']]);
      expect(await find('R-3')).toBeUndefined();
    });

    it.each([
      ['nothing', [], ['REQUIRED households']],
      ['too much', Array(5_001).fill({ cardNumber: 'x', head: 'x' }), ['LIMIT_EXCEEDED households']],
      [
        'no card and nobody',
        [{ cardNumber: ' ', head: '' }],
        ['REQUIRED households 0 cardNumber', 'REQUIRED households 0 head'],
      ],
      [
        'a card twice',
        [
          { cardNumber: 'x', head: 'a' },
          { cardNumber: 'x', head: 'b' },
        ],
        ['CONFLICT households 1 cardNumber'],
      ],
      ['a phone of letters', [{ cardNumber: 'x', head: 'a', phone: 'x' }], ['INVALID households 0 phone']],
      ['no people', [{ cardNumber: 'x', head: 'a', members: 0 }], ['INVALID households 0 members']],
      [
        'a day to come',
        [{ cardNumber: 'x', head: 'a', movedInOn: '2026-11-24' }],
        ['INVALID households 0 movedInOn'],
      ],
    ])('is not registered with %s', async (_, households, expected) => {
      expect(codes(await register(households))).toEqual(expected);
    });

    it('is registered by who looks after the village, and seen by them alone', async () => {
      for (const [who, expected] of [
        [command, []],
        [viewer('330421111-GOV', { functions: ['GENERAL_GOVERNMENT'] }), []],
        [viewer('330421111-BUILDING', { functions: ['BUILDING_APPEARANCE'] }), ['NOT_ALLOWED jurisdiction']],
        [stranger, ['NOT_ALLOWED jurisdiction']],
      ] as const) {
        made += 1;
        expect(codes(await register([{ cardNumber: `W-${made}`, head: '甲' }], {}, who))).toEqual(expected);
      }
      expect(
        codes(await register([{ cardNumber: 'V', head: '甲' }], { jurisdiction: '330421111' }, command)),
      ).toEqual(['INVALID jurisdiction']);
      const id = await aHousehold();
      expect(await card(id, '2026-11', command)).not.toBeNull();
      expect(await card(id, '2026-11', stranger)).toBeNull();
      expect(codes(await depart(id, {}, stranger))).toEqual(['NOT_FOUND householdId']);
    });

    it('moves away once', async () => {
      const id = await aHousehold({ movedInOn: '2026-10-01' });
      expect(codes(await depart(id, { movedOutOn: '2026-11-24' }))).toEqual(['INVALID movedOutOn']);
      expect(codes(await depart(id, { movedOutOn: '2026-09-30' }))).toEqual(['INVALID movedOutOn']);
      const gone = await Promise.all(
        Array.from({ length: 3 }, () => depart(id, { movedOutOn: '2026-11-10' })),
      );
      expect(gone.filter(({ household }) => household !== null)).toHaveLength(1);
      expect(codes(await depart(id))).toEqual(['NOT_ALLOWED_IN_STATE householdId']);
    });

    it('is corrected with a reason; both stay, and the same again is no correction', async () => {
      const id = await aHousehold({ address: '银水庙1号', members: 3, movedInOn: '2026-10-01' });
      const more = { head: ' 陆金泉 ', address: null, members: 4 };
      const { household } = await correctHousehold(id, more);
      const stands = { phone: null, movedInOn: '2026-10-01', movedOutOn: null };
      expect(household).toEqual({
        ...{ id, head: '陆金泉', address: null, members: 4, ...stands },
        corrections: [
          {
            before: { head: '陆金根', address: '银水庙1号', members: 3, ...stands },
            ...{ reason: '登记有误', actor: '沈阿根', agency: { code: committee.agency } },
          },
        ],
      });
      expect((await correctHousehold(id, more)).household).toEqual(household);
      const [, second] = (await correctHousehold(id, { members: 5 })).household.corrections;
      expect(second.before.head).toBe('陆金泉');
    });

    it('comes back when its departure was recorded by mistake, but leaves no stamped week', async () => {
      const id = await aHousehold({ movedInOn: '2026-10-01' });
      await stamp(id, '2026-11-02', 'RED');
      expect(codes(await correctHousehold(id, { movedOutOn: '2026-11-10' }))).toEqual([
        'NOT_ALLOWED_IN_STATE movedOutOn',
      ]);
      await depart(id, { movedOutOn: '2026-11-10' });
      expect(codes(await correctHousehold(id, { movedOutOn: '2026-11-01' }))).toEqual(['INVALID movedOutOn']);
      expect(codes(await correctHousehold(id, { movedInOn: '2026-11-09' }))).toEqual(['INVALID movedInOn']);
      expect((await correctHousehold(id, { movedOutOn: '2026-11-05' })).household.movedOutOn).toBe(
        '2026-11-05',
      );
      expect((await correctHousehold(id, { movedOutOn: null })).household.movedOutOn).toBeNull();
      expect(codes(await stamp(id, '2026-11-16', 'RED'))).toEqual([]);
    });

    it.each([
      ['without a reason', { reason: '', head: '甲' }, ['REQUIRED reason']],
      ['to nobody', { head: ' ' }, ['REQUIRED head']],
      [
        'to a phone of letters and no people',
        { phone: 'x', members: 0 },
        ['INVALID phone', 'INVALID members'],
      ],
      ['to a day to come', { movedInOn: '2026-11-24' }, ['INVALID movedInOn']],
      ['in time to come', { members: 2, at: '2026-11-24T00:00:00Z' }, ['INVALID at']],
      ['before it was registered', { members: 2, at: '2026-11-22T00:00:00Z' }, ['INVALID at']],
    ])('is not corrected %s', async (_, more, expected) => {
      const id = await aHousehold();
      expect(codes(await correctHousehold(id, more))).toEqual(expected);
      expect(await world.build((db) => db('household_corrections').where({ household_id: id }))).toEqual([]);
    });

    it('is corrected once of several at the same moment, by who looks after the village', async () => {
      const id = await aHousehold();
      const sent = await Promise.all([2, 3, 4].map((members) => correctHousehold(id, { members })));
      const won = sent.filter(({ household }) => household !== null);
      expect(won.length).toBeGreaterThan(0);
      for (const lost of sent.filter(({ household }) => household === null))
        expect(codes(lost)).toEqual(['CONFLICT householdId']);
      const kept = await world.build((db) => db('household_corrections').where({ household_id: id }));
      expect(kept).toHaveLength(won.length);
      expect(codes(await correctHousehold(id, { members: 9 }, command))).toEqual([]);
      expect(codes(await correctHousehold(id, { members: 9 }, stranger))).toEqual(['NOT_FOUND householdId']);
    });
  });

  describe('a stamp', () => {
    it('is put once a week: the same again changes nothing, another is a conflict', async () => {
      const id = await aHousehold();
      const { stamp: first, userErrors } = await stamp(id, '2026-11-09', 'RED');
      expect(userErrors).toEqual([]);
      expect(first).toEqual({
        ...{
          id: expect.any(String),
          weekOf: '2026-11-09',
          kind: 'RED',
          stampedAt: '2026-11-23T02:00:00.000Z',
        },
        ...{ agency: { code: committee.agency }, household: { cardNumber: `T-${made}` } },
        revisions: [
          {
            kind: 'RED',
            reason: null,
            at: '2026-11-23T02:00:00.000Z',
            actor: '沈阿根',
            agency: { code: committee.agency },
          },
        ],
      });
      expect((await stamp(id, '2026-11-09', 'RED')).stamp.id).toBe(first.id);
      const other = await stamp(id, '2026-11-09', 'BLACK');
      expect([other.stamp, codes(other)]).toEqual([null, ['CONFLICT weekOf']]);
      expect((await card(id, '2026-11')).stamps).toEqual([{ weekOf: '2026-11-09', kind: 'RED' }]);
    });

    it('is put once of two different ones at the same moment', async () => {
      const id = await aHousehold();
      const sent = await Promise.all(['RED', 'BLACK', 'EMPTY'].map((kind) => stamp(id, '2026-11-09', kind)));
      expect(sent.filter((answer) => answer.stamp !== null)).toHaveLength(1);
    });

    it.each([
      ['a week to come', '2026-11-30', {}, ['INVALID weekOf']],
      ['a day that is no Monday', '2026-11-11', {}, ['INVALID weekOf']],
      ['a week that had not begun then', '2026-11-16', { at: '2026-11-15T15:59:00Z' }, ['INVALID weekOf']],
      ['a time to come', '2026-11-16', { at: '2026-11-24T00:00:00Z' }, ['INVALID at']],
    ])('is refused for %s', async (_, weekOf, more, expected) => {
      const id = await aHousehold();
      expect(codes(await stamp(id, weekOf, 'RED', more))).toEqual(expected);
      expect((await card(id, '2026-11')).stamps).toEqual([]);
    });

    it('is for the weeks in which the household lives there', async () => {
      const id = await aHousehold({ movedInOn: '2026-10-14' });
      await depart(id, { movedOutOn: '2026-11-10' });
      const tried = ['2026-10-05', '2026-10-12', '2026-11-09', '2026-11-16'];
      const answers = await Promise.all(tried.map((week) => stamp(id, week, 'RED')));
      expect(answers.map(codes)).toEqual([
        ['NOT_ALLOWED_IN_STATE householdId'],
        [],
        [],
        ['NOT_ALLOWED_IN_STATE householdId'],
      ]);
    });

    it('is put by who looks after the village; for others the household is not there', async () => {
      const id = await aHousehold();
      const building = viewer('330421111-BUILDING', { functions: ['BUILDING_APPEARANCE'] });
      for (const [who, expected] of [
        [committee, []],
        [command, []],
        [stranger, ['NOT_FOUND householdId']],
        [building, ['NOT_FOUND householdId']],
      ] as const)
        expect(codes(await stamp(id, '2026-11-09', 'RED', {}, who))).toEqual(expected);
      expect(codes(await stamp('none', '2026-11-09', 'RED'))).toEqual(['NOT_FOUND householdId']);
    });

    it('is corrected with a reason; both stay', async () => {
      const id = await aHousehold();
      const { stamp: first } = await stamp(id, '2026-11-09', 'RED');
      expect(codes(await correct(first.id, 'RED'))).toEqual(['INVALID kind']);
      expect(codes(await correct(first.id, 'BLACK', { reason: ' ' }))).toEqual(['REQUIRED reason']);
      expect(codes(await correct(first.id, 'BLACK', { at: '2026-11-22T00:00:00Z' }))).toEqual(['INVALID at']);
      expect(codes(await correct(first.id, 'BLACK', {}, stranger))).toEqual(['NOT_FOUND stampId']);
      const { stamp: corrected } = await correct(first.id, 'BLACK');
      expect([
        corrected.kind,
        corrected.revisions.map(({ kind, reason }: { kind: string; reason: string }) => [kind, reason]),
      ]).toEqual([
        'BLACK',
        [
          ['RED', null],
          ['BLACK', '看错了'],
        ],
      ]);
      const sent = await Promise.all(['RED', 'EMPTY', 'RED'].map((kind) => correct(first.id, kind)));
      const lines = await world.build((db) =>
        db('waste_stamp_revisions').where({ stamp_id: first.id }).orderBy('ordinal'),
      );
      expect(lines).toHaveLength(2 + sent.filter((answer) => answer.stamp !== null).length);
      expect(lines.at(-1)?.kind).toBe((await card(id, '2026-11')).stamps[0].kind);
    });
  });

  describe('a card', () => {
    it.each([
      [['RED', 'RED', 'RED', 'RED'], 4, 'BODY_WASH_OR_DETERGENT', '沐浴露或洗衣液'],
      [['RED', 'RED', 'RED', 'BLACK'], 3, 'TOOTHPASTE', '牙膏'],
      [['RED', 'RED', 'RED'], 3, 'TOOTHPASTE', '牙膏'],
      [['RED', 'RED', 'EMPTY', 'EMPTY'], 3, null, null],
      [[], 0, null, null],
    ])('of %j has %d points', async (kinds, points, reward, rewardName) => {
      const id = await aHousehold();
      await fill(id, '2026-09', kinds);
      expect(await card(id, '2026-09')).toMatchObject({
        points,
        reward,
        rewardName,
        isComplete: kinds.length === 4,
        handOut: null,
      });
    });

    it('goes by what is laid down for the place in the month', async () => {
      await world.build((db) =>
        enterPolicies(db, [
          {
            ...{ name: 'waste-rewards', jurisdiction: '330421111', source: '测试' },
            ...{ effective_from: '2026-03-01', effective_until: '2026-03-31' },
            value: {
              points: { RED: 2, EMPTY: 1, BLACK: 0 },
              rewards: [{ code: 'RICE', name: '大米', maximumNotRed: 4, minimumPointsInFourWeeks: 8 }],
            },
          },
        ]),
      );
      const id = await aHousehold();
      for (const month of ['2026-03', '2026-04']) await fill(id, month, ['RED', 'RED', 'RED', 'RED']);
      const cards = [await card(id, '2026-03'), await card(id, '2026-04')];
      // March 2026 has five weeks: eight points in four are ten in five.
      expect(cards.map(({ points, reward }) => [points, reward])).toEqual([
        [8, null],
        [4, 'BODY_WASH_OR_DETERGENT'],
      ]);
      await stamp(id, '2026-03-30', 'RED');
      expect((await card(id, '2026-03')).reward).toBe('RICE');
    });

    it('has its reward handed out once, and keeps it beside what a correction makes of it', async () => {
      const id = await aHousehold();
      await fill(id, '2026-10', ['RED', 'RED', 'RED', 'RED']);
      const sent = await Promise.all(Array.from({ length: 3 }, () => handOut(id, '2026-10')));
      const [given, ...others] = sent.flatMap((answer) => answer.card ?? []);
      expect(others).toEqual([]);
      expect(given.handOut).toEqual({
        ...{ reward: 'BODY_WASH_OR_DETERGENT', rewardName: '沐浴露或洗衣液', points: 4, recipient: '陆金根' },
        ...{ at: '2026-11-23T02:00:00.000Z', actor: '沈阿根', agency: { code: committee.agency } },
      });
      expect(codes(await handOut(id, '2026-10'))).toEqual(['NOT_ALLOWED_IN_STATE householdId']);
      const [first] = await world.build((db) =>
        db('waste_stamps').where({ household_id: id }).orderBy('week_of'),
      );
      await correct(String(first?.id), 'BLACK');
      const now = await card(id, '2026-10');
      expect([now.reward, now.handOut.reward]).toEqual(['TOOTHPASTE', 'BODY_WASH_OR_DETERGENT']);
    });

    it('has nothing handed out before its weeks are over or stamped, nor for too few points', async () => {
      const id = await aHousehold();
      await fill(id, '2026-11', ['RED', 'RED', 'RED']);
      expect(codes(await handOut(id, '2026-11'))).toEqual(['NOT_ALLOWED_IN_STATE householdId']);
      await fill(id, '2026-10', ['RED', 'BLACK']);
      expect(codes(await handOut(id, '2026-10'))).toEqual(['NOT_ALLOWED_IN_STATE householdId']);
      expect(codes(await handOut(id, '2026-10', { at: '2026-11-22T00:00:00Z' }))).toContain('INVALID at');
      expect(codes(await handOut(id, '2026-10', {}, stranger))).toEqual(['NOT_FOUND householdId']);
      await fill(id, '2026-11', ['RED', 'RED', 'RED', 'RED', 'RED'].slice(0, 4));
      expect(codes(await handOut(id, '2026-11'))).toEqual(['NOT_ALLOWED_IN_STATE householdId']);
    });
  });

  describe('a round', () => {
    it('stamps the cards of a village at once, by id or by card, and again without harm', async () => {
      const a = await aHousehold();
      const b = await aHousehold();
      const lines = [
        { householdId: a, kind: 'RED' },
        { cardNumber: `T-${made}`, kind: 'EMPTY' },
      ];
      expect((await round(lines)).round).toEqual({ weekOf: '2026-11-16', recorded: 2, unchanged: 0 });
      expect((await round(lines)).round).toEqual({ weekOf: '2026-11-16', recorded: 0, unchanged: 2 });
      const c = await aHousehold();
      expect((await round([...lines, { householdId: c, kind: 'BLACK' }])).round).toMatchObject({
        recorded: 1,
        unchanged: 2,
      });
      expect((await card(b, '2026-11')).stamps).toEqual([{ weekOf: '2026-11-16', kind: 'EMPTY' }]);
    });

    it('is all or nothing, and names every line that is wrong', async () => {
      const fresh = await aHousehold();
      const stamped = await aHousehold();
      await stamp(stamped, '2026-11-16', 'BLACK');
      const gone = await aHousehold();
      await depart(gone, { movedOutOn: '2026-11-01' });
      const refused = await round([
        { householdId: fresh, kind: 'RED' },
        { householdId: 'none', kind: 'RED' },
        { cardNumber: 'none', kind: 'RED' },
        { householdId: fresh, kind: 'RED' },
        { householdId: gone, kind: 'RED' },
      ]);
      expect(codes(refused)).toEqual([
        'NOT_FOUND stamps 1 householdId',
        'NOT_FOUND stamps 2 cardNumber',
        'CONFLICT stamps 3 householdId',
        'NOT_ALLOWED_IN_STATE stamps 4 householdId',
      ]);
      const other = await round([
        { householdId: fresh, kind: 'RED' },
        { householdId: stamped, kind: 'RED' },
      ]);
      expect([other.round, codes(other)]).toEqual([null, ['CONFLICT stamps 1 kind']]);
      expect((await card(fresh, '2026-11')).stamps).toEqual([]);
    });

    it.each([
      ['nothing', [], {}, ['REQUIRED stamps']],
      ['too much', Array(10_001).fill({ cardNumber: 'x', kind: 'RED' }), {}, ['LIMIT_EXCEEDED stamps']],
      ['a week to come', [{ cardNumber: 'x', kind: 'RED' }], { weekOf: '2026-11-30' }, ['INVALID weekOf']],
      ['neither id nor card', [{ kind: 'RED' }], {}, ['REQUIRED stamps 0']],
      ['both', [{ householdId: 'x', cardNumber: 'x', kind: 'RED' }], {}, ['INVALID stamps 0']],
    ])('is refused with %s', async (_, stamps, more, expected) => {
      expect(codes(await round(stamps, more))).toEqual(expected);
    });

    it('is for who looks after the village', async () => {
      const id = await aHousehold();
      expect(codes(await round([{ householdId: id, kind: 'RED' }], {}, stranger))).toEqual([
        'NOT_ALLOWED jurisdiction',
      ]);
    });

    it('takes as many statements for one household as for 300, of two rounds at once without a deadlock', async () => {
      const cards = Array.from({ length: 300 }, (_, i) => ({ cardNumber: `M-${i}`, head: '甲' }));
      const registering = await world.statementsOf(() => register(cards));
      expect((await world.statementsOf(() => register([{ cardNumber: 'M-x', head: '甲' }]))).length).toBe(
        registering.length,
      );
      const lines = cards.map(({ cardNumber }) => ({ cardNumber, kind: 'RED' }));
      const many = await world.statementsOf(() => round(lines));
      const one = await world.statementsOf(() => round(lines.slice(0, 1), { weekOf: '2026-11-09' }));
      expect(one.length).toBe(many.length);
      const both = await Promise.all([
        round(lines, { weekOf: '2026-11-02' }),
        round([...lines].reverse(), { weekOf: '2026-11-02' }),
      ]);
      expect(both.map(({ round: answer }) => answer.recorded).sort()).toEqual([0, 300]);
    });
  });

  it('add up to the statement of a month, and its export', async () => {
    const place = '330421111213';
    const keeper = viewer(`${place}-COMMITTEE`, { functions: ['VILLAGE_COMMITTEE'] });
    const cards = ['A', 'B', 'C', 'D'].map((cardNumber) => ({ cardNumber, head: `户${cardNumber}` }));
    await register(
      [...cards, { cardNumber: 'E', head: '后来', movedInOn: '2026-11-20' }],
      { jurisdiction: place },
      keeper,
    );
    const plan = [
      ['RED', 'RED', 'RED', 'RED'],
      ['RED', 'RED', 'RED', 'BLACK'],
      ['RED', 'EMPTY', 'BLACK'],
      [],
    ];
    for (const [w, weekOf] of weeksOf('2026-10').entries()) {
      const stamps = plan.flatMap((kinds, i) =>
        kinds[w] ? [{ cardNumber: cards[i]?.cardNumber, kind: kinds[w] }] : [],
      );
      await round(stamps, { jurisdiction: place, weekOf }, keeper);
    }
    await handOut((await find('A', keeper)).id, '2026-10', {}, keeper);
    const ask = (who: Viewer) =>
      world.as(who).ask(
        `{ wasteStatement(under: "${place}", month: "2026-10") { jurisdiction { code } weeks households red empty black missing points
             rewards { reward rewardName earned handedOut } }
           wasteStatementExport(under: "${place}", month: "2026-10") { content count } }`,
      );
    const { wasteStatement, wasteStatementExport } = await ask(keeper);
    expect(wasteStatement).toEqual({
      ...{ jurisdiction: { code: place }, weeks: weeksOf('2026-10'), households: 4 },
      ...{ red: 8, empty: 1, black: 2, missing: 5, points: 8.5 },
      rewards: [
        { reward: 'BODY_WASH_OR_DETERGENT', rewardName: '沐浴露或洗衣液', earned: 1, handedOut: 1 },
        { reward: 'TOOTHPASTE', rewardName: '牙膏', earned: 1, handedOut: 0 },
      ],
    });
    const lines = wasteStatementExport.content.trimEnd().split('\r\n');
    expect([wasteStatementExport.count, lines[0], lines[2]]).toEqual([
      4,
      '\uFEFF区划代码,积分卡号,户主,2026-10-05,2026-10-12,2026-10-19,2026-10-26,积分,奖励,已发奖励,领取人,发放时间',
      `${place},B,户B,红章,红章,红章,黑章,3,牙膏,,,`,
    ]);
    expect((await ask(stranger)).wasteStatement.households).toBe(0);
  });

  it('are read with as many statements for one household as for many', async () => {
    for (let n = 0; n < 3; n += 1) await aHousehold();
    const query = `query L($first: Int) { households(first: $first) { edges { node {
      wasteCard(month: "2026-11") { points reward stamps { revisions { kind } } handOut { reward } } } } } }`;
    const statements = (first: number) => world.statementsOf(() => world.as(committee).ask(query, { first }));
    expect((await statements(1)).length).toBe((await statements(20)).length);
  });

  it('cannot be written in SQL by who does not look after the place', async () => {
    const id = await aHousehold();
    await expect(
      world.database.session(stranger).write((db) =>
        db('waste_stamps').insert({
          ...{ id: 'forged', household_id: id, jurisdiction: VILLAGE, week_of: '2026-11-16', kind: 'RED' },
          ...{ stamped_at: new Date(), recorded_by: stranger.agency },
        }),
      ),
    ).rejects.toThrow('row-level security');
    expect(
      await world.database
        .session(stranger)
        .write((db) => db('households').where({ id }).update({ moved_out_on: '2026-11-01' }).returning('id')),
    ).toEqual([]);
  });
});
