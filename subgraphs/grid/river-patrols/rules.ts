import { GENERAL_GOVERNMENT } from '../../kit/catalog';
import { Violations } from '../../kit/errors';
import { checkInstant, checkLine, checkText, checkWebAddresses } from '../../kit/inputs';
import type { Text } from '../../kit/language';
import { dayOf } from '../../kit/time';
import { hasFunction, mayActIn, type Viewer } from '../../kit/viewer';
import { HOUR_MS } from '../../kit/working-calendar';

/** Something that was taken away. */
export interface Confiscation {
  readonly thing: string;
  readonly quantity: number;
  readonly unit: string;
  readonly note: string | null;
}

/** A patrol as it is to be recorded, its texts trimmed. */
export interface PatrolRecord {
  readonly reach: string;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly members: readonly string[];
  readonly note: string;
  readonly photos: readonly string[];
  readonly confiscations: readonly Confiscation[];
  readonly removals: readonly { readonly thing: string; readonly removeUntil: string }[];
  readonly externalId: string;
}

const MAXIMUM_MEMBERS = 20;
const MAXIMUM_NAME = 50;
const MAXIMUM_THINGS = 50;
const MAXIMUM_THING = 100;
const MAXIMUM_UNIT = 20;
const MAXIMUM_NOTE = 2_000;
const MAXIMUM_REASON = 500;
const MAXIMUM_PHOTOS = 10;
const MAXIMUM_EXTERNAL_ID = 100;
const LONGEST_MS = 24 * HOUR_MS;

const PATROLLERS = ['RIVER_CHIEF', 'GRID_COMMAND', GENERAL_GOVERNMENT];

/** Whether the viewer's unit patrols the reaches of a place. */
export const patrols = (viewer: Viewer, place: string): boolean =>
  hasFunction(viewer, PATROLLERS) && mayActIn(viewer, place);

const notForThisUnit: Text = {
  en: "Only a river chief, grid command or government of the reach's place, or of one above it, does this.",
  zh: '仅河段所在区划或上级的河长制办公室、网格化指挥单位、人民政府可以办理。',
};

/** Every violation of a record of a patrol by the viewer's unit; `place` is the reach's, null when there is no such reach. */
export function checkPatrol(
  patrol: PatrolRecord,
  { viewer, place, now }: { viewer: Viewer; place: string | null; now: Date },
): Violations {
  const violations = new Violations();
  const { startedAt, endedAt, members } = patrol;
  if (place === null) {
    violations.add('NOT_FOUND', ['reach'], {
      en: `There is no reach ${patrol.reach}. Look its code up under reaches, or record it first.`,
      zh: `不存在河段 ${patrol.reach}，请在河段列表中查询，或先登记。`,
    });
  } else if (!patrols(viewer, place)) {
    violations.add('NOT_ALLOWED', ['reach'], notForThisUnit);
  }
  checkInstant(violations, startedAt, now, ['startedAt']);
  checkInstant(violations, endedAt, now, ['endedAt']);
  if (endedAt < startedAt || endedAt.getTime() - startedAt.getTime() > LONGEST_MS) {
    violations.add('INVALID', ['endedAt'], {
      en: 'A patrol ends after it begins, at most 24 hours later. Mend either time.',
      zh: '巡河结束时间应不早于开始时间且不超过 24 小时，请更正。',
    });
  }
  if (members.length === 0) {
    violations.add('REQUIRED', ['members'], {
      en: 'Nobody is named. Say who went.',
      zh: '巡查人员为空，请填写。',
    });
  }
  checkCount(violations, 'members', members.length, MAXIMUM_MEMBERS);
  for (const [i, name] of members.slice(0, MAXIMUM_MEMBERS).entries()) {
    checkLine(violations, ['members', i], name, MAXIMUM_NAME, { en: 'The name is empty.', zh: '姓名为空。' });
  }
  checkText(violations, ['note'], patrol.note, MAXIMUM_NOTE);
  checkWebAddresses(violations, ['photos'], patrol.photos, MAXIMUM_PHOTOS);
  checkThings(violations, patrol);
  checkLine(violations, ['externalId'], patrol.externalId, MAXIMUM_EXTERNAL_ID);
  return violations;
}

function checkCount(violations: Violations, field: string, count: number, maximum: number): void {
  if (count <= maximum) return;
  violations.add('LIMIT_EXCEEDED', [field], {
    en: `There are ${count}; at most ${maximum} are kept.`,
    zh: `共有 ${count} 项，上限为 ${maximum} 项。`,
  });
}

