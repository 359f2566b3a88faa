interface Version {
  readonly effective_from: string;
  /** The last day; null while it is open. */
  readonly effective_to: string | null;
}

/**
 * The version of a standard in force on a day, its first and last day included; null when there is none. `versions`
 * are in the order of their first days: where two overlap, the later one has taken over.
 */
export const versionInForce = <V extends Version>(versions: readonly V[], day: string): V | null =>
  versions.findLast(
    ({ effective_from, effective_to }) =>
      effective_from <= day && (effective_to === null || day <= effective_to),
  ) ?? null;

/** What a standard states for one parameter at one node of the food tree. */
interface StatedLimit {
  readonly product: string;
  readonly parameter: string;
  /** Nodes below `product` for which, and below which, it does not hold. */
  readonly exclusions: readonly string[];
}

/**
 * Which of a standard's limits hold for a product: one a parameter, in the order of the parameters' codes. `lineage`
 * are the codes from the top of the food tree down to the product itself. A limit holds for its node and everything
 * below it but what it excludes; of several that hold, that of the node nearest to the product wins (GB 2763: a limit
 * on a category holds for every food in it unless stated otherwise). A standard states a parameter once a node.
 */
export function resolveLimits<Limit extends StatedLimit>(
  limits: readonly Limit[],
  lineage: readonly string[],
): Limit[] {
  const depthOf = (limit: Limit) => lineage.indexOf(limit.product);
  const winners = new Map<string, Limit>();
  for (const limit of limits) {
    const isExcluded = limit.exclusions.some((code) => lineage.includes(code));
    if (isExcluded || !lineage.includes(limit.product)) continue;
    const rival = winners.get(limit.parameter);
    if (!rival || depthOf(limit) > depthOf(rival)) winners.set(limit.parameter, limit);
  }
  return [...winners.values()].sort((a, b) => (a.parameter < b.parameter ? -1 : 1));
}
