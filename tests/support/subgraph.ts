import pino from 'pino';
import { Database, type Db } from '../../subgraphs/kit/database';
import { SHARING_EXTENSION } from '../../subgraphs/kit/disclosures';
import { Keyring } from '../../subgraphs/kit/keyring';
import type { Language } from '../../subgraphs/kit/language';
import { loginUrls } from '../../subgraphs/kit/migrate';
import { subgraphKey } from '../../subgraphs/kit/signature';
import {
  type RequestHeaders,
  Subgraph,
  type SubgraphDefinition,
  type SubgraphResponse,
} from '../../subgraphs/kit/subgraph';
import { signViewer, VIEWER_HEADER, type Viewer } from '../../subgraphs/kit/viewer';
import { cloneDatabase, DEMO_TEMPLATE, EMPTY_TEMPLATE, TEST_SECRET } from './server';

type Variables = Record<string, unknown>;

/** One subgraph on a database of its own, without a gateway: for the tests of its features. */
export class SubgraphWorld {
  #database: Database | null = null;
  #subgraph: Subgraph | null = null;
  #drop: (() => Promise<void>) | null = null;
  #statements: string[] = [];
  /** What the subgraph takes for now. */
  now = new Date('2026-11-23T02:00:00Z');

  constructor(private readonly definition: SubgraphDefinition) {}

  async open(template: string, poolSize?: number): Promise<void> {
    const clone = await cloneDatabase(template);
    this.#drop = clone.drop;
    this.#database = new Database({
      subgraph: this.definition.name,
      items: this.definition.items,
      ...loginUrls(clone.url, this.definition.name, TEST_SECRET),
      poolSize,
      onStatement: (sql) => this.#statements.push(sql),
    });
    this.#subgraph = new Subgraph(this.definition, this.#database, {
      keyring: new Keyring([TEST_SECRET]),
      logger: pino({ level: 'silent' }),
      clock: () => this.now,
    });
  }

  async close(): Promise<void> {
    await this.#database?.close();
    await this.#drop?.();
  }

  get database(): Database {
    if (!this.#database) throw new Error('the world opens before the first test');
    return this.#database;
  }

  get subgraph(): Subgraph {
    if (!this.#subgraph) throw new Error('the world opens before the first test');
    return this.#subgraph;
  }

  /** Writes past row security and rules, to build what a test needs. */
  async build<Result>(work: (db: Db) => Promise<Result>): Promise<Result> {
    return this.database.asOwner(work, { limitMs: Number.POSITIVE_INFINITY });
  }

  as(viewer: Viewer | null, language: Language = 'en'): Caller {
    return new Caller(this.subgraph, viewer, language);
  }

  /** The statements that `work` sends, without transaction control. */
  async statementsOf(work: () => Promise<unknown>): Promise<string[]> {
    this.#statements = [];
    await work();
    return this.#statements;
  }
}

/** A viewer (or nobody) who asks a subgraph directly. */
export class Caller {
  constructor(
    private readonly subgraph: Subgraph,
    private readonly viewer: Viewer | null,
    private readonly language: Language,
    private readonly headers: RequestHeaders = {},
  ) {}

  #headers(): RequestHeaders {
    const header = this.viewer && {
      [VIEWER_HEADER]: signViewer(this.viewer, {
        subgraph: this.subgraph.name,
        key: subgraphKey(TEST_SECRET, this.subgraph.name),
        now: new Date(),
      }),
    };
    return { 'accept-language': this.language, ...this.headers, ...header };
  }

  async send(query: string, variables: Variables = {}): Promise<SubgraphResponse> {
    const answer = await this.subgraph.answer({ query, variables }, this.#headers());
    // As it would arrive: graphql-js' objects have no prototype, which `toEqual` tells apart.
    return JSON.parse(JSON.stringify(answer));
  }

  /** Sends, and fails unless the answer has data and no errors. */
  // biome-ignore lint/suspicious/noExplicitAny: what a query answers has the shape that the test wrote into the query
  async ask(query: string, variables: Variables = {}): Promise<any> {
    const { data, errors } = await this.send(query, variables);
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  }

  /**
   * A page of what a subscription with one root field gives behind a cursor, and the cursor at its end; from where the feed
   * ends now without one.
   */
  async follow(
    query: string,
    variables: Variables,
    after: string | null = null,
    // biome-ignore lint/suspicious/noExplicitAny: see `ask`
  ): Promise<{ events: any[]; cursor: string; disclosed: unknown[] }> {
    const page = await this.subgraph.events({ query, variables, after }, this.#headers());
    if (!page.events || page.cursor === undefined) throw new Error(JSON.stringify(page.errors));
    const answers = page.events.map(({ answer }) => JSON.parse(JSON.stringify(answer)));
    const failed = answers.find(({ errors }) => errors);
    if (failed) throw new Error(JSON.stringify(failed.errors));
    return {
      events: answers.map(({ data }) => Object.values(data)[0]),
      cursor: page.cursor,
      disclosed: answers.flatMap(({ extensions }) => extensions?.[SHARING_EXTENSION]?.disclosed ?? []),
    };
  }

  /** A mutation with one root field that takes `input`: its payload. */
  // biome-ignore lint/suspicious/noExplicitAny: see `ask`
  async do(mutation: string, input: Variables): Promise<any> {
    return Object.values(await this.ask(mutation, { input }))[0];
  }
}

/** Opens a subgraph for the tests of a file, on a clone of the empty template or of the demo's. */
export function useSubgraph(
  definition: SubgraphDefinition,
  { demo = false, poolSize }: { demo?: boolean; poolSize?: number } = {},
): SubgraphWorld {
  const world = new SubgraphWorld(definition);
  beforeAll(() => world.open(demo ? DEMO_TEMPLATE : EMPTY_TEMPLATE, poolSize));
  afterAll(() => world.close());
  return world;
}
