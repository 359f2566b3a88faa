import { CommanderError } from 'commander';
import { createProgram } from './arguments';
import { asFailure, EXIT, type ExitCode, Failure } from './failure';
import { pull } from './pull';
import { push } from './push';
import { languageOfLocale, type Surroundings } from './surroundings';

/** npm passes Ctrl-C on to a process that the terminal has sent it already. */
const SECOND_SIGNAL_AFTER_MS = 500;

async function main(): Promise<ExitCode> {
  const surroundings: Surroundings = { language: languageOfLocale(process.env), signal: onSignals() };
  let exitCode: ExitCode = EXIT.done;
  const program = createProgram(
    {
      push: async (options) => {
        exitCode = await push(options, surroundings);
      },
      pull: async (options) => {
        exitCode = await pull(options, surroundings);
      },
    },
    process.env,
  );
  try {
    await program.parseAsync();
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

for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => process.exit(tell(error)));
}
// A reader that went away is told by the write that fails.
process.stdout.on('error', () => {});

void main().then((exitCode) => {
  process.exitCode = exitCode;
});
