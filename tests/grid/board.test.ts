import { fillCases } from '../../scripts/bench/grid-cases';
import { grid } from '../../subgraphs/grid';
import {
  endedCounts,
  forcesChanges,
  forcesIn,
  openCounts,
  performedOn,
} from '../../subgraphs/grid/board/store';
import type { Db } from '../../subgraphs/kit/database';
import type { Viewer } from '../../subgraphs/kit/viewer';
import { planOf, plansOf } from '../support/plans';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { aCase, at, storeCases, storeEvents } from './make';

const PLACE = '320509110';
const command = viewer('320509110-COMMAND', { functions: ['GRID_COMMAND'] });
const river = viewer('320509110-RIVER', { functions: ['RIVER_CHIEF'] });
const stranger = viewer('330421103-FIRE', { functions: ['FIRE_SAFETY'] });

const REPORT = `mutation ($input: ReportGridForcesInput!) { reportGridForces(input: $input) {
  forces { id jurisdiction { code } people vehicles boats note at } userErrors { code path message } } }`;
const SUMMARY = `query ($under: JurisdictionCode!) { gridBoardSummary(under: $under) {
  cursor overdueCount supervisedCount peopleOnDuty stages { stage count } forces { agency { code } people }
  departments { agency { code } openCount overdueCount today { dispatched accepted resolved closed closedOnTime } } } }`;

describe('a report of forces on duty', () => {
  const world = useSubgraph(grid);
  const report = (input: object, who: Viewer = command) => world.as(who).do(REPORT, { people: 5, ...input });
  const codes = (payload: { userErrors: { code: string; path: string[] }[] }) =>
    payload.userErrors.map(({ code, path }) => [code, ...path].join(' '));
  /** In a village of its own, so that no report of another test comes before. */
  let villages = 200;
  const village = () => {
    villages += 1;
    return `${PLACE}${villages}`;
  };

  it('stands as it was said, and is about the unit’s own place when it names none', async () => {
    const { forces, userErrors } = await report({ people: 12, vehicles: 3, boats: 1, note: ' 防汛 ' });
    expect(userErrors).toEqual([]);
    expect(forces).toEqual({
      id: expect.any(String),
      jurisdiction: { code: PLACE },
      ...{ people: 12, vehicles: 3, boats: 1, note: '防汛', at: world.now.toISOString() },
    });
  });

  it.each([
    ['a place outside the remit', { jurisdiction: '320509111' }, ['NOT_ALLOWED jurisdiction']],
    [
      'fewer than none',
      { people: -1, vehicles: -2, boats: -3 },
      ['INVALID people', 'INVALID vehicles', 'INVALID boats'],
    ],
    ['more than there can be', { people: 100_001 }, ['INVALID people']],
    ['a note of several lines', { note: '甲\n乙' }, ['INVALID note']],
    ['a note that is too long', { note: '长'.repeat(201) }, ['INVALID note']],
    ['a time to come', { at: '2026-11-23T02:00:01Z' }, ['INVALID at']],
    [
      'all of them at once',
      { jurisdiction: '310118104', people: -1, at: '2027-01-01T00:00:00Z' },
      ['NOT_ALLOWED jurisdiction', 'INVALID people', 'INVALID at'],
    ],
  ])('is refused for %s', async (_, input, expected) => {
    const payload = await report(input);
    expect(payload.forces).toBeNull();
    expect(codes(payload)).toEqual(expected);
  });

  it('is refused where it lies before the unit’s last report of the place', async () => {
    const jurisdiction = village();
    await report({ jurisdiction, at: '2026-11-23T01:00:00Z' });
    const payload = await report({ jurisdiction, people: 9, at: '2026-11-23T00:59:59Z' });
    expect(codes(payload)).toEqual(['INVALID at']);
  });

  it('sent again changes nothing, and tells no board', async () => {
    const input = { jurisdiction: village(), people: 8, at: '2026-11-23T01:30:00Z' };
    const first = await report(input);
    const changes = () =>
      world.build((db) => db('force_changes').where({ id: first.forces.id }).select('people'));
    expect(await report(input)).toEqual(first);
    // Without a time too: it says what is known.
    expect(await report({ jurisdiction: input.jurisdiction, people: 8 })).toEqual(first);
    expect(await changes()).toEqual([{ people: 8 }]);
    await report({ jurisdiction: input.jurisdiction, people: 9 });
    expect(await changes()).toHaveLength(2);
  });

  it('of several at once leaves one that stands, with a change for each that was taken', async () => {
    const jurisdiction = village();
    const payloads = await Promise.all(
      Array.from({ length: 8 }, (_, i) => report({ jurisdiction, people: 100 + i })),
    );
    const taken = payloads.filter(({ forces }) => forces).map(({ forces }) => forces.people);
    expect(taken.length).toBeGreaterThan(0);
    for (const payload of payloads.filter(({ forces }) => !forces))
      expect(codes(payload)).toEqual(['CONFLICT at']);
    const [row, ...others] = await world.build((db) =>
      db('forces').where({ jurisdiction }).select('id', 'people'),
    );
    expect(others).toEqual([]);
    const changes = await world.build((db) =>
      db('force_changes').where({ id: row?.id }).orderBy('transaction_id').select('people'),
    );
    expect(changes.map(({ people }) => people).sort()).toEqual(taken.sort());
    expect(taken).toContain(row?.people);
  });

  it('of another unit stands beside it', async () => {
    const jurisdiction = village();
    await report({ jurisdiction, people: 1 });
    await report({ jurisdiction, people: 2 }, river);
    const { gridBoardSummary } = await world.as(command).ask(SUMMARY, { under: jurisdiction });
    expect(gridBoardSummary.peopleOnDuty).toBe(3);
    expect(gridBoardSummary.forces.map((f: { people: number }) => f.people)).toEqual([1, 2]);
  });
});

