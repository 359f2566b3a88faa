import { testImportKills } from './import-kills';

testImportKills({ kills: 3, rows: 20_000 });
