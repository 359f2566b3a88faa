import { type CsvColumn, csvPage } from '../../kit/csv';
import type { GridContext } from '../loaders';
import { type GridRow, gridsIn } from './store';

const EXPORT_MAXIMUM = 1_000;

const COLUMNS: CsvColumn<GridRow>[] = [
  { heading: 'code', value: ({ code }) => code },
  { heading: 'name', value: ({ name }) => name },
  { heading: 'kind', value: ({ kind }) => kind },
  { heading: 'agency', value: ({ agency }) => agency },
  { heading: 'people', value: ({ people }) => people },
  { heading: 'places', value: ({ places }) => places },
  { heading: 'things', value: ({ things }) => things },
  { heading: 'closedOn', value: (grid) => grid.closed_on },
];

/** A page of the grids of a place as text, under the names that an import takes. */
export async function exportGrids(
  context: GridContext,
  { under, first, after }: { under: string; first?: number | null; after?: string | null },
) {
  const { db, now } = context;
  const page = await gridsIn(
    db,
    { under, first: first ?? EXPORT_MAXIMUM, after },
    { now, maximum: EXPORT_MAXIMUM },
  );
  const rows = page.edges.map(({ node }) => node);
  context.discloses(
    'grid.cases',
    rows.map((row) => ({ id: row.code, provider: row.recorded_by })),
  );
  return csvPage(COLUMNS, rows, { after, pageInfo: page.pageInfo });
}
