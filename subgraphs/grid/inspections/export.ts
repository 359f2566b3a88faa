import { type CsvColumn, csvOf, csvPage } from '../../kit/csv';
import { agenciesByCode } from '../../kit/directory';
import { categoriesByCode } from '../categories/store';
import type { GridContext } from '../loaders';
import { type InspectionFindingStatus, type Score, scoreOf } from './rules';
import { bonusRuleOf } from './score';
import { campaignsById, findingsIn, type InspectionFindingRow, talliesOf } from './store';

const EXPORT_MAXIMUM = 1_000;

const STATUS: Record<InspectionFindingStatus, string> = {
  SUBMITTED: '待复核',
  ACCEPTED: '已通过',
  RETURNED: '已退回',
  WITHDRAWN: '已撤回',
};

type Names = ReadonlyMap<string, string>;
const findingColumns = (names: Names): CsvColumn<InspectionFindingRow>[] => [
  { heading: '编号', value: ({ id }) => id },
  { heading: '检查单位', value: ({ inspector }) => names.get(inspector) ?? inspector },
  { heading: '受检单位', value: ({ inspected }) => names.get(inspected) ?? inspected },
  { heading: '类别', value: ({ category }) => names.get(category) ?? category },
  { heading: '问题描述', value: ({ description }) => description },
  { heading: '责任人', value: (row) => row.responsible_person },
  { heading: '责任人电话', value: (row) => row.responsible_phone },
  { heading: '道路', value: ({ road }) => road },
  { heading: '纬度', value: ({ latitude }) => latitude },
  { heading: '经度', value: ({ longitude }) => longitude },
  { heading: '发现时间', value: (row) => row.found_at },
  { heading: '状态', value: ({ status }) => STATUS[status] },
  { heading: '退回理由', value: (row) => row.return_reason },
  { heading: '照片', value: ({ photos }) => photos.join(' ') },
];

const scoreColumns = (names: Names): CsvColumn<Score>[] => [
  { heading: '单位代码', value: ({ agency }) => agency },
  { heading: '单位', value: ({ agency }) => names.get(agency) },
  { heading: '通过', value: ({ accepted }) => accepted },
  { heading: '退回', value: ({ returned }) => returned },
  { heading: '待复核', value: ({ submitted }) => submitted },
  { heading: '是否达到基数', value: ({ hasMetFloor }) => (hasMetFloor ? '是' : '否') },
  { heading: '加分', value: ({ bonus }) => bonus },
  { heading: '被查问题', value: (score) => score.found_against },
];

/** A page of a campaign's findings as text. */
export async function exportFindings(
  context: GridContext,
  { campaignId, first, after }: { campaignId: string; first?: number | null; after?: string | null },
) {
  const { db } = context;
  const page = await findingsIn(db, { campaignId, first: first ?? EXPORT_MAXIMUM, after }, EXPORT_MAXIMUM);
  const rows = page.edges.map(({ node }) => node);
  context.discloses(
    'grid.inspections',
    rows.map(({ id, organizer }) => ({ id, provider: organizer })),
  );
  const agencies = await agenciesByCode(db, [
    ...new Set(rows.flatMap(({ inspector, inspected }) => [inspector, inspected])),
  ]);
  const categories = await categoriesByCode(db, [...new Set(rows.map(({ category }) => category))]);
  const names = new Map([...agencies, ...categories].map(({ code, name }) => [code, name]));
  return csvPage(findingColumns(names), rows, { after, pageInfo: page.pageInfo });
}

/** A campaign's scores as text; null when the viewer sees no such campaign. */
export async function exportScores(context: GridContext, campaignId: string) {
  const { db } = context;
  const [campaign] = await campaignsById(db, [campaignId]);
  if (!campaign) return null;
  context.discloses('grid.inspections', [{ id: campaign.id, provider: campaign.organizer }]);
  const tallies = await talliesOf(db, [campaign.id]);
  const agencies = await agenciesByCode(
    db,
    tallies.map(({ agency }) => agency),
  );
  const names = new Map(agencies.map(({ code, name }) => [code, name]));
  const scores = tallies.map((tally) => scoreOf(tally, bonusRuleOf(campaign)));
  return {
    content: csvOf(scoreColumns(names), scores),
    count: scores.length,
    pageInfo: { hasNextPage: false, endCursor: null },
  };
}
