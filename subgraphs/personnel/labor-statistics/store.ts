import type { Db } from '../../kit/database';
import { DELTA_PROVINCES, EMPTY_RANGE, levelOf, MUNICIPALITIES, rangeOf } from '../../kit/jurisdiction';
import { partyRange, type Viewer } from '../../kit/viewer';
import type { Agreement } from './reconcile';
import { type Flow, type FlowKey, type FlowPart, type LaborFlowLevel, seesWhole } from './rules';

const ITEM = 'labor-flow.reports';

/** One end of the flows that are asked about: one place, or all places of a level of the four provinces. */
export type Axis = { place: string } | { level: LaborFlowLevel; under: string | null };

type Range = { from: string; below: string };

const GROUP = 'side, reported_by, minimum_stay_months, includes_flexible, reference_day';
const MEASURES = `sum(workers)::bigint AS workers, sum(public_workers)::bigint AS public_workers,
  sum(cells)::bigint AS cells, sum(small_cells)::bigint AS small_cells`;
/** Of the sums, those of all sectors together. */
const EVERY_SECTOR = '';
const IN_DELTA = (column: string) =>
  `left(${column}, 2) IN (${DELTA_PROVINCES.map((code) => `'${code.slice(0, 2)}'`).join(', ')})`;
const IS_MUNICIPAL = (column: string) =>
  `left(${column}, 2) IN (${MUNICIPALITIES.map((code) => `'${code.slice(0, 2)}'`).join(', ')})`;

/** What holds the answer: sums for ends from prefectures upward, else the cells; exact ones for parties. */
const sourceOf = (isSummed: boolean, isExact: boolean): string =>
  isSummed
    ? isExact
      ? 'labor_flow_sums'
      : 'labor_flow_public_sums'
    : isExact
      ? 'labor_flow_exact_cells'
      : 'labor_flow_public_cells';

const isSummable = (place: string): boolean => levelOf(place) !== 'COUNTY';

/** Whether the viewer is a party by place to everything in a place. */
const isWithinOwn = (viewer: Viewer, place: string): boolean => {
  const { from, below } = partyRange(viewer, ITEM);
  return place >= from && place < below;
};

/** Which of the codes are places at which flows are reported. */
export async function placesOfLevel(db: Db, level: LaborFlowLevel, under: string | null): Promise<string[]> {
  const range: Range = under === null ? { from: '', below: '~' } : rangeOf(under);
  // A municipality stands for itself where others have prefectures.
  const municipal = level === 'PREFECTURE' ? `OR (level = 'PROVINCE' AND ${IS_MUNICIPAL('code')})` : '';
  const rows = await db.raw<{ code: string }>(
    `/* laborStatistics.placesOfLevel */ SELECT code FROM places
     WHERE (level = ? ${municipal}) AND ${IN_DELTA('code')} AND code >= ? AND code < ? ORDER BY code`,
    [level, range.from, range.below],
  );
  return rows.map(({ code }) => code);
}

/** What was counted of each flow, in at most four statements however many flows; each is asked for once. */
export async function flowsOf(db: Db, viewer: Viewer, keys: readonly FlowKey[]): Promise<Flow[]> {
  const asked = keys.map((key, ordinal) => ({
    ...{ key, ordinal, isSummed: isSummable(key.origin) && isSummable(key.destination) },
    isExact: isWithinOwn(viewer, key.origin) || isWithinOwn(viewer, key.destination),
  }));
  const parts = new Map<number, FlowPart[]>();
  for (const isSummed of [true, false]) {
    for (const isExact of [true, false]) {
      const some = asked.filter((flow) => flow.isSummed === isSummed && flow.isExact === isExact);
      if (some.length === 0) continue;
      for (const { ordinal, ...part } of await partsOfFlows(db, some, { isSummed, isExact })) {
        parts.set(ordinal, [...(parts.get(ordinal) ?? []), part]);
      }
    }
  }
  return asked.map(({ key, ordinal, isExact }) => ({ ...key, isExact, parts: parts.get(ordinal) ?? [] }));
}

