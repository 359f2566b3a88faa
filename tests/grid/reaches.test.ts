import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { grid } from '../../subgraphs/grid';
import { caseAt, snapshotOf } from '../../subgraphs/grid/cases/rules';
import { gridCasesById } from '../../subgraphs/grid/cases/store';
import {
  alertMessage,
  flowsIntoItself,
  type Link,
  placesToAlert,
  reachesBelow,
} from '../../subgraphs/grid/reaches/rules';
import { warnDownstream } from '../../subgraphs/grid/reaches/warn';
import { enterFeed } from '../../subgraphs/kit/feed';
import type { Viewer } from '../../subgraphs/kit/viewer';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { aCase, at, storeCases } from './make';

const links = (...pairs: string[]): Link[] =>
  pairs.map((pair) => {
    const [upstream = '', downstream = ''] = pair.split('>');
    return { upstream, downstream };
  });
const below = (within: number, ...pairs: string[]) =>
  reachesBelow(links(...pairs), 'A', within).map(({ code, distance }) => `${code}${distance}`);

describe('reachesBelow', () => {
  it('goes so far down and no further, the nearest first', () => {
    const river = ['A>B', 'B>C', 'C>D'];
    expect([below(0, ...river), below(1, ...river), below(2, ...river)]).toEqual([[], ['B1'], ['B1', 'C2']]);
  });
  it('follows every arm, and counts where they meet once, by the shorter way', () => {
    expect(below(3, 'A>B', 'A>C', 'B>D', 'D>E', 'C>E')).toEqual(['B1', 'C1', 'D2', 'E2']);
  });
  it('never goes upstream', () => {
    expect(below(2, 'Z>A', 'A>B', 'Y>B')).toEqual(['B1']);
  });
});

describe('flowsIntoItself', () => {
  it.each([
    ['at once', [], 'A', true],
    ['through another', ['B>A'], 'B', true],
    ['through several', ['B>C', 'C>D', 'D>A'], 'B', true],
    ['not where two arms meet', ['B>D', 'C>D', 'A>C'], 'B', false],
    ['not where it flows already', ['A>B'], 'B', false],
  ])('%s', (_, pairs, to, expected) => {
    expect(flowsIntoItself(links(...pairs), 'A', to)).toBe(expected);
  });

  it('is all it takes to keep every river from closing, whatever order the links come in', () => {
    const code = fc.constantFrom('A', 'B', 'C', 'D', 'E');
    fc.assert(
      fc.property(fc.array(fc.record({ upstream: code, downstream: code }), { maxLength: 25 }), (wanted) => {
        const kept: Link[] = [];
        for (const link of wanted) {
          if (!flowsIntoItself(kept, link.upstream, link.downstream)) kept.push(link);
        }
        for (const from of 'ABCDE') {
          const codes = reachesBelow(kept, from, 9).flatMap((reach) =>
            kept.filter(({ upstream }) => upstream === reach.code).map(({ downstream }) => downstream),
          );
          expect(codes).not.toContain(from);
        }
      }),
    );
  });
});

describe('placesToAlert', () => {
  const reaches = Object.entries({
    A: '320509110',
    B: '310118104',
    C: '320509110204',
    D: '310118104',
    E: '330421111',
  }).map(([code, jurisdiction]) => ({ code, jurisdiction }));
  const alerted = (within: number, ...pairs: string[]) =>
    placesToAlert({ reach: 'A', place: '320509110', within }, links(...pairs), reaches).map(
      ({ jurisdiction, reach, distance }) => `${jurisdiction} by ${reach} at ${distance}`,
    );

  it('names each place once, by its nearest reach', () => {
    expect(alerted(2, 'A>B', 'B>D', 'B>E')).toEqual(['310118104 by B at 1', '330421111 by E at 2']);
  });
  it('leaves out the place of the report and what lies within it', () => {
    expect(alerted(2, 'A>C', 'C>E')).toEqual(['330421111 by E at 2']);
  });
  it('stops where the policy says', () => {
    expect(alerted(1, 'A>C', 'C>E')).toEqual([]);
  });
});

