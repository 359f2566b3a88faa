import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { refuse } from '../../kit/errors';
import { keptOf } from '../fieldwork/rules';
import { type NewFieldworkChange, recordFieldworkChanges } from '../fieldwork/store';
import { noSuchHousehold } from '../households/rules';
import { householdsById } from '../households/store';
import { laterOf } from '../life-cycle/step';
import type { Act } from '../life-cycle/store';
import type { GridContext } from '../loaders';
import type {
  CorrectHouseholdVisitInput,
  FollowUpOnHouseholdVisitInput,
  HouseholdNeedInput,
  RecordHouseholdVisitInput,
} from '../schema-types';
import {
  anotherWasFaster,
  checkFollowUp,
  checkVisit,
  checkVisitCorrection,
  type Need,
  noSuchVisit,
  statusAfter,
  statusOf,
} from './rules';
import {
  correctVisit,
  followUp,
  type HouseholdVisitRow,
  insertVisit,
  visitByExternalId,
  visitForCorrection,
  visitForFollowUp,
} from './store';

/**
 * Records a visit to a household. What the viewer's unit recorded before under the same external id is answered as it is
 * by now. Throws a `Refusal` with every violation.
 */
export async function recordHouseholdVisit(
  context: GridContext,
  input: RecordHouseholdVisitInput,
): Promise<HouseholdVisitRow> {
  const { signedIn: viewer, now } = context;
  const { user, agency } = viewer;
  const visit = {
    visitedAt: input.visitedAt ?? now,
    visitors: input.visitors.map((name) => name.trim()),
    needs: needsOf(input.needs ?? []),
    ...{ help: input.help?.trim() ?? '', followUpOn: input.followUpOn ?? null },
    externalId: input.externalId?.trim() ?? '',
  };
  return context.writeToFeed(async (db, transactionId) => {
    const [household] = await householdsById(db, [input.householdId]);
    if (!household) return refuse('NOT_FOUND', ['householdId'], noSuchHousehold);
    checkVisit(visit, household, { viewer, now }).throwIfAny();
    const earlier = () => (visit.externalId === '' ? null : visitByExternalId(db, agency, visit.externalId));
    const before = await earlier();
    if (before) return before;
    const stored = await insertVisit(db, {
      ...{ id: randomUUID(), household_id: household.id, jurisdiction: household.jurisdiction },
      ...{ recorded_by: agency, external_id: visit.externalId || null, visited_at: visit.visitedAt },
      ...{ visitors: visit.visitors, needs: visit.needs, help: visit.help || null },
      ...{ status: statusOf(visit.needs), follow_up_on: visit.followUpOn },
    });
    if (!stored) return (await earlier()) ?? refuse('CONFLICT', ['externalId'], anotherWasFaster);
    const act = { user, agency, at: visit.visitedAt };
    await recordFieldworkChanges(db, transactionId, [ofVisit('VISIT_RECORDED', stored, act)]);
    return stored;
  });
}

/** Says what was done about the needs of a visit. Throws a `Refusal` with every violation. */
export async function followUpOnHouseholdVisit(
  context: GridContext,
  input: FollowUpOnHouseholdVisitInput,
): Promise<HouseholdVisitRow> {
  const { signedIn: viewer, now } = context;
  return context.writeToFeed(async (db, transactionId) => {
    const visit =
      (await visitForFollowUp(db, input.visitId)) ?? refuse('NOT_FOUND', ['visitId'], noSuchVisit);
    const latest = laterOf(now, visit.last_at);
    const { isDone } = input;
    const said = { note: input.note.trim(), followUpOn: input.followUpOn ?? null, at: input.at ?? latest };
    checkFollowUp(visit, said, { viewer, now: latest }).throwIfAny();
    const changed = await followUp(
      db,
      visit,
      { status: isDone ? 'DONE' : 'OPEN', follow_up_on: said.followUpOn ?? visit.follow_up_on },
      {
        ...{ visit_id: visit.id, jurisdiction: visit.jurisdiction, recorded_by: viewer.agency },
        ...{ note: said.note, is_done: isDone, at: said.at, actor: viewer.user },
      },
    );
    if (!changed) return refuse('CONFLICT', ['visitId'], anotherWasFaster);
    const act = { user: viewer.user, agency: viewer.agency, at: said.at };
    await recordFieldworkChanges(db, transactionId, [ofVisit('VISIT_FOLLOWED_UP', changed, act)]);
    return changed;
  });
}

