import { type Command, CommanderError } from 'commander';
import { asFailure, EXIT, type ExitCode, Failure } from './failure';
import { languageOfLocale, type Surroundings } from './surroundings';

/** npm passes Ctrl-C on to a process that the terminal has sent it already. */
const SECOND_SIGNAL_AFTER_MS = 500;

/** Runs the process's command line, and ends the process with a code and at most one sentence, whatever happens. */
export function runCommandLine(
  program: (
    run: <Options>(
      command: (options: Options, surroundings: Surroundings) => Promise<ExitCode>,
    ) => (options: Options) => Promise<void>,
  ) => Command,
): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => process.exit(tell(error)));
  }
  // A reader that went away is told by the write that fails.
  process.stdout.on('error', () => {});
  void parse(program).then((exitCode) => {
    process.exitCode = exitCode;
  });
}

async function parse(program: Parameters<typeof runCommandLine>[0]): Promise<ExitCode> {
  const surroundings: Surroundings = { language: languageOfLocale(process.env), signal: onSignals() };
  let exitCode: ExitCode = EXIT.done;
  const parsed = program((command) => async (options) => {
    exitCode = await command(options, surroundings);
  });
  try {
    await parsed.parseAsync();
    return exitCode;
  } catch (error) {
    return tell(
      surroundings.signal.aborted && !(error instanceof Failure) ? surroundings.signal.reason : error,
    );
  }
}

/** Aborted by the first signal; a second one ends the process at once. */
function onSignals(): AbortSignal {
  const controller = new AbortController();
  const codes = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated } as const;
  let signaledAt = Number.POSITIVE_INFINITY;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      const now = performance.now();
      if (now - signaledAt > SECOND_SIGNAL_AFTER_MS) process.exit(codes[signal]);
      if (!controller.signal.aborted) signaledAt = now;
      controller.abort(new Failure(codes[signal], 'Interrupted.'));
    });
  }
  return controller.signal;
}

/** One sentence, whatever happened. */
function tell(error: unknown): ExitCode {
  // Its sentence has been said.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.unusable;
  const failure = asFailure(error);
  if (failure) {
    console.error(failure.message);
    return failure.exitCode;
  }
  const message = error instanceof Error ? error.message : String(error);
  console.error(`Something went wrong in this script: ${message}. Set DEBUG=1 to see where.`);
  if (process.env.DEBUG) console.error(error);
  return EXIT.bug;
}
