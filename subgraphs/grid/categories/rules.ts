export type GridCaseLimitUnit = 'WORKING_HOURS' | 'WORKING_DAYS';
