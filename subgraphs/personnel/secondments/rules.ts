import { Refusal, Violations } from '../../kit/errors';
import { checkInstant, checkLine, checkNotBefore } from '../../kit/inputs';
import type { Text } from '../../kit/language';
import { addDays, dayOf, earlierOf, laterOf } from '../../kit/time';

export type SecondmentStatus = 'PLANNED' | 'ACTIVE' | 'COMPLETED' | 'RECALLED' | 'DECLINED';

export type SecondmentEventKind =
  | 'PLANNED'
  | 'ACCEPTED'
  | 'DECLINED'
  | 'EXTENDED'
  | 'RECALLED'
  | 'COMPLETED'
  | 'MENTOR_ASSIGNED'
  | 'MENTOR_RELIEVED';

/** What a unit is to a posting. One unit may have several parts. */
export type SecondmentSide = 'HOME' | 'HOST' | 'STINT_HOST' | 'ORGANIZER';

/** Dual management 双重管理: what may be done about a posting, by which units and in which statuses. */
export const ACTIONS = {
  ACCEPT: { by: ['HOST'], in: ['PLANNED'] },
  DECLINE: { by: ['HOST'], in: ['PLANNED'] },
  RECALL: { by: ['HOME'], in: ['PLANNED', 'ACTIVE'] },
  COMPLETE: { by: ['HOME', 'HOST'], in: ['ACTIVE'] },
  PROPOSE_EXTENSION: { by: ['HOME', 'HOST'], in: ['ACTIVE'] },
  ANSWER_EXTENSION: { by: ['HOME', 'HOST'], in: ['ACTIVE'] },
  ASSESS: { by: ['HOME', 'HOST'], in: ['ACTIVE'] },
  ASSIGN_MENTOR: { by: ['HOST', 'STINT_HOST'], in: ['ACTIVE'] },
  // A last report may fall due after the last day. Of an officer who was called back nothing more is awaited.
  SUBMIT_REPORT: { by: ['HOST', 'STINT_HOST'], in: ['ACTIVE', 'COMPLETED'] },
  RECORD_HOUSING: { by: ['HOST', 'STINT_HOST'], in: ['ACTIVE'] },
  RECORD_PRACTICE: { by: ['HOME', 'HOST', 'STINT_HOST'], in: ['ACTIVE', 'COMPLETED', 'RECALLED'] },
} as const satisfies Record<string, { by: readonly SecondmentSide[]; in: readonly SecondmentStatus[] }>;
export type SecondmentAction = keyof typeof ACTIONS;

const SIDE_NAMES = {
  HOME: { en: 'the home unit', zh: '派出单位' },
  HOST: { en: 'the host unit', zh: '接收单位' },
  STINT_HOST: { en: 'the unit of a stint', zh: '轮岗单位' },
  ORGANIZER: { en: 'the organizer of the program', zh: '项目组织单位' },
} as const satisfies Record<SecondmentSide, Text>;

export const STATUS_NAMES = {
  PLANNED: { en: 'waits for the host unit', zh: '待接收' },
  ACTIVE: { en: 'is under way', zh: '挂职中' },
  COMPLETED: { en: 'is completed', zh: '已结束' },
  RECALLED: { en: 'ended by a recall', zh: '已召回' },
  DECLINED: { en: 'was declined by the host unit', zh: '未接收' },
} as const satisfies Record<SecondmentStatus, Text>;

const listed = (texts: readonly Text[]): Text => ({
  en: texts.map(({ en }) => en).join(' or '),
  zh: texts.map(({ zh }) => zh).join('、'),
});

/** A posting with what decides who may act on it. */
export interface PostingAtHand {
  readonly id: string;
  readonly home_agency: string;
  readonly host_agency: string;
  readonly status: SecondmentStatus;
  readonly starts_on: string;
  readonly ends_on: string;
  /** The program's; null outside any program. */
  readonly organizer: string | null;
  readonly stint_hosts: readonly string[];
  /** When it was planned, accepted or extended last: what comes next is not earlier. Null when that is not known. */
  readonly stepped_at: Date | null;
}

