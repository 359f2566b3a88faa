import { useHub } from '../support/hub';

const OVERVIEW = `query PlaceOverview($code: JurisdictionCode!) {
  jurisdiction(code: $code) {
    code name level
    parent { code name level parent { code name } }
    secondmentsHosted(first: 5) { edges { node { id position status startsOn endsOn officer { name } homeAgency { name jurisdiction { code name } } } } }
    gridCases(first: 5) { edges { node { id number title stage dueAt isOverdue category { code name } } } pageInfo { hasNextPage endCursor } }
    licenseApplications(first: 5) { edges { node { id number shopName kind stage } } }
    supplyBases(first: 5) { edges { node { id name } } }
  }
}`;

describe('a place and what four domains know of it', () => {
  const hub = useHub();
  const overview = async (agency: string | null, code: string) => hub.send(agency, OVERVIEW, { code });

  it('is one question', async () => {
    const { data, errors } = await overview('310118104-GOV', '310118104');
    expect(errors).toBeUndefined();
    const { jurisdiction } = data;
    expect([jurisdiction.name, jurisdiction.level, jurisdiction.parent]).toEqual([
      '金泽镇',
      'TOWNSHIP',
      { code: '310118', name: '青浦区', level: 'COUNTY', parent: { code: '310000', name: '上海市' } },
    ]);
    for (const domain of ['secondmentsHosted', 'gridCases', 'licenseApplications', 'supplyBases']) {
      expect(jurisdiction[domain].edges.length).toBeGreaterThan(0);
    }
    expect(jurisdiction.secondmentsHosted.edges[0].node.homeAgency.jurisdiction.name).toEqual(
      expect.any(String),
    );
  });

  it('takes as many statements for a town as for a province, and no more for a village', async () => {
    const statements = async (agency: string, code: string) => {
      // The gateway looks the unit up when it first asks.
      await hub.send(agency, '{ __typename }');
      return hub.statementsOf(() => overview(agency, code));
    };
    // How many places are above a place is the one thing that differs.
    // Sealing takes in what other requests left, and their heads.
    const beside = (names: readonly string[]) =>
      names.filter((name) => name !== 'jurisdictions.byCode' && !name.startsWith('receipts.'));
    const town = await statements('310118104-GOV', '310118104');
    const province = await statements('310000-GOV', '310000');
    expect(beside(province)).toEqual(beside(town));
    expect(new Set(beside(town)).size).toBe(beside(town).length);
    // A village that has few rows has few references to fill in.
    const village = await statements('310118104222-COMMITTEE', '310118104222');
    expect(beside(town)).toEqual(expect.arrayContaining(beside(village)));
  });

  it('shows a stranger the rows that every unit may see, and no others', async () => {
    const { data, errors } = await overview('330421103-REVIEW', '310118104');
    expect(errors).toBeUndefined();
    expect(data.jurisdiction.secondmentsHosted.edges.length).toBeGreaterThan(0);
    expect(data.jurisdiction.gridCases.edges).toEqual([]);
    expect(data.jurisdiction.licenseApplications.edges).toEqual([]);
  });

  it('shows nobody the place alone, and says to sign in for the rest', async () => {
    const { data, errors } = await overview(null, '310118104');
    expect(data.jurisdiction).toMatchObject({
      ...{ name: '金泽镇', secondmentsHosted: null, gridCases: null },
      ...{ licenseApplications: null, supplyBases: null },
    });
    expect(errors?.map((e) => [e.path, e.extensions.code])).toEqual(
      expect.arrayContaining([[['jurisdiction', 'gridCases'], 'UNAUTHENTICATED']]),
    );
  });

  it('speaks the language that is asked for', async () => {
    const { errors } = await hub.send(
      null,
      '{ agency(code: "310118104-GOV") { name } }',
      {},
      { 'accept-language': 'zh-CN' },
    );
    expect(errors?.map((e) => e.message)).toEqual(['请先登录：在 authorization 请求头中携带 Bearer 令牌。']);
  });
});
