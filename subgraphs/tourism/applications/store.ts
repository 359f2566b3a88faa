import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import {
  type Connection,
  EVERYWHERE,
  inParentPlace,
  type Keyset,
  keyParent,
  keyParents,
  PARENT,
  type PageArgs,
  pageOf,
  pagesByParent,
  placeParent,
  placeParents,
} from '../../kit/connection';
import type { Db } from '../../kit/database';
import { searchGrams } from '../../kit/search';
import { addDays, startOfDay } from '../../kit/time';
import { grantedProviders, partyRange, type Viewer } from '../../kit/viewer';
import type {
  LicenseApplicationEventKind,
  LicenseApplicationKind,
  LicenseApplicationStage,
} from '../schema-types';
import { premisesKey } from './rules';

export interface LicenseApplicationRow {
  id: string;
  number: string;
  shop_name: string;
  kind: LicenseApplicationKind;
  stage: LicenseApplicationStage;
  jurisdiction: string;
  address: string;
  floors: number;
  area_square_meters: number;
  business: string;
  proposal: string;
  submitted_at: Date;
  filed_by: string;
  procedure_id: string;
  /** The town that reviews, which the premises lie in. */
  town: string;
  /** Which time it is heard, counted from 1. */
  round: number;
  /** Since when it is in its stage, or was given something there. */
  stepped_at: Date;
  /** When it was complete in this round. */
  complete_at: Date | null;
  /** When the applicant was told what is missing. */
  noticed_at: Date | null;
  session_id: string | null;
  refiling_of: string | null;
  external_id: string | null;
  /** Working seconds of the stays before the present one. */
  spent_intake: number;
  spent_materials: number;
  spent_session_wait: number;
  spent_deciding: number;
}

export interface LicenseBusinessRow {
  code: string;
  name: string;
}

export interface LicenseMaterialRow {
  application_id: string;
  code: string;
  name: string;
  url: string | null;
  requested_at: Date | null;
  supplied_at: Date | null;
}

export interface LicenseApplicationEventRow {
  application_id: string;
  /** Counted from 1 in each application. */
  position: number;
  kind: LicenseApplicationEventKind;
  at: Date;
  actor: string;
  agency: string;
  note: string | null;
}

export interface LicenseApplicantRow {
  application_id: string;
  name: string;
  phone: string;
}

export interface LicenseApplicationFilter extends PageArgs {
  stage?: LicenseApplicationStage | null;
  kind?: LicenseApplicationKind | null;
  business?: string | null;
  shopNameContains?: string | null;
  addressContains?: string | null;
  submittedFrom?: string | null;
  submittedTo?: string | null;
}

/** Who does something, and when it happened. */
export interface Act {
  readonly user: string;
  readonly agency: string;
  readonly at: Date;
}

export const COLUMNS = [
  'id',
  'number',
  'shop_name',
  'kind',
  'stage',
  'jurisdiction',
  'address',
  'floors',
  'area_square_meters',
  'business',
  'proposal',
  'submitted_at',
  'filed_by',
  'procedure_id',
  'town',
  'round',
  'stepped_at',
  'complete_at',
  'noticed_at',
  'session_id',
  'refiling_of',
  'external_id',
  'spent_intake',
  'spent_materials',
  'spent_session_wait',
  'spent_deciding',
];
const NEWEST_FIRST: Keyset = {
  name: 'licenseApplications',
  columns: ['submitted_at', 'id'],
  direction: 'desc',
  maximum: 200,
};

export async function applicationsById(db: Db, ids: readonly string[]): Promise<LicenseApplicationRow[]> {
  return db<LicenseApplicationRow>('applications')
    .comment('applications.byId')
    .select<LicenseApplicationRow[]>(COLUMNS)
    .whereIn('id', [...ids]);
}

/** A page of the applications in each of `places` and below. */
export async function applicationsIn(
  db: Db,
  places: readonly string[],
  filter: LicenseApplicationFilter,
): Promise<Map<string, Connection<LicenseApplicationRow>>> {
  return pagesByParent(db, {
    comment: 'applications.in',
    parents: placeParents(places),
    keyset: NEWEST_FIRST,
    args: filter,
    rows: () => matching(db, filter, true).modify(inParentPlace('jurisdiction')),
  });
}

