import { loadWorkingCalendar } from '../../kit/calendar-days';
import type { Db } from '../../kit/database';
import { refuse, Violations } from '../../kit/errors';
import { checkInstant, checkLine, checkText } from '../../kit/inputs';
import { dayOf } from '../../kit/time';
import { decisionsOf } from '../decisions/store';
import type { TourismContext } from '../loaders';
import { materialListOf, procedureInForce } from '../procedures/store';
import type { SubmitLicenseApplicationInput } from '../schema-types';
import { schedule } from '../sessions/place';
import { checkMaterials, checkPhone, checkRange } from './checks';
import { isComplete, mayFile } from './rules';
import {
  type Act,
  applicationByExternalId,
  applicationById,
  businessesByCode,
  insertApplication,
  type LicenseApplicationRow,
  materialsOf,
  nextNumber,
  recordEvent,
  refilingsOf,
  supplyMaterials,
} from './store';

/**
 * Files an application for the viewer's unit, and puts it on an agenda when it is complete. Throws a `Refusal` with every
 * violation. One that the unit has filed under the same external id is answered as it is.
 */
export async function submitLicenseApplication(
  context: TourismContext,
  input: SubmitLicenseApplicationInput,
): Promise<LicenseApplicationRow> {
  const { signedIn: viewer, now } = context;
  const at = input.submittedAt ?? now;
  const act: Act = { user: viewer.user, agency: viewer.agency, at };
  const externalId = input.externalId?.trim() || null;
  return context.write(async (db) => {
    const present = externalId && (await applicationByExternalId(db, viewer.agency, externalId));
    if (present) return present;
    const violations = new Violations();
    const procedure = await procedureInForce(db, input.jurisdiction, dayOf(at));
    if (!procedure) {
      violations.add('NOT_FOUND', ['jurisdiction'], {
        en: `No review procedure is in force in ${input.jurisdiction} on ${dayOf(at)}. Look under reviewProcedures.`,
        zh: `${input.jurisdiction} 在 ${dayOf(at)} 没有施行中的联审办法，请查询 reviewProcedures。`,
      });
    } else if (!mayFile(viewer, procedure.jurisdiction)) {
      violations.add('NOT_ALLOWED', ['jurisdiction'], {
        en: `Only a review office, tourism office or government of ${procedure.jurisdiction} files applications there.`,
        zh: `仅 ${procedure.jurisdiction} 的联席会议办公室、旅游管理部门或政府可以受理当地申请。`,
      });
    }
    const list = procedure ? await materialListOf(db, [procedure.id]) : [];
    const names = new Map(list.map(({ code, name }) => [code, name]));
    const materials = checkMaterials(violations, input.materials ?? [], names);
    const texts = checkTexts(violations, input, externalId);
    checkInstant(violations, at, now, ['submittedAt']);
    if ((await businessesByCode(db, [input.business])).length === 0) {
      violations.add('NOT_FOUND', ['business'], {
        en: `There is no line of business "${input.business.slice(0, 40)}". Look under licenseBusinesses.`,
        zh: `没有业态“${input.business.slice(0, 40)}”，请查询 licenseBusinesses。`,
      });
    }
    if (input.refilingOf != null) {
      await checkRefiling(db, violations, input.refilingOf, procedure?.jurisdiction ?? null, at);
    }
    violations.throwIfAny();
    if (!procedure) throw new Error('an application without a procedure was not refused');
    const town = procedure.jurisdiction;
    const year = Number(dayOf(at).slice(0, 4));
    const number = await nextNumber(db, town, 'APPLICATION', year);
    const { address, shopName, proposal, applicant } = texts;
    const application = await insertApplication(
      db,
      {
        ...{ number: `${town}-${year}-${String(number).padStart(4, '0')}`, shop_name: shopName, address },
        ...{ kind: input.kind, stage: 'SUBMITTED', jurisdiction: input.jurisdiction, town, proposal },
        ...{ floors: input.premises.floors, area_square_meters: input.premises.areaSquareMeters },
        ...{ business: input.business, submitted_at: at, stepped_at: at, filed_by: viewer.agency },
        ...{ procedure_id: procedure.id, refiling_of: input.refilingOf ?? null, external_id: externalId },
      },
      applicant,
    );
    if (!application) {
      const other = externalId && (await applicationByExternalId(db, viewer.agency, externalId));
      return other || refuse('CONFLICT', ['refilingOf'], refiledAlready);
    }
    await recordEvent(db, application, 'SUBMITTED', act);
    await supplyMaterials(
      db,
      application,
      materials.map(({ code, name, url }) => ({ code, name, url })),
      at,
    );
    const held = await materialsOf(db, [application.id]);
    if (!isComplete(application, held, list)) return application;
    return schedule(db, application, act, await loadWorkingCalendar(db));
  });
}

