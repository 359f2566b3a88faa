import { demoId } from '../../subgraphs/kit/demo';
import { tourism } from '../../subgraphs/tourism';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';

interface DemoApplication {
  id: string;
  number: string;
  shopName: string;
  stage: string;
  submittedAt: string;
  materials: { code: string; url: string | null; requestedAt: string | null; suppliedAt: string | null }[];
  procedure: { version: number };
  applicant: { name: string; phone: string };
  timeline: { kind: string; at: string }[];
}

describe('the demo', () => {
  const world = useSubgraph(tourism, { demo: true });
  const XITANG = '330421103';
  const JINZE = '310118104';

  const procedures = async (town: string) => {
    const { reviewProcedures } = await world.as(viewer(`${town}-REVIEW`)).ask(
      `query Procedures($town: JurisdictionCode!) { reviewProcedures(jurisdiction: $town) {
        version effectiveFrom effectiveTo meetingWeekday cutOff { workingDaysBefore timeOfDay }
        requiredFunctions { code isVeto } materialList { code } derivedFrom { version jurisdiction { code } }
        differences { field here there } } }`,
      { town },
    );
    return reviewProcedures;
  };

  const applications = async (town: string, filter = ''): Promise<DemoApplication[]> => {
    const { licenseApplications } = await world
      .as(viewer(`${town}-REVIEW`, { functions: ['LICENSE_REVIEW'] }))
      .ask(
        `{ licenseApplications(under: "${town}", first: 200 ${filter}) { edges { node {
          id number shopName stage submittedAt materials { code url requestedAt suppliedAt } procedure { version }
          applicant { name phone } timeline { kind at } } } } }`,
      );
    return licenseApplications.edges.map((edge: { node: DemoApplication }) => edge.node);
  };

  it('has the procedure of Xitang, and the version before it', async () => {
    const [first, second, ...more] = await procedures(XITANG);
    expect(more).toEqual([]);
    expect([first.effectiveFrom, first.effectiveTo]).toEqual(['2021-04-01', '2026-10-11']);
    expect(second).toEqual({
      version: 2,
      effectiveFrom: '2026-10-12',
      effectiveTo: null,
      meetingWeekday: 'TUESDAY',
      cutOff: { workingDaysBefore: 1, timeOfDay: '17:00' },
      requiredFunctions: [
        { code: 'BUILDING_APPEARANCE', isVeto: true },
        { code: 'FIRE_SAFETY', isVeto: true },
        { code: 'INVESTMENT', isVeto: false },
      ],
      materialList: ['FIRE_PLAN', 'FLOOR_PLAN', 'LEASE', 'PROPOSAL', 'STRUCTURE'].map((code) => ({ code })),
      derivedFrom: null,
      differences: [],
    });
  });

  it('has the procedure of Jinze, made from that of Xitang, with what it changed', async () => {
    const [procedure, ...more] = await procedures(JINZE);
    expect(more).toEqual([]);
    expect(procedure.derivedFrom).toEqual({ version: 2, jurisdiction: { code: XITANG } });
    expect(procedure.differences).toEqual([
      { field: 'capacity', here: '6', there: '12' },
      { field: 'meetingWeekday', here: 'THURSDAY', there: 'TUESDAY' },
      { field: 'requiredFunctions.TOURISM.isVeto', here: 'false', there: null },
    ]);
  });

  it('has at least 25 applications, in both towns in every stage', async () => {
    const [xitang, jinze] = [await applications(XITANG), await applications(JINZE)];
    expect(xitang.length + jinze.length).toBeGreaterThanOrEqual(25);
    for (const town of [xitang, jinze]) {
      expect([...new Set(town.map((a) => a.stage))].sort()).toEqual([
        'AWAITING_MATERIALS',
        'DECIDED',
        'REJECTED_AT_INTAKE',
        'SCHEDULED',
        'SUBMITTED',
        'WITHDRAWN',
      ]);
    }
  });

  it.each([XITANG, JINZE])('tells of each application in %s what fits its stage', async (town) => {
    for (const { id, number, stage, submittedAt, materials, timeline } of await applications(town)) {
      expect(id).toBe(demoId('licenseApplication', number));
      const times = timeline.map((event) => event.at);
      expect(times).toEqual([...times].sort());
      expect(times[0]).toBe(submittedAt);
      expect(submittedAt >= '2026-09-30T16:00' && (times.at(-1) ?? '') < world.now.toISOString()).toBe(true);
      const last = timeline.at(-1)?.kind;
      const isReturned = last === 'RETURNED';
      const isWaiting = last === 'MATERIALS_REQUESTED' || last === 'MATERIALS_SUPPLIED' || isReturned;
      expect([number, stage]).toEqual([number, isWaiting ? 'AWAITING_MATERIALS' : last]);
      const owed = materials.filter((m) => m.suppliedAt === null);
      expect([number, owed.length > 0]).toEqual([number, isWaiting]);
      const wasAsked = timeline.some((event) => ['MATERIALS_REQUESTED', 'RETURNED'].includes(event.kind));
      expect([number, materials.some((m) => m.requestedAt !== null)]).toEqual([number, wasAsked]);
    }
  });

  it('keeps each application under the version that it was filed under', async () => {
    for (const { submittedAt, procedure } of await applications(XITANG)) {
      expect(procedure.version).toBe(submittedAt < '2026-10-11T16:00' ? 1 : 2);
    }
  });

  it('names an applicant for each, none of them twice, none of them anybody', async () => {
    const applicants = [...(await applications(XITANG)), ...(await applications(JINZE))].map(
      (a) => a.applicant,
    );
    for (const { name, phone } of applicants) {
      expect(name).toMatch(/^\p{Script=Han}{2,4}$/u);
      expect(phone).toMatch(/^13800000\d{3}$/);
    }
    // But the one who files again.
    expect(new Set(applicants.map((a) => a.name)).size).toBe(applicants.length - 1);
    expect(new Set(applicants.map((a) => a.phone)).size).toBe(applicants.length - 1);
  });

  it('is found by street', async () => {
    const found = await applications(XITANG, ', addressContains: "西街"');
    expect(found.map((a) => a.shopName)).toEqual([
      '极光酒廊',
      '西街三号院',
      '陆记芡实糕',
      '极光酒廊',
      '水乡人家客栈',
    ]);
  });
});
