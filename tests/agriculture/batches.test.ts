import { agriculture } from '../../subgraphs/agriculture';
import { statusAfter } from '../../subgraphs/agriculture/batches/rules';
import type { SupplyBatchRow } from '../../subgraphs/agriculture/batches/store';
import type { SupplyStandardRow } from '../../subgraphs/agriculture/standards/store';
import type { Viewer } from '../../subgraphs/kit/viewer';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { makeIn, rawAs, uniqueCode } from './make';

const world = useSubgraph(agriculture, { demo: true });
const make = makeIn(world);

const FUYANG = viewer('341200-AGRI', { functions: ['AGRICULTURE', 'VEGETABLE_MARKET_STANDARDS'] });
const BUYER = viewer('310000-VEGGROUP', { remit: [] });
const MARKET = viewer('310000-COMMERCE', { functions: ['VEGETABLE_MARKET_STANDARDS'] });
const STRANGER = viewer('330421-AGRI', { functions: ['AGRICULTURE'] });
const CITY_AGRI = viewer('310000-AGRI', { functions: ['AGRICULTURE'] });

const mutation = (name: string, body: string) =>
  `mutation Run($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) {
    ${name}(input: $input) { ${body} userErrors { code path message } }
  }`;
const STATE = 'batch { id code status quantityKg events { id kind reason corrects } }';
const errorsOf = ({ userErrors }: { userErrors: { code: string; path: string[] }[] }) =>
  userErrors.map(({ code, path }) => [code, path.join('.')]);
const run = (who: Viewer, name: string, input: object, body = STATE) =>
  world.as(who).do(mutation(name, body), { ...input });

const TEST = {
  ...{ parameter: 'PESTICIDE_A', value: 0.03, unit: 'mg/kg', limitOfQuantification: 0.005 },
  ...{ residueDefinition: 'A', method: 'GB 23200.113', laboratory: 'lab', testedOn: '2026-11-02' },
};
const WEIGHTS = [118, 125, 131, 140, 142, 150, 155, 160, 171, 205];

let base = '';
beforeAll(async () => {
  base = await make.base();
});

const batchOf = (given: object = {}) => ({
  ...{ baseId: base, product: 'SWEET_POTATO_MINI', code: uniqueCode('B').slice(0, 40) },
  ...{ harvestedOn: '2026-11-01', quantityKg: 4200, destination: '310000', standard: 'SVG-SWEETPOTATO' },
  ...{ appliedPesticides: ['PESTICIDE_A'], samples: { unitWeightsGrams: WEIGHTS }, tests: [TEST] },
  ...{ at: '2026-11-03T02:00:00Z', ...given },
});
const recorded = async (given: object = {}) => {
  const answer = await run(FUYANG, 'recordBatch', batchOf(given));
  if (!answer.batch) throw new Error(JSON.stringify(answer.userErrors));
  return answer.batch as { id: string; code: string };
};

