import type { Context } from '../../subgraphs/kit/context';
import { SHARING_EXTENSION } from '../../subgraphs/kit/disclosures';
import { signClaims, subgraphKey } from '../../subgraphs/kit/signature';
import { GATEWAY_HEADER, internalAudience } from '../../subgraphs/kit/subgraph';
import { personnel } from '../../subgraphs/personnel';
import { registry } from '../../subgraphs/registry';
import { TEST_SECRET } from '../support/server';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';

describe('a subgraph with a single connection', () => {
  const world = useSubgraph(registry, { demo: true, poolSize: 1 });
  const officer = () => world.as(viewer('310118104-GOV'));

  it('answers a query whose fields are loaded side by side', async () => {
    const data = await officer().ask(`{
      a: jurisdiction(code: "310118104222") { ancestors { name } agencies { edges { node { code } } } }
      b: agency(code: "310118104-GOV") { functions { code } remit { parent { name } } }
      c: jurisdictions(under: "310000", first: 2) { edges { node { children(first: 1) { edges { node { name } } } } } }
    }`);
    expect(data.a.ancestors.map((place: { name: string }) => place.name)).toEqual([
      '上海市',
      '青浦区',
      '金泽镇',
    ]);
    expect(data.b).toEqual({
      functions: [{ code: 'GENERAL_GOVERNMENT' }],
      remit: [{ parent: { name: '青浦区' } }],
    });
  });

  // `first` is refused at once, in a field that may not be null, so the answer is there before the rest of the query.
  const CUT_SHORT = `{
    jurisdiction(code: "310118104222") {
      children(first: 9999) { edges { node { code } } }
      ancestors { agencies { edges { node { code functions { code } } } } }
    }
  }`;

  it('is done with a query once it is answered, though a part of it was still at work', async () => {
    for (let i = 0; i < 5; i += 1) {
      const { data, errors } = await officer().send(CUT_SHORT);
      expect(data).toEqual({ jurisdiction: null });
      expect(errors?.map((error) => error.extensions?.code)).toEqual(['BAD_USER_INPUT']);
      const next = await world.statementsOf(() =>
        officer().ask('{ agency(code: "310118104-GOV") { name } }'),
      );
      expect(next).toEqual([expect.stringMatching(/^\/\* agencies\.byCode \*\//)]);
    }
  });

  it('answers many at once, each as who they are', async () => {
    const query = '{ agency(code: "310118104-GOV") { name } }';
    const answers = await Promise.all(
      [...Array(20).keys()].map((i) => (i % 2 ? officer().send(query) : world.as(null).send(query))),
    );
    answers.forEach(({ data, errors }, i) => {
      expect(data).toEqual({ agency: i % 2 ? { name: '金泽镇人民政府' } : null });
      expect(errors?.[0]?.extensions?.code).toBe(i % 2 ? undefined : 'UNAUTHENTICATED');
    });
  });
});

describe('a subgraph with a single connection that writes', () => {
  const world = useSubgraph(personnel, { demo: true, poolSize: 1 });

  it('answers mutations and what they select, one after the other', async () => {
    const submit = (alias: string, workers: number) => `${alias}: submitLaborFlowReports(input: {
      batchKey: "${alias}", month: "2026-10", side: ORIGIN,
      definition: { minimumStayMonths: 6, includesFlexible: true, referenceDay: "2026-10-31" },
      rows: [{ origin: "341225", destination: "310117", sector: "C", workers: ${workers} }]
    }) { batch { key newRows revisedRows unchangedRows } userErrors { code } }`;
    const fuyang = world.as(viewer('341200-HRSS', { functions: ['HUMAN_RESOURCES'] }));
    expect(
      await fuyang.ask(
        `mutation { ${submit('first', 100)} ${submit('second', 200)} ${submit('third', 200)} }`,
      ),
    ).toEqual({
      first: { batch: { key: 'first', newRows: 1, revisedRows: 0, unchangedRows: 0 }, userErrors: [] },
      second: { batch: { key: 'second', newRows: 0, revisedRows: 1, unchangedRows: 0 }, userErrors: [] },
      third: { batch: { key: 'third', newRows: 0, revisedRows: 0, unchangedRows: 1 }, userErrors: [] },
    });
    expect(
      await fuyang.ask(`{
        laborFlowReports(month: "2026-10", originUnder: "341225") { edges { node { workers revision } } }
        laborFlowBatch(key: "second") { revisedRows }
      }`),
    ).toEqual({
      laborFlowReports: { edges: [{ node: { workers: 200, revision: 2 } }] },
      laborFlowBatch: { revisedRows: 1 },
    });
  });
});

describe('a subgraph', () => {
  const world = useSubgraph(registry, { demo: true });
  const send = (body: object, headers = {}) => world.subgraph.answer(body, headers);
  const NOT_A_REQUEST =
    'The body is not a GraphQL request: "query" must be a text, and "variables" an object or left out.';

  it.each([
    ['no query', {}, 'BAD_REQUEST', NOT_A_REQUEST],
    ['a query that is no text', { query: 5 }, 'BAD_REQUEST', NOT_A_REQUEST],
    [
      'variables that are no object',
      { query: '{ __typename }', variables: 'x' },
      'BAD_REQUEST',
      NOT_A_REQUEST,
    ],
    ['a syntax error', { query: '{' }, 'GRAPHQL_PARSE_FAILED', 'Syntax Error: Expected Name, found <EOF>.'],
    [
      'an unknown field',
      { query: '{ nothing }' },
      'GRAPHQL_VALIDATION_FAILED',
      'Cannot query field "nothing" on type "Query".',
    ],
    [
      'an operation that is not there',
      { query: 'query A { __typename }', operationName: 'B' },
      'GRAPHQL_VALIDATION_FAILED',
      'Unknown operation named "B".',
    ],
  ])('refuses %s', async (_, body, code, message) => {
    const { data, errors } = await send(body);
    expect(data).toBeUndefined();
    expect(errors).toEqual([expect.objectContaining({ message, extensions: { code } })]);
  });

  it('answers in the language that is asked for, from the same prepared document', async () => {
    const query = '{ jurisdiction(code: "nowhere") { name } }';
    const messages = [];
    for (const language of ['en', 'zh', 'en']) {
      const { errors } = await send({ query }, { 'accept-language': language });
      messages.push(errors?.[0]?.message);
    }
    expect(messages).toEqual([
      '"nowhere" is not a jurisdiction code: 6, 9 or 12 digits of GB/T 2260, like 310118.',
      '“nowhere”不是行政区划代码：应为 GB/T 2260 的 6、9 或 12 位数字，例如 310118。',
      '"nowhere" is not a jurisdiction code: 6, 9 or 12 digits of GB/T 2260, like 310118.',
    ]);
  });

  describe('asked by a gateway outside the graph', () => {
    const proof = (audience = internalAudience('registry'), secret = TEST_SECRET) =>
      signClaims({}, { audience, key: subgraphKey(secret, 'registry'), now: new Date() });
    const ask = (path: string, header: string | undefined) =>
      world.subgraph.answerInternally(
        path,
        { codes: ['310118104-GOV', '310118104-NOBODY'] },
        { [GATEWAY_HEADER]: header },
      );

    it('tells it of the units that there are', async () => {
      const unit = {
        code: '310118104-GOV',
        name: '金泽镇人民政府',
        jurisdiction: '310118104',
        functions: ['GENERAL_GOVERNMENT'],
        remit: ['310118104'],
      };
      expect(await ask('agencies', proof())).toEqual({ agencies: [unit] });
    });

    it.each<[string, string, string | undefined]>([
      ['a route that is not there', 'nothing', proof()],
      ['no proof', 'agencies', undefined],
      ['a proof for the graph', 'agencies', proof('registry')],
      ['a proof for another subgraph', 'agencies', proof(internalAudience('grid'))],
      [
        "a proof under another hub's secret",
        'agencies',
        proof(internalAudience('registry'), 'another secret'),
      ],
    ])('has no answer to %s', async (_, path, header) => {
      expect(await ask(path, header)).toBeNull();
    });
  });
});

describe('what a resolver notes that it discloses', () => {
  const ITEM = 'labor-flow.reports';
  const rows = [
    { provider: '341200-HRSS', id: 'a' },
    { provider: '341200-HRSS', id: 'b' },
    { provider: '310000-HRSS', id: 'c' },
    { provider: '341200-HRSS', id: 'a' },
  ];
  const name = (_: unknown, __: unknown, context: Context): string => {
    context.discloses(ITEM, rows);
    return 'noted';
  };
  const world = useSubgraph(
    { ...registry, resolvers: [...registry.resolvers, { Jurisdiction: { name } }] },
    { demo: true },
  );

  it('is reported by provider, each row once, and without the viewer’s own', async () => {
    const asked = '{ a: jurisdiction(code: "310000") { name } b: jurisdiction(code: "320000") { name } }';
    const { data, extensions } = await world.as(viewer('310000-HRSS')).send(asked);
    expect(data).toEqual({ a: { name: 'noted' }, b: { name: 'noted' } });
    expect(extensions).toEqual({
      [SHARING_EXTENSION]: {
        disclosed: [{ item: ITEM, provider: '341200-HRSS', ids: ['a', 'b'] }],
        withheld: [],
      },
    });
  });
});
