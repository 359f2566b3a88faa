import { Command } from 'commander';
import { type Environment, EXIT_CODES } from '../command-line/options';
import { addPull, type PullRuns } from './pull-arguments';
import { addPush, type PushRuns } from './push-arguments';

/** The command line. What makes no sense is refused with a sentence before anything is done. */
export function createProgram(run: PushRuns & PullRuns, env: Environment): Command {
  const program = new Command('npm run labor-flow --')
    .description('Reports labor flows to the hub and fetches what others reported. "push --help" says more.')
    .addHelpText('after', EXIT_CODES);
  for (const command of [program, addPush(program, run, env), addPull(program, run, env)]) {
    command.exitOverride().showHelpAfterError('(--help says more)');
  }
  return program;
}
