import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';
import { useHub } from '../support/hub';

const JINZE = '310118104';
const COMMAND = '310118104-CITYOPS';
const PEOPLE = `subscription { gridBoard(under: "${JINZE}") { cursor forces { people } } }`;

const hub = useHub({ live: { stallMs: 500, pingMs: 4_000 } });

interface Message {
  id?: string;
  type: string;
  // biome-ignore lint/suspicious/noExplicitAny: what comes has the shape that the test asked for
  payload?: any;
}

/** A connection of the protocol, spoken by hand. */
class Connection {
  readonly messages: Message[] = [];
  closed: { code: number; reason: string } | null = null;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (text) => this.messages.push(JSON.parse(String(text))));
    socket.on('close', (code, reason) => {
      this.closed = { code, reason: String(reason) };
    });
    socket.on('error', () => {});
  }

  static async open({
    token,
    gateway = hub.url,
    options = {},
  }: {
    token?: string;
    gateway?: string;
    options?: WebSocket.ClientOptions;
  } = {}): Promise<Connection> {
    const url = `${gateway.replace('http', 'ws')}/graphql`;
    const socket = new WebSocket(url, 'graphql-transport-ws', options);
    const connection = new Connection(socket);
    await once(socket, 'open');
    const authorization = `Bearer ${token ?? (await hub.token(COMMAND))}`;
    connection.say({ type: 'connection_init', payload: { authorization } });
    await connection.until(({ type }) => type === 'connection_ack');
    return connection;
  }

  say(message: Message): void {
    this.socket.send(JSON.stringify(message));
  }

  async subscribe(id: string, query = PEOPLE): Promise<void> {
    this.say({ id, type: 'subscribe', payload: { query } });
    // Answered only once the hub has taken what was said before.
    this.say({ id: `${id}-then`, type: 'subscribe', payload: { query: '{ __typename }' } });
    await this.until((message) => message.id === `${id}-then`);
    await sleep(50);
  }

  async until(fits: (message: Message) => boolean): Promise<Message> {
    for (let waited = 0; waited < 15_000; waited += 20) {
      const found = this.messages.find(fits);
      if (found) return found;
      await sleep(20);
    }
    throw new Error(`nothing such came, but ${JSON.stringify(this.messages).slice(0, 2_000)}`);
  }

  of(id: string): Message[] {
    return this.messages.filter((message) => message.id === id);
  }

  async untilClosed(): Promise<{ code: number; reason: string }> {
    for (let waited = 0; waited < 40_000 && !this.closed; waited += 20) await sleep(20);
    if (!this.closed) throw new Error('the connection was not closed');
    return this.closed;
  }
}

let said = 3_000;
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

describe('a subscription over a WebSocket', () => {
  it('ends when its client says so, and the connection goes on', async () => {
    const connection = await Connection.open();
    await connection.subscribe('a');
    await connection.subscribe('b');
    connection.say({ id: 'a', type: 'complete' });
    await sleep(100);
    const people = await reportForces();
    await connection.until(({ id, type }) => id === 'b' && type === 'next');
    expect(connection.of('b').map(({ payload }) => payload.data.gridBoard.forces)).toEqual([{ people }]);
    expect(connection.of('a')).toEqual([]);
    connection.socket.close();
  });

  it('ends with its token, in a last result, and the connection stays', async () => {
    const connection = await Connection.open({ token: await hub.token(COMMAND, 'OFFICER', 3 / 3_600) });
    await connection.subscribe('a');
    await connection.until(({ id, type }) => id === 'a' && type === 'complete');
    expect(connection.of('a')).toEqual([
      {
        ...{ id: 'a', type: 'next' },
        payload: {
          errors: [
            expect.objectContaining({ extensions: expect.objectContaining({ code: 'UNAUTHENTICATED' }) }),
          ],
        },
      },
      { id: 'a', type: 'complete' },
    ]);
    expect(connection.closed).toBeNull();
    connection.socket.close();
  });

  it('ends with its gateway, with where to go on, and then the connection does', async () => {
    const gateway = await hub.openGateway();
    const connection = await Connection.open({ gateway });
    await connection.subscribe('a');
    await reportForces();
    await connection.until(({ id, type }) => id === 'a' && type === 'next');
    await hub.closeGateway(gateway);
    expect(await connection.untilClosed()).toMatchObject({ code: 1001 });
    expect(connection.of('a').slice(1)).toEqual([
      {
        ...{ id: 'a', type: 'next' },
        payload: {
          errors: [
            expect.objectContaining({
              extensions: {
                code: 'SUBSCRIPTION_INTERRUPTED',
                reason: 'SHUTTING_DOWN',
                after: expect.any(String),
              },
            }),
          ],
        },
      },
      { id: 'a', type: 'complete' },
    ]);
    const [, last] = connection.of('a');
    const after = last?.payload.errors[0].extensions.after;
    const people = await reportForces();
    const next = await Connection.open();
    await next.subscribe('a', PEOPLE.replace('(', `(after: "${after}", `));
    const { payload } = await next.until(({ id, type }) => id === 'a' && type === 'next');
    expect(payload.data.gridBoard.forces).toEqual({ people });
    next.socket.close();
  });
});

