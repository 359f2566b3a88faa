import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command, InvalidArgumentError } from 'commander';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { SetupError } from '../../../subgraphs/kit/migrate';
import { monthsAfter } from '../../../subgraphs/personnel/labor-statistics/rules';
import type { Running } from '../../lifecycle';
import { Progress } from '../../progress';
import { BenchHub, connect, startServer, temporaryFolder } from '../hub';
import { interruptible } from '../interruptible';
import { type Ask, callerOf } from '../load';
import {
  count,
  jsonOption,
  milliseconds,
  type Report,
  type ReportOptions,
  tell,
  times,
  wholeNumber,
} from '../report';
import { median, quantile } from '../statistics';
import { cellsBetween, drawn, GravityModel, reportedPlaces, SECTORS, scatteredCells } from './gravity';

interface QuestionsOptions extends ReportOptions {
  rows: number[];
  requests: number;
  seed: number;
}

const FIRST_MONTH = '2024-01';
const CELLS_AT_ONCE = 100_000;
/** As many changes as a batch of the script makes. */
const CHANGES_OF_A_BATCH = 20_000;
/** No party to any flow, and a party to those of a province. */
const STRANGER = '330421103-REVIEW';
const PARTY = '340000-HRSS';

const QUESTIONS: Record<string, { as: 'stranger' | 'party'; query: string }> = {
  'one pair': {
    as: 'stranger',
    query: `query ($month: Month!) { laborFlow(origin: "341200", destination: "310000", month: $month) {
      reportedByOrigin { workers } reportedByDestination { workers } reconciled { workers low high explanation } } }`,
  },
  ranking: {
    as: 'stranger',
    query: `query ($month: Month!) { laborFlowAsymmetries(month: $month, originLevel: PREFECTURE, destinationLevel: PREFECTURE) {
      edges { node { origin { name } destination { name } asymmetry } } } }`,
  },
  'matrix 41 × 41': {
    as: 'stranger',
    query: `query ($month: Month!) { laborFlowMatrix(month: $month, originLevel: PREFECTURE, destinationLevel: PREFECTURE) {
      cells { originCode destinationCode workers obsStatus } } }`,
  },
  'matrix, to a party': {
    as: 'party',
    query: `query ($month: Month!) { laborFlowMatrix(month: $month, originLevel: PREFECTURE, destinationLevel: PREFECTURE) {
      cells { originCode destinationCode workers obsStatus } } }`,
  },
  'series of 12 months': {
    as: 'stranger',
    query: `query ($month: Month!) { laborFlowSeries(origin: "341200", destination: "310000", from: "2023-02", to: $month) {
      points { workers monthOnMonth } } }`,
  },
};
const FEED = `query ($after: String) { laborFlowChanges(after: $after, first: 1000) {
  edges { node { action month sector workers } } pageInfo { hasNextPage endCursor } } }`;

export const laborFlowQuestions = new Command('labor-flow')
  .description('How fast labor-flow questions are answered as the figures grow by powers of ten.')
  .option('--rows <n,n…>', 'sizes, ascending', sizes, [100_000, 1_000_000, 10_000_000])
  .option('--requests <n>', 'requests of each kind at each size, 5 to 1000', wholeNumber(5, 1_000), 30)
  .option('--seed <n>', 'of the figures', wholeNumber(0, 1_000_000), 1)
  .addOption(jsonOption())
  .addHelpText(
    'after',
    `
Fills a hub with figures by a gravity model between the counties of the four provinces, both sides of each, month after
month from ${FIRST_MONTH}, with their changes and sums, and asks each question of the first month at each size. The first
month grows with the figures until every cell of it is there (3.7 million), so that what is asked about grows too. Then
pages of a thousand changes are read at the beginning, in the middle and at the end of the feed.

Ten million rows take some 10 GB in the temporary folder and, with two cores, some ten minutes.

Examples
  npm run bench -- labor-flow --rows 100000,1000000
  npm run bench -- labor-flow --json labor-flow.json`,
  )
  .action(async (options: QuestionsOptions) => {
    tell(await interruptible((running) => measure(running, options)), options);
  });

function sizes(text: string): number[] {
  const numbers = text.split(',').map(Number);
  const isAscending = numbers.every((n, i) => Number.isInteger(n) && n >= 1_000 && n > (numbers[i - 1] ?? 0));
  if (!isAscending)
    throw new InvalidArgumentError('Give whole numbers from 1000 on, ascending: 100000,1000000.');
  return numbers;
}

