import type { Db } from '../../kit/database';
import { refuse, Violations } from '../../kit/errors';
import { dayOf } from '../../kit/time';
import { hasFunction, mayActIn, type Viewer } from '../../kit/viewer';
import { GROWERS_FUNCTIONS } from '../bases/rules';
import { markCertificates } from '../certificates/store';
import type { AgricultureContext } from '../loaders';
import { decimal, written } from '../measures';
import type {
  CorrectBatchEventInput,
  MergeBatchesInput,
  ReceiveBatchInput,
  RecordBatchTestsInput,
  ShipBatchInput,
  SplitBatchInput,
} from '../schema-types';
import { codeTaken, measure, measurementsOf, standardFor, unitsOf } from './record';
import {
  type BatchStep,
  CORRECTABLE,
  checkCode,
  checkMeasurements,
  checkQuantity,
  checkReason,
  checkRecipient,
  checkStep,
  checkSum,
  hashOf,
  quantityAfter,
  STEPS,
  statusAfter,
} from './rules';
import {
  type Act,
  batchOfCode,
  changeBatch,
  type EventDetails,
  eventsOf,
  hasEvent,
  idOfEvent,
  inherit,
  insertBatch,
  insertEvent,
  lockedBatches,
  type SupplyBatchRow,
  strike,
  traceOf,
} from './store';

type Locked = SupplyBatchRow & { latest: Date };

/** Functions whose units act for the market of a batch's destination. */
const MARKET_FUNCTIONS = ['VEGETABLE_MARKET_STANDARDS', 'GENERAL_GOVERNMENT'] as const;

/** Who may do something to a batch that the viewer's unit is a party to. */
const isGrower = (viewer: Viewer, batch: SupplyBatchRow): boolean =>
  batch.recorded_by === viewer.agency ||
  (hasFunction(viewer, GROWERS_FUNCTIONS) && mayActIn(viewer, batch.base_place));
const isMarket = (viewer: Viewer, batch: SupplyBatchRow): boolean =>
  batch.standard_issuer === viewer.agency ||
  (hasFunction(viewer, MARKET_FUNCTIONS) && mayActIn(viewer, batch.destination));

const ACTORS = {
  TESTED: (viewer, batch) => isGrower(viewer, batch) || isMarket(viewer, batch),
  SHIPPED: (viewer, batch) =>
    isGrower(viewer, batch) || (batch.status === 'RECEIVED' && isMarket(viewer, batch)),
  RECEIVED: (viewer, batch) => isMarket(viewer, batch) || isGrower(viewer, batch),
  DIVIDED: (viewer, batch) =>
    isGrower(viewer, batch) || (batch.status === 'RECEIVED' && isMarket(viewer, batch)),
  MERGED: (viewer, batch) =>
    isGrower(viewer, batch) || (batch.status === 'RECEIVED' && isMarket(viewer, batch)),
  CERTIFIED: isGrower,
  CORRECTED: () => true,
  RECALLED: (viewer, batch) => isGrower(viewer, batch) || isMarket(viewer, batch),
} as const satisfies Record<BatchStep, (viewer: Viewer, batch: SupplyBatchRow) => boolean>;

export const noSuchBatch = {
  en: 'There is no such batch, or none for your unit. Look under supplyBatches.',
  zh: '不存在该批次，或本单位无权查看，请在批次列表中查询。',
};

const anotherWasFaster = {
  en: 'Someone else changed the batch at the same moment. Look at it again.',
  zh: '该批次刚被他人办理，请重新查看。',
};

const mayNot = {
  en: 'Your unit reads this batch but does not act for its base, its market or its buyer.',
  zh: '本单位可以查看该批次，但不是其产地、市场或采购方的办理单位。',
};

/** A batch, kept for this transaction, for a step that the viewer's unit may take; refuses otherwise. */
export async function batchFor(db: Db, id: string, viewer: Viewer, step: BatchStep): Promise<Locked> {
  const [batch] = await lockedBatches(db, [id]);
  if (!batch) return refuse('NOT_FOUND', ['batchId'], noSuchBatch);
  return ACTORS[step](viewer, batch) ? batch : refuse('NOT_ALLOWED', ['batchId'], mayNot);
}

