import { Suspense, useCallback, useMemo, useState } from 'react';
import type { ChartColors } from '../../../shared/charts/colors';
import { LazyChart } from '../../../shared/charts/lazy-chart';
import { lineChart, ranking } from '../../../shared/charts/lines';
import { flowDiagram, heatMap, type MatrixData } from '../../../shared/charts/matrix';
import { Loading } from '../../../shared/components/loading';
import { number } from '../../../shared/format';
import { useLanguage, useTexts } from '../../../shared/language';
import { LockIcon } from '../../components/icons';
import { WORKBENCH_TEXTS, withheldWords } from '../../texts';
import { WithheldValue } from '../../withheld';
import { type ChartChoice, chartsOf, emptyIn, missingIn } from '../chart-choice';
import type { Cell, Row, Table } from '../tables';

/** How many a ranking can show and still be read. */
const MOST_RANKED = 25;

/** A list of the answer as a chart; the fitting one first, others to choose. */
export function ChartView({ table }: { table: Table }) {
  const texts = useTexts(WORKBENCH_TEXTS);
  const { language } = useLanguage();
  const choices = useMemo(() => chartsOf(table), [table]);
  const [chosen, setChosen] = useState(0);
  const choice = choices[chosen] ?? choices[0];
  const option = useCallback(
    (colors: ChartColors) =>
      choice ? optionOf(choice, table.rows, (value) => number(value, language), colors) : {},
    [choice, table, language],
  );
  if (!choice) return <p className="empty">{texts.noChart}</p>;
  const missing = missingIn(choice, table.rows);
  const empty = emptyIn(choice, table.rows);
  const label = texts.chartLabel(
    texts.charts[choice.kind],
    table.path || texts.wholeAnswer,
    table.rows.length,
  );
  return (
    <>
      <div className="result-tools">
        <label className="field">
          {texts.chart}
          <select value={chosen} onChange={(event) => setChosen(Number(event.target.value))}>
            {choices.map(({ kind, along }, index) => (
              <option key={`${kind} ${along}`} value={index}>
                {index === 0 ? texts.proposed(texts.charts[kind]) : texts.charts[kind]}
              </option>
            ))}
          </select>
        </label>
        <span>
          {texts.value}: {choice.values.join(', ')}
        </span>
      </div>
      {(missing.length > 0 || empty.length > 0) && (
        <ul className="not-drawn">
          {missing.map(({ column, value, rows }) => (
            <li key={`${column} ${value.provider} ${value.reason}`}>
              <LockIcon />
              {texts.notDrawn(number(rows, language), column, withheldWords(texts, value))}
            </li>
          ))}
          {empty.map(({ column, rows }) => (
            <li key={column}>{texts.notDrawnEmpty(number(rows, language), column)}</li>
          ))}
        </ul>
      )}
      <div className="chart-scroller">
        <Suspense fallback={<Loading />}>
          <LazyChart label={label} height={heightOf(choice, table.rows)} option={option} />
        </Suspense>
      </div>
    </>
  );
}

function heightOf({ kind, along }: ChartChoice, rows: Row[]): number {
  switch (kind) {
    case 'ranking':
      return Math.max(240, 40 + Math.min(rows.length, MOST_RANKED) * 24);
    case 'matrix':
      return Math.max(300, 110 + new Set(rows.map((row) => row[along])).size * 18);
    case 'flows':
      return 520;
    case 'series':
      return 360;
  }
}

function optionOf(
  { kind, along, across, values }: ChartChoice,
  rows: Row[],
  words: (value: number) => string,
  colors: ChartColors,
) {
  const [value = ''] = values;
  const text = (row: Row, column: string): string => wordsOf(row[column]);
  const amount = (row: Row, column: string): number | null => {
    const cell = row[column];
    return typeof cell === 'number' ? cell : null;
  };
  switch (kind) {
    case 'series': {
      const inTime = rows.toSorted((a, b) => text(a, along).localeCompare(text(b, along)));
      const axis = inTime.map((row) => text(row, along));
      const lines = values.map((name) => ({ name, values: inTime.map((row) => amount(row, name)) }));
      return lineChart({ axis, lines }, words, colors);
    }
    case 'ranking': {
      const ranked = rows
        .flatMap((row) => {
          const ranks = amount(row, value);
          return ranks === null ? [] : [{ name: text(row, along), value: ranks }];
        })
        .sort((a, b) => b.value - a.value)
        .slice(0, MOST_RANKED);
      return ranking(ranked, value, words, colors);
    }
    case 'matrix':
    case 'flows': {
      const data: MatrixData = {
        rows: namesOf(rows, along),
        columns: namesOf(rows, across ?? along),
        cells: rows.map((row) => ({
          row: text(row, along),
          column: text(row, across ?? along),
          value: amount(row, value),
        })),
      };
      const say = { number: words, suppressed: '—' };
      return kind === 'matrix' ? heatMap(data, say, colors) : flowDiagram(data, say, colors);
    }
  }
}

const namesOf = (rows: Row[], column: string): [string, string][] =>
  [...new Set(rows.map((row) => wordsOf(row[column])))].map((name) => [name, name]);

/** A cell as a name in a chart. */
const wordsOf = (cell: Cell | undefined): string =>
  cell instanceof WithheldValue ? '—' : String(cell ?? '—');
