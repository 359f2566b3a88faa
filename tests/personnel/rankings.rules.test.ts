import fc from 'fast-check';
import { rank } from '../../subgraphs/personnel/rankings/rules';

const totals = fc.uniqueArray(
  fc.record({
    secondment: fc.integer({ min: 0, max: 500 }).map(String),
    total: fc.integer({ min: 0, max: 8 }).map((halves) => halves / 2),
    deductions: fc.integer({ min: 0, max: 3 }),
    weeks: fc.integer({ min: 1, max: 5 }),
    starts_on: fc.constantFrom('2026-03-02', '2026-03-16', '2026-09-16'),
  }),
  { selector: ({ secondment }) => secondment, maxLength: 30 },
);

describe('the ranking of a month', () => {
  it('is total, and the same in whatever order it was computed', () => {
    fc.assert(
      fc.property(
        totals.chain((rows) =>
          fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length })),
        ),
        ([rows, shuffled]) => {
          const ranked = rank(rows);
          expect(rank(shuffled)).toEqual(ranked);
          expect(ranked.map((entry) => entry.rank)).toEqual(rows.map((_, i) => i + 1));
          expect(ranked.map(({ secondment }) => secondment).sort()).toEqual(
            rows.map(({ secondment }) => secondment).sort(),
          );
        },
      ),
    );
  });

  it('has the better on top, and lists that share nobody', () => {
    fc.assert(
      fc.property(totals, (rows) => {
        const ranked = rank(rows);
        const red = ranked.filter(({ list }) => list === 'RED');
        const black = ranked.filter(({ list }) => list === 'BLACK');
        expect(red.length).toBe(Math.min(3, rows.length));
        expect(black.length).toBe(Math.min(3, Math.max(0, rows.length - 3)));
        for (const better of red) {
          for (const worse of black) {
            expect(better.rank).toBeLessThan(worse.rank);
            expect(better.total).toBeGreaterThanOrEqual(worse.total);
          }
        }
        for (const [i, entry] of ranked.slice(1).entries()) {
          const before = ranked[i];
          if (!before) throw new Error('nobody before');
          expect(before.total).toBeGreaterThanOrEqual(entry.total);
          if (before.total === entry.total) {
            expect(before.deductions).toBeLessThanOrEqual(entry.deductions);
          }
        }
      }),
    );
  });

  it.each([
    [0, 0, 0],
    [1, 1, 0],
    [3, 3, 0],
    [4, 3, 1],
    [5, 3, 2],
    [6, 3, 3],
    [7, 3, 3],
  ])('of %d has %d on the red and %d on the black list', (count, red, black) => {
    const ranked = rank(
      Array.from({ length: count }, (_, i) => ({
        ...{ secondment: String(i), total: 100 - i, deductions: i, weeks: 1, starts_on: '2026-03-02' },
      })),
    );
    expect(ranked.filter(({ list }) => list === 'RED')).toHaveLength(red);
    expect(ranked.filter(({ list }) => list === 'BLACK')).toHaveLength(black);
  });

  it('breaks ties by fewer deductions, then the earlier posting', () => {
    const entry = (secondment: string, deductions: number, starts_on: string) => ({
      ...{ secondment, total: 390, deductions, weeks: 4, starts_on },
    });
    const ranked = rank([
      entry('a', 2, '2026-03-02'),
      entry('b', 1, '2026-09-16'),
      entry('d', 1, '2026-03-02'),
      entry('c', 1, '2026-03-02'),
    ]);
    expect(ranked.map(({ secondment }) => secondment)).toEqual(['c', 'd', 'b', 'a']);
  });
});
