import type { Logger } from 'pino';
import { startGateway } from '../gateway';
import { readManifests } from '../gateway/documents';
import { SUBGRAPHS } from '../subgraphs';
import type { Keyring } from '../subgraphs/kit/keyring';
import { startSubgraph } from '../subgraphs/kit/start';
import type { Subgraph } from '../subgraphs/kit/subgraph';
import { SUBGRAPH_NAMES } from '../subgraphs/names';
import { type Config, readConfig } from './config';
import { DataDirectory } from './data-directory';
import { startEmbeddedPostgres } from './embedded-postgres';
import { liveKeyringOf } from './keyring';
import { createLogger, type Running, runServer } from './lifecycle';
import { Progress } from './progress';
import { startTracing } from './tracing';

/** The whole hub in one process tree: the database (unless it is elsewhere), every subgraph, and the gateway. */
async function startHub(running: Running): Promise<void> {
  const config = readConfig(process.env, SUBGRAPH_NAMES);
  const logger = createLogger(config);
  const data = new DataDirectory(config.dataDirectory);
  const keyring = liveKeyringOf(config, () => data, { running, logger });
  const tracing = await startTracing(config, 'delta-hub', { running, logger });
  const progress = new Progress();

  const databaseUrl = await progress.step('PostgreSQL', () =>
    databaseFor(config, data, keyring, running, logger),
  );
  const links: Subgraph[] = [];
  for (const definition of SUBGRAPHS) {
    const { subgraph, stop } = await progress.step(definition.name, (onProgress) =>
      startSubgraph(definition, {
        adminUrl: config.databaseUrlOf(definition.name) ?? databaseUrl,
        keyring,
        hasDemo: config.hasDemo,
        publicAddress: config.publicAddress,
        registry: links.find(({ name }) => name === 'registry'),
        logger: logger.child({ subgraph: definition.name }),
        tracing,
        onProgress,
      }),
    );
    running.add(stop);
    links.push(subgraph);
  }
  const { app, url, metricsUrl, reload } = await progress.step('gateway', async () =>
    startGateway({
      host: config.host,
      port: config.port,
      publicAddress: config.publicAddress,
      keyring,
      issuers: config.issuers,
      signIn: config.signIn,
      demoKey: config.hasDemo ? await data.demoKey() : null,
      links,
      supergraphFile: config.supergraphFile,
      documents: { manifest: readManifests(config.documentFiles), isSafelist: config.isSafelist },
      limits: config.limits,
      faults: config.faults,
      slowMs: config.slowMs,
      metricsPort: config.metricsPort,
      tracing,
      trustsCallerTraces: config.trustsCallerTraces,
      logger,
    }),
  );
  running.add(() => app.close());
  process.on('SIGHUP', reload);
  progress.end([
    `GraphQL   ${url}/graphql`,
    `GraphiQL  ${url}/graphiql`,
    `Board     ${url}/board`,
    `Flow      ${url}/labor-flow`,
    `Health    ${url}/health/ready`,
    ...(metricsUrl === null ? [] : [`Metrics   ${metricsUrl}`]),
    ...(config.hasDemo
      ? ['', 'Demo data, fictional. A token: npm run --silent token -- --agency 310118104-GOV']
      : []),
  ]);
}

async function databaseFor(
  config: Config,
  data: DataDirectory,
  keyring: Keyring,
  running: Running,
  logger: Logger,
): Promise<string> {
  if (config.databaseUrl !== undefined) return config.databaseUrl;
  const server = await startEmbeddedPostgres({
    directory: data.postgres,
    password: data.postgresPassword(keyring.secret),
    logger,
  });
  running.add(server.stop);
  return server.url;
}

void runServer(startHub);
