import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** Holds what a page shows at this moment against WCAG 2.2 A and AA and axe's best practices. */
export async function expectAccessible(page: Page, beside: string[] = []): Promise<void> {
  await page.evaluate(axe.source);
  const violations = await page.evaluate<string[]>(
    `axe.run({ exclude: ${JSON.stringify(beside)} }, { resultTypes: ['violations'] }).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html.slice(0, 200))))`,
  );
  expect(violations).toEqual([]);
}

/** What reaches out of the screen on either side, or is cut, but for what scrolls by itself. */
export const WIDER_THAN_THE_SCREEN = `
  [...document.querySelectorAll('button, input, select, h1, h2, p, a, td, th, dt, dd, li, [role]')]
    .filter((element) => element.checkVisibility() && !element.closest('.report-table, .scroller, .matrix-table, .read-out'))
    .filter((element) => {
      const { left, right } = element.getBoundingClientRect();
      return right > innerWidth + 1 || (left < 0 && right > 0);
    })
    .concat(document.documentElement.scrollWidth > innerWidth ? [document.documentElement] : [])
    .map((element) => element.outerHTML.slice(0, 100))`;
