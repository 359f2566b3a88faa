import path from 'node:path';
import { Command } from 'commander';
import type { Page } from 'playwright-core';
import type { Running } from '../lifecycle';
import { Progress } from '../progress';
import { launchChromium } from '../screenshots/chromium';
import { BenchHub, temporaryFolder } from './hub';
import { interruptible } from './interruptible';
import {
  count,
  jsonOption,
  milliseconds,
  type Report,
  type ReportOptions,
  type Table,
  tell,
  wholeNumber,
} from './report';
import { quantile } from './statistics';

interface TableOptions extends ReportOptions {
  rows: number;
  rounds: number;
}

/** Turns of the wheel, or strokes of a key, in a round. */
const STEPS = 100;
const WHEEL_PIXELS = 320;
const PROVIDER = '341200-HRSS';

export const table = new Command('table')
  .description(
    'How smoothly a table of many rows scrolls in the workbench, beside an empty page that scrolls as far.',
  )
  .option('--rows <n>', 'rows of the table, 1000 to 100000', wholeNumber(1_000, 100_000), 10_000)
  .option('--rounds <n>', 'rounds, 1 to 50', wholeNumber(1, 50), 3)
  .addOption(jsonOption())
  .addHelpText(
    'after',
    `
A hub as npm start runs it serves its page to the browser that the tests use, without a graphics card; the answer is made by
the bench: six columns, a third of one of them withheld. Both pages are scrolled in turn, by turns of the wheel and by keys,
and every frame is timed by the page itself.

Example
  npm run bench -- table --rounds 5 --json table.json`,
  )
  .action(async (options: TableOptions) => {
    tell(await interruptible((running) => measure(running, options)), options);
  });

type Way = 'wheel' | 'page keys' | 'arrow keys';
const WAYS: readonly Way[] = ['wheel', 'page keys', 'arrow keys'];

interface Finding {
  readonly way: Way;
  readonly page: 'table' | 'empty';
  readonly frames: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly worstMs: number;
  /** The most rows that were in the document at once. */
  readonly rowsDrawn: number;
}

async function measure(running: Running, { rows, rounds, ...options }: TableOptions): Promise<Report> {
  const progress = new Progress();
  const folder = temporaryFolder(running);
  const hub = await progress.step('hub', () =>
    BenchHub.start(running, { dataDirectory: path.join(folder, 'hub') }),
  );
  const browser = await progress.step('browser', () => launchChromium(folder));
  running.add(() => browser.close());
  const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 1280, height: 800 } });
  context.setDefaultTimeout(60_000);
  const pages = {
    table: await progress.step('table', async () => openTable(await context.newPage(), hub.url, rows)),
    empty: await openEmpty(await context.newPage(), rows),
  };
  const findings: Finding[] = [];
  for (const way of WAYS) {
    await progress.step(way, async (onProgress) => {
      const frames = { table: [] as number[], empty: [] as number[] };
      const drawn = { table: 0, empty: 0 };
      for (let round = 1; round <= rounds; round += 1) {
        onProgress(`round ${round} of ${rounds}`);
        for (const name of ['empty', 'table'] as const) {
          const found = await scroll(pages[name], way);
          frames[name].push(...found.frames);
          drawn[name] = Math.max(drawn[name], found.rowsDrawn);
        }
      }
      for (const page of ['empty', 'table'] as const) {
        findings.push({
          ...{ way, page, frames: frames[page].length, rowsDrawn: drawn[page] },
          ...{ p50Ms: quantile(frames[page], 0.5), p95Ms: quantile(frames[page], 0.95) },
          worstMs: Math.max(...frames[page]),
        });
      }
    });
  }
  return {
    name: 'table',
    options: { rows, rounds, ...options },
    figures: { of: findings },
    tables: [tableOf(findings, rows)],
  };
}

/** The workbench with a table of so many rows, ready to be scrolled. */
async function openTable(page: Page, hub: string, rows: number): Promise<Page> {
  await page.route('**/graphql', (route) =>
    route.request().postDataJSON().operationName === 'IntrospectionQuery'
      ? route.fallback()
      : route.fulfill({ json: answerOf(rows) }),
  );
  await page.goto(`${hub}/graphiql`);
  await page.locator('.graphiql-query-editor').getByText('query').first().waitFor();
  await page.locator('.view-switch label').nth(1).click();
  await page.locator('.graphiql-execute-button').click();
  await page.locator('.data-table tbody tr').first().waitFor();
  return page;
}

/** A page that holds nothing and scrolls as far. */
async function openEmpty(page: Page, rows: number): Promise<Page> {
  await page.setContent(
    `<div class="data-table" style="height: 600px; overflow: auto" tabindex="0"><div style="height: ${rows * 28}px"></div></div>`,
  );
  return page;
}

function answerOf(rows: number): object {
  const indexes = Array.from({ length: rows }, (_, index) => index);
  const edges = indexes.map((index) => ({
    node: {
      code: `C-${index}`,
      name: `村 ${index}`,
      workers: (index * 7_919) % 100_000,
      phone: index % 3 === 0 ? null : `021-${index}`,
      at: '2026-10-01T00:00:00.000Z',
      isOverdue: index % 5 === 0,
    },
  }));
  const path = ['cases', 'edges', '*', 'node', 'phone'];
  const places = [
    {
      ...{ provider: PROVIDER, reason: 'NO_GRANT', path },
      indexes: indexes.filter((index) => index % 3 === 0).map((index) => [index]),
    },
  ];
  const withheld = [
    {
      ...{ coordinate: 'Officer.phone', item: 'personnel.officer-contact', reason: 'NO_GRANT' },
      ...{ providers: [PROVIDER], count: rows / 3, class: 'CONDITIONAL', places },
    },
  ];
  return { data: { cases: { edges } }, extensions: { withheld } };
}

const START = `(() => {
  const scroller = document.querySelector('.data-table');
  scroller.scrollTop = 0;
  const said = { frames: [], rows: 0, isOver: false };
  globalThis.said = said;
  let before = null;
  requestAnimationFrame(function frame(now) {
    if (before !== null) said.frames.push(now - before);
    before = now;
    said.rows = Math.max(said.rows, document.querySelectorAll('.data-table tbody tr').length);
    if (!said.isOver) requestAnimationFrame(frame);
  });
  (document.querySelector('[role=grid]') ?? scroller).focus({ preventScroll: true });
})()`;
const STOP = '(said.isOver = true, { frames: said.frames, rowsDrawn: said.rows })';

async function scroll(page: Page, way: Way): Promise<{ frames: number[]; rowsDrawn: number }> {
  await page.bringToFront();
  const box = await page.locator('.data-table').boundingBox();
  if (!box) throw new Error('there is nothing to scroll');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.evaluate(START);
  for (let i = 0; i < STEPS; i += 1) {
    if (way === 'wheel') await page.mouse.wheel(0, WHEEL_PIXELS);
    else await page.keyboard.press(way === 'page keys' ? 'PageDown' : 'ArrowDown');
  }
  return page.evaluate<{ frames: number[]; rowsDrawn: number }>(STOP);
}

const tableOf = (findings: readonly Finding[], rows: number): Table => ({
  title: `Frames while ${count(rows)} rows scroll`,
  columns: ['way', 'page', 'frames', 'p50', 'p95', 'worst', 'rows drawn'],
  rows: findings.map(({ way, page, frames, p50Ms, p95Ms, worstMs, rowsDrawn }) => [
    ...[way, page, count(frames)],
    ...[p50Ms, p95Ms, worstMs].map(milliseconds),
    page === 'table' ? count(rowsDrawn) : '–',
  ]),
});
