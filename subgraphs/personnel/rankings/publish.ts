import { refuse, Violations } from '../../kit/errors';
import { checkInstant, checkNotBefore } from '../../kit/inputs';
import { dayOf, lastDayOf } from '../../kit/time';
import { partyRange } from '../../kit/viewer';
import type { PersonnelContext } from '../loaders';
import type { PublishMonthlyRankingInput } from '../schema-types';
import { checkReason } from '../scores/rules';
import type { RankingOfMonth } from './ranking';
import {
  anotherWasFaster,
  monthNotOver,
  needsNoReason,
  needsReason,
  nothingToRank,
  notTheOverseer,
  rank,
} from './rules';
import { editionOf, insertEdition, totalsIn } from './store';

/** Publishes the ranking of a month as the scores now stand. Throws a `Refusal` with every violation. */
export async function publishMonthlyRanking(
  context: PersonnelContext,
  input: PublishMonthlyRankingInput,
): Promise<RankingOfMonth> {
  const { signedIn: viewer, now } = context;
  const { hostUnder: place, month } = input;
  const at = input.at ?? now;
  const reason = input.reason?.trim() ?? '';
  const { from, below } = partyRange(viewer, 'personnel.conduct');
  if (!(place >= from && place < below)) refuse('NOT_ALLOWED', ['hostUnder'], notTheOverseer);
  return context.write(async (db) => {
    const violations = new Violations();
    const entries = rank(await totalsIn(db, place, month));
    const last = await editionOf(db, { place, month, edition: null });
    if (dayOf(at) <= lastDayOf(month)) violations.add('INVALID', ['month'], monthNotOver);
    else if (entries.length === 0) violations.add('NOT_ALLOWED_IN_STATE', ['month'], nothingToRank);
    if (!last && reason) violations.add('INVALID', ['reason'], needsNoReason);
    if (last && !reason) violations.add('REQUIRED', ['reason'], needsReason);
    if (last && reason) checkReason(violations, reason);
    if (last) checkNotBefore(violations, at, last.published_at);
    checkInstant(violations, at, now);
    violations.throwIfAny();
    const edition = await insertEdition(
      db,
      { place, month, edition: (last?.edition ?? 0) + 1, reason: reason || null },
      entries,
      { user: viewer.user, agency: viewer.agency, at },
    );
    if (!edition) return refuse('CONFLICT', ['month'], anotherWasFaster);
    return { place, month, edition, entries };
  });
}
