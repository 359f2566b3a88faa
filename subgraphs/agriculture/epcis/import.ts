import { Refusal, refuse, type Violation } from '../../kit/errors';
import { batchFor, correct, receive, ship } from '../batches/step';
import { batchesById, eventsOf, neighborsOf, type SupplyBatchRow } from '../batches/store';
import type { AgricultureContext } from '../loaders';
import { decimal } from '../measures';
import { eventsOfDocument, readEvents } from './read';
import { epcisIds } from './rules';

/**
 * Takes what an EPCIS document says of a batch: all or nothing. What the batch has already is passed over, so that a document
 * may be sent as often as there is something new in it. Throws a `Refusal` with every violation.
 */
export async function importBatchEpcis(
  context: AgricultureContext,
  input: { batchId: string; document: string },
): Promise<SupplyBatchRow> {
  const { signedIn: viewer, now } = context;
  const given = eventsOfDocument(input.document);
  if ('en' in given) return refuse('INVALID', ['document'], given);
  return context.write(async (db) => {
    const first = await batchFor(db, input.batchId, viewer, 'CORRECTED');
    const idsNow = async () => {
      const [events, children] = await Promise.all([
        eventsOf(db, [first.id]),
        neighborsOf(db, [first.id], 'child'),
      ]);
      const [batch = first] = await batchesById(db, [first.id]);
      return epcisIds({ batch, events, children });
    };
    const before = await idsNow();
    const { violations, events } = readEvents(given, first, new Set(before.keys()));
    violations.throwIfAny();
    let row: SupplyBatchRow = first;
    for (const { index, eventId, at, what } of events) {
      const act = { user: viewer.user, agency: viewer.agency, at, now, epcisId: eventId };
      try {
        const batch = await batchFor(db, first.id, viewer, what.kind);
        switch (what.kind) {
          case 'SHIPPED':
            if (!decimal(batch.quantity_kg).eq(what.quantityKg)) {
              refuse('INVALID', ['quantityKg'], {
                en: `A batch is sent whole, and this one weighs ${batch.quantity_kg} kg, not ${what.quantityKg}. Split it first.`,
                zh: `批次须整批发运，该批为 ${batch.quantity_kg} 千克，而非 ${what.quantityKg} 千克，请先拆分。`,
              });
            }
            row = await ship(db, batch, { recipient: what.recipient }, act);
            break;
          case 'RECEIVED':
            row = await receive(db, batch, { quantityKg: what.quantityKg }, act);
            break;
          case 'CORRECTED': {
            const known = (await idsNow()).get(eventId);
            if (known?.isCorrected) break;
            const reason = what.error === 'DID_NOT_OCCUR' ? 'did_not_occur' : 'incorrect_data';
            row = await correct(
              db,
              batch,
              { eventId: known?.id ?? eventId, error: what.error, reason },
              { ...act, epcisId: null },
            );
          }
        }
      } catch (error) {
        throw error instanceof Refusal ? underEvent(error, index) : error;
      }
    }
    return row;
  });
}

/** A refusal of what an event of the document asks for, under that event's path. */
const underEvent = ({ violations }: Refusal, index: number): Refusal =>
  new Refusal(
    violations.map(
      (violation): Violation => ({ ...violation, path: ['document', index, ...violation.path.slice(-1)] }),
    ),
  );
