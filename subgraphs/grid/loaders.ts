import DataLoader from 'dataloader';
import type { Context, Operation } from '../kit/context';
import { unauthenticated } from '../kit/errors';
import { inEffect } from '../kit/in-effect';
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
import {
  assignmentsOf,
  campaignsById,
  eventsOfCampaigns,
  eventsOfFindings,
  findingsById,
  findingsOfCases,
  talliesOf,
} from './inspections/store';
import { workingCalendarsIn } from './life-cycle/clock';
import { alertsOf, neighborsOf, reachesByCode } from './reaches/store';
import { referralsOfCases, referralsTo } from './referrals/store';
import { gracesOf, removalsOf } from './river-patrols/store';
import { routesFor } from './routes/store';

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

function placeAndDay(key: string): { place: string; day: string } {
  const [place = '', day = ''] = key.split(' ');
  return { place, day };
}

export type GridContext = Context<ReturnType<typeof gridLoaders>>;
