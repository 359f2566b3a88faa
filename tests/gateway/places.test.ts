import { withheldEntries } from '../../gateway/access/disclosure';
import { MOST_PLACES, WithheldPlaces } from '../../gateway/access/places';
import type { SharingReport } from '../../subgraphs/kit/disclosures';

const PHONE = { coordinate: 'Officer.phone', item: 'personnel.officer-contact' as const };
const OWN = '341200-HRSS';
const OTHER = '310118-ORG';

/** What a subgraph reports of places at which a provider's phones were withheld. */
const reportOf = (path: string[], indexes: number[][], provider = OWN): SharingReport => ({
  disclosed: [],
  withheld: [{ ...PHONE, provider, ids: ['1'], places: [{ path, indexes }] }],
});

const PATH = ['officers', '*', 'phone'];

describe('places of what is withheld', () => {
  it('are marked where the null is, and nowhere else', () => {
    const data = { officers: [{ phone: null }, { phone: '1' }, null, { phone: null }], away: null };
    const places = new WithheldPlaces();
    places.mark(data, reportOf(PATH, [[0], [1], [2], [7]]));
    places.mark(data, reportOf(['away', 'phone'], [[]]));
    places.mark(null, reportOf(PATH, [[0]]));
    expect(data).toEqual({
      officers: [{ phone: expect.any(Symbol) }, { phone: '1' }, null, { phone: null }],
      away: null,
    });
    expect([places.isEmpty, new WithheldPlaces().isEmpty]).toEqual([false, true]);
  });

  it('are told by provider, each with its reason, under what they have in common', () => {
    const data = { a: [{ phone: null }, { phone: null }], b: { phone: null } };
    const places = new WithheldPlaces();
    const reports = [
      reportOf(['a', '*', 'phone'], [[0]]),
      reportOf(['a', '*', 'phone'], [[1]], OTHER),
      reportOf(['b', 'phone'], [[]]),
    ];
    for (const report of reports) places.mark(data, report);
    const [first, second] = data.a.map(({ phone }) => phone as unknown as symbol);
    places.found(first as symbol, ['offices', 0, 'people', 3, 'phone']);
    places.found(second as symbol, ['offices', 1, 'people', 0, 'phone']);
    places.found(data.b.phone as unknown as symbol, ['offices', 1, 'people', 2, 'phone']);
    places.found(data.b.phone as unknown as symbol, ['head', 'phone']);
    const report = { disclosed: [], withheld: reports.flatMap(({ withheld }) => withheld) };
    const reasonOf = (_: unknown, provider: string) => (provider === OWN ? 'NO_PURPOSE' : 'NO_GRANT');
    const path = ['offices', '*', 'people', '*', 'phone'];
    expect(withheldEntries(report, reasonOf, places)).toEqual([
      {
        ...{ ...PHONE, reason: 'NO_PURPOSE', providers: [OTHER, OWN], count: 2, class: 'CONDITIONAL' },
        places: [
          {
            provider: OWN,
            reason: 'NO_PURPOSE',
            path,
            indexes: [
              [0, 3],
              [1, 2],
            ],
          },
          { provider: OWN, reason: 'NO_PURPOSE', path: ['head', 'phone'], indexes: [[]] },
          { provider: OTHER, reason: 'NO_GRANT', path, indexes: [[1, 0]] },
        ],
      },
    ]);
    expect(withheldEntries(report, reasonOf)).toEqual([
      { ...PHONE, reason: 'NO_PURPOSE', providers: [OTHER, OWN], count: 2 },
    ]);
  });

  it('are so many at most, and the rest is counted', () => {
    const data = { officers: [{ phone: null }] };
    const report = reportOf(PATH, [[0]]);
    const places = new WithheldPlaces();
    places.mark(data, report);
    const mark = data.officers[0]?.phone as unknown as symbol;
    for (let i = 0; i < MOST_PLACES + 3; i += 1) places.found(mark, ['officers', i, 'phone']);
    const [entry] = withheldEntries(report, () => 'NO_GRANT', places);
    expect([entry?.places?.[0]?.indexes.length, entry?.placesLeftOff]).toEqual([MOST_PLACES, 3]);
  });
});
