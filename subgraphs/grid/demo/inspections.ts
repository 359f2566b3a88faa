import type { Db } from '../../kit/database';
import { demoId } from '../../kit/demo';
import { addDays, lastDayOf, startOfDay } from '../../kit/time';
import type { GridCaseRow } from '../cases/store';
import { type Assignment, drawAssignments } from '../inspections/draw';
import type { InspectionEventKind } from '../inspections/rules';
import {
  type InspectionCampaignRow,
  type InspectionEventRow,
  type InspectionFindingRow,
  insertCampaign,
} from '../inspections/store';
import { between, draw, pick } from './draw';

const ORGANIZER = '330421-URBAN';
const UNITS = [
  '330421102-BUILDING',
  '330421103-BUILDING',
  '330421103-CITYOPS',
  '330421103-TOURISM',
  '330421111-BUILDING',
  '330421111-CITYOPS',
];

/** Where the units of a town are inspected; the roads are real, their points approximate. */
const ROADS: Record<string, readonly [road: string, latitude: number, longitude: number][]> = {
  '330421102': [
    ['大云大道', 30.8052, 120.9581],
    ['云寓路', 30.8017, 120.9544],
  ],
  '330421103': [
    ['西苑路', 30.9469, 120.8918],
    ['南苑路', 30.9431, 120.8932],
    ['邮电路', 30.9458, 120.8876],
  ],
  '330421111': [
    ['万泰路', 30.9105, 120.9592],
    ['宝群路', 30.9077, 120.9631],
  ],
};

/** What inspectors come upon. */
type Matter = readonly [category: string, description: string];
const MATTERS: readonly [Matter, ...Matter[]] = [
  ['EXPOSED_GARBAGE', '绿化带内有散落垃圾，未及时清扫。'],
  ['CONSTRUCTION_SAFETY', '工地电机旁未设置安全警示标志。'],
  ['GOODS_ON_STREET', '店铺占道堆放货物，影响行人通行。'],
  ['ROAD_SURFACE', '路面坑洼积水，未设围挡。'],
  ['CONSTRUCTION_SAFETY', '脚手架连墙件缺失，作业人员未系安全带。'],
];

const PEOPLE = ['沈国平', '陆春华', '朱建中', '徐美英', '金水明'] as const;
const INSPECTORS = ['顾晓波', '费丽娟', '曹志刚'] as const;
const REVIEWER = '姚海东';
const LAST_DAY = '2026-11-22';

interface Plan {
  month: string;
  floor: number;
  isClosed: boolean;
}

const PLANS: readonly Plan[] = [
  { month: '2026-10', floor: 4, isClosed: true },
  { month: '2026-11', floor: 4, isClosed: false },
];

const instant = (day: string, hours: number): Date =>
  new Date(startOfDay(day).getTime() + Math.round(hours * 60) * 60_000);

/** Two months in which six units of Jiashan inspect each other: one is closed, and the other under way. */
export async function loadInspections(db: Db): Promise<void> {
  const findings: InspectionFindingRow[] = [];
  const events: InspectionEventRow[] = [];
  for (const plan of PLANS) {
    const campaign = campaignOf(plan);
    const pairs = drawAssignments(UNITS, campaign.seed);
    const units = UNITS.map((agency) => ({ agency, jurisdiction: agency.slice(0, 9) }));
    // Closed once its findings are there, as the rules have it.
    await insertCampaign(db, { ...campaign, status: 'OPEN', closed_at: null }, units, pairs);
    const own = pairs.flatMap((pair) => findingsOf(campaign, pair));
    findings.push(...own);
    events.push(...eventsOf(campaign, own));
  }
  await linkCases(db, findings);
  await db<InspectionFindingRow>('inspection_findings').comment('demo.inspectionFindings').insert(findings);
  await db<InspectionEventRow>('inspection_events').comment('demo.inspectionEvents').insert(events);
  for (const { status, id, closed_at } of PLANS.map(campaignOf)) {
    await db('inspection_campaigns')
      .comment('demo.closeInspections')
      .where({ id })
      .update({ status, closed_at });
  }
}

function campaignOf({ month, floor, isClosed }: Plan): InspectionCampaignRow {
  const id = demoId('inspectionCampaign', month);
  return {
    ...{ id, month, floor, organizer: ORGANIZER, external_id: null },
    name: `嘉善县${Number(month.slice(5))}月镇街交叉检查`,
    status: isClosed ? 'CLOSED' : 'OPEN',
    ...{ bonus_per_finding: 0.5, bonus_cap: 3, cap_basis: 'ABOVE_FLOOR' },
    seed: `${demoId('seed', month)}${demoId('seed', month, 'more')}`.replaceAll('-', ''),
    opened_at: instant(`${month}-01`, 9),
    closed_at: isClosed ? instant(addDays(lastDayOf(month), 2), 16) : null,
  };
}

