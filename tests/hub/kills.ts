import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ChainEntry, SealedReceipt } from '../../subgraphs/registry/receipts/rules';
import { freePort, runScript, ScriptProcess, tokenFor, useFolder } from '../support/process';

const READY = /GraphQL\s+(http:\S+)\/graphql/;
const CALLERS = 8;
const CONSUMER = '310000-HRSS';
const PROVIDER = '341200-HRSS';

/** What a client was shown, and the receipt that it was told of. */
interface Shown {
  operationName: string;
  rows: number;
  receipt: { id: string; hash: string } | undefined;
}

/** Asks without a pause, as one who is a party to what another unit reported, and keeps what it was shown. */
class Callers {
  readonly shown: Shown[] = [];
  #asked = 0;
  #isOver = false;
  #asking: Promise<unknown> | null = null;

  constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  start(): void {
    this.#asking = Promise.all(
      Array.from({ length: CALLERS }, async () => {
        // A hub that was killed answers nothing, and is asked again.
        while (!this.#isOver) await this.#ask().catch(() => wait(50));
      }),
    );
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#asking;
  }

  async #ask(): Promise<void> {
    this.#asked += 1;
    const operationName = `Look${this.#asked}`;
    const query = `query ${operationName} {
      laborFlowReports(month: "2026-09", reportedBy: "${PROVIDER}", first: ${1 + (this.#asked % 7)}) {
        edges { node { workers } }
      }
    }`;
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.token}` },
      body: JSON.stringify({ query, operationName }),
    });
    const { data, extensions } = (await response.json()) as {
      data?: { laborFlowReports: { edges: unknown[] } | null } | null;
      extensions?: Pick<Shown, 'receipt'>;
    };
    const rows = data?.laborFlowReports?.edges.length ?? 0;
    if (rows > 0) this.shown.push({ operationName, rows, receipt: extensions?.receipt });
  }
}

/** The postmaster of the hub's own database. */
const postmasterOf = (directory: string): number =>
  Number(readFileSync(path.join(directory, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);

/** Tests of a hub that is killed so many times while it is asked. */
export function testKills(kills: number): void {
  describe(`a hub that is killed ${kills} times while it is asked`, () => {
    const folder = useFolder();

    it(
      'keeps its chain whole, and shows nothing without a receipt',
      async () => {
        const port = await freePort();
        const directory = path.join(folder.path, 'hub');
        const environment = { HUB_DATA_DIR: directory, PORT: String(port), LOG_LEVEL: 'silent' };
        const start = async () => {
          const hub = new ScriptProcess('start.ts', [], environment);
          await hub.says(READY);
          return hub;
        };
        let hub = await start();
        const callers = new Callers(`http://127.0.0.1:${port}`, tokenFor(CONSUMER, environment));
        callers.start();
        for (let kill = 0; kill < kills; kill += 1) {
          const answered = callers.shown.length;
          // Not before it answers again, and then at any moment.
          while (callers.shown.length === answered) await wait(10);
          await wait(Math.random() * 1_200);
          // Every third time its database dies with it.
          if (kill % 3 === 2) process.kill(postmasterOf(directory), 'SIGKILL');
          await hub.end('SIGKILL');
          hub = await start();
        }
        await wait(500);
        await callers.stop();
        await wait(500);

        const verified = await runScript('receipts.ts', ['verify'], environment);
        expect([verified.stderr, verified.stdout]).toEqual(['', expect.stringMatching(/^Intact: /)]);
        const file = path.join(folder.path, 'chain.jsonl');
        expect((await runScript('receipts.ts', ['export', '--out', file], environment)).code).toBe(0);
        await hub.end();

        const receipts = new Map<string, SealedReceipt>();
        for (const line of readFileSync(file, 'utf8').trimEnd().split('\n')) {
          const entry: ChainEntry = JSON.parse(line);
          if (entry.kind === 'receipt') receipts.set(entry.id, entry);
        }
        expect(callers.shown.length).toBeGreaterThan(10 * kills);
        const told = callers.shown.map(({ receipt }) => {
          const sealed = receipts.get(receipt?.id ?? '');
          const leaf = sealed?.leaves.find(({ provider }) => provider === PROVIDER);
          return {
            ...{ operationName: leaf?.operationName, rows: leaf?.items[0]?.disclosedRows },
            receipt: sealed && { id: sealed.id, hash: sealed.hash },
          };
        });
        expect(told).toEqual(callers.shown);
      },
      60_000 + kills * 60_000,
    );
  });
}
