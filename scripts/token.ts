import { Command, InvalidArgumentError, Option } from 'commander';
import { mintDemoToken } from '../gateway/access/demo-issuer';
import { isAgencyCode } from '../subgraphs/kit/agency-code';
import { ROLES } from '../subgraphs/kit/viewer';
import { SUBGRAPH_NAMES } from '../subgraphs/names';
import { readConfig } from './config';
import { DataDirectory } from './data-directory';
import { runCommand } from './lifecycle';

const agencyCode = (text: string): string => {
  if (!isAgencyCode(text)) throw new InvalidArgumentError('It must look like 310118104-GOV.');
  return text;
};

const command = new Command('npm run --silent token --')
  .description('Prints a bearer token for a unit of the demo data, good for twelve hours.')
  .requiredOption('--agency <code>', "the unit's code, for example 310118104-GOV", agencyCode)
  .addOption(new Option('--role <role>', 'what the user may do').choices(ROLES).default('OFFICER'))
  .option('--user <name>', 'who the user is', 'demo')
  .addHelpText(
    'after',
    `
Example: ask as the government of Jinze
  curl http://127.0.0.1:4000/graphql -H "authorization: Bearer $(npm run --silent token -- --agency 310118104-GOV)" \\
    -H 'content-type: application/json' -d '{"query":"{ jurisdiction(code: \\"310118104\\") { name } }"}'

The key is read from HUB_DATA_DIR (default .data), so give both commands the same. Hubs in production refuse it.`,
  )
  .action(async ({ agency, role, user }: { agency: string; role: string; user: string }) => {
    const data = new DataDirectory(readConfig(process.env, SUBGRAPH_NAMES).dataDirectory);
    console.log(await mintDemoToken(await data.demoKey(), { agency, roles: [role], user }));
  });

void runCommand(command);
