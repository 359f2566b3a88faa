import { OFFICIAL_DAYS } from '../../kit/calendar-days';
import type { Db } from '../../kit/database';
import { demoId } from '../../kit/demo';
import { WorkingCalendar } from '../../kit/working-calendar';
import type { PatrolFindingKind } from '../schema-types';
import { conditionId } from './reviews';

interface DemoFinding {
  readonly kind: PatrolFindingKind;
  readonly text: string;
  readonly at: readonly [latitude: number, longitude: number];
  /** The shop and the place of the condition in its decision. */
  readonly condition?: readonly [shop: string, ordinal: number];
  /** `MM-DD HH:mm` and what was done; open when left out. */
  readonly rectified?: readonly [at: string, note: string];
}

interface DemoPatrol {
  readonly town: '330421103' | '310118104';
  readonly patroller: string;
  readonly day: string;
  readonly note?: string;
  readonly findings: readonly DemoFinding[];
}

const calendar = new WorkingCalendar(OFFICIAL_DAYS);
const RECTIFICATION_DAYS = 3;
const [XITANG, JINZE] = [
  { town: '330421103', patroller: '倪立群' },
  { town: '310118104', patroller: '汤晓岚' },
] as const;

/** Scenic patrols 景区巡查, twice a week: what is put right, what is open, and what is overdue. */
export const PATROLS: readonly DemoPatrol[] = [
  {
    ...XITANG,
    day: '2026-10-27',
    findings: [
      {
        ...{ kind: 'SAFETY', text: '塘东夜酌吧台区未见灭火器', at: [30.9451, 120.8937] },
        ...{ condition: ['塘东夜酌', 1], rectified: ['10-30 10:30', '已配置灭火器两具'] },
      },
      {
        ...{ kind: 'HYGIENE', text: '烧香港临河垃圾桶满溢', at: [30.9466, 120.8912] },
        rectified: ['10-27 16:40', '已清运，增加一次下午清运'],
      },
    ],
  },
  { ...XITANG, day: '2026-10-30', note: '全线巡查，未发现问题', findings: [] },
  {
    ...XITANG,
    day: '2026-11-03',
    findings: [
      {
        kind: 'SAFETY',
        text: '石皮弄路面石板松动',
        at: [30.9475, 120.8905],
        rectified: ['11-05 09:30', '石板已重新铺设'],
      },
    ],
  },
  {
    ...XITANG,
    day: '2026-11-06',
    findings: [
      {
        kind: 'HYGIENE',
        text: '北栅街后河油污',
        at: [30.9489, 120.8919],
        rectified: ['11-09 15:00', '已清理，责令商户加装隔油池'],
      },
      {
        kind: 'SAFETY',
        text: '廊棚三处照明不亮',
        at: [30.9478, 120.8926],
        rectified: ['11-10 17:00', '灯具已更换'],
      },
    ],
  },
  {
    ...XITANG,
    day: '2026-11-13',
    findings: [
      {
        ...{ kind: 'SAFETY', text: '塘东夜酌二层疏散指示标志仍为普通灯牌', at: [30.9452, 120.8936] },
        condition: ['塘东夜酌', 2],
      },
      {
        kind: 'HYGIENE',
        text: '西街公共厕所地面积水',
        at: [30.9471, 120.8899],
        rectified: ['11-13 11:20', '已清扫，检修水龙头'],
      },
    ],
  },
  {
    // A matter for the grid too: its demo has the case.
    ...XITANG,
    day: '2026-11-14',
    findings: [
      {
        kind: 'SAFETY',
        text: '西街商户店外经营，桌椅摆出店门约两米',
        at: [30.9472, 120.8904],
        rectified: ['11-16 10:00', '桌椅已收回店内'],
      },
    ],
  },
  {
    ...XITANG,
    day: '2026-11-24',
    findings: [
      { kind: 'SAFETY', text: '送子来凤桥台阶青苔湿滑', at: [30.9469, 120.8928] },
      { kind: 'HYGIENE', text: '朝南埭沿河堆放泡沫箱', at: [30.9463, 120.8931] },
    ],
  },
  {
    ...JINZE,
    day: '2026-10-30',
    findings: [
      {
        kind: 'HYGIENE',
        text: '下塘街河埠杂物堆放',
        at: [31.0409, 120.9136],
        rectified: ['11-02 10:00', '已清理'],
      },
    ],
  },
  {
    ...JINZE,
    day: '2026-11-13',
    findings: [
      {
        ...{ kind: 'SAFETY', text: '岑卜水岸民宿两间客房烟感未通电', at: [31.0232, 120.9011] },
        ...{ condition: ['岑卜水岸民宿', 1], rectified: ['11-13 14:00', '已通电并测试'] },
      },
      { kind: 'SAFETY', text: '普济桥栏板松动', at: [31.0421, 120.9149] },
    ],
  },
];

const instantOf = (at: string): Date => new Date(`2026-${at.replace(' ', 'T')}:00+08:00`);

export async function loadPatrols(db: Db): Promise<void> {
  for (const { town, patroller, day, note = null, findings } of PATROLS) {
    const agency = `${town}-TOURISM`;
    const id = demoId('scenicPatrol', town, day);
    await db('scenic_patrols')
      .comment('demo.patrols')
      .insert({
        ...{
          id,
          jurisdiction: town,
          agency,
          patrolled_on: day,
          patroller,
          note,
          digest: `demo ${town} ${day}`,
          practice_id: demoId('practice', '景区日巡查表'),
        },
        submitted_at: new Date(`${day}T17:00:00+08:00`),
      });
    if (findings.length === 0) continue;
    const conditions = new Set(
      (await db<{ id: string }>('decision_conditions').comment('demo.presentConditions').select('id')).map(
        (condition) => condition.id,
      ),
    );
    await db('patrol_findings')
      .comment('demo.findings')
      .insert(
        findings.map(({ kind, text, at: [latitude, longitude], condition, rectified }, i) => {
          const concerned = condition && conditionId(...condition);
          return {
            ...{ id: demoId('patrolFinding', town, day, i + 1), patrol_id: id, jurisdiction: town, agency },
            ...{ ordinal: i + 1, kind, text, latitude, longitude },
            photos: [`https://files.example/patrols/${town}-${day}-${i + 1}.jpg`],
            condition_id: concerned && conditions.has(concerned) ? concerned : null,
            due_on: calendar.addWorkingDays(day, RECTIFICATION_DAYS),
            ...(rectified
              ? {
                  ...{ status: 'RECTIFIED', rectified_at: instantOf(rectified[0]), rectified_by: agency },
                  ...{ rectification: rectified[1], rectification_photos: [] },
                }
              : { status: 'OPEN' }),
          };
        }),
      );
  }
}
