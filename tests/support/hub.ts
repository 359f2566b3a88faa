import type { FastifyInstance } from 'fastify';
import type { JWK } from 'jose';
import pino, { type Logger } from 'pino';
import { request } from 'undici';
import { startGateway } from '../../gateway';
import { demoIssuer, generateDemoKey, mintDemoToken } from '../../gateway/access/demo-issuer';
import type { Issuer } from '../../gateway/access/tokens';
import type { RegisteredDocuments } from '../../gateway/documents';
import type { FaultSettings } from '../../gateway/faults/settings';
import type { Limits } from '../../gateway/limits/limits';
import type { LiveLimits } from '../../gateway/live/live';
import type { ProviderOptions } from '../../gateway/sign-in/provider';
import type { SubgraphLink } from '../../gateway/subgraph-link';
import { SUBGRAPHS } from '../../subgraphs';
import type { Db } from '../../subgraphs/kit/database';
import { Keyring } from '../../subgraphs/kit/keyring';
import { type RunningSubgraph, startSubgraph } from '../../subgraphs/kit/start';
import type { Subgraph, SubgraphDefinition } from '../../subgraphs/kit/subgraph';
import type { Tracing } from '../../subgraphs/kit/tracing';
import type { Role } from '../../subgraphs/kit/viewer';
import { cloneDatabase, DEMO_TEMPLATE, EMPTY_TEMPLATE, TEST_SECRET } from './server';

interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what a query answers has the shape that the test wrote into the query
  data?: any;
  errors?: {
    message: string;
    path?: (string | number)[];
    extensions: { code: string } & Record<string, unknown>;
  }[];
  extensions?: Record<string, unknown>;
}

/** How a unit comes to the hub: as which of its people, what for, and through which gateway. */
interface Manner {
  role?: Role;
  /** As people write it; sent percent-encoded. */
  purpose?: string;
  /** The hub's own gateway when left out. */
  gateway?: string;
}

/** Tests start gateways beside one another in one process, which is late meanwhile without being overloaded. */
const LATENESS_MS = 60_000;

const SILENT = pino({ level: 'silent' });

/** What gateways and subgraphs ask at times of their own. */
const IN_THE_BACKGROUND = new Set([
  'feed.sequence',
  'feed.watch',
  'grants.approved',
  'agencies.directoryVersion',
]);

interface HubOptions {
  demo?: boolean;
  logger?: Logger;
  /** What the hub is made of; its own subgraphs when left out. */
  definitions?: readonly SubgraphDefinition[];
  /** Whose tokens it takes, beside those of the tests. */
  issuers?: () => Promise<readonly Issuer[]>;
  /** Limits of requests other than the usual. */
  limits?: Partial<Limits>;
  /** Documents that are registered, and whether nothing else is answered. */
  documents?: RegisteredDocuments;
  /** How long things may take, other than usual. */
  faults?: Partial<FaultSettings>;
  /** Where people may sign in to the pages. */
  signIn?: readonly ProviderOptions[];
  /** Limits of subscriptions other than the usual. */
  live?: Partial<LiveLimits>;
  /** The supergraph that gateways serve; the committed one when left out. */
  supergraphFile?: () => string;
  /** Whether the hub's own gateway tells Prometheus what it counts. */
  metrics?: boolean;
  /** From how many milliseconds on an operation is logged with its plan. */
  slowMs?: number;
  /** What records traces. */
  tracing?: () => Promise<Tracing>;
  /** Whether callers decide what is recorded. */
  trustsCallerTraces?: boolean;
  /** Puts something between the gateway and its subgraphs. */
  through?: (link: SubgraphLink) => SubgraphLink;
  /** Puts something between a subgraph and its database, by the address under which it finds it. */
  databaseUrlOf?: (subgraph: string, url: string) => Promise<string>;
}

/** The whole hub in the test's process, listening on a free port. */
export class HubWorld {
  url = '';
  /** Where the hub's own gateway tells what it counts. */
  metricsUrl = '';
  #gateways = new Map<string, FastifyInstance>();
  #links: SubgraphLink[] = [];
  #issuers: readonly Issuer[] = [];
  #key: JWK | null = null;
  #subgraphs: RunningSubgraph[] = [];
  #tracing: Tracing | undefined;
  #drop: (() => Promise<void>) | null = null;
  #statements: string[] = [];
  /** What was minted before, for the same person of the same unit. */
  readonly #tokens = new Map<string, Promise<string>>();

  constructor(private readonly options: HubOptions) {}

  async open(): Promise<void> {
    const {
      definitions = SUBGRAPHS,
      issuers = async () => [],
      through = (link: SubgraphLink) => link,
      databaseUrlOf = async (_: string, url: string) => url,
    } = this.options;
    const clone = await cloneDatabase(this.#hasDemo ? DEMO_TEMPLATE : EMPTY_TEMPLATE);
    this.#drop = clone.drop;
    this.#key = await generateDemoKey();
    this.#tracing = await this.options.tracing?.();
    this.#issuers = [...(await issuers()), ...(this.#hasDemo ? [] : [demoIssuer(this.#key)])];
    for (const definition of definitions) {
      this.#subgraphs.push(
        await startSubgraph(definition, {
          adminUrl: await databaseUrlOf(definition.name, clone.url),
          keyring: new Keyring([TEST_SECRET]),
          hasDemo: this.#hasDemo,
          registry: this.#subgraphs.find(({ subgraph }) => subgraph.name === 'registry')?.subgraph,
          logger: this.#logger,
          tracing: this.#tracing,
          onStatement: (sql) => this.#statements.push(sql),
        }),
      );
    }
    this.#links = this.#subgraphs.map(({ subgraph }) => through(subgraph));
    this.url = await this.openGateway();
  }