describe('recordBatch', () => {
  const COMPLIANCE = `batch { compliance { verdict market { code }
    checks { parameter { code } standard { code } verdict basis measured limitMinimum limitMaximum inheritedFrom { code } } }
    buyerCompliance { verdict market { code } checks { verdict outsideShare } } }`;

  it('judges one batch for each market, and for the buyer apart', async () => {
    const { batch } = await run(FUYANG, 'recordBatch', batchOf(), COMPLIANCE);
    const size = (standard: string, limitMinimum: number, limitMaximum: number) => ({
      ...{ parameter: { code: 'UNIT_WEIGHT' }, standard: { code: standard }, verdict: 'WITHIN' },
      ...{ basis: ['MEASURED'], measured: 149.7, limitMinimum, limitMaximum },
      inheritedFrom: { code: 'SWEET_POTATO_MINI' },
    });
    const residue = (standard: string, verdict: string, limitMaximum: number, node: string) => ({
      ...{ parameter: { code: 'PESTICIDE_A' }, standard: { code: standard }, verdict },
      ...{ basis: ['MEASURED', 'APPLIED'], measured: 0.03, limitMinimum: null, limitMaximum },
      inheritedFrom: { code: node },
    });
    expect(batch.compliance).toEqual([
      {
        ...{ verdict: 'DOES_NOT_CONFORM', market: { code: '310000' } },
        checks: [
          residue('SH-MARKET-SWEETPOTATO', 'EXCEEDS', 0.02, 'SWEET_POTATO'),
          size('SH-MARKET-SWEETPOTATO', 100, 200),
        ],
      },
      {
        ...{ verdict: 'CONFORMS', market: { code: '340000' } },
        checks: [
          residue('AH-SWEETPOTATO', 'WITHIN', 0.05, 'ROOT_VEGETABLES'),
          size('AH-SWEETPOTATO', 80, 250),
        ],
      },
    ]);
    expect(batch.buyerCompliance).toEqual({
      ...{ verdict: 'DOES_NOT_CONFORM', market: null },
      checks: [{ verdict: 'EXCEEDS', outsideShare: 0.2 }],
    });
  });

  it('does not take for fine what was sprayed and not tested', async () => {
    const given = { appliedPesticides: ['PESTICIDE_A', 'PESTICIDE_B'], tests: [{ ...TEST, value: 0.01 }] };
    const { batch } = await run(FUYANG, 'recordBatch', batchOf(given), COMPLIANCE);
    const [shanghai] = batch.compliance;
    expect([shanghai.verdict, shanghai.checks[1].parameter.code, shanghai.checks[1].verdict]).toEqual([
      ...['INDETERMINATE', 'PESTICIDE_B', 'NOT_TESTED'],
    ]);
  });

  it('records a batch once, however often it is sent', async () => {
    const input = batchOf();
    const both = await Promise.all([1, 2].map(() => run(FUYANG, 'recordBatch', input)));
    expect(both[0]?.batch.id).toBe(both[1]?.batch.id);
    expect(errorsOf(await run(FUYANG, 'recordBatch', { ...input, quantityKg: 4300 }))).toEqual([
      ['CONFLICT', 'code'],
    ]);
    const rows = await world.build((db) => db('batches').where({ code: input.code }));
    expect(rows).toHaveLength(1);
  });

  it.each<[string, object, [string, string][]]>([
    ['an unknown unit', { tests: [{ ...TEST, unit: 'spoons' }] }, [['INVALID', 'tests.0.unit']]],
    ['a unit of another kind', { tests: [{ ...TEST, unit: 'kg' }] }, [['INVALID', 'tests.0.unit']]],
    ['a test without a method', { tests: [{ ...TEST, method: ' ' }] }, [['REQUIRED', 'tests.0.method']]],
    [
      'nothing detected, and no limit of quantification',
      { tests: [{ ...TEST, value: null, limitOfQuantification: null }] },
      [['REQUIRED', 'tests.0.limitOfQuantification']],
    ],
    [
      'a test before the harvest',
      { tests: [{ ...TEST, testedOn: '2026-10-31' }] },
      [['INVALID', 'tests.0.testedOn']],
    ],
    ['a negative result', { tests: [{ ...TEST, value: -1 }] }, [['INVALID', 'tests.0.value']]],
    ['an unknown parameter', { tests: [{ ...TEST, parameter: 'NO' }] }, [['NOT_FOUND', 'tests.0.parameter']]],
    ['more than the base can grow', { quantityKg: 1_120_001 }, [['INVALID', 'quantityKg']]],
    ['nothing at all', { quantityKg: 0 }, [['INVALID', 'quantityKg']]],
    ['an unknown pesticide', { appliedPesticides: ['NO'] }, [['NOT_FOUND', 'appliedPesticides.0']]],
    ['a product that the base does not supply', { product: 'GINGER' }, [['INVALID', 'product']]],
    ['an unknown standard', { standard: 'NO' }, [['NOT_FOUND', 'standard']]],
    ['an unknown base', { baseId: 'x' }, [['NOT_FOUND', 'baseId']]],
    [
      'a harvest ahead',
      { harvestedOn: '2026-11-04', tests: [], samples: null },
      [['INVALID', 'harvestedOn']],
    ],
    [
      'a weight of nothing',
      { samples: { unitWeightsGrams: [0] } },
      [['INVALID', 'samples.unitWeightsGrams']],
    ],
    [
      'several at once',
      { code: '-', quantityKg: -1, tests: [{ ...TEST, unit: 'x', method: '' }] },
      [
        ['INVALID', 'code'],
        ['INVALID', 'quantityKg'],
        ['INVALID', 'tests.0.unit'],
        ['REQUIRED', 'tests.0.method'],
      ],
    ],
  ])('is refused with %s', async (_, given, expected) => {
    const input = batchOf(given);
    const answer = await run(FUYANG, 'recordBatch', input);
    expect([answer.batch, errorsOf(answer)]).toEqual([null, expected]);
    expect(await world.build((db) => db('batches').where({ code: input.code }))).toEqual([]);
  });

  it('takes as much as the base can grow', async () => {
    expect((await recorded({ quantityKg: 1_120_000 })).id).toEqual(expect.any(String));
  });

  it.each([
    ['the buyer', BUYER],
    ['a stranger', STRANGER],
    ['the market', MARKET],
  ])('is refused to %s', async (_, who) => {
    expect(errorsOf(await run(who, 'recordBatch', batchOf()))).toEqual([['NOT_ALLOWED', 'baseId']]);
  });
});

