import { ancestorAt } from '../../kit/jurisdiction';
import { loadExisting } from '../../kit/loaders';
import { payload } from '../../kit/payload';
import type { GridContext } from '../loaders';
import type { Resolvers } from '../schema-types';
import { exportGrids } from './export';
import { importGrids, importGridWorkers } from './import';
import { isOnDuty } from './rules';
import { type GridRow, type GridWorkerRow, gridsIn, networkOf, workersIn } from './store';

/** One of the three levels of command. */
export interface CommandLevel {
  level: 'TOWN' | 'VILLAGE' | 'GRID';
  agency: string | null;
  worker: GridWorkerRow | null;
}

/** Who commands a grid, the town first; a level that nobody holds is left out. */
async function commandOf(grid: GridRow, { loaders }: GridContext): Promise<CommandLevel[]> {
  const town = ancestorAt(grid.jurisdiction, 'TOWNSHIP');
  const [command, leader] = await Promise.all([
    town === null ? null : loaders.gridCommandAt.load(town),
    loaders.leaderOfGrid.load(grid.code),
  ]);
  return [
    ...(command ? [{ level: 'TOWN' as const, agency: command.code, worker: null }] : []),
    ...(grid.agency !== command?.code
      ? [{ level: 'VILLAGE' as const, agency: grid.agency, worker: null }]
      : []),
    ...(leader ? [{ level: 'GRID' as const, agency: null, worker: leader }] : []),
  ];
}

export const grids: Resolvers = {
  Query: {
    grid: (_, { code }, { loaders }) => loaders.grid.load(code),
    grids: (_, filter, { db, now }) => gridsIn(db, filter, { now }),
    gridWorkers: (_, filter, { db, now }) => workersIn(db, filter, now),
    gridNetwork: async (_, { under }, context) => {
      const { recorders, ...network } = await networkOf(context.db, under, context.now);
      // Sums show something of every unit whose grids are in them.
      context.discloses(
        'grid.cases',
        recorders.map((provider) => ({ provider, id: `grids ${under}` })),
      );
      return { ...network, jurisdiction: { code: under } };
    },
    gridExport: (_, args, context) => exportGrids(context, args),
  },
  Mutation: {
    importGrids: (_, { input }, context) => payload('importation', context, importGrids(context, input)),
    importGridWorkers: (_, { input }, context) =>
      payload('importation', context, importGridWorkers(context, input)),
  },
  Grid: {
    __resolveReference: ({ code }, { loaders }) => loaders.grid.load(code),
    jurisdiction: ({ jurisdiction }) => ({ code: jurisdiction }),
    agency: ({ agency }) => ({ code: agency }),
    closedOn: (grid) => grid.closed_on,
    command: (grid, _, context) => commandOf(grid, context),
    leader: ({ code }, _, { loaders }) => loaders.leaderOfGrid.load(code),
    workerCount: async ({ code }, _, { loaders }) => (await loaders.workerCountOfGrid.load(code))?.count ?? 0,
  },
  GridCommandLevel: {
    agency: ({ agency }) => (agency === null ? null : { code: agency }),
  },
  GridWorker: {
    grid: ({ grid }, _, { loaders }) => loadExisting(loaders.grid, grid),
    dutyWeekdays: (worker) => worker.duty_weekdays,
    dutyBegins: (worker) => worker.duty_begins,
    dutyEnds: (worker) => worker.duty_ends,
    isOnDuty: (worker, _, { now }) => isOnDuty(worker, now),
    leftOn: (worker) => worker.left_on,
  },
};
