import { Command } from 'commander';
import { SUBGRAPHS } from '../subgraphs';
import { migrate, SetupError } from '../subgraphs/kit/migrate';
import { migrationsOf } from '../subgraphs/kit/subgraph';
import { SUBGRAPH_NAMES } from '../subgraphs/names';
import { readConfig } from './config';
import { DataDirectory } from './data-directory';
import { keyringOf } from './keyring';
import { runCommand } from './lifecycle';
import { Progress } from './progress';

const command = new Command('npm run migrate --')
  .description(
    'Brings the schemas, roles and tables of every subgraph up to date on the servers that DATABASE_URL and <SUBGRAPH>_DATABASE_URL name. Starting a subgraph does the same for itself.',
  )
  .action(async () => {
    const config = readConfig(process.env, SUBGRAPH_NAMES);
    const { secret: hubSecret } = keyringOf(config, () => new DataDirectory(config.dataDirectory));
    const progress = new Progress();
    for (const definition of SUBGRAPHS) {
      const adminUrl = config.databaseUrlOf(definition.name);
      if (adminUrl === undefined) {
        throw new SetupError('Set DATABASE_URL: the embedded database is migrated by `npm start`.');
      }
      await progress.step(definition.name, () =>
        migrate({ adminUrl, subgraph: definition.name, hubSecret, migrations: migrationsOf(definition) }),
      );
    }
  });

void runCommand(command);
