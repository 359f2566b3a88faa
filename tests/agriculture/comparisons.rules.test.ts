import fc from 'fast-check';
import {
  type ComparableLimit,
  combineLimits,
  compareLimits,
  rangeIn,
} from '../../subgraphs/agriculture/comparisons/rules';
import {
  convert,
  decimal,
  isConvertible,
  isDecimal,
  isIn,
  jointRange,
  MEASURING_UNITS,
  type Range,
} from '../../subgraphs/agriculture/measures';
import { resolveLimits } from '../../subgraphs/agriculture/standards/rules';

const limit = (given: Partial<ComparableLimit>): ComparableLimit => ({
  ...{ parameter: 'P', minimum: null, maximum: null, unit: 'mg/kg' },
  ...{ residue_definition: null, part_measured: null, ...given },
});

/** Decimals with up to six places, as text. */
const amount = fc
  .tuple(fc.integer({ min: 0, max: 999_999_999 }), fc.integer({ min: 0, max: 6 }))
  .map(([digits, places]) => decimal(digits).times(`1e-${places}`).toFixed());

const anyLimit = fc
  .record({
    ends: fc.tuple(fc.option(amount), fc.option(amount)).filter(([a, b]) => a !== null || b !== null),
    unit: fc.constantFrom('mg/kg', 'µg/kg', '%'),
    residue_definition: fc.constantFrom(null, 'A', 'A and its metabolites'),
  })
  .map(({ ends: [a, b], ...rest }) => {
    const [minimum, maximum] = a !== null && b !== null && decimal(a).gt(b) ? [b, a] : [a, b];
    return limit({ minimum, maximum, ...rest });
  });

const MIRROR = {
  ...{ STRICTER: 'LOOSER', LOOSER: 'STRICTER', ONLY_HERE: 'ONLY_THERE', ONLY_THERE: 'ONLY_HERE' },
  ...{ EQUAL: 'EQUAL', OVERLAPPING: 'OVERLAPPING', DISJOINT: 'DISJOINT', NOT_COMPARABLE: 'NOT_COMPARABLE' },
} as const;

const shown = (range: Range | null) =>
  range && [range.minimum?.toFixed() ?? null, range.maximum?.toFixed() ?? null];

describe('amounts', () => {
  it('convert there and back without losing a digit', () => {
    fc.assert(
      fc.property(
        amount,
        fc.constantFrom(...MEASURING_UNITS),
        fc.constantFrom(...MEASURING_UNITS),
        (text, from, to) => {
          fc.pre(isConvertible(from, to));
          expect(convert(convert(decimal(text), from, to), to, from).toFixed()).toBe(text);
        },
      ),
    );
  });

  it.each([
    ['0.1', 'mg/kg', '100', 'µg/kg'],
    ['0.02', '%', '200', 'mg/kg'],
    ['1', 'µg/kg', '0.0000001', '%'],
    ['0.25', 'kg', '250', 'g'],
  ])('say %s %s as %s %s', (from, unit, to, other) => {
    expect(convert(decimal(from), unit, other).toFixed()).toBe(to);
  });

  it('do not turn a weight into a share', () => {
    expect(isConvertible('g', 'mg/kg')).toBe(false);
    expect(isConvertible('spoons', 'g')).toBe(false);
    expect(() => convert(decimal(1), 'g', '%')).toThrow('g does not convert to %');
  });

  it.each(['0.05', '100', '-3', '123456789012.345'])('take %s for a decimal', (text) => {
    expect(isDecimal(text)).toBe(true);
  });

  it.each(['', '.5', '1e3', '0,05', 'NaN', '1234567890123456', '0.1234567890123', '１'])(
    'do not take "%s" for one',
    (text) => expect(isDecimal(text)).toBe(false),
  );
});

