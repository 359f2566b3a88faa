import { randomUUID } from 'node:crypto';
import { grid } from '../../subgraphs/grid';
import type { GridCaseStage } from '../../subgraphs/grid/cases/rules';
import type { GridCaseRow } from '../../subgraphs/grid/cases/store';
import { replaceDirectory } from '../../subgraphs/kit/directory';
import type { Viewer } from '../../subgraphs/kit/viewer';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { aCase, at, aUnit, storeCases, storeEvents } from './make';

const command = viewer('320509110-COMMAND', { functions: ['GRID_COMMAND'] });
const county = viewer('320509-COMMAND', { functions: ['GRID_COMMAND'] });
const sanitation = viewer('320509110-SANITATION', { functions: ['SANITATION'] });
const jinze = viewer('310118104-CITYOPS', { functions: ['GRID_COMMAND'] });
const river = viewer('310118104-RIVER', { functions: ['RIVER_CHIEF'] });

const mutation = (name: string, body: string) =>
  `mutation Run($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { ${body} userErrors { code message path } } }`;
const EXTENSION =
  'extension { id status until reason agency { code } requestedAt requestedBy decidedAt decidedBy note gridCase { id dueAt } }';
const REQUEST = mutation('requestGridCaseExtension', EXTENSION);
const DECIDE = mutation('decideGridCaseExtension', EXTENSION);
const REFERRED = `gridCase { id stage timeline { kind stage agency { code } subject { code } note }
  referrals { id status from { code } to { code } reason note neighborCase { id stage jurisdiction { code } dueAt source timeline { kind stage } referredBy { id gridCase { id } } } } }`;
const REFER = mutation('referGridCase', REFERRED);
const ANSWER = mutation('decideGridCaseReferral', REFERRED);
const READ =
  'query Read($id: ID!) { gridCase(id: $id) { id stage dueAt timeline { kind } extensions { status } } }';

const codes = (payload: { userErrors: { code: string; path: string[] }[] }) =>
  payload.userErrors.map(({ code, path }) => [code, ...path].join(' '));

const world = useSubgraph(grid);
beforeAll(() =>
  world.build((db) =>
    replaceDirectory(db, [
      aUnit('320509110-COMMAND', 'GRID_COMMAND'),
      aUnit('320509110-SANITATION', 'SANITATION'),
      aUnit('310118104-CITYOPS', 'GRID_COMMAND'),
      aUnit('310118104-RIVER', 'RIVER_CHIEF'),
      aUnit('330421111-CITYOPS', 'GRID_COMMAND'),
    ]),
  ),
);

const standing = async (stage: GridCaseStage, more: Partial<GridCaseRow> = {}) => {
  const row = aCase({ id: randomUUID(), stage, ...more });
  await world.build(async (db) => {
    await storeCases(db, row);
    await storeEvents(db, row, {
      ...{ kind: 'RECEIVED', at: row.reported_at, actor: '王', agency: row.reporter, stage: 'RECEIVED' },
    });
  });
  return row;
};
const read = async (who: Viewer, id: string) => (await world.as(who).ask(READ, { id })).gridCase;

