import type { Db } from '../../kit/database';
import { refuse, type Violations } from '../../kit/errors';
import { policiesOf, policyValue } from '../../kit/in-effect';
import { dayOf } from '../../kit/time';
import { hasFunction, mayActIn, type Viewer } from '../../kit/viewer';
import { GROWERS_FUNCTIONS, unknownProduct } from '../bases/rules';
import { basesById, productsOfBases, type SupplyBaseRow } from '../bases/store';
import type { AgricultureContext } from '../loaders';
import { productsByCode } from '../products/store';
import type { BatchTestInput, RecordBatchInput } from '../schema-types';
import { versionInForce } from '../standards/rules';
import { parametersByCode, type SupplyStandardRow, standardVersions } from '../standards/store';
import {
  type BatchRecord,
  checkBatch,
  checkYield,
  hashOf,
  type Measurements,
  type TestRecord,
  YIELD_POLICY,
  yieldOf,
} from './rules';
import { batchOfCode, insertBatch, insertEvent, insertMeasurements, type SupplyBatchRow } from './store';

const testOf = (test: BatchTestInput): TestRecord => ({
  parameter: test.parameter,
  value: test.value ?? null,
  unit: test.unit,
  limitOfQuantification: test.limitOfQuantification ?? null,
  uncertainty: test.uncertainty ?? null,
  residueDefinition: test.residueDefinition?.trim() || null,
  method: test.method.trim(),
  laboratory: test.laboratory.trim(),
  testedOn: test.testedOn,
});

/** What an input says was measured. */
export const measurementsOf = (input: {
  tests?: readonly BatchTestInput[] | null;
  samples?: { unitWeightsGrams: readonly number[] } | null;
}): Measurements => ({
  tests: (input.tests ?? []).map(testOf),
  weights: input.samples?.unitWeightsGrams ?? [],
});

/** The units of the parameters that are named and exist. */
export async function unitsOf(
  db: Db,
  { tests }: Measurements,
  applied: readonly string[] = [],
): Promise<ReadonlyMap<string, string>> {
  const named = [...new Set([...applied, ...tests.map(({ parameter }) => parameter)])];
  return new Map((await parametersByCode(db, named)).map(({ code, unit }) => [code, unit]));
}

/** The version of a standard in force on a day, for a batch that names it; adds a violation when there is none. */
export async function standardFor(
  db: Db,
  violations: Violations,
  code: string | null,
  day: string,
  path: (string | number)[] = ['standard'],
): Promise<SupplyStandardRow | null> {
  if (code === null) return null;
  const version = versionInForce(await standardVersions(db, [code]), day);
  if (!version) {
    violations.add('NOT_FOUND', path, {
      en: `No version of a standard "${code}" is in force on ${day}. Look under supplyStandards.`,
      zh: `标准“${code}”在 ${day} 没有现行版本，请在标准列表中查询。`,
    });
  }
  return version;
}

/** Whether the viewer's unit records what a base harvests. */
const mayRecord = (viewer: Viewer, base: SupplyBaseRow): boolean =>
  base.registered_by === viewer.agency ||
  (hasFunction(viewer, GROWERS_FUNCTIONS) && mayActIn(viewer, base.jurisdiction));

