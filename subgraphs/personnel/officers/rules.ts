import { Violations } from '../../kit/errors';
import { checkInstant, checkLine, checkNotBefore } from '../../kit/inputs';
import type { Text } from '../../kit/language';

export type OfficerEventKind = 'REGISTERED' | 'CHANGED' | 'TRANSFERRED';

const MAXIMUM_NUMBER = 40;
const MAXIMUM_NAME = 50;
const MAXIMUM_TITLE = 100;
const MAXIMUM_EMAIL = 200;
const PHONE = /^\+?[\d ()-]{5,30}$/;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const hasDigits = (phone: string): boolean => phone.replace(/\D/g, '').length >= 5;

/** Adds that a phone number, which is not empty, is none. */
export function checkPhone(violations: Violations, phone: string): void {
  if (PHONE.test(phone) && hasDigits(phone)) return;
  violations.add('INVALID', ['phone'], {
    en: `"${phone.slice(0, 40)}" is no phone number. Give 5 to 30 digits, spaces, hyphens and brackets.`,
    zh: `“${phone.slice(0, 40)}”不是电话号码，应为 5 至 30 位数字、空格、连字符和括号。`,
  });
}

/** What a unit says of an officer, trimmed. Of what it leaves out nothing is given; an empty contact takes one out. */
export interface OfficerParticulars {
  readonly number?: string;
  readonly name?: string;
  readonly title?: string;
  readonly phone?: string;
  readonly email?: string;
}

export const checkNumber = (violations: Violations, number: string): void =>
  checkLine(violations, ['number'], number, MAXIMUM_NUMBER, {
    en: "The number is empty. Say what the unit's own system calls the officer.",
    zh: '工号为空，请填写本单位系统中的工号。',
  });

export const checkTitle = (violations: Violations, title: string): void =>
  checkLine(violations, ['title'], title, MAXIMUM_TITLE, {
    en: 'The post is empty. Say what the officer is in the unit.',
    zh: '职务为空，请填写。',
  });

/** Adds what is wrong with what is given. */
export function checkParticulars(
  violations: Violations,
  { number, name, title, phone, email }: OfficerParticulars,
): void {
  if (number !== undefined) checkNumber(violations, number);
  if (name !== undefined) {
    checkLine(violations, ['name'], name, MAXIMUM_NAME, {
      en: 'The name is empty. Say who the officer is.',
      zh: '姓名为空，请填写。',
    });
  }
  if (title !== undefined) checkTitle(violations, title);
  if (phone) checkPhone(violations, phone);
  if (email && (!EMAIL.test(email) || email.length > MAXIMUM_EMAIL)) {
    violations.add('INVALID', ['email'], {
      en: `"${email.slice(0, 40)}" is no e-mail address of at most ${MAXIMUM_EMAIL} characters.`,
      zh: `“${email.slice(0, 40)}”不是不超过 ${MAXIMUM_EMAIL} 个字符的电子邮箱地址。`,
    });
  }
}

/** Every violation of a registration by a unit. */
export function checkRegistration(
  particulars: OfficerParticulars,
  { agency, knows, at, now }: { agency: string; knows: boolean; at: Date; now: Date },
): Violations {
  const violations = new Violations();
  if (!knows) {
    violations.add('NOT_FOUND', ['agency'], {
      en: `The directory has no unit ${agency}, and every officer is of one. Have the unit entered first.`,
      zh: `单位目录中没有 ${agency}，而干部须有所在单位，请先登记单位。`,
    });
  }
  checkParticulars(violations, particulars);
  checkInstant(violations, at, now);
  return violations;
}

/** Every violation of a change by the officer's own unit. `lastStep`: when the last one was; null without any. */
export function checkChange(
  particulars: OfficerParticulars,
  { at, now, lastStep }: { at: Date; now: Date; lastStep: Date | null },
): Violations {
  const violations = new Violations();
  if (Object.values(particulars).every((value) => value === undefined)) {
    violations.add('REQUIRED', [], {
      en: 'Nothing is given that would change. Say what is different.',
      zh: '未填写任何变更内容，请填写需要变更的信息。',
    });
  }
  checkParticulars(violations, particulars);
  checkInstant(violations, at, now);
  if (lastStep) checkNotBefore(violations, at, lastStep);
  return violations;
}

export const noSuchOfficer: Text = {
  en: 'There is no such officer. Take the id from a list of officers.',
  zh: '不存在该干部，请从干部列表中获取标识。',
};

export const registersForItself: Text = {
  en: "A unit registers its own officers. Leave the unit out, or give your own unit's code.",
  zh: '干部由所在单位登记，请省略所在单位或填写本单位代码。',
};

export const changesItsOwn: Text = {
  en: "The officer is another unit's, which alone changes what is known of its officers.",
  zh: '该干部属于其他单位，干部信息由所在单位变更。',
};

export const numberIsTaken: Text = {
  en: 'Another officer of the unit has this number, or the same one with other particulars. Change that officer, or give another number.',
  zh: '本单位已有该工号，且信息不同。请变更该干部的信息，或填写其他工号。',
};

export const anotherWasFaster: Text = {
  en: 'Someone else changed the officer at the same moment. Look at them again.',
  zh: '该干部信息刚被他人变更，请重新查看。',
};
