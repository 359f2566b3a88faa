import { addDays, dayOf, earlierOf, laterOf } from '../../kit/time';
import { type AssessmentKind, midtermDueOn } from '../assessments/rules';
import type { WaitingLeaveRow } from '../leave/store';
import { daysInMonth, reportDueOn } from '../reports/rules';
import type { SecondmentRow } from '../secondments/store';

export type DutyKind =
  | 'ANSWER_PLAN'
  | 'SUBMIT_REPORT'
  | 'ASSESS_MIDTERM'
  | 'ASSESS_FINAL'
  | 'END'
  | 'DECIDE_LEAVE'
  | 'DECIDE_ESCALATED_LEAVE';

/** Something that a unit has to do about a posting by a day. */
export interface Duty {
  readonly kind: DutyKind;
  readonly due_on: string;
  readonly secondment: string;
  readonly agency: string;
  /** Of a report; empty for anything else. */
  readonly month: string;
  /** The request for leave to decide; empty for anything else. */
  readonly leave: string;
}

/** A stretch of days, both included. */
export interface Days {
  readonly from: string;
  readonly until: string;
}

/** What is known of a posting that is planned or active. */
export interface DutyFacts {
  readonly posting: SecondmentRow;
  /** Of the months of `monthsDueIn` those that were reported. */
  readonly reportedMonths: ReadonlySet<string>;
  readonly assessments: readonly { readonly kind: AssessmentKind; readonly agency: string }[];
  /** The requests for leave that wait, each with the rung that it is before. */
  readonly waitingLeave: readonly WaitingLeaveRow[];
  /** By the policies of the posting's place for a month. */
  readonly reportDueDay: (month: string) => number;
  readonly monthCountsFromDays: (month: string) => number;
}

const isIn = (day: string, { from, until }: Days): boolean => from <= day && day <= until;

const monthBefore = (day: string): string => addDays(`${day.slice(0, 7)}-01`, -1).slice(0, 7);

/** The months whose reports may fall due on some of the days: a report is due in the month after. */
export const monthsDueIn = ({ from, until }: Days): string[] => [
  ...new Set([monthBefore(from), monthBefore(until)]),
];

/** What still has to be done about a posting on some of the days, and by whom. A kind more is a line more here. */
export function dutiesOf(facts: DutyFacts, days: Days, today: string): Duty[] {
  const { status, starts_on, ends_on, home_agency, host_agency } = facts.posting;
  const duty = (kind: DutyKind, due_on: string, agency: string): Duty => ({
    ...{ kind, due_on, secondment: facts.posting.id, agency, month: '', leave: '' },
  });
  if (status === 'PLANNED') {
    return isIn(starts_on, days) ? [duty('ANSWER_PLAN', starts_on, host_agency)] : [];
  }
  if (status !== 'ACTIVE') return [];
  const ends = isIn(ends_on, days)
    ? [home_agency, host_agency].map((agency) => duty('END', ends_on, agency))
    : [];
  return [
    ...reportsDue(facts, days),
    ...assessmentsDue(facts, days),
    ...ends,
    ...leaveDue(facts, days, today),
  ];
}

function reportsDue(
  { posting, reportedMonths, reportDueDay, monthCountsFromDays }: DutyFacts,
  days: Days,
): Duty[] {
  return monthsDueIn(days)
    .filter((month) => !reportedMonths.has(month) && daysInMonth(posting, month) > 0)
    .filter((month) => daysInMonth(posting, month) >= monthCountsFromDays(month))
    .map((month) => ({
      ...({ kind: 'SUBMIT_REPORT', due_on: reportDueOn(month, reportDueDay(month)), month } as const),
      ...{ secondment: posting.id, agency: posting.host_agency, leave: '' },
    }))
    .filter(({ due_on }) => isIn(due_on, days));
}

function assessmentsDue({ posting, assessments }: DutyFacts, days: Days): Duty[] {
  const { id: secondment, home_agency, host_agency, ends_on } = posting;
  const due = { MIDTERM: midtermDueOn(posting), FINAL: ends_on } as const;
  return (['MIDTERM', 'FINAL'] as const)
    .filter((kind) => isIn(due[kind], days))
    .flatMap((kind) =>
      [home_agency, host_agency]
        .filter((agency) => !assessments.some((made) => made.kind === kind && made.agency === agency))
        .map((agency) => ({
          ...({ kind: `ASSESS_${kind}`, due_on: due[kind], secondment, agency } as const),
          ...{ month: '', leave: '' },
        })),
    );
}

/**
 * Until when a rung has to answer: the last day before the request climbs, or the day on which the leave begins when that
 * is earlier; never before the day on which it came.
 */
export function leaveDueOn({ starts_on, live_since, climbs_at }: WaitingLeaveRow): string {
  const begins = laterOf(starts_on, dayOf(live_since));
  return climbs_at === null ? begins : earlierOf(begins, addDays(dayOf(climbs_at), -1));
}

function leaveDue({ posting, waitingLeave }: DutyFacts, days: Days, today: string): Duty[] {
  return waitingLeave.flatMap((waiting): Duty[] => {
    const due_on = leaveDueOn(waiting);
    // What waits is to be answered now, however long there is time, and however long it has been late.
    if (!isIn(due_on, days) && !isIn(today, days)) return [];
    const kind = waiting.step > 1 ? 'DECIDE_ESCALATED_LEAVE' : 'DECIDE_LEAVE';
    return [{ kind, due_on, secondment: posting.id, agency: waiting.agency, month: '', leave: waiting.id }];
  });
}

/** Whether a day is a Monday. */
export const isMonday = (day: string): boolean => new Date(`${day}T00:00:00Z`).getUTCDay() === 1;

/** The Monday of a day's week. */
export const mondayOf = (day: string): string =>
  addDays(day, -((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7));
