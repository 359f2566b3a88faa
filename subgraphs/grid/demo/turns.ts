import type { Db } from '../../kit/database';
import { demoId } from '../../kit/demo';
import { enterFeed } from '../../kit/feed';
import { dayOf } from '../../kit/time';
import { type GridCaseEventKind, type GridCaseState, numberOf } from '../cases/rules';
import { GRID_CASE_COLUMNS, type GridCaseRow } from '../cases/store';
import { deadlineFrom } from '../life-cycle/clock';
import { caseForStep, changeCase, insertCase, recordEvent } from '../life-cycle/store';
import { pick } from './draw';
import { STAFF, TOWNS, type Town } from './towns';

/* What happens to some of the demo's cases off the straight way: more time, reopening, referrals, duplicates. */

const at = (text: string): Date => new Date(`${text.replace(' ', 'T')}:00+08:00`);
const who = (agency: string): string => pick(STAFF[agency] ?? ['值班员'], 'actor', agency);

/** Enters what was done, one ordinal after another. */
class Turns {
  #ordinal = 0;

  constructor(
    readonly db: Db,
    private readonly transactionId: number,
  ) {}

  /** Changes a case and records why; answers it as it is then. */
  async take(
    row: GridCaseRow,
    step: { kind: GridCaseEventKind; agency: string; at: Date; note?: string; subject?: string },
    change: Partial<GridCaseState> = {},
  ): Promise<GridCaseRow> {
    const changed = Object.keys(change).length > 0 ? await changeCase(this.db, row, change) : row;
    if (!changed) throw new Error(`${row.number} is not as it was read`);
    await this.record(changed, step);
    return changed;
  }

