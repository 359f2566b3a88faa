import type { Db } from '../../kit/database';
import { argumentLoader, listLoader, rowLoader } from '../../kit/loaders';
import { attendanceIn } from '../attendance/month';
import { sheetRevisionsOf, sheetsById } from '../attendance/store';
import { leaveById, leaveEventsOf, leaveOf, rungsOf } from '../leave/store';
import { scoreRevisionsOf, scoresById, scoresIn, type WeeklyScoreRow } from '../scores/store';
import { spotChecksOf, talksOf } from '../supervision/store';

/** Loaders of what is recorded of postings from day to day. */
export const conductLoaders = (db: Db) => ({
  leaveRequest: rowLoader(
    (ids) => leaveById(db, ids),
    (row) => row.id,
  ),
  leaveBySecondment: listLoader(
    (secondments) => leaveOf(db, secondments),
    (row) => row.secondment,
  ),
  rungsByLeave: listLoader(
    (requests) => rungsOf(db, requests),
    (row) => row.leave_request,
  ),
  eventsByLeave: listLoader(
    (requests) => leaveEventsOf(db, requests),
    (row) => row.leave_request,
  ),
  attendance: argumentLoader((secondments, { month }: { month: string }) =>
    attendanceIn(db, secondments, month),
  ),
  attendanceSheet: rowLoader(
    (ids) => sheetsById(db, ids),
    (row) => row.id,
  ),
  revisionsBySheet: listLoader(
    (sheets) => sheetRevisionsOf(db, sheets),
    (row) => row.sheet,
  ),
  weeklyScore: rowLoader(
    (ids) => scoresById(db, ids),
    (row) => row.id,
  ),
  weeklyScores: argumentLoader(async (secondments, { month }: { month: string }) => {
    const lists = new Map<string, WeeklyScoreRow[]>(secondments.map((id) => [id, []]));
    for (const score of await scoresIn(db, secondments, month)) lists.get(score.secondment)?.push(score);
    return lists;
  }),
  revisionsByScore: listLoader(
    (scores) => scoreRevisionsOf(db, scores),
    (row) => row.weekly_score,
  ),
  spotChecksBySecondment: listLoader(
    (secondments) => spotChecksOf(db, secondments),
    (row) => row.secondment,
  ),
  talksBySecondment: listLoader(
    (secondments) => talksOf(db, secondments),
    (row) => row.secondment,
  ),
});
