import { refuse } from '../../kit/errors';
import { dayOf } from '../../kit/time';
import type { PersonnelContext } from '../loaders';
import { noSuchOfficer } from '../officers/rules';
import { officersById } from '../officers/store';
import { topicsByCode } from '../practices/store';
import type { AppointLiaisonInput, EndLiaisonInput } from '../schema-types';
import {
  checkAppointment,
  checkEnd,
  isLiaisonAlready,
  liaisonMeanwhile,
  noSuchLiaison,
  notYourLiaison,
  notYourOfficer,
} from './rules';
import { endAppointment, insertLiaison, type LiaisonRow, liaisonsById, servesAt } from './store';

/** Appoints an officer of the caller's unit, or posted to it, as its liaison. Throws a `Refusal` with every violation. */
export async function appointLiaison(
  context: PersonnelContext,
  input: AppointLiaisonInput,
): Promise<LiaisonRow> {
  const { signedIn: viewer, now } = context;
  const today = dayOf(now);
  const appointment = {
    ...{ topic: input.topic.trim(), phone: input.phone.trim(), startsOn: input.startsOn ?? today },
  };
  return context.write(async (db) => {
    const [officer] = await officersById(db, [input.officerId]);
    if (!officer) return refuse('NOT_FOUND', ['officerId'], noSuchOfficer);
    if (!(await servesAt(db, officer.id, viewer.agency)))
      return refuse('NOT_ALLOWED', ['officerId'], notYourOfficer);
    const isTopicKnown = (await topicsByCode(db, [appointment.topic])).length > 0;
    checkAppointment(appointment, { today, isTopicKnown }).throwIfAny();
    const liaison = await insertLiaison(db, officer.id, appointment, viewer);
    return liaison ?? refuse('CONFLICT', ['officerId'], isLiaisonAlready);
  });
}

/** Ends an appointment that the caller's unit made. Throws a `Refusal` with every violation. */
export async function endLiaison(context: PersonnelContext, input: EndLiaisonInput): Promise<LiaisonRow> {
  const { signedIn: viewer, now } = context;
  const today = dayOf(now);
  const endsOn = input.endsOn ?? today;
  return context.write(async (db) => {
    const [liaison] = await liaisonsById(db, [input.liaisonId]);
    if (!liaison) return refuse('NOT_FOUND', ['liaisonId'], noSuchLiaison);
    if (liaison.agency !== viewer.agency) return refuse('NOT_ALLOWED', ['liaisonId'], notYourLiaison);
    checkEnd(liaison, { endsOn, today }).throwIfAny();
    const ended = await endAppointment(db, liaison.id, { endsOn, user: viewer.user });
    return ended ?? refuse('CONFLICT', ['liaisonId'], liaisonMeanwhile);
  });
}
