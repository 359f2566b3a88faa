import { agenciesAbove, nearestOf } from '../../kit/directory';
import { refuse } from '../../kit/errors';
import { checkLine, checkText } from '../../kit/inputs';
import { hasFunction } from '../../kit/viewer';
import { checkMaterials } from '../applications/checks';
import { changeOrRefuse, type StepSituation, takeStep } from '../applications/step';
import { type LicenseApplicationRow, ownedBy, recordEvent } from '../applications/store';
import { workingSeconds } from '../durations/rules';
import type { TourismContext } from '../loaders';
import { materialListOf } from '../procedures/store';
import type { RecordReviewOpinionInput } from '../schema-types';
import { beginningOf } from '../sessions/rules';
import { attendanceOf, type ReviewSessionRow, recordAttendance } from '../sessions/store';
import { needsComment } from './rules';
import { type AskedMaterial, insertOpinion, opinionsOf, recusalsOf } from './store';

const MAXIMUM_COMMENT = 1_000;
const MAXIMUM_CONDITIONS = 20;
const MAXIMUM_CONDITION = 300;

/** Speaks on an application for a function of the viewer's unit. Throws a `Refusal` with every violation. */
export async function recordReviewOpinion(
  context: TourismContext,
  input: RecordReviewOpinionInput,
): Promise<LicenseApplicationRow> {
  return takeStep(context, 'OPINE', input, async (situation) => {
    const { db, application, session, viewer, violations, act, calendar } = situation;
    const comment = input.comment?.trim() ?? '';
    const conditions = (input.conditions ?? []).map((condition) => condition.trim());
    await checkSpeaker(situation, input.function);
    checkWords(situation, { ...input, comment, conditions });
    const asked = await checkAskedMaterials(situation, { ...input, comment });
    if (session) await checkMeeting(situation, session, input.function);
    const opinions = await opinionsOf(db, [application.id]);
    if (
      opinions.some(({ round, function: spoken }) => round === application.round && spoken === input.function)
    ) {
      violations.add('CONFLICT', ['function'], hasSpoken(input.function));
    }
    violations.throwIfAny();
    if (!session) throw new Error(`the application ${application.id} is on an agenda of no meeting`);
    // Holds the row, so that nobody decides meanwhile and each event has a position of its own.
    await changeOrRefuse(db, application, { stage: application.stage });
    const beginning = beginningOf(session);
    const isStored = await insertOpinion(db, {
      ...{ ...ownedBy(application), round: application.round, function: input.function },
      ...{ session_id: session.id, agency: viewer.agency, speaker: viewer.user, verdict: input.verdict },
      ...{ comment: comment || null, conditions, materials: asked, given_at: act.at },
      waited: workingSeconds(calendar, beginning, act.at),
    });
    if (!isStored) return refuse('CONFLICT', ['function'], hasSpoken(input.function));
    if (act.at >= beginning) {
      await recordAttendance(db, [
        {
          ...{ session_id: session.id, function: input.function, jurisdiction: session.jurisdiction },
          ...{ office: session.office, agency: viewer.agency, is_present: true },
          ...{ representative: viewer.user, recorded_at: act.at },
        },
      ]);
    }
    await recordEvent(db, application, 'OPINION_GIVEN', act, comment || null);
    return application;
  });
}

const hasSpoken = (code: string) => ({
  en: `${code} has spoken on this application, and each function speaks once in a round.`,
  zh: `${code} 已对该申请提出意见，每一轮每个职能只能表态一次。`,
});

/** That the procedure asks for the function, that the unit performs it for the town, and that the speaker may speak. */
async function checkSpeaker(
  { db, application, functions, viewer, violations }: StepSituation,
  code: string,
): Promise<void> {
  if (!functions.some((required) => required.code === code)) {
    violations.add('INVALID', ['function'], {
      en: `The procedure does not ask "${code.slice(0, 40)}". It asks ${functions.map((f) => f.code).join(', ')}.`,
      zh: `该办法不要求“${code.slice(0, 40)}”表态，要求表态的职能为：${functions.map((f) => f.code).join('、')}。`,
    });
    return;
  }
  const performing = await agenciesAbove(db, [application.town], code);
  const nearest = nearestOf(performing, application.town);
  const speaks =
    hasFunction(viewer, [code]) &&
    (nearest === null ||
      performing.some((unit) => unit.code === viewer.agency && unit.jurisdiction === nearest.jurisdiction));
  if (!speaks) {
    violations.add('NOT_ALLOWED', ['function'], {
      en: `Your unit does not speak for ${code} there${nearest ? `; ${nearest.code} does` : ''}.`,
      zh: `本单位在该地不代表 ${code} 表态${nearest ? `，应由 ${nearest.code}（${nearest.name}）表态` : ''}。`,
    });
  }
  const recusals = await recusalsOf(db, [application.id]);
  if (recusals.some(({ person }) => person === viewer.user)) {
    violations.add('NOT_ALLOWED', ['applicationId'], {
      en: `${viewer.user} is recused from this application. Let someone else of the unit speak.`,
      zh: `${viewer.user} 已回避该申请，请由本单位其他人员表态。`,
    });
  }
}

