import type { Logger } from 'pino';

/**
 * Something that is done again and again and fails for a while. The log says once that it does and why, and in the end
 * how often it did: not every second for as long as a database is away.
 */
export class Trouble {
  #times = 0;

  constructor(
    private readonly logger: Logger,
    private readonly says: { readonly began: string; readonly ended: string },
  ) {}

  failed(error: unknown): void {
    if (this.#times === 0) this.logger.warn({ err: error }, this.says.began);
    this.#times += 1;
  }

  succeeded(): void {
    if (this.#times > 0) this.logger.info({ failures: this.#times }, this.says.ended);
    this.#times = 0;
  }
}
