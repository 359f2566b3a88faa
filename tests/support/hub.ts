import type { FastifyInstance } from 'fastify';
import type { JWK } from 'jose';
import pino, { type Logger } from 'pino';
import { startGateway } from '../../gateway';
import { demoIssuer, generateDemoKey, mintDemoToken } from '../../gateway/access/demo-issuer';
import type { SubgraphLink } from '../../gateway/subgraph-link';
import { SUBGRAPHS } from '../../subgraphs';
import { type RunningSubgraph, startSubgraph } from '../../subgraphs/kit/start';
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

/** The whole hub in the test's process, listening on a free port. */
export class HubWorld {
  url = '';
  #app: FastifyInstance | null = null;
  #key: JWK | null = null;
  #subgraphs: RunningSubgraph[] = [];
  #drop: (() => Promise<void>) | null = null;
  #statements: string[] = [];

  /** `through` may put something between the gateway and its subgraphs. */
  async open(template: string, through: (link: SubgraphLink) => SubgraphLink, logger: Logger): Promise<void> {
    const clone = await cloneDatabase(template);
    this.#drop = clone.drop;
    const hasDemo = template === DEMO_TEMPLATE;
    const key = await generateDemoKey();
    this.#key = key;
    for (const definition of SUBGRAPHS) {
      this.#subgraphs.push(
        await startSubgraph(definition, {
          adminUrl: clone.url,
          hubSecret: TEST_SECRET,
          hasDemo,
          logger,
          onStatement: (sql) => this.#statements.push(sql),
        }),
      );
    }
    const { app, url } = await startGateway({
      host: '127.0.0.1',
      port: 0,
      hubSecret: TEST_SECRET,
      issuers: hasDemo ? [] : [demoIssuer(key)],
      demoKey: hasDemo ? key : null,
      links: this.#subgraphs.map(({ subgraph }) => through(subgraph)),
      logger,
    });
    this.#app = app;
    this.url = url;
  }

  async close(): Promise<void> {
    await this.#app?.close();
    for (const { stop } of this.#subgraphs) await stop();
    await this.#drop?.();
  }

  /** The store methods whose statements `work` sends, in all subgraphs, in the order of their names. */
  async statementsOf(work: () => Promise<unknown>): Promise<string[]> {
    this.#statements = [];
    await work();
    return this.#statements
      .map((sql) => /^\/\* (.+?) \*\//.exec(sql)?.[1] ?? sql)
      .filter((name) => name !== 'feed.sequence')
      .sort();
  }

  async token(agency: string, role = 'OFFICER'): Promise<string> {
    if (!this.#key) throw new Error('the hub opens before the first test');
    return mintDemoToken(this.#key, { agency, roles: [role], user: 'tester' });
  }

  /** Sends as an officer of a unit, or as nobody. */
  async send(
    agency: string | null,
    query: string,
    variables: Record<string, unknown> = {},
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const authorization: Record<string, string> =
      agency === null ? {} : { authorization: `Bearer ${await this.token(agency)}` };
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...authorization, ...headers },
      body: JSON.stringify({ query, variables }),
    });
    return { status: response.status, ...((await response.json()) as Omit<Answer, 'status'>) };
  }
}

/** Opens a hub for the tests of a file. */
export function useHub({
  demo = true,
  through = (link: SubgraphLink) => link,
  logger = pino({ level: 'silent' }),
} = {}): HubWorld {
  const world = new HubWorld();
  beforeAll(() => world.open(demo ? DEMO_TEMPLATE : EMPTY_TEMPLATE, through, logger));
  afterAll(() => world.close());
  return world;
}
