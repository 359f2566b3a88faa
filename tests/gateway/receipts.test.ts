import { Heads } from '../../gateway/access/heads';
import { type ReceiptDraft, ReceiptSealer } from '../../gateway/access/receipts';
import { Keyring } from '../../subgraphs/kit/keyring';
import { type HeadKey, HeadVerifier, type SignedHead } from '../../subgraphs/kit/receipt-heads';
import { captureLog } from '../support/log';

interface Sent {
  receipts: ReceiptDraft[];
  heads: SignedHead[];
  keys: HeadKey[];
}

/** A registry that seals into a list, or is away. */
class Registry {
  readonly sent: Sent[] = [];
  sealed = 0;
  isAway = false;
  /** Seals, and the answer is lost. */
  losesAnswer = false;

  async ask(_: string, body: object): Promise<unknown> {
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (this.isAway) throw new Error('the registry is away');
    const sent = body as Sent;
    this.sent.push(sent);
    const answer = sent.receipts.map(({ id }) => {
      this.sealed += 1;
      const hash = `hash-${this.sealed}`;
      return { id, sequence: this.sealed, hash, previousHash: `hash-${this.sealed - 1}` };
    });
    if (this.losesAnswer) throw new Error('the answer was lost');
    return { sealed: answer };
  }
}

let drafts = 0;
const draft = (): ReceiptDraft => {
  drafts += 1;
  return {
    ...{ id: `draft-${drafts}`, at: '2026-11-23T02:00:00.000Z', gateway: 'gateway-1', requestId: 'r' },
    ...{ consumer: '310118104-GOV', user: 'tester', purpose: null, operationName: null, leaves: [] },
  };
};

let registry: Registry;
let keyring: Keyring;
let sealer: ReceiptSealer;
const log = captureLog();
beforeEach(() => {
  jest.useFakeTimers();
  log.clear();
  registry = new Registry();
  keyring = new Keyring(['a secret']);
  sealer = new ReceiptSealer(registry, new Heads(keyring, 'gateway-1'), log.logger);
});
afterEach(() => jest.useRealTimers());

const later = (milliseconds: number) => jest.advanceTimersByTimeAsync(milliseconds);
const seal = async (...of: ReceiptDraft[]) => {
  const sealing = Promise.all(of.map((each) => sealer.seal(each)));
  await later(20);
  return sealing;
};
const places = ({ heads }: Sent) => heads.map(({ sequence, hash }) => [sequence, hash]);

it('seals what comes while a batch is under way in the next one', async () => {
  const first = sealer.seal(draft());
  const next = [sealer.seal(draft()), sealer.seal(draft())];
  await later(20);
  expect((await first).sequence).toBe(1);
  expect((await Promise.all(next)).map(({ sequence }) => sequence)).toEqual([2, 3]);
  expect(registry.sent.map(({ receipts }) => receipts.length)).toEqual([1, 2]);
});

it('starts again for who comes in the moment that it was done', async () => {
  const after = sealer.seal(draft()).then(() => sealer.seal(draft()));
  await later(20);
  expect((await after).sequence).toBe(2);
});

describe('the head of a batch', () => {
  it('is signed and travels with the next batch, its key with the first', async () => {
    await seal(draft());
    await seal(draft(), draft());
    await seal(draft());
    expect(registry.sent.map(places)).toEqual([[], [[1, 'hash-1']], [[2, 'hash-2']], [[3, 'hash-3']]]);
    expect(registry.sent.map(({ keys }) => keys.map(({ gateway }) => gateway))).toEqual([
      ...[[], ['gateway-1'], [], []],
    ]);
    const [, second] = registry.sent;
    const key = second?.keys[0] as HeadKey;
    const head = second?.heads[0] as SignedHead;
    expect(head.keyId).toBe(key.keyId);
    expect(new HeadVerifier(key).hasSigned(head)).toBe(true);
    expect(new HeadVerifier(key).hasSigned({ ...head, hash: 'another' })).toBe(false);
    expect(new HeadVerifier(key).hasSigned({ ...head, sequence: 7 })).toBe(false);
  });

  it('travels alone when no batch follows', async () => {
    await seal(draft());
    await later(250);
    expect(registry.sent.map(places)).toEqual([[], [[1, 'hash-1']]]);
    await later(60_000);
    expect(registry.sent).toHaveLength(2);
  });

  it('is sent before the gateway ends', async () => {
    await seal(draft());
    const stopped = sealer.stop();
    await later(20);
    await stopped;
    expect(registry.sent.map(places)).toEqual([[], [[1, 'hash-1']]]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is kept while the registry is away, and sent when it is back', async () => {
    await seal(draft());
    registry.isAway = true;
    await later(300);
    const refused = expect(sealer.seal(draft())).rejects.toThrow('the registry is away');
    await later(20);
    await refused;
    registry.isAway = false;
    await later(5_300);
    expect(registry.sent.map(places)).toEqual([[], [[1, 'hash-1']]]);
    expect(log.text).toContain('heads of the chain of receipts wait to be sent');
  });

  it('is sent again with its key when the answer was lost', async () => {
    await seal(draft());
    registry.losesAnswer = true;
    await later(300);
    registry.losesAnswer = false;
    await later(5_300);
    const [, lost, again] = registry.sent;
    expect(again).toEqual(lost);
    expect(again?.keys).toHaveLength(1);
  });
});

describe('a new secret', () => {
  it('gives a new key, endorsed by the one before, that signs on from the last head', async () => {
    await seal(draft());
    await later(300);
    keyring.replace(['a new secret', 'a secret']);
    sealer.renewKey();
    await later(300);
    const [, before, after] = registry.sent;
    const [old] = before?.keys ?? [];
    const [renewed] = after?.keys ?? [];
    expect(after && places(after)).toEqual([[1, 'hash-1']]);
    expect(renewed?.keyId).not.toBe(old?.keyId);
    expect(renewed?.endorsements.map(({ keyId }) => keyId)).toEqual([old?.keyId]);
    expect(
      new HeadVerifier(old as HeadKey).hasEndorsed(
        ...([renewed?.keyId, renewed?.endorsements[0]?.signature] as [string, string]),
      ),
    ).toBe(true);
  });

  it('behind the present one changes nothing', async () => {
    await seal(draft());
    await later(300);
    keyring.replace(['a secret', 'a next secret']);
    sealer.renewKey();
    await later(10_000);
    expect(registry.sent).toHaveLength(2);
  });
});
