import { Violations } from '../../kit/errors';
import {
  checkInstant,
  checkLine,
  checkNotBefore,
  checkPosition,
  checkText,
  checkWebAddresses,
} from '../../kit/inputs';
import { contains } from '../../kit/jurisdiction';
import type { Text } from '../../kit/language';
import { hasFunction, mayActIn, type Viewer } from '../../kit/viewer';
import type { WorkingCalendar } from '../../kit/working-calendar';
import type { GridCaseEventKind, GridCaseStage } from '../cases/rules';

/** Who takes a step: the grid command of the case's place, or of one above it, or the unit that holds the task. */
type Part = 'command' | 'holder';

interface StepRule {
  readonly by: Part;
  readonly from: readonly GridCaseStage[];
  /** Null for a mark, which leaves the stage. */
  readonly to: GridCaseStage | null;
  readonly kind: GridCaseEventKind;
}

const OPEN = ['FILED', 'DISPATCHED', 'IN_PROGRESS', 'VERIFYING'] as const satisfies GridCaseStage[];

/**
 * The life of a case after it was received: who takes each step, from which stages, and into which. The national steps
 * of GB/T 30428.8, and what happens beside them.
 */
export const STEPS = {
  FILE: { by: 'command', from: ['RECEIVED'], to: 'FILED', kind: 'FILED' },
  DECLINE: { by: 'command', from: ['RECEIVED'], to: 'NOT_FILED', kind: 'NOT_FILED' },
  DISPATCH: { by: 'command', from: ['FILED'], to: 'DISPATCHED', kind: 'DISPATCHED' },
  RECALL: { by: 'command', from: ['DISPATCHED', 'IN_PROGRESS'], to: 'FILED', kind: 'RECALLED' },
  ACCEPT: { by: 'holder', from: ['DISPATCHED'], to: 'IN_PROGRESS', kind: 'ACCEPTED' },
  RETURN: { by: 'holder', from: ['DISPATCHED', 'IN_PROGRESS'], to: 'FILED', kind: 'RETURNED' },
  RESOLVE: { by: 'holder', from: ['IN_PROGRESS'], to: 'VERIFYING', kind: 'RESOLVED' },
  PASS: { by: 'command', from: ['VERIFYING'], to: 'CLOSED', kind: 'CLOSED' },
  FAIL: { by: 'command', from: ['VERIFYING'], to: 'IN_PROGRESS', kind: 'CHECK_FAILED' },
  REOPEN: { by: 'command', from: ['CLOSED'], to: 'FILED', kind: 'REOPENED' },
  SUPERVISE: { by: 'command', from: OPEN, to: null, kind: 'SUPERVISED' },
  END_SUPERVISION: { by: 'command', from: OPEN, to: null, kind: 'SUPERVISION_ENDED' },
  LINK_DUPLICATE: {
    by: 'command',
    from: ['RECEIVED', 'NOT_FILED', ...OPEN, 'CLOSED'],
    to: null,
    kind: 'LINKED_AS_DUPLICATE',
  },
  REQUEST_EXTENSION: {
    by: 'holder',
    from: ['DISPATCHED', 'IN_PROGRESS'],
    to: null,
    kind: 'EXTENSION_REQUESTED',
  },
  REFER: { by: 'command', from: OPEN, to: null, kind: 'REFERRED' },
} as const satisfies Record<string, StepRule>;

export type GridCaseStep = keyof typeof STEPS;

/** Whether the viewer's unit commands a place: it is a grid command and may act there. */
export const commands = (viewer: Viewer, place: string): boolean =>
  hasFunction(viewer, ['GRID_COMMAND']) && mayActIn(viewer, place);

/** What a step is judged by. */
export interface Stand {
  readonly stage: GridCaseStage;
  readonly jurisdiction: string;
  readonly task_agency: string | null;
  readonly is_supervised: boolean;
  readonly reopened_at: Date | null;
  readonly duplicate_of: string | null;
}

