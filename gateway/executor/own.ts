/*
 * What subgraphs send is read by names that clients choose (aliases), so no read may reach what every object inherits,
 * and no write may reach its prototype.
 */

export type Row = Record<string, unknown>;

const INHERITED = new Set(Object.getOwnPropertyNames(Object.prototype));

/** Whether a name stands for something on every object. */
export const isInherited = (name: string): boolean => INHERITED.has(name);

/** The object's own value under a name; undefined when it has none. */
export const own = (row: Row, name: string): unknown =>
  !INHERITED.has(name) || Object.hasOwn(row, name) ? row[name] : undefined;

/** Sets an own value, also under a name that would otherwise set the prototype. */
export function setOwn(row: Row, name: string, value: unknown): void {
  if (INHERITED.has(name)) {
    Object.defineProperty(row, name, { value, writable: true, enumerable: true, configurable: true });
  } else {
    row[name] = value;
  }
}

/** Whether a value of an answer has fields: scalars that subgraphs of this process give as objects have none. */
export const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
