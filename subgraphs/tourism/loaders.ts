import { loadWorkingCalendar } from '../kit/calendar-days';
import type { Context, Operation } from '../kit/context';
import { agenciesAbove, agenciesByCode, nearestOf } from '../kit/directory';
import { numberPolicy, policiesOf, policyValue } from '../kit/in-effect';
import { argumentLoader, listLoader, rowLoader } from '../kit/loaders';
import { dayOf } from '../kit/time';
import type { WorkingCalendar } from '../kit/working-calendar';
import { REVIEW_OFFICE } from './applications/rules';
import {
  applicantsOf,
  applicationsById,
  applicationsForPremises,
  applicationsIn,
  businessesByCode,
  eventsOf,
  materialsOf,
  refilingsOf,
} from './applications/store';
import {
  certificatesOf,
  conditionsById,
  conditionsOf,
  decisionsOf,
  opinionsOf,
  recusalsOf,
} from './decisions/store';
import { TARGET_POLICY } from './durations/rules';
import { findingsById, findingsOf, findingsOnConditions, patrolsById } from './patrols/store';
import { materialListOf, proceduresById, proceduresOf, requiredFunctionsOf } from './procedures/store';
import { agendaItemsOf, agendaOf, attendanceOf, sessionsById } from './sessions/store';

/** A value that is made when it is first asked for, once. */
function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let value: Promise<Value> | null = null;
  return () => {
    value ??= make();
    return value;
  };
}

export const tourismLoaders = ({ db, now }: Operation) => ({
  calendar: once<WorkingCalendar>(() => loadWorkingCalendar(db)),
  reviewProcedure: rowLoader(
    (ids) => proceduresById(db, ids),
    (row) => row.id,
  ),
  proceduresByJurisdiction: listLoader(
    (codes) => proceduresOf(db, codes),
    (row) => row.jurisdiction,
  ),
  functionsByProcedure: listLoader(
    (ids) => requiredFunctionsOf(db, ids),
    (row) => row.procedure_id,
  ),
  materialsByProcedure: listLoader(
    (ids) => materialListOf(db, ids),
    (row) => row.procedure_id,
  ),
  licenseApplication: rowLoader(
    (ids) => applicationsById(db, ids),
    (row) => row.id,
  ),
  applicationsIn: argumentLoader(applicationsIn.bind(null, db)),
  materialsByApplication: listLoader(
    (ids) => materialsOf(db, ids),
    (row) => row.application_id,
  ),
  eventsByApplication: listLoader(
    (ids) => eventsOf(db, ids),
    (row) => row.application_id,
  ),
  applicantByApplication: rowLoader(
    (ids) => applicantsOf(db, ids),
    (row) => row.application_id,
  ),
  refilingByOriginal: rowLoader(
    (ids) => refilingsOf(db, ids),
    (row) => row.refiling_of ?? '',
  ),
  premisesHistory: argumentLoader(applicationsForPremises.bind(null, db)),
  reviewSession: rowLoader(
    (ids) => sessionsById(db, ids),
    (row) => row.id,
  ),
  agenda: argumentLoader(agendaOf.bind(null, db)),
  itemsBySession: listLoader(
    (ids) => agendaItemsOf(db, ids),
    (row) => row.session_id,
  ),
  attendanceBySession: listLoader(
    (ids) => attendanceOf(db, ids),
    (row) => row.session_id,
  ),
  opinionsByApplication: listLoader(
    (ids) => opinionsOf(db, ids),
    (row) => row.application_id,
  ),
  recusalsByApplication: listLoader(
    (ids) => recusalsOf(db, ids),
    (row) => row.application_id,
  ),
  decisionByApplication: rowLoader(
    (ids) => decisionsOf(db, ids),
    (row) => row.application_id,
  ),
  decisionCondition: rowLoader(
    (ids) => conditionsById(db, ids),
    (row) => row.id,
  ),
  conditionsByApplication: listLoader(
    (ids) => conditionsOf(db, ids),
    (row) => row.application_id,
  ),
  certificateByApplication: rowLoader(
    (ids) => certificatesOf(db, ids),
    (row) => row.application_id,
  ),
  scenicPatrol: rowLoader(
    (ids) => patrolsById(db, ids),
    (row) => row.id,
  ),
  patrolFinding: rowLoader(
    (ids) => findingsById(db, ids),
    (row) => row.id,
  ),
  findingsByPatrol: listLoader(
    (ids) => findingsOf(db, ids),
    (row) => row.patrol_id,
  ),
  findingsByCondition: listLoader(
    (ids) => findingsOnConditions(db, ids),
    (row) => row.condition_id,
  ),
  agency: rowLoader(
    (codes) => agenciesByCode(db, codes),
    (row) => row.code,
  ),
  officeByTown: rowLoader(
    async (towns) => {
      const offices = await agenciesAbove(db, towns, REVIEW_OFFICE);
      return towns.map((town) => ({ town, code: nearestOf(offices, town)?.code ?? null }));
    },
    (row) => row.town,
  ),
  targetByTown: rowLoader(
    async (towns) => {
      const rows = await policiesOf(db, [TARGET_POLICY], towns);
      const day = dayOf(now);
      return towns.map((town) => ({
        town,
        days: policyValue(rows, TARGET_POLICY, { place: town, day }, numberPolicy),
      }));
    },
    (row) => row.town,
  ),
  business: rowLoader(
    (codes) => businessesByCode(db, codes),
    (row) => row.code,
  ),
});

export type TourismContext = Context<ReturnType<typeof tourismLoaders>>;
