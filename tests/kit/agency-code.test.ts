import {
  creditCheckCharacter,
  isAgencyCode,
  isCreditCode,
  jurisdictionOfAgency,
} from '../../subgraphs/kit/agency-code';

describe('an agency code', () => {
  it.each(['310000-HRSS', '310118104-CITYOPS', '330421111212-COMMITTEE', '310118-A1'])(
    'may be %s',
    (code) => {
      expect(isAgencyCode(code)).toBe(true);
    },
  );

  it.each([
    '',
    '310118',
    '310118-',
    '310118-a',
    '310118-A',
    '310118-1A',
    '3101181-AGRI',
    '010118-AGRI',
    '310118_AGRI',
    '310118-AGRI ',
    '310118-AGRI\n',
    '310118-AGRI-2',
    '310118-农业',
    `310118-${'A'.repeat(33)}`,
  ])('is not %j', (text) => {
    expect(isAgencyCode(text)).toBe(false);
  });

  it('begins with its jurisdiction', () => {
    expect(jurisdictionOfAgency('310118104-GOV')).toBe('310118104');
  });
});

describe('a unified social credit code', () => {
  // The example of GB 32100-2015, and those that four companies print on their websites.
  const VALID = [
    '91350100M000100Y43',
    '9144030071526726XG',
    '91330100799655058B',
    '91110000802100433B',
    '914403001922038216',
  ];
  const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';

  it.each(VALID)('is taken: %s', (code) => {
    expect(isCreditCode(code)).toBe(true);
  });

  it('has the check character that the standard computes', () => {
    expect(creditCheckCharacter('91350100M000100Y4')).toBe('3');
  });

  it.each(VALID)('is refused with any one character changed: %s', (code) => {
    const corrupted = [...code].flatMap((character, i) =>
      [...ALPHABET]
        .filter((other) => other !== character)
        .map((other) => code.slice(0, i) + other + code.slice(i + 1)),
    );
    expect(corrupted).toHaveLength(18 * 30);
    expect(corrupted.filter(isCreditCode)).toEqual([]);
  });

  it.each(VALID)('is refused with any two neighbors that differ swapped: %s', (code) => {
    const swapped = [...code]
      .map((character, i) => code.slice(0, i) + (code[i + 1] ?? '') + character + code.slice(i + 2))
      .filter((other) => other.length === 18 && other !== code);
    expect(swapped.filter(isCreditCode)).toEqual([]);
  });

  it.each([
    '',
    '91350100M000100Y4',
    '91350100M000100Y430',
    '91350100m000100y43',
    '91350100M000100I43',
    ' 91350100M000100Y4',
  ])('is refused in another shape: %j', (text) => {
    expect(isCreditCode(text)).toBe(false);
  });
});
