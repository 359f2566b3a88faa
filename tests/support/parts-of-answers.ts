/** A place in an answer, as errors name it. */
export type Place = readonly (string | number)[];

/** How an answer compares with the right one. */
export interface Comparison {
  /** Where it says something else. */
  readonly wrong: readonly Place[];
  /** Where it says nothing, and the right one does. */
  readonly missing: readonly Place[];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Compares an answer, leaf by leaf, with the right one. Rows of a list may be missing; no other may be there. */
export function compare(answer: unknown, right: unknown, place: Place = []): Comparison {
  if (answer === null || answer === undefined) {
    return { wrong: [], missing: right === null || right === undefined ? [] : [place] };
  }
  if (Array.isArray(answer) && Array.isArray(right)) {
    if (answer.length === right.length) {
      return join(answer.map((each, i) => compare(each, right[i], [...place, i])));
    }
    const isPartOf = (each: unknown) => right.some((row) => compare(each, row).wrong.length === 0);
    const strangers = answer.flatMap((each, i) => (isPartOf(each) ? [] : [[...place, i]]));
    return { wrong: strangers, missing: [place] };
  }
  if (isObject(answer) && isObject(right)) {
    const names = new Set([...Object.keys(answer), ...Object.keys(right)]);
    return join([...names].map((name) => compare(answer[name], right[name], [...place, name])));
  }
  return { wrong: Object.is(answer, right) ? [] : [place], missing: [] };
}

const join = (parts: readonly Comparison[]): Comparison => ({
  wrong: parts.flatMap(({ wrong }) => wrong),
  missing: parts.flatMap(({ missing }) => missing),
});