/** The parts that a unit has in a posting. */
export const sidesOf = (posting: PostingAtHand, agency: string): SecondmentSide[] => [
  ...(agency === posting.home_agency ? (['HOME'] as const) : []),
  ...(agency === posting.host_agency ? (['HOST'] as const) : []),
  ...(posting.stint_hosts.includes(agency) ? (['STINT_HOST'] as const) : []),
  ...(agency === posting.organizer ? (['ORGANIZER'] as const) : []),
];

/** To a unit that is none of those whose part something is. */
export const notFor = (units: readonly Text[]): Text => {
  const { en, zh } = listed(units);
  return {
    en: `This is for ${en} to do, and your unit is not that.`,
    zh: `该操作由${zh}办理，本单位不是。`,
  };
};

const notNow = (status: SecondmentStatus, statuses: readonly SecondmentStatus[]): Text => {
  const possible = listed(statuses.map((each) => STATUS_NAMES[each]));
  return {
    en: `The posting ${STATUS_NAMES[status].en}. This is possible while it ${possible.en}.`,
    zh: `该挂职当前状态为“${STATUS_NAMES[status].zh}”，仅在“${possible.zh}”时可以办理。`,
  };
};

/**
 * Whether a unit may take an action now. Throws a `Refusal` alone for a unit whose action it is not; a wrong status and a
 * time that makes no sense are added to the violations, which the caller goes on to collect.
 */
export function checkAction(
  violations: Violations,
  posting: PostingAtHand,
  { action, agency, at, now, path = ['secondmentId'] }: ActionAttempt,
): void {
  const { by, in: statuses } = ACTIONS[action];
  const sides = sidesOf(posting, agency);
  if (!by.some((side) => sides.includes(side))) {
    throw new Refusal([{ code: 'NOT_ALLOWED', path, text: notFor(by.map((side) => SIDE_NAMES[side])) }]);
  }
  if (!statuses.some((status) => status === posting.status)) {
    violations.add('NOT_ALLOWED_IN_STATE', path, notNow(posting.status, statuses));
  } else if (posting.stepped_at) {
    checkNotBefore(violations, at, posting.stepped_at);
  }
  checkInstant(violations, at, now);
}

export interface ActionAttempt {
  readonly action: SecondmentAction;
  readonly agency: string;
  readonly at: Date;
  readonly now: Date;
  readonly path?: readonly string[];
}

/** To the slower of two. */
export const anotherWasFaster: Text = {
  en: 'Someone else changed the posting at the same moment. Look at it again.',
  zh: '该挂职刚被他人办理，请重新查看。',
};

export const noSuchPosting: Text = {
  en: 'There is no such posting. Take the id from a list of postings.',
  zh: '不存在该挂职，请从挂职列表中获取标识。',
};

export const postedElsewhere: Text = {
  en: 'The officer is posted elsewhere on some of these days. One officer has one posting at a time.',
  zh: '该干部在上述部分日期已有其他挂职，同一时间只能有一个挂职。',
};

const MAXIMUM_POSITION = 100;
export const MAXIMUM_NOTE = 500;
const MAXIMUM_STINTS = 36;

export interface Stint {
  readonly hostAgency: string;
  readonly startsOn: string;
  readonly endsOn: string;
}

/**
 * That stints follow one another without gap or overlap, inside the days given, each at a unit that is known and is not
 * the home unit.
 */
