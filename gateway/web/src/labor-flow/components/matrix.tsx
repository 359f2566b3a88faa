import { useQuery } from '@tanstack/react-query';
import { Suspense, useCallback, useMemo, useState } from 'react';
import { FlowMatrixDocument, type FlowMatrixQuery } from '../../operations';
import type { ChartColors } from '../../shared/charts/colors';
import { LazyChart } from '../../shared/charts/lazy-chart';
import { flowDiagram, heatMap, type MatrixData } from '../../shared/charts/matrix';
import { ErrorNote } from '../../shared/components/error-note';
import { Loading } from '../../shared/components/loading';
import { number } from '../../shared/format';
import { useLanguage, useTexts } from '../../shared/language';
import { useHub } from '../../shared/session';
import type { Pair, Selection } from '../selection';
import { FLOW_TEXTS } from '../texts';
import { Figure } from './figure';

type Matrix = NonNullable<FlowMatrixQuery['laborFlowMatrix']>;
type Picture = 'heat map' | 'flow diagram' | 'table';

interface MatrixProps {
  selection: Selection;
  pair: Pair | null;
  onPick(pair: Pair): void;
}

export function useMatrix(selection: Selection) {
  const hub = useHub();
  return useQuery({
    queryKey: ['flow matrix', hub.rights, selection],
    queryFn: () => hub.ask(FlowMatrixDocument, selection, 'laborFlowMatrix'),
  });
}

/** The cell with the most workers, or null. */
export function largestOf(matrix: Matrix | null | undefined): Matrix['cells'][number] | null {
  return (matrix?.cells ?? []).reduce<Matrix['cells'][number] | null>(
    (most, cell) => ((cell.workers ?? -1) > (most?.workers ?? -1) ? cell : most),
    null,
  );
}

/** Who goes where: as a heat map, as flows, or as a table that every reader and keyboard can use. */
export function FlowMatrix({ selection, pair, onPick }: MatrixProps) {
  const texts = useTexts(FLOW_TEXTS);
  const found = useMatrix(selection);
  const [picture, setPicture] = useState<Picture>('heat map');
  const matrix = found.data?.data.laborFlowMatrix;
  const names: [Picture, string][] = [
    ['heat map', texts.heatMap],
    ['flow diagram', texts.flowDiagram],
    ['table', texts.asTable],
  ];
  return (
    <section className="card matrix" aria-labelledby="matrix-title" aria-busy={found.isPending}>
      <header>
        <h2 id="matrix-title">{texts.matrix}</h2>
        <fieldset className="pictures" aria-label={texts.picture}>
          {names.map(([known, name]) => (
            <label key={known}>
              <input
                type="radio"
                name="picture"
                checked={picture === known}
                onChange={() => setPicture(known)}
              />
              {name}
            </label>
          ))}
        </fieldset>
      </header>
      {found.isPending && <Loading />}
      {found.error && <ErrorNote error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && matrix?.cells.length === 0 && <p className="empty">{texts.noFigures}</p>}
      {found.data && !matrix && <p className="empty">{texts.noFigures}</p>}
      {matrix && matrix.cells.length > 0 && (
        <>
          {picture === 'table' ? (
            <MatrixTable matrix={matrix} pair={pair} onPick={onPick} />
          ) : (
            <MatrixPicture matrix={matrix} picture={picture} onPick={onPick} />
          )}
          <p className="note">{texts.legend}</p>
        </>
      )}
    </section>
  );
}

/** Rows and columns that nothing was reported for would only make the rest smaller. */
function dataOf({ origins, destinations, cells }: Matrix): MatrixData {
  const rows = new Set(cells.map(({ originCode }) => originCode));
  const columns = new Set(cells.map(({ destinationCode }) => destinationCode));
  return {
    rows: (origins ?? []).filter(({ code }) => rows.has(code)).map(({ code, name }) => [code, name]),
    columns: (destinations ?? [])
      .filter(({ code }) => columns.has(code))
      .map(({ code, name }) => [code, name]),
    cells: cells.map(({ originCode, destinationCode, workers }) => ({
      row: originCode,
      column: destinationCode,
      value: workers,
    })),
  };
}

interface MatrixPictureProps {
  matrix: Matrix;
  picture: Picture;
  onPick(pair: Pair): void;
}

function MatrixPicture({ matrix, picture, onPick }: MatrixPictureProps) {
  const texts = useTexts(FLOW_TEXTS);
  const { language } = useLanguage();
  const data = useMemo(() => dataOf(matrix), [matrix]);
  const option = useCallback(
    (colors: ChartColors) => {
      const words = { number: (value: number) => number(value, language), suppressed: texts.suppressed };
      return picture === 'heat map' ? heatMap(data, words, colors) : flowDiagram(data, words, colors);
    },
    [data, picture, language, texts],
  );
  const most = largestOf(matrix);
  const nameOf = (pairs: [string, string][], code: string): string =>
    pairs.find(([known]) => known === code)?.[1] ?? code;
  const largest = most
    ? `${nameOf(data.rows, most.originCode)} → ${nameOf(data.columns, most.destinationCode)}, ${number(most.workers ?? 0, language)}`
    : '—';
  const height = picture === 'heat map' ? Math.max(300, 110 + data.rows.length * 17) : 680;
  // Names of columns that were narrower would cover each other; a phone shows them by and by.
  const minWidth = picture === 'heat map' ? 84 + data.columns.length * 13 : 0;
  return (
    <section
      className="scroller"
      aria-label={picture === 'heat map' ? texts.heatMap : texts.flowDiagram}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways on a phone must be reached by keyboard
      tabIndex={0}
    >
      <div style={{ minWidth }}>
        <Suspense fallback={<Loading />}>
          <LazyChart
            label={texts.matrixLabel(data.rows.length, data.columns.length, largest)}
            height={height}
            option={option}
            onPick={(id) => {
              const [origin, destination] = id.split('|');
              if (origin && destination) onPick({ origin, destination });
            }}
          />
        </Suspense>
      </div>
    </section>
  );
}

function MatrixTable({
  matrix,
  pair,
  onPick,
}: {
  matrix: Matrix;
  pair: Pair | null;
  onPick(pair: Pair): void;
}) {
  const texts = useTexts(FLOW_TEXTS);
  const { rows, columns } = useMemo(() => dataOf(matrix), [matrix]);
  const cells = useMemo(
    () => new Map(matrix.cells.map((cell) => [`${cell.originCode}|${cell.destinationCode}`, cell])),
    [matrix],
  );
  return (
    <div className="matrix-table">
      <table>
        <thead>
          <tr>
            <th scope="col">
              {texts.origin} ＼ {texts.destination}
            </th>
            {columns.map(([code, name]) => (
              <th key={code} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([origin, name]) => (
            <tr key={origin}>
              <th scope="row">{name}</th>
              {columns.map(([destination]) => {
                const cell = cells.get(`${origin}|${destination}`);
                const isChosen = pair?.origin === origin && pair.destination === destination;
                return (
                  <td key={destination}>
                    {cell ? (
                      <button
                        type="button"
                        aria-pressed={isChosen}
                        onClick={() => onPick({ origin, destination })}
                      >
                        <Figure figure={cell} />
                      </button>
                    ) : (
                      <Figure figure={null} />
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
