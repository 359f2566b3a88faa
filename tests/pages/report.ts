import type { Page } from 'playwright-core';
import { expectAccessibleEverywhere } from '../support/accessibility';
import type { Looks } from '../support/browser';
import { actAs } from './caller';
import { bytesOf } from './download';
import { browser, hub } from './world';

const open = (address = '/board/report?month=2026-10', looks: Looks = {}): Promise<Page> =>
  browser.open(hub.url + address, looks);

describe("the month's report", () => {
  it('has the figures of the month, as the graph tells them, and the CSV of it', async () => {
    const page = await open('/board');
    await actAs(page, '320509110-COMMAND');
    await page.getByRole('link', { name: 'Monthly report' }).click();
    await page.getByRole('heading', { name: '江苏省苏州市吴江区黎里镇: grid cases, October 2026' }).waitFor();
    await page.locator('.report-table').first().waitFor();
    expect(await page.locator('.report-figures dd').allInnerTexts()).toEqual(
      expect.arrayContaining(['106', '88', '100.0%', '83.0%']),
    );
    expect(await page.getByRole('table').count()).toBe(3);
    await expectAccessibleEverywhere(page);

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('320509110-2026-10.csv');
    expect((await bytesOf(download)).subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
  });

  it('is a sheet of paper when printed, from a dark screen too', async () => {
    const page = await open('/board/report?month=2026-10', { colorScheme: 'dark' });
    await page.locator('.report-figures').waitFor();
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByRole('banner').isVisible()).toBe(false);
    expect(await page.getByRole('button', { name: 'Print' }).isVisible()).toBe(false);
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    expect((await page.pdf({ preferCSSPageSize: true })).subarray(0, 4).toString()).toBe('%PDF');
  });

  it('says that there is nothing in a month, and goes to another by keyboard', async () => {
    const page = await open('/board/report?month=2020-01');
    await page.getByText('There are no cases of this month that your unit may see.').waitFor();
    await expectAccessibleEverywhere(page);
    const month = page.getByRole('combobox', { name: 'Month' });
    await month.focus();
    await page.keyboard.type('October 2026');
    await page.waitForURL(({ search }) => search === '?month=2026-10');
    await page.locator('.report-table').first().waitFor();
  });

  it('says whose it is not, that it is loading, and what cannot be reached', async () => {
    const page = await open('/board/report?month=2026-10&place=320509110');
    await page
      .getByRole('note')
      .getByText(/^Your unit is no party/)
      .waitFor();
    await expectAccessibleEverywhere(page);

    let lose: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      lose = resolve;
    });
    await page.route('**/graphql', async (route) => {
      await held;
      await route.abort();
    });
    await page.reload();
    await page.locator('.report .loading').getByText('Loading…').waitFor();
    await expectAccessibleEverywhere(page);
    lose();
    const alert = page.getByRole('alert').getByText(/^The hub cannot be reached/);
    await alert.waitFor();
    await expectAccessibleEverywhere(page);
    expect(await page.getByRole('button', { name: 'Print' }).isDisabled()).toBe(true);
    await page.unroute('**/graphql');
    browser.troubles.splice(0);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('.report-figures').waitFor();
    await alert.waitFor({ state: 'detached' });
  });
});
