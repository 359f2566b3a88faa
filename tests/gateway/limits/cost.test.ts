import { buildSchema, type FragmentDefinitionNode, getOperationAST, Kind, parse, validate } from 'graphql';
import { CostCompiler } from '../../../gateway/limits/cost';
import { readWeights } from '../../../gateway/limits/weights';

const DIRECTIVES = `
  directive @link(url: String, import: [Import], as: String) repeatable on SCHEMA
  scalar Import
  directive @cost(weight: Int!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR
  directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION
`;

const SDL = `
  type Query {
    one: Case
    cases: [Case!]!
    sized: [Case!]! @listSize(assumedSize: 7)
    sliced(first: Int = 5, last: Int): [Case!]! @listSize(slicingArguments: ["first", "last"])
    page(first: Int): CasePage @listSize(assumedSize: 50, slicingArguments: ["first"], sizedFields: ["edges"])
    plainPage(first: Int): CasePage
    search(text: String @cost(weight: 3), filter: Filter): Case
    dear: Case @cost(weight: 20)
    either: Either
  }
  type Mutation { save(input: [Filter!]!): Case }
  type Case { id: ID! score: Float @cost(weight: 2) shade: Shade parent: Case page(first: Int): CasePage vault: Vault }
  type CasePage { edges: [CaseEdge!]! count: Int! }
  type CaseEdge { node: Case! }
  type Vault @cost(weight: 11) { id: ID! }
  enum Shade @cost(weight: 4) { DARK }
  union Either = Case | Vault
  input Filter { inner: [Filter!] word: String @cost(weight: 5) }
`;

const schema = buildSchema(`schema { query: Query mutation: Mutation } ${DIRECTIVES} ${SDL}`);

function costOf(text: string, variables: Record<string, unknown> = {}, sdl = SDL) {
  const document = parse(text);
  expect(validate(schema, document)).toEqual([]);
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const roots = { query: 'Query', mutation: 'Mutation', subscription: undefined };
  const operation = getOperationAST(document);
  if (!operation) throw new Error('the document has an operation');
  return new CostCompiler(readWeights(sdl), roots, fragments).compile(operation)(variables);
}

describe('what an operation costs', () => {
  it.each([
    ['an object, but not its leaves', '{ one { id } }', 1],
    ['objects inside of it', '{ one { parent { parent { id } } } }', 3],
    ['a list that nothing is said of as ten', '{ cases { id } }', 10],
    ['a list as long as it is said to be', '{ sized { id } }', 7],
    ['what is in a list as often', '{ sized { parent { id } } }', 14],
    ['a list as long as an argument says', '{ sliced(first: 3) { id } }', 3],
    ['a list as long as its argument is when it is left out', '{ sliced { id } }', 5],
    ['a list as long as the largest of its arguments', '{ sliced(first: 3, last: 9) { id } }', 9],
    ['the fields of a page that it sizes', '{ page(first: 4) { edges { node { id } } } }', 1 + 4 * 2],
    ['a page that is not told how long', '{ page { edges { node { id } } } }', 1 + 50 * 2],
    ['a page without its rows', '{ page(first: 100) { count } }', 1],
    [
      'a page that nothing is said of by its argument first',
      '{ plainPage(first: 6) { edges { node { id } } } }',
      13,
    ],
    [
      'pages inside of pages',
      '{ page(first: 2) { edges { node { page(first: 3) { edges { node { id } } } } } } }',
      1 + 2 * (1 + 1 + 1 + 3 * 2),
    ],
    ['a field by its weight', '{ dear { id } }', 20],
    ['a leaf by its weight', '{ one { score } }', 3],
    ['an enumeration by the weight of its type', '{ one { shade } }', 5],
    ['an object by the weight of its type', '{ one { vault { id } } }', 12],
    ['an argument by its weight', '{ search(text: "x") { id } }', 4],
    [
      'the objects of an input, with the weights of their fields',
      '{ search(filter: { word: "x", inner: [{}, { word: "y" }] }) { id } }',
      1 + 3 + 10,
    ],
    ['a change beside what it reads', 'mutation { save(input: [{}]) { id } }', 10 + 1 + 1],
    [
      'each type that a value may be of',
      '{ either { ... on Case { parent { id } } ... on Vault { id } } }',
      2,
    ],
    [
      'a fragment wherever it is spread',
      '{ one { ...F parent { ...F } } } fragment F on Case { parent { id } }',
      4,
    ],
    [
      'the rows of a page in a fragment',
      '{ page(first: 4) { ...P } } fragment P on CasePage { edges { node { id } } }',
      9,
    ],
    [
      'a fragment by how long the page around it is',
      '{ a: page(first: 4) { ...P } b: page(first: 1) { ...P } } fragment P on CasePage { edges { node { id } } }',
      9 + 3,
    ],
    ['nothing for what is skipped', '{ cases @skip(if: true) { id } one @include(if: false) { id } }', 0],
    ['what is not skipped', '{ one @skip(if: false) { id } }', 1],
  ])('counts %s', (_, text, cost) => {
    expect(costOf(text).cost).toBe(cost);
  });

  it('counts what the variables of the request say', () => {
    const text =
      'query ($n: Int = 2, $f: Filter, $s: Boolean!) { sliced(first: $n) { id } search(filter: $f) { id } dear @skip(if: $s) { id } }';
    expect(costOf(text, { s: true }).cost).toBe(2 + 1);
    expect(costOf(text, { s: false }).cost).toBe(2 + 1 + 20);
    expect(costOf(text, { s: true, n: 40 }).cost).toBe(40 + 1);
    expect(costOf(text, { s: true, n: null }).cost).toBe(10 + 1);
    expect(costOf(text, { s: true, f: { inner: [{ inner: [{}, {}] }] } }).cost).toBe(2 + 1 + 4);
  });

  it('tells the longest list that is asked for', () => {
    const text = 'query ($n: Int) { sliced(first: 8) { page(first: $n) { count } } }';
    expect(costOf(text, { n: 900 }).largest).toEqual({ field: 'Case.page', size: 900 });
    expect(costOf(text, { n: 1 }).largest).toEqual({ field: 'Query.sliced', size: 8 });
    expect(costOf('{ one { id } }').largest).toBeNull();
  });

  it('is soon told of fragments that spread each other without number', () => {
    const chain = Array.from(
      { length: 60 },
      (_, i) => `fragment F${i} on Case { a: parent { ...F${i + 1} } b: parent { ...F${i + 1} } }`,
    );
    const { cost } = costOf(`{ one { ...F0 } } ${chain.join(' ')} fragment F60 on Case { id }`);
    expect(cost).toBe(2 ** 61 - 1);
  });

  it('knows the directives by the names under which a supergraph has them', () => {
    const renamed = `
      extend schema @link(url: "https://specs.apollo.dev/cost/v0.1", import: [{ name: "@cost", as: "@dear" }, "@listSize"])
      ${SDL.replaceAll('@cost', '@dear')}`;
    expect(costOf('{ dear { id } sized { id } }', {}, renamed).cost).toBe(27);
  });
});
