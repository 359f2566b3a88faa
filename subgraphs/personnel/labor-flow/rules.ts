import { createHash } from 'node:crypto';
import { Violations } from '../../kit/errors';
import { isJurisdictionCode, type JurisdictionLevel } from '../../kit/jurisdiction';
import { isSector } from '../../kit/scalars';
import { dayOf, monthOf } from '../../kit/time';
import { hasFunction, mayActIn, type Viewer } from '../../kit/viewer';

export type LaborFlowSide = 'ORIGIN' | 'DESTINATION';

/** How a unit counts. */
export interface LaborFlowDefinition {
  minimumStayMonths: number;
  includesFlexible: boolean;
  referenceDay: string;
}

export interface LaborFlowRow {
  origin: string;
  destination: string;
  sector: string;
  workers: number;
}

export interface LaborFlowSubmission {
  batchKey: string;
  month: string;
  side: LaborFlowSide;
  definition: LaborFlowDefinition;
  rows: readonly LaborFlowRow[];
}

/** A submission whose rows are lines of text, `origin,destination,sector,workers`. */
export interface LaborFlowLines extends Omit<LaborFlowSubmission, 'rows'> {
  lines: string;
}

/** The field of an input that holds its figures, in the paths of what is wrong with them. */
export type RowsField = 'rows' | 'lines';

/** Figures of one month and side that no longer stand. */
export interface LaborFlowWithdrawal {
  batchKey: string;
  month: string;
  side: LaborFlowSide;
  rows: readonly Omit<LaborFlowRow, 'workers'>[];
}

/** At most this many at once, by the field that holds them. */
export const MAXIMUM: Readonly<Record<RowsField, number>> = { rows: 10_000, lines: 100_000 };
/** Of a batch with more than that wrong with it the rest is not named. */
const MAXIMUM_VIOLATIONS = 10_000;
const MAXIMUM_KEY_LENGTH = 200;
const MAXIMUM_STAY_MONTHS = 60;

/** The levels at which flows are reported: below counties nobody counts. */
export const REPORTED_LEVELS: readonly JurisdictionLevel[] = ['PROVINCE', 'PREFECTURE', 'COUNTY'];

/**
 * SHA-256, hex, over everything that a batch says: two batches with one key are the same batch when it is equal.
 */
export function contentHash({ month, side, definition, rows }: LaborFlowSubmission): string {
  const { minimumStayMonths, includesFlexible, referenceDay } = definition;
  const head = [month, side, minimumStayMonths, includesFlexible, referenceDay];
  const cells = rows.map(({ origin, destination, sector, workers }) => [
    origin,
    destination,
    sector,
    workers,
  ]);
  return createHash('sha256')
    .update(JSON.stringify([head, cells]))
    .digest('hex');
}

/** As {@link contentHash}, over a withdrawal. */
export function withdrawalHash({ month, side, rows }: LaborFlowWithdrawal): string {
  const cells = rows.map(({ origin, destination, sector }) => [origin, destination, sector]);
  return createHash('sha256')
    .update(JSON.stringify(['withdrawal', month, side, cells]))
    .digest('hex');
}

/**
 * Everything that is wrong with a batch, apart from figures that belong to other units. `knows` says whether a code is
 * a place at which flows are reported. A unit reports for its own side and remit, up to the present month.
 */
export function checkSubmission(
  submission: LaborFlowSubmission,
  { viewer, now, knows }: { viewer: Viewer; now: Date; knows: (code: string) => boolean },
  field: RowsField = 'rows',
): Violations {
  const violations = new Violations();
  checkReporter(viewer, violations);
  checkHead(submission, now, violations, field);
  checkDefinition(submission.definition, now, violations);
  checkRows(submission, viewer, knows, violations, field);
  return violations;
}

const LINE = /^([^,]*),([^,]*),([^,]*),(\d{1,10})$/;
/** GraphQL's Int, in which workers are counted. */
const MOST_WORKERS = 2_147_483_647;

