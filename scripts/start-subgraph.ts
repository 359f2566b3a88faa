import { Argument, Command } from 'commander';
import { cannotListen } from '../gateway';
import { HttpSubgraphLink } from '../gateway/subgraph-link';
import { SUBGRAPHS } from '../subgraphs';
import { SetupError } from '../subgraphs/kit/migrate';
import { serveSubgraph } from '../subgraphs/kit/server';
import { startSubgraph } from '../subgraphs/kit/start';
import { SUBGRAPH_NAMES } from '../subgraphs/names';
import { readConfig } from './config';
import { DataDirectory } from './data-directory';
import { liveKeyringOf } from './keyring';
import { createLogger, type Running, runCommand, runServer } from './lifecycle';
import { Progress } from './progress';
import { startTracing } from './tracing';

/** One subgraph as a service of its own, on its own database or the hub's. */
async function serve(name: string, running: Running): Promise<void> {
  const config = readConfig(process.env, SUBGRAPH_NAMES);
  const logger = createLogger(config).child({ subgraph: name });
  const definition = SUBGRAPHS.find((candidate) => candidate.name === name);
  if (!definition) throw new SetupError(`There is no subgraph ${name}.`);
  const adminUrl = config.databaseUrlOf(name);
  if (adminUrl === undefined) {
    throw new SetupError(
      `Set DATABASE_URL or ${name.toUpperCase()}_DATABASE_URL: a subgraph alone brings no database.`,
    );
  }
  const data = () => new DataDirectory(config.dataDirectory);
  const keyring = liveKeyringOf(config, data, { running, logger });
  const tracing = await startTracing(config, `delta-hub-${name}`, { running, logger });
  const progress = new Progress();
  const registry = new HttpSubgraphLink(
    'registry',
    config.subgraphUrlOf('registry'),
    config.subgraphTimeoutMs,
  );
  running.add(() => registry.close());
  const { subgraph, stop } = await progress.step(name, (onProgress) =>
    startSubgraph(definition, {
      adminUrl,
      keyring,
      hasDemo: config.hasDemo,
      publicAddress: config.publicAddress,
      registry,
      logger,
      tracing,
      onProgress,
    }),
  );
  running.add(stop);
  const app = serveSubgraph(subgraph, logger);
  running.add(() => app.close());
  const address = { host: config.host, port: config.subgraphPortOf(name) };
  const url = await app.listen(address).catch((error: unknown) => {
    throw cannotListen(error, address, `${name.toUpperCase()}_PORT`);
  });
  progress.end([`GraphQL   ${url}/graphql`, `Health    ${url}/health/ready`]);
}

const command = new Command('npm run start:subgraph --')
  .description(
    'Starts one subgraph as a service of its own. The README lists the environment variables that it reads.',
  )
  .addArgument(new Argument('<name>', 'which subgraph').choices(SUBGRAPH_NAMES))
  .addHelpText(
    'after',
    '\nExample\n  DATABASE_URL=postgresql://admin@db/hub HUB_SECRET=… npm run start:subgraph -- grid',
  )
  .action((name: string) => runServer((running) => serve(name, running)));

void runCommand(command);
