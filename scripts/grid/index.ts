import { runCommandLine } from '../command-line/run';
import { createProgram } from './arguments';
import { exportCases } from './export';
import { importCases } from './import';

runCommandLine((run) =>
  createProgram({ importCases: run(importCases), exportCases: run(exportCases) }, process.env),
);
