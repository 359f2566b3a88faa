import { randomUUID } from 'node:crypto';
import type { Db } from '../../kit/database';
import { agenciesByCode } from '../../kit/directory';
import { refuse, Violations } from '../../kit/errors';
import type { GridCaseRow } from '../cases/store';
import { keptOf } from '../fieldwork/rules';
import { recordFieldworkChanges } from '../fieldwork/store';
import { takeReport } from '../life-cycle/report';
import { laterOf } from '../life-cycle/step';
import type { Act } from '../life-cycle/store';
import type { GridContext } from '../loaders';
import type {
  ClosePetitionInput,
  FollowUpOnPetitionInput,
  InstructOnPetitionInput,
  OpenGridCaseFromPetitionInput,
  RecordPetitionReceptionInput,
  StateOnPetitionInput,
} from '../schema-types';
import {
  anotherWasFaster,
  checkInstruction,
  checkReception,
  checkStep,
  checkWords,
  noSuchReception,
  PETITION_STEPS,
  type PetitionEventKind,
  type PetitionStep,
} from './rules';
import {
  changeReception,
  insertReception,
  type PetitionReceptionRow,
  receptionByExternalId,
  receptionForStep,
  recordPetitionEvent,
} from './store';

/**
 * Records a reception. What the viewer's unit recorded before under the same external id is answered as it is by now.
 * Throws a `Refusal` with every violation.
 */
export async function recordPetitionReception(
  context: GridContext,
  input: RecordPetitionReceptionInput,
): Promise<PetitionReceptionRow> {
  const { signedIn: viewer, now } = context;
  const { user, agency } = viewer;
  const reception = {
    ...{
      jurisdiction: input.jurisdiction,
      receivedBy: input.receivedBy.trim(),
      receivedAt: input.receivedAt ?? now,
    },
    ...{ petitioner: input.petitioner.trim(), petitionerPhone: input.petitionerPhone?.trim() ?? '' },
    ...{ visitors: input.visitors ?? 1, claim: input.claim.trim(), statement: input.statement?.trim() ?? '' },
    externalId: input.externalId?.trim() ?? '',
  };
  checkReception(reception, { viewer, now }).throwIfAny();
  return context.writeToFeed(async (db, transactionId) => {
    const earlier = () =>
      reception.externalId === '' ? null : receptionByExternalId(db, agency, reception.externalId);
    const before = await earlier();
    if (before) return before;
    const stored = await insertReception(db, {
      ...{ id: randomUUID(), jurisdiction: reception.jurisdiction, recorded_by: agency },
      ...{ external_id: reception.externalId || null, received_by: reception.receivedBy },
      ...{ received_at: reception.receivedAt, petitioner: reception.petitioner },
      ...{ petitioner_phone: reception.petitionerPhone || null, visitors: reception.visitors },
      ...{ claim: reception.claim, statement: reception.statement || null, instruction: null, handler: null },
      ...{ due_on: null, status: 'RECEIVED', carried_out_at: null, outcome: null, case_id: null },
    });
    if (!stored) return (await earlier()) ?? refuse('CONFLICT', ['externalId'], anotherWasFaster);
    const act = { kind: 'RECEIVED', user, agency, at: reception.receivedAt } as const;
    await recordPetitionEvent(db, stored.id, { ...act, note: '' });
    await recordChange(db, transactionId, stored, act);
    return stored;
  });
}

/** What steps change of a reception. */
const OF_RECEPTION = [
  ...(['statement', 'instruction', 'handler', 'due_on', 'status', 'carried_out_at'] as const),
  ...(['outcome', 'case_id'] as const),
] as const satisfies (keyof PetitionReceptionRow)[];

/** Enters what was done with a reception, which stands as `row` after it, into the feed. */
const recordChange = (
  db: Db,
  transactionId: number,
  row: PetitionReceptionRow,
  { kind, ...act }: Act & { kind: PetitionEventKind },
): Promise<void> =>
  recordFieldworkChanges(db, transactionId, [
    {
      ...{ kind: `PETITION_${kind}`, jurisdiction: row.jurisdiction, provider: row.recorded_by, ...act },
      ...{ party: row.handler, subject: row.id, kept: keptOf(row, OF_RECEPTION) },
    },
  ]);

interface StepInput {
  receptionId: string;
  note: string;
  at?: Date | null;
}

