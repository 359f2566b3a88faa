import type { Db } from '../../kit/database';
import { demoId } from '../../kit/demo';
import { hashOf, type TestRecord } from '../batches/rules';
import {
  type Act,
  changeBatch,
  type EventDetails,
  inherit,
  insertBatch,
  insertEvent,
  insertMeasurements,
  type SupplyBatchRow,
} from '../batches/store';

interface DemoBatch {
  code: string;
  base: string;
  place: string;
  by: string;
  harvestedOn: string;
  quantityKg: string;
  sprayed?: string[];
  /** What was found of the first pesticide, in mg/kg; null: not detected. */
  found?: number | null;
  weights: number[];
}

const OLD_TOWN = { base: '柳沟镇沃野甘薯基地', place: '341225107', by: '341225-AGRI' };
const MARKET_TOWN = { base: '焦陂镇谷田甘薯基地', place: '341225112', by: '341225-AGRI' };

/** Measured amounts are made up. */
const BATCHES: readonly DemoBatch[] = [
  {
    ...OLD_TOWN,
    code: 'LG-20260912',
    harvestedOn: '2026-09-12',
    quantityKg: '5200',
    sprayed: ['PESTICIDE_A'],
    found: 0.012,
    weights: [124, 131, 138, 142, 149, 151, 157, 163, 170, 176],
  },
  {
    ...OLD_TOWN,
    code: 'LG-20261010',
    harvestedOn: '2026-10-10',
    quantityKg: '6100',
    sprayed: ['PESTICIDE_A'],
    found: null,
    weights: [126, 133, 139, 147, 152, 158, 161, 168, 174, 186],
  },
  {
    ...OLD_TOWN,
    code: 'LG-20261107',
    harvestedOn: '2026-11-07',
    quantityKg: '5600',
    sprayed: ['PESTICIDE_A', 'PESTICIDE_B'],
    found: 0.015,
    weights: [118, 129, 141, 150, 159, 166, 175, 183, 188, 192],
  },
  {
    ...MARKET_TOWN,
    code: 'JP-20261018',
    harvestedOn: '2026-10-18',
    quantityKg: '4400',
    sprayed: ['PESTICIDE_A'],
    found: 0.034,
    weights: [104, 120, 135, 148, 155, 163, 171, 177, 181, 196],
  },
  {
    ...MARKET_TOWN,
    code: 'JP-20261112',
    harvestedOn: '2026-11-12',
    quantityKg: '3900',
    weights: [122, 130, 137, 145, 151, 156, 160, 167, 172, 179],
  },
];

const atSix = (day: string): Date => new Date(`${day}T18:00:00+08:00`);

const testOf = (batch: DemoBatch, parameter: string, value: number | null): TestRecord => ({
  ...{ parameter, value, unit: 'mg/kg', limitOfQuantification: 0.005, uncertainty: 0.002 },
  ...{
    residueDefinition: parameter.slice(-1),
    method: 'GB 23200.113',
    laboratory: '阜南县农产品检测站（示例）',
  },
  testedOn: batch.harvestedOn,
});

