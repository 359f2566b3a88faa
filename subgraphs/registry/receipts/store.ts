import type { JsonWebKey } from 'node:crypto';
import {
  type Connection,
  type Keyset,
  keyParents,
  PARENT,
  type PageArgs,
  pagesByParent,
} from '../../kit/connection';
import type { Db } from '../../kit/database';
import type { ChainHead, Endorsement, HeadKey, SignedHead } from '../../kit/receipt-heads';
import { addDays, startOfDay } from '../../kit/time';
import {
  type ChainEntry,
  NO_RECEIPT,
  type ReceiptItem,
  type ReceiptLeaf,
  type SealedReceipt,
  type WithheldReason,
} from './rules';

/** A provider's leaf. */
export interface ReceiptLeafRow {
  sequence: number;
  provider: string;
  at: Date;
  consumer: string;
  user_name: string;
  purpose: string | null;
  operation_name: string | null;
  salt: string;
  hash: string;
}

export interface ReceiptRow {
  sequence: number;
  previous_hash: string;
  id: string;
  at: Date;
  gateway: string;
  request_id: string;
  consumer: string;
  leaf_hashes: string[];
  hash: string;
}

export interface ReceiptItemRow {
  sequence: number;
  provider: string;
  item: string;
  disclosed_rows: number;
  withheld_rows: number;
  reason: WithheldReason | null;
}

export interface ReceiptTotalRow {
  consumer: string;
  item: string;
  receipts: number;
  disclosed_rows: number;
  withheld_rows: number;
}

interface Period {
  /** Days in Shanghai, both included. */
  from?: string | null;
  to?: string | null;
}

export interface ReceiptFilter extends PageArgs, Period {
  consumer?: string | null;
  item?: string | null;
}

export type SealedPlace = ChainHead & { id: string; previousHash: string };

const LEAF_COLUMNS = [
  'sequence',
  'provider',
  'at',
  'consumer',
  'user_name',
  'purpose',
  'operation_name',
  'salt',
  'hash',
];
const ITEM_COLUMNS = ['sequence', 'provider', 'item', 'disclosed_rows', 'withheld_rows', 'reason'];
const NEWEST_FIRST: Keyset = {
  name: 'accessReceipts',
  columns: ['at', 'sequence'],
  direction: 'desc',
  maximum: 200,
};

/** The instants `[from, below)` of a period; open ends lie outside of what anyone will seal. */
const instantsOf = ({ from, to }: Period) => ({
  from: startOfDay(from ?? '1970-01-01'),
  below: startOfDay(to ? addDays(to, 1) : '9999-01-01'),
});

/** A page of each provider's leaves, the newest first. */
export async function leavesByProvider(
  db: Db,
  providers: readonly string[],
  filter: ReceiptFilter,
): Promise<Map<string, Connection<ReceiptLeafRow>>> {
  const { from, below } = instantsOf(filter);
  return pagesByParent(db, {
    comment: 'receipts.leavesByProvider',
    parents: keyParents(providers),
    keyset: NEWEST_FIRST,
    args: filter,
    rows: () => {
      const rows = db('receipt_leaves')
        .select(LEAF_COLUMNS)
        .whereRaw(`provider = ${PARENT.key}`)
        .where('at', '>=', from)
        .where('at', '<', below);
      if (filter.consumer) rows.where({ consumer: filter.consumer });
      if (filter.item) {
        rows.whereExists(
          db('receipt_items')
            .whereRaw('receipt_items.sequence = receipt_leaves.sequence')
            .whereRaw('receipt_items.provider = receipt_leaves.provider')
            .where('receipt_items.item', filter.item),
        );
      }
      return rows;
    },
  });
}

/** The receipts with these numbers that the viewer's unit has a leaf of. */
export async function receiptsBySequence(db: Db, sequences: readonly string[]): Promise<ReceiptRow[]> {
  return db<ReceiptRow>('receipts')
    .comment('receipts.bySequence')
    .whereRaw('sequence = ANY(?::bigint[])', [sequences as string[]]);
}

/** The items of the viewer's leaves in the receipts with these numbers, as they were sealed. */
export async function itemsBySequence(db: Db, sequences: readonly string[]): Promise<ReceiptItemRow[]> {
  return db<ReceiptItemRow>('receipt_items')
    .comment('receipts.itemsBySequence')
    .select<ReceiptItemRow[]>(ITEM_COLUMNS)
    .whereRaw('sequence = ANY(?::bigint[])', [sequences as string[]])
    .orderBy(['sequence', 'provider', 'ordinal']);
}

