import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SubgraphLink } from '../../gateway/subgraph-link';
import type { ItemName } from '../../subgraphs/kit/catalog';
import { isKeyOf } from '../../subgraphs/kit/receipt-heads';
import { subgraphKey } from '../../subgraphs/kit/signature';
import { addDays, dayOf } from '../../subgraphs/kit/time';
import { signViewer, VIEWER_HEADER, type ViewerGrant } from '../../subgraphs/kit/viewer';
import { ChainCheck } from '../../subgraphs/registry/receipts/rules';
import { readChain } from '../../subgraphs/registry/receipts/store';
import { type HubWorld, useHub } from '../support/hub';
import { TEST_SECRET } from '../support/server';
import { Caller } from '../support/subgraph';
import { viewer } from '../support/viewer';

const TODAY = dayOf(new Date());
const CONTACT = 'personnel.officer-contact';

/** Every officer of a unit, with the phone. */
const PHONES =
  'query Phones($of: AgencyCode) { officers(agency: $of, first: 50) { edges { node { id phone } } } }';

interface Officer {
  id: string;
  phone: string | null;
}

const REQUEST = `mutation Request($input: RequestSharingGrantInput!) {
  requestSharingGrant(input: $input) { sharingGrant { id status } userErrors { message } }
}`;
const DECIDE = `mutation Decide($input: DecideSharingGrantInput!) {
  decideSharingGrant(input: $input) { sharingGrant { id status } userErrors { code } }
}`;
const REVOKE = `mutation Revoke($input: RevokeSharingGrantInput!) {
  revokeSharingGrant(input: $input) { sharingGrant { id status } userErrors { code } }
}`;
const RECEIPTS = `query Receipts($provider: AgencyCode!, $consumer: AgencyCode) {
  accessReceipts(provider: $provider, consumer: $consumer, first: 200) {
    edges { node { id hash consumerCode user purpose operationName items { item rows withheldRows reason } } }
  }
}`;

/** What tests do with a hub over and over. */
const helpersOf = (hub: HubWorld) => {
  const phonesOf = async (
    consumer: string,
    provider: string,
    manner: Parameters<HubWorld['sendAs']>[1] = {},
  ) => {
    const { data, errors, extensions } = await hub.sendAs(consumer, manner, PHONES, { of: provider });
    expect(errors).toBeUndefined();
    const officers: Officer[] = data.officers.edges.map(({ node }: { node: Officer }) => node);
    expect(officers.length).toBeGreaterThan(0);
    return { officers, phones: officers.map(({ phone }) => phone), extensions };
  };

  const request = async (consumer: string, provider: string, purpose: string, item: ItemName = CONTACT) => {
    const { data } = await hub.send(consumer, REQUEST, {
      input: { item, provider, purpose, validUntil: addDays(TODAY, 30) },
    });
    expect(data.requestSharingGrant.userErrors).toEqual([]);
    return String(data.requestSharingGrant.sharingGrant.id);
  };

  const approve = async (provider: string, grantId: string, gateway = hub.url) => {
    const input = { grantId, decision: 'APPROVE' };
    const { data } = await hub.sendAs(provider, { role: 'STEWARD', gateway }, DECIDE, { input });
    expect(data.decideSharingGrant).toEqual({
      sharingGrant: { id: grantId, status: 'APPROVED' },
      userErrors: [],
    });
  };

  const grant = async (consumer: string, provider: string, purpose: string, item: ItemName = CONTACT) => {
    const id = await request(consumer, provider, purpose, item);
    await approve(provider, id);
    return id;
  };

  const revoke = async (provider: string, grantId: string) => {
    const input = { grantId, reason: '目的已达成' };
    const { data } = await hub.sendAs(provider, { role: 'STEWARD' }, REVOKE, { input });
    expect(data.revokeSharingGrant).toEqual({
      sharingGrant: { id: grantId, status: 'REVOKED' },
      userErrors: [],
    });
  };

  /** What a provider reads of one consumer, the newest first. */
  const receiptsOf = async (provider: string, consumer?: string) => {
    const { data, errors } = await hub.send(provider, RECEIPTS, { provider, consumer });
    expect(errors).toBeUndefined();
    return data.accessReceipts.edges.map(({ node }: { node: object }) => node);
  };

  const sealed = async () =>
    hub.build('registry', async (db) => {
      const [row] = await db.raw<{ count: number }>('SELECT count(*) FROM registry.receipts');
      return Number(row?.count);
    });

  return { phonesOf, request, approve, grant, revoke, receiptsOf, sealed };
};

