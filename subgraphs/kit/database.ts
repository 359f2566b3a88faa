import { connect } from 'node:net';
import knex, { type Knex } from 'knex';
import pg from 'pg';
import { OperationOver } from './cancellation';
import { CATALOG, functionsAt, type ItemName, type PartyEnd } from './catalog';
import { ClientError, isDatabaseGone } from './errors';
import { LoginPool, sever, within } from './login-pool';
import { inStatementSpan } from './statement-spans';
import type { Span } from './tracing';
import { grantedProviders, partyRange, type Viewer } from './viewer';

/**
 * Builds and runs statements on one connection, inside the transaction that the session opened. Statements of one
 * session run one after another, whatever was awaited in parallel.
 */
export interface Db {
  <Row extends object = Record<string, unknown>>(table: string): Knex.QueryBuilder<Row, Row[]>;
  raw<Row extends object = Record<string, unknown>>(
    sql: string,
    bindings?: Knex.RawBinding[],
  ): Promise<Row[]>;
}

/** The database roles of a subgraph. Row policies and grants name `member` (signed in) and `nobody`. */
export const rolesOf = (subgraph: string) => ({
  owner: `hub_${subgraph}_owner`,
  runtime: `hub_${subgraph}_runtime`,
  member: `hub_${subgraph}_member`,
  nobody: `hub_${subgraph}_nobody`,
});

/** The setting that holds an end of the range in which the viewer is a party by place; see `policies.ts`. */
export const rangeSetting = (item: ItemName, bound: 'from' | 'below', end: PartyEnd = 'place'): string =>
  `${settingOf(item)}${end === 'place' ? '' : `_${end}`}_${bound}`;

/** The setting that holds the providers whose rows of an item the viewer was granted, separated by commas. */
export const grantedSetting = (item: ItemName): string => `${settingOf(item)}_granted`;

const settingOf = (item: ItemName): string => `hub.${item.replace(/[.-]/g, '_')}`;

// Days stay text and counts become numbers: no count here comes near 2^53.
const TYPES: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === pg.types.builtins.DATE) return (text: string) => text;
    if (oid === pg.types.builtins.INT8) return Number;
    return pg.types.getTypeParser(oid, format);
  },
};

const MAXIMUM_ATTEMPTS = 4;
/** Of work that may take any time, also between its statements. */
const BEGIN_UNLIMITED = 'BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0';

/** How long the database may take to begin a transaction, or to roll one back, before it is taken to be gone. */
const BEGIN_MS = 5_000;
const PING_MS = 2_000;
/** How long a statement that was cancelled may go on before its connection is broken. */
const CANCELLED_MS = 1_000;
/** How long a write may go on that nobody waits for any more before its connection is broken. */
const ABANDONED_WRITE_MS = 30_000;
/** What is sent at times of its own; a connection that swallows it must not stop it for good. */
const OWN_TIMES_MS = 10_000;
/** How long the owner's work may take unless its caller says otherwise. */
const OWNERS_WORK_MS = 60_000;
/**
 * How long the server keeps a transaction whose statements come no more, with all that it has locked: the other end may be
 * gone without a word. The hub itself lets none wait.
 */
const UNHEARD_MS = { owner: 5_000, runtime: 10_000 };

/** serialization_failure and deadlock_detected: the whole transaction may be tried again. */
const isRetryable = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && (error.code === '40001' || error.code === '40P01');

export interface DatabaseOptions {
  subgraph: string;
  /** The items whose party ranges the row policies of this subgraph read. */
  items: readonly ItemName[];
  /** Where the runtime login is let in; a function where its password may change, see `LoginPool`. */
  runtimeUrl: string | (() => readonly string[]);
  /** Where the owner is let in. */
  ownerUrl: string | (() => readonly string[]);
  /** Runtime connections at most. */
  poolSize?: number;
  /** Called with each statement's text before it is sent. */
  onStatement?: (sql: string) => void;
}

/** One subgraph's database: the runtime login behind sessions, and the owner for loads, timers and sequencing. */
export class Database {
  readonly #options: DatabaseOptions;
  readonly #pool: LoginPool;
  readonly #owner: LoginPool;
  readonly #builder: Knex.Client;

