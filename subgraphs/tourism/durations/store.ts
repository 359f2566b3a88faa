import type { Knex } from 'knex';
import type { Db } from '../../kit/database';
import { rangeOf } from '../../kit/jurisdiction';
import { addDays, startOfDay } from '../../kit/time';
import type { LicenseApplicationStage } from '../schema-types';

/** Working seconds over several applications. */
export interface Figures {
  readonly mean: number;
  readonly median: number;
  readonly ninetieth: number;
  readonly longest: number;
}

/** What is measured of a decided application, as its columns say it. */
const MEASURES = {
  counted: 'intake + deciding',
  session_wait: 'session_wait',
  materials: 'materials',
  intake: 'intake',
  scheduled: 'session_wait + deciding',
} as const;
export type Measure = keyof typeof MEASURES;

export interface DecidedFigures {
  readonly place: string;
  readonly decided: number;
  readonly within: number;
  readonly providers: readonly string[];
  readonly measures: Readonly<Record<Measure, Figures>>;
}

export interface DepartmentFigures {
  readonly place: string;
  readonly function: string;
  readonly agency: string;
  readonly opinions: number;
  readonly providers: readonly string[];
  readonly figures: Figures;
}

export interface PendingFigures {
  readonly place: string;
  readonly stage: LicenseApplicationStage;
  readonly count: number;
  readonly longest_since: Date;
  readonly providers: readonly string[];
}

/** A place, as a whole or by its towns, and the days of which it is asked. */
export interface Period {
  readonly under: string;
  readonly from: string;
  readonly to: string;
  readonly byTown: boolean;
}

const figuresOf = (expression: string): string => `json_build_object(
  'mean', avg(${expression}),
  'median', percentile_cont(0.5) WITHIN GROUP (ORDER BY (${expression})),
  'ninetieth', percentile_cont(0.9) WITHIN GROUP (ORDER BY (${expression})),
  'longest', max(${expression}))`;

/** The place that a row counts for, and whether it lies where it is asked for. */
function placing({ under, byTown }: Period, column: string) {
  const { from, below } = rangeOf(under);
  return {
    place: byTown ? `left(${column}, 9)` : '?::text',
    bindings: byTown ? [] : [under],
    where: `${column} >= ? AND ${column} < ?`,
    range: [from, below],
  };
}

const daysOf = ({ from, to }: Period): Knex.RawBinding[] => [startOfDay(from), startOfDay(addDays(to, 1))];

/** Figures of the applications decided in the period. */
export async function decidedIn(db: Db, period: Period): Promise<DecidedFigures[]> {
  const { place, bindings, where, range } = placing(period, 'town');
  const measures = Object.entries(MEASURES).map(
    ([name, expression]) => `'${name}', ${figuresOf(expression)}`,
  );
  return db.raw<DecidedFigures>(
    `/* durations.decided */
     SELECT ${place} AS place, count(*) AS decided, count(*) FILTER (WHERE is_within_target) AS within,
       array_agg(DISTINCT filed_by) AS providers, json_build_object(${measures.join(', ')}) AS measures
     FROM decisions WHERE ${where} AND decided_at >= ? AND decided_at < ?
     GROUP BY 1 ORDER BY 1`,
    [...bindings, ...range, ...daysOf(period)],
  );
}

/** For how long meetings waited for each department in the period, the longest mean first. */
export async function departmentsIn(db: Db, period: Period): Promise<DepartmentFigures[]> {
  const { place, bindings, where, range } = placing(period, 'jurisdiction');
  return db.raw<DepartmentFigures>(
    `/* durations.departments */
     SELECT ${place} AS place, function, agency, count(*) AS opinions,
       array_agg(DISTINCT filed_by) AS providers, ${figuresOf('waited')} AS figures
     FROM review_opinions WHERE ${where} AND given_at >= ? AND given_at < ?
     GROUP BY 1, function, agency ORDER BY 1, avg(waited) DESC, function, agency`,
    [...bindings, ...range, ...daysOf(period)],
  );
}

/** What is not decided now, by stage. */
export async function pendingIn(db: Db, period: Period): Promise<PendingFigures[]> {
  const { place, bindings, where, range } = placing(period, 'town');
  return db.raw<PendingFigures>(
    `/* durations.pending */
     SELECT ${place} AS place, stage, count(*) AS count, min(stepped_at) AS longest_since,
       array_agg(DISTINCT filed_by) AS providers
     FROM applications
     WHERE ${where} AND stage IN ('SUBMITTED', 'AWAITING_MATERIALS', 'SCHEDULED')
     GROUP BY 1, stage ORDER BY 1, array_position(ARRAY['SUBMITTED', 'AWAITING_MATERIALS', 'SCHEDULED'], stage::text)`,
    [...bindings, ...range],
  );
}
