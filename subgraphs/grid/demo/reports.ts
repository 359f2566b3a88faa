import { addDays, startOfDay } from '../../kit/time';
import type { WorkingCalendar } from '../../kit/working-calendar';
import type { GridCaseSource, GridCaseStage } from '../cases/rules';
import { between, draw, pick } from './draw';
import { SCENES, type Scene } from './scenes';
import { LILI, type Spot, type Town } from './towns';

const MINUTE_MS = 60_000;

const FIRST_DAY = '2026-10-01';
const LAST_DAY = '2026-11-22';

/** A report, before anything was done about it. */
export interface Report {
  /** Feeds every draw about it. */
  name: string;
  town: Town;
  scene: Scene;
  spot: Spot;
  source: GridCaseSource;
  reporter: string;
  reportedAt: Date;
  /** The stage at which it rests; without one it goes on until it is closed, or now. */
  restsAt?: GridCaseStage;
}

/** Reports that rest somewhere on the way, in every town: when they came, what of, and where they rest. */
const RESTING: readonly [day: string, time: string, category: string, stage: GridCaseStage][] = [
  ['2026-11-10', '13:40', 'ILLEGAL_CONSTRUCTION', 'IN_PROGRESS'],
  ['2026-11-12', '09:30', 'CONSTRUCTION_SAFETY', 'IN_PROGRESS'],
  ['2026-11-17', '10:15', 'MANHOLE_COVER', 'DISPATCHED'],
  ['2026-11-18', '11:05', 'NOISE', 'NOT_FILED'],
  ['2026-11-18', '15:20', 'UNCLEAN_WATER', 'VERIFYING'],
  ['2026-11-19', '09:12', 'UNLICENSED_VENDING', 'FILED'],
  ['2026-11-20', '08:50', 'EXPOSED_GARBAGE', 'VERIFYING'],
  ['2026-11-20', '14:08', 'WATER_HYACINTH', 'DISPATCHED'],
  ['2026-11-20', '16:02', 'CONSTRUCTION_SAFETY', 'FILED'],
  ['2026-11-22', '16:05', 'STREET_LAMP', 'RECEIVED'],
  ['2026-11-23', '08:18', 'EXPOSED_GARBAGE', 'RECEIVED'],
];

/** How many reports a town gets on a day on average. October in Lili is there in full. */
function usualReports(town: Town, day: string, isWorkingDay: boolean): number {
  if (town.code !== LILI) return isWorkingDay ? 0.9 : 0.35;
  if (day < '2026-11-01') return isWorkingDay ? 5 : 2.5;
  return isWorkingDay ? 2 : 0.8;
}

function spotOf({ spots }: Town, { setting }: Scene, name: string): Spot {
  const [first, ...others] = spots.filter((spot) => spot.settings.includes(setting));
  if (!first) throw new Error(`the demo has no ${setting} in this town`);
  return pick([first, ...others], 'spot', name);
}

/** What is reported in a town, in the order in which it comes in. */
export function reportsOf(town: Town, calendar: WorkingCalendar): Report[] {
  const reports: Report[] = [];
  const report = (scene: Scene, reportedAt: Date, restsAt?: GridCaseStage) => {
    const name = `${town.code} ${reportedAt.toISOString()} ${reports.length}`;
    const source = pick(scene.sources, 'source', name);
    reports.push({
      name,
      town,
      scene,
      spot: spotOf(town, scene, name),
      source,
      reporter: reporterOf(source, town),
      reportedAt,
      restsAt,
    });
  };
  for (let day = FIRST_DAY; day <= LAST_DAY; day = addDays(day, 1)) {
    const usual = usualReports(town, day, calendar.isWorkingDay(day));
    const count = Math.floor(usual + draw('reports', town.code, day));
    for (let i = 0; i < count; i += 1) {
      const minutes = Math.floor(between(7 * 60, 20 * 60, 'time', town.code, day, i));
      report(
        pick(SCENES, 'scene', town.code, day, i),
        new Date(startOfDay(day).getTime() + minutes * MINUTE_MS),
      );
    }
  }
  for (const [day, time, category, restsAt] of RESTING) {
    const scene = SCENES.find((s) => s.category === category);
    if (!scene) throw new Error(`the demo has no scene of ${category}`);
    const minutes = Math.floor(between(0, 20, 'rests', town.code, day, time));
    report(scene, new Date(Date.parse(`${day}T${time}:00+08:00`) + minutes * MINUTE_MS), restsAt);
  }
  return reports.sort((a, b) => a.reportedAt.getTime() - b.reportedAt.getTime());
}

function reporterOf(source: GridCaseSource, town: Town): string {
  switch (source) {
    case 'RIVER_PATROL':
      return town.riverPatrol;
    case 'SCENIC_PATROL':
      return town.scenicPatrol;
    case 'PETITION':
      return town.government;
    default:
      return town.command;
  }
}
