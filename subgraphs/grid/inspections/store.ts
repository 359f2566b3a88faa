import {
  type Connection,
  EVERYWHERE,
  inParentPlace,
  type Keyset,
  keyParents,
  type PageArgs,
  pageIn,
  pagesByParent,
} from '../../kit/connection';
import type { Db } from '../../kit/database';
import type { Act } from '../life-cycle/store';
import type { Assignment } from './draw';
import type {
  InspectionCampaignStatus,
  InspectionCapBasis,
  InspectionEventKind,
  InspectionFindingStatus,
  Tally,
} from './rules';

export interface InspectionCampaignRow {
  id: string;
  name: string;
  month: string;
  status: InspectionCampaignStatus;
  organizer: string;
  external_id: string | null;
  floor: number;
  bonus_per_finding: number;
  bonus_cap: number;
  cap_basis: InspectionCapBasis;
  seed: string;
  opened_at: Date;
  closed_at: Date | null;
}

export interface InspectionFindingRow {
  id: string;
  campaign_id: string;
  organizer: string;
  inspector: string;
  inspected: string;
  jurisdiction: string;
  category: string;
  description: string;
  responsible_person: string;
  responsible_phone: string;
  photos: string[];
  latitude: number;
  longitude: number;
  road: string;
  found_at: Date;
  status: InspectionFindingStatus;
  submitted_at: Date;
  reviewed_at: Date | null;
  return_reason: string | null;
  external_id: string | null;
  case_id: string | null;
}

export interface InspectionEventRow {
  campaign_id: string;
  finding_id: string | null;
  kind: InspectionEventKind;
  at: Date;
  actor: string;
  agency: string;
  note: string | null;
}

export type InspectionAssignmentRow = Assignment & { campaign_id: string };
export type InspectionTallyRow = Tally & { campaign_id: string };

const CAMPAIGN = [
  'id',
  'name',
  'month',
  'status',
  'organizer',
  'external_id',
  'floor',
  'bonus_per_finding',
  'bonus_cap',
  'cap_basis',
  'seed',
  'opened_at',
  'closed_at',
] as const satisfies (keyof InspectionCampaignRow)[];

const FINDING = [
  'id',
  'campaign_id',
  'organizer',
  'inspector',
  'inspected',
  'jurisdiction',
  'category',
  'description',
  'responsible_person',
  'responsible_phone',
  'photos',
  'latitude',
  'longitude',
  'road',
  'found_at',
  'status',
  'submitted_at',
  'reviewed_at',
  'return_reason',
  'external_id',
  'case_id',
] as const satisfies (keyof InspectionFindingRow)[];

const LATEST_MONTH_FIRST: Keyset = {
  name: 'inspectionCampaigns',
  columns: ['month', 'id'],
  direction: 'desc',
  maximum: 200,
};
const LATEST_FOUND_FIRST: Keyset = {
  name: 'inspectionFindings',
  columns: ['found_at', 'id'],
  direction: 'desc',
  maximum: 200,
};

export interface InspectionCampaignFilter extends PageArgs {
  organizer?: string | null;
  month?: string | null;
  status?: InspectionCampaignStatus | null;
}

export interface InspectionFindingFilter extends PageArgs {
  campaignId?: string | null;
  under?: string | null;
  inspector?: string | null;
  inspected?: string | null;
  status?: InspectionFindingStatus | null;
}

export async function campaignsById(db: Db, ids: readonly string[]): Promise<InspectionCampaignRow[]> {
  return db<InspectionCampaignRow>('inspection_campaigns')
    .comment('inspections.campaignsById')
    .select(...CAMPAIGN)
    .whereIn('id', [...ids]);
}

export async function findingsById(db: Db, ids: readonly string[]): Promise<InspectionFindingRow[]> {
  return db<InspectionFindingRow>('inspection_findings')
    .comment('inspections.findingsById')
    .select(...FINDING)
    .whereIn('id', [...ids]);
}

