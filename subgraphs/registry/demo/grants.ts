import type { ItemName } from '../../kit/catalog';
import type { Db } from '../../kit/database';
import { demoId } from '../../kit/demo';
import type { StoredStatus } from '../grants/rules';

/** A step of a demo grant: when, and who of the unit whose turn it was. */
type Step = [at: string, user: string, reason?: string];

interface DemoGrant {
  item: ItemName;
  provider: string;
  consumer: string;
  purpose: string;
  /** First and last day. */
  valid: [string, string];
  requested: Step;
  approved?: Step;
  rejected?: Step;
  revoked?: Step;
}

/** Grants in every status; two of them have expired, one of which nobody decided in time. */
const GRANTS: DemoGrant[] = [
  {
    ...{ item: 'labor-flow.reports', provider: '341200-HRSS', consumer: '310000-YRDOFFICE' },
    ...{ purpose: 'regional statistics', valid: ['2026-01-01', '2028-12-31'] },
    requested: ['2025-12-08T02:10:00Z', '沈若溪'],
    approved: ['2025-12-11T06:30:00Z', '韩志远'],
  },
  {
    ...{ item: 'labor-flow.reports', provider: '310000-HRSS', consumer: '310000-YRDOFFICE' },
    ...{ purpose: 'regional statistics', valid: ['2026-01-01', '2028-12-31'] },
    requested: ['2025-12-08T02:16:00Z', '沈若溪'],
    approved: ['2025-12-09T01:45:00Z', '顾明哲'],
  },
  {
    ...{ item: 'agriculture.batches', provider: '341225-AGRI', consumer: '310000-AGRI' },
    ...{ purpose: '产地追溯', valid: ['2026-03-01', '2027-02-28'] },
    requested: ['2026-02-24T03:00:00Z', '陆秋实'],
    approved: ['2026-02-26T08:20:00Z', '马立新', '限农产品质量安全追溯使用'],
  },
  {
    ...{ item: 'personnel.officer-contact', provider: '310118-ORG', consumer: '330421-ORG' },
    ...{ purpose: '跨省挂职干部联络', valid: ['2026-12-01', '2027-11-30'] },
    requested: ['2026-11-19T07:05:00Z', '俞佳宁'],
  },
  {
    ...{ item: 'grid.cases', provider: '310118104-CITYOPS', consumer: '330421111-CITYOPS' },
    ...{ purpose: '省际毗邻区域联勤联动', valid: ['2026-11-20', '2027-12-31'] },
    requested: ['2026-11-20T01:25:00Z', '钱思远'],
  },
  {
    ...{ item: 'tourism.applications', provider: '330421103-REVIEW', consumer: '310000-VEGGROUP' },
    ...{ purpose: '门店选址', valid: ['2026-06-01', '2027-05-31'] },
    requested: ['2026-05-18T05:40:00Z', '蒋文博'],
    rejected: ['2026-05-20T02:00:00Z', '徐静怡', '商业用途不在共享范围内'],
  },
  {
    ...{ item: 'labor-flow.reports', provider: '330421-HRSS', consumer: '310117-HRSS' },
    ...{ purpose: '用工监测', valid: ['2026-01-01', '2027-12-31'] },
    requested: ['2025-12-22T06:12:00Z', '唐子墨'],
    approved: ['2025-12-25T03:33:00Z', '郑海燕'],
    revoked: ['2026-08-14T09:00:00Z', '郑海燕', '监测项目已结束'],
  },
  {
    ...{ item: 'grid.inspections', provider: '330421-URBAN', consumer: '320509110-COMMAND' },
    ...{ purpose: '交叉检查复核', valid: ['2025-07-01', '2026-06-30'] },
    requested: ['2025-06-16T02:48:00Z', '吴晓峰'],
    approved: ['2025-06-18T07:15:00Z', '金雅琴'],
  },
  {
    ...{ item: 'agriculture.batches', provider: '341200-AGRI', consumer: '310000-COMMERCE' },
    ...{ purpose: '春节保供', valid: ['2026-01-15', '2026-02-28'] },
    requested: ['2026-01-09T08:30:00Z', '邵凯文'],
  },
];

const stepsOf = ({ provider, consumer, requested, approved, rejected, revoked }: DemoGrant) =>
  (
    [
      ['REQUESTED', consumer, requested],
      ['APPROVED', provider, approved],
      ['REJECTED', provider, rejected],
      ['REVOKED', provider, revoked],
    ] satisfies [StoredStatus, string, Step | undefined][]
  ).flatMap(([status, agency, step]) => {
    if (!step) return [];
    const [at, actor, reason = null] = step;
    return { status, agency, at, actor, reason };
  });

export async function loadGrants(db: Db): Promise<void> {
  const grants = GRANTS.map((grant) => {
    const { item, provider, consumer, purpose } = grant;
    return { id: demoId('sharingGrant', item, provider, consumer, purpose), ...grant };
  });
  await db('sharing_grants')
    .comment('demo.grants')
    .insert(
      grants.map((grant) => {
        const { id, item, provider, consumer, purpose, valid, requested, approved, rejected, revoked } =
          grant;
        const decided = approved ?? rejected;
        return {
          ...{ id, item, provider, consumer, purpose },
          status: stepsOf(grant).at(-1)?.status,
          ...{ valid_from: valid[0], valid_until: valid[1] },
          ...{ requested_at: requested[0], requested_by: requested[1] },
          ...{ decided_at: decided?.[0] ?? null, decided_by: decided?.[1] ?? null },
          ...{ revoked_at: revoked?.[0] ?? null, reason: (rejected ?? revoked)?.[2] ?? null },
        };
      }),
    );
  await db('sharing_grant_events')
    .comment('demo.grantEvents')
    .insert(
      grants.flatMap((grant) =>
        stepsOf(grant).map((event, i) => ({ sharing_grant: grant.id, ordinal: i + 1, ...event })),
      ),
    );
}
