import { calendarDays } from '../kit/calendar-days';
import type { SubgraphDefinition } from '../kit/subgraph';
import { boardEvents } from './board/events';
import { gridBoard } from './board/resolvers';
import { gridCases } from './cases/resolvers';
import { categories } from './categories/reference';
import { gridCaseCategories } from './categories/resolvers';
import { loadCases } from './demo/cases';
import { loadForces } from './demo/forces';
import { loadGrids } from './demo/grids';
import { loadHouseholds } from './demo/households';
import { loadInspections } from './demo/inspections';
import { loadLeads } from './demo/leads';
import { loadLimits } from './demo/limits';
import { loadJointPatrols, loadRiverPatrols } from './demo/patrols';
import { loadPetitionsAndVisits } from './demo/petitions';
import { loadReaches } from './demo/reaches';
import { loadRoutes } from './demo/routes';
import { loadTurns } from './demo/turns';
import { gridCaseExtensions } from './extensions/resolvers';
import { gridFieldwork } from './fieldwork/resolvers';
import { grids } from './grids/resolvers';
import { gridHouseholds } from './households/resolvers';
import { gridInspections } from './inspections/resolvers';
import { jointPatrols } from './joint-patrols/resolvers';
import { escalateLeads } from './leads/escalate';
import { leads } from './leads/resolvers';
import { gridCaseLifeCycle } from './life-cycle/resolvers';
import { type GridContext, gridLoaders } from './loaders';
import { createCategories } from './migrations/001_create_categories';
import { createCases } from './migrations/002_create_cases';
import { extendCases } from './migrations/003_extend_cases';
import { createReaches } from './migrations/004_create_reaches';
import { createLifeCycle } from './migrations/005_create_life_cycle';
import { createReports } from './migrations/006_create_reports';
import { createRiverPatrols } from './migrations/007_create_river_patrols';
import { createInspections } from './migrations/020_create_inspections';
import { createHouseholds } from './migrations/021_create_households';
import { createGrids } from './migrations/022_create_grids';
import { createLeads } from './migrations/023_create_leads';
import { createPetitionsAndVisits } from './migrations/040_create_petitions_and_visits';
import { createForces } from './migrations/050_create_forces';
import { findCasesOfPatrols } from './migrations/051_find_cases_of_patrols';
import { countOpenCases } from './migrations/060_count_open_cases';
import { createFieldworkChanges } from './migrations/061_create_fieldwork_changes';
import { correctFieldwork } from './migrations/062_correct_fieldwork';
import { createDirectoryCopy } from './migrations/090_create_directory';
import { createPolicyRows } from './migrations/091_create_policies';
import { patrolFindings } from './patrol-findings/resolvers';
import { petitions } from './petitions/resolvers';
import { gridPolicies } from './policies';
import { gridReaches } from './reaches/resolvers';
import { gridCaseReferrals } from './referrals/resolvers';
import { gridReports } from './reports/resolvers';
import { riverPatrols } from './river-patrols/resolvers';
import { gridCaseRoutes } from './routes/resolvers';
import { gridSubjects } from './subjects';
import { householdVisits } from './visits/resolvers';
import { wasteStamps } from './waste-stamps/resolvers';
import { gridWorkLists } from './work-lists/resolvers';

export const grid: SubgraphDefinition<GridContext['loaders']> = {
  name: 'grid',
  items: ['grid.cases', 'grid.inspections', 'grid.people'],
  resolvers: [
    gridCaseCategories,
    gridCases,
    gridCaseLifeCycle,
    gridCaseExtensions,
    gridCaseReferrals,
    gridCaseRoutes,
    gridReaches,
    gridReports,
    gridWorkLists,
    jointPatrols,
    riverPatrols,
    patrolFindings,
    gridBoard,
    gridInspections,
    gridHouseholds,
    wasteStamps,
    grids,
    leads,
    petitions,
    householdVisits,
    gridFieldwork,
  ],
  subjects: gridSubjects,
  loaders: gridLoaders,
  migrations: [
    createCategories,
    createCases,
    extendCases,
    createReaches,
    createLifeCycle,
    createReports,
    createRiverPatrols,
    createInspections,
    createHouseholds,
    createGrids,
    createLeads,
    createPetitionsAndVisits,
    createForces,
    findCasesOfPatrols,
    countOpenCases,
    createFieldworkChanges,
    correctFieldwork,
    createDirectoryCopy,
    createPolicyRows,
  ],
  reference: [calendarDays, categories, gridPolicies],
  demo: [
    {
      name: 'demo',
      version: '1',
      load: async (db) => {
        await loadLimits(db);
        await loadCases(db);
      },
    },
    { name: 'demo-reaches', version: '1', load: loadReaches },
    { name: 'demo-routes', version: '1', load: loadRoutes },
    { name: 'demo-turns', version: '1', load: loadTurns },
    { name: 'demo-joint-patrols', version: '1', load: loadJointPatrols },
    { name: 'demo-river-patrols', version: '1', load: loadRiverPatrols },
    { name: 'demo-forces', version: '1', load: loadForces },
    { name: 'demo-inspections', version: '1', load: loadInspections },
    { name: 'demo-households', version: '1', load: loadHouseholds },
    { name: 'demo-grids', version: '1', load: loadGrids },
    { name: 'demo-leads', version: '1', load: loadLeads },
    { name: 'demo-petitions-and-visits', version: '1', load: loadPetitionsAndVisits },
  ],
  hasDirectory: true,
  hasFeed: true,
  events: { gridBoard: boardEvents },
  recurring: [{ name: 'lead-escalation', everyMs: 60_000, run: escalateLeads }],
};
