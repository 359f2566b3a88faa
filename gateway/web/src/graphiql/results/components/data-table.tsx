import {
  type ColumnDef,
  createSortedRowModel,
  rowSortingFeature,
  type Row as TableRow,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useId, useMemo, useRef, useState } from 'react';
import { number } from '../../../shared/format';
import { useLanguage, useTexts } from '../../../shared/language';
import { LockIcon } from '../../components/icons';
import { type GrantWish, useGrantRequest } from '../../grant-request';
import { WORKBENCH_TEXTS } from '../../texts';
import { mayBeAskedFor, WithheldValue } from '../../withheld';
import type { Cell, Row, Table } from '../tables';
import { DataRow } from './data-row';
import { ROW_HEIGHT } from './row-height';

const FEATURES = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });
const COLLATOR = new Intl.Collator(['zh-CN', 'en'], { numeric: true });
/** Wide enough for most; a cell that is longer is cut, and said whole when pointed at. */
const COLUMN_WIDTH = 168;
/** Of a column with cells that were withheld: room for whose they are, why, and the way to ask for them. */
const WITHHELD_WIDTH = 372;

/** Rows that are drawn above and below those in sight. */
const OVERSCAN = 10;

interface Place {
  row: number;
  column: number;
}

/**
 * Any number of rows, of which those in sight are drawn; a click on a head sorts by it. One goes from cell to cell with the
 * arrow keys; Enter on a withheld one prepares the request for it.
 */
