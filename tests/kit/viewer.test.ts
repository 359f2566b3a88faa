import { CATALOG, type ItemName } from '../../subgraphs/kit/catalog';
import { EMPTY_RANGE, rangeOf } from '../../subgraphs/kit/jurisdiction';
import { subgraphKey } from '../../subgraphs/kit/signature';
import { hasFunction, partyRange, signViewer, verifyViewer } from '../../subgraphs/kit/viewer';
import { viewer } from '../support/viewer';

const NOW = new Date('2026-11-23T02:00:00Z');
const key = subgraphKey('a secret', 'grid');

it('travels signed, whole', () => {
  const officer = viewer('310118104-CITYOPS', { functions: ['GRID_COMMAND'], purpose: '联合整治' });
  const header = signViewer(officer, { subgraph: 'grid', key, now: NOW });
  expect(verifyViewer(header, { subgraph: 'grid', keys: [key], now: NOW })).toEqual(officer);
  expect(verifyViewer(header, { subgraph: 'tourism', keys: [key], now: NOW })).toBeNull();
});

describe('grants', () => {
  const granted = { item: 'grid.cases', provider: '330421103-GOV' } as const;
  const seenAfter = (milliseconds: number, collects = true) => {
    const holder = viewer('310118104-GOV', { grants: [granted], grantsAsOf: NOW.getTime(), collects });
    const now = new Date(NOW.getTime() + milliseconds);
    const seen = verifyViewer(signViewer(holder, { subgraph: 'grid', key, now: NOW }), {
      ...{ subgraph: 'grid', keys: [key], now },
    });
    return [seen?.grants, seen?.haveGrantsLapsed];
  };

  it('open something for a second after they were confirmed, and have lapsed then', () => {
    expect(seenAfter(1_000)).toEqual([[granted], undefined]);
    expect(seenAfter(1_001)).toEqual([[], true]);
  });

  it('open nothing for one who collects no disclosures, which is not that they lapsed', () => {
    expect(seenAfter(0, false)).toEqual([[], undefined]);
    expect(seenAfter(1_001, false)).toEqual([[], undefined]);
  });
});

it('has the functions of its unit', () => {
  const unit = viewer('341200-AGRI', { functions: ['AGRICULTURE', 'VEGETABLE_MARKET_STANDARDS'] });
  expect(hasFunction(unit, ['FIRE_SAFETY', 'AGRICULTURE'])).toBe(true);
  expect(hasFunction(unit, ['FIRE_SAFETY'])).toBe(false);
  expect(hasFunction(unit, [])).toBe(false);
});

describe('the range in which a unit is a party by place', () => {
  const items = Object.keys(CATALOG) as ItemName[];
  const at = (functions: string[], item: ItemName) =>
    partyRange(viewer('310118104-X1', { functions, remit: ['310000'] }), item);

  it.each(items)(
    'of %s is its own jurisdiction for each function of the item, and nothing without',
    (item) => {
      const { functionsByPlace } = CATALOG[item];
      for (const name of functionsByPlace) expect(at([name], item)).toEqual(rangeOf('310118104'));
      expect(at(['NO_SUCH_FUNCTION'], item)).toEqual(EMPTY_RANGE);
      expect(at([], item)).toEqual(EMPTY_RANGE);
    },
  );

  it.each(items)(
    'of %s is its own jurisdiction for the general government, unless the item goes by no place',
    (item) => {
      const isByPlace = CATALOG[item].functionsByPlace.length > 0;
      expect(at(['GENERAL_GOVERNMENT'], item)).toEqual(isByPlace ? rangeOf('310118104') : EMPTY_RANGE);
    },
  );
});
