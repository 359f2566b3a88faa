import type { Resolvers } from '../schema-types';
import { comparePlaces, compareStandards, marketMatrix } from './compare';

const end = (amount: { toNumber(): number } | null | undefined): number | null => amount?.toNumber() ?? null;

export const comparisons: Resolvers = {
  Query: {
    compareStandards: (_, args, context) => compareStandards(context, args),
    comparePlaces: (_, args, context) => comparePlaces(context, args),
    marketMatrix: (_, args, context) => marketMatrix(context, args),
  },
  StandardPair: {
    comparisons: ({ comparisons }) => [...comparisons],
  },
  StandardComparison: {
    reason: ({ reason }, _, { language }) => reason?.[language] ?? null,
    limits: ({ limits }) => [...limits],
    jointMinimum: ({ joint }) => end(joint?.minimum),
    jointMaximum: ({ joint }) => end(joint?.maximum),
    isJointRangeEmpty: ({ verdict }) => verdict === 'DISJOINT',
  },
  MarketMatrixRow: {
    cells: ({ cells }) => [...cells],
    jointMinimum: ({ joint }) => end(joint?.minimum),
    jointMaximum: ({ joint }) => end(joint?.maximum),
    isJointRangeEmpty: ({ isEmpty }) => isEmpty,
  },
  MarketMatrixCell: {
    market: ({ market }) => (market === null ? null : { code: market }),
    limits: ({ limits }) => [...limits],
  },
};
