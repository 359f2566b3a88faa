import { randomUUID } from 'node:crypto';
import type { Db } from '../../subgraphs/kit/database';
import { signClaims, subgraphKey } from '../../subgraphs/kit/signature';
import { GATEWAY_HEADER, internalAudience } from '../../subgraphs/kit/subgraph';
import type { Viewer } from '../../subgraphs/kit/viewer';
import { registry } from '../../subgraphs/registry';
import { answerGrants } from '../../subgraphs/registry/grants/internal';
import type { SharingGrantStep, StoredStatus } from '../../subgraphs/registry/grants/rules';
import type { SharingGrantEventRow, SharingGrantRow } from '../../subgraphs/registry/grants/store';
import { TEST_SECRET } from '../support/server';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';

const FIELDS = `id item provider { code } consumer { code } purpose status validFrom validUntil requestedAt requestedBy
  decidedAt decidedBy revokedAt reason timeline { status at user agency { code } reason }`;
const REQUEST = `mutation Request($input: RequestSharingGrantInput!) {
  requestSharingGrant(input: $input) { sharingGrant { ${FIELDS} } userErrors { code message path } }
}`;
const DECIDE = `mutation Decide($input: DecideSharingGrantInput!) {
  decideSharingGrant(input: $input) { sharingGrant { ${FIELDS} } userErrors { code message path } }
}`;
const REVOKE = `mutation Revoke($input: RevokeSharingGrantInput!) {
  revokeSharingGrant(input: $input) { sharingGrant { ${FIELDS} } userErrors { code message path } }
}`;
const ONE = `query One($id: ID!) { sharingGrant(id: $id) { ${FIELDS} } }`;
const LIST = `query List($role: SharingGrantRole, $item: String, $status: SharingGrantStatus, $counterpart: AgencyCode,
  $first: Int, $after: String) {
  sharingGrants(role: $role, item: $item, status: $status, counterpart: $counterpart, first: $first, after: $after) {
    edges { cursor node { id } } pageInfo { hasNextPage endCursor }
  }
}`;

const officer = (agency: string) => viewer(agency, { user: 'officer' });
const steward = (agency: string) => viewer(agency, { user: 'steward', roles: ['STEWARD'] });

interface UserError {
  code: string;
  message: string;
  path: string[];
}
const codes = (payload: { userErrors: UserError[] }) =>
  payload.userErrors.map(({ code, path }) => [code, ...path].join(' '));

