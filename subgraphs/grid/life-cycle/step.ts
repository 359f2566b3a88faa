import type { Db } from '../../kit/database';
import { agenciesByCode } from '../../kit/directory';
import { refuse, Violations } from '../../kit/errors';
import { dayOf } from '../../kit/time';
import type { Viewer } from '../../kit/viewer';
import type { GridCaseState } from '../cases/rules';
import type { GridCaseRow } from '../cases/store';
import { categoriesByCode } from '../categories/store';
import { lapseExtension } from '../extensions/store';
import type { GridContext } from '../loaders';
import { warnDownstream } from '../reaches/warn';
import { routeFor } from '../routes/store';
import { deadlineFrom } from './clock';
import {
  anotherWasFaster,
  checkCategory,
  checkHandler,
  checkOriginal,
  checkStep,
  checkWords,
  type GridCaseStep,
  noSuchCase,
  STEPS,
} from './rules';
import { caseForStep, changeCase, hasDuplicates, holdCases, recordEvent, type SteppedCase } from './store';

/** What is said with a step, as the mutations' inputs have it. */
export interface StepInput {
  caseId: string;
  note?: string | null;
  reason?: string | null;
  basis?: string | null;
  photos?: readonly string[] | null;
  at?: Date | null;
  /** Of filing. */
  category?: string | null;
  /** Of a dispatch. */
  toAgency?: string | null;
  /** Of declining, and of a link. */
  duplicateOf?: string | null;
}

/** A step that is being taken: what it is judged by, and what is found against it. */
interface Taking {
  db: Db;
  row: SteppedCase;
  viewer: Viewer;
  input: StepInput;
  at: Date;
  violations: Violations;
}

/** What a step makes of a case beside its stage, and whom it is about. */
interface Outcome {
  change: Partial<GridCaseState>;
  subject?: string | null;
}

const NO_TASK = {
  task_agency: null,
  task_dispatched_by: null,
  task_dispatched_at: null,
  task_accepted_at: null,
} satisfies Partial<GridCaseState>;

/** Takes a step of a case's life as the viewer's unit. Throws a `Refusal` with every violation. */
export async function stepGridCase(
  context: GridContext,
  step: GridCaseStep,
  input: StepInput,
): Promise<GridCaseRow> {
  const { signedIn: viewer, now } = context;
  const { user, agency } = viewer;
  return context.writeToFeed(async (db, transactionId) => {
    if (step === 'LINK_DUPLICATE' && input.duplicateOf)
      await holdCases(db, [input.caseId, input.duplicateOf]);
    const row = (await caseForStep(db, input.caseId)) ?? refuse('NOT_FOUND', ['caseId'], noSuchCase);
    const at = input.at ?? laterOf(now, row.last_at);
    const words = {
      note: (input.reason ?? input.note)?.trim() ?? '',
      basis: input.basis?.trim() ?? '',
      photos: (input.photos ?? []).map((address) => address.trim()),
    };
    const violations = new Violations();
    checkStep(violations, step, row, viewer);
    checkWords(violations, step, { ...words, at }, { previous: row.last_at, now: laterOf(now, row.last_at) });
    const { change, subject } = await outcomeOf(step, { db, row, viewer, input, at, violations });
    violations.throwIfAny();
    const { to, kind } = STEPS[step];
    const changed = await changeCase(db, row, { ...change, ...(to !== null && { stage: to }) });
    if (!changed) refuse('CONFLICT', ['caseId'], anotherWasFaster);
    // A request for more time goes with the task.
    if (step === 'RETURN' || step === 'RECALL' || step === 'RESOLVE') await lapseExtension(db, row.id);
    const act = { user, agency, at };
    await recordEvent(db, changed, { kind, ...act, ...words, subject }, { transactionId, ordinal: 0 });
    // Only now may it be known to drift.
    if (step === 'FILE') await warnDownstream(db, changed, { ...act, transactionId, firstOrdinal: 1 });
    return changed;
  });
}

/** An action without a time happens now; by clocks that differ, or in the same moment, not before what it follows. */
export const laterOf = (now: Date, previous: Date): Date =>
  previous > now && previous.getTime() - now.getTime() < CLOCKS_DIFFER_MS ? previous : now;

const CLOCKS_DIFFER_MS = 5_000;

/** What a step makes of the case; adds what is wrong with what it is given to the violations. */
async function outcomeOf(step: GridCaseStep, taking: Taking): Promise<Outcome> {
  const { at, viewer } = taking;
  switch (step) {
    case 'FILE':
      return filing(taking);
    case 'DECLINE':
      return taking.input.duplicateOf ? linking(taking) : { change: {} };
    case 'DISPATCH':
      return dispatching(taking);
    case 'ACCEPT':
      return { change: { task_accepted_at: at } };
    case 'RETURN':
    case 'RECALL':
      return { change: NO_TASK };
    case 'PASS':
      return { change: { closed_at: at } };
    case 'REOPEN':
      return reopening(taking);
    case 'SUPERVISE':
    case 'END_SUPERVISION':
      return { change: { is_supervised: step === 'SUPERVISE' } };
    case 'LINK_DUPLICATE':
      return linking(taking);
    case 'RESOLVE':
    case 'FAIL':
      return { change: {} };
    case 'REQUEST_EXTENSION':
    case 'REFER':
      throw new Error(`${step} by ${viewer.agency} changes no case`);
  }
}

async function filing({ db, row, input, at, violations }: Taking): Promise<Outcome> {
  const code = input.category ?? row.category;
  const [category] = await categoriesByCode(db, [code]);
  checkCategory(violations, code, category);
  if (violations.any) return { change: {} };
  const deadline = await deadlineFrom(db, { category: code, place: row.jurisdiction, from: at });
  return { change: { category: code, filed_at: at, ...deadline } };
}

async function reopening({ db, row, at, violations }: Taking): Promise<Outcome> {
  if (violations.any) return { change: {} };
  const deadline = await deadlineFrom(db, { category: row.category, place: row.jurisdiction, from: at });
  return { change: { ...NO_TASK, ...deadline, closed_at: null, reopened_at: at } };
}

async function dispatching({ db, row, viewer, input, at, violations }: Taking): Promise<Outcome> {
  const place = row.jurisdiction;
  const route = input.toAgency ? null : await routeFor(db, { place, category: row.category, day: dayOf(at) });
  const code = input.toAgency ?? route?.agency ?? null;
  const [agency] = code === null ? [] : await agenciesByCode(db, [code]);
  checkHandler(violations, code, agency, place);
  const task = { task_agency: code, task_dispatched_by: viewer.agency, task_dispatched_at: at };
  return { change: task, subject: code };
}

async function linking({ db, row, viewer, input, violations }: Taking): Promise<Outcome> {
  const id = input.duplicateOf ?? '';
  checkOriginal(violations, row.id, await caseForStep(db, id), viewer);
  if (await hasDuplicates(db, row.id)) {
    violations.add('INVALID', ['caseId'], {
      en: 'Other cases are marked as duplicates of this one. Link those to the original first.',
      zh: '已有其他案件标记为与本案件重复，请先将其关联到原案件。',
    });
  }
  return { change: { duplicate_of: id } };
}