/** Whether the same event came before. Then the batch is answered as it is. */
const isRepeated = (db: Db, batch: SupplyBatchRow, details: EventDetails, act: Act): Promise<boolean> =>
  hasEvent(db, batch.id, idOfEvent(batch.id, details, act));

async function change(
  db: Db,
  batch: SupplyBatchRow,
  changes: Parameters<typeof changeBatch>[2],
): Promise<SupplyBatchRow> {
  return (await changeBatch(db, batch, changes)) ?? refuse('CONFLICT', ['batchId'], anotherWasFaster);
}

const actOf = ({ signedIn: { user, agency }, now }: AgricultureContext, at?: Date | null): Act => ({
  ...{ user, agency, at: at ?? now, now },
});

/** Adds what was measured. Throws a `Refusal` with every violation. */
export async function recordBatchTests(
  context: AgricultureContext,
  input: RecordBatchTestsInput,
): Promise<SupplyBatchRow> {
  const act = actOf(context, input.at);
  const measured = measurementsOf(input);
  return context.write(async (db) => {
    const batch = await batchFor(db, input.batchId, context.signedIn, 'TESTED');
    const detail = { tests: measured.tests, weights: measured.weights };
    if (await isRepeated(db, batch, { kind: 'TESTED', detail }, act)) return batch;
    const violations = new Violations();
    checkStep(violations, batch, { step: 'TESTED', ...act });
    if (measured.tests.length === 0 && measured.weights.length === 0) {
      violations.add('REQUIRED', ['tests'], {
        en: 'Nothing was measured. Give results or samples.',
        zh: '没有检测结果或抽样，请填写。',
      });
    }
    const units = await unitsOf(db, measured);
    checkMeasurements(violations, measured, { harvestedOn: batch.harvested_on, at: act.at, units });
    violations.throwIfAny();
    await measure(db, batch.id, measured, act);
    return batch;
  });
}

/** Sends a batch on its way. Throws a `Refusal`. */
export async function shipBatch(context: AgricultureContext, input: ShipBatchInput): Promise<SupplyBatchRow> {
  const { batchId, recipient, destination } = input;
  return context.write(async (db) =>
    ship(
      db,
      await batchFor(db, batchId, context.signedIn, 'SHIPPED'),
      { recipient: recipient.trim(), destination },
      actOf(context, input.at),
    ),
  );
}

/** The same of a batch that is kept for the transaction. */
export async function ship(
  db: Db,
  batch: Locked,
  { recipient, destination }: { recipient: string; destination?: string | null },
  act: Act,
): Promise<SupplyBatchRow> {
  const details = { kind: 'SHIPPED', recipient, quantityKg: batch.quantity_kg } as const;
  if (await isRepeated(db, batch, details, act)) return batch;
  const violations = new Violations();
  checkStep(violations, batch, { step: 'SHIPPED', ...act });
  checkRecipient(violations, recipient);
  violations.throwIfAny();
  const shipped = await change(db, batch, { status: STEPS.SHIPPED.to, ...(destination && { destination }) });
  await insertEvent(db, batch.id, details, act);
  return shipped;
}

/** Says that a batch has arrived. Throws a `Refusal`. */
export async function receiveBatch(
  context: AgricultureContext,
  input: ReceiveBatchInput,
): Promise<SupplyBatchRow> {
  const { batchId, quantityKg } = input;
  return context.write(async (db) =>
    receive(
      db,
      await batchFor(db, batchId, context.signedIn, 'RECEIVED'),
      { quantityKg },
      actOf(context, input.at),
    ),
  );
}

