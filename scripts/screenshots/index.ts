import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from './chromium';

/*
 * `npm run screenshots -- http://127.0.0.1:4000` photographs each page of a hub that runs with its demo data, light and
 * dark, on a screen and on a phone, for the pages of the README, and says how long each took to get there.
 */

const FOLDER = path.join(__dirname, '..', '..', 'gateway', 'web', 'screenshots');
const SIZES = { wide: { width: 1280, height: 800 }, narrow: { width: 390, height: 844 } };

interface Shot {
  name: string;
  address: string;
  /** Whom the page acts as, when not the unit of a first visit. */
  agency?: string;
  /** Brings the page to what is shown. */
  ready(page: Page): Promise<unknown>;
}

const SHOTS: Shot[] = [
  { name: 'board', address: '/board', ready: (page) => page.getByText(/^(Live|实时) · /).waitFor() },
  {
    name: 'case',
    address: '/board',
    ready: async (page) => {
      await page.locator('.due .cases button').first().click();
      await page.locator('.timeline').waitFor();
    },
  },
  {
    name: 'report',
    address: '/board/report?month=2026-10',
    agency: '320509110-COMMAND',
    ready: (page) => page.locator('.report-table').first().waitFor(),
  },
  {
    name: 'labor-flow',
    address: '/labor-flow?month=2026-09&origin=341200&destination=310000',
    ready: async (page) => {
      await page.locator('.matrix canvas').first().waitFor();
      await page.locator('.pair canvas').first().waitFor();
      await page.locator('.asymmetries tbody tr').first().waitFor();
    },
  },
  {
    name: 'workbench',
    address: '/graphiql',
    ready: async (page) => {
      await page.locator('.graphiql-query-editor').getByText('query').first().waitFor();
      await page.locator('.view-switch').waitFor();
      await page.locator('.graphiql-execute-button').click();
      await page.locator('.graphiql-response').getByText('"data"').first().waitFor();
      await page.locator('.view-switch label').nth(1).click();
      await page.locator('.data-table td').first().waitFor();
    },
  },
];

async function photograph(
  browser: Browser,
  hub: string,
  shot: Shot,
  size: keyof typeof SIZES,
): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    // A screen is shown in Chinese, as most are read, and a phone in English.
    const locale = size === 'wide' ? 'zh-CN' : 'en-US';
    const context = await browser.newContext({
      viewport: SIZES[size],
      colorScheme,
      locale,
      reducedMotion: 'reduce',
    });
    context.setDefaultTimeout(60_000);
    const { agency } = shot;
    if (agency) {
      const identity = JSON.stringify(JSON.stringify({ agency, role: 'OFFICER' }));
      await context.addInitScript(`sessionStorage.setItem('delta-hub:identity', ${identity})`);
    }
    const page = await context.newPage();
    const opened = performance.now();
    await page.goto(hub + shot.address);
    await shot.ready(page);
    const took = Math.round(performance.now() - opened);
    process.stdout.write(
      `${shot.name} ${size} ${colorScheme}: as it is shown after ${took} ms, nothing cached\n`,
    );
    await page.waitForTimeout(500);
    await page.screenshot({
      path: path.join(FOLDER, `${shot.name}-${size}-${colorScheme}.jpg`),
      type: 'jpeg',
      quality: 70,
    });
    await context.close();
  }
}

async function main(hub = 'http://127.0.0.1:4000'): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'screenshots-'));
  const browser = await launchChromium(folder);
  try {
    for (const shot of SHOTS) {
      for (const size of Object.keys(SIZES) as (keyof typeof SIZES)[])
        await photograph(browser, hub, shot, size);
    }
  } finally {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  }
}

main(process.argv[2]).catch((error: unknown) => {
  process.stderr.write(
    `${error instanceof Error ? error.message : error}\nIs a hub with demo data running there?\n`,
  );
  process.exitCode = 1;
});
