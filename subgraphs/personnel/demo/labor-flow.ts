import type { Db } from '../../kit/database';
import { demoId } from '../../kit/demo';
import { enterFeed } from '../../kit/feed';
import { lastDayOf } from '../../kit/time';
import { claimBatch, finishBatch, openMonth, storeReports } from '../labor-flow/batches/store';
import {
  contentHash,
  type LaborFlowRow,
  type LaborFlowSide,
  type LaborFlowSubmission,
} from '../labor-flow/rules';
import { monthsAfter, monthsBetween } from '../labor-statistics/rules';
import { CITIES, gravity } from './cities';

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

/** Stores a batch of the demo as its unit's own. */
async function report(db: Db, reportedBy: string, submission: LaborFlowSubmission, now: Date): Promise<void> {
  const id = demoId('laborFlowBatch', submission.batchKey, reportedBy);
  const threshold = await openMonth(db, submission.month);
  await claimBatch(db, { id, reportedBy, submission, contentHash: contentHash(submission), now });
  const did = await enterFeed(db, (transactionId) =>
    storeReports(db, { transactionId, reportedBy, submission, threshold, now }),
  );
  await finishBatch(db, id, did);
}

/** September 2026 between the 41 cities as both sides report it; a few have not. */
export async function loadLaborFlows(db: Db): Promise<void> {
  const now = new Date('2026-10-12T02:00:00Z');
  for (const side of ['ORIGIN', 'DESTINATION'] as const) {
    for (const city of Object.keys(CITIES)) {
      if (SILENT.some(([silentSide, silent]) => silentSide === side && silent === city)) continue;
      const submission: LaborFlowSubmission = {
        ...{ batchKey: `${MONTH} ${side}`, month: MONTH, side, rows: rowsOf(side, city) },
        definition: side === 'ORIGIN' ? ORIGIN_DEFINITION : DESTINATION_DEFINITION,
      };
      await report(db, `${city}-HRSS`, submission, now);
    }
  }
}

/** How many of a year's most are away in each month: few around the Spring Festival, many before it. */
const SEASONS = [0.93, 0.71, 0.9, 0.96, 0.98, 0.99, 0.97, 0.96, 1, 1, 1, 0.99];
const GROWTH_A_YEAR = 1.03;
const HISTORY = { from: '2024-10', to: '2026-08' };

/** Fuyang to Shanghai in the two years before, as both sides reported it month by month. */
export async function loadLaborFlowHistory(db: Db): Promise<void> {
  for (const month of monthsBetween(HISTORY.from, HISTORY.to)) {
    const years = Number(MONTH.slice(0, 4)) - Number(month.slice(0, 4)) + (9 - Number(month.slice(5))) / 12;
    for (const side of ['ORIGIN', 'DESTINATION'] as const) {
      const most = side === 'ORIGIN' ? FUYANG_SHANGHAI.byOrigin : FUYANG_SHANGHAI.byDestination;
      const season = SEASONS[Number(month.slice(5)) - 1] ?? 1;
      // Who is insured stays so over the holidays.
      const present = side === 'ORIGIN' ? season : 1 - (1 - season) / 3;
      const total = Math.round(
        (most * present * (0.97 + 0.05 * (wobble(side, month) - 0.8))) / GROWTH_A_YEAR ** years,
      );
      const referenceDay = lastDayOf(month);
      const submission: LaborFlowSubmission = {
        ...{ batchKey: `${month} ${side}`, month, side },
        definition: { ...(side === 'ORIGIN' ? ORIGIN_DEFINITION : DESTINATION_DEFINITION), referenceDay },
        rows: split(total, SECTOR_SHARES).map(([sector, workers]) => ({
          ...{ origin: '341200', destination: '310000', sector, workers },
        })),
      };
      const reportedBy = side === 'ORIGIN' ? '341200-HRSS' : '310000-HRSS';
      await report(db, reportedBy, submission, new Date(`${monthsAfter(month, 1)}-12T02:00:00Z`));
    }
  }
}
