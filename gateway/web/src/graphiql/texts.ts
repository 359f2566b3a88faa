import type { Language } from '../shared/messages';
import type { ChartKind } from './results/chart-choice';
import type { WithheldValue } from './withheld';

interface WorkbenchTexts {
  views: { json: string; table: string; chart: string; withheld: string; receipts: string; timing: string };
  viewsName: string;
  nothingYet: string;
  noTable: string;
  noChart: string;
  list: string;
  wholeAnswer: string;
  rows(count: string): string;
  loadMore: string;
  csv: string;
  csvAll: string;
  cancel: string;
  loadedSoFar(count: string): string;
  failed(reason: string): string;
  chart: string;
  charts: Record<ChartKind, string>;
  proposed(kind: string): string;
  value: string;
  chartLabel(kind: string, path: string, rows: number): string;
  noneWithheld: string;
  withheldNote: string;
  field: string;
  item: string;
  reason: string;
  reasons: Record<'NO_GRANT' | 'NO_PURPOSE' | 'EXPIRED' | 'UNCONFIRMED', string>;
  providers: string;
  count: string;
  prepare: string;
  /** The same in a cell. */
  prepareShort: string;
  statePurpose: string;
  /** Instead of a reason where no grant opens anything. */
  partiesOnly: string;
  withheldCell: string;
  withheldBy(provider: string, reason: string): string;
  withheldCount(count: string): string;
  previousWithheld: string;
  nextWithheld: string;
  /** A provider with its reason, and in how many places of the answer, if that is known. */
  providerOf(provider: string, reason: string, places: string | null): string;
  placesLeftOff(count: string): string;
  csvCell(words: string): string;
  notDrawn(rows: string, column: string, words: string): string;
  notDrawnEmpty(rows: string, column: string): string;
  noReceipts: string;
  receiptsNote: string;
  operation: string;
  at: string;
  receipt: string;
  hash: string;
  timings: { waited: string; read: string; size: string };
  library: string;
  libraryNote: string;
  mine: string;
  noneMine: string;
  save: string;
  remove(name: string): string;
  copyLink: string;
  copied: string;
  search: string;
  searchLabel: string;
  searchHint: string;
  found(count: number): string;
  noneFound: string;
  purposeInGrant: string;
}

const ZH: WorkbenchTexts = {
  views: { json: 'JSON', table: '表格', chart: '图表', withheld: '未披露', receipts: '回执', timing: '用时' },
  viewsName: '答复的看法',
  nothingYet: '先运行一个查询。',
  noTable: '这个答复里没有可以列成表的内容。',
  noChart: '这个列表画不成图：需要至少两行，并有一列数值。',
  list: '列表',
  wholeAnswer: '整个答复',
  rows: (count) => `${count} 行`,
  loadMore: '再读一页',
  csv: '下载 CSV',
  csvAll: '下载全部页的 CSV',
  cancel: '停止',
  loadedSoFar: (count) => `已读 ${count} 行…`,
  failed: (reason) => `未能读完：${reason}`,
  chart: '图表类型',
  charts: { series: '时间序列', ranking: '排名', matrix: '矩阵热力图', flows: '流向图' },
  proposed: (kind) => `${kind}（建议）`,
  value: '数值列',
  chartLabel: (kind, path, rows) => `${kind}：${path}，${rows} 行。数据见表格。`,
  noneWithheld: '这个答复没有未披露的内容。',
  withheldNote: '以下字段因没有授权而为空。',
  field: '字段',
  item: '目录项',
  reason: '原因',
  reasons: {
    NO_GRANT: '没有授权',
    NO_PURPOSE: '未声明授权的用途',
    EXPIRED: '授权已过期',
    UNCONFIRMED: '授权暂时无法确认，请稍后重试',
  },
  providers: '提供单位',
  count: '行数',
  prepare: '准备授权申请',
  prepareShort: '申请授权',
  statePurpose: '请在上方“用途”栏按授权填写用途，再运行一次。',
  partiesOnly: '仅限当事单位，不能申请授权',
  withheldCell: '未披露',
  withheldBy: (provider, reason) => `未披露：${provider}，${reason}`,
  withheldCount: (count) => `${count} 处未披露`,
  previousWithheld: '上一处',
  nextWithheld: '下一处',
  providerOf: (provider, reason, places) =>
    places === null ? `${provider}：${reason}` : `${provider}：${reason}，${places} 处`,
  placesLeftOff: (count) => `另有 ${count} 处未逐一标出，请分次查询。`,
  csvCell: (words) => `（${words}）`,
  notDrawn: (rows, column, words) => `${rows} 行未画出：${column} ${words}`,
  notDrawnEmpty: (rows, column) => `${rows} 行未画出：${column} 没有值`,
  noReceipts: '打开页面以来，没有看过其他单位的受控数据。',
  receiptsNote: '每次读到或被拒读其他单位的受控数据，都会留下回执，提供单位可以查阅。',
  operation: '操作',
  at: '时间',
  receipt: '回执',
  hash: '散列',
  timings: { waited: '等待首字节', read: '读取', size: '大小' },
  library: '查询库',
  libraryNote: '按用户类别整理，点开即用。',
  mine: '我的查询',
  noneMine: '还没有保存过查询。',
  save: '保存当前查询',
  remove: (name) => `删除“${name}”`,
  copyLink: '复制当前查询的链接',
  copied: '链接已复制：只含查询和变量，不含身份。',
  search: '查文档',
  searchLabel: '在文档中查找（中文或英文）',
  searchHint: '例如：督办、overdue',
  found: (count) => `找到 ${count} 处`,
  noneFound: '没有找到。',
  purposeInGrant: '请写明用途',
};