/** The findings that became the cases. */
export async function findingsOfCases(db: Db, cases: readonly string[]): Promise<InspectionFindingRow[]> {
  return db<InspectionFindingRow>('inspection_findings')
    .comment('inspections.findingsOfCases')
    .select(...FINDING)
    .whereIn('case_id', [...cases]);
}

/** Who inspects whom in each campaign, in the order of the inspectors' codes. */
export async function assignmentsOf(
  db: Db,
  campaigns: readonly string[],
): Promise<InspectionAssignmentRow[]> {
  return db<InspectionAssignmentRow>('inspection_assignments')
    .comment('inspections.assignments')
    .select('campaign_id', 'inspector', 'inspected')
    .whereIn('campaign_id', [...campaigns])
    .orderBy(['campaign_id', 'inspector']);
}

/** What the units have in each campaign, in the order of their codes. */
export async function talliesOf(db: Db, campaigns: readonly string[]): Promise<InspectionTallyRow[]> {
  return db<InspectionTallyRow>('inspection_tallies')
    .comment('inspections.tallies')
    .select('campaign_id', 'agency', 'submitted', 'accepted', 'returned', 'found_against')
    .whereIn('campaign_id', [...campaigns])
    .orderBy(['campaign_id', 'agency']);
}

/** What was done with each finding, in that order. */
export async function eventsOfFindings(
  db: Db,
  findings: readonly string[],
): Promise<(InspectionEventRow & { finding_id: string })[]> {
  return db<InspectionEventRow & { finding_id: string }>('inspection_events')
    .comment('inspections.eventsOfFindings')
    .select('campaign_id', 'finding_id', 'kind', 'at', 'actor', 'agency', 'note')
    .whereIn('finding_id', [...findings])
    .orderBy(['finding_id', 'at', 'ordinal']);
}

/** What was done with each campaign itself, in that order. */
export async function eventsOfCampaigns(db: Db, campaigns: readonly string[]): Promise<InspectionEventRow[]> {
  return db<InspectionEventRow>('inspection_events')
    .comment('inspections.eventsOfCampaigns')
    .select('campaign_id', 'finding_id', 'kind', 'at', 'actor', 'agency', 'note')
    .whereIn('campaign_id', [...campaigns])
    .whereNull('finding_id')
    .orderBy(['campaign_id', 'at', 'ordinal']);
}

export async function campaignsIn(
  db: Db,
  { organizer, month, status, ...args }: InspectionCampaignFilter,
): Promise<Connection<InspectionCampaignRow> | null> {
  const pages = await pagesByParent<InspectionCampaignRow>(db, {
    comment: 'inspections.campaigns',
    parents: keyParents([EVERYWHERE]),
    keyset: LATEST_MONTH_FIRST,
    args,
    rows: () => {
      const rows = db<InspectionCampaignRow>('inspection_campaigns').select(...CAMPAIGN);
      if (organizer) rows.where({ organizer });
      if (month) rows.where({ month });
      if (status) rows.where({ status });
      return rows;
    },
  });
  return pages.get(EVERYWHERE) ?? null;
}

export async function findingsIn(
  db: Db,
  { campaignId, under, inspector, inspected, status, ...args }: InspectionFindingFilter,
  maximum?: number,
): Promise<Connection<InspectionFindingRow>> {
  return pageIn<InspectionFindingRow>(db, under, {
    comment: 'inspections.findings',
    keyset: { ...LATEST_FOUND_FIRST, maximum: maximum ?? LATEST_FOUND_FIRST.maximum },
    args,
    rows: () => {
      const rows = db<InspectionFindingRow>('inspection_findings').select(...FINDING);
      if (under) rows.modify(inParentPlace('jurisdiction'));
      if (campaignId) rows.where({ campaign_id: campaignId });
      if (inspector) rows.where({ inspector });
      if (inspected) rows.where({ inspected });
      if (status) rows.where({ status });
      return rows;
    },
  });
}

