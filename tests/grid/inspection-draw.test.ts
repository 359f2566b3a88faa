import { execFileSync, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { grid } from '../../subgraphs/grid';
import { drawAssignments, drawPermutation } from '../../subgraphs/grid/inspections/draw';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { chiSquareOf, fairPermutations } from './draw-statistics';

const unit = (i: number) => `330421${String(100 + i)}-UNIT`;
const unitsOf = (count: number) => Array.from({ length: count }, (_, i) => unit(i));

/** Published beside the schema: the units and seed of its example, and what it says comes out. */
const PUBLISHED = {
  seed: 'delta',
  units: [
    '330421103-BUILDING',
    '330421103-TOURISM',
    '330421111-BUILDING',
    '330421111-CITYOPS',
    '330421102-BUILDING',
  ],
  drawn: [4, 2, 3, 0, 1],
};

/** The draw in another language, after the steps in the schema. */
const PYTHON = `
import hashlib, json, struct, sys
seed, n = sys.argv[1], int(sys.argv[2])
def numbers():
    k = 0
    while True:
        yield from struct.unpack(">8I", hashlib.sha256(f"{seed}:{k}".encode()).digest())
        k += 1
sequence = numbers()
def below(m):
    while True:
        r = next(sequence)
        if r < 2**32 - 2**32 % m:
            return r % m
while True:
    p = list(range(n))
    for i in range(n - 1, 0, -1):
        j = below(i + 1)
        p[i], p[j] = p[j], p[i]
    if all(p[i] != i and (n < 3 or p[p[i]] != i) for i in range(n)):
        break
print(json.dumps(p))
`;
const hasPython = spawnSync('python3', ['--version']).status === 0;

describe('the draw', () => {
  it('keeps every rule for 2 to 200 units and any seed', () => {
    const seeds = fc.string({ minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 200 }), seeds, (count, seed) => {
        const units = unitsOf(count);
        const drawn = drawAssignments(units, seed);
        expect(drawn.map(({ inspector }) => inspector)).toEqual(units);
        expect(drawn.map(({ inspected }) => inspected).sort()).toEqual(units);
        const of = new Map(drawn.map(({ inspector, inspected }) => [inspector, inspected]));
        const unfair = drawn.filter(
          ({ inspector, inspected }) =>
            inspected === inspector || (count > 2 && of.get(inspected) === inspector),
        );
        expect(unfair).toEqual([]);
      }),
      { numRuns: 120 },
    );
  });

  it('is the same for the same seed, in whatever order the units are named, and another for another', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(unitsOf(30), { minLength: 8 }),
        fc.string({ minLength: 1 }),
        (units, seed) => {
          expect(drawAssignments(units, seed)).toEqual(drawAssignments([...units].sort(), seed));
        },
      ),
      { numRuns: 100 },
    );
    expect(drawPermutation(30, 'a')).not.toEqual(drawPermutation(30, 'b'));
  });

  it('comes out as published', () => {
    const sorted = [...PUBLISHED.units].sort();
    expect(drawAssignments(PUBLISHED.units, PUBLISHED.seed)).toEqual(
      sorted.map((inspector, i) => ({ inspector, inspected: sorted[PUBLISHED.drawn[i] ?? -1] })),
    );
  });

  (hasPython ? it : it.skip)('comes out the same in Python', () => {
    for (const [count, seed] of [
      [2, 'x'],
      [3, '南通'],
      [5, PUBLISHED.seed],
      [17, 'a:1'],
      [200, 'f'.repeat(64)],
    ] as const) {
      const answer = execFileSync('python3', ['-c', PYTHON, seed, String(count)], {
        encoding: 'utf8',
        env: { ...process.env, PYTHONUTF8: '1' },
      });
      expect(JSON.parse(answer)).toEqual([...drawPermutation(count, seed)]);
    }
  });

  it.each([3, 4, 5, 6])(
    'is as likely to be any fair one of %i units: chi-square over 2,000 seeds',
    (count) => {
      const { statistic, degrees, critical } = chiSquareOf(count, 2_000);
      expect(degrees).toBe(fairPermutations(count) - 1);
      expect(statistic).toBeLessThan(critical);
    },
  );

  it('refuses what is no set of units', () => {
    expect(() => drawPermutation(1, 'x')).toThrow(RangeError);
    expect(() => drawPermutation(201, 'x')).toThrow(RangeError);
  });
});

describe('drawInspectionAssignments', () => {
  const world = useSubgraph(grid);
  const DRAW = `query D($units: [AgencyCode!]!, $seed: String!) {
    drawInspectionAssignments(units: $units, seed: $seed) { inspector { code } inspected { code } } }`;
  const ask = (variables: object) => world.as(viewer('340000-AGRI')).send(DRAW, { ...variables });

  it('shows any signed-in unit the draw of a seed', async () => {
    const { data } = await ask({ units: PUBLISHED.units, seed: PUBLISHED.seed });
    expect(data?.drawInspectionAssignments).toEqual(
      drawAssignments(PUBLISHED.units, PUBLISHED.seed).map(({ inspector, inspected }) => ({
        inspector: { code: inspector },
        inspected: { code: inspected },
      })),
    );
  });

  it.each([
    ['one unit', { units: ['330421103-TOURISM'], seed: 'x' }],
    ['a unit named twice', { units: ['330421103-TOURISM', '330421103-TOURISM'], seed: 'x' }],
    ['too many units', { units: unitsOf(201), seed: 'x' }],
    ['no seed', { units: PUBLISHED.units, seed: '' }],
    ['a seed without end', { units: PUBLISHED.units, seed: 'x'.repeat(201) }],
  ])('refuses %s', async (_, variables) => {
    const { errors } = await ask(variables);
    expect(errors?.map(({ extensions }) => extensions?.code)).toEqual(['BAD_USER_INPUT']);
  });
});
