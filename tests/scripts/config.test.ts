import { readConfig } from '../../scripts/config';
import { SUBGRAPHS } from '../../subgraphs';
import { SUBGRAPH_NAMES } from '../../subgraphs/names';

describe('a setting that makes no sense', () => {
  it.each([
    [{ PORT: 'http' }, 'PORT is "http"; it must be a whole number above 0.'],
    [{ PORT: '70000' }, 'PORT is "70000"; a port is at most 65535.'],
    [{ HUB_DEMO: 'yes' }, 'HUB_DEMO is "yes"; it must be "on" or "off".'],
    [
      { DATABASE_URL: 'mysql://x' },
      'DATABASE_URL must be an address like postgresql://user:password@host:5432/database.',
    ],
    [
      { HUB_ISSUERS: 'somewhere' },
      'HUB_ISSUERS has "somewhere"; each issuer is its name, "=" and the address of its keys (JWKS), separated by commas.',
    ],
  ])('is refused: %p', (setting, sentence) => {
    expect(() => readConfig(setting, SUBGRAPH_NAMES)).toThrow(sentence);
  });
});

describe('the names of the subgraphs', () => {
  it('are those of the subgraphs that there are', () => {
    expect(SUBGRAPHS.map(({ name }) => name)).toEqual(SUBGRAPH_NAMES);
  });
});
