import { randomUUID } from 'node:crypto';
import { agriculture } from '../../subgraphs/agriculture';
import { eventHashId, preHash } from '../../subgraphs/agriculture/epcis/hash';
import type { Viewer } from '../../subgraphs/kit/viewer';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { makeIn } from './make';

/*
 * The rules of the published schema of EPCIS 2.0 that the export has to do with, written out.
 */

type Json = Record<string, unknown>;
const isUri = (value: unknown) => typeof value === 'string' && /^[a-z][a-z0-9+.-]*:\S+$/i.test(value);
const isInstant = (value: unknown) =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(value);

const BIZ_STEPS = ['commissioning', 'inspecting', 'shipping', 'receiving', 'holding', 'repackaging'];
const DISPOSITIONS = ['active', 'in_transit', 'in_progress', 'conformant', 'recalled'];
const ERRORS = ['did_not_occur', 'incorrect_data'];
const COMMON = [
  ...['type', 'eventID', 'eventTime', 'eventTimeZoneOffset', 'recordTime', 'bizStep', 'disposition'],
  ...['readPoint', 'destinationList', 'errorDeclaration'],
];
const OWN: Record<string, string[]> = {
  ObjectEvent: ['action', 'quantityList'],
  TransformationEvent: ['inputQuantityList', 'outputQuantityList', 'transformationID'],
};

const quantityFaults = (list: unknown): string[] =>
  Array.isArray(list) && list.length > 0
    ? list.flatMap((quantity: Json) => [
        ...(isUri(quantity.epcClass) ? [] : ['epcClass']),
        ...(typeof quantity.quantity === 'number' && quantity.quantity > 0 ? [] : ['quantity']),
        ...(/^[A-Z0-9]{2,3}$/.test(String(quantity.uom)) ? [] : ['uom']),
      ])
    : ['an empty list'];

/** What an event has that the schema does not allow, or lacks. */
function faultsOf(event: Json): string[] {
  const own = OWN[String(event.type)];
  if (!own) return [`type ${event.type}`];
  const declaration = event.errorDeclaration as Json | undefined;
  return [
    ...Object.keys(event).filter((name) => ![...COMMON, ...own].includes(name)),
    ...(['eventTime', 'recordTime'] as const).filter((name) => !isInstant(event[name])),
    ...(/^[+-]\d\d:\d\d$/.test(String(event.eventTimeZoneOffset)) ? [] : ['eventTimeZoneOffset']),
    ...(event.eventID === eventHashId(event) ? [] : ['eventID']),
    ...(BIZ_STEPS.includes(String(event.bizStep)) ? [] : ['bizStep']),
    ...(event.disposition === undefined || DISPOSITIONS.includes(String(event.disposition))
      ? []
      : ['disposition']),
    ...(event.readPoint === undefined || isUri((event.readPoint as Json).id) ? [] : ['readPoint']),
    ...(declaration === undefined ||
    (isInstant(declaration.declarationTime) && ERRORS.includes(String(declaration.reason)))
      ? []
      : ['errorDeclaration']),
    ...((event.destinationList ?? []) as Json[]).flatMap(({ type, destination }) =>
      type === 'possessing_party' && isUri(destination) ? [] : ['destinationList'],
    ),
    ...(event.type === 'ObjectEvent'
      ? [
          ...(['ADD', 'OBSERVE', 'DELETE'].includes(String(event.action)) ? [] : ['action']),
          ...quantityFaults(event.quantityList),
        ]
      : [...quantityFaults(event.inputQuantityList), ...quantityFaults(event.outputQuantityList)]),
  ];
}

const world = useSubgraph(agriculture, { demo: true });
const documentOf = async (code: string) => {
  const { supplyBatches } = await world
    .as(viewer('341225-AGRI', { functions: ['AGRICULTURE'] }))
    .ask(`{ supplyBatches(code: "${code}") { edges { node { epcis } } } }`);
  return JSON.parse(supplyBatches.edges[0].node.epcis);
};