const NOT_ALLOWED: Record<Part, Text> = {
  command: {
    en: "Only the grid command of the case's place, or of one above it, does this.",
    zh: '仅案件所在区划或上级的网格化指挥单位可以办理。',
  },
  holder: {
    en: 'Only the unit that holds the task does this.',
    zh: '仅现承办单位可以办理。',
  },
};

const STAGE_NAMES: Record<GridCaseStage, Text> = {
  RECEIVED: { en: 'received', zh: '受理' },
  FILED: { en: 'filed', zh: '立案' },
  NOT_FILED: { en: 'not filed', zh: '不予立案' },
  DISPATCHED: { en: 'dispatched', zh: '派遣' },
  IN_PROGRESS: { en: 'being dealt with', zh: '处置' },
  VERIFYING: { en: 'being checked', zh: '核查' },
  CLOSED: { en: 'closed', zh: '结案' },
};

const list = (stages: readonly GridCaseStage[], language: 'en' | 'zh'): string =>
  stages.map((stage) => STAGE_NAMES[stage][language]).join(language === 'zh' ? '、' : ' or ');

/** Adds what speaks against a viewer taking a step with a case that they see, whatever they say with it. */
export function checkStep(violations: Violations, step: GridCaseStep, stand: Stand, viewer: Viewer): void {
  const { by, from } = STEPS[step] as StepRule;
  const isAllowed =
    by === 'command' ? commands(viewer, stand.jurisdiction) : stand.task_agency === viewer.agency;
  if (!isAllowed) violations.add('NOT_ALLOWED', ['caseId'], NOT_ALLOWED[by]);
  if (!from.includes(stand.stage)) {
    violations.add('NOT_ALLOWED_IN_STATE', ['caseId'], {
      en: `The case is ${STAGE_NAMES[stand.stage].en}. This is for one that is ${list(from, 'en')}.`,
      zh: `案件当前处于“${STAGE_NAMES[stand.stage].zh}”阶段，此操作仅适用于：${list(from, 'zh')}。`,
    });
    return;
  }
  const mark = markFault(step, stand);
  if (mark) violations.add('NOT_ALLOWED_IN_STATE', ['caseId'], mark);
}

/** What stands against a step apart from the stage: a mark that is set already, or not. */
function markFault(step: GridCaseStep, { is_supervised, reopened_at, duplicate_of }: Stand): Text | null {
  switch (step) {
    case 'SUPERVISE':
      return is_supervised ? { en: 'The case is supervised already.', zh: '案件已在督办中。' } : null;
    case 'END_SUPERVISION':
      return is_supervised ? null : { en: 'The case is not supervised.', zh: '案件未被督办。' };
    case 'REOPEN':
      return reopened_at === null
        ? null
        : {
            en: 'The case was opened again once, and that is all. Report a new one.',
            zh: '案件已重新立案一次，不能再次重新立案，请另行上报。',
          };
    case 'LINK_DUPLICATE':
      return duplicate_of === null
        ? null
        : { en: 'The case is marked as a duplicate already.', zh: '案件已标记为重复案件。' };
    default:
      return null;
  }
}

/** To whoever names a case that is not there, or not for them. */
export const noSuchCase: Text = {
  en: 'There is no such case. Look its id up under gridCases.',
  zh: '不存在该案件，请在案件列表中查询。',
};

/** To the slower of two. */
export const anotherWasFaster: Text = {
  en: 'Someone else changed the case at the same moment. Look at it again.',
  zh: '该案件刚被他人办理，请重新查看。',
};

export const MAXIMUM_NOTE = 2_000;
const MAXIMUM_BASIS = 500;
const MAXIMUM_TITLE = 100;
const MAXIMUM_DESCRIPTION = 4_000;
const MAXIMUM_ADDRESS = 200;
const MAXIMUM_EXTERNAL_ID = 100;
const MAXIMUM_PHOTOS = 10;

