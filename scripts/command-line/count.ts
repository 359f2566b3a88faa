/** A number as people read it: `1,000,000`. */
export const count = (value: number): string => value.toLocaleString('en-US');

/** A number with what it counts: `1 row is`, `2 rows are`. */
export const countOf = (value: number, one: string, many: string): string =>
  `${count(value)} ${value === 1 ? one : many}`;
