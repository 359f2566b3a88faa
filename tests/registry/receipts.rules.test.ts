import { createHash, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { type ChainHead, HeadSigner } from '../../subgraphs/kit/receipt-heads';
import {
  type ChainEntry,
  canonicalJson,
  firstBreak,
  leafHash,
  NO_RECEIPT,
  type ReceiptDraft,
  receiptHash,
  type SealedReceipt,
  sealReceipts,
} from '../../subgraphs/registry/receipts/rules';

const draft = (number: number, more: Partial<ReceiptDraft> = {}): ReceiptDraft => ({
  id: `receipt-${number}`,
  at: new Date(Date.UTC(2026, 10, 23, 2, 0, number)).toISOString(),
  gateway: 'gateway-1',
  requestId: `request-${number}`,
  consumer: '310118104-GOV',
  user: 'tester',
  purpose: null,
  operationName: null,
  leaves: [
    {
      provider: '341200-HRSS',
      items: [{ item: 'labor-flow.reports', disclosedRows: number, withheldRows: 0, reason: null }],
    },
    {
      provider: '320509110-COMMAND',
      items: [{ item: 'grid.cases', disclosedRows: 0, withheldRows: 2, reason: 'NO_GRANT' }],
    },
  ],
  ...more,
});

let salts = 0;
const makeSalt = () => createHash('sha256').update(String(salts++)).digest('hex').slice(0, 32);
const chainOf = (length: number): SealedReceipt[] =>
  sealReceipts(
    Array.from({ length }, (_, i) => draft(i + 1)),
    NO_RECEIPT,
    makeSalt,
  );
const entries = (receipts: readonly SealedReceipt[]): ChainEntry[] =>
  receipts.map((receipt) => ({ kind: 'receipt', ...receipt }));
const resealed = (receipt: SealedReceipt): SealedReceipt => ({ ...receipt, hash: receiptHash(receipt) });
/** Numbered anew from 1, as one who writes to the table would to hide a gap or an insertion. */
const renumbered = (receipts: readonly SealedReceipt[]): SealedReceipt[] =>
  receipts.map((receipt, i) => ({ ...receipt, sequence: i + 1 }));
const found = (given: readonly ChainEntry[]) => {
  const broken = firstBreak(given);
  return broken && { kind: broken.kind, sequence: broken.sequence, id: broken.id };
};
const at = <Value>(list: readonly Value[], index: number): Value => {
  const value = list[index];
  if (value === undefined) throw new Error(`there is no ${index}`);
  return value;
};

const signer = new HeadSigner(['a secret'], 'gateway-1');
const keyOf = ({ key }: HeadSigner): ChainEntry => ({ kind: 'key', ...key });
const KEY = keyOf(signer);
const headOf = ({ sequence, hash }: ChainHead, by = signer): ChainEntry => ({
  kind: 'head',
  ...by.sign({ sequence, hash }),
});

describe('canonical JSON', () => {
  it('is that of RFC 8785: keys in order, no white space, nothing normalized', () => {
    expect(canonicalJson({ b: [1, null, true], a: { '\u20ac': 'é', '\r': 'é', 1: '\u000f"' } })).toBe(
      '{"a":{"\\r":"é","1":"\\u000f\\"","€":"é"},"b":[1,null,true]}',
    );
  });

  it('does not depend on the order in which keys were set, and says all that JSON says', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const backwards = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(backwards)).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe('sealing', () => {
  it('begins behind 64 zeros and numbers without a gap', () => {
    const chain = chainOf(3);
    expect(chain.map((r) => r.sequence)).toEqual([1, 2, 3]);
    expect(chain.map((r) => r.previousHash)).toEqual(['0'.repeat(64), at(chain, 0).hash, at(chain, 1).hash]);
  });

  it('hashes a leaf and a receipt over what is documented', () => {
    const [receipt] = sealReceipts(
      [draft(7, { purpose: '统计', operationName: 'Ask' })],
      { sequence: 41, hash: 'f'.repeat(64) },
      () => 'a salt',
    );
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
    const leaf = (provider: string, items: string) =>
      sha256(
        `{"at":"2026-11-23T02:00:07.000Z","consumer":"310118104-GOV","id":"receipt-7","items":[${items}],"operationName":"Ask","provider":"${provider}","purpose":"统计","salt":"a salt","user":"tester"}`,
      );
    const leaves = [
      leaf(
        '320509110-COMMAND',
        '{"disclosedRows":0,"item":"grid.cases","reason":"NO_GRANT","withheldRows":2}',
      ),
      leaf('341200-HRSS', '{"disclosedRows":7,"item":"labor-flow.reports","reason":null,"withheldRows":0}'),
    ];
    expect(receipt?.leaves.map((l) => l.hash)).toEqual(leaves);
    const hashes = [...leaves].sort();
    expect(receipt?.leafHashes).toEqual(hashes);
    expect(receipt?.hash).toBe(
      sha256(
        `{"at":"2026-11-23T02:00:07.000Z","consumer":"310118104-GOV","gateway":"gateway-1","id":"receipt-7","leafHashes":["${hashes.join('","')}"],"previousHash":"${'f'.repeat(64)}","requestId":"request-7","sequence":42}`,
      ),
    );
  });

  it('replaces what the database cannot keep, and nothing else', () => {
    const [receipt] = sealReceipts([draft(1, { purpose: 'a\0b\ud800c😀\u2028' })], NO_RECEIPT, makeSalt);
    expect(receipt?.leaves.map((leaf) => leaf.purpose)).toEqual(
      Array.from({ length: 2 }, () => 'a\ufffdb\ufffdc😀\u2028'),
    );
  });

  it('gives the same leaf another hash each time, so that none can be guessed', () => {
    const [first, second] = [at(chainOf(1), 0), at(chainOf(1), 0)];
    expect(first.leafHashes.filter((hash) => second.leafHashes.includes(hash))).toEqual([]);
  });
});

const chains = fc.integer({ min: 3, max: 12 }).map(chainOf);
const chainAndPlaces = chains.chain((chain) =>
  fc.tuple(fc.constant(chain), fc.nat(chain.length - 1), fc.nat(chain.length - 1)),
);

describe('the check of a chain', () => {
  it('finds nothing in what was sealed, nor in no receipts', () => {
    fc.assert(
      fc.property(chainAndPlaces, ([chain, i]) => {
        const list = entries(chain);
        list.splice(i + 1, 0, headOf(at(chain, i)));
        expect(found([KEY, ...list])).toBeNull();
      }),
    );
    expect(found([])).toBeNull();
  });

  it('finds any single change of a receipt', () => {
    const changes: ((receipt: SealedReceipt) => SealedReceipt)[] = [
      (r) => ({ ...r, at: '2020-01-01T00:00:00.000Z' }),
      (r) => ({ ...r, gateway: 'another' }),
      (r) => ({ ...r, requestId: 'another' }),
      (r) => ({ ...r, consumer: '310118-AGRI' }),
      (r) => ({ ...r, hash: 'e'.repeat(64) }),
      (r) => ({ ...r, previousHash: 'e'.repeat(64) }),
      (r) => ({ ...r, leafHashes: [...r.leafHashes].reverse() }),
      (r) => ({ ...r, leafHashes: r.leafHashes.slice(1) }),
      (r) => ({ ...r, leaves: r.leaves.slice(1) }),
      (r) => ({ ...r, leaves: [...r.leaves, at(r.leaves, 0)] }),
    ];
    fc.assert(
      fc.property(chainAndPlaces, fc.constantFrom(...changes), ([chain, i], change) => {
        const forged = chain.with(i, change(at(chain, i)));
        expect(found(entries(forged))).toEqual({ kind: 'changed', sequence: i + 1, id: at(chain, i).id });
      }),
    );
  });

  it('finds another id', () => {
    const chain = chainOf(3);
    const forged = chain.with(1, { ...at(chain, 1), id: 'another' });
    expect(found(entries(forged))).toEqual({ kind: 'changed', sequence: 2, id: 'another' });
  });

  it('finds any single change of a leaf, also when its hash is made to fit', () => {
    const changes: Partial<SealedReceipt['leaves'][number]>[] = [
      { provider: '310000-HRSS' },
      { user: 'another' },
      { purpose: 'another' },
      { operationName: 'Another' },
      { consumer: '310118-AGRI' },
      { at: '2020-01-01T00:00:00.000Z' },
      { salt: 'another' },
      { items: [] },
      { items: [{ item: 'grid.cases', disclosedRows: 1, withheldRows: 2, reason: null }] },
    ];
    fc.assert(
      fc.property(chainAndPlaces, fc.constantFrom(...changes), fc.boolean(), ([chain, i], change, fits) => {
        const receipt = at(chain, i);
        const leaf = { ...at(receipt.leaves, 0), ...change };
        const leaves = receipt.leaves.with(0, fits ? { ...leaf, hash: leafHash(receipt.id, leaf) } : leaf);
        const forged = chain.with(i, { ...receipt, leaves });
        expect(found(entries(forged))).toEqual({ kind: 'changed', sequence: i + 1, id: receipt.id });
      }),
    );
  });

  it('finds a receipt that was sealed anew, by the next one', () => {
    fc.assert(
      fc.property(chainAndPlaces, ([chain, i]) => {
        fc.pre(i < chain.length - 1);
        const forged = chain.with(i, resealed({ ...at(chain, i), consumer: '310118-AGRI' }));
        // Leaves that fit the new consumer, or they would tell.
        const receipt = at(forged, i);
        const leaves = receipt.leaves.map((leaf) => {
          const changed = { ...leaf, consumer: receipt.consumer };
          return { ...changed, hash: leafHash(receipt.id, changed) };
        });
        const whole = resealed({ ...receipt, leaves, leafHashes: leaves.map((l) => l.hash).sort() });
        expect(found(entries(chain.with(i, whole)))).toEqual({
          kind: 'changed',
          sequence: i + 1,
          id: receipt.id,
        });
      }),
    );
  });

  it('finds a chain that was sealed anew to its end, by a signed head', () => {
    const chain = chainOf(5);
    const head = headOf(at(chain, 3));
    const anew = [
      ...chain.slice(0, 2),
      ...sealReceipts(
        [3, 4, 5].map((n) => draft(n, { user: 'another' })),
        at(chain, 1),
        makeSalt,
      ),
    ];
    expect(found([KEY, ...entries(anew)])).toBeNull();
    expect(found([KEY, ...entries(anew.slice(0, 4)), head, ...entries(anew.slice(4))])).toEqual({
      kind: 'changed',
      sequence: 4,
      id: 'receipt-4',
    });
  });

  it('finds any receipt that was dropped, also when the rest was numbered anew', () => {
    fc.assert(
      fc.property(chainAndPlaces, fc.boolean(), ([chain, i], hides) => {
        fc.pre(i < chain.length - 1);
        const rest = chain.toSpliced(i, 1);
        expect(found(entries(hides ? renumbered(rest) : rest))).toEqual({
          kind: 'missing',
          sequence: i + 1,
          id: null,
        });
      }),
    );
  });

  it('finds any two receipts that were swapped, by line or by number', () => {
    fc.assert(
      fc.property(chainAndPlaces, fc.boolean(), ([chain, a, b], byNumber) => {
        const [i, j] = [Math.min(a, b), Math.max(a, b)];
        fc.pre(i < j);
        const swapped = chain.with(i, at(chain, j)).with(j, at(chain, i));
        expect(found(entries(byNumber ? renumbered(swapped) : swapped))).toEqual({
          kind: 'swapped',
          sequence: i + 1,
          id: at(chain, j).id,
        });
      }),
    );
  });

  it('finds any receipt that was inserted, sealed well or badly, the rest numbered anew', () => {
    fc.assert(
      fc.property(chainAndPlaces, fc.boolean(), ([chain, i], isSealedWell) => {
        const last = i === 0 ? NO_RECEIPT : at(chain, i - 1);
        const [sealed] = sealReceipts([draft(999)], last, makeSalt);
        if (!sealed) throw new Error('nothing was sealed');
        const forged = isSealedWell ? sealed : { ...sealed, gateway: 'another' };
        expect(found(entries(renumbered(chain.toSpliced(i, 0, forged))))).toEqual({
          kind: 'inserted',
          sequence: i + 1,
          id: 'receipt-999',
        });
      }),
    );
  });

  it('finds a receipt that stands in an export twice', () => {
    fc.assert(
      fc.property(chainAndPlaces, ([chain, i]) => {
        const twice = at(chain, i);
        expect(found(entries(chain.toSpliced(i + 1, 0, twice)))).toEqual({
          kind: 'inserted',
          sequence: i + 1,
          id: twice.id,
        });
      }),
    );
  });

  it('finds a tail that was cut off, by a head that was signed before or is known', () => {
    fc.assert(
      fc.property(chainAndPlaces, fc.boolean(), ([chain, i], isSigned) => {
        const last = at(chain, chain.length - 1);
        const head = isSigned
          ? headOf(last)
          : ({ kind: 'known', sequence: last.sequence, hash: last.hash } as const);
        expect(found([KEY, ...entries(chain.slice(0, i)), head])).toEqual({
          kind: 'cut',
          sequence: i + 1,
          id: null,
        });
      }),
    );
  });

  it('does not believe a head that its gateway did not sign', () => {
    const chain = chainOf(2);
    const stranger = new HeadSigner(['another secret'], 'gateway-1');
    const { keyId } = signer.key;
    const head = headOf(at(chain, 1));
    const expected = { kind: 'changed', sequence: 2, id: 'receipt-2' };
    const forged: ChainEntry = { kind: 'head', ...stranger.sign(at(chain, 1)), keyId };
    expect(found([KEY, ...entries(chain), forged])).toEqual(expected);
    expect(found([...entries(chain), head])).toEqual(expected);
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
    for (const publicKey of [rsa, { kty: 'OKP' }, stranger.key.publicKey]) {
      expect(found([{ kind: 'key', ...signer.key, publicKey }, ...entries(chain), head])).toEqual(expected);
    }
  });

  describe('with heads of a key that it does not know', () => {
    const chain = chainOf(5);
    const stranger = new HeadSigner(['another secret'], 'gateway-1');
    const known = (key: { keyId: string }) => key.keyId === signer.key.keyId;
    const withHeads = (...heads: readonly [number, HeadSigner][]) =>
      entries(chain).flatMap((entry, i) => [
        entry,
        ...heads.filter(([place]) => place === i + 1).map(([, by]) => headOf(at(chain, i), by)),
      ]);
    const broken = (list: readonly ChainEntry[]) => {
      const first = firstBreak(list, known);
      return first && { kind: first.kind, sequence: first.sequence, id: first.id };
    };

    it('is not satisfied when nothing else vouches for the end of the chain', () => {
      const keys = [KEY, keyOf(stranger)];
      expect(broken([...keys, ...withHeads([2, signer], [5, stranger])])).toEqual({
        kind: 'unvouched',
        sequence: 3,
        id: null,
      });
      expect(broken([...keys, ...withHeads([5, stranger])])).toMatchObject({ sequence: 1 });
      expect(found([...keys, ...withHeads([2, signer], [5, stranger])])).toBeNull();
    });

    it('is satisfied when a known head stands at the same place or behind', () => {
      const keys = [KEY, keyOf(stranger)];
      expect(broken([...keys, ...withHeads([2, stranger], [5, signer])])).toBeNull();
      expect(broken([...keys, ...withHeads([5, stranger], [5, signer])])).toBeNull();
      const last = at(chain, 4);
      const vouched: ChainEntry = { kind: 'known', sequence: 5, hash: last.hash };
      expect(broken([...keys, ...withHeads([5, stranger]), vouched])).toBeNull();
    });

    it('follows endorsements from a known key to others, and only from known ones', () => {
      const next = new HeadSigner(['a next secret', 'a secret'], 'gateway-1');
      const afterNext = new HeadSigner(['a last secret', 'a next secret'], 'gateway-1');
      expect(broken([KEY, keyOf(next), keyOf(afterNext), ...withHeads([5, afterNext])])).toBeNull();
      const alone = [keyOf(next), keyOf(afterNext), ...withHeads([5, afterNext])];
      expect(broken(alone)).toMatchObject({ kind: 'unvouched' });
      const self = new HeadSigner(['another secret', 'another secret'], 'gateway-1');
      expect(broken([KEY, keyOf(self), ...withHeads([5, self])])).toMatchObject({ kind: 'unvouched' });
      const claimed: ChainEntry = {
        ...{ kind: 'key', ...stranger.key },
        endorsements: next.key.endorsements,
      };
      expect(broken([KEY, claimed, ...withHeads([5, stranger])])).toMatchObject({ kind: 'unvouched' });
    });
  });

  it('finds the end of an export elsewhere than it says', () => {
    const chain = chainOf(3);
    const end = { kind: 'end', sequence: 3, hash: at(chain, 2).hash } as const;
    expect(found([...entries(chain), end])).toBeNull();
    expect(found([...entries(chain.slice(0, 2)), end])).toEqual({ kind: 'cut', sequence: 3, id: null });
    expect(found([...entries(chain), { ...end, sequence: 2 }])).toEqual({
      kind: 'inserted',
      sequence: 3,
      id: 'receipt-3',
    });
  });
});
