import DataLoader from 'dataloader';
import type { Context, Operation } from '../kit/context';
import { agenciesAbove } from '../kit/directory';
import { unauthenticated } from '../kit/errors';
import { inEffect, layersOf, policiesOf } from '../kit/in-effect';
import { argumentLoader, listLoader, rowLoader } from '../kit/loaders';
import { dayOf } from '../kit/time';
import { performanceOf } from './board/rules';
import { type PerformanceQuestion, performedUpTo } from './board/store';
import {
  casesOfPatrolFindings,
  duplicatesOf,
  eventsOf,
  type GridCaseFilter,
  gridCasesById,
  gridCasesIn,
} from './cases/store';
import { categoriesByCode, limitsOf } from './categories/store';
import { extensionsOf } from './extensions/store';
import { gridsByCode, leadersOf, workerCountsOf } from './grids/store';
import { correctionsOf, householdsById } from './households/store';
import {
  assignmentsOf,
  campaignsById,
  eventsOfCampaigns,
  eventsOfFindings,
  findingsById,
  findingsOfCases,
  talliesOf,
} from './inspections/store';
import { commandsAbove } from './leads/command';
import { eventsOfLeads, leadListsById, leadsById, leadsOfCases, progressOf } from './leads/store';
import { workingCalendarsIn } from './life-cycle/clock';
import { eventsOfReceptions, receptionsById, receptionsOfCases } from './petitions/store';
import { alertsOf, neighborsOf, reachesByCode } from './reaches/store';
import { referralsOfCases, referralsTo } from './referrals/store';
import { gracesOf, removalsOf } from './river-patrols/store';
import { routesFor } from './routes/store';
import { correctionsOfVisits, followUpsOf, visitsById } from './visits/store';
import { weeksOf } from './waste-stamps/rules';
import { handOutsOf, revisionsOf, stampsById, stampsOf, type WasteStampRow } from './waste-stamps/store';

