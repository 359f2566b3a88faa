import type { Db } from '../../kit/database';
import { refuse, Violations } from '../../kit/errors';
import { checkInstant, checkLine, checkText } from '../../kit/inputs';
import { dayOf } from '../../kit/time';
import { postingAtHand } from '../conduct/at-hand';
import { checkInPost } from '../conduct/rules';
import type { PersonnelContext } from '../loaders';
import type { RecordReminderTalkInput, RecordSpotCheckInput } from '../schema-types';
import {
  isRecordedOtherwise,
  MAXIMUM_CONTENT,
  MAXIMUM_NAME,
  MAXIMUM_NOTE,
  noContent,
  noNote,
  noTalker,
} from './rules';
import {
  insertSpotCheck,
  insertTalk,
  type ReminderTalkRow,
  type SpotCheckRow,
  spotCheckAt,
  talkAt,
} from './store';

/** Records what an unannounced visit found. The same again is the one that there is. */
export async function recordSpotCheck(
  context: PersonnelContext,
  input: RecordSpotCheckInput,
): Promise<SpotCheckRow> {
  const { user, agency } = context.signedIn;
  const at = input.at ?? context.now;
  const note = input.note.trim();
  const { secondmentId: secondment, finding } = input;
  return context.write(async (db) => {
    await check(db, context, { action: 'RECORD_SPOT_CHECK', secondment, at }, (violations) =>
      checkLine(violations, ['note'], note, MAXIMUM_NOTE, noNote),
    );
    const row = { secondment, at, finding, note, agency, recorded_by: user };
    const stored = await insertSpotCheck(db, row);
    if (stored) return stored;
    const present = await spotCheckAt(db, row);
    return present?.finding === finding && present.note === note
      ? present
      : refuse('CONFLICT', ['at'], isRecordedOtherwise);
  });
}

/** Records that someone reminded an officer of something. The same again is the one that there is. */
export async function recordReminderTalk(
  context: PersonnelContext,
  input: RecordReminderTalkInput,
): Promise<ReminderTalkRow> {
  const { user, agency } = context.signedIn;
  const at = input.at ?? context.now;
  const talker = input.talker.trim();
  const content = input.content.trim();
  const { secondmentId: secondment } = input;
  return context.write(async (db) => {
    await check(db, context, { action: 'RECORD_TALK', secondment, at }, (violations) => {
      checkLine(violations, ['talker'], talker, MAXIMUM_NAME, noTalker);
      checkText(violations, ['content'], content, MAXIMUM_CONTENT, noContent);
    });
    const row = { secondment, at, talker, content, agency, recorded_by: user };
    const stored = await insertTalk(db, row);
    if (stored) return stored;
    const present = await talkAt(db, row);
    return present?.talker === talker && present.content === content
      ? present
      : refuse('CONFLICT', ['at'], isRecordedOtherwise);
  });
}

async function check(
  db: Db,
  { signedIn: viewer, now }: PersonnelContext,
  { action, secondment, at }: { action: 'RECORD_SPOT_CHECK' | 'RECORD_TALK'; secondment: string; at: Date },
  more: (violations: Violations) => void,
): Promise<void> {
  const violations = new Violations();
  const posting = await postingAtHand(db, secondment, { action, agency: viewer.agency, violations });
  checkInPost(violations, ['at'], posting, dayOf(at));
  checkInstant(violations, at, now);
  more(violations);
  violations.throwIfAny();
}
