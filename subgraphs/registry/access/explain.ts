import { CATALOG, type ItemName } from '../../kit/catalog';
import { dayOf } from '../../kit/time';
import { itemOfField } from '../catalog/source';
import { approvedGrantsOf } from '../grants/store';
import type { RegistryContext } from '../loaders';
import { accessTo, type ItemAccess, readOperation, selectedFields } from './rules';
import { contractSchema } from './source';

/** A conditional or withheld field of an operation, and what opens it. */
export interface ExplainedField extends ItemAccess {
  readonly coordinate: string;
  readonly item: ItemName;
}

export interface Explanation {
  readonly purpose: string | null;
  readonly fields: ExplainedField[];
}

/** What the viewer may expect of an operation. Throws `BAD_USER_INPUT` for one that gateways would not run. */
export async function explainAccess(
  { db, signedIn: viewer, now }: RegistryContext,
  args: { operation: string; operationName?: string | null; purpose?: string | null },
): Promise<Explanation> {
  const schema = contractSchema();
  const operation = readOperation(schema, args.operation, args.operationName ?? null);
  const guarded = selectedFields(schema, operation).flatMap((coordinate) => {
    const item = itemOfField(coordinate);
    return item && CATALOG[item].class !== 'UNCONDITIONAL' ? [{ coordinate, item }] : [];
  });
  const purpose = args.purpose == null ? viewer.purpose : args.purpose.trim() || null;
  const items = [...new Set(guarded.map(({ item }) => item))];
  const grants = items.length > 0 ? await approvedGrantsOf(db, viewer.agency, items) : [];
  const today = dayOf(now);
  const access = new Map(items.map((item) => [item, accessTo(item, viewer, { grants, purpose, today })]));
  return {
    purpose,
    fields: guarded.flatMap((field) => {
      const found = access.get(field.item);
      return found ? [{ ...field, ...found }] : [];
    }),
  };
}
