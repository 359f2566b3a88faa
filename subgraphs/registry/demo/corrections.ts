import type { ItemName } from '../../kit/catalog';
import type { Db } from '../../kit/database';
import { demoId } from '../../kit/demo';
import type { DataCorrectionStatus } from '../corrections/rules';

/** A step of a demo correction: when, and who of the unit whose turn it was; an answer has a note. */
type Step = [at: string, user: string];
type Answer = [...Step, note: string];

interface DemoCorrection {
  item: ItemName;
  coordinate: string;
  rowId: string;
  provider: string;
  requester: string;
  claim: string;
  reason: string;
  evidence: string[];
  requested: Step;
  accepted?: Answer;
  rejected?: Answer;
  withdrawn?: Step;
}

/** Corrections in every status. */
const CORRECTIONS: DemoCorrection[] = [
  {
    ...{
      item: 'labor-flow.reports',
      coordinate: 'LaborFlowReport.workers',
      rowId: '2026-09|ORIGIN|341200|310000|C',
    },
    ...{ provider: '341200-HRSS', requester: '310000-YRDOFFICE' },
    claim: '9 月阜阳市流入上海制造业人数疑似包含当月已返乡人员，请核对后更正',
    reason: '与上海市参保登记数相差较大，超出灵活就业人员的一般占比',
    evidence: ['https://yrd.example/labor-flow/2026-09/341200-310000'],
    requested: ['2026-11-18T06:20:00Z', '沈若溪'],
  },
  {
    ...{
      item: 'personnel.secondments',
      coordinate: 'Officer.title',
      rowId: demoId('officer', '341200-HRSS', 2),
    },
    ...{ provider: '341200-HRSS', requester: '310000-HRSS' },
    claim: '该同志职务已调整，目录仍为原职务',
    reason: '接收单位收到派出单位调整职务的通知',
    evidence: [],
    requested: ['2026-11-20T01:35:00Z', '顾明哲'],
  },
  {
    ...{
      item: 'agriculture.standards',
      coordinate: 'SupplyBase.areaMu',
      rowId: demoId('supplyBase', '三仓镇海滨甘薯基地'),
    },
    ...{ provider: '320000-AGRI', requester: '310000-AGRI' },
    claim: '基地面积漏计二期流转土地，应增加 180 亩',
    reason: '现场考察时核对土地流转合同',
    evidence: [
      'https://sh-agri.example/visits/2026-10/contract.pdf',
      'https://sh-agri.example/visits/2026-10/map.png',
    ],
    requested: ['2026-10-22T03:10:00Z', '陆秋实'],
    accepted: ['2026-10-26T08:05:00Z', '谭永康', '情况属实，已在基地台账中更正'],
  },
  {
    ...{
      item: 'grid.cases',
      coordinate: 'GridCase.location',
      rowId: '310118104-20261012-0001',
    },
    ...{ provider: '310118104-CITYOPS', requester: '330421111-CITYOPS' },
    claim: '案件位置在省界南侧，应归本镇',
    reason: '与巡查照片所示界碑位置不符',
    evidence: ['https://jiashan.example/patrols/2026-10-13/boundary.jpg'],
    requested: ['2026-10-13T02:30:00Z', '钱思远'],
    rejected: ['2026-10-14T07:45:00Z', '范晨曦', '经现场复测，位置在本镇一侧 12 米，数据无误'],
  },
  {
    ...{
      item: 'tourism.applications',
      coordinate: 'LicenseApplication.premises',
      rowId: '330421103-2026-0003',
    },
    ...{ provider: '330421103-REVIEW', requester: '330421103-FIRE' },
    claim: '经营场所门牌号与现场不一致',
    reason: '消防现场检查记录',
    evidence: [],
    requested: ['2026-09-08T01:15:00Z', '罗嘉禾'],
    withdrawn: ['2026-09-08T05:40:00Z', '罗嘉禾'],
  },
];

const stepsOf = ({ provider, requester, requested, accepted, rejected, withdrawn }: DemoCorrection) =>
  (
    [
      ['REQUESTED', requester, requested],
      ['ACCEPTED', provider, accepted],
      ['REJECTED', provider, rejected],
      ['WITHDRAWN', requester, withdrawn],
    ] satisfies [DataCorrectionStatus, string, Step | Answer | undefined][]
  ).flatMap(([status, agency, step]) => {
    if (!step) return [];
    const [at, actor, note = null] = step;
    return { status, agency, at, actor, note };
  });

export async function loadCorrections(db: Db): Promise<void> {
  const corrections = CORRECTIONS.map((correction) => ({
    id: demoId('dataCorrection', correction.requester, correction.coordinate, correction.rowId),
    ...correction,
  }));
  await db('data_corrections')
    .comment('demo.corrections')
    .insert(
      corrections.map((correction) => {
        const { id, item, provider, requester, coordinate, rowId, claim, reason, evidence } = correction;
        const { requested, accepted, rejected, withdrawn } = correction;
        const [answeredAt = null, answeredBy = null, note = null] = accepted ?? rejected ?? [];
        return {
          ...{ id, item, provider, requester, coordinate, row_id: rowId, claim, reason, evidence },
          status: stepsOf(correction).at(-1)?.status,
          ...{ requested_at: requested[0], requested_by: requested[1] },
          ...{ answered_at: answeredAt, answered_by: answeredBy, note },
          withdrawn_at: withdrawn?.[0] ?? null,
        };
      }),
    );
  await db('data_correction_events')
    .comment('demo.correctionEvents')
    .insert(
      corrections.flatMap((correction) =>
        stepsOf(correction).map((event, i) => ({
          ...{ data_correction: correction.id, ordinal: i + 1 },
          ...event,
        })),
      ),
    );
}
