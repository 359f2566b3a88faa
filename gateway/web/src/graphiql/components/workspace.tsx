import '@graphiql/plugin-explorer/style.css';
import { explorerPlugin } from '@graphiql/plugin-explorer';
import { HISTORY_PLUGIN } from '@graphiql/plugin-history';
import type { Fetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { useMemo, useState } from 'react';
import { useLanguage, useTexts } from '../../shared/language';
import { useTheme } from '../../shared/theme';
import { DocsSearchPlugin } from '../docs-search/docs-search-plugin';
import { EXAMPLES, exampleText, exampleVariables } from '../examples';
import type { Exchanges } from '../exchanges';
import { LibraryPlugin } from '../library/library-plugin';
import { ResultViews } from '../results/components/result-views';
import { graphiqlStorage } from '../storage';
import { WORKBENCH_TEXTS } from '../texts';
import { AnswersOfCaller } from './answers-of-caller';
import { EditorOptions } from './editor-options';
import { ExampleMenu } from './example-menu';
import { ExampleTranslator } from './example-translator';
import { LibraryIcon, SearchIcon } from './icons';
import { OpenedByLink } from './opened-by-link';

const EXPLORER_PLUGIN = explorerPlugin();

/** GraphiQL with the examples: a tab each at the first visit, later the tabs that were left open. */
export function Workspace({ fetcher, exchanges }: { fetcher: Fetcher; exchanges: Exchanges }) {
  const { language } = useLanguage();
  const { theme } = useTheme();
  const texts = useTexts(WORKBENCH_TEXTS);
  const [tabs] = useState(() =>
    EXAMPLES.map((example) => ({
      query: exampleText(example, language),
      variables: exampleVariables(example),
    })),
  );
  const plugins = useMemo(
    () => [
      HISTORY_PLUGIN,
      EXPLORER_PLUGIN,
      { title: texts.search, icon: SearchIcon, content: DocsSearchPlugin },
      { title: texts.library, icon: LibraryIcon, content: LibraryPlugin },
    ],
    [texts],
  );
  return (
    <GraphiQL
      fetcher={fetcher}
      storage={graphiqlStorage}
      plugins={plugins}
      forcedTheme={theme}
      defaultTabs={tabs}
      defaultEditorToolsVisibility="variables"
      isHeadersEditorEnabled
      shouldPersistHeaders={false}
    >
      <GraphiQL.Logo>
        <ExampleMenu />
      </GraphiQL.Logo>
      <GraphiQL.Footer>
        <ResultViews exchanges={exchanges} />
      </GraphiQL.Footer>
      <ExampleTranslator />
      <AnswersOfCaller caller={exchanges.caller} />
      <EditorOptions />
      <OpenedByLink />
    </GraphiQL>
  );
}
