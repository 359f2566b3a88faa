import type { ViolationCode, Violations } from '../../kit/errors';
import { checkInstant, checkLine } from '../../kit/inputs';
import type { Text } from '../../kit/language';
import { addDays, dayOf, startOfDay } from '../../kit/time';
import type { WorkingCalendar } from '../../kit/working-calendar';

export type LeaveStatus = 'PENDING' | 'APPROVED' | 'REJECTED' | 'WITHDRAWN' | 'RETURNED';
export type LeaveStep = 'APPROVE' | 'REJECT' | 'WITHDRAW' | 'RETURN';
export type LeaveDayPart = 'FULL' | 'MORNING' | 'AFTERNOON';

/** The rungs of the ladder, the lowest first. */
export const RUNGS = ['TEAM_LEADER', 'TOWNSHIP_PARTY_SECRETARY', 'COUNTY_ORGANIZATION_DEPARTMENT'] as const;
export type LeaveRole = (typeof RUNGS)[number];

/** What may be done to a request, by whom, from which statuses and into which. */
export const STEPS = {
  APPROVE: { by: 'rung', from: ['PENDING'], to: 'APPROVED' },
  REJECT: { by: 'rung', from: ['PENDING'], to: 'REJECTED' },
  WITHDRAW: { by: 'requester', from: ['PENDING', 'APPROVED'], to: 'WITHDRAWN' },
  RETURN: { by: 'manager', from: ['APPROVED'], to: 'RETURNED' },
} as const satisfies Record<
  LeaveStep,
  { by: 'rung' | 'requester' | 'manager'; from: readonly LeaveStatus[]; to: LeaveStatus }
>;

/*
 * Halves of days are counted from 1970-01-01: the morning of a day is even, the afternoon odd. A leave is a stretch of
 * halves, both ends included.
 */

const DAY_MS = 86_400_000;

/** The number of a half of a day. */
export const halfOf = (day: string, isAfternoon: boolean): number =>
  (Date.parse(`${day}T00:00:00Z`) / DAY_MS) * 2 + (isAfternoon ? 1 : 0);

const dayOfHalf = (half: number): string => addDays('1970-01-01', Math.floor(half / 2));

export interface LeaveSpan {
  readonly startsOn: string;
  readonly startPart: LeaveDayPart;
  readonly endsOn: string;
  readonly endPart: LeaveDayPart;
}

/** A stretch of halves, both included. */
export interface Halves {
  readonly from: number;
  readonly to: number;
}

/** A leave as a stretch: it begins at noon only when its first part is AFTERNOON, and ends at noon when its last is MORNING. */
export const halvesOf = ({ startsOn, startPart, endsOn, endPart }: LeaveSpan): Halves => ({
  from: halfOf(startsOn, startPart === 'AFTERNOON'),
  to: halfOf(endsOn, endPart !== 'MORNING'),
});

/** The working days of a stretch, half days counted: 1.5 for a day and a morning. None when it is empty. */
export function workingDaysOf({ from, to }: Halves, calendar: WorkingCalendar): number {
  let halves = 0;
  for (let half = from; half <= to; half += 1) {
    if (calendar.isWorkingDay(dayOfHalf(half))) halves += 1;
  }
  return halves / 2;
}

/** Whether a stretch covers a whole day. */
export const coversDay = ({ from, to }: Halves, day: string): boolean =>
  from <= halfOf(day, false) && halfOf(day, true) <= to;

// Shanghai's offices break at noon.
const NOON_MS = DAY_MS / 2;

/** The half of a day in which an instant lies. */
export function halfAt(instant: Date): number {
  const day = dayOf(instant);
  return halfOf(day, instant.getTime() - startOfDay(day).getTime() >= NOON_MS);
}

/** Up to how many working days a rung decides; the last one has no bound. */
export interface LadderStep {
  readonly role: LeaveRole;
  readonly upToDays: number | null;
}

