import { createRequire } from 'node:module';
import { unifiedGraphHandler } from '@graphql-hive/router-runtime';

const require = createRequire(import.meta.url);
require('tsx/cjs');
const { hiveOfEnvironment } = require('../../../interop/hive.ts');
const { supergraph, plugin } = await hiveOfEnvironment();

/** Hive Gateway before this hub. `HUB_ACCESS=off` leaves the hub's plugin out: everyone is nobody then. */
export const gatewayConfig = {
  supergraph,
  unifiedGraphHandler,
  // Two requests are never one: each leaves its own receipt.
  inboundInflightRequestDeduplication: false,
  plugins: () => (process.env.HUB_ACCESS === 'off' ? [] : [plugin]),
  graphqlEndpoint: '/graphql',
  // What subgraphs say of their errors is meant for clients.
  maskedErrors: false,
  logging: 'error',
};