describe('sharing grants', () => {
  const world = useSubgraph(registry);

  let units = 0;
  /** Units that nobody else has grants with. */
  const newUnits = async (count: number): Promise<string[]> => {
    const created = Array.from({ length: count }, () => `310118-UNIT${++units}`);
    await world.build((db) =>
      db('agencies').insert(created.map((code) => ({ code, name: code, jurisdiction: '310118' }))),
    );
    return created;
  };
  const newPair = async () => {
    const [provider = '', consumer = ''] = await newUnits(2);
    return { provider, consumer };
  };

  /** Stores a grant as it stands after the steps that its status tells of. */
  const store = async (
    parts: Partial<SharingGrantRow> & { provider: string; consumer: string },
    db?: Db,
  ): Promise<SharingGrantRow> => {
    const status: StoredStatus = parts.status ?? 'REQUESTED';
    const isDecided = status !== 'REQUESTED';
    const row: SharingGrantRow = {
      id: randomUUID(),
      item: 'grid.cases',
      purpose: randomUUID(),
      valid_from: '2026-11-10',
      valid_until: '2027-11-09',
      requested_at: new Date('2026-11-10T01:00:00Z'),
      requested_by: 'officer',
      decided_at: isDecided ? new Date('2026-11-12T01:00:00Z') : null,
      decided_by: isDecided ? 'steward' : null,
      revoked_at: status === 'REVOKED' ? new Date('2026-11-14T01:00:00Z') : null,
      reason: status === 'REVOKED' ? 'no longer needed' : null,
      ...parts,
      status,
    };
    const step = (entered: StoredStatus, agency: string, at: Date | null, reason: string | null = null) =>
      at && { status: entered, agency, at, actor: agency === row.consumer ? 'officer' : 'steward', reason };
    const events = [
      step('REQUESTED', row.consumer, row.requested_at),
      step(status === 'REJECTED' ? 'REJECTED' : 'APPROVED', row.provider, row.decided_at),
      step('REVOKED', row.provider, row.revoked_at, row.reason),
    ].filter((event) => event !== null);
    const insert = async (into: Db) => {
      await into('sharing_grants').insert({ ...row });
      await into('sharing_grant_events').insert(
        events.map((event, i) => ({ sharing_grant: row.id, ordinal: i + 1, ...event })),
      );
    };
    await (db ? insert(db) : world.build(insert));
    return row;
  };

  /** Everything that is stored of grants. */
  const everything = () =>
    world.build(async (db) => ({
      grants: await db<SharingGrantRow>('sharing_grants').orderBy('id'),
      events: await db<SharingGrantEventRow>('sharing_grant_events').orderBy(['sharing_grant', 'ordinal']),
      state: await db<{ version: number }>('sharing_state').select('version'),
    }));
  const version = async () => (await answerGrants(world.database, { since: null })).version;
  const statusOf = async (grant: SharingGrantRow) =>
    (await world.as(officer(grant.consumer)).ask(ONE, { id: grant.id })).sharingGrant.status;

  /** Expects an action to be refused with these codes and paths, and nothing to change. */
  const refused = async (action: () => Promise<{ userErrors: UserError[] }>, ...expected: string[]) => {
    const before = await everything();
    const payload = await action();
    expect({ ...payload, userErrors: codes(payload) }).toEqual({ sharingGrant: null, userErrors: expected });
    expect(await everything()).toEqual(before);
  };

  const request = (pair: { provider: string; consumer: string }, more: Record<string, unknown> = {}) =>
    world.as(officer(pair.consumer)).do(REQUEST, {
      ...{ item: 'grid.cases', provider: pair.provider, purpose: 'joint patrols', validUntil: '2027-06-30' },
      ...more,
    });
  const act = (who: Viewer, step: SharingGrantStep, grantId: string, more: Record<string, unknown> = {}) =>
    step === 'REVOKE'
      ? world.as(who).do(REVOKE, { grantId, reason: 'the project ended', ...more })
      : world.as(who).do(DECIDE, { grantId, decision: step, ...more });

  /** Resolves once another transaction waits for the one of `db`. */
  const untilWaitedFor = async (db: Db) => {
    for (;;) {
      const waiting = await db.raw(
        "SELECT FROM pg_locks WHERE NOT granted AND locktype = 'transactionid' AND transactionid = pg_current_xact_id()::xid",
      );
      if (waiting.length > 0) return;
    }
  };

  afterEach(() => {
    world.now = new Date('2026-11-23T02:00:00Z');
  });

  describe('requestSharingGrant', () => {
    it('asks for the caller’s unit, from today on, with the purpose trimmed', async () => {
      const { provider, consumer } = await newPair();
      const { sharingGrant, userErrors } = await request(
        { provider, consumer },
        { purpose: '  joint patrols\n' },
      );
      const at = '2026-11-23T02:00:00.000Z';
      expect(userErrors).toEqual([]);
      expect(sharingGrant).toEqual({
        id: expect.any(String),
        item: 'grid.cases',
        provider: { code: provider },
        consumer: { code: consumer },
        purpose: 'joint patrols',
        status: 'REQUESTED',
        validFrom: '2026-11-23',
        validUntil: '2027-06-30',
        requestedAt: at,
        requestedBy: 'officer',
        ...{ decidedAt: null, decidedBy: null, revokedAt: null, reason: null },
        timeline: [{ status: 'REQUESTED', at, user: 'officer', agency: { code: consumer }, reason: null }],
      });
      expect(await world.as(officer(consumer)).ask(ONE, { id: sharingGrant.id })).toEqual({ sharingGrant });
    });

    it('takes the first day and the time at which it was asked for, and counts days in Shanghai', async () => {
      const pair = await newPair();
      const later = await request(pair, { purpose: 'a', validFrom: '2027-01-01' });
      expect(later.sharingGrant.validFrom).toBe('2027-01-01');
      const { sharingGrant } = await request(pair, { purpose: 'b', at: '2026-11-20T16:30:00Z' });
      expect([sharingGrant.validFrom, sharingGrant.requestedAt]).toEqual([
        '2026-11-21',
        '2026-11-20T16:30:00.000Z',
      ]);
    });

    it.each([
      ['an item that is not in the catalog', { item: 'grid.nothing' }, 'NOT_FOUND item'],
      ['a name that every object has', { item: 'toString' }, 'NOT_FOUND item'],
      ['an unconditional item', { item: 'labor-flow.statistics' }, 'INVALID item'],
      ['a withheld item', { item: 'grid.people' }, 'INVALID item'],
      ['a provider that does not exist', { provider: '310118-NOWHERE' }, 'NOT_FOUND provider'],
      ['an empty purpose', { purpose: '' }, 'REQUIRED purpose'],
      ['a purpose of spaces', { purpose: ' \t　' }, 'REQUIRED purpose'],
      ['a purpose of 201 characters', { purpose: '警'.repeat(201) }, 'INVALID purpose'],
      ['a purpose on two lines', { purpose: 'one\ntwo' }, 'INVALID purpose'],
      ['a purpose with a zero byte', { purpose: 'one\u0000two' }, 'INVALID purpose'],
      ['a last day that has passed', { validUntil: '2026-11-22' }, 'INVALID validUntil'],
      [
        'a last day before the first',
        { validFrom: '2027-02-02', validUntil: '2027-02-01' },
        'INVALID validUntil',
      ],
      ['a last day over five years ahead', { validUntil: '2031-11-24' }, 'INVALID validUntil'],
      ['a time to come', { at: '2026-11-23T02:00:00.001Z' }, 'INVALID at'],
    ])('refuses %s', async (_, input, code) => {
      const pair = await newPair();
      await refused(() => request(pair, input), code);
    });

    it('refuses the caller’s own unit as the provider', async () => {
      const { consumer } = await newPair();
      await refused(() => request({ provider: consumer, consumer }), 'INVALID provider');
    });

    it('names every violation at once', async () => {
      const { consumer } = await newPair();
      await refused(
        () =>
          request(
            { provider: consumer, consumer },
            { item: 'grid.people', purpose: ' ', validUntil: '2020-01-01', at: '2026-12-01T00:00:00Z' },
          ),
        'INVALID item',
        'INVALID provider',
        'REQUIRED purpose',
        'INVALID validUntil',
        'INVALID at',
      );
    });

    it('goes to the edge: today alone, five years, 200 characters', async () => {
      const pair = await newPair();
      // Four bytes each, no two alike: the longest that the key of a purpose can get.
      const purpose = String.fromCodePoint(...Array.from({ length: 200 }, (__, i) => 0x20000 + i * 7));
      for (const input of [{ validUntil: '2026-11-23' }, { purpose, validUntil: '2031-11-23' }]) {
        expect(codes(await request(pair, input))).toEqual([]);
      }
      world.now = new Date('2028-02-29T02:00:00Z');
      expect(codes(await request(pair, { purpose: 'leap', validUntil: '2033-03-01' }))).toEqual([
        'INVALID validUntil',
      ]);
      expect(codes(await request(pair, { purpose: 'leap', validUntil: '2033-02-28' }))).toEqual([]);
    });

    it.each(['REQUESTED', 'APPROVED'] as const)(
      'conflicts with one like it that is %s, until that expires',
      async (status) => {
        const pair = await newPair();
        await store({ ...pair, status, purpose: 'joint patrols', valid_until: '2026-12-31' });
        await refused(() => request(pair), 'CONFLICT');
        await refused(() => request(pair, { validFrom: '2027-03-01' }), 'CONFLICT');
        world.now = new Date('2026-12-31T15:59:59.999Z');
        await refused(() => request(pair), 'CONFLICT');
        world.now = new Date('2026-12-31T16:00:00Z');
        expect(codes(await request(pair))).toEqual([]);
      },
    );

    it.each(['REJECTED', 'REVOKED'] as const)('may be made again when one like it is %s', async (status) => {
      const pair = await newPair();
      await store({ ...pair, status, purpose: 'joint patrols' });
      expect(codes(await request(pair))).toEqual([]);
    });

    it('does not conflict with one that differs in item, purpose, provider or consumer', async () => {
      const [provider = '', consumer = '', other = ''] = await newUnits(3);
      const pair = { provider, consumer };
      await store({ ...pair, purpose: 'joint patrols' });
      for (const [differing, input] of [
        [pair, { item: 'grid.inspections' }],
        [pair, { purpose: 'Joint patrols' }],
        [{ ...pair, provider: other }, {}],
        [{ ...pair, consumer: other }, {}],
        [{ provider: consumer, consumer: provider }, {}],
      ] as const) {
        expect(codes(await request(differing, input))).toEqual([]);
      }
    });

    it('is won by one of five that come at once', async () => {
      const pair = await newPair();
      const payloads = await Promise.all(Array.from({ length: 5 }, () => request(pair)));
      expect(payloads.map(codes).sort()).toEqual([[], ...Array.from({ length: 4 }, () => ['CONFLICT'])]);
      const { grants } = await everything();
      expect(grants.filter((g) => g.consumer === pair.consumer)).toHaveLength(1);
    });

    it('waits for one like it that is being stored', async () => {
      const pair = await newPair();
      const waiting = await world.build(async (db) => {
        await store({ ...pair, purpose: 'joint patrols' }, db);
        const sent = request(pair);
        await untilWaitedFor(db);
        return { sent };
      });
      expect(codes(await waiting.sent)).toEqual(['CONFLICT']);
    });

    it('is not for nobody', async () => {
      const { data, errors } = await world.as(null).send(REQUEST, {
        input: { item: 'grid.cases', provider: '310118-UNIT1', purpose: 'p', validUntil: '2027-01-01' },
      });
      expect([data, errors?.map((e) => e.extensions?.code)]).toEqual([null, ['UNAUTHENTICATED']]);
    });
  });

  describe('decideSharingGrant and revokeSharingGrant', () => {
    const SITUATIONS = {
      REQUESTED: { status: 'REQUESTED' },
      APPROVED: { status: 'APPROVED' },
      REJECTED: { status: 'REJECTED' },
      REVOKED: { status: 'REVOKED' },
      'EXPIRED while requested': { status: 'REQUESTED', valid_until: '2026-11-22' },
      'EXPIRED once approved': { status: 'APPROVED', valid_until: '2026-11-22' },
      'REJECTED and past': { status: 'REJECTED', valid_until: '2026-11-22' },
      'REVOKED and past': { status: 'REVOKED', valid_until: '2026-11-22' },
    } as const satisfies Record<string, Partial<SharingGrantRow>>;
    const POSSIBLE: Record<string, Partial<Record<SharingGrantStep, string>>> = {
      REQUESTED: { APPROVE: 'APPROVED', REJECT: 'REJECTED' },
      APPROVED: { REVOKE: 'REVOKED' },
    };
    const steps = ['APPROVE', 'REJECT', 'REVOKE'] as const;
    const cases = Object.entries(SITUATIONS).flatMap(([name, parts]) =>
      steps.map((step) => ({ name, parts, step, becomes: POSSIBLE[name]?.[step] ?? 'NOT_ALLOWED_IN_STATE' })),
    );

    it.each(cases)(
      '$step of one that is $name, by a steward of the provider: $becomes',
      async ({ name, parts, step, becomes }) => {
        const grant = await store({ ...(await newPair()), ...parts });
        const by = steward(grant.provider);
        const shown = name.split(' ')[0];
        expect(await statusOf(grant)).toBe(shown);
        if (becomes === 'NOT_ALLOWED_IN_STATE') {
          await refused(() => act(by, step, grant.id), 'NOT_ALLOWED_IN_STATE grantId');
          return;
        }
        const before = await version();
        const { sharingGrant, userErrors } = await act(by, step, grant.id);
        expect([sharingGrant?.status, userErrors]).toEqual([becomes, []]);
        expect(await statusOf(grant)).toBe(becomes);
        expect(await version()).toBeGreaterThan(before);
      },
    );

    it.each(cases)('$step of one that is $name, by anyone else: NOT_ALLOWED', async ({ parts, step }) => {
      const grant = await store({ ...(await newPair()), ...parts });
      const [stranger = ''] = await newUnits(1);
      for (const who of [
        officer(grant.provider),
        viewer(grant.provider, { roles: ['AUDITOR', 'ANALYST'] }),
        officer(grant.consumer),
        steward(grant.consumer),
        officer(stranger),
        steward(stranger),
      ]) {
        await refused(() => act(who, step, grant.id), 'NOT_ALLOWED grantId');
      }
    });

    it.each(steps)('%s says the same of a grant between others and of none', async (step) => {
      const grant = await store(await newPair());
      const [stranger = ''] = await newUnits(1);
      for (const who of [steward(stranger), officer(stranger)]) {
        expect(await act(who, step, grant.id)).toEqual(await act(who, step, randomUUID()));
      }
      await refused(() => act(steward(grant.provider), step, randomUUID()), 'NOT_ALLOWED grantId');
    });

    it.each(steps)('%s is not for nobody', async (step) => {
      const { id: grantId } = await store(await newPair());
      const { data, errors } = await (step === 'REVOKE'
        ? world.as(null).send(REVOKE, { input: { grantId, reason: 'r' } })
        : world.as(null).send(DECIDE, { input: { grantId, decision: step } }));
      expect([data, errors?.map((e) => e.extensions?.code)]).toEqual([null, ['UNAUTHENTICATED']]);
    });

    it('record who, when and why', async () => {
      const { provider, consumer, id } = await store(await newPair());
      const by = { user: 'steward', agency: { code: provider } };
      const approved = await act(steward(provider), 'APPROVE', id, {
        at: '2026-11-11T01:00:00Z',
        reason: '  for patrols only ',
      });
      expect(approved.sharingGrant).toMatchObject({
        ...{ status: 'APPROVED', decidedAt: '2026-11-11T01:00:00.000Z', decidedBy: 'steward' },
        ...{ revokedAt: null, reason: null },
      });
      const revoked = await act(steward(provider), 'REVOKE', id, { reason: ' 项目已结束 ' });
      expect(revoked.sharingGrant).toMatchObject({
        ...{ status: 'REVOKED', decidedAt: '2026-11-11T01:00:00.000Z', decidedBy: 'steward' },
        ...{ revokedAt: '2026-11-23T02:00:00.000Z', reason: '项目已结束' },
      });
      expect(revoked.sharingGrant.timeline).toEqual([
        {
          ...{ status: 'REQUESTED', at: '2026-11-10T01:00:00.000Z', user: 'officer', reason: null },
          agency: { code: consumer },
        },
        { status: 'APPROVED', at: '2026-11-11T01:00:00.000Z', ...by, reason: 'for patrols only' },
        { status: 'REVOKED', at: '2026-11-23T02:00:00.000Z', ...by, reason: '项目已结束' },
      ]);
    });

    it('keep the reason of a rejection, which may go without one', async () => {
      const { provider, consumer } = await newPair();
      const first = await store({ provider, consumer });
      const second = await store({ provider, consumer });
      const rejected = await act(steward(provider), 'REJECT', first.id, { reason: 'too wide' });
      expect([rejected.sharingGrant.reason, rejected.sharingGrant.timeline[1].reason]).toEqual([
        'too wide',
        'too wide',
      ]);
      const silent = await act(steward(provider), 'REJECT', second.id, { reason: ' ' });
      expect([silent.sharingGrant.status, silent.sharingGrant.reason]).toEqual(['REJECTED', null]);
    });

    it.each([
      ['a time to come', 'APPROVE', { at: '2026-11-23T02:00:00.001Z' }, ['INVALID at']],
      ['a time before the request', 'REJECT', { at: '2026-11-10T00:59:59.999Z' }, ['INVALID at']],
      ['a time before the approval', 'REVOKE', { at: '2026-11-12T00:59:59.999Z' }, ['INVALID at']],
      ['no reason to revoke', 'REVOKE', { reason: ' ' }, ['REQUIRED reason']],
      ['a reason of 201 characters', 'REJECT', { reason: 'x'.repeat(201) }, ['INVALID reason']],
      ['a reason on two lines', 'REVOKE', { reason: 'one\ntwo' }, ['INVALID reason']],
      [
        'everything wrong at once',
        'REVOKE',
        { at: '2026-11-23T02:00:01Z', reason: '' },
        ['INVALID at', 'REQUIRED reason'],
      ],
    ] as const)('refuse %s', async (_, step, input, expected) => {
      const grant = await store({
        ...(await newPair()),
        status: step === 'REVOKE' ? 'APPROVED' : 'REQUESTED',
      });
      await refused(() => act(steward(grant.provider), step, grant.id, input), ...expected);
    });

    it('name a wrong state together with what else is wrong', async () => {
      const grant = await store({ ...(await newPair()), status: 'REJECTED' });
      await refused(
        () => act(steward(grant.provider), 'REVOKE', grant.id, { at: '2027-01-01T00:00:00Z', reason: '' }),
        'NOT_ALLOWED_IN_STATE grantId',
        'INVALID at',
        'REQUIRED reason',
      );
    });

    it('may follow in the same millisecond', async () => {
      const grant = await store(await newPair());
      const at = grant.requested_at.toISOString();
      expect(codes(await act(steward(grant.provider), 'APPROVE', grant.id, { at }))).toEqual([]);
      expect(codes(await act(steward(grant.provider), 'REVOKE', grant.id, { at }))).toEqual([]);
    });

    it('replay what was decided before the last day', async () => {
      const grant = await store({ ...(await newPair()), valid_until: '2026-11-20' });
      const approve = (at: string) => act(steward(grant.provider), 'APPROVE', grant.id, { at });
      await refused(() => approve('2026-11-20T16:00:00Z'), 'NOT_ALLOWED_IN_STATE grantId');
      const { sharingGrant } = await approve('2026-11-20T15:59:59Z');
      expect([sharingGrant.status, sharingGrant.timeline[1].status]).toEqual(['EXPIRED', 'APPROVED']);
    });

    it('are won by one of five stewards who decide at once', async () => {
      const grant = await store(await newPair());
      const payloads = await Promise.all(
        [0, 1, 2, 3, 4].map((i) => act(steward(grant.provider), i % 2 ? 'APPROVE' : 'REJECT', grant.id)),
      );
      const losses = payloads.map(codes).filter((found) => found.length > 0);
      expect(losses).toHaveLength(4);
      for (const loss of losses) {
        expect(['CONFLICT grantId', 'NOT_ALLOWED_IN_STATE grantId']).toContain(loss.join());
      }
      const { timeline } = (await world.as(officer(grant.consumer)).ask(ONE, { id: grant.id })).sharingGrant;
      expect(timeline).toHaveLength(2);
    });

    it('conflict with a decision that is being stored', async () => {
      const grant = await store(await newPair());
      const waiting = await world.build(async (db) => {
        await db('sharing_grants')
          .where({ id: grant.id })
          .update({ status: 'REJECTED', decided_at: world.now, decided_by: 'another' });
        const sent = act(steward(grant.provider), 'APPROVE', grant.id);
        await untilWaitedFor(db);
        return { sent };
      });
      expect(codes(await waiting.sent)).toEqual(['CONFLICT grantId']);
      expect(await statusOf(grant)).toBe('REJECTED');
    });
  });

  describe('sentences', () => {
    it.each([
      ['en', 'labor-flow.statistics', /shared unconditionally: .* without a grant/],
      ['zh', 'labor-flow.statistics', /无条件共享.*无需授权/],
      ['en', 'personnel.conduct', /is not shared: .* cannot be granted/],
      ['zh', 'personnel.conduct', /不予共享.*不能授权/],
    ] as const)('say in %s why %s is not granted', async (language, item, sentence) => {
      const { provider, consumer } = await newPair();
      const { userErrors } = await world
        .as(officer(consumer), language)
        .do(REQUEST, { item, provider, purpose: 'p', validUntil: '2027-01-01' });
      expect(userErrors).toEqual([
        { code: 'INVALID', path: ['item'], message: expect.stringMatching(sentence) },
      ]);
    });

    it.each([
      [
        'en',
        'REVOKED',
        'The grant was revoked. Only a request that waits can be approved or rejected.',
        'Only a steward of the unit that provides the data decides on its grants and revokes them.',
      ],
      [
        'zh',
        'REVOKED',
        '该授权已撤销。只有待审批的申请可以批准或驳回。',
        '仅数据提供单位的数据管理员可以审批或撤销其共享授权。',
      ],
    ] as const)('say in %s what stands in the way of a decision', async (language, status, state, right) => {
      const grant = await store({ ...(await newPair()), status });
      const message = async (who: Viewer) =>
        (await world.as(who, language).do(DECIDE, { grantId: grant.id, decision: 'APPROVE' })).userErrors[0]
          .message;
      expect(await message(steward(grant.provider))).toBe(state);
      expect(await message(steward(grant.consumer))).toBe(right);
    });
  });

  describe('who sees a grant', () => {
    const ids = async (who: Viewer, variables = {}) =>
      (await world.as(who).ask(LIST, variables)).sharingGrants.edges.map(
        (e: { node: { id: string } }) => e.node.id,
      );

    it('its consumer and its provider do, through the graph', async () => {
      const grant = await store({ ...(await newPair()), status: 'APPROVED' });
      const [stranger = ''] = await newUnits(1);
      for (const agency of [grant.consumer, grant.provider]) {
        const { sharingGrant } = await world.as(officer(agency)).ask(ONE, { id: grant.id });
        expect([sharingGrant.id, sharingGrant.timeline.length]).toEqual([grant.id, 2]);
        expect(await ids(officer(agency))).toEqual([grant.id]);
      }
      const government = viewer(stranger, {
        functions: ['GENERAL_GOVERNMENT'],
        roles: ['STEWARD', 'AUDITOR'],
      });
      expect(await world.as(government).ask(ONE, { id: grant.id })).toEqual({ sharingGrant: null });
      expect(await ids(government)).toEqual([]);
    });

    it('as an entity likewise', async () => {
      const grant = await store(await newPair());
      const [stranger = ''] = await newUnits(1);
      const ENTITY = `query Entity($of: [_Any!]!) { _entities(representations: $of) { ... on SharingGrant { id status } } }`;
      const of = [{ __typename: 'SharingGrant', id: grant.id }];
      expect(await world.as(officer(grant.provider)).ask(ENTITY, { of })).toEqual({
        _entities: [{ id: grant.id, status: 'REQUESTED' }],
      });
      expect(await world.as(officer(stranger)).ask(ENTITY, { of })).toEqual({ _entities: [null] });
    });

    it('nobody does not', async () => {
      const grant = await store(await newPair());
      for (const [query, variables] of [
        [ONE, { id: grant.id }],
        [LIST, {}],
      ] as const) {
        const { data, errors } = await world.as(null).send(query, variables);
        expect(Object.values(data ?? {})).toEqual([null]);
        expect(errors?.map((e) => e.extensions?.code)).toEqual(['UNAUTHENTICATED']);
      }
    });

    /** Runs SQL with the rights of a viewer, committing what it writes. */
    const asRuntime = <Result>(who: Viewer | null, work: (db: Db) => Promise<Result>) =>
      world.database.session(who).write(work);

    it('the database itself shows it to both sides only', async () => {
      const grant = await store({ ...(await newPair()), status: 'REVOKED' });
      const [stranger = ''] = await newUnits(1);
      const count = (who: Viewer | null) =>
        asRuntime(who, async (db) => [
          (await db('sharing_grants').where({ id: grant.id })).length,
          (await db('sharing_grant_events').where({ sharing_grant: grant.id })).length,
        ]);
      expect(await count(officer(grant.consumer))).toEqual([1, 3]);
      expect(await count(officer(grant.provider))).toEqual([1, 3]);
      expect(await count(steward(stranger))).toEqual([0, 0]);
      await expect(count(null)).rejects.toThrow('permission denied');
      await expect(
        asRuntime(steward(grant.provider), async (db) => db('sharing_state').select('version')),
      ).rejects.toThrow('permission denied');
    });

    it('the database itself takes requests from the consumer only', async () => {
      const pair = await newPair();
      const insert = (who: Viewer | null, status = 'REQUESTED') =>
        asRuntime(who, async (db) =>
          db('sharing_grants').insert({
            ...{ id: randomUUID(), item: 'grid.cases', ...pair, purpose: randomUUID(), status },
            ...{ valid_from: '2026-11-23', valid_until: '2027-11-22' },
            ...{ requested_at: world.now, requested_by: 'officer' },
          }),
        );
      await expect(insert(officer(pair.consumer))).resolves.toBeDefined();
      await expect(insert(officer(pair.consumer), 'APPROVED')).rejects.toThrow('row-level security');
      await expect(insert(steward(pair.provider))).rejects.toThrow('row-level security');
      await expect(insert(null)).rejects.toThrow('permission denied');
    });

    it('the database itself lets the provider alone change it, and what was asked for not even him', async () => {
      const grant = await store(await newPair());
      const [stranger = ''] = await newUnits(1);
      const decision: Partial<SharingGrantRow> = {
        ...{ status: 'APPROVED', decided_at: world.now, decided_by: 'someone' },
      };
      const update = (who: Viewer | null, change: Partial<SharingGrantRow>) =>
        asRuntime(who, async (db) =>
          db<SharingGrantRow>('sharing_grants').where({ id: grant.id }).update(change).returning('id'),
        );
      expect(await update(steward(grant.consumer), decision)).toEqual([]);
      expect(await update(steward(stranger), decision)).toEqual([]);
      await expect(update(null, decision)).rejects.toThrow('permission denied');
      for (const change of [{ consumer: stranger }, { purpose: 'wider' }, { valid_until: '2031-01-01' }]) {
        await expect(update(steward(grant.provider), change)).rejects.toThrow('permission denied');
      }
      await expect(
        asRuntime(steward(grant.provider), async (db) =>
          db('sharing_grants').where({ id: grant.id }).delete(),
        ),
      ).rejects.toThrow('permission denied');
      expect(await update(steward(grant.provider), decision)).toEqual([{ id: grant.id }]);
      await expect(
        update(steward(grant.provider), { status: 'REQUESTED', decided_at: null, decided_by: null }),
      ).rejects.toThrow('row-level security');
    });

    it('the database itself takes an event from the unit that did it only, and keeps it', async () => {
      const grant = await store({ ...(await newPair()), status: 'APPROVED' });
      const [stranger = ''] = await newUnits(1);
      const insert = (who: Viewer, event: { agency: string; status: string }) =>
        asRuntime(who, async (db) =>
          db('sharing_grant_events').insert({
            ...{ sharing_grant: grant.id, ordinal: 9, at: world.now, actor: 'someone' },
            ...event,
          }),
        );
      for (const [who, event] of [
        [officer(grant.consumer), { agency: grant.consumer, status: 'APPROVED' }],
        [officer(grant.consumer), { agency: grant.provider, status: 'APPROVED' }],
        [officer(grant.provider), { agency: grant.provider, status: 'REVOKED' }],
        [officer(stranger), { agency: stranger, status: 'APPROVED' }],
      ] as const) {
        await expect(insert(who, event)).rejects.toThrow('row-level security');
      }
      await expect(
        asRuntime(officer(grant.provider), async (db) =>
          db('sharing_grant_events').where({ sharing_grant: grant.id }).update({ actor: 'another' }),
        ),
      ).rejects.toThrow('permission denied');
    });
  });

  describe('sharingGrants', () => {
    const [day1, day2, day3, day4, day5] = ['01', '02', '03', '04', '05'].map(
      (day) => new Date(`2026-10-${day}T01:00:00Z`),
    );

    it('filters by role, item, status today and the other side', async () => {
      const [own = '', a = '', b = ''] = await newUnits(3);
      const names = new Map<string, string>();
      const add = async (name: string, parts: Parameters<typeof store>[0]) =>
        names.set((await store(parts)).id, name);
      await add('reads a', { consumer: own, provider: a, requested_at: day1 });
      await add('reads b', {
        ...{ consumer: own, provider: b, requested_at: day2, status: 'APPROVED' },
        item: 'grid.inspections',
      });
      await add('lets a', { consumer: a, provider: own, requested_at: day3, status: 'REJECTED' });
      await add('let b', {
        ...{ consumer: b, provider: own, requested_at: day4, status: 'APPROVED' },
        valid_until: '2026-11-22',
      });
      await add('never let a', {
        ...{ consumer: a, provider: own, requested_at: day5, valid_until: '2026-11-22' },
      });
      await add('other people’s', { consumer: a, provider: b });
      const list = async (variables: Record<string, unknown>) =>
        (await world.as(officer(own)).ask(LIST, variables)).sharingGrants.edges.map(
          (e: { node: { id: string } }) => names.get(e.node.id),
        );
      expect(await list({})).toEqual(['never let a', 'let b', 'lets a', 'reads b', 'reads a']);
      expect(await list({ role: 'CONSUMER' })).toEqual(['reads b', 'reads a']);
      expect(await list({ role: 'PROVIDER' })).toEqual(['never let a', 'let b', 'lets a']);
      expect(await list({ item: 'grid.inspections' })).toEqual(['reads b']);
      expect(await list({ item: 'grid.nothing' })).toEqual([]);
      expect(await list({ status: 'REQUESTED' })).toEqual(['reads a']);
      expect(await list({ status: 'APPROVED' })).toEqual(['reads b']);
      expect(await list({ status: 'REJECTED' })).toEqual(['lets a']);
      expect(await list({ status: 'REVOKED' })).toEqual([]);
      expect(await list({ status: 'EXPIRED' })).toEqual(['never let a', 'let b']);
      expect(await list({ counterpart: a })).toEqual(['never let a', 'lets a', 'reads a']);
      expect(await list({ counterpart: own })).toEqual([]);
      expect(await list({ role: 'PROVIDER', counterpart: b, status: 'EXPIRED', item: 'grid.cases' })).toEqual(
        ['let b'],
      );
    });

    it('gives every grant once, page by page, also those of the same moment', async () => {
      const [own = '', other = ''] = await newUnits(2);
      for (let i = 0; i < 7; i += 1) {
        const sides = i % 2 ? { consumer: own, provider: other } : { consumer: other, provider: own };
        await store({ ...sides, requested_at: i < 5 ? day1 : day2 });
      }
      const page = async (first: number, after: string | null) =>
        (await world.as(officer(own)).ask(LIST, { first, after })).sharingGrants;
      const whole = await page(200, null);
      const pages: unknown[] = [];
      for (let after: string | null = null, isLast = false; !isLast; ) {
        const { edges, pageInfo } = await page(3, after);
        pages.push(edges);
        after = pageInfo.endCursor;
        isLast = !pageInfo.hasNextPage;
      }
      expect(pages.map((p) => (p as unknown[]).length)).toEqual([3, 3, 1]);
      expect(pages.flat()).toEqual(whole.edges);
      expect(new Set(whole.edges.map((e: { node: { id: string } }) => e.node.id)).size).toBe(7);
    });

    it('refuses pages over 200 and cursors of other lists, in words', async () => {
      const { consumer } = await newPair();
      const message = async (variables: Record<string, unknown>) =>
        (await world.as(officer(consumer)).send(LIST, variables)).errors?.[0]?.message;
      expect(await message({ first: 201 })).toBe(
        'sharingGrants gives 1 to 200 rows a page, and first was 201. Ask for fewer and page on with after.',
      );
      const foreign = Buffer.from(JSON.stringify(['agencies', 'x', 'y'])).toString('base64url');
      expect(await message({ after: foreign })).toMatch(/is not a cursor of sharingGrants/);
    });

    it('takes as many statements for one grant as for twenty', async () => {
      const [own = '', ...others] = await newUnits(21);
      for (const [i, other] of others.entries()) {
        const sides = i % 2 ? { consumer: own, provider: other } : { consumer: other, provider: own };
        await store({ ...sides, status: 'REVOKED' });
      }
      const FULL = `query Full($first: Int) { sharingGrants(first: $first) { edges { node {
        status provider { name } consumer { name } timeline { status agency { name } } } } } }`;
      const statements = (first: number) =>
        world.statementsOf(() => world.as(officer(own)).ask(FULL, { first }));
      const one = await statements(1);
      expect(one).toHaveLength(3);
      expect(await statements(20)).toHaveLength(one.length);
    });

    it('reads each side along its own index', async () => {
      const { consumer } = await newPair();
      const plan = await world.database.session(officer(consumer)).write(async (db) => {
        await db.raw('SET LOCAL enable_seqscan = off');
        return db.raw<{ 'QUERY PLAN': string }>(
          'EXPLAIN SELECT id FROM sharing_grants WHERE consumer = ? ORDER BY requested_at DESC, id DESC LIMIT 51',
          [consumer],
        );
      });
      const text = plan.map((line) => line['QUERY PLAN']).join('\n');
      expect(text).toContain('Index Scan Backward using sharing_grants_by_consumer');
      expect(text).not.toContain('Sort');
    });
  });

  describe('what gateways are told', () => {
    it('is every approved grant, those past their last day too, with the version', async () => {
      const pair = await newPair();
      for (const status of ['REQUESTED', 'REJECTED', 'REVOKED'] as const) await store({ ...pair, status });
      await store({ ...pair, status: 'APPROVED', purpose: 'now' });
      await store({ ...pair, status: 'APPROVED', purpose: 'then', valid_until: '2026-11-12' });
      const { version: now, grants } = await answerGrants(world.database, { since: null });
      expect(now).toEqual(expect.any(Number));
      const own = grants?.filter((g) => g.provider === pair.provider) ?? [];
      expect(own.sort((a, b) => (a.purpose < b.purpose ? -1 : 1))).toEqual([
        { item: 'grid.cases', ...pair, purpose: 'now', validFrom: '2026-11-10', validUntil: '2027-11-09' },
        { item: 'grid.cases', ...pair, purpose: 'then', validFrom: '2026-11-10', validUntil: '2026-11-12' },
      ]);
    });

    it('is nothing when nothing changed, and everything after any change', async () => {
      const { version: before } = await answerGrants(world.database, { since: null });
      expect(await answerGrants(world.database, { since: before })).toEqual({
        version: before,
        grants: null,
      });
      const pair = await newPair();
      const { sharingGrant } = await request(pair);
      const asked = await answerGrants(world.database, { since: before });
      expect(asked.version).toBeGreaterThan(before);
      const holds = (answer: Awaited<ReturnType<typeof answerGrants>>) =>
        answer.grants?.some((g) => g.consumer === pair.consumer);
      expect(holds(asked)).toBe(false);
      await act(steward(pair.provider), 'APPROVE', sharingGrant.id);
      const approved = await answerGrants(world.database, { since: asked.version });
      expect([approved.version > asked.version, holds(approved)]).toEqual([true, true]);
      await act(steward(pair.provider), 'REVOKE', sharingGrant.id);
      const revoked = await answerGrants(world.database, { since: approved.version });
      expect([revoked.version > approved.version, holds(revoked)]).toEqual([true, false]);
    });

    it('is everything again for a version that never was', async () => {
      const { grants } = await answerGrants(world.database, { since: 1_000_000 });
      expect(grants).toEqual(expect.any(Array));
    });

    it('has another version after each of five changes at once', async () => {
      const pair = await newPair();
      const before = await version();
      await Promise.all([1, 2, 3, 4, 5].map((i) => request(pair, { purpose: `purpose ${i}` })));
      expect(await version()).toBe(before + 5);
    });

    it('never shows a version without the change that made it', async () => {
      const { version: before } = await answerGrants(world.database, { since: null });
      const pair = await newPair();
      await world.build(async (db) => {
        await store({ ...pair, status: 'APPROVED' }, db);
        expect(await answerGrants(world.database, { since: before })).toEqual({
          version: before,
          grants: null,
        });
      });
      const { grants } = await answerGrants(world.database, { since: before });
      expect(grants?.some((g) => g.consumer === pair.consumer)).toBe(true);
    });

    it('is told to gateways only', async () => {
      const key = subgraphKey(TEST_SECRET, 'registry');
      const header = signClaims({}, { audience: internalAudience('registry'), key, now: new Date() });
      const now = await version();
      const ask = (headers: Record<string, string>) =>
        world.subgraph.answerInternally('grants', { since: now }, headers);
      expect(await ask({ [GATEWAY_HEADER]: header })).toEqual({ version: now, grants: null });
      expect(await ask({})).toBeNull();
    });
  });
});

