import { buildSchema, execute, GraphQLError, type GraphQLFormattedError, parse, validate } from 'graphql';
import pg from 'pg';
import { OperationOver } from '../../subgraphs/kit/cancellation';
import {
  badInput,
  CLIENT_ERROR_CODES,
  ClientError,
  databaseUnavailable,
  isDatabaseGone,
  maskError,
  Refusal,
  unauthenticated,
  Violations,
} from '../../subgraphs/kit/errors';
import { LANGUAGES, type Language } from '../../subgraphs/kit/language';
import { captureLog } from '../support/log';

const SECRET = 'password=hunter2';
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/;

const schema = buildSchema(`
  type Query { field(number: Int! = 1): String count: Int required: String! node: Node }
  interface Node { id: ID! }
  type Thing implements Node { id: ID! }
`);

const databaseError = (code: string, message = SECRET): pg.DatabaseError =>
  Object.assign(new pg.DatabaseError(message, 0, 'error'), { code });

/** What a client is answered, and what is logged, when a resolver does something. */
async function answer(
  resolve: () => unknown,
  { query = '{ field }', variables = {}, language = 'en' as Language } = {},
): Promise<{ errors: GraphQLFormattedError[]; log: ReturnType<typeof captureLog> }> {
  const log = captureLog();
  const document = parse(query);
  const invalid = validate(schema, document);
  const rootValue = { field: resolve, count: resolve, required: resolve, node: resolve };
  const { errors = [] } = invalid.length
    ? { errors: invalid }
    : await execute({ schema, document, rootValue, variableValues: variables });
  return {
    errors: errors.map((error) => maskError(error, { language, logger: log.logger, requestId: 'request-1' })),
    log,
  };
}

const fail = (error: unknown) => () => {
  throw error;
};

describe('what nobody wrote for clients', () => {
  it.each<[string, () => unknown, string?]>([
    ['an error', fail(new Error(SECRET))],
    ['a promise that fails', () => Promise.reject(new Error(SECRET))],
    ['an error with a cause', fail(new Error('no', { cause: new Error(SECRET) }))],
    ['an error that names a code of its own', fail(Object.assign(new Error(SECRET), { code: 'FORBIDDEN' }))],
    [
      'an error with extensions that look harmless',
      fail(Object.assign(new Error(SECRET), { extensions: { code: 'BAD_USER_INPUT', detail: SECRET } })),
    ],
    ['a GraphQL error that some library made', fail(new GraphQLError(SECRET))],
    [
      'an error that a library made around another',
      fail(new GraphQLError('no', { originalError: new Error(SECRET) })),
    ],
    [
      'a GraphQL error with a code that clients do not know',
      fail(new GraphQLError(SECRET, { extensions: { code: 'MYSTERY' } })),
    ],
    ['a text', fail(SECRET)],
    ['an object', fail({ message: SECRET })],
    ['an error of the database', fail(databaseError('23505'))],
    ['a value that its type cannot show', () => SECRET, '{ count }'],
    ['a value whose type nobody knows', () => ({ __typename: SECRET }), '{ node { id } }'],
    [
      'a refusal outside a payload',
      fail(new Refusal([{ code: 'INVALID', path: [], text: { en: SECRET, zh: SECRET } }])),
    ],
  ])('is told by an id only, and logged whole under it: %s', async (_, resolve, query = '{ field }') => {
    const { errors, log } = await answer(resolve, { query });
    const id = UUID.exec(errors[0]?.message ?? '')?.[0];
    expect(id).toBeDefined();
    const name = query.slice(2).split(' ')[0];
    expect(errors).toEqual([
      {
        message: `Something went wrong on our side. Tell the operators this id: ${id}.`,
        locations: [{ line: 1, column: 3 }],
        path: [name],
        extensions: { code: 'INTERNAL', id },
      },
    ]);
    expect(JSON.stringify(errors)).not.toContain(SECRET);
    expect(log.lines).toEqual([
      expect.objectContaining({
        level: 50,
        errorId: id,
        requestId: 'request-1',
        path: [name],
        msg: 'unexpected error',
      }),
    ]);
    expect(log.text).toContain(SECRET);
  });

  it('is told in the language of the caller', async () => {
    const { errors } = await answer(fail(new Error(SECRET)), { language: 'zh' });
    expect(errors[0]?.message).toMatch(/^系统内部出现错误。请向运维人员提供此编号：[0-9a-f-]{36}。$/);
  });

  it('has another id each time', async () => {
    const ids = await Promise.all(
      [1, 2].map(async () => (await answer(fail(new Error(SECRET)))).errors[0]?.extensions?.id),
    );
    expect(new Set(ids).size).toBe(2);
  });

  it('includes a required value that is missing', async () => {
    const { errors, log } = await answer(() => null, { query: '{ required }' });
    expect(errors[0]?.extensions?.code).toBe('INTERNAL');
    expect(log.lines[0]?.err?.message).toBe('Cannot return null for non-nullable field Query.required.');
  });
});