interface Latency {
  p50Ms: number;
  p99Ms: number;
}

async function measure(running: Running, { rows, requests, seed }: QuestionsOptions): Promise<Report> {
  const progress = new Progress();
  const folder = temporaryFolder(running);
  const server = await progress.step('PostgreSQL', () => startServer(running, folder));
  const hub = await progress.step('hub', () =>
    BenchHub.start(running, { dataDirectory: path.join(folder, 'hub'), databaseUrl: server.url }),
  );
  const database = await connect(running, server.url);
  await database.query('SET search_path = personnel');
  const ask = {
    stranger: await callerOf(running, hub, { agency: STRANGER, connections: 1 }),
    party: await callerOf(running, hub, { agency: PARTY, connections: 1 }),
  };
  const filler = new Filler(database, await reportedPlaces('counties of the delta'), seed);
  const found: { rows: number; latency: Record<string, Latency> }[] = [];
  for (const size of rows) {
    await progress.step(`${count(size)} rows`, (say) => filler.fillTo(size, say));
    await progress.step('asking', async () => {
      const latency: Record<string, Latency> = {};
      for (const [name, { as, query }] of Object.entries(QUESTIONS)) {
        latency[name] = await latencyOf(() => ask[as](query, { month: FIRST_MONTH }), requests);
      }
      for (const [name, after] of Object.entries(await cursorsIn(ask.party))) {
        latency[`feed, ${name}`] = await latencyOf(() => ask.party(FEED, { after }), requests);
      }
      found.push({ rows: size, latency });
    });
  }
  const names = Object.keys(found[0]?.latency ?? {});
  const ratios = Object.fromEntries(
    names.map((name) => {
      const [smallest, largest] = [found[0]?.latency[name], found.at(-1)?.latency[name]];
      return [name, (largest?.p50Ms ?? Number.NaN) / (smallest?.p50Ms ?? Number.NaN)];
    }),
  );
  return {
    name: 'labor-flow',
    options: { rows, requests, seed },
    figures: { sizes: found, ratioOfLargestToSmallest: ratios },
    tables: [
      {
        title: `Milliseconds, half of ${requests} requests (99 of 100), one at a time, through the hub`,
        columns: ['', ...found.map(({ rows: size }) => count(size)), 'last ÷ first'],
        rows: names.map((name) => [
          name,
          ...found.map(({ latency }) => {
            const { p50Ms = Number.NaN, p99Ms = Number.NaN } = latency[name] ?? {};
            return `${milliseconds(p50Ms)} (${milliseconds(p99Ms)})`;
          }),
          times(ratios[name] ?? Number.NaN),
        ]),
      },
    ],
  };
}

async function latencyOf(request: () => Promise<unknown>, requests: number): Promise<Latency> {
  for (let i = 0; i < 3; i += 1) await request();
  const took: number[] = [];
  for (let i = 0; i < requests; i += 1) {
    const startedAt = performance.now();
    await request();
    took.push(performance.now() - startedAt);
  }
  return { p50Ms: median(took), p99Ms: quantile(took, 0.99) };
}

/** Cursors at the beginning, in the middle and just before the end of the feed, for one who reads it to its end. */
async function cursorsIn(ask: Ask): Promise<Record<string, string | null>> {
  const first = (await ask(FEED, { after: null })) as {
    laborFlowChanges: { pageInfo: { endCursor: string } } | null;
  };
  const cursor = first.laborFlowChanges?.pageInfo.endCursor;
  if (!cursor) throw new SetupError('The feed is empty.');
  const [name, , , rights] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [
    string,
    number,
    number,
    string,
  ];
  const at = (position: number) =>
    Buffer.from(JSON.stringify([name, position, 0, rights])).toString('base64url');
  let [low, high] = [1, 1_000_000];
  // Beyond the head a cursor is refused.
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const isWithin = await ask(FEED, { after: at(middle) }).then(
      () => true,
      () => false,
    );
    if (isWithin) low = middle;
    else high = middle - 1;
  }
  return { 'its beginning': null, 'its middle': at(Math.ceil(low / 2)), 'its end': at(low) };
}

/** Fills a hub's personnel subgraph with figures, their changes and sums, past row security and rules. */
class Filler {
  readonly #model: GravityModel;
  /** Cells that are there; each is two figures. */
  #cells = 0;

