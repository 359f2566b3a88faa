import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import pino from 'pino';
import { GrantBook } from '../../gateway/access/grants';
import type { Bearer } from '../../gateway/access/tokens';
import { Viewers } from '../../gateway/access/viewers';
import { HttpSubgraphLink, type SubgraphLink } from '../../gateway/subgraph-link';
import type { DirectoryEntry } from '../../subgraphs/kit/directory';
import { subgraphUnavailable } from '../../subgraphs/kit/errors';
import { Keyring } from '../../subgraphs/kit/keyring';
import { RegistryRoutes } from '../../subgraphs/kit/registry-routes';
import { serveSubgraph } from '../../subgraphs/kit/server';
import { signClaims, subgraphKey } from '../../subgraphs/kit/signature';
import { GATEWAY_HEADER, internalAudience } from '../../subgraphs/kit/subgraph';
import { signViewer, VIEWER_HEADER, verifyViewer } from '../../subgraphs/kit/viewer';
import { registry } from '../../subgraphs/registry';
import { useHub } from '../support/hub';
import { TEST_SECRET } from '../support/server';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';

const SILENT = pino({ level: 'silent' });
const GOV: DirectoryEntry = {
  code: '310118104-GOV',
  name: '金泽镇人民政府',
  jurisdiction: '310118104',
  functions: ['GENERAL_GOVERNMENT'],
  remit: ['310118104'],
};
const bearer = (more: Partial<Bearer> = {}): Bearer => ({
  user: '王芳',
  agency: GOV.code,
  roles: ['OFFICER'],
  expiresAt: Date.now() + 60_000,
  ...more,
});

