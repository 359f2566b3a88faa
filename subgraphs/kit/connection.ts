import type { Knex } from 'knex';
import pg from 'pg';
import type { Db } from './database';
import { badInput, type ClientError } from './errors';
import { rangeOf } from './jurisdiction';

/** The arguments of every connection. */
export interface PageArgs {
  first?: number | null;
  after?: string | null;
}

export interface Connection<Row> {
  edges: { cursor: string; node: Row }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/** An order that pages can be cut along. */
export interface Keyset {
  /** Names the connection and its order in cursors and sentences: `gridCases`. */
  readonly name: string;
  /** Not null, and together unique. Instants are `timestamptz(3)`: a cursor keeps milliseconds. */
  readonly columns: readonly string[];
  readonly direction: 'asc' | 'desc';
  /** The most that one page gives. */
  readonly maximum: number;
}

export const DEFAULT_PAGE = 50;

type CursorValue = string | number;

export function encodeCursor(name: string, values: readonly CursorValue[]): string {
  return Buffer.from(JSON.stringify([name, ...values])).toString('base64url');
}

/** The values of a cursor that `encodeCursor` made under this name. Throws a sentence for the client otherwise. */
export function decodeCursor(name: string, cursor: string, count: number): CursorValue[] {
  let content: unknown;
  try {
    content = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    content = null;
  }
  const [from, ...values] = Array.isArray(content) ? content : [];
  const isWhole = values.length === count && values.every((v) => typeof v === 'string' || Number.isFinite(v));
  if (from !== name || !isWhole) throw notACursor(name, cursor);
  return values;
}

function notACursor(name: string, cursor: string): ClientError {
  const shown = cursor.length > 40 ? `${cursor.slice(0, 40)}…` : cursor;
  return badInput({
    en: `"${shown}" is not a cursor of ${name}. Pass the endCursor of a page of the same list, or leave after out to begin.`,
    zh: `“${shown}”不是 ${name} 的游标。请传入同一列表上一页的 endCursor，或省略 after 从头开始。`,
  });
}

/** What PostgreSQL says of a value that is none of its column's type: only in a cursor that someone made up. */
const ILL_TYPED = new Set(['22003', '22007', '22008', '22021', '22P02']);
const isIllTyped = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && ILL_TYPED.has(error.code ?? '');

/** How many rows a page may give. Throws a sentence for the client when more, or fewer than one, were asked for. */
export function pageSize(args: PageArgs, list: { name: string; maximum: number }): number {
  const first = args.first ?? Math.min(DEFAULT_PAGE, list.maximum);
  if (first < 1 || first > list.maximum) {
    throw badInput({
      en: `${list.name} gives 1 to ${list.maximum} rows a page, and first was ${first}. Ask for fewer and page on with after.`,
      zh: `${list.name} 每页可返回 1 至 ${list.maximum} 行，而 first 为 ${first}。请减少数量并用 after 翻页。`,
    });
  }
  return first;
}

const cursorValue = (value: unknown): CursorValue => {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'string' || typeof value === 'number') return value;
  throw new TypeError(`a keyset column was ${value === null ? 'null' : typeof value}`);
};

/** What a lateral subquery sees of the parent that it is run for. */
export const PARENT = { key: 'parent.key', from: 'parent.low', below: 'parent.below' } as const;

/** The whole country as a parent, for lists that no place narrows. */
export const EVERYWHERE = '';

/** What the pages of a list are cut for, one each. */
interface Parent {
  readonly key: string;
  readonly from: string;
  readonly below: string;
}

/** A parent that is a place, or `EVERYWHERE`: its rows lie in `[low, below)`. */
export const placeParent = (code: string): Parent => ({
  ...{ key: code, ...(code === EVERYWHERE ? { from: '', below: '~' } : rangeOf(code)) },
});
export const placeParents = (codes: readonly string[]): Parent[] => codes.map(placeParent);

/** A parent that is a key: `PARENT.key` alone counts. */
export const keyParent = (key: string): Parent => ({ key, from: '', below: '' });
export const keyParents = (keys: readonly string[]): Parent[] => keys.map(keyParent);

/** Restricts a lateral subquery to the rows whose `column` lies in the parent's place or below it. */
export const inParentPlace =
  (column: string) =>
  (query: Knex.QueryBuilder): void => {
    query.whereRaw(`${column} >= ${PARENT.from} AND ${column} < ${PARENT.below}`);
  };

interface PagesOptions {
  readonly comment: string;
  readonly keyset: Keyset;
  readonly args: PageArgs;
  readonly rows: () => Knex.QueryBuilder | readonly Knex.QueryBuilder[];
}

/** The page of a single parent; see {@link pagesByParent}. */
export async function pageOf<Row extends object>(
  db: Db,
  { parent, ...options }: PagesOptions & { readonly parent: Parent },
): Promise<Connection<Row>> {
  const pages = await pagesByParent<Row>(db, { ...options, parents: [parent] });
  const page = pages.get(parent.key);
  if (!page) throw new Error(`${options.comment} has no page for its parent`);
  return page;
}

