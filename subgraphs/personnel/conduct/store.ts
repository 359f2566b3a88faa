import type { Db } from '../../kit/database';
import {
  partyAmong,
  type SecondmentRow,
  type SecondmentStintRow,
  secondmentsById,
  stintsOf,
} from '../secondments/store';
import type { PostingInPost } from './rules';

/** A posting in full, with what decides who records its conduct. */
export type PostingOfConduct = SecondmentRow & PostingInPost;

/** Of these postings those that exist, by id: three statements, whatever their number. */
export async function postingsOfConduct(
  db: Db,
  ids: readonly string[],
): Promise<Map<string, PostingOfConduct>> {
  const distinct = [...new Set(ids)];
  const [postings, stints, own] = [
    await secondmentsById(db, distinct),
    await stintsOf(db, distinct),
    await partyAmong(db, distinct),
  ];
  const parties = new Set(own.map(({ id }) => id));
  const found = new Map(
    postings.map((posting) => [
      posting.id,
      { ...posting, stints: [] as SecondmentStintRow[], isParty: parties.has(posting.id) },
    ]),
  );
  for (const stint of stints) found.get(stint.secondment)?.stints.push(stint);
  return found;
}
