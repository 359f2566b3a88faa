import { decodeCursor, encodeCursor, pageSize } from '../../kit/connection';
import { loadExisting } from '../../kit/loaders';
import { payload } from '../../kit/payload';
import type { Resolvers } from '../schema-types';
import { publishMonthlyRanking } from './publish';
import { monthlyRanking } from './ranking';

const ENTRIES = { name: 'rankingEntries', maximum: 200 } as const;

export const rankings: Resolvers = {
  Query: {
    monthlyRanking: (_, { hostUnder, month, edition }, { db }) =>
      monthlyRanking(db, { place: hostUnder, month, edition: edition ?? null }),
  },
  Mutation: {
    publishMonthlyRanking: (_, { input }, context) =>
      payload('monthlyRanking', context, publishMonthlyRanking(context, input)),
  },
  MonthlyRanking: {
    jurisdiction: ({ place }) => ({ code: place }),
    edition: ({ edition }) => edition?.edition ?? null,
    reason: ({ edition }) => edition?.reason ?? null,
    publishedAt: ({ edition }) => edition?.published_at ?? null,
    publishedBy: ({ edition }) => edition && { code: edition.agency },
    red: ({ entries }) => entries.filter(({ list }) => list === 'RED'),
    black: ({ entries }) => entries.filter(({ list }) => list === 'BLACK'),
    entries: ({ entries }, args) => {
      const size = pageSize(args, ENTRIES);
      const after = args.after == null ? 0 : Number(decodeCursor(ENTRIES.name, args.after, 1)[0]);
      const rest = entries.filter((entry) => entry.rank > after);
      const edges = rest.slice(0, size).map((node) => ({
        ...{ cursor: encodeCursor(ENTRIES.name, [node.rank]), node },
      }));
      return {
        edges,
        pageInfo: { hasNextPage: rest.length > size, endCursor: edges.at(-1)?.cursor ?? null },
      };
    },
  },
  RankingEntry: {
    secondment: ({ secondment }, _, { loaders }) => loadExisting(loaders.secondment, secondment),
  },
};