  constructor(options: DatabaseOptions) {
    this.#options = options;
    const pool = (url: string | (() => readonly string[]), max: number, name: keyof typeof UNHEARD_MS) =>
      new LoginPool(typeof url === 'string' ? () => [url] : url, {
        max,
        types: TYPES,
        connectionTimeoutMillis: 5_000,
        idleTimeoutMillis: 30_000,
        keepAlive: true,
        options: `-c search_path=${options.subgraph} -c idle_in_transaction_session_timeout=${UNHEARD_MS[name]}`,
        application_name: `delta-hub ${options.subgraph} ${name}`,
      });
    this.#pool = pool(options.runtimeUrl, options.poolSize ?? 10, 'runtime');
    this.#owner = pool(options.ownerUrl, 4, 'owner');
    this.#builder = statementBuilder();
  }

  /** A session for one operation of a viewer, or of nobody, and what is recorded of the operation. */
  session(viewer: Viewer | null, span: Span | null = null): Session {
    return new Session(
      () => this.#pool.connect(),
      this.#builder,
      this.#settings(viewer),
      this.#options.onStatement,
      span,
    );
  }

  /**
   * Runs `work` in a transaction of the owner, whom row policies do not bind. For loads, timers and sequencing. What has
   * not ended after `limitMs`, or a minute, fails: the connection may have swallowed a statement.
   */
  async asOwner<Result>(
    work: (db: Db, connection: pg.PoolClient) => Promise<Result>,
    { limitMs = OWNERS_WORK_MS }: { limitMs?: number } = {},
  ): Promise<Result> {
    const begin = Number.isFinite(limitMs) ? 'BEGIN' : BEGIN_UNLIMITED;
    return transaction(() => this.#owner.connect(), this.#builder, begin, work, {
      ...{ limitMs, onStatement: this.#options.onStatement, span: null },
    });
  }

  /** Sends the owner one statement, a transaction of its own. Throws when it has not ended after ten seconds. */
  async queryAsOwner(sql: string): Promise<void> {
    this.#options.onStatement?.(sql);
    await this.#owner.query(sql, OWN_TIMES_MS);
  }

  /** A connection of the owner's on which notifications arrive. Whoever takes it releases it, for good. */
  async takeListener(): Promise<pg.PoolClient> {
    return this.#owner.connect();
  }

  /** Answers when the database does; throws when it does not within two seconds of being asked. */
  async ping(): Promise<void> {
    await this.#pool.query('SELECT 1', PING_MS);
  }

