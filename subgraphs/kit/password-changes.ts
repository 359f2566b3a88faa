import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database } from './database';
import type { Keyring } from './keyring';
import { passwordOf } from './migrate';

const RETRY_MS = 1_000;

/**
 * Gives a subgraph's database logins new passwords whenever another secret signs. Until that is done, and wherever it
 * is not known yet, they are let in under the old ones: connections are opened under each secret that counts.
 */
export class PasswordChanges {
  #secret: string;
  #changing: Promise<void> = Promise.resolve();
  readonly #stopped = new AbortController();
  readonly #forget: () => void;

  constructor(
    private readonly database: Pick<Database, 'changePasswords'>,
    private readonly keyring: Keyring,
    private readonly logger: Logger,
  ) {
    this.#secret = keyring.secret;
    this.#forget = keyring.onReplaced(() => {
      this.#changing = this.#changing.then(() => this.#change());
    });
  }

  async stop(): Promise<void> {
    this.#forget();
    this.#stopped.abort();
    await this.#changing;
  }

  async #change(): Promise<void> {
    while (this.#secret !== this.keyring.secret && !this.#stopped.signal.aborted) {
      const { secret } = this.keyring;
      try {
        await this.database.changePasswords((role) => passwordOf(secret, role));
        this.#secret = secret;
        this.logger.info('the database logins have the passwords of the new secret');
      } catch (error) {
        // Another copy of the subgraph may be changing the same rows, or the database be away.
        this.logger.warn({ err: error }, 'the passwords of the database logins are not changed yet');
        await wait(RETRY_MS, undefined, { signal: this.#stopped.signal }).catch(() => {});
      }
    }
  }
}