/**
 * A page of all applications that the viewer may see: as a party by place, as who filed them, or by a grant of who did.
 * Row security leaves out all others anyway, but the planner does not know how many those are; this says where an index
 * finds the viewer's own.
 */
export async function applicationsOfViewer(
  db: Db,
  viewer: Viewer,
  filter: LicenseApplicationFilter,
): Promise<Connection<LicenseApplicationRow> | null> {
  const { from, below } = partyRange(viewer, 'tourism.applications');
  const filers = [viewer.agency, ...grantedProviders(viewer, 'tourism.applications')];
  return pageOf<LicenseApplicationRow>(db, {
    comment: 'applications.ofViewer',
    parent: placeParent(EVERYWHERE),
    keyset: NEWEST_FIRST,
    args: filter,
    rows: () => [
      matching(db, filter, false).where('jurisdiction', '>=', from).where('jurisdiction', '<', below),
      matching(db, filter, false).whereIn('filed_by', filers),
    ],
  });
}

function matching(db: Db, filter: LicenseApplicationFilter, isPlaced: boolean) {
  const { stage, kind, business, shopNameContains, addressContains, submittedFrom, submittedTo } = filter;
  const rows = db<LicenseApplicationRow>('applications').select(COLUMNS);
  if (stage) rows.where({ stage });
  if (kind) rows.where({ kind });
  if (business) rows.where({ business });
  if (submittedFrom) rows.where('submitted_at', '>=', startOfDay(submittedFrom));
  if (submittedTo) rows.where('submitted_at', '<', startOfDay(addDays(submittedTo, 1)));
  const word = (column: string, text: string) =>
    rows.modify(containing(db, 'application_grams', column, text, isPlaced));
  if (shopNameContains) word('shop_name', shopNameContains);
  if (addressContains) word('address', addressContains);
  return rows;
}

/**
 * Restricts rows to those whose column contains a text: `grams` holds the characters and pairs of the column, by which
 * the candidates are found, within the parent's place when there is one. Blank text: all.
 */
const containing =
  (db: Db, grams: 'application_grams' | 'applicant_grams', column: string, text: string, isPlaced: boolean) =>
  (query: Knex.QueryBuilder): void => {
    const wanted = text.trim();
    const id = grams === 'applicant_grams' ? 'application_id' : 'id';
    for (const gram of searchGrams(wanted).slice(0, MOST_GRAMS)) {
      const candidates = db(grams).select('application_id').where({ field: column, gram });
      if (isPlaced) candidates.modify(inParentPlace('jurisdiction'));
      query.whereIn(id, candidates);
    }
    if (wanted !== '')
      query.whereRaw('position(lower(? COLLATE "C") in lower(?? COLLATE "C")) > 0', [wanted, column]);
  };

/** So many pairs find what is looked for; more only make the statement longer. */
const MOST_GRAMS = 6;

/** A page of the applications of a viewer that are for the houses of `premises`, each by an application for it. */
export async function applicationsForPremises(
  db: Db,
  houses: readonly string[],
  args: PageArgs,
): Promise<Map<string, Connection<LicenseApplicationRow>>> {
  return pagesByParent(db, {
    comment: 'applications.forPremises',
    parents: keyParents(houses),
    keyset: NEWEST_FIRST,
    args,
    rows: () =>
      db<LicenseApplicationRow>('applications')
        .select(COLUMNS)
        .whereRaw(
          `(town, premises_key) = (SELECT town, premises_key FROM applications AS own WHERE own.id = ${PARENT.key})
           AND id <> ${PARENT.key}`,
        ),
  });
}

/** A page of the applications for a house of a town, however its number is typed. */
export async function applicationsAt(
  db: Db,
  { town, address }: { town: string; address: string },
  args: PageArgs,
): Promise<Connection<LicenseApplicationRow> | null> {
  return pageOf<LicenseApplicationRow>(db, {
    comment: 'applications.at',
    parent: keyParent(town),
    keyset: NEWEST_FIRST,
    args,
    rows: () =>
      db<LicenseApplicationRow>('applications')
        .select(COLUMNS)
        .whereRaw(`town = ${PARENT.key}`)
        .whereRaw('premises_key = ?', [premisesKey(address)]),
  });
}

