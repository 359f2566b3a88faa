import { loadExisting } from '../../kit/loaders';
import { payload } from '../../kit/payload';
import type { Resolvers } from '../schema-types';
import { recordBatch } from './record';
import {
  correctBatchEvent,
  mergeBatches,
  recallBatch,
  receiveBatch,
  recordBatchTests,
  shipBatch,
  splitBatch,
} from './step';
import { batchesIn } from './store';
import { traceBatch } from './trace';

export const batches: Resolvers = {
  Query: {
    supplyBatch: (_, { id }, { loaders }) => loaders.supplyBatch.load(id),
    supplyBatches: (_, filter, { db }) => batchesIn(db, filter),
  },
  Mutation: {
    recordBatch: (_, { input }, context) => payload('batch', context, recordBatch(context, input)),
    recordBatchTests: (_, { input }, context) => payload('batch', context, recordBatchTests(context, input)),
    shipBatch: (_, { input }, context) => payload('batch', context, shipBatch(context, input)),
    receiveBatch: (_, { input }, context) => payload('batch', context, receiveBatch(context, input)),
    correctBatchEvent: (_, { input }, context) =>
      payload('batch', context, correctBatchEvent(context, input)),
    splitBatch: (_, { input }, context) => payload('batch', context, splitBatch(context, input)),
    mergeBatches: (_, { input }, context) => payload('batch', context, mergeBatches(context, input)),
    recallBatch: (_, { input }, context) => payload('batch', context, recallBatch(context, input)),
  },
  SupplyBatch: {
    __resolveReference: ({ id }, { loaders }) => loaders.supplyBatch.load(id),
    base: ({ base_id }, _, { loaders }) =>
      base_id === null ? null : loadExisting(loaders.supplyBase, base_id),
    product: ({ product }, _, { loaders }) => loadExisting(loaders.product, product),
    quantityKg: (batch) => Number(batch.quantity_kg),
    harvestedOn: (batch) => batch.harvested_on,
    destination: ({ destination }) => ({ code: destination }),
    buyerStandard: ({ standard }) => standard,
    appliedPesticides: (batch) => batch.applied_pesticides,
    recordedBy: (batch) => ({ code: batch.recorded_by }),
    recordedAt: (batch) => batch.recorded_at,
    tests: ({ id }, _, { loaders }) => loaders.testsByBatch.load(id),
    unitWeightsGrams: async ({ id }, _, { loaders }) =>
      (await loaders.weightsByBatch.load(id)).flatMap(({ weights }) => weights.map(Number)),
    events: ({ id }, _, { loaders }) => loaders.eventsByBatch.load(id),
    parents: ({ id }, _, { loaders }) => loaders.batchParents.load(id),
    children: ({ id }, _, { loaders }) => loaders.batchChildren.load(id),
    trace: ({ id }, { direction }, { db }) => traceBatch(db, id, direction ?? 'FORWARD'),
  },
  BatchTest: {
    parameter: ({ parameter }, _, { loaders }) => loadExisting(loaders.standardParameter, parameter),
    value: ({ value }) => (value === null ? null : Number(value)),
    limitOfQuantification: (test) =>
      test.limit_of_quantification === null ? null : Number(test.limit_of_quantification),
    uncertainty: ({ uncertainty }) => (uncertainty === null ? null : Number(uncertainty)),
    residueDefinition: (test) => test.residue_definition,
    testedOn: (test) => test.tested_on,
    isStruck: (test) => test.is_struck,
  },
  BatchEvent: {
    recordedAt: (event) => event.recorded_at,
    agency: ({ agency }) => ({ code: agency }),
    quantityKg: (event) => (event.quantity_kg === null ? null : Number(event.quantity_kg)),
  },
};
