import { type CsvColumn, csvPage } from '../../kit/csv';
import { agenciesByCode } from '../../kit/directory';
import type { GridContext } from '../loaders';
import type { LeadResult, LeadStatus } from './rules';
import { type LeadRow, leadsIn } from './store';

const EXPORT_MAXIMUM = 1_000;

const STATUS: Record<LeadStatus, string> = { PUSHED: '待分派', ASSIGNED: '待核查', CHECKED: '已核查' };
const RESULT: Record<LeadResult, string> = {
  CONFIRMED: '属实',
  UNFOUNDED: '不属实',
  UNREACHABLE: '无法联系',
};

const columnsOf = (names: ReadonlyMap<string, string>): CsvColumn<LeadRow>[] => [
  { heading: '外部编号', value: (lead) => lead.external_id },
  { heading: '区划代码', value: ({ jurisdiction }) => jurisdiction },
  { heading: '事项', value: ({ title }) => title },
  { heading: '地址', value: ({ address }) => address },
  { heading: '依据', value: ({ evidence }) => evidence },
  { heading: '核查期限', value: (lead) => lead.due_on },
  { heading: '状态', value: ({ status }) => STATUS[status] },
  { heading: '核查单位', value: ({ agency }) => agency && (names.get(agency) ?? agency) },
  { heading: '网格', value: ({ grid }) => grid },
  { heading: '核查结果', value: ({ result }) => result && RESULT[result] },
  { heading: '核查说明', value: (lead) => lead.result_note },
  { heading: '核查时间', value: (lead) => lead.checked_at },
  { heading: '照片', value: ({ photos }) => photos.join(' ') },
];

/** A page of a list's leads as text. */
export async function exportLeads(
  context: GridContext,
  { listId, first, after }: { listId: string; first?: number | null; after?: string | null },
) {
  const { db, now } = context;
  const page = await leadsIn(
    db,
    { listId, first: first ?? EXPORT_MAXIMUM, after },
    { now, maximum: EXPORT_MAXIMUM },
  );
  const rows = page.edges.map(({ node }) => node);
  context.discloses(
    'grid.people',
    rows.map((lead) => ({ id: lead.id, provider: lead.pushed_by })),
  );
  const agencies = await agenciesByCode(db, [...new Set(rows.flatMap(({ agency }) => agency ?? []))]);
  return csvPage(columnsOf(new Map(agencies.map(({ code, name }) => [code, name]))), rows, {
    after,
    pageInfo: page.pageInfo,
  });
}