const withheldPhones = (provider: string, count: number, reason: string) => ({
  coordinate: 'Officer.phone',
  item: CONTACT,
  reason,
  providers: [provider],
  count,
});

const aReceipt = { id: expect.any(String), hash: expect.stringMatching(/^[0-9a-f]{64}$/) };

describe('a grant on the wire', () => {
  const hub = useHub();
  const { phonesOf, request, approve, grant, revoke, receiptsOf, sealed } = helpersOf(hub);

  it('shows a stranger no phone, says whose and how many are missing, and leaves a receipt of the refusal', async () => {
    const provider = '310118-ORG';
    const { officers, phones, extensions } = await phonesOf('341225-AGRI', provider);
    expect(phones.every((phone) => phone === null)).toBe(true);
    expect(extensions).toEqual({
      withheld: [withheldPhones(provider, officers.length, 'NO_GRANT')],
      receipt: aReceipt,
    });
    expect(await receiptsOf(provider, '341225-AGRI')).toEqual([
      {
        ...(extensions?.receipt as object),
        consumerCode: '341225-AGRI',
        user: 'tester',
        purpose: null,
        operationName: 'Phones',
        items: [{ item: CONTACT, rows: 0, withheldRows: officers.length, reason: 'NO_GRANT' }],
      },
    ]);
  });

  it('counts an officer once, over postings, aliases and fragments', async () => {
    const home = '340000-AGRI';
    const { officers } = await phonesOf(home, home);
    const [officer] = officers;
    if (!officer) throw new Error(`${home} has no officer`);
    await hub.build('personnel', (db) =>
      db('secondments').insert(
        [
          { status: 'COMPLETED', starts_on: '2025-01-01', ends_on: '2025-03-31' },
          { status: 'ACTIVE', starts_on: '2026-09-01', ends_on: '2027-08-31' },
        ].map((posting) => ({
          ...{ id: randomUUID(), officer: officer.id, home_agency: home, host_agency: '310105-ORG' },
          ...{ position: '副科长（挂职）', ...posting },
        })),
      ),
    );
    const { data, extensions } = await hub.send(
      '341225-AGRI',
      `query Twice($home: AgencyCode) {
        secondments(homeAgency: $home, hostUnder: "310105", first: 50) { edges { node { ...officers } } }
        again: secondments(homeAgency: $home, hostUnder: "310105", first: 50) { edges { node { officer { phone } } } }
      }
      fragment officers on Secondment { officer { phone other: phone ...phone } same: officer { id ...phone } }
      fragment phone on Officer { phone }`,
      { home },
    );
    expect(data.secondments.edges).toHaveLength(2);
    expect(data.secondments.edges[0].node.officer).toEqual({ phone: null, other: null });
    expect(extensions?.withheld).toEqual([withheldPhones(home, 1, 'NO_GRANT')]);
  });

  it('tells each field and each provider of one answer', async () => {
    const { data, extensions } = await hub.send(
      '341225-AGRI',
      `{
        a: officers(agency: "310118-ORG", first: 1) { edges { node { phone email } } }
        b: officers(agency: "320000-AGRI", first: 1) { edges { node { phone } } }
      }`,
    );
    expect([data.a.edges[0].node, data.b.edges[0].node]).toEqual([
      { phone: null, email: null },
      { phone: null },
    ]);
    expect(extensions?.withheld).toEqual([
      { ...withheldPhones('310118-ORG', 1, 'NO_GRANT'), coordinate: 'Officer.email' },
      { ...withheldPhones('310118-ORG', 2, 'NO_GRANT'), providers: ['310118-ORG', '320000-AGRI'] },
    ]);
  });

  it.each([
    ['in English', 'flood contacts', '310118-AGRI'],
    ['in Chinese', '汛期联络 100%', '330421-AGRI'],
  ])(
    'opens what it is for to who states its purpose %s, from approval to revocation',
    async (_, purpose, provider) => {
      const consumer = '320509110-RIVER';
      const own = (await phonesOf(provider, provider)).phones;
      expect(own.some((phone) => phone !== null)).toBe(true);

      const id = await request(consumer, provider, purpose);
      const asked = await phonesOf(consumer, provider, { purpose });
      expect(asked.extensions?.withheld).toEqual([withheldPhones(provider, own.length, 'NO_GRANT')]);

      await approve(provider, id);
      const unsaid = await phonesOf(consumer, provider);
      expect(unsaid.phones).toEqual(own.map(() => null));
      expect(unsaid.extensions?.withheld).toEqual([withheldPhones(provider, own.length, 'NO_PURPOSE')]);
      const otherwise = await phonesOf(consumer, provider, { purpose: `${purpose}!` });
      expect(otherwise.extensions?.withheld).toEqual([withheldPhones(provider, own.length, 'NO_PURPOSE')]);

      const opened = await phonesOf(consumer, provider, { purpose });
      expect(opened.phones).toEqual(own);
      expect(opened.extensions).toEqual({ receipt: aReceipt });
      const [newest] = await receiptsOf(provider, consumer);
      expect(newest).toEqual({
        ...(opened.extensions?.receipt as object),
        ...{ consumerCode: consumer, user: 'tester', purpose, operationName: 'Phones' },
        items: [
          {
            item: CONTACT,
            rows: own.filter((phone) => phone !== null).length,
            withheldRows: 0,
            reason: null,
          },
        ],
      });

      // It opens nothing of the same item to others, or of other providers.
      const other = await phonesOf('310117-HRSS', provider, { purpose });
      expect(other.extensions?.withheld).toEqual([withheldPhones(provider, own.length, 'NO_GRANT')]);
      const elsewhere = await phonesOf(consumer, '310118-ORG', { purpose });
      expect(elsewhere.phones.every((phone) => phone === null)).toBe(true);

      await revoke(provider, id);
      const revoked = await phonesOf(consumer, provider, { purpose });
      expect(revoked.phones).toEqual(own.map(() => null));
      expect(revoked.extensions?.withheld).toEqual([withheldPhones(provider, own.length, 'NO_GRANT')]);
    },
  );

  it('is decided by a steward of the provider, and by nobody else', async () => {
    const grantId = await request('310105-ORG', '320509-ORG', '干部交流');
    const refused = { sharingGrant: null, userErrors: [{ code: 'NOT_ALLOWED' }] };
    const input = { grantId, decision: 'APPROVE' };
    for (const [unit, role] of [
      ['320509-ORG', 'OFFICER'],
      ['310105-ORG', 'STEWARD'],
      ['330421-ORG', 'STEWARD'],
    ] as const) {
      const { data } = await hub.sendAs(unit, { role }, DECIDE, { input });
      expect(data.decideSharingGrant).toEqual(refused);
    }
    const { phones } = await phonesOf('310105-ORG', '320509-ORG', { purpose: '干部交流' });
    expect(phones.every((phone) => phone === null)).toBe(true);
  });

  it('opens and closes at another gateway within a second', async () => {
    const [consumer, provider, purpose] = ['310105-ORG', '341200-AGRI', '产销对接'] as const;
    const gateway = await hub.openGateway();
    const there = async () => (await phonesOf(consumer, provider, { purpose, gateway })).phones;
    const own = (await phonesOf(provider, provider)).phones;
    const nothing = own.map(() => null);
    expect(await there()).toEqual(nothing);
    const id = await grant(consumer, provider, purpose);
    await sleep(1_000);
    expect(await there()).toEqual(own);
    await revoke(provider, id);
    await sleep(1_000);
    expect(await there()).toEqual(nothing);
  });

  it('opens nothing before its first day and after its last, which it says', async () => {
    const [consumer, provider] = ['310105-ORG', '320000-AGRI'] as const;
    const approved = (purpose: string, from: number, until: number) => ({
      ...{ id: randomUUID(), item: CONTACT, provider, consumer, purpose, status: 'APPROVED' },
      ...{ valid_from: addDays(TODAY, from), valid_until: addDays(TODAY, until) },
      ...{ requested_at: '2025-01-01T00:00:00Z', requested_by: '甲' },
      ...{ decided_at: '2025-01-02T00:00:00Z', decided_by: '乙' },
    });
    await hub.build('registry', (db) =>
      db('sharing_grants').insert([approved('past', -30, -1), approved('today', 0, 0)]),
    );
    await sleep(600);
    const { phones, officers, extensions } = await phonesOf(consumer, provider, { purpose: 'past' });
    expect(phones.every((phone) => phone === null)).toBe(true);
    expect(extensions?.withheld).toEqual([withheldPhones(provider, officers.length, 'NO_PURPOSE')]);
    const today = await phonesOf(consumer, provider, { purpose: 'today' });
    expect(today.phones.some((phone) => phone !== null)).toBe(true);

    await hub.build('registry', async (db) => {
      await db('sharing_grants').where({ purpose: 'today' }).delete();
      await db('sharing_grants').insert(approved('to come', 1, 30));
    });
    await sleep(600);
    const expired = await phonesOf(consumer, provider, { purpose: 'past' });
    expect(expired.extensions?.withheld).toEqual([withheldPhones(provider, officers.length, 'EXPIRED')]);
    const early = await phonesOf(consumer, provider, { purpose: 'to come' });
    expect(early.phones.every((phone) => phone === null)).toBe(true);
  });

  it('refuses a purpose that is not percent-encoded UTF-8', async () => {
    const { status, errors } = await hub.sendAs(
      '310105-ORG',
      {},
      '{ __typename }',
      {},
      { 'hub-purpose': '%E4%' },
    );
    expect([status, errors?.[0]?.extensions.code]).toEqual([400, 'BAD_REQUEST']);
  });

  it("keeps a provider's receipts from every other unit", async () => {
    await phonesOf('310105-ORG', '340000-GOV');
    for (const unit of ['310105-ORG', '310000-GOV', '340000-AGRI']) {
      const { data, errors } = await hub.sendAs(unit, { role: 'AUDITOR' }, RECEIPTS, {
        provider: '340000-GOV',
      });
      expect(data.accessReceipts).toBeNull();
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
    }
    const nobody = await hub.send(null, RECEIPTS, { provider: '340000-GOV' });
    expect(nobody.errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
    expect(await receiptsOf('340000-GOV')).toHaveLength(1);
  });

  it('leaves no receipt of what discloses nothing: own, unconditional or public data, or nothing at all', async () => {
    const before = await sealed();
    await phonesOf('310118-GOV', '310118-GOV');
    for (const query of [
      '{ officers(agency: "310118-ORG", first: 5) { edges { node { id name agency { code name } } } } }',
      '{ laborFlow(origin: "341200", destination: "310000", month: "2026-09") { asymmetry } }',
      '{ gridCases(first: 5) { edges { node { id } } } }',
      '{ jurisdiction(code: "310000") { name } }',
    ]) {
      const { errors, extensions } = await hub.send('310000-VEGGROUP', query);
      expect([errors, extensions]).toEqual([undefined, undefined]);
    }
    expect(await sealed()).toBe(before);
  });

  it('leaves a receipt of what a party reads of the other side', async () => {
    const [origin, destination] = ['341200-HRSS', '310000-HRSS'] as const;
    const CHANGES = `query Pull($after: String) { laborFlowChanges(after: $after, first: 1000) {
      edges { node { workers reportedBy { code } } } pageInfo { hasNextPage endCursor }
    } }`;
    const pull = async (after: string | null) => {
      const { data, errors, extensions } = await hub.send(destination, CHANGES, { after });
      expect(errors).toBeUndefined();
      return { ...data.laborFlowChanges, extensions };
    };
    let last = await pull(null);
    while (last.pageInfo.hasNextPage) last = await pull(last.pageInfo.endCursor);

    const SUBMIT = `mutation Submit($input: SubmitLaborFlowReportsInput!) {
      submitLaborFlowReports(input: $input) { batch { newRows } userErrors { message } }
    }`;
    const rows = [
      { origin: '341225', destination: '310118', sector: 'C', workers: 320 },
      { origin: '341225', destination: '310117', sector: 'C', workers: 4 },
    ];
    const definition = { minimumStayMonths: 6, includesFlexible: true, referenceDay: '2026-10-31' };
    const submitted = await hub.send(origin, SUBMIT, {
      input: { batchKey: 'receipts', month: '2026-10', side: 'ORIGIN', definition, rows },
    });
    expect(submitted.data.submitLaborFlowReports).toEqual({ batch: { newRows: 2 }, userErrors: [] });

    const pulled = await pull(last.pageInfo.endCursor);
    expect(pulled.edges.map(({ node }: { node: { workers: number } }) => node.workers)).toEqual([320, 4]);
    expect(pulled.extensions).toEqual({ receipt: aReceipt });
    const [newest] = await receiptsOf(origin, destination);
    expect(newest).toEqual({
      ...pulled.extensions.receipt,
      ...{ consumerCode: destination, user: 'tester', purpose: null, operationName: 'Pull' },
      items: [{ item: 'labor-flow.reports', rows: 2, withheldRows: 0, reason: null }],
    });
  });

  it('leaves a receipt of a page of which only the cursors are read, for they hold rows too', async () => {
    const { data, extensions } = await hub.send(
      '310000-HRSS',
      '{ laborFlowReports(month: "2026-09", reportedBy: "341200-HRSS", first: 3) { pageInfo { endCursor } } }',
    );
    expect(data.laborFlowReports.pageInfo.endCursor).toEqual(expect.any(String));
    expect(extensions).toEqual({ receipt: aReceipt });
  });
});

describe('a viewer at a subgraph', () => {
  const hub = useHub();
  const PROVIDER = '310118-ORG';
  const grants: ViewerGrant[] = [
    { item: CONTACT, provider: PROVIDER },
    { item: 'labor-flow.reports', provider: '341200-HRSS' },
  ];
  const QUERY = `{
    officers(agency: "${PROVIDER}", first: 1) { edges { node { phone } } }
    laborFlowReports(reportedBy: "341200-HRSS", first: 1) { edges { node { workers } } }
  }`;
  const seen = async (more: Parameters<typeof viewer>[1]) => {
    const caller = new Caller(hub.subgraph('personnel'), viewer('310105-ORG', { grants, ...more }), 'en');
    const { officers, laborFlowReports } = await caller.ask(QUERY);
    return { phone: officers.edges[0].node.phone, figures: laborFlowReports.edges.length };
  };

  it('opens what it was granted', async () => {
    expect(await seen({})).toEqual({ phone: expect.any(String), figures: 1 });
  });

  it.each([
    ['whose grants were not confirmed for over a second', { grantsAsOf: Date.now() - 60_000 }],
    ['for a caller that does not collect what was disclosed', { collects: false }],
  ])('%s opens nothing by grants', async (_, more) => {
    expect(await seen(more)).toEqual({ phone: null, figures: 0 });
  });

  it.each([
    ['its time', 'personnel', 60_000],
    ['where it is for', 'grid', 0],
  ])('is nobody past %s', async (_, subgraph, ago) => {
    const header = signViewer(viewer('310105-ORG', { grants }), {
      subgraph,
      key: subgraphKey(TEST_SECRET, subgraph),
      now: new Date(Date.now() - ago),
    });
    const { data, errors } = await hub
      .subgraph('personnel')
      .answer({ query: QUERY }, { [VIEWER_HEADER]: header });
    expect({ ...data }).toEqual({ officers: null, laborFlowReports: null });
    expect(errors?.map(({ extensions }) => extensions?.code)).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
  });

  it('shows parties their rows for a caller that does not collect, too', async () => {
    const own = new Caller(hub.subgraph('personnel'), viewer(PROVIDER, { collects: false }), 'en');
    const { data, extensions } = await own.send(QUERY);
    expect(data?.officers).toEqual({ edges: [{ node: { phone: expect.any(String) } }] });
    expect(extensions).toBeUndefined();
  });
});

describe('a registry that cannot seal', () => {
  let isBroken = false;
  const hub = useHub({
    through: (link): SubgraphLink => ({
      name: link.name,
      answer: (body, headers) => link.answer(body, headers),
      isReady: () => link.isReady(),
      answerInternally: async (path, body, headers) => {
        if (isBroken && path === 'receipts') throw new Error('the disk is full');
        return link.answerInternally(path, body, headers);
      },
    }),
  });
  const { grant, sealed } = helpersOf(hub);
  afterEach(() => {
    isBroken = false;
  });

  it("keeps back what holds other units' data, and nothing else", async () => {
    const [consumer, provider, purpose] = ['310105-ORG', '310118-ORG', '联络'] as const;
    await grant(consumer, provider, purpose);
    const before = await sealed();
    isBroken = true;
    const { status, data, errors, extensions } = await hub.sendAs(consumer, { purpose }, PHONES, {
      of: provider,
    });
    expect({ status, data, extensions }).toEqual({ status: 503, data: null, extensions: undefined });
    expect(errors?.map((error) => error.extensions.code)).toEqual(['RECEIPT_UNAVAILABLE']);

    const own = await hub.send(provider, PHONES, { of: provider });
    expect([own.status, own.errors, own.data.officers.edges[0].node.phone]).toEqual([
      ...[200, undefined, expect.any(String)],
    ]);
    const open = await hub.send(
      consumer,
      '{ officers(agency: "310118-ORG", first: 1) { edges { node { name } } } }',
    );
    expect([open.status, open.errors]).toEqual([200, undefined]);

    isBroken = false;
    const mended = await hub.sendAs(consumer, { purpose }, PHONES, { of: provider });
    expect([mended.status, mended.extensions]).toEqual([200, { receipt: aReceipt }]);
    expect(await sealed()).toBe(before + 1);
  });
});

describe('a database of receipts that refuses', () => {
  const hub = useHub();
  const { grant, sealed } = helpersOf(hub);
  const asOwner = (sql: string) => hub.build('registry', (db) => db.raw(sql));
  const REFUSE = `
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON`;

  it.each(['receipts', 'receipt_leaves', 'receipt_items'])(
    'to write %s keeps what is conditional back, whole or not at all',
    async (table) => {
      const [consumer, provider, purpose] = ['310105-ORG', '310118-ORG', `联络 ${table}`] as const;
      await grant(consumer, provider, purpose);
      const look = () => hub.sendAs(consumer, { purpose }, PHONES, { of: provider });
      expect((await look()).extensions).toEqual({ receipt: aReceipt });
      const before = await sealed();
      await asOwner(`${REFUSE} ${table} FOR EACH ROW EXECUTE FUNCTION refuse()`);
      const { status, data, errors } = await look();
      await asOwner(`DROP TRIGGER refuse ON ${table}; DROP FUNCTION refuse`);
      expect([status, data, errors?.map(({ extensions }) => extensions.code)]).toEqual([
        ...[503, null, ['RECEIPT_UNAVAILABLE']],
      ]);
      expect(await sealed()).toBe(before);
      expect((await look()).extensions).toEqual({ receipt: aReceipt });
      expect(await sealed()).toBe(before + 1);
    },
  );
});

describe('receipts of many requests at once', () => {
  const hub = useHub();
  const { grant, receiptsOf, sealed } = helpersOf(hub);

  it('are distinct links of one chain, whatever gateway they come through', async () => {
    const [consumer, provider, purpose] = ['310105-ORG', '310118-ORG', '联络'] as const;
    await grant(consumer, provider, purpose);
    const before = await sealed();
    const gateways = [hub.url, await hub.openGateway()];
    await sleep(500);
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, i) =>
        hub.sendAs(consumer, { purpose, gateway: gateways[i % 2] }, PHONES, { of: provider }),
      ),
    );
    const receipts = answers.map(({ extensions }) => extensions?.receipt as { id: string; hash: string });
    expect(new Set(receipts.map(({ id }) => id)).size).toBe(200);
    expect(new Set(receipts.map(({ hash }) => hash)).size).toBe(200);

    // By then the last heads have travelled, too.
    await sleep(600);
    const check = new ChainCheck((key) => isKeyOf([TEST_SECRET], key));
    await hub.subgraph('registry').database.asOwner(async (db) => {
      for await (const entry of readChain(db)) expect(check.add(entry)).toBeNull();
    });
    expect(check.end()).toBeNull();
    expect([check.receipts, check.vouchedUpTo]).toEqual([before + 200, before + 200]);
    const read = await receiptsOf(provider, consumer);
    expect(new Set(read.map(({ id }: { id: string }) => id))).toEqual(new Set(receipts.map(({ id }) => id)));
  });
});
