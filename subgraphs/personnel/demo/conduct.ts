import { OFFICIAL_DAYS } from '../../kit/calendar-days';
import type { Db } from '../../kit/database';
import { demoId } from '../../kit/demo';
import type { Dataset } from '../../kit/load';
import { addDays, startOfDay } from '../../kit/time';
import { WorkingCalendar } from '../../kit/working-calendar';
import { geofence, type Presence, type SheetDay } from '../attendance/rules';
import { coversDay, halvesOf, type LeaveDayPart, type LeaveRole, RUNGS, workingDaysOf } from '../leave/rules';
import type { Deduction } from '../scores/rules';

/*
 * The postings to one unit from September to November 2026, day by day: sheets and check-ins of September and October,
 * weekly scores of September and October, leave in every status before and after October, and what was found on visits.
 */

const HOST = '310118104-CITYOPS';
const STANDS = { latitude: 31.0413, longitude: 120.9142, radius_meters: 500 };
const SHANGHAI_CENTER = { latitude: 31.2304, longitude: 121.4737 };
const STARTED = '2026-03-02';
const LEADER = '分队长 沈国平';
const GOVERNMENT = '310118104-GOV';
const DEPARTMENT = '310118-ORG';
const HOLDERS: Record<LeaveRole, { agency: string; name: string }> = {
  TEAM_LEADER: { agency: HOST, name: LEADER },
  TOWNSHIP_PARTY_SECRETARY: { agency: GOVERNMENT, name: '镇党委书记 顾建明' },
  COUNTY_ORGANIZATION_DEPARTMENT: { agency: DEPARTMENT, name: '组织部干部科 陆敏' },
};

const calendar = new WorkingCalendar(OFFICIAL_DAYS);

/** Home unit and which of its officers, as in the postings of the demo. */
const TEAM = [
  ['310118102-CITYOPS', 3],
  ['320509110-COMMAND', 2],
  ['320612102-COMMAND', 3],
  ['330421103-CITYOPS', 2],
  ['330421111-CITYOPS', 3],
  ['341200-ORG', 3],
  ['341225-HRSS', 2],
  ['140107-ORG', 2],
] as const;
const postingOf = (member: number): string => {
  const [home, officer] = TEAM[member] ?? TEAM[0];
  return demoId('secondment', home, officer, STARTED);
};

/** An instant of a day at an hour in Shanghai. */
const at = (day: string, hour: number): Date => new Date(startOfDay(day).getTime() + hour * 3_600_000);

const WEEKS = Array.from({ length: 9 }, (_, i) => addDays('2026-08-31', 7 * i));
const FIRST_DAY = '2026-09-01';
const LAST_DAY = '2026-10-31';

/** Who was away without leave: the last one from mid-September on. */
const isAbsent = (member: number, day: string): boolean =>
  (member === 7 && day >= '2026-09-10' && day <= '2026-09-30') || (member === 6 && day === '2026-10-21');
const isOnBusiness = (member: number, day: string): boolean => member === 2 && day === '2026-10-16';
/** On the sheet, and the phone silent. */
const isSilent = (member: number, day: string): boolean => member === 5 && day === '2026-10-14';
/** On the sheet, and the phone in the city. */
const isElsewhere = (member: number, day: string): boolean => member === 6 && day === '2026-10-15';
/** At the unit by phone, and not on the sheet. */
const isUnlisted = (member: number, day: string): boolean => member === 3 && day === '2026-10-22';

function presenceOn(member: number, day: string): SheetDay | null {
  if (!calendar.isWorkingDay(day) || day < FIRST_DAY || day > LAST_DAY || isUnlisted(member, day))
    return null;
  const say = (presence: Presence, note: string | null = null): SheetDay => ({ date: day, presence, note });
  if (isOnLeave(member, day)) return say('ON_LEAVE');
  if (isOnBusiness(member, day)) return say('ON_BUSINESS', '赴黎里镇开展联合巡查');
  return say(isAbsent(member, day) ? 'ABSENT' : 'PRESENT');
}

