import { lazy } from 'react';

/** The chart library is as large as the rest of a page, so that it comes behind the first paint. */
export const LazyChart = lazy(() => import('./chart').then(({ Chart }) => ({ default: Chart })));
