import { Violations } from '../../kit/errors';
import { ancestorsAndSelf, contains } from '../../kit/jurisdiction';
import type { Text } from '../../kit/language';
import { checkPhone } from '../officers/rules';
import { noSuchTopic } from '../practices/rules';

export interface Appointment {
  readonly topic: string;
  readonly phone: string;
  readonly startsOn: string;
}

/** Every violation of an appointment of one of the unit's own officers. */
export function checkAppointment(
  { topic, phone, startsOn }: Appointment,
  { today, isTopicKnown }: { today: string; isTopicKnown: boolean },
): Violations {
  const violations = new Violations();
  if (!isTopicKnown) violations.add('NOT_FOUND', ['topic'], noSuchTopic(topic));
  if (phone === '') {
    violations.add('REQUIRED', ['phone'], {
      en: 'The phone is empty. Give the line on which the liaison is reached.',
      zh: '联络电话为空，请填写。',
    });
  } else {
    checkPhone(violations, phone);
  }
  if (startsOn > today) violations.add('INVALID', ['startsOn'], notYet(startsOn));
  return violations;
}

/** Every violation of the last day of an appointment. */
export function checkEnd(
  liaison: { readonly starts_on: string; readonly ends_on: string | null },
  { endsOn, today }: { endsOn: string; today: string },
): Violations {
  const violations = new Violations();
  if (liaison.ends_on !== null) {
    violations.add('NOT_ALLOWED_IN_STATE', ['liaisonId'], {
      en: `The appointment ended on ${liaison.ends_on}.`,
      zh: `该联络员已于 ${liaison.ends_on} 卸任。`,
    });
  }
  if (endsOn > today) violations.add('INVALID', ['endsOn'], notYet(endsOn));
  if (endsOn < liaison.starts_on) {
    violations.add('INVALID', ['endsOn'], {
      en: `${endsOn} lies before the first day, ${liaison.starts_on}.`,
      zh: `${endsOn} 早于开始日期 ${liaison.starts_on}。`,
    });
  }
  return violations;
}

const notYet = (day: string): Text => ({
  en: `${day} has not come. Give a day that has.`,
  zh: `${day} 尚未到来，请填写已到的日期。`,
});

/**
 * Of the liaisons of a place, of those below it and of those above it: the ones there and below; when there is none, those
 * of the nearest place above.
 */
export function nearestLiaisons<Row extends { readonly jurisdiction: string }>(
  rows: readonly Row[],
  place: string,
): Row[] {
  const within = rows.filter(({ jurisdiction }) => contains(place, jurisdiction));
  if (within.length > 0) return within;
  for (const level of ancestorsAndSelf(place).reverse()) {
    const there = rows.filter(({ jurisdiction }) => jurisdiction === level);
    if (there.length > 0) return there;
  }
  return [];
}

export const notYourOfficer: Text = {
  en: 'The officer is neither of your unit nor posted to it.',
  zh: '该干部既不属于本单位，也未在本单位挂职。',
};

export const isLiaisonAlready: Text = {
  en: 'The officer is the liaison for this topic already. End that appointment to change the phone.',
  zh: '该干部已是此主题的联络员，如需更换电话请先办理卸任。',
};

export const noSuchLiaison: Text = {
  en: 'There is no such liaison. Take the id from the list of liaisons.',
  zh: '不存在该联络员，请从联络员列表中获取标识。',
};

export const notYourLiaison: Text = {
  en: 'Only the unit that appointed a liaison ends the appointment.',
  zh: '仅指定联络员的单位可以办理卸任。',
};

export const liaisonMeanwhile: Text = {
  en: 'Someone else ended the appointment at the same moment. Look at it again.',
  zh: '该联络员刚被他人办理卸任，请重新查看。',
};