async function partsOfFlows(
  db: Db,
  flows: readonly { key: FlowKey; ordinal: number }[],
  { isSummed, isExact }: { isSummed: boolean; isExact: boolean },
): Promise<(FlowPart & { ordinal: number })[]> {
  const columns = flows.map(({ key, ordinal }) => {
    const [origin, destination] = [rangeOf(key.origin), rangeOf(key.destination)];
    const sector = key.sector ?? EVERY_SECTOR;
    return [
      String(ordinal),
      key.month,
      sector,
      origin.from,
      origin.below,
      destination.from,
      destination.below,
    ];
  });
  // A single flow is spelled out, so that the planner knows how large its places are.
  const [only, ...others] = columns;
  const isSingle = only !== undefined && others.length === 0;
  const flow = isSingle
    ? '(SELECT ?::int AS ordinal, ?::text AS month, ?::text AS sector, ?::text AS o_from, ?::text AS o_below, ?::text AS d_from, ?::text AS d_below) AS flow'
    : 'unnest(?::int[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[]) AS flow (ordinal, month, sector, o_from, o_below, d_from, d_below)';
  const sector = isSummed ? 'sector = flow.sector' : `(flow.sector = '' OR sector = flow.sector)`;
  return db.raw<FlowPart & { ordinal: number }>(
    `/* laborStatistics.partsOfFlows */
    SELECT flow.ordinal, part.* FROM ${flow}
    CROSS JOIN LATERAL (
      SELECT ${GROUP}, ${MEASURES} FROM ${sourceOf(isSummed, isExact)}
      WHERE month = flow.month AND side IN ('ORIGIN', 'DESTINATION') AND ${sector}
        AND origin >= flow.o_from AND origin < flow.o_below
        AND destination >= flow.d_from AND destination < flow.d_below AND cells > 0
      GROUP BY ${GROUP}
    ) AS part
    ORDER BY flow.ordinal, side, reported_by`,
    isSingle ? only : [0, 1, 2, 3, 4, 5, 6].map((i) => columns.map((column) => column[i] ?? '')),
  );
}

/** How an axis reads in SQL: what tells its places apart, and which rows belong to one of them. */
function axisSql(axis: Axis, column: string) {
  if ('place' in axis) {
    const { from, below } = rangeOf(axis.place);
    return {
      ...{ key: '?::text', keyBindings: [axis.place] },
      ...{ where: `${column} >= ? AND ${column} < ?`, bindings: [from, below] },
    };
  }
  const { from, below }: Range = axis.under === null ? { from: '', below: '~' } : rangeOf(axis.under);
  const where = `${column} >= ? AND ${column} < ? AND ${IN_DELTA(column)}`;
  const at = { keyBindings: [], bindings: [from, below] };
  switch (axis.level) {
    case 'PROVINCE':
      return { ...at, where, key: `left(${column}, 2) || '0000'` };
    case 'PREFECTURE':
      return {
        ...{ ...at, key: `labor_flow_prefecture(${column})` },
        where: `${where} AND (right(${column}, 4) <> '0000' OR ${IS_MUNICIPAL(column)})`,
      };
    case 'COUNTY':
      return { ...at, key: column, where: `${where} AND right(${column}, 2) <> '00'` };
  }
}

/** Where the viewer is a party to the whole of every flow that has this end of an axis there. */
function ownRange(viewer: Viewer, axis: Axis): Range {
  if ('place' in axis) return isWithinOwn(viewer, axis.place) ? rangeOf(axis.place) : EMPTY_RANGE;
  return seesWhole(viewer.jurisdiction, axis.level) ? partyRange(viewer, ITEM) : EMPTY_RANGE;
}

/** Every flow between two axes of which something was reported, by origin and destination, in one statement. */
export async function flowsBetween(
  db: Db,
  viewer: Viewer,
  asked: { month: string; sector: string | null; origin: Axis; destination: Axis },
): Promise<Flow[]> {
  const { month, sector } = asked;
  const isSummed = [asked.origin, asked.destination].every((axis) =>
    'place' in axis ? isSummable(axis.place) : axis.level !== 'COUNTY',
  );
  const origin = axisSql(asked.origin, 'origin');
  const destination = axisSql(asked.destination, 'destination');
  const own = [ownRange(viewer, asked.origin), ownRange(viewer, asked.destination)] as const;
  const isOwn = '((origin >= ? AND origin < ?) OR (destination >= ? AND destination < ?))';
  const select = (isExact: boolean) => `
    SELECT ${origin.key} AS from_place, ${destination.key} AS to_place, ${isExact} AS is_exact, ${GROUP}, ${MEASURES}
    FROM ${sourceOf(isSummed, isExact)}
    WHERE month = ? AND side IN ('ORIGIN', 'DESTINATION') ${isSummed || sector !== null ? 'AND sector = ?' : ''}
      AND ${origin.where} AND ${destination.where} AND ${isExact ? '' : 'NOT '}${isOwn} AND cells > 0
    GROUP BY from_place, to_place, ${GROUP}`;
  const bindings = [
    ...[...origin.keyBindings, ...destination.keyBindings, month],
    ...(isSummed || sector !== null ? [sector ?? EVERY_SECTOR] : []),
    ...[...origin.bindings, ...destination.bindings],
    ...own.flatMap(({ from, below }) => [from, below]),
  ];
  const hasOwn = own.some(({ from }) => from !== EMPTY_RANGE.from);
  const rows = await db.raw<FlowPart & { from_place: string; to_place: string; is_exact: boolean }>(
    `/* laborStatistics.flowsBetween */
    ${hasOwn ? `${select(true)} UNION ALL ` : ''}${select(false)}
    ORDER BY from_place, to_place`,
    hasOwn ? [...bindings, ...bindings] : bindings,
  );
  const flows = new Map<string, Flow & { parts: FlowPart[] }>();
  for (const { from_place, to_place, is_exact, ...part } of rows) {
    const key = `${from_place} ${to_place}`;
    const flow = flows.get(key);
    if (flow) flow.parts.push(part);
    else {
      const places = { origin: from_place, destination: to_place };
      flows.set(key, { month, sector, ...places, isExact: is_exact, parts: [part] });
    }
  }
  return [...flows.values()];
}

