import type { Db } from '../../subgraphs/kit/database';
import type { Viewer } from '../../subgraphs/kit/viewer';
import type { SubgraphWorld } from './subgraph';

/**
 * The plan of the statement that a store writes out, as a viewer under row security. The planner may not fall back to
 * reading whole tables, which it would do with as few rows as a test has.
 */
export async function planOf(
  world: SubgraphWorld,
  viewer: Viewer,
  read: (db: Db) => Promise<unknown>,
): Promise<string> {
  const session = world.database.session(viewer);
  let plan = '';
  const explaining: Db = Object.assign((table: string) => session.db(table), {
    raw: async (sql: string, bindings?: Parameters<Db['raw']>[1]) => {
      const lines = await session.db.raw<{ 'QUERY PLAN': string }>(`EXPLAIN ${sql}`, bindings);
      plan = lines.map((line) => line['QUERY PLAN']).join('\n');
      return [];
    },
  }) as Db;
  try {
    await session.db.raw('SET LOCAL enable_seqscan = off');
    await read(explaining);
  } finally {
    await session.end();
  }
  return plan;
}
