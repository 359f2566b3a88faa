import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { addDays, dayOf } from '../../subgraphs/kit/time';
import { useHub } from '../support/hub';
import { LiveReader } from '../support/live';

const JINZE = '310118104';
const COMMAND = '310118104-CITYOPS';
const PURPOSE = '联合值守';
const PEOPLE = `subscription ($under: JurisdictionCode!, $after: String) {
  gridBoard(under: $under, after: $after) { cursor forces { people } }
}`;

const hub = useHub({ live: { perCaller: 3, distinctPerCaller: 2, stallMs: 500, pingMs: 200 } });

const subscribe = async (
  agency: string,
  query = PEOPLE,
  variables: Record<string, unknown> = { under: JINZE },
  headers: Record<string, string> = {},
): Promise<LiveReader> =>
  LiveReader.open(
    hub.url,
    { authorization: `Bearer ${await hub.token(agency)}`, ...headers },
    query,
    variables,
  );

let said = 0;
async function reportForces(): Promise<number> {
  said += 1;
  const { data } = await hub.send(
    COMMAND,
    'mutation ($input: ReportGridForcesInput!) { reportGridForces(input: $input) { userErrors { message } } }',
    { input: { people: said } },
  );
  expect(data.reportGridForces.userErrors).toEqual([]);
  return said;
}

/** Reports a case with as many pictures as one may have, at long addresses. */
async function reportCase(): Promise<string> {
  const photos = Array.from({ length: 10 }, (_, i) => `https://example.org/${'x'.repeat(1_900)}${i}`);
  const input = { jurisdiction: JINZE, source: 'GRID_PATROL', category: 'EXPOSED_GARBAGE', title: '堆放' };
  const { data } = await hub.send(
    COMMAND,
    'mutation ($input: ReportGridCaseInput!) { reportGridCase(input: $input) { gridCase { id } userErrors { message path } } }',
    { input: { ...input, photos } },
  );
  expect(data.reportGridCase.userErrors).toEqual([]);
  return data.reportGridCase.gridCase.id;
}

describe('subscriptions of one user', () => {
  it('are counted, and count no more when they have ended', async () => {
    const open = await Promise.all([1, 2, 3].map(() => subscribe(COMMAND)));
    const refused = await subscribe(COMMAND);
    expect((await refused.next())?.errors?.[0]?.extensions.code).toBe('TOO_MANY_SUBSCRIPTIONS');
    const other = await subscribe('310118104-RIVER');
    for (const reader of open) reader.close();
    await sleep(200);
    const again = await subscribe(COMMAND);
    const people = await reportForces();
    expect((await again.next())?.data.gridBoard.forces).toEqual({ people });
    for (const reader of [again, other]) reader.close();
  });

  it('may only so many be different', async () => {
    const of = (selection: string) =>
      subscribe(COMMAND, `subscription { gridBoard(under: "${JINZE}") { ${selection} } }`, {});
    const open = [await of('cursor'), await of('kind')];
    const refused = await of('at');
    expect((await refused.next())?.errors?.[0]?.extensions.code).toBe('TOO_MANY_SUBSCRIPTIONS');
    for (const reader of open) reader.close();
    await sleep(200);
  });
});

describe('a reader that takes nothing', () => {
  /** Opens a subscription by hand, reads its head and then nothing. */
  async function openBlocked(query: string): Promise<Socket> {
    const { hostname, port } = new URL(hub.url);
    const socket = connect(Number(port), hostname);
    const body = JSON.stringify({ query });
    socket.write(
      [
        'POST /graphql HTTP/1.1',
        'host: hub',
        'accept: text/event-stream',
        'content-type: application/json',
        `authorization: Bearer ${await hub.token(COMMAND)}`,
        `content-length: ${Buffer.byteLength(body)}`,
        '',
        body,
      ].join('\r\n'),
    );
    await once(socket, 'data');
    socket.pause();
    return socket;
  }

  it('is sent away with where it stands, and holds up nobody else', async () => {
    // Each event about a megabyte: what it says once is asked for many times over.
    const wide = Array.from({ length: 50 }, (_, i) => `p${i}: photos`).join(' ');
    const blocked = await openBlocked(
      `subscription { gridBoard(under: "${JINZE}") { cursor gridCase { ${wide} } } }`,
    );
    const reader = await subscribe(
      COMMAND,
      `subscription { gridBoard(under: "${JINZE}") { gridCase { id } } }`,
      {},
    );
    const sent: string[] = [];
    for (let i = 0; i < 15; i += 1) sent.push(await reportCase());
    const taken: string[] = [];
    while (taken.length < sent.length) taken.push((await reader.next())?.data.gridBoard.gridCase.id);
    expect(taken).toEqual(sent);
    await sleep(1_000);
    let text = '';
    blocked.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    blocked.resume();
    while (!blocked.closed && !text.includes('event: complete')) await sleep(50);
    blocked.destroy();
    const shown = [...text.matchAll(/"cursor":"([^"]+)"/g)].map(([, cursor]) => cursor);
    expect(shown.length).toBeLessThan(sent.length);
    expect(text).toContain('"reason":"TOO_SLOW"');
    expect(/"after":"([^"]+)"/.exec(text)?.[1]).toBe(shown.at(-1));
    reader.close();
  }, 60_000);
});

describe('a subscription by a grant', () => {
  it('ends with the grant, before the next event', async () => {
    await hub.build('registry', (db) =>
      db('sharing_grants').insert({
        ...{ id: '00000000-0000-4000-8000-00000000cafe', item: 'grid.cases', provider: COMMAND },
        ...{ consumer: '330421103-REVIEW', purpose: PURPOSE, status: 'APPROVED' },
        ...{ valid_from: '2026-01-01', valid_until: addDays(dayOf(new Date()), 1) },
        ...{ requested_at: '2026-01-01', requested_by: '甲', decided_at: '2026-01-02', decided_by: '乙' },
      }),
    );
    await sleep(600);
    const reader = await subscribe('330421103-REVIEW', PEOPLE, undefined, {
      'hub-purpose': encodeURIComponent(PURPOSE),
    });
    const people = await reportForces();
    const first = await reader.next();
    expect(first?.data.gridBoard.forces).toEqual({ people });
    expect(first?.extensions).toEqual({ receipt: expect.anything() });
    const { data } = await hub.sendAs(
      COMMAND,
      { role: 'STEWARD' },
      `mutation { revokeSharingGrant(input: { grantId: "00000000-0000-4000-8000-00000000cafe", reason: "已结束" }) { userErrors { message path } } }`,
    );
    expect(data.revokeSharingGrant.userErrors).toEqual([]);
    await reportForces();
    const last = await reader.next();
    expect(last?.errors?.[0]?.extensions.code).toBe('CURSOR_RIGHTS_CHANGED');
    expect(await reader.next()).toBeUndefined();
  });
});