it('alertMessage says in both languages what drifts, from where and to where', () => {
  const message = alertMessage({
    matter: { name: '水葫芦等漂浮植物', code: 'WATER_HYACINTH' },
    reach: { name: '太浦河汾湖段', code: 'TAIPU-FENHU' },
    alerted: { name: '太浦河金泽段', code: 'TAIPU-JINZE' },
  });
  expect(message.en).toMatch(/^Water hyacinth .*TAIPU-FENHU.*TAIPU-JINZE/);
  expect(message.zh).toMatch(/太浦河汾湖段.*水葫芦.*太浦河金泽段/);
});

describe('the picture of a case in an event', () => {
  it('gives the row as it was, and leaves what no step changes', () => {
    const then = {
      ...aCase({ stage: 'DISPATCHED', due_at: at('2026-11-17 09:00') }),
      due_order: at('2026-11-17 09:00'),
    };
    const now = {
      ...then,
      ...aCase({ stage: 'CLOSED', is_supervised: true }),
      id: then.id,
      number: then.number,
    };
    const kept = JSON.parse(JSON.stringify(snapshotOf(then)));
    expect(caseAt({ ...now, due_order: new Date(0) }, kept)).toEqual(then);
  });
});

const FIELDS = `code name river jurisdiction { code } recordedBy { code } upstream { code } downstream { code }`;
const RECORD = `mutation Record($input: RecordReachInput!) { recordReach(input: $input) {
  reach { ${FIELDS} } userErrors { code message path } } }`;
const ONE = `query One($code: String!) { reach(code: $code) { ${FIELDS} } }`;
const codes = ({ userErrors }: { userErrors: { code: string; path: string[] }[] }) =>
  userErrors.map(({ code, path }) => [code, ...path].join(' '));