describe('the EPCIS document of a batch', () => {
  it.each(['LG-20260912', 'LG-20261010', 'LG-20261107', 'JP-20261018', 'MIX-20261020'])(
    'of %s keeps the rules of the schema',
    async (code) => {
      const { epcisBody, ...head } = await documentOf(code);
      expect(head).toEqual({
        '@context': ['https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld'],
        ...{ type: 'EPCISDocument', schemaVersion: '2.0', creationDate: world.now.toISOString() },
      });
      expect(epcisBody.eventList.length).toBeGreaterThan(1);
      expect(epcisBody.eventList.flatMap(faultsOf)).toEqual([]);
    },
  );

  it('says again, with a declaration, what was wrong', async () => {
    const { epcisBody } = await documentOf('LG-20261107');
    const sent = epcisBody.eventList.filter(({ bizStep }: Json) => bizStep === 'shipping');
    expect(sent.map(({ errorDeclaration }: Json) => errorDeclaration ?? null)).toEqual([
      null,
      { declarationTime: '2026-11-09T10:00:00.000Z', reason: 'did_not_occur' },
      null,
    ]);
    const [first, again, right] = sent;
    expect(again).toEqual({ ...first, errorDeclaration: again.errorDeclaration });
    expect(right.eventID).not.toBe(first.eventID);
  });

  it('is the same whenever it is asked for', async () => {
    expect(await documentOf('MIX-20261020')).toEqual(await documentOf('MIX-20261020'));
  });
});

describe('the id of an event', () => {
  const event = {
    ...{
      type: 'ObjectEvent',
      eventID: 'x',
      recordTime: '2026-11-04T02:00:00Z',
      eventTimeZoneOffset: '+08:00',
    },
    ...{ eventTime: '2026-11-03T10:00:00+08:00', action: 'OBSERVE', bizStep: 'shipping' },
    ...{ disposition: 'in_transit', readPoint: { id: 'https://a.example/p' } },
    quantityList: [{ epcClass: 'https://a.example/b', quantity: 4200.5, uom: 'KGM' }],
    destinationList: [{ type: 'possessing_party', destination: 'https://a.example/d' }],
  };

  it('is the hash of its fields one behind the other, in the order and the forms of the CBV', () => {
    expect(preHash(event)).toBe(
      [
        'eventType=ObjectEvent',
        'eventTime=2026-11-03T02:00:00.000Z',
        'eventTimeZoneOffset=+08:00',
        'quantityListquantityElementepcClass=https://a.example/bquantity=4200.5uom=KGM',
        'action=OBSERVE',
        'bizStep=https://ref.gs1.org/cbv/BizStep-shipping',
        'disposition=https://ref.gs1.org/cbv/Disp-in_transit',
        'readPointid=https://a.example/p',
        'destinationListtype=https://ref.gs1.org/cbv/SDT-possessing_partydestination=https://a.example/d',
      ].join(''),
    );
    expect(eventHashId(event)).toMatch(/^ni:\/\/\/sha-256;[0-9a-f]{64}\?ver=CBV2\.0$/);
  });

  it('does not hang on what is no part of the event, nor on the order and the forms of what is', () => {
    const same = [
      { ...event, eventID: 'y', recordTime: '2027-01-01T00:00:00Z' },
      { ...event, errorDeclaration: { declarationTime: '2026-11-05T02:00:00Z', reason: 'did_not_occur' } },
      { ...event, eventTime: '2026-11-03T02:00:00Z', bizStep: 'urn:epcglobal:cbv:bizstep:shipping' },
      Object.fromEntries(Object.entries(event).reverse()),
    ];
    for (const other of same) expect(eventHashId(other)).toBe(eventHashId(event));
    const others = [
      { ...event, action: 'ADD' },
      { ...event, eventTime: '2026-11-03T10:00:01+08:00' },
      { ...event, quantityList: [{ ...event.quantityList[0], quantity: 4200 }] },
    ];
    for (const other of others) expect(eventHashId(other)).not.toBe(eventHashId(event));
    expect(eventHashId({ ...event, 'example:mine': 1 })).toBeNull();
  });

  it('lists what is mixed in one order', () => {
    const quantity = (id: string) => ({ epcClass: `https://a.example/${id}`, quantity: 1, uom: 'KGM' });
    const mixed = (ids: string[]) => ({
      ...{ type: 'TransformationEvent', eventTime: '2026-11-03T02:00:00Z', eventTimeZoneOffset: '+08:00' },
      ...{ inputQuantityList: ids.map(quantity), outputQuantityList: [quantity('c')], transformationID: 't' },
    });
    expect(eventHashId(mixed(['a', 'b']))).toBe(eventHashId(mixed(['b', 'a'])));
  });
});

