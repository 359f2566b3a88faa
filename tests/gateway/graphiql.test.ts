import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { BrowserContextOptions, Download, Locator, Page, Request, Route } from 'playwright-core';
import { expectAccessible } from '../support/accessibility';
import { useBrowser } from '../support/browser';
import { useHub } from '../support/hub';

if (!existsSync(path.join(__dirname, '..', '..', 'gateway', 'web', 'dist', 'graphiql.html'))) {
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
  extensions?: { withheld?: { count: number }[]; receipt?: { id: string } };
}

const asksTheGraph = (request: Request): boolean =>
  new URL(request.url()).pathname === '/graphql' &&
  request.postDataJSON().operationName !== 'IntrospectionQuery';

/** The page as somebody uses it. */
class Visit {
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
    await this.page.getByRole('region', { name: 'Variables' }).getByText(':').first().waitFor();
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

const browser = useBrowser();

describe('the page', () => {
  const hub = useHub();
  const open = async (options?: BrowserContextOptions, address = '/graphiql'): Promise<Visit> =>
    new Visit(await browser.open(hub.url + address, options)).isReady();

  it('is what the address of the hub leads to, with a tab for each example', async () => {
    const visit = await open({}, '/');
    expect(visit.page.url()).toBe(`${hub.url}/graphiql`);
    expect(await visit.tabs()).toEqual(Object.keys(EXAMPLES));
    expect(await visit.unit.inputValue()).toBe('金泽镇人民政府 310118104-GOV');
  });

  it('answers each example to the unit of a first visit, and shows the answer', async () => {
    const visit = await open();
    for (const [name, data] of Object.entries(EXAMPLES)) {
      await visit.openTab(name);
      const answer = await visit.run();
      expect([name, answer.errors]).toEqual([name, undefined]);
      expect(answer.data).toMatchObject(data);
      const [field = ''] = Object.keys(data);
      await visit.answer.getByText(`"${field}"`).first().waitFor();
    }
  });

  it('answers the changes of the labor flow to a unit that reports it', async () => {
    const visit = await open();
    await visit.openTab('Changes');
    await visit.unit.fill('341200-HRSS');
    const { data, errors } = await visit.run();
    expect(errors).toBeUndefined();
    expect(data.laborFlowChanges.edges).toHaveLength(20);
    await visit.answer.getByText('"UPSERT"').first().waitFor();
  });

  it('opens an example again from the menu, once its tab is closed', async () => {
    const visit = await open();
    await visit.openTab('Towns');
    await visit.page.getByRole('button', { name: 'Close Tab' }).click();
    expect(await visit.tabs()).toEqual(Object.keys(EXAMPLES).filter((name) => name !== 'Towns'));
    await visit.page.getByRole('button', { name: 'Examples' }).click();
    await visit.page.getByRole('menuitem', { name: 'The towns of a district' }).click();
    expect((await visit.run()).data).toMatchObject(EXAMPLES.Towns ?? {});
    expect(await visit.tabs()).toContain('Towns');
  });

  it('comes back as it was left, however soon', async () => {
    const visit = await open();
    await visit.reload();
    expect(await visit.tabs()).toEqual(Object.keys(EXAMPLES));
    expect((await visit.run()).data).toMatchObject(EXAMPLES.PlaceOverview ?? {});

    await visit.openTab('HowMany');
    const text = 'query Levels { jurisdiction(code: "310118") { level } }';
    await visit.write('Operation Editor', text);
    await visit.keeps('query Levels');
    await visit.reload();
    expect(await visit.tabs()).toEqual(['PlaceOverview', 'Counterparts', 'Levels', 'Towns', 'Changes']);
    expect(await visit.run()).toMatchObject({ query: text, data: { jurisdiction: { level: 'COUNTY' } } });
  });

  describe('shows the graph', () => {
    it('to another unit as far as that unit may see it', async () => {
      const visit = await open();
      expect((await visit.run()).data.jurisdiction.licenseApplications.edges).not.toEqual([]);
      await visit.unit.fill('330421103-REVIEW');
      const { data, errors } = await visit.run();
      expect(errors).toBeUndefined();
      expect(data.jurisdiction.secondmentsHosted.edges).not.toEqual([]);
      expect(data.jurisdiction.gridCases.edges).toEqual([]);
      expect(data.jurisdiction.licenseApplications.edges).toEqual([]);
    });

    it('to nobody as far as it is public', async () => {
      const visit = await open();
      await visit.unit.fill('Nobody (signed out)');
      expect(await visit.role.isDisabled()).toBe(true);
      await visit.write(
        'Operation Editor',
        '{ jurisdiction(code: "310118104") { name } agencies { edges { cursor } } }',
      );
      const { data, errors, headers } = await visit.run();
      expect(headers.authorization).toBeUndefined();
      expect(data).toEqual({ jurisdiction: { name: '金泽镇' }, agencies: null });
      expect(errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
        [['agencies'], 'UNAUTHENTICATED'],
      ]);
    });

    it('to a unit found by a part of its name, until another visit', async () => {
      const visit = await open();
      await visit.unit.fill('西塘镇联席');
      await visit.unit.press('Enter');
      expect(await visit.unit.getAttribute('title')).toBe('西塘镇联席会议办公室 330421103-REVIEW');
      await visit.role.selectOption('STEWARD');
      await visit.reload();
      expect(await visit.unit.inputValue()).toBe('西塘镇联席会议办公室 330421103-REVIEW');
      expect(await visit.role.inputValue()).toBe('STEWARD');
      expect(claimsOf(await visit.run())).toMatchObject({ agency: '330421103-REVIEW', roles: ['STEWARD'] });
    });

    it('to the unit it was shown to, while a text matches no unit', async () => {
      const visit = await open();
      await visit.unit.fill('月球');
      await visit.page.getByRole('status').getByText('No unit matches').waitFor();
      expect(claimsOf(await visit.run())).toMatchObject({ agency: '310118104-GOV' });
      expect(await visit.unit.inputValue()).toBe('金泽镇人民政府 310118104-GOV');
    });

    it('for a purpose, which may be in Chinese', async () => {
      const visit = await open();
      expect((await visit.run()).headers['hub-purpose']).toBeUndefined();
      await visit.purpose.fill('区域统计');
      expect((await visit.run()).headers['hub-purpose']).toBe('%E5%8C%BA%E5%9F%9F%E7%BB%9F%E8%AE%A1');
    });
  });

  it('sends the headers that somebody types, before its own', async () => {
    const visit = await open();
    const authorization = `Bearer ${await hub.token('330421103-REVIEW')}`;
    await visit.writeHeaders({ authorization, 'Accept-Language': 'zh-CN', 'x-office': '3' });
    const { headers, data } = await visit.run();
    expect(headers).toMatchObject({ authorization, 'accept-language': 'zh-CN', 'x-office': '3' });
    expect(data.jurisdiction.licenseApplications.edges).toEqual([]);
  });

  it('says which typed header cannot be sent', async () => {
    const visit = await open();
    await visit.writeHeaders({ 'hub-purpose': '区域统计' });
    await visit.page.getByRole('button', { name: /^Execute query/ }).click();
    const sentence =
      'The header “hub-purpose” cannot be sent: names and values are ASCII; percent-encode anything else.';
    await visit.page.getByRole('alert').getByText(sentence).waitFor();
    await visit.answer.getByText('percent-encode anything else').waitFor();
  });

  it('keeps tokens nowhere', async () => {
    const visit = await open();
    const kept = async (): Promise<string> =>
      JSON.stringify([
        await visit.page.context().storageState({ indexedDB: true }),
        await visit.page.evaluate('({ ...sessionStorage })'),
        await visit.page.evaluate('history.state'),
        visit.page.url(),
      ]);
    const tokenOf = ({ headers }: Exchange): string =>
      /^Bearer (ey\S+)$/.exec(headers.authorization ?? '')?.[1] ?? '';

    const typed = await hub.token('330421103-REVIEW');
    await visit.writeHeaders({ authorization: `Bearer ${typed}` });
    // Only then are the headers among what GraphiQL would keep; nothing shows it.
    await delay(700);
    expect(tokenOf(await visit.run())).toBe(typed);
    await visit.keeps('graphiql:queries');
    expect(await kept()).not.toContain(typed);

    await visit.reload();
    const minted = tokenOf(await visit.run());
    expect(minted).toMatch(/^ey/);
    expect(minted).not.toBe(typed);
    expect(await kept()).not.toContain(minted);
    expect(await kept()).not.toContain(typed);
  });

  describe('speaks', () => {
    const texts = async ({ page }: Visit): Promise<unknown[]> => [
      await page.title(),
      await page.locator('html').getAttribute('lang'),
      ...(await page.evaluate<string[]>(
        "[...document.querySelectorAll('.brand, .top-bar label, .example-menu')].map((element) => element.firstChild.data)",
      )),
    ];
    const ENGLISH = ['Workbench · Delta Hub', 'en', 'Delta Hub', 'See as', 'Role', 'Purpose', 'Examples'];
    const CHINESE = [
      '分析工作台 · 长三角数据枢纽',
      'zh-CN',
      '长三角数据枢纽',
      '查看身份',
      '角色',
      '用途',
      '示例',
    ];

    it('Chinese when asked to, and so does the hub', async () => {
      const visit = await open();
      expect(await texts(visit)).toEqual(ENGLISH);
      expect((await visit.run()).headers['accept-language']).toBe('en');

      await visit.page.getByRole('button', { name: '中文' }).click();
      expect(await texts(visit)).toEqual(CHINESE);
      await visit.query.getByText('# 金泽镇').waitFor();
      await visit.unit.fill('无人（未登录）');
      const { headers, errors } = await visit.run();
      expect(headers['accept-language']).toBe('zh-CN');
      expect(errors?.[0]?.message).toMatch(/^请先登录/);

      await visit.reload();
      expect(await texts(visit)).toEqual(CHINESE);
      await visit.page.getByRole('button', { name: 'English' }).click();
      expect(await texts(visit)).toEqual(ENGLISH);
      await visit.query.getByText('# Jinze Town').waitFor();
    });

    it('the language of the browser at a first visit', async () => {
      const visit = await open({ locale: 'zh-CN' });
      expect(await texts(visit)).toEqual(CHINESE);
      await visit.query.getByText('# 金泽镇').waitFor();
    });
  });

  it('suggests what the graph has', async () => {
    const visit = await open();
    await visit.page.getByRole('button', { name: 'New tab' }).click();
    await visit.query.locator('.view-lines').click();
    await visit.page.keyboard.type('{ jurisd');
    await visit.query.locator('.suggest-widget').getByText('jurisdictions').waitFor();
  });

  it('asks no host but its own, whoever tells it to', async () => {
    const visit = await open();
    const attempt = "fetch('https://example.com').catch((error) => error.message)";
    expect(await visit.page.evaluate(attempt)).toBe('Failed to fetch');
    for (const trouble of browser.troubles.splice(0)) expect(trouble).toContain('Content Security Policy');
    expect(new Set(browser.requests.map((request) => new URL(request.url()).origin))).toEqual(
      new Set([hub.url]),
    );
  });

  it('runs a query from the keyboard', async () => {
    const visit = await open();
    await visit.query.locator('.view-lines').click();
    const { data } = await visit.run(() => visit.page.keyboard.press('Control+Enter'));
    expect(data.jurisdiction.name).toBe('金泽镇');
  });

  it.each(['en-US', 'zh-CN'])('fits a phone in %s', async (locale) => {
    const visit = await open({ locale, viewport: { width: 390, height: 844 } });
    const fits = async (): Promise<void> =>
      expect(await visit.page.evaluate(WIDER_THAN_THE_SCREEN)).toEqual([]);
    const press = (name: string | RegExp): Promise<void> => visit.page.getByRole('button', { name }).click();
    await visit.run();
    await fits();
    await press('Headers');
    await fits();
    for (const plugin of ['Documentation Explorer', 'History']) {
      await press(`Show ${plugin}`);
      await visit.page.locator('.graphiql-plugin').getByText(/./).first().waitFor();
      await fits();
      await press(`Hide ${plugin}`);
    }
    for (const dialog of ['short keys', 'settings']) {
      await press(`Open ${dialog} dialog`);
      await visit.page.getByRole('dialog').waitFor();
      await fits();
      await visit.page.keyboard.press('Escape');
    }
    await visit.unit.fill('月球');
    await visit.page.getByRole('status').first().waitFor();
    await fits();
  });

  it('gets a new token for one that the hub refuses', async () => {
    const visit = await open();
    const wornOut = (route: Route): Promise<void> => route.fulfill({ json: { token: 'worn.out.token' } });
    await visit.page.route('**/demo/token', wornOut, { times: 1 });
    await visit.reload();
    const { data } = await visit.run();
    expect(data.jurisdiction.name).toBe('金泽镇');
    // Once or twice: GraphiQL reads the schema at the same time.
    await delay(1_000);
    expect(new Set(browser.troubles.splice(0))).toEqual(new Set([expect.stringContaining('401')]));
  });

  it('says that the hub cannot be reached, until it can', async () => {
    const visit = await open();
    const sentence =
      'The hub cannot be reached (/graphql): check the network and that the hub runs, then try again.';
    const alert = visit.page.getByRole('alert').getByText(sentence);
    await visit.page.route('**/graphql', (route) =>
      asksTheGraph(route.request()) ? route.abort() : route.fallback(),
    );
    await visit.page.getByRole('button', { name: /^Execute query/ }).click();
    await alert.waitFor();
    expect(browser.troubles.splice(0)).toEqual([expect.stringContaining('ERR_FAILED')]);

    await visit.page.unroute('**/graphql');
    await visit.run();
    await alert.waitFor({ state: 'detached' });
  });

  describe('an answer', () => {
    const see = (visit: Visit, view: string): Promise<void> =>
      visit.page.getByRole('radio', { name: view }).check();
    /** As somebody who opens a query from the library. */
    const take = async (visit: Visit, title: string): Promise<void> => {
      const show = visit.page.getByRole('button', { name: 'Show Query library' });
      if (await show.isVisible()) await show.click();
      await visit.page
        .getByRole('region', { name: 'Query library' })
        .getByRole('button', { name: title, exact: true })
        .click();
    };
    const textOf = async (download: Download): Promise<string> => {
      const chunks: Buffer[] = [];
      for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString();
    };

    it('is a table that is sorted by a head, goes on by cursor, and comes whole as CSV', async () => {
      const visit = await open();
      await visit.openTab('Towns');
      await visit.run();
      await see(visit, 'Table');
      const table = visit.page.getByRole('table', { name: 'jurisdictions' });
      await table.waitFor();
      const names = (): Promise<string[]> => table.locator('tbody td:nth-child(2)').allInnerTexts();
      expect(await names()).toEqual(['夏阳街道', '盈浦街道', '香花桥街道', '朱家角镇']);
      await table.getByRole('button', { name: 'code' }).focus();
      await visit.page.keyboard.press('Enter');
      await visit.page.keyboard.press('Enter');
      expect(await table.getByRole('columnheader', { name: 'code' }).getAttribute('aria-sort')).toBe(
        'descending',
      );
      expect(await names()).toEqual(['朱家角镇', '香花桥街道', '盈浦街道', '夏阳街道']);
      await visit.page.getByRole('button', { name: 'Load more' }).click();
      await visit.page.getByText('8 rows').waitFor();

      const { data } = await hub.send(
        null,
        '{ jurisdictions(under: "310118", level: TOWNSHIP, first: 200) { edges { node { code name } } } }',
      );
      const towns: { code: string; name: string }[] = data.jurisdictions.edges.map(
        ({ node }: { node: object }) => node,
      );
      const [download] = await Promise.all([
        visit.page.waitForEvent('download'),
        visit.page.getByRole('button', { name: 'Download all pages as CSV' }).click(),
      ]);
      expect(await textOf(download)).toBe(
        `\uFEFF${['code,name', ...towns.map(({ code, name }) => `${code},${name}`)].join('\r\n')}\r\n`,
      );
      await expectAccessible(visit.page, GRAPHIQL_OWN);
    });

    it('of ten thousand rows is drawn as far as it is in sight', async () => {
      const visit = await open();
      const edges = Array.from({ length: 10_000 }, (_, index) => ({
        node: { code: String(index), name: `村 ${index}` },
      }));
      await visit.page.route('**/graphql', (route) =>
        asksTheGraph(route.request())
          ? route.fulfill({
              json: { data: { jurisdictions: { edges, pageInfo: { hasNextPage: false, endCursor: null } } } },
            })
          : route.fallback(),
      );
      await visit.openTab('Towns');
      await see(visit, 'Table');
      await visit.run();
      await visit.page.getByText('10,000 rows').waitFor({ timeout: 50_000 });
      const table = visit.page.getByRole('table', { name: 'jurisdictions' });
      expect(await table.getAttribute('aria-rowcount')).toBe('10001');
      expect(await table.locator('tbody tr').count()).toBeLessThan(60);
      await visit.page.locator('.data-table').focus();
      await visit.page.keyboard.press('End');
      await table.getByText('村 9999').waitFor();
      const longest = await visit.page.evaluate<number>(LONGEST_FRAME_WHILE_SCROLLING);
      expect(longest).toBeLessThan(1_000);
    });

    it('is drawn as the chart that fits it, or another', async () => {
      const visit = await open();
      await take(visit, 'Matrix between provinces');
      await visit.run();
      await see(visit, 'Chart');
      await visit.page.getByRole('img', { name: /^Heat map of laborFlowMatrix.cells, \d+ rows/ }).waitFor();
      await visit.page.getByRole('combobox', { name: 'Chart' }).selectOption('Flow diagram');
      await visit.page.getByRole('img', { name: /^Flow diagram of laborFlowMatrix.cells/ }).waitFor();
      await visit.page.locator('.view canvas').first().waitFor();
      await take(visit, 'Month by month');
      await visit.run();
      await visit.page
        .getByRole('img', { name: /^Time series of laborFlowSeries.points, 12 rows/ })
        .waitFor();
      await expectAccessible(visit.page, GRAPHIQL_OWN);
    });

    it('says what was withheld, by whom and why, and prepares the request for it', async () => {
      const visit = await open();
      await visit.unit.fill('330421103-REVIEW');
      await take(visit, 'Officers in post');
      const answer = await visit.run();
      const [withheld] = answer.extensions?.withheld ?? [];
      await see(visit, 'Table');
      await visit.page.locator('td.withheld').first().waitFor();
      await see(visit, 'Withheld');
      const row = visit.page.getByRole('row', { name: /Officer\.phone/ });
      expect(await row.getByRole('cell').nth(0).innerText()).toBe(String(withheld?.count));
      expect(await row.getByRole('cell').nth(1).innerText()).toBe('no grant');
      await expectAccessible(visit.page, GRAPHIQL_OWN);
      await row.getByRole('button', { name: 'Prepare a grant request' }).first().click();
      const { data } = await visit.run();
      expect(data.requestSharingGrant).toMatchObject({
        sharingGrant: { status: 'REQUESTED' },
        userErrors: [],
      });

      await see(visit, 'Receipts');
      await visit.page.getByText(String(answer.extensions?.receipt?.id)).waitFor();
      await see(visit, 'Timing');
      await visit.page.getByRole('row', { name: /InPost \d+ ms \d+ ms/ }).waitFor();
    });

    it('can be had again by whoever gets the link to its query, which names nobody', async () => {
      const visit = await open();
      await visit.openTab('HowMany');
      await take(visit, 'Copy a link to this query');
      await visit.page.getByText('Copied: it carries query and variables').waitFor();
      const link = visit.page.url();
      expect(link).toMatch(/\/graphiql#query=[\w-]+$/);
      expect(link).not.toMatch(/eyJ/);
      const other = await open({}, link.slice(hub.url.length));
      expect((await other.run()).data).toMatchObject(EXAMPLES.HowMany ?? {});
      expect(new URL(other.page.url()).hash).toBe('');
    });

    it('is asked for by queries that one keeps', async () => {
      const visit = await open();
      await visit.openTab('Towns');
      await take(visit, 'Save this query');
      await visit.reload();
      await take(visit, 'Towns');
      expect((await visit.run()).data).toMatchObject(EXAMPLES.Towns ?? {});
      await visit.page.getByRole('button', { name: 'Remove “Towns”' }).click();
      await visit.page.getByText('No query has been saved yet.').waitFor();
    });

    it('is looked up in the docs by Chinese words', async () => {
      const visit = await open();
      await visit.page.getByRole('button', { name: 'Show Search the docs' }).click();
      await visit.page.getByRole('searchbox').fill('督办');
      await visit.page.getByRole('button', { name: /^GridCase\.isSupervised/ }).click();
      await visit.page.locator('.graphiql-doc-explorer').getByText('isSupervised').first().waitFor();
    });

    it('that a board could not give leads here to the request for a grant', async () => {
      const visit = new Visit(await browser.open(`${hub.url}/graphiql?grant=grid.cases`));
      await visit.query.getByText('requestSharingGrant', { exact: true }).waitFor();
      await visit.page.getByText('"grid.cases"').waitFor();
      expect(new URL(visit.page.url()).search).toBe('');
    });
  });
});

describe('the page of a hub without demo data', () => {
  const hub = useHub({ demo: false });

  it('has no units to see the graph as, and shows what is public', async () => {
    const visit = await new Visit(await browser.open(hub.url)).isReady();
    expect([await visit.unit.count(), await visit.role.count(), await visit.purpose.count()]).toEqual([
      0, 0, 1,
    ]);
    await visit.openTab('Towns');
    const { headers, data, errors } = await visit.run();
    expect(headers.authorization).toBeUndefined();
    expect(errors).toBeUndefined();
    expect(data).toMatchObject(EXAMPLES.Towns ?? {});
  });
});

function claimsOf({ headers }: Exchange): unknown {
  const [, claims = ''] = headers.authorization?.split('.') ?? [];
  return JSON.parse(Buffer.from(claims, 'base64url').toString());
}

/** Runs in the page: what reaches out of it on either side, but for the tabs, which scroll. */
const WIDER_THAN_THE_SCREEN = `
  [...document.querySelectorAll('button, input, select, h1, h2, p, a, td, [role]')]
    .filter((element) => element.checkVisibility() && !element.closest('.graphiql-tabs, .monaco-editor'))
    .filter((element) => {
      const { left, right } = element.getBoundingClientRect();
      return right > innerWidth || (left < 0 && right > 0);
    })
    .concat(document.documentElement.scrollWidth > innerWidth ? [document.documentElement] : [])
    .map((element) => element.outerHTML.slice(0, 100))`;

/** What is GraphiQL's own is its authors' to name. */
const GRAPHIQL_OWN = [
  '.graphiql-sidebar',
  '.graphiql-editors',
  '.graphiql-tabs',
  '.graphiql-session-header',
  '.graphiql-plugin',
  '.monaco-editor',
];

const LONGEST_FRAME_WHILE_SCROLLING = `new Promise((resolve) => {
  const scroller = document.querySelector('.data-table');
  let longest = 0, before = performance.now(), frames = 0;
  const step = (now) => {
    longest = Math.max(longest, now - before);
    before = now;
    scroller.scrollTop = (frames * 4000) % scroller.scrollHeight;
    if (++frames < 60) requestAnimationFrame(step);
    else resolve(longest);
  };
  requestAnimationFrame(step);
})`;
