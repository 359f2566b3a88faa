import { grid } from '../../subgraphs/grid';
import {
  deadlineOf,
  GRID_CASE_SOURCES,
  GRID_CASE_STAGES,
  isOverdue,
  snapshotOf,
} from '../../subgraphs/grid/cases/rules';
import type { GridCaseChange, GridCaseRow } from '../../subgraphs/grid/cases/store';
import type { GridCaseLimitRow } from '../../subgraphs/grid/categories/store';
import { OFFICIAL_DAYS } from '../../subgraphs/kit/calendar-days';
import { demoId } from '../../subgraphs/kit/demo';
import { inEffect } from '../../subgraphs/kit/in-effect';
import { dayOf, monthOf } from '../../subgraphs/kit/time';
import { WorkingCalendar } from '../../subgraphs/kit/working-calendar';
import { registry } from '../../subgraphs/registry';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { at } from './make';

const TOWNS = ['310118102', '310118104', '320509110', '330421103', '330421111'];

describe('the demo cases', () => {
  const world = useSubgraph(grid, { demo: true });
  const units = useSubgraph(registry, { demo: true });
  let cases: (GridCaseRow & { external_id: string | null })[];
  let timelines: Map<string, GridCaseChange[]>;
  let limits: GridCaseLimitRow[];
  beforeAll(() =>
    world.build(async (db) => {
      cases = await db.raw('SELECT * FROM cases ORDER BY number');
      limits = await db.raw('SELECT * FROM category_limits');
      const events = await db.raw<GridCaseChange>('SELECT * FROM case_events ORDER BY at, ordinal');
      timelines = new Map(cases.map(({ id }) => [id, events.filter((event) => event.case_id === id)]));
    }),
  );
  const townOf = ({ jurisdiction }: GridCaseRow) => jurisdiction.slice(0, 9);
  const timelineOf = ({ id }: GridCaseRow) => timelines.get(id) ?? [];

  it('stand in all stages in each of the five towns, and nowhere else', () => {
    const found = new Set(cases.map((row) => `${townOf(row)} ${row.stage}`));
    const expected = TOWNS.flatMap((town) => GRID_CASE_STAGES.map((stage) => `${town} ${stage}`));
    expect([...found].sort()).toEqual(expected.sort());
  });

  it('came in all eight ways', () => {
    expect(new Set(cases.map(({ source }) => source))).toEqual(new Set(GRID_CASE_SOURCES));
  });

  it('fill October 2026 in Lili: over a hundred, each day some, closed on time and late', () => {
    const october = cases.filter(
      (row) => townOf(row) === '320509110' && monthOf(row.reported_at) === '2026-10',
    );
    expect(october.length).toBeGreaterThan(100);
    expect(new Set(october.map((row) => dayOf(row.reported_at))).size).toBe(31);
    const closed = october.filter(({ stage }) => stage === 'CLOSED');
    const late = closed.filter((row) => isOverdue(row, at('2026-11-23 10:00')));
    expect(late.length).toBeGreaterThan(10);
    expect(closed.length - late.length).toBeGreaterThan(80);
  });

  it('are numbered by town and day without gaps, under ids that are always the same', () => {
    const serials = new Map<string, number>();
    for (const { id, number, jurisdiction, reported_at } of cases) {
      const prefix = `${jurisdiction.slice(0, 9)}-${dayOf(reported_at).replaceAll('-', '')}`;
      const serial = (serials.get(prefix) ?? 0) + 1;
      serials.set(prefix, serial);
      expect([number, id]).toEqual([
        `${prefix}-${String(serial).padStart(4, '0')}`,
        demoId('gridCase', number),
      ]);
    }
  });

  it('are due as their category’s limit in their place says', () => {
    const calendar = new WorkingCalendar(OFFICIAL_DAYS);
    for (const { filed_at, due_at, category, jurisdiction } of cases) {
      if (!filed_at) continue;
      const own = limits.filter((limit) => limit.category === category);
      const limit = inEffect(own, jurisdiction, dayOf(filed_at));
      expect(limit && deadlineOf(filed_at, limit, calendar).dueAt).toEqual(due_at);
    }
  });

  it('have timelines on which each step follows from the one before, none of them to come', () => {
    // What each step leads from and to; 督办 leaves the stage.
    const steps: Record<string, [from: string[], to: string | null]> = {
      RECEIVED: [['none'], 'RECEIVED'],
      FILED: [['RECEIVED'], 'FILED'],
      NOT_FILED: [['RECEIVED'], 'NOT_FILED'],
      DISPATCHED: [['FILED'], 'DISPATCHED'],
      RETURNED: [['DISPATCHED', 'IN_PROGRESS'], 'FILED'],
      ACCEPTED: [['DISPATCHED'], 'IN_PROGRESS'],
      SUPERVISED: [['FILED', 'DISPATCHED', 'IN_PROGRESS', 'VERIFYING'], null],
      RESOLVED: [['IN_PROGRESS'], 'VERIFYING'],
      CHECK_FAILED: [['VERIFYING'], 'IN_PROGRESS'],
      CLOSED: [['VERIFYING'], 'CLOSED'],
    };
    for (const row of cases) {
      let stage = 'none';
      let last = new Date(0);
      for (const event of timelineOf(row)) {
        const [from, to] = steps[event.kind] ?? [[], null];
        expect(from).toContain(stage);
        expect(event.at.getTime()).toBeGreaterThan(last.getTime());
        expect(event.stage).toBe(to ?? stage);
        stage = event.stage;
        last = event.at;
      }
      expect(stage).toBe(row.stage);
      expect(last.getTime()).toBeLessThan(at('2026-11-23 09:00').getTime());
    }
  });

  it('stand as their timelines have left them', () => {
    for (const row of cases) {
      const timeline = timelineOf(row);
      const last = (kind: string) => timeline.findLast((event) => event.kind === kind)?.at ?? null;
      const hasTask = row.task_agency !== null;
      expect([row.reported_at, row.filed_at, row.closed_at, row.is_supervised]).toEqual([
        last('RECEIVED'),
        last('FILED'),
        last('CLOSED'),
        last('SUPERVISED') !== null,
      ]);
      expect([row.task_dispatched_at, row.task_accepted_at]).toEqual([
        hasTask ? last('DISPATCHED') : null,
        hasTask ? last('ACCEPTED') : null,
      ]);
      expect(timeline[0]?.agency).toBe(row.reporter);
      const doneBy = timeline.filter(({ kind }) => kind === 'ACCEPTED' || kind === 'RESOLVED');
      expect(new Set(doneBy.map(({ agency }) => agency))).toEqual(
        new Set(row.task_accepted_at ? [row.task_agency] : []),
      );
    }
  });

  it('have events that each picture the case as it was, the last one as it is', () => {
    for (const row of cases) {
      const timeline = timelineOf(row);
      expect(timeline.at(-1)?.snapshot).toEqual(snapshotOf(row));
      for (const { snapshot, stage, at: then } of timeline) {
        expect(snapshot.stage).toBe(stage);
        const instants = [snapshot.filed_at, snapshot.task_dispatched_at, snapshot.task_accepted_at];
        for (const instant of instants)
          if (instant) expect(Date.parse(instant)).toBeLessThanOrEqual(then.getTime());
        expect(snapshot.closed_at).toBe(stage === 'CLOSED' ? row.closed_at?.toISOString() : null);
      }
    }
  });

  it('are dealt with by units that exist, of the town or its county', async () => {
    const involved = new Set(cases.flatMap((row) => timelineOf(row).map(({ agency }) => agency)));
    for (const row of cases) {
      for (const { agency } of timelineOf(row)) {
        expect([townOf(row), townOf(row).slice(0, 6)]).toContain(agency.split('-')[0]);
      }
    }
    for (const code of involved) {
      const { agency } = await units
        .as(viewer('310000-GOV'))
        .ask('query A($code: AgencyCode!) { agency(code: $code) { code } }', { code });
      expect(agency).toEqual({ code });
    }
  });

  it('are done by people who work for one unit each', () => {
    const unitOf = new Map<string, string>();
    for (const event of [...timelines.values()].flat()) {
      expect(unitOf.get(event.actor) ?? event.agency).toBe(event.agency);
      unitOf.set(event.actor, event.agency);
    }
  });

  it('stay with those who handed their task back', async () => {
    const returned = [...timelines.values()].flat().find(({ kind }) => kind === 'RETURNED');
    const query = 'query Q($id: ID!) { gridCase(id: $id) { id } }';
    const id = returned?.case_id;
    expect(await world.as(viewer(returned?.agency ?? '')).ask(query, { id })).toEqual({ gridCase: { id } });
  });

  it('are there for a town to look at', async () => {
    const jinze = viewer('310118104-GOV', { functions: ['GENERAL_GOVERNMENT'] });
    const { gridCases } = await world
      .as(jinze)
      .ask(
        '{ gridCases(isOverdue: true, order: DUE_EARLIEST_FIRST, first: 200) { edges { node { jurisdiction { code } isOverdue } } } }',
      );
    expect(gridCases.edges.length).toBeGreaterThan(5);
    for (const { node } of gridCases.edges) {
      expect([node.isOverdue, node.jurisdiction.code.slice(0, 9)]).toEqual([true, '310118104']);
    }
  });

  it('stand under limits that some towns have set otherwise', async () => {
    const { gridCaseCategory } = await world.as(viewer('330421103-CITYOPS')).ask(`{
      gridCaseCategory(code: "GOODS_ON_STREET") {
        season: limit(in: "330421103001", on: "2026-10-31") { amount jurisdiction { code } }
        winter: limit(in: "330421103001", on: "2026-11-01") { amount jurisdiction { code } }
      }
    }`);
    expect(gridCaseCategory).toEqual({
      season: { amount: 2, jurisdiction: { code: '330421103' } },
      winter: { amount: 4, jurisdiction: null },
    });
  });
});