/** Whose applications are looked for. */
export interface ApplicantFilter extends PageArgs {
  nameContains?: string | null;
  phone?: string | null;
  under?: string | null;
  stage?: LicenseApplicationStage | null;
}

/** A page of the applications whose applicant the viewer may know, and is the one looked for. */
export async function applicationsByApplicant(
  db: Db,
  { nameContains, phone, under, stage, ...args }: ApplicantFilter,
): Promise<Connection<LicenseApplicationRow> | null> {
  return pageOf<LicenseApplicationRow>(db, {
    comment: 'applications.byApplicant',
    parent: placeParent(under ?? EVERYWHERE),
    keyset: NEWEST_FIRST,
    args,
    rows: () => {
      const applicants = db('applicants').select('application_id');
      if (phone) applicants.where({ phone: phone.trim() });
      if (nameContains) {
        applicants.modify(containing(db, 'applicant_grams', 'name', nameContains, under != null));
      }
      if (under) applicants.modify(inParentPlace('jurisdiction'));
      const rows = db<LicenseApplicationRow>('applications').select(COLUMNS).whereIn('id', applicants);
      if (stage) rows.where({ stage });
      return rows;
    },
  });
}

/** What was handed in for each application or is owed, in the order of the material codes. */
export async function materialsOf(db: Db, applications: readonly string[]): Promise<LicenseMaterialRow[]> {
  return db<LicenseMaterialRow>('application_materials')
    .comment('applications.materials')
    .select('application_id', 'code', 'name', 'url', 'requested_at', 'supplied_at')
    .whereIn('application_id', [...applications])
    .orderBy('code');
}

/** The steps of each application, in the order in which they were taken. */
export async function eventsOf(
  db: Db,
  applications: readonly string[],
): Promise<LicenseApplicationEventRow[]> {
  return db<LicenseApplicationEventRow>('application_events')
    .comment('applications.events')
    .select('application_id', 'position', 'kind', 'at', 'actor', 'agency', 'note')
    .whereIn('application_id', [...applications])
    .orderBy('position');
}

/** The applicants of those applications whose applicant the viewer may know. */
export async function applicantsOf(db: Db, applications: readonly string[]): Promise<LicenseApplicantRow[]> {
  return db<LicenseApplicantRow>('applicants')
    .comment('applications.applicants')
    .select('application_id', 'name', 'phone')
    .whereIn('application_id', [...applications]);
}

export async function businessesByCode(db: Db, codes: readonly string[]): Promise<LicenseBusinessRow[]> {
  return db<LicenseBusinessRow>('businesses')
    .comment('applications.businessesByCode')
    .select('code', 'name')
    .whereIn('code', [...codes]);
}

export async function allBusinesses(db: Db): Promise<LicenseBusinessRow[]> {
  return db<LicenseBusinessRow>('businesses')
    .comment('applications.allBusinesses')
    .select('code', 'name')
    .orderBy('code');
}

/** What belongs to an application repeats the columns that make its parties. */
type Owner = Pick<LicenseApplicationRow, 'id' | 'jurisdiction' | 'filed_by'>;

/** The columns by which a row belongs to an application. */
export const ownedBy = ({ id, jurisdiction, filed_by }: Owner) => ({
  application_id: id,
  jurisdiction,
  filed_by,
});

export async function applicationById(db: Db, id: string): Promise<LicenseApplicationRow | null> {
  const [row] = await applicationsById(db, [id]);
  return row ?? null;
}

/** The application that a unit filed under an id of its own; null when it filed none. */
export async function applicationByExternalId(
  db: Db,
  filed_by: string,
  external_id: string,
): Promise<LicenseApplicationRow | null> {
  const [row] = await db<LicenseApplicationRow>('applications')
    .comment('applications.byExternalId')
    .select<LicenseApplicationRow[]>(COLUMNS)
    .where({ filed_by, external_id });
  return row ?? null;
}

/** Those of the given applications that were filed again, with what files each again. */
export async function refilingsOf(db: Db, ids: readonly string[]): Promise<LicenseApplicationRow[]> {
  return db<LicenseApplicationRow>('applications')
    .comment('applications.refilings')
    .select<LicenseApplicationRow[]>(COLUMNS)
    .whereIn('refiling_of', [...ids]);
}

