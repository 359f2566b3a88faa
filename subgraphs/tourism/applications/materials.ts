import { checkText } from '../../kit/inputs';
import { spentUntil } from '../durations/rules';
import type { TourismContext } from '../loaders';
import { materialListOf } from '../procedures/store';
import type { RequestLicenseMaterialsInput, SupplyLicenseMaterialsInput } from '../schema-types';
import { freePlace, schedule } from '../sessions/place';
import { leaveAgenda } from '../sessions/store';
import { checkMaterials, checkSomeMaterials } from './checks';
import { isComplete } from './rules';
import { changeOrRefuse, type StepSituation, takeStep } from './step';
import {
  applicationById,
  type LicenseApplicationRow,
  type LicenseMaterialRow,
  materialsOf,
  oweMaterials,
  recordEvent,
  supplyMaterials,
} from './store';

const namesOf = (rows: readonly { code: string; name: string }[]): Map<string, string> =>
  new Map(rows.map(({ code, name }) => [code, name]));

/** Tells the applicant once what is missing. Throws a `Refusal` with every violation. */
export async function requestLicenseMaterials(
  context: TourismContext,
  input: RequestLicenseMaterialsInput,
): Promise<LicenseApplicationRow> {
  return takeStep(context, 'REQUEST_MATERIALS', input, async (situation) => {
    const { db, application, session, violations, act, calendar } = situation;
    const list = await materialListOf(db, [application.procedure_id]);
    checkSomeMaterials(violations, input.materials);
    const materials = checkMaterials(violations, input.materials, namesOf(list));
    const note = input.note?.trim() || null;
    checkText(violations, ['note'], note ?? '', 500);
    violations.throwIfAny();
    const told = await changeOrRefuse(db, application, {
      ...spentUntil(application, session, act.at, calendar),
      ...{ stage: 'AWAITING_MATERIALS', stepped_at: act.at, noticed_at: act.at },
      ...{ session_id: null, complete_at: null },
    });
    await oweMaterials(db, told, materials, act.at);
    await recordEvent(
      db,
      told,
      'MATERIALS_REQUESTED',
      act,
      note ?? materials.map(({ name }) => name).join('、'),
    );
    if (session) {
      await leaveAgenda(db, told.id, 'REMOVED', act.at, '材料不齐');
      await freePlace(db, session, act, calendar);
    }
    return told;
  });
}

/**
 * Hands in what is owed; with the last of it the application comes onto an agenda. What was handed in before, at the same
 * address, is answered as it is. Throws a `Refusal` with every violation.
 */
export async function supplyLicenseMaterials(
  context: TourismContext,
  input: SupplyLicenseMaterialsInput,
): Promise<LicenseApplicationRow> {
  const repeated = await whenRepeated(context, input);
  if (repeated) return repeated;
  return takeStep(context, 'SUPPLY_MATERIALS', input, async (situation) => {
    const { db, application, violations, act, calendar } = situation;
    const list = await materialListOf(db, [application.procedure_id]);
    const held = await materialsOf(db, [application.id]);
    checkSomeMaterials(violations, input.materials);
    const names = new Map([...namesOf(list), ...namesOf(held)]);
    const materials = checkMaterials(violations, input.materials, names);
    checkOwed(
      situation,
      materials,
      held,
      list.map(({ code }) => code),
    );
    violations.throwIfAny();
    await supplyMaterials(
      db,
      application,
      materials.map(({ code, name, url }) => ({ code, name, url })),
      act.at,
    );
    await recordEvent(
      db,
      application,
      'MATERIALS_SUPPLIED',
      act,
      materials.map(({ name }) => name).join('、'),
    );
    if (isComplete(application, await materialsOf(db, [application.id]), list)) {
      return schedule(db, application, act, calendar);
    }
    return changeOrRefuse(db, application, {
      ...spentUntil(application, null, act.at, calendar),
      stepped_at: act.at,
    });
  });
}

/** That what is handed in is owed: once the applicant was told what is missing, that and nothing else. */
function checkOwed(
  { application, violations }: StepSituation,
  materials: readonly { code: string; url: string }[],
  held: readonly LicenseMaterialRow[],
  listed: readonly string[],
): void {
  const owed = held.filter(({ supplied_at }) => supplied_at === null).map(({ code }) => code);
  const isTold = application.stage === 'AWAITING_MATERIALS';
  for (const [i, { code, url }] of materials.entries()) {
    const there = held.find((material) => material.code === code);
    if (there?.url === url) continue;
    if (there?.supplied_at) {
      violations.add('CONFLICT', ['materials', i, 'code'], {
        en: `${code} was handed in already, as another document.`,
        zh: `${code} 已提交过其他文件。`,
      });
    } else if (isTold && !owed.includes(code)) {
      violations.add('INVALID', ['materials', i, 'code'], {
        en: `${code} is not owed. Owed are: ${owed.join(', ')}.`,
        zh: `${code} 不在所缺材料之列，所缺材料为：${owed.join('、')}。`,
      });
    } else if (!isTold && !listed.includes(code)) {
      violations.add('INVALID', ['materials', i, 'code'], {
        en: `${code} is not on the procedure's list, which has: ${listed.join(', ')}.`,
        zh: `办法的材料清单中没有 ${code}，清单为：${listed.join('、')}。`,
      });
    }
  }
}

/** The application, when all that is handed in is there already: a script has sent it twice. */
async function whenRepeated(
  { db, signedIn: _ }: TourismContext,
  { applicationId, materials }: SupplyLicenseMaterialsInput,
): Promise<LicenseApplicationRow | null> {
  if (materials.length === 0) return null;
  const held = new Map((await materialsOf(db, [applicationId])).map(({ code, url }) => [code, url]));
  const isRepeated = materials.every(({ code, url }) => held.get(code.trim()) === url.trim());
  return isRepeated ? applicationById(db, applicationId) : null;
}
