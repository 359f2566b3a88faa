import { chiSquareOf, fairPermutations, firstChiSquareOf } from './draw-statistics';

const SEEDS = 100_000;

describe(`the draw over ${SEEDS} seeds`, () => {
  it.each([3, 4, 5, 6, 7, 8])(
    'is as likely to be any fair one of %i units',
    (count) => {
      const { statistic, degrees, critical } = chiSquareOf(count, SEEDS);
      process.stdout.write(
        `${count} units, ${fairPermutations(count)} fair draws: chi-square ${statistic.toFixed(1)}, ${degrees} degrees, critical ${critical.toFixed(1)}\n`,
      );
      expect(statistic).toBeLessThan(critical);
    },
    300_000,
  );

  it.each([2, 3, 20, 200])(
    'lets the first of %i units inspect any other',
    (count) => {
      const seeds = count > 100 ? SEEDS / 5 : SEEDS;
      const { statistic, degrees, critical, itself } = firstChiSquareOf(count, seeds);
      process.stdout.write(
        `first of ${count} units, ${seeds} seeds: chi-square ${statistic.toFixed(1)}, ${degrees} degrees\n`,
      );
      expect(itself).toBe(0);
      if (degrees > 0) expect(statistic).toBeLessThan(critical);
    },
    600_000,
  );
});