/** Records a batch; the same one sent again is answered as before. Throws a `Refusal` with every violation. */
export async function recordBatch(
  context: AgricultureContext,
  input: RecordBatchInput,
): Promise<SupplyBatchRow> {
  const { signedIn: viewer, now } = context;
  const batch: BatchRecord = {
    ...{ baseId: input.baseId, product: input.product, code: input.code.trim() },
    ...{ harvestedOn: input.harvestedOn, quantityKg: input.quantityKg, destination: input.destination },
    ...{ standard: input.standard ?? null, appliedPesticides: [...new Set(input.appliedPesticides ?? [])] },
    ...{ ...measurementsOf(input), at: input.at ?? now },
  };
  const { at: _, ...content } = batch;
  const contentHash = hashOf(content);
  return context.write(async (db) => {
    const units = await unitsOf(db, batch, batch.appliedPesticides);
    const violations = checkBatch(batch, { now, units });
    const base = await checkOrigin(db, violations, batch, viewer);
    const standard = await standardFor(db, violations, batch.standard, dayOf(batch.at));
    violations.throwIfAny();
    if (!base) throw new Error('a missing base is a violation');
    const act = { user: viewer.user, agency: viewer.agency, at: batch.at, now };
    const row = await insertBatch(
      db,
      {
        ...{ code: batch.code, base_id: base.id, base_place: base.jurisdiction, product: batch.product },
        ...{ quantity_kg: String(batch.quantityKg), harvested_on: batch.harvestedOn },
        ...{ destination: batch.destination, standard: standard?.code ?? null },
        ...{ standard_issuer: standard?.issuer ?? null, content_hash: contentHash },
        applied_pesticides: [...batch.appliedPesticides],
      },
      act,
    );
    if (row) {
      await measure(db, row.id, batch, act);
      return row;
    }
    const present = await batchOfCode(db, viewer.agency, batch.code);
    return present?.content_hash === contentHash ? present : refuse('CONFLICT', ['code'], codeTaken);
  });
}

export const codeTaken = {
  en: 'Your unit has recorded another batch under this code. Batches are not changed: take another code, or correct its events.',
  zh: '本单位已用该批次号登记其他批次。批次不可修改，请更换批次号，或更正其事件。',
};

/** Stores what was measured as an event of its own; does nothing when nothing was, or when it is there already. */
export async function measure(
  db: Db,
  batch: string,
  measured: Measurements,
  act: { user: string; agency: string; at: Date; now: Date },
): Promise<void> {
  if (measured.tests.length === 0 && measured.weights.length === 0) return;
  const detail = { tests: measured.tests, weights: measured.weights };
  const event = await insertEvent(db, batch, { kind: 'TESTED', detail }, act);
  if (event) await insertMeasurements(db, batch, event, measured);
}

/** Adds what is wrong with where a batch is said to come from. Answers the base when there is one. */
async function checkOrigin(
  db: Db,
  violations: Violations,
  batch: BatchRecord,
  viewer: Viewer,
): Promise<SupplyBaseRow | null> {
  const [base] = await basesById(db, [batch.baseId]);
  const [product] = await productsByCode(db, [batch.product]);
  if (!product) violations.add('NOT_FOUND', ['product'], unknownProduct(batch.product));
  if (!base) {
    violations.add('NOT_FOUND', ['baseId'], {
      en: 'There is no such base. Look it up under supplyBases, or register it first.',
      zh: '不存在该基地，请在基地列表中查询，或先登记。',
    });
    return null;
  }
  if (!mayRecord(viewer, base)) {
    violations.add('NOT_ALLOWED', ['baseId'], {
      en: 'Only the unit that registered the base, or a department of agriculture above it, records its batches.',
      zh: '仅登记该基地的单位或上级农业农村部门可以登记其批次。',
    });
  }
  if (product) {
    const supplied = await productsOfBases(db, [base.id]);
    if (!supplied.some(({ code }) => product.lineage.includes(code))) {
      violations.add('INVALID', ['product'], {
        en: `The base does not supply ${product.code}. Look at its products.`,
        zh: `该基地未登记供应 ${product.code}，请查看基地的供应产品。`,
      });
    }
    const place = base.jurisdiction;
    const yieldKg = policyValue(
      await policiesOf(db, [YIELD_POLICY], [place]),
      YIELD_POLICY,
      { place, day: batch.harvestedOn },
      (value) => yieldOf(value, product.lineage),
    );
    checkYield(violations, batch, { areaMu: base.area_mu, yieldKg });
  }
  return base;
}