describe('the demo’s sharing grants', () => {
  const world = useSubgraph(registry, { demo: true });
  const LISTED = `{ sharingGrants(first: 200) { edges { node {
    item provider { code } consumer { code } purpose status validFrom validUntil } } } }`;
  const of = async (agency: string) =>
    (await world.as(officer(agency)).ask(LISTED)).sharingGrants.edges.map((e: { node: object }) => e.node);

  it('let the cooperation office read the labor flow reports of Fuyang and Shanghai', async () => {
    const grant = {
      ...{ item: 'labor-flow.reports', consumer: { code: '310000-YRDOFFICE' }, status: 'APPROVED' },
      ...{ purpose: 'regional statistics', validFrom: '2026-01-01', validUntil: '2028-12-31' },
    };
    expect(await of('310000-YRDOFFICE')).toEqual([
      { ...grant, provider: { code: '310000-HRSS' } },
      { ...grant, provider: { code: '341200-HRSS' } },
    ]);
  });

  it('let nobody read the phones of Fuyang’s officers, and nobody has asked', async () => {
    const phones = await world.build((db) =>
      db<SharingGrantRow>('sharing_grants').select('provider').where({ item: 'personnel.officer-contact' }),
    );
    expect(phones).toEqual([{ provider: '310118-ORG' }]);
  });

  it('show every status, each with the events that lead to it, in order', async () => {
    const rows = await world.build(async (db) => ({
      grants: await db<SharingGrantRow>('sharing_grants').select('id', 'status', 'valid_until'),
      events: await db<SharingGrantEventRow>('sharing_grant_events').orderBy(['sharing_grant', 'ordinal']),
    }));
    const paths = rows.grants.map((grant) => {
      const events = rows.events.filter((e) => e.sharing_grant === grant.id);
      expect([...events].sort((a, b) => a.at.getTime() - b.at.getTime())).toEqual(events);
      expect(events.at(-1)?.status).toBe(grant.status);
      return `${events.map((e) => e.status).join(' ')}${grant.valid_until < '2026-11-23' ? ' past' : ''}`;
    });
    expect([...new Set(paths)].sort()).toEqual([
      'REQUESTED',
      'REQUESTED APPROVED',
      'REQUESTED APPROVED REVOKED',
      'REQUESTED APPROVED past',
      'REQUESTED REJECTED',
      'REQUESTED past',
    ]);
  });
});
