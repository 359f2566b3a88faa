import { calendarDays } from '../kit/calendar-days';
import type { SubgraphDefinition } from '../kit/subgraph';
import { gridCases } from './cases/resolvers';
import { categories } from './categories/reference';
import { gridCaseCategories } from './categories/resolvers';
import { loadCases } from './demo/cases';
import { loadLimits } from './demo/limits';
import { type GridContext, gridLoaders } from './loaders';
import { createCategories } from './migrations/001_create_categories';
import { createCases } from './migrations/002_create_cases';
import { createDirectoryCopy } from './migrations/090_create_directory';
import { createPolicyRows } from './migrations/091_create_policies';
import { gridSubjects } from './subjects';

export const grid: SubgraphDefinition<GridContext['loaders']> = {
  name: 'grid',
  items: ['grid.cases'],
  resolvers: [gridCaseCategories, gridCases],
  subjects: gridSubjects,
  loaders: gridLoaders,
  migrations: [createCategories, createCases, createDirectoryCopy, createPolicyRows],
  reference: [calendarDays, categories],
  demo: [
    {
      name: 'demo',
      version: '1',
      load: async (db) => {
        await loadLimits(db);
        await loadCases(db);
      },
    },
  ],
  hasDirectory: true,
  hasFeed: true,
};
