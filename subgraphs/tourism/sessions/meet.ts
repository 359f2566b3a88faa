import { loadWorkingCalendar } from '../../kit/calendar-days';
import type { Db } from '../../kit/database';
import { refuse, Violations } from '../../kit/errors';
import { checkInstant, checkLine, checkNotBefore, checkText } from '../../kit/inputs';
import { startOfDay } from '../../kit/time';
import { carryOver } from '../applications/leave';
import { isOffice } from '../applications/rules';
import type { TourismContext } from '../loaders';
import { requiredFunctionsOf } from '../procedures/store';
import type { CloseReviewSessionInput, OpenReviewSessionInput, ReviewSessionStatus } from '../schema-types';
import { beginningOf, quorumOf } from './rules';
import {
  attendanceOf,
  changeSession,
  type ReviewSessionRow,
  recordAttendance,
  sessionsById,
  waitingIn,
} from './store';

const STATUS_NAMES = {
  PLANNED: { en: 'has not begun', zh: '待召开' },
  OPEN: { en: 'is under way', zh: '进行中' },
  CLOSED: { en: 'is over', zh: '已闭会' },
  LAPSED: { en: 'has lapsed for want of a quorum', zh: '已流会' },
  CANCELLED: { en: 'was cancelled', zh: '已取消' },
} as const satisfies Record<ReviewSessionStatus, { en: string; zh: string }>;

/** The statuses from which a meeting is begun (again, to correct who is there) and from which it is ended. */
export const MEETING_STEPS = {
  OPEN: ['PLANNED', 'OPEN'],
  CLOSE: ['PLANNED', 'OPEN'],
} as const satisfies Record<string, readonly ReviewSessionStatus[]>;

const anotherWasFaster = {
  en: 'Someone else changed the meeting at the same moment.',
  zh: '该会议刚被他人办理。',
};

/** The meeting, for an office that may lead it; what is wrong with its status and the time is a violation. */
async function sessionFor(
  db: Db,
  { signedIn: viewer, now }: TourismContext,
  { sessionId, at }: { sessionId: string; at: Date },
  step: keyof typeof MEETING_STEPS,
  violations: Violations,
): Promise<ReviewSessionRow> {
  const [session] = await sessionsById(db, [sessionId]);
  if (!session) {
    return refuse('NOT_FOUND', ['sessionId'], {
      en: 'There is no such meeting. Look under reviewSessions.',
      zh: '不存在该会议，请查询 reviewSessions。',
    });
  }
  if (!isOffice(viewer, session.jurisdiction)) {
    return refuse('NOT_ALLOWED', ['sessionId'], {
      en: "Only the town's review office leads its meetings.",
      zh: '仅该镇联席会议办公室可以办理会议。',
    });
  }
  const from: readonly ReviewSessionStatus[] = MEETING_STEPS[step];
  if (!from.includes(session.status)) {
    violations.add('NOT_ALLOWED_IN_STATE', ['sessionId'], {
      en: `The meeting ${STATUS_NAMES[session.status].en}.`,
      zh: `该会议${STATUS_NAMES[session.status].zh}。`,
    });
  }
  checkInstant(violations, at, now);
  checkNotBefore(violations, at, step === 'OPEN' ? startOfDay(session.held_on) : beginningOf(session));
  return session;
}

/** Records that a meeting began, and who is there. Throws a `Refusal` with every violation. */
export async function openReviewSession(
  context: TourismContext,
  input: OpenReviewSessionInput,
): Promise<ReviewSessionRow> {
  const { signedIn: viewer, now } = context;
  const at = input.at ?? now;
  const chair = input.chair.trim();
  return context.write(async (db) => {
    const violations = new Violations();
    const session = await sessionFor(db, context, { ...input, at }, 'OPEN', violations);
    checkLine(violations, ['chair'], chair, 60, {
      en: 'Nobody is in the chair. Name who leads the meeting.',
      zh: '主持人为空，请填写。',
    });
    const codes = new Set((await requiredFunctionsOf(db, [session.procedure_id])).map(({ code }) => code));
    const seen = new Set<string>();
    for (const [i, { function: code, representative }] of (input.attendance ?? []).entries()) {
      if (!codes.has(code) || seen.has(code)) {
        violations.add('INVALID', ['attendance', i, 'function'], {
          en: `"${code.slice(0, 40)}" is not a function that the procedure requires, or is given twice.`,
          zh: `“${code.slice(0, 40)}”不是该办法要求表态的职能，或重复填写。`,
        });
      }
      seen.add(code);
      checkLine(violations, ['attendance', i, 'representative'], representative?.trim() ?? '', 60);
    }
    violations.throwIfAny();
    const opened = await changeSession(db, session.id, MEETING_STEPS.OPEN, {
      ...{ status: 'OPEN', opened_at: session.opened_at ?? at, chair },
    });
    if (!opened) return refuse('CONFLICT', ['sessionId'], anotherWasFaster);
    await recordAttendance(
      db,
      (input.attendance ?? []).map(({ function: code, isPresent, representative }) => ({
        ...{ session_id: session.id, function: code, jurisdiction: session.jurisdiction },
        ...{ office: session.office, agency: viewer.agency, is_present: isPresent, recorded_at: at },
        representative: representative?.trim() || null,
      })),
    );
    return opened;
  });
}

/**
 * Ends a meeting, and carries over what it did not decide to the next meetings that can hear it. Throws a `Refusal` with
 * every violation.
 */
export async function closeReviewSession(
  context: TourismContext,
  input: CloseReviewSessionInput,
): Promise<ReviewSessionRow> {
  const { signedIn: viewer, now } = context;
  const at = input.at ?? now;
  const note = input.note?.trim() || null;
  return context.write(async (db) => {
    const violations = new Violations();
    const session = await sessionFor(db, context, { ...input, at }, 'CLOSE', violations);
    checkText(violations, ['note'], note ?? '', 2_000);
    violations.throwIfAny();
    const functions = await requiredFunctionsOf(db, [session.procedure_id]);
    const present = (await attendanceOf(db, [session.id])).filter((row) => row.is_present);
    const { isMet } = quorumOf(session.quorum, functions, new Set(present.map((row) => row.function)));
    const closed = await changeSession(db, session.id, MEETING_STEPS.CLOSE, {
      ...{ status: isMet ? 'CLOSED' : 'LAPSED', closed_at: at, note },
    });
    if (!closed) return refuse('CONFLICT', ['sessionId'], anotherWasFaster);
    const calendar = await loadWorkingCalendar(db);
    const act = { user: viewer.user, agency: viewer.agency, at };
    const why = isMet ? '会议未作出决定' : '未达法定人数，会议流会';
    for (const application of await waitingIn(db, session.id)) {
      await carryOver(
        {
          ...{ db, application, functions, session, viewer, calendar, act, now },
          parts: new Set(['OFFICE'] as const),
        },
        why,
      );
    }
    return closed;
  });
}
