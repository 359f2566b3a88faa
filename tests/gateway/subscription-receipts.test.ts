import type { ReceiptDraft, SealedReceipt } from '../../gateway/access/receipts';
import { SubscriptionReceipts } from '../../gateway/access/subscription-receipts';
import type { Caller } from '../../gateway/access/viewers';
import type { ItemName } from '../../subgraphs/kit/catalog';
import type { SharingReport } from '../../subgraphs/kit/disclosures';
import { captureLog } from '../support/log';

const COMMAND = '320509110-COMMAND';
const TOWN = '310118104-CITYOPS';
const CASES = 'grid.cases';
const PEOPLE = 'grid.people';

const caller: Caller = {
  ...{ user: '王芳', roles: ['OFFICER'], agency: '310000-YRDOFFICE', jurisdiction: '310000' },
  ...{ functions: [], remit: [], purpose: '联防联控' },
};

const shows = (ids: readonly string[], provider = COMMAND, item: ItemName = CASES): SharingReport => ({
  disclosed: [{ item, provider, ids }],
  withheld: [],
});
const withholds = (ids: readonly string[], provider = COMMAND): SharingReport => ({
  disclosed: [],
  withheld: [{ coordinate: 'GridCase.petitioner', item: PEOPLE, provider, ids }],
});
const both = (...reports: readonly SharingReport[]): SharingReport => ({
  disclosed: reports.flatMap(({ disclosed }) => disclosed),
  withheld: reports.flatMap(({ withheld }) => withheld),
});
const NOTHING: SharingReport = { disclosed: [], withheld: [] };

/** Seals into a list, fails, or takes its time, as a test wants it to. */
class Sealer {
  readonly drafts: ReceiptDraft[] = [];
  isBroken = false;
  #release: (() => void)[] = [];
  isSlow = false;

