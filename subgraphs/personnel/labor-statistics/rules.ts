import { JURISDICTION_LEVELS, levelOf } from '../../kit/jurisdiction';
import type { LaborFlowDefinition, LaborFlowSide } from '../labor-flow/rules';

export type LaborFlowLevel = 'PROVINCE' | 'PREFECTURE' | 'COUNTY';

/** What one unit counted by one definition of one side of a flow. */
export interface FlowPart {
  side: LaborFlowSide;
  reported_by: string;
  minimum_stay_months: number;
  includes_flexible: boolean;
  reference_day: string;
  /** As the viewer may see it: exact, or made of public cells. */
  workers: number;
  public_workers: number;
  cells: number;
  small_cells: number;
}

/** Which flow: `EVERYWHERE` for an end that may lie anywhere. */
export interface FlowKey {
  month: string;
  origin: string;
  destination: string;
  sector: string | null;
}

/** A flow with what was counted of it, all that the store adds up. */
export interface Flow extends FlowKey {
  /** Whether the viewer sees exact figures. */
  isExact: boolean;
  parts: readonly FlowPart[];
}

/** SDMX code lists: OBS_STATUS A normal, E estimated, O missing, Q suppressed; CONF_STATUS F free, A small counts. */
export interface FlowValue {
  workers: number | null;
  obsStatus: 'A' | 'E' | 'O' | 'Q';
  confStatus: 'F' | 'A';
}

export interface SideFigure extends FlowValue {
  reporters: string[];
  /** Null when the reporters' definitions differ. */
  definition: LaborFlowDefinition | null;
}

export const SUPPRESSED = { workers: null, obsStatus: 'Q', confStatus: 'A' } as const satisfies FlowValue;

const sumOf = <Item>(items: readonly Item[], value: (item: Item) => number): number =>
  items.reduce((sum, item) => sum + value(item), 0);

export const partsOf = (flow: Flow, side: LaborFlowSide): FlowPart[] =>
  flow.parts.filter((part) => part.side === side);

/** Whether a side's sum is a single small cell, of which those who are no party to it learn no more than that. */
export const isSuppressed = (parts: readonly FlowPart[], isExact: boolean): boolean =>
  !isExact && sumOf(parts, (p) => p.cells) === 1 && sumOf(parts, (p) => p.small_cells) === 1;

/** A side's sum as it is shown; null when the side reported nothing. */
export function figureOf(flow: Flow, side: LaborFlowSide): SideFigure | null {
  const parts = partsOf(flow, side);
  const [first] = parts;
  if (!first) return null;
  const workers = sumOf(parts, (p) => p.workers);
  return {
    ...(isSuppressed(parts, flow.isExact) ? SUPPRESSED : { workers, obsStatus: 'A', confStatus: 'F' }),
    reporters: [...new Set(parts.map((p) => p.reported_by))].sort(),
    definition: parts.every((p) => definitionOf(p) === definitionOf(first))
      ? {
          minimumStayMonths: first.minimum_stay_months,
          includesFlexible: first.includes_flexible,
          referenceDay: first.reference_day,
        }
      : null,
  };
}

const definitionOf = (part: FlowPart): string =>
  `${part.minimum_stay_months} ${part.includes_flexible} ${part.reference_day}`;

/** (origin − destination) ÷ (origin + destination); null unless both are known and not both zero. */
export function asymmetry(
  origin: number | null | undefined,
  destination: number | null | undefined,
): number | null {
  if (origin == null || destination == null || origin + destination === 0) return null;
  return (origin - destination) / (origin + destination);
}

export const asymmetryOf = (flow: Flow): number | null =>
  asymmetry(figureOf(flow, 'ORIGIN')?.workers, figureOf(flow, 'DESTINATION')?.workers);

/** Whether a viewer whose unit is of `place` can be a party by place to whole flows of an end told apart by `level`. */
export const seesWhole = (place: string, level: LaborFlowLevel): boolean =>
  JURISDICTION_LEVELS.indexOf(levelOf(place)) <= JURISDICTION_LEVELS.indexOf(level);

/** The months from one to another, both included. */
export function monthsBetween(from: string, to: string): string[] {
  const months: string[] = [];
  for (let month = from; month <= to; month = monthsAfter(month, 1)) months.push(month);
  return months;
}

export function monthsAfter(month: string, count: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const total = year * 12 + number - 1 + count;
  return `${Math.floor(total / 12)}-${String((total % 12) + 1).padStart(2, '0')}`;
}

/** The change from one figure to a later one as a share of it; null unless both are known and the first is not zero. */
export function changeOf(before: number | null | undefined, after: number | null): number | null {
  if (before == null || after === null || before === 0) return null;
  return (after - before) / before;
}
