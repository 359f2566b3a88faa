import type { Browser, BrowserContext, Page, Request } from 'playwright-core';
import { launchChromium } from '../../scripts/screenshots/chromium';
import { useFolder } from './process';

/** What a page is looked at with. */
export interface Looks {
  viewport?: { width: number; height: number };
  colorScheme?: 'light' | 'dark';
  locale?: 'en-US' | 'zh-CN';
  reducedMotion?: 'reduce' | 'no-preference';
  /** Called before the page goes anywhere. */
  prepare?(page: Page): Promise<unknown>;
}

const SCREEN = { width: 1280, height: 800 };

/** A real Chromium. Each test begins as a first visit: with nothing stored, and nobody signed in. */
export class BrowserWorld {
  /** What the pages of this test asked the network for. */
  readonly requests: Request[] = [];
  /** What no page should do: log errors or warnings, throw, or ask another host than its own. */
  readonly troubles: string[] = [];
  #browser: Browser | null = null;
  /** One for all pages of a language: it keeps scripts in its cache, which are most of a page's start. */
  readonly #contexts = new Map<string, BrowserContext>();

  async start(folder: string): Promise<void> {
    this.#browser = await launchChromium(folder);
  }

  async stop(): Promise<void> {
    await this.#browser?.close();
  }

  async open(url: string, looks: Looks = {}): Promise<Page> {
    const {
      locale = 'en-US',
      viewport = SCREEN,
      colorScheme = 'light',
      reducedMotion = 'no-preference',
    } = looks;
    const context = await this.#contextFor(locale);
    const page = await context.newPage();
    const { host, origin } = new URL(url);
    if (context.pages().length === 1) await forget(page, origin);
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme, reducedMotion });
    page.on('request', (request) => {
      this.requests.push(request);
      if (/^(http|ws)s?:/.test(request.url()) && new URL(request.url()).host !== host) {
        this.troubles.push(`asked ${request.url()}`);
      }
    });
    await looks.prepare?.(page);
    await page.goto(url);
    return page;
  }

  async #contextFor(locale: string): Promise<BrowserContext> {
    if (!this.#browser) throw new Error('the browser starts before the first test');
    const known = this.#contexts.get(locale);
    if (known) return known;
    const context = await this.#browser.newContext({ locale });
    this.#contexts.set(locale, context);
    // Ahead of Jest's, whose sentence does not say what was waited for.
    context.setDefaultTimeout(20_000);
    context.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.troubles.push(`logged ${message.text()}`);
    });
    context.on('weberror', (error) => this.troubles.push(`threw ${error.error().stack}`));
    return context;
  }

  /** Closes the pages of a test, which must have been without trouble. */
  async closePages(): Promise<void> {
    for (const context of this.#contexts.values()) {
      for (const page of context.pages()) await page.close();
      await context.clearCookies();
    }
    this.requests.length = 0;
    expect(this.troubles.splice(0)).toEqual([]);
  }
}

/** What the pages of the test before have stored: before anything is opened, because a page that closes may store more. */
async function forget(page: Page, origin: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'local_storage,session_storage' });
  await session.detach();
}

/** Starts a browser for the tests of a file. */
export function useBrowser(): BrowserWorld {
  const world = new BrowserWorld();
  const folder = useFolder();
  // A page's start takes long where many share a machine.
  jest.setTimeout(90_000);
  beforeAll(() => world.start(folder.path));
  afterEach(() => world.closePages());
  afterAll(() => world.stop());
  return world;
}

const PAUSE_MS = 40;

/**
 * Waits until what is asked for is as `check` wants it, because a page gets there in its own time. Fails with what the
 * last check said.
 */
export async function eventually<Asked>(
  ask: () => Asked | Promise<Asked>,
  check: (asked: Asked) => void,
  withinMs = 20_000,
): Promise<void> {
  for (const end = Date.now() + withinMs; ; ) {
    try {
      check(await ask());
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

/** As {@link eventually}, for what shall equal something. */
export const eventuallyEqual = <Asked>(ask: () => Asked | Promise<Asked>, expected: unknown): Promise<void> =>
  eventually(ask, (asked) => expect(asked).toEqual(expected));