/** The figures of lines of text. Throws a `Refusal` that names every line that is none, up to the first 10,000. */
export function readLines(text: string): LaborFlowRow[] {
  const violations = new Violations();
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  if (lines.length > MAXIMUM.lines) {
    violations.add('LIMIT_EXCEEDED', ['lines'], tooMany(lines.length, 'lines'));
    violations.throwIfAny();
  }
  const rows: LaborFlowRow[] = [];
  for (const [i, line] of lines.entries()) {
    const [, origin = '', destination = '', sector = '', digits = ''] = LINE.exec(line) ?? [];
    const workers = Number(digits);
    if (digits === '' || workers > MOST_WORKERS) violations.add('INVALID', ['lines', i], notALine(line));
    if (violations.size === MAXIMUM_VIOLATIONS) break;
    rows.push({ origin, destination, sector, workers });
  }
  violations.throwIfAny();
  return rows;
}

const notALine = (line: string) => ({
  en: `"${line.slice(0, 100)}" is no figure: give origin, destination, sector and a whole number of workers up to ${MOST_WORKERS}, separated by commas.`,
  zh: `“${line.slice(0, 100)}”不是一条数据，应为输出地、输入地、行业门类和人数（不超过 ${MOST_WORKERS} 的整数），以逗号分隔。`,
});

const tooMany = (count: number, field: RowsField) => {
  const most = MAXIMUM[field].toLocaleString('en-US');
  return {
    en: `The batch has ${count} rows; at most ${most} are taken at once. Send them in several batches.`,
    zh: `批次共 ${count} 行，单次上限为 ${most} 行，请分批报送。`,
  };
};

/** As {@link checkSubmission}, of a withdrawal. */
export function checkWithdrawal(
  withdrawal: LaborFlowWithdrawal,
  by: { viewer: Viewer; now: Date; knows: (code: string) => boolean },
): Violations {
  const violations = new Violations();
  checkReporter(by.viewer, violations);
  checkHead(withdrawal, by.now, violations, 'rows');
  const rows = withdrawal.rows.map((row) => ({ ...row, workers: 0 }));
  checkRows({ ...withdrawal, rows }, by.viewer, by.knows, violations, 'rows');
  return violations;
}

function checkReporter(viewer: Viewer, violations: Violations): void {
  if (hasFunction(viewer, ['HUMAN_RESOURCES'])) return;
  violations.add('NOT_ALLOWED', [], {
    en: `${viewer.agency} does not have the function HUMAN_RESOURCES, so it reports no labor flows.`,
    zh: `${viewer.agency} 没有人力资源和社会保障职能，不能报送劳动力流动数据。`,
  });
}

function checkHead(
  { batchKey, month, rows }: Pick<LaborFlowSubmission, 'batchKey' | 'month'> & { rows: readonly unknown[] },
  now: Date,
  violations: Violations,
  field: RowsField,
): void {
  if (batchKey.length === 0) {
    violations.add('REQUIRED', ['batchKey'], {
      en: 'batchKey is empty. Give each batch a key of its own, so that it counts once however often it is sent.',
      zh: 'batchKey 为空。请为每个批次设定唯一的键，重复发送时只计一次。',
    });
  } else if (batchKey.length > MAXIMUM_KEY_LENGTH) {
    violations.add('INVALID', ['batchKey'], {
      en: `batchKey has ${batchKey.length} characters; at most ${MAXIMUM_KEY_LENGTH} are kept.`,
      zh: `batchKey 长度为 ${batchKey.length} 个字符，上限为 ${MAXIMUM_KEY_LENGTH} 个。`,
    });
  }
  if (month > monthOf(now)) {
    violations.add('INVALID', ['month'], {
      en: `${month} has not begun. Report months up to ${monthOf(now)}.`,
      zh: `${month} 尚未开始，只能报送 ${monthOf(now)} 及以前的月份。`,
    });
  }
  if (rows.length === 0) {
    violations.add('REQUIRED', [field], {
      en: `The batch has no rows. Send 1 to ${MAXIMUM[field].toLocaleString('en-US')}.`,
      zh: `批次没有数据行，应为 1 至 ${MAXIMUM[field].toLocaleString('en-US')} 行。`,
    });
  } else if (rows.length > MAXIMUM[field]) {
    violations.add('LIMIT_EXCEEDED', [field], tooMany(rows.length, field));
  }
}