export function checkStints(
  violations: Violations,
  stints: readonly Stint[],
  {
    home,
    days,
    firstDay = null,
    knows,
  }: {
    home: string;
    days: { readonly startsOn: string; readonly endsOn: string };
    /** The day on which the first one must begin, when it follows others. */
    firstDay?: string | null;
    knows: (agency: string) => boolean;
  },
): void {
  if (stints.length > MAXIMUM_STINTS) {
    violations.add('LIMIT_EXCEEDED', ['stints'], {
      en: `There are ${stints.length} stints; a posting has at most ${MAXIMUM_STINTS}.`,
      zh: `共有 ${stints.length} 个轮岗阶段，一次挂职最多 ${MAXIMUM_STINTS} 个。`,
    });
    return;
  }
  let expected = firstDay;
  for (const [i, { hostAgency, startsOn, endsOn }] of stints.entries()) {
    const path = (field: string) => ['stints', i, field];
    checkHost(violations, path('hostAgency'), hostAgency, { home, knows });
    if (endsOn < startsOn) violations.add('INVALID', path('endsOn'), endsBeforeItStarts(startsOn, endsOn));
    if (expected !== null && startsOn !== expected) {
      violations.add('INVALID', path('startsOn'), {
        en: `It begins on ${startsOn}. Stints follow one another without gap or overlap, so it has to begin on ${expected}.`,
        zh: `该阶段自 ${startsOn} 开始。轮岗阶段须前后衔接、不得间断或重叠，应自 ${expected} 开始。`,
      });
    }
    if (startsOn < days.startsOn) violations.add('INVALID', path('startsOn'), outside(startsOn, days));
    if (endsOn > days.endsOn) violations.add('INVALID', path('endsOn'), outside(endsOn, days));
    expected = addDays(endsOn, 1);
  }
}

const endsBeforeItStarts = (startsOn: string, endsOn: string): Text => ({
  en: `It ends on ${endsOn}, before it begins on ${startsOn}.`,
  zh: `结束日期 ${endsOn} 早于开始日期 ${startsOn}。`,
});

const outside = (day: string, { startsOn, endsOn }: { startsOn: string; endsOn: string }): Text => ({
  en: `${day} lies outside the posting, which runs from ${startsOn} to ${endsOn}.`,
  zh: `${day} 不在挂职期限（${startsOn} 至 ${endsOn}）之内。`,
});

function checkHost(
  violations: Violations,
  path: readonly (string | number)[],
  host: string,
  { home, knows }: { home: string; knows: (agency: string) => boolean },
): void {
  if (host === home) {
    violations.add('INVALID', path, {
      en: `${host} is the officer's own unit. A posting leads to another unit.`,
      zh: `${host} 是干部所在单位，挂职须派往其他单位。`,
    });
  } else if (!knows(host)) {
    violations.add('NOT_FOUND', path, noSuchUnit(host));
  }
}

export const noSuchUnit = (code: string): Text => ({
  en: `There is no unit ${code}. Look its code up under agencies.`,
  zh: `不存在单位 ${code}，请在单位列表中查询代码。`,
});

export interface SecondmentPlan {
  readonly program: string | null;
  readonly position: string;
  readonly home: string;
  readonly hostAgency: string;
  readonly startsOn: string;
  readonly endsOn: string;
  readonly stints: readonly Stint[];
  readonly note: string | null;
  readonly at: Date;
}

/** Every violation of a plan by the home unit at `now`. */
export function checkPlan(
  plan: SecondmentPlan,
  { now, isProgramKnown, knows }: { now: Date; isProgramKnown: boolean; knows: (agency: string) => boolean },
): Violations {
  const violations = new Violations();
  const { program, position, home, hostAgency, startsOn, endsOn, stints, note, at } = plan;
  if (!isProgramKnown) {
    violations.add('NOT_FOUND', ['program'], {
      en: `There is no program "${program}". Look its code up under secondmentPrograms, or leave it out.`,
      zh: `不存在挂职项目“${program}”，请查询 secondmentPrograms，或省略。`,
    });
  }
  checkLine(violations, ['position'], position, MAXIMUM_POSITION, {
    en: 'The position is empty. Say which post the officer is to hold.',
    zh: '挂任职务为空，请填写。',
  });
  checkHost(violations, ['hostAgency'], hostAgency, { home, knows });
  if (endsOn < startsOn) violations.add('INVALID', ['endsOn'], endsBeforeItStarts(startsOn, endsOn));
  checkStints(violations, stints, { home, days: plan, knows });
  if (note !== null) checkLine(violations, ['note'], note, MAXIMUM_NOTE);
  checkInstant(violations, at, now);
  return violations;
}

