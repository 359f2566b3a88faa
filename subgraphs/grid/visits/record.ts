import { randomUUID } from 'node:crypto';
import { refuse } from '../../kit/errors';
import { noSuchHousehold } from '../households/rules';
import { householdsById } from '../households/store';
import { laterOf } from '../life-cycle/step';
import type { GridContext } from '../loaders';
import type { FollowUpOnHouseholdVisitInput, RecordHouseholdVisitInput } from '../schema-types';
import { anotherWasFaster, checkFollowUp, checkVisit, noSuchVisit, statusOf } from './rules';
import { followUp, type HouseholdVisitRow, insertVisit, visitByExternalId, visitForFollowUp } from './store';

/**
 * Records a visit to a household. What the viewer's unit recorded before under the same external id is answered as it is
 * by now. Throws a `Refusal` with every violation.
 */
export async function recordHouseholdVisit(
  context: GridContext,
  input: RecordHouseholdVisitInput,
): Promise<HouseholdVisitRow> {
  const { signedIn: viewer, now } = context;
  const { agency } = viewer;
  const visit = {
    visitedAt: input.visitedAt ?? now,
    visitors: input.visitors.map((name) => name.trim()),
    needs: (input.needs ?? []).map(({ kind, description, isMet }) => ({
      ...{ kind, description: description.trim(), isMet: isMet ?? false },
    })),
    ...{ help: input.help?.trim() ?? '', followUpOn: input.followUpOn ?? null },
    externalId: input.externalId?.trim() ?? '',
  };
  return context.write(async (db) => {
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
    return stored ?? (await earlier()) ?? refuse('CONFLICT', ['externalId'], anotherWasFaster);
  });
}

/** Says what was done about the needs of a visit. Throws a `Refusal` with every violation. */
export async function followUpOnHouseholdVisit(
  context: GridContext,
  input: FollowUpOnHouseholdVisitInput,
): Promise<HouseholdVisitRow> {
  const { signedIn: viewer, now } = context;
  return context.write(async (db) => {
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
    return changed ?? refuse('CONFLICT', ['visitId'], anotherWasFaster);
  });
}
