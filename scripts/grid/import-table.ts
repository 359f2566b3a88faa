import { countOf } from '../command-line/count';
import type { CsvRecord } from '../command-line/csv-file';
import type { Encoding } from '../command-line/encoding';
import { advise, EXIT, type ExitCode, unusable } from '../command-line/failure';
import { Hub, type HubOptions } from '../command-line/hub';
import { RefusedFile } from '../command-line/refused-file';
import type { Surroundings } from '../command-line/surroundings';
import { faultsOf, type Header, readTable, rowOf, sortErrors, type UserError } from '../command-line/table';
import { TABLES, type TableKind, type TableName, type TableTarget } from './tables';

export interface ImportTableOptions extends TableTarget {
  of: TableName;
  file: string;
  encoding: Encoding | 'auto';
  refused: string;
  dryRun: boolean;
  hub: Pick<HubOptions, 'url' | 'token' | 'giveUpAfterMs'>;
}

interface Answer {
  result: { done: object | null; userErrors: UserError[] };
}

/**
 * Takes in the rows of a file that are no cases: what is refused is told by line, everything else is taken in. What the hub
 * has already stays as it is, so that the same file may be sent again at any time.
 */
export async function importTable(
  options: ImportTableOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { file, of, encoding, dryRun } = options;
  const kind: TableKind = TABLES[of];
  const columns = kind.columns(options);
  const { header, names, records } = await readTable(file, {
    ...{ columns, encoding, signal: surroundings.signal },
  });
  const refused = await RefusedFile.create(options.refused, names);
  const hub = dryRun
    ? null
    : new Hub({ ...options.hub, ...surroundings, connections: 1, onTrouble: (sentence) => note(sentence) });
  let taken = 0;
  try {
    const whole: CsvRecord[] = [];
    for (const record of records) {
      const faults = faultsOf(record.fields, header, columns);
      if (faults.length === 0) whole.push(record);
      else await refused.add([{ ...record, code: 'INVALID', reason: faults.join(' ') }]);
    }
    for (let at = 0; at < whole.length; at += kind.most) {
      const part = whole.slice(at, at + kind.most);
      taken += hub ? await send(hub, kind, part, { header, options, refused }) : part.length;
    }
  } catch (error) {
    throw taken > 0 ? advise(error, 'To go on, run the same command again.') : error;
  } finally {
    await refused.close();
    await hub?.close();
  }
  const rows = countOf(taken, kind.one, kind.many);
  const lines = [
    dryRun
      ? `Would send ${rows} to ${options.hub.url}. Nothing was sent.`
      : `Imported ${file}: ${countOf(taken, `${kind.one} is`, `${kind.many} are`)} with the hub, ${countOf(refused.count, 'row', 'rows')} refused.`,
  ];
  if (refused.count > 0) lines.push(`${refused.path} says why. Correct the rows there and import that file.`);
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  return refused.count > 0 ? EXIT.refused : EXIT.done;
}

/** Sends rows in one call, which takes all or none: what it refuses is set aside until the rest is taken. How many were. */
async function send(
  hub: Hub,
  kind: TableKind,
  part: readonly CsvRecord[],
  { header, options, refused }: { header: Header; options: ImportTableOptions; refused: RefusedFile },
): Promise<number> {
  let waiting = part;
  while (waiting.length > 0) {
    const rows = waiting.map(({ fields }) => rowOf(fields, header));
    const input = { ...kind.more(options), [kind.field]: rows };
    const { result } = (await hub.ask<Answer>(kind.mutation, { input })).data;
    if (result.done) return waiting.length;
    const { wrong, others } = sortErrors(result.userErrors, { [kind.field]: waiting });
    if (others.length > 0) throw unusable(others.map(({ message }) => message).join(' '));
    const set = wrong[kind.field] ?? [];
    if (set.length === 0) throw unusable('The hub took nothing, and did not say why.');
    await refused.add(set);
    const lines = new Set(set.map(({ line }) => line));
    waiting = waiting.filter(({ line }) => !lines.has(line));
  }
  return 0;
}

const note = (sentence: string): void => {
  process.stderr.write(`${sentence}\n`);
};
