import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { BrowserContextOptions, Locator, Page, Request, Route } from 'playwright-core';
import { useBrowser } from '../support/browser';
import { useHub } from '../support/hub';

if (!existsSync(path.join(__dirname, '..', '..', 'gateway', 'web', 'dist', 'index.html'))) {
  throw new Error('The page is not built: run `npm run build:web`, then test again.');
}

const SOME = { edges: expect.arrayContaining([{ node: expect.anything() }]) };

/** The examples in the order of their tabs, and what they answer to the unit of a first visit. */
const EXAMPLES: Record<string, object> = {
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
interface Exchange {
  query: string;
  headers: Record<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: what a query answers has the shape that the example asks for
  data?: any;
  errors?: { message: string; path?: (string | number)[]; extensions: { code: string } }[];
}

const asksTheGraph = (request: Request): boolean =>
  new URL(request.url()).pathname === '/graphql' &&
  request.postDataJSON().operationName !== 'IntrospectionQuery';

/** The page as the person before it uses it. */
class GraphiqlPage {
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
    await this.page.getByRole('region', { name: 'Variables' }).getByText(':').waitFor();
    return this;
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.isReady();
  }

  /** Waits until the page has stored a text, which GraphiQL does with a delay. */
  async keeps(text: string): Promise<void> {
    while (!(await this.page.evaluate<string>('JSON.stringify(localStorage)')).includes(text))
      await delay(50);
  }

  tabs(): Promise<string[]> {
    return this.page.getByRole('tab').allInnerTexts();
  }

  async openTab(name: string): Promise<void> {
    await this.page.getByRole('tab').getByRole('button', { name, exact: true }).click();
    await this.query.getByText(name, { exact: true }).waitFor();
  }

  /** Pastes over what an editor holds: what is typed, the editor completes with brackets and suggestions. */
  async write(editor: 'Operation Editor' | 'Headers', text: string): Promise<void> {
    const region = this.page.getByRole('region', { name: editor });
    await region.locator('.view-lines').filter({ visible: true }).click();
    await this.page.keyboard.press('Control+A');
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
    start: () => Promise<void> = () => this.page.getByRole('button', { name: /^Execute query/ }).click(),
  ): Promise<Exchange> {
    const [response] = await Promise.all([
      this.page.waitForResponse((candidate) => asksTheGraph(candidate.request())),
      start(),
    ]);
    const { query } = response.request().postDataJSON();
    return { query, headers: await response.request().allHeaders(), ...(await response.json()) };
  }
}

