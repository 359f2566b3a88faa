import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { countOf } from '../command-line/count';
import { EXIT, type ExitCode, unusable } from '../command-line/failure';
import { Hub, type HubOptions } from '../command-line/hub';
import { Progress } from '../command-line/progress';
import { syncFolderOf } from '../command-line/state-file';
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

export interface ExportOptions {
  list: (typeof LISTS)[number];
  format: Format;
  under: string | null;
  from: string | null;
  to: string | null;
  /** Null for standard output. */
  out: string | null;
  pageSize: number;
  hub: Pick<HubOptions, 'url' | 'token' | 'giveUpAfterMs'>;
}

const EXPORT = `query ExportGridCases($list: GridCaseWorkList!, $format: GridCaseExportFormat!, $under: JurisdictionCode,
  $from: Date, $to: Date, $first: Int, $after: String) {
  gridCaseExport(list: $list, format: $format, under: $under, from: $from, to: $to, first: $first, after: $after) {
    content count pageInfo { hasNextPage endCursor } } }`;

interface Page {
  content: string;
  count: number;
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/** Fetches a list of cases as CSV. A file appears only once it is whole. */
export async function exportCases(options: ExportOptions, surroundings: Surroundings): Promise<ExitCode> {
  const { out } = options;
  const progress = new Progress('Exporting', null);
  const hub = new Hub({
    ...{ ...options.hub, ...surroundings, connections: 1 },
    onTrouble: (sentence) => progress.note(sentence),
  });
  const draft = out === null ? null : `${out}.part`;
  const handle = draft === null ? null : await open(draft, 'w');
  try {
    const cases = await follow(hub, options, (text) => write(handle, text), progress);
    await handle?.sync();
    await handle?.close();
    if (draft !== null && out !== null) {
      await rename(draft, out);
      await syncFolderOf(out);
    }
    progress.note(`Exported ${countOf(cases, 'case', 'cases')}${out === null ? '' : ` into ${out}`}.`);
    return EXIT.done;
  } catch (error) {
    await handle?.close().catch(() => {});
    if (draft !== null) await rm(draft, { force: true });
    throw error;
  } finally {
    progress.stop();
    await hub.close();
  }
}

async function follow(
  hub: Hub,
  options: ExportOptions,
  append: (text: string) => Promise<void>,
  progress: Progress,
): Promise<number> {
  const { list, format, under, from, to, pageSize } = options;
  const wanted = { list, format: format.toUpperCase(), under, from, to, first: pageSize };
  let cases = 0;
  for (let after: string | null = null, hasNext = true; hasNext; ) {
    const page = await pageBehind(hub, { ...wanted, after });
    if (!page) throw unusable('The hub has no cases for the unit of this token.');
    await append(page.content);
    cases += page.count;
    progress.update(cases, cases);
    after = page.pageInfo.endCursor;
    hasNext = page.pageInfo.hasNextPage && after !== null;
  }
  return cases;
}

async function pageBehind(hub: Hub, variables: Readonly<Record<string, unknown>>): Promise<Page | null> {
  const { data } = await hub.ask<{ gridCaseExport: Page | null }>(EXPORT, variables);
  return data.gridCaseExport;
}

async function write(handle: FileHandle | null, text: string): Promise<void> {
  if (handle) return handle.appendFile(text);
  // For other programs, without the mark.
  const plain = text.replace(/^\uFEFF/, '');
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(plain, (error) => (error ? reject(error) : resolve()));
  });
}
