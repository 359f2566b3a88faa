import { ApolloServer } from '@apollo/server';
import { parse } from 'graphql';
import { GatewayContext } from '../../gateway/context';
import { KnownOperations } from '../../gateway/operations/known';
import { asPlugin, type Stage } from '../../gateway/operations/stage';

const QUERY = 'query Q($n: Int) { n(n: $n) }';

describe('operations that the server has let through before', () => {
  const passed: string[] = [];
  let refuses = false;
  const stage: Stage = {
    admit: ({ operation, variables }) => {
      passed.push(`admit ${operation?.name?.value} ${JSON.stringify(variables)}`);
      if (refuses) throw new Error('no');
    },
    complete: async ({ result, errors }) => {
      await null;
      passed.push(`complete ${JSON.stringify(result.data ?? null)} ${errors.map(({ message }) => message)}`);
      result.extensions = { seen: true };
    },
  };
  const known = new KnownOperations([stage], async ({ variables }) => ({ data: { n: variables.n } }));
  const server = new ApolloServer<GatewayContext>({
    typeDefs: 'type Query { n(n: Int): Int } type Mutation { n: Int }',
    resolvers: { Query: { n: (_: unknown, { n }: { n: number }) => n }, Mutation: { n: () => 1 } },
    plugins: [
      asPlugin([stage]),
      known.plugin,
      { serverWillStart: async ({ schema }) => known.serve(schema) },
    ],
  });
  beforeAll(() => server.start());
  afterAll(() => server.stop());
  const context = () => new GatewayContext({ headerFor: () => '', traceProofFor: () => '' }, null, 'en');
  const sendToServer = (query: string, variables = {}) =>
    server.executeOperation({ query, variables }, { contextValue: context() });
  beforeEach(() => {
    passed.length = 0;
    refuses = false;
  });

  it('are found once it has carried them out, whatever their variables', async () => {
    const body = { query: QUERY, variables: { n: 2 } };
    expect(known.find(body, undefined)).toBeNull();
    await sendToServer(QUERY, { n: 1 });
    const operation = known.find(body, undefined);
    if (!operation) throw new Error('it should be known');
    passed.length = 0;
    const { status, headers, text } = await known.answer(operation, context());
    expect([status, headers.get('content-type'), text]).toEqual([
      200,
      'application/json; charset=utf-8',
      '{"data":{"n":2},"extensions":{"seen":true}}\n',
    ]);
    expect(passed).toEqual(['admit Q {"n":2}', 'complete {"n":2} ']);
  });

  it('are not found when it refused them', async () => {
    const query = '{ n(n: 1) }';
    refuses = true;
    await sendToServer(query);
    expect(known.find({ query }, undefined)).toBeNull();
    await sendToServer('{ nothing }');
    expect(known.find({ query: '{ nothing }' }, undefined)).toBeNull();
  });

  it('pass the stages to the end when one refuses them later', async () => {
    await sendToServer(QUERY);
    const operation = known.find({ query: QUERY }, undefined);
    if (!operation) throw new Error('it should be known');
    refuses = true;
    passed.length = 0;
    const { status } = await known.answer(operation, context());
    expect([status, passed]).toEqual([500, ['admit Q {}', 'complete null no']]);
  });

  it('are found for clients whom the server has answered', async () => {
    await sendToServer(QUERY);
    const accept = 'application/graphql-response+json';
    expect(known.find({ query: QUERY }, accept)).toBeNull();
    known.learnMediaType(accept, `${accept}; charset=utf-8`);
    expect(known.find({ query: QUERY }, accept)?.mediaType).toBe(`${accept}; charset=utf-8`);
  });

  it.each([
    ['a text', QUERY],
    ['a list', [{ query: QUERY }]],
    ['nothing', null],
    ['a document as an object', { query: parse(QUERY) }],
    ['variables as a text', { query: QUERY, variables: '{}' }],
    ['a name that the document lacks', { query: QUERY, operationName: 'Other' }],
    [
      'a hash beside the document',
      { query: QUERY, extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } } },
    ],
  ])('go the long way with %s', async (_, body) => {
    await sendToServer(QUERY);
    expect(known.find(body, undefined)).toBeNull();
  });

  it('are forgotten with their supergraph', async () => {
    await sendToServer(QUERY);
    const operation = known.find({ query: QUERY }, undefined);
    if (!operation) throw new Error('it should be known');
    known.serve(operation.schema);
    expect(known.find({ query: QUERY }, undefined)).toBeNull();
  });
});
