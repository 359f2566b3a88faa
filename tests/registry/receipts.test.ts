import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Database } from '../../subgraphs/kit/database';
import { loginUrls } from '../../subgraphs/kit/migrate';
import { HeadSigner } from '../../subgraphs/kit/receipt-heads';
import { signClaims, subgraphKey } from '../../subgraphs/kit/signature';
import { GATEWAY_HEADER, internalAudience } from '../../subgraphs/kit/subgraph';
import { registry } from '../../subgraphs/registry';
import { answerReceipts } from '../../subgraphs/registry/receipts/internal';
import { leafHash, type ReceiptDraft, receiptHash } from '../../subgraphs/registry/receipts/rules';
import { runScript, useFolder } from '../support/process';
import { cloneDatabase, EMPTY_TEMPLATE, TEST_SECRET } from '../support/server';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';

type Leaf = ReceiptDraft['leaves'][number];
interface Seal {
  id: string;
  sequence: number;
  hash: string;
  previousHash: string;
}

const TOWN = '310118104-GOV';
const reports = (rows: number, provider = '341200-HRSS'): Leaf => ({
  provider,
  items: [{ item: 'labor-flow.reports', disclosedRows: rows, withheldRows: 0, reason: null }],
});
const draft = (more: Partial<ReceiptDraft> = {}): ReceiptDraft => ({
  id: randomUUID(),
  at: '2026-11-23T02:00:00.000Z',
  gateway: 'gateway-1',
  requestId: 'request-1',
  consumer: TOWN,
  user: 'tester',
  purpose: 'regional statistics',
  operationName: 'Flows',
  leaves: [reports(3)],
  ...more,
});
const seal = async (
  database: Database,
  receipts: readonly ReceiptDraft[],
  more: object = {},
): Promise<Seal[]> => (await answerReceipts(database, { receipts, ...more })).sealed;

const signer = new HeadSigner([TEST_SECRET], 'gateway-1');
const { key } = signer;
const headOf = ({ sequence, hash }: { sequence: number; hash: string }) => signer.sign({ sequence, hash });
const lastOf = (seals: readonly Seal[]): Seal => {
  const last = seals.at(-1);
  if (!last) throw new Error('nothing was sealed');
  return last;
};

const LIST = `query List($provider: AgencyCode!, $consumer: AgencyCode, $item: String, $from: Date, $to: Date, $first: Int, $after: String) {
  accessReceipts(provider: $provider, consumer: $consumer, item: $item, from: $from, to: $to, first: $first, after: $after) {
    edges { node { requestId } } pageInfo { hasNextPage endCursor }
  }
}`;

/** A provider that no other test writes receipts for. */
let providers = 0;
const newProvider = () => `341225-P${++providers}`;

