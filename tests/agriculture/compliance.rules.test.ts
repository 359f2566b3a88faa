import fc from 'fast-check';
import {
  type BatchFacts,
  checkLimit,
  consistencyOf,
  judge,
  type LimitToCheck,
  type TestResult,
} from '../../subgraphs/agriculture/compliance/rules';
import { decimal } from '../../subgraphs/agriculture/measures';

const limit = (given: Partial<LimitToCheck> = {}): LimitToCheck => ({
  ...{ parameter: 'PESTICIDE_A', parameter_unit: 'mg/kg', minimum: null, maximum: '0.02', unit: 'mg/kg' },
  ...{ residue_definition: 'A', part_measured: null, is_test_required: false, tolerance: '0.1', ...given },
});
const result = (given: Partial<TestResult> = {}): TestResult => ({
  ...{ parameter: 'PESTICIDE_A', value: '0.01', unit: 'mg/kg', limit_of_quantification: '0.005' },
  ...{ uncertainty: null, residue_definition: 'A', ...given },
});
const facts = (given: Partial<BatchFacts> = {}): BatchFacts => ({
  applied: [],
  tests: [],
  weights: [],
  ...given,
});
const weight = limit({
  ...{ parameter: 'UNIT_WEIGHT', parameter_unit: 'g', minimum: '100', maximum: '200', unit: 'g' },
  residue_definition: null,
});
const weights = (...grams: number[]) => facts({ weights: grams.map(decimal) });

describe('a check', () => {
  it.each<[string, string, Partial<TestResult>, Partial<LimitToCheck>]>([
    ['WITHIN', 'under the limit', { value: '0.01' }, {}],
    ['WITHIN', 'at the limit', { value: '0.02' }, {}],
    ['WITHIN', 'under it in other units', { value: '19.9', unit: 'µg/kg', limit_of_quantification: '5' }, {}],
    ['WITHIN', 'under it, the uncertainty reaching over', { value: '0.019', uncertainty: '0.005' }, {}],
    ['EXCEEDS', 'over it', { value: '0.03' }, {}],
    ['EXCEEDS', 'over it by more than the uncertainty', { value: '0.03', uncertainty: '0.009' }, {}],
    ['WITHIN_UNCERTAINTY', 'over it by just the uncertainty', { value: '0.03', uncertainty: '0.01' }, {}],
    [
      'BELOW',
      'under a least',
      { value: '0.5', unit: '%', limit_of_quantification: null },
      { minimum: '1', maximum: null, unit: '%' },
    ],
    [
      'WITHIN_UNCERTAINTY',
      'under a least by the uncertainty',
      { value: '0.8', unit: '%', uncertainty: '0.2', limit_of_quantification: null },
      { minimum: '1', maximum: null, unit: '%' },
    ],
    ['WITHIN', 'not detected', { value: null }, {}],
    [
      'WITHIN',
      'not detected, the method telling just the limit',
      { value: null, limit_of_quantification: '0.02' },
      {},
    ],
    [
      'INDETERMINATE',
      'not detected by too coarse a method',
      { value: null, limit_of_quantification: '0.05' },
      {},
    ],
    [
      'INDETERMINATE',
      'less than a coarse method tells',
      { value: '0.01', limit_of_quantification: '0.05' },
      {},
    ],
    ['BELOW', 'not detected where there is a least', { value: null }, { minimum: '0.01', maximum: null }],
    ['NOT_TESTED', 'tested by another definition', { residue_definition: 'A and its metabolites' }, {}],
    ['NOT_TESTED', 'tested by a definition that is not stated', { residue_definition: null }, {}],
    ['WITHIN', 'tested by a definition where the limit has none', {}, { residue_definition: null }],
  ])('is %s: %s', (verdict, _, test, of) => {
    const check = checkLimit(limit(of), facts({ tests: [result(test)] }));
    expect(check?.verdict).toBe(verdict);
    expect(check?.basis).toEqual(['MEASURED']);
  });

  it('is made of what was measured, sprayed or demanded, and of nothing else', () => {
    expect(checkLimit(limit(), facts())).toBeNull();
    expect(checkLimit(limit(), facts({ applied: ['PESTICIDE_B'] }))).toBeNull();
    expect(checkLimit(limit(), facts({ applied: ['PESTICIDE_A'] }))).toMatchObject({
      ...{ verdict: 'NOT_TESTED', basis: ['APPLIED'], explanation: { en: 'It was not tested.' } },
    });
    const demanded = checkLimit(limit({ is_test_required: true }), facts({ tests: [result()] }));
    expect(demanded).toMatchObject({ verdict: 'WITHIN', basis: ['MEASURED', 'REQUIRED'] });
  });

  it('takes the worst of several results', () => {
    const tests = [result(), result({ value: '0.03' }), result({ value: null })];
    expect(checkLimit(limit(), facts({ tests }))?.verdict).toBe('EXCEEDS');
  });

  it('explains itself', () => {
    expect(checkLimit(limit(), facts({ tests: [result({ value: '0.03' })] }))?.explanation).toEqual({
      en: '0.03 mg/kg; more than the limit allows (at most 0.02 mg/kg).',
      zh: '实测 0.03 mg/kg，超过限量（不超过 0.02 mg/kg）。',
    });
  });
});

