import { createWriteStream, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { useScript } from '../support/labor-flow-script';

const MEGABYTE = 1024 * 1024;

function* csvOf(rows: number): Generator<string> {
  yield 'origin,destination,sector,workers\n';
  for (let i = 0; i < rows; i += 1) {
    const origin = 340_001 + (i % 2_999);
    const destination = 310_001 + Math.floor(i / 2_999);
    yield `${origin},${destination},${'ABCDEFGHIJKLMNOPQRST'.charAt(i % 20)},${i % 5_000}\n`;
  }
}

/** The most memory that a process has had, as Linux counts it; 0 once it has ended. */
function mostMemoryOf(pid: number | undefined): number {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}

describe('npm run labor-flow -- push, with many rows', () => {
  const world = useScript();

  const mostMemory = new Map<number, number>();

  it.each([1_000_000, 3_000_000])(
    'keeps below 400 MB for %d rows, most of it what is not yet collected',
    async (rows) => {
      const file = world.path('flows.csv');
      await pipeline(Readable.from(csvOf(rows)), createWriteStream(file));
      world.hub.keepsSubmissions = false;
      const { child, ended } = world.start(['push', file, '--side', 'ORIGIN', '--month', '2026-07']);
      let most = 0;
      const timer = setInterval(() => {
        most = Math.max(most, mostMemoryOf(child.pid));
      }, 50);
      expect(await ended).toMatchObject({ code: 0 });
      clearInterval(timer);
      expect(world.hub.figures.size).toBe(rows);
      expect(most).toBeGreaterThan(10 * MEGABYTE);
      expect(most).toBeLessThan(400 * MEGABYTE);
      mostMemory.set(rows, most);
    },
    600_000,
  );

  it('takes no more for three times as many', () => {
    const [less = 0, more = 0] = [mostMemory.get(1_000_000), mostMemory.get(3_000_000)];
    expect(less).toBeGreaterThan(0);
    expect(more).toBeLessThan(1.25 * less);
  });
});
