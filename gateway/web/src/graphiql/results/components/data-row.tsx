import { memo } from 'react';
import { number } from '../../../shared/format';
import { useLanguage } from '../../../shared/language';
import type { GrantWish } from '../../grant-request';
import { WithheldValue } from '../../withheld';
import type { Cell, Row } from '../tables';
import { ROW_HEIGHT } from './row-height';
import { WithheldCell } from './withheld-cell';

interface DataRowProps {
  row: Row;
  /** Among the rows as they are sorted. */
  index: number;
  start: number;
  columns: string[];
  widths: number[];
  /** The column of the cell that one is at, when it is in this row. */
  active: number | null;
  /** What cells' ids begin with. */
  id: string;
  onPick(place: { row: number; column: number }): void;
  onPrepare(wish: GrantWish): void;
}

/** One row of a table. Drawn once, however often what is around it is. */
export const DataRow = memo(function DataRow(props: DataRowProps) {
  const { row, index, start, columns, widths, active, id, onPick, onPrepare } = props;
  const { language } = useLanguage();
  const words = (cell: Cell): string =>
    cell === null ? '' : typeof cell === 'number' ? number(cell, language) : String(cell);
  return (
    <tr aria-rowindex={index + 2} style={{ height: ROW_HEIGHT, transform: `translateY(${start}px)` }}>
      {columns.map((name, column) => {
        const cell = row[name] ?? null;
        const isWithheld = cell instanceof WithheldValue;
        const text = isWithheld ? '' : words(cell);
        const kind = isWithheld ? 'withheld' : typeof cell === 'number' ? 'amount' : '';
        return (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys of all its cells
          <td
            key={name}
            id={`${id}-${index}-${column}`}
            title={text || undefined}
            style={{ width: widths[column] }}
            className={active === column ? `${kind} active` : kind || undefined}
            onClick={() => onPick({ row: index, column })}
          >
            {isWithheld ? <WithheldCell value={cell} onPrepare={onPrepare} /> : text}
          </td>
        );
      })}
    </tr>
  );
});
