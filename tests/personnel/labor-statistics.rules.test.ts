import fc from 'fast-check';
import type { PolicyRow } from '../../subgraphs/kit/in-effect';
import {
  type Agreement,
  adjustedSum,
  adjusterOf,
  decide,
  Reconciler,
} from '../../subgraphs/personnel/labor-statistics/reconcile';
import {
  asymmetry,
  changeOf,
  type Flow,
  type FlowPart,
  figureOf,
  monthsBetween,
  seesWhole,
} from '../../subgraphs/personnel/labor-statistics/rules';

const part = (more: Partial<FlowPart> = {}): FlowPart => ({
  ...{ side: 'ORIGIN', reported_by: '341200-HRSS', reference_day: '2026-09-30' },
  ...{ minimum_stay_months: 6, includes_flexible: true, cells: 1, small_cells: 0 },
  ...more,
  workers: more.workers ?? 100,
  public_workers: more.public_workers ?? more.workers ?? 100,
});
const flow = (parts: FlowPart[], more: Partial<Flow> = {}): Flow => ({
  ...{ month: '2026-09', origin: '341200', destination: '310000', sector: null, isExact: false, parts },
  ...more,
});
const policy = (name: string, value: unknown, more: Partial<PolicyRow> = {}): PolicyRow => ({
  ...{ name, value, jurisdiction: '', effective_from: '1900-01-01', effective_until: null, source: 'test' },
  ...more,
});
const policies = [
  policy('LABOR_FLOW_DURATION_FACTORS', { 0: 0.5, 3: 0.6, 6: 0.75, 12: 1 }),
  policy('LABOR_FLOW_FLEXIBLE_SHARE', 0.2),
  policy('LABOR_FLOW_TOLERANCE', 1.1),
  policy('LABOR_FLOW_UNKNOWN_RELIABILITY', 0.5),
];
const reconciled = (given: Flow, agreements: Agreement[] = []) => {
  const figure = new Reconciler({ policies, agreements }).reconcile(given);
  return figure && { ...figure, explanation: figure.explanation() };
};

describe('figureOf', () => {
  const small = part({ workers: 10, small_cells: 1 });

  it('suppresses a single small cell for whoever is no party to it', () => {
    expect(figureOf(flow([small]), 'ORIGIN')).toEqual({
      ...{ workers: null, obsStatus: 'Q', confStatus: 'A', reporters: ['341200-HRSS'] },
      definition: { minimumStayMonths: 6, includesFlexible: true, referenceDay: '2026-09-30' },
    });
  });

  it('shows it to the parties', () => {
    const shown = figureOf(flow([part({ workers: 4, small_cells: 1 })], { isExact: true }), 'ORIGIN');
    expect(shown).toMatchObject({ workers: 4, obsStatus: 'A', confStatus: 'F' });
  });

  it('shows sums of several cells, which are made of public values', () => {
    const sum = figureOf(flow([small, part({ reported_by: '341225-HRSS', workers: 50 })]), 'ORIGIN');
    expect(sum).toMatchObject({ workers: 60, obsStatus: 'A', reporters: ['341200-HRSS', '341225-HRSS'] });
  });

  it('has no definition when the reporters count differently, and is null where nothing was reported', () => {
    const given = flow([part(), part({ minimum_stay_months: 3 })]);
    expect(figureOf(given, 'ORIGIN')?.definition).toBeNull();
    expect(figureOf(given, 'DESTINATION')).toBeNull();
  });
});

