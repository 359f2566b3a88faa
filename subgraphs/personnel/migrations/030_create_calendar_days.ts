import { createCalendarDays } from '../../kit/calendar-days';
import type { Migration } from '../../kit/migrate';

export const createWorkingDays: Migration = {
  name: '030_create_calendar_days',
  up: (sql) => sql(createCalendarDays('personnel', 'personnel.secondments')),
};
