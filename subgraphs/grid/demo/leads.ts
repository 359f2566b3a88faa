import type { Db } from '../../kit/database';
import { demoId } from '../../kit/demo';
import { startOfDay } from '../../kit/time';
import type { GridCaseRow } from '../cases/store';
import type { GridRow } from '../grids/store';
import type { LeadResult } from '../leads/rules';
import type { LeadEventRow, LeadListRow, LeadRow } from '../leads/store';
import { pick } from './draw';

const instant = (day: string, hour: number): Date => new Date(startOfDay(day).getTime() + hour * 3_600_000);

const RENTALS: LeadListRow = {
  ...{
    id: demoId('leadList', 'rentals'),
    title: '疑似违规群租核查（用水用电异常）',
    jurisdiction: '320612102',
  },
  ...{ pushed_by: '320612102-GOV', due_on: '2026-11-20', external_id: 'QZ-2026-11' },
  note: '十月用水、用电量超过同户型均值三倍，逐户上门核实居住人数。示例数据。',
  ...{ opened_at: instant('2026-11-09', 9), actor: '季国华' },
};

const RECHECKS: LeadListRow = {
  ...{ id: demoId('leadList', 'rechecks'), title: '沿街商铺燃气使用核查', jurisdiction: '330421111' },
  ...{ pushed_by: '330421-URBAN', due_on: '2026-12-15', external_id: null, note: null },
  ...{ opened_at: instant('2026-11-16', 10), actor: '姚海东' },
};

const WORKER = '曹志明';
const FINDINGS: readonly [LeadResult | null, string | null][] = [
  ['UNFOUNDED', '家中开设小型加工，用电属实，未发现群租。'],
  ['CONFIRMED', '三室隔为七间，居住十一人，未登记。'],
  [null, null],
  ['UNREACHABLE', '两次上门无人应答。'],
  ['UNFOUNDED', '水管渗漏，已告知报修。'],
];
const STREETS = ['人民路', '余西街', '通甲路', '建设路'] as const;

/** Two lists of leads: one is past its day, with leads that nobody has checked, and the other has begun. */
export async function loadLeads(db: Db): Promise<void> {
  await db<LeadListRow>('lead_lists').comment('demo.leadLists').insert([RENTALS, RECHECKS]);
  const grids = await db<GridRow>('grids')
    .comment('demo.gridsOfLeads')
    .select('code', 'agency', 'jurisdiction')
    .orderBy('code');
  const leads = [...rentals(grids), ...(await rechecks(db))];
  await db<LeadRow>('leads').comment('demo.leads').insert(leads);
  await db<LeadEventRow>('lead_events').comment('demo.leadEvents').insert(leads.flatMap(eventsOf));
}

const blank = (list: LeadListRow) => ({
  ...{ list_id: list.id, pushed_by: list.pushed_by, due_on: list.due_on, photos: [] },
  ...{ result_note: null, checked_at: null, case_id: null },
});

function rentals(grids: readonly Pick<GridRow, 'code' | 'agency' | 'jurisdiction'>[]): LeadRow[] {
  const comprehensive = grids.filter(({ code }) => !code.endsWith('-51'));
  return comprehensive.slice(0, 30).map(({ code, agency, jurisdiction }, i): LeadRow => {
    const [result = null, note = null] = FINDINGS[i % FINDINGS.length] ?? [];
    return {
      ...blank(RENTALS),
      ...{ id: demoId('lead', 'rental', i), external_id: `QZ-2026-11-${String(i + 1).padStart(3, '0')}` },
      ...{ jurisdiction, agency, grid: code, title: '用水用电异常，疑似群租' },
      address: `${pick(STREETS, 'street', i)}${12 + i * 3}号`,
      evidence: `十月用水 ${38 + (i % 7) * 4} 吨，用电 ${860 + i * 17} 千瓦时。`,
      ...{ status: result === null ? 'ASSIGNED' : 'CHECKED', result, result_note: note },
      checked_at: result === null ? null : instant('2026-11-17', 9 + (i % 8)),
    };
  });
}

/** The list of a county, with a lead that became one of the cases. */
async function rechecks(db: Db): Promise<LeadRow[]> {
  const open = Array.from(
    { length: 4 },
    (_, i): LeadRow => ({
      ...blank(RECHECKS),
      ...{
        id: demoId('lead', 'gas', i),
        external_id: `RQ-${i + 1}`,
        jurisdiction: '330421111212',
        grid: null,
      },
      ...{
        title: '瓶装燃气用量异常',
        address: `银水庙村沿街${i * 2 + 3}号`,
        evidence: '配送记录显示每周超过四瓶。',
      },
      ...{ status: i < 2 ? 'PUSHED' : 'ASSIGNED', agency: i < 2 ? null : '330421111-CITYOPS', result: null },
    }),
  );
  const [made] = await db<GridCaseRow>('cases')
    .comment('demo.leadCases')
    .select('id', 'title', 'address', 'jurisdiction', 'reported_at')
    .where({ source: 'LEAD' })
    .where('jurisdiction', '>=', '330421111')
    .where('jurisdiction', '<', '330421111:')
    .where('reported_at', '>', instant('2026-11-16', 12))
    .orderBy('number');
  if (!made) return open;
  return [
    ...open,
    {
      ...blank(RECHECKS),
      ...{ id: demoId('lead', 'case'), external_id: 'RQ-5', jurisdiction: made.jurisdiction, grid: null },
      ...{ title: made.title, address: made.address, evidence: '网格员走访中发现。', status: 'CHECKED' },
      ...{ agency: '330421111-CITYOPS', result: 'CONFIRMED', result_note: '情况属实，已转案件。' },
      ...{ checked_at: new Date(made.reported_at.getTime() - 600_000), case_id: made.id },
    },
  ];
}

function eventsOf(lead: LeadRow): LeadEventRow[] {
  const list = lead.list_id === RENTALS.id ? RENTALS : RECHECKS;
  const about = { lead_id: lead.id, subject: null, result: null, note: null };
  const later = (hours: number) => new Date(list.opened_at.getTime() + hours * 3_600_000);
  const events: LeadEventRow[] = [
    { ...about, kind: 'PUSHED', at: list.opened_at, actor: list.actor, agency: list.pushed_by },
  ];
  if (lead.agency !== null) {
    events.push({
      ...about,
      kind: 'ASSIGNED',
      at: later(1),
      actor: list.actor,
      agency: list.pushed_by,
      subject: lead.agency,
    });
  }
  if (lead.agency !== null && lead.checked_at !== null) {
    const check = { at: lead.checked_at, actor: WORKER, agency: lead.agency };
    events.push({ ...about, ...check, kind: 'CHECKED', result: lead.result, note: lead.result_note });
    if (lead.case_id !== null) events.push({ ...about, ...check, kind: 'CASE_OPENED' });
  }
  return events;
}
