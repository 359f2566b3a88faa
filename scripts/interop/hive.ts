import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { demoIssuer } from '../../gateway/access/demo-issuer';
import { AccessEdge } from '../../gateway/access/edge';
import { hiveAccess } from '../../gateway/access/hive';
import { HttpSubgraphLink } from '../../gateway/subgraph-link';
import { SUPERGRAPH_FILE } from '../../subgraphs/kit/sdl';
import { SUBGRAPH_NAMES } from '../../subgraphs/names';
import { readConfig } from '../config';
import { DataDirectory } from '../data-directory';
import { keyringOf } from '../keyring';
import { createLogger } from '../lifecycle';

/**
 * What Hive Gateway needs to serve this hub, by the environment that the hub's own gateway reads: the supergraph with its
 * subgraphs where they are, and the plugin.
 */
export async function hiveOfEnvironment() {
  const config = readConfig(process.env, SUBGRAPH_NAMES);
  const data = new DataDirectory(config.dataDirectory);
  const logger = createLogger(config);
  const registry = new HttpSubgraphLink(
    'registry',
    config.subgraphUrlOf('registry'),
    config.subgraphTimeoutMs,
  );
  const edge = new AccessEdge({
    registry,
    keyring: keyringOf(config, () => data),
    issuers: [...config.issuers, ...(config.hasDemo ? [demoIssuer(await data.demoKey())] : [])],
    name: hostname(),
    logger,
  });
  const supergraph = readFileSync(config.supergraphFile ?? SUPERGRAPH_FILE, 'utf8').replace(
    /@join__graph\(name: "([a-z]+)", url: "[^"]*"\)/g,
    (_, name: string) =>
      `@join__graph(name: "${name}", url: "${new URL('/graphql', config.subgraphUrlOf(name))}")`,
  );
  const stop = async () => {
    await edge.stop();
    await registry.close();
  };
  return { supergraph, plugin: { ...hiveAccess(edge), onDispose: stop } };
}