/** Takes a step with a reception; `change` is what it makes of it beside the status. Throws a `Refusal`. */
async function takeStep(
  { db, transactionId }: { db: Db; transactionId: number },
  { signedIn: viewer, now }: GridContext,
  step: PetitionStep,
  input: StepInput,
  change: (
    reception: PetitionReceptionRow,
    violations: Violations,
    at: Date,
  ) => Partial<PetitionReceptionRow> | Promise<Partial<PetitionReceptionRow>>,
): Promise<PetitionReceptionRow> {
  const { user, agency } = viewer;
  const seen =
    (await receptionForStep(db, input.receptionId)) ?? refuse('NOT_FOUND', ['receptionId'], noSuchReception);
  const latest = laterOf(now, seen.last_at);
  const at = input.at ?? latest;
  const note = input.note.trim();
  const violations = new Violations();
  checkStep(violations, step, seen, viewer);
  checkWords(violations, step, { note, at }, { previous: seen.last_at, now: latest });
  const changes = await change(seen, violations, at);
  violations.throwIfAny();
  const { to, kind } = PETITION_STEPS[step];
  const changed =
    (await changeReception(db, seen, { ...changes, status: to ?? seen.status })) ??
    refuse('CONFLICT', ['receptionId'], anotherWasFaster);
  await recordPetitionEvent(db, changed.id, { kind, user, agency, at, note });
  await recordChange(db, transactionId, changed, { kind, user, agency, at });
  return changed;
}

/** Records what the unit concerned states. Throws a `Refusal` with every violation. */
export const stateOnPetition = (context: GridContext, { receptionId, statement, at }: StateOnPetitionInput) =>
  context.writeToFeed((db, transactionId) =>
    takeStep({ db, transactionId }, context, 'STATE', { receptionId, note: statement, at }, () => ({
      statement: statement.trim(),
    })),
  );

/** Gives an instruction to a unit. Throws a `Refusal` with every violation. */
export const instructOnPetition = (
  context: GridContext,
  { receptionId, instruction, toAgency, dueOn, at }: InstructOnPetitionInput,
) =>
  context.writeToFeed((db, transactionId) =>
    takeStep(
      { db, transactionId },
      context,
      'INSTRUCT',
      { receptionId, note: instruction, at },
      async (reception, violations, time) => {
        const [unit] = await agenciesByCode(db, [toAgency]);
        checkInstruction(violations, {
          code: toAgency,
          unit,
          place: reception.jurisdiction,
          dueOn,
          at: time,
        });
        return { instruction: instruction.trim(), handler: toAgency, due_on: dueOn, carried_out_at: null };
      },
    ),
  );

/** Says how far an instruction is carried out. Throws a `Refusal` with every violation. */
export const followUpOnPetition = (
  context: GridContext,
  { receptionId, note, isDone, at }: FollowUpOnPetitionInput,
) =>
  context.writeToFeed((db, transactionId) =>
    takeStep(
      { db, transactionId },
      context,
      isDone ? 'CARRY_OUT' : 'FOLLOW_UP',
      { receptionId, note, at },
      (_, __, time) => (isDone ? { carried_out_at: time } : {}),
    ),
  );

/** Ends a reception. Throws a `Refusal` with every violation. */
export const closePetition = (context: GridContext, { receptionId, outcome, note, at }: ClosePetitionInput) =>
  context.writeToFeed((db, transactionId) =>
    takeStep({ db, transactionId }, context, 'CLOSE', { receptionId, note, at }, (reception, _, time) => ({
      outcome,
      // An instruction that ends with the reception is overdue no longer than that.
      carried_out_at: reception.carried_out_at ?? time,
    })),
  );

/** Makes a claim a case, by the rules of intake. Throws a `Refusal` with every violation. */
export async function openGridCaseFromPetition(
  context: GridContext,
  { receptionId, category, title, at }: OpenGridCaseFromPetitionInput,
): Promise<GridCaseRow> {
  const { signedIn: viewer, now } = context;
  return context.writeToFeed(async (db, transactionId) => {
    let opened: GridCaseRow | null = null;
    await takeStep(
      { db, transactionId },
      context,
      'OPEN_CASE',
      { receptionId, note: '', at },
      async (reception, violations, time) => {
        violations.throwIfAny();
        const report = {
          ...{ jurisdiction: reception.jurisdiction, category: category.trim(), title: title.trim() },
          ...{ description: reception.claim, location: null, reach: '', photos: [], reportedAt: time },
          externalId: reception.id,
        };
        opened = await takeReport(db, report, {
          source: 'PETITION',
          viewer,
          now: laterOf(now, time),
          transactionId,
        });
        return { case_id: opened.id };
      },
    );
    return opened ?? refuse('CONFLICT', ['receptionId'], anotherWasFaster);
  });
}
