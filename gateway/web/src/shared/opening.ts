import { type Demo, loadDemo } from './demo';
import { hasJustFailed, loadSignIn, renewSession, type SignInState } from './sign-in';
import { Trouble } from './trouble';

/** What a page has to know before it draws anything: GraphiQL reads the schema at once, as the unit chosen. */
export interface Opening {
  demo: Demo | null;
  signIn: SignInState;
  trouble: Trouble | null;
}

const NO_SIGN_IN: SignInState = { providers: [], person: null, isRenewable: false };

/** Whoever comes back after their session has run out goes on, where the issuer lets them. */
async function openSession(): Promise<SignInState> {
  const found = await loadSignIn();
  if (found.person || !found.isRenewable) return found;
  await renewSession();
  return loadSignIn();
}

/** Never fails for the network: a page works without demo units or sign-in, and says what is wrong. */
export async function openPage(): Promise<Opening> {
  try {
    const [demo, signIn] = await Promise.all([loadDemo(), openSession()]);
    const trouble = hasJustFailed() ? new Trouble((messages) => messages.signInFailed) : null;
    return { demo, signIn, trouble };
  } catch (error) {
    if (error instanceof Trouble) return { demo: null, signIn: NO_SIGN_IN, trouble: error };
    throw error;
  }
}
