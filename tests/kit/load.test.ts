import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { DIVISIONS, filterLines } from '../../subgraphs/kit/load';

/** Bytes as they arrive from a file: cut anywhere, in the middle of a character too. */
const inChunks = (content: string, size: number) => {
  const bytes = Buffer.from(content);
  return Readable.from(
    [...Array(Math.ceil(bytes.length / size)).keys()].map((i) => bytes.subarray(i * size, (i + 1) * size)),
  );
};
const filtered = (content: string, keeps: (line: string) => boolean, size = 1_000) =>
  text(inChunks(content, size).pipe(filterLines(keeps)));

describe('filterLines', () => {
  const keepsShanghai = (line: string) => line.startsWith('31');

  it('passes on the header and what is to be kept', async () => {
    expect(await filtered('code,name\n310000,上海市\n320000,江苏省\n310118,青浦区\n', keepsShanghai)).toBe(
      'code,name\n310000,上海市\n310118,青浦区\n',
    );
  });

  it('ends the last line when the file does not', async () => {
    expect(await filtered('code\n310000\n310118', keepsShanghai)).toBe('code\n310000\n310118\n');
  });

  it.each(['', 'code', 'code\n'])('passes on a file without rows: %j', async (content) => {
    expect(await filtered(content, () => true)).toBe(content === '' ? '' : 'code\n');
  });

  it('leaves empty lines out', async () => {
    expect(await filtered('code\n\n310000\n\n', () => true)).toBe('code\n310000\n');
  });

  it('reads the same however the bytes are cut', async () => {
    const anyLine = fc.string({ unit: fc.constantFrom('3', '1', '上', '𠮷', ',', ' ') });
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyLine),
        fc.integer({ min: 1, max: 9 }),
        fc.boolean(),
        async (rows, size, isEnded) => {
          const content = `header\n${rows.join('\n')}${isEnded ? '\n' : ''}`;
          const expected = ['header', ...rows.filter((row) => row !== '' && keepsShanghai(row))];
          expect(await filtered(content, keepsShanghai, size)).toBe(
            expected.map((row) => `${row}\n`).join(''),
          );
        },
      ),
    );
  });
});

it('the divisions can be read', async () => {
  const lines = (await text(DIVISIONS.open())).split('\n');
  expect(lines.slice(0, 2)).toEqual(['code,name,level,parent_code', '110000,北京市,PROVINCE,']);
});
