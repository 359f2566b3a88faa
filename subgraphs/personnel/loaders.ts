import DataLoader from 'dataloader';
import type { Context, Operation } from '../kit/context';
import { argumentLoader, listLoader, rowLoader } from '../kit/loaders';
import { dayOf } from '../kit/time';
import { assessmentsById, assessmentsOf } from './assessments/store';
import { conductLoaders } from './conduct/loaders';
import { extensionsById, extensionsOf } from './extensions/store';
import { housingOf } from './housing/store';
import { laborMarketLoaders } from './labor-market/market';
import { laborStatisticsLoaders } from './labor-statistics/loaders';
import { liaisonsById } from './liaisons/store';
import { mentorsOf } from './mentors/store';
import { transfersById } from './officer-transfers/store';
import { contactsOf, officerEventsOf, officersByAgency, officersById, officersIn } from './officers/store';
import {
  adoptionsOf,
  outcomesOf,
  practicesById,
  practicesIn,
  practicesOf,
  topicsByCode,
} from './practices/store';
import { programsByCode } from './programs/store';
import { reportEventsOf, reportsById, reportsOf } from './reports/store';
import {
  countsByProgram,
  eventsOf,
  partyAmong,
  searchSecondments,
  secondmentsById,
  secondmentsByOfficer,
  secondmentsByProgram,
  secondmentsHostedIn,
  secondmentsSentFrom,
  stintsOf,
} from './secondments/store';
import { subsidyPolicies } from './subsidies/statement';

export const personnelLoaders = ({ db, now }: Operation) => ({
  ...conductLoaders(db),
  officer: rowLoader(
    (ids) => officersById(db, ids),
    (row) => row.id,
  ),
  contactByOfficer: rowLoader(
    (officers) => contactsOf(db, officers),
    (row) => row.officer,
  ),
  eventsByOfficer: listLoader(
    (officers) => officerEventsOf(db, officers),
    (row) => row.officer,
  ),
  officerTransfer: rowLoader(
    (ids) => transfersById(db, ids),
    (row) => row.id,
  ),
  officersIn: argumentLoader(officersIn.bind(null, db)),
  officersByAgency: argumentLoader(officersByAgency.bind(null, db)),
  secondment: rowLoader(
    (ids) => secondmentsById(db, ids),
    (row) => row.id,
  ),
  /** Null for a posting to whose conduct the viewer is no party. */
  isParty: rowLoader(
    (ids) => partyAmong(db, ids),
    (row) => row.id,
  ),
  secondmentsFound: argumentLoader(searchSecondments.bind(null, db, dayOf(now))),
  secondmentsHostedIn: argumentLoader(secondmentsHostedIn.bind(null, db)),
  secondmentsSentFrom: argumentLoader(secondmentsSentFrom.bind(null, db)),
  secondmentsByOfficer: argumentLoader(secondmentsByOfficer.bind(null, db)),
  secondmentsByProgram: argumentLoader(secondmentsByProgram.bind(null, db, dayOf(now))),
  stintsBySecondment: listLoader(
    (secondments) => stintsOf(db, secondments),
    (row) => row.secondment,
  ),
  eventsBySecondment: listLoader(
    (secondments) => eventsOf(db, secondments),
    (row) => row.secondment,
  ),
  assessment: rowLoader(
    (ids) => assessmentsById(db, ids),
    (row) => row.id,
  ),
  assessmentsBySecondment: listLoader(
    (secondments) => assessmentsOf(db, secondments),
    (row) => row.secondment,
  ),
  extension: rowLoader(
    (ids) => extensionsById(db, ids),
    (row) => row.id,
  ),
  extensionsBySecondment: listLoader(
    (secondments) => extensionsOf(db, secondments),
    (row) => row.secondment,
  ),
  mentorsBySecondment: listLoader(
    (secondments) => mentorsOf(db, secondments),
    (row) => row.secondment,
  ),
  report: rowLoader(
    (ids) => reportsById(db, ids),
    (row) => row.id,
  ),
  reportsBySecondment: listLoader(
    (secondments) => reportsOf(db, secondments),
    (row) => row.secondment,
  ),
  eventsByReport: listLoader(
    (reports) => reportEventsOf(db, reports),
    (row) => row.report,
  ),
  housingBySecondment: listLoader(
    (secondments) => housingOf(db, secondments),
    (row) => row.secondment,
  ),
  /** What reads the policies of subsidies in a place, by one statement for all places asked for. */
  subsidyPolicies: new DataLoader(async (places: readonly string[]) => {
    const policy = await subsidyPolicies(db, places);
    return places.map(() => policy);
  }),
  workTopic: rowLoader(
    (codes) => topicsByCode(db, codes),
    (row) => row.code,
  ),
  practice: rowLoader(
    (ids) => practicesById(db, ids),
    (row) => row.id,
  ),
  practicesIn: argumentLoader(practicesIn.bind(null, db)),
  practicesBySecondment: listLoader(
    (secondments) => practicesOf(db, secondments),
    (row) => row.secondment,
  ),
  adoptionsByPractice: listLoader(
    (practices) => adoptionsOf(db, practices),
    (row) => row.practice,
  ),
  outcomesByPractice: listLoader(
    (practices) => outcomesOf(db, practices),
    (row) => row.practice,
  ),
  liaison: rowLoader(
    (ids) => liaisonsById(db, ids),
    (row) => row.id,
  ),
  countsByProgram: listLoader(
    (programs) => countsByProgram(db, programs),
    (row) => row.program,
  ),
  secondmentProgram: rowLoader(
    (codes) => programsByCode(db, codes),
    (row) => row.code,
  ),
  ...laborStatisticsLoaders(db),
  ...laborMarketLoaders(db),
});

export type PersonnelContext = Context<ReturnType<typeof personnelLoaders>>;
