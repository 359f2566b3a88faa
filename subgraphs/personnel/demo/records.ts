import type { Db } from '../../kit/database';
import { demoId } from '../../kit/demo';
import { addDays, lastDayOf, monthAfter, startOfDay } from '../../kit/time';
import type { Grade } from '../assessments/rules';
import { midtermDueOn } from '../assessments/rules';
import type { HousingKind } from '../housing/rules';
import { daysInMonth, monthsOf } from '../reports/rules';
import { recordEvent } from '../secondments/store';
import { DEMO_OFFICERS, demoOfficerId } from './officers';
import { DEMO_POSTINGS, type DemoPosting } from './postings';

/* What postings are watched by: reports, assessments, mentors, housing, extensions. */

type Posting = DemoPosting & { id: string };

const at = (day: string, hour: number): Date => new Date(startOfDay(day).getTime() + hour * 3_600_000);
const personOf = (agency: string): string =>
  DEMO_OFFICERS.find((officer) => officer.agency === agency)?.name ?? agency;

/** The last month that the demo tells of. */
const LAST_MONTH = '2026-10';
const UNTIL = lastDayOf(LAST_MONTH);

const ACTIVE: readonly Posting[] = DEMO_POSTINGS.filter(
  ({ program, status }) => program === 'YRD-2026' && status === 'ACTIVE',
);
const AT_JINZE = ACTIVE.filter(({ host }) => host === '310118104-CITYOPS');
const COMPLETED = DEMO_POSTINGS.filter(({ status }) => status === 'COMPLETED');

const MONTHLY_TITLES: readonly (readonly [string, string])[] = [
  ['熟悉岗位、走访基层情况汇报', '走访村居和相关站所，了解岗位职责与办事流程，梳理问题清单。'],
  ['跨界联动协同情况汇报', '参与毗邻地区联动会商，跟踪办理跨界事项，形成工作台账。'],
  ['服务企业与群众情况汇报', '随同走访企业和农户，收集诉求并逐项反馈，推动解决实际困难。'],
  ['重点任务推进情况汇报', '对照年度任务清单推进分管事项，存在的问题和下月计划附后。'],
];

/** Months that someone does not report: a posting of which an alert tells. */
const SILENT: Readonly<Record<string, string>> = { '330421103-CITYOPS': '2026-08', '140107-ORG': '2026-10' };

function reportsOf(posting: Posting, serial: number) {
  const { id, home, host, starts_on, ends_on } = posting;
  const silentFrom = host === '310118104-CITYOPS' ? (SILENT[home] ?? '9999-12') : '9999-12';
  return monthsOf({ starts_on, ends_on }, UNTIL)
    .filter((month) => daysInMonth({ starts_on, ends_on }, month) >= 15 && month < silentFrom)
    .map((month, i) => {
      const [title, body] = MONTHLY_TITLES[(serial + i) % MONTHLY_TITLES.length] ?? ['', ''];
      const submitted = at(`${monthAfter(month)}-05`, 9 + (serial % 8));
      const isLast = month === LAST_MONTH;
      const status = !isLast
        ? 'CIRCULATED'
        : serial % 3 === 0
          ? 'SUBMITTED'
          : serial % 3 === 1
            ? 'RETURNED'
            : 'CIRCULATED';
      return {
        report: {
          ...{ id: demoId('report', id, month), secondment: id, kind: 'MONTHLY', month },
          ...{ title: `${Number(month.slice(5))}月${title}`, body, status, submitted_by: host },
          ...{ first_submitted_at: submitted, submitted_at: submitted },
          ...(status === 'SUBMITTED'
            ? { editor_note: null, decided_by: null, decided_at: null }
            : {
                editor_note:
                  status === 'RETURNED'
                    ? '请补充具体案例和数据后重新提交。'
                    : '做法具体，编发各挂职干部参阅。',
                ...{ decided_by: home, decided_at: at(`${monthAfter(month)}-08`, 10) },
              }),
        },
      };
    })
    .map(({ report }) => report);
}

/** Final reports of those who went round the five towns first. */
const finalReportOf = ({ id, host, ends_on }: Posting) => ({
  ...{ id: demoId('report', id, 'final'), secondment: id, kind: 'FINAL', month: '' },
  title: '“青蓝工程”互派挂职考察报告',
  body: '三个月来先后在三个镇轮岗，现将毗邻镇在河湖联保、联席会审、网格巡查方面可借鉴的做法报告如下。',
  ...{ status: 'CIRCULATED', submitted_by: host },
  ...{ first_submitted_at: at(ends_on, 15), submitted_at: at(ends_on, 15) },
  ...{ editor_note: '五镇互学互鉴的第一批成果，印发各镇。', decided_by: '310118-ORG' },
  decided_at: at(addDays(ends_on, 6), 10),
});

type DemoReport = ReturnType<typeof reportsOf>[number] | ReturnType<typeof finalReportOf>;

const eventsOf = (report: DemoReport) => {
  const of = { report: report.id, secondment: report.secondment };
  const submitted = {
    ...{
      ...of,
      ordinal: 1,
      status: 'SUBMITTED',
      at: report.submitted_at,
      actor: personOf(report.submitted_by),
    },
    ...{ agency: report.submitted_by, title: report.title, body: report.body, editor_note: null },
  };
  if (report.decided_by === null) return [submitted];
  return [
    submitted,
    {
      ...{
        ...of,
        ordinal: 2,
        status: report.status,
        at: report.decided_at,
        actor: personOf(report.decided_by),
      },
      ...{ agency: report.decided_by, title: null, body: null, editor_note: report.editor_note },
    },
  ];
};