describe('what was written for clients', () => {
  it.each(LANGUAGES)('passes in their language, with its code and details: %s', async (language) => {
    const error = new ClientError('FORBIDDEN', { en: 'Not yours.', zh: '无权。' }, { item: 'grid.cases' });
    const { errors, log } = await answer(fail(error), { language });
    expect(errors).toEqual([
      {
        message: { en: 'Not yours.', zh: '无权。' }[language],
        locations: [{ line: 1, column: 3 }],
        path: ['field'],
        extensions: { code: 'FORBIDDEN', item: 'grid.cases' },
      },
    ]);
    expect(log.lines).toEqual([]);
  });

  it('passes from inside errors of the library', async () => {
    const { errors } = await answer(
      fail(
        new GraphQLError('outer', {
          originalError: new GraphQLError('inner', { originalError: unauthenticated() }),
        }),
      ),
    );
    expect(errors[0]).toMatchObject({
      message: 'Sign in first: send a bearer token in the authorization header.',
      extensions: { code: 'UNAUTHENTICATED' },
    });
  });

  it('passes without what caused it, which is logged', async () => {
    const error = Object.assign(badInput({ en: 'No cursor.', zh: '不是游标。' }), {
      cause: new Error(SECRET),
    });
    const { errors, log } = await answer(fail(error));
    expect(errors[0]).toMatchObject({ message: 'No cursor.', extensions: { code: 'BAD_USER_INPUT' } });
    expect(JSON.stringify(errors)).not.toContain(SECRET);
    expect(log.lines).toEqual([
      expect.objectContaining({ level: 40, requestId: 'request-1', path: ['field'], code: 'BAD_USER_INPUT' }),
    ]);
    expect(log.text).toContain(SECRET);
  });

  it.each(CLIENT_ERROR_CODES)(
    'passes with the code that another part of the hub gave it: %s',
    async (code) => {
      const { errors, log } = await answer(
        fail(new GraphQLError('A sentence.', { extensions: { code, subgraph: 'grid' } })),
      );
      expect(errors[0]).toMatchObject({ message: 'A sentence.', extensions: { code, subgraph: 'grid' } });
      expect(log.lines).toEqual([]);
    },
  );
});

describe("graphql-js' own sentences about the client's document pass:", () => {
  it('syntax', () => {
    const log = captureLog();
    let error: unknown;
    try {
      parse('{ field ');
    } catch (thrown) {
      error = thrown;
    }
    if (!(error instanceof GraphQLError)) throw new Error('it has no syntax error');
    expect(maskError(error, { language: 'zh', logger: log.logger, requestId: 'r' })).toEqual({
      message: 'Syntax Error: Expected Name, found <EOF>.',
      locations: [{ line: 1, column: 9 }],
      extensions: { code: 'GRAPHQL_PARSE_FAILED' },
    });
    expect(log.lines).toEqual([]);
  });

  it.each<[string, string, Record<string, unknown>, string]>([
    ['validation', '{ nothing }', {}, 'Cannot query field "nothing" on type "Query".'],
    [
      'a literal of another type',
      '{ field(number: "one") }',
      {},
      'Int cannot represent non-integer value: "one"',
    ],
    [
      'a variable of another type',
      'query ($n: Int!) { field(number: $n) }',
      { n: 'one' },
      'Int cannot represent non-integer value: "one"',
    ],
    [
      'a variable that is missing',
      'query ($n: Int!) { field(number: $n) }',
      {},
      'Variable "$n" of required type "Int!" was not provided.',
    ],
    [
      'null where the argument needs a value',
      'query ($n: Int) { field(number: $n) }',
      { n: null },
      'Argument "number" of non-null type "Int!" must not be null.',
    ],
    [
      'an operation that is not there',
      'query A { field } query B { field }',
      {},
      'Must provide operation name if query contains multiple operations.',
    ],
  ])('%s', async (_, query, variables, message) => {
    const { errors, log } = await answer(() => 'a value', { query, variables });
    expect(errors).toEqual([
      expect.objectContaining({ message, extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }),
    ]);
    expect(log.lines).toEqual([]);
  });
});

