import { refuse } from '../../kit/errors';
import type { PersonnelContext } from '../loaders';
import { sidesOf } from '../secondments/rules';
import { postingAtHand } from '../secondments/store';
import {
  checkReportStep,
  mayStep,
  NOT_ALLOWED,
  noSuchReport,
  REPORT_STEPS,
  type ReportStep,
  reportMeanwhile,
} from './rules';
import { type ReportRow, reportsById, takeReportStep } from './store';

interface StepInput {
  reportId: string;
  editorNote?: string;
  title?: string;
  body?: string;
  at?: Date | null;
}

/**
 * Circulates, returns or resubmits a report. One that the caller may not read is one that there is not. Throws a
 * `Refusal` with every violation.
 */
export async function stepReport(
  context: PersonnelContext,
  step: ReportStep,
  input: StepInput,
): Promise<ReportRow> {
  const { signedIn: viewer, now } = context;
  const act = { user: viewer.user, agency: viewer.agency, at: input.at ?? now };
  const editorNote = input.editorNote?.trim() ?? '';
  const content = { title: input.title?.trim() ?? '', body: input.body?.trim() ?? '' };
  const path = ['reportId'];
  return context.write(async (db) => {
    const [report] = await reportsById(db, [input.reportId]);
    if (!report) return refuse('NOT_FOUND', path, noSuchReport);
    const posting = await postingAtHand(db, report.secondment);
    if (!posting) throw new Error(`${report.secondment} is reported on and does not exist`);
    const { agency } = act;
    if (!mayStep(step, { agency, sides: sidesOf(posting, agency), submittedBy: report.submitted_by }))
      return refuse('NOT_ALLOWED', path, NOT_ALLOWED[REPORT_STEPS[step].by]);
    checkReportStep(report, { step, at: act.at, now, editorNote, content }).throwIfAny();
    const stepped = await takeReportStep(db, report.id, { step, editorNote, content, ...act });
    return stepped ?? refuse('CONFLICT', path, reportMeanwhile);
  });
}
