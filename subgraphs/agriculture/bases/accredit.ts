import { refuse, Violations } from '../../kit/errors';
import { checkInstant } from '../../kit/inputs';
import { dayOf } from '../../kit/time';
import { hasFunction, mayActIn } from '../../kit/viewer';
import type { AgricultureContext } from '../loaders';
import type {
  ApplyForAccreditationInput,
  DecideAccreditationInput,
  RecordAccreditationVisitInput,
} from '../schema-types';
import { versionInForce } from '../standards/rules';
import { standardVersions } from '../standards/store';
import {
  type AccreditationStep,
  accreditationStatusOn,
  checkStep,
  checkVisit,
  type DecisionGrounds,
  GROWERS_FUNCTIONS,
  visitScore,
} from './rules';
import {
  type AccreditationOfIssuer,
  type AccreditationRow,
  accreditationsTo,
  basesById,
  heldAccreditation,
  insertApplication,
  insertVisit,
  latestVisit,
  takeStep,
} from './store';

/** Applies, for a base, to be accredited to the version of a standard in force. Throws a `Refusal`. */
export async function applyForAccreditation(
  context: AgricultureContext,
  input: ApplyForAccreditationInput,
): Promise<AccreditationRow> {
  const { signedIn: viewer, now } = context;
  const at = input.at ?? now;
  return context.write(async (db) => {
    const [base] = await basesById(db, [input.baseId]);
    const standard = versionInForce(await standardVersions(db, [input.standard]), dayOf(at));
    const violations = new Violations();
    checkInstant(violations, at, now);
    if (!base) {
      violations.add('NOT_FOUND', ['baseId'], {
        en: 'There is no such base. Look it up under supplyBases, or register it first.',
        zh: '不存在该基地，请在基地列表中查询，或先登记。',
      });
    } else if (
      base.registered_by !== viewer.agency &&
      !(hasFunction(viewer, GROWERS_FUNCTIONS) && mayActIn(viewer, base.jurisdiction))
    ) {
      violations.add('NOT_ALLOWED', ['baseId'], {
        en: 'Only the unit that registered the base, or a department of agriculture above it, applies for it.',
        zh: '仅登记该基地的单位或上级农业农村部门可以为其申请。',
      });
    }
    if (!standard) {
      violations.add('NOT_FOUND', ['standard'], {
        en: `No version of a standard "${input.standard}" is in force on ${dayOf(at)}. Look under supplyStandards.`,
        zh: `标准“${input.standard}”在 ${dayOf(at)} 没有现行版本，请在标准列表中查询。`,
      });
    }
    violations.throwIfAny();
    if (!base || !standard) throw new Error('a missing base or standard is a violation');
    const present = await accreditationsTo(db, base.id, standard.code);
    const waiting = present.find(({ status }) => status === 'APPLIED');
    if (waiting) {
      if (waiting.applied_at.getTime() === at.getTime()) return waiting;
      refuse('CONFLICT', ['standard'], {
        en: 'The base has applied to this standard already, and the application waits. Look at its accreditations.',
        zh: '该基地已申请此标准，正在等待决定，请查看其授牌。',
      });
    }
    if (present.some((each) => accreditationStatusOn(each, dayOf(at)) === 'SUSPENDED')) {
      refuse('NOT_ALLOWED_IN_STATE', ['standard'], {
        en: "The base's accreditation to this standard is suspended. Have it reinstated before it is renewed.",
        zh: '该基地此标准的授牌已暂停，请先恢复再申请续牌。',
      });
    }
    const application = await insertApplication(db, {
      ...{ base: base.id, standard: standard.id, user: viewer.user, agency: viewer.agency, at },
    });
    return application ?? refuse('CONFLICT', ['standard'], anotherWasFaster);
  });
}

const anotherWasFaster = {
  en: 'Someone else changed it at the same moment. Look at it again.',
  zh: '该授牌刚被他人办理，请重新查看。',
};

/** The accreditation of an id, for the issuer of its standard alone; refuses everyone else. */
function forIssuer(held: AccreditationOfIssuer | null, agency: string): AccreditationOfIssuer {
  if (!held) {
    return refuse('NOT_FOUND', ['accreditationId'], {
      en: 'There is no such accreditation. Look at the accreditations of the base.',
      zh: '不存在该授牌，请查看基地的授牌。',
    });
  }
  if (held.issuer !== agency) {
    return refuse('NOT_ALLOWED', ['accreditationId'], {
      en: 'Only the issuer of the standard decides about accreditations to it.',
      zh: '仅标准的发布单位可以办理其授牌。',
    });
  }
  return held;
}

/** Records a visit of the issuer. Throws a `Refusal`. */
export async function recordAccreditationVisit(
  context: AgricultureContext,
  input: RecordAccreditationVisitInput,
): Promise<AccreditationRow> {
  const { signedIn: viewer, now } = context;
  const visit = {
    visitedOn: input.visitedOn,
    inspectors: input.inspectors.map((name) => name.trim()),
    checklist: input.checklist.map(({ item, points, maximum, remark }) => ({
      ...{ item: item.trim(), points, maximum, remark: remark?.trim() || null },
    })),
    remark: input.remark?.trim() ?? '',
    at: input.at ?? now,
  };
  return context.write(async (db) => {
    const held = forIssuer(await heldAccreditation(db, input.accreditationId), viewer.agency);
    checkVisit(held, visit, now).throwIfAny();
    await insertVisit(db, held.id, {
      ...{ ...visit, score: visitScore(visit.checklist), user: viewer.user, agency: viewer.agency },
    });
    return held;
  });
}

/** Takes a step as the issuer. Throws a `Refusal` with every violation. */
export async function stepAccreditation(
  context: AgricultureContext,
  step: AccreditationStep,
  input: {
    accreditationId: string;
    note?: string | null;
    at?: Date | null;
  } & Partial<DecideAccreditationInput>,
): Promise<AccreditationRow> {
  const { signedIn: viewer, now } = context;
  const at = input.at ?? now;
  const note = input.note?.trim() ?? '';
  return context.write(async (db) => {
    const held = forIssuer(await heldAccreditation(db, input.accreditationId), viewer.agency);
    const visit = await latestVisit(db, held.id);
    const grounds: DecisionGrounds = {
      score: input.score ?? (visit === null ? null : Number(visit.score)),
      visitedOn: input.visitedOn ?? visit?.visited_on ?? null,
      validUntil: input.validUntil ?? null,
    };
    checkStep(held, { step, note, at, now, grounds }).throwIfAny();
    const stepped = await takeStep(db, held, {
      ...{ step, note, grounds, user: viewer.user, agency: viewer.agency, at },
    });
    return stepped ?? refuse('CONFLICT', ['accreditationId'], anotherWasFaster);
  });
}
