import { copyFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import type { SubgraphLink } from '../../gateway/subgraph-link';
import { SUPERGRAPH_FILE } from '../../subgraphs/kit/sdl';
import { hold } from '../support/hold';
import { useHub } from '../support/hub';
import { LiveReader } from '../support/live';
import { captureLog } from '../support/log';

const COMMAND = '310118104-CITYOPS';
const PLACE = '{ jurisdiction(code: "310118104") { name } }';
const DESCRIPTION = '{ __type(name: "GridForces") { description } }';

describe('a gateway whose supergraph changes', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'supergraph-'));
  const file = path.join(folder, 'supergraph.graphql');
  copyFileSync(SUPERGRAPH_FILE, file);
  afterAll(() => rmSync(folder, { recursive: true }));

  const log = captureLog();
  /** Holds back what the grid answers to requests, while there is one. */
  let held: { readonly arrive: () => void; readonly released: Promise<void> } | null = null;
  const hub = useHub({
    logger: log.logger,
    supergraphFile: () => file,
    through: (link): SubgraphLink =>
      link.name !== 'grid'
        ? link
        : {
            name: link.name,
            isReady: () => link.isReady(),
            events: (body, headers) => link.events?.(body, headers) ?? Promise.reject(new Error('no events')),
            answerInternally: (path, body, headers) => link.answerInternally(path, body, headers),
            answer: async (body, headers, cancellation) => {
              const { arrive, released } = held ?? {};
              arrive?.();
              await released;
              return link.answer(body, headers, cancellation);
            },
          },
  });
  const committed = readFileSync(SUPERGRAPH_FILE, 'utf8');
  /** Puts another file in its place, at once. */
  const put = (content: string) => {
    writeFileSync(`${file}.new`, content);
    renameSync(`${file}.new`, file);
  };
  const described = (text: string) => committed.replace('whom and what a unit has on duty in a place', text);
  const description = async (): Promise<string> =>
    (await hub.send(null, DESCRIPTION)).data.__type.description;
  const until = async (isSo: () => Promise<boolean> | boolean) => {
    for (let i = 0; i < 600; i += 1) {
      if (await isSo()) return true;
      await sleep(50);
    }
    return false;
  };
  const isSaid = (message: string) => () => log.lines.some(({ msg }) => msg === message);
  beforeEach(() => log.clear());

  it('serves the new one soon, and fails no request while it takes it', async () => {
    let isOver = false;
    const answers: unknown[] = [];
    const asking = (async () => {
      while (!isOver) answers.push(await hub.send(null, PLACE));
    })();
    expect(await description()).toContain('whom and what a unit has on duty');
    put(described('something else'));
    expect(await until(async () => (await description()).includes('something else'))).toBe(true);
    isOver = true;
    await asking;
    expect(answers.length).toBeGreaterThan(0);
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(
      new Set([JSON.stringify({ status: 200, data: { jurisdiction: { name: '金泽镇' } } })]),
    );
  });

  it('goes on with the subscriptions that it has', async () => {
    const headers = { authorization: `Bearer ${await hub.token(COMMAND)}` };
    const reader = await LiveReader.open(
      hub.url,
      headers,
      'subscription { gridBoard(under: "310118104") { forces { people jurisdiction { name } } } }',
    );
    put(described('once more'));
    expect(await until(async () => (await description()).includes('once more'))).toBe(true);
    const { data } = await hub.send(
      COMMAND,
      'mutation { reportGridForces(input: { people: 77 }) { userErrors { message } } }',
    );
    expect(data.reportGridForces.userErrors).toEqual([]);
    let event = await reader.next();
    while (event && event.data?.gridBoard?.forces?.people !== 77) event = await reader.next();
    expect(event?.errors).toBeUndefined();
    expect(event?.data.gridBoard.forces.people).toBe(77);
    reader.close();
  });

  it('drops nothing that is under way: no request, no subscription over either protocol, for a good one or a bad one', async () => {
    const authorization = `Bearer ${await hub.token(COMMAND)}`;
    const board =
      'subscription { gridBoard(under: "310118104") { forces { people jurisdiction { name } } } }';
    const streamed = await LiveReader.open(hub.url, { authorization }, board);
    const client = createClient({
      ...{ url: `${hub.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 },
      connectionParams: { authorization },
    });
    const socket = client.iterate<{ gridBoard: { forces: { people: number } | null } }>({ query: board });
    const first = socket.next();

    const isIn = hold<void>();
    const mayGo = hold<void>();
    held = { arrive: () => isIn.give(), released: mayGo.value };
    const cases =
      '{ gridCases(under: "310118104", first: 1) { edges { node { number jurisdiction { name } } } } }';
    const asked = hub.send(COMMAND, cases);
    await isIn.value;
    held = null;

    put(described('a good one'));
    expect(await until(async () => (await description()).includes('a good one'))).toBe(true);
    put(committed.slice(0, 1_000));
    expect(await until(isSaid('the supergraph of the file cannot be served; the last one stays'))).toBe(true);

    mayGo.give();
    const answer = await asked;
    expect(answer.errors).toBeUndefined();
    expect(answer.data.gridCases.edges).toEqual([
      { node: { number: expect.any(String), jurisdiction: { name: expect.any(String) } } },
    ]);
    const { data } = await hub.send(
      COMMAND,
      'mutation { reportGridForces(input: { people: 78 }) { userErrors { message } } }',
    );
    expect(data.reportGridForces.userErrors).toEqual([]);
    let event = await streamed.next();
    while (event && event.data?.gridBoard?.forces?.people !== 78) event = await streamed.next();
    expect([event?.errors, event?.data.gridBoard.forces.people]).toEqual([undefined, 78]);
    let result = await first;
    while (!result.done && result.value.data?.gridBoard.forces?.people !== 78) result = await socket.next();
    expect([result.done, result.value?.errors]).toEqual([false, undefined]);
    streamed.close();
    await client.dispose();
  });

  it.each([
    ['cannot be read', (whole: string) => whole.slice(0, whole.length / 2)],
    ['is no supergraph', (whole: string) => `${whole.split('\n')[0]}\ntype Query { a: Int }`],
    [
      'was composed from other sources',
      (whole: string) => whole.replace(/SHA-256 \w{8}/, 'SHA-256 00000000'),
    ],
  ])('keeps the last one when the new one %s', async (_, spoil) => {
    const before = await description();
    put(spoil(committed));
    expect(await until(isSaid('the supergraph of the file cannot be served; the last one stays'))).toBe(true);
    expect(await description()).toBe(before);
    expect(await hub.send(null, PLACE)).toMatchObject({ data: { jurisdiction: { name: '金泽镇' } } });
    expect(log.lines.filter(({ msg }) => msg.includes('the last one stays'))).toHaveLength(1);
  });

  it('takes one that is mended', async () => {
    put(described('mended'));
    expect(await until(async () => (await description()).includes('mended'))).toBe(true);
  });
});
