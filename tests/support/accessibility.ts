import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** Holds what a page shows at this moment against WCAG 2.2 A and AA and axe's best practices. */
export async function expectAccessible(page: Page, beside: string[] = []): Promise<void> {
  await bringAxe(page);
  expect(await violations(page, beside, "{ resultTypes: ['violations'] }")).toEqual([]);
}

/** Half a megabyte, which a page is given once. */
async function bringAxe(page: Page): Promise<void> {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe.source);
}

const SIZES = {
  wide: { width: 1280, height: 800 },
  narrow: { width: 390, height: 844 },
};

/**
 * As {@link expectAccessible}, light and dark, on a screen and on a phone, on which nothing may reach out of sight
 * either. Of the second color scheme only contrasts are looked at: nothing else differs.
 */
export async function expectAccessibleEverywhere(page: Page, beside: string[] = []): Promise<void> {
  await bringAxe(page);
  const before = page.viewportSize() ?? SIZES.wide;
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.locator(`html[data-theme=${colorScheme}]`).waitFor();
      // Colors that fade are not yet those that are meant; what moves as somebody scrolls, or for as long as
      // something is awaited, never ends by itself.
      await page.evaluate(
        'Promise.all(document.getAnimations().filter((each) => each.timeline === document.timeline && each.effect.getComputedTiming().iterations !== Infinity).map((each) => each.finished.catch(() => {})))',
      );
      const options =
        colorScheme === 'light' ? "{ resultTypes: ['violations'] }" : "{ runOnly: ['color-contrast'] }";
      expect([size, colorScheme, await violations(page, beside, options)]).toEqual([size, colorScheme, []]);
    }
    expect([size, await page.evaluate(WIDER_THAN_THE_SCREEN)]).toEqual([size, []]);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(before);
}

const violations = (page: Page, beside: string[], options: string): Promise<string[]> =>
  page.evaluate<string[]>(
    `axe.run({ exclude: ${JSON.stringify(beside)} }, ${options}).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html.slice(0, 200))))`,
  );

/** What scrolls by itself, so that more of it than is in sight is no fault. */
const SCROLLS = [
  '.report-table',
  '.scroller',
  '.matrix-table',
  '.read-out',
  '.graphiql-tabs',
  '.monaco-editor',
  '.data-table',
  '.plain-table',
  '.chart-scroller',
].join(', ');

/** What reaches out of the screen on either side, or is cut, but for what scrolls by itself. */
export const WIDER_THAN_THE_SCREEN = `
  [...document.querySelectorAll('button, input, select, h1, h2, p, a, td, th, dt, dd, li, [role]')]
    .filter((element) => element.checkVisibility() && !element.closest('${SCROLLS}'))
    .filter((element) => {
      const { left, right } = element.getBoundingClientRect();
      return right > innerWidth + 1 || (left < 0 && right > 0);
    })
    .concat(document.documentElement.scrollWidth > innerWidth ? [document.documentElement] : [])
    .map((element) => element.outerHTML.slice(0, 100))`;
