import { CATALOG, GENERAL_GOVERNMENT, type ItemName } from './catalog';
import { EMPTY_RANGE, rangeOf } from './jurisdiction';
import { signClaims, verifyClaims } from './signature';

/** The header that carries a signed viewer from a gateway to a subgraph. */
export const VIEWER_HEADER = 'hub-viewer';

export const ROLES = [
  'OFFICER',
  'STEWARD',
  'ANALYST',
  'AUDITOR',
  'TEAM_LEADER',
  'TOWNSHIP_PARTY_SECRETARY',
  'COUNTY_ORGANIZATION_DEPARTMENT',
] as const;
export type Role = (typeof ROLES)[number];

/** Who is asking: one user of one unit, as the gateway verified them. */
export interface Viewer {
  readonly user: string;
  readonly roles: readonly Role[];
  /** The unit's code. */
  readonly agency: string;
  /** The unit's own jurisdiction: where it reads as a party by place. */
  readonly jurisdiction: string;
  readonly functions: readonly string[];
  /** Jurisdictions in which, and below which, the unit may act. A company has none. */
  readonly remit: readonly string[];
  /** What the caller says it reads for; opens the grants that state the same. */
  readonly purpose: string | null;
}

/** A viewer for one subgraph, as the value of {@link VIEWER_HEADER}. */
export const signViewer = (viewer: Viewer, to: { subgraph: string; key: Buffer; now: Date }): string =>
  signClaims(viewer, { audience: to.subgraph, key: to.key, now: to.now });

/** The viewer of a header, or null when there is none that counts; see {@link verifyClaims}. */
export const verifyViewer = (
  header: string | undefined,
  by: { subgraph: string; keys: readonly Buffer[]; now: Date },
): Viewer | null => verifyClaims<Viewer>(header, { audience: by.subgraph, keys: by.keys, now: by.now });

/** Whether the viewer's unit performs one of the functions. */
export const hasFunction = (viewer: Viewer, functions: readonly string[]): boolean =>
  viewer.functions.some((f) => functions.includes(f));

/** The codes in which the viewer is a party by place to the rows of an item; an empty range when in none. */
export function partyRange(viewer: Viewer, item: ItemName): { from: string; below: string } {
  const { functionsByPlace } = CATALOG[item];
  const isParty =
    functionsByPlace.length > 0 && hasFunction(viewer, [GENERAL_GOVERNMENT, ...functionsByPlace]);
  return isParty ? rangeOf(viewer.jurisdiction) : EMPTY_RANGE;
}