describe('a text that the database cannot hold', () => {
  it.each(LANGUAGES)('is the fault of who sent it, and they are told: %s', async (language) => {
    const { errors } = await answer(fail(databaseError('22021')), { language });
    expect(errors[0]).toMatchObject({
      message: {
        en: 'A text in the request holds the character U+0000, which cannot be kept. Send it without.',
        zh: '请求中的文本含有无法保存的字符 U+0000，请去除后重新发送。',
      }[language],
      extensions: { code: 'BAD_USER_INPUT' },
    });
    expect(JSON.stringify(errors)).not.toContain(SECRET);
  });
});

describe('an operation that was given up', () => {
  it.each([
    ['ended', new OperationOver('this transaction is over')],
    ['was cancelled in the database', databaseError('57014')],
  ])('is no bug when it %s, and tells as much to whoever may still read it', async (_, error) => {
    const { errors, log } = await answer(fail(error));
    expect(errors.map(({ message, extensions }) => [message, extensions])).toEqual([
      ['The request was given up before this was read. Try again shortly.', { code: 'TIME_LIMIT_EXCEEDED' }],
    ]);
    expect(log.lines).toEqual([]);
  });
});

describe('a database that is away', () => {
  const away: [string, Error][] = [
    ['a connection that failed', databaseError('08006')],
    ['too many connections', databaseError('53300')],
    ['a server that is shut down', databaseError('57P01')],
    ['a server that starts', databaseError('57P03')],
    ['a transaction that was left waiting', databaseError('25P03')],
    ['noise instead of an answer', new pg.DatabaseError(`received invalid response: ${SECRET}`, 5, 'error')],
    ['a port on which nothing listens', Object.assign(new Error(SECRET), { code: 'ECONNREFUSED' })],
    ['a connection that was reset', Object.assign(new Error(SECRET), { code: 'ECONNRESET' })],
    ['a name that nobody knows', Object.assign(new Error(SECRET), { code: 'ENOTFOUND' })],
    ['a connection that ended', new Error('Connection terminated unexpectedly')],
    ['a pool without a connection to spare', new Error('timeout exceeded when trying to connect')],
    [
      'every address of a name',
      new AggregateError([1, 2].map(() => Object.assign(new Error(SECRET), { code: 'ECONNREFUSED' }))),
    ],
  ];

  it.each(away)('is told as such, and logged: %s', async (_, error) => {
    const { errors, log } = await answer(fail(error));
    expect(errors).toEqual([
      {
        message: databaseUnavailable().text.en,
        locations: [{ line: 1, column: 3 }],
        path: ['field'],
        extensions: { code: 'DATABASE_UNAVAILABLE' },
      },
    ]);
    expect(log.lines).toEqual([
      expect.objectContaining({ level: 50, requestId: 'request-1', msg: 'database unavailable' }),
    ]);
    expect(log.lines[0]?.err?.stack).toContain(error.message);
  });

  it('is told in the language of the caller', async () => {
    const { errors } = await answer(fail(databaseError('57P01')), { language: 'zh' });
    expect(errors[0]?.message).toBe('数据暂时无法访问，请稍后重试。');
  });

  it.each<[string, unknown]>([
    ['a statement that is wrong', databaseError('42601')],
    ['a row that is there already', databaseError('23505')],
    ['a statement that was canceled', databaseError('57014')],
    ['an error of some other kind', new Error('no')],
    [
      'several of which one is of another kind',
      new AggregateError([databaseError('08006'), new Error('no')]),
    ],
    ['no error at all', 'ECONNREFUSED'],
  ])('is not meant by %s', (_, error) => {
    expect(isDatabaseGone(error)).toBe(false);
  });
});

describe('violations', () => {
  it('are refused all at once', () => {
    const violations = new Violations();
    expect(() => violations.throwIfAny()).not.toThrow();
    violations.add('REQUIRED', ['name'], { en: 'Give a name.', zh: '请填写名称。' });
    violations.add('INVALID', ['rows', 2, 'origin'], { en: 'No such place.', zh: '无此地。' });
    expect(() => violations.throwIfAny()).toThrow(
      expect.objectContaining({
        name: 'Refusal',
        message: 'REQUIRED name: Give a name.; INVALID rows.2.origin: No such place.',
        violations: [
          { code: 'REQUIRED', path: ['name'], text: { en: 'Give a name.', zh: '请填写名称。' } },
          { code: 'INVALID', path: ['rows', 2, 'origin'], text: { en: 'No such place.', zh: '无此地。' } },
        ],
      }),
    );
  });
});
