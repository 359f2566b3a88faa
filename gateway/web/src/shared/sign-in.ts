import { readObject, request } from './http';
import type { Language } from './messages';

const SIGN_IN_PATH = '/sign-in';
/** What the hub adds to the address when somebody comes back and could not be signed in. */
const FAILED = '#sign-in-failed';

/** Who is signed in; that they are is in a cookie that the page cannot read. */
export interface Person {
  user: string;
  agency: string;
  roles: string[];
}

export interface SignInState {
  providers: { id: string; title: { zh: string; en: string } }[];
  person: Person | null;
}

/** Where people may sign in, and who has. Throws `Trouble`. */
export async function loadSignIn(): Promise<SignInState> {
  const response = await request(SIGN_IN_PATH);
  const { providers = [], person = null }: Partial<SignInState> = await readObject(SIGN_IN_PATH, response);
  return { providers, person };
}

/** The address at which somebody signs in, to come back to where they are. */
export const signInAddress = (id: string): string =>
  `${SIGN_IN_PATH}/${id}?${new URLSearchParams({ to: location.pathname + location.search })}`;

/** Ends the session with the hub, then with the issuer if it has a place for that. */
export async function signOut(): Promise<void> {
  const response = await request('/sign-out', { method: 'POST' });
  const { url }: { url?: string | null } = await readObject('/sign-out', response);
  if (url) location.assign(url);
  else location.reload();
}

/** Whether somebody has just come back in vain; said once. */
export function hasJustFailed(): boolean {
  if (location.hash !== FAILED) return false;
  history.replaceState(history.state, '', location.pathname + location.search);
  return true;
}

export const titleOf = (title: { zh: string; en: string }, language: Language): string =>
  language === 'en' ? title.en : title.zh;
