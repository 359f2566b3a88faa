import type { Db } from '../../kit/database';
import { demoId } from '../../kit/demo';
import { insertMilestones, storeOnce } from '../matchmaking/store';

const FUYANG = '341200-AGRI';
const BUYER = '310000-VEGGROUP';
const day = (text: string): Date => new Date(`${text}T10:00:00+08:00`);

/** A meeting, channels, what was offered and wanted there, and a project under way. All figures are made up. */
export async function loadMatchmaking(db: Db): Promise<void> {
  const event = demoId('supplyEvent', '2026');
  await storeOnce(db, 'supply_events', {
    ...{
      id: event,
      name: '2026年阜阳优质农产品进上海对接会（示例）',
      jurisdiction: '310000',
      venue: '上海农业展览馆',
    },
    ...{ held_on: '2026-09-18', recorded_by: FUYANG, recorded_at: day('2026-08-20') },
  });
  const channel = (name: string, kind: 'WHOLESALE_MARKET' | 'SUPERMARKET', jurisdiction: string) =>
    storeOnce(db, 'sales_channels', {
      ...{
        id: demoId('channel', name),
        name: `${name}（示例）`,
        kind,
        jurisdiction,
        operator: `${name}经营公司（示例）`,
      },
      ...{ recorded_by: BUYER, recorded_at: day('2026-03-02') },
    });
  const { row: market } = await channel('江桥批发市场', 'WHOLESALE_MARKET', '310114');
  await channel('浦东社区生鲜超市', 'SUPERMARKET', '310115');
  const offer = {
    product: 'SWEET_POTATO_MINI',
    event_id: event,
    standard: 'SVG-SWEETPOTATO',
    is_withdrawn: false,
  };
  for (const [month, kg] of [
    ['2026-11', '12000'],
    ['2026-12', '9000'],
  ] as const) {
    await storeOnce(db, 'supply_offers', {
      ...{
        ...offer,
        id: demoId('offer', 'SUPPLY', month),
        side: 'SUPPLY',
        month,
        quantity_kg: kg,
        channel_id: null,
      },
      ...{
        base_id: demoId('supplyBase', '三十里铺镇颍淮甘薯基地'),
        recorded_by: FUYANG,
        recorded_at: day('2026-09-18'),
      },
    });
    await storeOnce(db, 'supply_offers', {
      ...{ ...offer, id: demoId('offer', 'DEMAND', month), side: 'DEMAND', month, quantity_kg: '20000' },
      ...{ base_id: null, channel_id: market.id, recorded_by: BUYER, recorded_at: day('2026-09-18') },
    });
  }
  const project = demoId('project', '颍淮');
  await storeOnce(db, 'cooperation_projects', {
    ...{
      id: project,
      name: '颍淮甘薯分选冷链中心（示例）',
      jurisdiction: '341202105',
      product: 'SWEET_POTATO',
    },
    ...{ partners: [FUYANG, BUYER], investment_ten_thousand_yuan: 2600, yearly_output_tonnes: 8000 },
    ...{ recorded_by: FUYANG, recorded_at: day('2026-04-08') },
  });
  await insertMilestones(db, project, [
    { title: '签约', dueOn: '2026-04-30', reachedOn: '2026-04-22' },
    { title: '分选线投产', dueOn: '2026-10-31' },
    { title: '冷库竣工', dueOn: '2027-06-30' },
  ]);
}
