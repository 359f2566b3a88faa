import type { Knex } from 'knex';
import type { Db } from '../../subgraphs/kit/database';
import type { Viewer } from '../../subgraphs/kit/viewer';
import type { SubgraphWorld } from './subgraph';

/**
 * How the database carries out what a store sends for a viewer, under row security: a plan for each statement, in their
 * order. Each is answered with no rows; with `analyze` it is carried out, and the plan tells how many rows each step met.
 */
export async function plansOf(
  world: SubgraphWorld,
  viewer: Viewer,
  read: (db: Db) => Promise<unknown>,
  { mayScanTables = true, analyze = false }: { mayScanTables?: boolean; analyze?: boolean } = {},
): Promise<string[]> {
  const plans: string[] = [];
  const session = world.database.session(viewer);
  const explain: Db['raw'] = async (sql, bindings) => {
    const lines = await session.db.raw<{ 'QUERY PLAN': string }>(
      `EXPLAIN ${analyze ? '(ANALYZE, COSTS OFF, TIMING OFF) ' : ''}${sql}`,
      bindings,
    );
    plans.push(lines.map((line) => line['QUERY PLAN']).join('\n'));
    return [];
  };
  /** Awaited by itself, a builder is explained instead of run; as a part of another statement it stays what it is. */
  const explained = (builder: Knex.QueryBuilder): Knex.QueryBuilder =>
    new Proxy(builder, {
      get(target, property, receiver) {
        if (property === 'then') {
          const answer = explain('?', [target]);
          return answer.then.bind(answer);
        }
        const value = Reflect.get(target, property, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          const result = Reflect.apply(value, target, args);
          return result === target ? receiver : result;
        };
      },
    });
  const explaining = Object.assign((table: string) => explained(session.db(table)), { raw: explain }) as Db;
  try {
    if (!mayScanTables) await session.db.raw('SET LOCAL enable_seqscan = off');
    await read(explaining);
  } finally {
    await session.end();
  }
  return plans;
}

/**
 * The plan of the last statement that a store writes out, as a viewer under row security. The planner may not fall back to
 * reading whole tables, which it would do with as few rows as a test has.
 */
export async function planOf(
  world: SubgraphWorld,
  viewer: Viewer,
  read: (db: Db) => Promise<unknown>,
): Promise<string> {
  return (await plansOf(world, viewer, read, { mayScanTables: false })).at(-1) ?? '';
}
