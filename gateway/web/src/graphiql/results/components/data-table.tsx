import {
  type ColumnDef,
  createSortedRowModel,
  rowSortingFeature,
  type Row as TableRow,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef } from 'react';
import { number } from '../../../shared/format';
import { useLanguage, useTexts } from '../../../shared/language';
import { WORKBENCH_TEXTS } from '../../texts';
import type { Cell, Row, Table } from '../tables';

const FEATURES = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });
const COLLATOR = new Intl.Collator(['zh-CN', 'en'], { numeric: true });
const ROW_HEIGHT = 28;
/** Wide enough for most; a cell that is longer is cut, and said whole when pointed at. */
const COLUMN_WIDTH = 168;

interface DataTableProps {
  table: Table;
  /** Columns whose empty cells were withheld. */
  withheld: ReadonlySet<string>;
}

/** Any number of rows, of which those in sight are drawn; a click on a head sorts by it. */
export function DataTable({ table: { columns, rows, path }, withheld }: DataTableProps) {
  const texts = useTexts(WORKBENCH_TEXTS);
  const { language } = useLanguage();
  const scroller = useRef<HTMLDivElement>(null);
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
  const virtualizer = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
  });
  const width = columns.length * COLUMN_WIDTH;
  const words = (cell: Cell, column: string): string => {
    if (cell === null) return withheld.has(column) ? texts.withheldCell : '';
    return typeof cell === 'number' ? number(cell, language) : String(cell);
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <div className="data-table" ref={scroller} tabIndex={0}>
      <table aria-rowcount={rows.length + 1} aria-label={path} style={{ width }}>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id} aria-rowindex={1}>
              {group.headers.map(({ id, column }) => {
                const direction = column.getIsSorted();
                return (
                  <th
                    key={id}
                    scope="col"
                    style={{ width: COLUMN_WIDTH }}
                    aria-sort={
                      direction === 'asc' ? 'ascending' : direction === 'desc' ? 'descending' : 'none'
                    }
                  >
                    <button type="button" title={id} onClick={column.getToggleSortingHandler()}>
                      {id}
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
                <tr
                  key={row.id}
                  aria-rowindex={index + 2}
                  style={{ height: ROW_HEIGHT, transform: `translateY(${start}px)` }}
                >
                  {columns.map((column) => {
                    const cell = row.original[column] ?? null;
                    const text = words(cell, column);
                    return (
                      <td
                        key={column}
                        title={text}
                        style={{ width: COLUMN_WIDTH }}
                        className={
                          cell === null && withheld.has(column)
                            ? 'withheld'
                            : typeof cell === 'number'
                              ? 'amount'
                              : undefined
                        }
                      >
                        {text}
                      </td>
                    );
                  })}
                </tr>
              )
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** Ascending: numbers by size, everything else as people sort it, what is empty last. */
function compare(a: Cell, b: Cell): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return typeof a === 'number' && typeof b === 'number' ? a - b : COLLATOR.compare(String(a), String(b));
}
