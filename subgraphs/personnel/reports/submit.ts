import { jurisdictionOfAgency } from '../../kit/agency-code';
import { refuse } from '../../kit/errors';
import { dayOf } from '../../kit/time';
import type { PersonnelContext } from '../loaders';
import { readPolicies } from '../policies';
import type { SubmitSecondmentReportInput } from '../schema-types';
import { postingToActOn } from '../secondments/act';
import { checkSubmission, reportedOtherwise } from './rules';
import { insertReport, type ReportRow, reportFor } from './store';

/**
 * Submits a report of a posting. The same one from the same unit, sent again, is answered as it stands. Throws a
 * `Refusal` with every violation.
 */
export async function submitReport(
  context: PersonnelContext,
  input: SubmitSecondmentReportInput,
): Promise<ReportRow> {
  const { signedIn: viewer, now } = context;
  const act = { user: viewer.user, agency: viewer.agency, at: input.at ?? now };
  const { secondmentId: secondment } = input;
  const report = {
    ...{ secondment, kind: input.kind ?? ('MONTHLY' as const), month: input.month ?? null },
    ...{ title: input.title.trim(), body: input.body.trim() },
  };
  return context.write(async (db) => {
    const { posting, violations } = await postingToActOn(db, secondment, {
      action: 'SUBMIT_REPORT',
      now,
      ...act,
    });
    const place = jurisdictionOfAgency(posting.host_agency);
    const policy = await readPolicies(db, ['FINAL_ASSESSMENT_OPENS_DAYS'], [place]);
    const opensBefore = policy('FINAL_ASSESSMENT_OPENS_DAYS', place, dayOf(act.at));
    checkSubmission(violations, posting, report, { at: act.at, opensBefore });
    violations.throwIfAny();
    const submitted = await insertReport(db, report, act);
    if (submitted) return submitted;
    const earlier = await reportFor(db, secondment, report.month);
    const isSame =
      earlier?.submitted_by === act.agency && earlier.title === report.title && earlier.body === report.body;
    return isSame
      ? earlier
      : refuse('CONFLICT', [report.kind === 'FINAL' ? 'kind' : 'month'], reportedOtherwise);
  });
}
