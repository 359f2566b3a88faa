import type { Page } from 'playwright-core';
import { expectAccessibleEverywhere } from '../support/accessibility';
import { eventually } from '../support/browser';
import { OidcIssuer } from '../support/oidc-issuer';
import { GRAPHIQL_OWN, Visit } from './visit';
import { browser, hub } from './world';

const UNIT = '310118104-GOV';

/** What an issuer lets sessions be renewed with. */
const RENEWING = {
  clientId: 'delta-hub-pages',
  clientSecret: 'a secret between the issuer and the hub',
  scope: 'openid offline_access',
  prompt: 'consent',
};

const issuer = new OidcIssuer();
/** The gateway at which one can sign in. */
let home = '';

/** As somebody who opens the board, goes to sign in, and says who they are at the issuer. */
async function signIn(
  who: string,
  place = 'Delta identity',
  address = '/board?place=310118104',
): Promise<Page> {
  const page = await browser.open(home + address);
  const link = page.getByRole('link', { name: `Sign in: ${place}` });
  const settings = page.locator('summary', { hasText: 'Settings' });
  await link.or(settings).waitFor();
  if (await settings.isVisible()) await settings.click();
  await link.click();
  await passIssuer(page, who);
  return page;
}

/** As somebody at the issuer's own pages, until they are back. */
async function passIssuer(page: Page, who: string): Promise<void> {
  await page.waitForURL(`${issuer.url}/interaction/**`);
  const login = page.locator('input[name=login]');
  const agree = page.getByRole('button', { name: 'Continue' });
  await login.or(agree).waitFor();
  if (await login.isVisible()) {
    await login.fill(who);
    await page.locator('input[name=password]').fill('anything');
    await page.locator('button[type=submit]').click();
  }
  browser.requests.length = 0;
  await agree.click();
  await page.waitForURL(`${home}/**`);
  // What the issuer's own pages do is not the hub's.
  browser.troubles.splice(0);
}

const cookieOf = async (page: Page, name: string): Promise<{ value: string; expires: number }> => {
  const found = (await cookiesOf(page)).find((cookie) => cookie.name === name);
  if (!found) throw new Error(`there is no cookie ${name}`);
  return found;
};

const cookiesOf = (page: Page) => page.context().cookies(`${home}/sign-in`);

