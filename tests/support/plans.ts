<<<<<<< HEAD

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
=======
import type { Knex } from 'knex';
import type { Database, Db } from '../../subgraphs/kit/database';
import type { Viewer } from '../../subgraphs/kit/viewer';

/**
 * How the database would carry out what a store sends for a viewer, under row security: a plan for each statement, in
 * their order. Each statement is answered with no rows.
 */
export async function plansOf(
  database: Database,
  viewer: Viewer,
  work: (db: Db) => Promise<unknown>,
): Promise<string[]> {
  const plans: string[] = [];
  const session = database.session(viewer);
  const explain = async (sql: string, bindings: readonly Knex.RawBinding[]): Promise<never[]> => {
    const lines = await session.db.raw<{ 'QUERY PLAN': string }>(`EXPLAIN ${sql}`, [...bindings]);
    plans.push(lines.map((line) => line['QUERY PLAN']).join('\n'));
    return [];
  };
  /** Awaited, the builder is explained instead of run. */
  const explained = (builder: Knex.QueryBuilder): Knex.QueryBuilder => {
    const proxy: Knex.QueryBuilder = new Proxy(builder, {
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
    return proxy;
  };
  try {
    const db = Object.assign((table: string) => explained(session.db(table)), { raw: explain });
    await work(db as unknown as Db);
    return plans;
  } finally {
    await session.end();
  }
>>>>>>> 9d05e67 (Put leave that waits on the agenda, list conflicts of a month, and read a year of postings by index)
}
