import { personnel } from '../../subgraphs/personnel';
import type { SecondmentRow } from '../../subgraphs/personnel/secondments/store';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { codesOf, methodsOf, mutation, nodesOf, personnelMaker } from './make';

const PARTICULARS = 'name title agency { code }';
const SHOWN = `officer { id number name title phone email agency { code }
  timeline { kind at actor agency { code } after { ${PARTICULARS} } before { ${PARTICULARS} } } }`;
const REGISTER = mutation('registerOfficer', SHOWN);
const CHANGE = mutation('changeOfficer', SHOWN);
const TRANSFER = `transfer { id status title number note fromAgency { code } toAgency { code }
  proposedBy { code } answeredBy { code } officer { id } }`;
const PROPOSE = mutation('proposeOfficerTransfer', TRANSFER);
const ANSWER = mutation('answerOfficerTransfer', TRANSFER);
const WITHDRAW = mutation('withdrawOfficerTransfer', TRANSFER);
const PLAN = mutation('planSecondment', 'secondment { id }');
const TRANSFERS = `query T($status: OfficerTransferStatus, $isAwaitingOwnUnit: Boolean, $first: Int, $after: String) {
  officerTransfers(status: $status, isAwaitingOwnUnit: $isAwaitingOwnUnit, first: $first, after: $after) {
    edges { node { id officer { name } } } pageInfo { hasNextPage endCursor } } }`;

const world = useSubgraph(personnel);
const make = personnelMaker(world);
const as = (agency: string) => world.as(viewer(agency));
const officerRow = (id: string) => world.build((db) => db('officers').where({ id }).first());

/** What a unit's own connection does to the database, past the application's checks. */
async function inSql(agency: string, sql: string, bindings: string[]) {
  const session = world.database.session(viewer(agency));
  try {
    return await session.write((db) => db.raw(`${sql} RETURNING 1`, bindings));
  } finally {
    await session.end();
  }
}

describe('registerOfficer', () => {
  const input = { number: 'G-017', name: '陆远山', title: '综合科科长', phone: '0558-0100200' };

  it('makes an officer of the own unit, once however often it is sent', async () => {
    const agency = await make.agency();
    const at = '2026-11-20T01:00:00.000Z';
    const { officer } = await as(agency).do(REGISTER, { ...input, agency, at });
    expect(officer).toEqual({
      ...{ id: expect.any(String), ...input, email: null, agency: { code: agency } },
      timeline: [
        {
          ...{ kind: 'REGISTERED', at, actor: 'tester', agency: { code: agency }, before: null },
          after: { name: '陆远山', title: '综合科科长', agency: { code: agency } },
        },
      ],
    });
    const again = await Promise.all([1, 2].map(() => as(agency).do(REGISTER, { ...input, at })));
    expect(again.map((answer) => answer.officer.id)).toEqual([officer.id, officer.id]);
    expect(codesOf(await as(agency).do(REGISTER, { ...input, title: '副科长' }))).toEqual([
      'CONFLICT number',
    ]);
    expect(await world.build((db) => db('officers').where({ agency }))).toHaveLength(1);
  });

  it('takes the same number for an officer of each unit', async () => {
    const ids = [];
    for (const agency of [await make.agency(), await make.agency()]) {
      ids.push((await as(agency).do(REGISTER, input)).officer.id);
    }
    expect(new Set(ids).size).toBe(2);
  });

  it('refuses an officer without a unit, and one of another', async () => {
    const unknown = make.unit();
    expect(codesOf(await as(unknown).do(REGISTER, input))).toEqual(['NOT_FOUND agency']);
    const agency = await make.agency();
    expect(codesOf(await as(agency).do(REGISTER, { ...input, agency: await make.agency() }))).toEqual([
      'NOT_ALLOWED agency',
    ]);
    const { errors } = await as(agency).send(REGISTER, { input: { ...input, agency: '' } });
    expect(errors?.map(({ extensions }) => extensions?.code)).toEqual(['BAD_USER_INPUT']);
    await expect(
      world.build((db) => db('officers').insert({ id: 'nowhere', name: '某', title: '某', agency: null })),
    ).rejects.toThrow('null value in column "agency"');
    expect(await world.build((db) => db('officers').where({ agency: unknown }))).toEqual([]);
  });

  it('names everything that is wrong at once', async () => {
    const agency = await make.agency();
    const answer = await as(agency).do(REGISTER, {
      ...{ number: ' ', name: '', title: '长'.repeat(101), phone: 'abc', email: 'nobody' },
      at: '2026-12-01T00:00:00Z',
    });
    expect(codesOf(answer)).toEqual([
      ...['REQUIRED number', 'REQUIRED name', 'INVALID title'],
      ...['INVALID phone', 'INVALID email', 'INVALID at'],
    ]);
    expect(await world.build((db) => db('officers').where({ agency }))).toEqual([]);
  });
});