describe('sealing', () => {
  const world = useSubgraph(registry);
  const chain = () =>
    world.build((db) =>
      db<{ sequence: number; previous_hash: string; hash: string }>('receipts')
        .select('sequence', 'previous_hash', 'hash')
        .orderBy('sequence'),
    );

  it('answers where each draft stands, in their order, chained to what was there', async () => {
    const [before] = await seal(world.database, [draft()]);
    const drafts = [draft(), draft(), draft()];
    const seals = await seal(world.database, drafts);
    expect(seals.map(({ id }) => id)).toEqual(drafts.map(({ id }) => id));
    expect(seals.map(({ sequence }) => sequence - (before?.sequence ?? 0))).toEqual([1, 2, 3]);
    expect(seals.map(({ previousHash }) => previousHash)).toEqual([
      before?.hash,
      seals[0]?.hash,
      seals[1]?.hash,
    ]);
  });

  it('answers a draft that comes again with the seal that it has', async () => {
    const [lost, fresh] = [draft(), draft()];
    const first = await seal(world.database, [lost]);
    const rows = (await chain()).length;
    const again = await seal(world.database, [fresh, { ...lost, user: 'another' }, fresh]);
    expect(again[1]).toEqual(first[0]);
    expect(again[2]).toEqual(again[0]);
    expect((await chain()).length).toBe(rows + 1);
    expect(await seal(world.database, [lost])).toEqual(first);
  });

  it('keeps one chain when several registries seal at once', async () => {
    const { ownerUrl, runtimeUrl } = loginUrls(await urlOf(world.database), 'registry', TEST_SECRET);
    const other = new Database({ subgraph: 'registry', items: [], ownerUrl, runtimeUrl });
    const same = draft();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => seal(i % 2 ? other : world.database, [draft(), same, draft()])),
    );
    await other.close();
    expect(new Set(answers.map((seals) => JSON.stringify(seals[1]))).size).toBe(1);
    const links = await chain();
    expect(links.map(({ sequence }) => sequence)).toEqual(links.map((_, i) => i + 1));
    expect(links.map(({ previous_hash }) => previous_hash)).toEqual([
      '0'.repeat(64),
      ...links.slice(0, -1).map(({ hash }) => hash),
    ]);
  });

  it('takes as many statements for one receipt as for a hundred', async () => {
    const count = async (receipts: number) =>
      (
        await world.statementsOf(() =>
          seal(
            world.database,
            Array.from({ length: receipts }, () => draft({ leaves: [reports(1), reports(2, TOWN)] })),
          ),
        )
      ).length;
    expect([await count(1), await count(100)]).toEqual([2, 2]);
  });

  it('keeps heads and keys as they came, once, also those that come alone', async () => {
    const seals = await seal(world.database, [draft()], { keys: [key] });
    const head = headOf(lastOf(seals));
    expect(await seal(world.database, [], { heads: [head] })).toEqual([]);
    await seal(world.database, [], { heads: [head], keys: [{ ...key, gateway: 'another' }] });
    const sealed = await world.build((db) => db('receipt_heads').where({ sequence: head.sequence }));
    const { keyId: key_id, publicKey: public_key } = key;
    expect(sealed).toEqual([{ sequence: head.sequence, hash: head.hash, key_id, signature: head.signature }]);
    const keys = await world.build((db) => db('receipt_keys').select('key_id', 'public_key', 'gateway'));
    expect(keys).toEqual([{ key_id, public_key, gateway: 'gateway-1' }]);
  });

  it('takes the endorsements of a key that it had none of, and no others', async () => {
    const plain = new HeadSigner(['another secret'], 'gateway-2').key;
    const endorsed = new HeadSigner(['another secret', TEST_SECRET], 'gateway-2').key;
    for (const each of [plain, endorsed, plain]) await seal(world.database, [], { keys: [each] });
    const [row] = await world.build((db) => db('receipt_keys').where({ key_id: plain.keyId }));
    expect(row?.endorsements).toEqual(endorsed.endorsements);
  });

  it('is for gateways alone', async () => {
    const ask = (header: string) =>
      world.subgraph.answerInternally('receipts', { receipts: [] }, { [GATEWAY_HEADER]: header });
    const claims = (audience: string) =>
      signClaims({}, { audience, key: subgraphKey(TEST_SECRET, 'registry'), now: new Date() });
    expect(await ask(claims('registry'))).toBeNull();
    expect(await ask(claims(internalAudience('registry')))).toEqual({ sealed: [] });
  });
});

/** The administrator's address of the database behind a world. */
async function urlOf(database: Database): Promise<string> {
  const [row] = await database.asOwner((db) => db.raw<{ name: string }>('SELECT current_database() AS name'));
  const url = new URL(process.env.TEST_DATABASE_URL ?? '');
  url.pathname = `/${row?.name}`;
  return url.toString();
}

