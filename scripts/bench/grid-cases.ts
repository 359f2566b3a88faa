/** A place's cases by the hundred thousand, as SQL: for measurements and plans. */
export interface CasesOptions {
  /** A township. */
  place: string;
  count: number;
  /** The first and the last day on which they were reported. */
  from: string;
  to: string;
}

/**
 * SQL that fills a grid subgraph with cases of a place, spread evenly over a time and over its units and categories:
 * nineteen of twenty closed, every fifth of those late. Past row security and rules; parties are entered at once and not
 * case by case.
 */
export const fillCases = ({ place, count, from, to }: CasesOptions): string => `
  ALTER TABLE cases DISABLE TRIGGER keep_parties;
  WITH matters AS (
    SELECT array_agg(code ORDER BY code) AS codes, count(*)::int AS count FROM categories WHERE parent_code IS NOT NULL
  ), reports AS (
    SELECT i, timestamptz '${from} 00:00+08' + (timestamptz '${to} 23:59+08' - timestamptz '${from} 00:00+08')
      * (i::float8 / ${count}) AS at
    FROM generate_series(1, ${count}) AS i
  ), lives AS (
    SELECT i, at, i % 20 = 0 AS is_open, i % 5 = 0 AS is_late,
      date_trunc('milliseconds', at + interval '30 minutes') AS filed_at,
      date_trunc('milliseconds', at + interval '2 days') AS due_at
    FROM reports
  )
  INSERT INTO cases (id, number, title, stage, source, category, jurisdiction, reporter, reported_at, filed_at, due_at,
    closed_at, task_agency, task_dispatched_by, task_dispatched_at, task_accepted_at)
  SELECT 'filled-${place}-' || i, 'filled-${place}-' || i, '垃圾堆放', CASE WHEN is_open THEN 'IN_PROGRESS' ELSE 'CLOSED' END,
    'HOTLINE_12345', codes[1 + i % matters.count], '${place}' || lpad((200 + i % 40)::text, 3, '0'),
    '${place}-' || CASE WHEN i % 10 = 0 THEN 'RIVER' ELSE 'COMMAND' END, date_trunc('milliseconds', at), filed_at, due_at,
    CASE WHEN NOT is_open THEN due_at + CASE WHEN is_late THEN interval '5 hours' ELSE interval '-5 hours' END END,
    '${place}-UNIT' || i % 12, '${place}-COMMAND', filed_at, filed_at
  FROM lives, matters;
  INSERT INTO case_parties (case_id, agency, jurisdiction, reported_at, due_order)
  SELECT cases.id, named, jurisdiction, reported_at, due_order FROM cases, unnest(ARRAY[reporter, task_agency]) AS named
  WHERE cases.id LIKE 'filled-${place}-%';
  ALTER TABLE cases ENABLE TRIGGER keep_parties;`;
