import { count, countOf } from '../command-line/count';
import { EXIT, type ExitCode } from '../command-line/failure';
import type { CheckedFile } from './check';
import type { PushOptions } from './push';
import type { SendResult } from './send';

const say = (...lines: string[]): void => {
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
};

const outcome = ({ refused }: CheckedFile): ExitCode => (refused.count > 0 ? EXIT.refused : EXIT.done);

/** What a dry run has found. */
export function tellPlan(file: CheckedFile, options: PushOptions): ExitCode {
  const { side, month, minimumStay, includesFlexible, referenceDay, batchSize, hub } = options;
  say(
    `Would send ${countOf(file.validRows, 'row', 'rows')} in ${countOf(Math.ceil(file.validRows / batchSize), 'batch', 'batches')} to ${hub.url}.`,
    `  side ${side}, month ${month}, counted on ${referenceDay}: who stays ${minimumStay} months or longer, flexible workers ${includesFlexible ? 'included' : 'left out'}`,
    ...refusedLines(file),
    'Nothing was sent.',
  );
  return outcome(file);
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
  { month, side, round }: PushOptions,
): ExitCode {
  say(
    `Pushed ${file.path}, month ${month}, side ${side}: ${[
      `${count(result.newRows)} new`,
      `${count(result.revisedRows)} revised`,
      `${count(result.unchangedRows)} unchanged`,
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
