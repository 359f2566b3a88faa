import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Keyring } from '../../subgraphs/kit/keyring';
import { ROLES } from '../../subgraphs/kit/viewer';
import type { Bearer } from '../access/tokens';
import { cookiesAt, dropCookie, fitsCookie, sentCookie, setCookie } from './cookies';
import { Provider, type ProviderOptions, RenewalRefused } from './provider';
import { Renewals } from './renewals';
import { Seal } from './seal';

export interface SignInOptions {
  providers: readonly ProviderOptions[];
  /** Under which people reach the hub, for example `https://hub.example`; what each request says when null. */
  publicAddress: string | null;
  keyring: Keyring;
  logger: Logger;
}

/** A working day; then people sign in again, however often a session was renewed. */
const DAY_MS = 10 * 3_600_000;
/** How long a session counts that can be renewed: that long after an issuer let somebody go, so does the hub. */
const RENEWABLE_MS = 3_600_000;
/** How long somebody may take at the issuer. */
const ATTEMPT_MS = 10 * 60_000;
/** The page says in a sentence what this stands for. */
const FAILED = '#sign-in-failed';

/** What became of a renewal: `unavailable` may be tried again, `refused` and `impossible` may not. */
type Outcome = 'renewed' | 'refused' | 'unavailable' | 'impossible';

/** Who a session is of. */
interface Held {
  user: string;
  agency: string;
  roles: string[];
  provider: string;
}

/**
 * Sign-in for the pages at configured issuers. The session is a sealed cookie that no script can read and that holds who
 * signed in: not a token, because none is needed once it has said who it is. It counts only on requests of which the
 * browser says that they come from the hub's own pages, so that no other site can use it. What an issuer gives to ask it
 * again is in another such cookie, which goes to `/sign-in` alone.
 */
export class SignIn {
  readonly #providers: ReadonlyMap<string, Provider>;
  readonly #sessions: Seal;
  readonly #attempts: Seal;
  readonly #renewable: Seal;
  readonly #renewals = new Renewals();

  constructor(private readonly options: SignInOptions) {
    const { providers, keyring } = options;
    this.#providers = new Map(providers.map((each) => [each.id, new Provider(each)]));
    this.#sessions = new Seal(keyring, 'session');
    this.#attempts = new Seal(keyring, 'sign-in');
    this.#renewable = new Seal(keyring, 'renewal');
  }

  /** Who is signed in, of a request from one of the hub's pages; null for any other request. */
  async bearerOf(request: FastifyRequest): Promise<Bearer | null> {
    const sealed = sentCookie(request, this.#cookiesOf(request).session);
    if (sealed === undefined || !isFromOwnPages(request)) return null;
    const content = await this.#sessions.open(sealed);
    const { user, agency, roles, exp } = content ?? {};
    if (typeof user !== 'string' || typeof agency !== 'string' || !Array.isArray(roles)) return null;
    return {
      user,
      agency,
      roles: ROLES.filter((role) => roles.includes(role)),
      expiresAt: Number(exp) * 1000,
    };
  }

  /** Serves `/sign-in`, `/sign-in/<issuer>`, its callback, `/sign-in/renew`, and `/sign-in/end`. */
  async register(app: FastifyInstance): Promise<void> {
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('cache-control', 'no-store');
    });
    app.get('/sign-in', async (request) => {
      const bearer = await this.bearerOf(request);
      return {
        providers: this.options.providers.map(({ id, title }) => ({ id, title })),
        person: bearer,
        isRenewable: isFromOwnPages(request) && (await this.#renewalOf(request)) !== null,
      };
    });
    app.get<{ Params: { id: string }; Querystring: { to?: string } }>(
      '/sign-in/:id',
      async (request, reply) => this.#begin(request.params.id, placeOf(request.query.to), request, reply),
    );
    app.get<{ Params: { id: string } }>('/sign-in/:id/callback', async (request, reply) =>
      this.#finish(request.params.id, request, reply),
    );
    app.post('/sign-in/renew', async (request, reply) => {
      if (!isFromOwnPages(request)) return reply.code(403).send();
      return { outcome: await this.#renew(request, reply) };
    });
    app.post('/sign-in/end', async (request, reply) => {
      if (!isFromOwnPages(request)) return reply.code(403).send();
      return { url: await this.#end(request, reply) };
    });
  }

  async #begin(id: string, to: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const provider = this.#providers.get(id);
    if (!provider) return reply.code(404).type('text/plain; charset=utf-8').send(NO_SUCH_PROVIDER);
    try {
      const { url, attempt } = await provider.begin(this.#addressOf(request));
      const expiresAt = new Date(Date.now() + ATTEMPT_MS);
      const sealed = await this.#attempts.close({ ...attempt, id, to }, expiresAt);
      const cookie = this.#cookiesOf(request).attempt;
      setCookie(reply, cookie, sealed, expiresAt);
      return reply.redirect(url.href);
    } catch (error) {
      this.options.logger.warn({ err: error, provider: id }, 'sign-in could not begin');
      return reply.redirect(`${to}${FAILED}`);
    }
  }

  async #finish(id: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const cookies = this.#cookiesOf(request);
    const sealed = sentCookie(request, cookies.attempt);
    const attempt = sealed === undefined ? null : await this.#attempts.open(sealed);
    dropCookie(reply, cookies.attempt);
    const provider = this.#providers.get(id);
    const to = placeOf(attempt?.to);
    const { state, nonce, verifier } = attempt ?? {};
    try {
      if (!provider || attempt?.id !== id) throw new Error('nobody began to sign in here');
      if (typeof state !== 'string' || typeof nonce !== 'string' || typeof verifier !== 'string') {
        throw new Error('the attempt is not whole');
      }
      const query = request.url.slice(request.url.indexOf('?'));
      const { bearer, refreshToken } = await provider.finish(this.#addressOf(request), query, {
        state,
        nonce,
        verifier,
      });
      const held = { user: bearer.user, agency: bearer.agency, roles: [...bearer.roles], provider: id };
      await this.#hold(request, reply, held, refreshToken, Date.now() + DAY_MS);
      return reply.redirect(to);
    } catch (error) {
      this.options.logger.warn({ err: error, provider: id }, 'sign-in failed');
      return reply.redirect(`${to}${FAILED}`);
    }
  }

