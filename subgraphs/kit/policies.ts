import { functionsAt, type ItemName } from './catalog';
import { grantedSetting, rangeSetting, rolesOf } from './database';

/*
 * Row policies as SQL, for migrations. Settings are read through `(select …)`, so that PostgreSQL evaluates them once
 * a statement and not once a row, and compared as `text COLLATE "C"`, whose operators are leakproof and so may use an
 * index before the policy has been checked.
 */

const setting = (name: string): string => `(select current_setting('${name}', true))`;

/** Who the parties to a row of a table are. Each that is given adds some. */
interface Parties {
  /** Columns that hold a party's code. */
  named?: readonly string[];
  /** Columns that hold a place of the row. */
  places?: readonly string[];
  /** Columns that hold what the row is bound for. */
  destinations?: readonly string[];
  /** A table of further parties: its column `agency`, for the row's `id` in the column `key`. */
  namedIn?: { table: string; key: string };
  /** The table of the row that this one belongs to, by its `id` in the column `key`: whoever reads that reads this. */
  parent?: { table: string; key: string };
  /** A table whose rows make whoever reads them parties to this row, of which they hold the `id` in the column `key`. */
  through?: { table: string; key: string };
}

interface TablePolicy {
  subgraph: string;
  table: string;
  item: ItemName;
}

/** The condition of being a party to a row of the table, by the policies of this table and others. */
export function partyCondition(policy: TablePolicy & Parties): string {
  const { table, item, named, places = [], destinations = [], namedIn, parent, through } = policy;
  const agency = setting('hub.agency');
  const conditions = (named ?? []).map((column) => `${column} = ${agency}`);
  for (const [end, columns] of [
    ['place', places],
    ['destination', destinations],
  ] as const) {
    if (functionsAt(item, end).length === 0) continue;
    const [from, below] = [
      setting(rangeSetting(item, 'from', end)),
      setting(rangeSetting(item, 'below', end)),
    ];
    for (const column of columns) conditions.push(`(${column} >= ${from} AND ${column} < ${below})`);
  }
  // Last, because PostgreSQL tries conditions in order and these look elsewhere for each row.
  if (namedIn) {
    conditions.push(`EXISTS (SELECT FROM ${namedIn.table} AS party
      WHERE party.${namedIn.key} = ${table}.id AND party.agency = ${agency})`);
  }
  if (through) {
    conditions.push(`EXISTS (SELECT FROM ${through.table} AS kin WHERE kin.${through.key} = ${table}.id)`);
  }
  if (parent) {
    conditions.push(
      `EXISTS (SELECT FROM ${parent.table} AS parent WHERE parent.id = ${table}.${parent.key})`,
    );
  }
  return conditions.join(' OR ');
}

const secure = (table: string): string => `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;`;

/** Any signed-in unit reads the rows; with `isPublic` nobody does too. Nothing is written but by the owner. */
export function readableByAll({
  subgraph,
  table,
  isPublic = false,
}: TablePolicy & { isPublic?: boolean }): string {
  const { member, nobody } = rolesOf(subgraph);
  const readers = isPublic ? `${member}, ${nobody}` : member;
  return `${secure(table)}
    GRANT SELECT ON ${table} TO ${readers};
    CREATE POLICY readers ON ${table} FOR SELECT TO ${readers} USING (true);`;
}

/** The condition of holding a grant for the item from whom the row's column names as its provider. */
const grantCondition = (item: ItemName, provider: string): string =>
  `${provider} = ANY ((select string_to_array(current_setting('${grantedSetting(item)}', true), ','))::text[])`;

/**
 * Only the parties to a row read it, and whoever holds a grant from its provider: the agency that recorded it, which
 * the column `provider` names. A withheld item has grants for nobody, and so no provider here.
 */
export function readableByParties(policy: TablePolicy & Parties & { provider?: string }): string {
  const { member } = rolesOf(policy.subgraph);
  const conditions = [partyCondition(policy)];
  if (policy.provider !== undefined) conditions.push(grantCondition(policy.item, policy.provider));
  return `${secure(policy.table)}
    GRANT SELECT ON ${policy.table} TO ${member};
    CREATE POLICY parties_read ON ${policy.table} FOR SELECT TO ${member} USING (${conditions.join(' OR ')});`;
}

/** Only the parties to a row insert or change it, and it stays theirs. Nothing is deleted. */
export function writableByParties(policy: TablePolicy & Parties): string {
  const { member } = rolesOf(policy.subgraph);
  const condition = partyCondition(policy);
  return `GRANT INSERT, UPDATE ON ${policy.table} TO ${member};
    CREATE POLICY parties_insert ON ${policy.table} FOR INSERT TO ${member} WITH CHECK (${condition});
    CREATE POLICY parties_update ON ${policy.table} FOR UPDATE TO ${member} USING (${condition}) WITH CHECK (${condition});`;
}

/** No client reads or writes the rows: they are the owner's own. */
export const ownersOnly = (table: string): string => secure(table);