describe('the page', () => {
  const hub = useHub();
  const browser = useBrowser();
  const visit = async (options?: BrowserContextOptions, address = '/graphiql'): Promise<GraphiqlPage> =>
    new GraphiqlPage(await browser.open(hub.url + address, options)).isReady();

  it('is what the address of the hub leads to, with a tab for each example', async () => {
    const page = await visit({}, '/');
    expect(page.page.url()).toBe(`${hub.url}/graphiql`);
    expect(await page.tabs()).toEqual(Object.keys(EXAMPLES));
    expect(await page.unit.inputValue()).toBe('金泽镇人民政府 310118104-GOV');
  });

  it('answers each example to the unit of a first visit, and shows the answer', async () => {
    const page = await visit();
    for (const [name, data] of Object.entries(EXAMPLES)) {
      await page.openTab(name);
      const answer = await page.run();
      expect([name, answer.errors]).toEqual([name, undefined]);
      expect(answer.data).toMatchObject(data);
      const [field = ''] = Object.keys(data);
      await page.answer.getByText(`"${field}"`).first().waitFor();
    }
  });

  it('answers the changes of the labor flow to a unit that reports it', async () => {
    const page = await visit();
    await page.openTab('Changes');
    await page.unit.fill('341200-HRSS');
    const { data, errors } = await page.run();
    expect(errors).toBeUndefined();
    expect(data.laborFlowChanges.edges).toHaveLength(20);
    await page.answer.getByText('"UPSERT"').first().waitFor();
  });

  it('opens an example again from the menu, once its tab is closed', async () => {
    const page = await visit();
    await page.openTab('Towns');
    await page.page.getByRole('button', { name: 'Close Tab' }).click();
    expect(await page.tabs()).toEqual(Object.keys(EXAMPLES).filter((name) => name !== 'Towns'));
    await page.page.getByRole('button', { name: 'Examples' }).click();
    await page.page.getByRole('menuitem', { name: 'The towns of a district' }).click();
    expect((await page.run()).data).toMatchObject(EXAMPLES.Towns ?? {});
    expect(await page.tabs()).toContain('Towns');
  });

  it('comes back as it was left, however soon', async () => {
    const page = await visit();
    await page.reload();
    expect(await page.tabs()).toEqual(Object.keys(EXAMPLES));
    expect((await page.run()).data).toMatchObject(EXAMPLES.PlaceOverview ?? {});

    await page.openTab('HowMany');
    const text = 'query Levels { jurisdiction(code: "310118") { level } }';
    await page.write('Operation Editor', text);
    await page.keeps('query Levels');
    await page.reload();
    expect(await page.tabs()).toEqual(['PlaceOverview', 'Counterparts', 'Levels', 'Towns', 'Changes']);
    expect(await page.run()).toMatchObject({ query: text, data: { jurisdiction: { level: 'COUNTY' } } });
  });

  describe('shows the graph', () => {
    it('to another unit as far as that unit may see it', async () => {
      const page = await visit();
      expect((await page.run()).data.jurisdiction.licenseApplications.edges).not.toEqual([]);
      await page.unit.fill('330421103-REVIEW');
      const { data, errors } = await page.run();
      expect(errors).toBeUndefined();
      expect(data.jurisdiction.secondmentsHosted.edges).not.toEqual([]);
      expect(data.jurisdiction.gridCases.edges).toEqual([]);
      expect(data.jurisdiction.licenseApplications.edges).toEqual([]);
    });

    it('to nobody as far as it is public', async () => {
      const page = await visit();
      await page.unit.fill('Nobody (signed out)');
      expect(await page.role.isDisabled()).toBe(true);
      await page.write(
        'Operation Editor',
        '{ jurisdiction(code: "310118104") { name } agencies { edges { cursor } } }',
      );
      const { data, errors, headers } = await page.run();
      expect(headers.authorization).toBeUndefined();
      expect(data).toEqual({ jurisdiction: { name: '金泽镇' }, agencies: null });
      expect(errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
        [['agencies'], 'UNAUTHENTICATED'],
      ]);
    });

    it('to a unit found by a part of its name, until another visit', async () => {
      const page = await visit();
      await page.unit.fill('西塘镇联席');
      await page.unit.press('Enter');
      expect(await page.unit.getAttribute('title')).toBe('西塘镇联席会议办公室 330421103-REVIEW');
      await page.role.selectOption('STEWARD');
      await page.reload();
      expect(await page.unit.inputValue()).toBe('西塘镇联席会议办公室 330421103-REVIEW');
      expect(await page.role.inputValue()).toBe('STEWARD');
      expect(claimsOf(await page.run())).toMatchObject({ agency: '330421103-REVIEW', roles: ['STEWARD'] });
    });

    it('to the unit it was shown to, while a text matches no unit', async () => {
      const page = await visit();
      await page.unit.fill('月球');
      await page.page.getByRole('status').getByText('No unit matches').waitFor();
      expect(claimsOf(await page.run())).toMatchObject({ agency: '310118104-GOV' });
      expect(await page.unit.inputValue()).toBe('金泽镇人民政府 310118104-GOV');
    });

    it('for a purpose, which may be in Chinese', async () => {
      const page = await visit();
      expect((await page.run()).headers['hub-purpose']).toBeUndefined();
      await page.purpose.fill('区域统计');
      expect((await page.run()).headers['hub-purpose']).toBe('%E5%8C%BA%E5%9F%9F%E7%BB%9F%E8%AE%A1');
    });
  });

  it('sends the headers that somebody types, before its own', async () => {
    const page = await visit();
    const authorization = `Bearer ${await hub.token('330421103-REVIEW')}`;
    await page.writeHeaders({ authorization, 'Accept-Language': 'zh-CN', 'x-office': '3' });
    const { headers, data } = await page.run();
    expect(headers).toMatchObject({ authorization, 'accept-language': 'zh-CN', 'x-office': '3' });
    expect(data.jurisdiction.licenseApplications.edges).toEqual([]);
  });

  it('says which typed header cannot be sent', async () => {
    const page = await visit();
    await page.writeHeaders({ 'hub-purpose': '区域统计' });
    await page.page.getByRole('button', { name: /^Execute query/ }).click();
    const sentence =
      'The header “hub-purpose” cannot be sent: names and values are ASCII; percent-encode anything else.';
    await page.page.getByRole('alert').getByText(sentence).waitFor();
    await page.answer.getByText('percent-encode anything else').waitFor();
  });

  it('keeps tokens nowhere', async () => {
    const page = await visit();
    const kept = async (): Promise<string> =>
      JSON.stringify([
        await page.page.context().storageState({ indexedDB: true }),
        await page.page.evaluate('({ ...sessionStorage })'),
        await page.page.evaluate('history.state'),
        page.page.url(),
      ]);
    const tokenOf = ({ headers }: Exchange): string =>
      /^Bearer (ey\S+)$/.exec(headers.authorization ?? '')?.[1] ?? '';

    const typed = await hub.token('330421103-REVIEW');
    await page.writeHeaders({ authorization: `Bearer ${typed}` });
    // Only then are the headers among what GraphiQL would keep; nothing shows it.
    await delay(700);
    expect(tokenOf(await page.run())).toBe(typed);
    await page.keeps('graphiql:queries');
    expect(await kept()).not.toContain(typed);

    await page.reload();
    const minted = tokenOf(await page.run());
    expect(minted).toMatch(/^ey/);
    expect(minted).not.toBe(typed);
    expect(await kept()).not.toContain(minted);
    expect(await kept()).not.toContain(typed);
  });

  describe('speaks', () => {
    const texts = async ({ page }: GraphiqlPage): Promise<unknown[]> => [
      await page.title(),
      await page.locator('html').getAttribute('lang'),
      ...(await page.evaluate<string[]>(
        "[...document.querySelectorAll('h1, label, .example-menu')].map((element) => element.firstChild.data)",
      )),
    ];
    const ENGLISH = ['Delta Hub', 'en', 'Delta Hub', 'See as', 'Role', 'Purpose', 'Examples'];
    const CHINESE = ['长三角数据枢纽', 'zh-CN', '长三角数据枢纽', '查看身份', '角色', '用途', '示例'];

    it('Chinese when asked to, and so does the hub', async () => {
      const page = await visit();
      expect(await texts(page)).toEqual(ENGLISH);
      expect((await page.run()).headers['accept-language']).toBe('en');

      await page.page.getByRole('button', { name: '中文' }).click();
      expect(await texts(page)).toEqual(CHINESE);
      await page.query.getByText('# 金泽镇').waitFor();
      await page.unit.fill('无人（未登录）');
      const { headers, errors } = await page.run();
      expect(headers['accept-language']).toBe('zh-CN');
      expect(errors?.[0]?.message).toMatch(/^请先登录/);

      await page.reload();
      expect(await texts(page)).toEqual(CHINESE);
      await page.page.getByRole('button', { name: 'English' }).click();
      expect(await texts(page)).toEqual(ENGLISH);
      await page.query.getByText('# Jinze Town').waitFor();
    });

    it('the language of the browser at a first visit', async () => {
      const page = await visit({ locale: 'zh-CN' });
      expect(await texts(page)).toEqual(CHINESE);
      await page.query.getByText('# 金泽镇').waitFor();
    });
  });

  it('suggests what the graph has', async () => {
    const page = await visit();
    await page.page.getByRole('button', { name: 'New tab' }).click();
    await page.query.locator('.view-lines').click();
    await page.page.keyboard.type('{ jurisd');
    await page.query.locator('.suggest-widget').getByText('jurisdictions').waitFor();
  });

  it('asks no host but its own, whoever tells it to', async () => {
    const page = await visit();
    const attempt = "fetch('https://example.com').catch((error) => error.message)";
    expect(await page.page.evaluate(attempt)).toBe('Failed to fetch');
    for (const trouble of browser.troubles.splice(0)) expect(trouble).toContain('Content Security Policy');
    expect(new Set(browser.requests.map((request) => new URL(request.url()).origin))).toEqual(
      new Set([hub.url]),
    );
  });

  it('runs a query from the keyboard', async () => {
    const page = await visit();
    await page.query.locator('.view-lines').click();
    const { data } = await page.run(() => page.page.keyboard.press('Control+Enter'));
    expect(data.jurisdiction.name).toBe('金泽镇');
  });

  it.each(['en-US', 'zh-CN'])('fits a phone in %s', async (locale) => {
    const page = await visit({ locale, viewport: { width: 390, height: 844 } });
    const fits = async (): Promise<void> =>
      expect(await page.page.evaluate(WIDER_THAN_THE_SCREEN)).toEqual([]);
    const press = (name: string | RegExp): Promise<void> => page.page.getByRole('button', { name }).click();
    await page.run();
    await fits();
    await press('Headers');
    await fits();
    for (const plugin of ['Documentation Explorer', 'History']) {
      await press(`Show ${plugin}`);
      await page.page.locator('.graphiql-plugin').getByText(/./).first().waitFor();
      await fits();
      await press(`Hide ${plugin}`);
    }
    for (const dialog of ['short keys', 'settings']) {
      await press(`Open ${dialog} dialog`);
      await page.page.getByRole('dialog').waitFor();
      await fits();
      await page.page.keyboard.press('Escape');
    }
    await page.unit.fill('月球');
    await page.page.getByRole('status').first().waitFor();
    await fits();
  });

  it('gets a new token for one that the hub refuses', async () => {
    const page = await visit();
    const wornOut = (route: Route): Promise<void> => route.fulfill({ json: { token: 'worn.out.token' } });
    await page.page.route('**/demo/token', wornOut, { times: 1 });
    await page.reload();
    const { data } = await page.run();
    expect(data.jurisdiction.name).toBe('金泽镇');
    // Once, or twice: GraphiQL reads the schema at the same time.
    expect(new Set(browser.troubles.splice(0))).toEqual(new Set([expect.stringContaining('401')]));
  });

  it('says that the hub cannot be reached, until it can', async () => {
    const page = await visit();
    const sentence =
      'The hub cannot be reached (/graphql): check the network and that the hub runs, then try again.';
    const alert = page.page.getByRole('alert').getByText(sentence);
    await page.page.route('**/graphql', (route) => route.abort());
    await page.page.getByRole('button', { name: /^Execute query/ }).click();
    await alert.waitFor();
    expect(browser.troubles.splice(0)).toEqual([expect.stringContaining('ERR_FAILED')]);

    await page.page.unroute('**/graphql');
    await page.run();
    await alert.waitFor({ state: 'detached' });
  });
});

