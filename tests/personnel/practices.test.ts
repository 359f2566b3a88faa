import { personnel } from '../../subgraphs/personnel';
import type { SecondmentRow } from '../../subgraphs/personnel/secondments/store';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { codesOf, methodsOf, mutation, nodesOf, personnelMaker, SIDES, STATUSES } from './make';

const PRACTICE = `practice {
  id title kind origin { code } topic { code } summary documentUrl recordedBy { code }
  adoptions { agency { code } adoptedAt note outcomes { at outcome } }
}`;
const RECORD = mutation('recordPractice', PRACTICE);
const ADOPT = mutation('adoptPractice', PRACTICE);
const OUTCOME = mutation('recordPracticeOutcome', PRACTICE);
const LIST = `query List(
  $originUnder: JurisdictionCode, $topic: String, $kind: PracticeKind, $textContains: String
  $adoptedBy: AgencyCode, $adoptedUnder: JurisdictionCode, $first: Int, $after: String
) {
  practices(
    originUnder: $originUnder, topic: $topic, kind: $kind, textContains: $textContains
    adoptedBy: $adoptedBy, adoptedUnder: $adoptedUnder, first: $first, after: $after
  ) { edges { node { title topic { name } adoptions { outcomes { outcome } } secondment { id } } } pageInfo { hasNextPage endCursor } }
}`;

