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
    const table = visit.page.getByRole('grid', { name: 'jurisdictions' });
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
    const table = visit.page.getByRole('grid', { name: 'jurisdictions' });
    expect(await table.getAttribute('aria-rowcount')).toBe('10001');
    expect(await table.locator('tbody tr').count()).toBeLessThan(60);
    await table.focus();
    await visit.page.keyboard.press('Control+End');
    await table.getByText('村 9999').waitFor();
    await visit.page.keyboard.press('Control+Home');
    await table.getByText('村 0', { exact: true }).waitFor();

    // A row that stays in sight is not touched, whatever else is drawn.
    const { most, changed } = await visit.page.evaluate<{ most: number; changed: number[] }>(
      ROWS_WHILE_SCROLLING,
    );
    expect(most).toBeLessThan(60);
    expect(changed).toHaveLength(20);
    expect(Math.min(...changed)).toBeGreaterThan(0);
    expect(Math.max(...changed)).toBeLessThanOrEqual(8);
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

  describe('of which something was withheld', () => {
    const FUYANG = '341200-HRSS';
    const QUERY = `query Reachable {
  officers(under: "341200", first: 60) { edges { node { name phone agency { code } } } pageInfo { hasNextPage } }
}`;
    interface Officer {
      name: string;
      phone: string | null;
      agency: { code: string };
    }
    const wordsOf = ({ agency }: Officer): string => `withheld by ${agency.code}: no grant`;

    /** The officers of a place as one of its units sees them, one of its own without a phone. */
    async function reachable(): Promise<{
      visit: Visit;
      officers: Officer[];
      isWithheld(officer: Officer): boolean;
    }> {
      const { errors } = await hub.send(
        FUYANG,
        'mutation { registerOfficer(input: { number: "W1", name: "丁无机", title: "科员" }) { officer { id } } }',
      );
      expect(errors).toBeUndefined();
      const visit = await openWorkbench();
      await visit.unit.fill(FUYANG);
      await visit.write('Operation Editor', QUERY);
      const { data } = await visit.run();
      const officers: Officer[] = data.officers.edges.map(({ node }: { node: Officer }) => node);
      const isWithheld = ({ phone, agency }: Officer) => phone === null && agency.code !== FUYANG;
      const empty = officers.filter((officer) => officer.phone === null && !isWithheld(officer));
      expect(empty.map(({ name }) => name)).toContain('丁无机');
      expect(officers.filter(isWithheld).length).toBeGreaterThan(2);
      expect(officers.filter(({ phone }) => phone !== null).length).toBeGreaterThan(2);
      return { visit, officers, isWithheld };
    }

    it('shows in each cell of the table whether it is empty or withheld, by whom and why, to mouse and keyboard', async () => {
      const { visit, officers, isWithheld } = await reachable();
      const withheld = officers.filter(isWithheld);
      await see(visit, 'Table');
      const grid = visit.page.getByRole('grid', { name: 'officers' });
      await grid.waitFor();
      const cells = await visit.page.evaluate<string[][]>(CELLS);
      const expected = officers.map((officer) => [
        officer.name,
        isWithheld(officer) ? wordsOf(officer) : (officer.phone ?? ''),
        officer.agency.code,
      ]);
      expect(cells.length).toBeGreaterThan(10);
      expect(cells).toEqual(expected.slice(0, cells.length));
      await expectAccessibleEverywhere(visit.page, GRAPHIQL_OWN);

      // What whoever reads the screen is told, cell by cell.
      const told = (): Promise<string> =>
        visit.page.evaluate<string>(
          "document.getElementById(document.activeElement.getAttribute('aria-activedescendant')).innerText.replace(/\\s+/g, ' ')",
        );
      const { code } = withheld[0]?.agency ?? { code: '' };
      await visit.page.getByText(`${withheld.length} withheld`).waitFor();
      await visit.page.getByRole('button', { name: 'Next', exact: true }).focus();
      await visit.page.keyboard.press('Enter');
      await eventually(told, (words) => expect(words).toContain(`withheld ${code} no grant`));
      await visit.page.keyboard.press('ArrowLeft');
      await eventuallyEqual(told, withheld[0]?.name);
      await visit.page.keyboard.press('Control+End');
      await eventuallyEqual(told, officers.at(-1)?.agency.code);
      await visit.page.keyboard.press('Control+Home');
      await eventuallyEqual(told, officers[0]?.name);
      const down = officers.findIndex(isWithheld);
      for (let i = 0; i < down; i += 1) await visit.page.keyboard.press('ArrowDown');
      await visit.page.keyboard.press('ArrowRight');
      await eventually(told, (words) => expect(words).toContain(`withheld ${code} no grant`));
      await visit.page.keyboard.press('Enter');
      await visit.query.getByText('requestSharingGrant', { exact: true }).waitFor();
      await visit.page.getByRole('region', { name: 'Variables' }).getByText(`"${code}"`).waitFor();
    });

    it('says so in the file for Excel, where what is empty is empty', async () => {
      const { visit, officers, isWithheld } = await reachable();
      await see(visit, 'Table');
      const [download] = await Promise.all([
        visit.page.waitForEvent('download'),
        visit.page.getByRole('button', { name: 'CSV' }).click(),
      ]);
      const lines = officers.map((officer) => {
        const { name, phone, agency } = officer;
        return `${name},${isWithheld(officer) ? `(${wordsOf(officer)})` : (phone ?? '')},${agency.code}`;
      });
      expect((await bytesOf(download)).toString()).toBe(
        `\uFEFF${['name,phone,agency.code', ...lines].join('\r\n')}\r\n`,
      );
    });

    it('marks it in the JSON too, and goes from one to the next', async () => {
      const { visit, officers, isWithheld } = await reachable();
      const [first, second] = officers.filter(isWithheld);
      if (!first || !second) throw new Error('two are withheld');
      const pathOf = (officer: Officer) => `officers.edges.${officers.indexOf(officer)}.node.phone`;
      const status = visit.page.locator('.withheld-line').getByRole('status');
      await visit.page.getByRole('button', { name: 'Next', exact: true }).focus();
      await visit.page.keyboard.press('Enter');
      await eventuallyEqual(() => status.innerText(), `${pathOf(first)} ${wordsOf(first)}`);
      await eventually(
        () => visit.page.evaluate<string>(WORDS_IN_JSON),
        (words) => expect(words).toContain(wordsOf(first)),
      );
      await visit.page.keyboard.press('Enter');
      await eventuallyEqual(() => status.innerText(), `${pathOf(second)} ${wordsOf(second)}`);
      await visit.page.getByRole('button', { name: 'Previous' }).click();
      await eventuallyEqual(() => status.innerText(), `${pathOf(first)} ${wordsOf(first)}`);
      await expectAccessibleEverywhere(visit.page, GRAPHIQL_OWN);
      await visit.page
        .locator('.withheld-line')
        .getByRole('button', { name: 'Prepare a grant request' })
        .click();
      await visit.query.getByText('requestSharingGrant', { exact: true }).waitFor();
      // The tab that is new has no answer yet; the one before has its own again.
      await eventuallyEqual(() => visit.page.locator('.withheld-line').count(), 0);
      await visit.openTab('Reachable');
      await visit.answer.locator('.withheld-after').first().waitFor();
    });

    it('is gone through view by view with the keyboard, to the request for what is withheld', async () => {
      const { visit } = await reachable();
      const { page } = visit;
      await page.getByRole('radio', { name: 'JSON' }).focus();
      for (const view of ['Table', 'Chart', 'Withheld']) {
        await page.keyboard.press('ArrowRight');
        await eventuallyEqual(() => page.getByRole('radio', { name: view }).isChecked(), true);
      }
      await page.getByRole('row', { name: /Officer\.phone/ }).waitFor();
      await page.keyboard.press('Tab');
      await eventuallyEqual(
        () => page.evaluate('document.activeElement.innerText'),
        'Prepare a grant request',
      );
      await page.keyboard.press('Enter');
      await visit.query.getByText('requestSharingGrant', { exact: true }).waitFor();
    });

    it('offers no request where no grant would open anything', async () => {
      const visit = await openWorkbench();
      await visit.unit.fill('330421103-FIRE');
      await visit.write(
        'Operation Editor',
        '{ licenseApplications(first: 3) { edges { node { number applicant { name } } } } }',
      );
      const { data } = await visit.run();
      expect(data.licenseApplications.edges[0].node.applicant).toBeNull();
      await see(visit, 'Table');
      const cell = visit.page.locator('td.withheld').first();
      await eventually(
        () => cell.innerText(),
        (words) => expect(words).toContain('for the parties alone, no grant opens it'),
      );
      expect(await cell.getByRole('button').count()).toBe(0);
    });
  });

  it('says what was withheld, by whom and why, and prepares the request for it', async () => {
    const visit = await openWorkbench();
    await visit.unit.fill('330421103-REVIEW');
    await takeQuery(visit, 'Officers in post', 'InPost');
    const answer = await visit.run();
    const [withheld] = answer.extensions?.withheld ?? [];
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

  it('is looked up in the docs by Chinese and English words, with the keyboard alone', async () => {
    const visit = await openWorkbench();
    const focused = (): Promise<string> => visit.page.evaluate('document.activeElement.innerText');
    await visit.page.getByRole('button', { name: 'Show Search the docs' }).focus();
    await visit.page.keyboard.press('Enter');
    const words = visit.page.getByRole('searchbox', { name: 'Search the docs, in Chinese or English' });
    await words.focus();
    await visit.page.keyboard.insertText('reminder talk');
    await visit.page.locator('.docs-search li').first().waitFor();
    await expectAccessibleEverywhere(
      visit.page,
      GRAPHIQL_OWN.filter((part) => part !== '.graphiql-plugin'),
    );
    await words.focus();
    await visit.page.keyboard.press('ControlOrMeta+A');
    await visit.page.keyboard.insertText('督办');
    await visit.page.getByRole('button', { name: /^GridCase\.isSupervised/ }).waitFor();
    for (let i = 0; i < 20 && !(await focused()).startsWith('GridCase.isSupervised'); i += 1) {
      await visit.page.keyboard.press('Tab');
    }
    expect(await focused()).toMatch(/^GridCase\.isSupervised/);
    await visit.page.keyboard.press('Enter');
    await visit.page.locator('.graphiql-doc-explorer').getByText('isSupervised').first().waitFor();
  });

  it('that a board could not give leads here to the request for a grant', async () => {
    const visit = new Visit(await browser.open(`${hub.url}/graphiql?grant=grid.cases`));
    await visit.query.getByText('requestSharingGrant', { exact: true }).waitFor();
    await visit.page.getByText('"grid.cases"').waitFor();
    await eventuallyEqual(() => new URL(visit.page.url()).search, '');
  });
});

