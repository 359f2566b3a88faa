import { GENERAL_GOVERNMENT } from '../../kit/catalog';
import { Violations } from '../../kit/errors';
import {
  checkInstant,
  checkLine,
  checkNotBefore,
  checkNumber,
  checkPhone,
  checkText,
} from '../../kit/inputs';
import { levelOf } from '../../kit/jurisdiction';
import type { Text } from '../../kit/language';
import { addDays, dayOf } from '../../kit/time';
import { hasFunction, mayActIn, type Viewer } from '../../kit/viewer';

/** A household as it is to be registered, its texts trimmed; empty where nothing was given. */
export interface HouseholdRecord {
  readonly cardNumber: string;
  readonly head: string;
  readonly address: string;
  readonly phone: string;
  readonly members: number | null;
  readonly movedInOn: string | null;
}

const MAXIMUM_HOUSEHOLDS = 5_000;
const MAXIMUM_CARD = 30;
const MAXIMUM_NAME = 50;
const MAXIMUM_ADDRESS = 200;
const MAXIMUM_MEMBERS = 99;

const KEEPERS = ['VILLAGE_COMMITTEE', 'GRID_COMMAND', GENERAL_GOVERNMENT];

/** Whether the viewer's unit looks after the people of a place. */
export const looksAfter = (viewer: Viewer, place: string): boolean =>
  hasFunction(viewer, KEEPERS) && mayActIn(viewer, place);

/** To a unit that does not look after the people of a place. */
export const notForThisUnit: Text = {
  en: 'Only the village committee, grid command or government of the place, or of one above it, does this.',
  zh: '仅所在区划或上级的村（居）委会、网格化指挥单位、人民政府可以办理。',
};

/** Adds what is wrong with what is registered of a household. */
function checkRecord(
  violations: Violations,
  path: readonly (string | number)[],
  { head, address, phone, members, movedInOn }: Omit<HouseholdRecord, 'cardNumber'>,
  today: string,
): void {
  checkLine(violations, [...path, 'head'], head, MAXIMUM_NAME, {
    en: 'Nobody is named. Say who answers for the household.',
    zh: '户主为空，请填写。',
  });
  checkLine(violations, [...path, 'address'], address, MAXIMUM_ADDRESS);
  checkPhone(violations, [...path, 'phone'], phone);
  if (members !== null && !(members >= 1 && members <= MAXIMUM_MEMBERS)) {
    violations.add('INVALID', [...path, 'members'], {
      en: `${members} is no number of people. Give 1 to ${MAXIMUM_MEMBERS}.`,
      zh: `${members} 不是有效人数，应为 1 至 ${MAXIMUM_MEMBERS}。`,
    });
  }
  if (movedInOn !== null && movedInOn > today) {
    violations.add('INVALID', [...path, 'movedInOn'], {
      en: `${movedInOn} has not come. Register the household once it lives there.`,
      zh: `${movedInOn} 尚未到来，请在住户迁入后登记。`,
    });
  }
}

/** Every violation of a registration that shows without looking anything up. */
export function checkRegistration(
  { jurisdiction, households }: { jurisdiction: string; households: readonly HouseholdRecord[] },
  { viewer, today }: { viewer: Viewer; today: string },
): Violations {
  const violations = new Violations();
  if (!looksAfter(viewer, jurisdiction)) violations.add('NOT_ALLOWED', ['jurisdiction'], notForThisUnit);
  if (levelOf(jurisdiction) !== 'VILLAGE') {
    violations.add('INVALID', ['jurisdiction'], {
      en: `${jurisdiction} is no village. Give its 12 digits.`,
      zh: `${jurisdiction} 不是村（居）级区划，请填写 12 位代码。`,
    });
  }
  if (!checkNumber(violations, 'households', households.length, MAXIMUM_HOUSEHOLDS)) return violations;
  const cards = new Map<string, number>();
  for (const [i, household] of households.entries()) {
    const path = ['households', i];
    checkLine(violations, [...path, 'cardNumber'], household.cardNumber, MAXIMUM_CARD, {
      en: 'The card number is empty.',
      zh: '积分卡号为空。',
    });
    const first = cards.get(household.cardNumber);
    if (first !== undefined) {
      violations.add('CONFLICT', [...path, 'cardNumber'], {
        en: `The card ${household.cardNumber} is in line ${first} already.`,
        zh: `积分卡号 ${household.cardNumber} 与第 ${first} 项重复。`,
      });
    }
    cards.set(household.cardNumber, first ?? i);
    checkRecord(violations, path, household, today);
  }
  return violations;
}