describe('importBatchEpcis', () => {
  const elsewhere = useSubgraph(agriculture);
  const FUYANG = viewer('341200-AGRI', { functions: ['AGRICULTURE'] });
  const BUYER = viewer('310000-VEGGROUP', { remit: [] });
  const mutation = (name: string) => `mutation Run($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) {
    ${name}(input: $input) { batch { status quantityKg epcis events { kind recipient } } userErrors { code path message } } }`;
  const takeIn = (who: Viewer, batchId: string, document: unknown, there = elsewhere) =>
    there.as(who).do(mutation('importBatchEpcis'), {
      ...{ batchId, document: typeof document === 'string' ? document : JSON.stringify(document) },
    });

  /** The same batch here and there, just recorded. */
  async function twice(): Promise<string> {
    const id = randomUUID();
    const at = '2026-11-03T02:00:00Z';
    for (const each of [world, elsewhere]) {
      const base_id = await makeIn(each).base();
      await each.build(async (db) => {
        await db('batches').insert({
          ...{
            id,
            code: id,
            base_id,
            base_place: '341225107',
            product: 'SWEET_POTATO_MINI',
            quantity_kg: '100',
          },
          ...{
            harvested_on: '2026-11-01',
            status: 'RECORDED',
            destination: '310000',
            applied_pesticides: [],
          },
          ...{ standard: 'SVG-SWEETPOTATO', standard_issuer: '310000-VEGGROUP', recorded_by: '341200-AGRI' },
          ...{ recorded_at: at, content_hash: id },
        });
        await db('batch_events').insert({
          ...{ id: `ni:///sha-256;${id}`, batch_id: id, ordinal: 1, kind: 'RECORDED', at, recorded_at: at },
          ...{ actor: '甲', agency: '341200-AGRI', quantity_kg: '100' },
        });
      });
    }
    return id;
  }

  /** The document of a batch that was sent, and arrived, here. */
  async function sent(batchId: string): Promise<Json & { epcisBody: { eventList: Json[] } }> {
    const ship = { batchId, recipient: '江桥批发市场', at: '2026-11-04T02:00:00Z' };
    await world.as(FUYANG).do(mutation('shipBatch'), ship);
    const receive = { batchId, quantityKg: 98.5, at: '2026-11-05T02:00:00Z' };
    const { batch } = await world.as(BUYER).do(mutation('receiveBatch'), receive);
    return JSON.parse(batch.epcis);
  }

  it('takes over what happened elsewhere, once, under the same ids', async () => {
    const batchId = await twice();
    const document = await sent(batchId);
    const first = await takeIn(FUYANG, batchId, document);
    expect(first.userErrors).toEqual([]);
    expect([first.batch.status, first.batch.quantityKg, first.batch.events]).toEqual([
      ...['RECEIVED', 98.5],
      [
        { kind: 'RECORDED', recipient: null },
        { kind: 'SHIPPED', recipient: '江桥批发市场' },
        { kind: 'RECEIVED', recipient: null },
      ],
    ]);
    const idsOf = (text: string) => JSON.parse(text).epcisBody.eventList.map(({ eventID }: Json) => eventID);
    expect(idsOf(first.batch.epcis)).toEqual(document.epcisBody.eventList.map(({ eventID }) => eventID));
    // However often it is sent, and to where it came from too.
    for (const there of [elsewhere, world]) {
      const again = await takeIn(FUYANG, batchId, document, there);
      expect([again.userErrors, again.batch.events.length]).toEqual([[], 3]);
    }
    const both = await Promise.all([1, 2].map(() => takeIn(FUYANG, batchId, document)));
    expect(both.map(({ batch }) => batch.events.length)).toEqual([3, 3]);
  });

  it('takes over that something was wrong', async () => {
    const batchId = await twice();
    const { epcisBody, ...head } = await sent(batchId);
    const [, shipping, receiving] = epcisBody.eventList;
    const wrong = {
      ...receiving,
      errorDeclaration: { declarationTime: '2026-11-06T02:00:00Z', reason: 'incorrect_data' },
    };
    const answer = await takeIn(FUYANG, batchId, {
      ...head,
      epcisBody: { eventList: [shipping, receiving, wrong] },
    });
    expect([answer.userErrors, answer.batch.status, answer.batch.quantityKg]).toEqual([
      [],
      'IN_TRANSIT',
      100,
    ]);
    const again = await takeIn(FUYANG, batchId, {
      ...head,
      epcisBody: { eventList: [shipping, receiving, wrong] },
    });
    expect(again.batch.events).toEqual(answer.batch.events);
  });

  it('keeps the id under which another system knows an event', async () => {
    const batchId = await twice();
    const { epcisBody, ...head } = await sent(batchId);
    const foreign = { ...epcisBody.eventList[1], eventID: `urn:uuid:${randomUUID()}` };
    const answer = await takeIn(FUYANG, batchId, { ...head, epcisBody: { eventList: [foreign] } });
    expect(answer.batch.epcis).toContain(foreign.eventID);
    expect(
      (await takeIn(FUYANG, batchId, { ...head, epcisBody: { eventList: [foreign] } })).batch.events,
    ).toHaveLength(2);
  });

  it('refuses what is not ours, all at once, and takes nothing', async () => {
    const batchId = await twice();
    const { epcisBody, ...head } = await sent(batchId);
    const [recording = {}, shipping = {}] = epcisBody.eventList;
    const fresh = (event: Json, more: Json = {}) => ({
      ...event,
      eventID: `urn:uuid:${randomUUID()}`,
      ...more,
    });
    const [quantity] = shipping.quantityList as Json[];
    const events = [
      shipping,
      { ...shipping, action: 'ADD' },
      fresh(recording),
      fresh(shipping, { type: 'AggregationEvent' }),
      fresh(shipping, {
        quantityList: [{ ...quantity, epcClass: 'https://delta-hub.example/batches/other' }],
      }),
      fresh(shipping, { quantityList: [{ ...quantity, uom: 'TNE' }] }),
      fresh(shipping, { destinationList: [] }),
      fresh(shipping, { eventTime: 'yesterday' }),
      { ...shipping, eventID: undefined },
      fresh(shipping, {
        errorDeclaration: { declarationTime: '2026-11-06T02:00:00Z', reason: 'changed my mind' },
      }),
      7,
    ];
    const { batch, userErrors } = await takeIn(FUYANG, batchId, {
      ...head,
      epcisBody: { eventList: events },
    });
    expect(batch).toBeNull();
    expect(userErrors.map((e: { code: string; path: string[] }) => `${e.code} ${e.path.join('.')}`)).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((i) => `INVALID document.${i}`),
    );
    expect(userErrors[1].message).toBe(
      'Event 3 cannot be taken: only shipping and receiving come from elsewhere, and this is "commissioning": record it with its own action.',
    );
    const rows = await elsewhere.build((db) => db('batch_events').where({ batch_id: batchId }));
    expect(rows).toHaveLength(1);
  });

  it.each([
    ['no JSON', '{', /it is not JSON/],
    ['another document', { type: 'EPCISQueryDocument' }, /its type is not EPCISDocument/],
    ['another version', { type: 'EPCISDocument', schemaVersion: '1.2', epcisBody: {} }, /schemaVersion/],
    ['nothing', { type: 'EPCISDocument', schemaVersion: '2.0', epcisBody: { eventList: [] } }, /no events/],
  ])('refuses %s with a sentence', async (_, document, sentence) => {
    const { userErrors } = await takeIn(FUYANG, await twice(), document);
    expect(userErrors).toEqual([
      { code: 'INVALID', path: ['document'], message: expect.stringMatching(sentence) },
    ]);
  });

  it('lets nobody do by it what they may not do here, nor what the batch does not stand for', async () => {
    const batchId = await twice();
    const { epcisBody, ...head } = await sent(batchId);
    const [, shipping, receiving] = epcisBody.eventList;
    const take = async (who: Viewer, ...eventList: unknown[]) => {
      const { userErrors } = await takeIn(who, batchId, { ...head, epcisBody: { eventList } });
      return userErrors.map((e: { code: string; path: string[] }) => `${e.code} ${e.path.join('.')}`);
    };
    expect(await take(viewer('330421-AGRI', { functions: ['AGRICULTURE'] }), shipping)).toEqual([
      'NOT_FOUND batchId',
    ]);
    expect(await take(BUYER, shipping)).toEqual(['NOT_ALLOWED document.0.batchId']);
    expect(await take(FUYANG, receiving)).toEqual(['NOT_ALLOWED_IN_STATE document.0.batchId']);
    const [quantity] = (shipping?.quantityList ?? []) as Json[];
    const half = { ...shipping, eventID: 'urn:uuid:half', quantityList: [{ ...quantity, quantity: 50 }] };
    expect(await take(FUYANG, half)).toEqual(['INVALID document.0.quantityKg']);
  });
});
