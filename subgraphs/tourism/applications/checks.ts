import type { Violations } from '../../kit/errors';
import { checkLine, checkText, checkWebAddress } from '../../kit/inputs';
import type { Text } from '../../kit/language';

const MAXIMUM_MATERIALS = 30;
const MAXIMUM_NAME = 60;
const MAXIMUM_REASON = 500;
const MATERIAL_CODE = /^[A-Z][A-Z0-9_-]{0,39}$/;
const PHONE = /^\+?\d[\d -]{4,18}\d$/;

/** Materials as an action is given them. */
export interface GivenMaterial {
  readonly code: string;
  readonly name?: string | null;
  readonly url?: string;
}

/** The names by which a procedure knows materials. */
export type MaterialNames = ReadonlyMap<string, string>;

/**
 * That materials are of a number that can be taken, none of them twice, each known to the procedure or named, and each
 * where one can look at it. Gives them back with their names.
 */
export function checkMaterials<Given extends GivenMaterial>(
  violations: Violations,
  given: readonly Given[],
  names: MaterialNames,
): (Given & { name: string })[] {
  if (given.length > MAXIMUM_MATERIALS) {
    violations.add('LIMIT_EXCEEDED', ['materials'], {
      en: `There are ${given.length} materials; at most ${MAXIMUM_MATERIALS} are taken at once.`,
      zh: `共有 ${given.length} 份材料，一次最多 ${MAXIMUM_MATERIALS} 份。`,
    });
    return [];
  }
  const seen = new Set<string>();
  return given.map((material, i) => {
    const code = material.code.trim();
    const name = names.get(code) ?? material.name?.trim() ?? '';
    const path = ['materials', i];
    if (!MATERIAL_CODE.test(code)) {
      violations.add('INVALID', [...path, 'code'], {
        en: `"${code}" is no code of a material. Use capital letters, digits, _ and -, at most 40.`,
        zh: `“${code}”不是材料代码，请使用大写字母、数字、_ 和 -，不超过 40 个字符。`,
      });
    } else if (seen.has(code)) {
      violations.add('INVALID', [...path, 'code'], {
        en: `${code} is given twice. Give each material once.`,
        zh: `${code} 重复，每份材料只填一次。`,
      });
    } else {
      checkLine(violations, [...path, 'name'], name, MAXIMUM_NAME, {
        en: `${code} is not on the procedure's list. Give its name.`,
        zh: `办法的材料清单中没有 ${code}，请填写材料名称。`,
      });
    }
    seen.add(code);
    if (material.url !== undefined) checkWebAddress(violations, [...path, 'url'], material.url.trim());
    return { ...material, code, name, ...(material.url !== undefined && { url: material.url.trim() }) };
  });
}

/** That there is at least one material. */
export function checkSomeMaterials(violations: Violations, given: readonly GivenMaterial[]): void {
  if (given.length > 0) return;
  violations.add('REQUIRED', ['materials'], {
    en: 'No material is named. Name at least one.',
    zh: '未填写任何材料，请至少填写一份。',
  });
}

/** That a reason, trimmed, is there and not too long. */
export function checkReason(violations: Violations, reason: string): void {
  checkText(violations, ['reason'], reason, MAXIMUM_REASON, {
    en: 'The reason is empty. Say why; the applicant is told.',
    zh: '原因为空，请说明原因，将告知申请人。',
  });
}

/** That a telephone, trimmed, can be one. */
export function checkPhone(violations: Violations, path: readonly string[], phone: string): void {
  if (PHONE.test(phone)) return;
  violations.add(phone === '' ? 'REQUIRED' : 'INVALID', path, {
    en: `"${phone.slice(0, 30)}" is no telephone number. Give 6 to 20 digits, with +, - or blanks.`,
    zh: `“${phone.slice(0, 30)}”不是电话号码，请填写 6 至 20 位数字，可含 +、- 或空格。`,
  });
}

/** That a number lies in a range. */
export function checkRange(
  violations: Violations,
  path: readonly (string | number)[],
  value: number,
  { from, to, what }: { from: number; to: number; what: Text },
): void {
  if (value >= from && value <= to) return;
  violations.add('INVALID', path, {
    en: `${what.en} is ${value}; it must be from ${from} to ${to}.`,
    zh: `${what.zh}为 ${value}，应在 ${from} 至 ${to} 之间。`,
  });
}
