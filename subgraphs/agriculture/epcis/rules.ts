import type { BatchEventKind } from '../batches/rules';
import type { BatchEventRow, SupplyBatchRow } from '../batches/store';
import { eventHashId } from './hash';

/*
 * EPCIS 2.0 (GS1, also ISO/IEC 19987): what happened to goods, where, when and why. Its events say what was observed; that
 * one was wrong is said by the same event again with an error declaration, and nothing is taken back.
 */

/** The context that the terms of a document are read in. */
const CONTEXT = 'https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld';

/** What a business step of ours is in the Core Business Vocabulary, and in what state it leaves the goods. */
const STEPS = {
  RECORDED: { action: 'ADD', bizStep: 'commissioning', disposition: 'active' },
  TESTED: { action: 'OBSERVE', bizStep: 'inspecting', disposition: null },
  SHIPPED: { action: 'OBSERVE', bizStep: 'shipping', disposition: 'in_transit' },
  RECEIVED: { action: 'OBSERVE', bizStep: 'receiving', disposition: 'in_progress' },
  CERTIFIED: { action: 'OBSERVE', bizStep: 'inspecting', disposition: 'conformant' },
  RECALLED: { action: 'OBSERVE', bizStep: 'holding', disposition: 'recalled' },
} as const satisfies Partial<
  Record<BatchEventKind, { action: 'ADD' | 'OBSERVE'; bizStep: string; disposition: string | null }>
>;

/** Days here are Asia/Shanghai's. */
const OFFSET = '+08:00';

const NAMESPACE = 'https://delta-hub.example';
/** What the address of a party begins with. */
export const PARTY_ADDRESS = `${NAMESPACE}/parties/`;
/** The address by which a batch is known in documents. */
export const classOf = (batch: Pick<SupplyBatchRow, 'id'>) =>
  `${NAMESPACE}/batches/${encodeURIComponent(batch.id)}`;
/** Who came from elsewhere under an address keeps it. */
const partyOf = (recipient: string): string =>
  /^[a-z][a-z0-9+.-]*:\S+$/i.test(recipient) ? recipient : `${PARTY_ADDRESS}${encodeURIComponent(recipient)}`;
const placeOf = (code: string) => ({ id: `${NAMESPACE}/places/${code}` });

interface Quantity {
  readonly epcClass: string;
  readonly quantity: number;
  readonly uom: 'KGM';
}

/** An event of a document. */
export type EpcisEvent = Readonly<Record<string, unknown>> & { readonly eventID: string };

export interface EpcisDocument {
  readonly '@context': readonly string[];
  readonly type: 'EPCISDocument';
  readonly schemaVersion: '2.0';
  readonly creationDate: string;
  readonly epcisBody: { readonly eventList: readonly EpcisEvent[] };
}

const quantityOf = (batch: SupplyBatchRow, kg: string = batch.quantity_kg): Quantity => ({
  ...{ epcClass: classOf(batch), quantity: Number(kg), uom: 'KGM' },
});

/** What a batch is known by: itself, its history, what it was made of and what was made of it. */
export interface BatchHistory {
  readonly batch: SupplyBatchRow;
  readonly events: readonly BatchEventRow[];
  readonly children: readonly SupplyBatchRow[];
}

/** An event with its id: that under which it came from elsewhere, or the hash of its content. */
function eventOf(event: BatchEventRow, history: BatchHistory): EpcisEvent | null {
  const content = contentOf(event, history);
  if (!content) return null;
  const eventID = event.epcis_id ?? eventHashId(content);
  if (eventID === null) throw new Error(`the event ${event.id} has properties that its hash does not know`);
  return { eventID, ...content };
}

function contentOf(
  event: BatchEventRow,
  { batch, children }: BatchHistory,
): Readonly<Record<string, unknown>> | null {
  const common = {
    eventTime: event.at.toISOString(),
    eventTimeZoneOffset: OFFSET,
    recordTime: event.recorded_at.toISOString(),
  };
  if (event.kind === 'DIVIDED' || event.kind === 'MERGED') {
    return {
      ...{ type: 'TransformationEvent', ...common, inputQuantityList: [quantityOf(batch)] },
      // The standard wants something on each side; what the caller may not see is not named.
      ...(children.length > 0 && { outputQuantityList: children.map((child) => quantityOf(child)) }),
      ...{ transformationID: `${classOf(batch)}/made`, bizStep: 'repackaging' },
    };
  }
  // A correction is told by the error declaration of what it corrects.
  if (event.kind === 'CORRECTED') return null;
  const { action, bizStep, disposition } = STEPS[event.kind];
  const isThere = event.kind === 'RECEIVED' || event.kind === 'RECALLED';
  return {
    ...{ type: 'ObjectEvent', ...common, action, bizStep },
    ...(disposition && { disposition }),
    quantityList: [quantityOf(batch, event.quantity_kg ?? batch.quantity_kg)],
    readPoint: placeOf(isThere ? batch.destination : batch.base_place),
    ...(event.recipient && {
      destinationList: [
        {
          type: 'possessing_party',
          destination: partyOf(event.recipient),
        },
      ],
    }),
  };
}

/** By the ids that the events of a batch have in documents: which they are here, and whether they were corrected. */
export function epcisIds(history: BatchHistory): Map<string, { id: string; isCorrected: boolean }> {
  const corrected = new Set(history.events.map(({ corrects }) => corrects));
  return new Map(
    history.events.flatMap((event) => {
      const told = eventOf(event, history);
      return told ? [[told.eventID, { id: event.id, isCorrected: corrected.has(event.id) }] as const] : [];
    }),
  );
}

/** A batch's history as a document, created at `now`. */
export function epcisDocument(history: BatchHistory, now: Date): EpcisDocument {
  const corrections = new Map(history.events.map((event) => [event.corrects, event]));
  const eventList = history.events.flatMap((event) => {
    const said = eventOf(event, history);
    if (!said) return [];
    const correction = corrections.get(event.id);
    if (!correction) return [said];
    const errorDeclaration = {
      declarationTime: correction.at.toISOString(),
      reason: correction.error === 'INCORRECT_DATA' ? 'incorrect_data' : 'did_not_occur',
    };
    return [said, { ...said, errorDeclaration }];
  });
  return {
    ...{ '@context': [CONTEXT], type: 'EPCISDocument', schemaVersion: '2.0' },
    ...{ creationDate: now.toISOString(), epcisBody: { eventList } },
  };
}
