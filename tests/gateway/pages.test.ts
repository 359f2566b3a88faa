import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Fastify from 'fastify';
import { pages } from '../../gateway/pages';
import { ROLES } from '../../subgraphs/kit/viewer';
import { useHub } from '../support/hub';
import { captureLog } from '../support/log';
import { useFolder } from '../support/process';

const askUnits = async (url: string): Promise<{ status: number; body: unknown }> => {
  const response = await fetch(`${url}/demo/units`);
  return { status: response.status, body: await response.json() };
};

const askToken = async (
  url: string,
  body: string,
  contentType = 'application/json',
): Promise<{ status: number; body: Record<string, string> }> => {
  const response = await fetch(`${url}/demo/token`, {
    method: 'POST',
    headers: { 'content-type': contentType },
    body,
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
};

describe('a hub with demo data', () => {
  const hub = useHub();

  it.each(['/', '/graphiql/'])('leads from %s to the page', async (address) => {
    const response = await fetch(hub.url + address, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([302, '/graphiql']);
  });

  it('lists the units of the demo and the roles', async () => {
    const { status, body } = await askUnits(hub.url);
    expect(status).toBe(200);
    const { units, roles } = body as { units: { code: string }[]; roles: string[] };
    expect(roles).toEqual([...ROLES]);
    expect(units.find(({ code }) => code === '310118104-GOV')).toEqual({
      code: '310118104-GOV',
      name: '金泽镇人民政府',
      jurisdiction: '上海市青浦区金泽镇',
    });
  });

  it('gives a token for a unit in a role', async () => {
    const wanted = { agency: '341200-HRSS', role: 'STEWARD' };
    const { status, body } = await askToken(hub.url, JSON.stringify(wanted));
    expect([status, Object.keys(body)]).toEqual([200, ['token']]);
    const [, claims = ''] = body.token?.split('.') ?? [];
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      agency: wanted.agency,
      roles: [wanted.role],
    });
  });

  const shape = 'The body must be a JSON object with the texts "agency" and "role".';
  it.each([
    ['null', shape],
    ['{ "agency": "341200-HRSS" }', shape],
    ['{ "agency": "341200-HRSS", "role": 1 }', shape],
    [
      '{ "agency": "341200-HRSS", "role": "KING" }',
      `There is no role "KING"; choose one of ${ROLES.join(', ')}.`,
    ],
    [
      '{ "agency": "310000-NONE", "role": "OFFICER" }',
      'There is no demo unit "310000-NONE"; GET /demo/units lists them.',
    ],
  ])('gives no token for %s', async (body, error) => {
    expect(await askToken(hub.url, body)).toEqual({ status: 400, body: { error } });
  });

  it.each([
    ['is no JSON', '{', 'application/json', 400],
    ['is of another type', 'agency=341200-HRSS', 'application/x-www-form-urlencoded', 415],
    ['is too long', JSON.stringify({ agency: 'A'.repeat(5000) }), 'application/json', 413],
  ])('gives no token for a body that %s', async (_, body, contentType, status) => {
    expect(await askToken(hub.url, body, contentType)).toEqual({
      status,
      body: { error: expect.stringMatching(/^The request cannot be read: .*[^.]\.$/) },
    });
  });
});

describe('a hub without demo data', () => {
  const hub = useHub({ demo: false });

  it('lists no units, and answers whoever asks', async () => {
    expect(await askUnits(hub.url)).toEqual({ status: 200, body: { units: [], roles: [] } });
  });

  it('gives no tokens', async () => {
    const wanted = JSON.stringify({ agency: '310118104-GOV', role: 'OFFICER' });
    expect(await askToken(hub.url, wanted)).toMatchObject({ status: 404 });
  });
});

describe('a hub whose registry fails', () => {
  const log = captureLog();
  const hub = useHub({
    logger: log.logger,
    through: (link) => ({
      name: link.name,
      answer: (body, headers) => link.answer(body, headers),
      isReady: () => link.isReady(),
      answerInternally: async (route, body, headers) => {
        if (route === 'units') throw new Error('no room in rack 7');
        return link.answerInternally(route, body, headers);
      },
    }),
  });

  it('logs why it cannot list the units, and does not say it', async () => {
    const { status, body } = await askUnits(hub.url);
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('rack 7');
    expect(log.lines.filter(({ err }) => err?.message === 'no room in rack 7')).toHaveLength(1);
  });
});

describe('a page that is not built', () => {
  const folder = useFolder();
  const app = Fastify();
  afterAll(() => app.close());

  it('is answered with how to build it, and served as soon as it is', async () => {
    await app.register(pages, { directory: folder.path });
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const get = async (address: string) => {
      const response = await fetch(url + address);
      return [response.status, await response.text()];
    };
    expect(await get('/graphiql')).toEqual([
      503,
      'The page is not built yet: run `npm run build:web`, then load it again.\n',
    ]);

    mkdirSync(path.join(folder.path, 'assets'));
    writeFileSync(path.join(folder.path, 'assets', 'page.js'), 'start()');
    writeFileSync(path.join(folder.path, 'index.html'), '<!doctype html>');
    expect(await get('/graphiql')).toEqual([200, '<!doctype html>']);
    expect(await get('/graphiql/assets/page.js')).toEqual([200, 'start()']);
  });
});
