import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import pino from 'pino';
import { serveSubgraph } from '../../subgraphs/kit/server';
import { SUBGRAPH_NAMES } from '../../subgraphs/names';
import { useHub } from '../support/hub';
import { freePort } from '../support/process';
import { TEST_SECRET } from '../support/server';

const PEERS = path.join(__dirname, '..', '..', 'scripts', 'bench', 'gateway', 'peers');
const HIVE = path.join(PEERS, 'node_modules', '@graphql-hive', 'gateway', 'dist', 'bin.js');
const HOME = '341200-HRSS';
const OUTSIDER = '330421103-REVIEW';
const PURPOSE = '联合培训花名册';

/** Hive Gateway in a process of its own, before the hub's subgraphs. */
class Hive {
  url = '';
  said = '';
  #child: ChildProcess | null = null;

  async open(environment: Record<string, string>): Promise<void> {
    const port = await freePort();
    const config = ['--config-path', path.join(PEERS, 'hub.config.mjs')];
    const address = ['--host', '127.0.0.1', '--port', String(port), '--fork', '1'];
    this.#child = spawn(process.execPath, [HIVE, 'supergraph', ...config, ...address], {
      cwd: PEERS,
      env: { ...process.env, NODE_ENV: '', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (text: Buffer) => {
        this.said += text;
      });
    }
    this.url = `http://127.0.0.1:${port}`;
    for (;;) {
      if (this.#child.exitCode !== null) throw new Error(`Hive Gateway did not start:\n${this.said}`);
      const isReady = await fetch(`${this.url}/graphql?query={__typename}`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (isReady) return;
      await sleep(200);
    }
  }

  async close(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
}

/** What the journeys that read ask, and what tells apart who asks. */
const READINGS: readonly [name: string, agency: string | null, query: string, variables?: object][] = [
  [
    'the overview of a place',
    '310118104-GOV',
    `query PlaceOverview($code: JurisdictionCode!) {
      jurisdiction(code: $code) {
        code name level parent { code name level parent { code name } }
        secondmentsHosted(first: 5) { edges { node { id position status startsOn endsOn officer { name } homeAgency { name jurisdiction { code name } } } } }
        gridCases(first: 5) { edges { node { id number title stage dueAt isOverdue category { code name } } } pageInfo { hasNextPage endCursor } }
        licenseApplications(first: 5) { edges { node { id number shopName kind stage } } }
        supplyBases(first: 5) { edges { node { id name } } }
      }
    }`,
    { code: '310118104' },
  ],
  [
    'pages of the reference data',
    '310118104-GOV',
    '{ jurisdictions(under: "310118", level: TOWNSHIP, first: 4) { edges { node { code name } } pageInfo { hasNextPage endCursor } } }',
  ],
  ['what is not there', '310118104-GOV', '{ jurisdiction(code: "999999") { name } }'],
  [
    'counterparts',
    '341200-AGRI',
    '{ counterparts(of: "341200-AGRI", in: "310106") { function { code name } match agency { code name jurisdiction { code } } } }',
  ],
  [
    'officers, by their home',
    HOME,
    `query Officers { secondments(hostUnder: "310000", homeAgency: "${HOME}", first: 5) { edges { node { id officer { id name phone } } } } }`,
  ],
  [
    'officers, by a stranger',
    OUTSIDER,
    `query Officers { secondments(hostUnder: "310000", homeAgency: "${HOME}", first: 5) { edges { node { id officer { id name phone } } } } }`,
  ],
  [
    'standards side by side',
    '341200-AGRI',
    `{ compareStandards(product: "SWEET_POTATO_MINI", standard: "AH-SWEETPOTATO", with: "SH-MARKET-SWEETPOTATO", on: "2026-11-01") {
      parameter { code name unit } verdict reason
      limits { standard { code issuer { code } } minimum maximum inheritedFrom { code name } } jointMinimum jointMaximum } }`,
  ],
  ['the catalog', OUTSIDER, '{ sharingCatalog { item class fields description updateCycle } }'],
  ['a place, by nobody', null, '{ jurisdiction(code: "341200") { name level parent { name } } }'],
];

const OFFICERS = READINGS[5]?.[2] ?? '';

// Hive Gateway is none of the hub's dependencies: npm ci --ignore-scripts --prefix scripts/bench/gateway/peers
(existsSync(HIVE) ? describe : describe.skip)('Hive Gateway, where it is installed', () => {
  const hub = useHub();
  const withAccess = new Hive();
  const without = new Hive();
  const services: FastifyInstance[] = [];
  const folder = mkdtempSync(path.join(tmpdir(), 'delta-hub-hive-'));

  beforeAll(async () => {
    writeFileSync(path.join(folder, 'demo-issuer.json'), JSON.stringify(hub.key));
    const environment: Record<string, string> = { HUB_DATA_DIR: folder, HUB_SECRET: TEST_SECRET };
    for (const name of SUBGRAPH_NAMES) {
      const service = serveSubgraph(hub.subgraph(name), pino({ level: 'silent' }));
      services.push(service);
      environment[`${name.toUpperCase()}_URL`] = await service.listen({ host: '127.0.0.1', port: 0 });
    }
    await withAccess.open(environment);
    await without.open({ ...environment, HUB_ACCESS: 'off' });
  }, 120_000);

  afterAll(async () => {
    await Promise.all([withAccess.close(), without.close()]);
    await Promise.all(services.map((service) => service.close()));
    rmSync(folder, { recursive: true, force: true });
  });

  const receiptOf = ({ extensions }: { extensions?: Record<string, unknown> }) => extensions?.receipt;
  /** An answer without what names its request. */
  const plain = ({ status, data, errors, extensions }: Awaited<ReturnType<typeof hub.send>>) => {
    const { receipt: _, ...said } = extensions ?? {};
    return { status, data, said, errors: errors?.map(({ extensions: { code } }) => code) };
  };

  it.each(READINGS)('answers as the hub’s own gateway does: %s', async (_, agency, query, variables = {}) => {
    const own = await hub.send(agency, query, { ...variables });
    const hive = await hub.sendAs(agency, { gateway: withAccess.url }, query, { ...variables });
    expect(own.errors).toBeUndefined();
    expect(plain(hive)).toEqual(plain(own));
    expect(typeof receiptOf(hive)).toBe(typeof receiptOf(own));
  });

  it('names what it withholds, from whom and why', async () => {
    const { data, extensions } = await hub.sendAs(OUTSIDER, { gateway: withAccess.url }, OFFICERS);
    const officers = data.secondments.edges.map((edge: { node: { officer: object } }) => edge.node.officer);
    expect(officers.length).toBeGreaterThan(0);
    expect(officers.every(({ phone }: { phone: unknown }) => phone === null)).toBe(true);
    expect(extensions?.withheld).toEqual([
      {
        coordinate: 'Officer.phone',
        item: 'personnel.officer-contact',
        reason: 'NO_GRANT',
        providers: [HOME],
        count: new Set(officers.map(({ id }: { id: string }) => id)).size,
      },
    ]);
  });

  it('opens a grant to who states its purpose, leaves a receipt that the provider reads, and minds that it is revoked', async () => {
    const manner = { gateway: withAccess.url };
    const steward = { ...manner, role: 'STEWARD' as const };
    const nextYear = new Date(Date.now() + 365 * 86_400_000).toISOString().slice(0, 10);
    const requested = await hub.sendAs(
      OUTSIDER,
      manner,
      'mutation Request($input: RequestSharingGrantInput!) { requestSharingGrant(input: $input) { sharingGrant { id } userErrors { code } } }',
      {
        input: {
          ...{ item: 'personnel.officer-contact', provider: HOME, purpose: PURPOSE, validUntil: nextYear },
        },
      },
    );
    const { id } = requested.data.requestSharingGrant.sharingGrant;
    const decided = await hub.sendAs(
      HOME,
      steward,
      'mutation Decide($input: DecideSharingGrantInput!) { decideSharingGrant(input: $input) { sharingGrant { status } userErrors { code } } }',
      { input: { grantId: id, decision: 'APPROVE' } },
    );
    expect(decided.data.decideSharingGrant.sharingGrant.status).toBe('APPROVED');

    const phones = ({ data }: Awaited<ReturnType<typeof hub.send>>): unknown[] =>
      data.secondments.edges.map(
        (edge: { node: { officer: { phone: unknown } } }) => edge.node.officer.phone,
      );
    const silent = await hub.sendAs(OUTSIDER, manner, OFFICERS);
    expect(phones(silent).every((phone) => phone === null)).toBe(true);
    expect(silent.extensions?.withheld).toEqual([expect.objectContaining({ reason: 'NO_PURPOSE' })]);
    const granted = await hub.sendAs(OUTSIDER, { ...manner, purpose: PURPOSE }, OFFICERS);
    expect(phones(granted).every((phone) => typeof phone === 'string')).toBe(true);
    const receipts = await hub.sendAs(
      HOME,
      { role: 'STEWARD' },
      `{ accessReceipts(provider: "${HOME}", first: 20) { edges { node { id consumer { code } purpose operationName } } } }`,
    );
    const left = receipts.data.accessReceipts.edges.map((edge: { node: object }) => edge.node);
    expect(left).toContainEqual({
      ...{ id: (receiptOf(granted) as { id: string }).id, consumer: { code: OUTSIDER } },
      ...{ purpose: PURPOSE, operationName: 'Officers' },
    });

    await hub.sendAs(
      HOME,
      steward,
      'mutation Revoke($input: RevokeSharingGrantInput!) { revokeSharingGrant(input: $input) { userErrors { code } } }',
      { input: { grantId: id, reason: '花名册已完成' } },
    );
    const after = await hub.sendAs(OUTSIDER, { ...manner, purpose: PURPOSE }, OFFICERS);
    expect(phones(after).every((phone) => phone === null)).toBe(true);
  });

  it('refuses a bad token with the hub’s sentence', async () => {
    const manner = { gateway: withAccess.url };
    const headers = { authorization: 'Bearer a.b.c' };
    const hive = await hub.sendAs(null, manner, '{ __typename }', {}, headers);
    const own = await hub.send(null, '{ __typename }', {}, headers);
    expect(plain(hive)).toMatchObject({ status: 401, errors: ['UNAUTHENTICATED'] });
    expect(hive.errors?.[0]?.message).toBe(own.errors?.[0]?.message);
  });

  it('without the plugin is answered as nobody is, whatever its clients send', async () => {
    for (const [, agency, query, variables = {}] of READINGS) {
      const manner = { gateway: without.url, purpose: PURPOSE };
      const bare = await hub.sendAs(agency, manner, query, { ...variables }, { 'hub-viewer': 'v1.e30.x' });
      const nobody = await hub.send(null, query, { ...variables });
      expect(bare.data).toEqual(nobody.data);
      expect(bare.extensions?.receipt).toBeUndefined();
      expect(bare.errors?.map(({ extensions: { code } }) => code)).toEqual(
        nobody.errors?.map(({ extensions: { code } }) => code),
      );
    }
  });
});
