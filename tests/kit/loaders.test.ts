import { argumentLoader, listLoader, rowLoader } from '../../subgraphs/kit/loaders';

interface Row {
  id: string;
  parent: string;
}
const ROWS: Row[] = [
  { id: 'c', parent: 'x' },
  { id: 'a', parent: 'y' },
  { id: 'b', parent: 'x' },
];

describe('rowLoader', () => {
  it('answers each key with its row, in one call, and null for the missing', async () => {
    const asked: string[][] = [];
    const loader = rowLoader(
      async (ids) => {
        asked.push([...ids]);
        return ROWS.filter((row) => ids.includes(row.id));
      },
      (row) => row.id,
    );
    const answers = await Promise.all(['a', 'missing', 'c', 'a'].map((id) => loader.load(id)));
    expect(answers.map((row) => row?.id ?? null)).toEqual(['a', null, 'c', 'a']);
    expect(asked).toEqual([['a', 'missing', 'c']]);
  });
});

describe('listLoader', () => {
  it('answers each key with its rows in the order of the store, and an empty list without any', async () => {
    const loader = listLoader(
      async (parents) => ROWS.filter((row) => parents.includes(row.parent)),
      (row) => row.parent,
    );
    const answers = await Promise.all(['y', 'none', 'x'].map((parent) => loader.load(parent)));
    expect(answers.map((rows) => rows.map((row) => row.id))).toEqual([['a'], [], ['c', 'b']]);
  });
});

describe('argumentLoader', () => {
  it('loads parents asked with equal arguments in one call, whatever the order of the arguments', async () => {
    const asked: { parents: string[]; args: object }[] = [];
    const load = argumentLoader(async (parents, args: { first: number; after?: string }) => {
      asked.push({ parents: [...parents], args });
      return new Map(parents.map((parent) => [parent, `${parent}${args.first}`]));
    });
    const answers = await Promise.all([
      load('x', { first: 1, after: 'k' }),
      load('y', { after: 'k', first: 1 }),
      load('x', { first: 2 }),
      load('x', { first: 1, after: 'k' }),
    ]);
    expect(answers).toEqual(['x1', 'y1', 'x2', 'x1']);
    expect(asked).toEqual([
      { parents: ['x', 'y'], args: { first: 1, after: 'k' } },
      { parents: ['x'], args: { first: 2 } },
    ]);
  });

  it('fails for a parent that the store left out', async () => {
    const load = argumentLoader(async () => new Map<string, string>());
    await expect(load('x', {})).rejects.toThrow('no result for x');
  });
});