/**
 * Corrects what was recorded of a visit; what it was stays known. A correction that says what stands changes nothing. Throws
 * a `Refusal` with every violation.
 */
export async function correctHouseholdVisit(
  context: GridContext,
  input: CorrectHouseholdVisitInput,
): Promise<HouseholdVisitRow> {
  const { signedIn: viewer, now } = context;
  const { user, agency } = viewer;
  return context.writeToFeed(async (db, transactionId) => {
    const known =
      (await visitForCorrection(db, input.visitId)) ?? refuse('NOT_FOUND', ['visitId'], noSuchVisit);
    const [household] = await householdsById(db, [known.household_id]);
    if (!household) return refuse('NOT_FOUND', ['visitId'], noSuchVisit);
    const corrected = {
      visitedAt: input.visitedAt ?? known.visited_at,
      visitors: input.visitors?.map((name) => name.trim()) ?? known.visitors,
      needs: input.needs ? needsOf(input.needs) : known.needs,
      help: (input.help === undefined ? known.help : input.help)?.trim() ?? '',
      followUpOn: input.followUpOn === undefined ? known.follow_up_on : input.followUpOn,
      externalId: '',
    };
    const state = {
      ...{ visited_at: corrected.visitedAt, visitors: corrected.visitors, needs: corrected.needs },
      ...{ help: corrected.help || null, follow_up_on: corrected.followUpOn },
      status: statusAfter(known.status, corrected.needs),
    };
    const isNew = OF_VISIT.some((column) => !isDeepStrictEqual(state[column], known[column]));
    const latest = laterOf(now, known.corrected_at ?? now);
    const at = input.at ?? latest;
    const violations = checkVisit(corrected, household, { viewer, now, path: 'visitId' });
    const changesNeeds = !isDeepStrictEqual(corrected.needs, known.needs);
    const reason = input.reason.trim();
    // Sent again, it comes after the correction that it was.
    const stand = isNew ? known : { ...known, corrected_at: at };
    checkVisitCorrection(violations, stand, corrected, { reason, at, changesNeeds, now: latest });
    violations.throwIfAny();
    if (!isNew) return known;
    const act = { user, agency, at };
    const changed =
      (await correctVisit(db, known, state, { ...act, reason })) ??
      refuse('CONFLICT', ['visitId'], anotherWasFaster);
    await recordFieldworkChanges(db, transactionId, [ofVisit('VISIT_CORRECTED', changed, act)]);
    return changed;
  });
}

const needsOf = (needs: readonly HouseholdNeedInput[]): Need[] =>
  needs.map(({ kind, description, isMet }) => ({
    ...{ kind, description: description.trim(), isMet: isMet ?? false },
  }));

/** What is recorded of a visit and may change. */
const OF_VISIT = [
  ...(['visited_at', 'visitors', 'needs', 'help', 'status', 'follow_up_on'] as const),
] satisfies (keyof HouseholdVisitRow)[];

/** What was done with a visit, for the feed. */
const ofVisit = (
  kind: 'VISIT_RECORDED' | 'VISIT_FOLLOWED_UP' | 'VISIT_CORRECTED',
  row: HouseholdVisitRow,
  act: Act,
): NewFieldworkChange => ({
  ...{ kind, jurisdiction: row.jurisdiction, provider: row.recorded_by, subject: row.id, ...act },
  kept: keptOf(row, OF_VISIT),
});
