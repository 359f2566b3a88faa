import { badInput } from '../../kit/errors';
import type { Language, Text } from '../../kit/language';
import { loadExisting } from '../../kit/loaders';
import { dayOf } from '../../kit/time';
import type { AgricultureContext } from '../loaders';
import type { Range } from '../measures';
import type { ProductRow } from '../products/store';
import { noSuchProduct } from '../standards/refusals';
import { resolveLimits, versionInForce } from '../standards/rules';
import {
  type StandardLimitRow,
  type StandardParameterRow,
  type SupplyStandardRow,
  standardsInForce,
} from '../standards/store';
import { type Comparison, combineLimits, compareLimits, pairLimits } from './rules';

/** A comparison of one parameter with the rows behind it. */
export interface ComparedParameter extends Comparison {
  readonly parameter: StandardParameterRow;
  readonly limits: readonly StandardLimitRow[];
}

export interface ComparedPair {
  readonly standard: SupplyStandardRow;
  readonly with: SupplyStandardRow;
  readonly comparisons: readonly ComparedParameter[];
}

export interface MatrixCell {
  readonly market: string | null;
  readonly limits: readonly StandardLimitRow[];
}

export interface MatrixRow {
  readonly parameter: StandardParameterRow;
  readonly cells: readonly MatrixCell[];
  readonly reason: string | null;
  readonly joint: Range | null;
  readonly isEmpty: boolean;
}

/** The code of the province that a place lies in: that whose standards hold there. */
export const provinceOf = (place: string): string => `${place.slice(0, 2)}0000`;

/** The product of a code; throws a sentence for the client when there is none. */
async function productOf({ loaders }: AgricultureContext, code: string): Promise<ProductRow> {
  const product = await loaders.product.load(code);
  if (!product) throw noSuchProduct(code);
  return product;
}

/** The version of a standard in force on a day; throws a sentence for the client when there is none. */
async function versionOf(
  { loaders }: AgricultureContext,
  code: string,
  day: string,
): Promise<SupplyStandardRow> {
  const versions = await loaders.standardVersions.load(code);
  if (versions.length === 0) {
    throw badInput({
      en: `No standard has the code "${code}". Look it up with supplyStandards.`,
      zh: `没有代码为“${code}”的标准。请用 supplyStandards 查询。`,
    });
  }
  const version = versionInForce(versions, day);
  if (version) return version;
  throw badInput({
    en: `No version of ${code} is in force on ${day}. Its versions are under supplyStandards.`,
    zh: `${code} 在 ${day} 没有现行版本。各版本见 supplyStandards。`,
  });
}

/** What each of the versions states for a product, by their ids. */
async function limitsOf(
  { loaders }: AgricultureContext,
  standards: readonly SupplyStandardRow[],
  { lineage }: ProductRow,
): Promise<ReadonlyMap<string, StandardLimitRow[]>> {
  return new Map(
    await Promise.all(
      standards.map(async ({ id }) => {
        const stated = await loaders.limitsAt(id, { nodes: lineage, parameter: null });
        return [id, resolveLimits(stated, lineage)] as const;
      }),
    ),
  );
}

async function comparisonsOf(
  { loaders }: AgricultureContext,
  here: readonly StandardLimitRow[],
  there: readonly StandardLimitRow[],
): Promise<ComparedParameter[]> {
  return Promise.all(
    pairLimits(here, there).map(async (pair) => {
      const parameter = await loadExisting(loaders.standardParameter, pair.parameter);
      const limits = [pair.here, pair.there].filter((limit) => limit !== null);
      return { parameter, limits, ...compareLimits(pair.here, pair.there, parameter.unit) };
    }),
  );
}