describe('more time for a case', () => {
  const until = '2026-11-25T09:00:00.000Z';
  const request = (caseId: string, more: object = {}, who: Viewer = sanitation) =>
    world.as(who).do(REQUEST, { caseId, until, reason: '车辆故障', at: '2026-11-16T03:00:00Z', ...more });
  const decide = (extensionId: string, decision: string, more: object = {}, who: Viewer = command) =>
    world.as(who).do(DECIDE, { extensionId, decision, ...more });
  const asked = async (stage: GridCaseStage = 'IN_PROGRESS') => {
    const row = await standing(stage);
    const { extension, userErrors } = await request(row.id);
    expect(userErrors).toEqual([]);
    return { row, extension };
  };

  it('is asked for by the holder, and changes nothing until it is decided', async () => {
    const { row, extension } = await asked();
    expect(extension).toEqual({
      ...{ id: expect.any(String), status: 'REQUESTED', until, reason: '车辆故障', note: null },
      ...{
        agency: { code: sanitation.agency },
        requestedAt: '2026-11-16T03:00:00.000Z',
        requestedBy: 'tester',
      },
      ...{ decidedAt: null, decidedBy: null, gridCase: { id: row.id, dueAt: row.due_at?.toISOString() } },
    });
  });

  it('is given by the dispatcher: the case is due then', async () => {
    const { row, extension } = await asked();
    const given = (await decide(extension.id, 'APPROVE', { at: '2026-11-16T03:10:00Z' })).extension;
    expect([given.status, given.gridCase.dueAt, given.decidedAt]).toEqual([
      'APPROVED',
      until,
      '2026-11-16T03:10:00.000Z',
    ]);
    expect((await read(command, row.id)).timeline.map(({ kind }: { kind: string }) => kind)).toEqual([
      ...['RECEIVED', 'EXTENSION_REQUESTED', 'EXTENDED'],
    ]);
  });

  it('is not given with a reason: the case stays due when it was, and may be asked for again', async () => {
    const { row, extension } = await asked();
    expect(codes(await decide(extension.id, 'REJECT'))).toEqual(['REQUIRED note']);
    const rejected = (await decide(extension.id, 'REJECT', { note: '可另派车辆' })).extension;
    expect([rejected.status, rejected.note, rejected.gridCase.dueAt]).toEqual([
      ...['REJECTED', '可另派车辆', row.due_at?.toISOString()],
    ]);
    expect(codes(await request(row.id, { at: null }))).toEqual([]);
  });

  it.each([
    ['the holder', sanitation, 'NOT_ALLOWED extensionId'],
    ['a command that did not dispatch it', county, 'NOT_ALLOWED extensionId'],
    ['the command of another place', jinze, 'NOT_FOUND extensionId'],
  ])('is not decided by %s', async (_, who, expected) => {
    const { row, extension } = await asked();
    expect(codes(await decide(extension.id, 'APPROVE', {}, who))).toEqual([expected]);
    expect((await read(command, row.id)).dueAt).toBe(row.due_at?.toISOString());
  });

  it('waits once for a case, however many ask at once', async () => {
    const row = await standing('IN_PROGRESS');
    const answers = await Promise.all(Array.from({ length: 4 }, () => request(row.id)));
    expect(answers.filter(({ extension }) => extension !== null)).toHaveLength(1);
    expect(codes(await request(row.id, { at: null }))).toEqual(['CONFLICT caseId']);
  });

  it('is decided once of two at the same moment', async () => {
    const { row, extension } = await asked();
    const answers = await Promise.all([
      decide(extension.id, 'APPROVE'),
      decide(extension.id, 'REJECT', { note: '否' }),
      decide(extension.id, 'APPROVE'),
    ]);
    expect(answers.filter((answer) => answer.extension !== null)).toHaveLength(1);
    expect((await read(command, row.id)).timeline).toHaveLength(3);
    expect(codes(await decide(extension.id, 'APPROVE'))).toEqual(['NOT_ALLOWED_IN_STATE extensionId']);
  });

  it.each([
    ['returned', 'returnGridCaseTask', { reason: '非本单位', basis: '清单' }],
    ['resolved', 'resolveGridCase', { note: '完成' }],
    ['recalled', 'recallGridCaseTask', { reason: '改派' }],
  ])('lapses when the case is %s before', async (_, action, words) => {
    const { row, extension } = await asked();
    const who = action.startsWith('recall') ? command : sanitation;
    const acted = await world.as(who).do(mutation(action, 'gridCase { id }'), { caseId: row.id, ...words });
    expect(codes(acted)).toEqual([]);
    expect((await read(command, row.id)).extensions).toEqual([{ status: 'LAPSED' }]);
    expect(codes(await decide(extension.id, 'APPROVE'))).toEqual(['NOT_ALLOWED_IN_STATE extensionId']);
  });

  it('leaves one of the two when the case is resolved at the moment of the decision', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { row, extension } = await asked();
      const [decided, resolved] = await Promise.all([
        decide(extension.id, 'APPROVE'),
        world
          .as(sanitation)
          .do(mutation('resolveGridCase', 'gridCase { id }'), { caseId: row.id, note: '完成' }),
      ]);
      const after = await read(command, row.id);
      if (decided.extension) expect(after.dueAt).toBe(until);
      else expect([after.extensions, codes(resolved)]).toEqual([[{ status: 'LAPSED' }], []]);
    }
  });

  it.each([
    ['a day in the past', { until: '2026-11-15T09:00:00Z' }, ['INVALID until']],
    ['before it is due anyway', { until: '2026-11-16T06:59:00Z' }, ['INVALID until']],
    ['no reason', { reason: '\t' }, ['REQUIRED reason']],
    ['a time to come', { at: '2026-12-01T00:00:00Z' }, ['INVALID at', 'INVALID until']],
  ])('is not asked for with %s', async (_, more, expected) => {
    const row = await standing('IN_PROGRESS');
    expect(codes(await request(row.id, more)).sort()).toEqual(expected);
    expect((await read(command, row.id)).extensions).toEqual([]);
  });

  it('stays hidden from who may not see the case', async () => {
    const { extension } = await asked();
    const seen = await world.database
      .session(jinze)
      .write(async (db) => db('case_extensions').where({ id: extension.id }));
    expect(seen).toEqual([]);
  });
});

