import type { Context, Operation } from '../kit/context';
import { argumentLoader, listLoader, rowLoader } from '../kit/loaders';
import { dayOf } from '../kit/time';
import { assessmentsById, assessmentsOf } from './assessments/store';
import { extensionsById, extensionsOf } from './extensions/store';
import { contactsOf, officersByAgency, officersById, officersIn } from './officers/store';
import { programsByCode } from './programs/store';
import {
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

export const personnelLoaders = ({ db, now }: Operation) => ({
  officer: rowLoader(
    (ids) => officersById(db, ids),
    (row) => row.id,
  ),
  contactByOfficer: rowLoader(
    (officers) => contactsOf(db, officers),
    (row) => row.officer,
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
  secondmentsByProgram: argumentLoader(secondmentsByProgram.bind(null, db)),
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
  secondmentProgram: rowLoader(
    (codes) => programsByCode(db, codes),
    (row) => row.code,
  ),
});

export type PersonnelContext = Context<ReturnType<typeof personnelLoaders>>;
