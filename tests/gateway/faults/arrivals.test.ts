import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import Fastify from 'fastify';
import { Arrivals } from '../../../gateway/faults/arrivals';
import { FAULT_SETTINGS, type FaultSettings } from '../../../gateway/faults/settings';

/** A server that watches what arrives, and takes any body. */
async function serverWith(settings: Partial<FaultSettings>) {
  const app = Fastify();
  const arrivals = new Arrivals({ ...FAULT_SETTINGS, ...settings });
  arrivals.watch(app);
  app.post('/', async ({ body }) => ({ took: JSON.stringify(body).length }));
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { app, arrivals, port: Number(new URL(url).port) };
}

/** A client that has sent the headers of a body of so many bytes, and some of it. */
async function clientOf({ port }: { port: number }, length: number) {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    `POST / HTTP/1.1\r\nhost: hub\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n`,
  );
  socket.write('accept-language: en\r\n\r\n');
  return socket;
}

/** All that a server says until it hangs up. */
async function saidTo(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (piece) => {
    text += piece;
  });
  await once(socket, 'close');
  return text;
}

const until = async (isSo: () => boolean) => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
};

const GIVEN_UP = /^HTTP\/1\.1 408 [\s\S]*"code":"REQUEST_TOO_SLOW"/;

describe('requests whose bodies are under way', () => {
  let server: Awaited<ReturnType<typeof serverWith>>;
  afterEach(() => server.app.close());

  it('are given up when they come more slowly than the hub waits for, and no sooner', async () => {
    server = await serverWith({ bodyBytesPerSecond: 100, bodyGraceMs: 10_000 });
    const { arrivals } = server;
    const slow = await clientOf(server, 1_000);
    const fast = await clientOf(server, 1_000);
    const told = saidTo(slow);
    await until(() => arrivals.size === 2);
    const bytes = `"${'x'.repeat(500)}`;
    fast.write(bytes);
    await until(() => arrivals.bytes === bytes.length);
    const now = performance.now();
    arrivals.look(now + 9_000);
    expect(arrivals.size).toBe(2);
    // Two seconds behind the grace it must have sent 200 bytes.
    arrivals.look(now + 12_000);
    expect(arrivals.size).toBe(1);
    expect(await told).toMatch(GIVEN_UP);
    const answer = once(fast, 'data');
    fast.write(`${'x'.repeat(1_000 - bytes.length - 1)}"`);
    expect(String((await answer)[0])).toMatch(/^HTTP\/1\.1 200 /);
    expect(arrivals.size).toBe(0);
    fast.destroy();
  });

  it('give way to others when there are too many, those first that began first', async () => {
    server = await serverWith({ arriving: 2 });
    const { arrivals } = server;
    const told: Promise<string>[] = [];
    for (const count of [1, 2, 2]) {
      told.push(saidTo(await clientOf(server, 10)));
      await until(() => arrivals.size === count);
    }
    expect(await told[0]).toMatch(GIVEN_UP);
    expect(arrivals.size).toBe(2);
  });

  it('give way when they are too large together', async () => {
    server = await serverWith({ arrivingBytes: 1_800 });
    const { arrivals } = server;
    const first = saidTo(await clientOf(server, 2_000));
    await until(() => arrivals.size === 1);
    const second = await clientOf(server, 2_000);
    await until(() => arrivals.size === 2);
    second.write('x'.repeat(1_000));
    await until(() => arrivals.bytes === 1_000);
    arrivals.look();
    expect(arrivals.size).toBe(2);
    second.write('x'.repeat(900));
    await until(() => arrivals.bytes === 1_900);
    arrivals.look();
    expect(await first).toMatch(GIVEN_UP);
    second.destroy();
  });

  it('are forgotten when their clients go', async () => {
    server = await serverWith({});
    const { arrivals } = server;
    const client = await clientOf(server, 10);
    await until(() => arrivals.size === 1);
    client.destroy();
    await until(() => arrivals.size === 0);
  });

  it('are none where there is no body', async () => {
    server = await serverWith({});
    const { arrivals, port } = server;
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
    expect(arrivals.size).toBe(0);
  });
});
