import path from 'node:path';
import { Command } from 'commander';
import type pg from 'pg';
import type { Running } from '../lifecycle';
import { Progress } from '../progress';
import { FILLED_STANDARDS, fillStandards, standardCode } from './food-standards';
import { BenchHub, connect, startServer, temporaryFolder } from './hub';
import { interruptible } from './interruptible';
import { callerOf } from './load';
import {
  count,
  jsonOption,
  milliseconds,
  type Report,
  type ReportOptions,
  tell,
  wholeNumber,
} from './report';
import { median, quantile } from './statistics';

interface StandardsOptions extends ReportOptions {
  foods: number;
  limits: number;
  requests: number;
}

const AGENCY = '341200-AGRI';
const BATCH = 'bench-batch';

const COMPARED = 'parameter { code unit } verdict reason jointMinimum jointMaximum isJointRangeEmpty';

/** What a department asks of standards; `product` is a node far down the tree. */
const questions = (product: string): readonly (readonly [name: string, figure: string, query: string])[] => [
  [
    'two standards compared for a product',
    'compareMs',
    `{ compareStandards(product: "${product}", standard: "${standardCode(1)}", with: "${standardCode(2)}") { ${COMPARED} } }`,
  ],
  [
    'two provinces compared for a product',
    'placesMs',
    `{ comparePlaces(product: "${product}", place: "310000", with: "340000") { standard { code } with { code } comparisons { ${COMPARED} } } }`,
  ],
  [
    'four markets side by side',
    'matrixMs',
    `{ marketMatrix(product: "${product}", markets: ["310000", "320000", "330000", "340000"]) {
      parameter { code } jointMaximum cells { market { name } limits { maximum unit inheritedFrom { code } } } } }`,
  ],
  [
    'a batch judged in four markets, each check explained',
    'judgeMs',
    `{ supplyBatch(id: "${BATCH}") { code compliance { market { name } verdict
      checks { parameter { code } verdict basis explanation inheritedFrom { code } } } } }`,
  ],
  [
    'two versions of a standard held against each other',
    'diffMs',
    `{ supplyStandardDiff(code: "${standardCode(1)}", from: "1", to: "2") { changes(first: 200) {
      edges { node { kind product { code } parameter { code } before { maximum unit } after { maximum unit } } } } } }`,
  ],
  [
    'the standards that limit a product',
    'standardsMs',
    `{ product(code: "${product}") { ancestors { code } standards(on: "2026-11-01", first: 50) { edges { node { code version } } } } }`,
  ],
];

export const standards = new Command('standards')
  .description(
    'How fast standards are compared and a batch is judged, with a food tree of the size of the national standard.',
  )
  .option('--foods <n>', 'nodes of the food tree, 100 to 9999', wholeNumber(100, 9_999), 5_000)
  .option(
    '--limits <n>',
    'limits of all versions together, 1000 to 1000000',
    wholeNumber(1_000, 1_000_000),
    100_000,
  )
  .option('--requests <n>', 'times that each question is asked, 3 to 1000', wholeNumber(3, 1_000), 20)
  .addOption(jsonOption())
  .addHelpText(
    'after',
    `
Fills the subgraph with a tree and with five standards in two versions each, among which the limits are spread, and asks the hub
as a department of agriculture, one request at a time, each question in turn. The product that is asked about lies four levels
down and inherits a hundred limits of each standard.

Examples
  npm run bench -- standards
  npm run bench -- standards --limits 10000 --requests 100 --json standards.json`,
  )
  .action(async (options: StandardsOptions) => {
    tell(await interruptible((running) => measure(running, options)), options);
  });

async function measure(running: Running, { foods, limits, requests }: StandardsOptions): Promise<Report> {
  const progress = new Progress();
  const folder = temporaryFolder(running);
  const server = await progress.step('PostgreSQL', () => startServer(running, folder));
  const hub = await progress.step('hub', () =>
    BenchHub.start(running, { dataDirectory: path.join(folder, 'hub'), databaseUrl: server.url }),
  );
  const database = await connect(running, server.url);
  const product = `FOOD_${foods}`;
  const stated = await progress.step(`${count(foods)} foods, ${count(limits)} limits`, () =>
    fill(database, { foods, limits, product }),
  );
  const ask = await callerOf(running, hub, { agency: AGENCY, connections: 1 });
  const asked = questions(product);
  const taken = new Map<string, number[]>(asked.map(([, figure]) => [figure, []]));
  await progress.step('measuring', async () => {
    for (let round = -2; round < requests; round += 1) {
      for (const [, figure, query] of asked) {
        const startedAt = performance.now();
        await ask(query);
        if (round >= 0) taken.get(figure)?.push(performance.now() - startedAt);
      }
    }
  });
  const figures = asked.map(([name, figure]) => {
    const found = taken.get(figure) ?? [];
    return { name, figure, p50: median(found), p99: quantile(found, 0.99) };
  });
  return {
    name: 'standards',
    options: { foods, limits, requests },
    figures: { stated, ...Object.fromEntries(figures.map(({ figure, p50 }) => [figure, p50])) },
    tables: [
      {
        title: `Asked through the hub, with ${count(foods)} foods and ${count(stated)} limits`,
        columns: ['', 'p50', 'p99'],
        rows: figures.map(({ name, p50, p99 }) => [name, milliseconds(p50), milliseconds(p99)]),
      },
    ],
  };
}

/** Fills the subgraph, with a batch of the product; how many limits there are then. */
async function fill(
  database: pg.Client,
  { foods, limits, product }: { foods: number; limits: number; product: string },
): Promise<number> {
  await database.query('SET search_path = agriculture');
  await database.query(`BEGIN; ${fillStandards({ foods, limits })} COMMIT`);
  await database.query(
    `INSERT INTO batches (id, code, base_place, product, quantity_kg, harvested_on, destination, applied_pesticides, status,
       recorded_by, recorded_at, content_hash)
     VALUES ($1, 'BENCH-1', '341225107', $2, 1000, '2026-11-01', '310000', ARRAY['RESIDUE_1', 'RESIDUE_2', 'RESIDUE_3'],
       'RECORDED', $3, '2026-11-01T02:00:00Z', 'bench')`,
    [BATCH, product, AGENCY],
  );
  await database.query(
    `INSERT INTO batch_tests (id, batch_id, event_id, parameter, value, unit, residue_definition, method, laboratory, tested_on)
     SELECT 'bench-test-' || i, $1, 'bench', 'RESIDUE_' || i, i::numeric / 1000, 'mg/kg', 'R' || i, 'GB 23200.113', '检测中心',
       '2026-11-02' FROM generate_series(1, 60) AS i`,
    [BATCH],
  );
  await database.query(`VACUUM ANALYZE ${FILLED_STANDARDS}`);
  const { rows } = await database.query<{ stated: string }>('SELECT count(*) AS stated FROM standard_limits');
  return Number(rows[0]?.stated);
}
