import type { Db } from '../../kit/database';
import { demoId } from '../../kit/demo';
import { addDays, startOfDay } from '../../kit/time';
import type { SecondmentProgramRow } from '../programs/store';
import type { SecondmentEventRow, SecondmentRow } from '../secondments/store';
import { DEMO_OFFICERS, demoOfficerId } from './officers';

export type DemoPosting = Pick<SecondmentRow, 'program' | 'position' | 'status' | 'starts_on' | 'ends_on'> & {
  home: string;
  /** Which of the home unit's officers. */
  officer: number;
  host: string;
  /** The hosts of stints of a month each. */
  stints?: readonly string[];
  /** The last day until both units moved it. */
  extendedFrom?: string;
  declined?: string;
  recalled?: { on: string; reason: string };
};

const PROGRAMS: readonly SecondmentProgramRow[] = [
  {
    code: 'QINGLAN-2020',
    name: '示范区先行启动区五镇干部互派“青蓝工程”',
    organizer: '310118-ORG',
    starts_on: '2020-06-23',
    ends_on: '2020-10-31',
  },
  {
    code: 'YRD-2021',
    name: '长三角干部跨省挂职（2021年）',
    organizer: '310000-YRDOFFICE',
    starts_on: '2021-03-01',
    ends_on: '2022-06-30',
  },
  {
    code: 'YRD-2026',
    name: '长三角干部跨省挂职与五镇轮岗（2026年）',
    organizer: '310000-YRDOFFICE',
    starts_on: '2026-03-01',
    ends_on: '2027-12-31',
  },
];

/** The border towns 五镇: whom each sends works a month in each of three others. */
const TOWN_EXCHANGE = [
  {
    home: '310118102-GOV',
    hosts: ['310118104-GOV', '320509110-GOV', '330421103-GOV'],
    position: '党政办公室副主任（挂职）',
  },
  {
    home: '310118104-GOV',
    hosts: ['320509110-GOV', '330421103-GOV', '330421111-GOV'],
    position: '平安建设办公室副主任（挂职）',
  },
  {
    home: '320509110-GOV',
    hosts: ['330421103-GOV', '330421111-GOV', '310118102-GOV'],
    position: '社区治理办公室副主任（挂职）',
  },
  {
    home: '330421103-GOV',
    hosts: ['330421111-GOV', '310118102-GOV', '310118104-GOV'],
    position: '经济发展办公室副主任（挂职）',
  },
  {
    home: '330421111-GOV',
    hosts: ['310118102-GOV', '310118104-GOV', '320509110-GOV'],
    position: '农业农村办公室副主任（挂职）',
  },
] as const;

/** The day `count` months after another; that day exists in every month of the demo. */
function monthsAfter(day: string, count: number): string {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  return new Date(Date.UTC(year, month - 1 + count, date)).toISOString().slice(0, 10);
}

/** Three months in which one officer of each town goes round. */
const rollingRound = (
  program: string,
  round: { officer: number; from: string; status: SecondmentRow['status'] },
  exceptions: Record<string, Partial<DemoPosting>> = {},
): DemoPosting[] =>
  TOWN_EXCHANGE.map(({ home, hosts, position }) => ({
    program,
    home,
    officer: round.officer,
    host: hosts[0],
    position,
    status: round.status,
    starts_on: round.from,
    ends_on: addDays(monthsAfter(round.from, 3), -1),
    stints: hosts,
    ...exceptions[home],
  }));

const QINGLAN: readonly DemoPosting[] = [1, 2].flatMap((officer) =>
  rollingRound('QINGLAN-2020', { officer, from: '2020-07-15', status: 'COMPLETED' }),
);

/** Seventeen units outside Shanghai, the unit in Shanghai that each exchanges with, and which of its officers goes. */
const PAIRS_2021: readonly (readonly [string, string, number])[] = [
  ['320100-HRSS', '310000-COMMERCE', 1],
  ['320500-HRSS', '310000-AGRI', 1],
  ['320600-HRSS', '310000-GOV', 1],
  ['320900-HRSS', '310105-ORG', 1],
  ['321000-HRSS', '310117-HRSS', 1],
  ['321300-HRSS', '310118-HRSS', 1],
  ['330100-HRSS', '310118-AGRI', 1],
  ['330200-HRSS', '310118-ORG', 1],
  ['330400-HRSS', '310000-HRSS', 2],
  ['330500-HRSS', '310000-COMMERCE', 2],
  ['330600-HRSS', '310000-AGRI', 2],
  ['330900-HRSS', '310000-GOV', 2],
  ['340100-HRSS', '310105-ORG', 2],
  ['341200-HRSS', '310000-HRSS', 1],
  ['341300-HRSS', '310117-HRSS', 2],
  ['341500-HRSS', '310118-HRSS', 2],
  ['341600-HRSS', '310118-AGRI', 2],
];