describe('the page of a hub without demo data', () => {
  const hub = useHub({ demo: false });
  const browser = useBrowser();

  it('has no units to see the graph as, and shows what is public', async () => {
    const page = await new GraphiqlPage(await browser.open(hub.url)).isReady();
    expect([await page.unit.count(), await page.role.count(), await page.purpose.count()]).toEqual([0, 0, 1]);
    await page.openTab('Towns');
    const { headers, data, errors } = await page.run();
    expect(headers.authorization).toBeUndefined();
    expect(errors).toBeUndefined();
    expect(data).toMatchObject(EXAMPLES.Towns ?? {});
  });
});

function claimsOf({ headers }: Exchange): unknown {
  const [, claims = ''] = headers.authorization?.split('.') ?? [];
  return JSON.parse(Buffer.from(claims, 'base64url').toString());
}

/** Runs in the page: the controls that reach out of it, but for the tabs, which scroll. */
const WIDER_THAN_THE_SCREEN = `
  [document.documentElement, ...document.querySelectorAll('button, input, select, h1, h2, p, a, td, [role]')]
    .filter((element) => element.checkVisibility() && !element.closest('.graphiql-tabs, .monaco-editor'))
    .filter((element) => {
      const { left, right } = element.getBoundingClientRect();
      return right > innerWidth || (left < 0 && right > 0) || element === document.documentElement && element.scrollWidth > innerWidth;
    })
    .map((element) => element.outerHTML.slice(0, 100))`;
