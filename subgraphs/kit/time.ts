/** Days, weeks and months are Asia/Shanghai's, which has kept UTC+8 without summer time since 1992. */
const SHANGHAI_OFFSET_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;

/** The day in Shanghai at an instant, `YYYY-MM-DD`. */
export const dayOf = (instant: Date): string =>
  new Date(instant.getTime() + SHANGHAI_OFFSET_MS).toISOString().slice(0, 10);

/** The month in Shanghai at an instant, `YYYY-MM`. */
export const monthOf = (instant: Date): string => dayOf(instant).slice(0, 7);

/** The instant at which a day begins in Shanghai. */
export const startOfDay = (day: string): Date =>
  new Date(Date.parse(`${day}T00:00:00Z`) - SHANGHAI_OFFSET_MS);

/** The day `count` days after (before, when negative) another. */
export const addDays = (day: string, count: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + count * DAY_MS).toISOString().slice(0, 10);

/** The earlier of two days, or of two months. */
export const earlierOf = (a: string, b: string): string => (b < a ? b : a);

/** The later of two days, or of two months. */
export const laterOf = (a: string, b: string): string => (b > a ? b : a);

/** The last day of a month `YYYY-MM`. Counted and not parsed: of thousands of rows it is asked for each of their months. */
export function lastDayOf(month: string): string {
  const [year, number] = [Number(month.slice(0, 4)), Number(month.slice(5, 7))];
  const isLeapYear = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (number === 2) return `${month}-${isLeapYear ? 29 : 28}`;
  return `${month}-${number === 4 || number === 6 || number === 9 || number === 11 ? 30 : 31}`;
}

/** The month after another, both `YYYY-MM`. */
export function monthAfter(month: string): string {
  const [year, number] = [Number(month.slice(0, 4)), Number(month.slice(5, 7))];
  return number === 12 ? `${year + 1}-01` : `${month.slice(0, 5)}${String(number + 1).padStart(2, '0')}`;
}

/** Whether the text is a day that exists, `YYYY-MM-DD`, of the years 1900 to 2199. */
export const isDay = (text: string): boolean =>
  /^(?:19|20|21)\d{2}-\d{2}-\d{2}$/.test(text) &&
  !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) &&
  addDays(text, 0) === text;

/** Whether the text is a month, `YYYY-MM`, of the years 1900 to 2199. */
export const isMonth = (text: string): boolean => /^(?:19|20|21)\d{2}-(?:0[1-9]|1[0-2])$/.test(text);
