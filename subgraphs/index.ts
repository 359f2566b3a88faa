import type { SubgraphDefinition } from './kit/subgraph';
import { registry } from './registry';

/** Every subgraph of the hub, in the order in which they start. */
export const SUBGRAPHS: readonly SubgraphDefinition[] = [registry];

export const SUBGRAPH_NAMES = SUBGRAPHS.map(({ name }) => name);
