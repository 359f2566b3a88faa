import { lazy } from 'react';

/** Fetches the chart library, beside what a page that will draw charts waits for. */
export const loadCharts = () => import('./chart');

/** The chart library is as large as the rest of a page, so that it comes behind the first paint. */
export const LazyChart = lazy(() => loadCharts().then(({ Chart }) => ({ default: Chart })));
