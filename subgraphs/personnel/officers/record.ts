import { agenciesByCode } from '../../kit/directory';
import { refuse } from '../../kit/errors';
import type { PersonnelContext } from '../loaders';
import type { ChangeOfficerInput, RegisterOfficerInput } from '../schema-types';
import {
  anotherWasFaster,
  changesItsOwn,
  checkChange,
  checkRegistration,
  noSuchOfficer,
  numberIsTaken,
  type OfficerParticulars,
  registersForItself,
} from './rules';
import {
  contactsOf,
  enterContact,
  insertOfficer,
  lastStepOf,
  type OfficerRow,
  officerByNumber,
  officersById,
  recordOfficerEvent,
  updateOfficer,
} from './store';

/** Of what is given the trimmed text; undefined for what is left out. */
const given = (text: string | null | undefined): string | undefined => text?.trim();

/** Registers an officer of the caller's unit. Throws a `Refusal` with every violation. */
export async function registerOfficer(
  context: PersonnelContext,
  input: RegisterOfficerInput,
): Promise<OfficerRow> {
  const { signedIn: viewer, now } = context;
  const { user, agency } = viewer;
  const at = input.at ?? now;
  const officer = { number: input.number.trim(), name: input.name.trim(), title: input.title.trim() };
  const contact = { phone: input.phone?.trim() || null, email: input.email?.trim() || null };
  if (input.agency != null && input.agency !== agency) {
    refuse('NOT_ALLOWED', ['agency'], registersForItself);
  }
  return context.write(async (db) => {
    const knows = (await agenciesByCode(db, [agency])).length > 0;
    checkRegistration(
      { ...officer, phone: contact.phone ?? undefined, email: contact.email ?? undefined },
      { agency, knows, at, now },
    ).throwIfAny();
    const stored = await insertOfficer(db, { ...officer, agency });
    if (stored) {
      if (contact.phone ?? contact.email) await enterContact(db, stored, contact);
      await recordOfficerEvent(db, stored, { kind: 'REGISTERED', before: null }, { user, agency, at });
      return stored;
    }
    const present = await officerByNumber(db, agency, officer.number);
    if (!present) return refuse('CONFLICT', ['number'], anotherWasFaster);
    const [reached] = await contactsOf(db, [present.id]);
    const isSame =
      present.name === officer.name &&
      present.title === officer.title &&
      (reached?.phone ?? null) === contact.phone &&
      (reached?.email ?? null) === contact.email;
    return isSame ? present : refuse('CONFLICT', ['number'], numberIsTaken);
  });
}

/** Changes what is known of an officer, as the officer's unit. Throws a `Refusal` with every violation. */
export async function changeOfficer(
  context: PersonnelContext,
  input: ChangeOfficerInput,
): Promise<OfficerRow> {
  const { signedIn: viewer, now } = context;
  const { user, agency } = viewer;
  const at = input.at ?? now;
  const particulars: OfficerParticulars = {
    ...{ number: given(input.number), name: given(input.name), title: given(input.title) },
    ...{ phone: given(input.phone), email: given(input.email) },
  };
  return context.write(async (db) => {
    const [officer] = await officersById(db, [input.officerId]);
    if (!officer) return refuse('NOT_FOUND', ['officerId'], noSuchOfficer);
    if (officer.agency !== agency) return refuse('NOT_ALLOWED', ['officerId'], changesItsOwn);
    checkChange(particulars, { at, now, lastStep: await lastStepOf(db, officer.id) }).throwIfAny();
    const [contact] = await contactsOf(db, [officer.id]);
    const reached = {
      phone: (particulars.phone ?? contact?.phone) || null,
      email: (particulars.email ?? contact?.email) || null,
    };
    if (reached.phone !== (contact?.phone ?? null) || reached.email !== (contact?.email ?? null)) {
      await enterContact(db, officer, reached);
    }
    const { number = officer.number, name = officer.name, title = officer.title } = particulars;
    if (number === officer.number && name === officer.name && title === officer.title) return officer;
    const changed = await updateOfficer(db, officer, { number, name, title });
    if (changed === 'NUMBER_TAKEN') return refuse('CONFLICT', ['number'], numberIsTaken);
    if (!changed) return refuse('CONFLICT', ['officerId'], anotherWasFaster);
    if (name !== officer.name || title !== officer.title) {
      await recordOfficerEvent(db, changed, { kind: 'CHANGED', before: officer }, { user, agency, at });
    }
    return changed;
  });
}