describe('a connection', () => {
  it('that takes nothing is closed with where it stands, and holds up nobody else', async () => {
    const photos = Array.from({ length: 10 }, (_, i) => `https://example.org/${'x'.repeat(1_900)}${i}`);
    const wide = Array.from({ length: 50 }, (_, i) => `p${i}: photos`).join(' ');
    const slow = await Connection.open();
    await slow.subscribe(
      'a',
      `subscription { gridBoard(under: "${JINZE}") { cursor gridCase { ${wide} } } }`,
    );
    const quick = await Connection.open();
    await quick.subscribe('a', `subscription { gridBoard(under: "${JINZE}") { gridCase { id } } }`);
    slow.socket.pause();
    const sent: string[] = [];
    for (let i = 0; i < 15; i += 1) {
      const { data } = await hub.send(
        COMMAND,
        'mutation ($input: ReportGridCaseInput!) { reportGridCase(input: $input) { gridCase { id } } }',
        {
          input: {
            jurisdiction: JINZE,
            source: 'GRID_PATROL',
            category: 'EXPOSED_GARBAGE',
            title: '堆放',
            photos,
          },
        },
      );
      sent.push(data.reportGridCase.gridCase.id);
    }
    await quick.until(({ payload }) => payload?.data?.gridBoard?.gridCase?.id === sent.at(-1));
    expect(quick.of('a').map(({ payload }) => payload.data.gridBoard.gridCase.id)).toEqual(sent);
    quick.socket.close();
    await sleep(1_000);
    slow.socket.resume();
    expect(await slow.untilClosed()).toEqual({
      code: 1013,
      reason: 'Read too slowly; resume after the last cursor.',
    });
    const results = slow.of('a').filter(({ type }) => type === 'next');
    const last = results.pop();
    expect(results.length).toBeLessThan(sent.length);
    expect(last?.payload.errors[0].extensions).toEqual({
      ...{ code: 'SUBSCRIPTION_INTERRUPTED', reason: 'TOO_SLOW' },
      after: results.at(-1)?.payload.data.gridBoard.cursor,
    });
  }, 60_000);

  it('that answers no ping is cut off', async () => {
    const silent = await Connection.open({ options: { autoPong: false } });
    const lively = await Connection.open();
    expect(await silent.untilClosed()).toMatchObject({ code: 1006 });
    expect(lively.closed).toBeNull();
    lively.socket.close();
  });

  it('carries so many operations at once, and says so to one more', async () => {
    const connection = await Connection.open();
    for (let i = 0; i < 101; i += 1) {
      connection.say({ id: String(i), type: 'subscribe', payload: { query: PEOPLE } });
    }
    const refused = await connection.until(({ type }) => type === 'error');
    expect([refused.id, refused.payload[0].extensions.code]).toEqual(['100', 'TOO_MANY_SUBSCRIPTIONS']);
    connection.socket.close();
  });

  it('is told of an operation that is larger than the hub takes', async () => {
    const connection = await Connection.open();
    const variables: Record<string, unknown> = {};
    let inmost = variables;
    for (let depth = 0; depth < 1_000; depth += 1) {
      inmost.x = {};
      inmost = inmost.x as Record<string, unknown>;
    }
    connection.say({ id: 'a', type: 'subscribe', payload: { query: PEOPLE, variables } });
    const { payload } = await connection.until(({ id, type }) => id === 'a' && type === 'error');
    expect(payload[0].extensions.code).toBe('VARIABLES_TOO_LARGE');
    expect(connection.closed).toBeNull();
    connection.socket.close();
  });

  it('to another address of the gateway is refused', async () => {
    const socket = new WebSocket(`${hub.url.replace('http', 'ws')}/elsewhere`, 'graphql-transport-ws');
    const [error] = await once(socket, 'error');
    expect(error.message).toContain('404');
  });
});
