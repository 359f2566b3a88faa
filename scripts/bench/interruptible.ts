import { constants } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { Running } from '../lifecycle';

const UNWIND_LIMIT_MS = 5_000;

/**
 * Runs a measurement and stops whatever it started: when it is done, when it fails, and at a signal, which then ends
 * the process with the signal's usual exit code.
 */
export async function interruptible<Result>(work: (running: Running) => Promise<Result>): Promise<Result> {
  const running = new Running();
  const interrupted = new Promise<{ signal: NodeJS.Signals }>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve({ signal }));
  });
  const working = work(running);
  try {
    const outcome = await Promise.race([working.then((result) => ({ result })), interrupted]);
    if ('result' in outcome) return outcome.result;
    console.error('\nInterrupted; cleaning up.');
    await running.stop();
    // What was just being started is added once it is there, and stopped then.
    await Promise.race([Promise.allSettled([working]), wait(UNWIND_LIMIT_MS, undefined, { ref: false })]);
    await running.stop();
    process.exit(128 + constants.signals[outcome.signal]);
  } finally {
    await running.stop();
  }
}
