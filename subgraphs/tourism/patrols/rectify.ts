import { refuse, Violations } from '../../kit/errors';
import { checkInstant, checkNotBefore, checkText, checkWebAddresses } from '../../kit/inputs';
import { startOfDay } from '../../kit/time';
import { mayPatrol } from '../applications/rules';
import { changeCondition, conditionsById } from '../decisions/store';
import type { TourismContext } from '../loaders';
import type { RectifyPatrolFindingInput } from '../schema-types';
import { findingsById, openFindingsOn, type PatrolFindingRow, patrolsById, rectify } from './store';

/**
 * Records that a finding is put right; with the last open one on a condition the condition is fulfilled. Throws a
 * `Refusal` with every violation.
 */
export async function rectifyPatrolFinding(
  context: TourismContext,
  input: RectifyPatrolFindingInput,
): Promise<PatrolFindingRow> {
  const { signedIn: viewer, now } = context;
  const at = input.at ?? now;
  const note = input.note.trim();
  const photos = (input.photos ?? []).map((photo) => photo.trim());
  return context.write(async (db) => {
    const [finding] = await findingsById(db, [input.findingId]);
    const [patrol] = finding ? await patrolsById(db, [finding.patrol_id]) : [];
    if (!finding || !patrol) {
      return refuse('NOT_FOUND', ['findingId'], {
        en: 'There is no such finding, or none for your unit. Look under patrolFindings.',
        zh: '不存在该巡查发现，或本单位无权查看，请查询 patrolFindings。',
      });
    }
    if (viewer.agency !== finding.agency && !mayPatrol(viewer, finding.jurisdiction)) {
      return refuse('NOT_ALLOWED', ['findingId'], {
        en: 'Only the unit that patrolled and the tourism office or review office of the place confirm it.',
        zh: '仅巡查单位和当地旅游管理部门、联席会议办公室可以确认整改。',
      });
    }
    const violations = new Violations();
    if (finding.status !== 'OPEN') {
      violations.add('NOT_ALLOWED_IN_STATE', ['findingId'], {
        en: 'The finding is put right already.',
        zh: '该发现已整改。',
      });
    }
    checkText(violations, ['note'], note, 500, {
      en: 'The note is empty. Say what was done.',
      zh: '说明为空，请说明整改情况。',
    });
    checkWebAddresses(violations, ['photos'], photos, 20);
    checkInstant(violations, at, now);
    checkNotBefore(violations, at, startOfDay(patrol.patrolled_on));
    violations.throwIfAny();
    // The condition's row is held first, so that of two findings put right at once the later sees the earlier.
    const [condition] = finding.condition_id ? await conditionsById(db, [finding.condition_id]) : [];
    const held = condition && (await changeCondition(db, condition, { status: condition.status }));
    const rectified = await rectify(db, finding.id, {
      ...{ rectified_at: at, rectified_by: viewer.agency, rectification: note, rectification_photos: photos },
    });
    if (!rectified) {
      return refuse('CONFLICT', ['findingId'], {
        en: 'Someone else put the finding right at the same moment.',
        zh: '该发现刚由他人确认整改。',
      });
    }
    if (held?.status === 'OPEN' && (await openFindingsOn(db, held.id)) === 0) {
      await changeCondition(db, held, {
        ...{ status: 'FULFILLED', fulfilled_at: at, fulfilled_by: viewer.agency, note, photos },
      });
    }
    return rectified;
  });
}