/** What stands in each cell of a table. */
const CELLS = `[...document.querySelectorAll('.data-table tbody tr')].map((row) =>
  [...row.querySelectorAll('td')].map((cell) => cell.querySelector('.withheld-words')?.title ?? cell.innerText))`;

/** What an editor says beside the text that it holds. */
const WORDS_IN_JSON = `[...document.querySelectorAll('.withheld-after')].map(({ textContent }) => textContent).join('')
  .replaceAll('\\u00a0', ' ')`;

/**
 * Scrolls on by four rows twenty times, far from either end: the most rows that were in the document, and how many of them
 * changed each time.
 */
const ROWS_WHILE_SCROLLING = `(async () => {
  const scroller = document.querySelector('.data-table');
  const body = scroller.querySelector('tbody');
  const first = () => body.querySelector('tr:nth-child(2)').ariaRowIndex;
  const changed = [];
  let most = 0;
  const scrollTo = async (top) => {
    const before = first();
    const rows = new Set();
    const note = (all) => {
      for (const { target, addedNodes } of all) {
        for (const node of [target, ...addedNodes]) {
          const row = (node.closest ? node : node.parentElement)?.closest('tr');
          if (row) rows.add(row);
        }
      }
    };
    const observer = new MutationObserver(note);
    observer.observe(body, { subtree: true, childList: true, characterData: true, attributes: true });
    scroller.scrollTop = top;
    while (first() === before) await new Promise(requestAnimationFrame);
    // What follows in the same task, or the next, counts too.
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    note(observer.takeRecords());
    observer.disconnect();
    most = Math.max(most, body.querySelectorAll('tr').length);
    return rows.size;
  };
  await scrollTo(28 * 400);
  for (let i = 1; i <= 20; i += 1) changed.push(await scrollTo(28 * (400 + 4 * i)));
  return { most, changed };
})()`;
