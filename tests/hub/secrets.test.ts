import { chmodSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { JWK } from 'jose';
import pg from 'pg';
import pino from 'pino';
import { startGateway } from '../../gateway';
import { generateDemoKey, mintDemoToken } from '../../gateway/access/demo-issuer';
import { HttpSubgraphLink, type SubgraphLink } from '../../gateway/subgraph-link';
import { readConfig } from '../../scripts/config';
import { DataDirectory } from '../../scripts/data-directory';
import { liveKeyringOf } from '../../scripts/keyring';
import { Running } from '../../scripts/lifecycle';
import { SUBGRAPHS } from '../../subgraphs';
import type { Keyring } from '../../subgraphs/kit/keyring';
import { loginUrls } from '../../subgraphs/kit/migrate';
import { isKeyOf } from '../../subgraphs/kit/receipt-heads';
import { serveSubgraph } from '../../subgraphs/kit/server';
import { subgraphKey } from '../../subgraphs/kit/signature';
import { type RunningSubgraph, startSubgraph } from '../../subgraphs/kit/start';
import { signViewer, VIEWER_HEADER } from '../../subgraphs/kit/viewer';
import { SUBGRAPH_NAMES } from '../../subgraphs/names';
import { ChainCheck } from '../../subgraphs/registry/receipts/rules';
import { readChain } from '../../subgraphs/registry/receipts/store';
import { ask, ScriptProcess, useFolder } from '../support/process';
import { viewer } from '../support/viewer';

jest.setTimeout(120_000);

const SILENT = pino({ level: 'silent' });
const [OLD, NEW] = ['the old secret of the hub', 'the new secret of the hub'];

/** Reads what another unit reported, so that each answer has a receipt. */
const REPORTS =
  '{ laborFlowReports(month: "2026-09", reportedBy: "341200-HRSS", first: 3) { edges { node { workers } } } }';

/**
 * Five subgraphs and two gateways that meet over HTTP only, each with an eye of its own on the file of secrets. Logins
 * belong to a whole server, so it is one of this file's own.
 */
class SeparateHub {
  readonly #running = new Running();
  databaseUrl = '';
  #token = '';
  gateways: string[] = [];
  readonly subgraphs = new Map<string, RunningSubgraph>();

  constructor(readonly file: string) {}

  async start(folder: string): Promise<void> {
    // PostgreSQL runs as a user of its own when the tests are root's, and must pass through.
    chmodSync(folder, 0o711);
    const server = new ScriptProcess(
      '../tests/support/postgres-server.ts',
      [path.join(folder, 'postgres')],
      {},
    );
    this.#running.add(() => server.end());
    [, this.databaseUrl = ''] = await server.says(/^PostgreSQL (\S+)$/m);
    const links: SubgraphLink[] = [];
    for (const definition of SUBGRAPHS) {
      const running = await startSubgraph(definition, {
        adminUrl: this.databaseUrl,
        keyring: this.#keyring(),
        hasDemo: ['registry', 'personnel'].includes(definition.name),
        registry: links[0],
        logger: SILENT,
      });
      this.#running.add(running.stop);
      this.subgraphs.set(definition.name, running);
      links.push(await this.#serve(definition.name, serveSubgraph(running.subgraph, SILENT)));
    }
    const demoKey: JWK = await generateDemoKey();
    this.#token = await mintDemoToken(demoKey, { agency: '310000-HRSS', roles: ['OFFICER'], user: 'u' });
    for (const _ of [1, 2]) {
      const gateway = { host: '127.0.0.1', port: 0, issuers: [], demoKey, links, logger: SILENT };
      const { app, url } = await startGateway({ ...gateway, keyring: this.#keyring() });
      this.#running.add(() => app.close());
      this.gateways.push(url);
    }
  }

  async ask(gateway: string) {
    return ask(gateway, this.#token, REPORTS);
  }

  stop(): Promise<void> {
    return this.#running.stop();
  }

  #keyring(): Keyring {
    const config = readConfig({ HUB_SECRET_FILE: this.file }, SUBGRAPH_NAMES);
    const data = () => new DataDirectory('/nowhere');
    return liveKeyringOf(config, data, { running: this.#running, logger: SILENT });
  }

  async #serve(name: string, app: FastifyInstance): Promise<SubgraphLink> {
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    this.#running.add(() => app.close());
    const link = new HttpSubgraphLink(name, new URL(url), 10_000);
    this.#running.add(() => link.close());
    return link;
  }
}

const folder = useFolder();
let hub: SeparateHub;
/** As one who knows what a half-written file does. */
const write = (...secrets: string[]) => {
  writeFileSync(`${hub.file}.new`, secrets.map((secret) => `${secret}\n`).join(''));
  renameSync(`${hub.file}.new`, hub.file);
};
beforeAll(async () => {
  hub = new SeparateHub(path.join(folder.path, 'secrets'));
  write(OLD);
  await hub.start(folder.path);
});
afterAll(() => hub.stop());

const letsIn = async (secret: string): Promise<string[]> => {
  const tried = SUBGRAPH_NAMES.flatMap((name) =>
    Object.values(loginUrls(hub.databaseUrl, name, secret)).map(async (connectionString) => {
      const client = new pg.Client({ connectionString });
      try {
        await client.connect();
        return [name];
      } catch {
        return [];
      } finally {
        await client.end().catch(() => {});
      }
    }),
  );
  return [...new Set((await Promise.all(tried)).flat())];
};

it('takes a new secret while it is asked, and no request fails', async () => {
  const answers: { status: number; receipt: unknown; figures: number | undefined }[] = [];
  let isOver = false;
  const callers = [0, 1, 2, 3].map(async (caller) => {
    while (!isOver) {
      const { status, data, extensions } = (await hub.ask(hub.gateways[caller % 2] ?? '')) as Awaited<
        ReturnType<typeof ask>
      > & { extensions?: { receipt?: unknown } };
      answers.push({
        ...{ status, receipt: extensions?.receipt },
        figures: data?.laborFlowReports?.edges.length,
      });
    }
  });
  const counts: number[] = [];
  for (const secrets of [[OLD, NEW], [NEW, OLD], [NEW]]) {
    write(...secrets);
    await wait(2_500);
    // Each step is made under traffic, however slow the machine is.
    while (answers.length <= (counts.at(-1) ?? 0) + 10) await wait(50);
    counts.push(answers.length);
  }
  await wait(300);
  isOver = true;
  await Promise.all(callers);

  const aReceipt = { id: expect.any(String), hash: expect.any(String) };
  const failed = answers.filter(({ status, figures }) => status !== 200 || figures !== 3);
  expect(failed).toEqual([]);
  expect(answers[0]).toEqual({ status: 200, receipt: aReceipt, figures: 3 });

  expect(await letsIn(NEW)).toEqual(SUBGRAPH_NAMES);
  expect(await letsIn(OLD)).toEqual([]);
  // More at once than there are connections, so that new ones are opened.
  const crowd = await Promise.all(Array.from({ length: 40 }, (_, i) => hub.ask(hub.gateways[i % 2] ?? '')));
  expect(crowd.filter(({ status, errors }) => status !== 200 || errors)).toEqual([]);
});

it('takes nothing that the old secret signed, once it is gone', async () => {
  const registry = hub.subgraphs.get('registry')?.subgraph;
  const under = async (secret: string) => {
    const key = subgraphKey(secret, 'registry');
    const header = signViewer(viewer('310000-HRSS'), { subgraph: 'registry', key, now: new Date() });
    const query = '{ agency(code: "310000-HRSS") { code } }';
    return (await registry?.answer({ query }, { [VIEWER_HEADER]: header }))?.data?.agency;
  };
  expect([await under(OLD), await under(NEW)]).toEqual([null, { code: '310000-HRSS' }]);
});

it('keeps one chain of receipts, whose heads the new secret vouches for and the old key leads to', async () => {
  await wait(500);
  const registry = hub.subgraphs.get('registry');
  const check = (secret: string) =>
    registry?.subgraph.database.asOwner(async (db) => {
      const chain = new ChainCheck((key) => isKeyOf([secret], key));
      for await (const entry of readChain(db)) expect(chain.add(entry)).toBeNull();
      expect(chain.end()).toBeNull();
      return { receipts: chain.receipts, vouchedUpTo: chain.vouchedUpTo, keys: chain.vouchers.length };
    });
  const byNew = await check(NEW);
  expect(byNew).toEqual({ receipts: byNew?.receipts, vouchedUpTo: byNew?.receipts, keys: 1 });
  // Whoever knows the old key alone is led to the new one by its endorsement.
  expect(await check(OLD)).toEqual({ ...byNew, keys: 2 });
});
