import { jurisdictionOfAgency } from '../../kit/agency-code';
import type { Db } from '../../kit/database';
import { demoId } from '../../kit/demo';
import { startOfDay } from '../../kit/time';
import type { PracticeKind } from '../practices/rules';
import { DEMO_OFFICERS, demoOfficerId } from './officers';
import { DEMO_POSTINGS } from './postings';
import { dialingCodeOf } from './units';

/* What postings left behind: practices that were adopted, and liaisons who stay reachable. */

interface DemoPractice {
  title: string;
  kind: PracticeKind;
  origin: string;
  topic: string;
  summary: string;
  /** The posting during which it was met: its home unit and which of that unit's officers. */
  met: readonly [home: string, officer: number];
  recordedBy: string;
  recordedOn: string;
  adoptions?: readonly {
    agency: string;
    on: string;
    note?: string;
    outcomes?: readonly (readonly [on: string, outcome: string])[];
  }[];
}

const PRACTICES: readonly DemoPractice[] = [
  {
    ...{ title: '经营准入联席会审办法', kind: 'PROCEDURE', origin: '330421103', topic: 'LICENSING' },
    summary: '每周二由招商、建设、消防、旅游等部门一次会审经营准入申请，一次性告知，统一作出决定。',
    ...{ met: ['310118104-CITYOPS', 4], recordedBy: '310118104-CITYOPS', recordedOn: '2026-04-20' },
    adoptions: [
      {
        ...{ agency: '310118104-REVIEW', on: '2026-05-18', note: '结合古镇风貌管控要求修订后施行' },
        outcomes: [
          ['2026-07-06', '首月会审 9 件，平均用时由 27 个工作日降至 11 个工作日。'],
          ['2026-10-12', '增加轮值召集人，缺席部门会前书面意见率达到 100%。'],
        ],
      },
    ],
  },
  {
    ...{ title: '景区日巡查表', kind: 'FORM', origin: '330421103', topic: 'TOURISM' },
    summary: '一日一表，卫生和安全问题拍照定位，整改完成后销号。',
    ...{ met: ['310118104-CITYOPS', 4], recordedBy: '330421103-CITYOPS', recordedOn: '2026-06-08' },
    adoptions: [
      {
        ...{ agency: '310118104-TOURISM', on: '2026-06-22' },
        outcomes: [['2026-09-28', '暑期共发现问题 136 个，当日整改率 92%。']],
      },
      { agency: '330421111-BUILDING', on: '2026-09-07', note: '用于沿街立面巡查' },
    ],
  },
  {
    ...{ title: '跨界河湖联合巡查与水葫芦联防流程', kind: 'PROCEDURE', origin: '320509110', topic: 'WATER' },
    summary: '上游发现漂浮物即电话通报下游联络员，同日巡查、同步打捞，双方各留台账。',
    ...{ met: ['310118104-CITYOPS', 2], recordedBy: '310118104-CITYOPS', recordedOn: '2026-05-11' },
    adoptions: [
      {
        ...{ agency: '310118104-RIVER', on: '2026-05-25' },
        outcomes: [['2026-10-19', '汛期联合打捞 14 次，未再出现大面积漂移入境。']],
      },
      { agency: '320509110-RIVER', on: '2026-06-01' },
    ],
  },
  {
    ...{ title: '新到务工人员首周服务专窗', kind: 'PROCEDURE', origin: '310117', topic: 'LABOR' },
    summary: '一窗一表，首周内办好用工登记、社保、租住和子女入学咨询。',
    ...{ met: ['341200-HRSS', 4], recordedBy: '341200-HRSS', recordedOn: '2020-11-16' },
    adoptions: [
      {
        ...{ agency: '341225-HRSS', on: '2021-02-22', note: '在劳务输出大镇设点' },
        outcomes: [['2021-08-30', '半年服务返岗人员 3,100 余人次。']],
      },
    ],
  },
  {
    ...{ title: '省际劳务协作月度对账单', kind: 'FORM', origin: '310000', topic: 'LABOR' },
    summary: '输出地与输入地按同一口径逐月核对在沪就业人数，差异逐项说明。',
    ...{ met: ['341200-HRSS', 2], recordedBy: '310000-HRSS', recordedOn: '2026-08-17' },
  },
  {
    ...{ title: '垃圾分类家庭积分卡', kind: 'FORM', origin: '330421111212', topic: 'WASTE' },
    summary: '一户一卡，每周盖章计分，月底按积分兑换生活用品。',
    ...{ met: ['330421111-CITYOPS', 3], recordedBy: '330421111-CITYOPS', recordedOn: '2026-07-13' },
    adoptions: [{ agency: '310118104222-COMMITTEE', on: '2026-09-01' }],
  },
  {
    ...{ title: '迷你番薯订单种植与分级标准对照', kind: 'DOCUMENT', origin: '310118', topic: 'AGRICULTURE' },
    summary: '对照沪皖两地规格和限量要求，逐条列出种植、采收和检测的注意事项。',
    ...{ met: ['341225-AGRI', 1], recordedBy: '341225-AGRI', recordedOn: '2026-09-14' },
    adoptions: [{ agency: '341200-AGRI', on: '2026-10-08' }],
  },
];