const YRD_2021: readonly DemoPosting[] = PAIRS_2021.flatMap(([unit, partner, officer]): DemoPosting[] => {
  const year = {
    program: 'YRD-2021',
    status: 'COMPLETED',
    starts_on: '2021-03-15',
    ends_on: '2022-03-14',
  } as const;
  return [
    {
      ...year,
      home: unit,
      officer: 1,
      host: partner,
      position: '处室副职（挂职）',
      ...(unit === '320600-HRSS' && { ends_on: '2022-06-14', extendedFrom: '2022-03-14' }),
      ...(unit === '341600-HRSS' && {
        status: 'RECALLED' as const,
        recalled: { on: '2021-09-24', reason: '原单位防汛任务紧急，需提前返岗' },
      }),
    },
    {
      ...year,
      home: partner,
      officer,
      host: unit,
      position: '局长助理（挂职）',
      ...(unit === '330900-HRSS' && { status: 'DECLINED' as const, declined: '同期岗位已满，建议另行安排' }),
    },
  ];
});

/** Home unit, which of its officers, host unit, position: one year from March 2026. */
const ONE_YEAR_2026: readonly (readonly [string, number, string, string])[] = [
  ['310118102-CITYOPS', 3, '310118104-CITYOPS', '值班副指挥长（挂职）'],
  ['320509110-COMMAND', 2, '310118104-CITYOPS', '副主任（挂职）'],
  ['320612102-COMMAND', 3, '310118104-CITYOPS', '网格治理组副组长（挂职）'],
  ['330421103-CITYOPS', 2, '310118104-CITYOPS', '热线工单组副组长（挂职）'],
  ['330421111-CITYOPS', 3, '310118104-CITYOPS', '联勤巡查组副组长（挂职）'],
  ['341200-ORG', 3, '310118104-CITYOPS', '综合协调组副组长（挂职）'],
  ['341225-HRSS', 2, '310118104-CITYOPS', '数据研判组组员（挂职）'],
  ['140107-ORG', 2, '310118104-CITYOPS', '党建引领组组员（挂职）'],
  ['341200-HRSS', 2, '310000-HRSS', '就业促进处副处长（挂职）'],
  ['341200-HRSS', 3, '310000-HRSS', '人力资源市场处副处长（挂职）'],
  ['310000-HRSS', 3, '341200-HRSS', '局长助理（挂职）'],
  ['341225-AGRI', 1, '310118-AGRI', '种植业管理科副科长（挂职）'],
  ['310118-AGRI', 3, '341225-AGRI', '局长助理（挂职）'],
  ['140107-ORG', 1, '310105-ORG', '干部教育科副科长（挂职）'],
  ['310105-ORG', 3, '341200-ORG', '人才工作科副科长（挂职）'],
  ['330000-AGRI', 1, '310000-AGRI', '市场与信息化处副处长（挂职）'],
  ['320000-AGRI', 2, '340000-AGRI', '农产品质量安全监管处副处长（挂职）'],
  ['310118104-CITYOPS', 4, '330421103-CITYOPS', '指挥室副主任（挂职）'],
  ['310118104-CITYOPS', 2, '320509110-COMMAND', '副主任（挂职）'],
];

const YRD_2026: readonly DemoPosting[] = [
  ...ONE_YEAR_2026.map(
    ([home, officer, host, position]): DemoPosting => ({
      program: 'YRD-2026',
      home,
      officer,
      host,
      position,
      status: 'ACTIVE',
      starts_on: '2026-03-02',
      ends_on: '2027-03-01',
    }),
  ),
  {
    program: 'YRD-2026',
    home: '340100-HRSS',
    officer: 2,
    host: '310117-HRSS',
    position: '就业促进科副科长（挂职）',
    status: 'RECALLED',
    starts_on: '2026-03-02',
    ends_on: '2027-03-01',
    recalled: { on: '2026-08-14', reason: '连续两个月未提交月度汇报，经谈话提醒仍未改正' },
  },
  {
    program: 'YRD-2026',
    home: '320700-HRSS',
    officer: 1,
    host: '310118-HRSS',
    position: '人才开发科副科长（挂职）',
    status: 'DECLINED',
    starts_on: '2026-03-02',
    ends_on: '2027-03-01',
    declined: '专业方向与岗位需求不符',
  },
  {
    program: 'YRD-2026',
    home: '341800-HRSS',
    officer: 1,
    host: '310118-HRSS',
    position: '劳动关系科副科长（挂职）',
    status: 'ACTIVE',
    starts_on: '2026-03-02',
    ends_on: '2026-10-31',
    extendedFrom: '2026-08-31',
  },
  {
    program: 'YRD-2026',
    home: '330800-HRSS',
    officer: 1,
    host: '310000-HRSS',
    position: '人才开发处副处长（挂职）',
    status: 'PLANNED',
    starts_on: '2026-12-07',
    ends_on: '2027-12-06',
  },
  ...rollingRound('YRD-2026', { officer: 3, from: '2026-03-16', status: 'COMPLETED' }),
  ...rollingRound(
    'YRD-2026',
    { officer: 4, from: '2026-06-16', status: 'COMPLETED' },
    {
      '320509110-GOV': {
        status: 'RECALLED',
        recalled: { on: '2026-07-31', reason: '因机构调整另有任用' },
      },
    },
  ),
  ...rollingRound('YRD-2026', { officer: 5, from: '2026-09-16', status: 'ACTIVE' }),
  ...rollingRound(
    'YRD-2026',
    { officer: 6, from: '2026-12-16', status: 'PLANNED' },
    { '330421103-GOV': { status: 'DECLINED', declined: '年底集中换届，暂不接收' } },
  ),
];

