import type { Db } from '../../kit/database';
import { demoId } from '../../kit/demo';
import { enterFeed } from '../../kit/feed';
import {
  contentHash,
  type LaborFlowRow,
  type LaborFlowSide,
  type LaborFlowSubmission,
} from '../labor-flow/rules';
import { claimBatch, finishBatch, openMonth, storeReports } from '../labor-flow/store';

/** Residents in ten thousands, latitude, longitude: rounded from public yearbooks, for flows of a realistic size. */
const CITIES: Record<string, [residents: number, latitude: number, longitude: number]> = {
  '310000': [2487, 31.23, 121.47],
  '320100': [955, 32.06, 118.8],
  '320200': [750, 31.49, 120.31],
  '320300': [902, 34.21, 117.28],
  '320400': [538, 31.81, 119.97],
  '320500': [1296, 31.3, 120.59],
  '320600': [775, 31.98, 120.89],
  '320700': [460, 34.6, 119.22],
  '320800': [453, 33.61, 119.02],
  '320900': [668, 33.35, 120.16],
  '321000': [458, 32.39, 119.41],
  '321100': [322, 32.19, 119.42],
  '321200': [450, 32.46, 119.92],
  '321300': [498, 33.96, 118.28],
  '330100': [1252, 30.27, 120.16],
  '330200': [970, 29.87, 121.54],
  '330300': [976, 28, 120.7],
  '330400': [558, 30.75, 120.76],
  '330500': [343, 30.89, 120.09],
  '330600': [540, 30, 120.58],
  '330700': [717, 29.08, 119.65],
  '330800': [229, 28.94, 118.87],
  '330900': [117, 29.99, 122.21],
  '331000': [670, 28.66, 121.42],
  '331100': [252, 28.47, 119.92],
  '340100': [985, 31.82, 117.23],
  '340200': [373, 31.35, 118.43],
  '340300': [330, 32.92, 117.39],
  '340400': [304, 32.63, 117],
  '340500': [219, 31.67, 118.51],
  '340600': [197, 33.96, 116.8],
  '340700': [131, 30.95, 117.81],
  '340800': [417, 30.54, 117.06],
  '341000': [133, 29.71, 118.34],
  '341100': [403, 32.3, 118.32],
  '341200': [817, 32.89, 115.81],
  '341300': [533, 33.65, 116.96],
  '341500': [439, 31.73, 116.52],
  '341600': [497, 33.84, 115.78],
  '341700': [134, 30.66, 117.49],
  '341800': [249, 30.94, 118.76],
};

/** Who works away: shares of manufacturing, construction, trade, transport, hotels and catering, resident services. */
const SECTOR_SHARES: [sector: string, share: number][] = [
  ['C', 0.38],
  ['E', 0.2],
  ['F', 0.13],
  ['G', 0.08],
  ['H', 0.11],
  ['O', 0.1],
];

const MONTH = '2026-09';
const ORIGIN_DEFINITION = { minimumStayMonths: 6, includesFlexible: true, referenceDay: '2026-09-30' };
/** The receiving side knows who is insured with an employer. */
const DESTINATION_DEFINITION = { minimumStayMonths: 0, includesFlexible: false, referenceDay: '2026-09-30' };

/** Fuyang to Shanghai, the question that the hub exists for: by county of origin, and sector by sector. */
const FUYANG_SHANGHAI = { byOrigin: 412_600, byDestination: 287_350 };
const FUYANG_COUNTIES: [code: string, share: number][] = [
  ['341225', 0.2],
  ['341221', 0.21],
  ['341226', 0.19],
  ['341222', 0.14],
  ['341282', 0.08],
  ['341204', 0.08],
  ['341203', 0.06],
  ['341202', 0.04],
];

/** Cities of which one side has not reported yet. */
const SILENT: [side: LaborFlowSide, city: string][] = [
  ['ORIGIN', '330900'],
  ['DESTINATION', '340700'],
];