/** The same of a batch that is kept for the transaction. */
export async function receive(
  db: Db,
  batch: Locked,
  { quantityKg }: { quantityKg?: number | null },
  act: Act,
): Promise<SupplyBatchRow> {
  const quantity = quantityKg ?? Number(batch.quantity_kg);
  const details = { kind: 'RECEIVED', quantityKg: String(quantity) } as const;
  if (await isRepeated(db, batch, details, act)) return batch;
  const violations = new Violations();
  checkStep(violations, batch, { step: 'RECEIVED', ...act });
  checkQuantity(violations, ['quantityKg'], quantity);
  if (Number.isFinite(quantity) && decimal(quantity).gt(batch.quantity_kg)) {
    violations.add('INVALID', ['quantityKg'], {
      en: `More arrived than was sent: ${quantity} of ${Number(batch.quantity_kg)} kg.`,
      zh: `实收 ${quantity} 千克，多于发运的 ${Number(batch.quantity_kg)} 千克。`,
    });
  }
  violations.throwIfAny();
  const received = await change(db, batch, {
    ...{ status: STEPS.RECEIVED.to, quantity_kg: String(quantity), received_on: dayOf(act.at) },
  });
  await insertEvent(db, batch.id, details, act);
  return received;
}

/** Strikes an event of the viewer's unit. Throws a `Refusal`. */
export async function correctBatchEvent(
  context: AgricultureContext,
  input: CorrectBatchEventInput,
): Promise<SupplyBatchRow> {
  const { batchId, eventId, error } = input;
  return context.write(async (db) =>
    correct(
      db,
      await batchFor(db, batchId, context.signedIn, 'CORRECTED'),
      { eventId, error, reason: input.reason.trim() },
      actOf(context, input.at),
    ),
  );
}

/** The same of a batch that is kept for the transaction. */
export async function correct(
  db: Db,
  batch: Locked,
  { eventId, error, reason }: Pick<CorrectBatchEventInput, 'eventId' | 'error' | 'reason'>,
  act: Act,
): Promise<SupplyBatchRow> {
  const details = { kind: 'CORRECTED', reason, corrects: eventId, error } as const;
  if (await isRepeated(db, batch, details, act)) return batch;
  const events = await eventsOf(db, [batch.id]);
  const event = events.find(({ id }) => id === eventId);
  const violations = new Violations();
  checkStep(violations, batch, { step: 'CORRECTED', ...act });
  checkReason(violations, reason);
  if (!event) {
    violations.add('NOT_FOUND', ['eventId'], {
      en: 'The batch has no such event. Look at its events.',
      zh: '该批次没有此事件，请查看其事件。',
    });
  } else if (event.agency !== act.agency) {
    violations.add('NOT_ALLOWED', ['eventId'], {
      en: `Only ${event.agency}, which recorded the event, corrects it.`,
      zh: `仅登记该事件的单位 ${event.agency} 可以更正。`,
    });
  } else if (!CORRECTABLE.includes(event.kind)) {
    violations.add('NOT_ALLOWED_IN_STATE', ['eventId'], {
      en: 'Only shipping, receiving and tests are corrected; the rest of a history stays.',
      zh: '仅发运、接收和检测可以更正，其余事件保持不变。',
    });
  } else if (events.some(({ corrects }) => corrects === event.id)) {
    violations.add('CONFLICT', ['eventId'], {
      en: 'The event was corrected before.',
      zh: '该事件已更正。',
    });
  }
  violations.throwIfAny();
  const id = await insertEvent(db, batch.id, details, act);
  await strike(db, eventId);
  const correction = { id: id ?? '', kind: 'CORRECTED' as const, corrects: eventId, quantity_kg: null };
  const history = [...events, correction];
  const status = statusAfter(history);
  return change(db, batch, {
    status,
    quantity_kg: quantityAfter(history) ?? batch.quantity_kg,
    ...(status === 'RECORDED' || status === 'IN_TRANSIT' ? { received_on: null } : {}),
  });
}

