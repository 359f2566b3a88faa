import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { buildSchema, graphql } from 'graphql';
import { sdlOf } from '../../subgraphs/kit/sdl';

export const TOKEN = 'a.good.token';

export interface Row {
  origin: string;
  destination: string;
  sector: string;
  workers: number;
}

export interface Submission {
  batchKey: string;
  month: string;
  side: string;
  definition: { minimumStayMonths: number; includesFlexible: boolean; referenceDay: string };
  rows: Row[];
}

interface UserError {
  code: string;
  message: string;
  path: string[];
}

export interface Change extends Row {
  action: string;
  month: string;
  side: string;
  revision: number;
  definition: Submission['definition'];
  reportedBy: string;
  changedAt: string;
}

/** What happens to a request: `before` it did anything or `after` it did all, the connection may be cut. */
export type Fate =
  | 'answered'
  | 'cut before'
  | 'cut after'
  | { status: number; headers?: Record<string, string>; body?: unknown };

// The contract itself, so that a question that it does not know is refused here as the hub would.
const schema = buildSchema(`type Query { _: Int }\ntype Mutation { _: Int }\n${sdlOf('personnel')}`, {
  assumeValidSDL: true,
});

/**
 * A hub in memory that knows labor flows and nothing else, and fails as it is told to. What it holds outlives its
 * connections: it may stop and start again on the same port.
 */
export class LaborFlowHub {
  #app: FastifyInstance | null = null;
  #port = 0;
  readonly #batches = new Map<string, { content: string; answer: object }>();
  /** The figures as they stand: `341225>310118:C` → workers. */
  readonly figures = new Map<string, number>();
  /** How often each figure was written: counting twice would show here. */
  readonly writes = new Map<string, number>();
  /** What arrived, in order. */
  readonly submissions: Submission[] = [];
  keepsSubmissions = true;
  readonly feed: Change[] = [];
  /** What the caller may see: part of every cursor. */
  rights = 'all';
  now = () => new Date();
  /** May wait before it decides. `count` says how many requests came before this one. */
  fate: (count: number) => Fate | Promise<Fate> = () => 'answered';
  refuses: (row: Row, submission: Submission) => Omit<UserError, 'path'> | null = () => null;
  refusesAll: UserError | null = null;
  #requests = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}/graphql`;
  }

  get requests(): number {
    return this.#requests;
  }

  async start(): Promise<void> {
    const app = Fastify({ bodyLimit: 8 * 1024 * 1024, forceCloseConnections: true });
    app.post<{ Body: { query: string; variables: Record<string, unknown> } }>(
      '/graphql',
      async (request, reply) => {
        const fate = await this.fate(this.#requests++);
        if (fate === 'cut before') return cut(reply);
        if (typeof fate === 'object') {
          return reply
            .code(fate.status)
            .headers(fate.headers ?? {})
            .send(fate.body ?? 'no');
        }
        if (request.headers.authorization !== `Bearer ${TOKEN}`) {
          return reply.code(401).send(failure('UNAUTHENTICATED', 'Sign in first.'));
        }
        const answer = await graphql({
          schema,
          source: request.body.query,
          variableValues: request.body.variables,
          rootValue: {
            submitLaborFlowReports: ({ input }: { input: Submission }) => this.#submit(input, 'rows'),
            submitLaborFlowLines: ({ input }: { input: Omit<Submission, 'rows'> & { lines: string } }) => {
              const { lines, ...head } = input;
              return this.#submit({ ...head, rows: lines.split('\n').map(rowOf) }, 'lines');
            },
            laborFlowChanges: (page: { after?: string; first: number }) => this.#changes(page),
          },
        });
        if (fate === 'cut after') return cut(reply);
        return JSON.parse(JSON.stringify(answer));
      },
    );
    await app.listen({ host: '127.0.0.1', port: this.#port });
    this.#app = app;
    this.#port = (app.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    await this.#app?.close();
    this.#app = null;
  }

  #submit(submission: Submission, field: 'rows' | 'lines') {
    if (this.keepsSubmissions) this.submissions.push(submission);
    const { batchKey, rows } = submission;
    const content = JSON.stringify({ ...submission, batchKey: undefined });
    const earlier = this.#batches.get(batchKey);
    if (earlier?.content === content) return { batch: earlier.answer, userErrors: [] };
    const userErrors: UserError[] = earlier
      ? [{ code: 'CONFLICT', message: 'The key was used for another batch.', path: ['batchKey'] }]
      : this.refusesAll
        ? [this.refusesAll]
        : rows.flatMap((row, i) => {
            const refusal = this.refuses(row, submission);
            return refusal ? [{ ...refusal, path: [field, String(i), 'origin'] }] : [];
          });
    if (userErrors.length > 0) return { batch: null, userErrors };
    const answer = {
      newRows: 0,
      revisedRows: 0,
      unchangedRows: 0,
      withdrawnRows: 0,
      submittedAt: this.now().toISOString(),
    };
    for (const { origin, destination, sector, workers } of rows) {
      const name = `${origin}>${destination}:${sector}`;
      const standing = this.figures.get(name);
      if (standing === undefined) answer.newRows += 1;
      else if (standing === workers) answer.unchangedRows += 1;
      else answer.revisedRows += 1;
      this.figures.set(name, workers);
      this.writes.set(name, (this.writes.get(name) ?? 0) + 1);
    }
    this.#batches.set(batchKey, { content, answer });
    return { batch: answer, userErrors };
  }

  #changes({ after, first }: { after?: string; first: number }) {
    const [position = '0', rights = this.rights] = after?.split('@') ?? [];
    if (rights !== this.rights) {
      throw Object.assign(new Error('This cursor was read under other rights.'), {
        extensions: {
          code: 'CURSOR_RIGHTS_CHANGED',
          restartAfter: null,
          continueAfter: `${position}@${this.rights}`,
        },
      });
    }
    const start = Number(position);
    const page = this.feed.slice(start, start + first);
    const end = start + page.length;
    return {
      edges: page.map(({ origin, destination, reportedBy, ...change }, i) => ({
        cursor: `${start + i + 1}@${this.rights}`,
        node: {
          ...change,
          origin: { code: origin },
          destination: { code: destination },
          reportedBy: { code: reportedBy },
        },
      })),
      pageInfo: {
        hasNextPage: end < this.feed.length,
        endCursor: end === 0 ? null : `${end}@${this.rights}`,
      },
    };
  }
}

function rowOf(line: string): Row {
  const [origin = '', destination = '', sector = '', workers = ''] = line.split(',');
  return { origin, destination, sector, workers: Number(workers) };
}

export const failure = (code: string, message: string) => ({ errors: [{ message, extensions: { code } }] });

function cut(reply: FastifyReply): FastifyReply {
  reply.hijack();
  reply.raw.destroy();
  return reply;
}