describe('asymmetry', () => {
  it.each([
    [412_600, 287_350, (412_600 - 287_350) / (412_600 + 287_350)],
    [0, 5, -1],
    [5, 0, 1],
    [0, 0, null],
    [null, 5, null],
    [5, null, null],
  ])('of %s and %s is %s', (origin, destination, expected) => {
    expect(asymmetry(origin, destination)).toBe(expected);
  });

  it('changes its sign when the sides are swapped, and stays within −1 and 1', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (a, b) => {
        fc.pre(a + b > 0);
        const here = asymmetry(a, b) ?? Number.NaN;
        expect(asymmetry(b, a)).toBeCloseTo(-here, 12);
        expect(Math.abs(here)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('adjusterOf', () => {
  const at = { place: '341200', month: '2026-09' };
  const factor = (minimum_stay_months: number, includes_flexible = true, rows = policies) =>
    adjusterOf(rows, at)({ minimum_stay_months, includes_flexible });

  it('leaves the common definition as it is', () => {
    expect(factor(6)).toBe(1);
  });

  it('takes shorter stays out, adds to longer ones, and draws a line between the factors that are laid down', () => {
    expect(factor(0)).toBeCloseTo(0.5 / 0.75, 12);
    expect(factor(9)).toBeCloseTo(0.875 / 0.75, 12);
    expect(factor(60)).toBeCloseTo(1 / 0.75, 12);
  });

  it('adds the flexible workers that were not counted', () => {
    expect(factor(6, false)).toBeCloseTo(1 / 0.8, 12);
  });

  it("goes by the place's own policy of that month", () => {
    const own = policy('LABOR_FLOW_FLEXIBLE_SHARE', 0.5, {
      ...{ jurisdiction: '340000', effective_from: '2026-01-01', effective_until: '2026-12-31' },
    });
    expect(factor(6, false, [...policies, own])).toBe(2);
    expect(
      adjusterOf([...policies, own], { ...at, month: '2025-12' })({
        ...{ minimum_stay_months: 6, includes_flexible: false },
      }),
    ).toBeCloseTo(1.25, 12);
  });
});

describe('decide', () => {
  const count = fc.integer({ min: 0, max: 10_000_000 });
  const weight = fc.double({ min: 0, max: 1, noNaN: true });
  const given = (
    origin: number | null,
    destination: number | null,
    weights = { origin: 1, destination: 1 },
  ) => decide({ origin, destination }, { tolerance: 1.1, weights });

  it.each([
    [100, null, 'SINGLE_SIDE', 'ONLY_ORIGIN_REPORTED', 100],
    [null, 100, 'SINGLE_SIDE', 'ONLY_DESTINATION_REPORTED', 100],
    [110, 100, 'DESTINATION_SIDE', 'WITHIN_TOLERANCE', 100],
    [0, 0, 'DESTINATION_SIDE', 'WITHIN_TOLERANCE', 0],
    [200, 100, 'WEIGHTED_MEAN', 'BEYOND_TOLERANCE', 150],
    [0, 100, 'WEIGHTED_MEAN', 'BEYOND_TOLERANCE', 50],
  ] as const)('of %s and %s is made by %s, since %s', (origin, destination, method, rule, value) => {
    expect(given(origin, destination)).toMatchObject({ method, rule, value });
  });

  it('is bounded by what was counted, and its interval covers both', () => {
    fc.assert(
      fc.property(count, count, weight, weight, (a, b, origin, destination) => {
        const { value, low, high } = given(a, b, { origin, destination });
        expect([low, high]).toEqual([Math.min(a, b), Math.max(a, b)]);
        expect(value).toBeGreaterThanOrEqual(low);
        expect(value).toBeLessThanOrEqual(high);
      }),
    );
  });

  it('is the same with the sides swapped where it is a mean', () => {
    fc.assert(
      fc.property(count, count, weight, weight, (a, b, origin, destination) => {
        const here = given(a, b, { origin, destination });
        fc.pre(here.method === 'WEIGHTED_MEAN');
        const swapped = given(b, a, { origin: destination, destination: origin });
        expect(swapped.value).toBeCloseTo(here.value, 6);
      }),
    );
  });

  it('grows when a side grows', () => {
    fc.assert(
      fc.property(count, count, fc.nat(1000), (a, b, more) => {
        const here = given(a, b);
        const there = given(a + more, b);
        fc.pre(here.method === there.method);
        expect(there.value).toBeGreaterThanOrEqual(here.value - 1e-6);
      }),
    );
  });
});

describe('reconcile', () => {
  const destination = (workers: number, more: Partial<FlowPart> = {}) =>
    part({ side: 'DESTINATION', reported_by: '310000-HRSS', workers, ...more });

  it('is null where nobody reported, and never a zero because a partner is silent', () => {
    expect(reconciled(flow([]))).toBeNull();
    expect(reconciled(flow([part({ workers: 80 })]))).toMatchObject({
      ...{ workers: 80, low: 80, high: 80, obsStatus: 'A', rule: 'ONLY_ORIGIN_REPORTED' },
    });
  });

  it('brings both sides to one definition before it compares them', () => {
    const both = [part({ workers: 1000 }), destination(800, { includes_flexible: false })];
    expect(reconciled(flow(both))).toMatchObject({
      ...{ workers: 1000, low: 1000, high: 1000, method: 'DESTINATION_SIDE', obsStatus: 'E' },
    });
  });

  it('weighs each side by how well the other flows of its reporters agree', () => {
    const agreement = (origin: string, to: string, o: FlowPart, d: FlowPart): Agreement => ({
      ...{ month: '2026-09', origin, destination: to, parts: [o, d] },
    });
    // Fuyang's other flow is confirmed by three quarters, Shanghai's by a quarter.
    const agreements = [
      agreement('341200', '320500', part({ workers: 300 }), destination(400, { reported_by: '320500-HRSS' })),
      agreement('320100', '310000', part({ reported_by: '320100-HRSS', workers: 100 }), destination(400)),
      // The flow itself says nothing of who is right about it.
      agreement('341200', '310000', part({ workers: 1 }), destination(1_000_000)),
    ];
    const { workers, explanation } =
      reconciled(flow([part({ workers: 2000 }), destination(1000)]), agreements) ?? {};
    expect(workers).toBe(1750);
    expect(explanation?.en).toContain('(origin 0.75, destination 0.25)');
    expect(explanation?.zh).toContain('输出地 0.75，输入地 0.25');
  });

  it('is unchanged when a report is split in two', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 20, max: 1_000_000 }), fc.nat(20), fc.boolean()), {
          ...{ minLength: 1, maxLength: 5 },
        }),
        fc.integer({ min: 20, max: 1_000_000 }),
        fc.nat(9),
        (counts, there, tenths) => {
          const whole = counts.map(([workers, minimum_stay_months, includes_flexible]) =>
            part({ workers, minimum_stay_months, includes_flexible }),
          );
          const split = whole.flatMap((p) => {
            const some = Math.floor((p.workers * tenths) / 10);
            return [some, p.workers - some].map((workers) => ({ ...p, workers, public_workers: workers }));
          });
          const { explanation: _, ...before } = reconciled(flow([...whole, destination(there)])) ?? {};
          const { explanation: __, ...after } = reconciled(flow([destination(there), ...split])) ?? {};
          expect(after).toEqual(before);
        },
      ),
    );
  });

  it('stays within its adjusted inputs', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.nat(1_000_000), fc.nat(60), fc.boolean(), (a, b, stay, flexible) => {
        const there = destination(b, { minimum_stay_months: stay, includes_flexible: flexible });
        const figure = reconciled(flow([part({ workers: a }), there]));
        const adjusted = adjustedSum(
          [there],
          adjusterOf(policies, { place: '310000', month: '2026-09' }),
          (p) => p.workers,
        );
        expect(figure?.low).toBe(Math.round(Math.min(a, adjusted)));
        expect(figure?.high).toBe(Math.round(Math.max(a, adjusted)));
        expect(figure?.workers).toBeGreaterThanOrEqual(figure?.low ?? Number.NaN);
        expect(figure?.workers).toBeLessThanOrEqual(figure?.high ?? Number.NaN);
      }),
    );
  });

  it('is suppressed, sentence included, where every count is', () => {
    const small = part({ workers: 10, small_cells: 1 });
    const figure = reconciled(flow([small]));
    expect(figure).toMatchObject({ workers: null, low: null, high: null, obsStatus: 'Q', confStatus: 'A' });
    expect(`${figure?.explanation.en}${figure?.explanation.zh}`).not.toMatch(/\b[1-9]\b|: 10/);
  });

  it('says of a small side among others that it is small, and not what it is drawn as', () => {
    const figure = reconciled(flow([part({ workers: 10, small_cells: 1 }), destination(500)]));
    expect(figure?.explanation.en).toContain('The origin counted fewer than 10 and the destination 500');
  });
});

describe('seesWhole', () => {
  it.each([
    ['310000', 'PREFECTURE', true],
    ['341200', 'PREFECTURE', true],
    ['341200', 'PROVINCE', false],
    ['341225', 'PREFECTURE', false],
    ['341225', 'COUNTY', true],
    ['310118104', 'COUNTY', false],
  ] as const)('%s at %s: %s', (place, level, expected) => {
    expect(seesWhole(place, level)).toBe(expected);
  });
});

describe('months', () => {
  it('are counted over the turn of the year', () => {
    expect(monthsBetween('2025-11', '2026-02')).toEqual(['2025-11', '2025-12', '2026-01', '2026-02']);
  });

  it.each([
    [100, 110, 0.1],
    [0, 5, null],
    [null, 5, null],
    [5, null, null],
  ])('from %s to %s change by %s', (before, after, expected) => {
    expect(changeOf(before, after)).toBe(expected);
  });
});
