import { createHash } from 'node:crypto';
import { type ChainHead, type HeadKey, HeadVerifier, type SignedHead } from '../../kit/receipt-heads';

/*
 * The chain of access receipts. A receipt has a leaf for each provider, and what is hashed is
 *
 *   leaf     {at, consumer, id, items, operationName, provider, purpose, salt, user}
 *   receipt  {at, consumer, gateway, id, leafHashes, previousHash, requestId, sequence}
 *
 * each as canonical JSON (see `canonicalJson`) in UTF-8 through SHA-256, in lower-case hexadecimal. A provider is given
 * its own leaf whole and the other leaves' hashes: enough to compute the receipt's hash, and no more, because the salt
 * of a leaf keeps the others from being guessed by hashing likely contents. `leafHashes` is in ascending order, so that
 * not even the alphabet of the providers shows. Instants come from gateways' own clocks and may go back along the chain.
 */

export type WithheldReason = 'NO_GRANT' | 'NO_PURPOSE' | 'EXPIRED' | 'UNCONFIRMED';

/** What was disclosed of one catalog item, or withheld and why. */
export interface ReceiptItem {
  readonly item: string;
  readonly disclosedRows: number;
  readonly withheldRows: number;
  readonly reason: WithheldReason | null;
}

/** What a gateway knows of one request. At least one leaf, at most one a provider. */
export interface ReceiptDraft {
  /** A UUID: the same draft sent again has the same. */
  readonly id: string;
  readonly at: string;
  readonly gateway: string;
  readonly requestId: string;
  readonly consumer: string;
  readonly user: string;
  readonly purpose: string | null;
  readonly operationName: string | null;
  readonly leaves: readonly { readonly provider: string; readonly items: readonly ReceiptItem[] }[];
}

/** One provider's part of a receipt: all that it is told of the request. */
export interface ReceiptLeaf {
  readonly provider: string;
  readonly at: string;
  readonly consumer: string;
  readonly user: string;
  readonly purpose: string | null;
  readonly operationName: string | null;
  readonly items: readonly ReceiptItem[];
  /** 128 random bits in hexadecimal. */
  readonly salt: string;
  readonly hash: string;
}

export interface Receipt {
  readonly sequence: number;
  readonly previousHash: string;
  readonly id: string;
  readonly at: string;
  readonly gateway: string;
  readonly requestId: string;
  readonly consumer: string;
  readonly leafHashes: readonly string[];
  readonly hash: string;
}

export interface SealedReceipt extends Receipt {
  readonly leaves: readonly ReceiptLeaf[];
}

/** Before the first receipt. */
export const NO_RECEIPT: ChainHead = { sequence: 0, hash: '0'.repeat(64) };

/**
 * JSON in the one form that is hashed, after RFC 8785: object keys in the order of their UTF-16 code units, no white
 * space, text and numbers as ECMAScript writes them, lists in their own order. Text is not normalized: two spellings of
 * a character are two texts. Absent values are written as null by whoever calls.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The hash of a leaf of the receipt with this id. */
export function leafHash(receiptId: string, leaf: Omit<ReceiptLeaf, 'hash'>): string {
  const { at, consumer, operationName, provider, purpose, salt, user } = leaf;
  const items = leaf.items.map(({ item, disclosedRows, withheldRows, reason }) => ({
    item,
    disclosedRows,
    withheldRows,
    reason,
  }));
  return sha256(
    canonicalJson({ id: receiptId, at, consumer, items, operationName, provider, purpose, salt, user }),
  );
}

/** The hash of a receipt, over its place, its predecessor's hash and its leaves' hashes. */
export function receiptHash(receipt: Omit<Receipt, 'hash'>): string {
  const { sequence, previousHash, id, at, gateway, requestId, consumer, leafHashes } = receipt;
  return sha256(canonicalJson({ sequence, previousHash, id, at, gateway, requestId, consumer, leafHashes }));
}

/** PostgreSQL keeps neither U+0000 nor half a surrogate pair, and a client chooses some of the text. */
const storable = (text: string): string => text.replace(/\p{Surrogate}|\0/gu, '\ufffd');
const storableOrNull = (text: string | null): string | null => (text === null ? null : storable(text));

