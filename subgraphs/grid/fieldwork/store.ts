import type { Db } from '../../kit/database';
import type { InspectionEventKind } from '../inspections/rules';
import type { InspectionCampaignRow, InspectionFindingRow } from '../inspections/store';
import type { Act } from '../life-cycle/store';
import { type FieldworkKind, type Kept, keptOf } from './rules';

export interface InspectionChangeRow {
  kind: InspectionEventKind;
  campaign_id: string;
  finding_id: string | null;
  jurisdiction: string;
  organizer: string;
  inspector: string | null;
  inspected: string | null;
  unit: string | null;
  at: Date;
  actor: string;
  agency: string;
  kept: Kept | null;
}

export interface FieldworkChangeRow {
  kind: FieldworkKind;
  jurisdiction: string;
  provider: string;
  party: string | null;
  subject: string | null;
  list_id: string | null;
  week_of: string | null;
  level: number | null;
  count: number;
  at: Date;
  actor: string;
  agency: string;
  kept: Kept | null;
}

export const INSPECTION_CHANGE = [
  'kind',
  'campaign_id',
  'finding_id',
  'jurisdiction',
  'organizer',
  'inspector',
  'inspected',
  'unit',
  'at',
  'actor',
  'agency',
  'kept',
] as const satisfies (keyof InspectionChangeRow)[];

export const FIELDWORK_CHANGE = [
  'kind',
  'jurisdiction',
  'provider',
  'party',
  'subject',
  'list_id',
  'week_of',
  'level',
  'count',
  'at',
  'actor',
  'agency',
  'kept',
] as const satisfies (keyof FieldworkChangeRow)[];

/** A transaction's changes of the field come behind those that it made of cases. */
const FIRST_ORDINAL = 1_000_000;

/** What steps change of a finding. */
const OF_FINDING = [
  ...(['category', 'description', 'responsible_person', 'responsible_phone', 'photos'] as const),
  ...(['latitude', 'longitude', 'road', 'status', 'submitted_at', 'reviewed_at', 'return_reason'] as const),
  'case_id',
] as const satisfies (keyof InspectionFindingRow)[];

/** Enters what was done with a finding, which stands as `finding` after it, into the feed. */
export async function recordFindingChange(
  db: Db,
  transaction_id: number,
  finding: InspectionFindingRow,
  { kind, user, agency, at }: Act & { kind: InspectionEventKind },
): Promise<void> {
  const { campaign_id, jurisdiction, organizer, inspector, inspected } = finding;
  await db('inspection_changes')
    .comment('fieldwork.recordFinding')
    .insert({
      ...{ transaction_id, ordinal: FIRST_ORDINAL, kind, campaign_id, finding_id: finding.id, jurisdiction },
      ...{ organizer, inspector, inspected, at, actor: user, agency },
      kept: JSON.stringify(keptOf(finding, OF_FINDING)),
    });
}

/** Enters what was done with a campaign into the feed, once for each unit that takes part, in the unit's place. */
export async function recordCampaignChange(
  db: Db,
  transaction_id: number,
  { id, organizer }: Pick<InspectionCampaignRow, 'id' | 'organizer'>,
  { kind, user, agency, at }: Act & { kind: InspectionEventKind },
): Promise<void> {
  await db.raw(
    `/* fieldwork.recordCampaign */
     INSERT INTO inspection_changes (transaction_id, ordinal, kind, campaign_id, jurisdiction, organizer, unit, at, actor, agency)
     SELECT ?, ? + row_number() OVER (ORDER BY unit.agency), ?, campaign_id, jurisdiction, ?, unit.agency, ?, ?, ?
     FROM inspection_units AS unit WHERE campaign_id = ?`,
    [transaction_id, FIRST_ORDINAL, kind, organizer, at, user, agency, id],
  );
}

/** What was done with one thing, or with several of a place. */
export interface NewFieldworkChange extends Act {
  readonly kind: FieldworkKind;
  readonly jurisdiction: string;
  readonly provider: string;
  readonly party?: string | null;
  readonly subject?: string;
  readonly listId?: string;
  readonly weekOf?: string;
  readonly count?: number;
  readonly kept?: Kept;
}

/** Enters what was done into the feed; nothing when it was done with nothing. */
export async function recordFieldworkChanges(
  db: Db,
  transaction_id: number,
  changes: readonly NewFieldworkChange[],
): Promise<void> {
  const rows = changes.flatMap(({ kind, jurisdiction, provider, count = 1, user, agency, at, ...more }, i) =>
    count === 0
      ? []
      : [
          {
            ...{ transaction_id, ordinal: FIRST_ORDINAL + i, kind, jurisdiction, provider, count },
            ...{ party: more.party ?? null, subject: more.subject ?? null, list_id: more.listId ?? null },
            ...{ week_of: more.weekOf ?? null, at, actor: user, agency },
            kept: more.kept ? JSON.stringify(more.kept) : null,
          },
        ],
  );
  if (rows.length > 0) await db('fieldwork_changes').comment('fieldwork.record').insert(rows);
}

/** What steps change of a lead. */
const OF_LEAD = ['status', 'agency', 'grid', 'result', 'result_note', 'photos', 'checked_at', 'case_id'];

/**
 * Enters what was done with leads, as they stand by now, into the feed: once for those of one list that a unit has in a
 * place, and at one level of command.
 */
export async function recordLeadChanges(
  db: Db,
  transaction_id: number,
  leads: readonly string[],
  { kind, user, agency, at }: Omit<Act, 'agency'> & { agency: string | null; kind: FieldworkKind },
): Promise<void> {
  if (leads.length === 0) return;
  const kept = OF_LEAD.map((column) => `'${column}', ${column}`).join(', ');
  await db.raw(
    `/* fieldwork.recordLeads */
     INSERT INTO fieldwork_changes (transaction_id, ordinal, kind, jurisdiction, provider, party, subject, list_id, level,
       count, at, actor, agency, kept)
     SELECT ?, ? + row_number() OVER (ORDER BY list_id, jurisdiction, agency, told_level), ?, jurisdiction, pushed_by, agency,
       CASE count(*) WHEN 1 THEN min(id) END, list_id, told_level, count(*), ?, ?, coalesce(?, pushed_by),
       CASE count(*) WHEN 1 THEN (jsonb_agg(kept))->0 END
     FROM (
       SELECT id, list_id, jurisdiction, pushed_by, agency, CASE WHEN ? THEN escalated_level END AS told_level,
         jsonb_build_object(${kept}) AS kept
       FROM leads WHERE id = ANY (?::text[])
     ) AS lead
     GROUP BY list_id, jurisdiction, pushed_by, agency, told_level`,
    [...[transaction_id, FIRST_ORDINAL, kind, at, user, agency], ...[kind === 'LEADS_ESCALATED', [...leads]]],
  );
}