interface DemoLeave {
  member: number;
  from: string;
  startPart?: LeaveDayPart;
  to: string;
  endPart?: LeaveDayPart;
  reason: string;
  requestedOn: string;
  /** How it went on; it waits when left out. */
  outcome?: 'APPROVED' | 'REJECTED' | 'WITHDRAWN' | 'RETURNED';
  /** Whether who holds the rung was away. */
  byDeputy?: boolean;
  returnedOn?: string;
}

const LEAVE: readonly DemoLeave[] = [
  {
    ...{ member: 0, from: '2026-09-08', to: '2026-09-08', endPart: 'MORNING', reason: '陪同家人就医' },
    ...{ requestedOn: '2026-09-07', outcome: 'RETURNED', returnedOn: '2026-09-08' },
  },
  {
    ...{ member: 1, from: '2026-09-16', to: '2026-09-17', endPart: 'MORNING', reason: '办理子女入学手续' },
    ...{ requestedOn: '2026-09-14', outcome: 'RETURNED', returnedOn: '2026-09-17' },
  },
  {
    ...{ member: 4, from: '2026-09-21', to: '2026-09-25', reason: '回原单位参加年度述职' },
    ...{ requestedOn: '2026-09-15', outcome: 'RETURNED', returnedOn: '2026-09-28' },
  },
  {
    ...{ member: 5, from: '2026-09-10', to: '2026-09-11', reason: '探亲', requestedOn: '2026-09-09' },
    outcome: 'REJECTED',
  },
  {
    ...{ member: 2, from: '2026-09-24', to: '2026-09-24', reason: '处理个人事务' },
    ...{ requestedOn: '2026-09-22', outcome: 'WITHDRAWN' },
  },
  {
    ...{ member: 3, from: '2026-09-29', to: '2026-09-29', reason: '体检', requestedOn: '2026-09-28' },
    ...{ outcome: 'RETURNED', byDeputy: true, returnedOn: '2026-09-30' },
  },
  {
    ...{
      member: 1,
      from: '2026-12-21',
      to: '2026-12-22',
      reason: '参加原单位培训',
      requestedOn: '2026-11-02',
    },
    outcome: 'APPROVED',
  },
  { member: 3, from: '2026-12-28', to: '2026-12-31', reason: '年休假', requestedOn: '2026-11-09' },
  // Nobody answered: it climbed rung by rung.
  { member: 2, from: '2026-12-24', to: '2026-12-24', reason: '陪同家人就医', requestedOn: '2026-11-10' },
];

const spanOf = ({ from, startPart = 'FULL', to, endPart = 'FULL' }: DemoLeave) =>
  halvesOf({ startsOn: from, startPart, endsOn: to, endPart });

/** Whether a member was on leave for the whole of a day. */
const isOnLeave = (member: number, day: string): boolean =>
  LEAVE.some(
    (leave) =>
      leave.member === member &&
      (leave.outcome === 'APPROVED' || leave.outcome === 'RETURNED') &&
      coversDay(spanOf(leave), day),
  );

const DEDUCTIONS: Record<number, Record<string, Deduction[]>> = {
  1: { '2026-10-19': [{ criterion: 'DUTY', points: 1, reason: '周工作小结晚交一天' }] },
  2: { '2026-10-12': [{ criterion: 'RESIDENCE', points: 2, reason: '周三未住宿舍，未报备' }] },
  3: {
    '2026-10-12': [{ criterion: 'ATTENDANCE', points: 1, reason: '迟到一次' }],
    '2026-10-19': [{ criterion: 'ATTENDANCE', points: 1, reason: '漏签一次' }],
  },
  4: { '2026-10-26': [{ criterion: 'DISCIPLINE', points: 2, reason: '会议期间擅自离场' }] },
  5: {
    '2026-09-14': [{ criterion: 'ATTENDANCE', points: 1, reason: '漏打卡一次' }],
    '2026-10-12': [{ criterion: 'ATTENDANCE', points: 3, reason: '漏打卡一次，未说明' }],
  },
  6: {
    '2026-10-12': [{ criterion: 'ATTENDANCE', points: 5, reason: '工作日不在岗而签到' }],
    '2026-10-19': [
      { criterion: 'ATTENDANCE', points: 5, reason: '缺勤一天' },
      { criterion: 'RESIDENCE', points: 2, reason: '两晚未住宿舍' },
    ],
  },
  7: {
    '2026-09-07': [{ criterion: 'ATTENDANCE', points: 10, reason: '连续缺勤' }],
    '2026-09-14': [{ criterion: 'ATTENDANCE', points: 25, reason: '全周缺勤' }],
    '2026-09-21': [{ criterion: 'ATTENDANCE', points: 25, reason: '全周缺勤' }],
    '2026-10-05': [{ criterion: 'DUTY', points: 8, reason: '未按要求补交九月工作说明' }],
  },
};

