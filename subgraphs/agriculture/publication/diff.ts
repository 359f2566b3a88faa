import { type Connection, decodeCursor, encodeCursor, type PageArgs, pageSize } from '../../kit/connection';
import type { AgricultureContext } from '../loaders';
import type { StandardLimitRow, SupplyStandardRow } from '../standards/store';
import { type Change, diffOf } from './rules';
import { limitsOfVersions } from './store';

export type LimitChange = Change<StandardLimitRow>;

export interface StandardDiff {
  readonly from: SupplyStandardRow;
  readonly to: SupplyStandardRow;
  readonly changes: readonly LimitChange[];
}

/** What changed from one version of a standard to another; null when there is no such version. */
export async function supplyStandardDiff(
  { db, loaders }: AgricultureContext,
  args: { code: string; from: string; to: string },
): Promise<StandardDiff | null> {
  const versions = await loaders.standardVersions.load(args.code);
  const from = versions.find(({ version }) => version === args.from);
  const to = versions.find(({ version }) => version === args.to);
  if (!from || !to) return null;
  const limits = await limitsOfVersions(db, [from.id, to.id]);
  const of = (id: string) => limits.filter(({ standard_id }) => standard_id === id);
  return { from, to, changes: diffOf(of(from.id), of(to.id)) };
}

const CHANGES = { name: 'supplyStandardChanges', maximum: 200 } as const;

/** A page of the changes; a cursor is the place of its change among them, which never changes. */
export function pageOf(changes: readonly LimitChange[], args: PageArgs): Connection<LimitChange> {
  const size = pageSize(args, CHANGES);
  const [last = -1] = args.after == null ? [] : decodeCursor(CHANGES.name, args.after, 1);
  const start = Number(last) + 1;
  const edges = changes
    .slice(start, start + size)
    .map((node, i) => ({ cursor: encodeCursor(CHANGES.name, [start + i]), node }));
  return {
    edges,
    pageInfo: {
      hasNextPage: changes.length > start + size,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

/** The nodes of the food tree whose limits changed. */
export const nodesOf = (changes: readonly LimitChange[]): string[] => [
  ...new Set(changes.map(({ product }) => product)),
];