export function DataTable({ table: { columns, rows, path } }: { table: Table }) {
  const texts = useTexts(WORKBENCH_TEXTS);
  const { language } = useLanguage();
  const scroller = useRef<HTMLDivElement>(null);
  const grid = useRef<HTMLTableElement>(null);
  const id = useId();
  const prepare = useGrantRequest();
  // The same for all time, so that rows need not be drawn anew for it.
  const latestPrepare = useRef(prepare);
  useEffect(() => {
    latestPrepare.current = prepare;
  });
  const onPrepare = useCallback((wish: GrantWish) => latestPrepare.current(wish), []);
  const [active, setActive] = useState<Place | null>(null);
  const definitions = useMemo(
    () =>
      columns.map(
        (column): ColumnDef<typeof FEATURES, Row> => ({
          id: column,
          accessorFn: (row) => row[column] ?? null,
          sortFn: (a, b) => compare(a.original[column] ?? null, b.original[column] ?? null),
        }),
      ),
    [columns],
  );
  const table = useTable({ features: FEATURES, columns: definitions, data: rows, sortDescFirst: false });
  const sorted: TableRow<typeof FEATURES, Row>[] = table.getRowModel().rows;
  const withheld = useMemo(() => withheldIn(columns, rows), [columns, rows]);
  const widths = useMemo(
    () => columns.map((column) => (withheld.columns.has(column) ? WITHHELD_WIDTH : COLUMN_WIDTH)),
    [columns, withheld],
  );
  const activeRow = active?.row ?? null;
  const virtualizer = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
    // The head stays in sight above the rows.
    scrollPaddingEnd: ROW_HEIGHT,
    // The active row stays, wherever one scrolls: whoever reads the screen is told of a cell in it.
    rangeExtractor: useCallback(
      (range: Range) =>
        activeRow === null
          ? defaultRangeExtractor(range)
          : [...new Set([...defaultRangeExtractor(range), activeRow])].sort((a, b) => a - b),
      [activeRow],
    ),
  });

  const goTo = (row: number, column: number): void => {
    const place = {
      row: Math.max(0, Math.min(row, sorted.length - 1)),
      column: Math.max(0, Math.min(column, columns.length - 1)),
    };
    setActive(place);
    virtualizer.scrollToIndex(place.row);
    const left = widths.slice(0, place.column).reduce((sum, width) => sum + width, 0);
    const right = left + (widths[place.column] ?? 0);
    const { current: view } = scroller;
    if (!view) return;
    if (right > view.scrollLeft + view.clientWidth) view.scrollLeft = right - view.clientWidth;
    if (left < view.scrollLeft) view.scrollLeft = left;
  };

  const take = (event: React.KeyboardEvent): void => {
    // The heads, and what is in cells, have keys of their own.
    if (event.target !== event.currentTarget || event.altKey || event.metaKey) return;
    const { row, column } = active ?? { row: 0, column: 0 };
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 2);
    switch (event.key) {
      case 'ArrowDown':
        goTo(row + 1, column);
        break;
      case 'ArrowUp':
        goTo(row - 1, column);
        break;
      case 'ArrowRight':
        goTo(row, column + 1);
        break;
      case 'ArrowLeft':
        goTo(row, column - 1);
        break;
      case 'PageDown':
        goTo(row + page, column);
        break;
      case 'PageUp':
        goTo(row - page, column);
        break;
      case 'Home':
        goTo(event.ctrlKey ? 0 : row, 0);
        break;
      case 'End':
        goTo(event.ctrlKey ? sorted.length - 1 : row, columns.length - 1);
        break;
      case 'Enter': {
        const cell = sorted[row]?.original[columns[column] ?? ''];
        if (cell instanceof WithheldValue && mayBeAskedFor(cell)) prepare(cell);
        break;
      }
      default:
        return;
    }
    event.preventDefault();
  };

  /** The next withheld cell behind the active one, from left to right and from top to bottom, or the first. */
  const goToNext = (): void => {
    const count = sorted.length * columns.length;
    const from = active ? active.row * columns.length + active.column + 1 : 0;
    for (let i = 0; i < count; i += 1) {
      const at = (from + i) % count;
      const [row, column] = [Math.floor(at / columns.length), at % columns.length];
      if (!(sorted[row]?.original[columns[column] ?? ''] instanceof WithheldValue)) continue;
      goTo(row, column);
      grid.current?.focus({ preventScroll: true });
      return;
    }
  };

  const width = widths.reduce((sum, each) => sum + each, 0);
  return (
    <>
      {withheld.count > 0 && (
        <p className="withheld-line">
          <LockIcon />
          {texts.withheldCount(number(withheld.count, language))}
          <button type="button" className="button" onClick={goToNext}>
            {texts.nextWithheld}
          </button>
        </p>
      )}
      <div className="data-table" ref={scroller}>
        <table
          ref={grid}
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: one goes through its cells by keyboard
          role="grid"
          tabIndex={0}
          aria-rowcount={rows.length + 1}
          aria-label={path}
          aria-activedescendant={active ? `${id}-${active.row}-${active.column}` : undefined}
          style={{ width }}
          onFocus={(event) => {
            if (event.target === event.currentTarget) setActive((known) => known ?? { row: 0, column: 0 });
          }}
          onKeyDown={take}
        >
          <thead>
            {table.getHeaderGroups().map((group) => (
              <tr key={group.id} aria-rowindex={1}>
                {group.headers.map(({ id: name, column }, index) => {
                  const direction = column.getIsSorted();
                  return (
                    <th
                      key={name}
                      scope="col"
                      style={{ width: widths[index] }}
                      aria-sort={
                        direction === 'asc' ? 'ascending' : direction === 'desc' ? 'descending' : 'none'
                      }
                    >
                      <button type="button" title={name} onClick={column.getToggleSortingHandler()}>
                        {name}
                        <span aria-hidden="true">
                          {direction === 'asc' ? ' ▲' : direction === 'desc' ? ' ▼' : ''}
                        </span>
                      </button>
                    </th>
                  );
                })}
              </tr>
            ))}
          </thead>
          <tbody style={{ height: virtualizer.getTotalSize() }}>
            {virtualizer.getVirtualItems().map(({ index, start }) => {
              const row = sorted[index];
              return (
                row && (
                  <DataRow
                    key={row.id}
                    row={row.original}
                    index={index}
                    start={start}
                    columns={columns}
                    widths={widths}
                    active={activeRow === index ? (active?.column ?? null) : null}
                    id={id}
                    onPick={setActive}
                    onPrepare={onPrepare}
                  />
                )
              );
            })}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** The columns in which something was withheld, and in how many cells. */
function withheldIn(columns: string[], rows: Row[]): { columns: ReadonlySet<string>; count: number } {
  const found = new Set<string>();
  let count = 0;
  for (const row of rows) {
    for (const column of columns) {
      if (!(row[column] instanceof WithheldValue)) continue;
      found.add(column);
      count += 1;
    }
  }
  return { columns: found, count };
}

/** Ascending: numbers by size, everything else as people sort it, then what was withheld, what is empty last. */
function compare(a: Cell, b: Cell): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  if (a instanceof WithheldValue || b instanceof WithheldValue) {
    if (!(a instanceof WithheldValue)) return -1;
    return b instanceof WithheldValue ? COLLATOR.compare(a.provider, b.provider) : 1;
  }
  return typeof a === 'number' && typeof b === 'number' ? a - b : COLLATOR.compare(String(a), String(b));
}
