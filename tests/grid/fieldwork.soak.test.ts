import os from 'node:os';
import { grid } from '../../subgraphs/grid';
import type { Viewer } from '../../subgraphs/kit/viewer';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';

jest.setTimeout(1_200_000);

const HOUSEHOLDS = 5_000;
const LEADS = 100_000;
const BATCH = 5_000;

const mutation = (name: string, body: string) =>
  `mutation M($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { ${body} userErrors { code message path } } }`;

/** Says how long a piece of work took, on how busy a machine. */
async function timed<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  const start = performance.now();
  const result = await work();
  const took = Math.round(performance.now() - start);
  process.stdout.write(
    `${what}: ${took} ms (load ${os.loadavg()[0]?.toFixed(1)}, ${os.cpus().length} cores)\n`,
  );
  return result;
}

describe(`a village of ${HOUSEHOLDS} households`, () => {
  const world = useSubgraph(grid);
  const VILLAGE = '330421111212';
  const committee = viewer(`${VILLAGE}-COMMITTEE`, { functions: ['VILLAGE_COMMITTEE'] });
  const cards = Array.from({ length: HOUSEHOLDS }, (_, i) => ({ cardNumber: `C-${i}`, head: '陆金根' }));

  it('is stamped in one call, and told for the month', async () => {
    const register = () =>
      world.as(committee).do(mutation('registerHouseholds', 'registration { registered }'), {
        jurisdiction: VILLAGE,
        households: cards,
      });
    expect((await timed(`register ${HOUSEHOLDS} households`, register)).registration.registered).toBe(
      HOUSEHOLDS,
    );
    const weeks = ['2026-10-05', '2026-10-12', '2026-10-19', '2026-10-26'];
    for (const [w, weekOf] of weeks.entries()) {
      const stamps = cards.map(({ cardNumber }, i) => ({
        cardNumber,
        kind: (i + w) % 7 === 0 ? 'BLACK' : 'RED',
      }));
      const round = () =>
        world.as(committee).do(mutation('recordWasteRound', 'round { recorded unchanged }'), {
          jurisdiction: VILLAGE,
          weekOf,
          stamps,
        });
      expect((await timed(`a round of ${HOUSEHOLDS} stamps`, round)).round).toEqual({
        recorded: HOUSEHOLDS,
        unchanged: 0,
      });
      if (w === 0)
        expect((await timed('the same round again', round)).round).toEqual({
          recorded: 0,
          unchanged: HOUSEHOLDS,
        });
    }
    const statement = () =>
      world
        .as(committee)
        .ask(
          `{ wasteStatement(under: "${VILLAGE}", month: "2026-10") { households red black missing rewards { reward earned } } }`,
        );
    const { wasteStatement } = await timed('the statement of the month', statement);
    expect([
      wasteStatement.households,
      wasteStatement.red + wasteStatement.black,
      wasteStatement.missing,
    ]).toEqual([HOUSEHOLDS, 4 * HOUSEHOLDS, 0]);
    const exported = () =>
      world
        .as(committee)
        .ask(`{ wasteStatementExport(under: "${VILLAGE}", month: "2026-10", first: 1000) { count } }`);
    expect((await timed('1,000 rows of its export', exported)).wasteStatementExport.count).toBe(1_000);
  });
});