/** A share of a total for each part, whole numbers that add up to the total. */
function split(total: number, shares: readonly (readonly [string, number])[]): [string, number][] {
  let given = 0;
  return shares.map(([key, share], i) => {
    const part = i === shares.length - 1 ? total - given : Math.floor(total * share);
    given += part;
    return [key, part];
  });
}

/** Workers from one city in another by a gravity model: they follow residents, and thin out with distance. */
function gravity(from: string, to: string): number {
  const [a, b] = [CITIES[from], CITIES[to]];
  if (!a || !b) return 0;
  const north = (a[1] - b[1]) * 111;
  const east = (a[2] - b[2]) * 95;
  const kilometers = Math.max(40, Math.hypot(north, east));
  // Shanghai and the cities beside it draw more than their residents say; northern Anhui and Jiangsu send more.
  const pull = to === '310000' ? 2.2 : /^3205|^3201|^3301|^3302/.test(to) ? 1.6 : 1;
  const push = /^34/.test(from) ? 1.7 : /^3203|^3208|^3213/.test(from) ? 1.4 : 1;
  return (0.9 * pull * push * a[0] * b[0]) / kilometers ** 0.9;
}

/** A factor between 0.8 and 1.2 that is the same every time. */
const wobble = (...of: string[]): number =>
  0.8 + (Number.parseInt(demoId(...of).slice(0, 6), 16) / 0xffffff) * 0.4;

function rowsOf(side: LaborFlowSide, city: string): LaborFlowRow[] {
  const rows: LaborFlowRow[] = [];
  for (const other of Object.keys(CITIES)) {
    if (other === city) continue;
    const [origin, destination] = side === 'ORIGIN' ? [city, other] : [other, city];
    if (origin === '341200' && destination === '310000') {
      rows.push(...fuyangToShanghai(side));
      continue;
    }
    // Insured workers are a part of all who are there, more of them where industry is.
    const seen = side === 'ORIGIN' ? 1 : 0.62 * wobble('insured', city);
    const total = Math.round(gravity(origin, destination) * seen * wobble(side, origin, destination));
    for (const [sector, workers] of split(total, SECTOR_SHARES)) {
      rows.push({ origin, destination, sector, workers });
    }
  }
  if (side === 'ORIGIN' && city === '341200') {
    rows.push({ origin: '341225', destination: '330421', sector: 'B', workers: 4 });
  }
  return rows;
}

function fuyangToShanghai(side: LaborFlowSide): LaborFlowRow[] {
  const ends = { destination: '310000' };
  if (side === 'DESTINATION') {
    return split(FUYANG_SHANGHAI.byDestination, SECTOR_SHARES).map(([sector, workers]) => ({
      ...ends,
      origin: '341200',
      sector,
      workers,
    }));
  }
  return split(FUYANG_SHANGHAI.byOrigin, FUYANG_COUNTIES).flatMap(([origin, people]) =>
    split(people, SECTOR_SHARES).map(([sector, workers]) => ({ ...ends, origin, sector, workers })),
  );
}

/** September 2026 between the 41 cities as both sides report it; a few have not. */
export async function loadLaborFlows(db: Db): Promise<void> {
  const threshold = await openMonth(db, MONTH);
  const now = new Date('2026-10-12T02:00:00Z');
  for (const side of ['ORIGIN', 'DESTINATION'] as const) {
    for (const city of Object.keys(CITIES)) {
      if (SILENT.some(([silentSide, silent]) => silentSide === side && silent === city)) continue;
      const submission: LaborFlowSubmission = {
        batchKey: `${MONTH} ${side}`,
        month: MONTH,
        side,
        definition: side === 'ORIGIN' ? ORIGIN_DEFINITION : DESTINATION_DEFINITION,
        rows: rowsOf(side, city),
      };
      const reportedBy = `${city}-HRSS`;
      const id = demoId('laborFlowBatch', side, city);
      await claimBatch(db, { id, reportedBy, submission, contentHash: contentHash(submission), now });
      const did = await enterFeed(db, (transactionId) =>
        storeReports(db, { transactionId, reportedBy, submission, threshold, now }),
      );
      await finishBatch(db, id, did);
    }
  }
}
