import { functionsAt, GENERAL_GOVERNMENT, type ItemName, type PartyEnd } from './catalog';
import { contains, EMPTY_RANGE, rangeOf } from './jurisdiction';
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

/** What a grant opens: an item of a provider. */
export interface ViewerGrant {
  readonly item: ItemName;
  readonly provider: string;
}

/** Grants that no gateway confirmed for this long open nothing. */
export const GRANTS_STAND_MS = 1_000;

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
  /** What the unit's grants that state this purpose open in the subgraph that the viewer is for. */
  readonly grants: readonly ViewerGrant[];
  /** When the gateway last knew the grants to stand, in milliseconds since the epoch. */
  readonly grantsAsOf: number;
  /** Whether the caller collects what was disclosed, to leave a receipt of it. For one that does not, no grant opens. */
  readonly collects: boolean;
  /** Set by the subgraph when it left grants out that nobody had confirmed lately. */
  readonly haveGrantsLapsed?: boolean;
}

/** A viewer for one subgraph, as the value of {@link VIEWER_HEADER}. */
export const signViewer = (viewer: Viewer, to: { subgraph: string; key: Buffer; now: Date }): string =>
  signClaims(viewer, { audience: to.subgraph, key: to.key, now: to.now });

/**
 * The viewer of a header, or null when there is none that counts; see {@link verifyClaims}. Grants that may have been
 * revoked meanwhile are left out, and so are all of a caller that collects no disclosures.
 */
export function verifyViewer(
  header: string | undefined,
  by: { subgraph: string; keys: readonly Buffer[]; now: Date },
): Viewer | null {
  const viewer = verifyClaims<Viewer>(header, { audience: by.subgraph, keys: by.keys, now: by.now });
  if (!viewer || viewer.grants.length === 0) return viewer;
  if (!viewer.collects) return { ...viewer, grants: [] };
  const haveLapsed = by.now.getTime() - viewer.grantsAsOf > GRANTS_STAND_MS;
  return haveLapsed ? { ...viewer, grants: [], haveGrantsLapsed: true } : viewer;
}

const grantedOf = new WeakMap<readonly ViewerGrant[], ReadonlyMap<ItemName, ReadonlySet<string>>>();

/** The providers of each item whose rows grants open. Asked for every row, of viewers with thousands of grants too. */
function granted(grants: readonly ViewerGrant[]): ReadonlyMap<ItemName, ReadonlySet<string>> {
  const known = grantedOf.get(grants);
  if (known) return known;
  const byItem = new Map<ItemName, Set<string>>();
  for (const { item, provider } of grants) {
    const providers = byItem.get(item);
    if (providers) providers.add(provider);
    else byItem.set(item, new Set([provider]));
  }
  grantedOf.set(grants, byItem);
  return byItem;
}

/** The providers whose rows of an item the viewer's grants open. */
export const grantedProviders = ({ grants }: Viewer, item: ItemName): readonly string[] => [
  ...(granted(grants).get(item) ?? []),
];

/** Whether one of the viewer's grants opens what a provider holds of an item. */
export const isGranted = ({ grants }: Viewer, item: ItemName, provider: string): boolean =>
  granted(grants).get(item)?.has(provider) ?? false;

/** Whether the viewer's unit performs one of the functions. */
export const hasFunction = (viewer: Viewer, functions: readonly string[]): boolean =>
  viewer.functions.some((f) => functions.includes(f));

/** Whether the viewer's unit may act in a place: whether its remit holds it. Says nothing of what it may read. */
export const mayActIn = (viewer: Viewer, place: string): boolean =>
  viewer.remit.some((outer) => contains(outer, place));

/** The codes in which the viewer is a party by one end to the rows of an item; an empty range when in none. */
export function partyRange(
  viewer: Viewer,
  item: ItemName,
  end: PartyEnd = 'place',
): { from: string; below: string } {
  const functions = functionsAt(item, end);
  const isParty = functions.length > 0 && hasFunction(viewer, [GENERAL_GOVERNMENT, ...functions]);
  return isParty ? rangeOf(viewer.jurisdiction) : EMPTY_RANGE;
}
