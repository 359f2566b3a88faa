export type Language = 'zh-CN' | 'en';

export type PageName = 'board' | 'labor-flow' | 'graphiql';

/** The texts that all pages share. */
export interface Messages {
  title: string;
  /** The pages, by the last part of their address. */
  pages: Record<PageName, string>;
  navigation: string;
  otherLanguage: string;
  loading: string;
  toDark: string;
  toLight: string;
  settings: string;
  tryAgain: string;
  close: string;
  place: string;
  noSuchPlace: string;
  unitPicker: string;
  seeAs: string;
  nobody: string;
  /** Whoever is signed in, not as a demo unit. */
  myself: string;
  noSuchUnit: string;
  role: string;
  roles: Record<string, string>;
  purpose: string;
  purposeHint: string;
  examples: string;
  unreachable(path: string): string;
  unusable(path: string, status: number): string;
  noToken(reason: string): string;
  badHeader(name: string): string;
  refused(reason: string): string;
  signInAt(title: string): string;
  signOut: string;
  signInFailed: string;
  sessionEnds(at: string): string;
  sessionEnded: string;
  signInAgainAt(title: string): string;
}

const ZH: Messages = {
  title: '长三角数据枢纽',
  pages: { board: '运行看板', 'labor-flow': '劳动力流动', graphiql: '分析工作台' },
  navigation: '页面',
  otherLanguage: 'English',
  loading: '正在载入…',
  toDark: '深色',
  toLight: '浅色',
  settings: '设置',
  tryAgain: '重试',
  close: '关闭',
  place: '地区',
  noSuchPlace: '没有匹配的地区',
  unitPicker: '以演示单位的身份查看',
  seeAs: '查看身份',
  nobody: '无人（未登录）',
  myself: '本人（已登录）',
  noSuchUnit: '没有匹配的单位',
  role: '角色',
  roles: {
    OFFICER: '经办人员',
    STEWARD: '授权管理员',
    ANALYST: '分析人员',
    AUDITOR: '审计人员',
    TEAM_LEADER: '组长',
    TOWNSHIP_PARTY_SECRETARY: '镇党委书记',
    COUNTY_ORGANIZATION_DEPARTMENT: '县委组织部',
  },
  purpose: '用途',
  purposeHint: '可不填；须与授权一致',
  examples: '示例',
  unreachable: (path) => `连接不上枢纽（${path}）：请检查网络，确认枢纽正在运行，然后重试。`,
  unusable: (path, status) =>
    `枢纽对 ${path} 的答复无法使用（HTTP ${status}）：请稍后重试，或查看枢纽的日志。`,
  noToken: (reason) => `枢纽没有签发令牌：${reason}`,
  badHeader: (name) => `请求头“${name}”无法发送：名称和值只能用 ASCII 字符，中文须先作百分号编码。`,
  refused: (reason) => `枢纽没有答复这个问题：${reason}`,
  signInAt: (title) => `登录：${title}`,
  signOut: '退出登录',
  signInFailed: '没有登录成功：请重试；若仍不行，请联系本单位的管理员。',
  sessionEnds: (at) => `登录将于 ${at} 到期。请在新页面重新登录，本页内容不受影响。`,
  sessionEnded: '登录已到期。请在新页面重新登录，然后回到本页继续；本页内容仍在。',
  signInAgainAt: (title) => `重新登录：${title}`,
};

const EN: Messages = {
  title: 'Delta Hub',
  pages: { board: 'Live board', 'labor-flow': 'Labor flow', graphiql: 'Workbench' },
  navigation: 'Pages',
  otherLanguage: '中文',
  loading: 'Loading…',
  toDark: 'Dark',
  toLight: 'Light',
  settings: 'Settings',
  tryAgain: 'Try again',
  close: 'Close',
  place: 'Place',
  noSuchPlace: 'No place matches',
  unitPicker: 'See the graph as a demo unit',
  seeAs: 'See as',
  nobody: 'Nobody (signed out)',
  myself: 'Myself (signed in)',
  noSuchUnit: 'No unit matches',
  role: 'Role',
  roles: {
    OFFICER: 'Officer',
    STEWARD: 'Grant steward',
    ANALYST: 'Analyst',
    AUDITOR: 'Auditor',
    TEAM_LEADER: 'Team leader',
    TOWNSHIP_PARTY_SECRETARY: 'Township party secretary',
    COUNTY_ORGANIZATION_DEPARTMENT: 'County organization department',
  },
  purpose: 'Purpose',
  purposeHint: 'Optional; as in the grant',
  examples: 'Examples',
  unreachable: (path) =>
    `The hub cannot be reached (${path}): check the network and that the hub runs, then try again.`,
  unusable: (path, status) =>
    `The hub’s answer to ${path} cannot be used (HTTP ${status}): try again later, or look into the hub’s log.`,
  noToken: (reason) => `The hub issued no token: ${reason}`,
  badHeader: (name) =>
    `The header “${name}” cannot be sent: names and values are ASCII; percent-encode anything else.`,
  refused: (reason) => `The hub did not answer this: ${reason}`,
  signInAt: (title) => `Sign in: ${title}`,
  signOut: 'Sign out',
  signInFailed: 'You are not signed in: try again, and if it still fails ask your unit’s administrator.',
  sessionEnds: (at) =>
    `Your sign-in ends at ${at}. Sign in again in a page of its own; nothing on this one is lost.`,
  sessionEnded:
    'Your sign-in has ended. Sign in again in a page of its own, then go on here; nothing on this page is lost.',
  signInAgainAt: (title) => `Sign in again: ${title}`,
};

export const MESSAGES: Record<Language, Messages> = { 'zh-CN': ZH, en: EN };