/** The closed campaigns of an organizer in a year. */
export async function closedCampaigns(
  db: Db,
  organizer: string,
  year: number,
): Promise<InspectionCampaignRow[]> {
  return db<InspectionCampaignRow>('inspection_campaigns')
    .comment('inspections.closedCampaigns')
    .select(...CAMPAIGN)
    .where({ organizer, status: 'CLOSED' })
    .whereBetween('month', [`${year}-01`, `${year}-12`]);
}

/** The campaign that the organizer opened before under an external id; null when there is none. */
export async function campaignByExternalId(
  db: Db,
  organizer: string,
  external_id: string,
): Promise<InspectionCampaignRow | null> {
  const [row] = await db<InspectionCampaignRow>('inspection_campaigns')
    .comment('inspections.campaignByExternalId')
    .select(...CAMPAIGN)
    .where({ organizer, external_id });
  return row ?? null;
}

/** Stores a campaign with its units and its draw; null when its external id is taken. */
export async function insertCampaign(
  db: Db,
  campaign: InspectionCampaignRow,
  units: readonly { agency: string; jurisdiction: string }[],
  assignments: readonly Assignment[],
): Promise<InspectionCampaignRow | null> {
  const { id: campaign_id, organizer } = campaign;
  const [stored] = await db('inspection_campaigns')
    .comment('inspections.insertCampaign')
    .insert({ ...campaign })
    .onConflict(['organizer', 'external_id'])
    .ignore()
    .returning<InspectionCampaignRow[]>([...CAMPAIGN]);
  if (!stored) return null;
  await db('inspection_units')
    .comment('inspections.insertUnits')
    .insert(units.map((unit) => ({ campaign_id, organizer, ...unit })));
  await db('inspection_assignments')
    .comment('inspections.insertAssignments')
    .insert(
      assignments.map((pair) => ({
        ...{ campaign_id, ...pair },
        jurisdiction: units.find(({ agency }) => agency === pair.inspected)?.jurisdiction,
      })),
    );
  return stored;
}

/** A campaign, whom a unit inspects in it and where, and when the last thing happened to it. */
export type CampaignForStep = InspectionCampaignRow & {
  assigned: string | null;
  assigned_place: string | null;
  waiting: number;
  last_at: Date;
};

/**
 * The campaign that something is to be done with, if the viewer may see it. It stays open, or closed, until the
 * transaction ends: what closes a campaign takes it for itself, what works on its findings shares it.
 */
export async function campaignForStep(
  db: Db,
  id: string,
  { agency, hold }: { agency: string; hold: 'alone' | 'shared' },
): Promise<CampaignForStep | null> {
  const lock = hold === 'alone' ? 'pg_advisory_xact_lock' : 'pg_advisory_xact_lock_shared';
  await db.raw(`/* inspections.hold */ SELECT ${lock}(hashtext(?))`, [`inspection campaign ${id}`]);
  const [row] = await db.raw<CampaignForStep & Record<string, unknown>>(
    `/* inspections.campaignForStep */
     SELECT ${CAMPAIGN.map((column) => `campaign.${column}`).join(', ')},
       pair.inspected AS assigned, pair.jurisdiction AS assigned_place,
       (SELECT count(*) FROM inspection_findings AS waiting
        WHERE waiting.campaign_id = campaign.id AND status = 'SUBMITTED') AS waiting,
       greatest(opened_at, (SELECT max(at) FROM inspection_events AS event WHERE event.campaign_id = campaign.id))
         AS last_at
     FROM inspection_campaigns AS campaign
     LEFT JOIN inspection_assignments AS pair ON pair.campaign_id = campaign.id AND pair.inspector = ?
     WHERE campaign.id = ?`,
    [agency, id],
  );
  return row ?? null;
}

