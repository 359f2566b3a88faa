import { Circuit } from '../../../gateway/faults/circuit';

describe('a subgraph that fails', () => {
  const circuit = () => new Circuit({ circuitFailures: 3, circuitProbeMs: 1_000 });

  it('is asked until it has failed several times in a row', () => {
    const one = circuit();
    expect([one.failed(0), one.failed(0), one.admits(0)]).toEqual([false, false, true]);
    one.succeeded();
    expect([one.failed(0), one.failed(0), one.failed(0)]).toEqual([false, false, true]);
    expect([one.isOpen, one.admits(0)]).toEqual([true, false]);
  });

  it('is then tried once a second, whether or not the last call has come back', () => {
    const one = circuit();
    for (let i = 0; i < 3; i += 1) one.failed(0);
    expect([999, 1_000, 1_001, 1_999, 2_000].map((now) => one.admits(now))).toEqual([
      false,
      true,
      false,
      false,
      true,
    ]);
  });

  it('is asked as ever once it has answered', () => {
    const one = circuit();
    for (let i = 0; i < 9; i += 1) one.failed(0);
    expect(one.succeeded()).toBe(true);
    expect([one.isOpen, one.admits(0), one.succeeded()]).toEqual([false, true, false]);
  });
});
