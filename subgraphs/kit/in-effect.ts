import { EVERYWHERE } from './connection';
import type { Db } from './database';
import { ancestorsAndSelf, contains } from './jurisdiction';
import { readableByAll } from './policies';

/** Something that is laid down for a place and a time. */
export interface Effective {
  /** `EVERYWHERE` for the default for all. */
  readonly jurisdiction: string;
  /** First and last day; no last day while none is set. */
  readonly effective_from: string;
  readonly effective_until: string | null;
}

/**
 * Of several rows the one that holds in a place (or, for `EVERYWHERE`, the default for all) on a day: the place's own or
 * that of the nearest place above it, and of several there the one that came into effect last. Null when none holds.
 */
export function inEffect<Row extends Effective>(
  rows: readonly Row[],
  place: string,
  day: string,
): Row | null {
  const holding = rows.filter(
    (row) =>
      (row.jurisdiction === EVERYWHERE || (place !== EVERYWHERE && contains(row.jurisdiction, place))) &&
      row.effective_from <= day &&
      (row.effective_until === null || day <= row.effective_until),
  );
  // Of the codes of one place and its ancestors the later in text order is the lower place.
  const rank = ({ jurisdiction, effective_from }: Row) => `${jurisdiction} ${effective_from}`;
  return holding.reduce<Row | null>((best, row) => (best && rank(best) > rank(row) ? best : row), null);
}

/** The jurisdictions whose rows may hold in one of the places. */
export const layersOf = (places: readonly string[]): string[] => [
  ...new Set([EVERYWHERE, ...places.filter((place) => place !== EVERYWHERE).flatMap(ancestorsAndSelf)]),
];

/** A value that a rule reads instead of a constant: what DOMAIN.md marks *(policy)*. */
export interface PolicyRow extends Effective {
  readonly name: string;
  readonly value: unknown;
  /** Where the value is from, for whoever asks why. */
  readonly source: string;
}

/** SQL that makes a subgraph's table of policies; once a schema. Any signed-in unit reads them. */
export const createPolicies = (subgraph: string): string => `
  CREATE TABLE policies (
    name text COLLATE "C" NOT NULL,
    -- Empty for the default for all places.
    jurisdiction text COLLATE "C" NOT NULL,
    effective_from date NOT NULL,
    effective_until date,
    value jsonb NOT NULL,
    source text NOT NULL,
    PRIMARY KEY (name, jurisdiction, effective_from),
    CHECK (effective_until >= effective_from)
  );
  ${readableByAll({ subgraph, table: 'policies', item: 'registry.directory' })}`;

/** Enters policies; one that is there for the same name, place and first day is replaced. For data sets. */
export async function enterPolicies(db: Db, rows: readonly PolicyRow[]): Promise<void> {
  await db('policies')
    .comment('policies.enter')
    .insert(rows.map((row) => ({ ...row, value: JSON.stringify(row.value) })))
    .onConflict(['name', 'jurisdiction', 'effective_from'])
    .merge();
}

/** The policies of these names that may hold in one of the places, in one statement; `inEffect` chooses. */
export async function policiesOf(
  db: Db,
  names: readonly string[],
  places: readonly string[],
): Promise<PolicyRow[]> {
  return db<PolicyRow>('policies')
    .comment('policies.of')
    .select('name', 'jurisdiction', 'effective_from', 'effective_until', 'value', 'source')
    .whereIn('name', [...names])
    .whereIn('jurisdiction', layersOf(places));
}

/**
 * The value of a policy that holds in a place on a day, read by `read`, which throws when it has not the shape that the
 * rule needs. For days before any was laid down the first one holds. Throws when there is none: every policy has a
 * default for all places.
 */
export function policyValue<Value>(
  rows: readonly PolicyRow[],
  name: string,
  { place, day }: { place: string; day: string },
  read: (value: unknown) => Value,
): Value {
  const named = rows.filter((candidate) => candidate.name === name);
  const row = inEffect(named, place, day) ?? inEffect(named, place, firstDay(named, place, day));
  if (!row) throw new Error(`no policy ${name} holds in "${place}" on ${day}`);
  return read(row.value);
}

/** The first day on which anything was laid down for a place, if that is still to come; otherwise the day itself. */
function firstDay(rows: readonly PolicyRow[], place: string, day: string): string {
  const layers = new Set(layersOf([place]));
  const days = rows.filter(({ jurisdiction }) => layers.has(jurisdiction)).map((row) => row.effective_from);
  const first = days.sort()[0];
  return first !== undefined && first > day ? first : day;
}

/** Reads a policy that is a number. */
export function numberPolicy(value: unknown): number {
  if (typeof value !== 'number') throw new TypeError(`a policy is ${JSON.stringify(value)}, not a number`);
  return value;
}
