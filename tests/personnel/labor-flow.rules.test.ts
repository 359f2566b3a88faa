import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import {
  checkSubmission,
  contentHash,
  type LaborFlowSubmission,
  publicWorkers,
} from '../../subgraphs/personnel/labor-flow/rules';
import { viewer } from '../support/viewer';

const now = new Date('2026-11-23T02:00:00Z');
const KNOWN = new Set(['310000', '310118', '310115', '320000', '320500', '341200', '341225', '410000']);
const knows = (code: string) => KNOWN.has(code);
const fuyang = viewer('341200-HRSS', { functions: ['HUMAN_RESOURCES'] });

const submission = (more: Partial<LaborFlowSubmission> = {}): LaborFlowSubmission => ({
  batchKey: 'a batch',
  month: '2026-10',
  side: 'ORIGIN',
  definition: { minimumStayMonths: 6, includesFlexible: true, referenceDay: '2026-10-31' },
  rows: [{ origin: '341225', destination: '310118', sector: 'C', workers: 12 }],
  ...more,
});

/** The violations of a batch as `CODE path`, in the order in which they are found. */
function violationsOf(batch: LaborFlowSubmission, by = fuyang): string[] {
  const violations = checkSubmission(batch, { viewer: by, now, knows });
  try {
    violations.throwIfAny();
    return [];
  } catch (error) {
    const { violations: found } = error as { violations: { code: string; path: (string | number)[] }[] };
    return found.map(({ code, path }) => `${code} ${path.join('.')}`);
  }
}

describe('checkSubmission', () => {
  it('finds nothing wrong with figures of the own side and remit', () => {
    expect(violationsOf(submission())).toEqual([]);
  });

  it('lets the other end lie anywhere in the country', () => {
    const rows = [{ origin: '341200', destination: '410000', sector: 'T', workers: 0 }];
    expect(violationsOf(submission({ rows }))).toEqual([]);
  });

  it('names every violation at once', () => {
    const rows = [
      { origin: '341225', destination: '310118', sector: 'C', workers: 5 },
      { origin: '341225', destination: '310118', sector: 'C', workers: 6 },
      { origin: '341225', destination: '310118', sector: 'D', workers: -1 },
      { origin: '310115', destination: '310118', sector: 'G', workers: 7 },
      { origin: '341225', destination: '999999', sector: 'U', workers: 7 },
      { origin: '341225107', destination: 'x', sector: '', workers: 7 },
    ];
    expect(violationsOf(submission({ batchKey: '', month: '2026-12', rows }))).toEqual([
      'REQUIRED batchKey',
      'INVALID month',
      'CONFLICT rows.1',
      'INVALID rows.2.workers',
      'NOT_ALLOWED rows.3.origin',
      'INVALID rows.4.destination',
      'INVALID rows.4.sector',
      'INVALID rows.5.origin',
      'INVALID rows.5.destination',
      'INVALID rows.5.sector',
    ]);
  });

  it.each([
    ['the other side', submission({ side: 'DESTINATION' }), fuyang, ['NOT_ALLOWED rows.0.destination']],
    ['a unit without the function', submission(), viewer('341200-AGRI'), ['NOT_ALLOWED ']],
    [
      'a company, which may act nowhere',
      submission(),
      viewer('341200-HRSS', { functions: ['HUMAN_RESOURCES'], remit: [] }),
      ['NOT_ALLOWED rows.0.origin'],
    ],
    [
      'a stay of more months than anyone counts',
      submission({
        definition: { minimumStayMonths: 61, includesFlexible: true, referenceDay: '2026-10-31' },
      }),
      fuyang,
      ['INVALID definition.minimumStayMonths'],
    ],
    [
      'a reference day to come',
      submission({
        definition: { minimumStayMonths: 6, includesFlexible: true, referenceDay: '2026-11-24' },
      }),
      fuyang,
      ['INVALID definition.referenceDay'],
    ],
    ['no rows', submission({ rows: [] }), fuyang, ['REQUIRED rows']],
    ['a key that is too long', submission({ batchKey: 'k'.repeat(201) }), fuyang, ['INVALID batchKey']],
  ])('refuses %s', (_, batch, by, expected) => {
    expect(violationsOf(batch, by)).toEqual(expected);
  });

  it('takes 10,000 rows and not one more', () => {
    const row = { origin: '341225', destination: '310118', sector: 'C', workers: 1 };
    expect(violationsOf(submission({ rows: new Array(10_001).fill(row) }))).toEqual(['LIMIT_EXCEEDED rows']);
  });

  it('takes the present month in Shanghai, where it begins eight hours before it does in UTC', () => {
    const batch = submission({ month: '2026-12' });
    const check = (at: string) => checkSubmission(batch, { viewer: fuyang, now: new Date(at), knows }).any;
    expect(check('2026-11-30T15:59:59Z')).toBe(true);
    expect(check('2026-11-30T16:00:00Z')).toBe(false);
  });
});

describe('contentHash', () => {
  it('is the same for the same content whatever the key, and another for any other content', () => {
    const hash = contentHash(submission());
    expect(contentHash(submission({ batchKey: 'another key' }))).toBe(hash);
    const others = [
      submission({ month: '2026-09' }),
      submission({ side: 'DESTINATION' }),
      submission({
        definition: { minimumStayMonths: 3, includesFlexible: true, referenceDay: '2026-10-31' },
      }),
      submission({ rows: [{ origin: '341225', destination: '310118', sector: 'C', workers: 13 }] }),
      submission({ rows: [] }),
    ];
    expect(new Set([hash, ...others.map(contentHash)]).size).toBe(others.length + 1);
  });
});

describe('publicWorkers', () => {
  const cell = (workers: number, more: object = {}) => ({
    ...{
      month: '2026-10',
      side: 'ORIGIN' as const,
      origin: '341225',
      destination: '310118',
      sector: 'C',
      workers,
    },
    ...more,
  });
  const key = (n: number) => createHmac('sha256', 'months').update(String(n)).digest();

  it('leaves cells at the threshold and above as they are', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 10_000_000 }), (workers) => {
        expect(publicWorkers(cell(workers), { key: key(1), threshold: 10 })).toEqual({
          publicWorkers: workers,
          isSmall: false,
        });
      }),
    );
  });

  it('makes small cells 0 or 10, the same whenever it is asked', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9 }), fc.integer(), (workers, n) => {
        const drawn = publicWorkers(cell(workers), { key: key(n), threshold: 10 });
        expect([0, 10]).toContain(drawn.publicWorkers);
        expect(drawn.isSmall).toBe(true);
        expect(publicWorkers(cell(workers), { key: key(n), threshold: 10 })).toEqual(drawn);
      }),
    );
  });

  it('is right on average, and 0 stays 0', () => {
    for (let workers = 0; workers < 10; workers += 1) {
      let sum = 0;
      const draws = 20_000;
      for (let n = 0; n < draws; n += 1) {
        sum += publicWorkers(cell(workers), { key: key(n), threshold: 10 }).publicWorkers;
      }
      // Five standard deviations of the mean of 20,000 draws of 0 or 10 are at most 0.18.
      expect(Math.abs(sum / draws - workers)).toBeLessThanOrEqual(workers === 0 ? 0 : 0.18);
    }
  });

  it('draws each cell for itself', () => {
    const cells = ['C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L'].map((sector) =>
      publicWorkers(cell(5, { sector }), { key: key(1), threshold: 10 }),
    );
    expect(new Set(cells.map((c) => c.publicWorkers))).toEqual(new Set([0, 10]));
  });
});
