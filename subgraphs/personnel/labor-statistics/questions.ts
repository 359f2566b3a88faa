import {
  type Connection,
  decodeCursor,
  EVERYWHERE,
  encodeCursor,
  type PageArgs,
  pageSize,
} from '../../kit/connection';
import { badInput } from '../../kit/errors';
import { ancestorsAndSelf } from '../../kit/jurisdiction';
import { reportedPlaces } from '../labor-flow/batches/store';
import type { LaborFlowSide } from '../labor-flow/rules';
import type { PersonnelContext } from '../loaders';
import { type Reconciled, Reconciler } from './reconcile';
import {
  asymmetryOf,
  changeOf,
  type Flow,
  type FlowKey,
  type FlowValue,
  figureOf,
  type LaborFlowLevel,
  monthsAfter,
  monthsBetween,
  partsOf,
} from './rules';
import { type Axis, type Direction, flowsBetween, flowsOf, flowsOfPlace, placesOfLevel } from './store';

const MAXIMUM_PAIRS = 20_000;
const MAXIMUM_MONTHS = 60;
const MAXIMUM_PARTNERS = 50;
const ASYMMETRIES = { name: 'laborFlowAsymmetries', maximum: 200 };

/** Notes what exact figures show of other units' small cells: to everyone else those are no more than small. */
function noteSmallCells(context: PersonnelContext, flows: readonly Flow[]): void {
  for (const { isExact, parts, month, origin, destination, sector } of flows) {
    if (!isExact) continue;
    const shown = parts.filter((part) => part.small_cells > 0);
    context.discloses(
      'labor-flow.reports',
      shown.map(({ side, reported_by: provider }) => ({
        provider,
        id: [month, side, origin, destination, sector ?? ''].join('|'),
      })),
    );
  }
}

async function doPlacesExist({ db }: PersonnelContext, ...codes: string[]): Promise<boolean> {
  const known = await reportedPlaces(db, codes);
  return codes.every((code) => known.has(code));
}

/** One flow; null when one of its ends is no place. */
export async function oneFlow(context: PersonnelContext, key: FlowKey): Promise<Flow | null> {
  if (!(await doPlacesExist(context, key.origin, key.destination))) return null;
  const flows = await flowsOf(context.db, context.signedIn, [key]);
  noteSmallCells(context, flows);
  return flows[0] ?? null;
}

/** Reconciles flows; what that needs beside them is loaded at once. In the order of the flows. */
export async function reconcileAll(
  { loaders }: PersonnelContext,
  flows: readonly Flow[],
): Promise<(Reconciled | null)[]> {
  const known = flows.filter((flow) => flow.parts.length > 0);
  if (known.length === 0) return flows.map(() => null);
  const reporters = new Map<string, Set<string>>();
  for (const { month, parts } of known) {
    const of = reporters.get(month) ?? new Set();
    for (const part of parts) of.add(part.reported_by);
    reporters.set(month, of);
  }
  const places = [...new Set(known.flatMap(({ origin, destination }) => [origin, destination]))];
  const [policies, agreements] = await Promise.all([
    loaders.reconciliationPolicies.loadMany(places),
    loaders.agreements.loadMany([...reporters].map(([month, of]) => [month, ...[...of].sort()].join(' '))),
  ]);
  const rows = [...new Set(policies.flatMap(valueOrThrow))];
  const reconcilers = new Map(
    [...reporters.keys()].map((month, i) => [
      month,
      new Reconciler({ policies: rows, agreements: valueOrThrow(agreements[i] ?? []) }),
    ]),
  );
  return flows.map((flow) => reconcilers.get(flow.month)?.reconcile(flow) ?? null);
}

function valueOrThrow<Value>(value: Value | Error): Value {
  if (value instanceof Error) throw value;
  return value;
}

export type RankedValue = FlowValue & { rank: number };

/** The figure of each flow that was asked for: a side's, or the reconciled one. Null where nothing was counted. */
async function valuesOf(
  context: PersonnelContext,
  flows: readonly Flow[],
  side: LaborFlowSide | null,
): Promise<(RankedValue | null)[]> {
  if (side === null) return reconcileAll(context, flows);
  return flows.map((flow) => {
    const figure = figureOf(flow, side);
    const rank = partsOf(flow, side).reduce((sum, part) => sum + part.workers, 0);
    return figure && { ...figure, rank };
  });
}

export interface Between {
  month: string;
  originLevel: LaborFlowLevel;
  destinationLevel: LaborFlowLevel;
  sector: string | null;
  originUnder: string | null;
  destinationUnder: string | null;
}