function findingsOf(
  campaign: InspectionCampaignRow,
  { inspector, inspected }: Assignment,
): InspectionFindingRow[] {
  const { id: campaign_id, month, organizer } = campaign;
  const jurisdiction = inspected.slice(0, 9);
  const roads = ROADS[jurisdiction] ?? [];
  const last = campaign.status === 'CLOSED' ? lastDayOf(month) : LAST_DAY;
  const count = Math.floor(between(5, 15, 'findings', month, inspector));
  return Array.from({ length: count }, (_, i): InspectionFindingRow => {
    const name = ['finding', month, inspector, i];
    const days = Number(last.slice(8)) - 3;
    const found_at = instant(
      addDays(`${month}-03`, Math.floor(draw('day', ...name) * days)),
      between(8, 17, ...name),
    );
    const submitted_at = new Date(found_at.getTime() + 20 * 60_000);
    const [category, description] = pick(MATTERS, 'matter', ...name);
    const [road, latitude, longitude] = roads[Math.floor(draw('road', ...name) * roads.length)] ?? ['', 0, 0];
    const fate = draw('fate', ...name);
    const isWaiting = campaign.status === 'OPEN' && fate > 0.7;
    const isReturned = !isWaiting && fate < 0.15;
    return {
      ...{
        id: demoId(...name),
        campaign_id,
        organizer,
        inspector,
        inspected,
        jurisdiction,
        category,
        description,
      },
      ...{ responsible_person: pick(PEOPLE, 'person', ...name), responsible_phone: '0573-84560000' },
      photos: [`https://photos.example/inspections/${month}/${demoId(...name).slice(0, 8)}.jpg`],
      ...{ road, latitude: latitude + between(-0.002, 0.002, 'north', ...name) },
      longitude: longitude + between(-0.002, 0.002, 'east', ...name),
      ...{ found_at, submitted_at, external_id: `${month}-${i + 1}`, case_id: null },
      status: isWaiting ? 'SUBMITTED' : isReturned ? 'RETURNED' : 'ACCEPTED',
      reviewed_at: isWaiting ? null : new Date(submitted_at.getTime() + 3 * 3_600_000),
      return_reason: isReturned ? '问题轻微，照片无法辨认具体位置。' : null,
    };
  });
}

function eventsOf(
  campaign: InspectionCampaignRow,
  findings: readonly InspectionFindingRow[],
): InspectionEventRow[] {
  const about = {
    campaign_id: campaign.id,
    finding_id: null,
    note: null,
    agency: ORGANIZER,
    actor: REVIEWER,
  };
  const events: InspectionEventRow[] = [{ ...about, kind: 'OPENED', at: campaign.opened_at }];
  if (campaign.closed_at) events.push({ ...about, kind: 'CLOSED', at: campaign.closed_at });
  for (const finding of findings) {
    const step = (
      kind: InspectionEventKind,
      at: Date,
      agency: string,
      actor: string,
      note: string | null = null,
    ) => events.push({ ...about, finding_id: finding.id, kind, at, agency, actor, note });
    step('SUBMITTED', finding.submitted_at, finding.inspector, pick(INSPECTORS, finding.inspector));
    if (finding.reviewed_at && finding.status !== 'SUBMITTED') {
      step(finding.status, finding.reviewed_at, ORGANIZER, REVIEWER, finding.return_reason);
    }
  }
  return events;
}

/** Some of the cases that came from cross-inspections were made of these findings. */
async function linkCases(db: Db, findings: InspectionFindingRow[]): Promise<void> {
  const cases = await db<GridCaseRow>('cases')
    .comment('demo.inspectedCases')
    .select('id', 'category', 'description', 'jurisdiction', 'reported_at')
    .where({ source: 'CROSS_INSPECTION' })
    .where('jurisdiction', '>=', '330421')
    .where('jurisdiction', '<', '330421:')
    .orderBy('number');
  for (const made of cases) {
    const finding = findings.find(
      ({ case_id, status, jurisdiction, reviewed_at }) =>
        case_id === null &&
        status === 'ACCEPTED' &&
        jurisdiction === made.jurisdiction.slice(0, 9) &&
        reviewed_at !== null &&
        reviewed_at < made.reported_at,
    );
    if (!finding) continue;
    finding.case_id = made.id;
    finding.category = made.category;
    finding.description = made.description ?? finding.description;
  }
}