  constructor(
    private readonly database: pg.Client,
    private readonly places: readonly string[],
    private readonly seed: number,
  ) {
    this.#model = new GravityModel(seed);
  }

  async fillTo(rows: number, say: (detail: string) => void): Promise<void> {
    const ofAMonth = cellsBetween(this.places);
    const until = Math.floor(rows / 2);
    while (this.#cells < until) {
      const from = this.#cells % ofAMonth;
      const more = Math.min(CELLS_AT_ONCE, until - this.#cells, ofAMonth - from);
      await this.#fill(monthsAfter(FIRST_MONTH, Math.floor(this.#cells / ofAMonth)), from, from + more);
      this.#cells += more;
      say(`${count(this.#cells * 2)}`);
    }
    await this.database.query('SELECT sequence_feed()');
    await this.database.query(
      'VACUUM ANALYZE labor_flow_reports, labor_flow_changes, labor_flow_sums, feed_transactions',
    );
  }

  async #fill(month: string, from: number, to: number): Promise<void> {
    const { database } = this;
    await database.query('BEGIN');
    await database.query('SELECT open_labor_flow_month($1)', [month]);
    await database.query(`CREATE TEMPORARY TABLE filling (
      ordinal int, side text, origin text, destination text, sector text, workers int, reported_by text
    ) ON COMMIT DROP`);
    await pipeline(
      Readable.from(this.#lines(from, to), { objectMode: false }),
      database.query(copyFrom('COPY filling FROM STDIN')),
    );
    await database.query(
      `INSERT INTO labor_flow_reports (month, side, origin, destination, sector, workers, public_workers, is_small,
         minimum_stay_months, includes_flexible, reference_day, reported_by, revision, updated_at)
       SELECT $1, side, origin, destination, sector, workers, workers, workers < 10,
         CASE side WHEN 'ORIGIN' THEN 6 ELSE 0 END, side = 'ORIGIN', ($1 || '-28')::date, reported_by, 1, now()
       FROM filling ORDER BY side, origin, destination, sector`,
      [month],
    );
    await database.query(
      `WITH batch AS MATERIALIZED (
         SELECT part, nextval('feed_transaction_ids') AS id
         FROM (SELECT DISTINCT ordinal / ${CHANGES_OF_A_BATCH} AS part FROM filling ORDER BY 1) AS parts
       ), entered AS (
         INSERT INTO feed_transactions (id) SELECT id FROM batch
       )
       INSERT INTO labor_flow_changes (transaction_id, ordinal, action, month, side, origin, destination, sector,
         workers, minimum_stay_months, includes_flexible, reference_day, reported_by, revision, changed_at)
       SELECT batch.id, ordinal, 'UPSERT', $1, side, origin, destination, sector, workers,
         CASE side WHEN 'ORIGIN' THEN 6 ELSE 0 END, side = 'ORIGIN', ($1 || '-28')::date, reported_by, 1, now()
       FROM filling JOIN batch ON part = ordinal / ${CHANGES_OF_A_BATCH}`,
      [month],
    );
    await database.query('COMMIT');
  }

  /** Both sides of cells as COPY takes them, some thousand at a time. */
  *#lines(from: number, to: number): Generator<Buffer> {
    let lines: string[] = [];
    let ordinal = 0;
    for (const { origin, destination, sector } of scatteredCells(this.places, from, to)) {
      const workers = this.#model.workers(origin, destination, sector);
      // Who is insured is a part of all who are there.
      const insured = Math.round(workers * (0.5 + 0.25 * drawn(this.seed, ordinal, sector)));
      for (const [side, of, value] of [
        ['ORIGIN', origin, workers],
        ['DESTINATION', destination, insured],
      ] as const) {
        ordinal += 1;
        lines.push(
          `${ordinal}\t${side}\t${origin}\t${destination}\t${SECTORS[sector]}\t${value}\t${unitOf(of)}\n`,
        );
      }
      if (lines.length < 10_000) continue;
      yield Buffer.from(lines.join(''));
      lines = [];
    }
    yield Buffer.from(lines.join(''));
  }
}

/** A county's figures are its city's to report. */
const unitOf = (county: string): string =>
  `${county.startsWith('31') ? '310000' : `${county.slice(0, 4)}00`}-HRSS`;
