import { grid } from '../../subgraphs/grid';
import type { Viewer } from '../../subgraphs/kit/viewer';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';

const command = viewer('320509110-COMMAND', { user: '王苏平', functions: ['GRID_COMMAND'] });
const county = viewer('320509-COMMAND', { functions: ['GRID_COMMAND'] });
const sanitation = viewer('320509110-SANITATION', { functions: ['SANITATION'] });
const government = viewer('320509110-GOV', { functions: ['GENERAL_GOVERNMENT'] });
const stranger = viewer('330421103-CITYOPS', { functions: ['GRID_COMMAND'] });

const mutation = (name: string, body = 'gridCase { id } userErrors { code message path }') =>
  `mutation Run($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { ${body} } }`;

interface UserError {
  code: string;
  message: string;
  path: string[];
}
const codes = (payload: { userErrors: UserError[] }) =>
  payload.userErrors.map(({ code, path }) => [code, ...path].join(' '));

describe('reportGridCase', () => {
  const world = useSubgraph(grid, { demo: true });
  const REPORT = mutation(
    'reportGridCase',
    `gridCase { id number stage source title description location { latitude longitude address } reach { code } photos
      reportedAt externalId alerts { jurisdiction { code } } timeline { kind actor } } userErrors { code message path }`,
  );
  const input = (more: object = {}) => ({
    ...{ jurisdiction: '320509110', source: 'HOTLINE_12345', category: 'EXPOSED_GARBAGE', title: '垃圾堆放' },
    ...{ reportedAt: '2026-11-14T01:00:00Z', ...more },
  });
  const report = (more: object = {}, who: Viewer = command) => world.as(who).do(REPORT, input(more));
  const count = async () =>
    (await world.build((db) => db('cases').count<{ count: number }[]>('* as count')))[0]?.count;

  it('takes a report in as it is, with the texts trimmed', async () => {
    const { gridCase, userErrors } = await report({
      ...{
        title: ' 垃圾堆放 ',
        description: '两天了。\n',
        photos: [' https://a.cn/1.jpg'],
        externalId: ' 12345-1 ',
      },
      location: { latitude: 31.02, longitude: 120.72, address: ' 菜场 ' },
    });
    expect(userErrors).toEqual([]);
    expect(gridCase).toEqual({
      ...{
        id: expect.any(String),
        number: expect.stringMatching(/^320509110-20261114-\d{4}$/),
        stage: 'RECEIVED',
      },
      ...{ source: 'HOTLINE_12345', title: '垃圾堆放', description: '两天了。', reach: null, alerts: [] },
      ...{
        location: { latitude: 31.02, longitude: 120.72, address: '菜场' },
        photos: ['https://a.cn/1.jpg'],
      },
      ...{ reportedAt: '2026-11-14T01:00:00.000Z', externalId: '12345-1' },
      timeline: [{ kind: 'RECEIVED', actor: '王苏平' }],
    });
  });

  it('numbers on within town and day from what is there, without gaps when many come at once', async () => {
    const numbers = async () =>
      (
        await Promise.all(Array.from({ length: 12 }, () => report({ reportedAt: '2026-10-12T01:00:00Z' })))
      ).map(({ gridCase }) => Number(gridCase.number.slice(-4)));
    const there = await world.build((db) =>
      db('cases').whereLike('number', '320509110-20261012-%').count<{ count: number }[]>('* as count'),
    );
    const first = (there[0]?.count ?? 0) + 1;
    expect(first).toBeGreaterThan(1);
    expect((await numbers()).sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => first + i));
  });

  it('arrives once under an external id, also when sent many times at once or with other words', async () => {
    const before = await count();
    const sent = await Promise.all(Array.from({ length: 6 }, () => report({ externalId: 'twice' })));
    const ids = new Set(sent.map(({ gridCase }) => gridCase.id));
    expect(ids.size).toBe(1);
    const again = await report({ externalId: 'twice', title: '别的标题' });
    expect([again.gridCase.id, again.gridCase.title]).toEqual([[...ids][0], '垃圾堆放']);
    expect(await count()).toBe((before ?? 0) + 1);
    // Another source, and another unit, have ids of their own.
    expect(ids).not.toContain((await report({ externalId: 'twice', source: 'PETITION' })).gridCase.id);
    expect(ids).not.toContain((await report({ externalId: 'twice' }, government)).gridCase.id);
  });

  it('is answered as the case is by then', async () => {
    const { gridCase } = await report({ externalId: 'moved on' });
    await world.as(command).do(mutation('fileGridCase'), { caseId: gridCase.id });
    expect((await report({ externalId: 'moved on' })).gridCase).toMatchObject({
      id: gridCase.id,
      stage: 'FILED',
    });
  });

  it.each([
    ['a place out of its remit', { jurisdiction: '310118104' }, ['NOT_ALLOWED jurisdiction']],
    ['a category that does not exist', { category: 'NO_SUCH' }, ['NOT_FOUND category']],
    ['a major class', { category: 'EVENT_CONSTRUCTION' }, ['INVALID category']],
    ['no title', { title: ' ' }, ['REQUIRED title']],
    ['a title of two lines', { title: 'a\nb' }, ['INVALID title']],
    ['a description of 1 MB', { description: '长'.repeat(350_000) }, ['INVALID description']],
    ['a latitude off the globe', { location: { latitude: 99, longitude: 0 } }, ['INVALID location latitude']],
    ['half a point', { location: { latitude: 31 } }, ['REQUIRED location longitude']],
    ['photos that are no addresses', { photos: ['x.jpg', 'https://a.cn/b'] }, ['INVALID photos 0']],
    ['a time to come', { reportedAt: '2026-11-24T00:00:00Z' }, ['INVALID reportedAt']],
    ['a reach that does not exist', { reach: 'NOWHERE' }, ['NOT_FOUND reach']],
    ['a reach of another place', { reach: 'TAIPU-JINZE' }, ['INVALID reach']],
    ['an external id that is too long', { externalId: 'x'.repeat(101) }, ['INVALID externalId']],
    [
      'much at once',
      { title: '', category: 'NO_SUCH', location: { latitude: -91, longitude: 181 }, reach: 'NOWHERE' },
      [
        'REQUIRED title',
        'INVALID location latitude',
        'INVALID location longitude',
        'NOT_FOUND category',
        'NOT_FOUND reach',
      ],
    ],
  ])('refuses %s', async (_, more, expected) => {
    const before = await count();
    const refused = await report(more);
    expect([refused.gridCase, codes(refused)]).toEqual([null, expected]);
    expect(await count()).toBe(before);
  });

  it('is for any unit that may act in the place, and no other', async () => {
    expect(codes(await report({}, sanitation))).toEqual([]);
    expect(codes(await report({}, county))).toEqual([]);
    expect(codes(await report({}, stranger))).toEqual(['NOT_ALLOWED jurisdiction']);
    expect(codes(await report({}, viewer('320509110-FIRM', { remit: [] })))).toEqual([
      'NOT_ALLOWED jurisdiction',
    ]);
    const { errors } = await world.as(null).send(REPORT, { input: input() });
    expect(errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
  });

  it('warns below what drifts, behind its own event in the same transaction; and when filing finds that it does', async () => {
    const water = { reach: 'TAIPU-FENHU', source: 'RIVER_PATROL' };
    const { gridCase } = await report({ ...water, category: 'WATER_HYACINTH' });
    expect(
      gridCase.alerts.map((alert: { jurisdiction: { code: string } }) => alert.jurisdiction.code),
    ).toContain('310118104');
    const feed = (id: string) =>
      world.build((db) =>
        db.raw<{ what: string; transaction_id: number; ordinal: number }>(
          `SELECT kind AS what, transaction_id, ordinal FROM case_events WHERE case_id = ?
           UNION ALL SELECT jurisdiction, transaction_id, ordinal FROM downstream_alerts WHERE case_id = ?
           ORDER BY transaction_id, ordinal`,
          [id, id],
        ),
      );
    const changes = await feed(gridCase.id);
    expect(new Set(changes.map(({ transaction_id }) => transaction_id)).size).toBe(1);
    expect(changes.map(({ ordinal }) => ordinal)).toEqual(changes.map((_, i) => i));
    expect(changes[0]?.what).toBe('RECEIVED');

    const unclear = (await report({ ...water, category: 'UNCLEAN_WATER' })).gridCase;
    expect(unclear.alerts).toEqual([]);
    await world.as(command).do(mutation('fileGridCase'), { caseId: unclear.id, category: 'OIL_ON_WATER' });
    expect((await feed(unclear.id)).map(({ what }) => what)).toEqual(
      expect.arrayContaining(['RECEIVED', 'FILED', '310118104']),
    );
  });
});
