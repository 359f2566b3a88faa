import type { Knex } from 'knex';
import type { Db } from '../kit/database';

type Values = Readonly<Record<string, Knex.RawBinding>>;

/**
 * Appends a row to what is told of something, in the transaction that changed it: `of` says of what, and its rows are
 * numbered from 1 by `ordinal`. `comment` names the store's method.
 */
export async function appendEvent(
  db: Db,
  { comment, table, of, event }: { comment: string; table: string; of: Values; event: Values },
): Promise<void> {
  const keys = Object.keys(of);
  const values = Object.keys(event);
  const marks = (columns: readonly string[]) => columns.map(() => '?').join(', ');
  await db.raw(
    `/* ${comment} */
     INSERT INTO ${table} (${[...keys, 'ordinal', ...values].join(', ')})
     SELECT ${marks(keys)}, count(*) + 1, ${marks(values)}
     FROM ${table} WHERE ${keys.map((key) => `${key} = ?`).join(' AND ')}`,
    [...Object.values(of), ...Object.values(event), ...Object.values(of)],
  );
}
