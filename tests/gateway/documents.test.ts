import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSchema } from 'graphql';
import { documentId, readManifests } from '../../gateway/documents';
import { manifestOf } from '../../scripts/documents';
import { useHub } from '../support/hub';

const schema = buildSchema(
  'type Query { jurisdiction(code: String!): Place } type Place { name: String code: String }',
);
const FILES = [
  { name: 'b.graphql', text: 'query Town { jurisdiction(code: "310118104") { ...Place } }' },
  {
    name: 'a.graphql',
    text: 'fragment Place on Place { name }\nquery City { jurisdiction(code: "310000") { code } }',
  },
];

describe('the manifest of a front end', () => {
  it('has each operation with the fragments that it uses, under its hash', () => {
    const { format, version, operations } = manifestOf(FILES, schema);
    expect([format, version]).toEqual(['apollo-persisted-query-manifest', 1]);
    expect(operations).toEqual([
      {
        ...{ id: expect.stringMatching(/^[\da-f]{64}$/), name: 'City', type: 'query' },
        body: 'query City {\n  jurisdiction(code: "310000") {\n    code\n  }\n}',
      },
      {
        ...{ id: documentId(operations[1]?.body ?? ''), name: 'Town', type: 'query' },
        body: expect.stringMatching(/^query Town \{[\s\S]+\}\n\nfragment Place on Place \{\n {2}name\n\}$/),
      },
    ]);
  });

  it.each([
    ['{ jurisdiction(code: "1") { name } }', 'every operation needs a name'],
    ['query A { nothing }', 'A: Cannot query field "nothing" on type "Query".'],
    ['query A {', 'x.graphql: Syntax Error: Expected Name, found <EOF>.'],
    [
      'query A { jurisdiction(code: "1") { name } } query A { jurisdiction(code: "2") { name } }',
      'A: there are several operations of this name',
    ],
  ])('is not made of %s', (text, problem) => {
    expect(() => manifestOf([{ name: 'x.graphql', text }], schema)).toThrow(
      expect.objectContaining({ message: expect.stringContaining(`- ${problem}`) }),
    );
  });
});

describe('a hub with registered documents', () => {
  const TOWN = 'query Town { jurisdiction(code: "310118104") { name } }';
  const OTHER = 'query Other { jurisdiction(code: "310000") { name } }';
  const folder = mkdtempSync(path.join(tmpdir(), 'documents-'));
  const file = path.join(folder, 'manifest.json');
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (operations: unknown) =>
    writeFileSync(
      file,
      JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations }),
    );
  write([{ id: documentId(TOWN), name: 'Town', type: 'query', body: TOWN }]);

  const hub = useHub({ documents: { manifest: readManifests([file]), isSafelist: false } });
  let strict = '';
  beforeAll(async () => {
    strict = await hub.openGateway([], { documents: { manifest: readManifests([file]), isSafelist: true } });
  });
  const send = async (gateway: string, body: object) => {
    const response = await fetch(`${gateway}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return response.json();
  };
  const byHash = (query: string) => ({
    extensions: { persistedQuery: { version: 1, sha256Hash: documentId(query) } },
  });
  const answer = (name: string) => ({ data: { jurisdiction: { name } } });
  const refused = (code: string) => ({ errors: [expect.objectContaining({ extensions: { code } })] });

  it('answers them by their hashes alone, at once', async () => {
    expect(await send(hub.url, byHash(TOWN))).toEqual(answer('金泽镇'));
    expect(await send(strict, byHash(TOWN))).toEqual(answer('金泽镇'));
  });

  it('lets clients register others by sending them once', async () => {
    expect(await send(hub.url, byHash(OTHER))).toEqual(refused('PERSISTED_QUERY_NOT_FOUND'));
    expect(await send(hub.url, { query: OTHER, ...byHash(OTHER) })).toEqual(answer('上海市'));
    expect(await send(hub.url, byHash(OTHER))).toEqual(answer('上海市'));
  });

  it('registers nothing that it refuses', async () => {
    const query = '{ nothing }';
    expect(await send(hub.url, { query, ...byHash(query) })).toEqual(refused('GRAPHQL_VALIDATION_FAILED'));
    expect(await send(hub.url, byHash(query))).toEqual(refused('PERSISTED_QUERY_NOT_FOUND'));
  });

  it('answers nothing else where that is said', async () => {
    expect(await send(strict, { query: TOWN })).toEqual(answer('金泽镇'));
    expect(await send(strict, { query: OTHER })).toEqual(refused('OPERATION_NOT_REGISTERED'));
    expect(await send(strict, { query: OTHER, ...byHash(OTHER) })).toEqual(
      refused('OPERATION_NOT_REGISTERED'),
    );
    expect(await send(strict, byHash(OTHER))).toEqual(refused('PERSISTED_QUERY_NOT_FOUND'));
  });

  it('does not start with a manifest that is none, or whose hashes are wrong', () => {
    write([{ id: documentId(OTHER), name: 'Town', type: 'query', body: TOWN }]);
    expect(() => readManifests([file])).toThrow(/which is not the SHA-256 of its body/);
    writeFileSync(file, '{}');
    expect(() => readManifests([file])).toThrow(/is no manifest of persisted queries/);
    expect(() => readManifests([`${file}.missing`])).toThrow(/is no manifest of persisted queries/);
  });
});