const assessment = (posting: Posting, kind: 'MIDTERM' | 'FINAL', agency: string, serial: number) => {
  const grade: Grade = serial % 4 === 0 ? 'EXCELLENT' : 'COMPETENT';
  const day = kind === 'FINAL' ? posting.ends_on : midtermDueOn(posting);
  return {
    ...{ id: demoId('assessment', posting.id, kind, agency), secondment: posting.id, kind, agency, grade },
    comment:
      grade === 'EXCELLENT'
        ? '主动作为，协调有力，群众反映好。'
        : '履职认真，能够完成交办任务，遵守各项纪律。',
    ...{ assessed_at: at(day, agency === posting.home ? 10 : 9), assessed_by: personOf(agency) },
  };
};

const HOUSING: readonly (readonly [HousingKind, string])[] = [
  ['VILLAGE_OFFICE', '莲湖村村部二楼'],
  ['TEACHING_POINT', '岑卜村原教学点宿舍'],
  ['HOME', '雪米村农户家'],
  ['CLINIC', '淀西村卫生室值班间'],
  ['DORMITORY', '金泽镇机关宿舍3号楼'],
  ['RENTED', '金泽镇迎祥街租住房'],
  ['OTHER', '金泽镇培训中心'],
];

/** An extension that was agreed on, as the timeline tells it, and one that waits. */
function extensions() {
  const agreed = DEMO_POSTINGS.flatMap(({ id, home, host, ends_on, extendedFrom }) =>
    extendedFrom === undefined
      ? []
      : [
          {
            ...{ id: demoId('extension', id, ends_on), secondment: id, status: 'AGREED', stints: '[]' },
            ...{
              previously_ends_on: extendedFrom,
              ends_on,
              reason: '所承担任务尚未完成，经双方协商继续挂职',
            },
            ...{
              proposed_by: host,
              proposer: personOf(host),
              proposed_at: at(addDays(extendedFrom, -14), 10),
            },
            ...{
              answered_by: home,
              answerer: personOf(home),
              answered_at: at(addDays(extendedFrom, -10), 14),
            },
            note: '同意延期',
          },
        ],
  );
  const overdue = DEMO_POSTINGS.find(({ home, status }) => home === '341800-HRSS' && status === 'ACTIVE');
  if (!overdue) throw new Error('the demo has no overdue posting');
  const { id, host, ends_on } = overdue;
  const waiting = {
    ...{ id: demoId('extension', id, '2027-01-31'), secondment: id, status: 'PROPOSED', stints: '[]' },
    ...{
      previously_ends_on: ends_on,
      ends_on: '2027-01-31',
      reason: '年底劳动关系专项行动需要，建议继续挂职',
    },
    ...{ proposed_by: host, proposer: personOf(host), proposed_at: at('2026-10-28', 10) },
    ...{ answered_by: null, answerer: null, answered_at: null, note: null },
  };
  return [...agreed, waiting];
}

export async function loadRecords(db: Db): Promise<void> {
  const monthly = ACTIVE.flatMap(reportsOf);
  const final = COMPLETED.filter(({ program }) => program === 'QINGLAN-2020').map(finalReportOf);
  const reports: readonly DemoReport[] = [...monthly, ...final];
  await db('secondment_reports')
    .comment('demo.reports')
    .insert([...reports]);
  await db('secondment_report_events').comment('demo.reportEvents').insert(reports.flatMap(eventsOf));
  await db('secondment_assessments')
    .comment('demo.assessments')
    .insert([
      ...COMPLETED.flatMap((posting, i) =>
        [posting.home, posting.host].map((agency) => assessment(posting, 'FINAL', agency, i)),
      ),
      ...ACTIVE.flatMap((posting, i) =>
        [posting.home, posting.host].map((agency) => assessment(posting, 'MIDTERM', agency, i)),
      ),
    ]);
  await db('secondment_extensions').comment('demo.extensions').insert(extensions());
  await db('secondment_housing')
    .comment('demo.housing')
    .insert(
      AT_JINZE.flatMap(({ id, host, starts_on }, i) => {
        const by = { recorded_by: host, recorder: personOf(host), recorded_at: at(starts_on, 16) };
        const place = (n: number, lives_from: string) => {
          const [kind, address] = HOUSING[n % HOUSING.length] ?? ['OTHER', ''];
          return { id: demoId('housing', id, lives_from), secondment: id, kind, address, lives_from, ...by };
        };
        // Some moved once, when the rooms of the village office were repaired.
        return i % 3 === 0 ? [place(i, starts_on), place(i + 4, '2026-07-01')] : [place(i, starts_on)];
      }),
    );
  for (const [i, posting] of AT_JINZE.entries()) {
    const mentors = [
      { kind: 'OPERATIONAL', officer: demoOfficerId('310118104-CITYOPS', i % 2 === 0 ? 1 : 3) },
      { kind: 'POLITICAL', officer: demoOfficerId('310118104-GOV', 1) },
    ];
    const act = {
      user: personOf(posting.host),
      agency: posting.host,
      at: at(addDays(posting.starts_on, 1), 10),
    };
    for (const { kind, officer } of mentors) {
      await db('secondment_mentors')
        .comment('demo.mentors')
        .insert({
          ...{ id: demoId('mentor', posting.id, kind), secondment: posting.id, officer, kind },
          ...{ assigned_by: posting.host, assigned_at: act.at },
        });
      const name = DEMO_OFFICERS.find(({ id }) => id === officer)?.name ?? null;
      await recordEvent(db, posting.id, 'MENTOR_ASSIGNED', act, name);
    }
  }
}