/** Chains drafts, in their order, behind `last`. `makeSalt` gives 128 random bits in hexadecimal. */
export function sealReceipts(
  drafts: readonly ReceiptDraft[],
  last: ChainHead,
  makeSalt: () => string,
): SealedReceipt[] {
  let { sequence, hash: previousHash } = last;
  return drafts.map((draft) => {
    sequence += 1;
    const { id, consumer } = draft;
    const at = new Date(draft.at).toISOString();
    const leaves = draft.leaves
      .map(({ provider, items }) => {
        const leaf = {
          provider,
          at,
          consumer,
          user: storable(draft.user),
          purpose: storableOrNull(draft.purpose),
          operationName: storableOrNull(draft.operationName),
          items,
          salt: makeSalt(),
        };
        return { ...leaf, hash: leafHash(id, leaf) };
      })
      .sort((a, b) => (a.provider < b.provider ? -1 : 1));
    const receipt = {
      sequence,
      previousHash,
      id,
      at,
      gateway: storable(draft.gateway),
      requestId: storable(draft.requestId),
      consumer,
      leafHashes: leaves.map((leaf) => leaf.hash).sort(),
    };
    previousHash = receiptHash(receipt);
    return { ...receipt, hash: previousHash, leaves };
  });
}

/** What a check of the chain is fed: keys first, then receipts and heads in the order of the chain. */
export type ChainEntry =
  | ({ readonly kind: 'key' } & HeadKey)
  | ({ readonly kind: 'receipt' } & SealedReceipt)
  | ({ readonly kind: 'head' } & SignedHead)
  /** A head that the checker itself vouches for, from an earlier export. */
  | ({ readonly kind: 'known' } & ChainHead)
  /** Where an export says that it ends. */
  | ({ readonly kind: 'end' } & ChainHead);

/** Where a chain first fails, and how. */
export interface ChainBreak {
  readonly kind: 'changed' | 'missing' | 'inserted' | 'swapped' | 'cut' | 'unvouched';
  readonly sequence: number;
  /** The id of the receipt that stands there; null when none does. */
  readonly id: string | null;
  readonly detail: string;
}

/** How far from its place a moved receipt is looked for. */
const SEARCHED_PLACES = 1_000;

/** The sequence with which a receipt was sealed: its own when nothing happened; null when its content was changed. */
function sealedPlace(receipt: Receipt): number | null {
  const fits = (sequence: number) => receiptHash({ ...receipt, sequence }) === receipt.hash;
  if (fits(receipt.sequence)) return receipt.sequence;
  for (let distance = 1; distance <= SEARCHED_PLACES; distance += 1) {
    for (const place of [receipt.sequence + distance, receipt.sequence - distance]) {
      if (fits(place)) return place;
    }
  }
  return null;
}

/** What is wrong with the leaves of a receipt; null when they are what was sealed. */
function leafTrouble(receipt: SealedReceipt): string | null {
  const sealed = new Set(receipt.leafHashes);
  for (const leaf of receipt.leaves) {
    if (leafHash(receipt.id, leaf) !== leaf.hash) return `the leaf of ${leaf.provider} was changed`;
    if (!sealed.has(leaf.hash)) return `the leaf of ${leaf.provider} was added or replaced`;
    if (leaf.consumer !== receipt.consumer || leaf.at !== receipt.at)
      return `the leaf of ${leaf.provider} tells of another request`;
  }
  return receipt.leaves.length === receipt.leafHashes.length ? null : 'a leaf is missing or there twice';
}

type Head = Extract<ChainEntry, { kind: 'head' | 'known' }>;

/**
 * Checks a chain entry by entry, in flat memory. A receipt is judged when the next one is known, which tells an
 * inserted receipt from a changed one. After the first break nothing more is said.
 *
 * A key is trusted when `isTrusted` says so, or a trusted key that came before endorses it. The heads of other keys say
 * nothing, and a chain that ends with such heads alone is broken: they may be of whoever sealed it anew.
 *
 * What it cannot see: receipts behind the last head that is known, when they are cut off or all sealed anew.
 */
export class ChainCheck {
  readonly #keys = new Map<string, { verifier: HeadVerifier; gateway: string; isTrusted: boolean }>();
  #accepted: ChainHead & { id: string | null } = { ...NO_RECEIPT, id: null };
  #beforeAccepted: string | null = null;
  #current: SealedReceipt | null = null;
  #headsOfCurrent: Head[] = [];
  #unmet: Head | null = null;
  #vouchedUpTo = 0;
  readonly #vouchers = new Set<string>();
  /** The last head of a key that is not trusted. */
  #stranger: Head | null = null;

