import { pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useEffect, useEffectEvent, useRef } from 'react';

/** Takes the answers that a unit got out of all tabs when another looks at them. Draws nothing. */
export function AnswersOfCaller({ caller }: { caller: string }) {
  const { moveTab } = useGraphiQLActions();
  const { tabs, activeTabIndex, responseEditor } = useGraphiQL(
    pick('tabs', 'activeTabIndex', 'responseEditor'),
  );
  const shownTo = useRef(caller);
  const forget = useEffectEvent(() => {
    const active = tabs[activeTabIndex];
    // As GraphiQL takes whole tabs: the active one must stay the same, and shows what its editor holds.
    moveTab(tabs.map((tab) => (tab === active ? tab : { ...tab, response: null })));
    responseEditor?.setValue('');
  });
  useEffect(() => {
    if (shownTo.current === caller) return;
    shownTo.current = caller;
    forget();
  }, [caller]);
  return null;
}