/** What each consumer was given of each item of a provider, in the order of both. */
export async function totalsOf(db: Db, provider: string, period: Period): Promise<ReceiptTotalRow[]> {
  const { from, below } = instantsOf(period);
  return db.raw<ReceiptTotalRow>(
    `/* receipts.totalsOf */
     SELECT leaf.consumer, item.item, count(DISTINCT leaf.sequence) AS receipts,
       sum(item.disclosed_rows) AS disclosed_rows, sum(item.withheld_rows) AS withheld_rows
     FROM receipt_leaves AS leaf JOIN receipt_items AS item USING (sequence, provider)
     WHERE leaf.provider = ? AND leaf.at >= ? AND leaf.at < ?
     GROUP BY leaf.consumer, item.item ORDER BY leaf.consumer, item.item`,
    [provider, from, below],
  );
}

/**
 * Waits until no one else seals, in any process, and keeps it so until the transaction ends. Answers where the chain
 * ends then, and which of these receipts are in it already.
 */
export async function lockChainEnd(
  db: Db,
  ids: readonly string[],
): Promise<{ last: ChainHead; known: SealedPlace[] }> {
  const rows = await db.raw<{ id: string | null; sequence: number; hash: string; previous_hash: string }>(
    '/* receipts.lockChainEnd */ SELECT id, sequence, hash, previous_hash FROM lock_chain_end(?::text[])',
    [ids as string[]],
  );
  const last = rows.find(({ id }) => id === null);
  return {
    last: last ? { sequence: last.sequence, hash: last.hash } : NO_RECEIPT,
    known: rows.flatMap(({ id, sequence, hash, previous_hash: previousHash }) =>
      id === null ? [] : [{ id, sequence, hash, previousHash }],
    ),
  };
}

const intoTable = (table: string): string =>
  `INSERT INTO ${table} SELECT * FROM json_populate_recordset(NULL::${table}, ?::json)`;

/**
 * Adds receipts to the chain, and heads as gateways signed them: also one that contradicts the chain, which is the point
 * of it. One statement, whatever their number.
 */
export async function insertReceipts(
  db: Db,
  receipts: readonly SealedReceipt[],
  heads: readonly SignedHead[],
): Promise<void> {
  const leaves = receipts.flatMap(({ sequence, leaves }) => leaves.map((leaf) => ({ sequence, ...leaf })));
  await db.raw(
    `/* receipts.insert */
     WITH sealed AS (${intoTable('receipts')}),
       leaves AS (${intoTable('receipt_leaves')}),
       heads AS (${intoTable('receipt_heads')} ON CONFLICT (sequence, key_id, hash) DO NOTHING)
     ${intoTable('receipt_items')}`,
    [
      receipts.map(rowOfReceipt),
      leaves.map(rowOfLeaf),
      heads.map(rowOfHead),
      leaves.flatMap(({ sequence, provider, items }) =>
        items.map((item, ordinal) => ({
          ...{ sequence, provider, ordinal, item: item.item, reason: item.reason },
          ...{ disclosed_rows: item.disclosedRows, withheld_rows: item.withheldRows },
        })),
      ),
    ].map((rows) => JSON.stringify(rows)),
  );
}

const rowOfReceipt = (receipt: SealedReceipt): ReceiptRow => ({
  sequence: receipt.sequence,
  previous_hash: receipt.previousHash,
  id: receipt.id,
  at: new Date(receipt.at),
  gateway: receipt.gateway,
  request_id: receipt.requestId,
  consumer: receipt.consumer,
  leaf_hashes: [...receipt.leafHashes],
  hash: receipt.hash,
});

const rowOfLeaf = (leaf: ReceiptLeaf & { sequence: number }): ReceiptLeafRow => ({
  sequence: leaf.sequence,
  provider: leaf.provider,
  at: new Date(leaf.at),
  consumer: leaf.consumer,
  user_name: leaf.user,
  purpose: leaf.purpose,
  operation_name: leaf.operationName,
  salt: leaf.salt,
  hash: leaf.hash,
});

const rowOfHead = ({ sequence, hash, keyId, signature }: SignedHead): HeadRow => ({
  sequence,
  hash,
  key_id: keyId,
  signature,
});

/** Registers gateways' public keys. One that is there stays as it is, but for endorsements that it had none of. */
export async function insertKeys(db: Db, keys: readonly HeadKey[]): Promise<void> {
  await db('receipt_keys')
    .comment('receipts.insertKeys')
    .insert(
      keys.map(({ keyId, publicKey, gateway, endorsements }) => ({
        ...{ key_id: keyId, public_key: JSON.stringify(publicKey), gateway },
        endorsements: JSON.stringify(endorsements),
      })),
    )
    .onConflict('key_id')
    .merge(['endorsements'])
    .where('receipt_keys.endorsements', '[]');
}

