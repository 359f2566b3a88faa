import type { Page } from 'playwright-core';
import { expectAccessibleEverywhere, WIDER_THAN_THE_SCREEN } from '../support/accessibility';
import { eventually, eventuallyEqual, type Looks } from '../support/browser';
import { Line } from '../support/line';
import { actAs } from './caller';
import { browser, hub } from './world';

const JINZE = '310118104';
const STAGES = [
  'Received',
  'Filed',
  'Not filed today',
  'Dispatched',
  'In progress',
  'Verifying',
  'Closed today',
];

const open = (address = '/board', looks: Looks = {}, at = hub.url): Promise<Page> =>
  browser.open(at + address, looks);

/** The figure of each stage as the board shows it. */
async function figures(page: Page): Promise<Record<string, string>> {
  await page.locator('.figures').waitFor();
  const texts = await page.locator('.stages button').allInnerTexts();
  return Object.fromEntries(texts.map((text) => text.split('\n').reverse()));
}

const isLive = (page: Page): Promise<void> => page.getByText(/^(Live|实时) · /).waitFor();

const styleOfChange = (name: string): string => `getComputedStyle(document.querySelector('.change')).${name}`;

let reports = 0;
/** A case that comes in while somebody looks at the board. */
async function report(title: string): Promise<void> {
  reports += 1;
  const { data } = await hub.send(
    '310118104-GOV',
    `mutation ($input: ReportGridCaseInput!) {
      reportGridCase(input: $input) { gridCase { id } userErrors { message } }
    }`,
    {
      input: {
        title,
        category: 'EXPOSED_GARBAGE',
        source: 'GRID_PATROL',
        jurisdiction: JINZE,
        externalId: `board-${reports}`,
      },
    },
  );
  expect(data.reportGridCase.userErrors).toEqual([]);
}

