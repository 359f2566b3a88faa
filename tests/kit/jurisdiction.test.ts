import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import {
  ancestorAt,
  ancestorsAndSelf,
  contains,
  EMPTY_RANGE,
  isJurisdictionCode,
  JURISDICTION_LEVELS,
  levelOf,
  MUNICIPALITIES,
  prefixOf,
  rangeOf,
} from '../../subgraphs/kit/jurisdiction';
import { DIVISIONS } from '../../subgraphs/kit/load';

describe('isJurisdictionCode', () => {
  it.each(['310000', '341200', '310118', '310118104', '310118104222'])('takes %s', (code) => {
    expect(isJurisdictionCode(code)).toBe(true);
  });

  it.each([
    '',
    '31',
    '31011',
    '3101181',
    '31011810',
    '3101181042',
    '3101181042221',
    '031011',
    '31011a',
    ' 310118',
    '310118\n',
    '３１０１１８',
  ])('refuses %j', (text) => {
    expect(isJurisdictionCode(text)).toBe(false);
  });
});

describe('levels', () => {
  it.each([
    ['310000', 'PROVINCE', '31'],
    ['341200', 'PREFECTURE', '3412'],
    ['310118', 'COUNTY', '310118'],
    ['429004', 'COUNTY', '429004'],
    ['310118104', 'TOWNSHIP', '310118104'],
    ['310118104222', 'VILLAGE', '310118104222'],
  ])('knows %s as a %s with the prefix %s', (code, level, prefix) => {
    expect([levelOf(code), prefixOf(code)]).toEqual([level, prefix]);
  });
});

describe('ancestorAt', () => {
  it.each([
    ['a village', '341225100201', ['340000', '341200', '341225', '341225100', '341225100201']],
    ['a place at its own level', '341225', ['340000', '341200', '341225', null, null]],
    [
      'a municipality at prefecture level, for itself',
      '310118104',
      ['310000', '310000', '310118', '310118104', null],
    ],
    ['a municipality itself', '310000', ['310000', null, null, null, null]],
    [
      'a county straight under its province, without a prefecture',
      '429004',
      ['420000', null, '429004', null, null],
    ],
  ])('climbs from %s', (_, code, ancestors) => {
    expect(JURISDICTION_LEVELS.map((level) => ancestorAt(code, level))).toEqual(ancestors);
  });
});

describe('a range', () => {
  const anyCode = fc
    .tuple(
      fc.constantFrom(6, 9, 12),
      fc.bigInt({ min: 100_000_000_000n, max: 999_999_999_999n }),
      fc.constantFrom('', '00', '0000'),
    )
    .map(([length, digits, zeros]) =>
      length === 6 ? `${String(digits).slice(0, 6 - zeros.length)}${zeros}` : String(digits).slice(0, length),
    );

  it('holds a code exactly when the place contains it', () => {
    fc.assert(
      fc.property(anyCode, anyCode, (outer, inner) => {
        const { from, below } = rangeOf(outer);
        expect(inner >= from && inner < below).toBe(contains(outer, inner));
      }),
    );
  });

  it('that is empty holds none', () => {
    fc.assert(
      fc.property(anyCode, (code) => {
        expect(code >= EMPTY_RANGE.from && code < EMPTY_RANGE.below).toBe(false);
      }),
    );
  });
});

describe('the 80,480 divisions of the reference file', () => {
  interface Division {
    code: string;
    level: string;
    parent: string | null;
  }
  const divisions = new Map<string, Division>();
  const chainOf = (code: string): string[] => {
    const parent = divisions.get(code)?.parent;
    return parent ? [...chainOf(parent), code] : [code];
  };
  /** Compared as lists of what differs: one assertion a row would take longer than all the rest. */
  const differing = (differs: (division: Division) => boolean) =>
    [...divisions.values()].filter(differs).map(({ code }) => code);

  beforeAll(async () => {
    const [, ...lines] = (await text(DIVISIONS.open())).trimEnd().split('\n');
    for (const line of lines) {
      const [code = '', , level = '', parent = ''] = line.split(',');
      divisions.set(code, { code, level, parent: parent === '' ? null : parent });
    }
  });

  it('are all there, under codes of the right shape', () => {
    expect(divisions.size).toBe(80_480);
    expect(differing(({ code }) => !isJurisdictionCode(code))).toEqual([]);
  });

  it('have the level that their code says', () => {
    expect(differing(({ code, level }) => levelOf(code) !== level)).toEqual([]);
  });

  it('lie in their parent, and not the other way round', () => {
    expect(
      differing(
        ({ code, parent }) => parent !== null && !(contains(parent, code) && !contains(code, parent)),
      ),
    ).toEqual([]);
  });

  it('have the ancestors that their code says', () => {
    expect(differing(({ code }) => ancestorsAndSelf(code).join() !== chainOf(code).join())).toEqual([]);
  });

  it('have the ancestor at each level that their parents lead to', () => {
    const expected = (code: string, level: string) => {
      const chain = chainOf(code);
      const there = chain.find((ancestor) => divisions.get(ancestor)?.level === level) ?? null;
      const isMunicipal =
        level === 'PREFECTURE' && chain.length > 1 && MUNICIPALITIES.some((m) => m === chain[0]);
      return isMunicipal ? (chain[0] ?? null) : there;
    };
    expect(
      differing(({ code }) =>
        JURISDICTION_LEVELS.some((level) => ancestorAt(code, level) !== expected(code, level)),
      ),
    ).toEqual([]);
  });

  it('lie in the range of a place exactly when they descend from it', () => {
    const sorted = [...divisions.keys()].sort();
    const descendants = new Map<string, number>();
    for (const code of sorted) {
      for (const ancestor of chainOf(code)) descendants.set(ancestor, (descendants.get(ancestor) ?? 0) + 1);
    }
    const firstNotBelow = (bound: string) => {
      let [low, high] = [0, sorted.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((sorted[middle] ?? '') < bound) low = middle + 1;
        else high = middle;
      }
      return low;
    };
    // Descendants lie in their ancestors' ranges (above), so equal counts mean that nothing else does.
    expect(
      differing(({ code }) => {
        const { from, below } = rangeOf(code);
        return firstNotBelow(below) - firstNotBelow(from) !== descendants.get(code);
      }),
    ).toEqual([]);
  });
});
