import type { Page } from 'playwright-core';
import { expectAccessibleEverywhere, WIDER_THAN_THE_SCREEN } from '../support/accessibility';
import { eventually, eventuallyEqual, type Looks } from '../support/browser';
import { browser, hub } from './world';

const open = (address = '/labor-flow', looks: Looks = {}): Promise<Page> =>
  browser.open(hub.url + address, { viewport: { width: 1280, height: 900 }, ...looks });

const isDrawn = (page: Page): Promise<void> =>
  page.locator('.matrix canvas').first().waitFor({ timeout: 50_000 });

describe('the page of labor flow', () => {
  it('opens with the latest month that anything is known of, shows the largest flow, and another by a click', async () => {
    const page = await open();
    await page.getByText('Loading…').first().waitFor();
    await isDrawn(page);
    expect(await page.getByRole('combobox', { name: 'Month' }).inputValue()).toBe('2026-09');
    const largest = await page
      .getByRole('img', { name: /^Flows from \d+ origins/ })
      .getAttribute('aria-label');
    const [, pair] = /Largest: (.+?), /.exec(largest ?? '') ?? [];
    await page.getByRole('heading', { level: 2, name: pair }).waitFor();

    await page.locator('.matrix .chart').click();
    await page.waitForURL(({ searchParams }) => searchParams.has('origin'));
    await page.getByRole('heading', { level: 2, name: pair }).waitFor({ state: 'detached' });
  });

  it('says what both sides report of a flow, what was made of it, its interval, and how', async () => {
    const page = await open('/labor-flow?month=2026-09&origin=341200&destination=310000');
    const pair = page.locator('.card.pair');
    await pair.getByRole('heading', { name: '阜阳市 → 上海市' }).waitFor();
    const { data } = await hub.send(
      '310118104-GOV',
      `{ laborFlow(origin: "341200", destination: "310000", month: "2026-09") { reconciled { workers low high explanation } } }`,
    );
    const { workers, low, high, explanation } = data.laborFlow.reconciled;
    const words = (value: number): string => value.toLocaleString('en');
    await pair.locator('dd').nth(2).waitFor();
    const figures = await pair.locator('dd').allInnerTexts();
    expect(figures[0]).toBe(`${words(workers)}\ninterval ${words(low)} to ${words(high)}`);
    expect(figures[1]).toMatch(
      /^412,600\nreported by 阜阳市人力资源和社会保障局；counted: who stays 6 months or more, flexible workers included/,
    );
    expect(figures[2]).toMatch(/^287,350\n/);
    await pair.getByText(explanation).waitFor();
    await pair
      .getByRole('img', { name: /^Workers from 阜阳市 in 上海市 over the last \d+ months/ })
      .waitFor();
    await pair.getByText('Table', { exact: true }).click();
    const september = pair.getByRole('row', { name: /^2026-09/ });
    expect(await september.getByRole('cell').nth(1).innerText()).toBe('412,600');
  });

  it('shows a suppressed figure as suppressed, and a missing one as missing', async () => {
    const page = await open('/labor-flow?month=2026-09&sector=B&origin=341225&destination=330421');
    const figures = page.locator('.card.pair dd');
    await figures.first().waitFor();
    const [, byOrigin = '', byDestination = ''] = await figures.allInnerTexts();
    expect(byOrigin).toMatch(/^<10\s+fewer than 10, not published/);
    expect(await figures.nth(1).locator('.suppressed').count()).toBe(1);
    expect(byDestination).toMatch(/not reported/);
    await isDrawn(page);
    await expectAccessibleEverywhere(page);
  });

  it('is used by keyboard: matrix as a table, a flow out of it, more of the ranking', async () => {
    const page = await open('/labor-flow?month=2026-09&level=PROVINCE');
    await isDrawn(page);
    await page.getByRole('radio', { name: 'Heat map' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('radio', { name: 'Flow diagram', checked: true }).waitFor();
    await isDrawn(page);
    await page.keyboard.press('ArrowRight');
    const table = page.locator('.matrix-table');
    await table.waitFor();
    expect(await table.getByRole('rowheader').allInnerTexts()).toEqual([
      '上海市',
      '江苏省',
      '浙江省',
      '安徽省',
    ]);
    await expectAccessibleEverywhere(page);
    const cell = table
      .getByRole('row', { name: /^安徽省/ })
      .getByRole('button')
      .first();
    await cell.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: '安徽省 → 上海市' }).waitFor();
    await eventuallyEqual(() => cell.getAttribute('aria-pressed'), 'true');
    await page.waitForURL(({ searchParams }) => searchParams.get('origin') === '340000');
  });

  it('ranks the flows on which the sides disagree, and lists more of them', async () => {
    const page = await open('/labor-flow?month=2026-09');
    const rows = page.locator('.asymmetries tbody tr');
    await rows.first().waitFor();
    const { data } = await hub.send(
      '310118104-GOV',
      `{ laborFlowAsymmetries(month: "2026-09", originLevel: PREFECTURE, destinationLevel: PREFECTURE, first: 13) {
        edges { node { origin { name } destination { name } } } } }`,
    );
    const pairs = data.laborFlowAsymmetries.edges.map(
      ({ node }: { node: { origin: { name: string }; destination: { name: string } } }) =>
        `${node.origin.name} → ${node.destination.name}`,
    );
    expect(await rows.getByRole('button').allInnerTexts()).toEqual(pairs.slice(0, 12));
    await page.getByRole('button', { name: 'Show more' }).click();
    await rows.nth(12).waitFor();
    expect(await rows.nth(12).getByRole('button').innerText()).toBe(pairs[12]);
    await rows.nth(12).getByRole('button').click();
    await page.getByRole('heading', { level: 2, name: pairs[12] }).waitFor();
  });

  it('narrows to a place, a sector and a side, kept in the address', async () => {
    const page = await open('/labor-flow?month=2026-09');
    await isDrawn(page);
    const into = page.getByRole('combobox', { name: 'Destinations in' });
    await into.fill('310000');
    await page.locator('datalist option[value="上海市 310000"]').first().waitFor({ state: 'attached' });
    await into.press('Enter');
    await page.getByRole('combobox', { name: 'Sector' }).selectOption('C Manufacturing');
    await page.getByRole('combobox', { name: 'Figures' }).selectOption('By the origin');
    await page.getByRole('img', { name: /to 1 destinations/ }).waitFor();
    await eventuallyEqual(() => Object.fromEntries(new URL(page.url()).searchParams), {
      month: '2026-09',
      into: '310000',
      sector: 'C',
      side: 'ORIGIN',
    });
    await page.goBack();
    await eventuallyEqual(() => page.getByRole('combobox', { name: 'Figures' }).inputValue(), '');
    await into.fill('');
    await into.press('Enter');
    await page.getByRole('img', { name: /to (?!1 )\d+ destinations/ }).waitFor();
  });

  it('says when there is nothing, what was refused, and what cannot be reached', async () => {
    const page = await open('/labor-flow?month=2019-01');
    await page.getByText('nothing was reported, which is not zero').first().waitFor();
    await page.getByText('There is no flow of the month that both sides reported.').waitFor();
    await expectAccessibleEverywhere(page);
    await page.getByRole('combobox', { name: 'Level' }).selectOption('Counties');
    await page
      .locator('.matrix')
      .getByRole('alert')
      .getByText(/at most 20000 are compared at once/)
      .waitFor();
    await page.route('**/graphql', (route) => route.abort());
    await page.getByRole('combobox', { name: 'Level' }).selectOption('Provinces');
    await page
      .locator('.matrix')
      .getByRole('alert')
      .getByText(/^The hub cannot be reached/)
      .waitFor();
    await expectAccessibleEverywhere(page);
    await page.unroute('**/graphql');
    browser.troubles.splice(0);
    await page.locator('.matrix').getByRole('button', { name: 'Try again' }).click();
    await page.locator('.matrix .empty').waitFor();
    await page.getByText('Settings').click();
    await page.getByRole('combobox', { name: 'See as' }).fill('Nobody (signed out)');
    await page.getByText('These statistics are there for units: choose one, or sign in first.').waitFor();
    await expectAccessibleEverywhere(page);
  });

  it('is accessible, light and dark, speaks Chinese, and fits a phone in both languages', async () => {
    const page = await open('/labor-flow?month=2026-09', { locale: 'zh-CN' });
    await isDrawn(page);
    await page.locator('.asymmetries tbody tr').first().waitFor();
    await page.locator('.pair canvas').first().waitFor();
    await expectAccessibleEverywhere(page);
    const words = await page.locator('main').innerText();
    expect(words).not.toMatch(/[a-z]{4,}/i);

    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { level: 1, name: 'Labor flow' }).waitFor();
    await isDrawn(page);
    await page.locator('.asymmetries tbody tr').first().waitFor();
    await eventually(
      () => page.evaluate(WIDER_THAN_THE_SCREEN),
      (wider) => expect(wider).toEqual([]),
    );
  });
});
