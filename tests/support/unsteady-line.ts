import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * What becomes of what passes over a line: nothing; it comes late; it comes no more, without a word; answers come as
 * something else; or they break off half-way.
 */
export type LineState = 'steady' | 'slow' | 'silent' | 'garbling' | 'breaking';

/** How late each piece comes over a slow line. */
const LATE_MS = 250;

/** A stretch of network before a server, as bad as a test wants it. */
export class UnsteadyLine {
  state: LineState = 'steady';
  port = 0;
  #server: Server | null = null;
  #broken = 0;
  readonly #sockets = new Set<Socket>();

  constructor(
    /** Where the server listens; another port once it was started anew. */
    public target: number,
    /** What comes over a garbling line instead of an answer. */
    private readonly garble: () => Buffer,
  ) {}

  async lay(): Promise<void> {
    const server = createServer((near) => this.#join(near));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const bound = server.address();
    if (bound === null || typeof bound === 'string') throw new Error('the line has no port');
    this.port = bound.port;
    this.#server = server;
  }

  async remove(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  #join(near: Socket): void {
    const far = connect(this.target, '127.0.0.1');
    // What was lost on the way is not sent again: such a connection is silent for good.
    let isLost = false;
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from);
      from.setNoDelay(true);
      from.on('error', () => {});
      from.on('close', () => {
        this.#sockets.delete(from);
        if (!isLost || from === near) to.destroy();
      });
      from.on('data', (piece) => {
        isLost ||= this.state === 'silent';
        if (!isLost) this.#pass(piece, from, to, from === far);
      });
    }
  }

  #pass(piece: Buffer, from: Socket, to: Socket, isAnswer: boolean): void {
    if (this.state === 'slow') {
      setTimeout(() => to.write(piece), LATE_MS);
    } else if (isAnswer && this.state === 'garbling') {
      to.write(this.garble());
    } else if (isAnswer && this.state === 'breaking') {
      this.#broken += 1;
      const half = piece.subarray(0, Math.floor(piece.length / 2));
      // Half of them end as if the server were done, half are reset.
      if (this.#broken % 2 === 0) to.end(half);
      else to.write(half, () => to.resetAndDestroy());
    } else if (!to.write(piece)) {
      from.pause();
      to.once('drain', () => from.resume());
    }
  }
}