const EN: WorkbenchTexts = {
  views: {
    json: 'JSON',
    table: 'Table',
    chart: 'Chart',
    withheld: 'Withheld',
    receipts: 'Receipts',
    timing: 'Timing',
  },
  viewsName: 'Ways to see the answer',
  nothingYet: 'Run a query first.',
  noTable: 'There is nothing in this answer that could be a table.',
  noChart: 'This list makes no chart: it takes two rows and a column of amounts.',
  list: 'List',
  wholeAnswer: 'the whole answer',
  rows: (count) => `${count} rows`,
  loadMore: 'Load more',
  csv: 'Download CSV',
  csvAll: 'Download all pages as CSV',
  cancel: 'Stop',
  loadedSoFar: (count) => `${count} rows so far…`,
  failed: (reason) => `Not all could be read: ${reason}`,
  chart: 'Chart',
  charts: { series: 'Time series', ranking: 'Ranking', matrix: 'Heat map', flows: 'Flow diagram' },
  proposed: (kind) => `${kind} (proposed)`,
  value: 'Amount',
  chartLabel: (kind, path, rows) => `${kind} of ${path}, ${rows} rows. The table has the figures.`,
  noneWithheld: 'Nothing of this answer was withheld.',
  withheldNote: 'These fields are empty for want of a grant.',
  field: 'Field',
  item: 'Item',
  reason: 'Reason',
  reasons: {
    NO_GRANT: 'no grant',
    NO_PURPOSE: 'its purpose was not stated',
    UNCONFIRMED: 'the grant could not be confirmed; try again shortly',
    EXPIRED: 'the grant has expired',
  },
  providers: 'Provider',
  count: 'Rows',
  prepare: 'Prepare a grant request',
  prepareShort: 'Request',
  statePurpose: 'State the grant’s purpose in the field above, and run it again.',
  partiesOnly: 'for the parties alone, no grant opens it',
  withheldCell: 'withheld',
  withheldBy: (provider, reason) => `withheld by ${provider}: ${reason}`,
  withheldCount: (count) => `${count} withheld`,
  previousWithheld: 'Previous',
  nextWithheld: 'Next',
  providerOf: (provider, reason, places) =>
    places === null ? `${provider}: ${reason}` : `${provider}: ${reason}, ${places} places`,
  placesLeftOff: (count) => `${count} more places are not marked one by one: ask for less at once.`,
  csvCell: (words) => `(${words})`,
  notDrawn: (rows, column, words) => `${rows} rows are not drawn: ${column} ${words}`,
  notDrawnEmpty: (rows, column) => `${rows} rows are not drawn: ${column} has no value`,
  noReceipts: 'Nothing of another unit’s guarded data was seen since the page was opened.',
  receiptsNote:
    'Whenever another unit’s guarded data is shown or refused, a receipt is left, which its provider reads.',
  operation: 'Operation',
  at: 'At',
  receipt: 'Receipt',
  hash: 'Hash',
  timings: { waited: 'To first byte', read: 'Reading', size: 'Size' },
  library: 'Query library',
  libraryNote: 'For each kind of user; a click opens it.',
  mine: 'Mine',
  noneMine: 'No query has been saved yet.',
  save: 'Save this query',
  remove: (name) => `Remove “${name}”`,
  copyLink: 'Copy a link to this query',
  copied: 'Copied: it carries query and variables, and nobody’s identity.',
  search: 'Search the docs',
  searchLabel: 'Search the docs, in Chinese or English',
  searchHint: 'for example 督办, overdue',
  found: (count) => `${count} found`,
  noneFound: 'Nothing found.',
  purposeInGrant: 'Say what for',
};

export const WORKBENCH_TEXTS: Record<Language, WorkbenchTexts> = { 'zh-CN': ZH, en: EN };

/** Why a value is withheld, in words. */
export const reasonWords = (texts: WorkbenchTexts, { isGrantable, reason }: WithheldValue): string =>
  isGrantable ? texts.reasons[reason] : texts.partiesOnly;

/** That a value is withheld, by whom and why, in words. */
export const withheldWords = (texts: WorkbenchTexts, value: WithheldValue): string =>
  texts.withheldBy(value.provider, reasonWords(texts, value));
