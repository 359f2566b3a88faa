import { Violations } from '../../kit/errors';
import { checkLine } from '../../kit/inputs';
import type { Text } from '../../kit/language';
import { type ComparableLimit, rangeIn } from '../comparisons/rules';
import { decimal, isConvertible, isDecimal, isMeasuringUnit, MEASURING_UNITS } from '../measures';
import type { SupplyStandardKind } from '../standards/store';

export interface ImportedProduct {
  readonly code: string;
  readonly name: string;
  readonly parent: string | null;
}

export interface ImportedParameter {
  readonly code: string;
  readonly name: string;
  readonly unit: string;
}

export interface ImportedLimit {
  readonly product: string;
  readonly except: readonly string[];
  readonly parameter: string;
  /** Decimals as text. */
  readonly minimum: string | null;
  readonly maximum: string | null;
  readonly unit: string;
  readonly residueDefinition: string | null;
  readonly partMeasured: string | null;
  readonly method: string | null;
  readonly isTestRequired: boolean;
}

/** A version as it is to be entered, its texts trimmed. */
export interface ImportedStandard {
  readonly code: string;
  readonly version: string;
  readonly name: string;
  readonly kind: SupplyStandardKind;
  readonly jurisdiction: string | null;
  readonly effectiveFrom: string;
  readonly effectiveTo: string | null;
  readonly tolerance: string;
  readonly isIllustrative: boolean;
  readonly products: readonly ImportedProduct[];
  readonly parameters: readonly ImportedParameter[];
  readonly limits: readonly ImportedLimit[];
}

/** What is there already of what an import names. */
export interface Present {
  /** The codes from the top of the food tree down to each product, by its code. */
  readonly lineages: ReadonlyMap<string, readonly string[]>;
  /** The unit of each parameter, by its code. */
  readonly units: ReadonlyMap<string, string>;
}

const MAXIMA = { products: 10_000, parameters: 2_000, limits: 20_000 } as const;
const MAXIMUM_CODE = 60;
const MAXIMUM_TEXT = 500;

const isCode = (code: string): boolean => /^[A-Z][A-Z0-9_]*$/.test(code) && code.length <= MAXIMUM_CODE;

const unknownProduct = (code: string): Text => ({
  en: `No product has the code "${code}". Add it to products, or look it up there.`,
  zh: `没有代码为“${code}”的产品，请加入 products 或查询产品列表。`,
});

/**
 * The lineages that the food tree has with the products of an import, and what is wrong with these: circles, nodes under
 * what does not exist, and nodes that are elsewhere already.
 */
export function growTree(
  violations: Violations,
  products: readonly ImportedProduct[],
  present: Present['lineages'],
): ReadonlyMap<string, readonly string[]> {
  const added = new Map<string, ImportedProduct>();
  const lineages = new Map(present);
  for (const [i, product] of products.entries()) {
    const path = ['products', i] as const;
    if (!isCode(product.code)) {
      violations.add('INVALID', [...path, 'code'], {
        en: `A code is at most ${MAXIMUM_CODE} capitals, digits and _, beginning with a capital.`,
        zh: `代码应为不超过 ${MAXIMUM_CODE} 个字符的大写字母、数字和下划线，以大写字母开头。`,
      });
    }
    checkLine(violations, [...path, 'name'], product.name, 100, {
      en: 'The name is empty.',
      zh: '名称为空。',
    });
    if (added.has(product.code)) {
      violations.add('CONFLICT', [...path, 'code'], {
        en: `${product.code} is named twice.`,
        zh: `${product.code} 重复。`,
      });
    } else {
      added.set(product.code, product);
    }
  }
  const resolve = (code: string): readonly string[] | 'circle' | 'unknown' => {
    const climbed: string[] = [];
    let at: string | null = code;
    while (at !== null) {
      if (climbed.includes(at)) return 'circle';
      climbed.push(at);
      const own = added.get(at);
      const known = present.get(at);
      if (!own) return known ? [...known, ...climbed.reverse().slice(1)] : 'unknown';
      at = own.parent;
    }
    return climbed.reverse();
  };
  for (const [i, { code, parent }] of products.entries()) {
    const lineage = resolve(code);
    if (lineage === 'circle') {
      violations.add('INVALID', ['products', i, 'parent'], {
        en: `${code} lies below itself. A food tree has no circles.`,
        zh: `${code} 的上级中包含自身，产品树不得循环。`,
      });
    } else if (lineage === 'unknown') {
      violations.add('NOT_FOUND', ['products', i, 'parent'], unknownProduct(parent ?? code));
    } else {
      const known = present.get(code);
      if (known && known.join('/') !== lineage.join('/')) {
        violations.add('CONFLICT', ['products', i, 'parent'], {
          en: `${code} is in the food tree already, below ${known.at(-2) ?? 'nothing'}. Leave it out, or take another code.`,
          zh: `${code} 已在产品树中，上级为 ${known.at(-2) ?? '无'}。请省略，或使用其他代码。`,
        });
      }
      lineages.set(code, lineage);
    }
  }
  return lineages;
}

