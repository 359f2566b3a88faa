import { count, countOf } from '../command-line/count';
import { EXIT, type ExitCode } from '../command-line/failure';
import type { CheckedFile } from './check';
import type { Head } from './formats/format';
import type { PushOptions } from './push';
import type { SendResult } from './send';

const say = (...lines: string[]): void => {
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
};

const outcome = ({ refused }: CheckedFile): ExitCode => (refused.count > 0 ? EXIT.refused : EXIT.done);

/** What a dry run has found. */
export function tellPlan(file: CheckedFile, { format: { head }, batchSize, hub }: PushOptions): ExitCode {
  const batches = Math.ceil(file.validRows / batchSize);
  say(
    `Would send ${countOf(file.validRows, 'row', 'rows')} in ${head ? '' : 'at least '}${countOf(batches, 'batch', 'batches')} to ${hub.url}.`,
    ...(head ? [definitionLine(head)] : []),
    ...refusedLines(file),
    'Nothing was sent.',
  );
  return outcome(file);
}

function definitionLine({ side, month, definition }: Head): string {
  const { minimumStayMonths: stay, includesFlexible, referenceDay } = definition ?? {};
  return `  side ${side}, month ${month}, counted on ${referenceDay}: who stays ${stay} months or longer, flexible workers ${includesFlexible ? 'included' : 'left out'}`;
}

/** That no row was sent, because of those that cannot be right. */
export function tellNothingSent(file: CheckedFile): ExitCode {
  say(...refusedLines(file), 'Nothing was sent.');
  return outcome(file);
}

/** What became of the rows that were sent. */
export function tellResult(
  file: CheckedFile,
  result: SendResult,
  { format: { head }, round }: PushOptions,
): ExitCode {
  const of = head ? `, month ${head.month}, side ${head.side}` : '';
  say(
    `Pushed ${file.path}${of}: ${[
      `${count(result.newRows)} new`,
      `${count(result.revisedRows)} revised`,
      `${count(result.unchangedRows)} unchanged`,
      ...(head ? [] : [`${count(result.withdrawnRows)} withdrawn`]),
      `${count(file.refused.count)} refused`,
    ].join(', ')}.`,
    ...refusedLines(file),
  );
  if (result.knownBatches > 0) {
    say(
      `${countOf(result.knownBatches, 'batch', 'batches')} had come to the hub before, and counted then. If other figures were reported since and these shall stand again, add --round ${round + 1}.`,
    );
  }
  return outcome(file);
}

const refusedLines = ({ refused }: CheckedFile): string[] =>
  refused.count === 0
    ? []
    : [
        `${countOf(refused.count, 'row is', 'rows are')} refused: ${refused.path} says why. Correct them there and push that file.`,
      ];
