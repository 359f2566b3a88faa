import type { Page } from 'playwright-core';

/** As somebody who chose another unit in the settings, which it then closes. */
export async function actAs(page: Page, agency: string): Promise<void> {
  const settings = page.getByText(/^(Settings|设置)$/);
  await settings.click();
  await page.getByRole('combobox', { name: /^(See as|查看身份)$/ }).fill(agency);
  await settings.click();
}