describe('who reads a batch', () => {
  it.each<[string, Viewer, boolean]>([
    ['the recorder', FUYANG, true],
    ['the issuer of its standard', BUYER, true],
    [
      'the department of agriculture of the base',
      viewer('341225-AGRI', { functions: ['AGRICULTURE'] }),
      true,
    ],
    ['the government of the base', viewer('341225-GOV', { functions: ['GENERAL_GOVERNMENT'] }), true],
    ['the market authority of the destination', MARKET, true],
    ['the department of agriculture of the destination', CITY_AGRI, false],
    [
      'the market authority of the base',
      viewer('341225-COMMERCE', { functions: ['VEGETABLE_MARKET_STANDARDS'] }),
      false,
    ],
    ['a stranger', STRANGER, false],
  ])('%s: %s', async (_, who, isParty) => {
    const { id } = await recorded();
    const { supplyBatch } = await world
      .as(who)
      .ask('query B($id: ID!) { supplyBatch(id: $id) { id tests { id: method } events { kind } } }', { id });
    expect(supplyBatch === null).toBe(!isParty);
    for (const table of ['batch_events', 'batch_tests', 'batch_samples']) {
      const rows = await rawAs(world, who, `SELECT * FROM ${table} WHERE batch_id = '${id}'`);
      expect(rows.length > 0).toBe(isParty);
    }
  });

  it('never nobody', async () => {
    await expect(rawAs(world, null, 'SELECT * FROM batches')).rejects.toThrow(/permission denied/);
  });

  it('cannot be written past the rules', async () => {
    const { id } = await recorded();
    const session = world.database.session(STRANGER);
    const change = () =>
      session.write((db) => db.raw(`UPDATE batches SET status = 'RECALLED' WHERE id = ? RETURNING id`, [id]));
    expect(await change()).toEqual([]);
    const forge = session.write((db) =>
      db.raw(
        `INSERT INTO batch_events (id, batch_id, ordinal, kind, at, recorded_at, actor, agency)
         VALUES ('x', ?, 99, 'RECALLED', now(), now(), 'x', '330421-AGRI')`,
        [id],
      ),
    );
    await expect(forge).rejects.toThrow(/row-level security/);
    await session.end();
  });
});