/** Compares two standards for a product, by the versions in force on a day. */
export async function compareStandards(
  context: AgricultureContext,
  args: { product: string; standard: string; with: string; on?: string | null },
): Promise<ComparedParameter[]> {
  const day = args.on ?? dayOf(context.now);
  const [product, here, there] = await Promise.all([
    productOf(context, args.product),
    versionOf(context, args.standard, day),
    versionOf(context, args.with, day),
  ]);
  const limits = await limitsOf(context, [here, there], product);
  return comparisonsOf(context, limits.get(here.id) ?? [], limits.get(there.id) ?? []);
}

/** Compares all standards that apply to a product in two places. */
export async function comparePlaces(
  context: AgricultureContext,
  args: { product: string; place: string; with: string; on?: string | null },
): Promise<ComparedPair[]> {
  const day = args.on ?? dayOf(context.now);
  const product = await productOf(context, args.product);
  const provinces = [provinceOf(args.place), provinceOf(args.with)] as const;
  const applying = await standardsInForce(context.db, { day, provinces, product: product.lineage });
  const limits = await limitsOf(context, applying, product);
  const [here, there] = provinces.map((province) =>
    applying.filter(
      ({ id, jurisdiction }) =>
        (jurisdiction === null || jurisdiction === province) && limits.get(id)?.length,
    ),
  );
  const pairs = (here ?? []).flatMap((standard) =>
    (there ?? []).filter(({ id }) => id !== standard.id).map((other) => ({ standard, with: other })),
  );
  return Promise.all(
    pairs.map(async (pair) => ({
      ...pair,
      comparisons: await comparisonsOf(
        context,
        limits.get(pair.standard.id) ?? [],
        limits.get(pair.with.id) ?? [],
      ),
    })),
  );
}

const MAXIMUM_MARKETS = 31;
const MAXIMUM_STANDARDS = 10;

/** What several markets, and some further standards, demand of a product. */
export async function marketMatrix(
  context: AgricultureContext,
  args: {
    product: string;
    markets: readonly string[];
    standards?: readonly string[] | null;
    on?: string | null;
  },
): Promise<MatrixRow[]> {
  const day = args.on ?? dayOf(context.now);
  const further = [...new Set(args.standards ?? [])];
  if (args.markets.length > MAXIMUM_MARKETS || further.length > MAXIMUM_STANDARDS) {
    throw badInput({
      en: `At most ${MAXIMUM_MARKETS} markets and ${MAXIMUM_STANDARDS} further standards are put side by side at once.`,
      zh: `一次最多对照 ${MAXIMUM_MARKETS} 个市场和 ${MAXIMUM_STANDARDS} 项其他标准。`,
    });
  }
  const product = await productOf(context, args.product);
  const provinces = [...new Set(args.markets.map(provinceOf))];
  const [applying, added] = await Promise.all([
    standardsInForce(context.db, { day, provinces, product: product.lineage }),
    Promise.all(further.map((code) => versionOf(context, code, day))),
  ]);
  const limits = await limitsOf(context, [...applying, ...added], product);
  const columns = [
    ...provinces.map((market) => ({
      market,
      standards: applying.filter(({ jurisdiction }) => jurisdiction === null || jurisdiction === market),
    })),
    ...(added.length > 0 ? [{ market: null, standards: added }] : []),
  ];
  const codes = [...new Set([...limits.values()].flat().map(({ parameter }) => parameter))].sort();
  return Promise.all(
    codes.map(async (code) => {
      const parameter = await loadExisting(context.loaders.standardParameter, code);
      const cells = columns.map(({ market, standards }) => ({
        market,
        limits: standards.flatMap(({ id }) =>
          (limits.get(id) ?? []).filter((limit) => limit.parameter === code),
        ),
      }));
      const { reason, ...joint } = combineLimits(
        cells.flatMap((cell) => cell.limits),
        parameter.unit,
      );
      return { parameter, cells, ...joint, reason: inLanguage(reason, context.language) };
    }),
  );
}

const inLanguage = (text: Text | null, language: Language): string | null => text?.[language] ?? null;
