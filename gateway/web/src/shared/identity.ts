import type { Demo } from './demo';

/** The demo unit that the page acts as, in one of its roles. */
export interface Identity {
  agency: string;
  role: string;
}

const STORAGE_KEY = 'delta-hub:identity';
/** The unit of the first visit: the first example is about its town. */
const FIRST_AGENCY = '310118104-GOV';

/**
 * The choice of this browser session, or the first visit's; null is no demo unit: for who is signed in, who chose
 * nobody, and for a unit that is gone.
 */
export function initialIdentity({ units, roles }: Demo, isSignedIn: boolean): Identity | null {
  const stored = sessionStorage.getItem(STORAGE_KEY);
  if (!stored && isSignedIn) return null;
  const { agency, role }: Partial<Identity> = stored ? JSON.parse(stored) : { agency: FIRST_AGENCY };
  if (!units.some((unit) => unit.code === agency) || agency === undefined) return null;
  const known = roles.find((candidate) => candidate === role) ?? roles[0];
  return known === undefined ? null : { agency, role: known };
}

export const keepIdentity = (identity: Identity | null): void =>
  sessionStorage.setItem(STORAGE_KEY, JSON.stringify(identity ?? {}));