describe('the board', () => {
  it('shows the place of the unit as the graph tells it, with what is due, alerts, forces and departments', async () => {
    const page = await open();
    const shown = await figures(page);
    const { data } = await hub.send(
      '310118104-GOV',
      `{ gridBoardSummary(under: "${JINZE}") {
        overdueCount peopleOnDuty stages { count } forces { agency { name } } departments { agency { name } openCount }
      } }`,
    );
    const { stages, overdueCount, peopleOnDuty, forces, departments } = data.gridBoardSummary;
    expect(shown).toEqual(
      Object.fromEntries(STAGES.map((name, index) => [name, String(stages[index].count)])),
    );
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('金泽镇');
    expect(await page.locator('.marks dd').allInnerTexts()).toEqual([
      String(overdueCount),
      '0',
      String(peopleOnDuty),
    ]);
    expect(await page.locator('.due li.overdue').count()).toBe(overdueCount);
    expect(await page.locator('.alerts li').count()).toBeGreaterThan(0);
    expect(await page.locator('.forces .name').allInnerTexts()).toEqual(
      forces.map(({ agency }: { agency: { name: string } }) => agency.name),
    );
    expect(await page.locator('.departments tbody th').allInnerTexts()).toEqual(
      departments.map(({ agency }: { agency: { name: string } }) => agency.name),
    );
    await page.getByText(/^Live · as of \d\d:\d\d:\d\d$/).waitFor();
  });

  it('shows a change as it happens, once, by a calm sign, and reads it out', async () => {
    const page = await open();
    const before = await figures(page);
    await isLive(page);
    await report('东西街垃圾堆放');
    const line = page.locator('.change', { hasText: '东西街垃圾堆放' });
    await line.waitFor();
    await page
      .getByRole('status')
      .filter({ hasText: /^New: Received, 东西街垃圾堆放$/ })
      .waitFor();
    await page.locator('.stages .value[data-changed]').waitFor();
    expect((await figures(page)).Received).toBe(String(Number(before.Received) + 1));
    expect(await line.count()).toBe(1);
    expect(await page.evaluate(styleOfChange('animationIterationCount'))).toBe('1');

    await page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await page.evaluate(styleOfChange('animationName'))).toBe('none');
  });

  it('shows what is done in the field, by its own name', async () => {
    const page = await open();
    await isLive(page);
    const { data } = await hub.send(
      '310118104-CITYOPS',
      `mutation { openLeadList(input: { title: "用电异常", jurisdiction: "${JINZE}", dueOn: "2099-01-01" }) { list { id } } }`,
    );
    expect(data.openLeadList.list).not.toBeNull();
    const line = page.locator('.change', { hasText: 'List of leads' });
    await line.getByText('金泽镇 · 金泽镇城市运行管理中心').waitFor();
  });

  it('leads from a stage to its cases and to the life of one, by keyboard or mouse, and back', async () => {
    const page = await open();
    const stage = page.locator('.stages').getByRole('button', { name: /In progress/ });
    await stage.focus();
    await page.keyboard.press('Enter');
    const cases = page.getByRole('dialog', { name: 'Cases: In progress' });
    await cases.locator('li').first().waitFor();
    await expectAccessibleEverywhere(page);
    await page.keyboard.press('Tab');
    const title = await page.locator(':focus .title').innerText();
    await page.keyboard.press('Enter');
    const life = page.getByRole('dialog', { name: title });
    await life.getByRole('heading', { name: 'Timeline' }).waitFor();
    expect(await life.locator('.timeline b').allInnerTexts()).toEqual(
      expect.arrayContaining(['Received', 'Filed', 'Dispatched', 'Accepted']),
    );
    await expectAccessibleEverywhere(page);
    await page.keyboard.press('Escape');
    await cases.waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.waitForURL(({ search }) => search === '');
    await page.goBack();
    await cases.waitFor();

    await cases.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.locator('.due .cases button').first().click();
    await page.locator('.timeline').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('says that a case is gone or not for this unit, and that a stage has none', async () => {
    const page = await open('/board?case=nothing');
    await page.getByText('There is no such case, or your unit may not see it.').waitFor();
    await expectAccessibleEverywhere(page);
    await page.goto(`${hub.url}/board?place=320509110&stage=FILED`);
    await page.getByRole('dialog').locator('.empty').waitFor();
    await expectAccessibleEverywhere(page);
  });

  it('tells a unit that is no party that the figures are not the whole, and leads to a request', async () => {
    const page = await open('/board?place=320509110');
    const note = page.getByRole('note');
    await note.getByText(/^Your unit is no party to the cases of 黎里镇/).waitFor();
    expect(await note.getByRole('link').getAttribute('href')).toBe('/graphiql?grant=grid.cases');
    expect(new Set(Object.values(await figures(page)))).toEqual(new Set(['0']));
    await page.getByText('No alert from upstream.').waitFor();
    await expectAccessibleEverywhere(page);
    await actAs(page, '320509110-COMMAND');
    await note.waitFor({ state: 'detached' });
    await page.locator('.due li').first().waitFor();
  });

  it('is shown for another place that somebody finds by name, and for none to nobody', async () => {
    const page = await open();
    await page.getByText('Settings').click();
    const place = page.getByRole('combobox', { name: 'Place' });
    await place.fill('黎里镇');
    await page.locator('datalist option[value="黎里镇 320509110"]').waitFor({ state: 'attached' });
    await place.press('Enter');
    await page.getByRole('heading', { level: 1, name: '黎里镇' }).waitFor();
    await page.waitForURL(({ search }) => search === '?place=320509110');
    await place.fill('月球上的镇');
    await page.getByText('No place matches').waitFor();
    await page.getByText('Settings').click();

    await page.goto(`${hub.url}/board`);
    await actAs(page, 'Nobody (signed out)');
    await page.getByText('The board is there for units: choose one, or sign in first.').waitFor();
    await expectAccessibleEverywhere(page);
  });

  it('says that it is loading, and what is wrong, until it is not', async () => {
    const page = await open('/board?place=0');
    await page
      .getByRole('alert')
      .getByText(/^The hub did not answer this: /)
      .waitFor();
    await expectAccessibleEverywhere(page);
    let answer: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route('**/graphql', async (route) => {
      await held;
      await route.fulfill({ status: 502, body: 'no' });
    });
    await page.goto(`${hub.url}/board`);
    await page.locator('.board .loading').getByText('Loading…').waitFor();
    await expectAccessibleEverywhere(page);
    answer();
    await page
      .getByRole('alert')
      .getByText(/HTTP 502/)
      .waitFor();
    await page.unroute('**/graphql');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('.figures').waitFor();
    browser.troubles.splice(0);
  });

  it('survives the loss of its connection, says so, and misses and repeats nothing', async () => {
    const line = new Line();
    await line.lay(hub.url);
    const page = await open('/board', {}, line.url);
    await isLive(page);
    await report('断线之前的案件');
    await page.locator('.change', { hasText: '断线之前的案件' }).waitFor();

    line.cut();
    await page
      .getByText(/^Connection lost at \d\d:\d\d:\d\d\. Shown as of \d\d:\d\d:\d\d; trying again\.$/)
      .last()
      .waitFor();
    await page.locator('.board.stale').waitFor();
    await expectAccessibleEverywhere(page);
    await report('断线期间的案件');
    await report('断线期间的另一案件');

    line.mend();
    // As the browser says when its network is back; else the page tries again in its own time.
    await page.evaluate("dispatchEvent(new Event('online'))");
    await eventuallyEqual(
      () => page.locator('.change').allInnerTexts(),
      ['断线期间的另一案件', '断线期间的案件', '断线之前的案件'].map((title) =>
        expect.stringContaining(title),
      ),
    );
    await isLive(page);
    await page.locator('.board:not(.stale)').waitFor();
    await page.close();
    await line.remove();
    for (const trouble of browser.troubles.splice(0))
      expect(trouble).toMatch(/ERR_(CONNECTION|EMPTY|INCOMPLETE|SOCKET)/);
  });

  it('is accessible in both languages, light and dark', async () => {
    const page = await open('/board', { locale: 'zh-CN' });
    await isLive(page);
    await page.locator('.departments').waitFor();
    await expectAccessibleEverywhere(page);
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByText(/^Live · /).waitFor();
    await eventuallyEqual(() => page.title(), 'Live board · Delta Hub');
    await page.getByText('Settings').click();
    await expectAccessibleEverywhere(page);

    const scheme = (): Promise<string> =>
      page.evaluate('getComputedStyle(document.documentElement).colorScheme');
    await page.getByRole('button', { name: 'Dark' }).click();
    await eventuallyEqual(scheme, 'dark');
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.getByRole('button', { name: 'Light' }).click();
    await eventuallyEqual(scheme, 'light');
  });

  it('can be read from five meters: nothing on it is smaller than a hundredth of its width, figures four times that', async () => {
    const page = await open('/board', { viewport: { width: 1920, height: 1080 } });
    await page.locator('.departments').waitFor();
    const smallest = await page.evaluate<number>(
      `Math.min(...[...document.querySelectorAll('.board *')]
        .filter((element) => element.checkVisibility() && element.closest('.read-out') === null &&
          [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
        .map((element) => parseFloat(getComputedStyle(element).fontSize)))`,
    );
    expect(smallest).toBeGreaterThanOrEqual(19.2);
    const figure = "parseFloat(getComputedStyle(document.querySelector('.figure .value')).fontSize)";
    expect(await page.evaluate(figure)).toBeGreaterThanOrEqual(76.8);
    expect(await page.evaluate('document.documentElement.scrollHeight <= innerHeight')).toBe(true);
  });

  it.each(['en-US', 'zh-CN'] as const)('fits a phone in %s', async (locale) => {
    const page = await open('/board', { locale, viewport: { width: 390, height: 844 } });
    const fits = (): Promise<void> =>
      eventually(
        () => page.evaluate(WIDER_THAN_THE_SCREEN),
        (wider) => expect(wider).toEqual([]),
      );
    await page.locator('.departments').waitFor();
    await fits();
    await page.locator('.cases button').first().click();
    await page.locator('.timeline').waitFor();
    await fits();
  });
});