describe('signing in', () => {
  beforeAll(async () => {
    await issuer.start();
    home = await hub.openGateway([], {
      signIn: [
        // First, so that whoever signed in at the other must be signed out there.
        {
          id: 'away',
          title: { zh: '停用的身份', en: 'Identity that is away' },
          issuer: 'http://127.0.0.1:9',
          clientId: 'delta-hub-pages',
        },
        {
          id: 'delta',
          title: { zh: '长三角统一身份', en: 'Delta identity' },
          issuer: issuer.url,
          clientId: 'delta-hub-pages',
          clientSecret: 'a secret between the issuer and the hub',
        },
        {
          ...RENEWING,
          id: 'lasting',
          title: { zh: '可续期的身份', en: 'Lasting identity' },
          issuer: issuer.url,
        },
        {
          ...RENEWING,
          id: 'brief',
          title: { zh: '短时的身份', en: 'Brief identity' },
          issuer: issuer.url,
          sessionMinutes: 0.05,
        },
      ],
    });
    await issuer.admit(home);
  });
  afterAll(() => issuer.stop());

  describe('somebody who signs in at a configured issuer', () => {
    it('comes back to where they were, is seen as their unit, and no script or address has a token', async () => {
      const page = await signIn(UNIT);
      await page.waitForURL(`${home}/board?place=310118104`);
      await page.getByText(/^Live · /).waitFor();
      expect(await page.locator('.figures').innerText()).not.toMatch(/^0\n/);
      const sent = browser.requests.filter((request) => request.url() === `${home}/graphql`);
      expect(sent.some((request) => 'authorization' in request.headers())).toBe(false);

      expect((await cookiesOf(page)).filter(({ name }) => name.startsWith('hub'))).toEqual([
        expect.objectContaining({ name: 'hub-session', httpOnly: true, sameSite: 'Strict', path: '/' }),
      ]);
      expect(
        await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])'),
      ).toBe('[{},{},""]');
      for (const { url } of browser.requests.map((request) => ({ url: request.url() }))) {
        expect(url).not.toMatch(/eyJ[\w-]+\.[\w-]*\./);
      }
      await page.getByText('Settings').click();
      await page.getByText(`${UNIT} · ${UNIT}`).waitFor();
      await expectAccessibleEverywhere(page);
    });

    it('may still look as a demo unit, and signs out of hub and issuer', async () => {
      const page = await signIn(UNIT);
      await page.getByText('Settings').click();
      const seeAs = page.getByRole('combobox', { name: 'See as' });
      expect(await seeAs.inputValue()).toBe('Myself (signed in)');
      await seeAs.fill('320509110-COMMAND');
      await page.getByText('Your unit is no party').waitFor();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.waitForURL(`${issuer.url}/session/end**`);
      expect((await cookiesOf(page)).map(({ name }) => name)).not.toContain('hub-session');
      browser.troubles.splice(0);
    });

    it('is told when the issuer says nothing of a unit, and when it cannot be reached', async () => {
      const page = await signIn('nobody');
      await page
        .getByRole('alert')
        .getByText(/^You are not signed in: try again/)
        .waitFor();
      await page.waitForURL(`${home}/board?place=310118104`);
      expect((await cookiesOf(page)).map(({ name }) => name)).not.toContain('hub-session');
      await page.getByText('Settings').click();
      await page.getByRole('link', { name: 'Sign in: Identity that is away' }).click();
      await page
        .getByRole('alert')
        .getByText(/^You are not signed in: try again/)
        .waitFor();
    });
  });

  describe('a session that its issuer renews', () => {
    /** What the hub answers to a page that has these cookies, and what they are then. */
    async function post(path: string, cookie: string, site = 'same-origin') {
      const response = await fetch(home + path, {
        method: 'POST',
        headers: { cookie, 'sec-fetch-site': site },
      });
      const set = response.headers.getSetCookie().map((each) => each.split(';')[0] ?? '');
      return {
        status: response.status,
        body: response.status === 200 ? await response.json() : null,
        cookie: set.filter((each) => !each.endsWith('=')).join('; '),
        set: response.headers.getSetCookie(),
      };
    }
    const cookieHeader = async (page: Page): Promise<string> =>
      (await cookiesOf(page))
        .filter(({ name }) => name.startsWith('hub'))
        .map(({ name, value }) => `${name}=${value}`)
        .join('; ');

    it('goes on while a page is open, its cookies renewed, and the page goes on to be answered', async () => {
      const page = await signIn(UNIT, 'Brief identity');
      await page.getByText(/^Live · /).waitFor();
      const session = await cookieOf(page, 'hub-session');
      const renewal = await cookieOf(page, 'hub-renewal');
      await eventually(
        () => cookieOf(page, 'hub-session'),
        // Later than the first would have counted.
        ({ expires }) => expect(expires).toBeGreaterThan(session.expires + 3),
      );
      expect((await cookieOf(page, 'hub-renewal')).value).not.toBe(renewal.value);
      await page
        .locator('.stages')
        .getByRole('button', { name: /In progress/ })
        .click();
      await page.getByRole('dialog').locator('li').first().waitFor();
      expect(await page.getByText(/^Your sign-in/).count()).toBe(0);
    });

    it('is renewed by the hub’s own pages alone, as often as they ask with what they had, and not without', async () => {
      const page = await signIn(UNIT, 'Lasting identity');
      expect(await cookieOf(page, 'hub-renewal')).toMatchObject({
        httpOnly: true,
        sameSite: 'Strict',
        path: '/sign-in',
      });
      const cookie = await cookieHeader(page);
      expect((await post('/sign-in/renew', cookie, 'cross-site')).status).toBe(403);
      expect((await post('/sign-in/renew', '')).body).toEqual({ outcome: 'impossible' });

      // Two pages at once, and one whose answer was lost: the issuer would take a second use for theft.
      const renewed = await Promise.all([1, 2].map(() => post('/sign-in/renew', cookie)));
      const again = await post('/sign-in/renew', cookie);
      expect([...renewed, again].map(({ body }) => body)).toEqual(Array(3).fill({ outcome: 'renewed' }));
      const next = await post('/sign-in/renew', again.cookie);
      expect(next.body).toEqual({ outcome: 'renewed' });
      const response = await fetch(`${home}/sign-in`, {
        headers: { cookie: next.cookie, 'sec-fetch-site': 'same-origin' },
      });
      expect(await response.json()).toMatchObject({
        person: { user: UNIT, agency: UNIT },
        isRenewable: true,
      });
    });

    it('is given back at the end: what would renew it renews it no more, and then is dropped', async () => {
      const page = await signIn(UNIT, 'Lasting identity');
      const cookie = await cookieHeader(page);
      const { body, set } = await post('/sign-in/end', cookie);
      expect(body).toEqual({ url: expect.stringContaining(`${issuer.url}/session/end`) });
      expect(set).toEqual([expect.stringMatching(/^hub-session=;/), expect.stringMatching(/^hub-renewal=;/)]);
      const late = await post('/sign-in/renew', cookie);
      expect(late.body).toEqual({ outcome: 'refused' });
      // The session itself counts until its end: a refusal may be an answer that was lost.
      expect(late.set).toEqual([expect.stringMatching(/^hub-renewal=;/)]);
    });

    it('that ends all the same says so, loses nothing of the page, and goes on after a sign-in beside it', async () => {
      const page = await signIn(UNIT, 'Brief identity', '/graphiql');
      const visit = await new Visit(page).isReady();
      await visit.write('Operation Editor', '{ gridCases(first: 1) { edges { cursor } } }');
      expect((await visit.run()).data.gridCases.edges).toHaveLength(1);
      await page.context().clearCookies({ name: 'hub-renewal' });
      await page.getByText(/^Your sign-in has ended\. Sign in again/).waitFor();
      await expectAccessibleEverywhere(page, GRAPHIQL_OWN);
      await page.getByRole('button', { name: /^Execute query/ }).click();
      await visit.answer.getByText('Your sign-in has ended').waitFor();
      browser.troubles.splice(0);

      const [beside] = await Promise.all([
        page.context().waitForEvent('page'),
        page.getByRole('link', { name: 'Sign in again: Lasting identity' }).click(),
      ]);
      await passIssuer(beside, UNIT);
      await page.getByText(/^Your sign-in has ended/).waitFor({ state: 'detached' });
      await visit.query.getByText('gridCases').waitFor();
      expect((await visit.run()).data.gridCases.edges).toHaveLength(1);
    });

    it('ends on every page that is open', async () => {
      const page = await signIn(UNIT, 'Lasting identity');
      const other = await browser.open(`${home}/labor-flow?month=2019-01`);
      await other.getByText('Settings').click();
      await other.getByText(`${UNIT} · ${UNIT}`).waitFor();
      await page.getByText('Settings').click();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.waitForURL(`${issuer.url}/session/end**`);
      // Without a session, a first visit's demo unit is seen.
      await other.getByText('Settings').click();
      await other.getByRole('link', { name: 'Sign in: Lasting identity' }).waitFor();
      browser.troubles.splice(0);
    });
  });

  describe('a session', () => {
    const ask = async (headers: Record<string, string>): Promise<unknown> => {
      const response = await fetch(`${home}/sign-in`, { headers });
      return ((await response.json()) as { person: unknown }).person;
    };

    it('counts on requests of the hub’s own pages alone, and only as the hub sealed it', async () => {
      const page = await signIn(UNIT);
      const [session] = (await cookiesOf(page)).filter(({ name }) => name === 'hub-session');
      const cookie = `hub-session=${session?.value}`;
      const person = { user: UNIT, agency: UNIT, roles: ['OFFICER'] };
      expect(await ask({ cookie, 'sec-fetch-site': 'same-origin' })).toMatchObject(person);
      for (const site of ['cross-site', 'same-site', 'none']) {
        expect(await ask({ cookie, 'sec-fetch-site': site })).toBeNull();
      }
      expect(await ask({ cookie })).toBeNull();
      expect(await ask({ cookie: `${cookie}x`, 'sec-fetch-site': 'same-origin' })).toBeNull();

      const refused = await fetch(`${home}/sign-in/end`, {
        method: 'POST',
        headers: { cookie, 'sec-fetch-site': 'cross-site' },
      });
      expect([refused.status, refused.headers.get('set-cookie')]).toEqual([403, null]);
      const asked = await fetch(`${home}/graphql`, {
        method: 'POST',
        headers: { cookie, 'sec-fetch-site': 'cross-site', 'content-type': 'application/json' },
        body: JSON.stringify({ query: '{ agencies(first: 1) { edges { cursor } } }' }),
      });
      expect(await asked.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    });

    it('is asked for with PKCE, state and nonce, to come back to a page of the hub only', async () => {
      const begin = async (to: string): Promise<Headers> =>
        (await fetch(`${home}/sign-in/delta?to=${encodeURIComponent(to)}`, { redirect: 'manual' })).headers;
      const headers = await begin('/board');
      const { searchParams } = new URL(headers.get('location') ?? '');
      expect(Object.fromEntries(searchParams)).toMatchObject({
        response_type: 'code',
        code_challenge_method: 'S256',
        code_challenge: expect.stringMatching(/^[\w-]{43}$/),
        state: expect.stringMatching(/^[\w-]{20,}$/),
        nonce: expect.stringMatching(/^[\w-]{20,}$/),
        redirect_uri: `${home}/sign-in/delta/callback`,
      });
      expect(headers.get('set-cookie')).toMatch(
        /^hub-sign-in=ey.*; Path=\/sign-in; .*HttpOnly; SameSite=Lax$/,
      );

      for (const to of ['https://evil.example', '//evil.example', '/\\evil.example', 'board']) {
        const [cookie = ''] = ((await begin(to)).get('set-cookie') ?? '').split(';');
        const back = await fetch(`${home}/sign-in/delta/callback?error=access_denied`, {
          headers: { cookie },
          redirect: 'manual',
        });
        expect(back.headers.get('location')).toBe('/graphiql#sign-in-failed');
      }
    });

    it('does not begin by an answer that nobody here asked for', async () => {
      const back = await fetch(`${home}/sign-in/delta/callback?code=stolen&state=guessed`, {
        redirect: 'manual',
      });
      expect(back.headers.get('location')).toBe('/graphiql#sign-in-failed');
      expect(back.headers.get('set-cookie')).not.toContain('hub-session');
      expect((await fetch(`${home}/sign-in/unknown`)).status).toBe(404);
    });
  });
});
