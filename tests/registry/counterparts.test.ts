import { registry } from '../../subgraphs/registry';
import { matchCounterpart } from '../../subgraphs/registry/agencies/rules';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';

describe('matchCounterpart', () => {
  const at = (jurisdiction: string, name = 'AGRI') => ({ code: `${jurisdiction}-${name}`, jurisdiction });

  it('finds the unit of the place itself first', () => {
    const performers = [at('310000'), at('310118')];
    expect(matchCounterpart(performers, '310118')).toEqual({ match: 'EXACT', agency: at('310118') });
  });

  it('climbs to the nearest level that has one', () => {
    const performers = [at('310000'), at('310118')];
    expect(matchCounterpart(performers, '310118104')).toEqual({
      match: 'HIGHER_LEVEL',
      agency: at('310118'),
    });
  });

  it('takes the first by code where several units of a level perform the function', () => {
    const performers = [at('310118', 'ZOO'), at('310118', 'AGRI')];
    expect(matchCounterpart(performers, '310118').agency).toEqual(at('310118', 'AGRI'));
  });

  it('says NONE where nobody does', () => {
    expect(matchCounterpart([], '310118')).toEqual({ match: 'NONE', agency: null });
  });
});

describe('counterparts', () => {
  const world = useSubgraph(registry, { demo: true });
  const COUNTERPARTS = `query Counterparts($of: AgencyCode!, $in: JurisdictionCode!) {
    counterparts(of: $of, in: $in) { function { code } match agency { code } }
  }`;
  const fuyang = () => world.as(viewer('341200-AGRI'));

  it('matches functions, never names', async () => {
    expect(await fuyang().ask(COUNTERPARTS, { of: '341200-AGRI', in: '310106' })).toEqual({
      counterparts: [
        { function: { code: 'AGRICULTURE' }, match: 'HIGHER_LEVEL', agency: { code: '310000-AGRI' } },
        {
          function: { code: 'VEGETABLE_MARKET_STANDARDS' },
          match: 'HIGHER_LEVEL',
          agency: { code: '310000-COMMERCE' },
        },
      ],
    });
  });

  it('says NONE where neither the place nor anything above it performs the function', async () => {
    expect(await fuyang().ask(COUNTERPARTS, { of: '310000-VEGGROUP', in: '341225' })).toEqual({
      counterparts: [{ function: { code: 'VEGETABLE_PURCHASING' }, match: 'NONE', agency: null }],
    });
  });

  it.each([
    ['an unknown unit', { of: '341200-NOBODY', in: '310106' }],
    ['an unknown place', { of: '341200-AGRI', in: '999999' }],
  ])('answers null for %s', async (_, variables) => {
    expect(await fuyang().ask(COUNTERPARTS, variables)).toEqual({ counterparts: null });
  });

  it('is not for nobody', async () => {
    const { data, errors } = await world.as(null).send(COUNTERPARTS, { of: '341200-AGRI', in: '310106' });
    expect(data).toEqual({ counterparts: null });
    expect(errors?.map((e) => e.extensions?.code)).toEqual(['UNAUTHENTICATED']);
  });
});
