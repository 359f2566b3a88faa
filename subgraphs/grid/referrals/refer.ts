import { agenciesByCode } from '../../kit/directory';
import { refuse, Violations } from '../../kit/errors';
import type { GridCaseRow } from '../cases/store';
import * as lifeCycle from '../life-cycle/rules';
import { laterOf } from '../life-cycle/step';
import { caseForStep, holdCase, recordEvent } from '../life-cycle/store';
import type { GridContext } from '../loaders';
import type { ReferGridCaseInput } from '../schema-types';
import { alreadyOffered, checkNeighbor } from './rules';
import { insertReferral } from './store';

/** Offers a case to the grid command of a neighbor, which sees it from then on. Throws a `Refusal` with every violation. */
export async function referGridCase(context: GridContext, input: ReferGridCaseInput): Promise<GridCaseRow> {
  const { signedIn: viewer, now } = context;
  const { user, agency } = viewer;
  const reason = input.reason.trim();
  return context.writeToFeed(async (db, transactionId) => {
    const row =
      (await caseForStep(db, input.caseId)) ?? refuse('NOT_FOUND', ['caseId'], lifeCycle.noSuchCase);
    const latest = laterOf(now, row.last_at);
    const at = input.at ?? latest;
    const violations = new Violations();
    lifeCycle.checkStep(violations, 'REFER', row, viewer);
    const words = { note: reason, basis: '', photos: [], at };
    lifeCycle.checkWords(violations, 'REFER', words, { previous: row.last_at, now: latest });
    const [neighbor] = await agenciesByCode(db, [input.toAgency]);
    checkNeighbor(violations, input.toAgency, neighbor, row.jurisdiction);
    violations.throwIfAny();
    if (!(await holdCase(db, row))) refuse('CONFLICT', ['caseId'], lifeCycle.anotherWasFaster);
    const act = { user, agency, at };
    const offer = { case_id: row.id, jurisdiction: row.jurisdiction, to_agency: input.toAgency, reason };
    const referral = await insertReferral(db, { ...offer, to_place: neighbor?.jurisdiction ?? '' }, act);
    if (!referral) refuse('CONFLICT', ['toAgency'], alreadyOffered);
    const event = { kind: 'REFERRED', ...act, subject: input.toAgency, note: reason } as const;
    await recordEvent(db, row, event, { transactionId, ordinal: 0 });
    return row;
  });
}
