import { personnel } from '../../subgraphs/personnel';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { methodsOf } from './make';

const POSTINGS = 2_000;
const ORGANIZER = '310000-YRDOFFICE';

/** Two thousand officers in post for nine months, each with a report for every month but one. */
const BUILD = `
  INSERT INTO secondment_programs (code, name, organizer, starts_on, ends_on)
    VALUES ('SOAK', '大规模互派', '${ORGANIZER}', '2026-01-01', '2027-12-31');
  INSERT INTO officers (id, name, title, agency)
    SELECT 'officer-' || n, '某', '科员', (341200 + n % 80) || '-HRSS' FROM generate_series(1, ${POSTINGS}) AS n;
  INSERT INTO secondments (id, officer, program, home_agency, host_agency, position, status, starts_on, ends_on)
    SELECT 'posting-' || n, 'officer-' || n, 'SOAK', (341200 + n % 80) || '-HRSS', (310101 + n % 19) || '-GOV',
      '副职（挂职）', 'ACTIVE', '2026-01-01', '2026-12-31' FROM generate_series(1, ${POSTINGS}) AS n;
  INSERT INTO secondment_reports (id, secondment, kind, month, title, body, status, submitted_by,
      first_submitted_at, submitted_at)
    SELECT 'report-' || n || '-' || m, 'posting-' || n, 'MONTHLY', '2026-' || lpad(m::text, 2, '0'), '月报', repeat('略', 500),
      'SUBMITTED', (310101 + n % 19) || '-GOV', '2026-11-01', '2026-11-01'
    FROM generate_series(1, ${POSTINGS}) AS n, generate_series(1, 9) AS m WHERE m <> 1 + n % 9;`;

describe('two thousand postings', () => {
  const world = useSubgraph(personnel);
  const organizer = () => world.as(viewer(ORGANIZER));
  const timed = async <Result>(work: () => Promise<Result>) => {
    const began = performance.now();
    return { result: await work(), milliseconds: Math.round(performance.now() - began) };
  };

  beforeAll(async () => {
    await world.build((db) => db.raw(BUILD));
    await world.build((db) => db.raw('ANALYZE'));
  });

  it('are looked through for missing reports, stated and put on the agenda, each by a fixed number of statements', async () => {
    const home = world.as(viewer('341225-HRSS'));
    const found: Record<string, number> = {};
    for (const [name, run] of Object.entries({
      alerts: () =>
        home.ask('{ nominalPostingAlerts(program: "SOAK") { secondment { id } reasons { code } } }'),
      statement: () =>
        organizer().ask(
          '{ subsidyStatement(program: "SOAK", month: "2026-10") { totalYuan lines(first: 200) { edges { node { amountYuan } } } } }',
        ),
      agenda: () =>
        organizer().ask(
          '{ secondmentAgenda(program: "SOAK", weekOf: "2026-12-07", first: 200) { edges { node { kind } } } }',
        ),
    })) {
      await run();
      const { milliseconds } = await timed(run);
      found[name] = milliseconds;
      const statements = methodsOf(await world.statementsOf(run));
      expect(statements.length).toBeLessThanOrEqual(6);
      expect(milliseconds).toBeLessThan(5_000);
    }
    process.stderr.write(`${POSTINGS} postings, 16,000 reports, milliseconds: ${JSON.stringify(found)}\n`);
    const { nominalPostingAlerts } = await home.ask(
      '{ nominalPostingAlerts(program: "SOAK") { reasons { code } } }',
    );
    expect(nominalPostingAlerts).toHaveLength(25);
  });

  it('have too many alerts for one answer, which says so', async () => {
    const { errors } = await organizer().send('{ nominalPostingAlerts(program: "SOAK") { on } }');
    expect(errors?.map(({ message }) => message)).toEqual([
      'There are 2000 alerts; at most 1000 are given. Narrow the question by place or program.',
    ]);
  });

  it("find a unit's reports by the index of the posting, under row security", async () => {
    const session = world.database.session(viewer('341225-HRSS'));
    try {
      const plan = await session.db.raw<{ 'QUERY PLAN': string }>(
        `EXPLAIN SELECT month FROM secondment_reports WHERE secondment = ANY (?::text[]) AND kind = 'MONTHLY'`,
        [['posting-25', 'posting-105', 'posting-185']],
      );
      const text = plan.map((line) => line['QUERY PLAN']).join('\n');
      expect(text).toContain('secondment_reports_secondment_month_key');
      expect(text).not.toContain('Seq Scan on secondment_reports');
    } finally {
      await session.end();
    }
  });
});