function checkThings(violations: Violations, { confiscations, removals, startedAt }: PatrolRecord): void {
  const empty = { en: 'The thing is not named. Say what it is.', zh: '名称为空，请填写。' };
  checkCount(violations, 'confiscations', confiscations.length, MAXIMUM_THINGS);
  for (const [i, { thing, quantity, unit, note }] of confiscations.slice(0, MAXIMUM_THINGS).entries()) {
    checkLine(violations, ['confiscations', i, 'thing'], thing, MAXIMUM_THING, empty);
    checkLine(violations, ['confiscations', i, 'unit'], unit, MAXIMUM_UNIT, {
      en: 'The unit is empty. Say what the quantity counts.',
      zh: '计量单位为空，请填写。',
    });
    checkText(violations, ['confiscations', i, 'note'], note ?? '', MAXIMUM_REASON);
    if (!(quantity > 0)) {
      violations.add('INVALID', ['confiscations', i, 'quantity'], {
        en: `${quantity} is no quantity. Give more than nothing.`,
        zh: `${quantity} 不是有效数量，应大于零。`,
      });
    }
  }
  checkCount(violations, 'removals', removals.length, MAXIMUM_THINGS);
  for (const [i, { thing, removeUntil }] of removals.slice(0, MAXIMUM_THINGS).entries()) {
    checkLine(violations, ['removals', i, 'thing'], thing, MAXIMUM_THING, empty);
    if (removeUntil < dayOf(startedAt)) {
      violations.add('INVALID', ['removals', i, 'removeUntil'], {
        en: `${removeUntil} lies before the patrol, of ${dayOf(startedAt)}. Name that day or a later one.`,
        zh: `${removeUntil} 早于巡河日期 ${dayOf(startedAt)}，请填写当日或之后的日期。`,
      });
    }
  }
}

/** Something that has to be removed, as far as what may be done with it. */
interface Removal {
  readonly jurisdiction: string;
  readonly ordered_on: string;
  readonly due_on: string;
  readonly removed_at: Date | null;
}

/** Whether something is overdue: there after the last day on which it might be, or removed after it. */
export const isOverdue = (
  { due_on, removed_at }: Pick<Removal, 'due_on' | 'removed_at'>,
  now: Date,
): boolean => dayOf(removed_at ?? now) > due_on;

function checkRemoval(violations: Violations, removal: Removal, viewer: Viewer, at: Date, now: Date): void {
  if (!patrols(viewer, removal.jurisdiction)) violations.add('NOT_ALLOWED', ['removalId'], notForThisUnit);
  if (removal.removed_at !== null) {
    violations.add('NOT_ALLOWED_IN_STATE', ['removalId'], {
      en: 'It was removed already.',
      zh: '该事项已清除。',
    });
  }
  checkInstant(violations, at, now);
  if (dayOf(at) < removal.ordered_on) {
    violations.add('INVALID', ['at'], {
      en: `${at.toISOString()} lies before the order, of ${removal.ordered_on}.`,
      zh: `${at.toISOString()} 早于责令日期 ${removal.ordered_on}。`,
    });
  }
}

/** Every violation of a grace for something. */
export function checkGrace(
  removal: Removal,
  grace: { graceUntil: string; grantedBy: string; reason: string; at: Date },
  { viewer, now }: { viewer: Viewer; now: Date },
): Violations {
  const violations = new Violations();
  const { graceUntil, grantedBy, reason, at } = grace;
  checkRemoval(violations, removal, viewer, at, now);
  if (graceUntil <= removal.due_on || graceUntil < dayOf(at)) {
    violations.add('INVALID', ['graceUntil'], {
      en: `${graceUntil} is no later than ${removal.due_on}, which holds anyway, or over. Name a later day.`,
      zh: `${graceUntil} 不晚于现行期限 ${removal.due_on}，或已过，请填写更晚的日期。`,
    });
  }
  checkLine(violations, ['grantedBy'], grantedBy, MAXIMUM_NAME, {
    en: 'Nobody is named. Say who granted the grace.',
    zh: '批准人为空，请填写。',
  });
  checkText(violations, ['reason'], reason, MAXIMUM_REASON, {
    en: 'The reason is empty. Say why there is grace.',
    zh: '宽限理由为空，请说明。',
  });
  return violations;
}

/** Every violation of recording that something was removed. */
export function checkCompletion(
  removal: Removal,
  { note, at }: { note: string; at: Date },
  { viewer, now }: { viewer: Viewer; now: Date },
): Violations {
  const violations = new Violations();
  checkRemoval(violations, removal, viewer, at, now);
  checkText(violations, ['note'], note, MAXIMUM_REASON);
  return violations;
}

/** To whoever names a removal that is not there, or not for them. */
export const noSuchRemoval: Text = {
  en: 'There is no such thing to be removed. Look its id up under riverRemovals.',
  zh: '不存在该清除事项，请在待清除事项中查询。',
};

/** To the slower of two. */
export const anotherWasFaster: Text = {
  en: 'Someone else changed it at the same moment. Look at it again.',
  zh: '该事项刚被他人办理，请重新查看。',
};
