import { differences } from '../../support/differential';

jest.setTimeout(120_000);

describe('operations on random graphs', () => {
  it.each([
    ['where all is well', 0],
    ['where fields fail', 0.1],
  ])('are executed as on one schema over all data, %s', async (_, faults) => {
    const { found, compared, places } = await differences({ from: 1, count: 20 }, 12, faults);
    expect(found).toEqual([]);
    expect(compared).toBeGreaterThan(180);
    expect(places).toBeGreaterThan(5);
  });
});
