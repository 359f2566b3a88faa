import { pick, useGraphiQL } from '@graphiql/react';
import { useEffect, useRef, useState } from 'react';
import { number } from '../../../shared/format';
import { useLanguage, useTexts } from '../../../shared/language';
import { LockIcon } from '../../components/icons';
import { type Exchange, type Exchanges, useExchanges } from '../../exchanges';
import { useGrantRequest } from '../../grant-request';
import { WORKBENCH_TEXTS, withheldWords } from '../../texts';
import { mayBeAskedFor } from '../../withheld';
import { printed, type WithheldLine, withheldLines } from '../lines';

/**
 * Marks in GraphiQL's own view of an answer each null that was withheld, with whose it is and why, and goes from one to the
 * next. Of the one that the cursor is at it says so in words, with the request for a grant.
 */
export function WithheldLines({ exchanges }: { exchanges: Exchanges }) {
  const texts = useTexts(WORKBENCH_TEXTS);
  const { language } = useLanguage();
  const { responseEditor: editor } = useGraphiQL(pick('responseEditor'));
  const all = useExchanges(exchanges);
  const prepare = useGrantRequest();
  const [lines, setLines] = useState<WithheldLine[]>([]);
  const [current, setCurrent] = useState<WithheldLine | null>(null);
  const known = useRef<WithheldLine[]>([]);

  // A tab that one comes back to shows an earlier answer, so what is marked follows from what stands in the editor.
  useEffect(() => {
    if (!editor) return;
    const marks = editor.createDecorationsCollection();
    const mark = (): void => {
      const exchange = shownIn(editor.getValue(), all);
      const found = exchange ? withheldLines(exchange) : [];
      known.current = found;
      setLines(found);
      setCurrent(null);
      marks.set(
        found.map(({ line, value }) => {
          const column = (editor.getModel()?.getLineContent(line).lastIndexOf('null') ?? 0) + 1;
          const words = withheldWords(texts, value);
          return {
            range: {
              ...{ startLineNumber: line, endLineNumber: line },
              ...{ startColumn: column, endColumn: column + 'null'.length },
            },
            options: {
              inlineClassName: 'withheld-null',
              hoverMessage: { value: words },
              after: { content: ` ${words} `, inlineClassName: 'withheld-after' },
            },
          };
        }),
      );
    };
    mark();
    const content = editor.onDidChangeModelContent(mark);
    const cursor = editor.onDidChangeCursorPosition(({ position }) =>
      setCurrent(known.current.find(({ line }) => line === position.lineNumber) ?? null),
    );
    return () => {
      content.dispose();
      cursor.dispose();
      marks.clear();
    };
  }, [editor, all, texts]);

  if (!editor || lines.length === 0) return null;
  /** The next one below the cursor, or above it; from the last to the first. */
  const go = (direction: 1 | -1): void => {
    const at = editor.getPosition()?.lineNumber ?? 0;
    const ordered = direction === 1 ? lines : lines.toReversed();
    const next = ordered.find(({ line }) => (line - at) * direction > 0) ?? ordered[0];
    if (!next) return;
    editor.setPosition({ lineNumber: next.line, column: 1 });
    editor.revealLineInCenterIfOutsideViewport(next.line);
    setCurrent(next);
  };
  return (
    <div className="withheld-line">
      <LockIcon />
      {texts.withheldCount(number(lines.length, language))}
      <button type="button" className="button" onClick={() => go(-1)}>
        {texts.previousWithheld}
      </button>
      <button type="button" className="button" onClick={() => go(1)}>
        {texts.nextWithheld}
      </button>
      <span role="status">
        {current && (
          <>
            <code>{current.path}</code> {withheldWords(texts, current.value)}
          </>
        )}
      </span>
      {current && mayBeAskedFor(current.value) && (
        <button type="button" className="button" onClick={() => prepare(current.value)}>
          {texts.prepare}
        </button>
      )}
    </div>
  );
}

/** The answer that an editor shows, if something of it was withheld. */
const shownIn = (text: string, exchanges: readonly Exchange[]): Exchange | undefined =>
  exchanges.find(
    (exchange) =>
      exchange.withheld.some(({ places = [] }) => places.length > 0) && printed(exchange) === text,
  );
