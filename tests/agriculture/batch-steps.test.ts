import { randomUUID } from 'node:crypto';
import { agriculture } from '../../subgraphs/agriculture';
import { quantityAfter } from '../../subgraphs/agriculture/batches/rules';
import type { Viewer } from '../../subgraphs/kit/viewer';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { makeIn, uniqueCode } from './make';

const world = useSubgraph(agriculture, { demo: true });
const STATUSES = ['RECORDED', 'IN_TRANSIT', 'RECEIVED', 'DIVIDED', 'MERGED', 'RECALLED'] as const;
type Status = (typeof STATUSES)[number];

const WHO: Record<string, Viewer> = {
  'the unit that recorded it': viewer('341200-AGRI', { functions: ['AGRICULTURE'] }),
  'the department above the base': viewer('340000-AGRI', { functions: ['AGRICULTURE'] }),
  'the buyer': viewer('310000-VEGGROUP', { remit: [] }),
  'the market': viewer('310000-COMMERCE', { functions: ['VEGETABLE_MARKET_STANDARDS'] }),
  'the government of its origin': viewer('341225-GOV', { functions: ['GENERAL_GOVERNMENT'] }),
  'a department of its destination': viewer('310000-AGRI', { functions: ['AGRICULTURE'] }),
  'a stranger': viewer('330421-AGRI', { functions: ['AGRICULTURE'] }),
};
const GROWERS = [
  'the unit that recorded it',
  'the department above the base',
  'the government of its origin',
];
const MARKETS = ['the buyer', 'the market'];
/** Who may do what in which statuses: said here once more, and not taken from the rules. */
const STATED: Record<
  string,
  { growers: readonly Status[]; markets: readonly Status[]; isOfGrowers?: boolean }
> = {
  recordBatchTests: {
    growers: ['RECORDED', 'IN_TRANSIT', 'RECEIVED'],
    markets: ['RECORDED', 'IN_TRANSIT', 'RECEIVED'],
  },
  shipBatch: { growers: ['RECORDED', 'RECEIVED'], markets: ['RECEIVED'], isOfGrowers: true },
  receiveBatch: { growers: ['IN_TRANSIT'], markets: ['IN_TRANSIT'] },
  splitBatch: { growers: ['RECORDED', 'RECEIVED'], markets: ['RECEIVED'], isOfGrowers: true },
  recallBatch: {
    growers: ['RECORDED', 'IN_TRANSIT', 'RECEIVED', 'DIVIDED', 'MERGED'],
    markets: ['RECORDED', 'IN_TRANSIT', 'RECEIVED', 'DIVIDED', 'MERGED'],
  },
};
const INPUTS: Record<string, () => object> = {
  recordBatchTests: () => ({ samples: { unitWeightsGrams: [150] } }),
  shipBatch: () => ({ recipient: '江桥批发市场' }),
  receiveBatch: () => ({}),
  splitBatch: () => ({
    parts: [60, 40].map((quantityKg) => ({ code: uniqueCode('P').slice(0, 40), quantityKg })),
  }),
  recallBatch: () => ({ reason: '超过限量' }),
};
const AT = '2026-11-05T02:00:00Z';

let base = '';
beforeAll(async () => {
  base = await makeIn(world).base();
});

/** A batch in a status, with its first event. */
const inStatus = (status: Status): Promise<string> =>
  world.build(async (db) => {
    const id = randomUUID();
    const at = '2026-11-03T02:00:00Z';
    await db('batches').insert({
      ...{ id, code: uniqueCode('B').slice(0, 40), base_id: base, base_place: '341225107' },
      ...{ product: 'SWEET_POTATO_MINI', quantity_kg: '100', harvested_on: '2026-11-01', status },
      ...{ destination: '310000', standard: 'SVG-SWEETPOTATO', standard_issuer: '310000-VEGGROUP' },
      ...{ applied_pesticides: [], recorded_by: '341200-AGRI', recorded_at: at, content_hash: id },
    });
    await db('batch_events').insert({
      ...{ id: `ni:///sha-256;${id}`, batch_id: id, ordinal: 1, kind: 'RECORDED', at, recorded_at: at },
      ...{ actor: '甲', agency: '341200-AGRI', quantity_kg: '100' },
    });
    return id;
  });

const rowsOf = (id: string) =>
  world.build(async (db) => [
    await db('batches').where({ id }),
    await db('batch_events').where({ batch_id: id }),
    await db('batch_links').where({ parent_id: id }),
  ]);

const cases = Object.keys(STATED).flatMap((action) => STATUSES.map((status) => [action, status] as const));

it.each(cases)('%s of a batch that is %s is for those alone whose matter it is', async (action, status) => {
  const { growers, markets, isOfGrowers = false } = STATED[action] ?? { growers: [], markets: [] };
  const mutation = `mutation Run($input: ${action[0]?.toUpperCase()}${action.slice(1)}Input!) {
    ${action}(input: $input) { batch { id } userErrors { code } } }`;
  let batchId = await inStatus(status);
  for (const [who, of] of Object.entries(WHO)) {
    const before = await rowsOf(batchId);
    const input = { batchId, at: AT, ...INPUTS[action]?.() };
    const { userErrors } = await world.as(of).do(mutation, input);
    const codes = userErrors.map(({ code }: { code: string }) => code);
    const isGrower = GROWERS.includes(who);
    const allowed = isGrower ? growers : MARKETS.includes(who) ? markets : [];
    // What only growers do at the base is not even asked of its status for others.
    const isActor = isGrower || (MARKETS.includes(who) && (!isOfGrowers || status === 'RECEIVED'));
    const expected =
      who === 'a stranger' || who === 'a department of its destination'
        ? ['NOT_FOUND']
        : !isActor
          ? ['NOT_ALLOWED']
          : allowed.includes(status)
            ? []
            : ['NOT_ALLOWED_IN_STATE'];
    expect([action, status, who, codes]).toEqual([action, status, who, expected]);
    if (codes.length > 0) expect(await rowsOf(batchId)).toEqual(before);
    else batchId = await inStatus(status);
  }
});

it('weighs what last arrived, or what was recorded when that is struck', () => {
  const event = (
    id: string,
    kind: 'RECORDED' | 'RECEIVED' | 'CORRECTED',
    quantity_kg: string | null,
    corrects = null as string | null,
  ) => ({
    ...{ id, kind, quantity_kg, corrects },
  });
  const events = [event('a', 'RECORDED', '100'), event('b', 'RECEIVED', '90')];
  expect(quantityAfter(events)).toBe('90');
  expect(quantityAfter([...events, event('c', 'CORRECTED', null, 'b')])).toBe('100');
});