describe('practices', () => {
  const world = useSubgraph(personnel);
  const make = personnelMaker(world);
  const as = (agency: string) => world.as(viewer(agency));
  const input = {
    title: '首周服务专窗',
    kind: 'PROCEDURE',
    origin: '310117',
    topic: 'LABOR',
    summary: '一窗一表，首周办结。',
  };
  const record = (agency: string, posting: SecondmentRow, more: object = {}) =>
    as(agency).do(RECORD, { ...input, secondmentId: posting.id, ...more });

  it.each(STATUSES)('of a posting that is %s: who may record one', async (status) => {
    for (const side of SIDES) {
      const { posting, units } = await make.posted({ status });
      const { userErrors } = await record(units[side], posting);
      const isAllowed = side === 'home' || side === 'host' || side === 'stint host';
      const isPossible = status !== 'PLANNED' && status !== 'DECLINED';
      const expected = isAllowed ? (isPossible ? [] : ['NOT_ALLOWED_IN_STATE']) : ['NOT_ALLOWED'];
      expect([side, userErrors.map(({ code }: { code: string }) => code)]).toEqual([side, expected]);
    }
  });

  it('are adopted once by each unit, with what came of it', async () => {
    const { posting, units } = await make.posted();
    const { practice } = await record(units.host, posting, {
      ...{ documentUrl: 'https://310117.example/desk', at: '2026-10-01T01:00:00Z' },
    });
    const stranger = as(units.stranger);
    const adoption = { practiceId: practice.id, agency: units.stranger };
    expect(codesOf(await stranger.do(ADOPT, { ...adoption, at: '2026-10-01T00:59:59Z' }))).toEqual([
      'INVALID at',
    ]);
    await stranger.do(ADOPT, { ...adoption, note: '试行', at: '2026-10-10T01:00:00Z' });
    expect(codesOf(await stranger.do(ADOPT, adoption))).toEqual(['CONFLICT practiceId']);
    const early = { practiceId: practice.id, outcome: ' ', at: '2026-10-10T00:59:59Z' };
    expect(codesOf(await stranger.do(OUTCOME, early))).toEqual(['REQUIRED outcome', 'INVALID at']);
    await stranger.do(OUTCOME, {
      practiceId: practice.id,
      outcome: '当月办结 42 件',
      at: '2026-11-10T01:00:00Z',
    });
    const last = await stranger.do(OUTCOME, {
      practiceId: practice.id,
      outcome: '已在全县推开',
      at: '2026-11-20T01:00:00Z',
    });
    expect(last.practice).toEqual({
      ...{ id: practice.id, title: '首周服务专窗', kind: 'PROCEDURE', origin: { code: '310117' } },
      ...{ topic: { code: 'LABOR' }, summary: '一窗一表，首周办结。', recordedBy: { code: units.host } },
      documentUrl: 'https://310117.example/desk',
      adoptions: [
        {
          ...{ agency: { code: units.stranger }, adoptedAt: '2026-10-10T01:00:00.000Z', note: '试行' },
          outcomes: [
            { at: '2026-11-10T01:00:00.000Z', outcome: '当月办结 42 件' },
            { at: '2026-11-20T01:00:00.000Z', outcome: '已在全县推开' },
          ],
        },
      ],
    });
  });

  it('lets exactly one of two adoptions at once win', async () => {
    const { posting, units } = await make.posted();
    const { practice } = await record(units.host, posting);
    const adopt = () => as(units.home).do(ADOPT, { practiceId: practice.id, agency: units.home });
    expect((await Promise.all([adopt(), adopt()])).map(codesOf).sort()).toEqual([
      [],
      ['CONFLICT practiceId'],
    ]);
  });

  it('arrive once, and what came of them too, however often they are sent', async () => {
    const { posting, units } = await make.posted();
    const sent = await Promise.all([1, 2, 3].map(() => record(units.host, posting)));
    const ids = new Set(sent.map(({ practice }) => practice.id));
    expect(ids.size).toBe(1);
    const other = await record(units.host, posting, { summary: '另一做法' });
    expect(ids.has(other.practice.id)).toBe(false);
    const [practiceId] = ids;
    await as(units.home).do(ADOPT, { practiceId, agency: units.home });
    const tell = (outcome: string) => as(units.home).do(OUTCOME, { practiceId, outcome });
    const answers = await Promise.all(['已推行', '已推行', '已见效'].map(tell));
    expect(answers.map(codesOf)).toEqual([[], [], []]);
    const told = await world.build((db) => db('practice_outcomes').where({ practice: practiceId }));
    expect(told.map(({ outcome }) => outcome).sort()).toEqual(['已推行', '已见效'].sort());
  });

  it('are adopted by a unit for itself, and told of by who adopted', async () => {
    const { posting, units } = await make.posted();
    const { practice } = await record(units.host, posting);
    const stranger = as(units.stranger);
    expect(codesOf(await stranger.do(ADOPT, { practiceId: practice.id, agency: units.home }))).toEqual([
      'NOT_ALLOWED agency',
    ]);
    expect(codesOf(await stranger.do(OUTCOME, { practiceId: practice.id, outcome: '好' }))).toEqual([
      'NOT_ALLOWED practiceId',
    ]);
    expect(codesOf(await stranger.do(ADOPT, { practiceId: 'none', agency: units.stranger }))).toEqual([
      'NOT_FOUND practiceId',
    ]);
  });

  it('name everything that is wrong at once', async () => {
    const { posting, units } = await make.posted();
    const answer = await record(units.host, posting, {
      ...{ title: '', topic: 'NONE', summary: '', documentUrl: 'javascript:1', at: '2027-01-01T00:00:00Z' },
    });
    expect(codesOf(answer)).toEqual([
      'INVALID at',
      'REQUIRED title',
      'NOT_FOUND topic',
      'REQUIRED summary',
      'INVALID documentUrl',
    ]);
  });

  it('are found by place, topic, kind, text and who adopted them', async () => {
    const { posting, units } = await make.posted();
    const add = async (title: string, more: object) =>
      (await record(units.host, posting, { title, ...more })).practice.id;
    const desk = await add('人才驿站登记表', { kind: 'FORM', origin: '341200', summary: '返乡人才一表登记' });
    await add('河湖巡查联动办法', { origin: '341203101', topic: 'WATER', summary: '上下游同日巡查' });
    const adopter = make.unit('330482');
    await as(adopter).do(ADOPT, { practiceId: desk, agency: adopter });
    const titles = async (filter: object) =>
      nodesOf<{ title: string }>(
        (await as(units.stranger).ask(LIST, { originUnder: '341200', ...filter })).practices,
      ).map(({ title }) => title);
    expect((await titles({})).sort()).toEqual(['人才驿站登记表', '河湖巡查联动办法']);
    expect(await titles({ topic: 'WATER' })).toEqual(['河湖巡查联动办法']);
    expect(await titles({ kind: 'FORM' })).toEqual(['人才驿站登记表']);
    expect(await titles({ textContains: '巡查' })).toEqual(['河湖巡查联动办法']);
    expect(await titles({ textContains: '返乡' })).toEqual(['人才驿站登记表']);
    expect(await titles({ textContains: '驿登' })).toEqual([]);
    expect(await titles({ adoptedBy: adopter })).toEqual(['人才驿站登记表']);
    expect(await titles({ adoptedUnder: '330000' })).toEqual(['人才驿站登记表']);
    expect(await titles({ adoptedUnder: '320000' })).toEqual([]);
    expect(await titles({ originUnder: '341203' })).toEqual(['河湖巡查联动办法']);
  });

  it('page without repeats or gaps, by the same statements for one and for twenty', async () => {
    const { posting, units } = await make.posted();
    const ask = (variables: object) => as(units.stranger).ask(LIST, { originUnder: '360000', ...variables });
    const statements = async () => methodsOf(await world.statementsOf(() => ask({}))).sort();
    await record(units.host, posting, { origin: '360100', title: '第0' });
    const one = await statements();
    for (let i = 1; i < 20; i += 1)
      await record(units.host, posting, { origin: '360100', title: `第${i}`, at: '2026-10-01T01:00:00Z' });
    expect(await statements()).toEqual(one);
    const seen: string[] = [];
    for (let after: string | null = null, hasNextPage = true; hasNextPage; ) {
      const { practices } = await ask({ first: 7, after });
      seen.push(...nodesOf<{ title: string }>(practices).map(({ title }) => title));
      ({ hasNextPage, endCursor: after } = practices.pageInfo);
    }
    expect(new Set(seen).size).toBe(20);
    expect(seen).toHaveLength(20);
  });

  it('answer references of the graph, for what points back to them', async () => {
    const { posting, units } = await make.posted();
    const { practice } = await record(units.host, posting);
    const query = `query Entities($representations: [_Any!]!) { _entities(representations: $representations) { ... on Practice { title } } }`;
    const representations = [practice.id, 'none'].map((id) => ({ __typename: 'Practice', id }));
    expect(await as(units.stranger).ask(query, { representations })).toEqual({
      _entities: [{ title: '首周服务专窗' }, null],
    });
  });

  it('have topics by code', async () => {
    const { workTopics } = await as('310118-ORG').ask('{ workTopics { code name } }');
    expect(workTopics).toContainEqual({ code: 'WATER', name: '水环境联保共治' });
  });
});
