import pg from 'pg';

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
