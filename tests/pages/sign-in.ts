import type { Page } from 'playwright-core';
import { expectAccessibleEverywhere } from '../support/accessibility';
import { OidcIssuer } from '../support/oidc-issuer';
import { browser, hub } from './world';

const UNIT = '310118104-GOV';

const issuer = new OidcIssuer();
/** The gateway at which one can sign in. */
let home = '';

/** As somebody who opens the board, goes to sign in, and says who they are at the issuer. */
async function signIn(who: string): Promise<Page> {
  const page = await browser.open(`${home}/board?place=310118104`);
  await page.getByText('Settings').click();
  await page.getByRole('link', { name: 'Sign in: Delta identity' }).click();
  await page.waitForURL(`${issuer.url}/interaction/**`);
  await page.locator('input[name=login]').fill(who);
  await page.locator('input[name=password]').fill('anything');
  await page.locator('button[type=submit]').click();
  browser.requests.length = 0;
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.waitForURL(`${home}/**`);
  // What the issuer's own pages do is not the hub's.
  browser.troubles.splice(0);
  return page;
}

const cookiesOf = (page: Page) => page.context().cookies(home);

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
      expect(await ask({ cookie, 'sec-fetch-site': 'same-origin' })).toEqual(person);
      for (const site of ['cross-site', 'same-site', 'none']) {
        expect(await ask({ cookie, 'sec-fetch-site': site })).toBeNull();
      }
      expect(await ask({ cookie })).toBeNull();
      expect(await ask({ cookie: `${cookie}x`, 'sec-fetch-site': 'same-origin' })).toBeNull();

      const refused = await fetch(`${home}/sign-out`, {
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
