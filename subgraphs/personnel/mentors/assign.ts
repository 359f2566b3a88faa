import { refuse } from '../../kit/errors';
import { checkNotBefore } from '../../kit/inputs';
import type { PersonnelContext } from '../loaders';
import { noSuchOfficer } from '../officers/rules';
import { officersById } from '../officers/store';
import type { AssignSecondmentMentorInput, RelieveSecondmentMentorInput } from '../schema-types';
import { postingToActOn } from '../secondments/act';
import { recordEvent, type SecondmentRow } from '../secondments/store';
import { checkMentor, mentorMeanwhile, nobodyToRelieve } from './rules';
import { insertMentor, mentorsOf, relieveMentor } from './store';

/** Gives an officer a mentor's part, and relieves who had it. Throws a `Refusal` with every violation. */
export async function assignMentor(
  context: PersonnelContext,
  input: AssignSecondmentMentorInput,
): Promise<SecondmentRow> {
  const { signedIn: viewer, now } = context;
  const act = { user: viewer.user, agency: viewer.agency, at: input.at ?? now };
  const { secondmentId: secondment, kind } = input;
  return context.write(async (db) => {
    const { posting, violations } = await postingToActOn(db, secondment, {
      action: 'ASSIGN_MENTOR',
      now,
      ...act,
    });
    const [mentor] = await officersById(db, [input.officerId]);
    const present =
      (await mentorsOf(db, [secondment])).find((m) => m.kind === kind && !m.relieved_at) ?? null;
    if (mentor) checkMentor(violations, posting, { mentor, present, at: act.at });
    else violations.add('NOT_FOUND', ['officerId'], noSuchOfficer);
    violations.throwIfAny();
    if (present && !(await relieveMentor(db, present.id, act.at)))
      return refuse('CONFLICT', ['kind'], mentorMeanwhile);
    const assigned = await insertMentor(db, { secondment, officer: input.officerId, kind }, act);
    if (!assigned) return refuse('CONFLICT', ['kind'], mentorMeanwhile);
    await recordEvent(db, secondment, 'MENTOR_ASSIGNED', act, mentor?.name ?? null);
    return posting;
  });
}

/** Relieves a mentor without naming another. Throws a `Refusal` with every violation. */
export async function relieve(
  context: PersonnelContext,
  input: RelieveSecondmentMentorInput,
): Promise<SecondmentRow> {
  const { signedIn: viewer, now } = context;
  const act = { user: viewer.user, agency: viewer.agency, at: input.at ?? now };
  const { secondmentId: secondment, kind } = input;
  return context.write(async (db) => {
    const { posting, violations } = await postingToActOn(db, secondment, {
      action: 'ASSIGN_MENTOR',
      now,
      ...act,
    });
    const present = (await mentorsOf(db, [secondment])).find((m) => m.kind === kind && !m.relieved_at);
    if (present) checkNotBefore(violations, act.at, present.assigned_at);
    else violations.add('NOT_FOUND', ['kind'], nobodyToRelieve);
    violations.throwIfAny();
    if (!present || !(await relieveMentor(db, present.id, act.at)))
      return refuse('CONFLICT', ['kind'], mentorMeanwhile);
    const [mentor] = await officersById(db, [present.officer]);
    await recordEvent(db, secondment, 'MENTOR_RELIEVED', act, mentor?.name ?? null);
    return posting;
  });
}
