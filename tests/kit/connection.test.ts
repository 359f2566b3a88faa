import fc from 'fast-check';
import {
  decodeCursor,
  EVERYWHERE,
  encodeCursor,
  pageSize,
  placeParents,
} from '../../subgraphs/kit/connection';
import { ClientError } from '../../subgraphs/kit/errors';

/** The sentences, in both languages, of the error that `work` throws. */
function refusalOf(work: () => unknown) {
  try {
    work();
  } catch (error) {
    if (error instanceof ClientError) return { code: error.code, ...error.text };
    throw error;
  }
  throw new Error('it was not refused');
}

describe('a cursor', () => {
  const anyValue = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Object.is(n, -0)),
  );

  it('gives back the values that it was made of', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(anyValue, { minLength: 1, maxLength: 5 }), (name, values) => {
        expect(decodeCursor(name, encodeCursor(name, values), values.length)).toEqual(values);
      }),
    );
  });

  it('is text that needs no escaping in an address or a header', () => {
    fc.assert(
      fc.property(fc.array(anyValue), (values) => {
        expect(encodeCursor('gridCases', values)).toMatch(/^[\w-]+$/);
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['no base64', '§'],
    ['base64 of no JSON', Buffer.from('gridCases').toString('base64url')],
    ['no list', Buffer.from('{"gridCases":1}').toString('base64url')],
    ['null', Buffer.from('null').toString('base64url')],
    ['an empty list', Buffer.from('[]').toString('base64url')],
    ['too few values', encodeCursor('gridCases', ['a'])],
    ['too many values', encodeCursor('gridCases', ['a', 'b', 'c'])],
    ['values of another type', Buffer.from('["gridCases","a",null]').toString('base64url')],
    ['values within values', Buffer.from('["gridCases","a",["b"]]').toString('base64url')],
    ['a number that is none', Buffer.from('["gridCases","a",1e999]').toString('base64url')],
    ['one of another list', encodeCursor('agencies', ['a', 'b'])],
  ])('is refused when it is %s', (_, cursor) => {
    expect(refusalOf(() => decodeCursor('gridCases', cursor, 2))).toEqual({
      code: 'BAD_USER_INPUT',
      en: `"${cursor.length > 40 ? `${cursor.slice(0, 40)}…` : cursor}" is not a cursor of gridCases. Pass the endCursor of a page of the same list, or leave after out to begin.`,
      zh: `“${cursor.length > 40 ? `${cursor.slice(0, 40)}…` : cursor}”不是 gridCases 的游标。请传入同一列表上一页的 endCursor，或省略 after 从头开始。`,
    });
  });

  it('that is long is not repeated whole', () => {
    const { en } = refusalOf(() => decodeCursor('gridCases', 'x'.repeat(10_000), 2));
    expect(en).toMatch(/^"x{40}…" is not a cursor of gridCases\./);
  });

  it('is refused or understood, whatever it is', () => {
    fc.assert(
      fc.property(fc.string(), (cursor) => {
        expect(refusalOf(() => decodeCursor('gridCases', cursor, 2)).code).toBe('BAD_USER_INPUT');
      }),
    );
  });
});

describe('the size of a page', () => {
  const list = { name: 'gridCases', maximum: 200 };

  it.each([
    ['1', 1, 1],
    ['the maximum', 200, 200],
    ['left out', undefined, 50],
    ['null', null, 50],
  ])('may be %s', (_, first, size) => {
    expect(pageSize({ first }, list)).toBe(size);
  });

  it('is the maximum when left out of a list that gives fewer than 50', () => {
    expect(pageSize({}, { name: 'agendas', maximum: 10 })).toBe(10);
  });

  it.each([0, -1, 201, 2_147_483_647])('may not be %i', (first) => {
    expect(refusalOf(() => pageSize({ first }, list))).toEqual({
      code: 'BAD_USER_INPUT',
      en: `gridCases gives 1 to 200 rows a page, and first was ${first}. Ask for fewer and page on with after.`,
      zh: `gridCases 每页可返回 1 至 200 行，而 first 为 ${first}。请减少数量并用 after 翻页。`,
    });
  });
});

it('takes a place, or everywhere, as a range of codes', () => {
  expect(placeParents(['310000', '341225100', EVERYWHERE])).toEqual([
    { key: '310000', from: '31', below: '31:' },
    { key: '341225100', from: '341225100', below: '341225100:' },
    { key: '', from: '', below: '~' },
  ]);
});
