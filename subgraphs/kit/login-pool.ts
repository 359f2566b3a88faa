import type { Duplex } from 'node:stream';
import pg from 'pg';
import { isOfServer } from './errors';

const INVALID_PASSWORD = '28P01';

/** Breaks a connection, so that what waits on it fails. */
export function sever(connection: pg.PoolClient): void {
  // One that is at work is ended by closing its socket, and what ends is no longer the pool's.
  if (connection instanceof pg.Client) void connection.end().catch(() => {});
}

/** What a connection is asked. One that swallows it, as those to a server that hangs do, is broken after a time. */
export async function within<Answer>(
  milliseconds: number,
  connection: pg.PoolClient,
  answer: Promise<Answer>,
): Promise<Answer> {
  const timer = setTimeout(() => sever(connection), milliseconds).unref();
  try {
    return await answer;
  } finally {
    clearTimeout(timer);
  }
}

/** Where what the server sends comes from. */
interface Source {
  on(event: string, listen: (piece: Buffer) => void): unknown;
}

/** What of a connection the library has, and does not say. */
interface Reading {
  readonly stream: Duplex;
  attachListeners(source: Source): void;
  prependListener(event: 'error' | 'errorMessage', listen: (error: Error) => void): unknown;
}

/** That a connection cannot go on, in the library's own words. */
const terminated = (why: string, cause: unknown): Error =>
  new Error(`Connection terminated: ${why}`, { cause });

/**
 * What comes over a connection and cannot be read breaks that connection. Left alone, the library throws where nothing
 * catches it, which ends the process.
 */
function guardReading(client: pg.Client): void {
  const { connection } = client as unknown as { connection: Reading };
  const breakOff = (why: unknown) =>
    connection.stream.destroy(terminated('the database sent what cannot be read', why));
  // The pool takes a connection that could not be made for one that is closed, and leaves it to whoever holds it open.
  connection.prependListener('error', () => connection.stream.destroy());
  connection.prependListener('errorMessage', (error) => {
    if (!isOfServer(error)) breakOff(error);
  });
  const attachListeners = connection.attachListeners.bind(connection);
  connection.attachListeners = (source) => {
    const guarded = (listen: (piece: Buffer) => void) => (piece: Buffer) => {
      try {
        listen(piece);
      } catch (error) {
        breakOff(error);
      }
    };
    attachListeners({
      on: (event, listen) => source.on(event, event === 'data' ? guarded(listen) : listen),
    });
  };
}

/** Connections of one database login, whose password may change while the hub runs. */
export class LoginPool {
  readonly #pool: pg.Pool;
  #present: string | null = null;

  constructor(
    /** Addresses under which the login may be let in, the likeliest first: they differ in their passwords. */
    private readonly addresses: () => readonly string[],
    config: pg.PoolConfig,
  ) {
    const address = () => this.#address();
    this.#pool = new pg.Pool({
      ...config,
      Client: class extends pg.Client {
        constructor() {
          super({ ...config, connectionString: address() });
          guardReading(this);
        }
      },
    });
    // A lost idle connection is replaced at the next use; who is using one gets the error there. Without a listener
    // on the connection too, one that is lost while nothing runs on it would end the process.
    this.#pool.on('error', () => {});
    this.#pool.on('connect', (connection) => connection.on('error', () => {}));
  }

  async connect(): Promise<pg.PoolClient> {
    for (let attempt = 1; ; attempt += 1) {
      const tried = this.#address();
      try {
        return await this.#pool.connect();
      } catch (error) {
        // Neither the server nor the network says so: what answers there is no database.
        if (!(error instanceof Error && 'code' in error)) throw terminated('none could be made', error);
        const isRefused = error instanceof pg.DatabaseError && error.code === INVALID_PASSWORD;
        if (!isRefused || attempt >= this.addresses().length) throw error;
        // Others may have been refused at the same time, and moved on already.
        if (this.#present === tried) this.#present = this.#after(tried);
      }
    }
  }

  /** Sends one statement; throws when it has not ended after so many milliseconds, if there is a limit. */
  async query(sql: string, milliseconds?: number): Promise<void> {
    const connection = await this.connect();
    try {
      const answer = connection.query(sql);
      await (milliseconds === undefined ? answer : within(milliseconds, connection, answer));
      connection.release();
    } catch (error) {
      connection.release(true);
      throw error;
    }
  }

  async end(): Promise<void> {
    await this.#pool.end();
  }

  #address(): string {
    const addresses = this.addresses();
    if (this.#present === null || !addresses.includes(this.#present)) this.#present = addresses[0] as string;
    return this.#present;
  }

  #after(address: string): string {
    const addresses = this.addresses();
    return addresses[(addresses.indexOf(address) + 1) % addresses.length] as string;
  }
}
