import type { AgencyRow } from '../../kit/directory';
import { Violations } from '../../kit/errors';
import { checkLine, checkNumber, checkPhone } from '../../kit/inputs';
import { contains, isJurisdictionCode } from '../../kit/jurisdiction';
import { dayOf, startOfDay } from '../../kit/time';
import type { Viewer } from '../../kit/viewer';

import { commands } from '../life-cycle/rules';

export type GridKind = 'COMPREHENSIVE' | 'DEDICATED';
export type GridWorkerRole = 'LEADER' | 'FULL_TIME' | 'PART_TIME';

/** A grid as it is to stand, its texts trimmed. */
export interface GridRecord {
  readonly code: string;
  readonly name: string;
  readonly kind: GridKind;
  readonly agency: string;
  readonly people: number;
  readonly places: number;
  readonly things: number;
  readonly closedOn: string | null;
}

/** A worker as they are to stand, their texts trimmed. */
export interface WorkerRecord {
  readonly grid: string;
  readonly number: string;
  readonly name: string;
  readonly role: GridWorkerRole;
  readonly phone: string;
  readonly dutyWeekdays: readonly number[];
  readonly dutyBegins: string;
  readonly dutyEnds: string;
  readonly leftOn: string | null;
}

export const USUAL_DUTY = { weekdays: [1, 2, 3, 4, 5], begins: '08:30', ends: '17:30' } as const;

const MAXIMUM_GRIDS = 2_000;
const MAXIMUM_WORKERS = 5_000;
const MAXIMUM_NAME = 100;
const MAXIMUM_PERSON = 50;
const MAXIMUM_NUMBER = 30;
const MAXIMUM_COUNT = 10_000_000;

/** The village of a grid by its code; null when the code is none. */
export function villageOf(code: string): string | null {
  const [, village] = /^(\d{12})-\d{2,6}$/.exec(code) ?? [];
  return village !== undefined && isJurisdictionCode(village) ? village : null;
}

/** Every violation of an import of grids; `units` are those of the units in charge that exist. */
export function checkGrids(
  grids: readonly GridRecord[],
  { viewer, units }: { viewer: Viewer; units: readonly AgencyRow[] },
): Violations {
  const violations = new Violations();
  if (!checkNumber(violations, 'grids', grids.length, MAXIMUM_GRIDS)) return violations;
  const byCode = new Map(units.map((unit) => [unit.code, unit]));
  const seen = new Map<string, number>();
  for (const [i, grid] of grids.entries()) {
    const path = ['grids', i];
    const village = villageOf(grid.code);
    if (village === null) {
      violations.add('INVALID', [...path, 'code'], {
        en: `"${grid.code}" is no grid code. It is the village's 12 digits, a hyphen, and two or more digits.`,
        zh: `“${grid.code}”不是网格编码，应为村（居）12 位代码、连字符和至少两位数字。`,
      });
    } else if (!commands(viewer, village)) {
      violations.add('NOT_ALLOWED', [...path, 'code'], {
        en: `Only the grid command of ${village}, or of a place above it, enters its grids.`,
        zh: `仅 ${village} 或上级的网格化指挥单位可以登记其网格。`,
      });
    }
    const first = seen.get(grid.code);
    if (first !== undefined) {
      violations.add('CONFLICT', [...path, 'code'], {
        en: `${grid.code} is in line ${first} already.`,
        zh: `网格 ${grid.code} 与第 ${first} 项重复。`,
      });
    }
    seen.set(grid.code, first ?? i);
    checkLine(violations, [...path, 'name'], grid.name, MAXIMUM_NAME, {
      en: 'The name is empty.',
      zh: '名称为空。',
    });
    const unit = byCode.get(grid.agency);
    if (!unit) {
      violations.add('NOT_FOUND', [...path, 'agency'], {
        en: `There is no unit ${grid.agency}. Look its code up under agencies.`,
        zh: `不存在单位 ${grid.agency}，请在单位列表中查询代码。`,
      });
    } else if (village !== null && !unit.remit.some((outer) => contains(outer, village))) {
      violations.add('INVALID', [...path, 'agency'], {
        en: `${grid.agency} may not act in ${village}. Name a unit that may.`,
        zh: `${grid.agency} 无权在 ${village} 办理业务，请选择有权单位。`,
      });
    }
    for (const field of ['people', 'places', 'things'] as const) {
      if (grid[field] >= 0 && grid[field] <= MAXIMUM_COUNT) continue;
      violations.add('INVALID', [...path, field], {
        en: `${grid[field]} is no count. Give 0 to ${MAXIMUM_COUNT}.`,
        zh: `${grid[field]} 不是有效数量，应为 0 至 ${MAXIMUM_COUNT}。`,
      });
    }
  }
  return violations;
}

