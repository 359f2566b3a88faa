import { randomUUID } from 'node:crypto';
import { grid } from '../../subgraphs/grid';
import { GRID_CASE_STAGES, type GridCaseStage } from '../../subgraphs/grid/cases/rules';
import type { GridCaseRow } from '../../subgraphs/grid/cases/store';
import { type GridCaseStep, STEPS } from '../../subgraphs/grid/life-cycle/rules';
import { replaceDirectory } from '../../subgraphs/kit/directory';
import type { Viewer } from '../../subgraphs/kit/viewer';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { aCase, aUnit, storeCases, storeEvents } from './make';

const command = viewer('320509110-COMMAND', { user: '王苏平', functions: ['GRID_COMMAND'] });
const county = viewer('320509-COMMAND', { functions: ['GRID_COMMAND'] });
const sanitation = viewer('320509110-SANITATION', { user: '李阿荣', functions: ['SANITATION'] });
const building = viewer('320509110-BUILDING', { functions: ['CONSTRUCTION_MANAGEMENT'] });
const government = viewer('320509110-GOV', { functions: ['GENERAL_GOVERNMENT'] });
const stranger = viewer('330421103-CITYOPS', { functions: ['GRID_COMMAND'] });
/** Its grant stands for as long as the tests take. */
const withGrant = viewer('310000-YRDOFFICE', {
  grantsAsOf: Date.now() + 3_600_000,
  ...{ remit: [], purpose: '统计', grants: [{ item: 'grid.cases', provider: '320509110-COMMAND' }] },
});

const CASE = `gridCase { id number stage isSupervised dueAt closedAt reopenedAt currentTask { agency { code } dispatchedBy { code } acceptedAt }
  category { code } duplicateOf { id } timeline { kind at actor agency { code } subject { code } note basis photos stage } }
  userErrors { code message path }`;
const mutation = (name: string, body = CASE) =>
  `mutation Run($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { ${body} } }`;

/** Each step's mutation, with words that suffice. */
const ACTIONS: Record<GridCaseStep, { name: string; input: object; body?: string }> = {
  FILE: { name: 'fileGridCase', input: {} },
  DECLINE: { name: 'declineGridCase', input: { reason: '不属案件' } },
  DISPATCH: { name: 'dispatchGridCase', input: { toAgency: '320509110-SANITATION' } },
  RECALL: { name: 'recallGridCaseTask', input: { reason: '改派' } },
  ACCEPT: { name: 'acceptGridCaseTask', input: {} },
  RETURN: { name: 'returnGridCaseTask', input: { reason: '非本单位职责', basis: '责任清单第14项' } },
  RESOLVE: { name: 'resolveGridCase', input: { note: '已清运' } },
  PASS: { name: 'verifyGridCase', input: { result: 'PASS' } },
  FAIL: { name: 'verifyGridCase', input: { result: 'FAIL', note: '仍有残留' } },
  REOPEN: { name: 'reopenGridCase', input: { reason: '复发' } },
  SUPERVISE: { name: 'superviseGridCase', input: { note: '两次来电' } },
  END_SUPERVISION: { name: 'endGridCaseSupervision', input: {} },
  LINK_DUPLICATE: { name: 'linkGridCaseDuplicate', input: {} },
  REQUEST_EXTENSION: {
    name: 'requestGridCaseExtension',
    input: { until: '2026-12-30T01:00:00Z', reason: '车辆故障' },
    body: 'extension { id } userErrors { code message path }',
  },
  REFER: { name: 'referGridCase', input: { toAgency: '310118104-CITYOPS', reason: '向下游漂移' } },
};

interface UserError {
  code: string;
  message: string;
  path: string[];
}
const codes = (payload: { userErrors: UserError[] }) =>
  payload.userErrors.map(({ code, path }) => [code, ...path].join(' '));