describe('recordReach', () => {
  const world = useSubgraph(grid);
  const river = viewer('320509110-RIVER', { functions: ['RIVER_CHIEF'] });
  const reach = (code: string, ...downstream: string[]) => ({
    ...{ code, name: `${code}段`, river: '太浦河', jurisdiction: '320509110', downstream },
  });
  const record = (input: object, who: Viewer = river) => world.as(who).do(RECORD, { ...input });

  it('records a reach with where it flows, and changes it to what is sent last', async () => {
    await record(reach('R1-END'));
    await record(reach('R1-OTHER'));
    const { reach: recorded, userErrors } = await record(reach('R1', 'R1-END', ' R1-OTHER '));
    expect(userErrors).toEqual([]);
    expect(recorded).toEqual({
      ...{ code: 'R1', name: 'R1段', river: '太浦河', jurisdiction: { code: '320509110' } },
      ...{ recordedBy: { code: '320509110-RIVER' }, upstream: [] },
      downstream: [{ code: 'R1-END' }, { code: 'R1-OTHER' }],
    });
    const changed = await record({ ...reach('R1', 'R1-OTHER'), name: '新名' });
    expect([changed.reach.name, changed.reach.downstream]).toEqual(['新名', [{ code: 'R1-OTHER' }]]);
    expect((await world.as(river).ask(ONE, { code: 'R1-OTHER' })).reach.upstream).toEqual([{ code: 'R1' }]);
    expect((await world.as(river).ask(ONE, { code: 'R1-END' })).reach.upstream).toEqual([]);
  });

  it('flows over borders: a reach of another’s place may be named', async () => {
    const jinze = viewer('310118104-RIVER', { functions: ['RIVER_CHIEF'] });
    expect(codes(await record({ ...reach('R2-BELOW'), jurisdiction: '310118104' }, jinze))).toEqual([]);
    expect(codes(await record(reach('R2', 'R2-BELOW')))).toEqual([]);
  });

  it('refuses a reach that flows into itself, at once and through others', async () => {
    expect(codes(await record(reach('R3', 'R3')))).toEqual(['INVALID downstream 0']);
    await record(reach('R3-C'));
    await record(reach('R3-B', 'R3-C'));
    await record(reach('R3-A', 'R3-B'));
    expect(codes(await record(reach('R3-C', 'R3-B', 'R3-A')))).toEqual([
      'INVALID downstream 0',
      'INVALID downstream 1',
    ]);
    expect((await world.as(river).ask(ONE, { code: 'R3-C' })).reach.downstream).toEqual([]);
  });

  it('lets only one of two close a circle', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [a, b] = [`R4-A${round}`, `R4-B${round}`];
      await record(reach(a));
      await record(reach(b));
      const answers = await Promise.all([record(reach(a, b)), record(reach(b, a))]);
      expect(answers.map(codes).sort()).toEqual([[], ['INVALID downstream 0']]);
    }
  });

  it.each([
    ['a code in small letters', { code: 'taipu' }, 'INVALID code'],
    ['a code that is too long', { code: 'A'.repeat(41) }, 'INVALID code'],
    ['no name', { name: ' ' }, 'REQUIRED name'],
    ['no river', { river: '' }, 'REQUIRED river'],
    ['a place out of reach', { jurisdiction: '310118104' }, 'NOT_ALLOWED jurisdiction'],
    ['a reach that does not exist', { downstream: ['NOWHERE'] }, 'NOT_FOUND downstream 0'],
    ['too many', { downstream: Array.from({ length: 21 }, (_, i) => `N${i}`) }, 'LIMIT_EXCEEDED downstream'],
  ])('refuses %s', async (_, more, expected) => {
    const refused = await record({ ...reach('R5'), ...more });
    expect([refused.reach, codes(refused)[0]]).toEqual([null, expected]);
    expect((await world.as(river).ask(ONE, { code: 'R5' })).reach).toBeNull();
  });

  it.each([
    ['the river chief', ['RIVER_CHIEF'], true],
    ['the command', ['GRID_COMMAND'], true],
    ['the government', ['GENERAL_GOVERNMENT'], true],
    ['another office', ['SANITATION'], false],
  ])('is for %s of the place: %s', async (_, functions, isAllowed) => {
    const code = `R6-${functions[0]?.replace('_', '-')}`;
    const answer = await record(reach(code), viewer('320509110-UNIT', { functions }));
    expect(codes(answer)).toEqual(isAllowed ? [] : ['NOT_ALLOWED jurisdiction']);
  });

  it('keeps a reach with the unit that recorded it', async () => {
    await record(reach('R7'));
    const command = viewer('320509110-COMMAND', { functions: ['GRID_COMMAND'] });
    expect(codes(await record({ ...reach('R7'), name: '别名' }, command))).toEqual(['CONFLICT code']);
    expect(codes(await record({ ...reach('R7'), jurisdiction: '320509110204' }))).toEqual(['CONFLICT code']);
    expect((await world.as(river).ask(ONE, { code: 'R7' })).reach.name).toBe('R7段');
  });

  it('is kept from others by the database itself', async () => {
    await record(reach('R8'));
    const other = viewer('320509110-COMMAND', { functions: ['GRID_COMMAND'] });
    const write = <Result>(who: Viewer | null, work: Parameters<typeof world.database.asOwner<Result>>[0]) =>
      world.database.session(who).write(work);
    const link = { upstream: 'R8', downstream: 'R7' };
    await expect(write(other, async (db) => db('reach_links').insert(link))).rejects.toThrow(
      'row-level security',
    );
    await expect(write(null, async (db) => db('reach_links').insert(link))).rejects.toThrow(
      'permission denied',
    );
    expect(
      await write(other, async (db) =>
        db('reaches').where({ code: 'R8' }).update({ name: '改' }).returning('code'),
      ),
    ).toEqual([]);
    await expect(write(river, async (db) => db('reach_links').insert(link))).resolves.toBeDefined();
  });
});

