import { calendarDays } from '../kit/calendar-days';
import type { SubgraphDefinition } from '../kit/subgraph';
import { agenda } from './agenda/resolvers';
import { assessments } from './assessments/resolvers';
import { attendance } from './attendance/resolvers';
import { demo, demoLaborFlowHistory, demoLaborMarket } from './demo';
import { conductDemo } from './demo/conduct';
import { loadLegacies } from './demo/practices';
import { loadRecords } from './demo/records';
import { loadService } from './demo/service';
import { extensions } from './extensions/resolvers';
import { housing } from './housing/resolvers';
import { places } from './labor-flow/reference';
import { laborFlow } from './labor-flow/resolvers';
import { marketPolicies } from './labor-market/reference';
import { laborMarket } from './labor-market/resolvers';
import { reconciliationPolicies } from './labor-statistics/reference';
import { laborStatistics } from './labor-statistics/resolvers';
import { leavePolicies } from './leave/policies';
import { leave } from './leave/resolvers';
import { leaveDeputies } from './leave-deputies/resolvers';
import { liaisons } from './liaisons/resolvers';
import { type PersonnelContext, personnelLoaders } from './loaders';
import { mentors } from './mentors/resolvers';
import { createOfficers } from './migrations/001_create_officers';
import { createSecondments } from './migrations/002_create_secondments';
import { createParties } from './migrations/010_create_parties';
import { openSecondments } from './migrations/011_open_secondments';
import { createAssessments } from './migrations/012_create_assessments';
import { createMentors } from './migrations/013_create_mentors';
import { createReports } from './migrations/014_create_reports';
import { createHousing } from './migrations/015_create_housing';
import { createPractices } from './migrations/016_create_practices';
import { createLiaisons } from './migrations/017_create_liaisons';
import { createWorkingDays } from './migrations/030_create_calendar_days';
import { createLeave } from './migrations/031_create_leave';
import { createAttendance } from './migrations/032_create_attendance';
import { createScores } from './migrations/033_create_scores';
import { createSupervision } from './migrations/034_create_supervision';
import { openOfficers } from './migrations/040_open_officers';
import { indexAttendance } from './migrations/041_index_attendance';
import { tightenConduct } from './migrations/042_tighten_conduct';
import { sumSheetsUp } from './migrations/050_sum_sheets_up';
import { createDirectoryCopy } from './migrations/090_create_directory';
import { createPolicyRows } from './migrations/091_create_policies';
import { createLaborFlow } from './migrations/100_create_labor_flow';
import { rollLaborFlowUp } from './migrations/101_roll_labor_flow_up';
import { createLaborMarket } from './migrations/102_create_labor_market';
import { drawSmallCells } from './migrations/103_draw_small_cells';
import { drawSmallCellsAtOnce } from './migrations/104_draw_small_cells_at_once';
import { guardLaborFlowReports } from './migrations/105_guard_labor_flow_reports';
import { nominalPostings } from './nominal-postings/resolvers';
import { officerTransfers } from './officer-transfers/resolvers';
import { officers } from './officers/resolvers';
import { postingPolicies } from './policies';
import { workTopics } from './practices/reference';
import { practices } from './practices/resolvers';
import { programs } from './programs/resolvers';
import { rankings } from './rankings/resolvers';
import { reports } from './reports/resolvers';
import { scores } from './scores/resolvers';
import { secondments } from './secondments/resolvers';
import { personnelSubjects } from './subjects';
import { subsidies } from './subsidies/resolvers';
import { supervision } from './supervision/resolvers';

export const personnel: SubgraphDefinition<PersonnelContext['loaders']> = {
  name: 'personnel',
  items: [
    'personnel.secondments',
    'personnel.officer-contact',
    'personnel.conduct',
    'labor-flow.statistics',
    'labor-flow.reports',
    'labor-flow.market',
  ],
  resolvers: [
    officers,
    officerTransfers,
    programs,
    secondments,
    extensions,
    assessments,
    mentors,
    reports,
    housing,
    subsidies,
    nominalPostings,
    agenda,
    practices,
    liaisons,
    leave,
    leaveDeputies,
    attendance,
    scores,
    rankings,
    supervision,
    laborFlow,
    laborStatistics,
    laborMarket,
  ],
  subjects: personnelSubjects,
  loaders: personnelLoaders,
  migrations: [
    createOfficers,
    createSecondments,
    createLaborFlow,
    createDirectoryCopy,
    createPolicyRows,
    createParties,
    openSecondments,
    createAssessments,
    createMentors,
    createReports,
    createHousing,
    createPractices,
    createLiaisons,
    createWorkingDays,
    createLeave,
    createAttendance,
    createScores,
    createSupervision,
    openOfficers,
    indexAttendance,
    tightenConduct,
    sumSheetsUp,
    rollLaborFlowUp,
    createLaborMarket,
    drawSmallCells,
    drawSmallCellsAtOnce,
    guardLaborFlowReports,
  ],
  reference: [
    places,
    postingPolicies,
    workTopics,
    calendarDays,
    leavePolicies,
    reconciliationPolicies,
    marketPolicies,
  ],
  demo: [
    demo,
    conductDemo,
    { name: 'demo-posting-records', version: '1', load: loadRecords },
    { name: 'demo-officer-service', version: '1', load: loadService },
    { name: 'demo-practices', version: '1', load: loadLegacies },
    demoLaborMarket,
    demoLaborFlowHistory,
  ],
  hasDirectory: true,
  hasFeed: true,
};
