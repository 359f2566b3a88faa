export const JURISDICTION_LEVELS = ['PROVINCE', 'PREFECTURE', 'COUNTY', 'TOWNSHIP', 'VILLAGE'] as const;
export type JurisdictionLevel = (typeof JURISDICTION_LEVELS)[number];

/** The four provinces whose places go down to villages and whose flows fill lists and matrices. */
export const DELTA_PROVINCES = ['310000', '320000', '330000', '340000'] as const;

/** The municipalities 直辖市: no prefectures; at PREFECTURE level each stands for itself. */
export const MUNICIPALITIES = ['110000', '120000', '310000', '500000'] as const;

const CODE = /^[1-9]\d{5}(?:\d{3}(?:\d{3})?)?$/;
// The character after '9': digits only ever follow a prefix, so `< prefix:` closes the range in the C collation.
const AFTER_DIGITS = ':';

/** Whether the text has the shape of a GB/T 2260 code: 6, 9 (township) or 12 (village) digits. */
export const isJurisdictionCode = (text: string): boolean => CODE.test(text);

/** The level that the shape of a code says, whether or not such a place exists. */
export function levelOf(code: string): JurisdictionLevel {
  if (code.length === 12) return 'VILLAGE';
  if (code.length === 9) return 'TOWNSHIP';
  if (code.endsWith('0000')) return 'PROVINCE';
  return code.endsWith('00') ? 'PREFECTURE' : 'COUNTY';
}

/** What the codes of a place and of everything below it start with: `310000` → `31`, `341200` → `3412`. */
export function prefixOf(code: string): string {
  switch (levelOf(code)) {
    case 'PROVINCE':
      return code.slice(0, 2);
    case 'PREFECTURE':
      return code.slice(0, 4);
    default:
      return code;
  }
}

/** The half-open range `[from, below)` of the codes of a place and everything below it, in the C collation. */
export function rangeOf(code: string): { from: string; below: string } {
  const prefix = prefixOf(code);
  return { from: prefix, below: prefix + AFTER_DIGITS };
}

/** A range that holds no code. */
export const EMPTY_RANGE = { from: AFTER_DIGITS, below: AFTER_DIGITS } as const;

/** Whether `outer` is `inner` or an ancestor of it. */
export const contains = (outer: string, inner: string): boolean => inner.startsWith(prefixOf(outer));

/**
 * The ancestor of a code at a level, or the code itself at its own; null when the code is above that level, or has no
 * ancestor there.
 */
export function ancestorAt(code: string, level: JurisdictionLevel): string | null {
  if (JURISDICTION_LEVELS.indexOf(levelOf(code)) < JURISDICTION_LEVELS.indexOf(level)) return null;
  switch (level) {
    case 'PROVINCE':
      return `${code.slice(0, 2)}0000`;
    case 'PREFECTURE':
      return prefectureOf(code);
    case 'COUNTY':
      return code.slice(0, 6);
    case 'TOWNSHIP':
      return code.slice(0, 9);
    case 'VILLAGE':
      return code;
  }
}

function prefectureOf(code: string): string | null {
  const municipality = MUNICIPALITIES.find((m) => contains(m, code));
  if (municipality) return municipality;
  // 省直辖县级行政区划: counties that no prefecture stands above have 90 where its number would be.
  return code.slice(2, 4) === '90' ? null : `${code.slice(0, 4)}00`;
}

/** The codes of a place's ancestors, the province first, and its own. Levels that a place lacks are left out. */
export const ancestorsAndSelf = (code: string): string[] => [
  ...new Set(JURISDICTION_LEVELS.map((level) => ancestorAt(code, level)).filter((c) => c !== null)),
];