  constructor(private readonly isTrusted: (key: HeadKey) => boolean = () => true) {}

  /** How many receipts were found whole. */
  get receipts(): number {
    return this.#accepted.sequence;
  }

  /** The last receipt's place and hash. */
  get head(): ChainHead {
    const { sequence, hash } = this.#accepted;
    return { sequence, hash };
  }

  /** The last receipt that a signed or known head stands for. */
  get vouchedUpTo(): number {
    return this.#vouchedUpTo;
  }

  /** The keys of the signed heads that stand for receipts, with the gateways that they are of. */
  get vouchers(): { keyId: string; gateway: string }[] {
    return [...this.#vouchers].map((keyId) => ({ keyId, gateway: this.#keys.get(keyId)?.gateway ?? '' }));
  }

  add(entry: ChainEntry): ChainBreak | null {
    switch (entry.kind) {
      case 'key':
        this.#addKey(entry);
        return null;
      case 'receipt': {
        const broken = this.#settle(entry);
        this.#current = entry;
        return broken;
      }
      case 'head':
      case 'known':
        return this.#addHead(entry);
      case 'end':
        return this.#settle(null) ?? this.#endBreak(entry);
    }
  }

  #addKey(key: HeadKey): void {
    const { keyId, gateway } = key;
    const isEndorsed = key.endorsements.some((endorsement) => {
      const endorser = this.#keys.get(endorsement.keyId);
      return endorser?.isTrusted && endorser.verifier.hasEndorsed(keyId, endorsement.signature);
    });
    const isTrusted = isEndorsed || this.isTrusted(key);
    this.#keys.set(keyId, { verifier: new HeadVerifier(key), gateway, isTrusted });
  }

  #strangerBreak(): ChainBreak | null {
    const stranger = this.#stranger;
    if (stranger?.kind !== 'head' || stranger.sequence <= this.#vouchedUpTo) return null;
    return {
      kind: 'unvouched',
      sequence: this.#vouchedUpTo + 1,
      id: null,
      detail: `${this.#nameOf(stranger)} at receipt ${stranger.sequence} is of a key that nothing here vouches for, ${stranger.keyId}`,
    };
  }

