import fc from 'fast-check';
import { Refusal } from '../../subgraphs/kit/errors';
import {
  checkSubmission,
  contentHash,
  type LaborFlowSubmission,
  readLines,
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

describe('readLines', () => {
  const refusals = (text: string) => {
    try {
      return readLines(text);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return error.violations.map(({ code, path }) => `${code} ${path.join('.')}`);
    }
  };

  it('gives back the figures that were written as lines, with or without a last line break', () => {
    const rows = fc.array(
      fc.record({
        ...{ origin: fc.constantFrom('341225', '340000'), destination: fc.constantFrom('310118', '310000') },
        ...{ sector: fc.constantFrom('A', 'T', 'Z'), workers: fc.integer({ min: 0, max: 2_147_483_647 }) },
      }),
    );
    fc.assert(
      fc.property(rows, fc.boolean(), (some, ends) => {
        const text = some.map((r) => `${r.origin},${r.destination},${r.sector},${r.workers}`).join('\n');
        expect(readLines(some.length > 0 && ends ? `${text}\n` : text)).toEqual(some);
      }),
    );
  });

  it('names every line that is no figure', () => {
    const lines = [
      '341225,310118,C,1',
      '',
      'a',
      '341225,310118,C,-1',
      '341225,310118,C,2147483648',
      'a,b,c,1,2',
    ];
    expect(refusals(lines.join('\n'))).toEqual([1, 2, 3, 4, 5].map((i) => `INVALID lines.${i}`));
  });

  it('names no more than 10,000, and takes no more than 100,000 lines', () => {
    expect(refusals('x\n'.repeat(20_000))).toHaveLength(10_000);
    expect(refusals('341225,310118,C,1\n'.repeat(100_001))).toEqual(['LIMIT_EXCEEDED lines']);
    expect(refusals('341225,310118,C,1\n'.repeat(100_000))).toHaveLength(100_000);
  });
});
