import { Violations } from '../../kit/errors';
import { checkInstant, checkLine, checkNotBefore, checkText } from '../../kit/inputs';
import type { Text } from '../../kit/language';
import { dayOf, earlierOf, lastDayOf, laterOf, monthAfter, monthOf } from '../../kit/time';
import { finalOpensOn } from '../assessments/rules';
import type { SecondmentSide } from '../secondments/rules';

export type ReportKind = 'MONTHLY' | 'FINAL';
export type ReportStatus = 'SUBMITTED' | 'CIRCULATED' | 'RETURNED';
export type ReportStep = 'CIRCULATE' | 'RETURN' | 'RESUBMIT';

/** What may be done to a report, by whom, from which status and into which. */
export const REPORT_STEPS = {
  CIRCULATE: { by: 'editor', from: 'SUBMITTED', to: 'CIRCULATED' },
  RETURN: { by: 'editor', from: 'SUBMITTED', to: 'RETURNED' },
  RESUBMIT: { by: 'submitter', from: 'RETURNED', to: 'SUBMITTED' },
} as const satisfies Record<ReportStep, { by: 'editor' | 'submitter'; from: ReportStatus; to: ReportStatus }>;

/** Who edits reports. Whoever submitted one does not decide on it. */
const EDITORS: readonly SecondmentSide[] = ['HOME', 'ORGANIZER'];

/** Whether a unit with these parts in a posting may take a step with a report of it. */
export const mayStep = (
  step: ReportStep,
  { agency, sides, submittedBy }: { agency: string; sides: readonly SecondmentSide[]; submittedBy: string },
): boolean =>
  REPORT_STEPS[step].by === 'submitter'
    ? agency === submittedBy
    : agency !== submittedBy && EDITORS.some((side) => sides.includes(side));

export const NOT_ALLOWED = {
  editor: {
    en: "Only the home unit and the program's organizer circulate or return a report, and not one of their own.",
    zh: '仅派出单位和项目组织单位可以编发或退回汇报，且不得办理本单位提交的汇报。',
  },
  submitter: {
    en: 'Only the unit that submitted a report submits it anew.',
    zh: '仅提交单位可以重新提交汇报。',
  },
} as const satisfies Record<'editor' | 'submitter', Text>;

const MAXIMUM_TITLE = 100;
const MAXIMUM_BODY = 20_000;
const MAXIMUM_EDITOR_NOTE = 1_000;

interface Days {
  readonly starts_on: string;
  readonly ends_on: string;
}

/** How many days of a month a posting takes up. */
export function daysInMonth({ starts_on, ends_on }: Days, month: string): number {
  const first = laterOf(starts_on, `${month}-01`);
  const last = earlierOf(ends_on, lastDayOf(month));
  return last < first ? 0 : (Date.parse(last) - Date.parse(first)) / 86_400_000 + 1;
}

/** The months that a posting touches up to a day, the first one first. */
export function monthsOf({ starts_on, ends_on }: Days, until: string): string[] {
  const last = earlierOf(ends_on, until).slice(0, 7);
  const months: string[] = [];
  for (let month = starts_on.slice(0, 7); month <= last; month = monthAfter(month)) months.push(month);
  return months;
}

/** The day by which a month is reported: so many days into the next one, or its last day. */
export const reportDueOn = (month: string, dueDay: number): string => {
  const next = monthAfter(month);
  return earlierOf(`${next}-${String(Math.max(1, dueDay)).padStart(2, '0')}`, lastDayOf(next));
};

export interface ReportContent {
  readonly title: string;
  readonly body: string;
}

function checkContent(violations: Violations, { title, body }: ReportContent): void {
  checkLine(violations, ['title'], title, MAXIMUM_TITLE, {
    en: 'The title is empty. Say what the report is about.',
    zh: '标题为空，请填写。',
  });
  checkText(violations, ['body'], body, MAXIMUM_BODY, {
    en: 'The report is empty. Say what was done.',
    zh: '正文为空，请填写。',
  });
}