describe('a referral', () => {
  const refer = (caseId: string, more: object = {}, who: Viewer = command) =>
    world.as(who).do(REFER, { caseId, toAgency: jinze.agency, reason: '向下游漂移', ...more });
  const answer = (referralId: string, decision: string, more: object = {}, who: Viewer = jinze) =>
    world.as(who).do(ANSWER, { referralId, decision, ...more });
  const offered = async (more: Partial<GridCaseRow> = {}) => {
    const row = await standing('FILED', {
      category: 'WATER_HYACINTH',
      due_at: at('2026-11-17 09:10'),
      ...more,
    });
    const { gridCase, userErrors } = await refer(row.id, { at: '2026-11-16T02:00:00Z' });
    expect(userErrors).toEqual([]);
    return { row, referral: gridCase.referrals[0] };
  };

  it('shows the case to the neighbor, whose answer waits; the case goes on here', async () => {
    const { row, referral } = await offered();
    expect(referral).toMatchObject({
      ...{
        status: 'OFFERED',
        from: { code: command.agency },
        to: { code: jinze.agency },
        reason: '向下游漂移',
      },
      neighborCase: null,
    });
    expect((await read(jinze, row.id)).stage).toBe('FILED');
    expect(await read(river, row.id)).toBeNull();
    const dispatched = await world.as(command).do(mutation('dispatchGridCase', 'gridCase { stage }'), {
      ...{ caseId: row.id, toAgency: sanitation.agency },
    });
    expect(dispatched.gridCase).toEqual({ stage: 'DISPATCHED' });
  });

  it('accepted, opens a case there in one event, filed by its own limit; both sides read both', async () => {
    await world.build((db) =>
      db('category_limits').insert({
        ...{ category: 'WATER_HYACINTH', jurisdiction: '310118104', effective_from: '2026-01-01' },
        ...{ amount: 2, unit: 'WORKING_DAYS' },
      }),
    );
    const { row, referral } = await offered();
    const { gridCase } = await answer(referral.id, 'ACCEPT', {
      note: '中午出船',
      at: '2026-11-16T03:00:00Z',
    });
    const [accepted] = gridCase.referrals;
    expect([gridCase.id, gridCase.stage, accepted.status, accepted.note]).toEqual([
      row.id,
      'FILED',
      'ACCEPTED',
      '中午出船',
    ]);
    expect(accepted.neighborCase).toEqual({
      ...{
        id: expect.any(String),
        stage: 'FILED',
        jurisdiction: { code: '310118104' },
        source: 'NEIGHBOR_REFERRAL',
      },
      ...{ dueAt: '2026-11-18T03:00:00.000Z', timeline: [{ kind: 'FILED', stage: 'FILED' }] },
      referredBy: { id: referral.id, gridCase: { id: row.id } },
    });
    expect(gridCase.timeline.map(({ kind }: { kind: string }) => kind)).toEqual([
      'RECEIVED',
      'REFERRED',
      'REFERRAL_ACCEPTED',
    ]);
    const neighbor = accepted.neighborCase.id;
    for (const who of [command, jinze]) {
      expect([(await read(who, row.id))?.id, (await read(who, neighbor))?.id]).toEqual([row.id, neighbor]);
    }
    for (const who of [river, viewer('330421103-REVIEW'), sanitation]) {
      expect([await read(who, row.id), (await read(who, neighbor))?.id ?? null]).toEqual([
        null,
        who === river ? neighbor : null,
      ]);
    }
    // Each keeps its own clock: here it is due as before.
    expect((await read(jinze, row.id)).dueAt).toBe(row.due_at?.toISOString());
  });

  it('refused with a reason, opens nothing', async () => {
    const { row, referral } = await offered();
    expect(codes(await answer(referral.id, 'REFUSE', { note: ' ' }))).toEqual(['REQUIRED note']);
    const { gridCase } = await answer(referral.id, 'REFUSE', { note: '不在本镇水域' });
    expect(gridCase.referrals).toEqual([
      expect.objectContaining({ status: 'REFUSED', note: '不在本镇水域', neighborCase: null }),
    ]);
    expect(gridCase.timeline.at(-1)).toMatchObject({
      kind: 'REFERRAL_REFUSED',
      note: '不在本镇水域',
      agency: { code: jinze.agency },
    });
    expect((await read(jinze, row.id)).id).toBe(row.id);
    // It may be offered again.
    expect(codes(await refer(row.id))).toEqual([]);
  });

  it.each([
    ['the unit that offers it', command, 'NOT_ALLOWED referralId'],
    ['another command', viewer('330421111-CITYOPS', { functions: ['GRID_COMMAND'] }), 'NOT_FOUND referralId'],
    ['another unit of the place', river, 'NOT_FOUND referralId'],
  ])('is not answered by %s', async (_, who, expected) => {
    const { row, referral } = await offered();
    expect(codes(await answer(referral.id, 'ACCEPT', {}, who))).toEqual([expected]);
    expect((await read(command, row.id)).timeline).toHaveLength(2);
  });

  it('is answered once of two at the same moment, and opens one case', async () => {
    for (let round = 0; round < 4; round += 1) {
      const { row, referral } = await offered();
      const answers = await Promise.all([
        answer(referral.id, 'ACCEPT'),
        answer(referral.id, 'REFUSE', { note: '否' }),
        answer(referral.id, 'ACCEPT'),
      ]);
      const won = answers.filter(({ gridCase }) => gridCase !== null);
      expect(won).toHaveLength(1);
      const opened = await world.build((db) => db('cases').where({ external_id: referral.id }));
      expect(opened).toHaveLength(won[0].gridCase.referrals[0].status === 'ACCEPTED' ? 1 : 0);
      expect((await read(command, row.id)).timeline).toHaveLength(3);
      expect(codes(await answer(referral.id, 'ACCEPT'))).toEqual(['NOT_ALLOWED_IN_STATE referralId']);
    }
  });

  it('waits once for each neighbor, who may be several', async () => {
    const { row } = await offered();
    expect(codes(await refer(row.id))).toEqual(['CONFLICT toAgency']);
    expect(codes(await refer(row.id, { toAgency: '330421111-CITYOPS' }))).toEqual([]);
  });

  it.each([
    ['a place out of the remit', { jurisdiction: '330421111' }, ['NOT_ALLOWED jurisdiction']],
    ['a time before the offer', { at: '2026-11-16T01:59:00Z' }, ['INVALID at']],
    ['a time to come', { at: '2026-12-01T00:00:00Z' }, ['INVALID at']],
  ])('is not accepted with %s', async (_, more, expected) => {
    const { referral } = await offered();
    expect(codes(await answer(referral.id, 'ACCEPT', more))).toEqual(expected);
  });

  it('may open the case in a village of the unit', async () => {
    const { referral } = await offered();
    const { gridCase } = await answer(referral.id, 'ACCEPT', { jurisdiction: '310118104204' });
    expect(gridCase.referrals[0].neighborCase.jurisdiction).toEqual({ code: '310118104204' });
  });

  it('is listed by side and state, the latest first, for its two units alone', async () => {
    const LIST = `query L($role: GridCaseReferralRole, $status: GridCaseReferralStatus) {
      gridCaseReferrals(role: $role, status: $status, first: 200) { edges { node { id status from { code } to { code } offeredAt } } } }`;
    const list = async (who: Viewer, variables: object = {}) =>
      (await world.as(who).ask(LIST, { ...variables })).gridCaseReferrals.edges.map(
        (edge: { node: unknown }) => edge.node,
      );
    const all = await list(jinze);
    expect(all.length).toBeGreaterThan(5);
    const times = all.map(({ offeredAt }: { offeredAt: string }) => offeredAt);
    expect(times).toEqual([...times].sort().reverse());
    expect(await list(jinze, { role: 'OFFERING' })).toEqual([]);
    expect(await list(jinze, { role: 'OFFERED' })).toEqual(all);
    for (const { status } of await list(command, { status: 'REFUSED' })) expect(status).toBe('REFUSED');
    expect(await list(river)).toEqual([]);
    const statements = (first: number) =>
      world.statementsOf(() =>
        world
          .as(jinze)
          .ask(
            `{ gridCaseReferrals(first: ${first}) { edges { node { gridCase { number } neighborCase { number } } } } }`,
          ),
      );
    expect((await statements(20)).length).toBe((await statements(1)).length);
  });

  it('is written by the offering command and answered by the other alone, in the database too', async () => {
    const { row, referral } = await offered();
    const change = (who: Viewer) =>
      world.database
        .session(who)
        .write(async (db) =>
          db('case_referrals')
            .where({ id: referral.id })
            .update({ status: 'REFUSED', note: 'x', decided_at: world.now, decided_by: 'x' })
            .returning('id'),
        );
    expect(await change(command)).toEqual([]);
    expect(await change(river)).toEqual([]);
    const insert = (who: Viewer, from_agency: string) =>
      world.database.session(who).write(async (db) =>
        db('case_referrals').insert({
          ...{
            id: randomUUID(),
            case_id: row.id,
            jurisdiction: row.jurisdiction,
            to_place: '330421111',
            from_agency,
          },
          ...{
            to_agency: '330421111-CITYOPS',
            reason: 'x',
            status: 'OFFERED',
            offered_at: world.now,
            offered_by: 'x',
          },
        }),
      );
    await expect(insert(jinze, jinze.agency)).rejects.toThrow('row-level security');
    await expect(insert(sanitation, command.agency)).rejects.toThrow('row-level security');
    expect(await change(jinze)).toEqual([{ id: referral.id }]);
  });
});