/** Closes a campaign; null when it was closed before. */
export async function closeCampaign(db: Db, id: string, at: Date): Promise<InspectionCampaignRow | null> {
  const [closed] = await db<InspectionCampaignRow>('inspection_campaigns')
    .comment('inspections.closeCampaign')
    .where({ id, status: 'OPEN' })
    .update({ status: 'CLOSED', closed_at: at })
    .returning<InspectionCampaignRow[]>([...CAMPAIGN]);
  return closed ?? null;
}

/** The finding that a unit submitted before under an external id; null when there is none. */
export async function findingByExternalId(
  db: Db,
  { campaign_id, inspector, external_id }: { campaign_id: string; inspector: string; external_id: string },
): Promise<InspectionFindingRow | null> {
  const [row] = await db<InspectionFindingRow>('inspection_findings')
    .comment('inspections.findingByExternalId')
    .select(...FINDING)
    .where({ campaign_id, inspector, external_id });
  return row ?? null;
}

/** Stores a finding; null when its external id is taken. */
export async function insertFinding(
  db: Db,
  row: Omit<InspectionFindingRow, 'reviewed_at' | 'return_reason' | 'case_id'>,
): Promise<InspectionFindingRow | null> {
  const [stored] = await db('inspection_findings')
    .comment('inspections.insertFinding')
    .insert(row)
    .onConflict(['campaign_id', 'inspector', 'external_id'])
    .ignore()
    .returning<InspectionFindingRow[]>([...FINDING]);
  return stored ?? null;
}

/** The finding that a step is about, if the viewer may see it, and when the last thing happened to it. */
export async function findingForStep(
  db: Db,
  id: string,
): Promise<(InspectionFindingRow & { last_at: Date }) | null> {
  const [row] = await db.raw<InspectionFindingRow & { last_at: Date } & Record<string, unknown>>(
    `/* inspections.findingForStep */ SELECT ${FINDING.join(', ')},
       greatest(submitted_at, (SELECT max(at) FROM inspection_events WHERE finding_id = inspection_findings.id)) AS last_at
     FROM inspection_findings WHERE id = ?`,
    [id],
  );
  return row ?? null;
}

/** Changes a finding that still is as it was read; null when it is not. */
export async function changeFinding(
  db: Db,
  { id, status, case_id }: Pick<InspectionFindingRow, 'id' | 'status' | 'case_id'>,
  change: Partial<InspectionFindingRow>,
): Promise<InspectionFindingRow | null> {
  const [changed] = await db<InspectionFindingRow>('inspection_findings')
    .comment('inspections.changeFinding')
    .where({ id, status })
    .whereRaw('case_id IS NOT DISTINCT FROM ?', [case_id])
    .update(change)
    .returning<InspectionFindingRow[]>([...FINDING]);
  return changed ?? null;
}

/** Enters what was done with a campaign, or with one of its findings. */
export async function recordInspectionEvent(
  db: Db,
  about: { campaign_id: string; finding?: InspectionFindingRow },
  { kind, user, agency, at, note }: Act & { kind: InspectionEventKind; note?: string },
): Promise<void> {
  const { finding } = about;
  const isSubmission = kind === 'SUBMITTED' || kind === 'RESUBMITTED';
  await db('inspection_events')
    .comment('inspections.recordEvent')
    .insert({
      ...{ campaign_id: about.campaign_id, finding_id: finding?.id ?? null, kind, at, actor: user, agency },
      note: note || null,
      content: finding && isSubmission ? JSON.stringify(contentOf(finding)) : null,
    });
}

/** What a submission says, and another may change. */
const contentOf = (row: InspectionFindingRow) => ({
  ...{ category: row.category, description: row.description, photos: row.photos, road: row.road },
  ...{ responsible_person: row.responsible_person, responsible_phone: row.responsible_phone },
  ...{ latitude: row.latitude, longitude: row.longitude },
});
