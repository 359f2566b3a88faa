/** Tells a person at a terminal which step of a start is under way, and how long each took. */
export class Progress {
  readonly #startedAt = performance.now();

  async step<Result>(
    name: string,
    work: (onProgress: (detail: string) => void) => Promise<Result>,
  ): Promise<Result> {
    const startedAt = performance.now();
    const say = (detail: string) => {
      if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K… ${name}: ${detail}`);
    };
    say('starting');
    try {
      const result = await work(say);
      this.#line(`✓ ${name} (${seconds(startedAt)})`);
      return result;
    } catch (error) {
      this.#line(`✗ ${name}`);
      throw error;
    }
  }

  end(lines: readonly string[]): void {
    this.#line(
      `Ready after ${seconds(this.#startedAt)}.\n\n${lines.map((line) => (line ? `  ${line}` : '')).join('\n')}\n`,
    );
  }

  #line(text: string): void {
    process.stdout.write(`${process.stdout.isTTY ? '\r\x1b[K' : ''}${text}\n`);
  }
}

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;