describe('sizes', () => {
  it.each<[string, number[], string]>([
    ['WITHIN', [118, 125, 131, 140, 142, 150, 155, 160, 171, 205], 'one in ten, which is tolerated'],
    ['EXCEEDS', [118, 125, 131, 140, 142, 150, 155, 160, 201, 205], 'two in ten, both above'],
    ['BELOW', [90, 95, 131, 140, 142, 150, 155, 160, 171, 205], 'three in ten, most below'],
    ['EXCEEDS', [99, 201], 'as many above as below'],
    ['WITHIN', [100, 200], 'none: the ends are inside'],
  ])('are %s of %j: %s', (verdict, grams) => {
    expect(checkLimit(weight, weights(...grams))?.verdict).toBe(verdict);
  });

  it('say the mean and the share outside', () => {
    const check = checkLimit(weight, weights(90, 150, 180));
    expect([check?.measured?.toNumber(), check?.outsideShare]).toEqual([140, 1 / 3]);
    expect(check?.explanation.en).toBe(
      '1 of 3 samples lie outside 100–200 g (0 above, 1 below); at most 10 % may.',
    );
  });
});

describe('the verdict of a batch', () => {
  const values = fc.constantFrom('0.001', '0.01', '0.02', '0.021', '0.05');
  const parameters = fc.constantFrom('PESTICIDE_A', 'PESTICIDE_B', 'LEAD');
  const anyTest = fc.record({
    parameter: parameters,
    value: fc.option(values),
    unit: fc.constant('mg/kg'),
    limit_of_quantification: fc.constantFrom('0.005', '0.03'),
    uncertainty: fc.option(fc.constantFrom('0.001', '0.01')),
    residue_definition: fc.constantFrom('A', 'other'),
  });
  const anyLimits = fc.uniqueArray(
    fc.record({ parameter: parameters, maximum: values, is_test_required: fc.boolean() }),
    { selector: ({ parameter }) => parameter },
  );
  const RANK = { CONFORMS: 0, INDETERMINATE: 1, DOES_NOT_CONFORM: 2 } as const;

  it('never improves when a test that is within is removed', () => {
    fc.assert(
      fc.property(
        fc.array(anyTest, { minLength: 1, maxLength: 8 }),
        anyLimits,
        fc.uniqueArray(parameters),
        (tests, limits, applied) => {
          const asked = limits.map((given) => limit(given));
          const before = judge(asked, facts({ tests, applied }));
          for (const [i, test] of tests.entries()) {
            const alone = judge(asked, facts({ tests: [test] })).checks;
            if (!alone.every(({ verdict, basis }) => verdict === 'WITHIN' || !basis.includes('MEASURED')))
              continue;
            const after = judge(asked, facts({ tests: tests.filter((__, at) => at !== i), applied }));
            expect(RANK[after.verdict]).toBeGreaterThanOrEqual(RANK[before.verdict]);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each([
    ['CONFORMS', [['PESTICIDE_A', '0.01']], []],
    ['INDETERMINATE', [['PESTICIDE_A', '0.01']], ['PESTICIDE_B']],
    ['DOES_NOT_CONFORM', [['PESTICIDE_A', '0.03']], ['PESTICIDE_B']],
    ['CONFORMS', [], []],
  ] as const)('is %s', (verdict, tested, applied) => {
    const asked = ['PESTICIDE_A', 'PESTICIDE_B'].map((parameter) => limit({ parameter }));
    const tests = tested.map(([parameter, value]) => result({ parameter, value }));
    expect(judge(asked, facts({ tests, applied })).verdict).toBe(verdict);
  });
});

describe('consistency', () => {
  it('holds each month against the standard and the month before', () => {
    const months = [
      { month: '2026-09', values: [130, 150].map(decimal) },
      { month: '2026-10', values: [] },
      { month: '2026-11', values: [118, 150, 150, 205].map(decimal) },
    ];
    const range = { minimum: decimal(120), maximum: decimal(180) };
    const shown = consistencyOf(months, { range, tolerance: '0.1' }).map((month) => ({
      ...month,
      mean: month.mean.toNumber(),
      shiftFromPrevious: month.shiftFromPrevious?.toNumber() ?? null,
    }));
    expect(shown).toEqual([
      {
        ...{ month: '2026-09', samples: 2, mean: 140, outsideShare: 0, isWithinTolerance: true },
        shiftFromPrevious: null,
      },
      {
        ...{ month: '2026-11', samples: 4, mean: 155.75, outsideShare: 0.5, isWithinTolerance: false },
        shiftFromPrevious: 15.75,
      },
    ]);
    expect(consistencyOf(months, null)[0]).toMatchObject({ outsideShare: null, isWithinTolerance: null });
  });
});
