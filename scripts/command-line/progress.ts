import { Presets, SingleBar } from 'cli-progress';
import { count, countOf } from './count';

const LINE_EVERY_MS = 5_000;

/**
 * Tells on standard error how far a step is: as a bar at a terminal, else as a line every few seconds. `total` and
 * `done` are in whatever unit measures the step; rows are what is told.
 */
export class Progress {
  readonly #startedAt = performance.now();
  readonly #bar: SingleBar | null;
  #lineAt = this.#startedAt;
  #skippedRows = 0;

  constructor(
    private readonly title: string,
    /** Null when it is not known; then there is no bar and no time left. */
    private readonly total: number | null,
  ) {
    this.#bar = total !== null && process.stderr.isTTY ? this.#draw(total) : null;
  }

  /** Passes over rows that were done before: they say nothing about the speed. */
  skip(rows: number): void {
    this.#skippedRows += rows;
  }

  update(done: number, rows: number): void {
    if (this.#bar) {
      this.#bar.update(done, { told: this.#tell(done, rows) });
    } else if (performance.now() - this.#lineAt >= LINE_EVERY_MS) {
      this.#lineAt = performance.now();
      process.stderr.write(`${this.title}: ${this.#tell(done, rows)}\n`);
    }
  }

  /** Says something beside the bar. */
  note(sentence: string): void {
    process.stderr.write(`${this.#bar ? '\r\x1b[K' : ''}${sentence}\n`);
  }

  stop(): void {
    this.#bar?.stop();
  }

  #draw(total: number): SingleBar {
    const bar = new SingleBar(
      { format: `${this.title} {bar} {percentage} %  {told}`, hideCursor: true, stopOnComplete: false },
      Presets.shades_classic,
    );
    bar.start(total, 0, { told: '' });
    return bar;
  }

  #tell(done: number, rows: number): string {
    const seconds = (performance.now() - this.#startedAt) / 1000;
    const rowsNow = rows - this.#skippedRows;
    const speed = `${countOf(rows, 'row', 'rows')}, ${count(Math.round(rowsNow / seconds))} a second`;
    if (this.total === null || rowsNow === 0) return speed;
    const rowsLeft = (rows / done) * (this.total - done);
    return `${speed}, ${duration((rowsLeft * seconds) / rowsNow)} left`;
  }
}

const duration = (seconds: number): string =>
  seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.round(seconds / 60)} min`;