  end(): ChainBreak | null {
    const broken = this.#settle(null) ?? this.#strangerBreak();
    if (broken || !this.#unmet) return broken;
    const { sequence } = this.#unmet;
    const first = this.#accepted.sequence + 1;
    return {
      kind: 'cut',
      sequence: first,
      id: null,
      detail: `the chain ends before it; ${this.#nameOf(this.#unmet)} stands for receipts up to ${sequence}`,
    };
  }

  #addHead(head: Head): ChainBreak | null {
    const at = this.#current?.sequence ?? this.#accepted.sequence;
    if (head.sequence === at && this.#current) {
      this.#headsOfCurrent.push(head);
      return null;
    }
    if (head.sequence > at) {
      this.#unmet ??= head;
      return null;
    }
    return (
      this.#settle(null) ?? {
        kind: 'swapped',
        sequence: head.sequence,
        id: null,
        detail: `${this.#nameOf(head)} does not stand behind its receipt`,
      }
    );
  }

  #endBreak(end: ChainHead): ChainBreak | null {
    const { sequence, hash, id } = this.#accepted;
    if (end.sequence > sequence) {
      return {
        kind: 'cut',
        sequence: sequence + 1,
        id: null,
        detail: `it was exported up to ${end.sequence}`,
      };
    }
    if (end.sequence === sequence && end.hash === hash) return null;
    return { kind: 'inserted', sequence, id, detail: `the export ended with ${end.sequence}, ${end.hash}` };
  }

  /** Judges the receipt at hand, now that the next is known. */
  #settle(next: SealedReceipt | null): ChainBreak | null {
    const current = this.#current;
    if (!current) return null;
    const broken = this.#linkBreak(current, next) ?? this.#headBreak(current);
    if (broken) return broken;
    this.#beforeAccepted = this.#accepted.hash;
    this.#accepted = { sequence: current.sequence, hash: current.hash, id: current.id };
    this.#current = null;
    this.#headsOfCurrent = [];
    return null;
  }

  #linkBreak(current: SealedReceipt, next: SealedReceipt | null): ChainBreak | null {
    const accepted = this.#accepted;
    const expected = accepted.sequence + 1;
    const { sequence, id } = current;
    if (sequence > expected) {
      if (next && next.sequence < sequence) {
        return { kind: 'swapped', sequence: expected, id, detail: `receipt ${sequence} stands in its place` };
      }
      return this.#missing(expected, sequence - expected, id);
    }
    if (sequence < expected) {
      return { kind: 'inserted', sequence, id, detail: 'another receipt before it has the same number' };
    }

    const follows = current.previousHash === accepted.hash;
    const trouble = leafTrouble(current);
    const place = sealedPlace(current);
    if (follows && place === sequence) {
      return trouble === null ? null : { kind: 'changed', sequence, id, detail: trouble };
    }

    if (place !== null && place > sequence) {
      const isShift = !next || sealedPlace(next) === next.sequence + place - sequence;
      if (isShift) return this.#missing(sequence, place - sequence, id);
      return { kind: 'swapped', sequence, id, detail: `it was sealed as receipt ${place}` };
    }
    if (place !== null && place < sequence) {
      const isOne = current.previousHash === this.#beforeAccepted;
      return {
        kind: 'inserted',
        sequence: isOne ? accepted.sequence : place,
        id: isOne ? accepted.id : null,
        detail: `what follows was sealed as receipt ${place} and now stands at ${sequence}`,
      };
    }
    if (next?.previousHash === accepted.hash) {
      return {
        kind: 'inserted',
        sequence,
        id,
        detail: 'the next receipt was sealed behind the one before it',
      };
    }
    if (follows || trouble !== null || place === null) {
      return { kind: 'changed', sequence, id, detail: trouble ?? 'its content does not give its hash' };
    }
    // Sound in itself, but sealed behind another hash than the one before it has: one of the two was sealed anew. A
    // head that vouches for the one before, or the want of one, leaves this one.
    if (accepted.sequence === 0 || this.#vouchedUpTo === accepted.sequence) {
      return { kind: 'changed', sequence, id, detail: 'it was sealed behind another receipt' };
    }
    return {
      kind: 'changed',
      sequence: accepted.sequence,
      id: accepted.id,
      detail: `receipt ${sequence} was sealed behind another hash than it has now`,
    };
  }

  #missing(first: number, count: number, behind: string): ChainBreak {
    const what = count === 1 ? 'it is gone' : `receipts ${first} to ${first + count - 1} are gone`;
    return { kind: 'missing', sequence: first, id: null, detail: `${what}; what follows is ${behind}` };
  }

  #headBreak({ sequence, id, hash }: SealedReceipt): ChainBreak | null {
    for (const head of this.#headsOfCurrent) {
      const changed = (detail: string): ChainBreak => ({ kind: 'changed', sequence, id, detail });
      if (head.kind === 'head') {
        const signer = this.#keys.get(head.keyId);
        if (!signer)
          return changed(`its head is signed with ${head.keyId}, which is no key that is registered`);
        if (!signer.verifier.hasSigned(head))
          return changed(`${this.#nameOf(head)} does not bear that gateway's signature`);
      }
      if (head.hash !== hash) {
        return changed(
          `it, or one after receipt ${this.#vouchedUpTo}, was sealed anew: ${this.#nameOf(head)} has another hash`,
        );
      }
      if (head.kind === 'known') this.#vouchedUpTo = sequence;
      else if (this.#keys.get(head.keyId)?.isTrusted) {
        this.#vouchedUpTo = sequence;
        this.#vouchers.add(head.keyId);
      } else this.#stranger = head;
    }
    return null;
  }

  #nameOf(head: Head): string {
    if (head.kind === 'known') return 'the known head';
    return `the head that ${this.#keys.get(head.keyId)?.gateway ?? head.keyId} signed`;
  }
}

/** The first broken link of a chain; null when it is whole. */
export function firstBreak(
  entries: Iterable<ChainEntry>,
  isTrusted?: (key: HeadKey) => boolean,
): ChainBreak | null {
  const check = new ChainCheck(isTrusted);
  for (const entry of entries) {
    const broken = check.add(entry);
    if (broken) return broken;
  }
  return check.end();
}
