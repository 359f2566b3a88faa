import type { Db } from '../../kit/database';
import { demoId } from '../../kit/demo';
import { startOfDay } from '../../kit/time';
import { DEMO_OFFICERS, demoOfficerId } from './officers';

/* What became of officers in their own units: registrations, a promotion, a transfer, and transfers that are under way. */

const at = (day: string, hour: number): Date => new Date(startOfDay(day).getTime() + hour * 3_600_000);

const TOWN = '310118104-GOV';
const CENTER = '310118104-CITYOPS';

function officerOf(agency: string, number: number) {
  const id = demoOfficerId(agency, number);
  const officer = DEMO_OFFICERS.find((each) => each.id === id);
  if (!officer) throw new Error(`the demo has no officer ${number} of ${agency}`);
  return officer;
}

const personOf = (agency: string): string => officerOf(agency, 1).name;

interface Step {
  officer: ReturnType<typeof officerOf>;
  kind: 'REGISTERED' | 'CHANGED' | 'TRANSFERRED';
  at: Date;
  /** As it was after the step, where it is not as now. */
  title?: string;
  unit?: string;
  was?: { title: string; unit: string };
  by: string;
}

const MOVED = officerOf(TOWN, 6);
const FORMER = '310118102-GOV';
const PROMOTED = officerOf(CENTER, 2);

const STEPS: readonly Step[] = [
  ...[1, 2, 3, 4].map((number): Step => {
    const officer = officerOf(CENTER, number);
    const title = officer === PROMOTED ? '值班指挥长' : officer.title;
    return { officer, kind: 'REGISTERED', at: at('2024-03-01', 9), by: CENTER, title };
  }),
  {
    ...{ officer: PROMOTED, kind: 'CHANGED', at: at('2025-09-01', 9), by: CENTER },
    was: { title: '值班指挥长', unit: CENTER },
  },
  {
    ...{ officer: MOVED, kind: 'REGISTERED', at: at('2023-07-03', 9), by: FORMER },
    ...{ title: '党政办公室一级科员', unit: FORMER },
  },
  {
    ...{ officer: MOVED, kind: 'TRANSFERRED', at: at('2025-12-15', 15), by: TOWN },
    was: { title: '党政办公室一级科员', unit: FORMER },
  },
];

interface Transfer {
  officer: ReturnType<typeof officerOf>;
  from: string;
  to: string;
  by: 'from' | 'to';
  status: 'PROPOSED' | 'AGREED' | 'REFUSED' | 'WITHDRAWN';
  title: string | null;
  reason: string;
  proposed: string;
  answered?: string;
  note?: string;
}

const TRANSFERS: readonly Transfer[] = [
  {
    ...{ officer: MOVED, from: FORMER, to: TOWN, by: 'from', status: 'AGREED', title: MOVED.title },
    ...{ reason: '跨镇交流任职', proposed: '2025-12-08', answered: '2025-12-15' },
  },
  {
    ...{ officer: officerOf('330421-URBAN', 3), from: '330421-URBAN', to: '330421111-CITYOPS', by: 'to' },
    ...{ status: 'PROPOSED', title: '网格监督员', reason: '商调一名熟悉网格业务的干部' },
    proposed: '2026-11-10',
  },
  {
    ...{ officer: officerOf('310118-AGRI', 1), from: '310118-AGRI', to: TOWN, by: 'from', title: null },
    ...{ status: 'PROPOSED', reason: '充实镇农业农村办公室力量', proposed: '2026-11-12' },
  },
  {
    ...{ officer: officerOf('320509-HRSS', 4), from: '320509-HRSS', to: '320509-ORG', by: 'to' },
    ...{ status: 'REFUSED', title: '人才工作科一级主任科员', reason: '商调' },
    ...{ proposed: '2026-06-01', answered: '2026-06-05', note: '近期承担就业专项，暂不同意调出。' },
  },
  {
    ...{ officer: officerOf('330421-AGRI', 3), from: '330421-AGRI', to: '330421-HRSS', by: 'from' },
    ...{ status: 'WITHDRAWN', title: null, reason: '岗位调整', proposed: '2026-08-03' },
    answered: '2026-08-10',
  },
];

export async function loadService(db: Db): Promise<void> {
  for (const [i, agency] of [CENTER, TOWN].entries()) {
    for (let number = 1; number <= (agency === CENTER ? 4 : 6); number += 1) {
      await db('officers')
        .comment('demo.officerNumbers')
        .where({ id: demoOfficerId(agency, number) })
        .update({ number: `JZ${i + 1}${String(number).padStart(3, '0')}` });
    }
  }
  const ordinals = new Map<string, number>();
  await db('officer_events')
    .comment('demo.officerEvents')
    .insert(
      STEPS.map(({ officer, kind, at: when, title, unit, was, by }) => {
        const ordinal = (ordinals.get(officer.id) ?? 0) + 1;
        ordinals.set(officer.id, ordinal);
        return {
          ...{ officer: officer.id, ordinal, kind, at: when, actor: personOf(by), agency: by },
          ...{ name: officer.name, title: title ?? officer.title, unit: unit ?? officer.agency },
          ...{
            was_name: was ? officer.name : null,
            was_title: was?.title ?? null,
            was_unit: was?.unit ?? null,
          },
        };
      }),
    );
  await db('officer_transfers')
    .comment('demo.officerTransfers')
    .insert(
      TRANSFERS.map(({ officer, from, to, by, status, title, reason, proposed, answered, note }) => {
        const proposedBy = by === 'from' ? from : to;
        const answeredBy = status === 'WITHDRAWN' || by === 'to' ? from : to;
        return {
          ...{ id: demoId('officer-transfer', officer.id, to), officer: officer.id },
          ...{ from_agency: from, to_agency: to, status, title, number: null, reason },
          ...{ proposed_by: proposedBy, proposed_at: at(proposed, 10), proposer: personOf(proposedBy) },
          ...(answered
            ? {
                ...{ answered_by: answeredBy, answered_at: at(answered, 15), answerer: personOf(answeredBy) },
                note: note ?? null,
              }
            : { answered_by: null, answered_at: null, answerer: null, note: null }),
        };
      }),
    );
}
