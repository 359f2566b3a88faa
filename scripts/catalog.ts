import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { SetupError } from '../subgraphs/kit/migrate';
import { catalogCsv, catalogMarkdown } from '../subgraphs/registry/catalog/documents';
import { sharingCatalog } from '../subgraphs/registry/catalog/source';
import { runCommand } from './lifecycle';

const command = new Command('npm run catalog --')
  .description(
    'Writes the sharing catalog 政务数据共享目录 of the schema: catalog.csv and catalog.md. Needs no database.',
  )
  .option('--out <folder>', 'where to; made when it is not there', '.')
  .addHelpText(
    'after',
    `
catalog.csv  one row for each item, under the column names of the national catalog (政务信息资源目录编制指南);
             UTF-8 with a byte order mark, so that Excel opens it as it is
catalog.md   the same to read, Chinese and English, with every field

Example: hand the catalog to the data bureau
  npm run catalog -- --out catalog-2026-11

The same is asked of a running hub with { sharingCatalog { item name class condition fields } }.`,
  )
  .action(({ out }: { out: string }) => {
    const entries = sharingCatalog();
    write(out, 'catalog.csv', catalogCsv(entries));
    write(out, 'catalog.md', catalogMarkdown(entries));
  });

function write(folder: string, name: string, text: string): void {
  const file = path.resolve(folder, name);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, text);
  } catch (error) {
    throw new SetupError(`${file} cannot be written: ${error instanceof Error ? error.message : error}`);
  }
  console.log(`Wrote ${file}.`);
}

void runCommand(command);