describe('the directory of a gateway', () => {
  /** A registry that knows one unit, and can be away or hang. */
  class Registry implements SubgraphLink {
    readonly name = 'registry';
    isAway = false;
    isHung = false;
    /** Whether something else answers at its address. */
    isReplaced = false;
    unit: DirectoryEntry | null = GOV;
    readonly asked: string[] = [];

    async answerInternally(_: string, body: unknown): Promise<unknown> {
      const { codes } = body as { codes: string[] };
      this.asked.push(...codes);
      if (this.isAway) throw subgraphUnavailable(this.name);
      if (this.isHung) return new Promise(() => {});
      if (this.isReplaced) return [];
      return { agencies: this.unit && codes.includes(this.unit.code) ? [this.unit] : [] };
    }
    async answer(): Promise<never> {
      throw new Error('the directory is no part of the graph');
    }
    async isReady(): Promise<boolean> {
      return !this.isAway;
    }
  }

  let source: Registry;
  let viewers: Viewers;
  let now = 0;
  const keyring = new Keyring([TEST_SECRET]);
  beforeEach(() => {
    now = Date.now();
    jest.spyOn(Date, 'now').mockImplementation(() => now);
    source = new Registry();
    const routes = new RegistryRoutes(source, keyring);
    viewers = new Viewers(routes, keyring, new GrantBook(routes, SILENT));
  });
  afterEach(() => jest.restoreAllMocks());

  const caller = {
    user: '王芳',
    roles: ['OFFICER'],
    agency: GOV.code,
    jurisdiction: GOV.jurisdiction,
    functions: GOV.functions,
    remit: GOV.remit,
    purpose: '联合整治',
  };

  it('says what a unit is and may do', async () => {
    expect(await viewers.callerOf(bearer(), '联合整治')).toEqual(caller);
  });

  it('is asked once for all who come at the same time, and not again for five seconds', async () => {
    await Promise.all([1, 2, 3].map(() => viewers.callerOf(bearer(), null)));
    now += 4_999;
    await viewers.callerOf(bearer(), null);
    expect(source.asked).toEqual([GOV.code]);
    now += 1;
    await viewers.callerOf(bearer(), null);
    expect(source.asked).toEqual([GOV.code, GOV.code]);
  });

  it('follows what changes in the registry', async () => {
    await viewers.callerOf(bearer(), null);
    source.unit = { ...GOV, functions: [] };
    now += 5_000;
    expect(await viewers.callerOf(bearer(), null)).toMatchObject({ functions: [] });
    source.unit = null;
    now += 5_000;
    await expect(viewers.callerOf(bearer(), null)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('still knows a unit while the registry is away', async () => {
    await viewers.callerOf(bearer(), null);
    source.isAway = true;
    now += 60_000;
    expect(await viewers.callerOf(bearer(), '联合整治')).toEqual(caller);
  });

  it('keeps nobody waiting whom it knows while the registry hangs, and nobody else for longer than it may', async () => {
    await viewers.callerOf(bearer(), '联合整治');
    source.isHung = true;
    now += 60_000;
    expect(await viewers.callerOf(bearer(), '联合整治')).toEqual(caller);
    const routes = new RegistryRoutes(source, keyring, 200);
    const others = new Viewers(routes, keyring, new GrantBook(routes, SILENT));
    await expect(others.callerOf(bearer(), null)).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
    source.isHung = false;
    expect(await others.callerOf(bearer(), '联合整治')).toEqual(caller);
  });

  it('forgets a unit that was gone when the registry was last asked', async () => {
    await viewers.callerOf(bearer(), null);
    source.unit = null;
    now += 5_000;
    await expect(viewers.callerOf(bearer(), null)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    source.isAway = true;
    await expect(viewers.callerOf(bearer(), null)).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
  });

  it('takes nothing else for an answer of the registry: neither that there is such a unit nor that there is none', async () => {
    source.isReplaced = true;
    await expect(viewers.callerOf(bearer(), null)).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
    source.isReplaced = false;
    expect((await viewers.callerOf(bearer(), null)).jurisdiction).toBe('310118104');
  });

  it('knows no unit that it never asked for while the registry is away, and knows it once it is back', async () => {
    source.isAway = true;
    await expect(viewers.callerOf(bearer(), null)).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
    source.isAway = false;
    expect(await viewers.callerOf(bearer(), null)).toMatchObject({ agency: GOV.code });
  });

  it('tells each subgraph of a caller under the key of that subgraph', async () => {
    const known = await viewers.callerOf(bearer(), null);
    const header = viewers.headerFor('grid', known);
    const read = (subgraph: string, key: Buffer) =>
      verifyViewer(header, { subgraph, keys: [key], now: new Date() });
    expect(read('grid', subgraphKey(TEST_SECRET, 'grid'))).toMatchObject({ agency: GOV.code, user: '王芳' });
    expect(read('tourism', subgraphKey(TEST_SECRET, 'tourism'))).toBeNull();
    expect(read('tourism', subgraphKey(TEST_SECRET, 'grid'))).toBeNull();
  });

  it('signs a caller once for several requests, and another caller, role or purpose anew', async () => {
    const known = await viewers.callerOf(bearer(), null);
    const header = viewers.headerFor('grid', known);
    expect(viewers.headerFor('grid', await viewers.callerOf(bearer(), null))).toBe(header);
    for (const other of [
      await viewers.callerOf(bearer({ user: '李强' }), null),
      await viewers.callerOf(bearer({ roles: ['STEWARD'] }), null),
      await viewers.callerOf(bearer(), 'a purpose'),
    ]) {
      expect(viewers.headerFor('grid', other)).not.toBe(header);
    }
    expect(viewers.headerFor('tourism', known)).not.toBe(header);
  });
});

describe('a unit with 5,000 grants', () => {
  const hub = useHub();
  const CONSUMER = '310000-YRDOFFICE';
  let app: FastifyInstance;
  let gateway = '';
  let longest = 0;
  beforeAll(async () => {
    await hub.build('registry', (db) =>
      db.raw(`
        WITH units AS (
          INSERT INTO agencies (code, name, jurisdiction)
          SELECT '310118-MANY' || i, '单位', '310118' FROM generate_series(1, 5000) AS i RETURNING code
        ), providers AS (
          SELECT code, CASE WHEN row_number() OVER () <= 100 THEN 'a few' ELSE 'very many' END AS purpose FROM units
          UNION ALL VALUES ('341200-HRSS', 'a few'), ('341200-HRSS', 'very many')
        )
        INSERT INTO sharing_grants (id, item, provider, consumer, purpose, status, valid_from, valid_until,
          requested_at, requested_by, decided_at, decided_by)
        SELECT 'many ' || purpose || code, 'labor-flow.reports', code, '${CONSUMER}', purpose, 'APPROVED',
          '2026-01-01', '2099-12-31', '2025-01-01', '甲', '2025-01-02', '乙' FROM providers`),
    );
    const personnel = hub.subgraph('personnel');
    app = serveSubgraph(personnel, SILENT);
    app.addHook('onRequest', async ({ headers }) => {
      longest = Math.max(longest, String(headers[VIEWER_HEADER] ?? '').length);
    });
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    gateway = await hub.openGateway([new HttpSubgraphLink('personnel', new URL(url), 10_000)]);
  });
  afterAll(() => app?.close());

  const read = async (purpose: string) => {
    const ask = () =>
      hub.sendAs(
        CONSUMER,
        { purpose, gateway },
        '{ laborFlowReports(reportedBy: "341200-HRSS", first: 2) { edges { node { workers } } } }',
      );
    longest = 0;
    let { data, errors } = await ask();
    // On a machine with much to do a gateway may be late to confirm so many; it says so then.
    for (let i = 0; i < 50 && errors?.[0]?.extensions.code === 'GRANTS_UNCONFIRMED'; i += 1) {
      await sleep(100);
      ({ data, errors } = await ask());
    }
    expect(errors).toBeUndefined();
    return data.laborFlowReports.edges.length;
  };

  it.each([
    ['a few', 8_000],
    ['very many', 100_000],
  ])('is shown what those for a purpose open over HTTP, and sends no others: %s', async (purpose, limit) => {
    // Grants count once the gateway knows them, and while it confirms them each second.
    const deadline = Date.now() + 20_000;
    while ((await read(purpose)) === 0 && Date.now() < deadline) await new Promise(setImmediate);
    expect(await read(purpose)).toBe(2);
    expect(longest).toBeGreaterThan(0);
    expect(longest).toBeLessThan(limit);
  });

  it('sends none when it states no purpose of theirs', async () => {
    expect(await read('another')).toBe(0);
    expect(longest).toBeLessThan(1_000);
  });
});

describe('a hub whose registry is away', () => {
  let isAway = false;
  const hub = useHub({
    through: (link) =>
      link.name !== 'registry'
        ? link
        : {
            name: link.name,
            isReady: () => link.isReady(),
            answer: async (body, headers) => {
              if (isAway) throw subgraphUnavailable(link.name);
              return link.answer(body, headers);
            },
            answerInternally: async (path, body, headers) => {
              if (isAway) throw subgraphUnavailable(link.name);
              return link.answerInternally(path, body, headers);
            },
          },
  });
  const FLOW = `{
    laborFlow(origin: "341200", destination: "310000", month: "2026-09") {
      origin { code name }
      reportedByOrigin { workers reportedBy { code name } }
    }
  }`;
  const unavailable = (language: 'en' | 'zh') => ({
    message: {
      en: 'The registry subgraph does not answer, so its fields are missing. Try again shortly.',
      zh: 'registry 子图暂时无法响应，其字段缺失，请稍后重试。',
    }[language],
    extensions: { code: 'SUBGRAPH_UNAVAILABLE', subgraph: 'registry' },
  });

  beforeAll(async () => {
    await hub.send('341200-HRSS', '{ __typename }');
    isAway = true;
  });

  it('answers units that it knows, with all that is not the registry’s own', async () => {
    expect(await hub.send('341200-HRSS', FLOW)).toMatchObject({
      status: 200,
      data: { laborFlow: { origin: null, reportedByOrigin: { workers: 412_600, reportedBy: null } } },
      errors: [unavailable('en')],
    });
  });

  it.each(['en', 'zh'] as const)('tells a unit that it does not know to come again: %s', async (language) => {
    expect(await hub.send('310118104-GOV', FLOW, {}, { 'accept-language': language })).toEqual({
      status: 503,
      errors: [unavailable(language)],
    });
  });

  it('answers nobody as before', async () => {
    const { status, errors } = await hub.send(null, FLOW);
    expect([status, errors?.map((error) => error.extensions.code)]).toEqual([200, ['UNAUTHENTICATED']]);
  });
});

describe('a subgraph that is asked directly', () => {
  const world = useSubgraph(registry, { demo: true });
  let app: FastifyInstance;
  let url = '';
  beforeAll(async () => {
    app = serveSubgraph(world.subgraph, SILENT);
    url = await app.listen({ host: '127.0.0.1', port: 0 });
  });
  afterAll(() => app.close());

  const steward = viewer('310118104-GOV', { roles: ['STEWARD'], functions: ['GENERAL_GOVERNMENT'] });
  const sign = (to: { subgraph?: string; secret?: string; now?: Date } = {}) => {
    const { subgraph = 'registry', secret = TEST_SECRET, now = new Date() } = to;
    return signViewer(steward, { subgraph, key: subgraphKey(secret, subgraph), now });
  };
  const ask = async (headers: Record<string, string>) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({
        query: '{ agency(code: "310118104-GOV") { code } jurisdiction(code: "310000") { code } }',
      }),
    });
    const { data, errors = [] } = (await response.json()) as {
      data: unknown;
      errors?: { extensions: { code: string } }[];
    };
    return { data, codes: errors.map((error) => error.extensions.code) };
  };

  it('answers the viewer that a gateway signed', async () => {
    expect(await ask({ [VIEWER_HEADER]: sign() })).toEqual({
      data: { agency: { code: '310118104-GOV' }, jurisdiction: { code: '310000' } },
      codes: [],
    });
  });

  const minutes = (count: number) => new Date(Date.now() + count * 60_000);
  it.each<[string, () => Record<string, string>]>([
    ['no viewer', () => ({})],
    ['an empty one', () => ({ [VIEWER_HEADER]: '' })],
    [
      'one that is not signed',
      () => ({ [VIEWER_HEADER]: `v1.${Buffer.from(JSON.stringify(steward)).toString('base64url')}.` }),
    ],
    ['one under another secret', () => ({ [VIEWER_HEADER]: sign({ secret: 'guessed' }) })],
    ['one that was changed', () => ({ [VIEWER_HEADER]: sign().replace(/\.[\w-]{3}/, '.AAA') })],
    ['one of a minute ago', () => ({ [VIEWER_HEADER]: sign({ now: minutes(-1) }) })],
    ['one of the future', () => ({ [VIEWER_HEADER]: sign({ now: minutes(5) }) })],
    ['one for another subgraph', () => ({ [VIEWER_HEADER]: sign({ subgraph: 'grid' }) })],
    [
      "a gateway's proof in its place",
      () => ({
        [VIEWER_HEADER]: signClaims(steward, {
          audience: internalAudience('registry'),
          key: subgraphKey(TEST_SECRET, 'registry'),
          now: new Date(),
        }),
      }),
    ],
    ['a bearer token, which is for gateways', () => ({ authorization: 'Bearer a.b.c' })],
  ])('answers as to nobody with %s', async (_, headers) => {
    expect(await ask(headers())).toEqual({
      data: { agency: null, jurisdiction: { code: '310000' } },
      codes: ['UNAUTHENTICATED'],
    });
  });

  it('says beside the answer that a viewer did not count, so that nobody takes it for the viewer’s', async () => {
    const answerTo = (headers: Record<string, string>) =>
      world.subgraph.answer({ query: '{ jurisdiction(code: "310000") { code } }' }, headers);
    const past = await answerTo({ [VIEWER_HEADER]: sign({ now: minutes(-1) }) });
    expect(past.extensions).toEqual({ hubViewerRefused: true });
    expect((await answerTo({ [VIEWER_HEADER]: sign() })).extensions).toBeUndefined();
    expect((await answerTo({})).extensions).toBeUndefined();
  });

  it.each<[string, Record<string, string>]>([
    ['without a proof', {}],
    ["with a viewer's header in its place", { [GATEWAY_HEADER]: sign() }],
  ])('has nothing at its internal routes for those who come %s', async (_, headers) => {
    const response = await fetch(`${url}/internal/agencies`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ codes: ['310118104-GOV'] }),
    });
    expect([response.status, await response.json()]).toEqual([404, { error: 'There is nothing here.' }]);
  });
});
