import { refuse, Violations } from '../../kit/errors';
import { checkInstant, checkNotBefore, checkText, checkWebAddresses } from '../../kit/inputs';
import { hasFunction, mayActIn } from '../../kit/viewer';
import { isOffice, mayPatrol } from '../applications/rules';
import type { TourismContext } from '../loaders';
import { openFindingsOn } from '../patrols/store';
import type { FulfillDecisionConditionInput } from '../schema-types';
import { type ConditionRow, changeCondition, conditionsById, decisionsOf } from './store';

/** Records that a condition is kept. Throws a `Refusal` with every violation. */
export async function fulfillDecisionCondition(
  context: TourismContext,
  input: FulfillDecisionConditionInput,
): Promise<ConditionRow> {
  const { signedIn: viewer, now } = context;
  const at = input.at ?? now;
  const note = input.note.trim();
  const photos = (input.photos ?? []).map((photo) => photo.trim());
  return context.write(async (db) => {
    const [condition] = await conditionsById(db, [input.conditionId]);
    const [decision] = condition ? await decisionsOf(db, [condition.application_id]) : [];
    if (!condition || !decision) {
      return refuse('NOT_FOUND', ['conditionId'], {
        en: 'There is no such condition, or none for your unit. Look under decisionConditions.',
        zh: '不存在该条件，或本单位无权查看，请查询 decisionConditions。',
      });
    }
    const setIt = hasFunction(viewer, [condition.function]) && mayActIn(viewer, decision.town);
    if (!setIt && !isOffice(viewer, decision.town) && !mayPatrol(viewer, condition.jurisdiction)) {
      return refuse('NOT_ALLOWED', ['conditionId'], {
        en: 'Only the review office, the tourism office and the department that set the condition confirm it.',
        zh: '仅联席会议办公室、旅游管理部门和提出该条件的部门可以确认落实。',
      });
    }
    const violations = new Violations();
    if (condition.status !== 'OPEN') {
      violations.add('NOT_ALLOWED_IN_STATE', ['conditionId'], {
        en: 'The condition is fulfilled already.',
        zh: '该条件已落实。',
      });
    }
    const open = await openFindingsOn(db, condition.id);
    if (open > 0) {
      violations.add('NOT_ALLOWED_IN_STATE', ['conditionId'], {
        en: `A patrol's findings on it are open (${open}). Rectify them with rectifyPatrolFinding.`,
        zh: `该条件有 ${open} 项巡查发现待整改，请先用 rectifyPatrolFinding 整改。`,
      });
    }
    checkText(violations, ['note'], note, 500, {
      en: 'The note is empty. Say what shows that the condition is kept.',
      zh: '说明为空，请说明落实情况。',
    });
    checkWebAddresses(violations, ['photos'], photos, 20);
    checkInstant(violations, at, now);
    checkNotBefore(violations, at, decision.decided_at);
    violations.throwIfAny();
    const fulfilled = await changeCondition(db, condition, {
      ...{ status: 'FULFILLED', fulfilled_at: at, fulfilled_by: viewer.agency, note, photos },
    });
    return (
      fulfilled ??
      refuse('CONFLICT', ['conditionId'], {
        en: 'Someone else confirmed the condition at the same moment.',
        zh: '该条件刚被他人确认。',
      })
    );
  });
}