/** Everything that is wrong with an import, given what is there already. */
export function checkImport(standard: ImportedStandard, present: Present): Violations {
  const violations = new Violations();
  if (!/^[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*$/.test(standard.code) || standard.code.length > MAXIMUM_CODE) {
    violations.add('INVALID', ['code'], {
      en: `A code is at most ${MAXIMUM_CODE} capitals and digits with hyphens between, like AH-SWEETPOTATO.`,
      zh: `标准代码应为不超过 ${MAXIMUM_CODE} 个字符的大写字母和数字，可用连字符分隔，例如 AH-SWEETPOTATO。`,
    });
  }
  const empty: Text = { en: 'It is empty.', zh: '不能为空。' };
  checkLine(violations, ['version'], standard.version, 20, empty);
  checkLine(violations, ['name'], standard.name, 200, empty);
  const isOfProvince = standard.kind === 'PROVINCIAL' || standard.kind === 'MARKET';
  const { jurisdiction } = standard;
  if (isOfProvince !== (jurisdiction !== null) || (jurisdiction !== null && !jurisdiction.endsWith('0000'))) {
    violations.add(jurisdiction === null ? 'REQUIRED' : 'INVALID', ['jurisdiction'], {
      en: 'Provincial and market standards name their province; national ones and those of a buyer name none.',
      zh: '省级标准和市场标准须填写所属省级区划，国家标准和采购标准不填。',
    });
  }
  if (standard.effectiveTo !== null && standard.effectiveTo < standard.effectiveFrom) {
    violations.add('INVALID', ['effectiveTo'], {
      en: 'The last day lies before the first.',
      zh: '失效日期早于生效日期。',
    });
  }
  if (
    !isDecimal(standard.tolerance) ||
    decimal(standard.tolerance).gt(1) ||
    decimal(standard.tolerance).lt(0)
  ) {
    violations.add('INVALID', ['tolerance'], {
      en: 'A tolerance is a decimal from 0 to 1, like 0.1.',
      zh: '允差应为 0 至 1 的小数，例如 0.1。',
    });
  }
  for (const [name, most] of Object.entries(MAXIMA)) {
    const count = standard[name as keyof typeof MAXIMA].length;
    if (count > most) {
      violations.add('LIMIT_EXCEEDED', [name], {
        en: `There are ${count}; at most ${most} are taken at once.`,
        zh: `共有 ${count} 行，一次最多 ${most} 行。`,
      });
    }
  }
  if (standard.limits.length === 0) {
    violations.add('REQUIRED', ['limits'], {
      en: 'A standard without a limit says nothing.',
      zh: '没有限值，请填写。',
    });
  }
  if (violations.any) return violations;
  const lineages = growTree(violations, standard.products, present.lineages);
  const units = checkParameters(violations, standard.parameters, present.units);
  checkLimits(violations, standard.limits, { lineages, units });
  return violations;
}

function checkParameters(
  violations: Violations,
  parameters: readonly ImportedParameter[],
  present: Present['units'],
): ReadonlyMap<string, string> {
  const units = new Map(present);
  for (const [i, { code, name, unit }] of parameters.entries()) {
    if (!isCode(code)) {
      violations.add('INVALID', ['parameters', i, 'code'], {
        en: `A code is at most ${MAXIMUM_CODE} capitals, digits and _, beginning with a capital.`,
        zh: `代码应为不超过 ${MAXIMUM_CODE} 个字符的大写字母、数字和下划线，以大写字母开头。`,
      });
    }
    checkLine(violations, ['parameters', i, 'name'], name, 100, {
      en: 'The name is empty.',
      zh: '名称为空。',
    });
    if (!isMeasuringUnit(unit)) violations.add('INVALID', ['parameters', i, 'unit'], unknownUnit(unit));
    const known = units.get(code);
    if (known !== undefined && known !== unit) {
      violations.add('CONFLICT', ['parameters', i, 'unit'], {
        en: `${code} is compared in ${known} already.`,
        zh: `${code} 已以 ${known} 为单位。`,
      });
    }
    units.set(code, known ?? unit);
  }
  return units;
}

const unknownUnit = (unit: string): Text => ({
  en: `"${unit}" is no unit that is known. Use one of ${MEASURING_UNITS.join(', ')}.`,
  zh: `“${unit}”不是可用单位，请使用 ${MEASURING_UNITS.join('、')}。`,
});

function checkLimits(
  violations: Violations,
  limits: readonly ImportedLimit[],
  { lineages, units }: Present,
): void {
  const stated = new Set<string>();
  for (const [i, limit] of limits.entries()) {
    const path = ['limits', i] as const;
    const { product, parameter, unit } = limit;
    const key = `${product} ${parameter}`;
    if (stated.has(key)) {
      violations.add('CONFLICT', [...path, 'parameter'], {
        en: `${parameter} of ${product} is limited twice.`,
        zh: `${product} 的 ${parameter} 重复规定。`,
      });
    }
    stated.add(key);
    if (!lineages.has(product)) violations.add('NOT_FOUND', [...path, 'product'], unknownProduct(product));
    for (const [at, code] of limit.except.entries()) {
      const lineage = lineages.get(code);
      if (!lineage) violations.add('NOT_FOUND', [...path, 'except', at], unknownProduct(code));
      else if (code === product || !lineage.includes(product)) {
        violations.add('INVALID', [...path, 'except', at], {
          en: `${code} does not lie below ${product}, so there is nothing to except.`,
          zh: `${code} 不在 ${product} 之下，无需除外。`,
        });
      }
    }
    checkEnds(violations, path, limit);
    const measured = units.get(parameter);
    if (measured === undefined) {
      violations.add('NOT_FOUND', [...path, 'parameter'], {
        en: `There is no parameter "${parameter}". Add it to parameters.`,
        zh: `不存在参数“${parameter}”，请加入 parameters。`,
      });
    }
    if (!isMeasuringUnit(unit)) violations.add('INVALID', [...path, 'unit'], unknownUnit(unit));
    else if (measured !== undefined && !isConvertible(unit, measured)) {
      violations.add('INVALID', [...path, 'unit'], {
        en: `${parameter} is compared in ${measured}, which ${unit} does not convert to.`,
        zh: `${parameter} 以 ${measured} 计，${unit} 无法换算。`,
      });
    }
    for (const name of ['residueDefinition', 'partMeasured', 'method'] as const) {
      const text = limit[name];
      if (text) checkLine(violations, [...path, name], text, MAXIMUM_TEXT);
    }
  }
}

function checkEnds(
  violations: Violations,
  path: readonly [string, number],
  { minimum, maximum }: Pick<ImportedLimit, 'minimum' | 'maximum'>,
): void {
  const ends = { minimum, maximum };
  let areDecimals = true;
  for (const [name, end] of Object.entries(ends)) {
    if (end !== null && !(isDecimal(end) && decimal(end).gte(0))) {
      areDecimals = false;
      violations.add('INVALID', [...path, name], {
        en: `"${end}" is no decimal from 0 on with at most 15 digits, like 0.05.`,
        zh: `“${end}”不是有效的非负小数（最多 15 位数字），例如 0.05。`,
      });
    }
  }
  if (minimum === null && maximum === null) {
    violations.add('REQUIRED', [...path, 'maximum'], {
      en: 'There is neither a least nor a most. Give one.',
      zh: '下限和上限均为空，至少填写一项。',
    });
  } else if (areDecimals && minimum !== null && maximum !== null && decimal(minimum).gt(maximum)) {
    violations.add('INVALID', [...path, 'minimum'], {
      en: `The least (${minimum}) is above the most (${maximum}).`,
      zh: `下限（${minimum}）高于上限（${maximum}）。`,
    });
  }
}

export type ChangeKind = 'ADDED' | 'REMOVED' | 'TIGHTENED' | 'RELAXED' | 'DEFINITION_CHANGED';

/** A limit as a version states it. */
export interface StatedLimit extends ComparableLimit {
  readonly product: string;
  readonly exclusions: readonly string[];
  readonly is_test_required: boolean;
}

export interface Change<Limit> {
  readonly kind: ChangeKind;
  readonly product: string;
  readonly parameter: string;
  readonly before: Limit | null;
  readonly after: Limit | null;
}

const byKey = <Limit extends StatedLimit>(limits: readonly Limit[]): Map<string, Limit> =>
  new Map(limits.map((limit) => [`${limit.product} ${limit.parameter}`, limit]));

/** How a limit changed; nothing for one that says the same in whatever units. */
function kindsOf(before: StatedLimit, after: StatedLimit): ChangeKind[] {
  const kinds: ChangeKind[] = [];
  const isRedefined =
    before.residue_definition !== after.residue_definition ||
    before.part_measured !== after.part_measured ||
    before.is_test_required !== after.is_test_required ||
    [...before.exclusions].sort().join() !== [...after.exclusions].sort().join();
  const [old, now] = [rangeIn(before, before.unit), rangeIn(after, before.unit)];
  if (isRedefined || old === null || now === null) kinds.push('DEFINITION_CHANGED');
  // Amounts of different residues are not compared.
  if (old === null || now === null || before.residue_definition !== after.residue_definition) return kinds;
  const least = (range: typeof old) => range.minimum ?? decimal(-1);
  const isMore = (a: typeof old, b: typeof old) =>
    a.maximum === null ? b.maximum !== null : b.maximum !== null && a.maximum.gt(b.maximum);
  if (least(now).gt(least(old)) || isMore(old, now)) kinds.push('TIGHTENED');
  if (least(old).gt(least(now)) || isMore(now, old)) kinds.push('RELAXED');
  return kinds;
}

/** What changed from one version's limits to another's, in the order of products and parameters. */
export function diffOf<Limit extends StatedLimit>(
  before: readonly Limit[],
  after: readonly Limit[],
): Change<Limit>[] {
  const [old, now] = [byKey(before), byKey(after)];
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((key) => {
    const [was, is] = [old.get(key) ?? null, now.get(key) ?? null];
    const [product = '', parameter = ''] = key.split(' ');
    const kinds: ChangeKind[] = was && is ? kindsOf(was, is) : [was ? 'REMOVED' : 'ADDED'];
    return kinds.map((kind) => ({ kind, product, parameter, before: was, after: is }));
  });
}