/** Divides a batch. Answers the whole. Throws a `Refusal`. */
export async function splitBatch(
  context: AgricultureContext,
  input: SplitBatchInput,
): Promise<SupplyBatchRow> {
  const act = actOf(context, input.at);
  const loss = input.lossKg ?? 0;
  const parts = input.parts.map((part) => ({ ...part, code: part.code.trim() }));
  return context.write(async (db) => {
    const batch = await batchFor(db, input.batchId, context.signedIn, 'DIVIDED');
    const details = { kind: 'DIVIDED', quantityKg: String(loss), detail: parts } as const;
    if (await isRepeated(db, batch, details, act)) return batch;
    const violations = new Violations();
    checkStep(violations, batch, { step: 'DIVIDED', ...act });
    checkHowMany(violations, ['parts'], parts.length);
    for (const [i, part] of parts.entries()) {
      checkCode(violations, ['parts', i, 'code'], part.code);
      checkQuantity(violations, ['parts', i, 'quantityKg'], part.quantityKg);
      if (parts.findIndex(({ code }) => code === part.code) < i) {
        violations.add('CONFLICT', ['parts', i, 'code'], {
          en: 'Two parts have this code.',
          zh: '分批的批次号重复。',
        });
      }
    }
    const quantities = parts.map(({ quantityKg }) => quantityKg);
    checkSum(violations, ['parts'], { whole: batch.quantity_kg, parts: quantities, loss });
    const standards = await Promise.all(
      parts.map((part, i) =>
        standardFor(db, violations, part.standard ?? batch.standard, dayOf(act.at), ['parts', i, 'standard']),
      ),
    );
    violations.throwIfAny();
    const divided = await change(db, batch, { status: STEPS.DIVIDED.to });
    await insertEvent(db, batch.id, details, act);
    for (const [i, part] of parts.entries()) {
      const standard = standards[i] ?? null;
      const child = await insertBatch(
        db,
        {
          ...{ ...originOf(batch), code: part.code, quantity_kg: String(part.quantityKg) },
          ...{ destination: part.destination ?? batch.destination, standard: standard?.code ?? null },
          ...{ standard_issuer: standard?.issuer ?? null, content_hash: hashOf([batch.id, part]) },
        },
        act,
      );
      if (!child) {
        return refuse('CONFLICT', ['parts', i, 'code'], {
          en: 'Your unit has recorded another batch under this code. Take another.',
          zh: '本单位已用该批次号登记其他批次，请更换。',
        });
      }
      await inherit(db, child.id, [batch.id]);
    }
    await markCertificates(db, [batch.id], 'SUPERSEDED');
    return divided;
  });
}

const originOf = ({ base_id, base_place, product, harvested_on, applied_pesticides }: SupplyBatchRow) => ({
  ...{ base_id, base_place, product, harvested_on, applied_pesticides },
});

const MAXIMUM_PARTS = 50;

function checkHowMany(violations: Violations, path: string[], count: number): void {
  if (count < 2 || count > MAXIMUM_PARTS) {
    violations.add(count < 2 ? 'INVALID' : 'LIMIT_EXCEEDED', path, {
      en: `There are 2 to ${MAXIMUM_PARTS} of them, and ${count} are named.`,
      zh: `应为 2 至 ${MAXIMUM_PARTS} 个，而此处为 ${count} 个。`,
    });
  }
}

