import { endSession, loadSignIn, type Person, renewSession, type SignInState } from './sign-in';

/** One page of the hub at a time renews or ends the session that they all have. */
const LOCK = 'delta-hub:session';
const CHANNEL = 'delta-hub:session';
/** How long before its end people are told of a session that ends. */
const NOTICE_MS = 10 * 60_000;
/** How soon an issuer that could not be asked is asked again. */
const AGAIN_MS = 30_000;

/** What people are told of their session: nothing, when it ends, or that it has. */
export type Notice = { kind: 'ends'; at: number } | { kind: 'ended' } | null;

export interface Kept extends SignInState {
  notice: Notice;
}

/** Only where the page came over TLS or from this machine do pages have locks. */
const withLock = <Result>(work: () => Promise<Result>): Promise<Result> =>
  navigator.locks ? navigator.locks.request(LOCK, work) : work();

const isSame = (one: Person, other: Person): boolean =>
  one.user === other.user && one.agency === other.agency;

/**
 * Keeps the session of who is signed in for as long as the hub and the issuer let it: renewed at half of its life, once for
 * all pages that are open, again after a nap of the machine. Whoever cannot be kept signed in is told, and keeps what is on the
 * page; somebody else's page is loaded anew.
 */
export class SessionKeeper {
  #kept: Kept;
  readonly #listeners = new Set<() => void>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #channel: BroadcastChannel | null = null;
  #renewing: Promise<boolean> | null = null;
  #notBefore = 0;

  constructor(opened: SignInState) {
    this.#kept = { ...opened, notice: null };
  }

  readonly kept = (): Kept => this.#kept;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Watches until what it returns is called. */
  start(): () => void {
    const channel = new BroadcastChannel(CHANNEL);
    this.#channel = channel;
    channel.onmessage = ({ data }) => {
      if (data === 'ended' && this.#kept.person) location.reload();
      else void this.#look();
    };
    const comeBack = (): void => {
      if (document.visibilityState === 'visible') void this.#look();
    };
    document.addEventListener('visibilitychange', comeBack);
    // Somebody may have signed in on this page, while another waits for it.
    if (this.#kept.person) channel.postMessage('changed');
    this.#plan();
    return () => {
      document.removeEventListener('visibilitychange', comeBack);
      clearTimeout(this.#timer);
      channel.close();
      this.#channel = null;
    };
  }

  /** Whether somebody is signed in for longer than was known. Never throws. */
  renew(): Promise<boolean> {
    this.#renewing ??= withLock(() => this.#renew())
      .catch(() => false)
      .finally(() => {
        this.#renewing = null;
        this.#plan();
      });
    return this.#renewing;
  }

  /** Ends the session on every page, and with the issuer. Throws `Trouble`. */
  async end(): Promise<void> {
    const url = await withLock(endSession);
    this.#channel?.postMessage('ended');
    if (url) location.assign(url);
    else location.reload();
  }

  async #renew(): Promise<boolean> {
    const before = this.#kept.person?.expiresAt ?? 0;
    // Another page may have done it while this one waited.
    const found = await loadSignIn();
    if ((found.person?.expiresAt ?? 0) > before) return this.#adopt(found);
    if (!found.isRenewable) {
      this.#adopt(found);
      return false;
    }
    const outcome = await renewSession();
    if (outcome === 'unavailable') {
      this.#notBefore = Date.now() + AGAIN_MS;
      this.#adopt(found);
      return false;
    }
    const renewed = await loadSignIn();
    this.#adopt(renewed);
    this.#channel?.postMessage('changed');
    return outcome === 'renewed' && renewed.person !== null;
  }

  /** Somebody may have signed in or out elsewhere. */
  async #look(): Promise<void> {
    const found = await loadSignIn().catch(() => null);
    if (found) this.#adopt(found);
    this.#plan();
  }

  #adopt(found: SignInState): boolean {
    const { person } = this.#kept;
    if (person && found.person && !isSame(person, found.person)) location.reload();
    // Whose session is over stays whose page it is, until somebody else signs in.
    this.#keep({ ...found, person: found.person ?? person });
    return found.person !== null;
  }

  #keep(state: SignInState): void {
    const notice = noticeOf(state);
    const known = this.#kept;
    this.#kept = { ...state, notice };
    if (JSON.stringify(known) === JSON.stringify(this.#kept)) {
      this.#kept = known;
      return;
    }
    for (const listener of this.#listeners) listener();
  }

  /** Sets the time at which there is something to do: to renew, to tell, or to tell that it is over. */
  #plan(): void {
    clearTimeout(this.#timer);
    this.#keep(this.#kept);
    const { person, isRenewable } = this.#kept;
    if (!person) return;
    const left = person.expiresAt - Date.now();
    const wait = isRenewable
      ? Math.max(left / 2, this.#notBefore - Date.now(), 500)
      : left > NOTICE_MS
        ? left - NOTICE_MS
        : left + 50;
    if (!isRenewable && left < 0) return;
    this.#timer = setTimeout(() => (isRenewable ? void this.renew() : this.#plan()), wait);
  }
}

function noticeOf({ person, isRenewable }: SignInState): Notice {
  if (!person) return null;
  const left = person.expiresAt - Date.now();
  if (left <= 0) return { kind: 'ended' };
  return !isRenewable && left <= NOTICE_MS ? { kind: 'ends', at: person.expiresAt } : null;
}