export type Direction = 'INFLOW' | 'OUTFLOW';

/** What was counted of a place's flows from and to elsewhere, by direction and sector, in one statement. */
export async function flowsOfPlace(
  db: Db,
  viewer: Viewer,
  asked: { place: string; month: string; sector: string | null },
  ancestors: readonly string[],
): Promise<{ isExact: boolean; parts: (FlowPart & { direction: Direction; sector: string })[] }> {
  const isExact = isWithinOwn(viewer, asked.place);
  const { from, below } = rangeOf(asked.place);
  const sectors = asked.sector === null ? [...'ABCDEFGHIJKLMNOPQRST'] : [asked.sector];
  const select = (direction: Direction, own: string, other: string) => `
    SELECT '${direction}' AS direction, sector, ${GROUP}, ${MEASURES}
    FROM ${sourceOf(isSummable(asked.place), isExact)}
    WHERE month = ? AND sector = ANY (?::text[]) AND side IN ('ORIGIN', 'DESTINATION')
      AND ${own} >= ? AND ${own} < ? AND NOT (${other} >= ? AND ${other} < ?) AND NOT ${other} = ANY (?::text[]) AND cells > 0
    GROUP BY sector, ${GROUP}`;
  const bindings = [asked.month, sectors, from, below, from, below, ancestors as string[]];
  const parts = await db.raw<FlowPart & { direction: Direction; sector: string }>(
    `/* laborStatistics.flowsOfPlace */
    ${select('INFLOW', 'destination', 'origin')} UNION ALL ${select('OUTFLOW', 'origin', 'destination')}
    ORDER BY direction, sector`,
    [...bindings, ...bindings],
  );
  return { isExact, parts };
}

/**
 * The pairs of cities of the four provinces of which one of a month's reporters counted a side, with what both sides
 * counted; by public values, whoever asks.
 */
export async function agreementsOf(
  db: Db,
  asked: readonly { month: string; reporters: readonly string[] }[],
): Promise<Agreement[]> {
  const pairs = asked.flatMap(({ month, reporters }) =>
    reporters.map((reporter) => [month, reporter] as const),
  );
  const isCity = (column: string) =>
    `${IN_DELTA(column)} AND (right(${column}, 4) <> '0000' OR ${IS_MUNICIPAL(column)})`;
  const rows = await db.raw<FlowPart & { month: string; origin: string; destination: string }>(
    `/* laborStatistics.agreementsOf */
    WITH pair AS MATERIALIZED (
      SELECT DISTINCT month, origin, destination
      FROM unnest(?::text[], ?::text[]) AS asked (month, reported_by)
      JOIN labor_flow_public_sums AS sums USING (month, reported_by)
      WHERE sums.sector = '' AND cells > 0 AND origin <> destination AND ${isCity('origin')} AND ${isCity('destination')}
    )
    SELECT month, origin, destination, ${GROUP}, ${MEASURES}
    FROM pair JOIN labor_flow_public_sums AS sums USING (month, origin, destination)
    WHERE sums.sector = '' AND side IN ('ORIGIN', 'DESTINATION') AND cells > 0
    GROUP BY month, origin, destination, ${GROUP}
    ORDER BY month, origin, destination`,
    [pairs.map(([month]) => month), pairs.map(([, reporter]) => reporter)],
  );
  const agreements = new Map<string, Agreement & { parts: FlowPart[] }>();
  for (const { month, origin, destination, ...part } of rows) {
    const key = `${month} ${origin} ${destination}`;
    const known = agreements.get(key);
    if (known) known.parts.push(part);
    else agreements.set(key, { month, origin, destination, parts: [part] });
  }
  return [...agreements.values()];
}