const refiledAlready = {
  en: 'That application was filed again already. Look at its refiledAs.',
  zh: '该申请已再次提交，请查看其 refiledAs。',
};

/** Trims the texts of a submission and checks them with its numbers. */
function checkTexts(violations: Violations, input: SubmitLicenseApplicationInput, externalId: string | null) {
  const texts = {
    shopName: input.shopName.trim(),
    address: input.premises.address.trim(),
    proposal: input.proposal.trim(),
    applicant: { name: input.applicant.name.trim(), phone: input.applicant.phone.trim() },
  };
  checkLine(violations, ['shopName'], texts.shopName, 60, {
    en: 'The name of the shop is empty. Give the one over the door, or the one that is planned.',
    zh: '店名为空，请填写现有或拟用的店名。',
  });
  checkLine(violations, ['premises', 'address'], texts.address, 100, {
    en: 'The address is empty. Give street and number.',
    zh: '地址为空，请填写街道和门牌号。',
  });
  checkRange(violations, ['premises', 'floors'], input.premises.floors, {
    ...{ from: 1, to: 200, what: { en: 'The number of storeys', zh: '层数' } },
  });
  const { areaSquareMeters: area } = input.premises;
  if (!(area > 0 && area <= 1_000_000)) {
    violations.add('INVALID', ['premises', 'areaSquareMeters'], {
      en: `An area is above 0 and at most 1,000,000 square meters, and this one is ${area}.`,
      zh: `面积应大于 0 且不超过 1,000,000 平方米，而此处为 ${area}。`,
    });
  }
  checkText(violations, ['proposal'], texts.proposal, 2_000, {
    en: 'The proposal is empty. Say what is to be done.',
    zh: '方案为空，请说明拟实施的内容。',
  });
  checkLine(violations, ['applicant', 'name'], texts.applicant.name, 60, {
    en: 'The applicant has no name. Give it.',
    zh: '申请人姓名为空，请填写。',
  });
  checkPhone(violations, ['applicant', 'phone'], texts.applicant.phone);
  if (externalId) checkLine(violations, ['externalId'], externalId, 64);
  return texts;
}

/** That an application may be filed again: it is of the same town, it came to nothing, and nobody did it yet. */
async function checkRefiling(
  db: Db,
  violations: Violations,
  id: string,
  town: string | null,
  at: Date,
): Promise<void> {
  const earlier = await applicationById(db, id);
  if (!earlier || (town !== null && earlier.town !== town)) {
    violations.add('NOT_FOUND', ['refilingOf'], {
      en: 'There is no such application in this town, or none for your unit.',
      zh: '该镇不存在该申请，或本单位无权查看。',
    });
    return;
  }
  const [decision] = await decisionsOf(db, [id]);
  const cameToNothing =
    earlier.stage === 'WITHDRAWN' ||
    earlier.stage === 'REJECTED_AT_INTAKE' ||
    decision?.outcome === 'REJECTED';
  if (!cameToNothing) {
    violations.add('NOT_ALLOWED_IN_STATE', ['refilingOf'], {
      en: 'Only an application that was withdrawn, refused at intake or rejected is filed again.',
      zh: '只有已撤回、不予受理或未通过的申请可以再次提交。',
    });
  } else if (at < earlier.stepped_at) {
    violations.add('INVALID', ['submittedAt'], {
      en: `The earlier application ended only on ${earlier.stepped_at.toISOString()}.`,
      zh: `原申请于 ${earlier.stepped_at.toISOString()} 才办结。`,
    });
  }
  if ((await refilingsOf(db, [id])).length > 0) violations.add('CONFLICT', ['refilingOf'], refiledAlready);
}
