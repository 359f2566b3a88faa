import path from 'node:path';
import { Eta } from 'eta';
import { create } from 'qrcode';
import type { LicenseApplicationRow } from '../applications/store';
import type { CertificateContent } from '../decisions/certificate';
import type { DecisionRow, OpinionRow, RecusalRow } from '../decisions/store';
import type { ReviewFunctionRow } from '../procedures/store';
import type {
  LicenseApplicationKind,
  LicenseDecisionOutcome,
  ReviewAgendaResult,
  ReviewSessionStatus,
  ReviewVerdict,
} from '../schema-types';
import type { AgendaItemRow, AttendanceRow, ReviewSessionRow } from '../sessions/store';

/*
 * Documents as pages made for print. Everything that a template writes with `<%= %>` is escaped; what it takes as it is
 * (`<%~ %>`) is made here: the body within the page, and the QR code.
 */

const eta = new Eta({ views: path.join(__dirname, 'templates'), cache: true });

const KIND_NAMES = {
  NEW_BUSINESS: '新开业',
  RENOVATION: '装修改造',
  CHANGE_OF_BUSINESS: '业态变更',
} as const satisfies Record<LicenseApplicationKind, string>;
const OUTCOME_NAMES = {
  APPROVED: '通过',
  APPROVED_WITH_CONDITIONS: '有条件通过',
  REJECTED: '不通过',
} as const satisfies Record<LicenseDecisionOutcome, string>;
const VERDICT_NAMES = {
  APPROVE: '同意',
  APPROVE_WITH_CONDITIONS: '有条件同意',
  SUPPLEMENT: '补正',
  OBJECT: '反对',
} as const satisfies Record<ReviewVerdict, string>;
const RESULT_NAMES = {
  PENDING: '待审议',
  DECIDED: '已决定',
  RETURNED: '补正后再审',
  CARRIED_OVER: '移至下次会议',
  REMOVED: '移出议程',
} as const satisfies Record<ReviewAgendaResult, string>;
const STATUS_NAMES = {
  PLANNED: '待召开',
  OPEN: '进行中',
  CLOSED: '已闭会',
  LAPSED: '流会',
  CANCELLED: '已取消',
} as const satisfies Record<ReviewSessionStatus, string>;
const FUNCTION_NAMES: Readonly<Record<string, string>> = {
  INVESTMENT: '招商',
  BUILDING_APPEARANCE: '建筑风貌',
  FIRE_SAFETY: '消防安全',
  TOURISM: '文化旅游',
};

const functionName = (code: string): string => FUNCTION_NAMES[code] ?? code;

const SHANGHAI = new Intl.DateTimeFormat('zh-CN', {
  ...{ timeZone: 'Asia/Shanghai', dateStyle: 'long', timeStyle: 'short', hourCycle: 'h23' },
});
const inShanghai = (at: Date | null): string | null => at && SHANGHAI.format(at);

const DAY = new Intl.DateTimeFormat('zh-CN', { timeZone: 'UTC', dateStyle: 'long' });
const WEEKDAY = new Intl.DateTimeFormat('zh-CN', { timeZone: 'UTC', weekday: 'long' });
const dayOnPaper = (day: string): string => DAY.format(new Date(`${day}T00:00:00Z`));
const dayAndWeekday = (day: string): string =>
  `${dayOnPaper(day)}（${WEEKDAY.format(new Date(`${day}T00:00:00Z`))}）`;

/** Where a certificate is verified by whoever has its paper. */
export const certificateUrl = (hubAddress: string, number: string, hash: string): string =>
  `${hubAddress.replace(/\/+$/, '')}/certificates/${encodeURIComponent(number)}/${encodeURIComponent(hash)}`;

