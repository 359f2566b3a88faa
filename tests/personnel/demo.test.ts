import { addDays } from '../../subgraphs/kit/time';
import { personnel } from '../../subgraphs/personnel';
import { DEMO_UNITS } from '../../subgraphs/personnel/demo/units';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { nodesOf } from './make';

const POSTINGS = `query Postings($program: String, $status: SecondmentStatus, $homeUnder: JurisdictionCode, $hostAgency: AgencyCode) {
  secondments(program: $program, status: $status, homeUnder: $homeUnder, hostAgency: $hostAgency, first: 200) {
    edges {
      node {
        status startsOn endsOn isOverdue
        homeAgency { code }
        hostAgency { code }
        stints { hostAgency { code } startsOn endsOn }
        timeline { kind at actor }
        reports { status } assessments { kind agency { code } } mentors { kind } housing { kind }
        subsidies { amountYuan } extensions { status } practices { adoptions { outcomes { outcome } } }
      }
    }
    pageInfo { hasNextPage }
  }
}`;

interface Posting {
  status: string;
  startsOn: string;
  endsOn: string;
  isOverdue: boolean;
  homeAgency: { code: string };
  hostAgency: { code: string };
  stints: { hostAgency: { code: string }; startsOn: string; endsOn: string }[];
  timeline: { kind: string; at: string; actor: string }[];
}

