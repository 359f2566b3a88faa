import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** How a server answers that is not what it should be. */
export type Conduct = (request: IncomingMessage, response: ServerResponse) => void;

/** A server that conducts itself as a test wants it to. */
export class RogueServer {
  #server: Server | null = null;
  #url = '';
  conduct: Conduct = (_, response) => response.end('{}');

  async open(): Promise<void> {
    const server = createServer((request, response) => {
      // Read to its end: a client that is still sending is told of nothing else.
      request.resume().on('end', () => this.conduct(request, response));
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    this.#url = `http://127.0.0.1:${address.port}`;
  }

  get url(): string {
    return this.#url;
  }

  async close(): Promise<void> {
    const server = this.#server;
    server?.closeAllConnections();
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(null)));
  }
}

/** Opens a rogue server for the tests of a file. */
export function useRogueServer(): RogueServer {
  const server = new RogueServer();
  beforeAll(() => server.open());
  afterAll(() => server.close());
  return server;
}
