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
import { batchesById, eventsOf, neighborsOf, testsOf, weightsOf } from './batches/store';
import { certificatesOf } from './certificates/store';
import { applicableLimits, type Judged, keyOf } from './compliance/store';
import { milestonesOf, offersOf, rowsById } from './matchmaking/store';
import { productsByCode, productsByParent, productsUnder } from './products/store';
import {
  limitsAt,
  parametersByCode,
  standardsById,
  standardsByProduct,
  standardsIn,
  standardVersions,
  statedLimitsOf,
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
  statedLimits: argumentLoader(statedLimitsOf.bind(null, db)),
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
  supplyEvent: rowLoader(
    (ids) => rowsById(db, 'supply_events', ids),
    (row) => row.id,
  ),
  salesChannel: rowLoader(
    (ids) => rowsById(db, 'sales_channels', ids),
    (row) => row.id,
  ),
  offersByEvent: listLoader(
    (events) => offersOf(db, events),
    (row) => row.event_id,
  ),
  milestonesByProject: listLoader(
    (projects) => milestonesOf(db, projects),
    (row) => row.project_id,
  ),
  supplyBatch: rowLoader(
    (ids) => batchesById(db, ids),
    (row) => row.id,
  ),
  testsByBatch: listLoader(
    (batches) => testsOf(db, batches),
    (row) => row.batch_id,
  ),
  weightsByBatch: listLoader(
    (batches) => weightsOf(db, batches),
    (row) => row.batch_id,
  ),
  eventsByBatch: listLoader(
    (batches) => eventsOf(db, batches),
    (row) => row.batch_id,
  ),
  batchParents: listLoader(
    (batches) => neighborsOf(db, batches, 'parent'),
    (row) => row.of,
  ),
  batchChildren: listLoader(
    (batches) => neighborsOf(db, batches, 'child'),
    (row) => row.of,
  ),
  certificatesByBatch: listLoader(
    (batches) => certificatesOf(db, batches),
    (row) => row.batch_id,
  ),
  ...limitsLoader(db),
  visitsByAccreditation: listLoader(
    (accreditations) => visitsOf(db, accreditations),
    (row) => row.accreditation_id,
  ),
  eventsByAccreditation: listLoader(
    (accreditations) => eventsOfAccreditations(db, accreditations),
    (row) => row.accreditation_id,
  ),
});

/** Limits by what is asked about, whose parts its key holds. */
function limitsLoader(db: Operation['db']) {
  const asked = new Map<string, Judged>();
  const byKey = listLoader(
    (keys: readonly string[]) =>
      applicableLimits(
        db,
        keys.flatMap((key) => asked.get(key) ?? []),
      ),
    (row) => row.key,
  );
  return {
    applicableLimits: (judged: Judged) => {
      const key = keyOf(judged);
      asked.set(key, judged);
      return byKey.load(key);
    },
  };
}

export type AgricultureContext = Context<ReturnType<typeof agricultureLoaders>>;