const CHAIN_PAGE = 1_000;

const itemOf = (row: ReceiptItemRow): ReceiptItem => ({
  item: row.item,
  disclosedRows: row.disclosed_rows,
  withheldRows: row.withheld_rows,
  reason: row.reason,
});

function groupBy<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group) group.push(row);
    else groups.set(keyOf(row), [row]);
  }
  return groups;
}

/** The keys, and then every receipt and behind it its heads, as one snapshot of the owner's, in pages. */
export async function* readChain(db: Db): AsyncGenerator<ChainEntry> {
  await db.raw('/* receipts.readChain */ SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
  const keys = await db<KeyRow>('receipt_keys')
    .comment('receipts.keys')
    .orderBy('created_at')
    .orderBy('key_id');
  for (const key of keys) {
    const { key_id: keyId, public_key: publicKey, gateway, endorsements } = key;
    yield { kind: 'key', keyId, publicKey, gateway, endorsements };
  }
  let after = 0;
  for (;;) {
    const receipts = await db<ReceiptRow>('receipts')
      .comment('receipts.chainPage')
      .where('sequence', '>', after)
      .orderBy('sequence')
      .limit(CHAIN_PAGE);
    const last = receipts.at(-1);
    if (!last) break;
    yield* pageOfChain(db, receipts, after);
    after = last.sequence;
  }
  // Behind the last receipt one head says as much as all of them.
  const beyond = await headRows(db).where('sequence', '>', after).first();
  if (beyond) yield headOf(beyond);
}

interface KeyRow {
  key_id: string;
  public_key: JsonWebKey;
  gateway: string;
  endorsements: Endorsement[];
}

interface HeadRow {
  sequence: number;
  hash: string;
  signature: string;
  key_id: string;
}

const headRows = (db: Db) =>
  db<HeadRow>('receipt_heads').comment('receipts.heads').orderBy(['sequence', 'key_id', 'hash']);

const headOf = ({ sequence, hash, signature, key_id }: HeadRow): ChainEntry => ({
  kind: 'head',
  sequence,
  hash,
  signature,
  keyId: key_id,
});

/** Receipts that follow each other in the chain behind `after`, with what belongs to them. */
async function* pageOfChain(
  db: Db,
  receipts: readonly ReceiptRow[],
  after: number,
): AsyncGenerator<ChainEntry> {
  const range = [after + 1, receipts.at(-1)?.sequence ?? after] as const;
  const [leafRows, itemRows, heads] = await Promise.all([
    db<ReceiptLeafRow>('receipt_leaves')
      .comment('receipts.chainLeaves')
      .whereBetween('sequence', range)
      .orderBy(['sequence', 'provider']),
    db<ReceiptItemRow>('receipt_items')
      .comment('receipts.chainItems')
      .whereBetween('sequence', range)
      .orderBy(['sequence', 'provider', 'ordinal']),
    headRows(db).whereBetween('sequence', range),
  ]);
  const leaves = groupBy(leafRows, (row) => String(row.sequence));
  const items = groupBy(itemRows, (row) => `${row.sequence} ${row.provider}`);
  let nextHead = 0;
  const headsUpTo = function* (sequence: number) {
    for (; (heads[nextHead]?.sequence ?? Infinity) <= sequence; nextHead += 1) {
      yield headOf(heads[nextHead] as HeadRow);
    }
  };
  for (const receipt of receipts) {
    yield* headsUpTo(receipt.sequence - 1);
    yield {
      kind: 'receipt',
      sequence: receipt.sequence,
      previousHash: receipt.previous_hash,
      id: receipt.id,
      at: receipt.at.toISOString(),
      gateway: receipt.gateway,
      requestId: receipt.request_id,
      consumer: receipt.consumer,
      leafHashes: receipt.leaf_hashes,
      hash: receipt.hash,
      leaves: (leaves.get(String(receipt.sequence)) ?? []).map((leaf) => ({
        provider: leaf.provider,
        at: leaf.at.toISOString(),
        consumer: leaf.consumer,
        user: leaf.user_name,
        purpose: leaf.purpose,
        operationName: leaf.operation_name,
        items: (items.get(`${leaf.sequence} ${leaf.provider}`) ?? []).map(itemOf),
        salt: leaf.salt,
        hash: leaf.hash,
      })),
    };
    yield* headsUpTo(receipt.sequence);
  }
}