describe('changeOfficer', () => {
  it('keeps what was, leaves no trace of what is so already, and of contacts none', async () => {
    const officer = await make.officer({ agency: await make.agency(), phone: '0558-0100200' });
    const own = as(officer.agency);
    const change = (more: object) => own.do(CHANGE, { officerId: officer.id, ...more });
    await change({ title: '副主任', phone: '0558-0100201', number: '9' });
    await change({ title: '副主任' });
    const { officer: changed } = await change({ phone: '', email: 'a@b.example' });
    expect(changed).toMatchObject({
      ...{ number: '9', title: '副主任', phone: null, email: 'a@b.example' },
      timeline: [
        { kind: 'CHANGED', before: { title: '综合科科长' }, after: { name: '陆远山', title: '副主任' } },
      ],
    });
    expect(codesOf(await change({}))).toEqual(['REQUIRED']);
    expect(codesOf(await change({ title: '', at: '2026-11-01T00:00:00Z' }))).toEqual([
      'REQUIRED title',
      'INVALID at',
    ]);
  });

  it.each([
    ['the own unit', []],
    ['the unit that hosts the officer', ['NOT_ALLOWED officerId']],
    ['a stranger', ['NOT_ALLOWED officerId']],
  ])('by %s', async (who, expected) => {
    const posting = await make.posting();
    const by = {
      'the own unit': posting.home_agency,
      'the unit that hosts the officer': posting.host_agency,
    }[who];
    const answer = await as(by ?? make.unit()).do(CHANGE, { officerId: posting.officer, title: '处长' });
    expect(codesOf(answer)).toEqual(expected);
    expect((await officerRow(posting.officer))?.title).toBe(expected.length === 0 ? '处长' : '综合科科长');
  });

  it('does not give one number to two, and one of two changes at once wins', async () => {
    const agency = await make.agency();
    const [one, two] = [
      await make.officer({ agency, number: '1' }),
      await make.officer({ agency, number: '2' }),
    ];
    const change = (officerId: string, more: object) => as(agency).do(CHANGE, { officerId, ...more });
    expect(codesOf(await change(two.id, { number: '1' }))).toEqual(['CONFLICT number']);
    const answers = await Promise.all(['甲', '乙'].map((title) => change(one.id, { title })));
    const won = answers.filter(({ officer }) => officer !== null);
    expect(won.length).toBeGreaterThanOrEqual(1);
    const events = await world.build((db) => db('officer_events').where({ officer: one.id }));
    expect(events).toHaveLength(won.length);
    expect(codesOf(await change('nobody', { title: '长' }))).toEqual(['NOT_FOUND officerId']);
  });
});

