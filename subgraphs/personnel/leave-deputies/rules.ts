import type { Violations } from '../../kit/errors';
import { checkInstant, checkLine } from '../../kit/inputs';
import type { Text } from '../../kit/language';

const MAXIMUM_NAME = 100;

export interface Appointment {
  readonly deputy: string;
  readonly startsOn: string;
  readonly endsOn: string;
  readonly at: Date;
}

/** What is wrong with the appointment of a deputy by a user. */
export function checkAppointment(
  violations: Violations,
  { deputy, startsOn, endsOn, at }: Appointment,
  { user, now }: { user: string; now: Date },
): void {
  checkLine(violations, ['deputy'], deputy, MAXIMUM_NAME, {
    en: 'Nobody is named. Give the name under which the deputy signs in.',
    zh: '未填写代理人，请填写代理人的登录名。',
  });
  if (deputy === user) {
    violations.add('INVALID', ['deputy'], {
      en: 'You decide yourself, and need not be your own deputy. Name someone else.',
      zh: '本人可直接审批，无需代理，请填写他人。',
    });
  }
  if (endsOn < startsOn) {
    violations.add('INVALID', ['endsOn'], {
      en: `${endsOn} lies before the first day, ${startsOn}.`,
      zh: `${endsOn} 早于开始日期 ${startsOn}。`,
    });
  }
  checkInstant(violations, at, now);
}

export const onlyHolders: Text = {
  en: 'Only who holds a rung of the ladder appoints deputies for it. Sign in with that role.',
  zh: '仅相应审批层级的负责人可以指定代理人，请以该角色登录。',
};

export const isDeputyThen: Text = {
  en: 'They are deputy on some of these days already. Choose other days.',
  zh: '该人在部分日期已是代理人，请另选日期。',
};

export const noSuchDeputy: Text = {
  en: 'Your unit has no such deputy. Take the id from leaveDeputies.',
  zh: '本单位没有该代理，请从 leaveDeputies 中获取标识。',
};

export const isOver: Text = {
  en: 'This deputy’s time ends no later than that already.',
  zh: '该代理已于此前结束。',
};

export const endsBeforeItBegins: Text = {
  en: 'The deputy has been one since a later day. Give the last day, not before the first.',
  zh: '该代理开始较晚，请填写不早于开始日期的结束日期。',
};
