import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { figuresOf, processTree } from '../../scripts/bench/processes';
import { median, quantile } from '../../scripts/bench/statistics';

/** Of these tests' own: another bench may be at work on this machine. */
const TEMPORARY = mkdtempSync(path.join(tmpdir(), 'delta-hub-test-'));
afterAll(() => rmSync(TEMPORARY, { recursive: true }));

const bench = (...words: string[]) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--require', 'tsx/cjs', path.join(__dirname, '..', '..', 'scripts', 'bench', 'index.ts'), ...words],
    { encoding: 'utf8', env: { ...process.env, TMPDIR: TEMPORARY } },
  );
  return { status, stdout, stderr };
};

describe('quantiles', () => {
  it('are values in order, or lie between two of them', () => {
    expect(median([5])).toBe(5);
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(quantile([10, 20, 30, 40, 50], 0)).toBe(10);
    expect(quantile([10, 20, 30, 40, 50], 1)).toBe(50);
    expect(quantile([10, 20], 0.25)).toBe(12.5);
  });

  it('leave the values as they were given', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });

  it('of nothing are refused', () => {
    expect(() => median([])).toThrow('there is nothing to take a quantile of');
  });
});

const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux('processes', () => {
  it('are a tree, the asked one first, with memory and time', () => {
    const tree = processTree(process.pid);
    expect(tree[0]?.pid).toBe(process.pid);
    expect(processTree(process.ppid).map(({ pid }) => pid)).toContain(process.pid);
    expect(tree[0]?.pssBytes).toBeGreaterThan(10_000_000);
    expect(tree[0]?.peakRssBytes).toBeGreaterThan(tree[0]?.pssBytes ?? 0);
    expect(tree[0]?.cpuSeconds).toBeGreaterThan(0);
  });

  it('that are not there have no figures', () => {
    expect(figuresOf(2 ** 31)).toBeNull();
    expect(processTree(2 ** 31)).toEqual([]);
  });
});

describe('the bench', () => {
  it('teaches each measurement', () => {
    expect(bench('labor-flow-push', '--help')).toEqual({
      status: 0,
      stdout: expect.stringContaining('npm run bench -- labor-flow-push --rows 100000'),
      stderr: '',
    });
  });

  it.each([
    [['start', '--runs', '0'], 'It must be a whole number from 1 to 50.'],
    [['overview', '--agency', 'Jinze'], 'It must look like 310118104-GOV.'],
    [['overview', '--json', '/no/such/folder/figures.json'], 'There is no folder /no/such/folder.'],
    [['sleep'], "unknown command 'sleep'"],
  ])('refuses %p with a sentence and exit code 2', (words, sentence) => {
    expect(bench(...words)).toEqual({ status: 2, stdout: '', stderr: expect.stringContaining(sentence) });
  });

  it('refuses more figures than a unit can report, and leaves nothing behind', () => {
    expect(bench('labor-flow-push', '--rows', '100000000')).toEqual({
      status: 1,
      stdout: '✗ file of 100,000,000 rows\n',
      stderr:
        '340000-HRSS can report 9,079,360 distinct figures for a month, not 100,000,000. Give fewer --rows.\n',
    });
    expect(readdirSync(TEMPORARY).filter((name) => name.startsWith('delta-hub-bench-'))).toEqual([]);
  });
});
