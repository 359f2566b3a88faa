import {
  type Connection,
  EVERYWHERE,
  inParentPlace,
  type Keyset,
  keyParents,
  PARENT,
  type PageArgs,
  pagesByParent,
} from '../../kit/connection';
import type { Db } from '../../kit/database';
import { EMPTY_RANGE } from '../../kit/jurisdiction';
import { nameContaining } from '../../kit/search';

export interface ProductRow {
  code: string;
  name: string;
  /** The codes from the top of the tree down to this node, each between slashes: `/VEGETABLES/GARLIC/`. */
  path: string;
  /** The same codes as a list. */
  lineage: string[];
}

export interface ProductFilter extends PageArgs {
  nameContains?: string | null;
}

const COLUMNS = ['code', 'name', 'path', 'lineage'];
const BY_PATH: Keyset = { name: 'products', columns: ['path'], direction: 'asc', maximum: 200 };

export async function productsByCode(db: Db, codes: readonly string[]): Promise<ProductRow[]> {
  return db<ProductRow>('products')
    .comment('products.byCode')
    .select<ProductRow[]>(COLUMNS)
    .whereIn('code', [...codes]);
}

/** A page of each of the products of `roots` (or of `EVERYWHERE`) and what is below it. */
export async function productsUnder(
  db: Db,
  roots: readonly string[],
  filter: ProductFilter,
): Promise<Map<string, Connection<ProductRow>>> {
  const paths = new Map((await productsByCode(db, roots)).map(({ code, path }) => [code, path]));
  return pagesByParent(db, {
    comment: 'products.under',
    parents: roots.map((code) => ({
      key: code,
      ...subtreeRange(code === EVERYWHERE ? EVERYWHERE : paths.get(code)),
    })),
    keyset: BY_PATH,
    args: filter,
    rows: () => {
      const rows = db<ProductRow>('products').select(COLUMNS).modify(inParentPlace('path'));
      if (filter.nameContains) rows.modify(nameContaining(filter.nameContains));
      return rows;
    },
  });
}

/** A page of the products directly below each of the paths. */
export async function productsByParent(
  db: Db,
  paths: readonly string[],
  args: PageArgs,
): Promise<Map<string, Connection<ProductRow>>> {
  return pagesByParent(db, {
    comment: 'products.byParent',
    parents: keyParents(paths),
    keyset: BY_PATH,
    args,
    rows: () => db<ProductRow>('products').select(COLUMNS).whereRaw(`parent_path = ${PARENT.key}`),
  });
}

// What is below a path begins with it and goes on with letters, digits, `_` and `/`, all of which come before `~`.
const subtreeRange = (path: string | undefined) =>
  path === undefined ? EMPTY_RANGE : { from: path, below: `${path}~` };

/** SQL for the codes of a product and everything below it; its one mark is the product's code. */
export const CODES_UNDER = `
  SELECT below.code FROM products AS top JOIN products AS below ON below.path >= top.path AND below.path < top.path || '~'
  WHERE top.code = ?`;
