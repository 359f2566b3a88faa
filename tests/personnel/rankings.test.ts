import { jurisdictionOfAgency } from '../../subgraphs/kit/agency-code';
import type { Viewer } from '../../subgraphs/kit/viewer';
import { personnel } from '../../subgraphs/personnel';
import type { SecondmentRow } from '../../subgraphs/personnel/secondments/store';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { personnelMaker } from './make';

const run = (name: string, selection: string) =>
  `mutation Run($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) {
    ${name}(input: $input) { ${selection} userErrors { code path } } }`;
const SCORE = 'weeklyScore { id score weekOf revision deductions { points } history { score reason } }';
const RECORD = run('recordWeeklyScore', SCORE);
const CORRECT = run('correctWeeklyScore', SCORE);
const RANKING = `edition reason red { secondment { id } rank total } black { secondment { id } rank total }
  entries(first: 200) { edges { node { rank total deductions weeks secondment { id } } } }`;
const PUBLISH = run('publishMonthlyRanking', `monthlyRanking { ${RANKING} }`);
const ASK = `query R($place: JurisdictionCode!, $edition: Int) {
  monthlyRanking(hostUnder: $place, month: "2026-10", edition: $edition) { ${RANKING} } }`;

const found = ({ userErrors }: { userErrors: { code: string; path: string[] }[] }) =>
  userErrors.map(({ code, path }) => `${code} ${path.join('.')}`);
const off = (points: number) => (points === 0 ? [] : [{ criterion: 'DUTY', points, reason: '未尽责' }]);

