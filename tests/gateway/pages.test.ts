import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
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

describe('the page', () => {
  const folder = useFolder();
  const app = Fastify();
  let url = '';
  beforeAll(async () => {
    await app.register(pages, { directory: path.join(folder.path, 'dist') });
    url = await app.listen({ host: '127.0.0.1', port: 0 });
  });
  beforeEach(() => rmSync(path.join(folder.path, 'dist'), { recursive: true, force: true }));
  afterAll(() => app.close());

  const build = (): void => {
    const assets = path.join(folder.path, 'dist', 'assets');
    mkdirSync(assets, { recursive: true });
    writeFileSync(path.join(assets, 'page.js'), 'start()');
    writeFileSync(path.join(assets, 'page.js.gz'), gzipSync('start()'));
    writeFileSync(path.join(folder.path, 'dist', 'graphiql.html'), '<!doctype html>');
  };

  it('says how to build it, and is served as soon as it is', async () => {
    const missing = await fetch(`${url}/graphiql`);
    expect([missing.status, await missing.text()]).toEqual([
      503,
      'The page is not built yet: run `npm run build:web`, then load it again.\n',
    ]);
    build();
    const page = await fetch(`${url}/graphiql`);
    expect([page.status, await page.text()]).toEqual([200, '<!doctype html>']);
  });

  it('is asked for anew each time, and its assets once', async () => {
    build();
    const cacheControl = async (address: string) => (await fetch(url + address)).headers.get('cache-control');
    expect(await cacheControl('/graphiql')).toBe('no-cache');
    expect(await cacheControl('/assets/page.js')).toBe('public, max-age=31536000, immutable');
  });

  it.each([
    ['gzip', 'gzip'],
    ['identity', null],
  ])('has assets that come to who accepts %s in the encoding %s', async (accepted, encoding) => {
    build();
    const asset = await fetch(`${url}/assets/page.js`, { headers: { 'accept-encoding': accepted } });
    expect([asset.headers.get('content-encoding'), asset.headers.get('vary')]).toEqual([
      encoding,
      'accept-encoding',
    ]);
    expect(asset.headers.get('content-type')).toBe('application/javascript; charset=utf-8');
    expect(await asset.text()).toBe('start()');
  });

  it.each(['/graphiql', '/assets/page.js'])('lets nothing but itself run in %s', async (address) => {
    build();
    const { headers } = await fetch(url + address);
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none';script-src 'self';/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });
});
