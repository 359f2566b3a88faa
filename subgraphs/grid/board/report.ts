import { randomUUID } from 'node:crypto';
import { refuse } from '../../kit/errors';
import type { Text } from '../../kit/language';
import { laterOf } from '../life-cycle/step';
import type { GridContext } from '../loaders';
import type { ReportGridForcesInput } from '../schema-types';
import { checkForces, isSameReport } from './rules';
import { type GridForcesRow, lastForces, storeForces } from './store';

/** Says what the viewer's unit has on duty in a place. Throws a `Refusal` with every violation. */
export async function reportGridForces(
  context: GridContext,
  input: ReportGridForcesInput,
): Promise<GridForcesRow> {
  const { signedIn: viewer, now } = context;
  const jurisdiction = input.jurisdiction ?? viewer.jurisdiction;
  return context.writeToFeed(async (db, transactionId) => {
    const last = await lastForces(db, viewer.agency, jurisdiction);
    const latest = last ? laterOf(now, last.at) : now;
    const report = {
      ...{ jurisdiction, people: input.people, vehicles: input.vehicles ?? 0, boats: input.boats ?? 0 },
      ...{ note: input.note?.trim() || null, at: input.at ?? latest },
    };
    checkForces(report, { viewer, now: latest, last }).throwIfAny();
    // Without a time, what says the same as before says nothing new.
    const says = (known: GridForcesRow) =>
      isSameReport(input.at ? report : { ...report, at: known.at }, known);
    if (last && says(last)) return last;
    const row = { ...report, id: last?.id ?? randomUUID(), agency: viewer.agency };
    const stored = await storeForces(db, row, { transactionId, actor: viewer.user });
    if (stored) return stored;
    const faster = await lastForces(db, viewer.agency, jurisdiction);
    return faster && says(faster) ? faster : refuse('CONFLICT', ['at'], anotherWasFaster);
  });
}

const anotherWasFaster: Text = {
  en: 'Another report of the same unit and place was faster. Look at it, and report anew if it is wrong.',
  zh: '本单位对该地的另一次上报已先行生效，请核对后再决定是否重新上报。',
};
