import type { Migration } from '../../kit/migrate';

/** What the steps of a case's life need to keep, and each event's picture of the case as it was then. */
export const extendCases: Migration = {
  name: '003_extend_cases',
  up: (sql) =>
    sql(`
      ALTER TABLE categories ADD COLUMN is_drifting boolean NOT NULL DEFAULT false;

      ALTER TABLE cases
        -- The reach of a river that it was reported on.
        ADD COLUMN reach text COLLATE "C",
        ADD COLUMN photos text[] NOT NULL DEFAULT '{}',
        ADD COLUMN duplicate_of text COLLATE "C" REFERENCES cases,
        ADD COLUMN reopened_at timestamptz(3),
        -- Who sent the current task out, and so decides whether there is more time for it.
        ADD COLUMN task_dispatched_by text COLLATE "C",
        ADD CHECK (duplicate_of <> id);
      UPDATE cases SET task_dispatched_by = (
        SELECT agency FROM case_events AS event
        WHERE event.case_id = cases.id AND event.kind = 'DISPATCHED'
        ORDER BY at DESC, transaction_id DESC, ordinal DESC LIMIT 1
      ) WHERE task_agency IS NOT NULL;
      ALTER TABLE cases ADD CHECK (num_nulls(task_agency, task_dispatched_by) IN (0, 2));
      CREATE INDEX cases_by_original ON cases (duplicate_of) WHERE duplicate_of IS NOT NULL;
      CREATE INDEX cases_on_reach ON cases (reach, reported_at, id) WHERE reach IS NOT NULL;

      ALTER TABLE case_events
        -- The unit that a step is about: whom it was dispatched or referred to.
        ADD COLUMN subject text COLLATE "C",
        -- The legal basis of a return.
        ADD COLUMN basis text,
        ADD COLUMN photos text[] NOT NULL DEFAULT '{}',
        -- What steps change of a case, as it stood after this one; see snapshotOf in cases/rules.ts.
        ADD COLUMN snapshot jsonb;
      UPDATE case_events AS event SET snapshot = jsonb_build_object(
        'stage', event.stage,
        'category', then_it.category,
        'filed_at', CASE WHEN is_filed THEN filed_at END,
        'due_at', CASE WHEN is_filed THEN due_at END,
        'is_due_provisional', is_filed AND is_due_provisional,
        'closed_at', CASE WHEN event.stage = 'CLOSED' THEN closed_at END,
        'is_supervised', EXISTS (
          SELECT FROM case_events AS mark
          WHERE mark.case_id = event.case_id AND mark.kind = 'SUPERVISED' AND mark.at <= event.at
        ),
        'task_agency', CASE WHEN is_of_task THEN task_agency END,
        'task_dispatched_by', CASE WHEN is_of_task THEN task_dispatched_by END,
        'task_dispatched_at', CASE WHEN is_of_task THEN task_dispatched_at END,
        'task_accepted_at', CASE WHEN is_of_task AND event.at >= task_accepted_at THEN task_accepted_at END,
        'duplicate_of', NULL,
        'reopened_at', NULL
      )
      FROM (
        SELECT transaction_id, ordinal, cases.*,
          step.stage NOT IN ('RECEIVED', 'NOT_FILED') AS is_filed,
          step.stage IN ('DISPATCHED', 'IN_PROGRESS', 'VERIFYING', 'CLOSED')
            AND step.at >= task_dispatched_at AS is_of_task
        FROM case_events AS step JOIN cases ON cases.id = step.case_id
      ) AS then_it
      WHERE then_it.transaction_id = event.transaction_id AND then_it.ordinal = event.ordinal;
      ALTER TABLE case_events ALTER COLUMN snapshot SET NOT NULL;`),
};
