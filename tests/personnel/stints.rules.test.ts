import fc from 'fast-check';
import { Violations } from '../../subgraphs/kit/errors';
import { addDays } from '../../subgraphs/kit/time';
import { checkStints, hostOn, type Stint, stintsUntil } from '../../subgraphs/personnel/secondments/rules';

describe('stints', () => {
  const START = '2026-03-02';
  const knows = () => true;
  const faults = (stints: readonly Stint[], endsOn: string) => {
    const violations = new Violations();
    checkStints(violations, stints, { home: 'HOME', days: { startsOn: START, endsOn }, knows });
    return violations.any;
  };
  /** Lengths in days to stints back to back from the first day. */
  const rowOf = (lengths: readonly number[]) => {
    const stints: Stint[] = [];
    let startsOn = START;
    for (const length of lengths) {
      const endsOn = addDays(startsOn, length - 1);
      stints.push({ hostAgency: `HOST-${stints.length}`, startsOn, endsOn });
      startsOn = addDays(endsOn, 1);
    }
    return stints;
  };
  const lengths = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 12 });
  const lastOf = (stints: readonly Stint[]) => stints.at(-1)?.endsOn ?? START;

  it('back to back and inside are taken, whatever their lengths', () => {
    fc.assert(
      fc.property(lengths, fc.nat(30), (each, rest) => {
        const stints = rowOf(each);
        expect(faults(stints, addDays(lastOf(stints), rest))).toBe(false);
      }),
    );
  });

  it('with any one day moved are refused', () => {
    fc.assert(
      fc.property(
        lengths,
        fc.nat(),
        fc.integer({ min: -40, max: 40 }),
        fc.boolean(),
        (each, which, by, isStart) => {
          fc.pre(by !== 0);
          const stints = rowOf(each);
          const i = which % stints.length;
          // The first may begin later and the last may end earlier: the officer is at the host unit then.
          fc.pre(!(i === 0 && isStart && by > 0) && !(i === stints.length - 1 && !isStart && by < 0));
          const moved = stints.map((stint, n) => {
            if (n !== i) return stint;
            return isStart
              ? { ...stint, startsOn: addDays(stint.startsOn, by) }
              : { ...stint, endsOn: addDays(stint.endsOn, by) };
          });
          expect(faults(moved, lastOf(stints))).toBe(true);
        },
      ),
    );
  });

  it('say of each day of the posting exactly one place, before and after a recall', () => {
    fc.assert(
      fc.property(lengths, fc.nat(), (each, day) => {
        const rows = rowOf(each).map(({ hostAgency, startsOn, endsOn }) => ({
          ...{ host_agency: hostAgency, starts_on: startsOn, ends_on: endsOn },
        }));
        const total = each.reduce((sum, length) => sum + length, 0);
        const asked = addDays(START, day % total);
        const holding = rows.filter((row) => row.starts_on <= asked && asked <= row.ends_on);
        expect(holding.map((row) => row.host_agency)).toEqual([hostOn({ host_agency: 'HOST' }, rows, asked)]);
        const served = stintsUntil(rows, asked);
        expect(served.at(-1)?.ends_on).toBe(asked);
        expect(served.every((row) => row.starts_on <= row.ends_on)).toBe(true);
      }),
    );
  });
});