/**
 * The next number of a town's series and year, from 1. Who else wants one waits until the transaction ends, and gets
 * the same number when it is rolled back.
 */
export async function nextNumber(
  db: Db,
  town: string,
  series: 'APPLICATION' | 'CERTIFICATE',
  year: number,
): Promise<number> {
  const [counter] = await db.raw<{ last: number }>(
    `/* applications.nextNumber */
     INSERT INTO counters (town, series, year, last) VALUES (?, ?, ?, 1)
     ON CONFLICT (town, series, year) DO UPDATE SET last = counters.last + 1
     RETURNING last`,
    [town, series, year],
  );
  if (!counter) throw new Error(`the counter of ${town} gave no number`);
  return counter.last;
}

/** Stores an application; null when its external id is used or what it files again was filed again already. */
export async function insertApplication(
  db: Db,
  row: Omit<
    LicenseApplicationRow,
    | 'id'
    | 'round'
    | 'complete_at'
    | 'noticed_at'
    | 'session_id'
    | 'spent_intake'
    | 'spent_materials'
    | 'spent_session_wait'
    | 'spent_deciding'
  >,
  applicant: Omit<LicenseApplicantRow, 'application_id'>,
): Promise<LicenseApplicationRow | null> {
  const [application] = await db<LicenseApplicationRow>('applications')
    .comment('applications.insert')
    .insert({ id: randomUUID(), ...row })
    .onConflict()
    .ignore()
    .returning<LicenseApplicationRow[]>(COLUMNS);
  if (!application) return null;
  await db('applicants')
    .comment('applications.insertApplicant')
    .insert({ ...ownedBy(application), ...applicant });
  return application;
}

/** Changes an application that is still as it was read; null when another was faster. */
export async function changeApplication(
  db: Db,
  { id, stage, round, stepped_at, session_id }: LicenseApplicationRow,
  change: Partial<LicenseApplicationRow>,
): Promise<LicenseApplicationRow | null> {
  const [application] = await db<LicenseApplicationRow>('applications')
    .comment('applications.change')
    .where({ id, stage, round, stepped_at, session_id })
    .update(change)
    .returning<LicenseApplicationRow[]>(COLUMNS);
  return application ?? null;
}

/** Writes a step into the timeline. Callers hold the application's row, so that no two take the same position. */
export async function recordEvent(
  db: Db,
  application: Owner,
  kind: LicenseApplicationEventKind,
  { user, agency, at }: Act,
  note: string | null = null,
): Promise<void> {
  const { application_id, jurisdiction, filed_by } = ownedBy(application);
  await db.raw(
    `/* applications.recordEvent */
     INSERT INTO application_events (application_id, jurisdiction, filed_by, position, kind, at, actor, agency, note)
     SELECT ?, ?, ?, coalesce(max(position), 0) + 1, ?, ?, ?, ?, ? FROM application_events WHERE application_id = ?`,
    [application_id, jurisdiction, filed_by, kind, at, user, agency, note, application_id],
  );
}

/** A material that an application has or owes. */
export interface MaterialChange {
  readonly code: string;
  readonly name: string;
  readonly url: string | null;
}

/** Stores materials that are handed in at `at`; what was owed or replaced keeps the time at which it was asked for. */
export async function supplyMaterials(
  db: Db,
  application: Owner,
  materials: readonly MaterialChange[],
  at: Date,
): Promise<void> {
  if (materials.length === 0) return;
  await db('application_materials')
    .comment('applications.supplyMaterials')
    .insert(materials.map((material) => ({ ...ownedBy(application), ...material, supplied_at: at })))
    .onConflict(['application_id', 'code'])
    .merge(['url', 'supplied_at']);
}

/** Stores what is owed from `at` on. What was handed in under the same code does not do. */
export async function oweMaterials(
  db: Db,
  application: Owner,
  materials: readonly Omit<MaterialChange, 'url'>[],
  at: Date,
): Promise<void> {
  if (materials.length === 0) return;
  await db('application_materials')
    .comment('applications.oweMaterials')
    .insert(
      materials.map(({ code, name }) => ({
        ...{ ...ownedBy(application), code, name, url: null, supplied_at: null, requested_at: at },
      })),
    )
    .onConflict(['application_id', 'code'])
    .merge(['name', 'url', 'supplied_at', 'requested_at']);
}