const at = (day: string, hour = 10): Date => new Date(startOfDay(day).getTime() + hour * 3_600_000);
const personOf = (agency: string): string =>
  DEMO_OFFICERS.find((officer) => officer.agency === agency)?.name ?? agency;

function postingOf([home, officer]: DemoPractice['met']): string {
  const posting = DEMO_POSTINGS.find((each) => each.home === home && each.officer === officer);
  if (!posting) throw new Error(`the demo posts no officer ${officer} of ${home}`);
  return posting.id;
}

const practiceId = ({ title }: DemoPractice): string => demoId('practice', title);

/** Unit, which of its officers, topic, first day, and the last one of those who are no longer. */
const LIAISONS: readonly (readonly [string, number, string, string, string?])[] = [
  ['310118104-CITYOPS', 3, 'WATER', '2026-03-16'],
  ['310118104-CITYOPS', 1, 'WATER', '2024-05-06', '2026-03-15'],
  ['310118104-CITYOPS', 1, 'GRID', '2024-05-06'],
  ['310118104-REVIEW', 1, 'LICENSING', '2026-05-18'],
  ['320509110-COMMAND', 1, 'WATER', '2024-05-06'],
  ['320509110-COMMAND', 3, 'HOTLINE', '2025-01-13'],
  ['330421103-CITYOPS', 1, 'WATER', '2024-05-06'],
  ['330421103-REVIEW', 1, 'LICENSING', '2026-05-18'],
  ['330421111-CITYOPS', 1, 'WATER', '2025-06-09'],
  ['341200-HRSS', 1, 'LABOR', '2021-07-05'],
  ['310000-HRSS', 1, 'LABOR', '2021-07-05'],
  ['310000-COMMERCE', 1, 'MARKET', '2026-04-13'],
  ['341200-AGRI', 1, 'AGRICULTURE', '2026-04-13'],
];

export async function loadLegacies(db: Db): Promise<void> {
  await db('practices')
    .comment('demo.practices')
    .insert(
      PRACTICES.map((practice) => {
        const { title, kind, origin, topic, summary, met, recordedBy, recordedOn } = practice;
        return {
          ...{ id: practiceId(practice), secondment: postingOf(met), title, kind, origin, topic, summary },
          ...{ recorded_by: recordedBy, recorder: personOf(recordedBy), recorded_at: at(recordedOn) },
        };
      }),
    );
  const adoptions = PRACTICES.flatMap((practice) =>
    (practice.adoptions ?? []).map((adoption) => ({ ...adoption, practice: practiceId(practice) })),
  );
  await db('practice_adoptions')
    .comment('demo.practiceAdoptions')
    .insert(
      adoptions.map(({ practice, agency, on, note }) => ({
        ...{ practice, agency, adopted_at: at(on), adopted_by: personOf(agency), note: note ?? null },
      })),
    );
  await db('practice_outcomes')
    .comment('demo.practiceOutcomes')
    .insert(
      adoptions.flatMap(({ practice, agency, outcomes }) =>
        (outcomes ?? []).map(([on, outcome], i) => ({
          ...{ practice, agency, ordinal: i + 1, at: at(on), actor: personOf(agency), outcome },
        })),
      ),
    );
  await db('liaisons')
    .comment('demo.liaisons')
    .insert(
      LIAISONS.map(([agency, number, topic, starts_on, ends_on], i) => {
        const jurisdiction = jurisdictionOfAgency(agency);
        return {
          ...{ id: demoId('liaison', agency, number, topic), officer: demoOfficerId(agency, number), agency },
          ...{ jurisdiction, topic, starts_on, ends_on: ends_on ?? null, appointed_by: personOf(agency) },
          ended_by: ends_on === undefined ? null : personOf(agency),
          // As with the officers' own: no line in China has a number that begins with 0.
          phone: `${dialingCodeOf(jurisdiction)}-09${String(i + 1).padStart(6, '0')}`,
        };
      }),
    );
}
