import { Refusal, Violations } from '../../subgraphs/kit/errors';
import {
  checkInstant,
  checkLine,
  checkNotBefore,
  checkPosition,
  checkText,
  checkWebAddresses,
} from '../../subgraphs/kit/inputs';

/** The codes and paths of what a check finds. */
function found(check: (violations: Violations) => void): string[] {
  const violations = new Violations();
  check(violations);
  try {
    violations.throwIfAny();
    return [];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.violations.map(({ code, path }) => `${code} ${path.join('.')}`);
  }
}

const EMPTY = { en: 'empty', zh: '空' };
const NOW = new Date('2026-11-23T02:00:00Z');
const LATER = new Date('2026-11-23T02:00:00.001Z');

describe('checkLine', () => {
  it.each([
    ['a line', '说明', []],
    ['as many characters as are kept, counted as people count them', '𠮷'.repeat(5), []],
    ['more characters', '一二三四五六', ['INVALID note']],
    ['a line break', '一\n二', ['INVALID note']],
    ['nothing', '', ['REQUIRED note']],
  ])('judges %s', (_, text, expected) => {
    expect(found((v) => checkLine(v, ['note'], text, 5, EMPTY))).toEqual(expected);
  });

  it('lets nothing pass where nothing is asked for', () => {
    expect(found((v) => checkLine(v, ['note'], '', 5))).toEqual([]);
  });
});

describe('checkText', () => {
  it.each([
    ['several lines', '一\r\n\t二', []],
    ['more characters than are kept', 'x'.repeat(11), ['INVALID body']],
    ['other control characters', '一\u0000', ['INVALID body']],
    ['nothing', '', ['REQUIRED body']],
  ])('judges %s', (_, text, expected) => {
    expect(found((v) => checkText(v, ['body'], text, 10, EMPTY))).toEqual(expected);
  });
});

describe('the instants of actions', () => {
  it('may be now and not later', () => {
    expect(found((v) => checkInstant(v, NOW, NOW))).toEqual([]);
    expect(found((v) => checkInstant(v, LATER, NOW))).toEqual(['INVALID at']);
  });

  it('may be that of the step before and not earlier', () => {
    expect(found((v) => checkNotBefore(v, NOW, NOW))).toEqual([]);
    expect(found((v) => checkNotBefore(v, NOW, LATER))).toEqual(['INVALID at']);
  });
});

describe('checkPosition', () => {
  it.each([
    [90, 180, []],
    [-90, -180, []],
    [90.1, 0, ['INVALID location.latitude']],
    [0, -180.1, ['INVALID location.longitude']],
    [131, 400, ['INVALID location.latitude', 'INVALID location.longitude']],
    [Number.NaN, Number.POSITIVE_INFINITY, ['INVALID location.latitude', 'INVALID location.longitude']],
  ])('judges %d, %d', (latitude, longitude, expected) => {
    expect(found((v) => checkPosition(v, ['location'], { latitude, longitude }))).toEqual(expected);
  });
});

describe('checkWebAddresses', () => {
  it.each([
    ['pages and pictures', ['https://example.com/a.jpg', 'HTTP://example.com'], []],
    ['scripts, files and words', ['javascript:alert(1)', 'file:///etc/passwd', 'photo.jpg'], [0, 1, 2]],
    ['an address without end', [`https://example.com/${'x'.repeat(2_000)}`], [0]],
    ['an address with a space', ['https://example.com/a b'], [0]],
  ])('judges %s', (_, addresses, bad) => {
    expect(found((v) => checkWebAddresses(v, ['photos'], addresses, 3))).toEqual(
      bad.map((i) => `INVALID photos.${i}`),
    );
  });

  it('says once that there are too many', () => {
    expect(found((v) => checkWebAddresses(v, ['photos'], ['x', 'x', 'x', 'x'], 3))).toEqual([
      'LIMIT_EXCEEDED photos',
    ]);
  });
});