describe('the demo', () => {
  const world = useSubgraph(personnel, { demo: true });
  const postings = async (variables: Record<string, unknown> = {}): Promise<Posting[]> => {
    const { secondments } = await world.as(viewer('310000-YRDOFFICE')).ask(POSTINGS, variables);
    expect(secondments.pageInfo.hasNextPage).toBe(false);
    return nodesOf<Posting>(secondments);
  };

  it('has officers in every unit, with lines and addresses that nobody has', async () => {
    const officers = await world.build((db) =>
      db('officers')
        .join('officer_contacts', 'officer_contacts.officer', 'officers.id')
        .select('officers.agency', 'name', 'title', 'phone', 'email'),
    );
    const counts = new Map<unknown, number>();
    for (const { agency } of officers) counts.set(agency, (counts.get(agency) ?? 0) + 1);
    expect([...counts.keys()].sort()).toEqual([...DEMO_UNITS].sort());
    expect(Math.min(...counts.values())).toBeGreaterThanOrEqual(2);
    expect(new Set(officers.map((o) => o.name)).size).toBe(officers.length);
    for (const officer of officers) {
      expect(officer).toMatchObject({
        name: expect.stringMatching(/^\p{Script=Han}{2,3}$/u),
        title: expect.stringMatching(/^\p{Script=Han}+$/u),
        phone: expect.stringMatching(/^0\d{2,3}-0\d{7}$/),
        email: expect.stringMatching(/^[a-z]+-\d@\d+\.example$/),
      });
    }
  });

  it('has the three programs', async () => {
    const { secondmentPrograms } = await world
      .as(viewer('310000-YRDOFFICE'))
      .ask('{ secondmentPrograms { code organizer { code } } }');
    expect(secondmentPrograms).toEqual([
      { code: 'YRD-2026', organizer: { code: '310000-YRDOFFICE' } },
      { code: 'YRD-2021', organizer: { code: '310000-YRDOFFICE' } },
      { code: 'QINGLAN-2020', organizer: { code: '310118-ORG' } },
    ]);
  });

  it('has at least six who are in post at the command center of Jinze all October and November 2026', async () => {
    const active = await postings({ hostAgency: '310118104-CITYOPS', status: 'ACTIVE' });
    expect(active.length).toBeGreaterThanOrEqual(6);
    expect(active.every((p) => p.startsOn < '2026-10-01' && p.endsOn > '2026-11-30')).toBe(true);
  });

  it('has officers of Fuyang who are posted to Shanghai, and one who never was anywhere', async () => {
    const { officers } = await world
      .as(viewer('341200-HRSS'))
      .ask(
        `{ officers(agency: "341200-HRSS") { edges { node { secondments { edges { node { status hostAgency { code } } } } } } } }`,
      );
    const histories = nodesOf<{ secondments: { edges: { node: Posting }[] } }>(officers).map((officer) =>
      nodesOf(officer.secondments).map((p) => `${p.status} ${p.hostAgency.code}`),
    );
    expect(histories.filter((h) => h.includes('ACTIVE 310000-HRSS')).length).toBeGreaterThanOrEqual(2);
    expect(histories.some((h) => h.length === 0)).toBe(true);
  });

  it('has postings in every status, an overdue one, and home units outside the four provinces', async () => {
    const all = await postings();
    expect(new Set(all.map((p) => p.status))).toEqual(
      new Set(['PLANNED', 'ACTIVE', 'COMPLETED', 'RECALLED', 'DECLINED']),
    );
    expect(all.filter((p) => p.isOverdue)).toHaveLength(1);
    expect((await postings({ homeUnder: '140000', status: 'ACTIVE' })).length).toBeGreaterThan(0);
  });

  it('has seventeen who went out and seventeen who came in, for a year', async () => {
    const all = await postings({ program: 'YRD-2021' });
    const isShanghai = (unit: { code: string }) => unit.code.startsWith('31');
    expect(all.filter((p) => isShanghai(p.homeAgency) && !isShanghai(p.hostAgency))).toHaveLength(17);
    expect(all.filter((p) => !isShanghai(p.homeAgency) && isShanghai(p.hostAgency))).toHaveLength(17);
  });

  it.each([
    ['QINGLAN-2020', 10],
    ['YRD-2026', 20],
  ])('sends officers of the five towns round three others each in %s', async (program, count) => {
    const towns = ['310118102-GOV', '310118104-GOV', '320509110-GOV', '330421103-GOV', '330421111-GOV'];
    const all = (await postings({ program })).filter((p) => p.stints.length > 0);
    expect(all).toHaveLength(count);
    // A recall cuts off the stints behind it.
    const rolling = all.filter((p) => p.status !== 'RECALLED');
    expect(new Set(rolling.map((p) => p.homeAgency.code))).toEqual(new Set(towns));
    for (const { homeAgency, hostAgency, startsOn, endsOn, stints } of rolling) {
      const stops = new Set([homeAgency.code, ...stints.map((s) => s.hostAgency.code)]);
      expect(stops.size).toBe(4);
      expect([...stops].every((stop) => towns.includes(stop))).toBe(true);
      expect(stints[0]).toMatchObject({ hostAgency, startsOn });
      expect(stints.slice(1).map((s) => s.startsOn)).toEqual(
        stints.slice(0, -1).map((s) => addDays(s.endsOn, 1)),
      );
      expect(stints.at(-1)?.endsOn).toBe(endsOn);
    }
  });

  it('tells of each posting how it came to stand where it stands', async () => {
    const last = {
      PLANNED: ['PLANNED'],
      ACTIVE: ['ACCEPTED', 'EXTENDED'],
      COMPLETED: ['COMPLETED'],
      RECALLED: ['RECALLED'],
      DECLINED: ['DECLINED'],
    };
    for (const { status, timeline } of await postings()) {
      expect(timeline[0]?.kind).toBe('PLANNED');
      const steps = timeline.filter(({ kind }) => !kind.startsWith('MENTOR'));
      expect(last[status as keyof typeof last]).toContain(steps.at(-1)?.kind);
      const instants = timeline.map((event) => event.at);
      expect(instants).toEqual([...instants].sort());
      expect(instants.every((at) => at < world.now.toISOString())).toBe(true);
      expect(timeline.every((event) => /^\p{Script=Han}{3}$/u.test(event.actor))).toBe(true);
    }
  });

  it('has officers with numbers and a history, and transfers in every status that can go through', async () => {
    const { officers } = await world
      .as(viewer('310118104-GOV'))
      .ask('{ officers(agency: "310118104-GOV") { edges { node { number timeline { kind } } } } }');
    const histories = nodesOf<{ number: string; timeline: { kind: string }[] }>(officers);
    expect(histories.every(({ number }) => number.startsWith('JZ'))).toBe(true);
    expect(
      histories
        .map(({ timeline }) => timeline.map(({ kind }) => kind).join())
        .sort()
        .at(-1),
    ).toBe('REGISTERED,TRANSFERRED');
    const rows = await world.build((db) =>
      db.raw<{ status: string; count: number; posted: boolean }>(
        `SELECT status, count(*), bool_or(EXISTS (SELECT FROM secondments AS posting
           WHERE posting.officer = transfer.officer AND posting.status IN ('PLANNED', 'ACTIVE'))) AS posted
         FROM officer_transfers AS transfer GROUP BY status ORDER BY status`,
      ),
    );
    expect(rows).toEqual([
      { status: 'AGREED', count: 1, posted: expect.any(Boolean) },
      { status: 'PROPOSED', count: 2, posted: false },
      { status: 'REFUSED', count: 1, posted: expect.any(Boolean) },
      { status: 'WITHDRAWN', count: 1, posted: expect.any(Boolean) },
    ]);
  });

  describe('of what postings are watched by and leave behind', () => {
    const organizer = () => world.as(viewer('310000-YRDOFFICE'));
    const watched = async () =>
      nodesOf<Record<string, { status?: string; kind?: string }[]>>(
        (await organizer().ask(POSTINGS, { program: 'YRD-2026' })).secondments,
      );

    it('has reports in every status, assessments of both units, mentors, housing, subsidies, extensions', async () => {
      const all = await watched();
      const seen = (field: string, of: 'status' | 'kind') =>
        new Set(all.flatMap((posting) => posting[field] ?? []).map((row) => row[of]));
      expect(seen('reports', 'status')).toEqual(new Set(['SUBMITTED', 'CIRCULATED', 'RETURNED']));
      expect(seen('assessments', 'kind')).toEqual(new Set(['MIDTERM', 'FINAL']));
      expect(seen('mentors', 'kind')).toEqual(new Set(['POLITICAL', 'OPERATIONAL']));
      expect(seen('housing', 'kind').size).toBe(7);
      expect(seen('extensions', 'status')).toEqual(new Set(['AGREED', 'PROPOSED']));
      expect(all.some(({ subsidies }) => (subsidies ?? []).length > 0)).toBe(true);
    });

    it('has two postings that look like ones in name only, for want of reports', async () => {
      const { nominalPostingAlerts } = await organizer().ask(
        `{ nominalPostingAlerts(hostUnder: "310118104", program: "YRD-2026", on: "2026-11-23") {
          secondment { homeAgency { code } } reasons { code }
        } }`,
      );
      const missing = nominalPostingAlerts.filter(({ reasons }: { reasons: { code: string }[] }) =>
        reasons.some(({ code }) => code === 'MISSING_MONTHLY_REPORT'),
      );
      expect(
        missing.map(({ secondment }: { secondment: Posting }) => secondment.homeAgency.code).sort(),
      ).toEqual(expect.arrayContaining(['140107-ORG', '330421103-CITYOPS']));
    });

    it('has practices with what came of them, found by place, topic and text', async () => {
      const { byText, byTopic, byPlace } = await organizer().ask(`{
        byText: practices(textContains: "会审") { edges { node { title adoptions { agency { code } outcomes { outcome } } } } }
        byTopic: practices(topic: "WATER") { edges { node { title } } }
        byPlace: practices(originUnder: "330421") { edges { node { title } } }
      }`);
      expect(byText.edges).toHaveLength(1);
      expect(byText.edges[0].node.adoptions[0]).toMatchObject({ agency: { code: '310118104-REVIEW' } });
      expect(byText.edges[0].node.adoptions[0].outcomes).toHaveLength(2);
      expect(byTopic.edges).toHaveLength(1);
      expect(byPlace.edges).toHaveLength(3);
    });

    it('has a liaison for water at the command center of Jinze, who may be phoned, and their predecessor', async () => {
      const { liaisons, all } = await world.as(viewer('320509110-COMMAND')).ask(`{
        liaisons(jurisdiction: "310118104", topic: "WATER") { phone officer { name phone } agency { code } }
        all: liaisons(jurisdiction: "310118104", topic: "WATER", includesFormer: true) { endsOn }
      }`);
      expect(liaisons).toEqual([
        {
          phone: expect.stringMatching(/^021-0\d{7}$/),
          officer: { name: expect.any(String), phone: null },
          agency: { code: '310118104-CITYOPS' },
        },
      ]);
      expect(all.map(({ endsOn }: { endsOn: string | null }) => endsOn).sort()).toEqual(['2026-03-15', null]);
    });
  });
});
