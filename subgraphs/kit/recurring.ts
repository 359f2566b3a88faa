import type { Logger } from 'pino';
import type { Database } from './database';

/** What a subgraph does again and again without being asked. Several processes may do it at once. */
export interface RecurringWork {
  readonly name: string;
  /** The pause between two runs. */
  readonly everyMs: number;
  readonly run: (database: Database, now: Date) => Promise<unknown>;
}

/** Does a subgraph's recurring work: at once, and again after each pause. A run that fails is logged; the next one tries again. */
export class RecurringRunner {
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #running = new Set<Promise<void>>();
  #isStopped = false;

  constructor(
    private readonly database: Database,
    private readonly works: readonly RecurringWork[],
    private readonly logger: Logger,
  ) {}

  start(): void {
    for (const work of this.works) this.#begin(work);
  }

  /** Resolves once what is under way has ended; nothing begins any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    await Promise.all(this.#running);
  }

  #begin(work: RecurringWork): void {
    const run = this.#run(work).finally(() => {
      this.#running.delete(run);
      if (this.#isStopped) return;
      const timer = setTimeout(() => this.#begin(work), work.everyMs);
      this.#timers.set(work.name, timer.unref());
    });
    this.#running.add(run);
  }

  async #run({ name, run }: RecurringWork): Promise<void> {
    try {
      await run(this.database, new Date());
    } catch (error) {
      this.logger.error({ err: error, work: name }, 'recurring work failed');
    }
  }
}