async function loadAttendance(db: Db): Promise<void> {
  const members = TEAM.map((_, member) => member);
  const sheets = members
    .flatMap((member) =>
      WEEKS.map((week) => ({
        ...{ id: demoId('attendance-sheet', member, week), secondment: postingOf(member), week_of: week },
        days: Array.from({ length: 7 }, (_, i) => presenceOn(member, addDays(week, i))).filter(
          (day) => day !== null,
        ),
        ...{ revision: 1, agency: HOST, recorded_at: at(addDays(week, 6), 17), recorded_by: LEADER },
      })),
    )
    .filter(({ days }) => days.length > 0);
  await db('attendance_sheets')
    .comment('demo.attendanceSheets')
    .insert(sheets.map((sheet) => ({ ...sheet, days: JSON.stringify(sheet.days) })));
  await db('attendance_sheet_revisions')
    .comment('demo.attendanceSheetRevisions')
    .insert(
      sheets.map(({ id, week_of: _, ...sheet }) => ({
        ...sheet,
        sheet: id,
        days: JSON.stringify(sheet.days),
      })),
    );
  // One sheet was put right: the officer had been away on business and was entered as absent.
  const corrected = { secondment: postingOf(2), week_of: '2026-10-12' };
  const [sheet] = sheets.filter(
    ({ secondment, week_of }) => secondment === corrected.secondment && week_of === corrected.week_of,
  );
  if (sheet) {
    const before = sheet.days.map((day) =>
      day.presence === 'ON_BUSINESS' ? { ...day, presence: 'ABSENT', note: null } : day,
    );
    const recorded = { recorded_at: at('2026-10-19', 10), recorded_by: LEADER };
    await db('attendance_sheets')
      .comment('demo.correctedSheet')
      .where({ id: sheet.id })
      .update({ revision: 2, ...recorded });
    await db('attendance_sheet_revisions')
      .comment('demo.sheetAsItWas')
      .where({ sheet: sheet.id })
      .update({ days: JSON.stringify(before) });
    await db('attendance_sheet_revisions')
      .comment('demo.sheetAsItIs')
      .insert({
        ...{ sheet: sheet.id, revision: 2, secondment: sheet.secondment, days: JSON.stringify(sheet.days) },
        ...{ reason: '当日为公出，原登记为缺勤有误', agency: HOST, ...recorded },
      });
  }
  await db('check_ins').comment('demo.checkIns').insert(members.flatMap(checkInsOf));
}

function checkInsOf(member: number) {
  const rows = [];
  for (let day = FIRST_DAY; day <= LAST_DAY; day = addDays(day, 1)) {
    const said = presenceOn(member, day);
    const isThere = (said?.presence === 'PRESENT' && !isSilent(member, day)) || isUnlisted(member, day);
    if (!isThere || !calendar.isWorkingDay(day)) continue;
    const near = {
      latitude: STANDS.latitude + ((member * 7 + Number(day.slice(-2))) % 10) / 10_000,
      longitude: STANDS.longitude - ((member * 3 + Number(day.slice(-2))) % 10) / 10_000,
    };
    const position = isElsewhere(member, day) ? SHANGHAI_CENTER : near;
    const fence = geofence(position, STANDS);
    rows.push({
      ...{ id: demoId('check-in', member, day), secondment: postingOf(member), day },
      ...{ at: at(day, 8 + (member % 4) / 10), ...position, host_agency: HOST, agency: HOST },
      ...{ distance_meters: fence?.distance, is_within: fence?.isWithin, recorded_by: '移动端' },
    });
  }
  return rows;
}