function checkDefinition(definition: LaborFlowDefinition, now: Date, violations: Violations): void {
  const { minimumStayMonths, referenceDay } = definition;
  if (minimumStayMonths < 0 || minimumStayMonths > MAXIMUM_STAY_MONTHS) {
    violations.add('INVALID', ['definition', 'minimumStayMonths'], {
      en: `A minimum stay of ${minimumStayMonths} months makes no sense; give 0 to ${MAXIMUM_STAY_MONTHS}.`,
      zh: `最短停留月数 ${minimumStayMonths} 无效，应为 0 至 ${MAXIMUM_STAY_MONTHS}。`,
    });
  }
  if (referenceDay > dayOf(now)) {
    violations.add('INVALID', ['definition', 'referenceDay'], {
      en: `The reference day ${referenceDay} has not come. Give the day for which was counted.`,
      zh: `统计基准日 ${referenceDay} 尚未到来，请填写实际统计日期。`,
    });
  }
}

function checkRows(
  { side, rows }: Pick<LaborFlowSubmission, 'side' | 'rows'>,
  viewer: Viewer,
  knows: (code: string) => boolean,
  violations: Violations,
  field: RowsField,
): void {
  if (rows.length > MAXIMUM[field]) return;
  const ownEnd = side === 'ORIGIN' ? 'origin' : 'destination';
  const firstOf = new Map<string, number>();
  for (const [i, row] of rows.entries()) {
    if (violations.size >= MAXIMUM_VIOLATIONS) return;
    for (const end of ['origin', 'destination'] as const) {
      if (!knows(row[end])) {
        violations.add('INVALID', [field, i, end], explainUnknownPlace(row[end]));
      } else if (end === ownEnd && !mayActIn(viewer, row[end])) {
        violations.add('NOT_ALLOWED', [field, i, end], {
          en: `${row[end]} is outside the remit of ${viewer.agency}, which reports the ${end} side for its own places only.`,
          zh: `${row[end]} 不在 ${viewer.agency} 的履职范围内，本单位只能报送自身区划的${side === 'ORIGIN' ? '输出' : '输入'}数据。`,
        });
      }
    }
    if (!isSector(row.sector)) {
      violations.add('INVALID', [field, i, 'sector'], {
        en: `"${row.sector}" is not a sector: give one letter from A to T, a section of GB/T 4754.`,
        zh: `“${row.sector}”不是行业门类，应为 GB/T 4754 的门类字母 A 至 T。`,
      });
    }
    if (row.workers < 0) {
      violations.add('INVALID', [field, i, 'workers'], {
        en: `${row.workers} workers cannot be; give 0 or more.`,
        zh: `人数 ${row.workers} 无效，应为 0 或以上。`,
      });
    }
    const cell = `${row.origin}>${row.destination}:${row.sector}`;
    const first = firstOf.get(cell);
    if (first === undefined) firstOf.set(cell, i);
    else {
      violations.add('CONFLICT', [field, i], {
        en: `This is the same origin, destination and sector as row ${first}. Give each figure once.`,
        zh: `与第 ${first} 行的输出地、输入地和行业门类相同，每个数据只能出现一次。`,
      });
    }
  }
}

function explainUnknownPlace(code: string) {
  return isJurisdictionCode(code) && code.length > 6
    ? {
        en: `${code} is below county level. Report flows for counties, prefectures or provinces.`,
        zh: `${code} 为县级以下区划，请按县、地、省级报送。`,
      }
    : {
        en: `"${code}" is no place that the hub knows. Give the GB/T 2260 code of a county, prefecture or province.`,
        zh: `“${code}”不是平台已知的区划，请填写县、地或省级的 GB/T 2260 代码。`,
      };
}

/** The violation of a figure that another unit reported first. */
export const foreignFigure = (reportedBy: string) => ({
  en: `${reportedBy} reported this figure first, so it belongs to that unit. Leave the row out, or settle it with them.`,
  zh: `该数据由 ${reportedBy} 首先报送，归其所有。请删除该行，或与对方协商。`,
});
