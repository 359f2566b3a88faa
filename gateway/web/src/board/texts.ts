import type {
  GridBoardEventKind,
  GridCaseEventKind,
  GridCaseSource,
  GridCaseStage,
  GridFieldworkKind,
  InspectionEventKind,
} from '../operations';
import type { Language } from '../shared/messages';

interface BoardTexts {
  signIn: string;
  stages: Record<GridCaseStage, string>;
  /** What the figures of the two steps are called at which a case ends: they count a day. */
  endedToday: { NOT_FILED: string; CLOSED: string };
  steps: Record<GridCaseEventKind, string>;
  sources: Record<GridCaseSource, string>;
  kinds: Record<GridBoardEventKind, string>;
  inspections: Record<InspectionEventKind, string>;
  fieldwork: Record<GridFieldworkKind, string>;
  byStage: string;
  overdue: string;
  supervised: string;
  onDuty: string;
  due: string;
  latest: string;
  noneDue: string;
  dueAt(time: string): string;
  overdueSince(time: string): string;
  alerts: string;
  noAlerts: string;
  forces: string;
  noForces: string;
  forcesLine(people: string, vehicles: number, boats: number): string;
  departments: string;
  noDepartments: string;
  department: string;
  open: string;
  today: { dispatched: string; accepted: string; returned: string; resolved: string; closed: string };
  onTimeToday: string;
  changes: string;
  noChanges: string;
  announce(what: string): string;
  live(time: string): string;
  connecting: string;
  lost(since: string, asOf: string): string;
  stopped(reason: string): string;
  partial(reasons: string): string;
  notParty(place: string): string;
  prepareGrant: string;
  cases(stage: string): string;
  noCases: string;
  moreCases: string;
  monthReport: string;
  backToBoard: string;
  oneCase: string;
  caseGone: string;
  number: string;
  category: string;
  source: string;
  where: string;
  reporter: string;
  reportedAt: string;
  dueDate: string;
  closedAt: string;
  handler: string;
  timeline: string;
  clocks: string;
  minutes(minutes: number): string;
  running: string;
  basis: string;
  to: string;
  report: {
    title(place: string, month: string): string;
    month: string;
    print: string;
    csv: string;
    made(at: string): string;
    received: string;
    filed: string;
    shouldHaveClosed: string;
    closed: string;
    closedOnTime: string;
    closingRate: string;
    onTimeRate: string;
    undispatched(count: string): string;
    byAgency: string;
    byCategory: string;
    attendance: string;
    agency: string;
    score: string;
    category: string;
    member: string;
    shifts: string;
    attended: string;
    late: string;
    excused: string;
    attendanceRate: string;
    empty: string;
    definition: string;
  };
}

