import { readObject, request } from './http';
import type { Language } from './messages';

const SIGN_IN_PATH = '/sign-in';
const RENEW_PATH = '/sign-in/renew';
const END_PATH = '/sign-in/end';
/** What the hub adds to the address when somebody comes back and could not be signed in. */
const FAILED = '#sign-in-failed';

/** Who is signed in; that they are is in a cookie that the page cannot read. */
export interface Person {
  user: string;
  agency: string;
  roles: string[];
  /** In milliseconds since the epoch. */
  expiresAt: number;
}

export interface SignInState {
  providers: { id: string; title: { zh: string; en: string } }[];
  person: Person | null;
  /** Whether the hub can ask the issuer to go on, also when the session has run out. */
  isRenewable: boolean;
}

/** Where people may sign in, and who has. Throws `Trouble`. */
export async function loadSignIn(): Promise<SignInState> {
  const response = await request(SIGN_IN_PATH);
  const state: Partial<SignInState> = await readObject(SIGN_IN_PATH, response);
  return {
    providers: state.providers ?? [],
    person: state.person ?? null,
    isRenewable: state.isRenewable ?? false,
  };
}

/** Has the session renewed. Throws `Trouble`. */
export async function renewSession(): Promise<'renewed' | 'refused' | 'unavailable' | 'impossible'> {
  const response = await request(RENEW_PATH, { method: 'POST' });
  const { outcome }: { outcome?: 'renewed' | 'refused' | 'unavailable' | 'impossible' } = await readObject(
    RENEW_PATH,
    response,
  );
  return outcome ?? 'unavailable';
}

/** The address at which somebody signs in, to come back to where they are. */
export const signInAddress = (id: string): string =>
  `${SIGN_IN_PATH}/${id}?${new URLSearchParams({ to: location.pathname + location.search })}`;

/** Ends the session with the hub; the address at which it ends with the issuer too, if there is one. Throws `Trouble`. */
export async function endSession(): Promise<string | null> {
  const response = await request(END_PATH, { method: 'POST' });
  const { url }: { url?: string | null } = await readObject(END_PATH, response);
  return url ?? null;
}

/** Whether somebody has just come back in vain; said once. */
export function hasJustFailed(): boolean {
  if (location.hash !== FAILED) return false;
  history.replaceState(history.state, '', location.pathname + location.search);
  return true;
}

export const titleOf = (title: { zh: string; en: string }, language: Language): string =>
  language === 'en' ? title.en : title.zh;