  async seal(draft: ReceiptDraft): Promise<SealedReceipt> {
    if (this.isSlow) await new Promise<void>((resolve) => this.#release.push(resolve));
    if (this.isBroken) throw new Error('the disk is full');
    this.drafts.push(draft);
    return {
      id: draft.id,
      sequence: this.drafts.length,
      hash: `hash-${this.drafts.length}`,
      previousHash: '',
    };
  }

  finish(): void {
    this.isSlow = false;
    for (const release of this.#release.splice(0)) release();
  }

  /** What was sealed: of each receipt its providers with their items and rows shown and refused. */
  get told() {
    return this.drafts.map(({ leaves }) =>
      leaves.map(({ provider, items }) => [
        provider,
        ...items.map(({ item, disclosedRows, withheldRows }) => [item, disclosedRows, withheldRows]),
      ]),
    );
  }
}

let sealer: Sealer;
let receipts: SubscriptionReceipts;
const log = captureLog();
beforeEach(() => {
  jest.useFakeTimers({ now: new Date('2026-11-23T02:00:00Z') });
  log.clear();
  sealer = new Sealer();
  receipts = new SubscriptionReceipts(
    { caller, gateway: 'gateway-1', requestId: 'request-1', operationName: 'Board' },
    { receipts: sealer, grants: { reason: () => 'NO_GRANT' }, logger: log.logger },
  );
});
afterEach(() => jest.useRealTimers());

const minute = () => jest.advanceTimersByTimeAsync(60_000);

describe('a subscription', () => {
  it('seals before its first event that shows something of another unit leaves', async () => {
    sealer.isSlow = true;
    let hasLeft = false;
    const event = receipts.admit(shows(['a', 'b'])).then((extensions) => {
      hasLeft = true;
      return extensions;
    });
    await jest.advanceTimersByTimeAsync(1_000);
    expect(hasLeft).toBe(false);
    sealer.finish();
    expect(await event).toEqual({ receipt: { id: sealer.drafts[0]?.id, hash: 'hash-1' } });
    expect(sealer.drafts).toEqual([
      {
        ...{ id: expect.any(String), at: '2026-11-23T02:00:00.000Z', gateway: 'gateway-1' },
        ...{ requestId: 'request-1', consumer: '310000-YRDOFFICE', user: '王芳', purpose: '联防联控' },
        operationName: 'Board',
        leaves: [
          {
            provider: COMMAND,
            items: [{ item: CASES, disclosedRows: 2, withheldRows: 0, reason: null }],
          },
        ],
      },
    ]);
  });

  it('leaves no receipt of events that show nothing of others', async () => {
    expect(await receipts.admit(NOTHING)).toEqual({});
    await minute();
    await receipts.end();
    expect(sealer.drafts).toEqual([]);
  });

  it.each<[string, SharingReport]>([
    ['another provider', shows(['x'], TOWN)],
    ['another item', shows(['x'], COMMAND, 'grid.inspections')],
    ['a refusal', withholds(['x'])],
    ['a further provider beside the known one', both(shows(['a']), shows(['x'], TOWN))],
  ])('seals again before an event with %s', async (_, report) => {
    await receipts.admit(shows(['a']));
    expect(await receipts.admit(report)).toMatchObject({ receipt: { hash: 'hash-2' } });
    expect(sealer.drafts).toHaveLength(2);
  });

  it('seals before it first shows what it refused so far', async () => {
    await receipts.admit(withholds(['a']));
    expect(await receipts.admit(shows(['a'], COMMAND, PEOPLE))).toEqual({
      receipt: { id: expect.any(String), hash: 'hash-2' },
    });
  });

  it('says of each event what it withholds, with a receipt of its own or without', async () => {
    const withheld = [
      { coordinate: 'GridCase.petitioner', item: PEOPLE, reason: 'NO_GRANT', providers: [COMMAND], count: 1 },
    ];
    expect(await receipts.admit(withholds(['a']))).toEqual({
      withheld,
      receipt: { id: expect.any(String), hash: 'hash-1' },
    });
    expect(await receipts.admit(withholds(['b']))).toEqual({ withheld });
  });

  it('totals what it shows again once a minute, each row once, and nothing when there was nothing', async () => {
    await receipts.admit(both(shows(['a']), shows(['x'], TOWN)));
    expect(await receipts.admit(shows(['b', 'c']))).toEqual({});
    await jest.advanceTimersByTimeAsync(59_999);
    await receipts.admit(shows(['c', 'd']));
    await receipts.admit(shows(['x'], TOWN));
    expect(sealer.told).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(1);
    await minute();
    await minute();
    expect(sealer.told).toEqual([
      [
        [TOWN, [CASES, 1, 0]],
        [COMMAND, [CASES, 1, 0]],
      ],
      [
        [TOWN, [CASES, 1, 0]],
        [COMMAND, [CASES, 3, 0]],
      ],
    ]);
    await receipts.admit(shows(['e']));
    await minute();
    expect(sealer.told[2]).toEqual([[COMMAND, [CASES, 1, 0]]]);
  });

  it('takes what waits for its total into a receipt that comes before, and begins a new minute', async () => {
    await receipts.admit(shows(['a']));
    await receipts.admit(shows(['b']));
    await receipts.admit(shows(['x'], TOWN));
    await minute();
    expect(sealer.told.slice(1)).toEqual([
      [
        [TOWN, [CASES, 1, 0]],
        [COMMAND, [CASES, 1, 0]],
      ],
    ]);
  });

  it('totals at its end', async () => {
    await receipts.admit(shows(['a']));
    await receipts.admit(shows(['b']));
    await receipts.end();
    expect(sealer.told[1]).toEqual([[COMMAND, [CASES, 1, 0]]]);
    await minute();
    expect(sealer.told).toHaveLength(2);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('seals once for events that come while the first is being sealed', async () => {
    sealer.isSlow = true;
    const events = ['a', 'b', 'c'].map((id) => receipts.admit(shows([id])));
    await jest.advanceTimersByTimeAsync(1);
    sealer.finish();
    await Promise.all(events);
    expect(sealer.told).toEqual([[[COMMAND, [CASES, 1, 0]]]]);
    await minute();
    expect(sealer.told[1]).toEqual([[COMMAND, [CASES, 2, 0]]]);
  });

  it('loses nothing of what comes while a total is being sealed', async () => {
    await receipts.admit(shows(['a']));
    await receipts.admit(shows(['b']));
    sealer.isSlow = true;
    await minute();
    expect(await receipts.admit(shows(['c']))).toEqual({});
    sealer.finish();
    await minute();
    expect(sealer.told.slice(1)).toEqual([[[COMMAND, [CASES, 1, 0]]], [[COMMAND, [CASES, 1, 0]]]]);
  });
});

describe('a subscription whose receipts cannot be sealed', () => {
  it('lets no event leave that needs one', async () => {
    sealer.isBroken = true;
    await expect(receipts.admit(shows(['a']))).rejects.toThrow('the disk is full');
    expect(await receipts.admit(NOTHING)).toEqual({});
    sealer.isBroken = false;
    expect(await receipts.admit(shows(['b']))).toMatchObject({ receipt: { hash: 'hash-1' } });
    await receipts.end();
    // What did not leave is told by no receipt.
    expect(sealer.told).toEqual([[[COMMAND, [CASES, 1, 0]]]]);
  });

  it('lets no further event leave once a total failed, until it is sealed', async () => {
    await receipts.admit(shows(['a']));
    await receipts.admit(shows(['b']));
    sealer.isBroken = true;
    await minute();
    await expect(receipts.admit(shows(['c']))).rejects.toThrow('the disk is full');
    sealer.isBroken = false;
    expect(await receipts.admit(shows(['d']))).toMatchObject({ receipt: { hash: 'hash-2' } });
    expect(sealer.told[1]).toEqual([[COMMAND, [CASES, 2, 0]]]);
    expect(await receipts.admit(shows(['e']))).toEqual({});
  });

  it('tries a total again by itself', async () => {
    await receipts.admit(shows(['a']));
    await receipts.admit(shows(['b']));
    sealer.isBroken = true;
    await minute();
    sealer.isBroken = false;
    await jest.advanceTimersByTimeAsync(5_000);
    expect(sealer.told[1]).toEqual([[COMMAND, [CASES, 1, 0]]]);
    expect(await receipts.admit(shows(['c']))).toEqual({});
  });

  it('ends all the same, and logs what no receipt tells', async () => {
    await receipts.admit(shows(['a']));
    await receipts.admit(shows(['b']));
    sealer.isBroken = true;
    await receipts.end();
    expect(log.text).toContain('the last receipt of a subscription could not be sealed');
    expect(log.text).toContain('"ids":["b"]');
    expect(jest.getTimerCount()).toBe(0);
  });
});
