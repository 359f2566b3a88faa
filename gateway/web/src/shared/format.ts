import type { Language } from './messages';

/** All days and clock times of the hub are Shanghai's. */
const TIME_ZONE = 'Asia/Shanghai';

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(language: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${JSON.stringify(options)}`;
  const known = formatters.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(language, { timeZone: TIME_ZONE, hourCycle: 'h23', ...options });
  formatters.set(key, made);
  return made;
}

export const clockTime = (at: string | number | Date, language: Language): string =>
  formatter(language, { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(new Date(at));

export const hourAndMinute = (at: string | number | Date, language: Language): string =>
  formatter(language, { hour: '2-digit', minute: '2-digit' }).format(new Date(at));

/** Day and time without the year, as on a list of what happened lately. */
export const dayAndTime = (at: string | number | Date, language: Language): string =>
  formatter(language, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' }).format(
    new Date(at),
  );

export const fullDay = (at: string | number | Date, language: Language): string =>
  formatter(language, { year: 'numeric', month: 'long', day: 'numeric', weekday: 'long' }).format(
    new Date(at),
  );

/** `YYYY-MM-DD` in Shanghai. */
export const dayOf = (at: Date): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: TIME_ZONE }).format(at);

/** `YYYY-MM`, so many months from the month of a day in Shanghai. */
export function monthFrom(at: Date, months: number): string {
  const [year = 0, month = 0] = dayOf(at).split('-').map(Number);
  const index = year * 12 + month - 1 + months;
  return `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`;
}

export function monthName(month: string, language: Language): string {
  return formatter(language, { year: 'numeric', month: 'long' }).format(new Date(`${month}-15T00:00:00Z`));
}

const numbers = new Map<Language, Intl.NumberFormat>();

export function number(value: number, language: Language): string {
  const format = numbers.get(language) ?? new Intl.NumberFormat(language);
  numbers.set(language, format);
  return format.format(value);
}

export const percent = (value: number, language: Language): string =>
  value.toLocaleString(language, { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });
