import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import { DIVISIONS } from '../../subgraphs/kit/load';
import { ask, freePort, ScriptProcess, tokenFor, useFolder } from '../support/process';

const TIME_LIMIT_MS = 240_000;
const READY = /GraphQL\s+(http:\S+)\/graphql/;

/** A file of figures that differ in their ends or sector, out of counties of Fuyang into every county there is. */
async function writeFigures(file: string, rows: number): Promise<Map<string, number>> {
  let text = '';
  for await (const chunk of DIVISIONS.open()) text += chunk;
  const counties = text.split('\n').flatMap((line) => (line.includes(',COUNTY,') ? line.slice(0, 6) : []));
  const figures = new Map<string, number>();
  for (const origin of ['341221', '341222', '341225', '341226']) {
    for (const destination of counties) {
      for (const sector of 'ABCDEFGHIJKLMNOPQRST') {
        if (figures.size < rows)
          figures.set(`${origin},${destination},${sector}`, 10 + (figures.size % 4_321));
      }
    }
  }
  const lines = [...figures].map(([cell, workers]) => `${cell},${workers}`);
  writeFileSync(file, `origin,destination,sector,workers\n${lines.join('\n')}\n`);
  return figures;
}

/** Tests of a push that is killed together with its hub. */
export function testPush(rows: number): void {
  describe(`a push of ${rows} rows`, () => {
    const folder = useFolder();

    it(
      'that dies with its hub goes on where it stopped, and every row arrives once',
      async () => {
        const environment = { HUB_DATA_DIR: path.join(folder.path, 'hub'), PORT: String(await freePort()) };
        const file = path.join(folder.path, 'figures.csv');
        const state = path.join(folder.path, 'push-state.json');
        const figures = await writeFigures(file, rows);

        const hub = new ScriptProcess('start.ts', [], environment);
        const [, url = ''] = await hub.says(READY);
        const token = tokenFor('341200-HRSS', environment);
        const script = { HUB_TOKEN: token, HUB_URL: `${url}/graphql` };
        const push = () =>
          new ScriptProcess(
            'labor-flow/index.ts',
            [
              'push',
              file,
              '--side',
              'ORIGIN',
              '--month',
              '2019-05',
              '--state',
              state,
              '--batch-size',
              String(rows / 50),
            ],
            script,
          );

        const first = push();
        while (!existsSync(state)) await setTimeout(50);
        await Promise.all([hub.end('SIGKILL'), first.end('SIGKILL')]);

        const again = new ScriptProcess('start.ts', [], environment);
        await again.says(READY);
        const partly = await ask(
          url,
          token,
          '{ laborFlow(origin: "341200", destination: "310000", month: "2019-05") { month } }',
        );
        expect(partly.errors).toBeUndefined();

        const second = push();
        expect([await second.exitCode(), second.stderr.includes('refused')]).toEqual([0, false]);

        // What arrived, from the feed: every figure once, as the file has it, and never revised.
        const out = path.join(folder.path, 'pulled.csv');
        const pull = new ScriptProcess(
          'labor-flow/index.ts',
          ['pull', '--state', path.join(folder.path, 'pull-state.json'), '--out', out],
          script,
        );
        expect(await pull.exitCode()).toBe(0);
        const pulled: Record<string, string>[] = parse(readFileSync(out), { bom: true, columns: true });
        const arrived = pulled.filter(({ month }) => month === '2019-05');
        expect(arrived).toHaveLength(rows);
        expect(new Set(arrived.map(({ revision }) => revision))).toEqual(new Set(['1']));
        const wrong = arrived.filter(
          ({ origin, destination, sector, workers }) =>
            figures.get(`${origin},${destination},${sector}`) !== Number(workers),
        );
        expect(wrong).toEqual([]);
        expect(new Set(arrived.map((row) => `${row.origin},${row.destination},${row.sector}`)).size).toBe(
          rows,
        );
        expect(await again.end()).toBe(0);
      },
      TIME_LIMIT_MS,
    );
  });
}