describe('on its way', () => {
  const shipped = async (given: object = {}) => {
    const batch = await recorded(given);
    await run(FUYANG, 'shipBatch', {
      batchId: batch.id,
      recipient: '江桥批发市场',
      at: '2026-11-04T00:00:00Z',
    });
    return batch;
  };

  it('is sent and arrives, each once', async () => {
    const { id } = await shipped();
    const receipt = { batchId: id, quantityKg: 4150.5, at: '2026-11-05T00:00:00Z' };
    const received = await run(MARKET, 'receiveBatch', receipt);
    expect(received.batch).toMatchObject({ status: 'RECEIVED', quantityKg: 4150.5 });
    expect(await run(MARKET, 'receiveBatch', receipt)).toEqual(received);
    expect(received.batch.events.map(({ kind }: { kind: string }) => kind)).toEqual([
      ...['RECORDED', 'TESTED', 'SHIPPED', 'RECEIVED'],
    ]);
  });

  it('is refused out of order, by others, and when more arrives than was sent', async () => {
    const { id } = await recorded();
    expect(errorsOf(await run(MARKET, 'receiveBatch', { batchId: id }))).toEqual([
      ['NOT_ALLOWED_IN_STATE', 'batchId'],
    ]);
    expect(errorsOf(await run(STRANGER, 'shipBatch', { batchId: id, recipient: 'x' }))).toEqual([
      ['NOT_FOUND', 'batchId'],
    ]);
    expect(errorsOf(await run(BUYER, 'shipBatch', { batchId: id, recipient: 'x' }))).toEqual([
      ['NOT_ALLOWED', 'batchId'],
    ]);
    const early = { batchId: id, recipient: ' ', at: '2026-11-02T00:00:00Z' };
    expect(errorsOf(await run(FUYANG, 'shipBatch', early))).toEqual([
      ['INVALID', 'at'],
      ['REQUIRED', 'recipient'],
    ]);
    const sent = await shipped();
    expect(errorsOf(await run(MARKET, 'receiveBatch', { batchId: sent.id, quantityKg: 4201 }))).toEqual([
      ['INVALID', 'quantityKg'],
    ]);
  });

  it('is corrected without losing what was said', async () => {
    const { id } = await shipped();
    const { batch } = await run(FUYANG, 'correctBatchEvent', {
      batchId: id,
      eventId: 'none',
      error: 'DID_NOT_OCCUR',
      reason: 'x',
    });
    expect(batch).toBeNull();
    const { supplyBatch } = await world.as(FUYANG).ask(`{ supplyBatch(id: "${id}") { events { id kind } } }`);
    const eventId = supplyBatch.events.at(-1).id;
    expect(eventId).toMatch(/^ni:\/\/\/sha-256;[0-9a-f]{64}$/);
    const correction = { batchId: id, eventId, error: 'DID_NOT_OCCUR', reason: '车未发出' };
    expect(errorsOf(await run(BUYER, 'correctBatchEvent', correction))).toEqual([['NOT_ALLOWED', 'eventId']]);
    const corrected = await run(FUYANG, 'correctBatchEvent', correction);
    expect(corrected.batch.status).toBe('RECORDED');
    expect(corrected.batch.events.slice(-2)).toEqual([
      { id: eventId, kind: 'SHIPPED', reason: null, corrects: null },
      { id: expect.any(String), kind: 'CORRECTED', reason: '车未发出', corrects: eventId },
    ]);
    const again = { ...correction, reason: '再改' };
    expect(errorsOf(await run(FUYANG, 'correctBatchEvent', again))).toEqual([['CONFLICT', 'eventId']]);
    const trace = await world.as(FUYANG).ask(`{ supplyBatch(id: "${id}") { trace { recipients } } }`);
    expect(trace.supplyBatch.trace.recipients).toEqual([]);
  });

  it('is judged without a test that was struck', async () => {
    const { id } = await recorded();
    const { supplyBatch } = await world.as(FUYANG).ask(`{ supplyBatch(id: "${id}") { events { id kind } } }`);
    const eventId = supplyBatch.events.find(({ kind }: { kind: string }) => kind === 'TESTED').id;
    const correction = { batchId: id, eventId, error: 'INCORRECT_DATA', reason: '样品弄错' };
    const { batch } = await run(
      FUYANG,
      'correctBatchEvent',
      correction,
      'batch { compliance { verdict } tests { isStruck } }',
    );
    expect(batch).toEqual({
      compliance: [{ verdict: 'INDETERMINATE' }, { verdict: 'INDETERMINATE' }],
      tests: [{ isStruck: true }],
    });
    const tests = [{ ...TEST, value: 0.01 }];
    const mended = await run(
      FUYANG,
      'recordBatchTests',
      { batchId: id, tests },
      'batch { compliance { verdict } }',
    );
    expect(mended.batch.compliance).toEqual([{ verdict: 'CONFORMS' }, { verdict: 'CONFORMS' }]);
  });
});

