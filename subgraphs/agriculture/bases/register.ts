import { refuse } from '../../kit/errors';
import { hasFunction, mayActIn } from '../../kit/viewer';
import type { AgricultureContext } from '../loaders';
import { productsByCode } from '../products/store';
import type { RegisterSupplyBaseInput } from '../schema-types';
import { checkBase, GROWERS_FUNCTIONS } from './rules';
import { insertBase, lockBases, registeredBase, type SupplyBaseRow } from './store';

/** Registers a base for the viewer's unit; the same one sent again is answered as before. Throws a `Refusal`. */
export async function registerSupplyBase(
  context: AgricultureContext,
  input: RegisterSupplyBaseInput,
): Promise<SupplyBaseRow> {
  const { signedIn: viewer, now } = context;
  const base = {
    jurisdiction: input.jurisdiction,
    name: input.name.trim(),
    operator: input.operator.trim(),
    areaMu: input.areaMu,
    products: [...new Set(input.products)],
    location: input.location ?? null,
    at: input.at ?? now,
  };
  const mayRegister = hasFunction(viewer, GROWERS_FUNCTIONS) && mayActIn(viewer, base.jurisdiction);
  return context.write(async (db) => {
    const known = new Set((await productsByCode(db, base.products)).map(({ code }) => code));
    checkBase(base, { mayRegister, known, now }).throwIfAny();
    await lockBases(db, viewer.agency);
    const present = await registeredBase(db, viewer.agency, base);
    if (!present) return insertBase(db, base, viewer.agency);
    const { row, products } = present;
    const isSame =
      row.operator === base.operator &&
      Number(row.area_mu) === base.areaMu &&
      [...products].sort().join() === [...base.products].sort().join();
    return isSame
      ? row
      : refuse('CONFLICT', ['name'], {
          en: 'Your unit has registered another base of this name in this place. Take another name.',
          zh: '本单位已在该区划登记同名的其他基地，请使用其他名称。',
        });
  });
}
