import { inEffect, layersOf, numberPolicy, type PolicyRow, policyValue } from '../../subgraphs/kit/in-effect';

describe('inEffect', () => {
  const row = (jurisdiction: string, effective_from: string, effective_until: string | null = null) => ({
    jurisdiction,
    effective_from,
    effective_until,
  });
  const everywhere = row('', '2020-01-01');

  it.each([
    ['the default, where no place has its own', [everywhere, row('330421', '2020-01-01')], '310118', 0],
    ['the place’s own', [everywhere, row('310118', '2020-01-01')], '310118', 1],
    ['that of the place above', [everywhere, row('310118', '2020-01-01')], '310118104222', 1],
    [
      'that of the nearest place above',
      [row('310118104', '2020-01-01'), row('310118', '2024-01-01'), row('310000', '2025-01-01')],
      '310118104222',
      0,
    ],
    ['not that of a place below', [everywhere, row('310118104', '2020-01-01')], '310118', 0],
    ['not that of a neighbor', [everywhere, row('310118102', '2020-01-01')], '310118104', 0],
    ['the latest that is in effect', [row('', '2024-01-01'), row('', '2026-01-01'), everywhere], '310118', 1],
    ['not one that is to come', [everywhere, row('310118', '2026-11-24')], '310118', 0],
    ['one from its first day', [everywhere, row('310118', '2026-11-23')], '310118', 1],
    ['one up to its last day', [everywhere, row('310118', '2026-01-01', '2026-11-23')], '310118', 1],
    ['not one that has ended', [everywhere, row('310118', '2026-01-01', '2026-11-22')], '310118', 0],
    ['the default for everywhere', [row('310118', '2026-01-01'), everywhere], '', 1],
  ])('takes %s', (_, rows, place, expected) => {
    expect(inEffect(rows, place, '2026-11-23')).toEqual(rows[expected]);
  });

  it('is null where nothing is in effect', () => {
    expect(inEffect([row('330421', '2020-01-01')], '310118', '2026-11-23')).toBeNull();
  });
});

describe('layersOf', () => {
  it('is everywhere, the places and what is above them, each once', () => {
    expect(layersOf(['310118104', '310118'])).toEqual(['', '310000', '310118', '310118104']);
    expect(layersOf([''])).toEqual(['']);
  });
});

describe('policyValue', () => {
  const policy = (name: string, jurisdiction: string, value: unknown): PolicyRow => ({
    ...{ name, jurisdiction, value },
    ...{ effective_from: '2020-01-01', effective_until: null, source: 'test' },
  });
  const rows = [policy('rate', '', 1), policy('rate', '310000', 2), policy('other', '310118', 3)];

  it('is the value of the row by that name which holds in the place', () => {
    expect(policyValue(rows, 'rate', { place: '310118', day: '2026-11-23' }, numberPolicy)).toBe(2);
    expect(policyValue(rows, 'rate', { place: '330421', day: '2026-11-23' }, numberPolicy)).toBe(1);
  });

  it('is the first that was laid down, for days before that', () => {
    const later = { ...policy('rate', '310118', 4), effective_from: '2024-01-01' };
    const earlier = { ...policy('rate', '330421', 5), effective_from: '2010-01-01' };
    const known = [...rows, later, earlier];
    expect(policyValue(known, 'rate', { place: '310118', day: '2012-12-31' }, numberPolicy)).toBe(2);
    expect(policyValue(known, 'rate', { place: '341200', day: '2012-12-31' }, numberPolicy)).toBe(1);
    expect(policyValue(known, 'rate', { place: '330421', day: '2009-12-31' }, numberPolicy)).toBe(5);
  });

  it('throws when there is none, and when the value has another shape', () => {
    const at = { place: '310118', day: '2026-11-23' };
    expect(() => policyValue(rows, 'none', at, numberPolicy)).toThrow('no policy none holds');
    const text = [policy('rate', '', 'much')];
    expect(() => policyValue(text, 'rate', { ...at, day: '2026-01-01' }, numberPolicy)).toThrow(
      'not a number',
    );
  });
});