/** Which words a step needs, and how it asks for them. */
const NEEDED: Partial<Record<GridCaseStep, { readonly field: 'note' | 'reason'; readonly empty: Text }>> = {
  DECLINE: {
    field: 'reason',
    empty: {
      en: 'The reason is empty. Say why the case is not taken up.',
      zh: '理由为空，请说明不予立案的原因。',
    },
  },
  RECALL: {
    field: 'reason',
    empty: {
      en: 'The reason is empty. Say why the case is taken back.',
      zh: '理由为空，请说明撤回派遣的原因。',
    },
  },
  RETURN: {
    field: 'reason',
    empty: {
      en: 'The reason is empty. Say why the case is not for your unit.',
      zh: '退单理由为空，请说明。',
    },
  },
  RESOLVE: {
    field: 'note',
    empty: { en: 'The note is empty. Say what was done.', zh: '处置结果为空，请说明。' },
  },
  FAIL: {
    field: 'note',
    empty: {
      en: 'The note is empty. Say what the check found missing.',
      zh: '核查说明为空，请说明不通过的原因。',
    },
  },
  REOPEN: {
    field: 'reason',
    empty: {
      en: 'The reason is empty. Say why the case is opened again.',
      zh: '理由为空，请说明重新立案的原因。',
    },
  },
  SUPERVISE: {
    field: 'note',
    empty: { en: 'The note is empty. Say why the case is supervised.', zh: '督办说明为空，请说明。' },
  },
  REQUEST_EXTENSION: {
    field: 'reason',
    empty: { en: 'The reason is empty. Say why more time is needed.', zh: '延期理由为空，请说明。' },
  },
  REFER: {
    field: 'reason',
    empty: { en: 'The reason is empty. Say why it concerns them.', zh: '转介理由为空，请说明。' },
  },
};

/** What is said with a step, trimmed. */
export interface Words {
  readonly note: string;
  /** Of a return. */
  readonly basis: string;
  readonly photos: readonly string[];
  readonly at: Date;
}

/** Adds what is wrong with what is said with a step; `previous` is when the last one was taken. */
export function checkWords(
  violations: Violations,
  step: GridCaseStep,
  { note, basis, photos, at }: Words,
  { previous, now }: { previous: Date; now: Date },
): void {
  const needed = NEEDED[step];
  checkText(violations, [needed?.field ?? 'note'], note, MAXIMUM_NOTE, needed?.empty);
  if (step === 'RETURN') {
    checkText(violations, ['basis'], basis, MAXIMUM_BASIS, {
      en: 'The basis is empty. Name the rule by which the case is not for your unit.',
      zh: '退单依据为空，请写明依据的规定。',
    });
  }
  checkWebAddresses(violations, ['photos'], photos, MAXIMUM_PHOTOS);
  checkInstant(violations, at, now);
  checkNotBefore(violations, at, previous);
}

/** A report with its texts trimmed. */
export interface GridCaseReport {
  readonly jurisdiction: string;
  readonly category: string;
  readonly title: string;
  readonly description: string;
  readonly location: { latitude: number | null; longitude: number | null; address: string } | null;
  readonly reach: string;
  readonly photos: readonly string[];
  readonly reportedAt: Date;
  readonly externalId: string;
}

/** Every violation of a report that shows without looking anything up. */
export function checkReport(
  report: GridCaseReport,
  { viewer, now }: { viewer: Viewer; now: Date },
): Violations {
  const violations = new Violations();
  const { jurisdiction, title, description, location, photos, reportedAt, externalId } = report;
  if (!mayActIn(viewer, jurisdiction)) {
    violations.add('NOT_ALLOWED', ['jurisdiction'], {
      en: `Your unit may not act in ${jurisdiction}. A unit of that place reports the matter.`,
      zh: `本单位无权在 ${jurisdiction} 办理业务，请由当地单位上报。`,
    });
  }
  checkLine(violations, ['title'], title, MAXIMUM_TITLE, {
    en: 'The title is empty. Say in a few words what the matter is.',
    zh: '标题为空，请简要说明事项。',
  });
  checkText(violations, ['description'], description, MAXIMUM_DESCRIPTION);
  if (location) checkLocation(violations, location);
  checkWebAddresses(violations, ['photos'], photos, MAXIMUM_PHOTOS);
  checkInstant(violations, reportedAt, now, ['reportedAt']);
  checkLine(violations, ['externalId'], externalId, MAXIMUM_EXTERNAL_ID);
  return violations;
}

