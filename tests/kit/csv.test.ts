import { parse } from 'csv-parse/sync';
import { type CsvColumn, csvOf } from '../../subgraphs/kit/csv';

describe('csvOf', () => {
  const column = (heading: string): CsvColumn<Record<string, string | number | Date | null>> => ({
    heading,
    value: (row) => row[heading],
  });

  it('begins with a byte order mark and ends each line as RFC 4180 says', () => {
    expect(csvOf([column('镇')], [{ 镇: '金泽镇' }])).toBe('\uFEFF镇\r\n金泽镇\r\n');
  });

  it('gives back through a reader what was written, quotes, commas and line breaks included', () => {
    const rows = [{ a: '他说：“好”, "yes"', b: '两\n行' }];
    expect(parse(csvOf([column('a'), column('b')], rows), { bom: true, columns: true })).toEqual(rows);
  });

  it('writes numbers and instants plainly, and nothing as an empty cell', () => {
    const at = new Date('2026-11-23T02:00:00Z');
    expect(csvOf([column('a'), column('b'), column('c')], [{ a: -1.5, b: at, c: null }])).toBe(
      '\uFEFFa,b,c\r\n-1.5,2026-11-23T02:00:00.000Z,\r\n',
    );
  });

  it.each(['=1+1', '+8613800000000', '-2', '@SUM(A1)', '\t=1'])(
    'does not let %j run as a formula',
    (text) => {
      const [row] = parse<{ a: string }>(csvOf([column('a')], [{ a: text }]), { bom: true, columns: true });
      expect(row).toEqual({ a: `'${text}` });
    },
  );

  it('is the headings alone without rows', () => {
    expect(csvOf([column('a'), column('b')], [])).toBe('\uFEFFa,b\r\n');
  });
});
