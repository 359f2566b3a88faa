import type { FetchDataRewrite } from '@apollo/query-planner';
import type { GraphQLFormattedError, GraphQLSchema } from 'graphql';
import { isRow, own, type Row, setOwn } from './own';
import { isOfType } from './representations';

const CONDITION = '... on ';

/** Carries out what the planner wants changed in what goes to a subgraph, or in what comes from it; in place. */
export function applyRewrites(
  value: unknown,
  rewrites: readonly FetchDataRewrite[] | undefined,
  schema: GraphQLSchema,
): void {
  for (const rewrite of rewrites ?? []) {
    const last = rewrite.path.at(-1);
    if (last === undefined) continue;
    atPath(value, rewrite.path.slice(0, -1), schema, (row) => {
      if (rewrite.kind === 'ValueSetter') {
        setOwn(row, last, rewrite.setValueTo);
        return;
      }
      const renamed = own(row, last);
      if (renamed === undefined) return;
      setOwn(row, rewrite.renameKeyTo, renamed);
      delete row[last];
    });
  }
}

/** A path of an error as the client knows its fields, which the planner may have asked for under other names. */
export function pathAsAsked(
  path: GraphQLFormattedError['path'],
  rewrites: readonly FetchDataRewrite[] | undefined,
): GraphQLFormattedError['path'] {
  const names = new Map(
    (rewrites ?? []).flatMap((r) => (r.kind === 'KeyRenamer' ? [[r.path.at(-1), r.renameKeyTo]] : [])),
  );
  return names.size === 0 ? path : path?.map((key) => names.get(key as string) ?? key);
}

function atPath(
  value: unknown,
  [first, ...rest]: readonly string[],
  schema: GraphQLSchema,
  change: (row: Row) => void,
): void {
  if (Array.isArray(value)) {
    const path = first === undefined ? [] : [first, ...rest];
    for (const element of value) atPath(element, path, schema, change);
    return;
  }
  if (!isRow(value)) return;
  if (first === undefined) {
    change(value);
  } else if (!first.startsWith(CONDITION)) {
    atPath(own(value, first), rest, schema, change);
  } else {
    // A row whose type was not asked for is meant all the same.
    const { __typename: typename } = value;
    if (typeof typename !== 'string' || isOfType(schema, typename, first.slice(CONDITION.length))) {
      atPath(value, rest, schema, change);
    }
  }
}
