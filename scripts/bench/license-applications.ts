/** A town's license applications by the hundred thousand, as SQL: for measurements and plans. */
export interface LicenseApplicationsOptions {
  /** A township with a procedure. */
  town: string;
  count: number;
  /** The day on which the first were filed; they go on until today's month in 2026. */
  from: string;
  to: string;
}

/** How many a generated meeting hears. */
export const HEARD_AT_ONCE = 60;
const SHOPS = ['水乡', '廊桥', '烟雨', '听荷', '石桥', '渔火', '半盏', '临河', '平川', '塘东'];
const BUSINESSES_OF_SHOPS = ['客栈', '茶馆', '饭店', '民宿', '书店', '酒馆', '咖啡', '工坊'];
const STREETS = ['西街', '塘东街', '北栅街', '烧香港', '计家弄', '朝南埭', '里仁街', '石皮弄'];
const SURNAMES = ['钱', '顾', '吴', '蒋', '朱', '俞', '潘', '陆', '沈', '方'];
const GIVEN = [
  '玉珍',
  '晓帆',
  '桂英',
  '一鸣',
  '国强',
  '梦瑶',
  '志豪',
  '海燕',
  '建国',
  '子昂',
  '文斌',
  '秀兰',
];

const list = (values: readonly string[]): string => `ARRAY[${values.map((v) => `'${v}'`).join(', ')}]`;

/**
 * SQL that fills a tourism subgraph with applications of a town, filed evenly over a time: of twenty one is newly filed,
 * one owes materials, one was withdrawn, one waits for a meeting, and sixteen are decided, each with its opinions,
 * conditions and certificate; sixty are on an agenda, one a day. Past row security and rules. Numbers and shops
 * follow from the count alone, so that it is the same every time.
 */
