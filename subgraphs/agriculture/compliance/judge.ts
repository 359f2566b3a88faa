import { badInput } from '../../kit/errors';
import { DELTA_PROVINCES } from '../../kit/jurisdiction';
import { addDays, dayOf } from '../../kit/time';
import { HOLDING_STATUSES } from '../bases/rules';
import type { SupplyBatchRow } from '../batches/store';
import { rangeIn } from '../comparisons/rules';
import type { AgricultureContext } from '../loaders';
import { convert, decimal } from '../measures';
import { noSuchProduct } from '../standards/refusals';
import { resolveLimits } from '../standards/rules';
import {
  type BatchFacts,
  type BatchVerdict,
  type Check,
  consistencyOf,
  judge,
  type MonthlyConsistency,
  SIZE_PARAMETER,
} from './rules';
import { type ApplicableLimitRow, type MeasurementRow, resultsOfBase, weightsOfBase } from './store';

export type JudgedCheck = Check<ApplicableLimitRow>;

/** What a batch comes to by some standards. */
export interface Compliance {
  readonly market: string | null;
  readonly standards: readonly string[];
  readonly day: string;
  readonly verdict: BatchVerdict;
  readonly checks: readonly JudgedCheck[];
}

export interface ConsistencyMonth extends MonthlyConsistency {
  readonly standard: string | null;
}

/** The day whose standards a batch is held against: that of its arrival, or today while it has not arrived. */
const dayFor = (batch: SupplyBatchRow, on: string | null | undefined, now: Date): string =>
  on ?? batch.received_on ?? dayOf(now);

function grouped<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group) group.push(row);
    else groups.set(keyOf(row), [row]);
  }
  return groups;
}

async function limitsFor(
  { loaders }: Pick<AgricultureContext, 'loaders'>,
  batch: SupplyBatchRow,
  day: string,
): Promise<ApplicableLimitRow[]> {
  const stated = await loaders.applicableLimits({ product: batch.product, day, buyer: batch.standard });
  const byStandard = grouped(stated, ({ standard_id }) => standard_id);
  return [...byStandard.values()]
    .flatMap((limits) => resolveLimits(limits, limits[0]?.lineage ?? []))
    .sort((a, b) => (a.parameter < b.parameter ? -1 : a.parameter > b.parameter ? 1 : 0));
}

async function factsOf(
  { loaders }: Pick<AgricultureContext, 'loaders'>,
  batch: SupplyBatchRow,
): Promise<BatchFacts> {
  const [tests, samples] = await Promise.all([
    loaders.testsByBatch.load(batch.id),
    loaders.weightsByBatch.load(batch.id),
  ]);
  return {
    applied: batch.applied_pesticides,
    tests: tests.filter(({ is_struck }) => !is_struck),
    weights: samples.flatMap(({ weights }) => weights.map(decimal)),
  };
}

const judged = (
  market: string | null,
  day: string,
  limits: readonly ApplicableLimitRow[],
  facts: BatchFacts,
): Compliance => ({
  market,
  day,
  standards: [...new Set(limits.map(({ standard_id }) => standard_id))],
  ...judge(limits, facts),
});

/** A batch by the standards of each of the four provinces in which one applies to it. */
export async function complianceOf(
  context: Pick<AgricultureContext, 'loaders' | 'now'>,
  batch: SupplyBatchRow,
  on?: string | null,
): Promise<Compliance[]> {
  const day = dayFor(batch, on, context.now);
  const [limits, facts] = await Promise.all([limitsFor(context, batch, day), factsOf(context, batch)]);
  return DELTA_PROVINCES.flatMap((market) => {
    const applying = limits.filter(
      ({ kind, jurisdiction }) => kind !== 'BUYER' && (jurisdiction === null || jurisdiction === market),
    );
    return applying.length > 0 ? [judged(market, day, applying, facts)] : [];
  });
}

/** A batch by the standard that it was grown for; null when there is none, or it says nothing of the product. */
export async function buyerComplianceOf(
  context: Pick<AgricultureContext, 'loaders' | 'now'>,
  batch: SupplyBatchRow,
  on?: string | null,
): Promise<Compliance | null> {
  if (batch.standard === null) return null;
  const day = dayFor(batch, on, context.now);
  const [limits, facts] = await Promise.all([limitsFor(context, batch, day), factsOf(context, batch)]);
  const asked = limits.filter(({ standard_code }) => standard_code === batch.standard);
  return asked.length > 0 ? judged(null, day, asked, facts) : null;
}

interface ConsistencyArgs {
  baseId: string;
  product: string;
  parameter: string;
  from: string;
  to: string;
}

const MAXIMUM_DAYS = 3_660;

/** What a base delivered month by month, held against the standard that it is accredited to. Null for no base. */
export async function specConsistency(
  context: AgricultureContext,
  args: ConsistencyArgs,
): Promise<ConsistencyMonth[] | null> {
  const { db, loaders } = context;
  if (args.from > args.to || addDays(args.from, MAXIMUM_DAYS) < args.to) {
    throw badInput({
      en: `The first day (${args.from}) does not lie behind the last (${args.to}), and at most ten years before it.`,
      zh: `起始日期（${args.from}）不得晚于截止日期（${args.to}），且间隔不超过十年。`,
    });
  }
  const [base, product, parameter] = await Promise.all([
    loaders.supplyBase.load(args.baseId),
    loaders.product.load(args.product),
    loaders.standardParameter.load(args.parameter),
  ]);
  if (!product) throw noSuchProduct(args.product);
  if (!base || !parameter) return null;
  const rows = await (args.parameter === SIZE_PARAMETER ? weightsOfBase(db, args) : resultsOfBase(db, args));
  context.discloses(
    'agriculture.batches',
    rows.map(({ batch_id, recorded_by }) => ({ id: batch_id, provider: recorded_by })),
  );
  const held = await accreditedLimit(context, args, product.lineage);
  const range = held && rangeIn(held, parameter.unit);
  const inUnit = ({ value, unit }: MeasurementRow) => convert(decimal(value), unit, parameter.unit);
  const months = [...grouped(rows, ({ month }) => month)].map(([month, of]) => ({
    month,
    values: of.map(inUnit),
  }));
  return consistencyOf(months, held && range ? { range, tolerance: held.tolerance } : null).map((month) => ({
    ...month,
    standard: held?.standard_id ?? null,
  }));
}

/** The limit of the standard that a base is accredited to today, or was last before it expired. */
async function accreditedLimit(
  { loaders }: AgricultureContext,
  { baseId, parameter }: ConsistencyArgs,
  lineage: readonly string[],
) {
  const holding: readonly string[] = HOLDING_STATUSES;
  const accreditations = (await loaders.accreditationsByBase.load(baseId))
    .filter(({ status }) => holding.includes(status))
    .sort((a, b) => ((a.valid_until ?? '') < (b.valid_until ?? '') ? 1 : -1));
  const found = await Promise.all(
    accreditations.map(async ({ standard_id }) => {
      const stated = await loaders.limitsAt(standard_id, { nodes: lineage, parameter });
      const [limit] = resolveLimits(stated, lineage);
      const standard = await loaders.supplyStandard.load(standard_id);
      return limit && standard ? { ...limit, tolerance: standard.tolerance } : null;
    }),
  );
  return found.find((limit) => limit !== null) ?? null;
}
