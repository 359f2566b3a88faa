import type { Fetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { useState } from 'react';
import { EXAMPLES, exampleText, exampleVariables } from '../examples';
import { useLanguage } from '../language';
import { graphiqlStorage } from '../storage';
import { EditorOptions } from './editor-options';
import { ExampleMenu } from './example-menu';
import { ExampleTranslator } from './example-translator';

/** GraphiQL with the examples: a tab each at the first visit, later the tabs that were left open. */
export function Workspace({ fetcher }: { fetcher: Fetcher }) {
  const { language } = useLanguage();
  const [tabs] = useState(() =>
    EXAMPLES.map((example) => ({
      query: exampleText(example, language),
      variables: exampleVariables(example),
    })),
  );
  return (
    <GraphiQL
      fetcher={fetcher}
      storage={graphiqlStorage}
      defaultTabs={tabs}
      defaultEditorToolsVisibility="variables"
      isHeadersEditorEnabled
      shouldPersistHeaders={false}
    >
      <GraphiQL.Logo>
        <ExampleMenu />
      </GraphiQL.Logo>
      <ExampleTranslator />
      <EditorOptions />
    </GraphiQL>
  );
}
