import { randomUUID } from 'node:crypto';
import { type Domain, probesOf, ROWS, type Sample } from './outcomes';

const batch: Sample = {
  ...{ item: 'agriculture.batches', provider: '330421-AGRI' },
  ...{ named: '320000-AGRI', place: '330000-AGRI' },
};
const BATCH = randomUUID();
const BASE = randomUUID();
const MARK = '访问表样例';
const consistency = (selection: string) => `{ specConsistency(baseId: "${BASE}", product: "SWEET_POTATO_MINI",
  parameter: "UNIT_WEIGHT", from: "2026-11-01", to: "2026-11-30") { ${selection} } }`;
const ofBatch = (selection: string) => `{ supplyBatch(id: "${BATCH}") { ${selection} } }`;
const batchesPage = (selection: string) => `{ supplyBatches(code: "${MARK}") { ${selection} } }`;

/** Who sees what of the domain. */
const table: Domain['table'] = {
  ...probesOf(batch, ROWS, {
    'Query.supplyBatch': ofBatch('id'),
    'Query.supplyBatches': batchesPage('edges { node { id } }'),
    'Query.specConsistency': consistency('samples'),
    SpecConsistency: consistency('month'),
    SupplyBatch: ofBatch('quantityKg'),
    SupplyBatchConnection: batchesPage('pageInfo { endCursor }'),
    SupplyBatchEdge: batchesPage('edges { cursor }'),
    BatchTest: ofBatch('tests { method }'),
    BatchEvent: ofBatch('events { actor }'),
    BatchTrace: ofBatch('trace { recipients }'),
    TracedBatch: ofBatch('trace { batches { distance } }'),
    BatchCompliance: ofBatch('compliance(on: "2026-11-10") { verdict }'),
    BatchCheck: ofBatch('compliance(on: "2026-11-10") { checks { explanation } }'),
  }),
};

const store: Domain['store'] = async (hub) => {
  await hub.build('agriculture', async (db) => {
    const [day, at, agency] = ['2026-11-02', '2026-11-03T02:00:00Z', batch.provider];
    const [jurisdiction, product] = ['330421111', 'SWEET_POTATO_MINI'];
    await db('supply_bases').insert({
      ...{ id: BASE, name: MARK, jurisdiction, operator: '试验合作社', area_mu: 90 },
      ...{ registered_by: agency, registered_at: at },
    });
    await db('batches').insert({
      ...{ id: BATCH, code: MARK, base_id: BASE, base_place: jurisdiction, product, quantity_kg: 500 },
      ...{ harvested_on: day, destination: '320500', standard: 'JS-LEAFVEG', standard_issuer: batch.named },
      ...{
        applied_pesticides: ['PESTICIDE_A'],
        status: 'IN_TRANSIT',
        recorded_by: agency,
        recorded_at: at,
      },
      content_hash: '',
    });
    const event = { batch_id: BATCH, at, recorded_at: at, actor: '王', agency };
    await db('batch_events').insert([
      { ...event, id: '1', ordinal: 1, kind: 'TESTED' },
      { ...event, id: '2', ordinal: 2, kind: 'SHIPPED', recipient: '某市场' },
    ]);
    await db('batch_samples').insert({ batch_id: BATCH, event_id: '1', weights: [150] });
    await db('batch_tests').insert({
      ...{ id: randomUUID(), batch_id: BATCH, event_id: '1', parameter: 'PESTICIDE_A', value: 0.01 },
      ...{ unit: 'mg/kg', residue_definition: 'A', method: 'GB', laboratory: '某所', tested_on: day },
    });
  });
};

export const agriculture: Domain = { samples: [batch], table, store };