describe('comparing limits', () => {
  it('is antisymmetric: B against A is the mirror of A against B', () => {
    fc.assert(
      fc.property(fc.option(anyLimit), fc.option(anyLimit), (a, b) => {
        fc.pre(a !== null || b !== null);
        const there = compareLimits(a, b, 'mg/kg');
        const back = compareLimits(b, a, 'mg/kg');
        expect(back.verdict).toBe(MIRROR[there.verdict]);
        expect(shown(back.joint)).toEqual(shown(there.joint));
      }),
    );
  });

  it('gives a joint range that satisfies both, or says that there is none', () => {
    fc.assert(
      fc.property(anyLimit, anyLimit, amount, (a, b, probe) => {
        const { verdict, joint } = compareLimits(a, b, 'mg/kg');
        fc.pre(verdict !== 'NOT_COMPARABLE');
        const ranges = [a, b].map((each) => rangeIn(each, 'mg/kg')).filter((range) => range !== null);
        const satisfies = (text: string) => ranges.every((range) => isIn(decimal(text), range));
        expect(joint === null).toBe(verdict === 'DISJOINT');
        const probes = [probe, ...ranges.flatMap(({ minimum, maximum }) => [minimum, maximum])];
        for (const each of probes) {
          if (each === null) continue;
          const text = decimal(each.toString()).toFixed();
          expect(joint !== null && isIn(decimal(text), joint)).toBe(satisfies(text));
        }
      }),
    );
  });

  it.each([
    ['STRICTER', ['100', '200'], ['80', '250'], ['100', '200']],
    ['LOOSER', ['80', '250'], ['100', '200'], ['100', '200']],
    ['STRICTER', ['100', '250'], ['80', '250'], ['100', '250']],
    ['STRICTER', ['100', '250'], ['80', null], ['100', '250']],
    ['OVERLAPPING', ['80', '150'], ['100', '200'], ['100', '150']],
    ['OVERLAPPING', ['80', '100'], ['100', '200'], ['100', '100']],
    ['OVERLAPPING', ['80', null], [null, '200'], ['80', '200']],
    ['DISJOINT', ['80', '90'], ['100', '200'], null],
    ['EQUAL', [null, '0.1'], [null, '0.10'], [null, '0.1']],
  ] as const)('says %s of %j against %j', (verdict, [minimum, maximum], [least, most], joint) => {
    const compared = compareLimits(
      limit({ minimum, maximum }),
      limit({ minimum: least, maximum: most }),
      'mg/kg',
    );
    expect([compared.verdict, shown(compared.joint)]).toEqual([verdict, joint]);
  });

  it('says nothing of different residue definitions, and why', () => {
    const compared = compareLimits(
      limit({ maximum: '0.1', residue_definition: 'C and its metabolites' }),
      limit({ maximum: '0.1', residue_definition: 'C' }),
      'mg/kg',
    );
    expect(compared).toEqual({
      verdict: 'NOT_COMPARABLE',
      joint: null,
      reason: {
        en: 'The residue definitions differ: "C and its metabolites" and "C". The amounts count different things.',
        zh: '残留物定义不同：“C and its metabolites”与“C”，数值所计内容不同。',
      },
    });
  });

  it('takes a definition that is missing on one side for a different one', () => {
    const compared = compareLimits(
      limit({ maximum: '0.1', residue_definition: 'C' }),
      limit({ maximum: '0.1' }),
      'mg/kg',
    );
    expect([compared.verdict, compared.reason?.en]).toEqual([
      'NOT_COMPARABLE',
      'The residue definitions differ: "C" and none. The amounts count different things.',
    ]);
  });

  it('compares what is measured on different parts, with a caution', () => {
    const compared = compareLimits(
      limit({ maximum: '0.1', part_measured: 'peel' }),
      limit({ maximum: '0.1', part_measured: 'pulp' }),
      'mg/kg',
    );
    expect([compared.verdict, compared.reason?.en]).toEqual([
      'EQUAL',
      'Measured on different parts: peel; pulp.',
    ]);
  });

  it('says nothing of a weight against a share', () => {
    const compared = compareLimits(
      limit({ maximum: '1', unit: 'g' }),
      limit({ maximum: '1', unit: '%' }),
      'g',
    );
    expect([compared.verdict, compared.reason?.en]).toEqual([
      'NOT_COMPARABLE',
      'The units measure different things: g and %.',
    ]);
  });
});

describe('combining limits', () => {
  it('gives what all of them leave', () => {
    const all = [
      limit({ minimum: '80', maximum: '250', unit: 'g' }),
      limit({ minimum: '0.1', maximum: '0.2', unit: 'kg' }),
      limit({ minimum: '120', maximum: '180', unit: 'g' }),
    ];
    const { reason, isEmpty, joint } = combineLimits(all, 'g');
    expect([reason, isEmpty, shown(joint)]).toEqual([null, false, ['120', '180']]);
  });

  it('says that nothing is left, and when nothing can be said', () => {
    const far = [limit({ minimum: '80' }), limit({ maximum: '70' })];
    expect(combineLimits(far, 'mg/kg')).toEqual({ reason: null, isEmpty: true, joint: null });
    const other = [limit({ maximum: '1' }), limit({ maximum: '1', residue_definition: 'A' })];
    expect(combineLimits(other, 'mg/kg')).toMatchObject({ isEmpty: false, joint: null });
    expect(combineLimits(other, 'mg/kg').reason?.en).toMatch(/residue definitions differ/);
  });

  it('is open at both ends without any', () => {
    expect(shown(jointRange([]))).toEqual([null, null]);
  });
});

describe('the limit that holds', () => {
  const lineage = ['VEGETABLES', 'ROOT', 'SWEET_POTATO', 'MINI'];
  const stated = fc.record({
    product: fc.constantFrom(...lineage, 'GINGER'),
    parameter: fc.constantFrom('A', 'B'),
    exclusions: fc.uniqueArray(fc.constantFrom(...lineage.slice(1), 'GINGER'), { maxLength: 1 }),
  });

  it('is that of the most specific node, whatever the order of the rows', () => {
    const rows = fc.uniqueArray(stated, { selector: ({ product, parameter }) => `${product} ${parameter}` });
    fc.assert(
      fc.property(
        rows.chain((given) =>
          fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length })),
        ),
        ([given, shuffled]) => {
          const found = resolveLimits(given, lineage);
          expect(resolveLimits(shuffled, lineage)).toEqual(found);
          for (const winner of found) {
            const rivals = given.filter(
              ({ parameter, product, exclusions }) =>
                parameter === winner.parameter &&
                lineage.includes(product) &&
                !exclusions.some((code) => lineage.includes(code)),
            );
            const depth = Math.max(...rivals.map(({ product }) => lineage.indexOf(product)));
            expect(lineage.indexOf(winner.product)).toBe(depth);
          }
        },
      ),
    );
  });
});
