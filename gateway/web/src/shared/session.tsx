import { useQueryClient } from '@tanstack/react-query';
import {
  createContext,
  type ReactNode,
  use,
  useContext,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react';
import { createTokens, type Demo, type Tokens } from './demo';
import { Hub } from './hub';
import { type Identity, initialIdentity, keepIdentity } from './identity';
import { useLanguage } from './language';
import type { Opening } from './opening';
import { type Kept, SessionKeeper } from './session-keeper';
import type { Trouble } from './trouble';

interface SessionState {
  /** The units that the hub can be seen as; null without demo data. */
  demo: Demo | null;
  identity: Identity | null;
  choose(identity: Identity | null): void;
  tokens: Tokens;
  purpose: string;
  setPurpose(purpose: string): void;
  /** Where people sign in, and who has. */
  signIn: Kept;
  keeper: SessionKeeper;
  /** Why the page does not know whom it can act as. */
  trouble: Trouble | null;
  /** The code of the unit that the hub sees; null for nobody. */
  agency: string | null;
}

const SessionContext = createContext<SessionState | null>(null);

/** Whom the hub sees, and why they ask. Tokens live in memory and nowhere else. */
export function SessionProvider({ opening, children }: { opening: Promise<Opening>; children: ReactNode }) {
  const { demo, signIn: opened, trouble } = use(opening);
  const [keeper] = useState(() => new SessionKeeper(opened));
  const signIn = useSyncExternalStore(keeper.subscribe, keeper.kept);
  useEffect(() => keeper.start(), [keeper]);
  const client = useQueryClient();
  const isOver = signIn.notice?.kind === 'ended';
  useEffect(() => {
    if (!isOver) return;
    // What was refused meanwhile is asked again once somebody has signed in.
    return () => void client.invalidateQueries();
  }, [isOver, client]);
  const [identity, setIdentity] = useState(() => demo && initialIdentity(demo, opened.person !== null));
  const [purpose, setPurpose] = useState('');
  const [tokens] = useState(createTokens);
  const choose = (chosen: Identity | null): void => {
    keepIdentity(chosen);
    setIdentity(chosen);
  };
  const agency = identity?.agency ?? signIn.person?.agency ?? null;
  const state = { demo, identity, choose, tokens, purpose, setPurpose, signIn, keeper, trouble, agency };
  return <SessionContext value={state}>{children}</SessionContext>;
}

export function useSession(): SessionState {
  const state = useContext(SessionContext);
  if (!state) throw new Error('useSession is called outside SessionProvider');
  return state;
}

/** The hub as the page's caller sees it now: another one for another unit, purpose or language. */
export function useHub(): Hub {
  const { identity, tokens, purpose, signIn, keeper } = useSession();
  const { language } = useLanguage();
  const { user = null, agency = null } = signIn.person ?? {};
  return useMemo(
    () =>
      new Hub({
        identity,
        tokens,
        language,
        purpose,
        person: user === null || agency === null ? null : { user, agency },
        renew: () => keeper.renew(),
      }),
    [identity, tokens, language, purpose, user, agency, keeper],
  );
}

/** The place that a unit is of: an agency's code begins with its jurisdiction's. */
export const placeOf = (agency: string | null): string | null => agency?.split('-')[0] ?? null;
