import { refuse, Violations } from '../../kit/errors';
import type { Text } from '../../kit/language';
import { dayOf } from '../../kit/time';
import { keptOf } from '../fieldwork/rules';
import { type NewFieldworkChange, recordFieldworkChanges } from '../fieldwork/store';
import { laterOf } from '../life-cycle/step';
import type { Act } from '../life-cycle/store';
import type { GridContext } from '../loaders';
import type {
  CorrectHouseholdInput,
  RecordHouseholdDepartureInput,
  RegisterHouseholdsInput,
} from '../schema-types';
import { checkDeparture, checkHouseholdCorrection, checkRegistration, noSuchHousehold } from './rules';
import {
  correctHousehold as correct,
  type HouseholdRow,
  type HouseholdState,
  householdForCorrection,
  householdsById,
  recordDeparture,
  registerHouseholds as register,
} from './store';

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
  return context.writeToFeed(async (db, transactionId) => {
    const { user, agency } = viewer;
    const { registered, known } = await register(db, jurisdiction, households, { user, agency, at: now });
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
    await recordFieldworkChanges(db, transactionId, [
      {
        ...{ kind: 'HOUSEHOLDS_REGISTERED', jurisdiction, provider: agency, count: registered },
        ...{ user, agency, at: now },
      },
    ]);
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
  return context.writeToFeed(async (db, transactionId) => {
    const [household] = await householdsById(db, [input.householdId]);
    if (!household) return refuse('NOT_FOUND', ['householdId'], noSuchHousehold);
    checkDeparture(household, { viewer, movedOutOn, today }).throwIfAny();
    const act = { user, agency, at: now };
    const gone =
      (await recordDeparture(db, household, movedOutOn, act)) ??
      refuse('CONFLICT', ['householdId'], anotherWasFaster);
    await recordFieldworkChanges(db, transactionId, [ofHousehold('HOUSEHOLD_MOVED_AWAY', gone, act)]);
    return gone;
  });
}

/**
 * Corrects what was registered of a household; what it was stays known. A correction that says what stands changes nothing.
 * Throws a `Refusal` with every violation.
 */
export async function correctHousehold(
  context: GridContext,
  input: CorrectHouseholdInput,
): Promise<HouseholdRow> {
  const { signedIn: viewer, now } = context;
  const { user, agency } = viewer;
  return context.writeToFeed(async (db, transactionId) => {
    const known =
      (await householdForCorrection(db, input.householdId)) ??
      refuse('NOT_FOUND', ['householdId'], noSuchHousehold);
    const latest = laterOf(now, known.last_at);
    const said = <Value>(value: Value | undefined, stands: Value): Value =>
      value === undefined ? stands : value;
    const correction = {
      ...{
        head: input.head?.trim() ?? known.head,
        address: said(input.address, known.address)?.trim() ?? '',
      },
      ...{ phone: said(input.phone, known.phone)?.trim() ?? '', members: said(input.members, known.members) },
      ...{ movedInOn: said(input.movedInOn, known.moved_in_on) },
      ...{ movedOutOn: said(input.movedOutOn, known.moved_out_on) },
      ...{ reason: input.reason.trim(), at: input.at ?? latest },
    };
    const state: HouseholdState = {
      ...{ head: correction.head, address: correction.address || null, phone: correction.phone || null },
      ...{ members: correction.members, moved_in_on: correction.movedInOn },
      moved_out_on: correction.movedOutOn,
    };
    const isNew = OF_HOUSEHOLD.some((column) => state[column] !== known[column]);
    // Sent again, it comes after the correction that it was; who may not correct is told so all the same.
    checkHouseholdCorrection(isNew ? known : { ...known, last_at: correction.at }, correction, {
      ...{ viewer, now: latest },
    }).throwIfAny();
    if (!isNew) return known;
    const act = { user, agency, at: correction.at };
    const corrected =
      (await correct(db, known, state, { ...act, reason: correction.reason })) ??
      refuse('CONFLICT', ['householdId'], anotherWasFaster);
    await recordFieldworkChanges(db, transactionId, [ofHousehold('HOUSEHOLD_CORRECTED', corrected, act)]);
    return corrected;
  });
}

/** What is registered of a household and may change. */
const OF_HOUSEHOLD = [
  ...(['head', 'address', 'phone', 'members', 'moved_in_on', 'moved_out_on'] as const),
] satisfies (keyof HouseholdState)[];

/** What was done with a household, for the feed. */
const ofHousehold = (
  kind: 'HOUSEHOLD_CORRECTED' | 'HOUSEHOLD_MOVED_AWAY',
  row: HouseholdRow,
  act: Act,
): NewFieldworkChange => ({
  ...{ kind, jurisdiction: row.jurisdiction, provider: row.recorded_by, subject: row.id, ...act },
  kept: keptOf(row, OF_HOUSEHOLD),
});

const anotherWasFaster: Text = {
  en: 'Someone else changed the household at the same moment. Look at it again.',
  zh: '该住户刚被他人办理，请重新查看。',
};
