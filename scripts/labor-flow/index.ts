import { runCommandLine } from '../command-line/run';
import { createProgram } from './arguments';
import { pullFigures } from './figures';
import { pull } from './pull';
import { push } from './push';
import { watchFile } from './watch';

runCommandLine((run) => {
  const [once, watched] = [run(push), run(watchFile)];
  return createProgram(
    {
      push: (options) => (options.watch ? watched(options) : once(options)),
      pull: run(pull),
      figures: run(pullFigures),
    },
    process.env,
  );
});
