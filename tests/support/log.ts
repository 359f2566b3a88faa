import pino, { type Logger } from 'pino';

/** What a process logged, line by line. */
export interface CapturedLog {
  readonly logger: Logger;
  /** Forgets the lines so far. */
  clear(): void;
  readonly lines: readonly LogLine[];
  /** Everything, as it was written. */
  readonly text: string;
}

export interface LogLine {
  readonly msg: string;
  readonly err?: { readonly type: string; readonly message: string; readonly stack: string };
  readonly [name: string]: unknown;
}

export function captureLog(): CapturedLog {
  let written: string[] = [];
  return {
    logger: pino({ level: 'info' }, { write: (line: string) => void written.push(line) }),
    clear: () => {
      written = [];
    },
    get lines() {
      return written.map((line): LogLine => JSON.parse(line));
    },
    get text() {
      return written.join('');
    },
  };
}
