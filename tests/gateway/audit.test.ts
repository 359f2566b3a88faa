import { auditServer } from 'graphql-http';
import { useHub } from '../support/hub';

describe('GraphQL over HTTP', () => {
  const hub = useHub({ demo: false });

  it('is spoken as its specification says', async () => {
    // The audit sends GET requests as a form of another site could, which the hub refuses without this header.
    const fetchFn = (url: string, init: RequestInit = {}) =>
      fetch(url, { ...init, headers: { ...(init.headers as object), 'apollo-require-preflight': '1' } });
    const results = await auditServer({ url: `${hub.url}/graphql`, fetchFn });
    const failed = results.flatMap((result) =>
      result.status === 'ok' ? [] : [`${result.status} ${result.id} ${result.name}: ${result.reason}`],
    );
    expect(failed).toEqual([]);
    expect(results.length).toBeGreaterThan(50);
  });
});
