import type { Db } from '../../kit/database';
import { demoId } from '../../kit/demo';
import type { GridWorkerRole } from '../grids/rules';
import type { GridRow, GridWorkerRow } from '../grids/store';
import { between, pick } from './draw';

const COMMAND = '320612102-COMMAND';

/** The twelve villages and communities of 二甲镇. */
const VILLAGES = [
  ['320612102002', '袁南社区'],
  ['320612102003', '新市社区'],
  ['320612102004', '三甲社区'],
  ['320612102006', '余北社区'],
  ['320612102200', '定兴桥村'],
  ['320612102205', '六甲镇村'],
  ['320612102206', '路中村'],
  ['320612102208', '宝云山村'],
  ['320612102210', '坨墩村'],
  ['320612102212', '北潭村'],
  ['320612102222', '通运桥村'],
  ['320612102224', '余西村'],
] as const;

/** Comprehensive grids: 53 among the twelve. */
const COMPREHENSIVE = 53;
const DEDICATED = [
  ['320612102224', '余西古镇'],
  ['320612102002', '二甲工业集中区'],
  ['320612102003', '二甲农贸市场'],
  ['320612102004', '三甲学校'],
] as const;
const WORKERS = 600;

const SURNAMES = ['张', '王', '陈', '李', '徐', '曹', '季', '顾', '黄', '施', '严', '瞿'] as const;
const GIVEN = [
  '建国',
  '秀芳',
  '志明',
  '小红',
  '国平',
  '春燕',
  '海峰',
  '丽华',
  '永新',
  '美兰',
  '卫东',
  '晓燕',
] as const;

/** The grids of 二甲镇 with their workers. The town and its villages are real; who works there is not. */
export async function loadGrids(db: Db): Promise<void> {
  const grids = [...comprehensive(), ...dedicated()];
  await db<GridRow>('grids').comment('demo.grids').insert(grids);
  const workers = grids.flatMap((grid, i) => {
    const share = Math.floor(WORKERS / grids.length);
    return workersOf(grid, share + (i < WORKERS - share * grids.length ? 1 : 0));
  });
  await db<GridWorkerRow>('grid_workers').comment('demo.gridWorkers').insert(workers);
}

const counted = (code: string, from: number, to: number) =>
  Math.floor(between(from, to, 'count', code, from));

function gridOf(village: string, number: number, name: string, kind: GridRow['kind']): GridRow {
  const code = `${village}-${String(number).padStart(2, '0')}`;
  const isDedicated = kind === 'DEDICATED';
  return {
    ...{ code, name, kind, jurisdiction: village, agency: COMMAND, closed_on: null, recorded_by: COMMAND },
    people: isDedicated ? counted(code, 60, 900) : counted(code, 500, 1_400),
    places: isDedicated ? counted(code, 20, 80) : counted(code, 4, 45),
    things: counted(code, 90, 600),
  };
}

function comprehensive(): GridRow[] {
  const each = Math.floor(COMPREHENSIVE / VILLAGES.length);
  const more = COMPREHENSIVE - each * VILLAGES.length;
  return VILLAGES.flatMap(([village, name], v) =>
    Array.from({ length: each + (v < more ? 1 : 0) }, (_, i) =>
      gridOf(village, i + 1, `${name}第${i + 1}网格`, 'COMPREHENSIVE'),
    ),
  );
}

const dedicated = (): GridRow[] =>
  DEDICATED.map(([village, name]) => gridOf(village, 51, `${name}专属网格`, 'DEDICATED'));

function workersOf(grid: GridRow, count: number): GridWorkerRow[] {
  return Array.from({ length: count }, (_, i): GridWorkerRow => {
    const name = ['worker', grid.code, i];
    const role: GridWorkerRole = i === 0 ? 'LEADER' : i < 3 ? 'FULL_TIME' : 'PART_TIME';
    const isPartTime = role === 'PART_TIME';
    return {
      ...{ id: demoId(...name), grid: grid.code, number: String(i + 1).padStart(2, '0'), role },
      ...{ jurisdiction: grid.jurisdiction, agency: grid.agency, recorded_by: COMMAND, left_on: null },
      name: `${pick(SURNAMES, 'surname', ...name)}${pick(GIVEN, 'given', ...name)}`,
      phone: `0513-8655${String(1_000 + counted(`${grid.code}${i}`, 0, 8_999))}`,
      duty_weekdays: isPartTime ? [1, 3, 5, 6] : [1, 2, 3, 4, 5],
      duty_begins: isPartTime ? '16:00' : '08:30',
      duty_ends: isPartTime ? '20:00' : '17:30',
    };
  });
}
