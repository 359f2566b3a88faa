import { setTimeout as delay } from 'node:timers/promises';
import type { Route } from 'playwright-core';
import { expectAccessibleEverywhere, WIDER_THAN_THE_SCREEN } from '../support/accessibility';
import { eventually, eventuallyEqual } from '../support/browser';
import { UNTRANSLATED } from './untranslated';
import { asksTheGraph, EXAMPLES, type Exchange, GRAPHIQL_OWN, openWorkbench, type Visit } from './visit';
import { browser, hub } from './world';

const NAMES = Object.keys(EXAMPLES);
const WITHOUT_TOWNS = NAMES.filter((name) => name !== 'Towns');

const claimsOf = ({ headers }: Exchange): unknown => {
  const [, claims = ''] = headers.authorization?.split('.') ?? [];
  return JSON.parse(Buffer.from(claims, 'base64url').toString());
};

const isSchemaRead = (route: Route): boolean => !asksTheGraph(route.request());

describe('the workbench', () => {
  it('is what the address of the hub leads to, with a tab for each example, which the unit of a first visit is answered', async () => {
    const visit = await openWorkbench({}, '/');
    expect(visit.page.url()).toBe(`${hub.url}/graphiql`);
    await visit.hasTabs(NAMES);
    expect(await visit.unit.inputValue()).toBe('金泽镇人民政府 310118104-GOV');
    for (const [name, data] of Object.entries(EXAMPLES)) {
      await visit.openTab(name);
      const answer = await visit.run();
      expect([name, answer.errors]).toEqual([name, undefined]);
      expect(answer.data).toMatchObject(data);
      const [field = ''] = Object.keys(data);
      await visit.answer.getByText(`"${field}"`).first().waitFor();
    }

    await visit.openTab('Changes');
    await visit.unit.fill('341200-HRSS');
    const { data, errors } = await visit.run();
    expect(errors).toBeUndefined();
    expect(data.laborFlowChanges.edges).toHaveLength(20);
    await visit.answer.getByText('"UPSERT"').first().waitFor();
  });

  it('opens an example again from the menu, once its tab is closed', async () => {
    const visit = await openWorkbench();
    await visit.openTab('Towns');
    await visit.page.getByRole('button', { name: 'Close Tab' }).click();
    await visit.hasTabs(WITHOUT_TOWNS);
    await visit.page.getByRole('button', { name: 'Examples' }).click();
    await visit.page.getByRole('menuitem', { name: 'The towns of a district' }).click();
    await visit.query.getByText('Towns', { exact: true }).waitFor();
    expect((await visit.run()).data).toMatchObject(EXAMPLES.Towns ?? {});
    await visit.hasTabs([...WITHOUT_TOWNS, 'Towns']);
  });

  it('comes back as it was left, however soon', async () => {
    const visit = await openWorkbench();
    await visit.reload();
    await visit.hasTabs(NAMES);
    expect((await visit.run()).data).toMatchObject(EXAMPLES.PlaceOverview ?? {});

    await visit.openTab('HowMany');
    const text = 'query Levels { jurisdiction(code: "310118") { level } }';
    await visit.write('Operation Editor', text);
    await visit.keeps('query Levels');
    await visit.reload();
    await visit.hasTabs(['PlaceOverview', 'Counterparts', 'Levels', 'Towns', 'Changes']);
    expect(await visit.run()).toMatchObject({ query: text, data: { jurisdiction: { level: 'COUNTY' } } });
  });

  it('shows the graph to another unit as far as that unit may see it, to nobody as far as it is public', async () => {
    const visit = await openWorkbench();
    expect((await visit.run()).data.jurisdiction.licenseApplications.edges).not.toEqual([]);
    await visit.answer.getByText('"jurisdiction"').first().waitFor();
    await visit.unit.fill('330421103-REVIEW');
    // What the one unit was answered is not the other's to see.
    await visit.answer.getByText('"jurisdiction"').first().waitFor({ state: 'detached' });
    const { data, errors } = await visit.run();
    expect(errors).toBeUndefined();
    expect(data.jurisdiction.secondmentsHosted.edges).not.toEqual([]);
    expect(data.jurisdiction.gridCases.edges).toEqual([]);
    expect(data.jurisdiction.licenseApplications.edges).toEqual([]);

    await visit.unit.fill('Nobody (signed out)');
    await eventuallyEqual(() => visit.role.isDisabled(), true);
    await visit.write(
      'Operation Editor',
      '{ jurisdiction(code: "310118104") { name } agencies { edges { cursor } } }',
    );
    const asNobody = await visit.run();
    expect(asNobody.headers.authorization).toBeUndefined();
    expect(asNobody.data).toEqual({ jurisdiction: { name: '金泽镇' }, agencies: null });
    expect(asNobody.errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
      [['agencies'], 'UNAUTHENTICATED'],
    ]);
  });

  it('shows it to a unit found by a part of its name, until another visit, and for a purpose', async () => {
    const visit = await openWorkbench();
    await visit.unit.fill('月球');
    await visit.page.getByRole('status').getByText('No unit matches').waitFor();
    const unmatched = await visit.run();
    expect(claimsOf(unmatched)).toMatchObject({ agency: '310118104-GOV' });
    expect(unmatched.headers['hub-purpose']).toBeUndefined();
    await eventuallyEqual(() => visit.unit.inputValue(), '金泽镇人民政府 310118104-GOV');

    await visit.unit.fill('西塘镇联席');
    await visit.unit.press('Enter');
    await eventuallyEqual(() => visit.unit.getAttribute('title'), '西塘镇联席会议办公室 330421103-REVIEW');
    await visit.role.selectOption('STEWARD');
    await visit.purpose.fill('区域统计');
    expect((await visit.run()).headers['hub-purpose']).toBe('%E5%8C%BA%E5%9F%9F%E7%BB%9F%E8%AE%A1');
    await visit.reload();
    expect(await visit.unit.inputValue()).toBe('西塘镇联席会议办公室 330421103-REVIEW');
    expect(await visit.role.inputValue()).toBe('STEWARD');
    expect(claimsOf(await visit.run())).toMatchObject({ agency: '330421103-REVIEW', roles: ['STEWARD'] });
  });

  it('sends the headers that somebody types, before its own, and says which cannot be sent', async () => {
    const visit = await openWorkbench();
    const authorization = `Bearer ${await hub.token('330421103-REVIEW')}`;
    await visit.writeHeaders({ authorization, 'Accept-Language': 'zh-CN', 'x-office': '3' });
    const { headers, data } = await visit.run();
    expect(headers).toMatchObject({ authorization, 'accept-language': 'zh-CN', 'x-office': '3' });
    expect(data.jurisdiction.licenseApplications.edges).toEqual([]);

    await visit.writeHeaders({ 'hub-purpose': '区域统计' });
    await visit.page.getByRole('button', { name: /^Execute query/ }).click();
    const sentence =
      'The header “hub-purpose” cannot be sent: names and values are ASCII; percent-encode anything else.';
    await visit.page.getByRole('alert').getByText(sentence).waitFor();
    await visit.answer.getByText('percent-encode anything else').waitFor();
  });

  it('keeps tokens nowhere', async () => {
    const visit = await openWorkbench();
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
    const says = async ({ page }: Visit, expected: string[]): Promise<void> =>
      eventuallyEqual(
        async () => [
          await page.title(),
          await page.locator('html').getAttribute('lang'),
          ...(await page.evaluate<string[]>(
            "[...document.querySelectorAll('.brand, .top-bar label, .example-menu')].map((element) => element.firstChild.data)",
          )),
        ],
        expected,
      );
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
      const visit = await openWorkbench();
      await says(visit, ENGLISH);
      expect((await visit.run()).headers['accept-language']).toBe('en');

      await visit.page.getByRole('button', { name: '中文' }).click();
      await says(visit, CHINESE);
      await visit.query.getByText('# 金泽镇').waitFor();
      await visit.unit.fill('无人（未登录）');
      const { headers, errors } = await visit.run();
      expect(headers['accept-language']).toBe('zh-CN');
      expect(errors?.[0]?.message).toMatch(/^请先登录/);

      await visit.reload();
      await says(visit, CHINESE);
      await visit.page.getByRole('button', { name: 'English' }).click();
      await says(visit, ENGLISH);
      await visit.query.getByText('# Jinze Town').waitFor();
    });

    it('the language of the browser at a first visit, wherever one goes, GraphiQL and its editor too', async () => {
      const visit = await openWorkbench({ locale: 'zh-CN' });
      const { page } = visit;
      await says(visit, CHINESE);
      await visit.query.getByText('# 金泽镇').waitFor();
      const isChinese = (): Promise<void> => eventuallyEqual(() => page.evaluate(UNTRANSLATED), []);
      const press = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();
      await visit.run();
      await isChinese();
      for (const panel of ['历史', '字段选择器', '查文档', '查询库']) {
        await press(`显示${panel}`);
        await page.locator('.graphiql-plugin').getByText(/./).first().waitFor();
        await isChinese();
      }
      for (const dialog of ['打开快捷键说明', '打开设置']) {
        await press(dialog);
        await page.getByRole('dialog').waitFor();
        await isChinese();
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'detached' });
      }
      await visit.query.locator('.view-lines').click();
      await page.keyboard.press('Control+F');
      await visit.query.getByRole('textbox', { name: '查找' }).waitFor();
      await isChinese();
      await page.keyboard.press('Escape');

      // The docs by their shortcut, which looks for a button by its English name.
      await page.keyboard.press('Control+Alt+K');
      await page.locator('[aria-label="搜索文档…"] [role=combobox]:focus').waitFor();
      await page.keyboard.type('gridCase');
      await page.getByRole('listbox').getByRole('option').first().waitFor();
      await isChinese();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.getByText('全部类型').waitFor({ state: 'detached' });
      await isChinese();
    });
  });

  it('is used by keyboard: runs, suggests what the graph has, and asks no host but its own, whoever tells it to', async () => {
    const visit = await openWorkbench();
    await visit.query.locator('.view-lines').click();
    const { data } = await visit.run(() => visit.page.keyboard.press('Control+Enter'));
    expect(data.jurisdiction.name).toBe('金泽镇');

    await visit.page.getByRole('button', { name: 'New tab' }).click();
    await visit.query.locator('.view-lines').click();
    await visit.page.keyboard.type('{ jurisd');
    await visit.query.locator('.suggest-widget').getByText('jurisdictions').waitFor();

    const attempt = "fetch('https://example.com').catch((error) => error.message)";
    expect(await visit.page.evaluate(attempt)).toBe('Failed to fetch');
    await eventually(
      () => browser.troubles.length,
      (count) => expect(count).toBeGreaterThan(0),
    );
    for (const trouble of browser.troubles.splice(0)) expect(trouble).toContain('Content Security Policy');
    expect(new Set(browser.requests.map((request) => new URL(request.url()).origin))).toEqual(
      new Set([hub.url]),
    );
  });

  it.each(['en-US', 'zh-CN'] as const)('fits a phone in %s', async (locale) => {
    const visit = await openWorkbench({ locale, viewport: { width: 390, height: 844 } });
    const fits = (): Promise<void> =>
      eventually(
        () => visit.page.evaluate(WIDER_THAN_THE_SCREEN),
        (wider) => expect(wider).toEqual([]),
      );
    const press = (name: string | RegExp): Promise<void> => visit.page.getByRole('button', { name }).click();
    await visit.run();
    await fits();
    await press(/^(Headers|请求头)$/);
    await fits();
    for (const plugin of ['(Documentation Explorer|文档)', '(History|历史)']) {
      await press(new RegExp(`^(Show |显示)${plugin}$`));
      await visit.page.locator('.graphiql-plugin').getByText(/./).first().waitFor();
      await fits();
      await press(new RegExp(`^(Hide |隐藏)${plugin}$`));
    }
    for (const dialog of [/^(Open short keys dialog|打开快捷键说明)$/, /^(Open settings dialog|打开设置)$/]) {
      await press(dialog);
      await visit.page.getByRole('dialog').waitFor();
      await fits();
      await visit.page.keyboard.press('Escape');
    }
    await visit.unit.fill('月球');
    await visit.page.getByRole('status').first().waitFor();
    await fits();
  });

  it('gets a new token for one that the hub refuses', async () => {
    const wornOut = (route: Route): Promise<void> => route.fulfill({ json: { token: 'worn.out.token' } });
    const visit = await openWorkbench({
      prepare: (page) => page.route('**/demo/token', wornOut, { times: 1 }),
    });
    // GraphiQL reads the schema, with the token that is refused, while the operation is asked.
    await visit.page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    await visit.page.locator('.graphiql-doc-explorer').getByText('Query').first().waitFor();
    await expectAccessibleEverywhere(visit.page, GRAPHIQL_OWN);
    const { data } = await visit.run();
    expect(data.jurisdiction.name).toBe('金泽镇');
    expect(new Set(browser.troubles.splice(0))).toEqual(new Set([expect.stringContaining('401')]));
  });

  it('says that it reads, that the hub cannot be reached, until it can, and what the hub refuses', async () => {
    const visit = await openWorkbench();
    const sentence =
      'The hub cannot be reached (/graphql): check the network and that the hub runs, then try again.';
    const alert = visit.page.getByRole('alert').getByText(sentence);
    let lose: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      lose = resolve;
    });
    await visit.page.route('**/graphql', async (route) => {
      if (isSchemaRead(route)) return route.fallback();
      await held;
      return route.abort();
    });
    await visit.page.getByRole('button', { name: /^Execute query/ }).click();
    await visit.page.locator('.graphiql-spinner').waitFor();
    await expectAccessibleEverywhere(visit.page, GRAPHIQL_OWN);
    lose();
    await alert.waitFor();
    await expectAccessibleEverywhere(visit.page, GRAPHIQL_OWN);
    expect(browser.troubles.splice(0)).toEqual([expect.stringContaining('ERR_FAILED')]);

    await visit.page.unroute('**/graphql');
    await visit.run();
    await alert.waitFor({ state: 'detached' });

    await visit.write('Operation Editor', '{ nothing }');
    expect((await visit.run()).errors).toHaveLength(1);
    await visit.answer.getByText('Cannot query field').waitFor();
    expect(browser.troubles.splice(0)).toEqual([expect.stringContaining('400')]);
  });

  it('of a hub without demo data has no units to see the graph as, and shows what is public', async () => {
    const visit = await openWorkbench({}, '/', await hub.openGateway([], { demo: false }));
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
