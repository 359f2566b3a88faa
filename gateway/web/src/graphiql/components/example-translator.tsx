import { pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useEffect, useEffectEvent } from 'react';
import { useLanguage } from '../../shared/language';
import { translateExample } from '../examples';

/** Keeps the tabs of examples that nobody has edited in the page's language. Draws nothing. */
export function ExampleTranslator() {
  const { language } = useLanguage();
  const { moveTab } = useGraphiQLActions();
  const { tabs, activeTabIndex, queryEditor, variableEditor } = useGraphiQL(
    pick('tabs', 'activeTabIndex', 'queryEditor', 'variableEditor'),
  );

  const translateTabs = useEffectEvent(() => {
    const active = tabs[activeTabIndex];
    // GraphiQL has one action that takes whole tabs, "move". It finds the active one by identity and fills the editors
    // from it, among them that of the variables, which GraphiQL leaves empty when it opens with default tabs.
    moveTab(
      tabs.map((tab) =>
        tab === active || !tab.query ? tab : { ...tab, query: translateExample(tab.query, language) },
      ),
    );
    if (active?.query) queryEditor?.setValue(translateExample(active.query, language));
  });

  const isReady = queryEditor !== undefined && variableEditor !== undefined;
  useEffect(() => {
    if (isReady) translateTabs();
  }, [isReady, language]);
  return null;
}
