import type { Violations } from '../kit/errors';
import type { Text } from '../kit/language';

const lengthOf = (text: string): number => [...text].length;

/** What is wrong with a text of one line of at most `maximum` characters; null when nothing is. */
export function lineFault(text: string, maximum: number): Text | null {
  if (lengthOf(text) > maximum) {
    return {
      en: `It has ${lengthOf(text)} characters; at most ${maximum} are kept.`,
      zh: `长度为 ${lengthOf(text)} 个字符，上限为 ${maximum} 个。`,
    };
  }
  if (/\p{Cc}/u.test(text)) {
    return {
      en: 'It has line breaks or other control characters. Write it on one line.',
      zh: '含有换行符或其他控制字符，请写成一行。',
    };
  }
  return null;
}

/** That an action's `at` does not lie ahead of `now`. */
export function checkInstant(violations: Violations, at: Date, now: Date): void {
  if (at > now) {
    violations.add('INVALID', ['at'], {
      en: `${at.toISOString()} has not come. Give the time at which it happened, or leave at out for now.`,
      zh: `${at.toISOString()} 尚未到来，请填写实际发生时间，或省略 at 表示当前时间。`,
    });
  }
}
