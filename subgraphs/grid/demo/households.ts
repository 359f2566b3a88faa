import type { Db } from '../../kit/database';
import { demoId } from '../../kit/demo';
import { startOfDay } from '../../kit/time';
import type { HouseholdRow } from '../households/store';
import { WASTE_RULE } from '../policies';
import { countsOf, pointsOf, rewardOf, type WasteStampKind, weeksOf } from '../waste-stamps/rules';
import type { WasteRewardHandOutRow, WasteStampRow } from '../waste-stamps/store';

const VILLAGE = '330421111212';
const COMMITTEE = '330421111212-COMMITTEE';
const ACTOR = '沈阿根';

type Household = readonly [head: string, group: string, members: number, october: string, november: string];

/** Five households of 银水庙村 and their stamps, a letter a week: none in September, when no card was kept yet. */
const HOUSEHOLDS: readonly Household[] = [
  ['陆金根', '一组12号', 4, 'RRRR', 'RRR'],
  ['沈巧珍', '一组15号', 3, 'RRRB', 'RRE'],
  ['徐水林', '二组3号', 5, 'RREE', 'RRR'],
  ['金阿妹', '三组8号', 2, 'EEEE', 'EEE'],
  ['朱国荣', '四组21号', 6, 'RRRE', 'BBR'],
];

const KINDS: Record<string, WasteStampKind> = { R: 'RED', E: 'EMPTY', B: 'BLACK' };
const HOUR_MS = 3_600_000;
/** Of the Saturday on which a week's round is made. */
const roundOf = (week: string): Date => new Date(startOfDay(week).getTime() + (5 * 24 + 9) * HOUR_MS);

/** The households of a village with their waste cards of two months, and what was handed out for the first. */
export async function loadHouseholds(db: Db): Promise<void> {
  const households = HOUSEHOLDS.map(
    ([head, address, members], i): HouseholdRow => ({
      ...{
        id: demoId('household', VILLAGE, i),
        jurisdiction: VILLAGE,
        card_number: `YSM-${String(i + 1).padStart(4, '0')}`,
      },
      ...{ head, address: `银水庙村${address}`, phone: `0573-8477${String(1_001 + i * 7)}`, members },
      ...{ moved_in_on: null, moved_out_on: null, recorded_by: COMMITTEE },
    }),
  );
  await db<HouseholdRow>('households').comment('demo.households').insert(households);
  const registered = { jurisdiction: VILLAGE, kind: 'REGISTERED', actor: ACTOR, recorded_by: COMMITTEE };
  await db('household_events')
    .comment('demo.householdEvents')
    .insert(households.map(({ id }) => ({ ...registered, household_id: id, at: startOfDay('2026-08-31') })));
  const stamps = HOUSEHOLDS.flatMap((household, i) => [
    ...stampsOf(i, '2026-10', household[3]),
    ...stampsOf(i, '2026-11', household[4]),
  ]);
  await db<WasteStampRow>('waste_stamps').comment('demo.wasteStamps').insert(stamps);
  await db('waste_stamp_revisions').comment('demo.wasteStampRevisions').insert(stamps.flatMap(revisionsOf));
  await db<WasteRewardHandOutRow>('waste_reward_hand_outs')
    .comment('demo.wasteRewards')
    .insert(households.flatMap((household, i) => handOutOf(household, HOUSEHOLDS[i]?.[3] ?? '')));
}

function stampsOf(i: number, month: string, letters: string): WasteStampRow[] {
  return weeksOf(month).flatMap((week, w): WasteStampRow[] => {
    const kind = KINDS[letters[w] ?? ''];
    return kind === undefined
      ? []
      : [
          {
            ...{ id: demoId('wasteStamp', VILLAGE, i, week), household_id: demoId('household', VILLAGE, i) },
            ...{
              jurisdiction: VILLAGE,
              week_of: week,
              kind,
              stamped_at: roundOf(week),
              recorded_by: COMMITTEE,
            },
          },
        ];
  });
}

/** One of the stamps was corrected. */
function revisionsOf({ id, kind, week_of, stamped_at }: WasteStampRow) {
  const about = { stamp_id: id, jurisdiction: VILLAGE, actor: ACTOR, recorded_by: COMMITTEE };
  const isCorrected = id === demoId('wasteStamp', VILLAGE, 1, week_of) && kind === 'BLACK';
  const first = { ...about, ordinal: 0, kind: isCorrected ? 'RED' : kind, reason: null, at: stamped_at };
  const correction = {
    ...{ ...about, ordinal: 1, kind, reason: '复查发现厨余垃圾混入其他垃圾。' },
    at: new Date(stamped_at.getTime() + 26 * HOUR_MS),
  };
  return isCorrected ? [first, correction] : [first];
}

function handOutOf(household: HouseholdRow, letters: string): WasteRewardHandOutRow[] {
  const counts = countsOf([...letters].flatMap((letter) => KINDS[letter] ?? []));
  const reward = rewardOf(counts, letters.length, WASTE_RULE);
  // One has not come for it yet.
  if (!reward || household.head === '朱国荣') return [];
  return [
    {
      ...{ household_id: household.id, month: '2026-10', jurisdiction: VILLAGE, reward: reward.code },
      ...{ reward_name: reward.name, points: pointsOf(counts, WASTE_RULE), recipient: household.head },
      ...{
        at: new Date(startOfDay('2026-11-03').getTime() + 10 * HOUR_MS),
        actor: ACTOR,
        recorded_by: COMMITTEE,
      },
    },
  ];
}
