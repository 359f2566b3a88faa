import type { Limits } from './limits';
import { documentTooLarge, variablesTooLarge } from './refusals';

/**
 * Refuses a request whose document or variables are larger than the hub takes, before the document is read. Throws a
 * sentence for the client; what is wrong with them otherwise is for others to say.
 */
export function checkParameters(parameters: unknown, limits: Limits): void {
  if (typeof parameters !== 'object' || parameters === null) return;
  const { query, variables } = parameters as { query?: unknown; variables?: unknown };
  if (typeof query === 'string' && query.length > limits.documentCharacters) {
    throw documentTooLarge(query.length, limits.documentCharacters);
  }
  if (typeof variables === 'object' && variables !== null) checkVariables(variables, limits);
}

/** Level by level, because what calls itself for each level could be made to run out of stack. */
function checkVariables(variables: object, limits: Limits): void {
  let level: object[] = [variables];
  let count = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > limits.variableDepth) throw variablesTooLarge('depth', limits);
    const next: object[] = [];
    for (const value of level) {
      for (const inside of Array.isArray(value) ? value : Object.values(value)) {
        count += 1;
        if (typeof inside === 'object' && inside !== null) next.push(inside);
      }
      if (count > limits.variableValues) throw variablesTooLarge('values', limits);
    }
    level = next;
  }
}
