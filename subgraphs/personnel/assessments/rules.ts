import type { Violations } from '../../kit/errors';
import { checkText } from '../../kit/inputs';
import type { Text } from '../../kit/language';
import { addDays, dayOf } from '../../kit/time';

export type AssessmentKind = 'MIDTERM' | 'FINAL';
export type Grade = 'EXCELLENT' | 'COMPETENT' | 'BARELY_COMPETENT' | 'NOT_COMPETENT';

const MAXIMUM_COMMENT = 2_000;

/** The first day on which an officer may be assessed at the end. */
export const finalOpensOn = (posting: { readonly ends_on: string }, daysBefore: number): string =>
  addDays(posting.ends_on, -daysBefore);

/** The day about which an officer is assessed mid-way: the middle of the posting, the earlier one of two. */
export function midtermDueOn({ starts_on, ends_on }: { starts_on: string; ends_on: string }): string {
  const days = (Date.parse(ends_on) - Date.parse(starts_on)) / 86_400_000;
  return addDays(starts_on, Math.floor(days / 2));
}

/** Adds what is wrong with an assessment of a posting. `opensBefore`: days before the last one. */
export function checkAssessment(
  violations: Violations,
  posting: { readonly starts_on: string; readonly ends_on: string },
  {
    kind,
    comment,
    at,
    opensBefore,
  }: { kind: AssessmentKind; comment: string; at: Date; opensBefore: number },
): void {
  const opensOn = kind === 'FINAL' ? finalOpensOn(posting, opensBefore) : posting.starts_on;
  if (dayOf(at) < opensOn) {
    violations.add('INVALID', ['at'], {
      en: `It is too early: this assessment opens on ${opensOn}.`,
      zh: `为时过早，该考核自 ${opensOn} 起办理。`,
    });
  }
  checkText(violations, ['comment'], comment, MAXIMUM_COMMENT, {
    en: 'The comment is empty. Say how the officer has served.',
    zh: '评语为空，请填写。',
  });
}

export const alreadyAssessed: Text = {
  en: 'Your unit has made this assessment of the posting already.',
  zh: '本单位已对该挂职作出此项考核。',
};