/** Every violation of an import of workers; `known` are the codes of those of their grids that the viewer sees. */
export function checkWorkers(
  workers: readonly WorkerRecord[],
  { viewer, known }: { viewer: Viewer; known: ReadonlySet<string> },
): Violations {
  const violations = new Violations();
  if (!checkNumber(violations, 'workers', workers.length, MAXIMUM_WORKERS)) return violations;
  const seen = new Map<string, number>();
  const leaders = new Map<string, number>();
  for (const [i, worker] of workers.entries()) {
    const path = ['workers', i];
    const village = villageOf(worker.grid);
    if (village === null || !known.has(worker.grid)) {
      violations.add('NOT_FOUND', [...path, 'grid'], {
        en: `There is no grid ${worker.grid}. Look its code up under grids, or import it first.`,
        zh: `不存在网格 ${worker.grid}，请在网格列表中查询，或先导入。`,
      });
    } else if (!commands(viewer, village)) {
      violations.add('NOT_ALLOWED', [...path, 'grid'], {
        en: `Only the grid command of ${village}, or of a place above it, enters its workers.`,
        zh: `仅 ${village} 或上级的网格化指挥单位可以登记其网格员。`,
      });
    }
    checkLine(violations, [...path, 'number'], worker.number, MAXIMUM_NUMBER, {
      en: 'The number is empty.',
      zh: '工号为空。',
    });
    checkLine(violations, [...path, 'name'], worker.name, MAXIMUM_PERSON, {
      en: 'The name is empty.',
      zh: '姓名为空。',
    });
    checkPhone(violations, [...path, 'phone'], worker.phone);
    checkDuty(violations, path, worker);
    const key = `${worker.grid} ${worker.number}`;
    const first = seen.get(key);
    if (first !== undefined) {
      violations.add('CONFLICT', [...path, 'number'], {
        en: `The number is in line ${first} already.`,
        zh: `该工号与第 ${first} 项重复。`,
      });
    }
    seen.set(key, first ?? i);
    if (worker.role !== 'LEADER' || worker.leftOn !== null) continue;
    const leader = leaders.get(worker.grid);
    if (leader !== undefined) {
      violations.add('CONFLICT', [...path, 'role'], {
        en: `${worker.grid} has its leader in line ${leader} already.`,
        zh: `网格 ${worker.grid} 在第 ${leader} 项已有网格长。`,
      });
    }
    leaders.set(worker.grid, leader ?? i);
  }
  return violations;
}

const isClock = (text: string): boolean => /^(?:[01]\d|2[0-3]):[0-5]\d$/.test(text);

function checkDuty(violations: Violations, path: readonly (string | number)[], worker: WorkerRecord): void {
  const { dutyWeekdays, dutyBegins, dutyEnds } = worker;
  const isWeek =
    dutyWeekdays.every((day) => day >= 1 && day <= 7) && new Set(dutyWeekdays).size === dutyWeekdays.length;
  if (!isWeek) {
    violations.add('INVALID', [...path, 'dutyWeekdays'], {
      en: 'Weekdays are 1 for Monday to 7 for Sunday, each once.',
      zh: '值班星期应为 1（星期一）至 7（星期日），不得重复。',
    });
  }
  for (const [field, text] of [
    ['dutyBegins', dutyBegins],
    ['dutyEnds', dutyEnds],
  ] as const) {
    if (!isClock(text)) {
      violations.add('INVALID', [...path, field], {
        en: `"${text}" is no time of day. Give HH:MM.`,
        zh: `“${text}”不是时刻，应为 HH:MM。`,
      });
    }
  }
  if (isClock(dutyBegins) && isClock(dutyEnds) && dutyEnds <= dutyBegins) {
    violations.add('INVALID', [...path, 'dutyEnds'], {
      en: 'Duty ends after it begins, on the same day.',
      zh: '下岗时刻应晚于上岗时刻（同一日）。',
    });
  }
}

interface Duty {
  readonly duty_weekdays: readonly number[];
  readonly duty_begins: string;
  readonly duty_ends: string;
  readonly left_on: string | null;
}

/** The weekday (1 for Monday) and the clock time in Shanghai at an instant. */
export function clockOf(instant: Date): { weekday: number; time: string } {
  const day = dayOf(instant);
  const minutes = Math.floor((instant.getTime() - startOfDay(day).getTime()) / 60_000);
  const two = (n: number) => String(n).padStart(2, '0');
  return {
    weekday: new Date(`${day}T00:00:00Z`).getUTCDay() || 7,
    time: `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`,
  };
}

/** Whether a worker's duty hours hold at an instant, and they still work there. */
export function isOnDuty(worker: Duty, now: Date): boolean {
  const { weekday, time } = clockOf(now);
  return (
    (worker.left_on === null || dayOf(now) <= worker.left_on) &&
    worker.duty_weekdays.includes(weekday) &&
    worker.duty_begins <= time &&
    time < worker.duty_ends
  );
}
