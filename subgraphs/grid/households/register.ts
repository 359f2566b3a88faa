import { refuse, Violations } from '../../kit/errors';
import { dayOf } from '../../kit/time';
import type { GridContext } from '../loaders';
import type { RecordHouseholdDepartureInput, RegisterHouseholdsInput } from '../schema-types';
import { checkDeparture, checkRegistration, noSuchHousehold } from './rules';
import { type HouseholdRow, householdsById, recordDeparture, registerHouseholds as store } from './store';

/** What a registration came to. */
export interface Registration {
  registered: number;
  unchanged: number;
}

/** Registers the households of a village, all or none. Throws a `Refusal` with every violation. */
export async function registerHouseholds(
  context: GridContext,
  input: RegisterHouseholdsInput,
): Promise<Registration> {
  const { signedIn: viewer, now } = context;
  const { jurisdiction } = input;
  const households = input.households.map((household) => ({
    cardNumber: household.cardNumber.trim(),
    head: household.head.trim(),
    address: household.address?.trim() ?? '',
    phone: household.phone?.trim() ?? '',
    members: household.members ?? null,
    movedInOn: household.movedInOn ?? null,
  }));
  checkRegistration({ jurisdiction, households }, { viewer, today: dayOf(now) }).throwIfAny();
  return context.write(async (db) => {
    const { user, agency } = viewer;
    const { registered, known } = await store(db, jurisdiction, households, { user, agency, at: now });
    const violations = new Violations();
    for (const [i, { cardNumber, head }] of households.entries()) {
      const other = known.get(cardNumber);
      if (!other || other.head === head) continue;
      violations.add('CONFLICT', ['households', i, 'cardNumber'], {
        en: `The card ${cardNumber} is that of another household, of ${other.head}.`,
        zh: `积分卡号 ${cardNumber} 已登记给另一住户（${other.head}）。`,
      });
    }
    violations.throwIfAny();
    return { registered, unchanged: households.length - registered };
  });
}

/** Records that a household moved away. Throws a `Refusal` with every violation. */
export async function recordHouseholdDeparture(
  context: GridContext,
  input: RecordHouseholdDepartureInput,
): Promise<HouseholdRow> {
  const { signedIn: viewer, now } = context;
  const { user, agency } = viewer;
  const today = dayOf(now);
  const movedOutOn = input.movedOutOn ?? today;
  return context.write(async (db) => {
    const [household] = await householdsById(db, [input.householdId]);
    if (!household) return refuse('NOT_FOUND', ['householdId'], noSuchHousehold);
    checkDeparture(household, { viewer, movedOutOn, today }).throwIfAny();
    const gone = await recordDeparture(db, household, movedOutOn, { user, agency, at: now });
    return (
      gone ??
      refuse('CONFLICT', ['householdId'], {
        en: 'Someone else changed the household at the same moment. Look at it again.',
        zh: '该住户刚被他人办理，请重新查看。',
      })
    );
  });
}
