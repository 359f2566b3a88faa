import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { useScript } from '../support/labor-flow-script';

const LIMIT_MS = 30_000;

/** Waits until something holds. */
async function until(holds: () => boolean): Promise<void> {
  const since = performance.now();
  while (!holds()) {
    if (performance.now() - since > LIMIT_MS) throw new Error('what was waited for did not come');
    await setTimeout(50);
  }
}

describe('npm run labor-flow, with --watch', () => {
  const world = useScript();
  const JULY = ['--side', 'ORIGIN', '--month', '2026-07'];
  const csvOf = (workers: number) => `origin,destination,sector,workers\n341225,310118,C,${workers}\n`;
  const figure = () => world.hub.figures.get('341225>310118:C');

  it('push follows a file, back to what it was too, past a hub that restarts and a file that is no CSV', async () => {
    const watch = ['push', world.write('flows.csv', csvOf(100)), ...JULY, '--watch', '--every', '1'];
    const first = world.start(watch);
    let said = '';
    first.child.stderr.on('data', (text) => {
      said += text;
    });
    await until(() => figure() === 100);
    world.write('flows.csv', 'a,b\n1,2\n');
    await until(() => said.includes('has no column "origin"'));
    expect(said).toContain('Waiting for the file to change.');
    await world.hub.stop();
    world.write('flows.csv', csvOf(200));
    await until(() => said.includes('Trying again until it answers'));
    await world.hub.start();
    await until(() => figure() === 200);
    world.write('flows.csv', csvOf(100));
    await until(() => figure() === 100);
    first.child.kill('SIGKILL');
    await first.ended;
    // What was reported meanwhile by other means stays: the file has not changed.
    world.hub.figures.set('341225>310118:C', 7);
    const second = world.start(watch);
    await setTimeout(2_500);
    expect(figure()).toBe(7);
    world.write('flows.csv', csvOf(200));
    await until(() => figure() === 200);
    second.child.kill('SIGTERM');
    expect((await second.ended).code).toBe(143);
    expect(existsSync(world.path('flows.csv.labor-flow-state.json.lock'))).toBe(false);
  }, 90_000);

  it('pull goes on with what is new, and waits for a hub that restarts', async () => {
    const change = (workers: number) => ({
      ...{ action: 'UPSERT', month: '2026-07', side: 'ORIGIN', revision: 1, reportedBy: '341200-HRSS' },
      ...{ origin: '341225', destination: '310118', sector: 'C', workers },
      definition: { minimumStayMonths: 6, includesFlexible: true, referenceDay: '2026-07-31' },
      changedAt: '2026-08-01T00:00:00.000Z',
    });
    const lines = () =>
      existsSync(world.path('out.csv')) ? world.read('out.csv').trimEnd().split('\n').length - 1 : 0;
    world.hub.feed.push(change(1));
    const pull = ['pull', '--state', 'state.json', '--out', 'out.csv', '--watch', '--every', '1'];
    const { child, ended } = world.start(pull);
    await until(() => lines() === 1);
    await world.hub.stop();
    world.hub.feed.push(change(2), change(3));
    await setTimeout(1_500);
    await world.hub.start();
    await until(() => lines() === 3);
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
    world.hub.feed.push(change(4));
    expect((await world.run(['pull', '--state', 'state.json', '--out', 'out.csv'])).stderr).toContain(
      'Pulled 1 change',
    );
    expect(lines()).toBe(4);
  }, 60_000);
});
