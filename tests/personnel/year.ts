import type { SubgraphWorld } from '../support/subgraph';

export const ORGANIZER = '310000-YRDOFFICE';

/** Past the rules: officers of eighty home units in post at nineteen hosts all of 2026, with a year of what is recorded. */
const yearSql = (postings: number): string[] => [
  `INSERT INTO secondment_programs (code, name, organizer, starts_on, ends_on)
     VALUES ('YEAR', '大规模互派', '${ORGANIZER}', '2026-01-01', '2027-12-31')`,
  `INSERT INTO officers (id, name, title, agency)
     SELECT 'officer-' || n, '某', '科员', (341200 + n % 80) || '-HRSS' FROM generate_series(1, ${postings}) AS n`,
  `INSERT INTO secondments (id, officer, program, home_agency, host_agency, position, status, starts_on, ends_on)
     SELECT 'posting-' || n, 'officer-' || n, 'YEAR', (341200 + n % 80) || '-HRSS', (310101 + n % 19) || '-GOV',
       '副职（挂职）', 'ACTIVE', '2026-01-01', '2026-12-31' FROM generate_series(1, ${postings}) AS n`,
  // Each of the months but one.
  `INSERT INTO secondment_reports (id, secondment, kind, month, title, body, status, submitted_by,
       first_submitted_at, submitted_at)
     SELECT 'report-' || n || '-' || m, 'posting-' || n, 'MONTHLY', '2026-' || lpad(m::text, 2, '0'), '月报',
       repeat('略', 500), 'SUBMITTED', (310101 + n % 19) || '-GOV', '2026-11-01', '2026-11-01'
     FROM generate_series(1, ${postings}) AS n, generate_series(1, 9) AS m WHERE m <> 1 + n % 9`,
  `INSERT INTO attendance_sheets (id, secondment, week_of, days, revision, agency, recorded_at, recorded_by)
     SELECT 'sheet-' || n || '-' || w, 'posting-' || n, monday,
       (SELECT jsonb_agg(jsonb_build_object('date', (monday + d)::text, 'presence', 'PRESENT', 'note', NULL))
        FROM generate_series(0, 4) AS d),
       1, (310101 + n % 19) || '-GOV', '2026-11-01', '某'
     FROM generate_series(0, 50) AS w, LATERAL (SELECT date '2026-01-05' + 7 * w AS monday) AS week,
       generate_series(1, ${postings}) AS n`,
  // The phone is silent on every twentieth day.
  `INSERT INTO check_ins (id, secondment, day, at, latitude, longitude, host_agency, distance_meters, is_within,
       agency, recorded_by)
     SELECT 'check-in-' || n || '-' || d, 'posting-' || n, day, day + time '00:45', 31, 121,
       (310101 + n % 19) || '-GOV', 12, true, (310101 + n % 19) || '-GOV', '某'
     FROM generate_series(0, 356) AS d, LATERAL (SELECT date '2026-01-05' + d AS day) AS days,
       generate_series(1, ${postings}) AS n
     WHERE extract(isodow FROM day) < 6 AND (n + d) % 20 <> 0`,
  `INSERT INTO weekly_scores (id, secondment, host_agency, week_of, month, deductions, deducted, revision, agency,
       recorded_at, recorded_by)
     SELECT 'score-' || n || '-' || w, 'posting-' || n, (310101 + n % 19) || '-GOV', monday, to_char(monday, 'YYYY-MM'),
       '[{"criterion": "DUTY", "points": 1, "reason": "略"}]', 1, 1, (310101 + n % 19) || '-GOV', '2026-11-01', '某'
     FROM generate_series(0, 50) AS w, LATERAL (SELECT date '2026-01-05' + 7 * w AS monday) AS week,
       generate_series(1, ${postings}) AS n`,
];

/** Fills a world with a year of so many postings, and lets the planner know. */
export async function yearOfPostings(world: SubgraphWorld, postings: number): Promise<void> {
  await world.build(async (db) => {
    for (const sql of yearSql(postings)) await db.raw(sql);
  });
  await world.build((db) => db.raw('ANALYZE'));
}
