import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { stringify } from 'csv-stringify/sync';
import { countOf } from '../command-line/count';
import { advise, EXIT, type ExitCode, unusable } from '../command-line/failure';
import { Hub, type HubOptions } from '../command-line/hub';
import { Progress } from '../command-line/progress';
import { syncFolderOf } from '../command-line/state-file';
import type { Surroundings } from '../command-line/surroundings';
import type { Side } from './batch-key';
import { knownFigure, REPORTS, type ReportsData, textOf } from './changes';
import type { FigureWriter } from './formats/format';

export interface FiguresOptions {
  month: string;
  side: Side;
  /** Null for every unit whose figures the caller may see. */
  reportedBy: string | null;
  writer: FigureWriter;
  /** Null for standard output. */
  out: string | null;
  hub: Pick<HubOptions, 'url' | 'token' | 'giveUpAfterMs'>;
}

/** The most that the hub gives at once. */
const PAGE = 200;

/** Writes the figures of a month and side as they stand, page by page. A file appears when it is whole. */
export async function pullFigures(options: FiguresOptions, surroundings: Surroundings): Promise<ExitCode> {
  const { out } = options;
  const progress = new Progress('Pulling', null);
  const hub = new Hub({
    ...{ ...options.hub, ...surroundings, connections: 1 },
    onTrouble: (sentence) => progress.note(sentence),
  });
  let figures = 0;
  try {
    const write = async (stream: NodeJS.WritableStream) => {
      figures = await writeFigures(hub, options, stream, (count) => progress.update(count, count));
    };
    await (out === null ? write(process.stdout) : wholeFile(out, write));
  } catch (error) {
    throw advise(surroundings.signal.aborted ? surroundings.signal.reason : error, 'Nothing was pulled.');
  } finally {
    progress.stop();
    await hub.close();
  }
  progress.note(`Pulled ${countOf(figures, 'figure', 'figures')}${out === null ? '' : ` into ${out}`}.`);
  return EXIT.done;
}

async function writeFigures(
  hub: Hub,
  { month, side, reportedBy, writer }: FiguresOptions,
  stream: NodeJS.WritableStream,
  onCount: (count: number) => void,
): Promise<number> {
  const write = async (text: string) => {
    // No faster than it is taken.
    if (text !== '' && !stream.write(text)) await once(stream, 'drain');
  };
  await write(stringify([[...writer.columns]]));
  let count = 0;
  let after: string | null = null;
  for (let hasNext = true; hasNext; ) {
    const variables: Record<string, unknown> = { month, side, reportedBy, first: PAGE, after };
    const { data }: { data: ReportsData } = await hub.ask<ReportsData>(REPORTS, variables);
    const page = data.laborFlowReports;
    if (!page) throw unusable('The hub has no figures for the unit of this token.');
    await write(
      textOf(
        writer,
        page.edges.map(({ node }) => knownFigure(node)),
      ),
    );
    count += page.edges.length;
    onCount(count);
    after = page.pageInfo.endCursor;
    hasNext = page.pageInfo.hasNextPage;
  }
  await write(textOf(writer, [null]));
  return count;
}

/** A file that takes the place of what was there once all of it is written. */
async function wholeFile(
  file: string,
  write: (stream: NodeJS.WritableStream) => Promise<void>,
): Promise<void> {
  const draft = `${file}.part`;
  const stream = createWriteStream(draft, { flush: true });
  const ended = finished(stream);
  // Whichever fails first is thrown.
  await Promise.race([write(stream), ended]);
  stream.end();
  await ended;
  await rename(draft, file);
  await syncFolderOf(file);
}
