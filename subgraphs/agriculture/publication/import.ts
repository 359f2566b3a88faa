import { refuse, Violations } from '../../kit/errors';
import { addDays } from '../../kit/time';
import { hasFunction, mayActIn, type Viewer } from '../../kit/viewer';
import { hashOf } from '../batches/rules';
import type { AgricultureContext } from '../loaders';
import { productsByCode } from '../products/store';
import type { ImportSupplyStandardInput } from '../schema-types';
import {
  parametersByCode,
  type SupplyStandardRow,
  standardsById,
  standardVersions,
} from '../standards/store';
import { checkImport, growTree, type ImportedStandard } from './rules';
import { hashOfVersion, insertParameters, insertProducts, insertVersion, lockImports } from './store';

const ISSUERS_FUNCTIONS = ['AGRICULTURE', 'VEGETABLE_MARKET_STANDARDS'] as const;

const standardOf = (input: ImportSupplyStandardInput): ImportedStandard => ({
  ...{ code: input.code.trim(), version: input.version.trim(), name: input.name.trim(), kind: input.kind },
  ...{ jurisdiction: input.jurisdiction ?? null, effectiveFrom: input.effectiveFrom },
  ...{ effectiveTo: input.effectiveTo ?? null, tolerance: input.tolerance ?? '0.1' },
  isIllustrative: input.isIllustrative ?? false,
  products: (input.products ?? []).map(({ code, name, parent }) => ({
    ...{ code: code.trim(), name: name.trim(), parent: parent?.trim() || null },
  })),
  parameters: (input.parameters ?? []).map(({ code, name, unit }) => ({
    ...{ code: code.trim(), name: name.trim(), unit },
  })),
  limits: input.limits.map((limit) => ({
    ...{ product: limit.product.trim(), except: limit.except ?? [], parameter: limit.parameter.trim() },
    ...{ minimum: limit.minimum?.trim() || null, maximum: limit.maximum?.trim() || null, unit: limit.unit },
    residueDefinition: limit.residueDefinition?.trim() || null,
    partMeasured: limit.partMeasured?.trim() || null,
    ...{ method: limit.method?.trim() || null, isTestRequired: limit.isTestRequired ?? false },
  })),
});

/** Whether the viewer's unit issues standards of a kind for a place; a buyer's are its own. */
function mayIssue(viewer: Viewer, { kind, jurisdiction }: ImportedStandard): boolean {
  if (kind === 'BUYER') return true;
  if (!hasFunction(viewer, ISSUERS_FUNCTIONS)) return false;
  return kind === 'NATIONAL'
    ? viewer.jurisdiction.endsWith('0000')
    : jurisdiction !== null && mayActIn(viewer, jurisdiction);
}

/** Enters a version of a standard; the same one again is answered as before. Throws a `Refusal` with every violation. */
export async function importSupplyStandard(
  context: AgricultureContext,
  input: ImportSupplyStandardInput,
): Promise<SupplyStandardRow> {
  const { signedIn: viewer } = context;
  const standard = standardOf(input);
  const contentHash = hashOf(standard);
  return context.write(async (db) => {
    await lockImports(db);
    const nodes = standard.limits.flatMap(({ product, except }) => [product, ...except]);
    const tree = standard.products.flatMap(({ code, parent }) => (parent === null ? [code] : [code, parent]));
    const measured = [
      ...standard.limits.map(({ parameter }) => parameter),
      ...standard.parameters.map(({ code }) => code),
    ];
    const products = await productsByCode(db, [...new Set([...nodes, ...tree])]);
    const parameters = await parametersByCode(db, [...new Set(measured)]);
    const lineages = new Map(products.map(({ code, lineage }) => [code, lineage] as const));
    const units = new Map(parameters.map(({ code, unit }) => [code, unit] as const));
    const versions = await standardVersions(db, [standard.code]);
    const violations = checkImport(standard, { lineages, units });
    const isIssuer = versions.every(({ issuer }) => issuer === viewer.agency);
    if (!mayIssue(viewer, standard) || !isIssuer) {
      violations.add('NOT_ALLOWED', ['code'], {
        en: isIssuer
          ? 'Only a department of agriculture or a market authority whose remit holds the province issues its standards.'
          : `${standard.code} belongs to ${versions[0]?.issuer}, which alone issues its versions. Take another code.`,
        zh: isIssuer
          ? '仅职责范围包含该省级区划的农业农村部门或市场主管部门可以发布标准。'
          : `${standard.code} 由 ${versions[0]?.issuer} 发布，仅该单位可以发布新版本。请使用其他代码。`,
      });
    }
    violations.throwIfAny();
    const same = versions.find(({ version }) => version === standard.version);
    if (same) {
      return (await hashOfVersion(db, same.id)) === contentHash
        ? same
        : refuse('CONFLICT', ['version'], {
            en: 'This version is there with other content. A version is never changed: give the change a version of its own.',
            zh: '该版本已存在且内容不同。版本不可修改，请以新版本发布变更。',
          });
    }
    const latest = versions.at(-1);
    if (latest && latest.effective_from >= standard.effectiveFrom) {
      return refuse('INVALID', ['effectiveFrom'], {
        en: `Version ${latest.version} has been in force since ${latest.effective_from}; a new one begins after that.`,
        zh: `版本 ${latest.version} 自 ${latest.effective_from} 起施行，新版本应晚于该日生效。`,
      });
    }
    const grown = growTree(new Violations(), standard.products, lineages);
    await insertProducts(db, standard.products, grown, viewer.agency);
    await insertParameters(db, standard.parameters, viewer.agency);
    const dayBefore = addDays(standard.effectiveFrom, -1);
    const id = await insertVersion(db, standard, { issuer: viewer.agency, contentHash, dayBefore });
    const [row] = await standardsById(db, [id]);
    if (!row) throw new Error('the version was not stored');
    return row;
  });
}
