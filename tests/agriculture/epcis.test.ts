import { agriculture } from '../../subgraphs/agriculture';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';

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
    ...(/^ni:\/\/\/sha-256;[0-9a-f]{64}\?ver=CBV2\.0$/.test(String(event.eventID)) ? [] : ['eventID']),
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
