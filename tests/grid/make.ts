import { snapshotOf } from '../../subgraphs/grid/cases/rules';
import type { GridCaseEventRow, GridCaseRow } from '../../subgraphs/grid/cases/store';
import { jurisdictionOfAgency } from '../../subgraphs/kit/agency-code';
import type { Db } from '../../subgraphs/kit/database';
import type { AgencyRow } from '../../subgraphs/kit/directory';
import { enterFeed } from '../../subgraphs/kit/feed';

/** An instant in Shanghai, `2026-11-16 09:30`. */
export const at = (text: string): Date => new Date(`${text.replace(' ', 'T')}:00+08:00`);

type CaseColumns = Omit<GridCaseRow, 'due_order'>;

let made = 0;

/** A case of exposed garbage in Lili, reported by its command, with the instants that its stage asks for. */
export function aCase(more: Partial<CaseColumns> = {}): CaseColumns {
  made += 1;
  const { stage = 'RECEIVED', reported_at = at('2026-11-16 09:00') } = more;
  const later = (minutes: number) => new Date(reported_at.getTime() + minutes * 60_000);
  const isFiled = !['RECEIVED', 'NOT_FILED'].includes(stage);
  const isDispatched = isFiled && stage !== 'FILED';
  const isAccepted = isDispatched && stage !== 'DISPATCHED';
  return {
    id: `case-${String(made).padStart(4, '0')}`,
    number: `320509110-20261116-${String(made).padStart(4, '0')}`,
    title: '菜场门口垃圾堆放',
    description: null,
    stage,
    source: 'HOTLINE_12345',
    category: 'EXPOSED_GARBAGE',
    jurisdiction: '320509110',
    latitude: null,
    longitude: null,
    address: null,
    reach: null,
    photos: [],
    reporter: '320509110-COMMAND',
    external_id: null,
    reported_at,
    filed_at: isFiled ? later(10) : null,
    due_at: isFiled ? later(360) : null,
    is_due_provisional: false,
    closed_at: stage === 'CLOSED' ? later(120) : null,
    is_supervised: false,
    task_agency: isDispatched ? '320509110-SANITATION' : null,
    task_dispatched_by: isDispatched ? '320509110-COMMAND' : null,
    task_dispatched_at: isDispatched ? later(20) : null,
    task_accepted_at: isAccepted ? later(30) : null,
    duplicate_of: null,
    reopened_at: null,
    ...more,
  };
}

/** Stores cases; gives them back. */
export async function storeCases(db: Db, ...rows: CaseColumns[]): Promise<CaseColumns[]> {
  await db<CaseColumns>('cases').insert(rows);
  return rows;
}

/** What every event of a test has unless it says otherwise. */
const UNSAID = { subject: null, note: null, basis: null, photos: [] };

/** Stores events of a case, one after another as given, each with the picture of the case as the row stands. */
export async function storeEvents(
  db: Db,
  row: CaseColumns,
  ...events: (Omit<GridCaseEventRow, 'case_id' | keyof typeof UNSAID> & Partial<GridCaseEventRow>)[]
): Promise<void> {
  const { id: case_id, jurisdiction } = row;
  await enterFeed(db, (transaction_id) =>
    db('case_events').insert(
      events.map((event, ordinal) => ({
        ...{ ...UNSAID, ...event, transaction_id, ordinal, case_id, jurisdiction },
        snapshot: JSON.stringify({ ...snapshotOf(row), stage: event.stage }),
      })),
    ),
  );
}

/** A unit as the directory has it, which may act in its own place. */
export function aUnit(code: string, ...functions: string[]): AgencyRow {
  const jurisdiction = jurisdictionOfAgency(code);
  return {
    ...{ code, name: code, jurisdiction, functions, remit: [jurisdiction] },
    ...{ latitude: null, longitude: null, radius_meters: null, is_company: false },
  };
}
