import { loadWorkingCalendar } from '../../kit/calendar-days';
import type { Db } from '../../kit/database';
import { demoId } from '../../kit/demo';
import { enterFeed } from '../../kit/feed';
import { inEffect } from '../../kit/in-effect';
import { dayOf } from '../../kit/time';
import { deadlineOf, type GridCaseEventKind, numberOf, snapshotOf } from '../cases/rules';
import type { GridCaseChange, GridCaseRow } from '../cases/store';
import { type GridCaseLimitRow, limitsOf } from '../categories/store';
import { between, pick } from './draw';
import { type DoneStep, stepsOf } from './lives';
import { type Report, reportsOf } from './reports';
import { SCENES } from './scenes';
import { STAFF, TOWNS } from './towns';

type CaseColumns = Omit<GridCaseRow, 'due_order'>;

/** What a scenic patrol found, of the cases that it made of it. */
const FINDINGS: Readonly<Record<string, string>> = {
  '330421103-20261114-0001': demoId('patrolFinding', '330421103', '2026-11-14', 1),
};

/** A case as its steps have left it. */
function caseOf(
  report: Report,
  number: string,
  steps: readonly DoneStep[],
  deadline: ReturnType<typeof deadlineOf> | null,
): CaseColumns {
  const { name, scene, spot, town, source, reporter, reportedAt } = report;
  const last = (kind: GridCaseEventKind) => steps.findLast((step) => step.kind === kind);
  const stage = steps.at(-1)?.stage ?? 'RECEIVED';
  const holdsTask = !['RECEIVED', 'FILED', 'NOT_FILED'].includes(stage);
  const task = holdsTask ? last('DISPATCHED') : undefined;
  return {
    id: demoId('gridCase', number),
    number,
    title: `${spot.name}${scene.matter}`,
    description: scene.description,
    stage,
    source,
    category: scene.category,
    jurisdiction: spot.place,
    latitude: spot.latitude + between(-0.0008, 0.0008, 'north', name),
    longitude: spot.longitude + between(-0.0008, 0.0008, 'east', name),
    address: `${town.name}${spot.name}`,
    reach: null,
    photos: [],
    reporter,
    external_id: FINDINGS[number] ?? (source === 'HOTLINE_12345' ? `12345-${number}` : null),
    reported_at: reportedAt,
    filed_at: last('FILED')?.at ?? null,
    due_at: deadline?.dueAt ?? null,
    is_due_provisional: deadline?.isProvisional ?? false,
    closed_at: last('CLOSED')?.at ?? null,
    is_supervised: last('SUPERVISED') !== undefined,
    task_agency: task?.subject ?? null,
    task_dispatched_by: task?.agency ?? null,
    task_dispatched_at: task?.at ?? null,
    task_accepted_at: (task && last('ACCEPTED')?.at) ?? null,
    duplicate_of: null,
    reopened_at: null,
  };
}

/** The cases of October and November 2026 in the five towns, up to this morning, each with all its steps. */
export async function loadCases(db: Db): Promise<void> {
  const calendar = await loadWorkingCalendar(db);
  const categories = [...new Set(SCENES.map(({ category }) => category))];
  const cases: CaseColumns[] = [];
  const events: (Omit<GridCaseChange, 'snapshot' | 'transaction_id' | 'ordinal'> & { snapshot: string })[] =
    [];
  const held: { case_id: string; agency: string }[] = [];
  for (const town of TOWNS) {
    const limits = await limitsOf(db, categories, town.code);
    const serials = new Map<string, number>();
    for (const report of reportsOf(town, calendar)) {
      const { name, scene, spot, reportedAt } = report;
      const serial = (serials.get(dayOf(reportedAt)) ?? 0) + 1;
      serials.set(dayOf(reportedAt), serial);
      const deadline = (filedAt: Date) =>
        deadlineOf(filedAt, limitOf(limits, scene.category, spot.place, dayOf(filedAt)), calendar);
      const steps = stepsOf(report, (filedAt) => deadline(filedAt).dueAt, calendar);
      const number = numberOf(spot.place, reportedAt, serial);
      /** The case as it stood after so many of its steps. */
      const caseAfter = (count: number) => {
        const filed = steps.slice(0, count).find(({ kind }) => kind === 'FILED');
        return caseOf(report, number, steps.slice(0, count), filed ? deadline(filed.at) : null);
      };
      const row = caseAfter(steps.length);
      cases.push(row);
      for (const [i, step] of steps.entries()) {
        const actor = pick(STAFF[step.agency] ?? ['值班员'], 'actor', name, step.agency);
        events.push({
          ...step,
          ...{ case_id: row.id, jurisdiction: row.jurisdiction, actor, photos: [] },
          snapshot: JSON.stringify(snapshotOf(caseAfter(i + 1))),
        });
        if (step.subject !== null) held.push({ case_id: row.id, agency: step.subject });
      }
    }
  }
  await db<CaseColumns>('cases').comment('demo.cases').insert(cases);
  // Who holds a task now is a party already; these are those who handed theirs back.
  await db.raw(
    `/* demo.formerHolders */ INSERT INTO case_parties (case_id, agency, jurisdiction, reported_at, due_order)
     SELECT cases.id, held.agency, jurisdiction, reported_at, due_order
     FROM unnest(?::text[], ?::text[]) AS held (case_id, agency) JOIN cases ON cases.id = held.case_id
     ON CONFLICT DO NOTHING`,
    [held.map(({ case_id }) => case_id), held.map(({ agency }) => agency)],
  );
  events.sort((a, b) => a.at.getTime() - b.at.getTime());
  await enterFeed(db, (transaction_id) =>
    db('case_events')
      .comment('demo.caseEvents')
      .insert(events.map((event, ordinal) => ({ ...event, transaction_id, ordinal }))),
  );
  await db.raw('/* demo.analyze */ ANALYZE cases, case_parties, case_events');
}

function limitOf(
  limits: readonly GridCaseLimitRow[],
  category: string,
  place: string,
  day: string,
): GridCaseLimitRow {
  const limit = inEffect(
    limits.filter((l) => l.category === category),
    place,
    day,
  );
  if (!limit) throw new Error(`${category} has no limit in ${place} on ${day}`);
  return limit;
}
