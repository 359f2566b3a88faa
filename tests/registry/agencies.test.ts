import { isCreditCode } from '../../subgraphs/kit/agency-code';
import { registry } from '../../subgraphs/registry';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';

const LIST = `query List($under: JurisdictionCode, $function: String, $nameContains: String, $first: Int) {
  agencies(under: $under, function: $function, nameContains: $nameContains, first: $first) { edges { node { code } } }
}`;

describe('agencies', () => {
  const world = useSubgraph(registry, { demo: true });
  const unit = () => world.as(viewer('310118104-GOV', { functions: ['GENERAL_GOVERNMENT'] }));
  const list = async (variables: Record<string, unknown>): Promise<string[]> =>
    (await unit().ask(LIST, variables)).agencies.edges.map((e: { node: { code: string } }) => e.node.code);

  it('tells everything of a unit', async () => {
    expect(
      await unit().ask(`{ agency(code: "310118104-CITYOPS") {
        name jurisdiction { name } functions { code name } remit { code } location { latitude longitude radiusMeters }
      } }`),
    ).toEqual({
      agency: {
        name: '金泽镇城市运行管理中心',
        jurisdiction: { name: '金泽镇' },
        functions: [{ code: 'GRID_COMMAND', name: '网格化指挥' }],
        remit: [{ code: '310118104' }],
        location: { latitude: 31.0413, longitude: 120.9142, radiusMeters: 500 },
      },
    });
  });

  it('gives companies no remit, and what is not recorded as null', async () => {
    expect(
      await unit().ask('{ agency(code: "310000-VEGGROUP") { remit { code } location { radiusMeters } } }'),
    ).toEqual({
      agency: { remit: [], location: null },
    });
  });

  it('has no unit that it does not know', async () => {
    expect(await unit().ask('{ agency(code: "310118104-NOBODY") { name } }')).toEqual({ agency: null });
  });

  it('records credit codes with the right check character', async () => {
    const rows = await world.build((db) => db<{ credit_code: string }>('agencies').select('credit_code'));
    expect(rows.filter(({ credit_code }) => !isCreditCode(credit_code))).toEqual([]);
  });

  it('lists by place, function and name', async () => {
    expect(await list({ under: '310118104', function: 'GRID_COMMAND' })).toEqual(['310118104-CITYOPS']);
    expect(await list({ under: '340000', function: 'AGRICULTURE' })).toEqual([
      '340000-AGRI',
      '341200-AGRI',
      '341225-AGRI',
    ]);
    expect(await list({ nameContains: '联动指挥' })).toEqual(['320509110-COMMAND']);
    expect(await list({ under: '310118104222' })).toEqual(['310118104222-COMMITTEE']);
    expect(await list({ function: 'NO_SUCH_FUNCTION' })).toEqual([]);
  });

  it('lists the units of a place and below it on the place', async () => {
    const { jurisdiction } = await unit().ask(
      '{ jurisdiction(code: "310118104") { agencies(function: "FIRE_SAFETY") { edges { node { code } } } } }',
    );
    expect(jurisdiction.agencies.edges).toEqual([{ node: { code: '310118104-FIRE' } }]);
  });

  it('shows nobody a unit, though the place is public', async () => {
    const { data, errors } = await world
      .as(null)
      .send('{ jurisdiction(code: "310118104") { name agencies { edges { node { code } } } } }');
    expect(data).toEqual({ jurisdiction: { name: '金泽镇', agencies: null } });
    expect(errors?.map((e) => [e.path, e.extensions?.code])).toEqual([
      [['jurisdiction', 'agencies'], 'UNAUTHENTICATED'],
    ]);
  });

  it('shows nobody a row, though a resolver forgot to ask', async () => {
    const session = world.database.session(null);
    await expect(session.db('agencies').select('code')).rejects.toThrow('permission denied');
    await session.end();
  });

  it('takes as many statements for one unit as for twenty', async () => {
    const FULL = `query Full($first: Int) { agencies(first: $first) { edges { node {
      name jurisdiction { name } functions { name } remit { name } } } } }`;
    const count = async (first: number) =>
      (await world.statementsOf(() => unit().ask(FULL, { first }))).length;
    expect(await count(20)).toBe(await count(1));
  });
});