function checkLocation(violations: Violations, location: NonNullable<GridCaseReport['location']>): void {
  const { latitude, longitude, address } = location;
  if (latitude !== null && longitude !== null) {
    checkPosition(violations, ['location'], { latitude, longitude });
  } else if (latitude !== longitude) {
    violations.add('REQUIRED', ['location', latitude === null ? 'latitude' : 'longitude'], {
      en: 'A point has a latitude and a longitude. Give both, or neither.',
      zh: '坐标须同时填写纬度和经度，或都不填写。',
    });
  }
  checkLine(violations, ['location', 'address'], address, MAXIMUM_ADDRESS);
}

/** Adds what is wrong with a category that a case is to have. */
export function checkCategory(
  violations: Violations,
  code: string,
  category: { readonly parent_code: string | null } | undefined,
): void {
  if (!category) {
    violations.add('NOT_FOUND', ['category'], {
      en: `There is no category ${code}. Look its code up under gridCaseCategories.`,
      zh: `不存在类别 ${code}，请在案件类别列表中查询。`,
    });
  } else if (category.parent_code === null) {
    violations.add('INVALID', ['category'], {
      en: `${code} is a major class. A case belongs to one of its minor classes.`,
      zh: `${code} 是大类，案件须归入其下的小类。`,
    });
  }
}

/** Adds what is wrong with the reach that a case is said to lie on. */
export function checkReachOfCase(
  violations: Violations,
  code: string,
  reach: { readonly jurisdiction: string } | undefined,
  place: string,
): void {
  if (!reach) {
    violations.add('NOT_FOUND', ['reach'], {
      en: `There is no reach ${code}. Look its code up under reaches.`,
      zh: `不存在河段 ${code}，请在河段列表中查询。`,
    });
  } else if (!contains(reach.jurisdiction, place) && !contains(place, reach.jurisdiction)) {
    violations.add('INVALID', ['reach'], {
      en: `${code} lies in ${reach.jurisdiction}, not in ${place}. Name a reach of the place, or the place of the reach.`,
      zh: `河段 ${code} 位于 ${reach.jurisdiction}，不在 ${place}。请填写本区划的河段，或河段所在区划。`,
    });
  }
}

/** Adds what is wrong with the unit that a case is to be dispatched to; without one, that no route names any. */
export function checkHandler(
  violations: Violations,
  code: string | null,
  agency: { readonly remit: readonly string[] } | undefined,
  place: string,
): void {
  if (code === null) {
    violations.add('REQUIRED', ['toAgency'], {
      en: 'No route names a unit for this category here. Name the unit, or set a route.',
      zh: '该类别在本区划没有派遣路由，请填写处置单位或设置路由。',
    });
  } else if (!agency) {
    violations.add('NOT_FOUND', ['toAgency'], {
      en: `There is no unit ${code}. Look its code up under agencies.`,
      zh: `不存在单位 ${code}，请在单位列表中查询代码。`,
    });
  } else if (!agency.remit.some((outer) => contains(outer, place))) {
    violations.add('INVALID', ['toAgency'], {
      en: `${code} may not act in ${place}. Name a unit that may, or refer the case to its neighbor.`,
      zh: `${code} 无权在 ${place} 办理业务，请选择有权单位，或将案件转介给邻区。`,
    });
  }
}

