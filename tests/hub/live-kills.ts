import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import pino from 'pino';
import { serveSubgraph } from '../../subgraphs/kit/server';
import { SUBGRAPH_NAMES } from '../../subgraphs/names';
import { useHub } from '../support/hub';
import { LiveReader } from '../support/live';
import { freePort, ScriptProcess, tokenFor, useFolder } from '../support/process';
import { TEST_SECRET } from '../support/server';

const READY = /GraphQL\s+(http:\S+)\/graphql/;
const PLACE = '310118104';
const COMMAND = '310118104-CITYOPS';
const READERS = [COMMAND, '310118104-RIVER', '310118104-GOV'];
const BOARD = `subscription ($under: JurisdictionCode!, $after: String) {
  gridBoard(under: $under, after: $after) { cursor forces { people agency { name } } }
}`;
/** Changes between two kills, so that some fall before, into and after each. */
const CHANGES_A_KILL = 6;
const RECONNECT_MS = 100;

/** One screen: it follows the board through whichever gateway lets it, and goes on behind what it last was sent. */
class Screen {
  readonly people: number[] = [];
  connections = 0;
  #cursor: string;
  #reader: LiveReader | null = null;
  #isOver = false;

  constructor(
    private readonly gateways: readonly string[],
    private readonly token: string,
    cursor: string,
  ) {
    this.#cursor = cursor;
  }

  async follow(): Promise<void> {
    while (!this.#isOver) {
      await this.#read().catch(() => {});
      if (!this.#isOver) await sleep(RECONNECT_MS);
    }
  }

  end(): void {
    this.#isOver = true;
    this.#reader?.close();
  }

  /** Until the connection breaks, or the gateway says that it ends. */
  async #read(): Promise<void> {
    const gateway = this.gateways[this.connections % this.gateways.length] ?? '';
    this.connections += 1;
    const variables = { under: PLACE, after: this.#cursor };
    this.#reader = await LiveReader.open(
      gateway,
      { authorization: `Bearer ${this.token}` },
      BOARD,
      variables,
    );
    for await (const { data, errors } of this.#reader) {
      if (errors) return this.#reader.close();
      const { cursor, forces } = data.gridBoard;
      this.people.push(forces?.agency.name ? forces.people : Number.NaN);
      this.#cursor = cursor;
    }
  }
}

/** Tests of screens that follow a board through two gateways, of which now one and now the other is killed. */
export function testLiveKills({ screens: count, kills }: { screens: number; kills: number }): void {
  describe(`${count} screens on one place, whose gateways are killed ${kills} times`, () => {
    const hub = useHub();
    const folder = useFolder();
    const servers: FastifyInstance[] = [];
    const gateways: { url: string; process: ScriptProcess; environment: Record<string, string> }[] = [];

    beforeAll(async () => {
      const addresses = await Promise.all(
        SUBGRAPH_NAMES.map(async (name) => {
          const server = serveSubgraph(hub.subgraph(name), pino({ level: 'silent' }));
          servers.push(server);
          return [`${name.toUpperCase()}_URL`, await server.listen({ host: '127.0.0.1', port: 0 })] as const;
        }),
      );
      for (const _ of ['one', 'another']) {
        const environment = {
          ...Object.fromEntries(addresses),
          HUB_SECRET: TEST_SECRET,
          HUB_DATA_DIR: path.join(folder.path, 'data'),
          PORT: String(await freePort()),
        };
        const process = new ScriptProcess('start-gateway.ts', [], environment);
        const [, url = ''] = await process.says(READY);
        gateways.push({ url, process, environment });
      }
    }, 60_000);

    afterAll(async () => {
      for (const { process } of gateways) await process.end('SIGKILL');
      for (const server of servers) await server.close();
    });

    async function change(people: number): Promise<void> {
      const { data } = await hub.send(
        COMMAND,
        `mutation { reportGridForces(input: { jurisdiction: "${PLACE}", people: ${people} }) {
           forces { people } userErrors { message }
         } }`,
      );
      expect(data.reportGridForces).toEqual({ forces: { people }, userErrors: [] });
    }

    it(
      'show every change once and in order',
      async () => {
        // A cursor holds under the rights that it was read under, so each unit has its own.
        const units = await Promise.all(
          READERS.map(async (agency) => {
            const { data } = await hub.send(agency, `{ gridBoardSummary(under: "${PLACE}") { cursor } }`);
            const token = tokenFor(agency, gateways[0]?.environment ?? {});
            return { token, cursor: data.gridBoardSummary.cursor };
          }),
        );
        const screens = Array.from({ length: count }, (_, i) => {
          const urls = gateways.map(({ url }) => url);
          if (i % 2 === 1) urls.reverse();
          const { token = '', cursor = '' } = units[i % units.length] ?? {};
          return new Screen(urls, token, cursor);
        });
        const following = screens.map((screen) => screen.follow());
        const changes: number[] = [];
        const next = async () => {
          changes.push(10_000 + changes.length);
          await change(changes.at(-1) ?? 0);
        };

        for (let kill = 0; kill < kills; kill += 1) {
          const gateway = gateways[kill % 2];
          if (!gateway) throw new Error('there are two gateways');
          for (let i = 0; i < CHANGES_A_KILL / 2; i += 1) await next();
          await sleep((kill * 37) % 150);
          await gateway.process.end('SIGKILL');
          for (let i = 0; i < CHANGES_A_KILL / 2; i += 1) await next();
          gateway.process = new ScriptProcess('start-gateway.ts', [], gateway.environment);
          await gateway.process.says(READY);
        }
        await next();

        const last = changes.at(-1);
        const until = Date.now() + 60_000;
        while (screens.some(({ people }) => people.at(-1) !== last) && Date.now() < until) await sleep(50);
        for (const screen of screens) screen.end();
        await Promise.all(following);
        expect(new Set(screens.map(({ people }) => people.join()))).toEqual(new Set([changes.join()]));
        // Every one of them was cut off more than once.
        expect(Math.min(...screens.map(({ connections }) => connections))).toBeGreaterThan(1);
      },
      kills * 30_000 + 120_000,
    );
  });
}