describe('transfers', () => {
  const SIDES = ['proposer', 'other', 'stranger', 'overseer'] as const;

  const between = async () => {
    const [from, to] = [await make.agency(), await make.agency()];
    return { from, to, officer: await make.officer({ agency: from, phone: '0558-0100200' }) };
  };
  const offer = (officerId: string, from: string, to: string, more: object = {}) =>
    as(from).do(PROPOSE, { officerId, toAgency: to, reason: '工作需要', ...more });
  const ask = (officerId: string, to: string, more: object = {}) =>
    as(to).do(PROPOSE, { officerId, toAgency: to, reason: '商调', title: '副镇长', ...more });

  it('take an officer to the unit that agrees, with contact and history', async () => {
    const { from, to, officer } = await between();
    const { transfer } = await offer(officer.id, from, to);
    expect(transfer).toMatchObject({ status: 'PROPOSED', title: null, proposedBy: { code: from } });
    const answered = await as(to).do(ANSWER, {
      ...{ transferId: transfer.id, decision: 'AGREE', title: '副镇长', number: 'J-3' },
    });
    expect(answered.transfer).toMatchObject({ status: 'AGREED', title: '副镇长', answeredBy: { code: to } });
    const { officer: moved } = await as(to).ask(
      `query O($id: ID!) { ${SHOWN.replace('officer', 'officer(id: $id)')} }`,
      {
        id: officer.id,
      },
    );
    expect(moved).toMatchObject({
      ...{ number: 'J-3', title: '副镇长', phone: '0558-0100200', agency: { code: to } },
      timeline: [
        {
          ...{ kind: 'TRANSFERRED', agency: { code: to } },
          before: { name: '陆远山', title: '综合科科长', agency: { code: from } },
          after: { name: '陆远山', title: '副镇长', agency: { code: to } },
        },
      ],
    });
    expect(codesOf(await as(from).do(CHANGE, { officerId: officer.id, title: '科长' }))).toEqual([
      'NOT_ALLOWED officerId',
    ]);
  });

  it('are asked for by the unit that wants the officer, and agreed to by the own one', async () => {
    const { from, to, officer } = await between();
    const { transfer } = await ask(officer.id, to, { number: '7' });
    expect(
      codesOf(await as(from).do(ANSWER, { transferId: transfer.id, decision: 'AGREE', title: '镇长' })),
    ).toEqual(['INVALID title']);
    await as(from).do(ANSWER, { transferId: transfer.id, decision: 'AGREE' });
    expect(await officerRow(officer.id)).toMatchObject({ agency: to, title: '副镇长', number: '7' });
  });

  it('arrive once; another between the same units is a conflict', async () => {
    const { from, to, officer } = await between();
    const answers = await Promise.all([1, 2].map(() => offer(officer.id, from, to)));
    expect(answers[0]?.transfer.id).toBe(answers[1]?.transfer.id);
    expect(codesOf(await offer(officer.id, from, to, { reason: '另有安排' }))).toEqual([
      'CONFLICT officerId',
    ]);
    expect(codesOf(await ask(officer.id, to))).toEqual(['CONFLICT officerId']);
    // Another unit that wants the officer learns nothing of it.
    expect(codesOf(await ask(officer.id, await make.agency()))).toEqual([]);
  });

  const PART = { AGREE: 'other', REFUSE: 'other', WITHDRAW: 'proposer' } as const;
  const STATES = ['PROPOSED', 'AGREED', 'REFUSED', 'WITHDRAWN'] as const;
  it.each(
    (['AGREE', 'REFUSE', 'WITHDRAW'] as const).flatMap((step) =>
      STATES.map((state) => [step, state] as const),
    ),
  )('%s of one that is %s: who may', async (step, state) => {
    for (const side of SIDES) {
      const { from, to, officer } = await between();
      const { transfer } = await offer(officer.id, from, to);
      const then = { transferId: transfer.id, note: '同意办理' };
      if (state === 'AGREED') await as(to).do(ANSWER, { ...then, decision: 'AGREE', title: '副镇长' });
      if (state === 'REFUSED') await as(to).do(ANSWER, { ...then, decision: 'REFUSE' });
      if (state === 'WITHDRAWN') await as(from).do(WITHDRAW, { transferId: transfer.id });
      const caller = {
        ...{ proposer: as(from), other: as(to), stranger: as(make.unit()) },
        overseer: world.as(viewer('310118-ORG', { functions: ['ORGANIZATION'] })),
      }[side];
      const answer =
        step === 'WITHDRAW'
          ? await caller.do(WITHDRAW, { transferId: transfer.id })
          : await caller.do(ANSWER, {
              ...then,
              decision: step,
              ...(step === 'AGREE' && { title: '副镇长' }),
            });
      const expected =
        side === 'stranger'
          ? 'NOT_FOUND transferId'
          : side !== PART[step]
            ? 'NOT_ALLOWED transferId'
            : state === 'PROPOSED'
              ? null
              : 'NOT_ALLOWED_IN_STATE transferId';
      expect([side, ...codesOf(answer)]).toEqual([side, ...(expected ? [expected] : [])]);
      const isThere = state === 'AGREED' || (expected === null && step === 'AGREE');
      expect((await officerRow(officer.id))?.agency).toBe(isThere ? to : from);
    }
  });

  it('have one of agreeing and taking back at once', async () => {
    const { from, to, officer } = await between();
    const { transfer } = await offer(officer.id, from, to);
    const answers = await Promise.all([
      as(to).do(ANSWER, { transferId: transfer.id, decision: 'AGREE', title: '副镇长' }),
      as(from).do(WITHDRAW, { transferId: transfer.id }),
    ]);
    const won = answers.filter((answer) => answer.transfer !== null);
    expect(won).toHaveLength(1);
    expect((await officerRow(officer.id))?.agency).toBe(won[0].transfer.status === 'AGREED' ? to : from);
  });

  it('wait for the end of a posting, which stays with the unit that planned it', async () => {
    const posted: Partial<SecondmentRow>[] = [
      { status: 'PLANNED', starts_on: '2027-01-01', ends_on: '2027-06-30' },
      { status: 'ACTIVE' },
    ];
    for (const given of posted) {
      const { from, to, officer } = await between();
      await make.posting({ officer: officer.id, home_agency: from, ...given });
      const { transfer } = await offer(officer.id, from, to);
      const agree = () => as(to).do(ANSWER, { transferId: transfer.id, decision: 'AGREE', title: '副镇长' });
      expect(codesOf(await agree())).toEqual(['NOT_ALLOWED_IN_STATE transferId']);
      const over = { status: 'COMPLETED', starts_on: '2026-03-02', ends_on: '2026-11-01' };
      await world.build((db) => db('secondments').where({ officer: officer.id }).update(over));
      expect(codesOf(await agree())).toEqual([]);
      const [posting] = await world.build((db) => db('secondments').where({ officer: officer.id }));
      expect(posting?.home_agency).toBe(from);
    }
  });

  it('have one of agreeing and planning a posting at once', async () => {
    const outcomes: string[] = [];
    for (let i = 0; i < 6; i += 1) {
      const { from, to, officer } = await between();
      const { transfer } = await offer(officer.id, from, to);
      const [agreed, planned] = await Promise.all([
        as(to).do(ANSWER, { transferId: transfer.id, decision: 'AGREE', title: '副镇长' }),
        as(from).do(PLAN, {
          ...{ officerId: officer.id, hostAgency: to, position: '挂职', startsOn: '2027-01-01' },
          endsOn: '2027-03-31',
        }),
      ]);
      outcomes.push(`${agreed.transfer !== null} ${planned.secondment !== null}`);
    }
    expect(outcomes.filter((outcome) => outcome !== 'true false' && outcome !== 'false true')).toEqual([]);
  });

  it('are moot once the officer has left by another', async () => {
    const { from, to, officer } = await between();
    const second = await make.agency();
    const first = await offer(officer.id, from, to);
    const other = await offer(officer.id, from, second);
    await as(to).do(ANSWER, { transferId: first.transfer.id, decision: 'AGREE', title: '副镇长' });
    const answer = (decision: string) =>
      as(second).do(ANSWER, {
        ...{ transferId: other.transfer.id, decision, note: '人已调离' },
        ...(decision === 'AGREE' && { title: '副镇长' }),
      });
    expect(codesOf(await answer('AGREE'))).toEqual(['NOT_ALLOWED_IN_STATE transferId']);
    expect(codesOf(await answer('REFUSE'))).toEqual([]);
  });

  it('give no number that another officer of the unit has', async () => {
    const { from, to, officer } = await between();
    await make.officer({ agency: to, number: '7' });
    const { transfer } = await offer(officer.id, from, to);
    const agree = (number: string) =>
      as(to).do(ANSWER, { transferId: transfer.id, decision: 'AGREE', title: '副镇长', number });
    expect(codesOf(await agree('7'))).toEqual(['CONFLICT number']);
    expect((await officerRow(officer.id))?.agency).toBe(from);
    expect(codesOf(await agree('8'))).toEqual([]);
  });

  it('name everything that is wrong at once', async () => {
    const { from, to, officer } = await between();
    const wrong = { reason: '', title: '镇长', at: '2026-12-01T00:00:00Z' };
    expect(codesOf(await offer(officer.id, from, from, { reason: '', at: wrong.at }))).toEqual([
      ...['INVALID toAgency', 'REQUIRED title', 'REQUIRED reason', 'INVALID at'],
    ]);
    expect(codesOf(await offer(officer.id, from, make.unit(), wrong))).toEqual([
      ...['NOT_FOUND toAgency', 'INVALID title', 'REQUIRED reason', 'INVALID at'],
    ]);
    expect(codesOf(await offer(officer.id, make.unit(), to))).toEqual(['NOT_ALLOWED officerId']);
    expect(codesOf(await offer('nobody', from, to))).toEqual(['NOT_FOUND officerId']);
    const { transfer } = await offer(officer.id, from, to);
    const answer = (more: object) => as(to).do(ANSWER, { transferId: transfer.id, ...more });
    expect(codesOf(await answer({ decision: 'REFUSE' }))).toEqual(['REQUIRED note']);
    expect(codesOf(await answer({ decision: 'AGREE', at: '2026-11-01T00:00:00Z' }))).toEqual([
      'INVALID at',
      'REQUIRED title',
    ]);
  });

  it('are seen by the two units and by who answers for their officers', async () => {
    const { from, to, officer } = await between();
    const { transfer } = await offer(officer.id, from, to);
    const seen = async (who: ReturnType<typeof viewer>, variables: object = {}) =>
      nodesOf<{ id: string }>(
        (await world.as(who).ask(TRANSFERS, { first: 200, ...variables })).officerTransfers,
      )
        .map(({ id }) => id)
        .filter((id) => id === transfer.id);
    const department = viewer('310118-ORG', { functions: ['ORGANIZATION'] });
    for (const who of [viewer(from), viewer(to), department]) expect(await seen(who)).toEqual([transfer.id]);
    expect(await seen(viewer('310118-AGRI'))).toEqual([]);
    const waiting = { isAwaitingOwnUnit: true };
    expect(await seen(viewer(to), waiting)).toEqual([transfer.id]);
    for (const who of [viewer(from), department]) expect(await seen(who, waiting)).toEqual([]);
    expect(await seen(viewer(to), { status: 'AGREED' })).toEqual([]);
    expect(
      await as(make.unit()).ask('query T($id: ID!) { officerTransfer(id: $id) { id } }', { id: transfer.id }),
    ).toEqual({ officerTransfer: null });
  });

  it('page without repeats or gaps, by the same statements for one and for twenty', async () => {
    const to = await make.agency();
    const ask20 = (variables: object) => as(to).ask(TRANSFERS, { first: 7, ...variables });
    const propose = async () => ask((await make.officer()).id, to);
    await propose();
    const statements = async () => methodsOf(await world.statementsOf(() => ask20({})));
    const one = await statements();
    for (let i = 0; i < 19; i += 1) await propose();
    expect(await statements()).toEqual(one);
    const found: string[] = [];
    for (let after: string | null = null, hasNextPage = true; hasNextPage; ) {
      const { officerTransfers } = await ask20({ after });
      found.push(...nodesOf<{ id: string }>(officerTransfers).map(({ id }) => id));
      ({ hasNextPage, endCursor: after } = officerTransfers.pageInfo);
    }
    expect([found.length, new Set(found).size]).toEqual([20, 20]);
  });
});