const ZH: BoardTexts = {
  signIn: '看板供各单位使用：请选择一个单位，或先登录。',
  stages: {
    RECEIVED: '受理',
    FILED: '立案',
    NOT_FILED: '不予立案',
    DISPATCHED: '派遣',
    IN_PROGRESS: '处置',
    VERIFYING: '核查',
    CLOSED: '结案',
  },
  endedToday: { NOT_FILED: '今日不予立案', CLOSED: '今日结案' },
  steps: {
    RECEIVED: '受理',
    FILED: '立案',
    NOT_FILED: '不予立案',
    DISPATCHED: '派遣',
    ACCEPTED: '接单',
    RETURNED: '退单',
    RESOLVED: '处置完成',
    CHECK_FAILED: '核查不通过',
    CLOSED: '结案',
    SUPERVISED: '督办',
    SUPERVISION_ENDED: '解除督办',
    RECALLED: '撤回派遣',
    EXTENSION_REQUESTED: '申请延期',
    EXTENDED: '延期',
    EXTENSION_REJECTED: '延期未批准',
    REOPENED: '重新立案',
    LINKED_AS_DUPLICATE: '关联重复案件',
    REFERRED: '转介',
    REFERRAL_ACCEPTED: '转介已接受',
    REFERRAL_REFUSED: '转介被谢绝',
  },
  sources: {
    HOTLINE_12345: '12345 热线',
    GRID_PATROL: '网格巡查',
    RIVER_PATROL: '巡河',
    SCENIC_PATROL: '景区巡查',
    CROSS_INSPECTION: '交叉检查',
    PETITION: '信访',
    LEAD: '线索',
    NEIGHBOR_REFERRAL: '邻区转介',
  },
  kinds: {
    CASE_CHANGED: '案件',
    DOWNSTREAM_ALERT: '下游预警',
    FORCES_CHANGED: '处置力量',
    INSPECTION_CHANGED: '交叉检查',
    FIELDWORK_CHANGED: '网格工作',
  },
  inspections: {
    OPENED: '检查开展',
    CLOSED: '检查结束',
    SUBMITTED: '检查问题上报',
    ACCEPTED: '检查问题通过',
    RETURNED: '检查问题退回',
    RESUBMITTED: '检查问题重新提交',
    WITHDRAWN: '检查问题撤回',
    CASE_OPENED: '检查问题转案件',
  },
  fieldwork: {
    LEAD_LIST_OPENED: '建立线索清单',
    LEADS_PUSHED: '推送线索',
    LEADS_ASSIGNED: '分派线索',
    LEADS_CHECKED: '核查线索',
    LEADS_ESCALATED: '线索超期升级',
    LEAD_CASE_OPENED: '线索转案件',
    HOUSEHOLDS_REGISTERED: '登记住户',
    HOUSEHOLD_CORRECTED: '更正住户',
    HOUSEHOLD_MOVED_AWAY: '住户迁出',
    WASTE_STAMPED: '垃圾分类盖章',
    WASTE_STAMP_CORRECTED: '更正印章',
    WASTE_REWARD_HANDED_OUT: '发放奖励',
    PETITION_RECEIVED: '接访登记',
    PETITION_STATED: '信访说明',
    PETITION_INSTRUCTED: '信访交办',
    PETITION_FOLLOWED_UP: '信访跟进',
    PETITION_CARRIED_OUT: '信访办毕',
    PETITION_CLOSED: '信访办结',
    PETITION_CASE_OPENED: '信访转案件',
    VISIT_RECORDED: '走访',
    VISIT_FOLLOWED_UP: '走访跟进',
    VISIT_CORRECTED: '更正走访',
  },
  byStage: '各阶段案件',
  overdue: '超期',
  supervised: '督办',
  onDuty: '在岗人数',
  due: '到期与超期',
  latest: '最近上报',
  noneDue: '没有超期案件，七日内也没有案件到期。',
  dueAt: (time) => `${time} 到期`,
  overdueSince: (time) => `${time} 已超期`,
  alerts: '下游预警',
  noAlerts: '没有来自上游的预警。',
  forces: '处置力量',
  noForces: '尚无单位上报处置力量。',
  forcesLine: (people, vehicles, boats) =>
    [`${people} 人`, vehicles > 0 && `${vehicles} 车`, boats > 0 && `${boats} 船`]
      .filter(Boolean)
      .join(' · '),
  departments: '部门绩效',
  noDepartments: '没有单位在办案件。',
  department: '单位',
  open: '在办',
  today: { dispatched: '今日派遣', accepted: '接单', returned: '退单', resolved: '处置完成', closed: '结案' },
  onTimeToday: '按期结案',
  changes: '实时动态',
  noChanges: '打开看板以来还没有变化。',
  announce: (what) => `新动态：${what}`,
  live: (time) => `实时 · 截至 ${time}`,
  connecting: '正在连接…',
  lost: (since, asOf) => `${since} 起连接中断，以下为 ${asOf} 的情况；正在重连。`,
  stopped: (reason) => `看板已停止更新：${reason}`,
  partial: (reasons) => `部分内容暂缺：${reasons}`,
  notParty: (place) =>
    `本单位不是${place}案件的属地当事单位：看板只含本单位上报、承办过的案件，数字不代表全貌。`,
  prepareGrant: '在工作台准备授权申请',
  cases: (stage) => `${stage}案件`,
  noCases: '没有案件。',
  moreCases: '仅列出最近上报的 100 件，其余请在工作台查询。',
  monthReport: '月报',
  backToBoard: '返回看板',
  oneCase: '案件',
  caseGone: '没有这个案件，或本单位无权查看。',
  number: '案件编号',
  category: '类别',
  source: '来源',
  where: '位置',
  reporter: '上报单位',
  reportedAt: '上报时间',
  dueDate: '处置截止时间',
  closedAt: '结案时间',
  handler: '处置单位',
  timeline: '办理过程',
  clocks: '各单位用时',
  minutes: (minutes) => `${Math.floor(minutes / 60)} 工作时 ${minutes % 60} 分`,
  running: '正在计时',
  basis: '依据',
  to: '至',
  report: {
    title: (place, month) => `${place}网格案件月报（${month}）`,
    month: '月份',
    print: '打印',
    csv: '下载 CSV',
    made: (at) => `生成时间：${at}`,
    received: '受理数',
    filed: '立案数',
    shouldHaveClosed: '应结案数',
    closed: '结案数',
    closedOnTime: '按期结案数',
    closingRate: '结案率',
    onTimeRate: '按期结案率',
    undispatched: (count) => `其中未派遣 ${count} 件，不计入任何单位。`,
    byAgency: '按单位',
    byCategory: '按类别',
    attendance: '联勤队员考勤',
    agency: '单位',
    score: '得分',
    category: '类别',
    member: '队员',
    shifts: '应到班次',
    attended: '出勤',
    late: '迟到',
    excused: '请假',
    attendanceRate: '出勤率',
    empty: '本月没有本单位可见的案件。',
    definition:
      '结案率 = 结案数 ÷ 应结案数；按期结案率 = 按期结案数 ÷ 应结案数。应结案数为处置期限落在本月的案件数。',
  },
};

