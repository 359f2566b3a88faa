import { pick, useGraphiQL } from '@graphiql/react';
import { useEffect } from 'react';

/** What the editors have to be told for Chinese text and narrow screens. Draws nothing. */
export function EditorOptions() {
  const { queryEditor, variableEditor, headerEditor, responseEditor } = useGraphiQL(
    pick('queryEditor', 'variableEditor', 'headerEditor', 'responseEditor'),
  );
  useEffect(() => {
    for (const editor of [queryEditor, variableEditor, headerEditor, responseEditor]) {
      // Monaco takes Chinese punctuation for a forgery of ASCII and draws a box around it.
      editor?.updateOptions({ wordWrap: 'on', unicodeHighlight: { ambiguousCharacters: false } });
    }
  }, [queryEditor, variableEditor, headerEditor, responseEditor]);
  return null;
}