describe('row security of officers', () => {
  it('lets a unit write its own officers alone, and nobody move one', async () => {
    const { id, agency } = await make.officer({ phone: '0558-0100200' });
    const stranger = make.unit();
    const insert = `INSERT INTO officers (id, name, title, agency) VALUES ('made-up', '某', '某', ?)`;
    await expect(inSql(stranger, insert, [agency])).rejects.toThrow('row-level security');
    const move = 'UPDATE officers SET agency = ? WHERE id = ?';
    for (const unit of [agency, stranger]) {
      await expect(inSql(unit, move, [stranger, id])).rejects.toThrow('permission denied');
    }
    const rename = `UPDATE officers SET name = '某' WHERE id = ?`;
    expect(await inSql(stranger, rename, [id])).toEqual([]);
    expect(await inSql(stranger, `UPDATE officer_contacts SET phone = '0' WHERE officer = ?`, [id])).toEqual(
      [],
    );
    const contact = 'INSERT INTO officer_contacts (officer, agency) VALUES (?, ?)';
    await expect(inSql(stranger, contact, [id, agency])).rejects.toThrow('row-level security');
    const { id: other, agency: others } = await make.officer();
    await expect(inSql(others, contact, [id, others])).rejects.toThrow(/violates|row-level/);
    expect(await officerRow(other)).toMatchObject({ agency: others });
    const event = `INSERT INTO officer_events (officer, ordinal, kind, at, actor, agency, name, title, unit)
      VALUES (?, 1, 'REGISTERED', now(), '某', ?, '陆远山', '综合科科长', ?)`;
    await expect(inSql(stranger, event, [id, stranger, agency])).rejects.toThrow('row-level security');
  });

  it('lets a unit propose for itself, and answer what the other proposed', async () => {
    const [from, to] = [await make.agency(), await make.agency()];
    const { id } = await make.officer({ agency: from });
    const { transfer } = await as(from).do(PROPOSE, { officerId: id, toAgency: to, reason: '工作需要' });
    const answer = `UPDATE officer_transfers SET status = 'AGREED', title = '长', answered_by = ?,
      answered_at = now() + interval '1 year', answerer = '某' WHERE id = ?`;
    await expect(inSql(from, answer, [from, transfer.id])).rejects.toThrow('row-level security');
    await expect(inSql(from, answer, [to, transfer.id])).rejects.toThrow('row-level security');
    expect(await inSql(make.unit(), answer, [from, transfer.id])).toEqual([]);
    const propose = `INSERT INTO officer_transfers
        (id, officer, from_agency, to_agency, status, reason, proposed_by, proposed_at, proposer)
      VALUES ('made-up', ?, ?, ?, 'PROPOSED', '某', ?, now(), '某')`;
    const third = make.unit();
    await expect(inSql(third, propose, [id, from, third, from])).rejects.toThrow('row-level security');
    await expect(inSql(third, propose, [id, to, third, third])).rejects.toThrow('row-level security');
    expect(await officerRow(id)).toMatchObject({ agency: from });
  });
});
