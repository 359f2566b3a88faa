import { refuse } from '../../kit/errors';
import type { GridContext } from '../loaders';
import { reachesByCode } from '../reaches/store';
import type {
  CompleteRiverRemovalInput,
  GrantRiverRemovalGraceInput,
  RecordRiverPatrolInput,
} from '../schema-types';
import { anotherWasFaster, checkCompletion, checkGrace, checkPatrol, noSuchRemoval } from './rules';
import {
  completeRemoval,
  grantGrace,
  insertPatrol,
  patrolByExternalId,
  type RiverPatrolRow,
  type RiverRemovalRow,
  removalById,
} from './store';

/**
 * Records a patrol of a reach. What the viewer's unit recorded before under the same external id is answered as it is.
 * Throws a `Refusal` with every violation.
 */
export async function recordRiverPatrol(
  context: GridContext,
  input: RecordRiverPatrolInput,
): Promise<RiverPatrolRow> {
  const { signedIn: viewer, now } = context;
  const { startedAt, endedAt } = input;
  const patrol = {
    ...{ startedAt, endedAt },
    reach: input.reach.trim(),
    members: input.members.map((name) => name.trim()),
    note: input.note?.trim() ?? '',
    photos: (input.photos ?? []).map((address) => address.trim()),
    confiscations: (input.confiscations ?? []).map(({ thing, quantity, unit, note }) => ({
      ...{ thing: thing.trim(), quantity, unit: unit.trim(), note: note?.trim() || null },
    })),
    removals: (input.removals ?? []).map(({ thing, removeUntil }) => ({ thing: thing.trim(), removeUntil })),
    externalId: input.externalId?.trim() ?? '',
  };
  const { agency } = viewer;
  return context.write(async (db) => {
    const [reach] = await reachesByCode(db, [patrol.reach]);
    checkPatrol(patrol, { viewer, place: reach?.jurisdiction ?? null, now }).throwIfAny();
    const known = () => (patrol.externalId === '' ? null : patrolByExternalId(db, agency, patrol.externalId));
    const earlier = await known();
    if (earlier) return earlier;
    const whose = { recordedBy: agency, jurisdiction: reach?.jurisdiction ?? '' };
    const stored = (await insertPatrol(db, patrol, whose)) ?? (await known());
    return stored ?? refuse('CONFLICT', ['externalId'], anotherWasFaster);
  });
}

/** Lets something that is to be removed stay longer. Throws a `Refusal` with every violation. */
export async function grantRiverRemovalGrace(
  context: GridContext,
  input: GrantRiverRemovalGraceInput,
): Promise<RiverRemovalRow> {
  const { signedIn: viewer, now } = context;
  const grace = {
    graceUntil: input.graceUntil,
    grantedBy: input.grantedBy.trim(),
    reason: input.reason.trim(),
    at: input.at ?? now,
  };
  return context.write(async (db) => {
    const removal =
      (await removalById(db, input.removalId)) ?? refuse('NOT_FOUND', ['removalId'], noSuchRemoval);
    checkGrace(removal, grace, { viewer, now }).throwIfAny();
    const changed = await grantGrace(db, removal, {
      ...{ grace_until: grace.graceUntil, granted_by: grace.grantedBy, reason: grace.reason },
      ...{ agency: viewer.agency, granted_at: grace.at },
    });
    return changed ?? refuse('CONFLICT', ['removalId'], anotherWasFaster);
  });
}

/** Records that something was removed. Throws a `Refusal` with every violation. */
export async function completeRiverRemoval(
  context: GridContext,
  input: CompleteRiverRemovalInput,
): Promise<RiverRemovalRow> {
  const { signedIn: viewer, now } = context;
  const completion = { note: input.note?.trim() ?? '', at: input.at ?? now };
  return context.write(async (db) => {
    const removal =
      (await removalById(db, input.removalId)) ?? refuse('NOT_FOUND', ['removalId'], noSuchRemoval);
    checkCompletion(removal, completion, { viewer, now }).throwIfAny();
    const changed = await completeRemoval(db, removal.id, completion);
    return changed ?? refuse('CONFLICT', ['removalId'], anotherWasFaster);
  });
}