  /** Gives both logins, each by its own right, the passwords that follow from a new secret. */
  async changePasswords(passwordOf: (role: string) => string): Promise<void> {
    const roles = rolesOf(this.#options.subgraph);
    const change = (role: string) => `ALTER ROLE ${role} PASSWORD ${pg.escapeLiteral(passwordOf(role))}`;
    await this.#owner.query(change(roles.owner));
    await this.#pool.query(change(roles.runtime));
  }

  async close(): Promise<void> {
    await Promise.all([this.#pool.end(), this.#owner.end()]);
  }

  #settings(viewer: Viewer | null): string {
    const roles = rolesOf(this.#options.subgraph);
    if (!viewer) return `SET LOCAL ROLE ${roles.nobody}`;
    const settings: [string, string][] = [['hub.agency', viewer.agency]];
    for (const item of this.#options.items) {
      if (CATALOG[item].class === 'CONDITIONAL') {
        settings.push([grantedSetting(item), grantedProviders(viewer, item).join(',')]);
      }
      for (const end of ['place', 'destination'] as const) {
        if (functionsAt(item, end).length === 0) continue;
        const range = partyRange(viewer, item, end);
        settings.push(
          [rangeSetting(item, 'from', end), range.from],
          [rangeSetting(item, 'below', end), range.below],
        );
      }
    }
    const assignments = settings.map(
      ([name, value]) => `set_config('${name}', ${pg.escapeLiteral(value)}, true)`,
    );
    return `SET LOCAL ROLE ${roles.member}; SELECT ${assignments.join(', ')}`;
  }
}

/**
 * What one GraphQL operation sees of the database. Reads share one snapshot, whose transaction opens at the first
 * statement; a write ends that snapshot, runs in a transaction of its own, and what is read after it sees it.
 * At no time does a session hold two connections, and once it has ended it takes none.
 */
export class Session {
  #reading: { db: Db; close: () => Promise<void>; cancel: () => void } | null = null;
  #isWriting = false;
  /** Where the write that is under way is written. */
  #written: pg.PoolClient | null = null;
  #patience: NodeJS.Timeout | null = null;
  #hasEnded = false;

  constructor(
    private readonly connect: () => Promise<pg.PoolClient>,
    private readonly builder: Knex.Client,
    private readonly settings: string,
    private readonly onStatement: ((sql: string) => void) | undefined,
    private readonly span: Span | null,
  ) {}

  /** The operation's snapshot. */
  get db(): Db {
    this.#mustBeFree();
    this.#reading ??= this.#openSnapshot();
    return this.#reading.db;
  }

  /**
   * Runs `work` in a transaction of its own and returns once the database has said COMMIT. `work` may run more than
   * once (deadlocks, serialization failures), so it keeps its effects inside the database.
   */
  async write<Result>(work: (db: Db, connection: pg.PoolClient) => Promise<Result>): Promise<Result> {
    this.#mustBeFree();
    this.#isWriting = true;
    const connect = async () => {
      this.#written = await this.connect();
      return this.#written;
    };
    const span = this.span?.child('write') ?? null;
    try {
      await this.#closeSnapshot();
      return await transaction(connect, this.builder, `BEGIN; ${this.settings}`, work, {
        onStatement: this.onStatement,
        span,
      });
    } finally {
      span?.end();
      this.#isWriting = false;
      this.#written = null;
      if (this.#patience) clearTimeout(this.#patience);
      this.#patience = null;
    }
  }

  /**
   * Ends the operation and gives its connection back. Resolvers may still be at work then, beside one whose failure
   * already decided the answer; what they ask for now fails.
   */
  async end(): Promise<void> {
    this.#hasEnded = true;
    await this.#closeSnapshot();
  }

  /**
   * Ends an operation that nobody waits for any more: the statement that it is at is cancelled, and no other begins. A
   * write goes on to its end, unless that takes so long that the database must be gone.
   */
  abandon(): void {
    if (this.#isWriting) {
      this.#patience ??= setTimeout(() => this.#written && sever(this.#written), ABANDONED_WRITE_MS).unref();
      return;
    }
    this.#hasEnded = true;
    this.#reading?.cancel();
  }

  #mustBeFree(): void {
    if (this.#hasEnded) throw new OperationOver('the operation has ended');
    if (this.#isWriting) throw new Error('a write is under way: only the Db that it is given may be used');
  }

  async #closeSnapshot(): Promise<void> {
    const reading = this.#reading;
    this.#reading = null;
    await reading?.close();
  }

  #openSnapshot() {
    let connection: Promise<pg.PoolClient> | null = null;
    let isCancelled = false;
    let isClosed = false;
    let forget = () => {};
    const open = () => inStatementSpan(this.span, 'BEGIN', begin);
    const begin = async () => {
      const client = await this.connect();
      if (isCancelled) {
        client.release();
        throw new OperationOver('the operation has ended');
      }
      try {
        const sql = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ${this.settings}`;
        await within(BEGIN_MS, client, client.query(sql));
        return client;
      } catch (error) {
        client.release(true);
        throw error;
      }
    };
    const { db, finish } = dbOn(
      this.builder,
      () => {
        connection ??= open();
        return connection;
      },
      { onStatement: this.onStatement, span: this.span },
    );
    const cancel = () => {
      finish();
      isCancelled = true;
      void connection?.then(
        (client) => {
          if (isClosed) return;
          cancelStatement(client);
          // A database that hangs does not hear of it.
          const timer = setTimeout(() => sever(client), CANCELLED_MS).unref();
          forget = () => clearTimeout(timer);
        },
        () => {},
      );
    };
    const close = async () => {
      finish();
      // Who waited for the connection has been told when it could not be had.
      const client = await connection?.catch(() => null);
      isClosed = true;
      forget();
      if (!client) return;
      // What was told to cancel one statement might reach the next.
      if (isCancelled) return client.release(true);
      await within(BEGIN_MS, client, client.query('ROLLBACK')).then(
        () => client.release(),
        () => client.release(true),
      );
    };
    return { db, close, cancel };
  }
}

const CANCEL_REQUEST = 80_877_102;

/** Asks the database to end the statement that a connection is at: by another connection, as its protocol has it. */
function cancelStatement(client: pg.PoolClient): void {
  // The library has these, and says so nowhere.
  const { host, port, processID, secretKey } = client as unknown as Record<string, string | number | null>;
  if (typeof host !== 'string' || typeof processID !== 'number' || typeof secretKey !== 'number') return;
  const message = Buffer.alloc(16);
  for (const [i, value] of [message.length, CANCEL_REQUEST, processID, secretKey].entries()) {
    message.writeInt32BE(value, i * 4);
  }
  const socket = host.startsWith('/')
    ? connect(`${host}/.s.PGSQL.${port}`)
    : connect({ host, port: Number(port) });
  socket.on('error', () => {}).end(message);
}

/** A knex client that only builds. Knex puts comments on SELECTs alone; here every statement carries its own. */
function statementBuilder(): Knex.Client {
  const client: Knex.Client = knex({ client: 'pg' }).client;
  const compilerOf = client.queryCompiler;
  client.queryCompiler = function (this: Knex.Client, ...args) {
    const compiler = compilerOf.apply(this, args);
    const toSQL = compiler.toSQL;
    compiler.toSQL = (method: unknown, timezone: unknown) => {
      const statement = toSQL.call(compiler, method, timezone);
      const comments: string = compiler.comments();
      if (comments && statement.sql && !statement.sql.startsWith('/*'))
        statement.sql = `${comments} ${statement.sql}`;
      return statement;
    };
    return compiler;
  };
  return client;
}

/** Who is told of statements: a test, and a trace. */
interface Told {
  readonly onStatement?: (sql: string) => void;
  readonly span: Span | null;
}

async function transaction<Result>(
  connect: () => Promise<pg.PoolClient>,
  builder: Knex.Client,
  begin: string,
  work: (db: Db, connection: pg.PoolClient) => Promise<Result>,
  { limitMs = Number.POSITIVE_INFINITY, ...told }: Told & { readonly limitMs?: number },
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    const client = await connect();
    const { db, finish } = dbOn(builder, async () => client, told);
    let isClean = false;
    let isCommitting = false;
    const limit = Number.isFinite(limitMs) ? setTimeout(() => sever(client), limitMs).unref() : undefined;
    try {
      await inStatementSpan(told.span, 'BEGIN', () => within(BEGIN_MS, client, client.query(begin)));
      const result = await work(db, client).finally(finish);
      isCommitting = true;
      // A transaction that failed earlier answers COMMIT with ROLLBACK, without an error.
      const { command } = await inStatementSpan(told.span, 'COMMIT', () => client.query('COMMIT'));
      isClean = true;
      if (command !== 'COMMIT') throw new Error(`the database answered ${command} to COMMIT`);
      return result;
    } catch (error) {
      if (isCommitting && !isClean && !isAnswer(error)) throw outcomeUnknown(error);
      isClean ||= await within(BEGIN_MS, client, client.query('ROLLBACK')).then(
        () => true,
        () => false,
      );
      if (!isRetryable(error) || attempt === MAXIMUM_ATTEMPTS) throw error;
    } finally {
      clearTimeout(limit);
      client.release(!isClean);
    }
  }
}

/** Whether the database itself said no. A proxy before it may send errors too, of a connection that it lost. */
const isAnswer = (error: unknown): boolean => error instanceof pg.DatabaseError && !isDatabaseGone(error);

const outcomeUnknown = (cause: unknown): ClientError =>
  Object.assign(
    new ClientError('OUTCOME_UNKNOWN', {
      en: 'The connection to the database broke while the change was being saved, so it may or may not have been made. Look, or send the same again.',
      zh: '保存过程中与数据库的连接中断，无法确定修改是否已生效。请查询确认，或重新提交同一请求。',
    }),
    { cause },
  );

/** A Db whose statements run on a connection, until `finish` is called: who comes later must not reach it. */
function dbOn(
  builder: Knex.Client,
  connection: () => Promise<pg.PoolClient>,
  { onStatement, span }: Told,
): { db: Db; finish: () => void } {
  // A knex client whose only connection is the session's: builders made by it run there and nowhere else.
  const client: Knex.Client = Object.create(builder);
  let last: Promise<unknown> = Promise.resolve();
  let isOver = false;
  const mustNotBeOver = () => {
    if (isOver) throw new OperationOver('this transaction is over');
  };
  client.acquireConnection = async () => {
    mustNotBeOver();
    return connection();
  };
  client.releaseConnection = async () => {};
  const query = builder.query.bind(client);
  client.query = (on: unknown, statement: { sql: string } | string) => {
    const result = last.then(() => {
      mustNotBeOver();
      const sql = typeof statement === 'string' ? statement : statement.sql;
      onStatement?.(sql);
      return span === null ? query(on, statement) : inStatementSpan(span, sql, () => query(on, statement));
    });
    last = result.catch(() => {});
    return result;
  };
  const from = <Row extends object>(table: string): Knex.QueryBuilder<Row, Row[]> =>
    client.queryBuilder().from(table);
  const db = Object.assign(from, {
    raw: async <Row extends object>(sql: string, bindings: Knex.RawBinding[] = []): Promise<Row[]> =>
      (await client.raw(sql, bindings)).rows,
  });
  return {
    db,
    finish: () => {
      isOver = true;
    },
  };
}
