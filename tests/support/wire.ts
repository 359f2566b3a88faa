import { connect, createServer, type Server, type Socket } from 'node:net';

/** What may happen to bytes on their way from the client to the server. */
type Fate = 'pass' | 'swallow' | 'cut before' | 'cut after';

/** A stretch of wire between this process and a server, that a test can listen to and cut. */
export class Wire {
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;
  #port = 0;
  #sent: string[] = [];
  /**
   * Decides over each chunk that a client sends. `cut after` lets the server have it, and answer it to nobody; `swallow` is
   * what a server does that hangs.
   */
  fateOf: (chunk: string) => Fate = () => 'pass';

  private constructor(private readonly target: URL) {}

  /** A wire to the server of an address. */
  static async to(address: string): Promise<Wire> {
    const wire = new Wire(new URL(address));
    await wire.mend();
    return wire;
  }

  /** The address, through the wire. */
  get address(): string {
    const address = new URL(this.target);
    address.hostname = '127.0.0.1';
    address.port = String(this.#port);
    return address.toString();
  }

  /** What clients sent since the last call, one text a chunk: what one write of theirs was, if it was short. */
  takeSent(): string[] {
    const sent = this.#sent;
    this.#sent = [];
    return sent;
  }

  /** Breaks what runs over the wire, and lets nothing new through. */
  async cut(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    const isClosed = new Promise((resolve) => (server ? server.close(resolve) : resolve(null)));
    for (const socket of this.#sockets) socket.destroy();
    await isClosed;
  }

  /** Lets connections through again, under the same address. */
  async mend(): Promise<void> {
    const server = createServer((socket) => this.#join(socket));
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    const bound = server.address();
    if (bound === null || typeof bound === 'string') throw new Error('the wire has no port');
    this.#port = bound.port;
    this.#server = server;
  }

  #join(client: Socket): void {
    const server = connect(Number(this.target.port), this.target.hostname);
    let isCutAtAnswer = false;
    const hangUp = () => {
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('error', hangUp);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        hangUp();
      });
    }
    client.on('data', (bytes) => {
      const chunk = bytes.toString('latin1');
      this.#sent.push(chunk);
      const fate = this.fateOf(chunk);
      if (fate === 'swallow') return;
      if (fate === 'cut before') return hangUp();
      isCutAtAnswer ||= fate === 'cut after';
      server.write(bytes);
    });
    server.on('data', (bytes) => {
      if (isCutAtAnswer) return hangUp();
      client.write(bytes);
    });
  }
}