  get #hasDemo(): boolean {
    return this.options.demo ?? true;
  }

  get #logger(): Logger {
    return this.options.logger ?? SILENT;
  }

  /**
   * Starts one more gateway over the same subgraphs, or reaching some of them by other links, with limits of its own; its
   * address.
   */
  async openGateway(
    otherLinks: readonly SubgraphLink[] = [],
    {
      limits = this.options.limits,
      faults = this.options.faults,
      slowMs = this.options.slowMs,
      documents = this.options.documents,
      signIn = this.options.signIn,
      demo = this.#hasDemo,
      trustsCallerTraces = this.options.trustsCallerTraces,
    }: Pick<
      HubOptions,
      'limits' | 'faults' | 'slowMs' | 'documents' | 'signIn' | 'demo' | 'trustsCallerTraces'
    > = {},
  ): Promise<string> {
    const key = this.#key;
    if (!key) throw new Error('the hub opens before the first test');
    const links = this.#links.map((link) => otherLinks.find(({ name }) => name === link.name) ?? link);
    const { app, url, metricsUrl } = await startGateway({
      host: '127.0.0.1',
      port: 0,
      keyring: new Keyring([TEST_SECRET]),
      issuers: this.#issuers,
      signIn,
      demoKey: demo ? key : null,
      links,
      supergraphFile: this.options.supergraphFile?.(),
      limits,
      faults: { delayMs: LATENESS_MS, ...faults },
      slowMs,
      documents,
      ...(this.options.metrics && this.url === '' && { metricsPort: 0 }),
      live: this.options.live,
      tracing: this.#tracing,
      trustsCallerTraces,
      logger: this.#logger,
    });
    if (metricsUrl !== null) this.metricsUrl = metricsUrl;
    this.#gateways.set(url, app);
    return url;
  }

  /** The key of the tokens that tests send; for a gateway that is not the hub's own. */
  get key(): JWK {
    if (!this.#key) throw new Error('the hub opens before the first test');
    return this.#key;
  }

  /** Closes one of the gateways; resolves once the requests that it had are answered. */
  async closeGateway(url: string): Promise<void> {
    const app = this.#gateways.get(url);
    this.#gateways.delete(url);
    await app?.close();
  }

  async close(): Promise<void> {
    for (const url of this.#gateways.keys()) await this.closeGateway(url);
    for (const { stop } of this.#subgraphs) await stop();
    await this.#drop?.();
  }

  /** A subgraph, past the gateway. */
  subgraph(name: string): Subgraph {
    const running = this.#subgraphs.find(({ subgraph }) => subgraph.name === name);
    if (!running) throw new Error(`the hub has no subgraph ${name}`);
    return running.subgraph;
  }

  /** Writes past row security and rules, to build what a test needs. */
  async build<Result>(subgraph: string, work: (db: Db) => Promise<Result>): Promise<Result> {
    return this.subgraph(subgraph).database.asOwner(work, { limitMs: Number.POSITIVE_INFINITY });
  }

  /** Brings the subgraphs' copies of the directory up to date after units were built in the registry. */
  async refreshDirectories(): Promise<void> {
    for (const { directory } of this.#subgraphs) await directory?.refresh();
  }

  /** The store methods whose statements `work` sends, in all subgraphs, in the order of their names. */
  async statementsOf(work: () => Promise<unknown>): Promise<string[]> {
    this.#statements = [];
    await work();
    return this.#statements
      .map((sql) => /^\/\* (.+?) \*\//.exec(sql)?.[1] ?? sql)
      .filter((name) => !IN_THE_BACKGROUND.has(name))
      .sort();
  }

  async token(agency: string, role: Role = 'OFFICER', hours = 12): Promise<string> {
    if (!this.#key) throw new Error('the hub opens before the first test');
    const id = `${agency} ${role} ${hours}`;
    const token =
      this.#tokens.get(id) ?? mintDemoToken(this.#key, { agency, roles: [role], user: 'tester', hours });
    this.#tokens.set(id, token);
    return token;
  }

  /** Sends as an officer of a unit, or as nobody. */
  async send(
    agency: string | null,
    query: string,
    variables: Record<string, unknown> = {},
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    return this.sendAs(agency, {}, query, variables, headers);
  }

  /** Sends as someone of a unit, or as nobody, in a manner of the test's choice. */
  async sendAs(
    agency: string | null,
    { role = 'OFFICER', purpose, gateway = this.url }: Manner,
    query: string,
    variables: Record<string, unknown> = {},
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    // What `fetch` is made of, for a third of its time.
    const { statusCode, body } = await request(`${gateway}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(agency !== null && { authorization: `Bearer ${await this.token(agency, role)}` }),
        ...(purpose !== undefined && { 'hub-purpose': encodeURIComponent(purpose) }),
        ...headers,
      },
      body: JSON.stringify({ query, variables }),
    });
    return { status: statusCode, ...((await body.json()) as Omit<Answer, 'status'>) };
  }
}

/** Opens a hub for the tests of a file. */
export function useHub(options: HubOptions = {}): HubWorld {
  const world = new HubWorld(options);
  beforeAll(() => world.open());
  afterAll(() => world.close());
  return world;
}
