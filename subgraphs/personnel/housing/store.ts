import { randomUUID } from 'node:crypto';
import type { Db } from '../../kit/database';
import type { Act } from '../secondments/store';
import type { HousingKind } from './rules';

export interface HousingRow {
  id: string;
  secondment: string;
  kind: HousingKind;
  address: string;
  lives_from: string;
  recorded_by: string;
}

/** A place with its last day; null while the officer lives there. */
export type HousingPlace = HousingRow & { lives_until: string | null };

const COLUMNS = ['id', 'secondment', 'kind', 'address', 'lives_from', 'recorded_by'];

/** Where the officers of postings have lived, the first place of each first. */
export async function housingOf(db: Db, secondments: readonly string[]): Promise<HousingRow[]> {
  return db<HousingRow>('secondment_housing')
    .comment('housing.of')
    .select<HousingRow[]>(COLUMNS)
    .whereIn('secondment', [...secondments])
    .orderBy(['secondment', 'lives_from']);
}

/** Stores a place; null when one begins on that day. */
export async function insertHousing(
  db: Db,
  {
    secondment,
    kind,
    address,
    livesFrom,
  }: Pick<HousingRow, 'secondment' | 'kind' | 'address'> & { livesFrom: string },
  { agency, user, at }: Act,
): Promise<HousingRow | null> {
  const [row] = await db('secondment_housing')
    .comment('housing.insert')
    .insert({
      ...{ id: randomUUID(), secondment, kind, address, lives_from: livesFrom },
      ...{ recorded_by: agency, recorded_at: at, recorder: user },
    })
    .onConflict()
    .ignore()
    .returning<HousingRow[]>(COLUMNS);
  return row ?? null;
}