/** Reads the policy of the ladder. Throws when it is none: rungs in order, each bound above the one before. */
export function ladderPolicy(value: unknown): LadderStep[] {
  const steps = Array.isArray(value) ? value : [];
  const ladder = steps.map((step: { role?: unknown; upToDays?: unknown }): LadderStep => {
    const role = RUNGS.find((rung) => rung === step.role);
    const { upToDays } = step;
    if (!role || !(upToDays === null || typeof upToDays === 'number')) {
      throw new TypeError(`a rung of the ladder is ${JSON.stringify(step)}`);
    }
    return { role, upToDays };
  });
  const rises = ladder.every(
    ({ role, upToDays }, i) =>
      (upToDays === null) === (i === ladder.length - 1) &&
      (i === 0 ||
        (RUNGS.indexOf(role) > RUNGS.indexOf(ladder[i - 1]?.role ?? role) &&
          (upToDays ?? Number.POSITIVE_INFINITY) > (ladder[i - 1]?.upToDays ?? Number.POSITIVE_INFINITY))),
  );
  if (ladder.length === 0 || !rises) throw new TypeError(`a ladder is ${JSON.stringify(value)}`);
  return ladder;
}

/** The rungs that a leave of so many working days may come before: the one it asks for, and those above. */
export const rungsFor = (ladder: readonly LadderStep[], days: number): LeaveRole[] =>
  ladder
    .slice(ladder.findIndex(({ upToDays }) => upToDays === null || days <= upToDays))
    .map(({ role }) => role);

/** A rung that a request comes before, and since when. */
export interface Rung {
  readonly role: LeaveRole;
  readonly agency: string;
  /** By the time that the request was made. */
  readonly since: Date;
  /** By the time that the hub has had it: for whoever decides now. Never before `since`. */
  readonly liveSince: Date;
}

/**
 * When a request comes before each of its rungs: the first at once, the next when it has gone unanswered for so many
 * working days. The day of the request does not count, and the last one counts whole.
 *
 * A request that a script replays late was made long ago, and yet nobody could have answered it here. Who replays the
 * answer too names its time, and that decides; who decides now goes by how long the hub has had the request, which is
 * never longer.
 */
export function climb(
  holders: readonly { role: LeaveRole; agency: string }[],
  times: { requestedAt: Date; recordedAt: Date; unansweredDays: number; calendar: WorkingCalendar },
): Rung[] {
  const { requestedAt, recordedAt, unansweredDays, calendar } = times;
  const after = (got: Date, rung: number) =>
    startOfDay(addDays(calendar.addWorkingDays(dayOf(got), rung * unansweredDays), 1));
  return holders.map(({ role, agency }, i) => ({
    ...{ role, agency },
    since: i === 0 ? requestedAt : after(requestedAt, i),
    liveSince: i === 0 ? requestedAt : after(recordedAt, i),
  }));
}

/** The rung that a request is before at an instant: by its own times, or by the hub's. */
export const rungAt = <Row extends { since: Date; live_since: Date }>(
  rungs: readonly Row[],
  at: Date,
  clock: 'since' | 'live_since',
): Row | null => rungs.filter((rung) => rung[clock] <= at).at(-1) ?? null;

const MAXIMUM_TEXT = 500;

/** A request with its text trimmed and its defaults filled in. */
export interface LeaveApplication extends LeaveSpan {
  readonly reason: string;
  readonly at: Date;
}

/** What is wrong with a request apart from whose posting it is. */
export function checkLeave(
  violations: Violations,
  leave: LeaveApplication,
  { now, days }: { now: Date; days: number },
): void {
  const { from, to } = halvesOf(leave);
  if (from > to) {
    violations.add('INVALID', ['endsOn'], {
      en: 'The leave ends before it begins. Give a last day, or half of one, that is not before the first.',
      zh: '请假结束早于开始，请填写不早于开始的结束日期或时段。',
    });
  } else if (days === 0) {
    violations.add('INVALID', ['startsOn'], {
      en: 'None of these days is a working day, and for days off no leave is needed.',
      zh: '所选日期均非工作日，无需请假。',
    });
  }
  checkLine(violations, ['reason'], leave.reason, MAXIMUM_TEXT, {
    en: 'The reason is empty. Say what the leave is for.',
    zh: '请假事由为空，请说明。',
  });
  checkInstant(violations, leave.at, now);
}

const STATUS_NAMES = {
  PENDING: { en: 'waits for an answer', zh: '待审批' },
  APPROVED: { en: 'was approved', zh: '已批准' },
  REJECTED: { en: 'was rejected', zh: '未批准' },
  WITHDRAWN: { en: 'was withdrawn', zh: '已撤回' },
  RETURNED: { en: 'ended with the officer’s return', zh: '已销假' },
} as const satisfies Record<LeaveStatus, Text>;