/** Adds what is wrong with a new report of a posting. `opensBefore`: days before the last one, for the final report. */
export function checkSubmission(
  violations: Violations,
  posting: Days,
  report: ReportContent & { readonly kind: ReportKind; readonly month: string | null },
  { at, opensBefore }: { at: Date; opensBefore: number },
): void {
  const { kind, month } = report;
  if (kind === 'FINAL') {
    if (month !== null) {
      violations.add('INVALID', ['month'], {
        en: 'The final report is of the whole posting. Leave the month out.',
        zh: '考察报告针对整个挂职期，请勿填写月份。',
      });
    }
    const opensOn = finalOpensOn(posting, opensBefore);
    if (dayOf(at) < opensOn) {
      violations.add('INVALID', ['at'], {
        en: `It is too early: the final report opens on ${opensOn}.`,
        zh: `为时过早，考察报告自 ${opensOn} 起提交。`,
      });
    }
  } else if (month === null) {
    violations.add('REQUIRED', ['month'], {
      en: 'The month is missing. Say of which month the report is.',
      zh: '月份为空，请填写汇报所属月份。',
    });
  } else if (month > monthOf(at)) {
    violations.add('INVALID', ['month'], {
      en: `${month} has not come yet. Report a month when it has begun.`,
      zh: `${month} 尚未到来，请在当月开始后提交。`,
    });
  } else if (daysInMonth(posting, month) === 0) {
    violations.add('INVALID', ['month'], {
      en: `The posting runs from ${posting.starts_on} to ${posting.ends_on}, so it has no report for ${month}.`,
      zh: `挂职期限为 ${posting.starts_on} 至 ${posting.ends_on}，没有 ${month} 的汇报。`,
    });
  }
  checkContent(violations, report);
}

const STATUS_NAMES = {
  SUBMITTED: { en: 'waits for an editor', zh: '待编发' },
  CIRCULATED: { en: 'is circulated', zh: '已编发' },
  RETURNED: { en: 'is returned', zh: '已退回' },
} as const satisfies Record<ReportStatus, Text>;

/** Every violation of a step of a unit that may take it. */
export function checkReportStep(
  report: { readonly status: ReportStatus; readonly submitted_at: Date; readonly decided_at: Date | null },
  {
    step,
    at,
    now,
    editorNote,
    content,
  }: { step: ReportStep; at: Date; now: Date; editorNote: string; content: ReportContent },
): Violations {
  const violations = new Violations();
  const { from } = REPORT_STEPS[step];
  if (report.status !== from) {
    violations.add('NOT_ALLOWED_IN_STATE', ['reportId'], {
      en: `The report ${STATUS_NAMES[report.status].en}. This is possible while it ${STATUS_NAMES[from].en}.`,
      zh: `该汇报${STATUS_NAMES[report.status].zh}，仅在${STATUS_NAMES[from].zh}时可以办理。`,
    });
  } else {
    const previous = from === 'RETURNED' ? report.decided_at : report.submitted_at;
    if (previous) checkNotBefore(violations, at, previous);
  }
  checkInstant(violations, at, now);
  if (step === 'RESUBMIT') checkContent(violations, content);
  else {
    checkText(violations, ['editorNote'], editorNote, MAXIMUM_EDITOR_NOTE, {
      en: "The editor's note is empty. Say why the report goes out, or what it lacks.",
      zh: '编者按为空，请说明编发理由或退回原因。',
    });
  }
  return violations;
}

export const reportedOtherwise: Text = {
  en: 'There is a report for this already. When it is returned, submit it anew with resubmitSecondmentReport.',
  zh: '该期汇报已提交。如被退回，请通过 resubmitSecondmentReport 重新提交。',
};

export const noSuchReport: Text = {
  en: 'There is no such report. Take the id from the reports of the posting.',
  zh: '不存在该汇报，请从挂职的汇报中获取标识。',
};

export const reportMeanwhile: Text = {
  en: 'Someone else decided on the report at the same moment. Look at it again.',
  zh: '该汇报刚被他人办理，请重新查看。',
};