export const gridLoaders = ({ db, viewer, now }: Operation) => ({
  gridCase: rowLoader(
    (ids) => gridCasesById(db, ids),
    (row) => row.id,
  ),
  gridCasesIn: argumentLoader(async (places, filter: GridCaseFilter) => {
    if (!viewer) throw unauthenticated();
    return gridCasesIn(db, { viewer, now }, places, filter);
  }),
  eventsByGridCase: listLoader(
    (ids) => eventsOf(db, ids),
    (row) => row.case_id,
  ),
  gridCaseCategory: rowLoader(
    (codes) => categoriesByCode(db, codes),
    (row) => row.code,
  ),
  /** The limit of each category that holds in a place on a day. */
  gridCaseLimit: argumentLoader(async (codes, { place, day }: { place: string; day: string }) => {
    const limits = await limitsOf(db, codes, place);
    return new Map(
      codes.map((code) => [
        code,
        inEffect(
          limits.filter((limit) => limit.category === code),
          place,
          day,
        ),
      ]),
    );
  }),
  caseByPatrolFinding: rowLoader(
    (ids) => casesOfPatrolFindings(db, ids),
    (row) => row.external_id,
  ),
  duplicatesByGridCase: listLoader(
    (ids) => duplicatesOf(db, ids),
    (row) => row.duplicate_of ?? '',
  ),
  extensionsByGridCase: listLoader(
    (ids) => extensionsOf(db, ids),
    (row) => row.case_id,
  ),
  referralsByGridCase: listLoader(
    (ids) => referralsOfCases(db, ids),
    (row) => row.case_id,
  ),
  referralToGridCase: rowLoader(
    (ids) => referralsTo(db, ids),
    (row) => row.neighbor_case ?? '',
  ),
  /** The working calendar of a place by the hours that hold on a day; the key is both, with a space between. */
  workingCalendar: new DataLoader(async (keys: readonly string[]) =>
    workingCalendarsIn(db, keys.map(placeAndDay)),
  ),
  /** The unit that today's routes name; the key is a place and a category, with a space between. */
  suggestedAgency: new DataLoader(async (keys: readonly string[]) => {
    const cases = keys.map((key) => {
      const [place = '', category = ''] = key.split(' ');
      return { place, category };
    });
    return (await routesFor(db, cases, dayOf(now))).map((route) => route?.agency ?? null);
  }),
  reach: rowLoader(
    (codes) => reachesByCode(db, codes),
    (row) => row.code,
  ),
  reachesAbove: listLoader(
    (codes) => neighborsOf(db, codes, 'upstream'),
    (row) => row.of,
  ),
  reachesBelow: listLoader(
    (codes) => neighborsOf(db, codes, 'downstream'),
    (row) => row.of,
  ),
  removalsByRiverPatrol: listLoader(
    (ids) => removalsOf(db, ids),
    (row) => row.patrol_id,
  ),
  gracesByRiverRemoval: listLoader(
    (ids) => gracesOf(db, ids),
    (row) => row.removal_id,
  ),
  /** How a unit's day stood after a change of the feed. */
  gridPerformance: new DataLoader(async (questions: readonly PerformanceQuestion[]) => {
    const counts = await performedUpTo(db, questions);
    return questions.map(({ agency, day }, i) =>
      performanceOf(
        agency,
        day,
        counts.filter(({ question }) => question === i + 1),
      ),
    );
  }),
  /** The policies that may hold in a place; the key is a name and the place, with a space between. */
  policies: new DataLoader(async (keys: readonly string[]) => {
    const wanted = keys.map((key) => {
      const [name = '', place = ''] = key.split(' ');
      return { name, place };
    });
    const names = [...new Set(wanted.map(({ name }) => name))];
    const rows = await policiesOf(
      db,
      names,
      wanted.map(({ place }) => place),
    );
    return wanted.map(({ name, place }) => {
      const layers = layersOf([place]);
      return rows.filter((row) => row.name === name && layers.includes(row.jurisdiction));
    });
  }),
  grid: rowLoader(
    (codes) => gridsByCode(db, codes),
    (row) => row.code,
  ),
  leaderOfGrid: rowLoader(
    (codes) => leadersOf(db, codes, dayOf(now)),
    (row) => row.grid,
  ),
  workerCountOfGrid: rowLoader(
    (codes) => workerCountsOf(db, codes, dayOf(now)),
    (row) => row.grid,
  ),
  /** The grid command of exactly a place. */
  gridCommandAt: rowLoader(
    (places) => agenciesAbove(db, places, 'GRID_COMMAND'),
    (row) => row.jurisdiction,
  ),
  /** The grid commands of a place and of those above it, one a level, the nearest first. */
  gridCommandsAbove: new DataLoader(async (places: readonly string[]) => {
    return commandsAbove(db, places);
  }),
  lead: rowLoader(
    (ids) => leadsById(db, ids),
    (row) => row.id,
  ),
  leadOfGridCase: rowLoader(
    (ids) => leadsOfCases(db, ids),
    (row) => row.case_id ?? '',
  ),
  leadList: rowLoader(
    (ids) => leadListsById(db, ids),
    (row) => row.id,
  ),
  progressOfLeadList: new DataLoader(async (ids: readonly string[]) => {
    const found = new Map((await progressOf(db, ids, now)).map((row) => [row.list_id, row]));
    return ids.map((list_id) => found.get(list_id) ?? { ...NO_PROGRESS, list_id });
  }),
  eventsByLead: listLoader(
    (ids) => eventsOfLeads(db, ids),
    (row) => row.lead_id,
  ),
  petitionReception: rowLoader(
    (ids) => receptionsById(db, ids),
    (row) => row.id,
  ),
  petitionReceptionOfGridCase: rowLoader(
    (ids) => receptionsOfCases(db, ids),
    (row) => row.case_id ?? '',
  ),
  eventsByPetitionReception: listLoader(
    (ids) => eventsOfReceptions(db, ids),
    (row) => row.reception_id,
  ),
  householdVisit: rowLoader(
    (ids) => visitsById(db, ids),
    (row) => row.id,
  ),
  followUpsByHouseholdVisit: listLoader(
    (ids) => followUpsOf(db, ids),
    (row) => row.visit_id,
  ),
  household: rowLoader(
    (ids) => householdsById(db, ids),
    (row) => row.id,
  ),
  correctionsByHousehold: listLoader(
    (ids) => correctionsOf(db, ids),
    (row) => row.household_id,
  ),
  correctionsByHouseholdVisit: listLoader(
    (ids) => correctionsOfVisits(db, ids),
    (row) => row.visit_id,
  ),
  stamp: rowLoader(
    (ids) => stampsById(db, ids),
    (row) => row.id,
  ),
  /** The stamps of a household in a month, the earliest week first. */
  wasteStampsOf: argumentLoader(async (households, { month }: { month: string }) => {
    const weeks = weeksOf(month);
    const stamps = new Map<string, WasteStampRow[]>(households.map((id) => [id, []]));
    const span = { first: weeks[0] ?? '', last: weeks.at(-1) ?? '' };
    for (const stamp of await stampsOf(db, households, span)) stamps.get(stamp.household_id)?.push(stamp);
    return stamps;
  }),
  /** What was handed out to a household for a month. */
  wasteHandOutOf: argumentLoader(async (households, { month }: { month: string }) => {
    const given = new Map((await handOutsOf(db, households, month)).map((row) => [row.household_id, row]));
    return new Map(households.map((id) => [id, given.get(id) ?? null]));
  }),
  revisionsByWasteStamp: listLoader(
    (ids) => revisionsOf(db, ids),
    (row) => row.stamp_id,
  ),
  inspectionCampaign: rowLoader(
    (ids) => campaignsById(db, ids),
    (row) => row.id,
  ),
  inspectionFinding: rowLoader(
    (ids) => findingsById(db, ids),
    (row) => row.id,
  ),
  inspectionFindingOfGridCase: rowLoader(
    (ids) => findingsOfCases(db, ids),
    (row) => row.case_id ?? '',
  ),
  assignmentsByInspectionCampaign: listLoader(
    (ids) => assignmentsOf(db, ids),
    (row) => row.campaign_id,
  ),
  talliesByInspectionCampaign: listLoader(
    (ids) => talliesOf(db, ids),
    (row) => row.campaign_id,
  ),
  eventsByInspectionCampaign: listLoader(
    (ids) => eventsOfCampaigns(db, ids),
    (row) => row.campaign_id,
  ),
  eventsByInspectionFinding: listLoader(
    (ids) => eventsOfFindings(db, ids),
    (row) => row.finding_id,
  ),
  alertsByGridCase: listLoader(
    (ids) => alertsOf(db, ids),
    (row) => row.case_id,
  ),
});

/** How far a list is of which the viewer sees no lead. */
const NO_PROGRESS = {
  ...{ total: 0, pushed: 0, assigned: 0, confirmed: 0, unfounded: 0, unreachable: 0, overdue: 0, cases: 0 },
};

function placeAndDay(key: string): { place: string; day: string } {
  const [place = '', day = ''] = key.split(' ');
  return { place, day };
}

export type GridContext = Context<ReturnType<typeof gridLoaders>>;
