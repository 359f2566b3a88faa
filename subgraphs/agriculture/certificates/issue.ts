import { refuse, Violations } from '../../kit/errors';
import { dayOf } from '../../kit/time';
import { basesById } from '../bases/store';
import { checkStep, hashOf } from '../batches/rules';
import { batchFor } from '../batches/step';
import { insertEvent, type SupplyBatchRow } from '../batches/store';
import { provinceOf } from '../comparisons/compare';
import { complianceOf } from '../compliance/judge';
import { type AgricultureContext, agricultureLoaders } from '../loaders';
import { productsByCode } from '../products/store';
import type { IssueConformityCertificateInput } from '../schema-types';
import {
  type CertificateContent,
  type ConformityCertificateRow,
  certificatesOf,
  insertCertificate,
} from './store';

const STATEMENT =
  '承诺不使用禁用农药兽药、停用兽药和非法添加物，常规农药兽药残留不超标，对承诺的真实性负责。';

const TESTED = ['OWN_TEST', 'COMMISSIONED_TEST'];

/**
 * Issues the certificate of a batch; one that holds already, on the same basis of the same day, is answered again. Throws
 * a `Refusal` with every violation.
 */
export async function issueConformityCertificate(
  context: AgricultureContext,
  input: IssueConformityCertificateInput,
): Promise<ConformityCertificateRow> {
  const { signedIn: viewer, now } = context;
  const at = input.at ?? now;
  const basis = [...new Set(input.basis)].sort();
  return context.write(async (db) => {
    const batch = await batchFor(db, input.batchId, viewer, 'CERTIFIED');
    const issued = await certificatesOf(db, [batch.id]);
    const same = issued.find(
      ({ state, content }) =>
        state === 'VALID' && content.issuedOn === dayOf(at) && content.basis.join() === basis.join(),
    );
    if (same) return same;
    const violations = new Violations();
    checkStep(violations, batch, { step: 'CERTIFIED', at, now });
    if (basis.length === 0) {
      violations.add('REQUIRED', ['basis'], {
        en: 'No basis is given. Say on what the producer stands for the batch.',
        zh: '未填写承诺依据，请填写。',
      });
    }
    const loaders = agricultureLoaders({ db, now, viewer });
    await checkConformity(violations, { loaders, now: at }, batch, basis);
    violations.throwIfAny();
    const [base] = batch.base_id === null ? [] : await basesById(db, [batch.base_id]);
    const [product] = await productsByCode(db, [batch.product]);
    const number = `HGZ-${batch.base_place}-${dayOf(at).replaceAll('-', '')}-${hashOf([batch.id, issued.length]).slice(0, 8).toUpperCase()}`;
    const content: CertificateContent = {
      ...{ number, productName: product?.name ?? batch.product, quantityKg: batch.quantity_kg },
      ...{ producer: base?.operator ?? viewer.agency, origin: base?.name ?? batch.base_place },
      ...{ originCode: batch.base_place, batchCode: batch.code, basis, statement: STATEMENT },
      issuedOn: dayOf(at),
    };
    const certificate = await insertCertificate(db, {
      ...{ number, sha256: hashOf(Object.entries(content)), batch_id: batch.id, content },
      ...{ issued_by: viewer.agency, issued_at: at },
    });
    await insertEvent(
      db,
      batch.id,
      { kind: 'CERTIFIED', detail: number },
      { user: viewer.user, agency: viewer.agency, at, now },
    );
    return (
      certificate ??
      refuse('CONFLICT', ['batchId'], {
        en: 'A certificate of this number was issued at the same moment. Look at the batch again.',
        zh: '同一编号的合格证刚刚开具，请重新查看该批次。',
      })
    );
  });
}

async function checkConformity(
  violations: Violations,
  context: Pick<AgricultureContext, 'loaders' | 'now'>,
  batch: SupplyBatchRow,
  basis: readonly string[],
): Promise<void> {
  const markets = await complianceOf(context, batch);
  const destination = markets.find(({ market }) => market === provinceOf(batch.destination));
  if (destination?.verdict === 'DOES_NOT_CONFORM') {
    violations.add('NOT_ALLOWED_IN_STATE', ['batchId'], {
      en: 'The batch does not conform to the standards of its destination. Look at its compliance; it cannot be certified for that market.',
      zh: '该批次不符合目的地标准，请查看合规判定，不得为该市场开具合格证。',
    });
  }
  if (!basis.some((each) => TESTED.includes(each))) return;
  const tests = await context.loaders.testsByBatch.load(batch.id);
  const tested = new Set(tests.filter(({ is_struck }) => !is_struck).map(({ parameter }) => parameter));
  const missing = batch.applied_pesticides.filter((code) => !tested.has(code));
  if (missing.length > 0) {
    violations.add('NOT_ALLOWED_IN_STATE', ['basis'], {
      en: `What was sprayed is what must be tested: ${missing.join(', ')} was not. Have it tested, or state another basis.`,
      zh: `用什么药、检什么药：${missing.join('、')} 尚未检测，请补检或改用其他承诺依据。`,
    });
  }
}