/** A household as it is to stand, and since when it is said to. */
export interface HouseholdCorrection extends Omit<HouseholdRecord, 'cardNumber'> {
  readonly movedOutOn: string | null;
  readonly reason: string;
  readonly at: Date;
}

const MAXIMUM_REASON = 500;

/** Every violation of correcting a household; stamps are known by the Mondays of the first and the last of their weeks. */
export function checkHouseholdCorrection(
  household: {
    jurisdiction: string;
    moved_out_on: string | null;
    first_stamped: string | null;
    last_stamped: string | null;
    last_at: Date;
  },
  correction: HouseholdCorrection,
  { viewer, now }: { viewer: Viewer; now: Date },
): Violations {
  const violations = new Violations();
  const today = dayOf(now);
  const { movedInOn, movedOutOn } = correction;
  if (!looksAfter(viewer, household.jurisdiction))
    violations.add('NOT_ALLOWED', ['householdId'], notForThisUnit);
  checkRecord(violations, [], correction, today);
  if (
    movedInOn !== null &&
    household.first_stamped !== null &&
    movedInOn > addDays(household.first_stamped, 6)
  ) {
    violations.add('INVALID', ['movedInOn'], {
      en: `The week of ${household.first_stamped} has a stamp. Name a day before it ended.`,
      zh: `${household.first_stamped} 当周已盖章，请填写该周结束之前的日期。`,
    });
  }
  if (movedOutOn !== null && household.moved_out_on === null) {
    violations.add('NOT_ALLOWED_IN_STATE', ['movedOutOn'], {
      en: 'The household has not moved away. Record that as its departure.',
      zh: '该住户尚未登记迁出，请使用登记住户迁出。',
    });
  } else if (movedOutOn !== null) {
    checkLastDay(violations, movedOutOn, { movedInOn, today });
    if (household.last_stamped !== null && movedOutOn < household.last_stamped) {
      violations.add('INVALID', ['movedOutOn'], {
        en: `The week of ${household.last_stamped} has a stamp. Name that day or a later one.`,
        zh: `${household.last_stamped} 当周已盖章，请填写当日或之后的日期。`,
      });
    }
  }
  checkText(violations, ['reason'], correction.reason, MAXIMUM_REASON, {
    en: 'The reason is empty. Say why it was wrong.',
    zh: '更正理由为空，请说明。',
  });
  checkInstant(violations, correction.at, now);
  checkNotBefore(violations, correction.at, household.last_at);
  return violations;
}

/** Adds what is wrong with a household's last day. */
function checkLastDay(
  violations: Violations,
  movedOutOn: string,
  { movedInOn, today }: { movedInOn: string | null; today: string },
): void {
  if (movedOutOn > today) {
    violations.add('INVALID', ['movedOutOn'], {
      en: `${movedOutOn} has not come. Record it once the household is gone.`,
      zh: `${movedOutOn} 尚未到来，请在住户迁出后登记。`,
    });
  }
  if (movedInOn !== null && movedOutOn < movedInOn) {
    violations.add('INVALID', ['movedOutOn'], {
      en: `${movedOutOn} lies before the household moved in, on ${movedInOn}.`,
      zh: `${movedOutOn} 早于迁入日期 ${movedInOn}。`,
    });
  }
}

/** Every violation of recording that a household moved away. */
export function checkDeparture(
  household: { jurisdiction: string; moved_in_on: string | null; moved_out_on: string | null },
  { viewer, movedOutOn, today }: { viewer: Viewer; movedOutOn: string; today: string },
): Violations {
  const violations = new Violations();
  if (!looksAfter(viewer, household.jurisdiction))
    violations.add('NOT_ALLOWED', ['householdId'], notForThisUnit);
  if (household.moved_out_on !== null) {
    violations.add('NOT_ALLOWED_IN_STATE', ['householdId'], {
      en: `The household moved away on ${household.moved_out_on} already.`,
      zh: `该住户已于 ${household.moved_out_on} 迁出。`,
    });
  }
  checkLastDay(violations, movedOutOn, { movedInOn: household.moved_in_on, today });
  return violations;
}

/** To whoever names a household that is not there, or not for them. */
export const noSuchHousehold: Text = {
  en: 'There is no such household. Look its id up under households.',
  zh: '不存在该住户，请在住户列表中查询。',
};