describe(`a list of ${LEADS} leads`, () => {
  const world = useSubgraph(grid, { demo: true });
  const TOWN = '320612102';
  const command = viewer(`${TOWN}-COMMAND`, { functions: ['GRID_COMMAND'] });
  const stranger = viewer('310118104-CITYOPS', { functions: ['GRID_COMMAND'] });
  let villages: string[] = [];
  let listId = '';
  beforeAll(async () => {
    const rows = await world.build((db) =>
      db.raw<{ jurisdiction: string }>(
        'SELECT DISTINCT jurisdiction FROM grids WHERE jurisdiction >= ? AND jurisdiction < ? ORDER BY 1',
        [TOWN, `${TOWN}:`],
      ),
    );
    villages = rows.map(({ jurisdiction }) => jurisdiction);
  });
  const progress = async () =>
    (
      await world
        .as(command)
        .ask(
          'query P($id: ID!) { leadList(id: $id) { progress { total pushed assigned confirmed unfounded } } }',
          { id: listId },
        )
    ).leadList.progress;

  it('is pushed in batches, split, and worked off', async () => {
    listId = (
      await world.as(command).do(mutation('openLeadList', 'list { id }'), {
        title: '群租核查',
        jurisdiction: TOWN,
        dueOn: '2026-12-31',
      })
    ).list.id;
    const batch = (from: number) =>
      Array.from({ length: BATCH }, (_, k) => {
        const i = from + k;
        return {
          ...{ externalId: `Q-${i}`, jurisdiction: villages[i % villages.length], title: '用水用电异常' },
          ...{
            address: `人民路${i}号`,
            evidence: `十月用水 ${30 + (i % 40)} 吨，用电 ${500 + (i % 900)} 千瓦时。`,
          },
        };
      });
    await timed(`push ${LEADS} leads in batches of ${BATCH}`, async () => {
      for (let from = 0; from < LEADS; from += BATCH) {
        const { push } = await world
          .as(command)
          .do(mutation('pushLeads', 'push { pushed }'), { listId, leads: batch(from) });
        expect(push.pushed).toBe(BATCH);
      }
    });
    const again = () =>
      world.as(command).do(mutation('pushLeads', 'push { pushed unchanged }'), { listId, leads: batch(0) });
    expect((await timed(`a batch of ${BATCH} again`, again)).push).toEqual({ pushed: 0, unchanged: BATCH });
    const split = () =>
      world.as(command).do(mutation('splitLeadList', 'split { assigned grids left isDone }'), { listId });
    await timed('split by grid, 20,000 a call', async () => {
      for (let left = LEADS - 20_000; left >= 0; left -= 20_000) {
        const answer = (await timed('a call', split)).split;
        expect(answer).toMatchObject({ assigned: 20_000, left, isDone: left === 0 });
      }
    });
    const shares = await world.build((db) =>
      db.raw<{ least: number; most: number; grids: number }>(
        `SELECT min(n) AS least, max(n) AS most, count(*) AS grids FROM (
           SELECT jurisdiction, grid, count(*) AS n FROM leads WHERE list_id = ? GROUP BY jurisdiction, grid) AS share
         GROUP BY jurisdiction`,
        [listId],
      ),
    );
    for (const { least, most } of shares) expect(most - least).toBeLessThanOrEqual(1);
    expect(shares.reduce((sum, { grids }) => sum + grids, 0)).toBe(53);
    await world.database.queryAsOwner('ANALYZE leads');
    const ids = (
      await world.build((db) => db('leads').select('id').where({ list_id: listId }).orderBy('id'))
    ).map(({ id }) => String(id));
    await timed(`results of ${LEADS} leads in batches of ${BATCH}`, async () => {
      for (let from = 0; from < LEADS; from += BATCH) {
        const results = ids.slice(from, from + BATCH).map((leadId, i) => ({
          leadId,
          ...(i % 10 === 0 ? { result: 'CONFIRMED', note: '属实' } : { result: 'UNFOUNDED' }),
        }));
        const { record } = await world
          .as(command)
          .do(mutation('recordLeadResults', 'record { recorded }'), { results });
        expect(record.recorded).toBe(BATCH);
      }
    });
    expect(await timed('progress of the list', progress)).toEqual({
      ...{ total: LEADS, pushed: 0, assigned: 0, confirmed: LEADS / 10, unfounded: (LEADS * 9) / 10 },
    });
  });

  it('is paged, and hidden, along an index', async () => {
    await world.database.queryAsOwner('ANALYZE leads');
    const page = (who: Viewer) => async () =>
      (
        await world
          .as(who)
          .ask('query L($id: ID!) { leads(listId: $id, first: 200) { edges { node { id } } } }', {
            id: listId,
          })
      ).leads.edges.length;
    expect(await timed('a page of 200 leads', page(command))).toBe(200);
    expect(await timed('the same for a stranger', page(stranger))).toBe(0);
    const plan = await world.database
      .session(command)
      .write((db) =>
        db.raw<{ 'QUERY PLAN': string }>(
          'EXPLAIN SELECT id FROM leads WHERE jurisdiction >= ? AND jurisdiction < ? ORDER BY due_on, id LIMIT 51',
          [villages[0] ?? '', `${villages[0]}:`],
        ),
      );
    const text = plan.map((line) => line['QUERY PLAN']).join('\n');
    expect(text).not.toContain('Seq Scan');
    expect(text).toContain('leads_by_place');
  });
});
