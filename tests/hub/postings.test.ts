import { useHub } from '../support/hub';

describe('postings through the hub', () => {
  const hub = useHub();
  const ask = async (agency: string, query: string) => {
    const { data, errors } = await hub.send(agency, query);
    expect(errors).toBeUndefined();
    return data;
  };

  it('show who of a unit is posted to a place, and their phones to their own unit alone', async () => {
    const query = `{
      secondments(hostUnder: "310000", homeAgency: "341200-HRSS", first: 5) {
        edges { node { id officer { id name phone } } }
      }
    }`;
    const own = (await ask('341200-HRSS', query)).secondments.edges;
    const others = (await ask('310000-HRSS', query)).secondments.edges;
    expect(own.length).toBeGreaterThanOrEqual(2);
    for (const { node } of own) expect(node.officer.phone).toMatch(/^0558-/);
    expect(others).toEqual(
      own.map(({ node }: { node: { id: string; officer: object } }) => ({
        node: { id: node.id, officer: { ...node.officer, phone: null } },
      })),
    );
  });

  it('show which officers of a unit were never posted', async () => {
    const { officers } = await ask(
      '341200-HRSS',
      `{
        officers(agency: "341200-HRSS", first: 50) {
          edges { node { id name agency { code } secondments(first: 1) { edges { node { id } } } } }
        }
      }`,
    );
    const never = officers.edges.filter(
      ({ node }: { node: { secondments: { edges: object[] } } }) => node.secondments.edges.length === 0,
    );
    expect(never.length).toBeGreaterThanOrEqual(1);
    expect(never.length).toBeLessThan(officers.edges.length);
  });

  it('are a part of what is known of a place, with names from the registry', async () => {
    const { jurisdiction } = await ask(
      '310118104-GOV',
      `{
        jurisdiction(code: "310118104") {
          name
          secondmentsHosted(first: 5, status: ACTIVE, program: "YRD-2026") {
            edges {
              node {
                id position status startsOn endsOn
                officer { name }
                homeAgency { name jurisdiction { code name } }
              }
            }
          }
          secondmentsSent(first: 1) { edges { node { hostAgency { name } } } }
        }
      }`,
    );
    expect(jurisdiction.name).toBe('金泽镇');
    expect(jurisdiction.secondmentsHosted.edges).toHaveLength(5);
    for (const { node } of jurisdiction.secondmentsHosted.edges) {
      expect(node).toEqual({
        id: expect.any(String),
        position: expect.stringContaining('挂职'),
        status: 'ACTIVE',
        startsOn: expect.any(String),
        endsOn: expect.any(String),
        officer: { name: expect.any(String) },
        homeAgency: {
          name: expect.any(String),
          jurisdiction: { code: expect.any(String), name: expect.any(String) },
        },
      });
    }
    expect(jurisdiction.secondmentsSent.edges[0].node.hostAgency.name).toEqual(expect.any(String));
  });
});
