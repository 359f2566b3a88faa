import { Violations } from '../../kit/errors';
import { checkLine } from '../../kit/inputs';
import type { Text } from '../../kit/language';

const MAXIMUM_NAME = 100;
const CODE = /^[A-Z0-9][A-Z0-9-]{1,39}$/;

export interface NewProgram {
  readonly code: string;
  readonly name: string;
  readonly startsOn: string;
  readonly endsOn: string;
}

/** Every violation of a program that a unit opens. */
export function checkProgram({ code, name, startsOn, endsOn }: NewProgram): Violations {
  const violations = new Violations();
  if (!CODE.test(code)) {
    violations.add('INVALID', ['code'], {
      en: `"${code.slice(0, 50)}" is no code of a program: 2 to 40 capital letters, digits and hyphens, like YRD-2026.`,
      zh: `“${code.slice(0, 50)}”不是项目代码，应为 2 至 40 位大写字母、数字和连字符，例如 YRD-2026。`,
    });
  }
  checkLine(violations, ['name'], name, MAXIMUM_NAME, {
    en: 'The name is empty. Say what the program is called.',
    zh: '名称为空，请填写。',
  });
  if (endsOn < startsOn) {
    violations.add('INVALID', ['endsOn'], {
      en: `It ends on ${endsOn}, before it begins on ${startsOn}.`,
      zh: `结束日期 ${endsOn} 早于开始日期 ${startsOn}。`,
    });
  }
  return violations;
}

export const programExists: Text = {
  en: 'There is a program with this code. Choose another.',
  zh: '该项目代码已被使用，请另行选择。',
};
