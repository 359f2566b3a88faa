import { pick, useGraphiQL } from '@graphiql/react';
import { useMemo, useState } from 'react';
import { saveFile } from '../../../shared/download';
import { number } from '../../../shared/format';
import { useLanguage, useTexts } from '../../../shared/language';
import type { Exchange } from '../../exchanges';
import { WORKBENCH_TEXTS, withheldWords } from '../../texts';
import type { WithheldValue } from '../../withheld';
import { canReadOn, readOn, reasonOf } from '../read-pages';
import { csvOf, type Table } from '../tables';
import { DataTable } from './data-table';

interface TableViewProps {
  exchange: Exchange;
  table: Table;
  /** Told when more of the list was read. */
  onRead(table: Table): void;
}

/** A list of the answer as a table: more of it, or all of it as a file. */
export function TableView({ exchange, table, onRead }: TableViewProps) {
  const texts = useTexts(WORKBENCH_TEXTS);
  const { language } = useLanguage();
  const { schema } = useGraphiQL(pick('schema'));
  const [reading, setReading] = useState<AbortController | null>(null);
  const [progress, setProgress] = useState(0);
  const [failure, setFailure] = useState<string | null>(null);
  const goesOn = useMemo(() => canReadOn(schema, exchange, table), [schema, exchange, table]);
  const isWhole = !goesOn || table.page?.hasNextPage === false;

  const read = async (mostPages: number, then: (whole: Table) => void): Promise<void> => {
    if (!schema) return;
    const aborter = new AbortController();
    setReading(aborter);
    setFailure(null);
    setProgress(0);
    try {
      const whole = await readOn({
        exchange,
        schema,
        table,
        mostPages,
        signal: aborter.signal,
        onPage: ({ rows }) => setProgress(rows.length),
      });
      if (!aborter.signal.aborted) then(whole);
    } catch (error) {
      setFailure(reasonOf(error, language));
    } finally {
      setReading(null);
    }
  };
  const wordsOf = (value: WithheldValue): string => texts.csvCell(withheldWords(texts, value));
  const save = (whole: Table): void => saveFile(`${table.path || 'answer'}.csv`, csvOf(whole, wordsOf));

  return (
    <>
      <div className="result-tools">
        <span role="status">
          {reading && progress > 0
            ? texts.loadedSoFar(number(progress, language))
            : texts.rows(number(table.rows.length, language))}
        </span>
        {!isWhole && (
          <button
            type="button"
            className="button"
            disabled={reading !== null}
            onClick={() => void read(1, onRead)}
          >
            {texts.loadMore}
          </button>
        )}
        <button
          type="button"
          className="button"
          disabled={reading !== null}
          onClick={() => (isWhole ? save(table) : void read(Number.POSITIVE_INFINITY, save))}
        >
          {isWhole ? texts.csv : texts.csvAll}
        </button>
        {reading && (
          <button type="button" className="button" onClick={() => reading.abort()}>
            {texts.cancel}
          </button>
        )}
      </div>
      {failure && (
        <p className="trouble" role="alert">
          {texts.failed(failure)}
        </p>
      )}
      <DataTable key={table.path} table={table} />
    </>
  );
}
