import type { FastifyRequest } from 'fastify';
import { languageOf } from '../subgraphs/kit/language';
import { decodePurpose } from './access/purpose';
import type { Bearer, TokenVerifier } from './access/tokens';
import type { Viewers } from './access/viewers';
import type { Visitor } from './live/door';
import type { SignIn } from './sign-in';

/** What somebody says of themselves and of why they ask, in headers or as a connection begins. */
export interface Introduction {
  readonly authorization?: string;
  readonly purpose?: string;
  readonly language?: string;
}

/** Who asks: told from what they say, and for a request kept until it is answered. */
export class Visitors {
  readonly #known = new WeakMap<FastifyRequest, Visitor>();

  constructor(
    private readonly options: {
      readonly tokens: TokenVerifier;
      readonly viewers: Viewers;
      readonly signIn: SignIn;
    },
  ) {}

  /** Throws a sentence for the client. A token that somebody sends goes before the session that they are signed in with. */
  async identify(said: Introduction, session: Bearer | null = null): Promise<Visitor> {
    const { tokens, viewers } = this.options;
    const bearer = (await tokens.verify(said.authorization)) ?? session;
    const caller = bearer && (await viewers.callerOf(bearer, decodePurpose(said.purpose)));
    return { bearer, caller, language: languageOf(said.language) };
  }

  /** Finds out who sent a request. Throws a sentence for the client. */
  async meet(request: FastifyRequest): Promise<void> {
    const { authorization, 'hub-purpose': purpose, 'accept-language': language } = request.headers;
    const said = { authorization, purpose: typeof purpose === 'string' ? purpose : undefined, language };
    this.#known.set(request, await this.identify(said, await this.options.signIn.bearerOf(request)));
  }

  /** Who sent a request. */
  of(request: FastifyRequest): Visitor {
    const visitor = this.#known.get(request);
    if (!visitor) throw new Error('a request reached its handler and nobody knows from whom');
    return visitor;
  }
}