describe('the receipts of a provider', () => {
  const world = useSubgraph(registry, { demo: true });
  const requests = async (variables: { provider: string } & Record<string, unknown>): Promise<string[]> =>
    (await world.as(viewer(variables.provider)).ask(LIST, variables)).accessReceipts.edges.map(
      (edge: { node: { requestId: string } }) => edge.node.requestId,
    );

  it('tell the provider everything of its own part, from which it can compute the hashes', async () => {
    const [mine, other] = [newProvider(), newProvider()];
    const one = draft({
      leaves: [
        {
          provider: mine,
          items: [
            { item: 'labor-flow.reports', disclosedRows: 412, withheldRows: 3, reason: 'EXPIRED' },
            { item: 'agriculture.batches', disclosedRows: 1, withheldRows: 0, reason: null },
          ],
        },
        reports(9, other),
      ],
    });
    const [sealed] = await seal(world.database, [one]);
    const ask = async (provider: string) =>
      (
        await world.as(viewer(provider)).ask(
          `query Mine($provider: AgencyCode!) { accessReceipts(provider: $provider) { edges { node {
             id sequence at gateway requestId consumerCode consumer { name } user purpose operationName
             items { item rows withheldRows reason } salt leafHash otherLeafHashes hash previousHash } } } }`,
          { provider },
        )
      ).accessReceipts.edges[0].node;
    const told = await ask(mine);
    const { salt, leafHash: hashOfLeaf, otherLeafHashes, ...plain } = told;
    expect(plain).toEqual({
      id: one.id,
      sequence: sealed?.sequence,
      at: '2026-11-23T02:00:00.000Z',
      gateway: 'gateway-1',
      requestId: 'request-1',
      consumerCode: TOWN,
      consumer: { name: '金泽镇人民政府' },
      user: 'tester',
      purpose: 'regional statistics',
      operationName: 'Flows',
      items: [
        { item: 'labor-flow.reports', rows: 412, withheldRows: 3, reason: 'EXPIRED' },
        { item: 'agriculture.batches', rows: 1, withheldRows: 0, reason: null },
      ],
      hash: sealed?.hash,
      previousHash: sealed?.previousHash,
    });
    const { at, user, purpose, operationName, consumerCode: consumer } = told;
    const items = one.leaves[0]?.items ?? [];
    expect(
      leafHash(told.id, { provider: mine, at, consumer, user, purpose, operationName, items, salt }),
    ).toBe(hashOfLeaf);
    expect(receiptHash({ ...told, consumer, leafHashes: [hashOfLeaf, ...otherLeafHashes].sort() })).toBe(
      told.hash,
    );
    const others = await ask(other);
    expect([others.otherLeafHashes, others.items]).toEqual([
      [hashOfLeaf],
      [{ item: 'labor-flow.reports', rows: 9, withheldRows: 0, reason: null }],
    ]);
  });

  it('are refused to any other unit, the consumer too, and to nobody', async () => {
    const provider = newProvider();
    await seal(world.database, [draft({ leaves: [reports(1, provider)] })]);
    const totals = 'query T($provider: AgencyCode!) { accessReceiptTotals(provider: $provider) { rows } }';
    for (const query of [LIST, totals]) {
      const consumer = await world.as(viewer(TOWN)).send(query, { provider });
      expect(Object.values(consumer.data ?? {})).toEqual([null]);
      expect(consumer.errors?.map((e) => [e.message, e.extensions?.code])).toEqual([
        [
          `The receipts of ${provider} are for that unit alone. Ask for your own: provider: "${TOWN}".`,
          'FORBIDDEN',
        ],
      ]);
      const nobody = await world.as(null).send(query, { provider });
      expect(Object.values(nobody.data ?? {})).toEqual([null]);
      expect(nobody.errors?.map((e) => e.extensions?.code)).toEqual(['UNAUTHENTICATED']);
    }
  });

  it('are kept from others by the database itself', async () => {
    const [mine, other] = [newProvider(), newProvider()];
    const seals = await seal(world.database, [
      draft({ leaves: [reports(1, mine), reports(2, other)] }),
      draft({ leaves: [reports(3, other)] }),
    ]);
    const sequences = seals.map(({ sequence }) => sequence);
    const seen = async (agency: string) => {
      const session = world.database.session(viewer(agency));
      const read = async (table: string, column: string) =>
        (
          await session.db<Record<string, number>>(table).whereIn('sequence', sequences).orderBy('sequence')
        ).map((row) => row[column]);
      const rows = {
        receipts: await read('receipts', 'sequence'),
        leaves: await read('receipt_leaves', 'provider'),
        items: await read('receipt_items', 'disclosed_rows'),
      };
      await session.end();
      return rows;
    };
    expect(await seen(mine)).toEqual({ receipts: sequences.slice(0, 1), leaves: [mine], items: [1] });
    expect(await seen(other)).toEqual({ receipts: sequences, leaves: [other, other], items: [2, 3] });
    expect(await seen(TOWN)).toEqual({ receipts: [], leaves: [], items: [] });
  });

  it('cannot be written by anyone, nor heads and keys read', async () => {
    const provider = newProvider();
    await seal(world.database, [draft({ leaves: [reports(1, provider)] })]);
    const attempt = async (agency: string | null, sql: string) => {
      const session = world.database.session(agency === null ? null : viewer(agency));
      const outcome = session.write((db) => db.raw(sql));
      await expect(outcome).rejects.toThrow('permission denied');
    };
    for (const table of ['receipts', 'receipt_leaves', 'receipt_items']) {
      await attempt(provider, `DELETE FROM ${table}`);
      await attempt(provider, `UPDATE ${table} SET sequence = 1`);
      await attempt(provider, `INSERT INTO ${table} (sequence) VALUES (1)`);
      await attempt(null, `SELECT FROM ${table}`);
    }
    await attempt(provider, 'SELECT FROM receipt_heads');
    await attempt(provider, 'SELECT FROM receipt_keys');
  });

  it('are found by consumer, item and day in Shanghai', async () => {
    const provider = newProvider();
    const leaves = [reports(1, provider)];
    await seal(world.database, [
      draft({ requestId: 'first', at: '2026-10-31T15:59:59.999Z', leaves }),
      draft({ requestId: 'second', at: '2026-10-31T16:00:00.000Z', leaves, consumer: '310118-AGRI' }),
      draft({
        requestId: 'third',
        at: '2026-11-30T15:59:59.999Z',
        leaves: [
          {
            provider,
            items: [{ item: 'grid.cases', disclosedRows: 0, withheldRows: 1, reason: 'NO_PURPOSE' }],
          },
          reports(5, newProvider()),
        ],
      }),
      draft({ requestId: 'fourth', at: '2026-11-30T16:00:00.000Z', leaves }),
    ]);
    expect(await requests({ provider })).toEqual(['fourth', 'third', 'second', 'first']);
    expect(await requests({ provider, from: '2026-11-01', to: '2026-11-30' })).toEqual(['third', 'second']);
    expect(await requests({ provider, to: '2026-10-31' })).toEqual(['first']);
    expect(await requests({ provider, consumer: '310118-AGRI' })).toEqual(['second']);
    expect(await requests({ provider, item: 'grid.cases' })).toEqual(['third']);
    expect(await requests({ provider, item: 'labor-flow.reports' })).toEqual(['fourth', 'second', 'first']);
    expect(await requests({ provider, item: 'grid.cases', consumer: '310118-AGRI' })).toEqual([]);
  });

  it('are paged without repeats and gaps, also when many carry one instant', async () => {
    const provider = newProvider();
    await seal(
      world.database,
      Array.from({ length: 25 }, (_, i) =>
        draft({
          requestId: String(i),
          at: `2026-11-23T02:00:0${i % 3}.000Z`,
          leaves: [reports(1, provider)],
        }),
      ),
    );
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page: {
        accessReceipts: {
          edges: { node: { requestId: string } }[];
          pageInfo: { hasNextPage: boolean; endCursor: string };
        };
      } = await world.as(viewer(provider)).ask(LIST, { provider, first: 4, after });
      seen.push(...page.accessReceipts.edges.map((edge) => edge.node.requestId));
      after = page.accessReceipts.pageInfo.hasNextPage ? page.accessReceipts.pageInfo.endCursor : null;
    } while (after);
    const newestFirst = Array.from({ length: 25 }, (_, i) => i).sort((a, b) => (b % 3) - (a % 3) || b - a);
    expect(seen).toEqual(newestFirst.map(String));
  });

  it('are at most 200 a page, and know their own cursors', async () => {
    const provider = newProvider();
    const messages = async (variables: object) =>
      (await world.as(viewer(provider)).send(LIST, { provider, ...variables })).errors?.map((e) => e.message);
    expect(await messages({ first: 201 })).toEqual([
      'accessReceipts gives 1 to 200 rows a page, and first was 201. Ask for fewer and page on with after.',
    ]);
    const cursor = Buffer.from(JSON.stringify(['agencies', '310118-AGRI'])).toString('base64url');
    expect(await messages({ after: cursor })).toEqual([
      expect.stringContaining('is not a cursor of accessReceipts'),
    ]);
  });

  it('are summed by consumer and item', async () => {
    const provider = newProvider();
    const both: Leaf = {
      provider,
      items: [
        { item: 'labor-flow.reports', disclosedRows: 2, withheldRows: 1, reason: 'NO_GRANT' },
        { item: 'labor-flow.reports', disclosedRows: 0, withheldRows: 4, reason: 'EXPIRED' },
        { item: 'grid.cases', disclosedRows: 7, withheldRows: 0, reason: null },
      ],
    };
    await seal(world.database, [
      draft({ leaves: [both, reports(100, newProvider())] }),
      draft({ leaves: [reports(5, provider)] }),
      draft({ leaves: [reports(6, provider)], consumer: '310118-AGRI' }),
      draft({ leaves: [reports(7, provider)], consumer: '310118-NOBODY', at: '2026-10-01T00:00:00.000Z' }),
    ]);
    const totals = async (period: object) =>
      (
        await world.as(viewer(provider)).ask(
          `query Totals($provider: AgencyCode!, $from: Date, $to: Date) {
             accessReceiptTotals(provider: $provider, from: $from, to: $to) {
               consumerCode consumer { name } item receipts rows withheldRows } }`,
          { provider, ...period },
        )
      ).accessReceiptTotals;
    const town = { consumerCode: TOWN, consumer: { name: '金泽镇人民政府' } };
    expect(await totals({ from: '2026-11-01' })).toEqual([
      {
        consumerCode: '310118-AGRI',
        consumer: { name: '上海市青浦区农业农村委员会' },
        item: 'labor-flow.reports',
        receipts: 1,
        rows: 6,
        withheldRows: 0,
      },
      { ...town, item: 'grid.cases', receipts: 1, rows: 7, withheldRows: 0 },
      { ...town, item: 'labor-flow.reports', receipts: 2, rows: 7, withheldRows: 5 },
    ]);
    expect(await totals({ to: '2026-10-31' })).toEqual([
      {
        consumerCode: '310118-NOBODY',
        consumer: null,
        item: 'labor-flow.reports',
        receipts: 1,
        rows: 7,
        withheldRows: 0,
      },
    ]);
  });

  it('take as many statements for one as for twenty', async () => {
    const provider = newProvider();
    await seal(
      world.database,
      Array.from({ length: 20 }, (_, i) =>
        draft({ leaves: [reports(1, provider)], consumer: i % 2 ? TOWN : '310118-AGRI' }),
      ),
    );
    const FULL = `query Full($provider: AgencyCode!, $first: Int) { accessReceipts(provider: $provider, first: $first) {
      edges { node { id hash consumer { name } otherLeafHashes items { item } } } } }`;
    const count = async (first: number) =>
      (await world.statementsOf(() => world.as(viewer(provider)).ask(FULL, { provider, first }))).length;
    expect([await count(1), await count(20)]).toEqual([4, 4]);
  });
});

