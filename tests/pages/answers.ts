import { expectAccessibleEverywhere } from '../support/accessibility';
import { eventually, eventuallyEqual } from '../support/browser';
import { bytesOf } from './download';
import { asksTheGraph, EXAMPLES, GRAPHIQL_OWN, openWorkbench, Visit } from './visit';
import { browser, hub } from './world';

const see = (visit: Visit, view: string): Promise<void> =>
  visit.page.getByRole('radio', { name: view }).check();

/** As somebody who opens a query from the library. */
async function take(visit: Visit, title: string): Promise<void> {
  const library = visit.page.getByRole('region', { name: 'Query library' });
  if (!(await library.isVisible()))
    await visit.page.getByRole('button', { name: 'Show Query library' }).click();
  await library.getByRole('button', { name: title, exact: true }).click();
}

/** As {@link take}, once the query is in the editor. */
async function takeQuery(visit: Visit, title: string, operation: string): Promise<void> {
  await take(visit, title);
  await visit.query.getByText(operation, { exact: true }).waitFor();
}

describe('an answer in the workbench', () => {
  it('is a table that is sorted by a head, goes on by cursor, and comes whole as CSV', async () => {
    const visit = await openWorkbench();
    for (const view of ['Table', 'Chart', 'Withheld', 'Receipts', 'Timing']) {
      await see(visit, view);
      await visit.page.locator('.view .empty').getByText('Run a query first.').waitFor();
    }
    await expectAccessibleEverywhere(visit.page, GRAPHIQL_OWN);
    await visit.openTab('Towns');
    await visit.run();
    await see(visit, 'Table');
    const table = visit.page.getByRole('table', { name: 'jurisdictions' });
    await table.waitFor();
    const names = (): Promise<string[]> => table.locator('tbody td:nth-child(2)').allInnerTexts();
    await eventuallyEqual(names, ['夏阳街道', '盈浦街道', '香花桥街道', '朱家角镇']);
    await table.getByRole('button', { name: 'code' }).focus();
    await visit.page.keyboard.press('Enter');
    await visit.page.keyboard.press('Enter');
    await eventuallyEqual(
      () => table.getByRole('columnheader', { name: 'code' }).getAttribute('aria-sort'),
      'descending',
    );
    await eventuallyEqual(names, ['朱家角镇', '香花桥街道', '盈浦街道', '夏阳街道']);
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
    expect((await bytesOf(download)).toString()).toBe(
      `\uFEFF${['code,name', ...towns.map(({ code, name }) => `${code},${name}`)].join('\r\n')}\r\n`,
    );
    await expectAccessibleEverywhere(visit.page, GRAPHIQL_OWN);

    for (const [view, words] of [
      ['Chart', 'This list makes no chart'],
      ['Withheld', 'Nothing of this answer was withheld.'],
      ['Receipts', 'Nothing of another unit’s guarded data was seen'],
    ] as const) {
      await see(visit, view);
      await visit.page.locator('.view .empty').getByText(words).waitFor();
    }
  });

  it('of ten thousand rows is drawn as far as it is in sight', async () => {
    const visit = await openWorkbench();
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
    const visit = await openWorkbench();
    await takeQuery(visit, 'Matrix between provinces', 'ProvinceMatrix');
    await visit.run();
    await see(visit, 'Chart');
    await visit.page.getByRole('img', { name: /^Heat map of laborFlowMatrix.cells, \d+ rows/ }).waitFor();
    await visit.page.getByRole('combobox', { name: 'Chart' }).selectOption('Flow diagram');
    await visit.page.getByRole('img', { name: /^Flow diagram of laborFlowMatrix.cells/ }).waitFor();
    await visit.page.locator('.view canvas').first().waitFor();
    await takeQuery(visit, 'Month by month', 'Series');
    await visit.run();
    await visit.page.getByRole('img', { name: /^Time series of laborFlowSeries.points, 12 rows/ }).waitFor();
    await expectAccessibleEverywhere(visit.page, GRAPHIQL_OWN);
  });

  it('says what was withheld, by whom and why, and prepares the request for it', async () => {
    const visit = await openWorkbench();
    await visit.unit.fill('330421103-REVIEW');
    await takeQuery(visit, 'Officers in post', 'InPost');
    const answer = await visit.run();
    const [withheld] = answer.extensions?.withheld ?? [];
    await see(visit, 'Table');
    await visit.page.locator('td.withheld').first().waitFor();
    await see(visit, 'Withheld');
    const row = visit.page.getByRole('row', { name: /Officer\.phone/ });
    await row.waitFor();
    expect(await row.getByRole('cell').nth(0).innerText()).toBe(String(withheld?.count));
    expect(await row.getByRole('cell').nth(1).innerText()).toBe('no grant');
    await expectAccessibleEverywhere(visit.page, GRAPHIQL_OWN);
    await row.getByRole('button', { name: 'Prepare a grant request' }).first().click();
    await visit.query.getByText('requestSharingGrant', { exact: true }).waitFor();
    const { data } = await visit.run();
    expect(data.requestSharingGrant).toMatchObject({
      sharingGrant: { status: 'REQUESTED' },
      userErrors: [],
    });

    await see(visit, 'Receipts');
    await visit.page.getByText(String(answer.extensions?.receipt?.id)).waitFor();
    await expectAccessibleEverywhere(visit.page, GRAPHIQL_OWN);
    await see(visit, 'Timing');
    await visit.page.getByRole('row', { name: /InPost \d+ ms \d+ ms/ }).waitFor();
    await expectAccessibleEverywhere(visit.page, GRAPHIQL_OWN);
  });

  it('can be had again by whoever gets the link to its query, which names nobody, and from queries that one keeps', async () => {
    const visit = await openWorkbench();
    await visit.openTab('HowMany');
    await take(visit, 'Copy a link to this query');
    await visit.page.getByText('Copied: it carries query and variables').waitFor();
    const link = visit.page.url();
    expect(link).toMatch(/\/graphiql#query=[\w-]+$/);
    expect(link).not.toMatch(/eyJ/);
    await visit.openTab('Towns');
    await take(visit, 'Save this query');
    await visit.keeps('delta-hub:queries');

    const other = await openWorkbench({}, link.slice(hub.url.length));
    await eventually(
      () => new URL(other.page.url()).hash,
      (hash) => expect(hash).toBe(''),
    );
    await other.query.getByText('HowMany', { exact: true }).waitFor();
    expect((await other.run()).data).toMatchObject(EXAMPLES.HowMany ?? {});

    await takeQuery(other, 'Towns', 'Towns');
    expect((await other.run()).data).toMatchObject(EXAMPLES.Towns ?? {});
    await other.page.getByRole('button', { name: 'Remove “Towns”' }).click();
    await other.page.getByText('No query has been saved yet.').waitFor();
  });

  it('is looked up in the docs by Chinese and English words', async () => {
    const visit = await openWorkbench();
    await visit.page.getByRole('button', { name: 'Show Search the docs' }).click();
    const words = visit.page.getByRole('searchbox', { name: 'Search the docs, in Chinese or English' });
    await words.fill('reminder talk');
    await visit.page.locator('.docs-search li').first().waitFor();
    await words.fill('督办');
    await visit.page.getByRole('button', { name: /^GridCase\.isSupervised/ }).click();
    await visit.page.locator('.graphiql-doc-explorer').getByText('isSupervised').first().waitFor();
  });

  it('that a board could not give leads here to the request for a grant', async () => {
    const visit = new Visit(await browser.open(`${hub.url}/graphiql?grant=grid.cases`));
    await visit.query.getByText('requestSharingGrant', { exact: true }).waitFor();
    await visit.page.getByText('"grid.cases"').waitFor();
    await eventuallyEqual(() => new URL(visit.page.url()).search, '');
  });
});

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
