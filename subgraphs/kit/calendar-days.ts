import published from 'chinese-days/dist/chinese-days.json';
import { version } from 'chinese-days/package.json';
import type { ItemName } from './catalog';
import type { Db } from './database';
import type { Dataset } from './load';
import { readableByAll } from './policies';
import { type OfficialDays, WorkingCalendar } from './working-calendar';

/*
 * Holidays and make-up days as rows of a subgraph, so that a notice that came out can be entered without a new
 * release. They are filled from the package `chinese-days`, which follows the State Council's notices.
 */

interface CalendarDayRow {
  day: string;
  is_working: boolean;
  name: string;
}

/** `New Year's Day,元旦,1` → 元旦 */
const chineseName = (entry: string): string => entry.split(',')[1] ?? entry;

const rowsOf = (entries: Record<string, string>, is_working: boolean): CalendarDayRow[] =>
  Object.entries(entries).map(([day, entry]) => ({ day, is_working, name: chineseName(entry) }));

const PUBLISHED: readonly CalendarDayRow[] = [
  ...rowsOf(published.holidays, false),
  ...rowsOf(published.workdays, true),
];

const officialDays = (rows: readonly CalendarDayRow[]): OfficialDays => ({
  holidays: new Set(rows.filter((row) => !row.is_working).map((row) => row.day)),
  makeUpDays: new Set(rows.filter((row) => row.is_working).map((row) => row.day)),
});

/** The days of every notice that the package knows. */
export const OFFICIAL_DAYS: OfficialDays = officialDays(PUBLISHED);

/** SQL that makes the table of a subgraph's days; once a schema. */
export const createCalendarDays = (subgraph: string, item: ItemName): string => `
  CREATE TABLE calendar_days (
    day date PRIMARY KEY,
    is_working boolean NOT NULL,
    name text NOT NULL
  );
  ${readableByAll({ subgraph, table: 'calendar_days', item })}`;

/** The published days; a year that was entered by hand before the package knew it stays. */
export const calendarDays: Dataset = {
  name: 'calendar-days',
  version,
  load: async (db) => {
    await db<CalendarDayRow>('calendar_days')
      .comment('calendarDays.load')
      .insert([...PUBLISHED])
      .onConflict('day')
      .merge();
  },
};

/** The working calendar that a subgraph's rows make. */
export async function loadWorkingCalendar(db: Db): Promise<WorkingCalendar> {
  const rows = await db<CalendarDayRow>('calendar_days')
    .comment('calendarDays.all')
    .select('day', 'is_working', 'name');
  return new WorkingCalendar(officialDays(rows));
}
