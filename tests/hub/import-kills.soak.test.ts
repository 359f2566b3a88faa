import { testImportKills } from './import-kills';

testImportKills({ kills: 30, rows: 1_000_000 });
