import { differences } from '../../support/differential';

jest.setTimeout(3_600_000);

describe('20,000 operations on random graphs', () => {
  it.each([
    ['where all is well', 0],
    ['where fields fail', 0.1],
  ])('are executed as on one schema over all data, %s', async (_, faults) => {
    const { found, compared, places } = await differences({ from: 1_000, count: 440 }, 25, faults);
    expect(found).toEqual([]);
    expect(compared).toBeGreaterThan(10_000);
    expect(places).toBeGreaterThan(1_000);
  });
});