async function axesOf({ db }: PersonnelContext, between: Between) {
  const { originLevel, destinationLevel, originUnder, destinationUnder } = between;
  const origins = await placesOfLevel(db, originLevel, originUnder);
  const destinations = await placesOfLevel(db, destinationLevel, destinationUnder);
  const pairs = origins.length * destinations.length;
  if (pairs > MAXIMUM_PAIRS) {
    throw badInput({
      en: `These are ${pairs} pairs of places, and at most ${MAXIMUM_PAIRS} are compared at once. Narrow them with originUnder or destinationUnder, or take a higher level.`,
      zh: `共有 ${pairs} 对地区，单次最多 ${MAXIMUM_PAIRS} 对。请用 originUnder 或 destinationUnder 缩小范围，或选择更高层级。`,
    });
  }
  return { origins, destinations };
}

async function everyFlow(context: PersonnelContext, between: Between): Promise<Flow[]> {
  const { month, sector, originLevel, destinationLevel, originUnder, destinationUnder } = between;
  const flows = await flowsBetween(context.db, context.signedIn, {
    ...{ month, sector },
    origin: { level: originLevel, under: originUnder },
    destination: { level: destinationLevel, under: destinationUnder },
  });
  noteSmallCells(context, flows);
  return flows;
}

/** The flows on which both sides disagree most. */
export async function asymmetries(
  context: PersonnelContext,
  asked: Between & PageArgs & { side: LaborFlowSide | null },
): Promise<Connection<Flow>> {
  const size = pageSize(asked, ASYMMETRIES);
  await axesOf(context, asked);
  const flows = await everyFlow(context, asked);
  const isLarger = (difference: number) =>
    asked.side === null || (asked.side === 'ORIGIN' ? difference > 0 : difference < 0);
  const ranked = flows
    .flatMap((flow) => {
      const difference = asymmetryOf(flow);
      return difference === null || !isLarger(difference)
        ? []
        : [{ flow, by: Math.abs(difference), key: `${flow.origin} ${flow.destination}` }];
    })
    .sort((a, b) => b.by - a.by || (a.key < b.key ? -1 : 1));
  const behind = asked.after == null ? ranked : ranked.filter(isBehind(asked.after));
  const edges = behind.slice(0, size).map(({ flow, by, key }) => ({
    cursor: encodeCursor(ASYMMETRIES.name, [by, key]),
    node: flow,
  }));
  return {
    edges,
    pageInfo: { hasNextPage: behind.length > size, endCursor: edges.at(-1)?.cursor ?? null },
  };
}

function isBehind(after: string): (ranked: { by: number; key: string }) => boolean {
  const [by, key] = decodeCursor(ASYMMETRIES.name, after, 2);
  return (ranked) => ranked.by < Number(by) || (ranked.by === by && ranked.key > String(key));
}

export interface Matrix {
  origins: string[];
  destinations: string[];
  cells: (FlowValue & { originCode: string; destinationCode: string })[];
}

/** The matrix between the places of two levels. */
export async function matrix(
  context: PersonnelContext,
  asked: Between & { side: LaborFlowSide | null },
): Promise<Matrix> {
  const axes = await axesOf(context, asked);
  const flows = await everyFlow(context, asked);
  const values = await valuesOf(context, flows, asked.side);
  const cells = flows.flatMap(({ origin, destination }, i) => {
    const value = values[i];
    return value ? [{ ...value, originCode: origin, destinationCode: destination }] : [];
  });
  return { ...axes, cells };
}

export interface SeriesPoint extends FlowValue {
  month: string;
  monthOnMonth: number | null;
  yearOnYear: number | null;
  flow: Flow;
}

export interface Series extends Omit<FlowKey, 'month'> {
  points: SeriesPoint[];
}