/** Batches in every status: on their way, arrived, divided, mixed, recalled; with a correction. */
export async function loadBatches(db: Db): Promise<void> {
  const rows = new Map<string, SupplyBatchRow>();
  const act = (day: string, agency = '341225-AGRI'): Act => {
    const at = atSix(day);
    return { user: agency === '341225-AGRI' ? '秦广田' : '韩立群', agency, at, now: at };
  };
  const record = async (
    code: string,
    from: Pick<DemoBatch, 'base' | 'place' | 'harvestedOn' | 'quantityKg'> & { sprayed?: readonly string[] },
    by: Act,
  ): Promise<SupplyBatchRow> => {
    const row = await insertBatch(
      db,
      {
        ...{ code, base_id: demoId('supplyBase', from.base), base_place: from.place },
        ...{ product: 'SWEET_POTATO_MINI', quantity_kg: from.quantityKg, harvested_on: from.harvestedOn },
        ...{ destination: '310000', standard: 'SVG-SWEETPOTATO', standard_issuer: '310000-VEGGROUP' },
        ...{ applied_pesticides: [...(from.sprayed ?? [])], content_hash: hashOf(['demo', code]) },
      },
      by,
      demoId('batch', code),
    );
    if (!row) throw new Error(`the demo has ${code} twice`);
    rows.set(code, row);
    return row;
  };
  const step = async (
    code: string,
    details: EventDetails,
    by: Act,
    change: Parameters<typeof changeBatch>[2] = {},
  ): Promise<string> => {
    const row = rows.get(code);
    if (!row) throw new Error(`the demo has no ${code}`);
    rows.set(code, (await changeBatch(db, row, change)) ?? row);
    return (await insertEvent(db, row.id, details, by)) ?? '';
  };

  for (const batch of BATCHES) {
    const by = act(batch.harvestedOn);
    const { id } = await record(batch.code, batch, by);
    const [first] = batch.sprayed ?? [];
    const tests = first && batch.found !== undefined ? [testOf(batch, first, batch.found)] : [];
    const event = await step(batch.code, { kind: 'TESTED', detail: batch.code }, by);
    await insertMeasurements(db, id, event, { tests, weights: batch.weights });
  }
  const ship = (code: string, day: string, recipient: string) =>
    step(code, { kind: 'SHIPPED', recipient }, act(day), { status: 'IN_TRANSIT' });
  await ship('LG-20260912', '2026-09-13', '上海江桥批发市场（示例）');
  const arrived = { status: 'RECEIVED', received_on: '2026-09-14' } as const;
  await step('LG-20260912', { kind: 'RECEIVED', quantityKg: '5200' }, act('2026-09-14'), arrived);
  const mistaken = await ship('LG-20261107', '2026-11-08', '上海西郊国际农产品交易中心（示例）');
  const correction = {
    kind: 'CORRECTED',
    corrects: mistaken,
    reason: '车次登记有误，当日未发出',
    error: 'DID_NOT_OCCUR',
  } as const;
  await step('LG-20261107', correction, act('2026-11-09'), { status: 'RECORDED' });
  await ship('LG-20261107', '2026-11-10', '上海西郊国际农产品交易中心（示例）');

  const parts = [
    { code: 'LG-20261010-1', quantityKg: '3100' },
    { code: 'LG-20261010-2', quantityKg: '3000' },
  ];
  await step('LG-20261010', { kind: 'DIVIDED', detail: parts }, act('2026-10-11'), { status: 'DIVIDED' });
  const whole = BATCHES.find(({ code }) => code === 'LG-20261010');
  for (const { code, quantityKg } of whole ? parts : []) {
    if (!whole) continue;
    const { id } = await record(code, { ...whole, quantityKg }, act('2026-10-11'));
    await inherit(db, id, [demoId('batch', 'LG-20261010')]);
  }
  await ship('LG-20261010-1', '2026-10-12', '上海蔬菜集团配送中心（示例）');

  const mixed = ['LG-20261010-2', 'JP-20261018'];
  const mixture = await record(
    'MIX-20261020',
    { ...OLD_TOWN, harvestedOn: '2026-10-10', quantityKg: '7400', sprayed: ['PESTICIDE_A'] },
    act('2026-10-20'),
  );
  await inherit(
    db,
    mixture.id,
    mixed.map((code) => demoId('batch', code)),
  );
  for (const code of mixed) {
    await step(code, { kind: 'MERGED', detail: mixture.id }, act('2026-10-20'), { status: 'MERGED' });
  }
  await ship('MIX-20261020', '2026-10-21', '上海江桥批发市场（示例）');
  for (const code of ['JP-20261018', 'MIX-20261020']) {
    const reason = '抽检农药甲超过上海市场限量（示例）';
    await step(code, { kind: 'RECALLED', reason }, act('2026-10-24', '310000-VEGGROUP'), {
      status: 'RECALLED',
    });
  }
}
