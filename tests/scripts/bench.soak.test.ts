import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** Longer than any of them takes; what they measure is nobody's business here. */
const LIMIT_MS = 300_000;

describe('npm run bench', () => {
  // Of these tests' own, so that whatever is left in it was left by them.
  const folder = mkdtempSync(path.join(tmpdir(), 'delta-hub-test-'));
  // PostgreSQL runs as a user of its own when the tests are root's, and must pass through.
  chmodSync(folder, 0o711);
  const json = path.join(folder, 'figures.json');
  afterAll(() => rmSync(folder, { recursive: true }));

  const start = (words: readonly string[]) => {
    const script = path.join(__dirname, '..', '..', 'scripts', 'bench', 'index.ts');
    const child = spawn(process.execPath, ['--require', 'tsx/cjs', script, ...words, '--json', json], {
      env: { ...process.env, TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.on('data', (text: Buffer) => {
      said += text;
    });
    const exitCode = new Promise<number | null>((resolve) => child.once('exit', resolve));
    return { child, exitCode, said: () => said };
  };
  const leftBehind = () => readdirSync(folder).filter((name) => name.startsWith('delta-hub-bench-'));

  it.each([
    ['start', ['--runs', '1', '--rest', '0'], ['first', 'later', 'atRest']],
    ['labor-flow-push', ['--rows', '1000', '--batch-size', '300'], ['rows', 'lines', 'copy']],
    ['labor-flow', ['--rows', '1000,2000', '--requests', '5'], ['sizes', 'ratioOfLargestToSmallest']],
    ['receipts', ['--requests', '10', '--rounds', '1', '--seconds', '1'], ['query', 'requests', 'sealing']],
    ['overview', ['--requests', '10', '--rounds', '1'], ['query', 'fieldsLeftOut', 'findings', 'statements']],
    [
      'joint-review',
      ['--applications', '1000', '--requests', '3'],
      [
        ...['latestMs', 'stageMs', 'shopMs', 'noShopMs', 'streetMs', 'applicantMs', 'telephoneMs', 'houseMs'],
        ...['agendaMs', 'yearMs', 'townsMs'],
      ],
    ],
    [
      'standards',
      ['--foods', '100', '--limits', '1000', '--requests', '3'],
      ['stated', 'compareMs', 'placesMs', 'matrixMs', 'judgeMs', 'diffMs', 'standardsMs'],
    ],
    [
      'grid-report',
      ['--cases', '1000', '--requests', '3'],
      ['cases', 'casesOfMonth', 'p50Ms', 'p99Ms', 'bareP50Ms', 'bareP99Ms', 'ratioOfP50'],
    ],
  ])(
    'measures %s, and leaves nothing behind',
    async (name, options, figures) => {
      const { exitCode } = start([name, ...options]);
      expect(await exitCode).toBe(0);
      const report = JSON.parse(readFileSync(json, 'utf8'));
      expect(report).toMatchObject({ name, machine: { node: process.version } });
      expect(Object.keys(report.figures)).toEqual(figures);
      expect(leftBehind()).toEqual([]);
    },
    LIMIT_MS,
  );

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    'cleans up at %s and ends with exit code %d',
    async (signal, expected) => {
      const { child, exitCode, said } = start(['overview']);
      while (!said().includes('✓ PostgreSQL') && child.exitCode === null) await wait(50);
      child.kill(signal);
      expect(await exitCode).toBe(expected);
      expect(leftBehind()).toEqual([]);
    },
    LIMIT_MS,
  );
});