describe('reaches', () => {
  const world = useSubgraph(grid, { demo: true });
  const LIST = `query List($under: JurisdictionCode, $first: Int, $after: String) {
    reaches(under: $under, first: $first, after: $after) {
      edges { cursor node { ${FIELDS} } } pageInfo { hasNextPage endCursor } } }`;
  const anyone = () => world.as(viewer('340000-AGRI'));

  it('are those of a place and below, and hold the border of the Taipu', async () => {
    const list = async (under: string) =>
      (await anyone().ask(LIST, { under })).reaches.edges.map(
        (edge: { node: { code: string } }) => edge.node.code,
      );
    expect(await list('320509110')).toEqual(['TAIPU-FENHU', 'YUANDANG-LILI']);
    expect(await list('310000')).toContain('TAIPU-JINZE');
    const { reach } = await anyone().ask(ONE, { code: 'TAIPU-FENHU' });
    expect(reach.jurisdiction).toEqual({ code: '320509110' });
    expect(reach.downstream).toContainEqual({ code: 'TAIPU-JINZE' });
  });

  it('take as many statements for one as for many', async () => {
    const statements = (first: number) => world.statementsOf(() => anyone().ask(LIST, { first }));
    expect(await statements(1)).toHaveLength(3);
    expect(await statements(20)).toHaveLength(3);
  });
});

