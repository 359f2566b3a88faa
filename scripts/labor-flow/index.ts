import { runCommandLine } from '../command-line/run';
import { createProgram } from './arguments';
import { pull } from './pull';
import { push } from './push';

runCommandLine((run) => createProgram({ push: run(push), pull: run(pull) }, process.env));
