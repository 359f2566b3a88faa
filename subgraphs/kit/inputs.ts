import type { Violations } from './errors';
import type { Text } from './language';

/*
 * Checks of what actions are given. Each adds what is wrong to the action's violations, under the path of the input's
 * field, and says nothing when nothing is.
 */

type Path = readonly (string | number)[];

const lengthOf = (text: string): number => [...text].length;

const tooLong = (text: string, maximum: number): Text => ({
  en: `It has ${lengthOf(text)} characters; at most ${maximum} are kept.`,
  zh: `长度为 ${lengthOf(text)} 个字符，上限为 ${maximum} 个。`,
});

/** What is wrong with a text of one line of at most `maximum` characters; null when nothing is. */
export function lineFault(text: string, maximum: number): Text | null {
  if (lengthOf(text) > maximum) return tooLong(text, maximum);
  if (/\p{Cc}/u.test(text)) {
    return {
      en: 'It has line breaks or other control characters. Write it on one line.',
      zh: '含有换行符或其他控制字符，请写成一行。',
    };
  }
  return null;
}

/** What is wrong with a text of several lines of at most `maximum` characters; null when nothing is. */
export function textFault(text: string, maximum: number): Text | null {
  if (lengthOf(text) > maximum) return tooLong(text, maximum);
  if (/[^\P{Cc}\n\r\t]/u.test(text)) {
    return {
      en: 'It has control characters. Leave in only line breaks and tabs.',
      zh: '含有控制字符，只能保留换行符和制表符。',
    };
  }
  return null;
}

const checker =
  (faultOf: (text: string, maximum: number) => Text | null) =>
  (violations: Violations, path: Path, text: string, maximum: number, empty?: Text): void => {
    if (text === '') {
      if (empty) violations.add('REQUIRED', [...path], empty);
      return;
    }
    const fault = faultOf(text, maximum);
    if (fault) violations.add('INVALID', [...path], fault);
  };

/** That a trimmed text is one line of at most `maximum` characters; `empty` is what to say when it must not be empty. */
export const checkLine = checker(lineFault);

/** The same of a text that may have several lines. */
export const checkText = checker(textFault);

/** That an action's `at` does not lie ahead of `now`. */
export function checkInstant(violations: Violations, at: Date, now: Date, path: Path = ['at']): void {
  if (at > now) {
    violations.add('INVALID', [...path], {
      en: `${at.toISOString()} has not come. Give the time at which it happened, or leave at out for now.`,
      zh: `${at.toISOString()} 尚未到来，请填写实际发生时间，或省略 at 表示当前时间。`,
    });
  }
}

/** That an action's `at` does not lie before the step that it follows. */
export function checkNotBefore(violations: Violations, at: Date, previous: Date, path: Path = ['at']): void {
  if (at < previous) {
    violations.add('INVALID', [...path], {
      en: `${at.toISOString()} lies before the step that it follows, of ${previous.toISOString()}.`,
      zh: `${at.toISOString()} 早于上一步的时间 ${previous.toISOString()}。`,
    });
  }
}

const MAXIMUM_ADDRESS = 2_000;

// Readers open these from their own pages, where any other scheme might run as a script.
const isWebAddress = (text: string): boolean => /^https?:\/\/\S+$/i.test(text) && URL.canParse(text);

/** That a text is the address of something on the web, by HTTP or HTTPS. */
export function checkWebAddress(violations: Violations, path: Path, address: string): void {
  const fault = lineFault(address, MAXIMUM_ADDRESS);
  if (fault) {
    violations.add('INVALID', [...path], fault);
  } else if (!isWebAddress(address)) {
    violations.add('INVALID', [...path], {
      en: `"${address}" is no web address. Give one that begins with https:// or http://.`,
      zh: `“${address}”不是网址，请填写以 https:// 或 http:// 开头的地址。`,
    });
  }
}

/** That a list of web addresses has at most `maximum`, each of them one. */
export function checkWebAddresses(
  violations: Violations,
  path: Path,
  addresses: readonly string[],
  maximum: number,
): void {
  if (addresses.length > maximum) {
    violations.add('LIMIT_EXCEEDED', [...path], {
      en: `There are ${addresses.length} addresses; at most ${maximum} are kept.`,
      zh: `共有 ${addresses.length} 个地址，上限为 ${maximum} 个。`,
    });
    return;
  }
  for (const [i, address] of addresses.entries()) checkWebAddress(violations, [...path, i], address);
}

/** That a position (degrees, WGS 84) is on the globe. */
export function checkPosition(
  violations: Violations,
  path: Path,
  { latitude, longitude }: { readonly latitude: number; readonly longitude: number },
): void {
  if (!(Math.abs(latitude) <= 90)) {
    violations.add('INVALID', [...path, 'latitude'], {
      en: `A latitude lies between -90 and 90 degrees, and this one is ${latitude}.`,
      zh: `纬度应在 -90 至 90 度之间，而此处为 ${latitude}。`,
    });
  }
  if (!(Math.abs(longitude) <= 180)) {
    violations.add('INVALID', [...path, 'longitude'], {
      en: `A longitude lies between -180 and 180 degrees, and this one is ${longitude}.`,
      zh: `经度应在 -180 至 180 度之间，而此处为 ${longitude}。`,
    });
  }
}

const MAXIMUM_PHONE = 30;

/** That a trimmed text is a phone number; `empty` is what to say when it must not be missing. */
export function checkPhone(violations: Violations, path: Path, phone: string, empty?: Text): void {
  checkLine(violations, path, phone, MAXIMUM_PHONE, empty);
  if (phone !== '' && !/^\+?[\d\s()-]*\d[\d\s()-]*$/.test(phone)) {
    violations.add('INVALID', [...path], {
      en: `"${phone}" is no phone number. Give digits, with +, -, spaces and brackets.`,
      zh: `“${phone}”不是电话号码，只能包含数字、+、-、空格和括号。`,
    });
  }
}

/** That a call has between one and `maximum` lines; false when it has not, and its lines need no look. */
export function checkNumber(violations: Violations, field: string, count: number, maximum: number): boolean {
  if (count === 0) {
    violations.add('REQUIRED', [field], {
      en: 'There is nothing in it. Give at least one.',
      zh: '内容为空，请至少填写一项。',
    });
  } else if (count > maximum) {
    violations.add('LIMIT_EXCEEDED', [field], {
      en: `There are ${count}; at most ${maximum} are taken at once. Send several parts.`,
      zh: `共有 ${count} 项，一次最多 ${maximum} 项，请分次提交。`,
    });
  }
  return count > 0 && count <= maximum;
}
