import { SharedReads } from '../../../gateway/faults/shared-reads';
import { Cancellation, Cancelled } from '../../../subgraphs/kit/cancellation';
import type { SubgraphResponse } from '../../../subgraphs/kit/subgraph';

/** Reads that a test answers when it likes. */
function useReads() {
  const shared = new SharedReads();
  const begun: {
    cancellation: Cancellation;
    answer(data: SubgraphResponse): void;
    fail(error: Error): void;
  }[] = [];
  const read = (key: string, waiting = new Cancellation()) =>
    shared.read(
      key,
      waiting,
      (cancellation) =>
        new Promise((answer, fail) => {
          begun.push({ cancellation, answer, fail });
        }),
    );
  return { shared, begun, read };
}

describe('reads that are under way', () => {
  it('answer all who ask the same, each with a copy of its own', async () => {
    const { begun, read } = useReads();
    const [first, second] = [read('a'), read('a')];
    expect(begun).toHaveLength(1);
    begun[0]?.answer({
      data: { rows: [{ id: 1 }] },
      extensions: { hubSharing: { disclosed: [] }, other: 1 },
    });
    const answers = [await first, await second];
    expect(answers).toEqual([
      { data: { rows: [{ id: 1 }] }, extensions: { hubSharing: { disclosed: [] } } },
      { data: { rows: [{ id: 1 }] }, extensions: { hubSharing: { disclosed: [] } } },
    ]);
    expect(answers[0]?.data?.rows).not.toBe(answers[1]?.data?.rows);
  });

  it('are not copied for one who is alone', async () => {
    const { begun, read } = useReads();
    const answer = { data: { id: 1 } };
    const only = read('a');
    begun[0]?.answer(answer);
    expect(await only).toBe(answer);
  });

  it('are others for whoever asks something else, or comes later', async () => {
    const { begun, read } = useReads();
    void read('a');
    void read('b');
    expect(begun).toHaveLength(2);
    begun[0]?.answer({ data: {} });
    await new Promise(setImmediate);
    void read('a');
    expect(begun).toHaveLength(3);
  });

  it('are joined by nobody who comes after something may have changed', async () => {
    const { shared, begun, read } = useReads();
    const before = read('a');
    shared.startOver();
    const after = read('a');
    expect(begun).toHaveLength(2);
    begun[0]?.answer({ data: { is: 'old' } });
    begun[1]?.answer({ data: { is: 'new' } });
    expect([await before, await after]).toEqual([{ data: { is: 'old' } }, { data: { is: 'new' } }]);
  });

  it('fail for all who wait', async () => {
    const { begun, read } = useReads();
    const both = Promise.allSettled([read('a'), read('a')]);
    begun[0]?.fail(new Error('no'));
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('go on for those who wait when one leaves, and are given up when all have', async () => {
    const { begun, read } = useReads();
    const [one, other] = [new Cancellation(), new Cancellation()];
    const [first, second] = [read('a', one), read('a', other)];
    one.cancel('GONE');
    await expect(first).rejects.toEqual(new Cancelled('GONE'));
    expect(begun[0]?.cancellation.error).toBeNull();
    other.cancel('TIME');
    await expect(second).rejects.toEqual(new Cancelled('TIME'));
    expect(begun[0]?.cancellation.error?.reason).toBe('TIME');
    void read('a');
    expect(begun).toHaveLength(2);
  });
});
