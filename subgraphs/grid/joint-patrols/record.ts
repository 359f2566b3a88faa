import { agenciesByCode } from '../../kit/directory';
import { commands } from '../life-cycle/rules';
import type { GridContext } from '../loaders';
import type { RecordJointPatrolShiftInput } from '../schema-types';
import { checkShift } from './rules';
import { type JointPatrolShiftRow, storeShift } from './store';

/** Records a shift as the command of its place, or what is new about it. Throws a `Refusal` with every violation. */
export async function recordJointPatrolShift(
  context: GridContext,
  input: RecordJointPatrolShiftInput,
): Promise<JointPatrolShiftRow> {
  const { signedIn: viewer, now } = context;
  const { jurisdiction, startsAt, endsAt } = input;
  const shift = {
    ...{ jurisdiction, startsAt, endsAt },
    member: input.member.trim(),
    agency: input.agency ?? viewer.agency,
    arrivedAt: input.arrivedAt ?? null,
    leftAt: input.leftAt ?? null,
    isExcused: input.isExcused ?? false,
  };
  return context.write(async (db) => {
    const isAgencyKnown =
      shift.agency === viewer.agency || (await agenciesByCode(db, [shift.agency])).length > 0;
    checkShift(shift, { mayRecord: commands(viewer, jurisdiction), isAgencyKnown, now }).throwIfAny();
    return storeShift(db, shift, viewer.agency);
  });
}