describe('gridAlerts', () => {
  const world = useSubgraph(grid, { demo: true });
  const LIST = `query List($under: JurisdictionCode, $first: Int, $after: String) {
    gridAlerts(under: $under, first: $first, after: $after) {
      edges { node { id jurisdiction { code } alertedReach { code } distance reach { code } from { code } at message gridCase { id } } }
      pageInfo { hasNextPage endCursor } } }`;
  // biome-ignore lint/suspicious/noExplicitAny: an answer has the shape that the test wrote into the query
  const alerts = async (who: Viewer, variables: object = {}, language: 'en' | 'zh' = 'en'): Promise<any[]> =>
    (await world.as(who, language).ask(LIST, { first: 200, ...variables })).gridAlerts.edges.map(
      (edge: { node: unknown }) => edge.node,
    );
  const jinze = viewer('310118104-CITYOPS', { functions: ['GRID_COMMAND'] });

  /** A case of hyacinth on the Taipu, with the warnings that it gives. */
  const report = async (more: Parameters<typeof aCase>[0] = {}) => {
    const row = aCase({
      ...{
        id: randomUUID(),
        number: randomUUID(),
        category: 'WATER_HYACINTH',
        reach: 'TAIPU-FENHU',
        ...more,
      },
    });
    await world.build(async (db) => {
      await storeCases(db, row);
      const [stored] = await gridCasesById(db, [row.id]);
      if (!stored) throw new Error('the case is missing');
      await enterFeed(db, (transactionId) =>
        warnDownstream(db, stored, {
          agency: row.reporter,
          at: row.reported_at,
          transactionId,
          firstOrdinal: 1,
        }),
      );
    });
    return row;
  };
  const ofCase = async (id: string) =>
    (await world.build((db) => db('downstream_alerts').where({ case_id: id }).orderBy('ordinal'))).map(
      (alert) => `${alert.ordinal} ${alert.jurisdiction} by ${alert.alerted_reach} at ${alert.distance}`,
    );

  it('warn the places below within two reaches of what drifts', async () => {
    const { id } = await report({ reported_at: at('2026-11-22 20:00') });
    expect(await ofCase(id)).toEqual([
      '1 330421107 by FENHU-TAOZHUANG at 1',
      '2 310118104 by TAIPU-JINZE at 1',
      '3 330421111 by TAIPU-DINGZHA at 2',
      '4 310118103 by TAIPU-LIANTANG at 2',
      '5 330421103 by XIANGFUDANG at 2',
    ]);
    const [alert] = await alerts(jinze, { under: '310118104' });
    expect(alert).toEqual({
      ...{
        id: expect.any(String),
        jurisdiction: { code: '310118104' },
        alertedReach: { code: 'TAIPU-JINZE' },
      },
      ...{ distance: 1, reach: { code: 'TAIPU-FENHU' }, from: { code: '320509110' } },
      ...{ at: expect.any(String), message: expect.stringMatching(/^Water hyacinth /), gridCase: null },
    });
    expect((await alerts(jinze, { under: '310118104' }, 'zh'))[0].message).toMatch(/水葫芦/);
  });

  it('go as far as the policy of the place says', async () => {
    await world.build((db) =>
      db('policies').insert({
        ...{ name: 'downstream-alert-reaches', jurisdiction: '330421', effective_from: '2026-01-01' },
        ...{ value: '1', source: 'test' },
      }),
    );
    const { id } = await report({ jurisdiction: '330421107', reach: 'FENHU-TAOZHUANG' });
    expect(await ofCase(id)).toEqual(['1 330421103 by XIANGFUDANG at 1']);
  });

  it.each([
    ['what does not drift', { category: 'EXPOSED_GARBAGE' }],
    ['what was reported on no reach', { reach: null }],
    ['the last reach', { reach: 'CAOGANGHE', jurisdiction: '310118102' }],
  ])('do not come of %s', async (_, more) => {
    expect(await ofCase((await report(more)).id)).toEqual([]);
  });

  it('come once for a case', async () => {
    const row = await report();
    const again = await world.build(async (db) => {
      const [stored] = await gridCasesById(db, [row.id]);
      if (!stored) throw new Error('the case is missing');
      return warnDownstream(db, stored, {
        agency: row.reporter,
        at: row.reported_at,
        transactionId: 0,
        firstOrdinal: 0,
      });
    });
    expect(again).toEqual([]);
  });

  it('are read by both places and who recorded the case, and by nobody else', async () => {
    const { id } = await report({ reporter: '320509110-RIVER' });
    const own = (list: { gridCase: { id: string } | null }[]) =>
      list.filter((a) => a.gridCase?.id === id).length;
    expect(own(await alerts(viewer('320509110-RIVER')))).toBe(5);
    expect(own(await alerts(viewer('320509110-GOV', { functions: ['GENERAL_GOVERNMENT'] })))).toBe(5);
    for (const alert of await alerts(jinze)) {
      expect([alert.jurisdiction.code, alert.from.code].join()).toContain('310118104');
    }
    expect(await alerts(viewer('330421103-REVIEW'))).toEqual([]);
    expect((await world.as(null).send(LIST)).errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
  });

  it('are in the demo, each behind the case that gave it', async () => {
    const found = await world.build((db) =>
      db.raw<{ town: string }>(
        `SELECT DISTINCT from_place AS town FROM downstream_alerts AS alert JOIN feed_transactions AS tx ON tx.id = alert.transaction_id
         WHERE position > ALL (SELECT position FROM case_events AS event JOIN feed_transactions ON id = event.transaction_id
           WHERE event.case_id = alert.case_id)`,
      ),
    );
    expect(found.length).toBeGreaterThan(0);
  });

  it('come page by page, the latest first, each once', async () => {
    const all = (await alerts(jinze)).map(({ id }) => id);
    const paged: string[] = [];
    for (let after: string | null = null, isLast = false; !isLast; ) {
      const { gridAlerts } = (await world.as(jinze).ask(LIST, { first: 2, after })) as {
        gridAlerts: {
          edges: { node: { id: string } }[];
          pageInfo: { endCursor: string; hasNextPage: boolean };
        };
      };
      paged.push(...gridAlerts.edges.map(({ node }) => node.id));
      after = gridAlerts.pageInfo.endCursor;
      isLast = !gridAlerts.pageInfo.hasNextPage;
    }
    expect(paged).toEqual(all);
  });

  it('take as many statements for one as for many', async () => {
    const statements = (first: number) => world.statementsOf(() => world.as(jinze).ask(LIST, { first }));
    expect(await statements(1)).toHaveLength(3);
    expect(await statements(20)).toHaveLength(3);
  });
});
