import { startGateway } from '../gateway';
import { readManifests } from '../gateway/documents';
import { HttpSubgraphLink } from '../gateway/subgraph-link';
import { SUBGRAPH_NAMES } from '../subgraphs/names';
import { readConfig } from './config';
import { DataDirectory } from './data-directory';
import { liveKeyringOf } from './keyring';
import { createLogger, type Running, runServer } from './lifecycle';
import { Progress } from './progress';
import { startTracing } from './tracing';

/** The gateway as a service of its own, in front of subgraphs that run elsewhere. */
async function serve(running: Running): Promise<void> {
  const config = readConfig(process.env, SUBGRAPH_NAMES);
  const data = new DataDirectory(config.dataDirectory);
  const logger = createLogger(config);
  const keyring = liveKeyringOf(config, () => data, { running, logger });
  const tracing = await startTracing(config, 'delta-hub-gateway', { running, logger });
  const progress = new Progress();
  const links = SUBGRAPH_NAMES.map(
    (name) => new HttpSubgraphLink(name, config.subgraphUrlOf(name), config.subgraphTimeoutMs),
  );
  for (const link of links) running.add(() => link.close());
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
  ]);
}

void runServer(serve);
