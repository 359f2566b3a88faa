import { randomUUID } from 'node:crypto';
import { loadWorkingCalendar } from '../../kit/calendar-days';
import { CATALOG } from '../../kit/catalog';
import type { Db } from '../../kit/database';
import { refuse, Violations } from '../../kit/errors';
import { checkInstant, checkLine } from '../../kit/inputs';
import { levelOf } from '../../kit/jurisdiction';
import { addDays, dayOf } from '../../kit/time';
import { checkRange } from '../applications/checks';
import { isOffice, REVIEW_OFFICE } from '../applications/rules';
import type { Act } from '../applications/store';
import type { TourismContext } from '../loaders';
import type { AdoptReviewProcedureInput, ReviewFunctionInput, ReviewMaterialInput } from '../schema-types';
import { schedule } from '../sessions/place';
import { changeSession, leaveAgenda, sessionsFrom, waitingIn } from '../sessions/store';
import {
  endProcedure,
  insertProcedure,
  materialListOf,
  proceduresById,
  proceduresOf,
  type ReviewProcedureRow,
  requiredFunctionsOf,
} from './store';

/** Functions whose units see applications, by the catalog, so that they can review them. */
export const REVIEWING: readonly string[] = CATALOG['tourism.applications'].functionsByPlace.filter(
  (code) => code !== REVIEW_OFFICE,
);

/** What a version lays down. */
interface Provisions
  extends Pick<
    ReviewProcedureRow,
    'meeting_weekday' | 'cut_off_working_days' | 'cut_off_time' | 'quorum' | 'capacity'
  > {
  functions: readonly ReviewFunctionInput[];
  materials: readonly ReviewMaterialInput[];
}

/**
 * Adopts the next version of a town's procedure, and fills the agendas of meetings from its first day anew. Throws a
 * `Refusal` with every violation.
 */
export async function adoptReviewProcedure(
  context: TourismContext,
  input: AdoptReviewProcedureInput,
): Promise<ReviewProcedureRow> {
  const { signedIn: viewer, now } = context;
  const { jurisdiction, effectiveFrom } = input;
  const at = input.at ?? now;
  if (levelOf(jurisdiction) !== 'TOWNSHIP') {
    refuse('INVALID', ['jurisdiction'], {
      en: `${jurisdiction} is no township. Townships review jointly; their codes have 9 digits.`,
      zh: `${jurisdiction} 不是乡镇级区划，联审由乡镇进行，其代码为 9 位。`,
    });
  }
  if (!isOffice(viewer, jurisdiction)) {
    refuse('NOT_ALLOWED', ['jurisdiction'], {
      en: `Only the review office of ${jurisdiction} adopts its procedures.`,
      zh: `仅 ${jurisdiction} 的联席会议办公室可以施行其联审办法。`,
    });
  }
  return context.write(async (db) => {
    const violations = new Violations();
    const latest = (await proceduresOf(db, [jurisdiction])).at(-1) ?? null;
    checkInstant(violations, at, now);
    const earliest = [dayOf(at), ...(latest ? [addDays(latest.effective_from, 1)] : [])].sort().at(-1) ?? '';
    if (effectiveFrom < earliest) {
      violations.add('INVALID', ['effectiveFrom'], {
        en: `A version comes into force on the day of its adoption or later, and after the version before it: on ${earliest} at the earliest.`,
        zh: `施行日期不得早于决定当日，且须晚于上一版本的施行日期，最早为 ${earliest}。`,
      });
    }
    const provisions = await provisionsOf(db, violations, input);
    violations.throwIfAny();
    if (!provisions) throw new Error('a procedure that lays down nothing was not refused');
    if (latest) await endProcedure(db, latest.id, addDays(effectiveFrom, -1));
    const { functions, materials, ...rest } = provisions;
    const procedure = await insertProcedure(
      db,
      {
        ...{ id: randomUUID(), jurisdiction, version: (latest?.version ?? 0) + 1, ...rest },
        ...{ effective_from: effectiveFrom, effective_to: null, derived_from: input.derivedFrom ?? null },
        practice_id: input.practiceId?.trim() || null,
      },
      functions.map(({ code, isVeto }) => ({ code, is_veto: isVeto })),
      materials.map(({ code, name, kinds }) => ({ code, name: name.trim(), kinds: [...new Set(kinds)] })),
    );
    if (!procedure) {
      return refuse('CONFLICT', ['jurisdiction'], {
        en: 'Someone else adopted a version at the same moment. Look at it, and adopt yours after it.',
        zh: '他人刚施行了新版本，请查看后再提交。',
      });
    }
    await replan(db, procedure, { user: viewer.user, agency: viewer.agency, at });
    return procedure;
  });
}

/** Cancels the meetings from a version's first day that have not begun, and puts what was on their agendas on new ones. */
async function replan(db: Db, { jurisdiction, effective_from }: ReviewProcedureRow, act: Act): Promise<void> {
  const sessions = await sessionsFrom(db, jurisdiction, effective_from);
  const calendar = await loadWorkingCalendar(db);
  const waiting: Awaited<ReturnType<typeof waitingIn>> = [];
  for (const { id, status } of sessions) {
    if (status !== 'PLANNED') continue;
    waiting.push(...(await waitingIn(db, id)));
    await changeSession(db, id, ['PLANNED'], { status: 'CANCELLED' });
  }
  const note = '新的联审办法施行，会议重新安排';
  for (const application of waiting) {
    await leaveAgenda(db, application.id, 'CARRIED_OVER', act.at, note);
    await schedule(db, application, act, calendar, {
      ...{ kind: 'CARRIED_OVER', note, completeAt: application.complete_at ?? act.at },
    });
  }
}

