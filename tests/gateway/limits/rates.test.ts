import { Rates } from '../../../gateway/limits/rates';

describe('the share of a unit', () => {
  const rates = () => new Rates({ costPerSecond: 10, costBurst: 100 });

  it('is a burst, and from then on an even rate', () => {
    const shares = rates();
    expect(shares.take('A', 100, 0)).toBeNull();
    expect(shares.take('A', 1, 0)).toBe(1);
    expect(shares.take('A', 30, 1_000)).toBe(2);
    expect(shares.take('A', 30, 3_000)).toBeNull();
    expect(shares.leftOf('A', 3_000)).toBe(0);
    expect(shares.leftOf('A', 4_500)).toBe(15);
    expect(shares.leftOf('A', 1_000_000)).toBe(100);
  });

  it('is of each unit', () => {
    const shares = rates();
    expect(shares.take('A', 100, 0)).toBeNull();
    expect(shares.take('B', 100, 0)).toBeNull();
  });

  it('lets what costs more than a burst through once it is full, and asks for it back', () => {
    const shares = rates();
    expect(shares.take('A', 300, 0)).toBeNull();
    expect(shares.take('A', 1, 10_000)).toBe(11);
    expect(shares.take('A', 1, 21_000)).toBeNull();
  });

  it('is not used up by what was refused', () => {
    const shares = rates();
    shares.take('A', 95, 0);
    for (let i = 0; i < 10; i += 1) expect(shares.take('A', 10, 0)).toBe(1);
    expect(shares.take('A', 5, 0)).toBeNull();
  });
});
