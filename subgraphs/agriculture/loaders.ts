import type { Context, Operation } from '../kit/context';
import { argumentLoader, listLoader, rowLoader } from '../kit/loaders';
import { dayOf } from '../kit/time';
import {
  accreditationsOfBases,
  basesById,
  basesIn,
  eventsOfAccreditations,
  productsOfBases,
  visitsOf,
} from './bases/store';
import { productsByCode, productsByParent, productsUnder } from './products/store';
import {
  limitsAt,
  parametersByCode,
  standardsById,
  standardsByProduct,
  standardsIn,
  standardVersions,
} from './standards/store';

export const agricultureLoaders = ({ db, now }: Operation) => ({
  product: rowLoader(
    (codes) => productsByCode(db, codes),
    (row) => row.code,
  ),
  productsUnder: argumentLoader(productsUnder.bind(null, db)),
  productsByParent: argumentLoader(productsByParent.bind(null, db)),
  supplyStandard: rowLoader(
    (ids) => standardsById(db, ids),
    (row) => row.id,
  ),
  standardVersions: listLoader(
    (codes) => standardVersions(db, codes),
    (row) => row.code,
  ),
  standardsIn: argumentLoader(standardsIn.bind(null, db)),
  standardsByProduct: argumentLoader(standardsByProduct.bind(null, db)),
  limitsAt: argumentLoader(limitsAt.bind(null, db)),
  standardParameter: rowLoader(
    (codes) => parametersByCode(db, codes),
    (row) => row.code,
  ),
  supplyBase: rowLoader(
    (ids) => basesById(db, ids),
    (row) => row.id,
  ),
  basesIn: argumentLoader(basesIn.bind(null, db, dayOf(now))),
  productsByBase: listLoader(
    (bases) => productsOfBases(db, bases),
    (row) => row.base_id,
  ),
  accreditationsByBase: listLoader(
    (bases) => accreditationsOfBases(db, bases),
    (row) => row.base_id,
  ),
  visitsByAccreditation: listLoader(
    (accreditations) => visitsOf(db, accreditations),
    (row) => row.accreditation_id,
  ),
  eventsByAccreditation: listLoader(
    (accreditations) => eventsOfAccreditations(db, accreditations),
    (row) => row.accreditation_id,
  ),
});

export type AgricultureContext = Context<ReturnType<typeof agricultureLoaders>>;