describe('weekly scores and monthly rankings', () => {
  const world = useSubgraph(personnel);
  const make = personnelMaker(world);
  let place = 310_118_700;

  const host = ({ host_agency }: SecondmentRow) => viewer(host_agency);
  const score = (posting: SecondmentRow, points: number, more: object = {}, who: Viewer = host(posting)) =>
    world.as(who).do(RECORD, {
      ...{ secondmentId: posting.id, weekOf: '2026-10-12', deductions: off(points), ...more },
    });
  /** A town where as many are posted, each with so many points off in one week. */
  const town = async (...points: number[]) => {
    place += 1;
    const code = String(place);
    const postings: SecondmentRow[] = [];
    for (const lost of points) {
      const posting = await make.posting({ host_agency: `${code}-CITYOPS` });
      await score(posting, lost);
      postings.push(posting);
    }
    const ids = postings.map(({ id }) => id);
    return { code, postings, ids, department: viewer('310118-ORG', { functions: ['ORGANIZATION'] }) };
  };
  const idsOf = (entries: { secondment: { id: string } }[]) => entries.map(({ secondment }) => secondment.id);

  it('are 100 less deductions, once a week', async () => {
    const posting = await make.posting();
    const { weeklyScore } = await score(posting, 7.5);
    expect(weeklyScore).toEqual({
      ...{ id: expect.any(String), score: 92.5, weekOf: '2026-10-12', revision: 1 },
      ...{ deductions: [{ points: 7.5 }], history: [{ score: 92.5, reason: null }] },
    });
    expect((await score(posting, 7.5)).weeklyScore.id).toBe(weeklyScore.id);
    expect(found(await score(posting, 8))).toEqual(['CONFLICT weekOf']);
    const correct = (more: object, who = host(posting)) =>
      world.as(who).do(CORRECT, { weeklyScoreId: weeklyScore.id, deductions: [], reason: '误扣', ...more });
    expect(found(await correct({}, viewer(posting.home_agency)))).toEqual(['NOT_ALLOWED weeklyScoreId']);
    expect(found(await correct({}, viewer('340000-AGRI')))).toEqual(['NOT_FOUND weeklyScoreId']);
    expect(found(await correct({ deductions: off(7.5), reason: '' }))).toEqual([
      'INVALID deductions',
      'REQUIRED reason',
    ]);
    expect((await correct({})).weeklyScore.history).toEqual([
      { score: 92.5, reason: null },
      { score: 100, reason: '误扣' },
    ]);
  });

  it.each([
    [
      'points that are no halves, none, or too many',
      { deductions: [...off(0.3), ...off(-1), ...off(100.5)] },
      ['INVALID deductions.0.points', 'INVALID deductions.1.points', 'INVALID deductions.2.points'],
    ],
    ['more than a week has', { deductions: [...off(60), ...off(41)] }, ['INVALID deductions']],
    ['a week not from Monday, to come', { weekOf: '2026-11-25' }, ['INVALID weekOf', 'INVALID weekOf']],
    ['a week before the posting', { weekOf: '2026-02-16' }, ['INVALID weekOf']],
    [
      'no reason',
      { deductions: [{ criterion: 'DUTY', points: 1, reason: ' ' }] },
      ['REQUIRED deductions.0.reason'],
    ],
  ])('refuse %s', async (_, more, expected) => {
    const posting = await make.posting();
    expect(found(await score(posting, 0, more))).toEqual(expected);
    expect(await world.build((db) => db('weekly_scores').where({ secondment: posting.id }))).toEqual([]);
  });

  it('are for who hosts the officer', async () => {
    const posting = await make.posting();
    for (const agency of [posting.home_agency, '340000-AGRI']) {
      expect(found(await score(posting, 0, {}, viewer(agency)))).toEqual(['NOT_ALLOWED secondmentId']);
    }
  });

  it('rank a month by the Mondays of its weeks', async () => {
    const { code, postings, ids, department } = await town(4, 0, 2);
    const [first] = postings;
    if (!first) throw new Error('three');
    // A week of October by its Monday, and one of September.
    await score(first, 1, { weekOf: '2026-10-26' });
    await score(first, 50, { weekOf: '2026-09-28' });
    const { monthlyRanking } = await world.as(department).ask(ASK, { place: code });
    const [a, b, c] = ids;
    expect(monthlyRanking.entries.edges.map((edge: { node: object }) => edge.node)).toEqual([
      { rank: 1, total: 195, deductions: 2, weeks: 2, secondment: { id: a } },
      { rank: 2, total: 100, deductions: 0, weeks: 1, secondment: { id: b } },
      { rank: 3, total: 98, deductions: 1, weeks: 1, secondment: { id: c } },
    ]);
    expect([monthlyRanking.edition, monthlyRanking.black]).toEqual([null, []]);
  });

  it('are frozen once published, and corrected by a new edition', async () => {
    const { code, postings, ids, department } = await town(0, 1, 2, 3, 4);
    const publish = (more: object = {}, who = department) =>
      world.as(who).do(PUBLISH, { hostUnder: code, month: '2026-10', ...more });
    expect(found(await publish({ reason: '更正' }))).toEqual(['INVALID reason']);
    const { monthlyRanking: published } = await publish();
    expect([published.edition, idsOf(published.red), idsOf(published.black)]).toEqual([
      1,
      ids.slice(0, 3),
      ids.slice(3),
    ]);
    const [first] = postings;
    if (!first) throw new Error('five');
    const { weeklyScore } = await score(first, 0);
    await world.as(host(first)).do(CORRECT, {
      ...{ weeklyScoreId: weeklyScore.id, deductions: off(9), reason: '漏扣' },
    });
    const ask = async (edition: number | null) =>
      (await world.as(department).ask(ASK, { place: code, edition })).monthlyRanking;
    expect(await ask(null)).toEqual(published);
    expect(found(await publish())).toEqual(['REQUIRED reason']);
    const { monthlyRanking: second } = await publish({ reason: '更正一周考评' });
    expect([second.edition, second.reason, idsOf(second.black).at(-1)]).toEqual([2, '更正一周考评', ids[0]]);
    expect([await ask(null), await ask(1), await ask(3)]).toEqual([second, published, null]);
  });

  it('are published by one of two at once', async () => {
    const { code, department } = await town(0, 1);
    const answers = await Promise.all(
      [1, 2].map(() => world.as(department).do(PUBLISH, { hostUnder: code, month: '2026-10' })),
    );
    expect(answers.filter(({ monthlyRanking }) => monthlyRanking !== null)).toHaveLength(1);
    const editions = await world.build((db) => db('ranking_editions').where({ place: code }));
    expect(editions).toHaveLength(1);
  });

  it('are published by who oversees the place, when the month is over', async () => {
    const { code, postings } = await town(0);
    const [posting] = postings;
    if (!posting) throw new Error('one');
    const publish = (who: Viewer, more: object = {}) =>
      world.as(who).do(PUBLISH, { hostUnder: code, month: '2026-10', ...more });
    for (const who of [
      host(posting),
      viewer(posting.home_agency, { functions: ['AGRICULTURE'] }),
      viewer('310117-ORG', { functions: ['ORGANIZATION'] }),
      viewer(`${code}999-ORG`, { functions: ['ORGANIZATION'] }),
    ]) {
      expect(found(await publish(who))).toEqual(['NOT_ALLOWED hostUnder']);
    }
    const government = viewer(`${code}-GOV`, { functions: ['GENERAL_GOVERNMENT'] });
    expect(found(await publish(government, { month: '2026-11' }))).toEqual(['INVALID month']);
    expect(found(await publish(government, { month: '2026-07' }))).toEqual(['NOT_ALLOWED_IN_STATE month']);
    expect(found(await publish(government))).toEqual([]);
  });

  describe('are published by state of the month and caller', () => {
    const CALLERS = {
      'the government of the place': (code: string) =>
        viewer(`${code}-GOV`, { functions: ['GENERAL_GOVERNMENT'] }),
      'the department of the county': () => viewer('310118-ORG', { functions: ['ORGANIZATION'] }),
      'the government of the province': () => viewer('310000-GOV', { functions: ['GENERAL_GOVERNMENT'] }),
      'another office of the county': () => viewer('310118-AGRI', { functions: ['AGRICULTURE'] }),
      'the department of another county': () => viewer('310117-ORG', { functions: ['ORGANIZATION'] }),
      'a government below': (code: string) => viewer(`${code}999-GOV`, { functions: ['GENERAL_GOVERNMENT'] }),
      'the host unit': (code: string) => viewer(`${code}-CITYOPS`),
      'the home unit': (_: string, home: string) => viewer(home),
    } as const satisfies Record<string, (code: string, home: string) => Viewer>;
    const OVERSEERS = new Set(Object.keys(CALLERS).slice(0, 3));
    /** The month, the reason that is given, what is published first, and what an overseer is told. */
    const STATES: [string, { month: string; reason?: string; isPublished?: boolean; told: string[] }][] = [
      ['not over', { month: '2026-11', told: ['INVALID month'] }],
      ['without scores', { month: '2026-07', told: ['NOT_ALLOWED_IN_STATE month'] }],
      ['scored', { month: '2026-10', told: [] }],
      ['scored, with a reason', { month: '2026-10', reason: '更正', told: ['INVALID reason'] }],
      ['published', { month: '2026-10', isPublished: true, told: ['REQUIRED reason'] }],
      ['published, with a reason', { month: '2026-10', reason: '更正', isPublished: true, told: [] }],
    ];

    it.each(STATES)('a month that is %s', async (_, { month, reason, isPublished = false, told }) => {
      const answers: [string, string[], number][] = [];
      for (const [name, callerOf] of Object.entries(CALLERS)) {
        const { code, postings, department } = await town(0);
        if (isPublished) await world.as(department).do(PUBLISH, { hostUnder: code, month });
        const who = callerOf(code, postings[0]?.home_agency ?? '');
        const answer = await world.as(who).do(PUBLISH, { hostUnder: code, month, ...(reason && { reason }) });
        const editions = await world.build((db) => db('ranking_editions').where({ place: code, month }));
        answers.push([name, found(answer), editions.length]);
      }
      const before = isPublished ? 1 : 0;
      expect(answers).toEqual(
        Object.keys(CALLERS).map((name) =>
          OVERSEERS.has(name)
            ? [name, told, before + (told.length === 0 ? 1 : 0)]
            : [name, ['NOT_ALLOWED hostUnder'], before],
        ),
      );
    });

    it.each(Object.entries(CALLERS))('and past the rules too, by %s', async (name, callerOf) => {
      const { code, postings } = await town(0);
      const who = callerOf(code, postings[0]?.home_agency ?? '');
      const edition = {
        place: code,
        month: '2026-10',
        edition: 1,
        published_at: world.now,
        published_by: '某',
      };
      const attempt = async (agency: string) => {
        const session = world.database.session(who);
        const insert = () =>
          session.write((db) =>
            db('ranking_editions').insert({ ...edition, id: `${code} ${agency}`, agency }),
          );
        try {
          await insert();
          return true;
        } catch (error) {
          expect(String(error)).toContain('row-level security');
          return false;
        } finally {
          await session.end();
        }
      };
      // In another's name nobody does.
      expect(await attempt('310118-OTHER')).toBe(false);
      expect(await attempt(who.agency)).toBe(OVERSEERS.has(name));
    });
  });

  it('show a party its own postings alone, at the places that they have', async () => {
    const { code, ids, postings, department } = await town(0, 1, 2, 3);
    await world.as(department).do(PUBLISH, { hostUnder: code, month: '2026-10' });
    const last = postings.at(-1);
    if (!last) throw new Error('four');
    const own = (await world.as(viewer(last.home_agency)).ask(ASK, { place: code })).monthlyRanking;
    expect([own.edition, own.red, own.black]).toEqual([
      1,
      [],
      [{ secondment: { id: ids[3] }, rank: 4, total: 97 }],
    ]);
    const none = (await world.as(viewer('340000-AGRI')).ask(ASK, { place: code })).monthlyRanking;
    expect([none.edition, none.red, none.entries.edges]).toEqual([null, [], []]);
  });

  it('take the statements of one however many are ranked', async () => {
    const small = await town(1);
    const large = await town(...Array.from({ length: 20 }, (_, i) => i));
    const measure = ({ code, department }: typeof small) =>
      world.statementsOf(() => world.as(department).ask(ASK, { place: code }));
    expect((await measure(large)).length).toBe((await measure(small)).length);
  });

  it('lets nobody score or publish past the rules', async () => {
    const { code, postings } = await town(0);
    const [posting] = postings;
    if (!posting) throw new Error('one');
    const session = world.database.session(viewer(posting.home_agency));
    try {
      await expect(
        session.write((db) =>
          db('ranking_editions').insert({
            ...{ id: 'x', place: code, month: '2026-10', edition: 1, agency: posting.home_agency },
            ...{ published_at: world.now, published_by: 'x' },
          }),
        ),
      ).rejects.toThrow('row-level security');
      const changed = await session.write((db) =>
        db('weekly_scores').where({ secondment: posting.id }).update({ deducted: 50 }).returning('id'),
      );
      expect(changed).toEqual([]);
    } catch (error) {
      expect(String(error)).toContain('row-level security');
    } finally {
      await session.end();
    }
    expect(jurisdictionOfAgency(posting.host_agency)).toBe(code);
  });
});
