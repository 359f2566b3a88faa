import { isRow, own, type Row, setOwn } from './own';

/** Adds what a subgraph answered to a row of the result, in place; where both have a row, its parts are added up. */
export function mergeInto(target: Row, source: Row): void {
  if (target === source) return;
  for (const name of Object.keys(source)) {
    const value = source[name];
    if (value !== undefined) setOwn(target, name, merged(own(target, name), value));
  }
}

function merged(present: unknown, added: unknown): unknown {
  if (isRow(present) && isRow(added)) {
    mergeInto(present, added);
    return present;
  }
  if (Array.isArray(present) && Array.isArray(added) && present.length === added.length) {
    if (present !== added)
      for (const [i, element] of added.entries()) present[i] = merged(present[i], element);
    return present;
  }
  return added;
}

/** A copy that shares nothing with its original, for an answer that is to be used in two places. */
export function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (!isRow(value)) return value;
  const copy: Row = {};
  for (const name of Object.keys(value)) setOwn(copy, name, copyOf(value[name]));
  return copy;
}
