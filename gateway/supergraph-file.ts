import { stat } from 'node:fs/promises';
import type { Logger } from 'pino';
import { readSupergraph } from './supergraph';

const POLL_MS = 1_000;

/**
 * The file of a supergraph, looked at every second. What is new in it is taken once it is whole; one that cannot be taken
 * is logged, and the last one stays until the file changes again.
 */
export class SupergraphFile {
  #seen = '';
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> | null = null;

  constructor(
    private readonly file: string,
    private readonly subgraphs: readonly string[],
    private readonly take: (supergraphSdl: string) => Promise<void>,
    private readonly logger: Logger,
  ) {}

  /** The supergraph as it is now. Throws a sentence when there is none that fits. */
  read(): string {
    return readSupergraph(this.file, this.subgraphs);
  }

  /** Looks from now on. */
  async start(): Promise<void> {
    this.#seen = await this.#stamp();
    const poll = async () => {
      await this.look();
      if (this.#timer) this.#timer = setTimeout(poll, POLL_MS).unref();
    };
    this.#timer = setTimeout(poll, POLL_MS).unref();
  }

  async stop(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    await this.#looking;
  }

  /** Looks now, and takes what there is even if the file looks as before, when told so. Never throws. */
  async look({ anyway = false } = {}): Promise<void> {
    await this.#looking;
    this.#looking = this.#look(anyway).finally(() => {
      this.#looking = null;
    });
    await this.#looking;
  }

  async #look(anyway: boolean): Promise<void> {
    const stamp = await this.#stamp();
    if (stamp === this.#seen && !anyway) return;
    this.#seen = stamp;
    const { file, logger } = this;
    try {
      await this.take(this.read());
      logger.info({ file }, 'the supergraph of the file is served');
    } catch (error) {
      logger.error({ err: error, file }, 'the supergraph of the file cannot be served; the last one stays');
    }
  }

  async #stamp(): Promise<string> {
    return stat(this.file).then(
      ({ mtimeMs, size, ino }) => `${mtimeMs} ${size} ${ino}`,
      () => 'missing',
    );
  }
}
