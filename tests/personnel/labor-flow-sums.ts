import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { definition, SUBMIT, useStatistics } from './statistics-world';

/** Tests of the sums that the database keeps, by so many sequences of what units do to figures. */
export function testSums(sequences: number): void {
  const { world, as, freshMonth, withdraw } = useStatistics();

  /** What the sums should be, added up anew from the figures, and what they are. */
  const sumsTwice = (month: string) =>
    world.build(async (db) => {
      const columns = `month, sector, side, origin, destination, reported_by, minimum_stay_months, includes_flexible,
        reference_day, workers, public_workers, cells, small_cells`;
      const kept = await db.raw(
        `SELECT ${columns} FROM labor_flow_sums WHERE month = ? AND (cells, workers, public_workers, small_cells) <> (0, 0, 0, 0)
         ORDER BY ${columns}`,
        [month],
      );
      const anew = await db.raw(
        `SELECT month, coalesce(sector, '') AS sector, side, labor_flow_prefecture(origin) AS origin,
           labor_flow_prefecture(destination) AS destination, reported_by, minimum_stay_months, includes_flexible,
           reference_day, sum(workers)::bigint AS workers, sum(public_workers)::bigint AS public_workers,
           count(*)::int AS cells, (count(*) FILTER (WHERE is_small))::int AS small_cells
         FROM labor_flow_reports WHERE month = ?
         GROUP BY GROUPING SETS ((1, 3, 4, 5, 6, 7, 8, 9, sector), (1, 3, 4, 5, 6, 7, 8, 9))
         ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13`,
        [month],
      );
      return { kept, anew };
    });

  it(
    'sums equal those of the figures after any sequence of reports, revisions and withdrawals, some at once',
    async () => {
      const place = fc.constantFrom('341225', '341204', '341200');
      const other = fc.constantFrom('310118', '310000', '330421', '330400', '320000');
      const step = fc.record({
        agency: fc.constantFrom('341200-HRSS', '341225-HRSS', '340000-HRSS'),
        isWithdrawal: fc.boolean(),
        minimumStayMonths: fc.constantFrom(3, 6),
        rows: fc.uniqueArray(
          fc.tuple(place, other, fc.constantFrom('B', 'C'), fc.integer({ min: 0, max: 30 })),
          {
            ...{ minLength: 1, maxLength: 12, selector: (r) => r.slice(0, 3).join() },
          },
        ),
      });
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { maxLength: 6 }),
          async (turns) => {
            const month = freshMonth();
            for (const turn of turns) {
              await Promise.all(
                turn.map(({ agency, isWithdrawal, minimumStayMonths, rows }) => {
                  const own = agency === '341225-HRSS' ? rows.filter(([o]) => o === '341225') : rows;
                  const input = { batchKey: randomUUID(), month, side: 'ORIGIN' };
                  // Refused for what another unit reported first: then nothing changes.
                  return isWithdrawal
                    ? withdraw(agency, 'ORIGIN', month, own)
                    : as(agency).do(SUBMIT, {
                        ...{ ...input, definition: { ...definition, minimumStayMonths } },
                        rows: own.map(([origin, destination, sector, workers]) => ({
                          ...{ origin, destination, sector, workers },
                        })),
                      });
                }),
              );
            }
            const { kept, anew } = await sumsTwice(month);
            expect(kept).toEqual(anew);
          },
        ),
        { numRuns: sequences },
      );
    },
    60_000 + sequences * 2_000,
  );
}
