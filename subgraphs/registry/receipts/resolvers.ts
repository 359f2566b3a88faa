import { ClientError } from '../../kit/errors';
import { loadExisting } from '../../kit/loaders';
import type { Viewer } from '../../kit/viewer';
import type { RegistryContext } from '../loaders';
import type { Resolvers } from '../schema-types';
import type { ReceiptLeafRow } from './store';
import { totalsOf } from './store';

function requireProvider(viewer: Viewer, provider: string): void {
  if (viewer.agency === provider) return;
  throw new ClientError('FORBIDDEN', {
    en: `The receipts of ${provider} are for that unit alone. Ask for your own: provider: "${viewer.agency}".`,
    zh: `${provider} 的访问回执仅供该单位查阅。请查询本单位的回执：provider: "${viewer.agency}"。`,
  });
}

const receiptOf = (leaf: ReceiptLeafRow, { loaders }: RegistryContext) =>
  loadExisting(loaders.receipt, String(leaf.sequence));

export const receipts: Resolvers = {
  Query: {
    accessReceipts: (_, { provider, ...filter }, { signedIn, loaders }) => {
      requireProvider(signedIn, provider);
      return loaders.leavesByProvider(provider, filter);
    },
    accessReceiptTotals: (_, { provider, ...period }, { signedIn, db }) => {
      requireProvider(signedIn, provider);
      return totalsOf(db, provider, period);
    },
  },
  AccessReceipt: {
    id: async (leaf, _, context) => (await receiptOf(leaf, context)).id,
    gateway: async (leaf, _, context) => (await receiptOf(leaf, context)).gateway,
    requestId: async (leaf, _, context) => (await receiptOf(leaf, context)).request_id,
    consumerCode: (leaf) => leaf.consumer,
    consumer: (leaf, _, { loaders }) => loaders.agency.load(leaf.consumer),
    user: (leaf) => leaf.user_name,
    operationName: (leaf) => leaf.operation_name,
    items: (leaf, _, { loaders }) => loaders.itemsByReceipt.load(String(leaf.sequence)),
    leafHash: (leaf) => leaf.hash,
    otherLeafHashes: async (leaf, _, context) =>
      (await receiptOf(leaf, context)).leaf_hashes.filter((hash) => hash !== leaf.hash),
    hash: async (leaf, _, context) => (await receiptOf(leaf, context)).hash,
    previousHash: async (leaf, _, context) => (await receiptOf(leaf, context)).previous_hash,
  },
  AccessReceiptItem: {
    rows: (item) => item.disclosed_rows,
    withheldRows: (item) => item.withheld_rows,
  },
  AccessReceiptTotal: {
    consumerCode: (total) => total.consumer,
    consumer: (total, _, { loaders }) => loaders.agency.load(total.consumer),
    rows: (total) => total.disclosed_rows,
    withheldRows: (total) => total.withheld_rows,
  },
};