/** That a verdict has the words that it needs, and none that it does not. */
function checkWords(
  { violations }: StepSituation,
  {
    verdict,
    comment,
    conditions,
  }: { verdict: RecordReviewOpinionInput['verdict']; comment: string; conditions: readonly string[] },
): void {
  checkText(
    violations,
    ['comment'],
    comment,
    MAXIMUM_COMMENT,
    needsComment(verdict)
      ? {
          en: `The comment is empty. ${verdict} must say why.`,
          zh: '说明为空，除“同意”外均须说明理由。',
        }
      : undefined,
  );
  if (verdict !== 'APPROVE_WITH_CONDITIONS') {
    if (conditions.length > 0) {
      violations.add('INVALID', ['conditions'], {
        en: `${verdict} has no conditions. Say APPROVE_WITH_CONDITIONS, or leave them out.`,
        zh: '只有“有条件同意”可以附条件，请修改意见或去除条件。',
      });
    }
    return;
  }
  if (conditions.length === 0) {
    violations.add('REQUIRED', ['conditions'], {
      en: 'No condition is named. Name each thing that must be done.',
      zh: '未填写条件，请逐条填写须落实的条件。',
    });
  } else if (conditions.length > MAXIMUM_CONDITIONS) {
    violations.add('LIMIT_EXCEEDED', ['conditions'], {
      en: `There are ${conditions.length} conditions; at most ${MAXIMUM_CONDITIONS} are kept.`,
      zh: `共有 ${conditions.length} 条条件，上限为 ${MAXIMUM_CONDITIONS} 条。`,
    });
  } else {
    for (const [i, condition] of conditions.entries()) {
      checkLine(violations, ['conditions', i], condition, MAXIMUM_CONDITION, {
        en: 'A condition is empty. Say what must be done.',
        zh: '条件为空，请说明须落实的内容。',
      });
    }
  }
}

/** What a wish for a supplement asks for: the materials that it names, or its comment as one. */
async function checkAskedMaterials(
  { db, application, violations }: StepSituation,
  { verdict, function: code, comment, materials = [] }: RecordReviewOpinionInput & { comment: string },
): Promise<AskedMaterial[]> {
  if (verdict !== 'SUPPLEMENT') {
    if (materials?.length) {
      violations.add('INVALID', ['materials'], {
        en: `${verdict} asks for no materials. Say SUPPLEMENT, or leave them out.`,
        zh: '只有“补正”可以要求补充材料，请修改意见或去除材料。',
      });
    }
    return [];
  }
  if (!materials?.length) {
    return [{ code: `SUPPLEMENT-${code}`.slice(0, 40), name: [...comment].slice(0, 60).join('') }];
  }
  const list = await materialListOf(db, [application.procedure_id]);
  const names = new Map(list.map((material) => [material.code, material.name]));
  return checkMaterials(violations, materials, names).map(({ code: asked, name }) => ({ code: asked, name }));
}

/** That the meeting is not over, and that the function is not recorded as absent from it. */
async function checkMeeting(
  { db, violations, act }: StepSituation,
  session: ReviewSessionRow,
  code: string,
): Promise<void> {
  if (session.closed_at && act.at >= session.closed_at) {
    violations.add('NOT_ALLOWED_IN_STATE', ['at'], {
      en: 'The meeting is over. Let the review office carry the application over to the next.',
      zh: '会议已结束，请由联席会议办公室将该申请移至下次会议。',
    });
  }
  if (act.at < beginningOf(session)) return;
  const attendance = await attendanceOf(db, [session.id]);
  if (attendance.some((row) => row.function === code && !row.is_present)) {
    violations.add('NOT_ALLOWED_IN_STATE', ['function'], {
      en: `${code} is recorded as absent, and an absent function writes before the meeting. The review office can correct who is there.`,
      zh: `${code} 登记为未到会，未到会的须在会前书面表态。如有误，请由联席会议办公室更正到会情况。`,
    });
  }
}
