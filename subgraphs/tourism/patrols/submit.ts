import { createHash, randomUUID } from 'node:crypto';
import { loadWorkingCalendar } from '../../kit/calendar-days';
import type { Db } from '../../kit/database';
import { refuse, Violations } from '../../kit/errors';
import { numberPolicy, policiesOf, policyValue } from '../../kit/in-effect';
import { checkLine, checkPosition, checkText, checkWebAddresses } from '../../kit/inputs';
import { contains } from '../../kit/jurisdiction';
import { dayOf } from '../../kit/time';
import { mayPatrol } from '../applications/rules';
import { type ConditionRow, changeCondition, conditionsById } from '../decisions/store';
import type { TourismContext } from '../loaders';
import type { ScenicPatrolFindingInput, SubmitScenicPatrolInput } from '../schema-types';
import { RECTIFICATION_POLICY } from './rules';
import { insertPatrol, patrolOf, type ScenicPatrolRow } from './store';

const MAXIMUM_FINDINGS = 100;
const MAXIMUM_PHOTOS = 20;

/** Stores the form of one day's patrol. Throws a `Refusal` with every violation. */
export async function submitScenicPatrol(
  context: TourismContext,
  input: SubmitScenicPatrolInput,
): Promise<ScenicPatrolRow> {
  const { signedIn: viewer, now } = context;
  const { jurisdiction, patrolledOn } = input;
  const note = input.note?.trim() || null;
  const practiceId = input.practiceId?.trim() || null;
  const findings = input.findings.map((finding) => ({
    ...finding,
    text: finding.text.trim(),
    photos: (finding.photos ?? []).map((photo) => photo.trim()),
  }));
  const digest = createHash('sha256')
    .update(JSON.stringify([note, findings, ...(practiceId ? [practiceId] : [])]))
    .digest('hex');
  return context.write(async (db) => {
    const violations = new Violations();
    if (!mayPatrol(viewer, jurisdiction)) {
      violations.add('NOT_ALLOWED', ['jurisdiction'], {
        en: `Only a tourism office or review office that may act in ${jurisdiction} patrols there.`,
        zh: `仅可在 ${jurisdiction} 履职的旅游管理部门或联席会议办公室可以提交巡查表。`,
      });
    }
    if (patrolledOn > dayOf(now)) {
      violations.add('INVALID', ['patrolledOn'], {
        en: `${patrolledOn} has not come. Give the day of the patrol.`,
        zh: `${patrolledOn} 尚未到来，请填写巡查日期。`,
      });
    }
    checkText(violations, ['note'], note ?? '', 1_000);
    checkLine(violations, ['practiceId'], practiceId ?? '', 64);
    const conditions = await checkFindings(db, violations, findings, { jurisdiction, patrolledOn });
    violations.throwIfAny();
    const form = { agency: viewer.agency, jurisdiction, patrolled_on: patrolledOn };
    const policies = await policiesOf(db, [RECTIFICATION_POLICY], [jurisdiction]);
    const days = policyValue(
      policies,
      RECTIFICATION_POLICY,
      { place: jurisdiction, day: patrolledOn },
      numberPolicy,
    );
    const dueOn = (await loadWorkingCalendar(db)).addWorkingDays(patrolledOn, days);
    const patrol = {
      ...{ id: randomUUID(), ...form, patroller: viewer.user, note, submitted_at: now, digest },
      practice_id: practiceId,
    };
    const isStored = await insertPatrol(
      db,
      patrol,
      findings.map(({ kind, text, location, photos, conditionId, dueOn: given }, i) => ({
        ...{ id: randomUUID(), patrol_id: patrol.id, jurisdiction, agency: viewer.agency, ordinal: i + 1 },
        ...{ kind, text, photos, condition_id: conditionId ?? null, due_on: given ?? dueOn },
        ...{ latitude: location?.latitude ?? null, longitude: location?.longitude ?? null, status: 'OPEN' },
        ...{ rectified_at: null, rectified_by: null, rectification: null, rectification_photos: [] },
      })),
    );
    if (!isStored) {
      const present = await patrolOf(db, form);
      if (present?.digest === digest) return present;
      return refuse('CONFLICT', ['patrolledOn'], {
        en: `Your unit has sent another form for ${jurisdiction} and ${patrolledOn}, and there is one a day.`,
        zh: `本单位已提交 ${jurisdiction} 在 ${patrolledOn} 的巡查表，每天一份。`,
      });
    }
    await reopen(db, conditions);
    return patrol;
  });
}

/** Every violation of findings; gives the conditions that they concern. */
async function checkFindings(
  db: Db,
  violations: Violations,
  findings: readonly (ScenicPatrolFindingInput & { photos: string[] })[],
  { jurisdiction, patrolledOn }: { jurisdiction: string; patrolledOn: string },
): Promise<ConditionRow[]> {
  if (findings.length > MAXIMUM_FINDINGS) {
    violations.add('LIMIT_EXCEEDED', ['findings'], {
      en: `There are ${findings.length} findings; a form takes at most ${MAXIMUM_FINDINGS}.`,
      zh: `共有 ${findings.length} 项发现，每份巡查表上限为 ${MAXIMUM_FINDINGS} 项。`,
    });
    return [];
  }
  const ids = findings.map(({ conditionId }) => conditionId).filter((id) => id != null);
  const conditions = ids.length > 0 ? await conditionsById(db, [...new Set(ids)]) : [];
  for (const [i, { text, photos, location, conditionId, dueOn }] of findings.entries()) {
    const path = ['findings', i];
    checkText(violations, [...path, 'text'], text, 500, {
      en: 'A finding is empty. Say what was found.',
      zh: '发现说明为空，请填写。',
    });
    checkWebAddresses(violations, [...path, 'photos'], photos, MAXIMUM_PHOTOS);
    if (location) checkPosition(violations, [...path, 'location'], location);
    const condition = conditions.find(({ id }) => id === conditionId);
    if (conditionId != null && !(condition && contains(jurisdiction, condition.jurisdiction))) {
      violations.add('NOT_FOUND', [...path, 'conditionId'], {
        en: `There is no such condition in ${jurisdiction}, or none for your unit. Look under decisionConditions.`,
        zh: `${jurisdiction} 不存在该条件，或本单位无权查看，请查询 decisionConditions。`,
      });
    }
    if (dueOn && dueOn < patrolledOn) {
      violations.add('INVALID', [...path, 'dueOn'], {
        en: `${dueOn} lies before the day of the patrol.`,
        zh: `${dueOn} 早于巡查日期。`,
      });
    }
  }
  return conditions;
}

/** A condition that a patrol finds unmet is open again. */
async function reopen(db: Db, conditions: readonly ConditionRow[]): Promise<void> {
  for (const condition of conditions) {
    if (condition.status !== 'FULFILLED') continue;
    await changeCondition(db, condition, {
      ...{ status: 'OPEN', fulfilled_at: null, fulfilled_by: null, note: null, photos: [] },
    });
  }
}
