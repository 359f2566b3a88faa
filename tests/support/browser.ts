import type { Browser, BrowserContextOptions, Page, Request } from 'playwright-core';
import { launchChromium } from '../../scripts/screenshots/chromium';
import { useFolder } from './process';

/** A real Chromium, in which each page has a profile of its own. */
export class BrowserWorld {
  /** What the pages of this test asked the network for. */
  readonly requests: Request[] = [];
  /** What no page should do: log errors or warnings, throw, or ask another host than its own. */
  readonly troubles: string[] = [];
  #browser: Browser | null = null;

  async start(folder: string): Promise<void> {
    this.#browser = await launchChromium(folder);
  }

  async stop(): Promise<void> {
    await this.#browser?.close();
  }

  async open(url: string, options: BrowserContextOptions = {}): Promise<Page> {
    if (!this.#browser) throw new Error('the browser starts before the first test');
    const context = await this.#browser.newContext(options);
    // Ahead of Jest's, whose sentence does not say what was waited for.
    context.setDefaultTimeout(10_000);
    context.on('request', (request) => {
      this.requests.push(request);
      if (/^(http|ws)s?:/.test(request.url()) && new URL(request.url()).host !== new URL(url).host) {
        this.troubles.push(`asked ${request.url()}`);
      }
    });
    context.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.troubles.push(`logged ${message.text()}`);
    });
    context.on('weberror', (error) => this.troubles.push(`threw ${error.error().stack}`));
    const page = await context.newPage();
    await page.goto(url);
    return page;
  }

  /** Closes the pages of a test, which must have been without trouble. */
  async closePages(): Promise<void> {
    for (const context of this.#browser?.contexts() ?? []) await context.close();
    this.requests.length = 0;
    expect(this.troubles.splice(0)).toEqual([]);
  }
}

/** Starts a browser for the tests of a file. */
export function useBrowser(): BrowserWorld {
  const world = new BrowserWorld();
  const folder = useFolder();
  beforeAll(() => world.start(folder.path));
  afterEach(() => world.closePages());
  afterAll(() => world.stop());
  return world;
}
