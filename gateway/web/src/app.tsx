import { use, useEffect, useMemo, useRef, useState } from 'react';
import { LanguageSwitch } from './components/language-switch';
import { PurposeField } from './components/purpose-field';
import { TopBar } from './components/top-bar';
import { TroubleLine } from './components/trouble-line';
import { UnitPicker } from './components/unit-picker';
import { Workspace } from './components/workspace';
import { createTokens } from './demo';
import { createFetcher } from './fetcher';
import { type Identity, initialIdentity, keepIdentity } from './identity';
import { useLanguage } from './language';
import type { Opening } from './opening';

/** The page: above, whom the hub sees and why they ask; below, GraphiQL. */
export function App({ opening }: { opening: Promise<Opening> }) {
  const { demo, trouble: openingTrouble } = use(opening);
  const { language } = useLanguage();
  const [identity, setIdentity] = useState(() => demo && initialIdentity(demo));
  const [purpose, setPurpose] = useState('');
  const [trouble, setTrouble] = useState(openingTrouble);
  const [tokens] = useState(createTokens);

  // Behind a ref, because GraphiQL reads the schema anew for each new fetcher: another unit may see another schema,
  // another language or purpose may not.
  const settings = useRef({ language, purpose });
  useEffect(() => {
    settings.current = { language, purpose };
  }, [language, purpose]);
  const fetcher = useMemo(
    () => createFetcher({ identity, tokens, settings: () => settings.current, report: setTrouble }),
    [identity, tokens],
  );

  const choose = (chosen: Identity | null): void => {
    keepIdentity(chosen);
    setIdentity(chosen);
  };

  return (
    <>
      <TopBar>
        {demo && <UnitPicker demo={demo} identity={identity} onChoose={choose} />}
        <PurposeField value={purpose} onChange={setPurpose} />
        <LanguageSwitch />
      </TopBar>
      {trouble && <TroubleLine trouble={trouble} />}
      <main className="workspace">
        <Workspace fetcher={fetcher} />
      </main>
    </>
  );
}