describe('splits and mixtures', () => {
  const parts = (...quantities: number[]) =>
    quantities.map((quantityKg, i) => ({ code: `${uniqueCode('P').slice(0, 30)}-${i}`, quantityKg }));

  it('keep origin and tests, and add up', async () => {
    const { id } = await recorded();
    const { batch } = await run(
      FUYANG,
      'splitBatch',
      { batchId: id, parts: [...parts(3000), { ...parts(1000)[0], destination: '320500' }], lossKg: 200 },
      'batch { status children { quantityKg destination { code } status appliedPesticides tests { parameter { code } } unitWeightsGrams parents { id } } }',
    );
    const child = (quantityKg: number, code: string) => ({
      ...{ quantityKg, destination: { code }, status: 'RECORDED', appliedPesticides: ['PESTICIDE_A'] },
      ...{ tests: [{ parameter: { code: 'PESTICIDE_A' } }], unitWeightsGrams: WEIGHTS, parents: [{ id }] },
    });
    expect(batch.status).toBe('DIVIDED');
    expect(batch.children).toHaveLength(2);
    expect(batch.children).toEqual(expect.arrayContaining([child(3000, '310000'), child(1000, '320500')]));
  });

  it.each([
    ['more than the whole', [3000, 1300], [['INVALID', 'parts']]],
    ['less than the whole', [3000, 1100], [['INVALID', 'parts']]],
    ['one part', [4200], [['INVALID', 'parts']]],
    ['a part of nothing', [4200, 0], [['INVALID', 'parts.1.quantityKg']]],
  ])('are refused with %s', async (_, quantities, expected) => {
    const { id } = await recorded();
    const answer = await run(FUYANG, 'splitBatch', { batchId: id, parts: parts(...quantities) });
    expect(errorsOf(answer)).toEqual(expected);
    const [row] = await world.build((db) => db<SupplyBatchRow>('batches').where({ id }));
    expect(row?.status).toBe('RECORDED');
  });

  it('add up in decimals: 0.1 and 0.2 are 0.3', async () => {
    const { id } = await recorded({ quantityKg: 0.3 });
    expect((await run(FUYANG, 'splitBatch', { batchId: id, parts: parts(0.1, 0.2) })).userErrors).toEqual([]);
  });

  it('are recalled with what became of them, and name who received it', async () => {
    const [bad, good] = [await recorded(), await recorded()];
    const split = await run(
      FUYANG,
      'splitBatch',
      { batchId: bad.id, parts: parts(2000, 2200) },
      'batch { children { id quantityKg } }',
    );
    const [sold, mixed] = split.batch.children.sort(
      (a: { quantityKg: number }, b: { quantityKg: number }) => a.quantityKg - b.quantityKg,
    );
    await run(FUYANG, 'shipBatch', { batchId: sold.id, recipient: '西郊国际农产品交易中心' });
    const merge = {
      batchIds: [mixed.id, good.id],
      code: uniqueCode('M').slice(0, 40),
      destination: '320500',
    };
    const merged = await run(
      FUYANG,
      'mergeBatches',
      merge,
      'batch { id quantityKg buyerStandard tests { value } }',
    );
    expect(merged.batch).toMatchObject({ quantityKg: 6400, buyerStandard: null, tests: [{}, {}] });
    expect((await run(FUYANG, 'mergeBatches', merge)).batch.id).toBe(merged.batch.id);
    await run(FUYANG, 'shipBatch', { batchId: merged.batch.id, recipient: '苏州南环桥市场' });

    const { batch } = await run(
      BUYER,
      'recallBatch',
      { batchId: bad.id, reason: '超标' },
      'batch { status events { kind } trace { recipients batches { distance batch { id status } } } }',
    );
    expect(batch.status).toBe('RECALLED');
    expect(batch.events.at(-1)).toEqual({ kind: 'RECALLED' });
    expect(batch.trace.recipients).toEqual(['苏州南环桥市场', '西郊国际农产品交易中心']);
    expect(
      batch.trace.batches.map(({ distance, batch: of }: { distance: number; batch: { status: string } }) => [
        distance,
        of.status,
      ]),
    ).toEqual([
      ...[
        [0, 'RECALLED'],
        [1, 'RECALLED'],
        [1, 'RECALLED'],
        [2, 'RECALLED'],
      ],
    ]);
    const back = await world.as(FUYANG).ask(`{ supplyBatch(id: "${merged.batch.id}") {
      trace(direction: BACK) { batches { batch { id } } } } }`);
    expect(
      back.supplyBatch.trace.batches.map(({ batch: of }: { batch: { id: string } }) => of.id).sort(),
    ).toEqual([merged.batch.id, mixed.id, good.id, bad.id].sort());
    const [kept] = await world.build((db) => db<SupplyBatchRow>('batches').where({ id: good.id }));
    expect(kept?.status).toBe('MERGED');
    expect(errorsOf(await run(FUYANG, 'recallBatch', { batchId: bad.id, reason: '再次' }))).toEqual([
      ['NOT_ALLOWED_IN_STATE', 'batchId'],
    ]);
  });

  it('reads a history of events the same whatever was struck', () => {
    const event = (
      kind: 'RECORDED' | 'SHIPPED' | 'RECEIVED' | 'CORRECTED',
      id: string,
      corrects: string | null = null,
    ) => ({ kind, id, corrects });
    const history = [event('RECORDED', '1'), event('SHIPPED', '2'), event('RECEIVED', '3')];
    expect(statusAfter(history)).toBe('RECEIVED');
    expect(statusAfter([...history, event('CORRECTED', '4', '3')])).toBe('IN_TRANSIT');
    expect(statusAfter([...history, event('CORRECTED', '4', '3'), event('CORRECTED', '5', '2')])).toBe(
      'RECORDED',
    );
  });
});

