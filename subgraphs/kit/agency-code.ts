import { isJurisdictionCode } from './jurisdiction';

const CODE = /^(\d{6}(?:\d{3}(?:\d{3})?)?)-([A-Z][A-Z0-9]{1,31})$/;

/** Whether the text is `<jurisdiction code>-<SLUG>`. */
export function isAgencyCode(text: string): boolean {
  const place = CODE.exec(text)?.[1];
  return place !== undefined && isJurisdictionCode(place);
}

/** The code of the jurisdiction that an agency code begins with. */
export const jurisdictionOfAgency = (agencyCode: string): string =>
  agencyCode.slice(0, agencyCode.indexOf('-'));

// GB 32100-2015: 18 characters of this alphabet (no I, O, Z, S, V), the last one a check character.
const CREDIT_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/** The check character of the first 17 characters of a unified social credit code (GB 32100-2015, 5.4). */
export function creditCheckCharacter(first17: string): string {
  let sum = 0;
  let weight = 1;
  for (const character of first17) {
    sum += CREDIT_ALPHABET.indexOf(character) * weight;
    weight = (weight * 3) % 31;
  }
  return CREDIT_ALPHABET.charAt((31 - (sum % 31)) % 31);
}

/** Whether the text is a unified social credit code 统一社会信用代码 with the right check character. */
export const isCreditCode = (text: string): boolean =>
  text.length === 18 &&
  [...text].every((character) => CREDIT_ALPHABET.includes(character)) &&
  creditCheckCharacter(text.slice(0, 17)) === text.charAt(17);