/** What the input lays down, and otherwise the version that it is derived from. Null when something is missing. */
async function provisionsOf(
  db: Db,
  violations: Violations,
  input: AdoptReviewProcedureInput,
): Promise<Provisions | null> {
  const [origin] = input.derivedFrom == null ? [] : await proceduresById(db, [input.derivedFrom]);
  if (input.derivedFrom != null && !origin) {
    violations.add('NOT_FOUND', ['derivedFrom'], {
      en: 'There is no such procedure to derive from. Look under reviewProcedures.',
      zh: '不存在所参照的办法，请查询 reviewProcedures。',
    });
    return null;
  }
  const functions =
    input.requiredFunctions ??
    (origin &&
      (await requiredFunctionsOf(db, [origin.id])).map(({ code, is_veto }) => ({ code, isVeto: is_veto })));
  const materials = input.materialList ?? (origin && (await materialListOf(db, [origin.id])));
  const weekday = input.meetingWeekday ?? origin?.meeting_weekday;
  const days = input.cutOff?.workingDaysBefore ?? origin?.cut_off_working_days;
  const time = input.cutOff?.timeOfDay ?? origin?.cut_off_time;
  const quorum = input.quorum ?? origin?.quorum;
  const capacity = input.capacity ?? origin?.capacity;
  for (const [field, value] of Object.entries({
    ...{ requiredFunctions: functions, materialList: materials, meetingWeekday: weekday, cutOff: days },
    ...{ quorum, capacity },
  })) {
    if (value !== undefined) continue;
    violations.add('REQUIRED', [field], {
      en: `${field} is missing. Give it, or a version to derive from.`,
      zh: `缺少 ${field}，请填写，或指定所参照的办法。`,
    });
  }
  if (!functions || !materials || !weekday || days == null || !time || quorum == null || capacity == null) {
    return null;
  }
  checkLine(violations, ['practiceId'], input.practiceId?.trim() ?? '', 64);
  checkFunctions(violations, functions);
  checkMaterialList(violations, materials);
  checkRange(violations, ['cutOff', 'workingDaysBefore'], days, {
    ...{ from: 0, to: 20, what: { en: 'The number of working days', zh: '提前工作日数' } },
  });
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(time)) {
    violations.add('INVALID', ['cutOff', 'timeOfDay'], {
      en: `"${time.slice(0, 20)}" is no time of day. Write it as HH:MM, like 17:00.`,
      zh: `“${time.slice(0, 20)}”不是时刻，请按 HH:MM 填写，例如 17:00。`,
    });
  }
  checkRange(violations, ['quorum'], quorum, {
    ...{ from: 1, to: functions.length, what: { en: 'The quorum', zh: '法定人数' } },
  });
  checkRange(violations, ['capacity'], capacity, {
    ...{ from: 1, to: 60, what: { en: 'The most on an agenda', zh: '议程上限' } },
  });
  return {
    ...{ meeting_weekday: weekday, cut_off_working_days: days, cut_off_time: time, quorum, capacity },
    ...{ functions, materials },
  };
}

function checkFunctions(violations: Violations, functions: readonly ReviewFunctionInput[]): void {
  checkRange(violations, ['requiredFunctions'], functions.length, {
    ...{ from: 1, to: 10, what: { en: 'The number of functions', zh: '职能数' } },
  });
  const seen = new Set<string>();
  for (const [i, { code }] of functions.entries()) {
    if (!REVIEWING.includes(code) || seen.has(code)) {
      violations.add('INVALID', ['requiredFunctions', i, 'code'], {
        en: `"${code.slice(0, 40)}" is given twice, or its units may not see applications. These may: ${REVIEWING.join(', ')}.`,
        zh: `“${code.slice(0, 40)}”重复，或该职能的单位无权查看申请。可选：${REVIEWING.join('、')}。`,
      });
    }
    seen.add(code);
  }
}

function checkMaterialList(violations: Violations, materials: readonly ReviewMaterialInput[]): void {
  checkRange(violations, ['materialList'], materials.length, {
    ...{ from: 1, to: 30, what: { en: 'The number of materials', zh: '材料数' } },
  });
  const seen = new Set<string>();
  for (const [i, { code, name, kinds }] of materials.entries()) {
    const path = ['materialList', i];
    if (!/^[A-Z][A-Z0-9_-]{0,39}$/.test(code) || seen.has(code)) {
      violations.add('INVALID', [...path, 'code'], {
        en: `"${code.slice(0, 40)}" is given twice, or is no code: capital letters, digits, _ and -.`,
        zh: `“${code.slice(0, 40)}”重复，或不是材料代码（大写字母、数字、_ 和 -）。`,
      });
    }
    seen.add(code);
    checkLine(violations, [...path, 'name'], name.trim(), 60, {
      en: 'The material has no name. Give it.',
      zh: '材料名称为空，请填写。',
    });
    if (kinds.length === 0) {
      violations.add('REQUIRED', [...path, 'kinds'], {
        en: 'No kind of application needs it. Name at least one.',
        zh: '未填写适用类型，请至少填写一种。',
      });
    }
  }
}
