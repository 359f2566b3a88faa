import type { PetitionEventKind } from '../petitions/rules';

/** What is done in the field beside cases and inspections. The first word says with what. */
export type FieldworkKind =
  | 'LEAD_LIST_OPENED'
  | 'LEADS_PUSHED'
  | 'LEADS_ASSIGNED'
  | 'LEADS_CHECKED'
  | 'LEADS_ESCALATED'
  | 'LEAD_CASE_OPENED'
  | 'HOUSEHOLDS_REGISTERED'
  | 'HOUSEHOLD_CORRECTED'
  | 'HOUSEHOLD_MOVED_AWAY'
  | 'WASTE_STAMPED'
  | 'WASTE_STAMP_CORRECTED'
  | 'WASTE_REWARD_HANDED_OUT'
  | `PETITION_${PetitionEventKind}`
  | 'VISIT_RECORDED'
  | 'VISIT_FOLLOWED_UP'
  | 'VISIT_CORRECTED';

export type FieldworkSubject = 'list' | 'lead' | 'household' | 'stamp' | 'reception' | 'visit';

/** What a kind of work was done with. */
export function subjectOf(kind: FieldworkKind): FieldworkSubject {
  switch (kind) {
    case 'LEAD_LIST_OPENED':
      return 'list';
    case 'LEADS_PUSHED':
    case 'LEADS_ASSIGNED':
    case 'LEADS_CHECKED':
    case 'LEADS_ESCALATED':
    case 'LEAD_CASE_OPENED':
      return 'lead';
    case 'HOUSEHOLDS_REGISTERED':
    case 'HOUSEHOLD_CORRECTED':
    case 'HOUSEHOLD_MOVED_AWAY':
    case 'WASTE_REWARD_HANDED_OUT':
      return 'household';
    case 'WASTE_STAMPED':
    case 'WASTE_STAMP_CORRECTED':
      return 'stamp';
    case 'VISIT_RECORDED':
    case 'VISIT_FOLLOWED_UP':
    case 'VISIT_CORRECTED':
      return 'visit';
    default:
      return 'reception';
  }
}

/** Columns of a row, as JSON keeps them. */
export type Kept = Readonly<Record<string, unknown>>;

/** The columns of a row that steps change, as a change of the feed keeps them. */
export const keptOf = <Row extends object>(row: Row, columns: readonly (keyof Row & string)[]): Kept =>
  Object.fromEntries(columns.map((column) => [column, row[column]]));

/** A row as it was when columns of it were kept. Instants, whose columns end in `_at`, are text in JSON. */
export const rowAt = <Row extends object>(row: Row, kept: Kept | null): Row => ({
  ...row,
  ...Object.fromEntries(
    Object.entries(kept ?? {}).map(([column, value]) => [
      column,
      column.endsWith('_at') && typeof value === 'string' ? new Date(value) : value,
    ]),
  ),
});
