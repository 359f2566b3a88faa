import { addDays } from '../../kit/time';
import { type AssessmentKind, midtermDueOn } from '../assessments/rules';
import { daysInMonth, monthsOf, reportDueOn } from '../reports/rules';
import type { SecondmentRow } from '../secondments/store';

export type DutyKind = 'ANSWER_PLAN' | 'SUBMIT_REPORT' | 'ASSESS_MIDTERM' | 'ASSESS_FINAL' | 'END';

/** Something that a unit has to do about a posting by a day. */
export interface Duty {
  readonly kind: DutyKind;
  readonly due_on: string;
  readonly secondment: string;
  readonly agency: string;
  /** Of a report; empty for anything else. */
  readonly month: string;
}

/** What is known of a posting that is planned or active. */
export interface DutyFacts {
  readonly posting: SecondmentRow;
  readonly reportedMonths: ReadonlySet<string>;
  readonly assessments: readonly { readonly kind: AssessmentKind; readonly agency: string }[];
  /** By the policies of the posting's place for a month. */
  readonly reportDueDay: (month: string) => number;
  readonly monthCountsFromDays: (month: string) => number;
}

/** What still has to be done about a posting, by when and by whom. A kind more is a line more here. */
export function dutiesOf(facts: DutyFacts): Duty[] {
  const { id: secondment, status, starts_on, home_agency, host_agency } = facts.posting;
  if (status === 'PLANNED') {
    return [{ kind: 'ANSWER_PLAN', due_on: starts_on, secondment, agency: host_agency, month: '' }];
  }
  if (status !== 'ACTIVE') return [];
  const ends = [home_agency, host_agency].map(
    (agency): Duty => ({ kind: 'END', due_on: facts.posting.ends_on, secondment, agency, month: '' }),
  );
  return [...reportsDue(facts), ...assessmentsDue(facts), ...ends];
}

function reportsDue({ posting, reportedMonths, reportDueDay, monthCountsFromDays }: DutyFacts): Duty[] {
  return monthsOf(posting, posting.ends_on)
    .filter(
      (month) => !reportedMonths.has(month) && daysInMonth(posting, month) >= monthCountsFromDays(month),
    )
    .map((month) => ({
      ...({ kind: 'SUBMIT_REPORT', due_on: reportDueOn(month, reportDueDay(month)), month } as const),
      ...{ secondment: posting.id, agency: posting.host_agency },
    }));
}

function assessmentsDue({ posting, assessments }: DutyFacts): Duty[] {
  const { id: secondment, home_agency, host_agency, ends_on } = posting;
  const due = { MIDTERM: midtermDueOn(posting), FINAL: ends_on } as const;
  return (['MIDTERM', 'FINAL'] as const).flatMap((kind) =>
    [home_agency, host_agency]
      .filter((agency) => !assessments.some((made) => made.kind === kind && made.agency === agency))
      .map((agency) => ({
        kind: `ASSESS_${kind}` as const,
        due_on: due[kind],
        secondment,
        agency,
        month: '',
      })),
  );
}

/** Whether a day is a Monday. */
export const isMonday = (day: string): boolean => new Date(`${day}T00:00:00Z`).getUTCDay() === 1;

/** The Monday of a day's week. */
export const mondayOf = (day: string): string =>
  addDays(day, -((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7));
