import { type Column, column, oneOf, WHOLE_NUMBER, WHOLE_NUMBERS } from '../command-line/table';

/* What the script takes in beside cases, and gives out again. */

/** What is asked of the hub with the rows of a file. */
export interface TableTarget {
  /** Of leads, their list. */
  readonly leadList: string | null;
  /** Of stamps, where the round was made, and the Monday of its week. */
  readonly jurisdiction: string | null;
  readonly week: string | null;
}

export interface TableKind {
  readonly one: string;
  readonly many: string;
  readonly columns: (target: TableTarget) => readonly Column[];
  /** The field of the input that holds the rows, and how many one call takes. */
  readonly field: string;
  readonly most: number;
  readonly mutation: string;
  /** What the input says beside its rows. */
  readonly more: (target: TableTarget) => Readonly<Record<string, unknown>>;
  /** The options without which nothing can be sent. */
  readonly needs: readonly (keyof TableTarget)[];
}

const mutation = (name: string, noun: string): string => {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
  return `mutation ImportTable($input: ${type}!) { result: ${name}(input: $input) {
    done: ${noun} { __typename } userErrors { code message path } } }`;
};
const required = { isRequired: true } as const;

export const TABLES = {
  grids: {
    ...{ one: 'grid', many: 'grids', field: 'grids', most: 2_000, needs: [], more: () => ({}) },
    mutation: mutation('importGrids', 'importation'),
    columns: () => [
      column('code', '网格编码', 'code', required),
      column('name', '名称', 'name', required),
      column('kind', '网格类型', 'kind', {
        isRequired: true,
        reader: oneOf({ COMPREHENSIVE: '综合网格', DEDICATED: '专属网格' }),
      }),
      column('agency', '责任单位', 'agency'),
      column('people', '人口数', 'people', { reader: WHOLE_NUMBER }),
      column('places', '场所数', 'places', { reader: WHOLE_NUMBER }),
      column('things', '部件数', 'things', { reader: WHOLE_NUMBER }),
      column('closed_on', '停用日期', 'closedOn'),
    ],
  },
  workers: {
    ...{ one: 'worker', many: 'workers', field: 'workers', most: 5_000, needs: [], more: () => ({}) },
    mutation: mutation('importGridWorkers', 'importation'),
    columns: () => [
      column('grid', '网格编码', 'grid', required),
      column('number', '工号', 'number', required),
      column('name', '姓名', 'name', required),
      column('role', '岗位', 'role', {
        isRequired: true,
        reader: oneOf({ LEADER: '网格长', FULL_TIME: '专职网格员', PART_TIME: '兼职网格员' }),
      }),
      column('phone', '电话', 'phone'),
      column('duty_weekdays', '值班星期', 'dutyWeekdays', { reader: WHOLE_NUMBERS }),
      column('duty_begins', '上岗时刻', 'dutyBegins'),
      column('duty_ends', '下岗时刻', 'dutyEnds'),
      column('left_on', '离岗日期', 'leftOn'),
    ],
  },
  leads: {
    ...{ one: 'lead', many: 'leads', field: 'leads', most: 5_000, needs: ['leadList'] },
    mutation: mutation('pushLeads', 'push'),
    more: ({ leadList }) => ({ listId: leadList }),
    columns: () => [
      column('external_id', '外部编号', 'externalId', required),
      column('jurisdiction', '区划代码', 'jurisdiction', required),
      column('title', '事项', 'title', required),
      column('address', '地址', 'address'),
      column('evidence', '依据', 'evidence', required),
    ],
  },
  stamps: {
    ...{ one: 'stamp', many: 'stamps', field: 'stamps', most: 10_000, needs: ['jurisdiction', 'week'] },
    mutation: mutation('recordWasteRound', 'round'),
    more: ({ jurisdiction, week }) => ({ jurisdiction, weekOf: week }),
    columns: ({ week }) => [
      column('card_number', '积分卡号', 'cardNumber', required),
      // In a month's statement each week has a column, which is called by its Monday.
      column('kind', week ?? '印章类型', 'kind', {
        isRequired: true,
        reader: oneOf({ RED: '红章', EMPTY: '空桶章', BLACK: '黑章' }),
      }),
    ],
  },
} as const satisfies Record<string, TableKind>;

export type TableName = keyof typeof TABLES;
export const TABLE_NAMES = Object.keys(TABLES) as TableName[];