/** A QR code as an SVG image of one path, with the quiet zone of four modules that readers need. */
function qrSvg(text: string): string {
  const { modules } = create(text, { errorCorrectionLevel: 'M' });
  const side = modules.size + 8;
  let path = '';
  for (let row = 0; row < modules.size; row += 1) {
    for (let column = 0; column < modules.size; column += 1) {
      if (modules.get(row, column)) path += `M${column + 4} ${row + 4}h1v1h-1z`;
    }
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" role="img" aria-label="QR"><path fill="#fff" d="M0 0h${side}v${side}H0z"/><path d="${path}"/></svg>`;
}

/** A certificate on paper, with a QR code that leads to where it is verified. */
export function certificatePage(content: CertificateContent, hash: string, hubAddress: string): string {
  const url = certificateUrl(hubAddress, content.number, hash);
  return eta.render('./certificate', {
    ...{ ...content, hash, url, qr: qrSvg(url), issuerName: content.issuerName ?? content.issuer },
    ...{ kindName: KIND_NAMES[content.kind], outcomeName: OUTCOME_NAMES[content.outcome] },
    decidedOn: dayOnPaper(content.decidedOn),
    conditions: content.conditions.map(({ text, dueOn }) => ({ text, dueOn: dayOnPaper(dueOn) })),
  });
}

/** What a meeting's documents are made of. */
export interface MeetingPapers {
  readonly session: ReviewSessionRow;
  readonly officeName: string;
  readonly functions: readonly ReviewFunctionRow[];
  readonly attendance: readonly AttendanceRow[];
  readonly items: readonly {
    readonly item: AgendaItemRow;
    readonly application: LicenseApplicationRow;
    readonly opinions: readonly OpinionRow[];
    readonly recusals: readonly RecusalRow[];
    readonly decision: DecisionRow | null;
  }[];
}

const headOf = ({ session, officeName, functions }: MeetingPapers) => ({
  ...{ office: officeName, heldOn: dayAndWeekday(session.held_on), isProvisional: session.is_provisional },
  ...{ cutOff: inShanghai(session.cut_off_at), quorum: session.quorum, capacity: session.capacity },
  functions: functions.map(({ code, is_veto }) => `${functionName(code)}${is_veto ? '（有否决权）' : ''}`),
});

/** The agenda of a meeting: what it is to hear. */
export const agendaPage = (papers: MeetingPapers): string =>
  eta.render('./agenda', {
    ...headOf(papers),
    items: papers.items
      .filter(({ item }) => item.result !== 'REMOVED')
      .map(({ item, application }) => ({
        ...{ position: item.agenda_position, number: application.number, shopName: application.shop_name },
        ...{ address: application.address, kindName: KIND_NAMES[application.kind] },
        proposal: application.proposal,
      })),
  });

/** The minutes of a meeting: who was there, and what it came to. */
export const minutesPage = (papers: MeetingPapers): string =>
  eta.render('./minutes', {
    ...headOf(papers),
    ...{ statusName: STATUS_NAMES[papers.session.status], chair: papers.session.chair },
    ...{ openedAt: inShanghai(papers.session.opened_at), closedAt: inShanghai(papers.session.closed_at) },
    note: papers.session.note,
    attendance: papers.attendance.map(({ function: code, is_present: isPresent, representative }) => ({
      ...{ name: functionName(code), isPresent, representative },
    })),
    items: papers.items.map(({ item, application, opinions, recusals, decision }) => ({
      ...{ position: item.agenda_position, number: application.number, shopName: application.shop_name },
      ...{ address: application.address, kindName: KIND_NAMES[application.kind], note: item.note },
      // Another meeting's decision is not this one's.
      resultName:
        item.result === 'DECIDED' && decision?.session_id === item.session_id
          ? `决定：${OUTCOME_NAMES[decision.outcome]}`
          : RESULT_NAMES[item.result],
      recusals: recusals.map(({ person, reason }) => `${person}（${reason}）`),
      opinions: opinions.map(({ function: code, speaker, verdict, comment, conditions }) => ({
        ...{ name: functionName(code), speaker, verdictName: VERDICT_NAMES[verdict], comment, conditions },
      })),
    })),
  });
