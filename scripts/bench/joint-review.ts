import path from 'node:path';
import { Command } from 'commander';
import type pg from 'pg';
import type { Running } from '../lifecycle';
import { Progress } from '../progress';
import { BenchHub, connect, startServer, temporaryFolder } from './hub';
import { interruptible } from './interruptible';
import { FILLED_TABLES, fillApplications } from './license-applications';
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

interface JointReviewOptions extends ReportOptions {
  applications: number;
  requests: number;
}

const TOWN = '330421103';
const OFFICE = '330421103-REVIEW';
const TIME = { from: '2018-01-01', to: '2026-09-30' };
const ROW = 'edges { node { number shopName stage premises { address } business { name } submittedAt } }';
const search = (filter: string) =>
  `{ licenseApplications(under: "${TOWN}", first: 20, ${filter}) { ${ROW} } }`;
const byApplicant = (filter: string) =>
  `{ licenseApplicationsByApplicant(under: "${TOWN}", first: 20, ${filter}) { ${ROW} } }`;
const AGENDA = `agenda(first: 60) { edges { node { number shopName stage premises { address } missingMaterials { code }
  opinions { function { code isVeto } verdict isWritten } decision { outcome conditions { text status } certificate { hash } }
  durations { stage workingDays } turnaround { countedDays isWithinTarget } } } }`;
const DURATIONS = `jurisdiction { name } decided withinTargetShare counted { mean median ninetiethPercentile longest }
  sessionWait { mean } stages { stage figures { mean median } } departments { function figures { mean } } pending { stage count }`;

/** What an office asks all day. */
export const QUESTIONS: readonly (readonly [name: string, figure: string, query: string])[] = [
  ['the latest of the town', 'latestMs', search('')],
  ['those that owe materials', 'stageMs', search('stage: AWAITING_MATERIALS')],
  ['a shop by a part of its name', 'shopMs', search('shopNameContains: "听荷客栈"')],
  ['a shop that there is not', 'noShopMs', search('shopNameContains: "紫藤小筑"')],
  ['a street', 'streetMs', search('addressContains: "里仁街77号"')],
  ['an applicant by name', 'applicantMs', byApplicant('nameContains: "沈梦瑶"')],
  ['an applicant by telephone', 'telephoneMs', byApplicant('phone: "13900000777"')],
  [
    'the history of a house',
    'houseMs',
    `{ licensePremisesHistory(jurisdiction: "${TOWN}", address: "西街86号", first: 20) { ${ROW} } }`,
  ],
  [
    'an agenda of sixty, with all that was said',
    'agendaMs',
    `{ reviewSession(id: "filled-session-${TOWN}-3") { heldOn ${AGENDA} } }`,
  ],
  [
    'durations of one year',
    'yearMs',
    `{ reviewDurations(under: "${TOWN}", decidedFrom: "2025-01-01", decidedTo: "2025-12-31") { ${DURATIONS} } }`,
  ],
  [
    'a comparison of the county’s towns, one year',
    'townsMs',
    '{ reviewDurationsByTown(under: "330421", decidedFrom: "2025-01-01", decidedTo: "2025-12-31") ' +
      `{ ${DURATIONS} } }`,
  ],
];

export const jointReview = new Command('joint-review')
  .description(
    'How fast a review office with many applications finds one, reads an agenda, and learns where the time went.',
  )
  .option(
    '--applications <n>',
    'applications of the town, 1000 to 1000000',
    wholeNumber(1_000, 1_000_000),
    100_000,
  )
  .option('--requests <n>', 'times that each question is asked, 3 to 1000', wholeNumber(3, 1_000), 20)
  .addOption(jsonOption())
  .addHelpText(
    'after',
    `
Fills a town with applications of almost nine years, with their applicants, materials, opinions, decisions and
certificates, and asks the hub as the town's review office, one request at a time, each question in turn. All lie in one town:
no index narrows the place, so that this is the worst that a search meets.

Examples
  npm run bench -- joint-review
  npm run bench -- joint-review --applications 10000 --requests 100 --json joint-review.json`,
  )
  .action(async (options: JointReviewOptions) => {
    tell(await interruptible((running) => measure(running, options)), options);
  });

async function measure(running: Running, { applications, requests }: JointReviewOptions): Promise<Report> {
  const progress = new Progress();
  const folder = temporaryFolder(running);
  const server = await progress.step('PostgreSQL', () => startServer(running, folder));
  const hub = await progress.step('hub', () =>
    BenchHub.start(running, { dataDirectory: path.join(folder, 'hub'), databaseUrl: server.url }),
  );
  const database = await connect(running, server.url);
  await progress.step(`${count(applications)} applications`, () => fill(database, applications));
  const ask = await callerOf(running, hub, { agency: OFFICE, connections: 1 });
  const taken = new Map<string, number[]>(QUESTIONS.map(([, figure]) => [figure, []]));
  await progress.step('measuring', async () => {
    for (let round = -2; round < requests; round += 1) {
      for (const [, figure, query] of QUESTIONS) {
        const startedAt = performance.now();
        await ask(query);
        if (round >= 0) taken.get(figure)?.push(performance.now() - startedAt);
      }
    }
  });
  const figures = QUESTIONS.map(([name, figure]) => {
    const found = taken.get(figure) ?? [];
    return { name, figure, p50: median(found), p99: quantile(found, 0.99) };
  });
  return {
    name: 'joint-review',
    options: { applications, requests },
    figures: Object.fromEntries(figures.map(({ figure, p50 }) => [figure, p50])),
    tables: [
      {
        title: `Asked through the hub by the office of a town with ${count(applications)} applications`,
        columns: ['', 'p50', 'p99'],
        rows: figures.map(({ name, p50, p99 }) => [name, milliseconds(p50), milliseconds(p99)]),
      },
    ],
  };
}

async function fill(database: pg.Client, applications: number): Promise<void> {
  await database.query('SET search_path = tourism');
  await database.query(`BEGIN; ${fillApplications({ town: TOWN, count: applications, ...TIME })} COMMIT`);
  await database.query(`VACUUM ANALYZE ${FILLED_TABLES}`);
}