  /** Lets a browser keep who is signed in, and what renews that, until `until` at the most. */
  async #hold(
    request: FastifyRequest,
    reply: FastifyReply,
    held: Held,
    refreshToken: string | null,
    until: number,
  ): Promise<void> {
    const cookies = this.#cookiesOf(request);
    const renewal =
      refreshToken === null
        ? null
        : await this.#renewable.close({ ...held, refreshToken, until }, new Date(until));
    const isRenewable = renewal !== null && fitsCookie(renewal);
    if (renewal !== null && !isRenewable) {
      const { provider } = held;
      this.options.logger.warn(
        { provider },
        'what renews a session is too long for a cookie; it is not renewed',
      );
    }
    if (isRenewable) setCookie(reply, cookies.renewal, renewal, new Date(until));
    else dropCookie(reply, cookies.renewal);
    const { sessionMinutes } = this.#providers.get(held.provider)?.options ?? {};
    const forMs =
      sessionMinutes !== undefined ? sessionMinutes * 60_000 : isRenewable ? RENEWABLE_MS : DAY_MS;
    const expiresAt = new Date(Math.min(until, Date.now() + forMs));
    setCookie(reply, cookies.session, await this.#sessions.close({ ...held }, expiresAt), expiresAt);
  }

  /** What a browser has to renew its session with; null when it has nothing that counts. */
  async #renewalOf(
    request: FastifyRequest,
  ): Promise<{ held: Held; provider: Provider; refreshToken: string; until: number } | null> {
    const sealed = sentCookie(request, this.#cookiesOf(request).renewal);
    const content = sealed === undefined ? null : await this.#renewable.open(sealed);
    const { user, agency, roles, provider: id, refreshToken, until } = content ?? {};
    const provider = this.#providers.get(String(id));
    if (!provider || typeof refreshToken !== 'string' || typeof until !== 'number') return null;
    if (typeof user !== 'string' || typeof agency !== 'string' || !Array.isArray(roles)) return null;
    return { held: { user, agency, roles, provider: String(id) }, provider, refreshToken, until };
  }

  /** A session that cannot be renewed counts until its end all the same: an answer that was lost signs nobody out. */
  async #renew(request: FastifyRequest, reply: FastifyReply): Promise<Outcome> {
    const renewal = await this.#renewalOf(request);
    if (!renewal) return 'impossible';
    const { held, provider, refreshToken, until } = renewal;
    try {
      const renewed = await this.#renewals.renew(provider, refreshToken);
      if (renewed.bearer && renewed.bearer.user !== held.user) {
        throw new RenewalRefused('the issuer renewed the session of somebody else');
      }
      const { agency, roles } = renewed.bearer ?? held;
      await this.#hold(request, reply, { ...held, agency, roles: [...roles] }, renewed.refreshToken, until);
      return 'renewed';
    } catch (error) {
      this.options.logger.warn({ err: error, provider: held.provider }, 'a session could not be renewed');
      if (!(error instanceof RenewalRefused)) return 'unavailable';
      dropCookie(reply, this.#cookiesOf(request).renewal);
      return 'refused';
    }
  }

  /** Ends a session here, and gives back what would renew it; where to end it with the issuer, if it has such a place. */
  async #end(request: FastifyRequest, reply: FastifyReply): Promise<string | null> {
    const cookies = this.#cookiesOf(request);
    const renewal = await this.#renewalOf(request);
    const sealed = sentCookie(request, cookies.session);
    const content = sealed === undefined ? null : await this.#sessions.open(sealed);
    const provider = renewal?.provider ?? this.#providers.get(String(content?.provider));
    dropCookie(reply, cookies.session);
    dropCookie(reply, cookies.renewal);
    if (renewal) {
      await renewal.provider.revoke(renewal.refreshToken).catch((error: unknown) => {
        this.options.logger.warn(
          { err: error, provider: renewal.held.provider },
          'a session was not given back',
        );
      });
    }
    return (await provider?.endSessionUrl(this.#addressOf(request)).catch(() => null)) ?? null;
  }

  #addressOf(request: FastifyRequest): string {
    return this.options.publicAddress ?? `${request.protocol}://${request.host}`;
  }

  #cookiesOf(request: FastifyRequest) {
    return cookiesAt(this.#addressOf(request));
  }
}

const isFromOwnPages = (request: FastifyRequest): boolean =>
  request.headers['sec-fetch-site'] === 'same-origin';

const NO_SUCH_PROVIDER = 'There is no such place to sign in. Go back and choose one of those offered.\n';

/** A page of the hub to go to; anything that could lead elsewhere leads to the workbench. */
function placeOf(to: unknown): string {
  if (typeof to !== 'string' || !to.startsWith('/') || to.length > 1_000) return '/graphiql';
  const url = new URL(to, 'http://hub.invalid');
  return url.host === 'hub.invalid' ? `${url.pathname}${url.search}` : '/graphiql';
}