/** That a request is not in a status from which a step is taken; null when it is. */
export function stateFault(status: LeaveStatus, step: LeaveStep): { code: ViolationCode; text: Text } | null {
  const from: readonly LeaveStatus[] = STEPS[step].from;
  if (from.includes(status)) return null;
  const possible = from.map((each) => STATUS_NAMES[each]);
  return {
    code: 'NOT_ALLOWED_IN_STATE',
    text: {
      en: `The request ${STATUS_NAMES[status].en}. This is possible while it ${possible.map(({ en }) => en).join(' or ')}.`,
      zh: `该请假当前${STATUS_NAMES[status].zh}，仅在${possible.map(({ zh }) => zh).join('、')}时可以办理。`,
    },
  };
}

const ROLE_NAMES = {
  TEAM_LEADER: { en: 'the team leader', zh: '分队长' },
  TOWNSHIP_PARTY_SECRETARY: { en: 'the township’s party secretary', zh: '镇党委书记' },
  COUNTY_ORGANIZATION_DEPARTMENT: { en: 'the county’s organization department', zh: '县委组织部' },
} as const satisfies Record<LeaveRole, Text>;

/** To whoever is not the rung whose turn it is. */
export const notTheRung = ({ role, agency }: { role: LeaveRole; agency: string }): Text => ({
  en: `This request is before ${ROLE_NAMES[role].en} at ${agency}: only they, or their deputy, decide it.`,
  zh: `该请假由 ${agency} 的${ROLE_NAMES[role].zh}（或其代理人）审批。`,
});

export const NOT_ALLOWED = {
  requester: {
    en: 'Only the unit that asked for the leave withdraws the request.',
    zh: '仅提出申请的单位可以撤回请假。',
  },
  manager: {
    en: 'Only the home unit and the host unit of the posting record the return from leave.',
    zh: '仅派出单位和接收单位可以办理销假。',
  },
} as const satisfies Record<string, Text>;

/** That the leave had begun when it was to be withdrawn: from then on there is a return. */
export const hasBegun: Text = {
  en: 'The leave was approved and has begun. Record the return from it instead.',
  zh: '请假已批准并已开始，请改为办理销假。',
};

/** What is wrong with a return: when work began again, and when that was recorded. */
export function checkReturn(
  violations: Violations,
  leave: { readonly starts_half: number },
  { returnedOn, isAfternoon, at }: { returnedOn: string; isAfternoon: boolean; at: Date },
): void {
  const half = halfOf(returnedOn, isAfternoon);
  if (half < leave.starts_half) {
    violations.add('INVALID', ['returnedOn'], {
      en: 'The officer cannot return before the leave began. Withdraw a leave that was not taken.',
      zh: '返岗早于请假开始。未休的请假请撤回。',
    });
  } else if (half === leave.starts_half) {
    violations.add('INVALID', ['returnedOn'], {
      en: 'None of the leave would have been taken. Withdraw a leave that was not taken.',
      zh: '请假并未休，请撤回。',
    });
  }
  if (returnedOn > dayOf(at)) {
    violations.add('INVALID', ['returnedOn'], {
      en: `${returnedOn} lies after the day on which the return is recorded.`,
      zh: `${returnedOn} 晚于销假办理日期。`,
    });
  }
}

export const checkNote = (violations: Violations, note: string): void =>
  checkLine(violations, ['note'], note, MAXIMUM_TEXT);

/** To the slower of two. */
export const anotherWasFaster: Text = {
  en: 'Someone else changed the request at the same moment. Look at it again.',
  zh: '该请假刚被他人办理，请重新查看。',
};

export const overlaps: Text = {
  en: 'The officer has asked for leave on some of these days already. Withdraw that request, or choose other days.',
  zh: '该干部在部分日期已有请假，请撤回原申请或另选日期。',
};

export const noSuchLeave: Text = {
  en: 'There is no such request for leave. Take the id from a list of requests.',
  zh: '不存在该请假，请从请假列表中获取标识。',
};

export const nobodyHolds = (role: LeaveRole): Text => ({
  en: `No unit where the posting is holds the rung of ${ROLE_NAMES[role].en}, nor one above it. Have the directory completed.`,
  zh: `挂职所在地没有单位承担${ROLE_NAMES[role].zh}及以上层级的审批，请先补全单位目录。`,
});