describe('npm run receipts', () => {
  jest.setTimeout(120_000);
  const folder = useFolder();
  let clones = 0;

  /** A database with a chain of five receipts of two batches, of which the gateway signed the last heads. */
  async function sealed() {
    const clone = await cloneDatabase(EMPTY_TEMPLATE);
    const database = new Database({
      subgraph: 'registry',
      items: [],
      ...loginUrls(clone.url, 'registry', TEST_SECRET),
    });
    const leaves = [reports(1), reports(2, '320509110-COMMAND')];
    const first = await seal(database, [draft({ leaves }), draft({ leaves, purpose: '行\u2028"\0\ud800' })], {
      keys: [key],
    });
    const second = await seal(database, [draft({ leaves }), draft(), draft()], {
      heads: [headOf(lastOf(first))],
    });
    await seal(database, [], { heads: [headOf(lastOf(second))] });
    const file = (name: string) => path.join(folder.path, `${clones}-${name}.jsonl`);
    clones += 1;
    return {
      database,
      seals: [...first, ...second],
      file: file('chain'),
      run: (...args: string[]) =>
        runScript('receipts.ts', args, { REGISTRY_DATABASE_URL: clone.url, HUB_SECRET: TEST_SECRET }),
      tamper: (sql: string) => database.asOwner((db) => db.raw(sql)),
      close: async () => {
        await database.close();
        await clone.drop();
      },
    };
  }
  type World = Awaited<ReturnType<typeof sealed>>;
  let world: World;
  beforeEach(async () => {
    world = await sealed();
  });
  afterEach(() => world.close());

  const DEFERRED = `ALTER TABLE receipt_leaves DROP CONSTRAINT receipt_leaves_sequence_fkey;
    ALTER TABLE receipt_items DROP CONSTRAINT receipt_items_sequence_provider_fkey;
    ALTER TABLE receipts DROP CONSTRAINT receipts_pkey; ALTER TABLE receipts DROP CONSTRAINT receipts_previous_hash_key;
    ALTER TABLE receipt_leaves DROP CONSTRAINT receipt_leaves_pkey;
    ALTER TABLE receipt_items DROP CONSTRAINT receipt_items_pkey;`;
  const everywhere = (sql: (table: string) => string) =>
    DEFERRED + ['receipts', 'receipt_leaves', 'receipt_items'].map(sql).join(';');

  it('finds a whole chain whole, in the database and in an export of it', async () => {
    const last = lastOf(world.seals);
    const intact = [
      0,
      `Intact: 5 receipts, the last ${last.hash}; heads vouch for them up to 5.\nSigned by gateway-1 with the key ${key.keyId}.\n`,
    ];
    const online = await world.run('verify');
    expect([online.code, online.stdout]).toEqual(intact);
    const written = await world.run('export', '--out', world.file);
    expect([written.code, written.stdout]).toEqual([
      0,
      `Wrote 5 receipts to ${world.file}; the last is ${last.hash}.\n`,
    ]);
    const offline = await runScript('receipts.ts', ['verify', world.file, '--head', world.file]);
    expect([offline.code, offline.stdout]).toEqual(intact);
    await seal(world.database, [draft()]);
    expect((await world.run('verify', '--head', world.file)).stdout).toMatch(
      /^Intact: 6 receipts.*up to 5\.$/m,
    );
  });

  const tamperings: [string, (world: World) => string, (seals: readonly Seal[]) => string][] = [
    [
      'a changed receipt',
      () => `UPDATE receipts SET at = at + interval '1 hour' WHERE sequence = 3`,
      (s) =>
        `Broken at receipt 3 (${s[2]?.id}): changed, the leaf of 320509110-COMMAND tells of another request.`,
    ],
    [
      'a changed leaf',
      () => `UPDATE receipt_leaves SET purpose = 'another' WHERE sequence = 2 AND provider = '341200-HRSS'`,
      (s) => `Broken at receipt 2 (${s[1]?.id}): changed, the leaf of 341200-HRSS was changed.`,
    ],
    [
      'a changed count',
      () => `UPDATE receipt_items SET disclosed_rows = 0 WHERE sequence = 4`,
      (s) => `Broken at receipt 4 (${s[3]?.id}): changed, the leaf of 341200-HRSS was changed.`,
    ],
    [
      'a dropped leaf',
      () =>
        `DELETE FROM receipt_items WHERE sequence = 2 AND provider = '341200-HRSS'; DELETE FROM receipt_leaves WHERE sequence = 2 AND provider = '341200-HRSS'`,
      (s) => `Broken at receipt 2 (${s[1]?.id}): changed, a leaf is missing or there twice.`,
    ],
    [
      'a dropped receipt',
      () => everywhere((table) => `DELETE FROM ${table} WHERE sequence = 2`),
      (s) => `Broken at receipt 2: missing, it is gone; what follows is ${s[2]?.id}.`,
    ],
    [
      'a dropped receipt, the rest numbered anew',
      () =>
        everywhere(
          (table) =>
            `DELETE FROM ${table} WHERE sequence = 2; UPDATE ${table} SET sequence = sequence - 1 WHERE sequence > 2`,
        ),
      (s) => `Broken at receipt 2: missing, it is gone; what follows is ${s[2]?.id}.`,
    ],
    [
      'swapped receipts',
      () => everywhere((table) => `UPDATE ${table} SET sequence = 6 - sequence WHERE sequence IN (2, 4)`),
      (s) => `Broken at receipt 2 (${s[3]?.id}): swapped, it was sealed as receipt 4.`,
    ],
    [
      'an inserted receipt',
      () =>
        `${everywhere((table) => `UPDATE ${table} SET sequence = sequence + 1 WHERE sequence > 2`)};
         INSERT INTO receipts SELECT 3, hash, 'forged', at, gateway, request_id, consumer, leaf_hashes, repeat('a', 64)
         FROM receipts WHERE sequence = 2`,
      () => 'Broken at receipt 3 (forged): inserted, the next receipt was sealed behind the one before it.',
    ],
    [
      'a cut tail',
      () => everywhere((table) => `DELETE FROM ${table} WHERE sequence > 3`),
      () =>
        'Broken at receipt 4: cut, the chain ends before it; the head that gateway-1 signed stands for receipts up to 5.',
    ],
    [
      'a chain of which nothing is left',
      () => everywhere((table) => `DELETE FROM ${table}`),
      () =>
        'Broken at receipt 1: cut, the chain ends before it; the head that gateway-1 signed stands for receipts up to 2.',
    ],
  ];
  it.each(tamperings)('names the first broken link of %s', async (_, sql, expected) => {
    await world.tamper(sql(world));
    const { code, stdout, stderr } = await world.run('verify');
    expect([stderr, stdout, code]).toEqual(['', `${expected(world.seals)}\n`, 1]);
  });

  it('finds a tail that was cut with its heads, or sealed anew, by an earlier export', async () => {
    await world.run('export', '--out', world.file);
    const cut = everywhere((table) => `DELETE FROM ${table} WHERE sequence > 3`);
    await world.tamper(`${cut}; DELETE FROM receipt_heads WHERE sequence > 3`);
    expect((await world.run('verify')).code).toBe(0);
    const known = await world.run('verify', '--head', world.file);
    expect([known.stdout, known.code]).toEqual([
      'Broken at receipt 4: cut, the chain ends before it; the known head stands for receipts up to 5.\n',
      1,
    ]);
    const anew = await seal(world.database, [draft(), draft()]);
    expect((await world.run('verify')).code).toBe(0);
    const replaced = await world.run('verify', '--head', world.file);
    expect([replaced.stdout, replaced.code]).toEqual([
      `Broken at receipt 5 (${anew[1]?.id}): changed, it, or one after receipt 2, was sealed anew: the known head has another hash.\n`,
      1,
    ]);
  });

  it('finds what was done to an export', async () => {
    await world.run('export', '--out', world.file);
    const lines = readFileSync(world.file, 'utf8').trimEnd().split('\n');
    const verify = async (changed: readonly string[]) => {
      writeFileSync(world.file, changed.map((line) => `${line}\n`).join(''));
      const { code, stdout } = await runScript('receipts.ts', ['verify', world.file]);
      return [code, stdout];
    };
    expect(await verify(lines)).toEqual([0, expect.stringMatching(/^Intact: 5 receipts/)]);
    expect(await verify(lines.slice(0, -1))).toEqual([
      1,
      `Broken: ${world.file} ends without the last line of an export.\n`,
    ]);
    expect(await verify(lines.with(2, '{"kind":"receipt","sequence":2}'))).toEqual([
      1,
      `Broken: line 3 of ${world.file} is not what an export writes there.\n`,
    ]);
    expect(await verify(lines.with(2, 'not JSON'))).toEqual([1, expect.stringMatching(/^Broken: line 3 /)]);
    expect(await verify(lines.toSpliced(1, 1))).toEqual([
      1,
      `Broken at receipt 1: missing, it is gone; what follows is ${world.seals[1]?.id}.\n`,
    ]);
  });

  it('says with its exit code that it was used wrongly, or could not read', async () => {
    expect((await world.run('export')).code).toBe(2);
    expect((await world.run('verify', '--tail', 'x')).code).toBe(2);
    const absent = await world.run('verify', path.join(folder.path, 'absent.jsonl'));
    expect([absent.code, absent.stdout]).toEqual([3, '']);
    expect(absent.stderr).toContain('ENOENT');
    const away = await runScript('receipts.ts', ['verify'], {
      DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/hub',
      HUB_SECRET: TEST_SECRET,
    });
    expect([away.code, away.stderr]).toEqual([3, expect.stringMatching(/^The receipts cannot be read: /)]);
    const directory = path.join(folder.path, 'no hub');
    const none = await runScript('receipts.ts', ['verify'], { HUB_DATA_DIR: directory });
    expect([none.code, none.stderr]).toEqual([
      3,
      `There is no hub in ${directory}. Set HUB_DATA_DIR, or DATABASE_URL to its server.\n`,
    ]);
  });
});
