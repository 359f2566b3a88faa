import fc from 'fast-check';
import { tourism } from '../../subgraphs/tourism';
import { compareProcedures, type ProcedureContent } from '../../subgraphs/tourism/procedures/rules';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { aTown, makeIn } from './make';

const CONTENT: ProcedureContent = {
  procedure: {
    meeting_weekday: 'TUESDAY',
    cut_off_working_days: 1,
    cut_off_time: '17:00',
    quorum: 2,
    capacity: 12,
  },
  functions: [{ code: 'FIRE_SAFETY', is_veto: true }],
  materials: [{ code: 'LEASE', name: '租赁合同', kinds: ['NEW_BUSINESS', 'CHANGE_OF_BUSINESS'] }],
};

describe('compareProcedures', () => {
  const changed = (procedure: Partial<ProcedureContent['procedure']>): ProcedureContent => ({
    ...CONTENT,
    procedure: { ...CONTENT.procedure, ...procedure },
  });

  it.each([
    ['meetingWeekday', changed({ meeting_weekday: 'THURSDAY' }), 'THURSDAY', 'TUESDAY'],
    ['cutOff.workingDaysBefore', changed({ cut_off_working_days: 2 }), '2', '1'],
    ['cutOff.timeOfDay', changed({ cut_off_time: '12:00' }), '12:00', '17:00'],
    ['quorum', changed({ quorum: 3 }), '3', '2'],
    ['capacity', changed({ capacity: 6 }), '6', '12'],
    [
      'requiredFunctions.FIRE_SAFETY.isVeto',
      { ...CONTENT, functions: [{ code: 'FIRE_SAFETY', is_veto: false }] },
      'false',
      'true',
    ],
    [
      'materialList.LEASE.name',
      { ...CONTENT, materials: CONTENT.materials.map((m) => ({ ...m, name: '产权证明' })) },
      '产权证明',
      '租赁合同',
    ],
    [
      'materialList.LEASE.kinds',
      { ...CONTENT, materials: CONTENT.materials.map((m) => ({ ...m, kinds: ['RENOVATION' as const] })) },
      'RENOVATION',
      'CHANGE_OF_BUSINESS, NEW_BUSINESS',
    ],
  ])('names %s with the value of each side', (field, here, ours, theirs) => {
    expect(compareProcedures(here, CONTENT)).toEqual([{ field, here: ours, there: theirs }]);
  });

  it('gives null for the side that lacks a function or a material', () => {
    const bare = { ...CONTENT, functions: [], materials: [] };
    expect(compareProcedures(bare, CONTENT)).toEqual([
      { field: 'materialList.LEASE.kinds', here: null, there: 'CHANGE_OF_BUSINESS, NEW_BUSINESS' },
      { field: 'materialList.LEASE.name', here: null, there: '租赁合同' },
      { field: 'requiredFunctions.FIRE_SAFETY.isVeto', here: null, there: 'true' },
    ]);
  });

  it('does not mind the order of kinds, functions and materials', () => {
    const pair = (of: ProcedureContent): ProcedureContent => ({
      ...of,
      functions: [...of.functions, { code: 'INVESTMENT', is_veto: false }],
    });
    const turned = pair(CONTENT);
    expect(
      compareProcedures(
        {
          ...turned,
          functions: [...turned.functions].reverse(),
          materials: turned.materials.map((m) => ({ ...m, kinds: [...m.kinds].reverse() })),
        },
        turned,
      ),
    ).toEqual([]);
  });

  const contents = fc.record({
    procedure: fc.record({
      meeting_weekday: fc.constantFrom('TUESDAY' as const, 'THURSDAY' as const),
      cut_off_working_days: fc.nat(3),
      cut_off_time: fc.constantFrom('12:00', '17:00'),
      quorum: fc.integer({ min: 1, max: 4 }),
      capacity: fc.integer({ min: 1, max: 4 }),
    }),
    functions: fc.uniqueArray(
      fc.record({ code: fc.constantFrom('FIRE_SAFETY', 'INVESTMENT', 'TOURISM'), is_veto: fc.boolean() }),
      { selector: (f) => f.code },
    ),
    materials: fc.uniqueArray(
      fc.record({
        code: fc.constantFrom('LEASE', 'PROPOSAL'),
        name: fc.constantFrom('甲', '乙'),
        kinds: fc.subarray(['NEW_BUSINESS' as const, 'RENOVATION' as const], { minLength: 1 }),
      }),
      { selector: (m) => m.code },
    ),
  });

  it('finds nothing between a procedure and itself', () => {
    fc.assert(fc.property(contents, (content) => compareProcedures(content, content).length === 0));
  });

  it('says the same with the sides exchanged from the other end', () => {
    fc.assert(
      fc.property(contents, contents, (a, b) => {
        const back = compareProcedures(b, a).map(({ field, here, there }) => ({
          field,
          here: there,
          there: here,
        }));
        expect(compareProcedures(a, b)).toEqual(back);
      }),
    );
  });
});