async function loadScores(db: Db): Promise<void> {
  const rows = TEAM.flatMap((_, member) =>
    WEEKS.filter((week) => week >= FIRST_DAY).map((week) => {
      const deductions = DEDUCTIONS[member]?.[week] ?? [];
      return {
        ...{ id: demoId('weekly-score', member, week), secondment: postingOf(member), week_of: week },
        ...{ deductions: JSON.stringify(deductions), revision: 1, agency: HOST, recorded_by: LEADER },
        deducted: deductions.reduce((sum, { points }) => sum + points, 0),
        recorded_at: at(addDays(week, 7), 9),
      };
    }),
  );
  await db('weekly_scores')
    .comment('demo.weeklyScores')
    .insert(rows.map((row) => ({ ...row, host_agency: HOST, month: row.week_of.slice(0, 7) })));
  await db('weekly_score_revisions')
    .comment('demo.weeklyScoreRevisions')
    .insert(rows.map(({ id, week_of: _, ...row }) => ({ ...row, weekly_score: id })));
}

async function loadLeave(db: Db): Promise<void> {
  for (const leave of LEAVE) {
    const { member, from, startPart = 'FULL', to, endPart = 'FULL', outcome = 'PENDING' } = leave;
    const id = demoId('leave', member, from);
    const secondment = postingOf(member);
    const days = workingDaysOf(spanOf(leave), calendar);
    const rungs = RUNGS.slice(days <= 1 ? 0 : days <= 3 ? 1 : 2);
    const requestedAt = at(leave.requestedOn, 9);
    const isDecided = outcome !== 'PENDING' && outcome !== 'WITHDRAWN';
    const halves = spanOf(leave);
    await db('leave_requests')
      .comment('demo.leaveRequests')
      .insert({
        ...{ id, secondment, host_agency: HOST, status: outcome, days, reason: leave.reason, agency: HOST },
        ...{ starts_on: from, start_part: startPart, ends_on: to, end_part: endPart },
        ...{ requested_at: requestedAt, requested_by: '值班员 吴倩', decided_step: isDecided ? 1 : null },
        ...{ starts_half: halves.from, ends_half: halves.to },
        ...(outcome === 'RETURNED' && {
          returned_on: leave.returnedOn,
          returned_part: endPart === 'MORNING' ? 'AFTERNOON' : 'MORNING',
          days_taken: days,
        }),
      });
    await db('leave_rungs')
      .comment('demo.leaveRungs')
      .insert(
        rungs.map((role, i) => {
          const since =
            i === 0 ? requestedAt : startOfDay(addDays(calendar.addWorkingDays(leave.requestedOn, 3 * i), 1));
          return {
            ...{ leave_request: id, step: i + 1, secondment, role, agency: HOLDERS[role].agency },
            ...{ since, live_since: since },
          };
        }),
      );
    await db('leave_events')
      .comment('demo.leaveEvents')
      .insert(leaveEventsOf(leave, id, rungs[0] ?? 'TEAM_LEADER'));
  }
  await db('leave_deputies')
    .comment('demo.leaveDeputies')
    .insert({
      ...{ id: demoId('leave-deputy', HOST), agency: HOST, role: 'TEAM_LEADER', deputy: '副分队长 徐亮' },
      ...{ starts_on: '2026-09-28', ends_on: '2026-09-30', appointed_by: LEADER },
      appointed_at: at('2026-09-25', 16),
    });
}

