import type { Knex } from 'knex';
import {
  type Connection,
  EVERYWHERE,
  inParentPlace,
  type Keyset,
  type PageArgs,
  pagesByParent,
  placeParents,
} from '../../kit/connection';
import type { Db } from '../../kit/database';
import { addDays, startOfDay } from '../../kit/time';
import type {
  LicenseApplicationEventKind,
  LicenseApplicationKind,
  LicenseApplicationStage,
} from '../schema-types';

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

const COLUMNS = [
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
    rows: () => matching(db, filter).modify(inParentPlace('jurisdiction')),
  });
}

/**
 * A page of all applications that the viewer may see. No range of places here: one around everything would keep
 * PostgreSQL from reading only what the row policy opens (measured with 100,000 rows: 45 ms instead of 5).
 */
export async function applicationsOfViewer(
  db: Db,
  filter: LicenseApplicationFilter,
): Promise<Connection<LicenseApplicationRow> | null> {
  const pages = await pagesByParent<LicenseApplicationRow>(db, {
    comment: 'applications.ofViewer',
    parents: placeParents([EVERYWHERE]),
    keyset: NEWEST_FIRST,
    args: filter,
    rows: () => matching(db, filter),
  });
  return pages.get(EVERYWHERE) ?? null;
}

function matching(db: Db, filter: LicenseApplicationFilter) {
  const { stage, kind, business, shopNameContains, addressContains, submittedFrom, submittedTo } = filter;
  const rows = db<LicenseApplicationRow>('applications').select(COLUMNS);
  if (stage) rows.where({ stage });
  if (kind) rows.where({ kind });
  if (business) rows.where({ business });
  if (submittedFrom) rows.where('submitted_at', '>=', startOfDay(submittedFrom));
  if (submittedTo) rows.where('submitted_at', '<', startOfDay(addDays(submittedTo, 1)));
  if (shopNameContains) rows.modify(containing('shop_name', shopNameContains));
  if (addressContains) rows.modify(containing('address', addressContains));
  return rows;
}

const containing =
  (column: string, text: string) =>
  (query: Knex.QueryBuilder): void => {
    query.whereRaw('position(lower(?) in lower(??)) > 0', [text.trim(), column]);
  };

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
