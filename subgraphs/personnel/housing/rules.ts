import type { Violations } from '../../kit/errors';
import { checkLine } from '../../kit/inputs';
import { addDays } from '../../kit/time';

export type HousingKind =
  | 'VILLAGE_OFFICE'
  | 'TEACHING_POINT'
  | 'HOME'
  | 'CLINIC'
  | 'DORMITORY'
  | 'RENTED'
  | 'OTHER';

const MAXIMUM_ADDRESS = 200;

/** Adds what is wrong with a place to live of a posting whose last recorded one began on `previousFrom`. */
export function checkHousing(
  violations: Violations,
  posting: { readonly starts_on: string; readonly ends_on: string },
  { address, livesFrom }: { address: string; livesFrom: string },
  previousFrom: string | null,
): void {
  checkLine(violations, ['address'], address, MAXIMUM_ADDRESS, {
    en: 'The address is empty. Say where the officer lives.',
    zh: '地址为空，请填写。',
  });
  if (livesFrom < posting.starts_on || livesFrom > posting.ends_on) {
    violations.add('INVALID', ['livesFrom'], {
      en: `${livesFrom} lies outside the posting, which runs from ${posting.starts_on} to ${posting.ends_on}.`,
      zh: `${livesFrom} 不在挂职期限（${posting.starts_on} 至 ${posting.ends_on}）之内。`,
    });
  } else if (previousFrom !== null && livesFrom <= previousFrom) {
    violations.add('CONFLICT', ['livesFrom'], {
      en: `The officer lives elsewhere since ${previousFrom}. The next place begins after that.`,
      zh: `该干部自 ${previousFrom} 起已登记住处，新的入住日期须晚于该日。`,
    });
  }
}

/** Each place of a posting with the day before the next one begins; null for the last. The first place comes first. */
export const untilNext = <Row extends { readonly lives_from: string }>(
  rows: readonly Row[],
): (Row & { lives_until: string | null })[] =>
  rows.map((row, i) => {
    const next = rows[i + 1];
    return { ...row, lives_until: next ? addDays(next.lives_from, -1) : null };
  });
