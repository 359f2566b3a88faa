import { Violations } from '../../kit/errors';
import { checkInstant, checkLine } from '../../kit/inputs';
import { HOUR_MS } from '../../kit/working-calendar';

/** A shift as it is to be recorded, its texts trimmed. */
export interface ShiftRecord {
  readonly jurisdiction: string;
  readonly member: string;
  readonly agency: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly arrivedAt: Date | null;
  readonly leftAt: Date | null;
  readonly isExcused: boolean;
}

const MAXIMUM_MEMBER = 50;
const LONGEST_MS = 24 * HOUR_MS;

/** Every violation of a record. */
export function checkShift(
  shift: ShiftRecord,
  { mayRecord, isAgencyKnown, now }: { mayRecord: boolean; isAgencyKnown: boolean; now: Date },
): Violations {
  const violations = new Violations();
  const { startsAt, endsAt, arrivedAt, leftAt } = shift;
  if (!mayRecord) {
    violations.add('NOT_ALLOWED', ['jurisdiction'], {
      en: 'Only the grid command of the place, or of one above it, records its joint patrols.',
      zh: '仅该区划或上级的网格化指挥单位可以登记联勤班次。',
    });
  }
  checkLine(violations, ['member'], shift.member, MAXIMUM_MEMBER, {
    en: 'The member is not named. Give the name.',
    zh: '队员姓名为空，请填写。',
  });
  if (!isAgencyKnown) {
    violations.add('NOT_FOUND', ['agency'], {
      en: `There is no unit ${shift.agency}. Look its code up under agencies.`,
      zh: `不存在单位 ${shift.agency}，请在单位列表中查询代码。`,
    });
  }
  const length = endsAt.getTime() - startsAt.getTime();
  if (length <= 0 || length > LONGEST_MS) {
    violations.add('INVALID', ['endsAt'], {
      en: 'A shift ends after it begins, at most 24 hours later. Mend either time.',
      zh: '班次结束时间应晚于开始时间且不超过 24 小时，请更正。',
    });
  }
  if (arrivedAt) {
    checkInstant(violations, arrivedAt, now, ['arrivedAt']);
    if (arrivedAt > endsAt || startsAt.getTime() - arrivedAt.getTime() > LONGEST_MS) {
      violations.add('INVALID', ['arrivedAt'], {
        en: 'The member came after the shift was over, or more than a day before it. Mend the time.',
        zh: '到岗时间晚于班次结束时间或早于开始时间一天以上，请更正。',
      });
    }
    if (shift.isExcused) {
      violations.add('INVALID', ['isExcused'], {
        en: 'Who came was not excused. Leave one of the two out.',
        zh: '已到岗的队员不能同时请假，请去掉其一。',
      });
    }
  }
  if (leftAt) {
    checkInstant(violations, leftAt, now, ['leftAt']);
    if (!arrivedAt || leftAt < arrivedAt) {
      violations.add('INVALID', ['leftAt'], {
        en: 'The member left without having come before. Give both times, in order.',
        zh: '离岗时间应晚于到岗时间，且须同时填写到岗时间。',
      });
    }
  }
  return violations;
}

/** Whether a member is on duty at an instant: came, has not left, and the shift is not over. */
export const isOnDuty = (
  { arrived_at, left_at, ends_at }: { arrived_at: Date | null; left_at: Date | null; ends_at: Date },
  now: Date,
): boolean => arrived_at !== null && arrived_at <= now && now < (left_at ?? ends_at) && now < ends_at;
