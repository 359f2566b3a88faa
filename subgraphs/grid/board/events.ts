import type { EventPage, EventRange } from '../../kit/events';
import { FEED_BEGIN, FeedCursors, type FeedPosition, feedHead, LAST_ORDINAL, rightsOf } from '../../kit/feed';
import type { Viewer } from '../../kit/viewer';
import type { FieldworkChangeRow, InspectionChangeRow } from '../fieldwork/store';
import type { GridContext } from '../loaders';
import type { GridAlertRow } from '../reaches/store';
import {
  alertChanges,
  type CaseChange,
  caseChanges,
  type FeedPart,
  fieldworkChanges,
  forcesChanges,
  type GridForcesRow,
  inspectionChanges,
} from './store';

/** A change of the feed. */
type Change = FeedPosition &
  (
    | { readonly kind: 'CASE_CHANGED'; readonly change: CaseChange }
    | { readonly kind: 'DOWNSTREAM_ALERT'; readonly change: GridAlertRow }
    | { readonly kind: 'FORCES_CHANGED'; readonly change: GridForcesRow }
    | { readonly kind: 'INSPECTION_CHANGED'; readonly change: InspectionChangeRow }
    | { readonly kind: 'FIELDWORK_CHANGED'; readonly change: FieldworkChangeRow }
  );

/** A change as the board of a place shows it. */
export type GridBoardEventRow = Change & { readonly under: string; readonly cursor: string };

/** Transactions that one page goes through at most: what a place that nothing happens in costs. */
const WINDOW = 5_000;

export const boardCursors = (viewer: Viewer): FeedCursors =>
  new FeedCursors({
    name: 'gridBoard',
    rights: rightsOf(viewer, 'grid.cases', 'grid.inspections', 'grid.people'),
    restart: FEED_BEGIN,
    refusal: {
      en: 'This cursor was read under other rights: events before it may be yours to see now. Begin again with the cursor in restartAfter, or go on from here with the one in continueAfter and miss them.',
      zh: '该游标是在其他权限下读取的，此前的事件现在可能对您可见。请使用 restartAfter 中的游标从头读取；或使用 continueAfter 中的游标从此处继续，但会遗漏这些事件。',
    },
  });

/** A page of what changed in a place and below, as it was then. */
export async function boardEvents(
  { db, signedIn: viewer }: GridContext,
  { under }: { under: string },
  { after, upTo, first }: EventRange,
): Promise<EventPage<GridBoardEventRow>> {
  const cursors = boardCursors(viewer);
  const head = await feedHead(db);
  const from = after === null ? { position: head, ordinal: LAST_ORDINAL } : cursors.read(after, head);
  const end = Math.min(upTo ?? head, head);
  const through = Math.min(end, from.position + WINDOW);
  const isAtEnd = from.position > through || (from.position === through && from.ordinal === LAST_ORDINAL);
  if (isAtEnd) return { events: [], cursor: cursors.at(from), hasMore: false };
  const found = await changesOf(db, { under, after: from, through, limit: first + 1 });
  const events = found.slice(0, first).map((row) => {
    const cursor = cursors.at(row);
    return { cursor, at: row.change.at, event: { ...row, under, cursor } };
  });
  const last = events.at(-1);
  if (last && found.length > first) return { events, cursor: last.cursor, hasMore: true };
  return {
    events,
    cursor: cursors.at({ position: through, ordinal: LAST_ORDINAL }),
    hasMore: through < end,
  };
}

/** The changes of all the feed's tables, in its order. */
async function changesOf(db: GridContext['db'], part: FeedPart): Promise<Change[]> {
  const [cases, alerts, forces, inspections, fieldwork] = await Promise.all([
    caseChanges(db, part),
    alertChanges(db, part),
    forcesChanges(db, part),
    inspectionChanges(db, part),
    fieldworkChanges(db, part),
  ]);
  const rows: Change[] = [
    ...cases.map((change) => ({ ...placeOf(change), kind: 'CASE_CHANGED' as const, change })),
    ...alerts.map((change) => ({ ...placeOf(change), kind: 'DOWNSTREAM_ALERT' as const, change })),
    ...forces.map((change) => ({ ...placeOf(change), kind: 'FORCES_CHANGED' as const, change })),
    ...inspections.map((change) => ({ ...placeOf(change), kind: 'INSPECTION_CHANGED' as const, change })),
    ...fieldwork.map((change) => ({ ...placeOf(change), kind: 'FIELDWORK_CHANGED' as const, change })),
  ];
  return rows.sort((a, b) => a.position - b.position || a.ordinal - b.ordinal).slice(0, part.limit);
}

const placeOf = ({ position, ordinal }: FeedPosition): FeedPosition => ({ position, ordinal });
