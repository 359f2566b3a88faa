import { useHub } from '../support/hub';
import { captureLog } from '../support/log';

describe('a request that the hub cannot carry out', () => {
  const log = captureLog();
  const hub = useHub({ logger: log.logger });
  const send = async (body: object, language = 'en'): Promise<{ status: number; body: unknown }> => {
    const response = await fetch(`${hub.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'accept-language': language },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: await response.json() };
  };
  const TWO = 'query A { __typename } query B { __typename }';

  it.each([
    [
      'has a syntax error',
      { query: '{' },
      'GRAPHQL_PARSE_FAILED',
      'Syntax Error: Expected Name, found <EOF>.',
    ],
    [
      'asks for what the graph does not have',
      { query: '{ xyzzy }' },
      'GRAPHQL_VALIDATION_FAILED',
      'Cannot query field "xyzzy" on type "Query".',
    ],
    [
      'names an operation that its document does not have',
      { query: TWO, operationName: 'C' },
      'OPERATION_RESOLUTION_FAILURE',
      'The document has no operation named "C". Write operationName as in the document, or leave it out where there is only one operation.',
    ],
    [
      'does not say which of several operations to run',
      { query: TWO },
      'OPERATION_RESOLUTION_FAILURE',
      'The document has several operations. Say in operationName which one to run.',
    ],
  ])('because it %s is refused as the caller’s mistake', async (_, request, code, message) => {
    log.clear();
    const { status, body } = await send(request);
    expect(status).toBe(400);
    expect(body).toEqual({
      errors: [expect.objectContaining({ message, extensions: { code } })],
    });
    // What a busy database keeps waiting in the background is logged under no request.
    expect(log.lines.filter((line) => 'requestId' in line)).toEqual([]);
  });

  it('is refused in the caller’s language', async () => {
    const { body } = await send({ query: TWO }, 'zh-CN');
    expect(body).toMatchObject({
      errors: [{ message: '文档中有多个操作，请用 operationName 指明要执行哪一个。' }],
    });
  });

  it('is carried out once it says which operation', async () => {
    expect(await send({ query: TWO, operationName: 'B' })).toEqual({
      status: 200,
      body: { data: { __typename: 'Query' } },
    });
  });
});
