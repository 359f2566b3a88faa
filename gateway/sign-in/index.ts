import { parse, type SerializeOptions, serialize } from 'cookie';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Keyring } from '../../subgraphs/kit/keyring';
import { ROLES } from '../../subgraphs/kit/viewer';
import type { Bearer } from '../access/tokens';
import { Provider, type ProviderOptions } from './provider';
import { Seal } from './seal';

export interface SignInOptions {
  providers: readonly ProviderOptions[];
  /** Under which people reach the hub, for example `https://hub.example`; what each request says when null. */
  publicAddress: string | null;
  keyring: Keyring;
  logger: Logger;
}

/** A working day; then people sign in again. */
const SESSION_MS = 10 * 3_600_000;
/** How long somebody may take at the issuer. */
const ATTEMPT_MS = 10 * 60_000;
/** The page says in a sentence what this stands for. */
const FAILED = '#sign-in-failed';

/**
 * Sign-in for the pages at configured issuers. The session is a sealed cookie that no script can read and that holds who
 * signed in: not a token, because none is needed once it has said who it is. It counts only on requests of which the
 * browser says that they come from the hub's own pages, so that no other site can use it.
 */
export class SignIn {
  readonly #providers: ReadonlyMap<string, Provider>;
  readonly #sessions: Seal;
  readonly #attempts: Seal;

  constructor(private readonly options: SignInOptions) {
    const { providers, keyring } = options;
    this.#providers = new Map(providers.map((each) => [each.id, new Provider(each)]));
    this.#sessions = new Seal(keyring, 'session');
    this.#attempts = new Seal(keyring, 'sign-in');
  }

  /** Who is signed in, of a request from one of the hub's pages; null for any other request. */
  async bearerOf(request: FastifyRequest): Promise<Bearer | null> {
    const sealed = sentCookie(request, this.#cookiesOf(request).session);
    if (sealed === undefined || request.headers['sec-fetch-site'] !== 'same-origin') return null;
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

  /** Serves `/sign-in`, `/sign-in/<issuer>`, its callback, and `/sign-out`. */
  async register(app: FastifyInstance): Promise<void> {
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('cache-control', 'no-store');
    });
    app.get('/sign-in', async (request) => {
      const bearer = await this.bearerOf(request);
      return {
        providers: this.options.providers.map(({ id, title }) => ({ id, title })),
        person: bearer && { user: bearer.user, agency: bearer.agency, roles: bearer.roles },
      };
    });
    app.get<{ Params: { id: string }; Querystring: { to?: string } }>(
      '/sign-in/:id',
      async (request, reply) => this.#begin(request.params.id, placeOf(request.query.to), request, reply),
    );
    app.get<{ Params: { id: string } }>('/sign-in/:id/callback', async (request, reply) =>
      this.#finish(request.params.id, request, reply),
    );
    app.post('/sign-out', async (request, reply) => {
      if (request.headers['sec-fetch-site'] !== 'same-origin') return reply.code(403).send();
      const { session } = this.#cookiesOf(request);
      const sealed = sentCookie(request, session);
      const content = sealed === undefined ? null : await this.#sessions.open(sealed);
      const provider = this.#providers.get(String(content?.provider));
      setCookie(reply, session, '', LONG_AGO);
      const url = await provider?.endSessionUrl(this.#addressOf(request)).catch(() => null);
      return { url: url ?? null };
    });
  }

  async #begin(id: string, to: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const provider = this.#providers.get(id);
    if (!provider) return reply.code(404).type('text/plain; charset=utf-8').send(NO_SUCH_PROVIDER);
    try {
      const { url, attempt } = await provider.begin(this.#addressOf(request));
      const expiresAt = new Date(Date.now() + ATTEMPT_MS);
      const sealed = await this.#attempts.close({ ...attempt, id, to }, expiresAt);
      // Lax: the way back from the issuer is a navigation from another site.
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
    setCookie(reply, cookies.attempt, '', LONG_AGO);
    const provider = this.#providers.get(id);
    const to = placeOf(attempt?.to);
    const { state, nonce, verifier } = attempt ?? {};
    try {
      if (!provider || attempt?.id !== id) throw new Error('nobody began to sign in here');
      if (typeof state !== 'string' || typeof nonce !== 'string' || typeof verifier !== 'string') {
        throw new Error('the attempt is not whole');
      }
      const query = request.url.slice(request.url.indexOf('?'));
      const { user, agency, roles } = await provider.finish(this.#addressOf(request), query, {
        state,
        nonce,
        verifier,
      });
      const expiresAt = new Date(Date.now() + SESSION_MS);
      const content = { user, agency, roles: [...roles], provider: id };
      const session = await this.#sessions.close(content, expiresAt);
      setCookie(reply, cookies.session, session, expiresAt);
      return reply.redirect(to);
    } catch (error) {
      this.options.logger.warn({ err: error, provider: id }, 'sign-in failed');
      return reply.redirect(`${to}${FAILED}`);
    }
  }

  #addressOf(request: FastifyRequest): string {
    return this.options.publicAddress ?? `${request.protocol}://${request.host}`;
  }

  /** Over TLS their names bind them to it, and the session's to this host and its root. */
  #cookiesOf(request: FastifyRequest) {
    const secure = this.#addressOf(request).startsWith('https:');
    return {
      session: {
        name: secure ? '__Host-hub-session' : 'hub-session',
        settings: { path: '/', httpOnly: true, sameSite: 'strict', secure },
      },
      attempt: {
        name: secure ? '__Secure-hub-sign-in' : 'hub-sign-in',
        settings: { path: '/sign-in', httpOnly: true, sameSite: 'lax', secure },
      },
    } as const;
  }
}

interface Cookie {
  name: string;
  settings: SerializeOptions;
}

const LONG_AGO = new Date(0);

const sentCookie = (request: FastifyRequest, { name }: Cookie): string | undefined =>
  parse(request.headers.cookie ?? '')[name];

function setCookie(reply: FastifyReply, { name, settings }: Cookie, value: string, expires: Date): void {
  reply.header('set-cookie', serialize(name, value, { ...settings, expires }));
}

const NO_SUCH_PROVIDER = 'There is no such place to sign in. Go back and choose one of those offered.\n';

/** A page of the hub to go to; anything that could lead elsewhere leads to the workbench. */
function placeOf(to: unknown): string {
  if (typeof to !== 'string' || !to.startsWith('/') || to.length > 1_000) return '/graphiql';
  const url = new URL(to, 'http://hub.invalid');
  return url.host === 'hub.invalid' ? `${url.pathname}${url.search}` : '/graphiql';
}
