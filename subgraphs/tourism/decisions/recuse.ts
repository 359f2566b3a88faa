import { refuse } from '../../kit/errors';
import { checkLine, checkText } from '../../kit/inputs';
import { hasFunction } from '../../kit/viewer';
import { changeOrRefuse, takeStep } from '../applications/step';
import { type LicenseApplicationRow, ownedBy, recordEvent } from '../applications/store';
import type { TourismContext } from '../loaders';
import type { RecordReviewRecusalInput } from '../schema-types';
import { insertRecusal, opinionsOf } from './store';

/** Records that someone related to the applicant steps aside. Throws a `Refusal` with every violation. */
export async function recordReviewRecusal(
  context: TourismContext,
  input: RecordReviewRecusalInput,
): Promise<LicenseApplicationRow> {
  return takeStep(context, 'RECUSE', input, async (situation) => {
    const { db, application, functions, parts, viewer, violations, act } = situation;
    const person = input.person.trim();
    const reason = input.reason.trim();
    const code = input.function ?? null;
    checkLine(violations, ['person'], person, 60, {
      en: 'Nobody is named. Give the user who steps aside.',
      zh: '回避人为空，请填写。',
    });
    checkText(violations, ['reason'], reason, 500, {
      en: 'The reason is empty. Say how they are related to the applicant.',
      zh: '原因为空，请说明与申请人的关系。',
    });
    if (code !== null && !functions.some((required) => required.code === code)) {
      violations.add('INVALID', ['function'], {
        en: `The procedure does not ask "${code.slice(0, 40)}".`,
        zh: `该办法不要求“${code.slice(0, 40)}”表态。`,
      });
    } else if (!parts.has('OFFICE') && (code === null || !hasFunction(viewer, [code]))) {
      violations.add('NOT_ALLOWED', ['function'], {
        en: 'A department records the recusal of its own people: name its own function.',
        zh: '部门只能登记本单位人员的回避，请填写本单位的职能。',
      });
    }
    const opinions = await opinionsOf(db, [application.id]);
    if (opinions.some(({ round, speaker }) => round === application.round && speaker === person)) {
      violations.add('CONFLICT', ['person'], {
        en: `${person} has spoken on this application already.`,
        zh: `${person} 已对该申请提出意见。`,
      });
    }
    violations.throwIfAny();
    await changeOrRefuse(db, application, { stage: application.stage });
    const isStored = await insertRecusal(db, {
      ...{ ...ownedBy(application), person, function: code, reason },
      ...{ agency: viewer.agency, recorded_by: viewer.user, recorded_at: act.at },
    });
    if (!isStored) {
      return refuse('CONFLICT', ['person'], {
        en: `${person} is recused from this application already.`,
        zh: `${person} 已登记回避。`,
      });
    }
    await recordEvent(db, application, 'RECUSED', act, `${person}：${reason}`);
    return application;
  });
}