/** Mixes batches into a new one, and answers that. Throws a `Refusal`. */
export async function mergeBatches(
  context: AgricultureContext,
  input: MergeBatchesInput,
): Promise<SupplyBatchRow> {
  const { signedIn: viewer } = context;
  const act = actOf(context, input.at);
  const ids = [...new Set(input.batchIds)];
  const code = input.code.trim();
  const contentHash = hashOf([[...ids].sort(), code, input.destination, input.standard ?? null]);
  return context.write(async (db) => {
    const batches = new Map((await lockedBatches(db, ids)).map((batch) => [batch.id, batch]));
    const violations = new Violations();
    checkHowMany(violations, ['batchIds'], ids.length);
    checkCode(violations, ['code'], code);
    const made = await insertableOf(db, viewer.agency, code, contentHash);
    if (made) return made;
    const parents = ids.flatMap((id, i) => {
      const batch = batches.get(id);
      const path = ['batchIds', i];
      if (!batch) violations.add('NOT_FOUND', path, noSuchBatch);
      else if (!ACTORS.MERGED(viewer, batch)) violations.add('NOT_ALLOWED', path, mayNot);
      else checkStep(violations, batch, { step: 'MERGED', ...act, path });
      return batch ?? [];
    });
    const [first] = parents;
    for (const [i, id] of ids.entries()) {
      const batch = batches.get(id);
      if (batch && first && batch.product !== first.product) {
        violations.add('INVALID', ['batchIds', i], {
          en: `Batches of one product are mixed; this is ${batch.product}, the first ${first.product}.`,
          zh: `仅同一产品可以合并，此批为 ${batch.product}，首批为 ${first.product}。`,
        });
      }
    }
    const standard = await standardFor(db, violations, input.standard ?? null, dayOf(act.at));
    const loss = input.lossKg ?? 0;
    const mixed = parents.reduce((sum, batch) => sum.plus(batch.quantity_kg), decimal(0));
    const isLoss = Number.isFinite(loss) && loss >= 0 && mixed.gt(loss);
    if (!isLoss) {
      violations.add('INVALID', ['lossKg'], {
        en: 'The loss is not below 0, and less than what is mixed.',
        zh: '损耗不得小于 0，且应少于合并数量。',
      });
    }
    violations.throwIfAny();
    if (!first) throw new Error('no batch to mix is a violation');
    const bases = new Set(parents.map(({ base_id }) => base_id));
    const child = await insertBatch(
      db,
      {
        ...{ ...originOf(first), base_id: bases.size === 1 ? first.base_id : null, code },
        ...{ quantity_kg: written(mixed.minus(loss)), destination: input.destination },
        harvested_on: parents.map(({ harvested_on }) => harvested_on).sort()[0] ?? first.harvested_on,
        applied_pesticides: [...new Set(parents.flatMap((batch) => batch.applied_pesticides))].sort(),
        ...{ standard: standard?.code ?? null, standard_issuer: standard?.issuer ?? null },
        content_hash: contentHash,
      },
      act,
    );
    if (!child) throw new Error('the code was free');
    await inherit(db, child.id, ids);
    for (const batch of parents) {
      await change(db, batch, { status: STEPS.MERGED.to });
      await insertEvent(db, batch.id, { kind: 'MERGED', detail: child.id }, act);
    }
    await markCertificates(db, ids, 'SUPERSEDED');
    return child;
  });
}

/** The mixture itself when it was made before; null when its code is free; refuses when something else has the code. */
async function insertableOf(
  db: Db,
  agency: string,
  code: string,
  contentHash: string,
): Promise<SupplyBatchRow | null> {
  const present = await batchOfCode(db, agency, code);
  if (!present) return null;
  return present.content_hash === contentHash ? present : refuse('CONFLICT', ['code'], codeTaken);
}

/** Calls a batch back, with everything that was made of it. Throws a `Refusal`. */
export async function recallBatch(
  context: AgricultureContext,
  input: { batchId: string; reason: string; at?: Date | null },
): Promise<SupplyBatchRow> {
  const act = actOf(context, input.at);
  const reason = input.reason.trim();
  return context.write(async (db) => {
    const batch = await batchFor(db, input.batchId, context.signedIn, 'RECALLED');
    if (await isRepeated(db, batch, { kind: 'RECALLED', reason }, act)) return batch;
    const violations = new Violations();
    checkStep(violations, batch, { step: 'RECALLED', ...act });
    checkReason(violations, reason);
    violations.throwIfAny();
    const [recalled] = await recallAll(db, await traceOf(db, batch.id, 'FORWARD'), reason, act);
    return recalled ?? refuse('CONFLICT', ['batchId'], anotherWasFaster);
  });
}

async function recallAll(
  db: Db,
  traced: readonly SupplyBatchRow[],
  reason: string,
  act: Act,
): Promise<SupplyBatchRow[]> {
  const recalled: SupplyBatchRow[] = [];
  await lockedBatches(
    db,
    traced.map(({ id }) => id),
  );
  for (const batch of traced) {
    if (batch.status === 'RECALLED') continue;
    recalled.push(await change(db, batch, { status: STEPS.RECALLED.to }));
    await insertEvent(db, batch.id, { kind: 'RECALLED', reason }, act);
  }
  await markCertificates(
    db,
    traced.map(({ id }) => id),
    'RECALLED',
  );
  return recalled;
}
