import { refuse, Violations } from '../../kit/errors';
import { dayOf } from '../../kit/time';
import { workingCalendarIn } from '../life-cycle/clock';
import { laterOf } from '../life-cycle/step';
import { caseForStep, changeCase, holdCase, recordEvent } from '../life-cycle/store';
import type { GridContext } from '../loaders';
import type { DecideGridCaseExtensionInput } from '../schema-types';
import { anotherWasFaster, checkDecision, DECISIONS, noSuchExtension } from './rules';
import { decideExtension, extensionById, type GridCaseExtensionRow } from './store';

/** Decides a request for more time as the unit that dispatched the task. Throws a `Refusal` with every violation. */
export async function decideGridCaseExtension(
  context: GridContext,
  input: DecideGridCaseExtensionInput,
): Promise<GridCaseExtensionRow> {
  const { signedIn: viewer, now } = context;
  const { user, agency } = viewer;
  const { decision } = input;
  const note = input.note?.trim() ?? '';
  const slower = (): never => refuse('CONFLICT', ['extensionId'], anotherWasFaster);
  return context.writeToFeed(async (db, transactionId) => {
    const notFound = (): never => refuse('NOT_FOUND', ['extensionId'], noSuchExtension);
    const extension = (await extensionById(db, input.extensionId)) ?? notFound();
    const row = (await caseForStep(db, extension.case_id)) ?? notFound();
    const latest = laterOf(now, row.last_at);
    const act = { user, agency, at: input.at ?? latest };
    const violations = new Violations();
    checkDecision(violations, extension, { ...act, decision, note, now: latest });
    violations.throwIfAny();
    // The case first, as every step of it does, so that two never wait for each other.
    const { until } = extension;
    const calendar = await workingCalendarIn(db, row.jurisdiction, dayOf(until));
    const change = { due_at: until, is_due_provisional: calendar.isProvisional(dayOf(until)) };
    const changed =
      decision === 'APPROVE' ? await changeCase(db, row, change) : (await holdCase(db, row)) && row;
    if (!changed) return slower();
    const { to, kind } = DECISIONS[decision];
    const decided = (await decideExtension(db, extension.id, { ...act, status: to, note })) ?? slower();
    await recordEvent(db, changed, { kind, ...act, note }, { transactionId, ordinal: 0 });
    return decided;
  });
}
