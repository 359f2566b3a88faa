import { Circuit } from '../../../gateway/faults/circuit';

describe('a subgraph that fails', () => {
  const circuit = () => new Circuit({ circuitFailures: 3, circuitProbeMs: 1_000, circuitCalls: 2 });

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

  it('is left alone as well while many calls are under way and none ends, and asked as ever once one does', () => {
    const one = circuit();
    const end = one.begun(0);
    expect(one.admits(60_000)).toBe(true);
    one.begun(60_000);
    // Silent for as long as there are calls, not since the last one.
    expect([59_000, 60_001, 60_002, 61_001].map((now) => one.admits(now))).toEqual([true, true, false, true]);
    end(61_002);
    one.begun(61_003);
    expect([one.isLeftAlone(64_001), one.isLeftAlone(64_002), one.isOpen]).toEqual([false, true, false]);
  });
});