/** A flow month by month; null when one of its ends is no place. */
export async function series(
  context: PersonnelContext,
  asked: Omit<FlowKey, 'month'> & { from: string; to: string; side: LaborFlowSide | null },
): Promise<Series | null> {
  const { from, to, side, ...ends } = asked;
  if (to < from) {
    throw badInput({
      en: `The series ends in ${to}, before it begins in ${from}.`,
      zh: `截止月份 ${to} 早于起始月份 ${from}。`,
    });
  }
  if (monthsAfter(from, MAXIMUM_MONTHS) <= to) {
    throw badInput({
      en: `A series has at most ${MAXIMUM_MONTHS} months. Ask for fewer.`,
      zh: `时间序列最多 ${MAXIMUM_MONTHS} 个月，请缩小范围。`,
    });
  }
  if (!(await doPlacesExist(context, ends.origin, ends.destination))) return null;
  // The year before as well, for the changes.
  const months = monthsBetween(monthsAfter(from, -12), to);
  const flows = await flowsOf(
    context.db,
    context.signedIn,
    months.map((month) => ({ ...ends, month })),
  );
  noteSmallCells(context, flows);
  const values = await valuesOf(context, flows, side);
  const points = flows.slice(12).map((flow, i): SeriesPoint => {
    const value = values[i + 12];
    const workers = value?.workers ?? null;
    return {
      ...{ month: flow.month, workers, flow },
      ...{ obsStatus: value?.obsStatus ?? 'O', confStatus: value?.confStatus ?? 'F' },
      monthOnMonth: changeOf(values[i + 11]?.workers, workers),
      yearOnYear: changeOf(values[i]?.workers, workers),
    };
  });
  return { ...ends, points };
}

export interface BalanceLine {
  sector: string | null;
  inflow: FlowValue | null;
  outflow: FlowValue | null;
}

export interface Balance {
  place: string;
  month: string;
  total: BalanceLine;
  bySector: BalanceLine[];
}

/** Who comes to a place and who leaves it; null when it is no place. */
export async function balance(
  context: PersonnelContext,
  asked: { place: string; month: string; sector: string | null; side: LaborFlowSide | null },
): Promise<Balance | null> {
  const { place, month } = asked;
  if (!(await doPlacesExist(context, place))) return null;
  const ancestors = ancestorsAndSelf(place).filter((code) => code !== place);
  const { isExact, parts } = await flowsOfPlace(context.db, context.signedIn, asked, ancestors);
  const flow = (direction: Direction, sector: string | null): Flow => ({
    ...{ month, sector, isExact },
    origin: direction === 'INFLOW' ? EVERYWHERE : place,
    destination: direction === 'INFLOW' ? place : EVERYWHERE,
    parts: parts.filter((p) => p.direction === direction && (sector === null || p.sector === sector)),
  });
  const sectors = [null, ...[...new Set(parts.map((part) => part.sector))].sort()];
  const flows = sectors.flatMap((sector) => [flow('INFLOW', sector), flow('OUTFLOW', sector)]);
  noteSmallCells(context, flows.slice(2));
  const values = await valuesOf(context, flows, asked.side);
  const lines = sectors.map((sector, i) => ({
    sector,
    inflow: values[2 * i] ?? null,
    outflow: values[2 * i + 1] ?? null,
  }));
  const [total = { sector: null, inflow: null, outflow: null }, ...bySector] = lines;
  return { place, month, total: { ...total, sector: asked.sector }, bySector };
}

export interface Partner extends FlowValue {
  place: string;
  flow: Flow;
}

/** The places at the other end of a place's largest flows; null when it is no place. */
export async function partners(
  context: PersonnelContext,
  asked: {
    place: string;
    of: 'ORIGINS' | 'DESTINATIONS';
    month: string;
    level: LaborFlowLevel;
    sector: string | null;
    side: LaborFlowSide | null;
    first: number;
  },
): Promise<Partner[] | null> {
  const { place, month, level, sector, first } = asked;
  if (first < 1 || first > MAXIMUM_PARTNERS) {
    throw badInput({
      en: `first was ${first}; 1 to ${MAXIMUM_PARTNERS} places are given.`,
      zh: `first 为 ${first}，应为 1 至 ${MAXIMUM_PARTNERS}。`,
    });
  }
  if (!(await doPlacesExist(context, place))) return null;
  const own: Axis = { place };
  const others: Axis = { level, under: null };
  const flows = await flowsBetween(context.db, context.signedIn, {
    ...{ month, sector },
    origin: asked.of === 'ORIGINS' ? others : own,
    destination: asked.of === 'ORIGINS' ? own : others,
  });
  const values = await valuesOf(context, flows, asked.side);
  const listed = flows
    .flatMap((flow, i) => {
      const value = values[i];
      const other = asked.of === 'ORIGINS' ? flow.origin : flow.destination;
      return value ? [{ ...value, place: other, flow }] : [];
    })
    .sort((a, b) => b.rank - a.rank || (a.place < b.place ? -1 : 1))
    .slice(0, first);
  noteSmallCells(
    context,
    listed.map(({ flow }) => flow),
  );
  return listed;
}
