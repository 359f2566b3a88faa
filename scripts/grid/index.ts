import { runCommandLine } from '../command-line/run';
import { createProgram } from './arguments';
import { exportRows } from './export';
import { importCases } from './import';
import { importTable } from './import-table';

runCommandLine((run) =>
  createProgram(
    { importCases: run(importCases), importTable: run(importTable), exportRows: run(exportRows) },
    process.env,
  ),
);
