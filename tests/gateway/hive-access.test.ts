import { readFileSync } from 'node:fs';
import path from 'node:path';
import { receiptUnavailable } from '../../gateway/access/account';
import type { Visit } from '../../gateway/access/edge';
import { hiveAccess } from '../../gateway/access/hive';
import { Disclosures } from '../../subgraphs/kit/disclosures';

const ROOT = path.join(__dirname, '..', '..');

/** What a file of the project needs when it runs, itself included: files of the project and packages. */
function neededBy(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  const source = readFileSync(path.join(ROOT, file), 'utf8');
  for (const [statement, target = ''] of source.matchAll(/^(?:import|export) [^;]*?from '([^']+)';$/gm)) {
    if (/^(?:import|export) type /.test(statement)) continue;
    if (target.startsWith('.')) neededBy(`${path.join(path.dirname(file), target)}.ts`, found);
    else found.add(target);
  }
  return found;
}

describe('the edge as a plugin', () => {
  it('needs nothing of the gateway but what decides access', () => {
    const needed = [...neededBy('gateway/access/hive.ts'), ...neededBy('gateway/access/edge.ts')];
    expect(needed).toContain('gateway/access/receipts.ts');
    expect(needed.filter((file) => /^(?:gateway\/(?!access\/)|@apollo\/server|fastify)/.test(file))).toEqual(
      [],
    );
  });

  const visit: Visit = {
    ...{ requestId: 'r', caller: null, language: 'zh' },
    disclosures: new Disclosures(),
  };
  const context = (query = '{ __typename }') => ({
    request: new Request('http://hub.example/graphql'),
    params: { query },
  });
  const made = (account: Parameters<typeof hiveAccess>[0]['account']) =>
    hiveAccess({
      meet: async () => visit,
      headersFor: (subgraph) => ({ 'hub-viewer': `for ${subgraph}` }),
      note: async () => {},
      account,
    });
  /** What becomes of an answer. */
  async function leaving(
    plugin: ReturnType<typeof made>,
    result: { data?: unknown; extensions?: Record<string, unknown> },
    at = context(),
  ): Promise<unknown> {
    await plugin.onContextBuilding({ context: at });
    let left: unknown = result;
    const setResult = (other: unknown) => {
      left = other;
    };
    await plugin.onExecutionResult({ context: at, result, setResult });
    return left;
  }

  it('lets no answer leave whose receipt cannot be sealed', async () => {
    const plugin = made(async () => {
      throw receiptUnavailable();
    });
    expect(JSON.parse(JSON.stringify(await leaving(plugin, { data: { phone: '1' } })))).toEqual({
      data: null,
      errors: [
        {
          message: receiptUnavailable().text.zh,
          extensions: { code: 'RECEIPT_UNAVAILABLE', http: { status: 503 } },
        },
      ],
    });
  });

  it('says of sharing what the hub says, and not what subgraphs told the gateway', async () => {
    const plugin = made(async () => ({ receipt: { id: '1', hash: 'h' } }));
    const extensions = { hubSharing: { disclosed: [], withheld: [] }, other: 1 };
    expect(await leaving(plugin, { data: { a: 1 }, extensions })).toEqual({
      data: { a: 1 },
      extensions: { other: 1, receipt: { id: '1', hash: 'h' } },
    });
    const silent = made(async () => ({}));
    expect(await leaving(silent, { data: { a: 1 }, extensions: { hubSharing: {} } })).toEqual({
      data: { a: 1 },
    });
  });

  it.each([
    ['query Officers { __typename }', 'Officers'],
    ['{ __typename }', null],
  ])('calls %s what it is called', async (query, expected) => {
    let name: string | null | undefined;
    const plugin = made(async (_, operationName) => {
      name = operationName();
      return {};
    });
    await leaving(plugin, { data: {} }, context(query));
    expect(name).toBe(expected);
  });

  it('asks each subgraph under its own viewer, beside the headers that there are, and for nobody known under none', async () => {
    const plugin = made(async () => ({}));
    const at = context();
    await plugin.onContextBuilding({ context: at });
    const executionRequest = { context: at, extensions: { headers: { kept: '1' } } };
    plugin.onSubgraphExecute({ subgraphName: 'grid', executionRequest });
    expect(executionRequest.extensions).toEqual({ headers: { kept: '1', 'hub-viewer': 'for grid' } });
    const ofItsOwn = { extensions: {} };
    expect(plugin.onSubgraphExecute({ subgraphName: 'grid', executionRequest: ofItsOwn })).toBeUndefined();
    expect(ofItsOwn).toEqual({ extensions: {} });
  });
});