describe('the summary of a board', () => {
  const world = useSubgraph(grid);
  const [sanitation, river] = ['320509110-SANITATION', '320509110-RIVER'];
  beforeAll(async () => {
    world.now = at('2026-11-20 12:00');
    type Step = Parameters<typeof storeEvents>[2];
    const step = (kind: Step['kind'], stage: Step['stage'], time: string): Step => ({
      ...{ kind, stage, at: at(time), actor: '王', agency: sanitation },
    });
    const dispatched = step('DISPATCHED', 'DISPATCHED', '2026-11-20 08:20');
    const closed = step('CLOSED', 'CLOSED', '2026-11-20 10:00');
    // A mark on a case that has ended is no end.
    const marked = step('LINKED_AS_DUPLICATE', 'CLOSED', '2026-11-20 11:00');
    const lives: [Parameters<typeof aCase>[0], ...Step[]][] = [
      [{ stage: 'RECEIVED' }],
      [{ stage: 'IN_PROGRESS', due_at: at('2026-11-20 12:00') }],
      [{ stage: 'IN_PROGRESS', due_at: at('2026-11-20 11:59'), is_supervised: true }],
      [{ stage: 'DISPATCHED', task_agency: river, due_at: at('2026-11-19 09:00') }],
      [{ stage: 'CLOSED', due_at: at('2026-11-20 09:00') }, dispatched, closed, marked],
      [{ stage: 'CLOSED', due_at: at('2026-11-20 11:00') }, dispatched, closed],
      [{ stage: 'NOT_FILED' }, step('NOT_FILED', 'NOT_FILED', '2026-11-20 09:00')],
      [{ stage: 'RECEIVED', jurisdiction: '320509111' }],
      // Ended before today, or ended no more.
      [{ stage: 'CLOSED' }, step('CLOSED', 'CLOSED', '2026-11-19 10:00'), marked],
      [{ stage: 'NOT_FILED' }, step('NOT_FILED', 'NOT_FILED', '2026-11-19 09:00')],
      [
        { stage: 'FILED', due_at: at('2026-11-23 10:00'), reopened_at: at('2026-11-20 11:00') },
        ...[closed, step('REOPENED', 'FILED', '2026-11-20 11:00')],
      ],
    ];
    await world.build(async (db) => {
      for (const [more, ...events] of lives) {
        const row = aCase({ reported_at: at('2026-11-19 08:00'), closed_at: null, ...more });
        if (row.stage === 'CLOSED') row.closed_at = at('2026-11-20 10:00');
        await storeCases(db, row);
        if (events.length > 0) await storeEvents(db, row, ...events);
      }
    });
  });

  it('counts the place by stage (of those that ended, today’s), overdue and supervised, and each unit’s tasks and day', async () => {
    const { gridBoardSummary: board } = await world.as(command).ask(SUMMARY, { under: PLACE });
    expect(
      Object.fromEntries(board.stages.map((s: { stage: string; count: number }) => [s.stage, s.count])),
    ).toEqual({
      ...{ RECEIVED: 1, NOT_FILED: 1, FILED: 1, DISPATCHED: 1, IN_PROGRESS: 2, VERIFYING: 0, CLOSED: 2 },
    });
    expect([board.overdueCount, board.supervisedCount]).toEqual([2, 1]);
    const days = Object.fromEntries(
      board.departments.map(({ agency, ...rest }: { agency: { code: string } }) => [agency.code, rest]),
    );
    expect(days).toEqual({
      [river]: {
        ...{ openCount: 1, overdueCount: 1 },
        today: { dispatched: 0, accepted: 0, resolved: 0, closed: 0, closedOnTime: 0 },
      },
      [sanitation]: {
        ...{ openCount: 2, overdueCount: 1 },
        today: { dispatched: 2, accepted: 0, resolved: 0, closed: 2, closedOnTime: 1 },
      },
    });
  });

  it('counts for a stranger what the stranger may see: nothing', async () => {
    const { gridBoardSummary: board } = await world.as(stranger).ask(SUMMARY, { under: PLACE });
    expect(board.stages.every(({ count }: { count: number }) => count === 0)).toBe(true);
    expect([board.overdueCount, board.departments]).toEqual([0, []]);
  });

  it('takes the same statements for a place with much to tell as for one with nothing', async () => {
    const ask = (under: string) =>
      world.statementsOf(() => world.as(command).ask(SUMMARY.replace('cursor ', ''), { under }));
    const names = (statements: readonly string[]) =>
      statements.map((sql) => /\/\* (\S+) \*\//.exec(sql)?.[1]);
    expect(names(await ask(PLACE))).toEqual(names(await ask('320509110209')));
  });

  it.each([
    ['open cases', (db: Db) => openCounts(db, PLACE, world.now), 'cases_open_by_place'],
    ['what ended on a day', (db: Db) => endedCounts(db, PLACE, '2026-11-20'), 'case_events_by_time'],
    ['what was done on a day', (db: Db) => performedOn(db, PLACE, '2026-11-20'), 'case_events_by_time'],
    ['forces', (db: Db) => forcesIn(db, PLACE), 'forces_by_place'],
    [
      'a part of the feed',
      (db: Db) =>
        forcesChanges(db, {
          ...{ under: PLACE, limit: 100, through: 9 },
          after: { position: 5, ordinal: 0 },
        }),
      'force_changes_pkey',
    ],
  ])('finds %s by an index under row security', async (_, read, index) => {
    expect(await planOf(world, command, read)).toContain(index);
  });
});

describe('the summary of a place that has closed many cases', () => {
  const world = useSubgraph(grid);
  const CLOSED = 19_000;

  it('reads those that are open, and none that is closed', async () => {
    await world.build((db) =>
      db.raw(fillCases({ place: PLACE, count: (CLOSED * 20) / 19, from: '2025-11-01', to: '2026-10-31' })),
    );
    for (const table of ['cases', 'case_parties'])
      await world.database.queryAsOwner(`VACUUM ANALYZE ${table}`);
    const [counted = ''] = await plansOf(world, command, (db) => openCounts(db, PLACE, world.now), {
      analyze: true,
    });
    expect(counted).not.toContain('Seq Scan');
    const read = [...counted.matchAll(/on cases .*actual.* rows=(\d+)/g)].map(([, rows]) => Number(rows));
    expect(read).toEqual([CLOSED / 19]);
    expect(counted).not.toContain('Rows Removed');
    const { gridBoardSummary: board } = await world.as(command).ask(SUMMARY, { under: PLACE });
    expect(board.overdueCount).toBe(CLOSED / 19);
  });
});
