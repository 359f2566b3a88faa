import type { Context, Operation } from '../kit/context';
import { argumentLoader, listLoader, rowLoader } from '../kit/loaders';
import {
  applicantsOf,
  applicationsById,
  applicationsIn,
  businessesByCode,
  eventsOf,
  materialsOf,
} from './applications/store';
import { materialListOf, proceduresById, proceduresOf, requiredFunctionsOf } from './procedures/store';

export const tourismLoaders = ({ db }: Operation) => ({
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
  business: rowLoader(
    (codes) => businessesByCode(db, codes),
    (row) => row.code,
  ),
});

export type TourismContext = Context<ReturnType<typeof tourismLoaders>>;