  async record(
    row: GridCaseRow,
    step: { kind: GridCaseEventKind; agency: string; at: Date; note?: string; subject?: string },
  ): Promise<void> {
    const position = { transactionId: this.transactionId, ordinal: this.#ordinal };
    this.#ordinal += 1;
    await recordEvent(this.db, row, { ...step, user: who(step.agency) }, position);
  }
}

/** The first case of a town that answers a condition, by number. */
async function caseOf(db: Db, town: Town, condition: string): Promise<GridCaseRow> {
  const [row] = await db.raw<GridCaseRow & Record<string, unknown>>(
    `/* demo.caseOf */ SELECT ${GRID_CASE_COLUMNS.join(', ')} FROM cases
     WHERE starts_with(jurisdiction, ?) AND ${condition} ORDER BY number LIMIT 1`,
    [town.code],
  );
  if (!row) throw new Error(`the demo has no case in ${town.name} with ${condition}`);
  return row;
}

const MINUTE_MS = 60_000;

/** The time at which something is done to a case: as wanted, or soon after what was done last. */
async function notBefore(db: Db, row: GridCaseRow, wanted: Date): Promise<Date> {
  const last = (await caseForStep(db, row.id))?.last_at ?? row.reported_at;
  return last < wanted ? wanted : new Date(last.getTime() + 2 * MINUTE_MS);
}

function townOf(code: string): Town {
  const town = TOWNS.find((candidate) => candidate.code === code);
  if (!town) throw new Error(`${code} is no town of the demo`);
  return town;
}

export async function loadTurns(db: Db): Promise<void> {
  await enterFeed(db, async (transactionId) => {
    const turns = new Turns(db, transactionId);
    for (const town of TOWNS) {
      await giveTime(turns, town);
      await askForTime(turns, town);
      await reopen(turns, town);
      await linkDuplicate(turns, town);
    }
    const [lili, zhujiajiao, yaozhuang] = ['320509110', '310118102', '330421111'].map(townOf);
    if (!lili || !zhujiajiao || !yaozhuang) return;
    const hyacinth = "category = 'WATER_HYACINTH' AND stage = 'DISPATCHED'";
    await refer(turns, lili, hyacinth, { to: '310118104-CITYOPS', answer: 'ACCEPTED' });
    await refer(turns, zhujiajiao, hyacinth, { to: '310118104-CITYOPS', answer: 'OFFERED' });
    await refer(turns, yaozhuang, hyacinth, { to: '310118104-CITYOPS', answer: 'REFUSED' });
  });
}

interface Asked {
  reason: string;
  until: Date;
  at: Date;
}

async function enterExtension(
  db: Db,
  row: GridCaseRow,
  asked: Asked,
  decided: { status: 'REQUESTED' } | { status: 'APPROVED' | 'REJECTED'; at: Date; note: string | null },
): Promise<void> {
  const isDecided = decided.status !== 'REQUESTED';
  const dispatcher = row.task_dispatched_by ?? '';
  await db('case_extensions')
    .comment('demo.extension')
    .insert({
      ...{ id: demoId('extension', row.number, asked.at.toISOString()), case_id: row.id },
      ...{ jurisdiction: row.jurisdiction, agency: row.task_agency, dispatcher, until: asked.until },
      ...{ reason: asked.reason, status: decided.status, requested_at: asked.at },
      requested_by: who(row.task_agency ?? ''),
      ...(isDecided ? { decided_at: decided.at, decided_by: who(dispatcher), note: decided.note } : {}),
    });
}

/** More time was asked for, and given. */
async function giveTime(turns: Turns, town: Town): Promise<void> {
  const { db } = turns;
  const row = await caseOf(db, town, "category = 'ILLEGAL_CONSTRUCTION' AND stage = 'IN_PROGRESS'");
  const until = at('2026-12-18 17:00');
  const asked = {
    at: await notBefore(db, row, at('2026-11-16 10:00')),
    until,
    reason: '当事人住院，拆除须待其出院。',
  };
  await askTime(turns, row, asked);
  const given = { at: await notBefore(db, row, at('2026-11-16 15:20')), note: '同意，期间做好现场警示。' };
  await enterExtension(db, row, asked, { ...given, status: 'APPROVED' });
  await turns.take(row, { ...given, kind: 'EXTENDED', agency: town.command }, { due_at: until });
}

/** More time was asked for and not given, was asked for again, and that waits. */
async function askForTime(turns: Turns, town: Town): Promise<void> {
  const { db } = turns;
  const row = await caseOf(db, town, "category = 'CONSTRUCTION_SAFETY' AND stage = 'IN_PROGRESS'");
  const due = row.due_at ?? row.reported_at;
  const first = {
    at: await notBefore(db, row, new Date(due.getTime() - 60 * MINUTE_MS)),
    ...{ until: at('2026-12-04 17:00'), reason: '施工方称人手不足。' },
  };
  await askTime(turns, row, first);
  const rejected = {
    at: await notBefore(db, row, new Date(due.getTime() - 30 * MINUTE_MS)),
    note: '防护网须立即补齐，不予延期。',
  };
  await enterExtension(db, row, first, { ...rejected, status: 'REJECTED' });
  await turns.take(row, { ...rejected, kind: 'EXTENSION_REJECTED', agency: town.command });
  const second = {
    at: await notBefore(db, row, at('2026-11-20 16:40')),
    ...{ until: at('2026-11-27 17:00'), reason: '密目网已订购，26日到货。' },
  };
  await askTime(turns, row, second);
  await enterExtension(db, row, second, { status: 'REQUESTED' });
}

async function askTime(turns: Turns, row: GridCaseRow, asked: Asked): Promise<void> {
  const agency = row.task_agency ?? '';
  await turns.take(row, { kind: 'EXTENSION_REQUESTED', agency, at: asked.at, note: asked.reason });
}

const NO_TASK = {
  task_agency: null,
  task_dispatched_by: null,
  task_dispatched_at: null,
  task_accepted_at: null,
} as const;

/** A case was closed in November, and opened again. */
async function reopen(turns: Turns, town: Town): Promise<void> {
  const closed = "stage = 'CLOSED' AND closed_at BETWEEN '2026-11-02' AND '2026-11-18'";
  const row = await caseOf(turns.db, town, closed);
  const reopenedAt = await notBefore(turns.db, row, at('2026-11-19 09:10'));
  const deadline = await deadlineFrom(turns.db, {
    ...{ category: row.category, place: row.jurisdiction, from: reopenedAt },
  });
  const note = '回访时反映人称问题复发，重新立案。';
  await turns.take(
    row,
    { kind: 'REOPENED', agency: town.command, at: reopenedAt, note },
    { ...NO_TASK, ...deadline, stage: 'FILED', closed_at: null, reopened_at: reopenedAt },
  );
}

/** A case that is dealt with turns out to be about the same matter as an earlier one. */
async function linkDuplicate(turns: Turns, town: Town): Promise<void> {
  const row = await caseOf(turns.db, town, "category = 'MANHOLE_COVER' AND stage = 'DISPATCHED'");
  const original = await caseOf(turns.db, town, "stage = 'CLOSED' AND reported_at < '2026-11-01'");
  const linkedAt = await notBefore(turns.db, row, at('2026-11-20 17:10'));
  const note = `与 ${original.number} 系同一点位反复出现的问题。`;
  await turns.take(
    row,
    { kind: 'LINKED_AS_DUPLICATE', agency: town.command, at: linkedAt, note },
    { duplicate_of: original.id },
  );
}

/** A case is offered to a neighbor, who takes it, does not, or has not answered yet. */
async function refer(
  turns: Turns,
  town: Town,
  condition: string,
  { to, answer }: { to: string; answer: 'OFFERED' | 'ACCEPTED' | 'REFUSED' },
): Promise<void> {
  const row = await caseOf(turns.db, town, condition);
  const offeredAt = await notBefore(turns.db, row, at('2026-11-21 09:20'));
  const reason = '水葫芦随水流向贵镇漂移，贵镇机械化打捞船较近，商请协助。';
  await turns.take(row, { kind: 'REFERRED', agency: town.command, at: offeredAt, note: reason, subject: to });
  const decidedAt = await notBefore(turns.db, row, at('2026-11-21 10:05'));
  const id = demoId('referral', row.number, to);
  const [to_place = ''] = to.split('-');
  const notes = {
    OFFERED: null,
    ACCEPTED: '打捞船中午出发。',
    REFUSED: '漂移方向为下游另一支流，不经本镇水域。',
  };
  const note = notes[answer];
  const opened =
    answer === 'ACCEPTED'
      ? await openCase(turns.db, row, { id, place: to_place, agency: to, at: decidedAt })
      : null;
  await turns
    .db('case_referrals')
    .comment('demo.referral')
    .insert({
      ...{
        id,
        case_id: row.id,
        jurisdiction: row.jurisdiction,
        to_place,
        from_agency: town.command,
        to_agency: to,
      },
      ...{ reason, status: answer, offered_at: offeredAt, offered_by: who(town.command), note },
      ...(answer === 'OFFERED' ? {} : { decided_at: decidedAt, decided_by: who(to) }),
      neighbor_case: opened?.id ?? null,
    });
  if (answer === 'OFFERED' || note === null) return;
  const kind = answer === 'ACCEPTED' ? 'REFERRAL_ACCEPTED' : 'REFERRAL_REFUSED';
  await turns.record(row, { kind, agency: to, at: decidedAt, note });
  if (opened) await turns.record(opened, { kind: 'FILED', agency: to, at: decidedAt, note });
}

async function openCase(
  db: Db,
  { title, description, category, latitude, longitude, address }: GridCaseRow,
  { id, place, agency, at: openedAt }: { id: string; place: string; agency: string; at: Date },
): Promise<GridCaseRow> {
  const [{ count } = { count: 0 }] = await db.raw<{ count: number }>(
    '/* demo.casesOfDay */ SELECT count(*) FROM cases WHERE starts_with(number, ?)',
    [`${place}-${dayOf(openedAt).replaceAll('-', '')}-`],
  );
  const opened = await insertCase(db, {
    ...{ id: demoId('gridCase', numberOf(place, openedAt, count + 1)), title, description, category },
    ...{ latitude, longitude, address, reach: null, photos: [], jurisdiction: place, reporter: agency },
    ...{
      source: 'NEIGHBOR_REFERRAL',
      external_id: id,
      reported_at: openedAt,
      stage: 'FILED',
      filed_at: openedAt,
    },
    ...(await deadlineFrom(db, { category, place, from: openedAt })),
  });
  if (!opened) throw new Error('the case of the referral is there already');
  return opened;
}
