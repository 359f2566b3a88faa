import type { Db } from '../../kit/database';
import type { GridCaseLimitRow } from '../categories/store';

type Limit = [
  category: string,
  jurisdiction: string,
  amount: number,
  unit: GridCaseLimitRow['unit'],
  effectiveFrom: string,
  effectiveUntil?: string,
];

/** Places that keep other limits than the default; illustrative. */
const LIMITS: readonly Limit[] = [
  // The season in which visitors come.
  ['GOODS_ON_STREET', '330421103', 2, 'WORKING_HOURS', '2026-04-01', '2026-10-31'],
  ['OIL_ON_WATER', '310118', 2, 'WORKING_HOURS', '2026-07-01'],
  ['ROAD_SURFACE', '310118', 4, 'WORKING_DAYS', '2024-01-01'],
  ['ROAD_SURFACE', '310118', 3, 'WORKING_DAYS', '2026-01-01'],
  ['ROAD_SURFACE', '310118102', 2, 'WORKING_DAYS', '2026-03-01'],
  ['CONSTRUCTION_DUST', '320509', 4, 'WORKING_HOURS', '2026-03-01'],
  ['WASTE_BIN', '330421111', 4, 'WORKING_HOURS', '2026-09-01'],
];

export async function loadLimits(db: Db): Promise<void> {
  await db<GridCaseLimitRow>('category_limits')
    .comment('demo.limits')
    .insert(
      LIMITS.map(([category, jurisdiction, amount, unit, effective_from, effective_until = null]) => ({
        category,
        jurisdiction,
        amount,
        unit,
        effective_from,
        effective_until,
      })),
    );
}
