import { type Command, CommanderError } from 'commander';
import pino, { type Logger } from 'pino';
import { SetupError } from '../subgraphs/kit/migrate';
import type { Config } from './config';

const DRAIN_LIMIT_MS = 30_000;

/** The log of a process: JSON lines on standard error, so that standard output stays for people. */
export const createLogger = ({ logLevel }: Config): Logger => {
  if (!(logLevel in pino.levels.values) && logLevel !== 'silent') {
    throw new SetupError(
      `LOG_LEVEL is "${logLevel}"; choose one of ${Object.keys(pino.levels.values).join(', ')}, silent.`,
    );
  }
  return pino(
    { level: logLevel, redact: ['req.headers.authorization', 'headers.authorization'] },
    pino.destination(2),
  );
};

/** What was started, to be stopped in reverse order. What comes up after that is stopped at once. */
export class Running {
  readonly #stops: (() => Promise<unknown>)[] = [];
  #stopping: Promise<void> | null = null;

  add(stop: () => Promise<unknown>): void {
    if (this.#stopping) {
      this.#stopping = this.#stopping.then(async () => {
        await stop();
      });
    } else {
      this.#stops.unshift(stop);
    }
  }

  stop(): Promise<void> {
    this.#stopping ??= (async () => {
      for (const stop of this.#stops) await stop();
    })();
    return this.#stopping;
  }
}

/**
 * Runs a server's `start` and keeps it until a signal: then requests in flight are answered, and what was started is
 * stopped in reverse. A start that fails for a reason that the operator can mend says it in one sentence.
 * Exit codes: 0 stopped, 1 could not start, 70 a bug.
 */
export async function runServer(start: (running: Running) => Promise<void>): Promise<void> {
  const running = new Running();
  const stop = async () => {
    setTimeout(() => process.exit(1), DRAIN_LIMIT_MS).unref();
    await running.stop();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop);
  try {
    await start(running);
  } catch (error) {
    const isExpected = error instanceof SetupError;
    console.error(isExpected ? error.message : error);
    await running.stop().catch(() => {});
    process.exit(isExpected ? 1 : 70);
  }
}

/**
 * Runs a command-line program on the process's arguments. Exit codes: 0 done, 1 could not be done, 2 usage, 70 a bug.
 */
export async function runCommand(command: Command): Promise<void> {
  const configure = (each: Command) => {
    each.exitOverride().showHelpAfterError('(--help says more)');
    each.commands.forEach(configure);
  };
  configure(command);
  try {
    await command.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2;
    } else {
      const isExpected = error instanceof SetupError;
      console.error(isExpected ? error.message : error);
      process.exitCode = isExpected ? 1 : 70;
    }
  }
}
