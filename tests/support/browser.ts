import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import {
  type Browser,
  type BrowserContextOptions,
  chromium,
  type LaunchOptions,
  type Page,
  type Request,
} from 'playwright-core';
import { useFolder } from './process';

/**
 * Unpacks the browser that `@sparticuz/chromium` carries, and what a bare system lacks: its libraries and a font. In a
 * process of its own, because the package unpacks into its process's temporary directory and takes what lies there for
 * whole.
 */
async function unpackChromium(folder: string): Promise<Pick<LaunchOptions, 'executablePath' | 'env'>> {
  const script =
    "import('@sparticuz/chromium').then((package) => package.default.executablePath()).then(console.log)";
  const { stdout } = await promisify(execFile)(process.execPath, ['--eval', script], {
    cwd: __dirname,
    // The package brings out its libraries only where it finds itself on Lambda.
    env: { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' },
  });
  const fontSettings = path.join(folder, 'fonts.conf');
  await writeFile(
    fontSettings,
    `<fontconfig>
      <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
      <dir>${path.join(folder, 'fonts')}</dir>
      <cachedir>${path.join(folder, 'fonts-cache')}</cachedir>
    </fontconfig>`,
  );
  return {
    executablePath: stdout.trim(),
    env: {
      ...process.env,
      LD_LIBRARY_PATH: path.join(folder, 'al2023', 'lib'),
      FONTCONFIG_FILE: fontSettings,
    },
  };
}

/** A real Chromium, in which each page has a profile of its own. */
export class BrowserWorld {
  /** What the pages of this test asked the network for. */
  readonly requests: Request[] = [];
  /** What no page should do: log errors or warnings, throw, or ask another host than its own. */
  readonly troubles: string[] = [];
  #browser: Browser | null = null;

  async start(folder: string): Promise<void> {
    // The package is made for this system only; on another, the tests use the Chrome that is installed.
    const isCarried = process.platform === 'linux' && process.arch === 'x64';
    this.#browser = await chromium.launch({
      ...(isCarried ? await unpackChromium(folder) : { channel: 'chrome' }),
      args: ['--disable-gpu', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
    });
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
