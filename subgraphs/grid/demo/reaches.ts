import type { Db } from '../../kit/database';
import { demoId } from '../../kit/demo';
import { enterFeed } from '../../kit/feed';
import { type GridCaseRow, gridCasesById } from '../cases/store';
import type { ReachRow } from '../reaches/store';
import { warnDownstream } from '../reaches/warn';
import { TOWNS } from './towns';

type Reach = readonly [
  code: string,
  name: string,
  river: string,
  jurisdiction: string,
  recordedBy: string,
  ...downstream: string[],
];

/** Waters of the border towns. They are real, and flow about so; where one stretch ends and the next begins is not. */
const REACHES: readonly Reach[] = [
  ['TAIPU-PINGWANG', '太浦河平望段', '太浦河', '320509104', '320509110-RIVER', 'TAIPU-FENHU'],
  ['TAIPU-FENHU', '太浦河汾湖段', '太浦河', '320509110', '320509110-RIVER', 'TAIPU-JINZE', 'FENHU-TAOZHUANG'],
  [
    'TAIPU-JINZE',
    '太浦河金泽段',
    '太浦河',
    '310118104',
    '310118104-RIVER',
    'TAIPU-DINGZHA',
    'TAIPU-LIANTANG',
  ],
  ['TAIPU-DINGZHA', '太浦河丁栅段', '太浦河', '330421111', '330421111-CITYOPS', 'TAIPU-LIANTANG'],
  ['TAIPU-LIANTANG', '太浦河练塘段', '太浦河', '310118103', '310118104-RIVER'],
  ['FENHU-TAOZHUANG', '汾湖陶庄段', '汾湖', '330421107', '330421-URBAN', 'XIANGFUDANG'],
  ['XIANGFUDANG', '祥符荡', '祥符荡', '330421103', '330421103-CITYOPS', 'HONGQITANG-YAOZHUANG'],
  ['HONGQITANG-YAOZHUANG', '红旗塘姚庄段', '红旗塘', '330421111', '330421111-CITYOPS'],
  ['YUANDANG-LILI', '元荡黎里段', '元荡', '320509110', '320509110-RIVER', 'YUANDANG-JINZE'],
  ['YUANDANG-JINZE', '元荡金泽段', '元荡', '310118104', '310118104-RIVER', 'DIANSHAN-JINZE'],
  ['JISHUIGANG', '急水港', '急水港', '320281108', '320509110-RIVER', 'DIANSHAN-JINZE'],
  ['DIANSHAN-JINZE', '淀山湖金泽水域', '淀山湖', '310118104', '310118104-RIVER', 'DIANSHAN-ZHUJIAJIAO'],
  ['DIANSHAN-ZHUJIAJIAO', '淀山湖朱家角水域', '淀山湖', '310118102', '310118102-CITYOPS', 'CAOGANGHE'],
  ['CAOGANGHE', '漕港河', '漕港河', '310118102', '310118102-CITYOPS'],
];

/** The reach on which a spot by the water lies. */
const REACH_OF_SPOT: Record<string, string> = {
  太浦河汾湖湾段: 'TAIPU-FENHU',
  汾湖西岸: 'TAIPU-FENHU',
  元荡岸线: 'YUANDANG-LILI',
  太浦河金泽段北岸: 'TAIPU-JINZE',
  蔡浜村淀山湖岸: 'DIANSHAN-JINZE',
  淀山湖一村渔港: 'DIANSHAN-ZHUJIAJIAO',
  祥符荡北岸: 'XIANGFUDANG',
  渔民村埠头: 'HONGQITANG-YAOZHUANG',
};

const WATER_CATEGORIES = ['WATER_HYACINTH', 'UNCLEAN_WATER', 'WATER_GATE', 'DEAD_FISH', 'OIL_ON_WATER'];

/** The reaches, the cases that were reported on them, and what places below were warned of. */
export async function loadReaches(db: Db): Promise<void> {
  await db<ReachRow>('reaches')
    .comment('demo.reaches')
    .insert(
      REACHES.map(([code, name, river, jurisdiction, recorded_by]) => ({
        ...{ code, name, river, jurisdiction, recorded_by },
      })),
    );
  await db('reach_links')
    .comment('demo.reachLinks')
    .insert(
      REACHES.flatMap(([upstream, , , , , ...downstream]) =>
        downstream.map((code) => ({ upstream, downstream: code })),
      ),
    );
  const spots = TOWNS.flatMap((town) => town.spots.map((spot) => ({ town, spot })));
  const addresses = spots.flatMap(({ town, spot }) => {
    const reach = REACH_OF_SPOT[spot.name];
    return reach === undefined ? [] : [{ address: `${town.name}${spot.name}`, reach }];
  });
  await db.raw(
    `/* demo.casesOnReaches */ UPDATE cases SET reach = spot.reach
     FROM unnest(?::text[], ?::text[]) AS spot (address, reach)
     WHERE cases.address = spot.address AND cases.category = ANY (?::text[])`,
    [addresses.map(({ address }) => address), addresses.map(({ reach }) => reach), WATER_CATEGORIES],
  );
  const drifting = await db.raw<Pick<GridCaseRow, 'id'>>(
    `/* demo.driftingCases */ SELECT cases.id FROM cases JOIN categories ON categories.code = cases.category
     WHERE reach IS NOT NULL AND is_drifting ORDER BY reported_at, cases.id`,
  );
  const cases = new Map(
    (
      await gridCasesById(
        db,
        drifting.map(({ id }) => id),
      )
    ).map((row) => [row.id, row]),
  );
  await enterFeed(db, async (transactionId) => {
    let firstOrdinal = 0;
    for (const { id } of drifting) {
      const row = cases.get(id);
      if (!row) continue;
      const alerts = await warnDownstream(db, row, {
        ...{ agency: row.reporter, at: row.reported_at, transactionId, firstOrdinal },
        idOf: (place) => demoId('downstreamAlert', id, place),
      });
      firstOrdinal += alerts.length;
    }
  });
}