/** Agreed between the two units, before there was a program. */
const BILATERAL: readonly DemoPosting[] = [
  {
    program: null,
    home: '341200-HRSS',
    officer: 4,
    host: '310000-HRSS',
    position: '农民工工作处副处长（挂职）',
    status: 'COMPLETED',
    starts_on: '2020-06-15',
    ends_on: '2021-06-14',
  },
];

export const DEMO_POSTINGS: readonly (DemoPosting & { id: string })[] = [
  ...QINGLAN,
  ...YRD_2021,
  ...YRD_2026,
  ...BILATERAL,
].map((posting) => ({
  ...posting,
  id: demoId('secondment', posting.home, posting.officer, posting.starts_on),
}));

type DemoEvent = Omit<SecondmentEventRow, 'secondment'>;

/** What led to where a posting stands, at plausible hours. */
function eventsOf(posting: DemoPosting): DemoEvent[] {
  const { home, host, status } = posting;
  const posted = demoOfficerId(home, posting.officer);
  const step = (
    kind: DemoEvent['kind'],
    agency: string,
    [day, hour]: [day: string, hour: number],
    note: string | null = null,
  ): DemoEvent => ({
    kind,
    agency,
    at: new Date(startOfDay(day).getTime() + hour * 3_600_000),
    actor: DEMO_OFFICERS.find((o) => o.agency === agency && o.id !== posted)?.name ?? agency,
    note,
  });
  const answeredOn = addDays(posting.starts_on, -26);
  const events = [step('PLANNED', home, [addDays(posting.starts_on, -30), 9])];
  if (posting.declined) return [...events, step('DECLINED', host, [answeredOn, 15], posting.declined)];
  if (status === 'PLANNED') return events;
  events.push(step('ACCEPTED', host, [answeredOn, 10], '同意接收，已落实岗位和住宿'));
  if (posting.extendedFrom) {
    const note = `经双方协商一致，结束日期由 ${posting.extendedFrom} 延至 ${posting.ends_on}`;
    events.push(step('EXTENDED', home, [addDays(posting.extendedFrom, -10), 14], note));
  }
  if (posting.recalled) {
    events.push(step('RECALLED', home, [posting.recalled.on, 11], posting.recalled.reason));
  }
  if (status === 'COMPLETED') events.push(step('COMPLETED', host, [posting.ends_on, 16], '期满考核合格'));
  return events;
}

export async function loadPostings(db: Db): Promise<void> {
  await db('secondment_programs')
    .comment('demo.secondmentPrograms')
    .insert(PROGRAMS.map((program) => ({ ...program })));
  await db('secondments')
    .comment('demo.secondments')
    .insert(
      DEMO_POSTINGS.map((posting) => ({
        id: posting.id,
        officer: demoOfficerId(posting.home, posting.officer),
        program: posting.program,
        home_agency: posting.home,
        host_agency: posting.host,
        position: posting.position,
        status: posting.status,
        starts_on: posting.starts_on,
        ends_on: posting.recalled?.on ?? posting.ends_on,
        recall_reason: posting.recalled?.reason ?? null,
        recalled_on: posting.recalled?.on ?? null,
      })),
    );
  await db('secondment_stints')
    .comment('demo.secondmentStints')
    .insert(
      DEMO_POSTINGS.flatMap(({ id, starts_on, stints = [] }) =>
        stints.map((host, month) => ({
          secondment: id,
          host_agency: host,
          starts_on: monthsAfter(starts_on, month),
          ends_on: addDays(monthsAfter(starts_on, month + 1), -1),
        })),
      ),
    );
  await db('secondment_events')
    .comment('demo.secondmentEvents')
    .insert(
      DEMO_POSTINGS.flatMap((posting) =>
        eventsOf(posting).map((event, i) => ({ secondment: posting.id, ordinal: i + 1, ...event })),
      ),
    );
}
