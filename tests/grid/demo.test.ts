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
import { drawAssignments } from '../../subgraphs/grid/inspections/draw';
import { STEPS } from '../../subgraphs/grid/life-cycle/rules';
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

const world = useSubgraph(grid, { demo: true });

describe('the demo cases', () => {
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
  /** Whether a case has a deadline that its first filing did not give it. */
  const hasTurned = (id: string) =>
    (timelines.get(id) ?? []).some(({ kind }) => kind === 'EXTENDED' || kind === 'REOPENED');
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
    for (const { id, filed_at, due_at, category, jurisdiction } of cases) {
      if (!filed_at || hasTurned(id)) continue;
      const own = limits.filter((limit) => limit.category === category);
      const limit = inEffect(own, jurisdiction, dayOf(filed_at));
      expect(limit && deadlineOf(filed_at, limit, calendar).dueAt).toEqual(due_at);
    }
  });

  it('have timelines on which each step follows from the one before, none of them to come', () => {
    const open = ['FILED', 'DISPATCHED', 'IN_PROGRESS', 'VERIFYING'];
    const others: Record<string, [from: readonly string[], to: string | null]> = {
      RECEIVED: [['none'], 'RECEIVED'],
      EXTENDED: [open, null],
      EXTENSION_REJECTED: [open, null],
      REFERRAL_ACCEPTED: [open, null],
      REFERRAL_REFUSED: [open, null],
    };
    const stepOf = (kind: string): [from: readonly string[], to: string | null] => {
      const rule = Object.values(STEPS).find((step) => step.kind === kind);
      return others[kind] ?? (rule ? [rule.from, rule.to] : [[], null]);
    };
    for (const row of cases) {
      let stage = 'none';
      let last = new Date(0);
      for (const event of timelineOf(row)) {
        const [from, to] = stepOf(event.kind);
        // A case that a neighbor took on opens as filed.
        const isReferred = row.source === 'NEIGHBOR_REFERRAL' && stage === 'none' && event.kind === 'FILED';
        if (!isReferred) expect(from).toContain(stage);
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
      expect(row.reopened_at).toEqual(last('REOPENED'));
      expect([row.reported_at, row.filed_at, row.closed_at, row.is_supervised]).toEqual([
        last('RECEIVED') ?? last('FILED'),
        last('FILED'),
        row.reopened_at ? null : last('CLOSED'),
        last('SUPERVISED') !== null,
      ]);
      expect([row.task_dispatched_at, row.task_accepted_at]).toEqual([
        hasTask ? last('DISPATCHED') : null,
        hasTask ? last('ACCEPTED') : null,
      ]);
      expect(timeline[0]?.agency).toBe(row.reporter);
      if (row.reopened_at) continue;
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
        // What was closed and opened again has no closing of its own now.
        const closedAt = (row.closed_at ?? then).toISOString();
        expect(snapshot.closed_at).toBe(stage === 'CLOSED' ? closedAt : null);
      }
    }
  });

  it('are dealt with by units that exist, of the town or its county', async () => {
    const involved = new Set(cases.flatMap((row) => timelineOf(row).map(({ agency }) => agency)));
    for (const row of cases) {
      for (const { agency, kind } of timelineOf(row)) {
        // Neighbors answer what is referred to them.
        if (kind.startsWith('REFERRAL')) continue;
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

  it('show what lies off the straight way: more time, reopening, referrals, duplicates, and what no route names', async () => {
    const found = await world.build(async (db) => ({
      extensions: (await db('case_extensions').distinct('status')).map(({ status }) => status).sort(),
      referrals: (await db('case_referrals').distinct('status')).map(({ status }) => status).sort(),
      shifts: (await db('joint_patrol_shifts').distinct('jurisdiction')).length,
      patrols: (await db('river_patrols').distinct('reach')).length,
      graces: (await db('river_removal_graces')).length > 0,
    }));
    expect(found).toEqual({
      ...{ extensions: ['APPROVED', 'REJECTED', 'REQUESTED'], referrals: ['ACCEPTED', 'OFFERED', 'REFUSED'] },
      ...{ shifts: 5, patrols: 6, graces: true },
    });
    for (const town of TOWNS) {
      const own = cases.filter((row) => townOf(row) === town);
      expect(own.some(({ reopened_at }) => reopened_at !== null)).toBe(true);
      expect(own.some(({ duplicate_of }) => duplicate_of !== null)).toBe(true);
    }
    const lili = viewer('320509110-COMMAND', { functions: ['GRID_COMMAND'] });
    const { gridCaseWorkList, gridReport } = await world.as(lili).ask(`{
      gridCaseWorkList(list: UNROUTED) { edges { node { category { code } } } }
      gridReport(under: "320509110", month: "2026-10") { shouldHaveClosed closed attendance { shifts attended } }
    }`);
    expect(gridCaseWorkList.edges.length).toBeGreaterThan(0);
    expect(gridReport.shouldHaveClosed).toBeGreaterThan(gridReport.closed - 1);
    expect(gridReport.attendance.length).toBe(4);
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

describe('the demo fieldwork', () => {
  it('has a month that is over, with scores, and one in which findings wait', async () => {
    const { inspectionCampaigns, inspectionFindings } = await world
      .as(viewer('330421-URBAN', { functions: ['GRID_COMMAND'] }))
      .ask(
        `{ inspectionCampaigns(organizer: "330421-URBAN") { edges { node { month status seed assignments { inspector { code } inspected { code } }
             scores { agency { code } accepted hasMetFloor bonus foundAgainst } } } }
         inspectionFindings(first: 200) { edges { node { status gridCase { source } campaign { month } } } } }`,
      );
    const [november, october] = inspectionCampaigns.edges.map(({ node }: { node: object }) => node);
    expect([november.month, november.status, october.month, october.status]).toEqual([
      '2026-11',
      'OPEN',
      '2026-10',
      'CLOSED',
    ]);
    const scores = october.scores.map((score: { agency: { code: string } }) => ({
      ...score,
      agency: score.agency.code,
    }));
    expect(scores).toEqual([
      { agency: '330421102-BUILDING', accepted: 3, hasMetFloor: false, bonus: 0, foundAgainst: 8 },
      { agency: '330421103-BUILDING', accepted: 6, hasMetFloor: true, bonus: 1, foundAgainst: 3 },
      { agency: '330421103-CITYOPS', accepted: 8, hasMetFloor: true, bonus: 1.5, foundAgainst: 5 },
      { agency: '330421103-TOURISM', accepted: 5, hasMetFloor: true, bonus: 0.5, foundAgainst: 3 },
      { agency: '330421111-BUILDING', accepted: 7, hasMetFloor: true, bonus: 1.5, foundAgainst: 6 },
      { agency: '330421111-CITYOPS', accepted: 3, hasMetFloor: false, bonus: 0, foundAgainst: 7 },
    ]);
    const pairs = drawAssignments(
      scores.map(({ agency }: { agency: string }) => agency),
      october.seed,
    );
    expect(october.assignments).toEqual(
      pairs.map(({ inspector, inspected }) => ({
        inspector: { code: inspector },
        inspected: { code: inspected },
      })),
    );
    const findings = inspectionFindings.edges.map(({ node }: { node: { status: string } }) => node);
    expect(new Set(findings.map(({ status }: { status: string }) => status))).toEqual(
      new Set(['SUBMITTED', 'ACCEPTED', 'RETURNED']),
    );
    const made = findings.flatMap(
      ({ gridCase }: { gridCase: { source: string } | null }) => gridCase?.source ?? [],
    );
    expect(made.length).toBeGreaterThan(0);
    expect(new Set(made)).toEqual(new Set(['CROSS_INSPECTION']));
  });

  it('has 二甲镇 with its villages, grids and workers', async () => {
    const { gridNetwork, gridWorkers } = await world
      .as(viewer('320612102-COMMAND', { functions: ['GRID_COMMAND'] }))
      .ask(
        `{ gridNetwork(under: "320612102") { villages comprehensive dedicated workers } gridWorkers(under: "320612102", first: 1) { edges { node { grid { leader { name } } } } } }`,
      );
    expect(gridNetwork).toEqual({ villages: 12, comprehensive: 53, dedicated: 4, workers: 600 });
    expect(gridWorkers.edges[0].node.grid.leader.name).toEqual(expect.any(String));
  });
});
