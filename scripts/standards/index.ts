import { runCommandLine } from '../command-line/run';
import { createProgram } from './arguments';
import { exportStandard } from './export';
import { importStandard } from './import';

runCommandLine((run) =>
  createProgram({ importStandard: run(importStandard), exportStandard: run(exportStandard) }, process.env),
);
