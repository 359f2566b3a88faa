import { DEMO_UNITS } from '../../subgraphs/personnel/demo/units';
import { useHub } from '../support/hub';

describe('the demo units', () => {
  const hub = useHub();

  it('are the same in the registry, which lists them, and in personnel, which gives them officers', async () => {
    const codes: string[] = [];
    for (let after: string | null = null, hasNextPage = true; hasNextPage; ) {
      const { data, errors } = await hub.send(
        '310000-YRDOFFICE',
        `query Units($after: String) {
          agencies(first: 200, after: $after) {
            edges { node { code officers(first: 2) { edges { node { id } } } } }
            pageInfo { hasNextPage endCursor }
          }
        }`,
        { after },
      );
      expect(errors).toBeUndefined();
      for (const { node } of data.agencies.edges) {
        codes.push(node.code);
        expect([node.code, node.officers.edges.length]).toEqual([node.code, 2]);
      }
      ({ hasNextPage, endCursor: after } = data.agencies.pageInfo);
    }
    expect([...DEMO_UNITS].sort()).toEqual(codes);
  });
});