export const fillApplications = ({ town, count, from, to }: LicenseApplicationsOptions): string => `
  CREATE TEMPORARY TABLE filled ON COMMIT DROP AS
  SELECT i, 'filled-${town}-' || i AS id,
    (${list(SHOPS)})[1 + i % ${SHOPS.length}] || (${list(BUSINESSES_OF_SHOPS)})[1 + (i / 7) % ${BUSINESSES_OF_SHOPS.length}] || i AS shop,
    (${list(STREETS)})[1 + i % ${STREETS.length}] || (1 + i % 997) || '号' AS address,
    (${list(SURNAMES)})[1 + i % ${SURNAMES.length}] || (${list(GIVEN)})[1 + (i / 3) % ${GIVEN.length}] AS applicant,
    CASE i % 20 WHEN 0 THEN 'SUBMITTED' WHEN 1 THEN 'AWAITING_MATERIALS' WHEN 2 THEN 'WITHDRAWN' WHEN 3 THEN 'SCHEDULED'
      ELSE 'DECIDED' END AS stage,
    -- On the agendas those that are decided first, then those that wait.
    row_number() OVER (PARTITION BY i % 20 BETWEEN 0 AND 2 ORDER BY i % 20 = 3, i) AS place,
    date_trunc('milliseconds', timestamptz '${from} 09:00+08'
      + (timestamptz '${to} 17:00+08' - timestamptz '${from} 09:00+08') * (i::float8 / ${count})) AS at
  FROM generate_series(1, ${count}) AS i;
  CREATE TEMPORARY TABLE filled_sessions ON COMMIT DROP AS
  SELECT 'filled-session-${town}-' || meeting AS id, meeting, date '2000-01-01' + meeting::int AS day
  FROM generate_series(0, (SELECT max((place - 1) / ${HEARD_AT_ONCE}) FROM filled WHERE stage IN ('DECIDED', 'SCHEDULED'))) AS meeting;
  INSERT INTO review_sessions (id, jurisdiction, planned_on, held_on, is_provisional, office, procedure_id, cut_off_at,
    quorum, capacity, status, agenda_count, last_position, opened_at, chair)
  SELECT session.id, '${town}', day, day, false, '${town}-REVIEW', procedure.id, day - interval '7 hours', 2, ${HEARD_AT_ONCE},
    'OPEN', ${HEARD_AT_ONCE}, ${HEARD_AT_ONCE}, day + interval '30 minutes', '沈佳敏'
  FROM filled_sessions AS session,
    (SELECT id FROM procedures WHERE jurisdiction = '${town}' ORDER BY version DESC LIMIT 1) AS procedure;
  INSERT INTO applications (id, number, shop_name, kind, stage, jurisdiction, address, floors, area_square_meters, business,
    proposal, submitted_at, filed_by, procedure_id, town, stepped_at, complete_at, session_id, spent_intake,
    spent_materials, spent_session_wait, spent_deciding)
  SELECT filled.id, 'filled-${town}-' || i, shop, (ARRAY['NEW_BUSINESS', 'RENOVATION', 'CHANGE_OF_BUSINESS'])[1 + i % 3], stage,
    '${town}' || CASE WHEN i % 2 = 0 THEN '00' || (1 + i % 9) ELSE '' END, address, 1 + i % 3, 20 + i % 300,
    (ARRAY['GUESTHOUSE', 'TEAHOUSE', 'RESTAURANT', 'CAFE'])[1 + i % 4], '更换门窗，恢复原有式样。', at, '${town}-REVIEW',
    procedure.id, '${town}', at + interval '6 days', CASE WHEN session.id IS NOT NULL THEN at + interval '1 day' END,
    session.id, i % 20000, i % 70000, i % 120000, i % 90000
  FROM filled
  CROSS JOIN (SELECT id FROM procedures WHERE jurisdiction = '${town}' ORDER BY version DESC LIMIT 1) AS procedure
  LEFT JOIN filled_sessions AS session
    ON filled.stage IN ('DECIDED', 'SCHEDULED') AND session.meeting = (place - 1) / ${HEARD_AT_ONCE};
  INSERT INTO applicants (application_id, jurisdiction, filed_by, name, phone)
  SELECT a.id, a.jurisdiction, a.filed_by, applicant, '139' || lpad(i::text, 8, '0')
  FROM filled JOIN applications AS a USING (id);
  INSERT INTO application_materials (application_id, jurisdiction, filed_by, code, name, url, supplied_at)
  SELECT a.id, a.jurisdiction, a.filed_by, code, code, 'https://files.example/' || i || '.pdf', at
  FROM filled JOIN applications AS a USING (id), unnest(ARRAY['PROPOSAL', 'FLOOR_PLAN', 'LEASE']) AS code;
  INSERT INTO application_events (application_id, jurisdiction, filed_by, position, kind, at, actor, agency)
  SELECT a.id, a.jurisdiction, a.filed_by, ordinal, step, at + ordinal * interval '1 day', '沈佳敏', a.filed_by
  FROM filled JOIN applications AS a USING (id),
    unnest(ARRAY['SUBMITTED', 'SCHEDULED', 'DECIDED']) WITH ORDINALITY AS steps (step, ordinal)
  WHERE ordinal = 1 OR filled.stage = 'DECIDED' OR (filled.stage = 'SCHEDULED' AND ordinal = 2);
  INSERT INTO agenda_items (application_id, jurisdiction, filed_by, session_id, agenda_position, round, entered_at, result, left_at)
  SELECT a.id, a.jurisdiction, a.filed_by, a.session_id, 1 + (place - 1) % ${HEARD_AT_ONCE}, 1, a.complete_at,
    CASE filled.stage WHEN 'DECIDED' THEN 'DECIDED' ELSE 'PENDING' END, CASE filled.stage WHEN 'DECIDED' THEN a.stepped_at END
  FROM filled JOIN applications AS a USING (id) WHERE a.session_id IS NOT NULL;
  INSERT INTO review_opinions (application_id, jurisdiction, filed_by, round, function, session_id, agency, speaker, verdict,
    comment, conditions, materials, given_at, waited)
  SELECT a.id, a.jurisdiction, a.filed_by, 1, code, a.session_id, '${town}-' || unit, '费东升',
    CASE WHEN i % 7 = 0 THEN 'APPROVE_WITH_CONDITIONS' ELSE 'APPROVE' END, '灭火器两具',
    CASE WHEN i % 7 = 0 THEN ARRAY['灭火器两具'] ELSE ARRAY[]::text[] END, '[]', a.stepped_at - interval '1 hour', i % 9000
  FROM filled JOIN applications AS a USING (id),
    (VALUES ('INVESTMENT', 'INVEST'), ('BUILDING_APPEARANCE', 'BUILDING'), ('FIRE_SAFETY', 'FIRE')) AS department (code, unit)
  WHERE filled.stage = 'DECIDED';
  INSERT INTO decisions (application_id, jurisdiction, filed_by, town, session_id, outcome, rule, decided_at, decided_by, actor,
    intake, materials, session_wait, deciding, target_days, is_within_target)
  SELECT a.id, a.jurisdiction, a.filed_by, '${town}', a.session_id,
    CASE WHEN i % 7 = 0 THEN 'APPROVED_WITH_CONDITIONS' ELSE 'APPROVED' END,
    CASE WHEN i % 7 = 0 THEN 'CONDITIONS_SET' ELSE 'NOTHING_IN_THE_WAY' END, a.stepped_at, a.filed_by, '沈佳敏',
    spent_intake, spent_materials, spent_session_wait, spent_deciding, 3, spent_intake + spent_deciding <= 75600
  FROM filled JOIN applications AS a USING (id) WHERE filled.stage = 'DECIDED';
  INSERT INTO decision_conditions (application_id, jurisdiction, filed_by, id, ordinal, function, text, due_on, status)
  SELECT a.id, a.jurisdiction, a.filed_by, 'filled-condition-' || a.id, 1, 'FIRE_SAFETY', '灭火器两具',
    (a.stepped_at + interval '28 days')::date, 'OPEN'
  FROM filled JOIN applications AS a USING (id) WHERE filled.stage = 'DECIDED' AND i % 7 = 0;
  INSERT INTO certificates (number, town, year, serial, application_id, content, hash)
  SELECT '${town}-2000-L' || i, '${town}', 2000, i, id, '{}', repeat('0', 64) FROM filled WHERE stage = 'DECIDED';`;

/** What such a filling has touched, to be analyzed before plans are worth anything. */
export const FILLED_TABLES = [
  ...['review_sessions', 'applications', 'applicants', 'application_materials', 'application_events'],
  ...['agenda_items', 'review_opinions', 'decisions', 'decision_conditions', 'certificates'],
  ...['application_grams', 'applicant_grams'],
].join(', ');