describe('a case', () => {
  const world = useSubgraph(grid);
  let original = '';
  beforeAll(() =>
    world.build(async (db) => {
      await replaceDirectory(db, [
        aUnit('320509110-COMMAND', 'GRID_COMMAND'),
        aUnit('320509110-SANITATION', 'SANITATION'),
        aUnit('320509110-BUILDING', 'CONSTRUCTION_MANAGEMENT'),
        aUnit('310118104-CITYOPS', 'GRID_COMMAND'),
        aUnit('310118104-RIVER', 'RIVER_CHIEF'),
        { ...aUnit('320000-COMPANY'), remit: [] },
      ]);
      const row = aCase({ stage: 'FILED' });
      original = row.id;
      await storeCases(db, row);
    }),
  );

  /** A case that stands at a stage, with the steps that led there. */
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
  const take = (who: Viewer, step: GridCaseStep, caseId: string, more: object = {}) => {
    const { name, input, body } = ACTIONS[step];
    const own = step === 'LINK_DUPLICATE' ? { duplicateOf: original } : {};
    return world.as(who).do(mutation(name, body), { caseId, ...input, ...own, ...more });
  };
  const stored = (id: string) =>
    world.build(async (db) => ({
      row: (await db<GridCaseRow>('cases').where({ id }))[0],
      events: await db('case_events').where({ case_id: id }).orderBy(['transaction_id', 'ordinal']),
      extensions: await db('case_extensions').where({ case_id: id }),
      referrals: await db('case_referrals').where({ case_id: id }),
    }));
  /** Expects an action to be refused with these codes, and nothing to change. */
  const refused = async (
    id: string,
    action: () => Promise<{ userErrors: UserError[] }>,
    ...expected: string[]
  ) => {
    const before = await stored(id);
    expect(codes(await action())).toEqual(expected);
    expect(await stored(id)).toEqual(before);
  };

  describe('takes a step', () => {
    const WHO: readonly [name: string, who: Viewer][] = [
      ['the command of the place', command],
      ['the command of the county', county],
      ['the holder', sanitation],
      ['a unit that held it once', building],
      ['the government of the place', government],
      ['a unit with a grant to read', withGrant],
      ['the command of another place', stranger],
    ];
    const steps = Object.keys(STEPS) as GridCaseStep[];
    const pairs = steps.flatMap((step) => GRID_CASE_STAGES.map((stage) => [step, stage] as const));

    it.each(pairs)(
      '%s at %s: by whom it is for, from where it leads, and for nobody else',
      async (step, stage) => {
        const rule = STEPS[step];
        const isSupervised = step === 'END_SUPERVISION';
        for (const [name, who] of WHO) {
          const row = await standing(stage, { is_supervised: isSupervised });
          await world.build((db) =>
            db('case_parties').insert({
              ...{ case_id: row.id, agency: building.agency, jurisdiction: row.jurisdiction },
              ...{ reported_at: row.reported_at, due_order: row.due_at ?? '9999-01-01' },
            }),
          );
          const holds = who === sanitation && row.task_agency === sanitation.agency;
          const isParty = who !== stranger && (who !== sanitation || holds);
          const isAllowed = rule.by === 'command' ? who === command || who === county : holds;
          const isInState = (rule.from as readonly GridCaseStage[]).includes(stage);
          // Who may not act on the other case of a link is told so, if they see it.
          const ofOriginal = who === government || who === withGrant ? 'NOT_ALLOWED' : 'NOT_FOUND';
          const mayLink = step !== 'LINK_DUPLICATE' || who === command || who === county;
          const expected = isParty
            ? [
                ...(isAllowed ? [] : ['NOT_ALLOWED caseId']),
                ...(isInState ? [] : ['NOT_ALLOWED_IN_STATE caseId']),
                ...(mayLink ? [] : [`${ofOriginal} duplicateOf`]),
              ]
            : ['NOT_FOUND caseId'];
          if (expected.length > 0) {
            await refused(row.id, () => take(who, step, row.id), ...expected);
          } else {
            expect([name, codes(await take(who, step, row.id))]).toEqual([name, []]);
            const after = await stored(row.id);
            expect(after.row?.stage).toBe(rule.to ?? stage);
            expect(after.events.at(-1)).toMatchObject({
              kind: rule.kind,
              stage: rule.to ?? stage,
              agency: who.agency,
            });
          }
        }
      },
    );

    it.each(steps)('%s once of two at the same moment', async (step) => {
      const from = STEPS[step].from[0] ?? 'FILED';
      const row = await standing(from, { is_supervised: step === 'END_SUPERVISION' });
      const who = STEPS[step].by === 'command' ? command : sanitation;
      const answers = await Promise.all(Array.from({ length: 4 }, () => take(who, step, row.id)));
      const won = answers.filter((answer) => answer.userErrors.length === 0);
      expect(won).toHaveLength(1);
      for (const { userErrors } of answers.filter((answer) => answer !== won[0])) {
        expect(['CONFLICT', 'NOT_ALLOWED_IN_STATE', 'NOT_ALLOWED', 'INVALID']).toContain(userErrors[0].code);
      }
      expect((await stored(row.id)).events).toHaveLength(2);
    });

    it('or another, of two that exclude each other', async () => {
      for (const [stage, a, b] of [
        ['RECEIVED', 'FILE', 'DECLINE'],
        ['IN_PROGRESS', 'RESOLVE', 'RETURN'],
        ['IN_PROGRESS', 'RECALL', 'RESOLVE'],
        ['VERIFYING', 'PASS', 'FAIL'],
      ] as const) {
        const row = await standing(stage);
        const by = (step: GridCaseStep) => (STEPS[step].by === 'command' ? command : sanitation);
        const answers = await Promise.all([take(by(a), a, row.id), take(by(b), b, row.id)]);
        expect(answers.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
        const { row: after, events } = await stored(row.id);
        expect(events.map(({ stage: at }) => at)).toEqual(['RECEIVED', after?.stage]);
      }
    });
  });

  describe('what is said with a step', () => {
    it.each([
      ['DECLINE', 'RECEIVED', { reason: ' ' }, 'REQUIRED reason'],
      ['RECALL', 'DISPATCHED', { reason: '' }, 'REQUIRED reason'],
      ['RETURN', 'DISPATCHED', { reason: '' }, 'REQUIRED reason'],
      ['RETURN', 'DISPATCHED', { basis: ' \n ' }, 'REQUIRED basis'],
      ['RESOLVE', 'IN_PROGRESS', { note: '' }, 'REQUIRED note'],
      ['FAIL', 'VERIFYING', { note: null }, 'REQUIRED note'],
      ['REOPEN', 'CLOSED', { reason: '' }, 'REQUIRED reason'],
      ['SUPERVISE', 'FILED', { note: '' }, 'REQUIRED note'],
      ['RESOLVE', 'IN_PROGRESS', { note: '长'.repeat(2_001) }, 'INVALID note'],
      ['RESOLVE', 'IN_PROGRESS', { photos: ['ftp://a/b.jpg'] }, 'INVALID photos 0'],
      [
        'RESOLVE',
        'IN_PROGRESS',
        { photos: ['https://a.cn/b.jpg', 'javascript:alert(1)'] },
        'INVALID photos 1',
      ],
      ['RESOLVE', 'IN_PROGRESS', { photos: Array(11).fill('https://a.cn/b.jpg') }, 'LIMIT_EXCEEDED photos'],
      ['ACCEPT', 'DISPATCHED', { at: '2026-11-24T00:00:00Z' }, 'INVALID at'],
      ['ACCEPT', 'DISPATCHED', { at: '2026-11-16T00:59:59Z' }, 'INVALID at'],
      ['DISPATCH', 'FILED', { toAgency: '320509110-NOBODY' }, 'NOT_FOUND toAgency'],
      ['DISPATCH', 'FILED', { toAgency: '310118104-RIVER' }, 'INVALID toAgency'],
      ['DISPATCH', 'FILED', { toAgency: '320000-COMPANY' }, 'INVALID toAgency'],
      ['DISPATCH', 'FILED', { toAgency: null }, 'REQUIRED toAgency'],
      ['FILE', 'RECEIVED', { category: 'NO_SUCH' }, 'NOT_FOUND category'],
      ['FILE', 'RECEIVED', { category: 'EVENT_CITY_APPEARANCE' }, 'INVALID category'],
      ['DECLINE', 'RECEIVED', { duplicateOf: 'no-such-case' }, 'NOT_FOUND duplicateOf'],
      ['REQUEST_EXTENSION', 'IN_PROGRESS', { until: '2026-11-16T00:00:00Z' }, 'INVALID until'],
      ['REQUEST_EXTENSION', 'IN_PROGRESS', { until: '2026-11-23T02:00:00Z' }, 'INVALID until'],
      ['REQUEST_EXTENSION', 'IN_PROGRESS', { reason: '' }, 'REQUIRED reason'],
      ['REFER', 'FILED', { toAgency: '310118104-NOBODY' }, 'NOT_FOUND toAgency'],
      ['REFER', 'FILED', { toAgency: '310118104-RIVER' }, 'INVALID toAgency'],
      ['REFER', 'FILED', { toAgency: '320509110-COMMAND' }, 'INVALID toAgency'],
      ['REFER', 'FILED', { reason: '' }, 'REQUIRED reason'],
    ] as const)('%s at %s with %j is refused', async (step, stage, more, expected) => {
      const row = await standing(stage);
      const who = STEPS[step].by === 'command' ? command : sanitation;
      await refused(row.id, () => take(who, step, row.id, more), expected);
    });

    it('is all refused at once', async () => {
      const row = await standing('DISPATCHED');
      await refused(
        row.id,
        () => take(building, 'RETURN', row.id, { reason: '', basis: '', at: '2027-01-01T00:00:00Z' }),
        'NOT_FOUND caseId',
      );
      await refused(
        row.id,
        () => take(government, 'RESOLVE', row.id, { note: '', photos: ['x'], at: '2027-01-01T00:00:00Z' }),
        ...[
          'NOT_ALLOWED caseId',
          'NOT_ALLOWED_IN_STATE caseId',
          'REQUIRED note',
          'INVALID photos 0',
          'INVALID at',
        ],
      );
    });

    it('says in both languages who may and what the step is for', async () => {
      const row = await standing('CLOSED');
      const { name, input } = ACTIONS.RESOLVE;
      const messages = async (language: 'en' | 'zh') =>
        (
          await world.as(government, language).do(mutation(name), { caseId: row.id, ...input })
        ).userErrors.map(({ message }: UserError) => message);
      expect(await messages('en')).toEqual([
        'Only the unit that holds the task does this.',
        'The case is closed. This is for one that is being dealt with.',
      ]);
      expect(await messages('zh')).toEqual([
        '仅现承办单位可以办理。',
        '案件当前处于“结案”阶段，此操作仅适用于：处置。',
      ]);
    });

    it('is kept on the timeline', async () => {
      const row = await standing('IN_PROGRESS');
      const { gridCase } = await take(sanitation, 'RESOLVE', row.id, {
        ...{ note: ' 已清运\n', photos: [' https://example.com/after.jpg'], at: '2026-11-16T03:00:00Z' },
      });
      expect(gridCase.timeline.at(-1)).toEqual({
        ...{ kind: 'RESOLVED', at: '2026-11-16T03:00:00.000Z', actor: '李阿荣', stage: 'VERIFYING' },
        ...{ agency: { code: sanitation.agency }, subject: null, note: '已清运', basis: null },
        photos: ['https://example.com/after.jpg'],
      });
    });
  });

  it('that was returned may not be touched by who returned it', async () => {
    const row = await standing('DISPATCHED');
    await take(sanitation, 'RETURN', row.id);
    const { row: after } = await stored(row.id);
    expect([after?.stage, after?.task_agency, after?.task_dispatched_at]).toEqual(['FILED', null, null]);
    await take(command, 'DISPATCH', row.id, { toAgency: building.agency });
    expect(codes(await take(sanitation, 'ACCEPT', row.id))).toEqual(['NOT_ALLOWED caseId']);
    expect(codes(await take(building, 'ACCEPT', row.id))).toEqual([]);
    const { gridCase } = await world
      .as(sanitation)
      .ask('query Q($id: ID!) { gridCase(id: $id) { stage } }', { id: row.id });
    expect(gridCase).toEqual({ stage: 'IN_PROGRESS' });
  });

  it('is filed under the right category, which sets its deadline', async () => {
    const row = await standing('RECEIVED');
    const { gridCase } = await take(command, 'FILE', row.id, {
      ...{ category: 'WATER_HYACINTH', at: '2026-11-16T01:30:00Z' },
    });
    expect([gridCase.category.code, gridCase.dueAt]).toEqual(['WATER_HYACINTH', '2026-11-17T01:30:00.000Z']);
  });

  it('is due by the working hours of its place', async () => {
    await world.build((db) =>
      db('policies').insert({
        ...{
          name: 'working-hours',
          jurisdiction: '320509110204',
          effective_from: '2026-01-01',
          source: 'test',
        },
        value: JSON.stringify([{ from: '09:00', until: '12:00' }]),
      }),
    );
    const row = await standing('RECEIVED', { jurisdiction: '320509110204' });
    // Four hours, of which two are left on Monday morning, two on Tuesday's.
    const { gridCase } = await take(command, 'FILE', row.id, { at: '2026-11-16T02:00:00Z' });
    expect(gridCase.dueAt).toBe('2026-11-17T03:00:00.000Z');
  });

  it('is opened again once, with a new deadline and no holder', async () => {
    const row = await standing('CLOSED');
    const { gridCase } = await take(command, 'REOPEN', row.id, { at: '2026-11-20T01:30:00Z' });
    expect(gridCase).toMatchObject({
      ...{ stage: 'FILED', closedAt: null, currentTask: null, reopenedAt: '2026-11-20T01:30:00.000Z' },
      dueAt: '2026-11-20T07:30:00.000Z',
    });
    await take(command, 'DISPATCH', row.id);
    await take(sanitation, 'ACCEPT', row.id);
    await take(sanitation, 'RESOLVE', row.id);
    await take(command, 'PASS', row.id);
    await refused(row.id, () => take(command, 'REOPEN', row.id), 'NOT_ALLOWED_IN_STATE caseId');
  });

  describe('as a duplicate', () => {
    it('is linked at intake as it is declined, and is listed with its original', async () => {
      const [row, first] = [await standing('RECEIVED'), await standing('IN_PROGRESS')];
      const { gridCase } = await take(command, 'DECLINE', row.id, {
        reason: '与此前重复',
        duplicateOf: first.id,
      });
      expect([gridCase.stage, gridCase.duplicateOf]).toEqual(['NOT_FILED', { id: first.id }]);
      const query = 'query Q($id: ID!) { gridCase(id: $id) { duplicates { id } } }';
      expect((await world.as(command).ask(query, { id: first.id })).gridCase.duplicates).toEqual([
        { id: row.id },
      ]);
    });

    it('is no duplicate of itself, of a duplicate, of what nobody deals with, or with duplicates of its own', async () => {
      const [row, first, declined] = [
        await standing('FILED'),
        await standing('FILED'),
        await standing('NOT_FILED'),
      ];
      const link = (id: string, duplicateOf: string) => take(command, 'LINK_DUPLICATE', id, { duplicateOf });
      await refused(row.id, () => link(row.id, row.id), 'INVALID duplicateOf');
      await refused(row.id, () => link(row.id, declined.id), 'INVALID duplicateOf');
      expect(codes(await link(row.id, first.id))).toEqual([]);
      await refused(declined.id, () => link(declined.id, row.id), 'INVALID duplicateOf');
      await refused(first.id, () => link(first.id, original), 'INVALID caseId');
      await refused(row.id, () => link(row.id, original), 'NOT_ALLOWED_IN_STATE caseId');
    });

    it('never makes a circle of two that are linked to each other at once', async () => {
      const [a, b] = [await standing('FILED'), await standing('FILED')];
      const answers = await Promise.all([
        take(command, 'LINK_DUPLICATE', a.id, { duplicateOf: b.id }),
        take(command, 'LINK_DUPLICATE', b.id, { duplicateOf: a.id }),
      ]);
      expect(answers.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
    });
  });

  describe('is guarded by the database itself', () => {
    const change = (who: Viewer | null, id: string, update: Partial<GridCaseRow>) =>
      world.database
        .session(who)
        .write(async (db) => db<GridCaseRow>('cases').where({ id }).update(update).returning('id'));

    it('changed by its place’s command and its holder alone', async () => {
      const { id } = await standing('DISPATCHED');
      expect(await change(building, id, { is_supervised: true })).toEqual([]);
      expect(await change(withGrant, id, { is_supervised: true })).toEqual([]);
      expect(await change(stranger, id, { is_supervised: true })).toEqual([]);
      await expect(change(null, id, { is_supervised: true })).rejects.toThrow('permission denied');
      expect(await change(sanitation, id, { is_supervised: true })).toEqual([{ id }]);
      for (const fixed of [
        { title: '改' },
        { reporter: 'x' },
        { jurisdiction: '310118104' },
        { number: '1' },
      ]) {
        await expect(change(command, id, fixed)).rejects.toThrow('permission denied');
      }
    });

    it('reported by the unit itself alone, and recorded on by parties alone', async () => {
      const insert = (who: Viewer, more: Partial<GridCaseRow>) =>
        world.database.session(who).write(async (db) => storeCases(db, aCase({ id: randomUUID(), ...more })));
      await expect(insert(building, { reporter: command.agency })).rejects.toThrow('row-level security');
      await expect(insert(building, { reporter: building.agency, stage: 'FILED' })).rejects.toThrow(
        'row-level security',
      );
      await expect(insert(building, { reporter: building.agency })).resolves.toBeDefined();
      const row = await standing('DISPATCHED');
      const record = (who: Viewer, agency: string) =>
        world.database.session(who).write((db) =>
          storeEvents(db, row, {
            kind: 'ACCEPTED',
            stage: 'IN_PROGRESS',
            at: world.now,
            actor: 'x',
            agency,
          }),
        );
      await expect(record(building, building.agency)).rejects.toThrow('row-level security');
      await expect(record(withGrant, withGrant.agency)).rejects.toThrow('row-level security');
      await expect(record(sanitation, command.agency)).rejects.toThrow('row-level security');
      await expect(record(sanitation, sanitation.agency)).resolves.toBeUndefined();
    });
  });
});