function leaveEventsOf(leave: DemoLeave, id: string, role: LeaveRole) {
  const { requestedOn, outcome, byDeputy = false, returnedOn } = leave;
  const own = { agency: HOST, role: null, is_deputy: false, note: null };
  const holder = HOLDERS[role];
  const events: object[] = [{ ...own, kind: 'REQUEST', at: at(requestedOn, 9), actor: '值班员 吴倩' }];
  if (outcome === 'WITHDRAWN') {
    events.push({ ...own, kind: 'WITHDRAW', at: at(requestedOn, 14), actor: '值班员 吴倩' });
  } else if (outcome) {
    const isRejected = outcome === 'REJECTED';
    events.push({
      ...{ kind: isRejected ? 'REJECT' : 'APPROVE', at: at(requestedOn, 16), agency: holder.agency, role },
      ...{ actor: byDeputy ? '副分队长 徐亮' : holder.name, is_deputy: byDeputy },
      note: isRejected ? '开学季值守任务重，请另行安排' : '同意，请做好工作交接',
    });
  }
  if (returnedOn) events.push({ ...own, kind: 'RETURN', at: at(returnedOn, 17), actor: '值班员 吴倩' });
  return events.map((event, i) => ({ leave_request: id, ordinal: i + 1, ...event }));
}

async function loadSupervision(db: Db): Promise<void> {
  const check = (member: number, day: string, finding: 'PRESENT' | 'ABSENT', note: string) => ({
    ...{ id: demoId('spot-check', member, day), secondment: postingOf(member), at: at(day, 10) },
    ...{ finding, note, agency: DEPARTMENT, recorded_by: '组织部干部监督科 蒋磊' },
  });
  await db('spot_checks')
    .comment('demo.spotChecks')
    .insert([
      check(0, '2026-09-15', 'PRESENT', '在城运中心值班大厅，正在处理工单'),
      check(7, '2026-09-15', 'ABSENT', '办公室、宿舍均未见人，电话无人接听'),
      check(6, '2026-10-21', 'ABSENT', '不在岗，同组人员称其前一晚已离开'),
    ]);
  await db('reminder_talks')
    .comment('demo.reminderTalks')
    .insert({
      ...{ id: demoId('reminder-talk', 7), secondment: postingOf(7), at: at('2026-09-28', 15) },
      ...{ talker: '组织部副部长 杨春梅', agency: DEPARTMENT, recorded_by: '组织部干部监督科 蒋磊' },
      content: '就九月中旬以来连续缺勤进行提醒，要求说明情况并立即返岗。\n本人表示接受，十月起按要求在岗。',
    });
}

/** The ranking of September, published; October's is still open. */
async function loadRanking(db: Db): Promise<void> {
  const ranking = demoId('ranking', '310118104', '2026-09', 1);
  await db('ranking_editions')
    .comment('demo.rankingEditions')
    .insert({
      ...{ id: ranking, place: '310118104', month: '2026-09', edition: 1, agency: DEPARTMENT },
      ...{ published_at: at('2026-10-09', 10), published_by: '组织部干部科 陆敏' },
    });
  await db.raw(
    `/* demo.rankingEntries */
     INSERT INTO ranking_entries (ranking, place, rank, secondment, list, total, deductions, weeks)
     SELECT ?, '310118104', position, secondment, CASE WHEN position <= 3 THEN 'RED' WHEN position > of_all - 3 THEN 'BLACK' END,
       total, deductions, weeks
     FROM (
       SELECT *, row_number() OVER (ORDER BY total DESC, deductions, secondment) AS position, count(*) OVER () AS of_all
       FROM (SELECT secondment, sum(100 - deducted) AS total, sum(jsonb_array_length(deductions)) AS deductions,
               count(*) AS weeks
             FROM weekly_scores WHERE month = '2026-09' AND host_agency = ? GROUP BY secondment) AS sums
     ) AS ranked`,
    [ranking, HOST],
  );
}

export const conductDemo: Dataset = {
  name: 'demo-conduct',
  version: '1',
  load: async (db) => {
    await loadAttendance(db);
    await loadScores(db);
    await loadLeave(db);
    await loadSupervision(db);
    await loadRanking(db);
  },
};