describe('review procedures', () => {
  const world = useSubgraph(tourism);
  const make = makeIn(world);
  const anyone = () => world.as(viewer('341225-AGRI'));
  const WHOLE = `id jurisdiction { code } version effectiveFrom effectiveTo meetingWeekday
    cutOff { workingDaysBefore timeOfDay } requiredFunctions { code isVeto } materialList { code name kinds }
    quorum capacity derivedFrom { id } differences { field here there }`;
  const ONE = `query One($id: ID!) { reviewProcedure(id: $id) { ${WHOLE} } }`;
  const LIST = `query List($town: JurisdictionCode!) { reviewProcedures(jurisdiction: $town) { ${WHOLE} } }`;

  it('are told whole to any signed-in unit', async () => {
    const { id, jurisdiction } = await make.procedure({
      effective_to: '2026-12-31',
      functions: [
        { code: 'INVESTMENT', is_veto: false },
        { code: 'FIRE_SAFETY', is_veto: true },
      ],
      materials: [
        { code: 'PROPOSAL', name: '方案', kinds: ['NEW_BUSINESS', 'RENOVATION'] },
        { code: 'LEASE', name: '租赁合同', kinds: ['NEW_BUSINESS'] },
      ],
    });
    expect(await anyone().ask(ONE, { id })).toEqual({
      reviewProcedure: {
        id,
        jurisdiction: { code: jurisdiction },
        version: 1,
        effectiveFrom: '2026-01-01',
        effectiveTo: '2026-12-31',
        meetingWeekday: 'TUESDAY',
        cutOff: { workingDaysBefore: 1, timeOfDay: '17:00' },
        requiredFunctions: [
          { code: 'FIRE_SAFETY', isVeto: true },
          { code: 'INVESTMENT', isVeto: false },
        ],
        materialList: [
          { code: 'LEASE', name: '租赁合同', kinds: ['NEW_BUSINESS'] },
          { code: 'PROPOSAL', name: '方案', kinds: ['NEW_BUSINESS', 'RENOVATION'] },
        ],
        quorum: 2,
        capacity: 10,
        derivedFrom: null,
        differences: [],
      },
    });
  });

  it('come in version order, those of the town alone', async () => {
    const town = aTown();
    const versions = async (...numbers: number[]) => {
      for (const version of numbers) {
        await make.procedure({
          jurisdiction: town,
          version,
          effective_to: version === 10 ? null : `2026-01-${10 + version}`,
        });
      }
    };
    await versions(10, 2, 1);
    await make.procedure({ jurisdiction: `${town}001` });
    const { reviewProcedures } = await anyone().ask(LIST, { town });
    expect(reviewProcedures.map((p: { version: number }) => p.version)).toEqual([1, 2, 10]);
  });

  it('are an empty list where a town has none, and null by an unknown id', async () => {
    expect(await anyone().ask(LIST, { town: aTown() })).toEqual({ reviewProcedures: [] });
    expect(await anyone().ask(ONE, { id: 'no-such-id' })).toEqual({ reviewProcedure: null });
  });

  it('say which one they were made from, and what differs', async () => {
    const origin = await make.procedure({ functions: [{ code: 'FIRE_SAFETY', is_veto: true }] });
    const derived = await make.procedure({
      derived_from: origin.id,
      meeting_weekday: 'THURSDAY',
      functions: [
        { code: 'FIRE_SAFETY', is_veto: true },
        { code: 'TOURISM', is_veto: false },
      ],
    });
    const { reviewProcedure } = await anyone().ask(ONE, { id: derived.id });
    expect(reviewProcedure.derivedFrom).toEqual({ id: origin.id });
    expect(reviewProcedure.differences).toEqual([
      { field: 'meetingWeekday', here: 'THURSDAY', there: 'TUESDAY' },
      { field: 'requiredFunctions.TOURISM.isVeto', here: 'false', there: null },
    ]);
  });

  it('answer as entities', async () => {
    const { id } = await make.procedure({ version: 7 });
    const data = await anyone().ask(
      'query E($r: [_Any!]!) { _entities(representations: $r) { ... on ReviewProcedure { version } } }',
      { r: [{ __typename: 'ReviewProcedure', id }] },
    );
    expect(data).toEqual({ _entities: [{ version: 7 }] });
  });

  it('are not for nobody', async () => {
    const { id, jurisdiction } = await make.procedure();
    const one = await world.as(null).send(ONE, { id });
    expect([one.data, one.errors?.map((e) => e.extensions?.code)]).toEqual([
      { reviewProcedure: null },
      ['UNAUTHENTICATED'],
    ]);
    const list = await world.as(null).send(LIST, { town: jurisdiction });
    expect([list.data, list.errors?.map((e) => e.extensions?.code)]).toEqual([
      { reviewProcedures: null },
      ['UNAUTHENTICATED'],
    ]);
  });

  it('are read, and never written, by the runtime role', async () => {
    const { id } = await make.procedure();
    const session = world.database.session(viewer('341225-AGRI'));
    const rows = await session.db.raw('SELECT id FROM procedures WHERE id = ?', [id]);
    await session.end();
    expect(rows).toEqual([{ id }]);
    await expect(
      world.database
        .session(viewer('330421103-GOV', { functions: ['GENERAL_GOVERNMENT'] }))
        .write((db) => db.raw('UPDATE procedures SET quorum = 1 WHERE id = ?', [id])),
    ).rejects.toThrow('permission denied for table procedures');
    const nobody = world.database.session(null);
    await expect(nobody.db.raw('SELECT id FROM procedures')).rejects.toThrow(
      'permission denied for table procedures',
    );
    await nobody.end();
  });

  it('keep one version of a town in force without end', async () => {
    const { jurisdiction } = await make.procedure();
    await expect(make.procedure({ jurisdiction, version: 2 })).rejects.toThrow('procedures_in_force');
  });

  it('take the same number of statements for 1 and for 20', async () => {
    const origin = await make.procedure({ functions: [{ code: 'FIRE_SAFETY', is_veto: true }] });
    const town = async (count: number) => {
      const jurisdiction = aTown();
      for (let version = 1; version <= count; version += 1) {
        await make.procedure({
          jurisdiction,
          version,
          effective_to: version === count ? null : '2026-06-30',
          derived_from: origin.id,
        });
      }
      return jurisdiction;
    };
    const [one, twenty] = [await town(1), await town(20)];
    const statements = (jurisdiction: string) =>
      world.statementsOf(() => anyone().ask(LIST, { town: jurisdiction }));
    expect((await statements(twenty)).length).toBe((await statements(one)).length);
  });
});
