import {
  type Connection,
  EVERYWHERE,
  type Keyset,
  keyParents,
  type PageArgs,
  pagesByParent,
} from '../../kit/connection';
import type { Db } from '../../kit/database';
import { layersOf } from '../../kit/in-effect';
import type { GridCaseLimitUnit } from './rules';

export interface GridCaseCategoryRow {
  code: string;
  name: string;
  kind: 'EVENT' | 'COMPONENT';
  parent_code: string | null;
  /** Whether it drifts down a river. */
  is_drifting: boolean;
  filing_condition: string | null;
  closing_condition: string | null;
}

export interface GridCaseLimitRow {
  category: string;
  jurisdiction: string;
  effective_from: string;
  effective_until: string | null;
  amount: number;
  unit: GridCaseLimitUnit;
}

export interface GridCaseCategoryFilter extends PageArgs {
  kind?: GridCaseCategoryRow['kind'] | null;
  parent?: string | null;
  level?: 'MAJOR' | 'MINOR' | null;
}

const COLUMNS = [
  'code',
  'name',
  'kind',
  'parent_code',
  'is_drifting',
  'filing_condition',
  'closing_condition',
];
const BY_CODE: Keyset = { name: 'gridCaseCategories', columns: ['code'], direction: 'asc', maximum: 200 };

export async function categoriesByCode(db: Db, codes: readonly string[]): Promise<GridCaseCategoryRow[]> {
  return db<GridCaseCategoryRow>('categories')
    .comment('gridCaseCategories.byCode')
    .select<GridCaseCategoryRow[]>(COLUMNS)
    .whereIn('code', [...codes]);
}

export async function categories(
  db: Db,
  filter: GridCaseCategoryFilter,
): Promise<Connection<GridCaseCategoryRow> | null> {
  const { kind, parent, level } = filter;
  const pages = await pagesByParent<GridCaseCategoryRow>(db, {
    comment: 'gridCaseCategories.all',
    parents: keyParents([EVERYWHERE]),
    keyset: BY_CODE,
    args: filter,
    rows: () => {
      const rows = db<GridCaseCategoryRow>('categories').select(COLUMNS);
      if (kind) rows.where({ kind });
      if (parent) rows.where({ parent_code: parent });
      if (level === 'MAJOR') rows.whereNull('parent_code');
      if (level === 'MINOR') rows.whereNotNull('parent_code');
      return rows;
    },
  });
  return pages.get(EVERYWHERE) ?? null;
}

/** The limits of each category that are set for all, for the place (when it is not `EVERYWHERE`), or for one above it. */
export async function limitsOf(db: Db, codes: readonly string[], place: string): Promise<GridCaseLimitRow[]> {
  return db<GridCaseLimitRow>('category_limits')
    .comment('gridCaseCategories.limits')
    .select('category', 'jurisdiction', 'effective_from', 'effective_until', 'amount', 'unit')
    .whereIn('category', [...codes])
    .whereIn('jurisdiction', layersOf([place]));
}