/** Adds what is wrong with the last day in post that a recall names. */
export function checkRecallDay(
  violations: Violations,
  posting: PostingAtHand,
  { recalledOn, at }: { recalledOn: string; at: Date },
): void {
  const today = dayOf(at);
  // An overdue posting runs until someone ends it.
  const latest = laterOf(posting.ends_on, today);
  if (recalledOn > latest) {
    violations.add('INVALID', ['recalledOn'], {
      en: `${recalledOn} lies after ${latest}. A recall ends a posting before its last day.`,
      zh: `${recalledOn} 晚于 ${latest}。召回应在挂职期满之前。`,
    });
  }
  const planned = posting.stepped_at ? dayOf(posting.stepped_at) : posting.starts_on;
  const earliest = earlierOf(posting.starts_on, planned);
  if (recalledOn < earliest) {
    violations.add('INVALID', ['recalledOn'], {
      en: `${recalledOn} lies before ${earliest}. The last day in post is not earlier than that.`,
      zh: `${recalledOn} 早于 ${earliest}，召回日期不得更早。`,
    });
  }
}

/** Adds what is wrong with completing a posting at a time, given which units have assessed the officer at the end. */
export function checkCompletion(
  violations: Violations,
  posting: PostingAtHand,
  { at, assessedBy }: { at: Date; assessedBy: readonly string[] },
): void {
  if (dayOf(at) < posting.ends_on) {
    violations.add('INVALID', ['at'], {
      en: `The posting runs until ${posting.ends_on}. Complete it on that day or later; the home unit may recall the officer before.`,
      zh: `挂职期限至 ${posting.ends_on}，请在当日或之后办理结束；需提前结束的由派出单位召回。`,
    });
  }
  for (const unit of [posting.home_agency, posting.host_agency]) {
    if (assessedBy.includes(unit)) continue;
    violations.add('REQUIRED', [], {
      en: `The final assessment of ${unit} is missing. Both units assess the officer before a posting is completed.`,
      zh: `缺少 ${unit} 的期满考核。结束挂职前须由双方单位完成考核。`,
    });
  }
}

/** Whether a posting is still active though its last day lies before `today` (`YYYY-MM-DD`). */
export const isOverdue = (
  posting: { readonly status: SecondmentStatus; readonly ends_on: string },
  today: string,
): boolean => posting.status === 'ACTIVE' && posting.ends_on < today;

interface StintDays {
  readonly host_agency: string;
  readonly starts_on: string;
  readonly ends_on: string;
}

/** The stints as they were served: a recall cuts off what lies behind the last day. */
export const stintsUntil = <Row extends StintDays>(stints: readonly Row[], lastDay: string): Row[] =>
  stints
    .filter((stint) => stint.starts_on <= lastDay)
    .map((stint) => (stint.ends_on > lastDay ? { ...stint, ends_on: lastDay } : stint));

/** Where an officer works on a day of a posting: at the stint of that day, else at the host unit. */
export const hostOn = (
  posting: { readonly host_agency: string },
  stints: readonly StintDays[],
  day: string,
): string => (stints.find((stint) => stint.starts_on <= day && day <= stint.ends_on) ?? posting).host_agency;

/** Whether the officer is, or is to be, in post on a day, seen from `today`: see the schema's `activeOn`. */
export function isInPost(
  posting: { readonly status: SecondmentStatus; readonly starts_on: string; readonly ends_on: string },
  day: string,
  today: string,
): boolean {
  if (day < posting.starts_on) return false;
  switch (posting.status) {
    case 'ACTIVE':
      return day <= laterOf(posting.ends_on, today);
    case 'COMPLETED':
    case 'RECALLED':
      return day <= posting.ends_on;
    case 'PLANNED':
    case 'DECLINED':
      return false;
  }
}
