import { agriculture } from './agriculture';
import { grid } from './grid';
import type { SubgraphDefinition } from './kit/subgraph';
import { personnel } from './personnel';
import { registry } from './registry';
import { tourism } from './tourism';

/** Every subgraph of the hub, in the order in which they start. */
export const SUBGRAPHS: readonly SubgraphDefinition[] = [registry, personnel, grid, tourism, agriculture];
