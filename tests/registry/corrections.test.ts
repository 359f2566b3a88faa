import { randomUUID } from 'node:crypto';
import type { Db } from '../../subgraphs/kit/database';
import type { Viewer } from '../../subgraphs/kit/viewer';
import { registry } from '../../subgraphs/registry';
import { itemOfRowField } from '../../subgraphs/registry/catalog/source';
import type { DataCorrectionStatus, DataCorrectionStep } from '../../subgraphs/registry/corrections/rules';
import type { DataCorrectionEventRow, DataCorrectionRow } from '../../subgraphs/registry/corrections/store';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';

const FIELDS = `id item provider { code } requester { code } coordinate rowId claim reason evidence status requestedAt
  requestedBy answeredAt answeredBy note withdrawnAt timeline { status at user agency { code } note }`;
const RESULT = `{ dataCorrection { ${FIELDS} } userErrors { code message path } }`;
const REQUEST = `mutation Request($input: RequestDataCorrectionInput!) { requestDataCorrection(input: $input) ${RESULT} }`;
const ANSWER = `mutation Answer($input: AnswerDataCorrectionInput!) { answerDataCorrection(input: $input) ${RESULT} }`;
const WITHDRAW = `mutation Withdraw($input: WithdrawDataCorrectionInput!) { withdrawDataCorrection(input: $input) ${RESULT} }`;
const ONE = `query One($id: ID!) { dataCorrection(id: $id) { ${FIELDS} } }`;
const LIST = `query List($role: DataCorrectionRole, $status: DataCorrectionStatus, $item: String, $first: Int,
  $after: String) {
  dataCorrections(role: $role, status: $status, item: $item, first: $first, after: $after) {
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

const STATUSES = ['REQUESTED', 'ACCEPTED', 'REJECTED', 'WITHDRAWN'] as const satisfies DataCorrectionStatus[];
const ALL_STEPS = ['ACCEPT', 'REJECT', 'WITHDRAW'] as const satisfies DataCorrectionStep[];
const BECOMES = {
  ACCEPT: 'ACCEPTED',
  REJECT: 'REJECTED',
  WITHDRAW: 'WITHDRAWN',
} as const satisfies Record<DataCorrectionStep, DataCorrectionStatus>;

describe('data corrections', () => {
  const world = useSubgraph(registry);

  let units = 0;
  /** Units that have no corrections yet. */
  const newUnits = async (count: number): Promise<string[]> => {
    const created = Array.from({ length: count }, () => `310118-READER${++units}`);
    await world.build((db) =>
      db('agencies').insert(created.map((code) => ({ code, name: code, jurisdiction: '310118' }))),
    );
    return created;
  };
  const newPair = async () => {
    const [provider = '', requester = ''] = await newUnits(2);
    return { provider, requester };
  };

  /** Stores a correction as it stands after the steps that its status tells of. */
  const store = async (
    parts: Partial<DataCorrectionRow> & { provider: string; requester: string },
    db?: Db,
  ): Promise<DataCorrectionRow> => {
    const status: DataCorrectionStatus = parts.status ?? 'REQUESTED';
    const isAnswered = status === 'ACCEPTED' || status === 'REJECTED';
    const row: DataCorrectionRow = {
      id: randomUUID(),
      item: 'personnel.officer-contact',
      coordinate: 'Officer.phone',
      row_id: randomUUID(),
      claim: 'the number is another unit’s',
      reason: 'nobody of that name answers',
      evidence: [],
      requested_at: new Date('2026-11-10T01:00:00Z'),
      requested_by: 'officer',
      answered_at: isAnswered ? new Date('2026-11-12T01:00:00Z') : null,
      answered_by: isAnswered ? 'steward' : null,
      note: isAnswered ? 'looked into' : null,
      withdrawn_at: status === 'WITHDRAWN' ? new Date('2026-11-11T01:00:00Z') : null,
      ...parts,
      status,
    };
    const events = [
      { status: 'REQUESTED', agency: row.requester, at: row.requested_at, actor: 'officer', note: null },
      ...(row.answered_at
        ? [{ status, agency: row.provider, at: row.answered_at, actor: 'steward', note: row.note }]
        : []),
      ...(row.withdrawn_at
        ? [{ status, agency: row.requester, at: row.withdrawn_at, actor: 'officer', note: null }]
        : []),
    ];
    const insert = async (into: Db) => {
      await into('data_corrections').insert({ ...row });
      await into('data_correction_events').insert(
        events.map((event, i) => ({ data_correction: row.id, ordinal: i + 1, ...event })),
      );
    };
    await (db ? insert(db) : world.build(insert));
    return row;
  };

  /** Everything that is stored of corrections. */
  const everything = () =>
    world.build(async (db) => ({
      corrections: await db<DataCorrectionRow>('data_corrections').orderBy('id'),
      events: await db<DataCorrectionEventRow>('data_correction_events').orderBy([
        'data_correction',
        'ordinal',
      ]),
    }));
  const statusOf = async ({ id, requester }: DataCorrectionRow) =>
    (await world.as(officer(requester)).ask(ONE, { id })).dataCorrection.status;

  /** Expects an action to be refused with these codes and paths, and nothing to change. */
  const refused = async (action: () => Promise<{ userErrors: UserError[] }>, ...expected: string[]) => {
    const before = await everything();
    const payload = await action();
    expect({ ...payload, userErrors: codes(payload) }).toEqual({
      dataCorrection: null,
      userErrors: expected,
    });
    expect(await everything()).toEqual(before);
  };

  const input = (provider: string) => ({
    ...{ item: 'personnel.officer-contact', provider, coordinate: 'Officer.phone', rowId: 'officer-1' },
    ...{ claim: 'the number is another unit’s', reason: 'nobody of that name answers' },
  });
  const request = (pair: { provider: string; requester: string }, more: Record<string, unknown> = {}) =>
    world.as(officer(pair.requester)).do(REQUEST, { ...input(pair.provider), ...more });
  const act = (
    who: Viewer,
    step: DataCorrectionStep,
    correctionId: string,
    more: Record<string, unknown> = {},
  ) =>
    step === 'WITHDRAW'
      ? world.as(who).do(WITHDRAW, { correctionId, ...more })
      : world.as(who).do(ANSWER, { correctionId, decision: step, note: 'looked into', ...more });
  const actor = ({ provider, requester }: DataCorrectionRow, step: DataCorrectionStep) =>
    step === 'WITHDRAW' ? officer(requester) : steward(provider);

  /** Resolves once another transaction waits for the one of `db`. */
  const untilWaitedFor = async (db: Db) => {
    for (;;) {
      const waiting = await db.raw(
        "SELECT FROM pg_locks WHERE NOT granted AND locktype = 'transactionid' AND transactionid = pg_current_xact_id()::xid",
      );
      if (waiting.length > 0) return;
    }
  };

  describe('requestDataCorrection', () => {
    it('asks for the caller’s unit, with the texts trimmed', async () => {
      const { provider, requester } = await newPair();
      const { dataCorrection, userErrors } = await request(
        { provider, requester },
        {
          claim: '  错号\n',
          rowId: ' officer-1 ',
          evidence: [' https://example.cn/a?b=1 ', 'http://10.0.0.1/照片.jpg'],
        },
      );
      const at = '2026-11-23T02:00:00.000Z';
      expect(userErrors).toEqual([]);
      expect(dataCorrection).toEqual({
        id: expect.any(String),
        ...{ item: 'personnel.officer-contact', coordinate: 'Officer.phone', rowId: 'officer-1' },
        ...{ provider: { code: provider }, requester: { code: requester } },
        ...{ claim: '错号', reason: 'nobody of that name answers' },
        evidence: ['https://example.cn/a?b=1', 'http://10.0.0.1/照片.jpg'],
        ...{ status: 'REQUESTED', requestedAt: at, requestedBy: 'officer' },
        ...{ answeredAt: null, answeredBy: null, note: null, withdrawnAt: null },
        timeline: [{ status: 'REQUESTED', at, user: 'officer', agency: { code: requester }, note: null }],
      });
      expect(await world.as(officer(provider)).ask(ONE, { id: dataCorrection.id })).toEqual({
        dataCorrection,
      });
    });

    it('takes the time at which it was asked for', async () => {
      const { dataCorrection } = await request(await newPair(), { at: '2026-11-20T16:30:00Z' });
      expect([dataCorrection.requestedAt, dataCorrection.evidence]).toEqual(['2026-11-20T16:30:00.000Z', []]);
    });

    it('may be about an item of any class', async () => {
      const pair = await newPair();
      for (const more of [
        { item: 'registry.directory', coordinate: 'Agency.name' },
        { item: 'tourism.applicants', coordinate: 'LicenseApplicant.phone' },
      ]) {
        expect(codes(await request(pair, more))).toEqual([]);
      }
    });

    it.each([
      ['an item that is not in the catalog', { item: 'personnel.nothing' }, 'NOT_FOUND item'],
      ['a name that every object has', { item: 'toString' }, 'NOT_FOUND item'],
      ['a provider that does not exist', { provider: '310118-NOWHERE' }, 'NOT_FOUND provider'],
      ['a field that does not exist', { coordinate: 'Officer.shoeSize' }, 'NOT_FOUND coordinate'],
      ['a type without a field', { coordinate: 'Officer' }, 'NOT_FOUND coordinate'],
      ['an operation for a field', { coordinate: 'Query.officer' }, 'NOT_FOUND coordinate'],
      ['a field of another item', { coordinate: 'Officer.name' }, 'INVALID coordinate'],
      ['no row', { rowId: ' ' }, 'REQUIRED rowId'],
      ['a row of 201 characters', { rowId: 'x'.repeat(201) }, 'INVALID rowId'],
      ['an empty claim', { claim: ' \t　' }, 'REQUIRED claim'],
      ['a claim of 501 characters', { claim: '错'.repeat(501) }, 'INVALID claim'],
      ['a claim with a zero byte', { claim: 'one\u0000two' }, 'INVALID claim'],
      ['an empty reason', { reason: '' }, 'REQUIRED reason'],
      ['a reason on two lines', { reason: 'one\ntwo' }, 'INVALID reason'],
      ['evidence that is no address', { evidence: ['https://a.cn/', 'see file'] }, 'INVALID evidence 1'],
      ['evidence that would run as a script', { evidence: ['javascript:alert(1)'] }, 'INVALID evidence 0'],
      ['evidence without a host', { evidence: ['https://'] }, 'INVALID evidence 0'],
      [
        'an address of 2,001 characters',
        { evidence: [`https://a.cn/${'x'.repeat(1988)}`] },
        'INVALID evidence 0',
      ],
      ['eleven addresses', { evidence: Array(11).fill('https://a.cn/') }, 'LIMIT_EXCEEDED evidence'],
      ['a time to come', { at: '2026-11-23T02:00:00.001Z' }, 'INVALID at'],
    ])('refuses %s', async (_, more, code) => {
      const pair = await newPair();
      await refused(() => request(pair, more), code);
    });

    it('refuses the caller’s own unit as the provider', async () => {
      const { requester } = await newPair();
      await refused(() => request({ provider: requester, requester }), 'INVALID provider');
    });

    it('names every violation at once', async () => {
      const { requester } = await newPair();
      await refused(
        () =>
          request(
            { provider: requester, requester },
            {
              ...{ item: 'nothing', coordinate: 'No.thing', rowId: '', claim: '', reason: '' },
              ...{ evidence: ['a', 'https://a.cn/', 'ftp://b.cn/'], at: '2026-12-01T00:00:00Z' },
            },
          ),
        'NOT_FOUND item',
        'INVALID provider',
        'NOT_FOUND coordinate',
        'REQUIRED rowId',
        'REQUIRED claim',
        'REQUIRED reason',
        'INVALID evidence 0',
        'INVALID evidence 2',
        'INVALID at',
      );
    });

    it('goes to the edge: 500 characters, ten addresses, a row of 200 characters of four bytes', async () => {
      const wide = (count: number) =>
        String.fromCodePoint(...Array.from({ length: count }, (_, i) => 0x20000 + i * 7));
      const payload = await request(await newPair(), {
        ...{ rowId: wide(200), claim: wide(500), reason: wide(500) },
        evidence: Array(10).fill(`https://a.cn/${'x'.repeat(1987)}`),
      });
      expect(codes(payload)).toEqual([]);
    });

    it('conflicts with one like it of the same unit that waits', async () => {
      const pair = await newPair();
      await store({ ...pair, row_id: 'officer-1' });
      await refused(() => request(pair, { claim: 'other words' }), 'CONFLICT');
    });

    it.each(['ACCEPTED', 'REJECTED', 'WITHDRAWN'] as const)(
      'may be made again when one like it is %s',
      async (status) => {
        const pair = await newPair();
        await store({ ...pair, status, row_id: 'officer-1' });
        expect(codes(await request(pair))).toEqual([]);
      },
    );

    it('does not conflict with one that differs in row, field, provider or requester', async () => {
      const [provider = '', requester = '', other = ''] = await newUnits(3);
      const pair = { provider, requester };
      await store({ ...pair, row_id: 'officer-1' });
      for (const [differing, more] of [
        [pair, { rowId: 'officer-2' }],
        [pair, { coordinate: 'Officer.email' }],
        [{ provider: other, requester }, {}],
        [{ provider, requester: other }, {}],
      ] as const) {
        expect(codes(await request(differing, more))).toEqual([]);
      }
    });

    it('is won by one of five that come at once', async () => {
      const pair = await newPair();
      const payloads = await Promise.all(Array.from({ length: 5 }, () => request(pair)));
      expect(payloads.map(codes).sort()).toEqual([[], ...Array.from({ length: 4 }, () => ['CONFLICT'])]);
      const { corrections } = await everything();
      expect(corrections.filter((c) => c.requester === pair.requester)).toHaveLength(1);
    });

    it('waits for one like it that is being stored', async () => {
      const pair = await newPair();
      const waiting = await world.build(async (db) => {
        await store({ ...pair, row_id: 'officer-1' }, db);
        const sent = request(pair);
        await untilWaitedFor(db);
        return { sent };
      });
      expect(codes(await waiting.sent)).toEqual(['CONFLICT']);
    });

    it('is not for nobody', async () => {
      const { data, errors } = await world.as(null).send(REQUEST, { input: input('310118-READER1') });
      expect([data, errors?.map((e) => e.extensions?.code)]).toEqual([null, ['UNAUTHENTICATED']]);
    });
  });

  describe('answerDataCorrection and withdrawDataCorrection', () => {
    const cases = STATUSES.flatMap((status) =>
      ALL_STEPS.map((step) => ({
        ...{ status, step },
        becomes: status === 'REQUESTED' ? BECOMES[step] : 'NOT_ALLOWED_IN_STATE',
      })),
    );

    it.each(cases)(
      '$step of one that is $status, by who may: $becomes',
      async ({ status, step, becomes }) => {
        const correction = await store({ ...(await newPair()), status });
        const by = actor(correction, step);
        if (becomes === 'NOT_ALLOWED_IN_STATE') {
          await refused(() => act(by, step, correction.id), 'NOT_ALLOWED_IN_STATE correctionId');
          return;
        }
        const { dataCorrection, userErrors } = await act(by, step, correction.id);
        expect([dataCorrection?.status, userErrors]).toEqual([becomes, []]);
        expect(await statusOf(correction)).toBe(becomes);
      },
    );

    it.each(cases)('$step of one that is $status, by anyone else: NOT_ALLOWED', async ({ status, step }) => {
      const correction = await store({ ...(await newPair()), status });
      const { provider, requester } = correction;
      const [stranger = ''] = await newUnits(1);
      const others =
        step === 'WITHDRAW'
          ? [officer(provider), steward(provider)]
          : [
              officer(provider),
              viewer(provider, { roles: ['AUDITOR'] }),
              officer(requester),
              steward(requester),
            ];
      for (const who of [...others, officer(stranger), steward(stranger)]) {
        await refused(() => act(who, step, correction.id), 'NOT_ALLOWED correctionId');
      }
    });

    it.each(ALL_STEPS)('%s says the same of a correction between others and of none', async (step) => {
      const correction = await store(await newPair());
      const [stranger = ''] = await newUnits(1);
      for (const who of [steward(stranger), officer(stranger)]) {
        expect(await act(who, step, correction.id)).toEqual(await act(who, step, randomUUID()));
      }
      await refused(() => act(actor(correction, step), step, randomUUID()), 'NOT_ALLOWED correctionId');
    });

    it.each(ALL_STEPS)('%s is not for nobody', async (step) => {
      const { id: correctionId } = await store(await newPair());
      const { data, errors } = await (step === 'WITHDRAW'
        ? world.as(null).send(WITHDRAW, { input: { correctionId } })
        : world.as(null).send(ANSWER, { input: { correctionId, decision: step, note: 'n' } }));
      expect([data, errors?.map((e) => e.extensions?.code)]).toEqual([null, ['UNAUTHENTICATED']]);
    });

    it('record who answered, when and what', async () => {
      const { provider, requester, id } = await store(await newPair());
      const { dataCorrection } = await act(steward(provider), 'ACCEPT', id, {
        ...{ at: '2026-11-11T01:00:00Z', note: '  已更正 ' },
      });
      expect(dataCorrection).toMatchObject({
        ...{ status: 'ACCEPTED', answeredAt: '2026-11-11T01:00:00.000Z', answeredBy: 'steward' },
        ...{ note: '已更正', withdrawnAt: null },
      });
      expect(dataCorrection.timeline).toEqual([
        {
          ...{ status: 'REQUESTED', at: '2026-11-10T01:00:00.000Z', user: 'officer', note: null },
          agency: { code: requester },
        },
        {
          ...{ status: 'ACCEPTED', at: '2026-11-11T01:00:00.000Z', user: 'steward', note: '已更正' },
          agency: { code: provider },
        },
      ]);
    });

    it('record who withdrew it, and when', async () => {
      const { requester, id } = await store(await newPair());
      const { dataCorrection } = await act(viewer(requester, { user: 'another' }), 'WITHDRAW', id);
      const at = '2026-11-23T02:00:00.000Z';
      expect(dataCorrection).toMatchObject({
        ...{ status: 'WITHDRAWN', withdrawnAt: at, answeredAt: null, answeredBy: null, note: null },
      });
      expect(dataCorrection.timeline[1]).toEqual({
        ...{ status: 'WITHDRAWN', at, user: 'another', agency: { code: requester }, note: null },
      });
    });

    it.each([
      ['a time to come', 'ACCEPT', { at: '2026-11-23T02:00:00.001Z' }, ['INVALID at']],
      ['a time before the request', 'REJECT', { at: '2026-11-10T00:59:59.999Z' }, ['INVALID at']],
      ['a withdrawal before the request', 'WITHDRAW', { at: '2026-11-10T00:59:59.999Z' }, ['INVALID at']],
      ['no note', 'ACCEPT', { note: ' ' }, ['REQUIRED note']],
      ['a note of 501 characters', 'REJECT', { note: 'x'.repeat(501) }, ['INVALID note']],
      ['a note on two lines', 'REJECT', { note: 'one\ntwo' }, ['INVALID note']],
      [
        'everything wrong at once',
        'ACCEPT',
        { at: '2027-01-01T00:00:00Z', note: '' },
        ['INVALID at', 'REQUIRED note'],
      ],
    ] as const)('refuse %s', async (_, step, more, expected) => {
      const correction = await store(await newPair());
      await refused(() => act(actor(correction, step), step, correction.id, more), ...expected);
    });

    it('name a wrong state together with what else is wrong', async () => {
      const correction = await store({ ...(await newPair()), status: 'WITHDRAWN' });
      await refused(
        () =>
          act(steward(correction.provider), 'ACCEPT', correction.id, {
            at: '2027-01-01T00:00:00Z',
            note: '',
          }),
        'NOT_ALLOWED_IN_STATE correctionId',
        'INVALID at',
        'REQUIRED note',
      );
    });

    it('may follow in the same millisecond', async () => {
      const correction = await store(await newPair());
      const at = correction.requested_at.toISOString();
      expect(codes(await act(steward(correction.provider), 'REJECT', correction.id, { at }))).toEqual([]);
    });

    it('are won by one of six who act at once', async () => {
      const correction = await store(await newPair());
      const payloads = await Promise.all(
        [...ALL_STEPS, ...ALL_STEPS].map((step) => act(actor(correction, step), step, correction.id)),
      );
      const losses = payloads.map(codes).filter((found) => found.length > 0);
      expect(losses).toHaveLength(5);
      for (const loss of losses) {
        expect(['CONFLICT correctionId', 'NOT_ALLOWED_IN_STATE correctionId']).toContain(loss.join());
      }
      const { dataCorrection } = await world
        .as(officer(correction.requester))
        .ask(ONE, { id: correction.id });
      expect(dataCorrection.timeline).toHaveLength(2);
    });

    it('conflict with a withdrawal that is being stored', async () => {
      const correction = await store(await newPair());
      const waiting = await world.build(async (db) => {
        await db('data_corrections')
          .where({ id: correction.id })
          .update({ status: 'WITHDRAWN', withdrawn_at: world.now });
        const sent = act(steward(correction.provider), 'ACCEPT', correction.id);
        await untilWaitedFor(db);
        return { sent };
      });
      expect(codes(await waiting.sent)).toEqual(['CONFLICT correctionId']);
      expect(await statusOf(correction)).toBe('WITHDRAWN');
    });

    it.each([
      [
        'en',
        'The correction was accepted. Only one that waits can be answered or withdrawn.',
        'Only a steward of the unit that provides the row answers a request to correct it.',
      ],
      [
        'zh',
        '该数据纠错已采纳。只有待答复的可以答复或撤回。',
        '仅数据提供单位的数据管理员可以答复数据纠错。',
      ],
    ] as const)('say in %s what stands in the way', async (language, state, right) => {
      const { id, provider, requester } = await store({ ...(await newPair()), status: 'ACCEPTED' });
      const message = async (who: Viewer) =>
        (await world.as(who, language).do(ANSWER, { correctionId: id, decision: 'REJECT', note: 'n' }))
          .userErrors[0].message;
      expect(await message(steward(provider))).toBe(state);
      expect(await message(steward(requester))).toBe(right);
    });
  });

  describe('who sees a correction', () => {
    const ids = async (who: Viewer) =>
      (await world.as(who).ask(LIST)).dataCorrections.edges.map((e: { node: { id: string } }) => e.node.id);

    it('its two units do, through the graph', async () => {
      const correction = await store({ ...(await newPair()), status: 'ACCEPTED' });
      const [stranger = ''] = await newUnits(1);
      for (const agency of [correction.requester, correction.provider]) {
        const { dataCorrection } = await world.as(officer(agency)).ask(ONE, { id: correction.id });
        expect([dataCorrection.id, dataCorrection.timeline.length]).toEqual([correction.id, 2]);
        expect(await ids(officer(agency))).toEqual([correction.id]);
      }
      const government = viewer(stranger, {
        ...{ functions: ['GENERAL_GOVERNMENT'], roles: ['STEWARD', 'AUDITOR'] },
      });
      expect(await world.as(government).ask(ONE, { id: correction.id })).toEqual({ dataCorrection: null });
      expect(await ids(government)).toEqual([]);
    });

    it('as an entity likewise', async () => {
      const correction = await store(await newPair());
      const [stranger = ''] = await newUnits(1);
      const ENTITY = `query Entity($of: [_Any!]!) { _entities(representations: $of) { ... on DataCorrection { id status } } }`;
      const of = [{ __typename: 'DataCorrection', id: correction.id }];
      expect(await world.as(officer(correction.provider)).ask(ENTITY, { of })).toEqual({
        _entities: [{ id: correction.id, status: 'REQUESTED' }],
      });
      expect(await world.as(officer(stranger)).ask(ENTITY, { of })).toEqual({ _entities: [null] });
    });

    it('nobody does not', async () => {
      const correction = await store(await newPair());
      for (const [query, variables] of [
        [ONE, { id: correction.id }],
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

    it('the database itself shows it to both units only', async () => {
      const correction = await store({ ...(await newPair()), status: 'REJECTED' });
      const [stranger = ''] = await newUnits(1);
      const count = (who: Viewer | null) =>
        asRuntime(who, async (db) => [
          (await db('data_corrections').where({ id: correction.id })).length,
          (await db('data_correction_events').where({ data_correction: correction.id })).length,
        ]);
      expect(await count(officer(correction.requester))).toEqual([1, 2]);
      expect(await count(officer(correction.provider))).toEqual([1, 2]);
      expect(await count(steward(stranger))).toEqual([0, 0]);
      await expect(count(null)).rejects.toThrow('permission denied');
    });

    it('the database itself takes requests from the requester only', async () => {
      const pair = await newPair();
      const insert = (who: Viewer | null, status = 'REQUESTED') =>
        asRuntime(who, async (db) =>
          db('data_corrections').insert({
            ...{
              id: randomUUID(),
              item: 'grid.cases',
              ...pair,
              coordinate: 'GridCase.title',
              row_id: randomUUID(),
            },
            ...{ claim: 'c', reason: 'r', evidence: [], status, requested_at: world.now, requested_by: 'o' },
          }),
        );
      await expect(insert(officer(pair.requester))).resolves.toBeDefined();
      await expect(insert(officer(pair.requester), 'WITHDRAWN')).rejects.toThrow('row-level security');
      await expect(insert(steward(pair.provider))).rejects.toThrow('row-level security');
      await expect(insert(null)).rejects.toThrow('permission denied');
    });

    it('the database itself lets each unit take its own steps only, once, and nobody change what was asked', async () => {
      const correction = await store(await newPair());
      const { id, provider, requester } = correction;
      const [stranger = ''] = await newUnits(1);
      const answer: Partial<DataCorrectionRow> = {
        ...{ status: 'ACCEPTED', answered_at: world.now, answered_by: 'someone', note: 'n' },
      };
      const withdrawal: Partial<DataCorrectionRow> = { status: 'WITHDRAWN', withdrawn_at: world.now };
      const update = (who: Viewer | null, change: Partial<DataCorrectionRow>) =>
        asRuntime(who, async (db) =>
          db<DataCorrectionRow>('data_corrections').where({ id }).update(change).returning('id'),
        );
      expect(await update(steward(stranger), answer)).toEqual([]);
      await expect(update(null, answer)).rejects.toThrow('permission denied');
      await expect(update(steward(requester), answer)).rejects.toThrow('row-level security');
      await expect(update(steward(provider), withdrawal)).rejects.toThrow('row-level security');
      for (const who of [steward(provider), officer(requester)]) {
        await expect(update(who, { claim: 'other words' })).rejects.toThrow('permission denied');
        await expect(update(who, { provider: stranger })).rejects.toThrow('permission denied');
      }
      expect(await update(steward(provider), answer)).toEqual([{ id }]);
      expect(await update(steward(provider), { ...answer, status: 'REJECTED' })).toEqual([]);
      await expect(
        asRuntime(steward(provider), async (db) => db('data_corrections').where({ id }).delete()),
      ).rejects.toThrow('permission denied');
    });

    it('the database itself takes an event from the unit that did it only, and keeps it', async () => {
      const { id, provider, requester } = await store({ ...(await newPair()), status: 'ACCEPTED' });
      const [stranger = ''] = await newUnits(1);
      const insert = (who: Viewer, event: { agency: string; status: string }) =>
        asRuntime(who, async (db) =>
          db('data_correction_events').insert({
            ...{ data_correction: id, ordinal: 9, at: world.now, actor: 'someone' },
            ...event,
          }),
        );
      for (const [who, event] of [
        [officer(requester), { agency: requester, status: 'ACCEPTED' }],
        [officer(requester), { agency: provider, status: 'ACCEPTED' }],
        [officer(provider), { agency: provider, status: 'REJECTED' }],
        [officer(stranger), { agency: stranger, status: 'ACCEPTED' }],
      ] as const) {
        await expect(insert(who, event)).rejects.toThrow('row-level security');
      }
      await expect(
        asRuntime(officer(provider), async (db) =>
          db('data_correction_events').where({ data_correction: id }).update({ actor: 'another' }),
        ),
      ).rejects.toThrow('permission denied');
    });
  });

  describe('dataCorrections', () => {
    const [day1, day2, day3, day4] = ['01', '02', '03', '04'].map(
      (day) => new Date(`2026-10-${day}T01:00:00Z`),
    );

    it('filters by role, status and item, the latest first', async () => {
      const [own = '', a = '', b = ''] = await newUnits(3);
      const names = new Map<string, string>();
      const add = async (name: string, parts: Parameters<typeof store>[0]) =>
        names.set((await store(parts)).id, name);
      await add('asked a', { requester: own, provider: a, requested_at: day1 });
      await add('asked b', { requester: own, provider: b, requested_at: day2, status: 'WITHDRAWN' });
      await add('asked by a', { requester: a, provider: own, requested_at: day3, item: 'grid.cases' });
      await add('asked by b', { requester: b, provider: own, requested_at: day4, status: 'ACCEPTED' });
      await add('other people’s', { requester: a, provider: b });
      const list = async (variables: Record<string, unknown>) =>
        (await world.as(officer(own)).ask(LIST, variables)).dataCorrections.edges.map(
          (e: { node: { id: string } }) => names.get(e.node.id),
        );
      expect(await list({})).toEqual(['asked by b', 'asked by a', 'asked b', 'asked a']);
      expect(await list({ role: 'REQUESTER' })).toEqual(['asked b', 'asked a']);
      expect(await list({ role: 'PROVIDER' })).toEqual(['asked by b', 'asked by a']);
      expect(await list({ status: 'REQUESTED' })).toEqual(['asked by a', 'asked a']);
      expect(await list({ status: 'ACCEPTED' })).toEqual(['asked by b']);
      expect(await list({ status: 'REJECTED' })).toEqual([]);
      expect(await list({ status: 'WITHDRAWN' })).toEqual(['asked b']);
      expect(await list({ item: 'grid.cases' })).toEqual(['asked by a']);
      expect(await list({ item: 'grid.nothing' })).toEqual([]);
      expect(await list({ role: 'PROVIDER', status: 'REQUESTED', item: 'grid.cases' })).toEqual([
        'asked by a',
      ]);
    });

    it('gives every correction once, page by page, also those of the same moment', async () => {
      const [own = '', other = ''] = await newUnits(2);
      for (let i = 0; i < 7; i += 1) {
        const sides = i % 2 ? { requester: own, provider: other } : { requester: other, provider: own };
        await store({ ...sides, requested_at: i < 5 ? day1 : day2 });
      }
      const page = async (first: number, after: string | null) =>
        (await world.as(officer(own)).ask(LIST, { first, after })).dataCorrections;
      const whole = await page(200, null);
      const pages: unknown[][] = [];
      for (let after: string | null = null, isLast = false; !isLast; ) {
        const { edges, pageInfo } = await page(3, after);
        pages.push(edges);
        after = pageInfo.endCursor;
        isLast = !pageInfo.hasNextPage;
      }
      expect(pages.map((p) => p.length)).toEqual([3, 3, 1]);
      expect(pages.flat()).toEqual(whole.edges);
      expect(new Set(whole.edges.map((e: { node: { id: string } }) => e.node.id)).size).toBe(7);
    });

    it('refuses pages over 200 and cursors of other lists, in words', async () => {
      const { requester } = await newPair();
      const message = async (variables: Record<string, unknown>) =>
        (await world.as(officer(requester)).send(LIST, variables)).errors?.[0]?.message;
      expect(await message({ first: 201 })).toBe(
        'dataCorrections gives 1 to 200 rows a page, and first was 201. Ask for fewer and page on with after.',
      );
      const foreign = Buffer.from(JSON.stringify(['sharingGrants', 'x', 'y'])).toString('base64url');
      expect(await message({ after: foreign })).toMatch(/is not a cursor of dataCorrections/);
    });

    it('takes as many statements for one correction as for twenty', async () => {
      const [own = '', ...others] = await newUnits(21);
      for (const [i, other] of others.entries()) {
        const sides = i % 2 ? { requester: own, provider: other } : { requester: other, provider: own };
        await store({ ...sides, status: 'REJECTED' });
      }
      const FULL = `query Full($first: Int) { dataCorrections(first: $first) { edges { node {
        status provider { name } requester { name } timeline { status agency { name } } } } } }`;
      const statements = (first: number) =>
        world.statementsOf(() => world.as(officer(own)).ask(FULL, { first }));
      expect(await statements(1)).toHaveLength(3);
      expect(await statements(20)).toHaveLength(3);
    });

    it.each(['requester', 'provider'])('reads the side of the %s along its own index', async (side) => {
      const { requester } = await newPair();
      const plan = await world.database.session(officer(requester)).write(async (db) => {
        await db.raw('SET LOCAL enable_seqscan = off');
        return db.raw<{ 'QUERY PLAN': string }>(
          `EXPLAIN SELECT id FROM data_corrections WHERE ${side} = ? ORDER BY requested_at DESC, id DESC LIMIT 51`,
          [requester],
        );
      });
      const text = plan.map((line) => line['QUERY PLAN']).join('\n');
      expect(text).toContain(`Index Scan Backward using data_corrections_by_${side}`);
      expect(text).not.toContain('Sort');
    });
  });
});

describe('the demo’s data corrections', () => {
  const world = useSubgraph(registry, { demo: true });
  const rows = () =>
    world.build(async (db) => ({
      corrections: await db<DataCorrectionRow>('data_corrections'),
      events: await db<DataCorrectionEventRow>('data_correction_events').orderBy([
        'data_correction',
        'ordinal',
      ]),
    }));

  it('show every status, each with the events that lead to it, in order', async () => {
    const { corrections, events } = await rows();
    const paths = corrections.map((correction) => {
      const own = events.filter((event) => event.data_correction === correction.id);
      expect([...own].sort((a, b) => a.at.getTime() - b.at.getTime())).toEqual(own);
      expect(own.at(-1)?.status).toBe(correction.status);
      return own.map((event) => event.status).join(' ');
    });
    expect([...new Set(paths)].sort()).toEqual([
      'REQUESTED',
      'REQUESTED ACCEPTED',
      'REQUESTED REJECTED',
      'REQUESTED WITHDRAWN',
    ]);
  });

  it('are about fields that the catalog lists under their items', async () => {
    const { corrections } = await rows();
    expect(corrections.map(({ coordinate }) => itemOfRowField(coordinate))).toEqual(
      corrections.map(({ item }) => item),
    );
  });

  it('are read by the units that asked and were asked', async () => {
    const { dataCorrections } = await world
      .as(officer('310000-YRDOFFICE'))
      .ask('{ dataCorrections { edges { node { item status provider { code } } } } }');
    expect(dataCorrections.edges).toEqual([
      { node: { item: 'labor-flow.reports', status: 'REQUESTED', provider: { code: '341200-HRSS' } } },
    ]);
  });
});
