/**
 * The subgraphs of the hub by name, in the order in which they start: for scripts that name one, and need not load
 * what it is made of.
 */
export const SUBGRAPH_NAMES = ['registry', 'personnel', 'grid', 'tourism', 'agriculture'] as const;