const EN: BoardTexts = {
  signIn: 'The board is there for units: choose one, or sign in first.',
  stages: {
    RECEIVED: 'Received',
    FILED: 'Filed',
    NOT_FILED: 'Not filed',
    DISPATCHED: 'Dispatched',
    IN_PROGRESS: 'In progress',
    VERIFYING: 'Verifying',
    CLOSED: 'Closed',
  },
  endedToday: { NOT_FILED: 'Not filed today', CLOSED: 'Closed today' },
  steps: {
    RECEIVED: 'Received',
    FILED: 'Filed',
    NOT_FILED: 'Not filed',
    DISPATCHED: 'Dispatched',
    ACCEPTED: 'Accepted',
    RETURNED: 'Returned',
    RESOLVED: 'Resolved',
    CHECK_FAILED: 'Check failed',
    CLOSED: 'Closed',
    SUPERVISED: 'Put under supervision',
    SUPERVISION_ENDED: 'Supervision ended',
    RECALLED: 'Recalled',
    EXTENSION_REQUESTED: 'More time asked for',
    EXTENDED: 'More time given',
    EXTENSION_REJECTED: 'No more time given',
    REOPENED: 'Reopened',
    LINKED_AS_DUPLICATE: 'Marked as duplicate',
    REFERRED: 'Offered to a neighbor',
    REFERRAL_ACCEPTED: 'Neighbor accepted',
    REFERRAL_REFUSED: 'Neighbor refused',
  },
  sources: {
    HOTLINE_12345: '12345 hotline',
    GRID_PATROL: 'Grid patrol',
    RIVER_PATROL: 'River patrol',
    SCENIC_PATROL: 'Scenic patrol',
    CROSS_INSPECTION: 'Cross-inspection',
    PETITION: 'Petition',
    LEAD: 'Lead',
    NEIGHBOR_REFERRAL: 'Neighbor’s referral',
  },
  kinds: {
    CASE_CHANGED: 'Case',
    DOWNSTREAM_ALERT: 'Downstream alert',
    FORCES_CHANGED: 'Forces',
    INSPECTION_CHANGED: 'Cross-inspection',
    FIELDWORK_CHANGED: 'Fieldwork',
  },
  inspections: {
    OPENED: 'Inspection opened',
    CLOSED: 'Inspection closed',
    SUBMITTED: 'Finding submitted',
    ACCEPTED: 'Finding accepted',
    RETURNED: 'Finding returned',
    RESUBMITTED: 'Finding submitted again',
    WITHDRAWN: 'Finding withdrawn',
    CASE_OPENED: 'Finding became a case',
  },
  fieldwork: {
    LEAD_LIST_OPENED: 'List of leads',
    LEADS_PUSHED: 'Leads pushed',
    LEADS_ASSIGNED: 'Leads given out',
    LEADS_CHECKED: 'Leads checked',
    LEADS_ESCALATED: 'Leads escalated',
    LEAD_CASE_OPENED: 'Lead became a case',
    HOUSEHOLDS_REGISTERED: 'Households registered',
    HOUSEHOLD_CORRECTED: 'Household corrected',
    HOUSEHOLD_MOVED_AWAY: 'Household moved away',
    WASTE_STAMPED: 'Waste cards stamped',
    WASTE_STAMP_CORRECTED: 'Stamp corrected',
    WASTE_REWARD_HANDED_OUT: 'Reward handed out',
    PETITION_RECEIVED: 'Petitioner received',
    PETITION_STATED: 'Statement on a petition',
    PETITION_INSTRUCTED: 'Instruction on a petition',
    PETITION_FOLLOWED_UP: 'Petition followed up',
    PETITION_CARRIED_OUT: 'Instruction carried out',
    PETITION_CLOSED: 'Petition closed',
    PETITION_CASE_OPENED: 'Petition became a case',
    VISIT_RECORDED: 'Household visited',
    VISIT_FOLLOWED_UP: 'Visit followed up',
    VISIT_CORRECTED: 'Visit corrected',
  },
  byStage: 'Cases by stage',
  overdue: 'Overdue',
  supervised: 'Supervised',
  onDuty: 'On duty',
  due: 'Due and overdue',
  latest: 'Reported last',
  noneDue: 'No case is overdue, and none falls due within seven days.',
  dueAt: (time) => `due ${time}`,
  overdueSince: (time) => `overdue since ${time}`,
  alerts: 'Downstream alerts',
  noAlerts: 'No alert from upstream.',
  forces: 'Forces on duty',
  noForces: 'No unit has reported forces.',
  forcesLine: (people, vehicles, boats) =>
    [
      `${people} people`,
      vehicles > 0 && `${vehicles} ${vehicles === 1 ? 'vehicle' : 'vehicles'}`,
      boats > 0 && `${boats} ${boats === 1 ? 'boat' : 'boats'}`,
    ]
      .filter(Boolean)
      .join(' · '),
  departments: 'Departments',
  noDepartments: 'No unit has cases in hand.',
  department: 'Unit',
  open: 'In hand',
  today: {
    dispatched: 'Sent today',
    accepted: 'Accepted',
    returned: 'Returned',
    resolved: 'Resolved',
    closed: 'Closed',
  },
  onTimeToday: 'On time',
  changes: 'As it happens',
  noChanges: 'Nothing has changed since the board was opened.',
  announce: (what) => `New: ${what}`,
  live: (time) => `Live · as of ${time}`,
  connecting: 'Connecting…',
  lost: (since, asOf) => `Connection lost at ${since}. Shown as of ${asOf}; trying again.`,
  stopped: (reason) => `The board is no longer updated: ${reason}`,
  partial: (reasons) => `Some of it is missing for now: ${reasons}`,
  notParty: (place) =>
    `Your unit is no party to the cases of ${place} by place: the board holds only what your unit reported or had in hand, and its figures are not the whole.`,
  prepareGrant: 'Prepare a grant request in the workbench',
  cases: (stage) => `Cases: ${stage}`,
  noCases: 'No cases.',
  moreCases: 'Only the 100 latest reported are listed; ask for the others in the workbench.',
  monthReport: 'Monthly report',
  backToBoard: 'Back to the board',
  oneCase: 'Case',
  caseGone: 'There is no such case, or your unit may not see it.',
  number: 'Number',
  category: 'Category',
  source: 'Source',
  where: 'Where',
  reporter: 'Reported by',
  reportedAt: 'Reported',
  dueDate: 'Due',
  closedAt: 'Closed',
  handler: 'In hand of',
  timeline: 'Timeline',
  clocks: 'Working time by unit',
  minutes: (minutes) => `${Math.floor(minutes / 60)} h ${minutes % 60} min`,
  running: 'running',
  basis: 'Legal basis',
  to: 'to',
  report: {
    title: (place, month) => `${place}: grid cases, ${month}`,
    month: 'Month',
    print: 'Print',
    csv: 'Download CSV',
    made: (at) => `Made ${at}`,
    received: 'Received',
    filed: 'Filed',
    shouldHaveClosed: 'Should have closed',
    closed: 'Closed',
    closedOnTime: 'Closed on time',
    closingRate: 'Closing rate',
    onTimeRate: 'On-time rate',
    undispatched: (count) => `${count} of them lie with no unit and are in no unit’s figures.`,
    byAgency: 'By unit',
    byCategory: 'By category',
    attendance: 'Joint-patrol attendance',
    agency: 'Unit',
    score: 'Score',
    category: 'Category',
    member: 'Member',
    shifts: 'Shifts',
    attended: 'Attended',
    late: 'Late',
    excused: 'Excused',
    attendanceRate: 'Attendance',
    empty: 'There are no cases of this month that your unit may see.',
    definition:
      'Closing rate = closed ÷ should have closed; on-time rate = closed on time ÷ should have closed. Should have closed: cases whose deadline fell in the month.',
  },
};

export const BOARD_TEXTS: Record<Language, BoardTexts> = { 'zh-CN': ZH, en: EN };
export type { BoardTexts };