describe('specConsistency', () => {
  it('holds what came against the standard that the base is accredited to', async () => {
    const own = await make.base();
    const [standard] = await world.build((db) =>
      db<SupplyStandardRow>('supply_standards').where({ code: 'SVG-SWEETPOTATO' }),
    );
    await make.accreditation({ base_id: own, standard_id: standard?.id ?? '' });
    await recorded({ baseId: own });
    await recorded({ baseId: own });
    const { specConsistency } = await world
      .as(BUYER)
      .ask(`{ specConsistency(baseId: "${own}", product: "SWEET_POTATO_MINI",
      parameter: "UNIT_WEIGHT", from: "2026-10-01", to: "2026-11-30") {
      month samples mean outsideShare isWithinTolerance shiftFromPrevious standard { code } } }`);
    expect(specConsistency).toEqual([
      {
        ...{ month: '2026-11', samples: 20, mean: 149.7, outsideShare: 0.2, isWithinTolerance: false },
        ...{ shiftFromPrevious: null, standard: { code: 'SVG-SWEETPOTATO' } },
      },
    ]);
    const hidden = await world
      .as(STRANGER)
      .ask(`{ specConsistency(baseId: "${own}", product: "SWEET_POTATO_MINI",
      parameter: "UNIT_WEIGHT", from: "2026-10-01", to: "2026-11-30") { month } }`);
    expect(hidden).toEqual({ specConsistency: [] });
  });
});

describe('certificates', () => {
  const CERTIFICATE = 'certificate { number sha256 status batchCode basis quantityKg issuedOn }';
  const issue = (who: Viewer, batchId: string, basis = ['OWN_TEST']) =>
    run(who, 'issueConformityCertificate', { batchId, basis }, CERTIFICATE);
  const verify = async (number: string, sha256: string) =>
    (
      await world
        .as(null)
        .ask(
          'query V($number: String!, $sha256: String!) { verifyConformityCertificate(number: $number, sha256: $sha256) { status batchCode } }',
          { number, sha256 },
        )
    ).verifyConformityCertificate;

  it('are verified by anyone, and end with a recall', async () => {
    const batch = await recorded({ tests: [{ ...TEST, value: 0.01 }] });
    const { certificate } = await issue(FUYANG, batch.id);
    expect(certificate).toMatchObject({ status: 'VALID', batchCode: batch.code, quantityKg: 4200 });
    expect((await issue(FUYANG, batch.id)).certificate).toEqual(certificate);
    expect(await verify(certificate.number, certificate.sha256)).toEqual({
      status: 'VALID',
      batchCode: batch.code,
    });
    expect(await verify(certificate.number, '0'.repeat(64))).toBeNull();
    await run(BUYER, 'recallBatch', { batchId: batch.id, reason: '抽检' });
    expect(await verify(certificate.number, certificate.sha256)).toMatchObject({ status: 'RECALLED' });
  });

  it('are refused where the batch does not conform, or what was sprayed was not tested', async () => {
    const bad = await recorded();
    expect(errorsOf(await issue(FUYANG, bad.id))).toEqual([['NOT_ALLOWED_IN_STATE', 'batchId']]);
    const open = await recorded({ tests: [] });
    expect(errorsOf(await issue(FUYANG, open.id))).toEqual([['NOT_ALLOWED_IN_STATE', 'basis']]);
    expect((await issue(FUYANG, open.id, ['QUALITY_CONTROL'])).userErrors).toEqual([]);
    expect(errorsOf(await issue(BUYER, open.id))).toEqual([['NOT_ALLOWED', 'batchId']]);
  });
});

describe('lists', () => {
  it('cost the same statements for one batch and for twenty', async () => {
    const under = '370203';
    const own = await make.base({ jurisdiction: under, registered_by: '341200-AGRI' });
    const list = () =>
      world.as(FUYANG).ask(`{ supplyBatches(under: "${under}", first: 200) { edges { node {
        code base { name } product { name } tests { parameter { name } } unitWeightsGrams events { kind } children { id }
        certificates { number } compliance { verdict checks { verdict standard { code } parameter { code } } } buyerCompliance { verdict }
      } } } }`);
    await recorded({ baseId: own });
    const one = (await world.statementsOf(list)).length;
    for (let i = 0; i < 19; i += 1) await recorded({ baseId: own });
    const twenty = (await world.statementsOf(list)).length;
    expect((await list()).supplyBatches.edges).toHaveLength(20);
    expect(twenty).toBe(one);
  });
});
