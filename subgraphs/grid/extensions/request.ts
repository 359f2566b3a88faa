import { refuse, Violations } from '../../kit/errors';
import * as lifeCycle from '../life-cycle/rules';
import { laterOf } from '../life-cycle/step';
import { caseForStep, holdCase, recordEvent } from '../life-cycle/store';
import type { GridContext } from '../loaders';
import type { RequestGridCaseExtensionInput } from '../schema-types';
import { alreadyWaits, checkUntil } from './rules';
import { type GridCaseExtensionRow, insertExtension } from './store';

/** Asks the dispatcher of a task for more time, as the unit that holds it. Throws a `Refusal` with every violation. */
export async function requestGridCaseExtension(
  context: GridContext,
  input: RequestGridCaseExtensionInput,
): Promise<GridCaseExtensionRow> {
  const { signedIn: viewer, now } = context;
  const { user, agency } = viewer;
  const reason = input.reason.trim();
  return context.writeToFeed(async (db, transactionId) => {
    const row =
      (await caseForStep(db, input.caseId)) ?? refuse('NOT_FOUND', ['caseId'], lifeCycle.noSuchCase);
    const latest = laterOf(now, row.last_at);
    const at = input.at ?? latest;
    const violations = new Violations();
    lifeCycle.checkStep(violations, 'REQUEST_EXTENSION', row, viewer);
    const words = { note: reason, basis: '', photos: [], at };
    lifeCycle.checkWords(violations, 'REQUEST_EXTENSION', words, { previous: row.last_at, now: latest });
    checkUntil(violations, input.until, { at, dueAt: row.due_at });
    violations.throwIfAny();
    if (!(await holdCase(db, row))) refuse('CONFLICT', ['caseId'], lifeCycle.anotherWasFaster);
    const act = { user, agency, at };
    const dispatched = { ...row, dispatcher: row.task_dispatched_by ?? agency };
    const extension = await insertExtension(db, dispatched, { ...act, until: input.until, reason });
    if (!extension) refuse('CONFLICT', ['caseId'], alreadyWaits);
    await recordEvent(
      db,
      row,
      { kind: 'EXTENSION_REQUESTED', ...act, note: reason },
      { transactionId, ordinal: 0 },
    );
    return extension;
  });
}
