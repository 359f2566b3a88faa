/*
 * What a request may try, so that the hub has more to do than its sender: the table by which `attacks` measures and the
 * tests refuse. The same within the limit, where there is such, is `harmless`.
 */

/** The text of each number below another. */
export const times = (count: number, text: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => text(i)).join(' ');
const nested = (depth: number): string =>
  `{ jurisdiction(code: "310000") ${'{ parent '.repeat(depth)} { name } ${'}'.repeat(depth)} }`;

/** What a request may not ask for, and what is said of it. */
export interface Attack {
  readonly name: string;
  /** The body as it is sent; a text is sent as it is. */
  readonly body: unknown;
  readonly code: string;
  readonly said?: Readonly<Record<string, unknown>>;
  readonly harmless?: unknown;
}

export const ATTACKS: readonly Attack[] = [
  {
    name: '1,000 aliases',
    body: { query: `{ ${times(999, (i) => `a${i}: __typename`)} }` },
    code: 'TOO_MANY_ALIASES',
    said: { count: 999, limit: 100 },
    harmless: { query: `{ ${times(49, (i) => `a${i}: __typename`)} }` },
  },
  {
    name: '10,000 tokens',
    body: { query: `{ ${times(10_000, () => 'x')} }` },
    code: 'TOO_MANY_TOKENS',
    said: { limit: 4_000 },
  },
  {
    name: 'one field 1,000 times',
    body: { query: `{ ${times(1_000, () => '__typename')} }` },
    code: 'TOO_MANY_FIELDS',
    said: { count: 999, limit: 100 },
    harmless: { query: `{ ${times(100, () => '__typename')} }` },
  },
  {
    name: '2,000 fields',
    body: { query: `{ ${times(2_000, () => '__typename')} }` },
    code: 'TOO_MANY_FIELDS',
    said: { count: 2_000, limit: 1_000 },
  },
  {
    name: 'a document of 100,000 blanks',
    body: { query: `{ __typename } #${' '.repeat(100_000)}` },
    code: 'DOCUMENT_TOO_LARGE',
    said: { count: 100_016, limit: 100_000 },
  },
  {
    name: 'fragments that spread each other in a circle',
    body: { query: '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }' },
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  {
    name: 'a fragment inside of itself, deeper each time',
    body: { query: '{ jurisdiction(code: "31") { ...A } } fragment A on Jurisdiction { parent { ...A } }' },
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  {
    name: 'fields nested 21 deep',
    body: { query: nested(20) },
    code: 'OPERATION_TOO_DEEP',
    said: { limit: 20 },
    harmless: { query: nested(18) },
  },
  { name: 'fields nested 1,200 deep', body: { query: nested(1_200) }, code: 'OPERATION_TOO_DEEP' },
  {
    name: 'fields nested by fragments',
    body: {
      query: `{ jurisdiction(code: "31") { ...F0 } } ${times(21, (i) => `fragment F${i} on Jurisdiction { parent { ...F${i + 1} } }`)} fragment F21 on Jurisdiction { name }`,
    },
    code: 'OPERATION_TOO_DEEP',
  },
  {
    name: 'selections nested without fields',
    body: { query: `{ ${'... { '.repeat(500)} __typename ${'}'.repeat(500)} }` },
    code: 'OPERATION_TOO_DEEP',
  },
  {
    name: 'fragments that double what they spread 30 times',
    body: {
      query: `{ jurisdiction(code: "31") { ...F0 } } ${times(16, (i) => `fragment F${i} on Jurisdiction { a: parent { ...F${i + 1} } b: parent { ...F${i + 1} } c: parent { ...F${i + 1} } }`)} fragment F16 on Jurisdiction { name }`,
    },
    code: 'OPERATION_TOO_COSTLY',
  },
  {
    name: 'lists inside of lists',
    body: {
      query:
        '{ jurisdictions(first: 200) { edges { node { children(first: 200) { edges { node { children(first: 200) { edges { node { name } } } } } } } } } }',
    },
    code: 'OPERATION_TOO_COSTLY',
  },
  {
    name: 'the same, as long as variables say',
    body: {
      query:
        'query ($n: Int) { jurisdictions(first: $n) { edges { node { children(first: $n) { edges { node { children(first: $n) { edges { node { name } } } } } } } } } }',
      variables: { n: 200 },
    },
    code: 'OPERATION_TOO_COSTLY',
    harmless: {
      query:
        'query ($n: Int) { jurisdictions(first: $n) { edges { node { children(first: $n) { edges { node { children(first: $n) { edges { node { name } } } } } } } } } }',
      variables: { n: 2 },
    },
  },
  {
    name: 'a list of a million',
    body: {
      query: 'query ($n: Int) { jurisdictions(first: $n) { edges { node { name } } } }',
      variables: { n: 1_000_000 },
    },
    code: 'LIST_TOO_LARGE',
    said: { field: 'Query.jurisdictions', size: 1_000_000, limit: 5_000 },
  },
  {
    name: '60 fields at its root',
    body: { query: `{ ${times(60, (i) => `a${i}: __typename`)} }` },
    code: 'TOO_MANY_ROOT_FIELDS',
    said: { count: 60, limit: 50 },
  },
  {
    name: '300 directives',
    body: { query: `{ __typename ${times(300, () => '@include(if: true)')} }` },
    code: 'TOO_MANY_DIRECTIVES',
    said: { count: 300, limit: 200 },
  },
  {
    name: 'half a million values in its variables',
    body: { query: '{ __typename }', variables: { x: Array.from({ length: 500_001 }, () => 0) } },
    code: 'VARIABLES_TOO_LARGE',
    said: { limit: 500_000 },
  },
  {
    name: 'variables nested 1,000 deep',
    body: `{"query":"{ __typename }","variables":{"x":${'['.repeat(1_000)}${']'.repeat(1_000)}}}`,
    code: 'VARIABLES_TOO_LARGE',
    said: { limit: 32 },
  },
  {
    name: 'variables nested 100,000 deep',
    body: `{"query":"{ __typename }","variables":{"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`,
    code: 'VARIABLES_TOO_LARGE',
  },
  {
    name: 'a batch of 11',
    body: Array.from({ length: 11 }, () => ({ query: '{ __typename }' })),
    code: 'BATCH_TOO_LARGE',
    said: { count: 11, limit: 10 },
  },
  {
    name: 'the schema in circles',
    body: {
      query:
        '{ __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }',
    },
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
];