/** The page of a list that a place may narrow, to what lies in it by `inParentPlace`; of all of it when none is named. */
export const pageIn = <Row extends object>(
  db: Db,
  under: string | null | undefined,
  options: PagesOptions,
): Promise<Connection<Row>> => pageOf<Row>(db, { ...options, parent: placeParent(under ?? EVERYWHERE) });

/**
 * One page for each parent, in one statement whatever their number. `rows` builds the statement of one parent's rows,
 * which `PARENT` names, without order or limit; or several such statements, each of which an index of its own may serve:
 * a row that more than one of them finds counts once.
 */
export async function pagesByParent<Row extends object>(
  db: Db,
  options: PagesOptions & { readonly parents: readonly Parent[] },
): Promise<Map<string, Connection<Row>>> {
  const { comment, parents, keyset, args } = options;
  const size = pageSize(args, keyset);
  const order = (prefix: string) => keyset.columns.map((c) => `${prefix}${c} ${keyset.direction}`).join(', ');
  const parts = [options.rows()].flat();
  for (const part of parts) {
    if (args.after != null) part.modify(behind(args.after, keyset));
    part.orderByRaw(order('')).limit(size + 1);
  }
  const page =
    parts.length === 1
      ? '?'
      : `SELECT DISTINCT ON (${keyset.columns.join(', ')}) *
         FROM (${parts.map(() => '?').join(' UNION ALL ')}) AS part
         ORDER BY ${order('')} LIMIT ${size + 1}`;
  const found = await db
    .raw<Row & { parent_key: string }>(
      `/* ${comment} */ SELECT parent.key AS parent_key, page.*
       FROM ${parentTable(parents)}
       CROSS JOIN LATERAL (${page}) AS page
       ORDER BY parent.key, ${order('page.')}`,
      [...parentBindings(parents), ...parts],
    )
    .catch((cause: unknown) => {
      if (args.after == null || !isIllTyped(cause)) throw cause;
      throw Object.assign(notACursor(keyset.name, args.after), { cause });
    });
  const rows = new Map<string, Row[]>(parents.map((p) => [p.key, []]));
  for (const { parent_key, ...row } of found) rows.get(parent_key)?.push(row as unknown as Row);
  return new Map([...rows].map(([key, list]) => [key, connectionOf(list, size, keyset)]));
}

const behind =
  (cursor: string, { name, columns, direction }: Keyset) =>
  (query: Knex.QueryBuilder): void => {
    const values = decodeCursor(name, cursor, columns.length);
    const marks = values.map(() => '?').join(', ');
    query.whereRaw(`(${columns.join(', ')}) ${direction === 'asc' ? '>' : '<'} (${marks})`, values);
  };

type Parents = readonly Parent[];

// A single parent is spelled out: the planner then knows how large its place is, and so whether to walk along the order
// or to sort what the place holds. Of several it only learns when the statement runs.
const parentTable = (parents: Parents): string =>
  parents.length === 1
    ? '(SELECT ?::text AS key, ?::text AS low, ?::text AS below) AS parent'
    : 'unnest(?::text[], ?::text[], ?::text[]) AS parent (key, low, below)';

const parentBindings = (parents: Parents): Knex.RawBinding[] => {
  const [only, ...others] = parents;
  return only && others.length === 0
    ? [only.key, only.from, only.below]
    : [parents.map((p) => p.key), parents.map((p) => p.from), parents.map((p) => p.below)];
};

/** A page from at most one row more than `size`, which only says that there is a next page. */
function connectionOf<Row extends object>(
  rows: readonly Row[],
  size: number,
  keyset: Keyset,
): Connection<Row> {
  const edges = rows.slice(0, size).map((node) => {
    const values = keyset.columns.map((column) => cursorValue((node as Record<string, unknown>)[column]));
    return { cursor: encodeCursor(keyset.name, values), node };
  });
  return { edges, pageInfo: { hasNextPage: rows.length > size, endCursor: edges.at(-1)?.cursor ?? null } };
}

/**
 * A page of rows that are all at hand, in the order of the keyset's columns, which hold text here. For lists that rules
 * make, where no statement could cut the page.
 */
export function pageOfAll<Row extends object>(
  rows: readonly Row[],
  keyset: Keyset & { direction: 'asc' },
  args: PageArgs,
): Connection<Row> {
  const size = pageSize(args, keyset);
  const keyOf = (row: Row) =>
    keyset.columns.map((column) => String((row as Record<string, unknown>)[column])).join('\u0000');
  const after =
    args.after == null ? null : decodeCursor(keyset.name, args.after, keyset.columns.length).join('\u0000');
  const ordered = rows.map((row) => ({ row, key: keyOf(row) })).sort((a, b) => (a.key < b.key ? -1 : 1));
  const behindCursor = after === null ? ordered : ordered.filter(({ key }) => key > after);
  return connectionOf(
    behindCursor.slice(0, size + 1).map(({ row }) => row),
    size,
    keyset,
  );
}
