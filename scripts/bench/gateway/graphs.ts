import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, type GraphQLSchema, parse } from 'graphql';

/*
 * The graph of the public benchmark of federation gateways: accounts, inventory, products, reviews, whose heavy query
 * goes from users and from products down through reviews, product and author to five levels.
 */

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external", "@requires", "@provides", "@shareable"])\n';

const SDL: Readonly<Record<string, string>> = {
  accounts: `
    type Query { me: User user(id: ID!): User users: [User] }
    type User @key(fields: "id") { id: ID! name: String username: String @shareable birthday: Int }`,
  inventory: `
    type Product @key(fields: "upc") {
      upc: String! weight: Int @external price: Int @external
      inStock: Boolean shippingEstimate: Int @requires(fields: "price weight")
    }`,
  products: `
    type Query { topProducts(first: Int = 5): [Product] }
    type Product @key(fields: "upc") { upc: String! name: String price: Int weight: Int }`,
  reviews: `
    type Review @key(fields: "id") { id: ID! body: String author: User @provides(fields: "username") product: Product }
    type User @key(fields: "id") { id: ID! username: String @external numberOfReviews: Int reviews: [Review] }
    type Product @key(fields: "upc") { upc: String! reviews: [Review] }`,
};

const USERS = ['林晓', '周明', '陈静', '吴刚', '郑和', '沈岚'].map((name, i) => ({
  ...{ id: String(i + 1), name, username: `user-${i + 1}`, birthday: 1980 + i },
}));
const PRODUCTS = ['Table', 'Couch', 'Chair', 'Desk', 'Lamp', 'Shelf', 'Bed', 'Stool', 'Bench'].map(
  (name, i) => ({
    ...{ upc: String(i + 1), name, price: 899 - 70 * i, weight: 1000 - 90 * i, inStock: i % 2 === 0 },
  }),
);
/** By its product and its author, by their places in the lists: as many as make the heavy answer 88 KB. */
const REVIEWS: readonly { id: string; body: string; product: number; author: number }[] = Array.from(
  { length: 26 },
  (_, i) => ({
    ...{ id: String(i + 1), product: (i * 7) % 8, author: (i * 5 + Math.floor(i / 6)) % 6 },
    body: `What I bought came on time: number ${i + 1}.`,
  }),
);

const userOf = ({ author }: { author: number }) => {
  const { id, username } = USERS[author] ?? {};
  return { __typename: 'User', id, username };
};
const productOf = ({ product }: { product: number }) => ({
  __typename: 'Product',
  upc: PRODUCTS[product]?.upc,
});

const RESOLVERS = {
  accounts: {
    Query: {
      me: () => USERS[0],
      user: (_: unknown, { id }: { id: string }) => USERS.find((user) => user.id === id),
      users: () => USERS,
    },
    User: { __resolveReference: ({ id }: { id: string }) => USERS.find((user) => user.id === id) },
  },
  inventory: {
    Product: {
      __resolveReference: (key: { upc: string }) => ({
        ...key,
        inStock: PRODUCTS.find(({ upc }) => upc === key.upc)?.inStock,
      }),
      shippingEstimate: ({ price, weight }: { price: number; weight: number }) =>
        price > 1000 ? 0 : Math.round(weight * 0.5),
    },
  },
  products: {
    Query: { topProducts: (_: unknown, { first }: { first: number }) => PRODUCTS.slice(0, first) },
    Product: {
      __resolveReference: ({ upc }: { upc: string }) => PRODUCTS.find((product) => product.upc === upc),
    },
  },
  reviews: {
    Review: { author: userOf, product: productOf },
    User: {
      reviews: ({ id }: { id: string }) => REVIEWS.filter(({ author }) => USERS[author]?.id === id),
      numberOfReviews: ({ id }: { id: string }) =>
        REVIEWS.filter(({ author }) => USERS[author]?.id === id).length,
    },
    Product: {
      reviews: ({ upc }: { upc: string }) => REVIEWS.filter(({ product }) => PRODUCTS[product]?.upc === upc),
    },
  },
};

export type Answer = (
  subgraph: string,
  body: { query: string; variables?: Record<string, unknown> },
) => Promise<unknown>;

/** Answers for the subgraphs of the public benchmark. */
export function publicSubgraphs(): Answer {
  const schemas = new Map<string, GraphQLSchema>(
    Object.entries(SDL).map(([name, sdl]) => [
      name,
      buildSubgraphSchema({
        typeDefs: parse(LINK + sdl),
        resolvers: RESOLVERS[name as keyof typeof RESOLVERS] as never,
      }),
    ]),
  );
  return async (subgraph, { query, variables }) => {
    const schema = schemas.get(subgraph);
    if (!schema) throw new Error(`there is no subgraph ${subgraph}`);
    return execute({ schema, document: parse(query), variableValues: variables });
  };
}

/** The supergraph of the public benchmark, its subgraphs at `${url}/${name}`. */
export function publicSupergraph(url: string): string {
  const services = Object.entries(SDL).map(([name, sdl]) => ({
    name,
    url: `${url}/${name}`,
    typeDefs: parse(LINK + sdl),
  }));
  const { supergraphSdl, errors } = composeServices(services);
  if (errors) throw new Error(errors.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}

export interface BenchQuery {
  readonly name: string;
  readonly query: string;
  readonly variables?: Record<string, unknown>;
}

export const PUBLIC_QUERIES: readonly BenchQuery[] = [
  {
    name: 'light',
    query: '{ users { id name reviews { id body } } }',
  },
  {
    name: 'heavy',
    query: `
      fragment User on User { id username name }
      fragment Review on Review { id body }
      fragment Product on Product { inStock name price shippingEstimate upc weight }
      query TestQuery {
        users {
          ...User
          reviews { ...Review product { ...Product reviews { ...Review author { ...User reviews { ...Review product { ...Product } } } } } }
        }
        topProducts {
          ...Product
          reviews { ...Review author { ...User reviews { ...Review product { ...Product } } } }
        }
      }`,
  },
];

/** What this hub's users ask. */
export const HUB_QUERIES: readonly BenchQuery[] = [
  {
    name: 'place',
    query: `query PlaceOverview($code: JurisdictionCode!) {
      jurisdiction(code: $code) {
        code name level parent { code name }
        secondmentsHosted(first: 20) { edges { node { id position status officer { name } homeAgency { name jurisdiction { name } } } } }
        gridCases(first: 20) { edges { node { id number title stage dueAt category { name } } } }
        licenseApplications(first: 20) { edges { node { id shopName stage } } }
        supplyBases(first: 20) { edges { node { id name } } }
      }
    }`,
    variables: { code: '310118104' },
  },
  {
    name: 'officers',
    query: `query Officers($agency: AgencyCode!) {
      officers(agency: $agency, first: 50) {
        edges { node { id name agency { code name jurisdiction { code name } }
          secondments(first: 5) { edges { node { id position hostAgency { code name jurisdiction { name } } } } } } }
      }
    }`,
    variables: { agency: '341200-HRSS' },
  },
  {
    name: 'agencies',
    query: `{ jurisdiction(code: "310000") { agencies(first: 50) { edges { node { code name jurisdiction { code name level parent { code name } } functions { code name } } } } } }`,
  },
];
