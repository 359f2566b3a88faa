import { countOf } from '../command-line/count';
import { EXIT, type ExitCode, unusable } from '../command-line/failure';
import { Hub, type HubOptions } from '../command-line/hub';
import { writeWhole } from '../command-line/output';
import { Progress } from '../command-line/progress';
import type { Surroundings } from '../command-line/surroundings';
import type { Format } from './case-row';

export const LISTS = [
  'ALL',
  'DUE',
  'OVERDUE',
  'UNSORTED_PATROL_FINDINGS',
  'RIVER_PATROL',
  'UNROUTED',
] as const;

/** What is fetched, each from a field of its own; stamps are those of a month, a household a line. */
export const EXPORTS = {
  cases: { one: 'case', many: 'cases', needs: [] },
  grids: { one: 'grid', many: 'grids', needs: ['under'] },
  leads: { one: 'lead', many: 'leads', needs: ['leadList'] },
  stamps: { one: 'card', many: 'cards', needs: ['under', 'month'] },
} as const satisfies Record<string, { one: string; many: string; needs: readonly (keyof ExportOptions)[] }>;
export type ExportName = keyof typeof EXPORTS;

export interface ExportOptions {
  of: ExportName;
  list: (typeof LISTS)[number];
  format: Format;
  under: string | null;
  from: string | null;
  to: string | null;
  leadList: string | null;
  month: string | null;
  /** Null for standard output. */
  out: string | null;
  pageSize: number;
  hub: Pick<HubOptions, 'url' | 'token' | 'giveUpAfterMs'>;
}

const PAGE = 'content count pageInfo { hasNextPage endCursor }';
const QUERIES: Record<ExportName, string> = {
  cases: `query ExportGridCases($list: GridCaseWorkList!, $format: GridCaseExportFormat!, $under: JurisdictionCode,
    $from: Date, $to: Date, $first: Int, $after: String) {
    page: gridCaseExport(list: $list, format: $format, under: $under, from: $from, to: $to, first: $first, after: $after) { ${PAGE} } }`,
  grids: `query ExportGrids($under: JurisdictionCode!, $first: Int, $after: String) {
    page: gridExport(under: $under, first: $first, after: $after) { ${PAGE} } }`,
  leads: `query ExportLeads($leadList: ID!, $first: Int, $after: String) {
    page: leadExport(listId: $leadList, first: $first, after: $after) { ${PAGE} } }`,
  stamps: `query ExportStamps($under: JurisdictionCode!, $month: Month!, $first: Int, $after: String) {
    page: wasteStatementExport(under: $under, month: $month, first: $first, after: $after) { ${PAGE} } }`,
};

interface Page {
  content: string;
  count: number;
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/** Fetches cases, or what else there is, as CSV. A file appears only once it is whole. */
export async function exportRows(options: ExportOptions, surroundings: Surroundings): Promise<ExitCode> {
  const { out, of } = options;
  const progress = new Progress('Exporting', null);
  const hub = new Hub({
    ...{ ...options.hub, ...surroundings, connections: 1 },
    onTrouble: (sentence) => progress.note(sentence),
  });
  try {
    const rows = await writeWhole(out, (append) => follow(hub, options, append, progress));
    const counted = countOf(rows, EXPORTS[of].one, EXPORTS[of].many);
    progress.note(`Exported ${counted}${out === null ? '' : ` into ${out}`}.`);
    return EXIT.done;
  } finally {
    progress.stop();
    await hub.close();
  }
}

async function follow(
  hub: Hub,
  { of, list, format, under, from, to, leadList, month, pageSize: first }: ExportOptions,
  append: (text: string) => Promise<void>,
  progress: Progress,
): Promise<number> {
  const wanted = {
    cases: { list, format: format.toUpperCase(), under, from, to },
    grids: { under },
    leads: { leadList },
    stamps: { under, month },
  }[of];
  let rows = 0;
  for (let after: string | null = null, hasNext = true; hasNext; ) {
    const page = await pageBehind(hub, QUERIES[of], { ...wanted, first, after });
    if (!page) throw unusable(`The hub has no ${EXPORTS[of].many} for the unit of this token.`);
    await append(page.content);
    rows += page.count;
    progress.update(rows, rows);
    after = page.pageInfo.endCursor;
    hasNext = page.pageInfo.hasNextPage && after !== null;
  }
  return rows;
}

async function pageBehind(
  hub: Hub,
  query: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<Page | null> {
  const { data } = await hub.ask<{ page: Page | null }>(query, variables);
  return data.page;
}
