import type { Locator, Page, Request } from 'playwright-core';
import { eventually, eventuallyEqual, type Looks } from '../support/browser';
import { browser, hub } from './world';

const SOME = { edges: expect.arrayContaining([{ node: expect.anything() }]) };

/** The examples in the order of their tabs, and what they answer to the unit of a first visit. */
export const EXAMPLES: Record<string, object> = {
  PlaceOverview: {
    jurisdiction: {
      name: '金泽镇',
      parent: { code: '310118', name: '青浦区' },
      secondmentsHosted: SOME,
      gridCases: SOME,
      licenseApplications: SOME,
      supplyBases: SOME,
    },
  },
  Counterparts: {
    counterparts: expect.arrayContaining([
      {
        function: { code: 'AGRICULTURE', name: '农业农村' },
        match: 'HIGHER_LEVEL',
        agency: { code: '310000-AGRI', name: '上海市农业农村委员会', jurisdiction: { code: '310000' } },
      },
    ]),
  },
  HowMany: {
    laborFlow: {
      reportedByOrigin: { workers: 412_600, reportedBy: [{ code: '341200-HRSS' }] },
      reportedByDestination: { workers: 287_350, reportedBy: [{ code: '310000-HRSS' }] },
      asymmetry: expect.closeTo(0.179, 3),
    },
  },
  Towns: {
    jurisdictions: {
      edges: [
        { node: { code: '310118001', name: '夏阳街道' } },
        { node: { code: '310118002', name: '盈浦街道' } },
        { node: { code: '310118003', name: '香花桥街道' } },
        { node: { code: '310118102', name: '朱家角镇' } },
      ],
      pageInfo: { hasNextPage: true },
    },
  },
  Changes: { laborFlowChanges: { edges: [] } },
};

/** A request to the graph that somebody at the page sent, and its answer. */
export interface Exchange {
  query: string;
  headers: Record<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: what a query answers has the shape that the example asks for
  data?: any;
  errors?: { message: string; path?: (string | number)[]; extensions: { code: string } }[];
  extensions?: { withheld?: { count: number }[]; receipt?: { id: string } };
}

export const asksTheGraph = (request: Request): boolean =>
  new URL(request.url()).pathname === '/graphql' &&
  request.postDataJSON().operationName !== 'IntrospectionQuery';

/** The page as somebody uses it. */
export class Visit {
  readonly unit: Locator;
  readonly role: Locator;
  readonly purpose: Locator;
  readonly query: Locator;
  readonly answer: Locator;

  constructor(readonly page: Page) {
    this.unit = page.getByRole('combobox', { name: /^(See as|查看身份)$/ });
    this.role = page.getByRole('combobox', { name: /^(Role|角色)$/ });
    this.purpose = page.getByRole('textbox', { name: /^(Purpose|用途)$/ });
    this.query = page.locator('.graphiql-query-editor');
    this.answer = page.locator('.graphiql-response');
  }

  async isReady(): Promise<this> {
    await this.query.getByText('query').first().waitFor();
    await this.page
      .getByRole('region', { name: /^(Variables|变量)$/ })
      .getByText(':')
      .first()
      .waitFor();
    return this;
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.isReady();
  }

  /** Waits until the page has stored a text, which GraphiQL does with a delay. */
  async keeps(text: string): Promise<void> {
    const stored = (): Promise<string> => this.page.evaluate('JSON.stringify(localStorage)');
    await eventually(stored, (all) => expect(all).toContain(text));
  }

  /** Waits until the page has these tabs. */
  async hasTabs(names: readonly string[]): Promise<void> {
    await eventuallyEqual(() => this.page.getByRole('tab').allInnerTexts(), names);
  }

  async openTab(name: string): Promise<void> {
    await this.page.getByRole('tab').getByRole('button', { name, exact: true }).click();
    await this.query.getByText(name, { exact: true }).waitFor();
  }

  /** Pastes over what an editor holds: what is typed, the editor completes with brackets and suggestions. */
  async write(editor: 'Operation Editor' | 'Headers', text: string): Promise<void> {
    const region = this.page.getByRole('region', { name: editor });
    await region.locator('.view-lines').filter({ visible: true }).click();
    await this.page.keyboard.press('ControlOrMeta+A');
    await this.page.evaluate(`{
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', ${JSON.stringify(text)});
      document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
    }`);
  }

  async writeHeaders(headers: Record<string, string>): Promise<void> {
    await this.page.getByRole('button', { name: 'Headers' }).click();
    await this.write('Headers', JSON.stringify(headers));
  }

  /** Runs what the editor holds, by default with a click, and waits for the answer. */
  async run(
    start: () => Promise<void> = () =>
      this.page.getByRole('button', { name: /^(Execute query|执行查询)/ }).click(),
  ): Promise<Exchange> {
    const [response] = await Promise.all([
      this.page.waitForResponse((candidate) => asksTheGraph(candidate.request())),
      start(),
    ]);
    const { query } = response.request().postDataJSON();
    return { query, headers: await response.request().allHeaders(), ...(await response.json()) };
  }
}

/** Opens the workbench, by default as at a first visit. */
export const openWorkbench = async (looks: Looks = {}, address = '/graphiql', at = hub.url): Promise<Visit> =>
  new Visit(await browser.open(at + address, looks)).isReady();

/**
 * What GraphiQL's packages make so that nothing from outside mends it: a button within each tab, the name of a button that is not
 * its text in the history, fields without a name in the explorer, and the editor, which is a page of its own kind.
 */
export const GRAPHIQL_OWN = [
  '.graphiql-tabs',
  '.graphiql-history-item-label',
  '.docExplorerWrap',
  '.monaco-editor',
];