/** Adds what is wrong with the case that another is to be a duplicate of. */
export function checkOriginal(
  violations: Violations,
  id: string,
  original: (Stand & { readonly id: string }) | null,
  viewer: Viewer,
): void {
  const path = ['duplicateOf'];
  if (!original) {
    violations.add('NOT_FOUND', path, noSuchCase);
  } else if (original.id === id) {
    violations.add('INVALID', path, {
      en: 'A case is no duplicate of itself. Name the other case.',
      zh: '案件不能与自身重复，请填写另一案件。',
    });
  } else {
    if (!commands(viewer, original.jurisdiction)) violations.add('NOT_ALLOWED', path, NOT_ALLOWED.command);
    if (original.duplicate_of !== null) {
      violations.add('INVALID', path, {
        en: 'That case is a duplicate itself. Name the one that it is a duplicate of.',
        zh: '该案件本身已是重复案件，请填写其原案件。',
      });
    }
    if (original.stage === 'NOT_FILED') {
      violations.add('INVALID', path, {
        en: 'That case was not filed, so nobody deals with it. Name one that is dealt with.',
        zh: '该案件未予立案，请填写正在办理或已办结的案件。',
      });
    }
  }
}

/** Working time that a unit had a case, in whole minutes, and whether it has it still. */
export interface Clock {
  agency: string;
  workingMinutes: number;
  isRunning: boolean;
}

interface ClockedEvent {
  readonly kind: GridCaseEventKind;
  readonly at: Date;
  readonly agency: string;
  readonly subject: string | null;
}

/**
 * How long each unit had a case, from its filing on, in working time: the command while it has to dispatch or check, the
 * unit while it has to deal with it. Events in the order in which they happened. In the order in which units first got it.
 */
export function clocksOf(events: readonly ClockedEvent[], calendar: WorkingCalendar, now: Date): Clock[] {
  const spent = new Map<string, number>();
  let body: string | null = null;
  let command: string | null = null;
  let holder: string | null = null;
  let since = now;
  for (const event of events) {
    if (event.kind === 'FILED' || event.kind === 'REOPENED' || event.kind === 'DISPATCHED')
      command = event.agency;
    if (event.kind === 'DISPATCHED') holder = event.subject;
    const next = bodyAfter(event.kind, { command, holder });
    if (next === undefined) continue;
    if (body !== null) spent.set(body, (spent.get(body) ?? 0) + calendar.workingTimeBetween(since, event.at));
    body = next;
    since = event.at;
    if (body !== null && !spent.has(body)) spent.set(body, 0);
  }
  if (body !== null) spent.set(body, (spent.get(body) ?? 0) + calendar.workingTimeBetween(since, now));
  return [...spent].map(([agency, milliseconds]) => ({
    agency,
    workingMinutes: Math.floor(milliseconds / 60_000),
    isRunning: agency === body,
  }));
}

/** Who has the case after an event; null for nobody, undefined when the event leaves it where it is. */
function bodyAfter(
  kind: GridCaseEventKind,
  { command, holder }: { command: string | null; holder: string | null },
): string | null | undefined {
  switch (kind) {
    case 'FILED':
    case 'REOPENED':
    case 'RETURNED':
    case 'RECALLED':
    case 'RESOLVED':
      return command;
    case 'DISPATCHED':
    case 'CHECK_FAILED':
      return holder;
    case 'CLOSED':
      return null;
    case 'RECEIVED':
    case 'NOT_FILED':
    case 'ACCEPTED':
    case 'SUPERVISED':
    case 'SUPERVISION_ENDED':
    case 'EXTENSION_REQUESTED':
    case 'EXTENDED':
    case 'EXTENSION_REJECTED':
    case 'LINKED_AS_DUPLICATE':
    case 'REFERRED':
    case 'REFERRAL_ACCEPTED':
    case 'REFERRAL_REFUSED':
      return undefined;
  }
}
