import { useEffect, useMemo, useRef, useState } from 'react';
import { CallerFields } from '../shared/components/caller-fields';
import { TopBar } from '../shared/components/top-bar';
import { TroubleLine } from '../shared/components/trouble-line';
import { useLanguage } from '../shared/language';
import { useSession } from '../shared/session';
import { Workspace } from './components/workspace';
import { Exchanges } from './exchanges';
import { createFetcher } from './fetcher';

/** The page: above, whom the hub sees and why they ask; below, GraphiQL. */
export function App() {
  const { identity, tokens, purpose, signIn, keeper, trouble: openingTrouble } = useSession();
  const { language, messages } = useLanguage();
  const [trouble, setTrouble] = useState(openingTrouble);
  const { user = null } = signIn.person ?? {};
  // What another unit was answered is not shown any more.
  const caller = JSON.stringify(identity ?? user);
  const exchanges = useMemo(() => new Exchanges(caller), [caller]);

  // Behind a ref, because GraphiQL reads the schema anew for each new fetcher: another unit may see another schema,
  // another language or purpose may not.
  const settings = useRef({ language, purpose });
  useEffect(() => {
    settings.current = { language, purpose };
  }, [language, purpose]);
  const fetcher = useMemo(
    () =>
      createFetcher({
        identity,
        tokens,
        renew: identity === null && user !== null ? () => keeper.renew() : null,
        settings: () => settings.current,
        report: setTrouble,
        keep: (exchange) => exchanges.add(exchange),
      }),
    [identity, tokens, exchanges, user, keeper],
  );

  return (
    <>
      <TopBar page="graphiql">
        <CallerFields />
      </TopBar>
      {trouble && <TroubleLine trouble={trouble} />}
      <main className="workspace">
        <h1 className="read-out">{messages.pages.graphiql}</h1>
        <Workspace fetcher={fetcher} exchanges={exchanges} />
      </main>
    </>
  );
}
