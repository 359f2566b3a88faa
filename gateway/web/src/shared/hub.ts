import type { TypedDocumentString } from '../operations';
import type { Tokens } from './demo';
import { post, readObject } from './http';
import type { Identity } from './identity';
import type { Language } from './messages';
import { Trouble } from './trouble';

export const GRAPHQL_PATH = '/graphql';

export type WithheldReason = 'NO_GRANT' | 'NO_PURPOSE' | 'EXPIRED' | 'UNCONFIRMED';

/** A field that the caller may not see, as the hub names it beside the answer. */
export interface Withheld {
  coordinate: string;
  item: string;
  reason: WithheldReason;
  providers: string[];
  count: number;
  /** This and what follows for who asks where in the answer. */
  class?: 'CONDITIONAL' | 'WITHHELD';
  places?: { provider: string; reason: WithheldReason; path: string[]; indexes: number[][] }[];
  placesLeftOff?: number;
}

export interface Answer<Data> {
  data: Data;
  /** What could not be answered beside the rest, such as the part of a subgraph that is down. */
  errors: { message: string; path?: (string | number)[]; extensions?: { code?: string } }[];
  withheld: Withheld[];
}

export interface Caller {
  /** Whom the hub shall see; null for nobody, or for whoever the session's cookie names. */
  identity: Identity | null;
  tokens: Tokens;
  language: Language;
  purpose: string;
  /** Who is signed in, whom the hub sees where there is no identity. */
  person: { user: string; agency: string } | null;
  /** Has the session renewed; whether it was. */
  renew(): Promise<boolean>;
}

interface Body<Data> {
  data?: Data | null;
  errors?: Answer<Data>['errors'];
  extensions?: { withheld?: Withheld[] };
}

/** The hub as one caller sees it, in one language. */
export class Hub {
  constructor(readonly caller: Caller) {}

  /** The same for hubs that show the same. */
  get key(): string {
    const { identity, person, purpose, language } = this.caller;
    return JSON.stringify([identity ?? person, purpose, language]);
  }

  /** The same for hubs that show the same, in whichever language. */
  get rights(): string {
    const { identity, person, purpose } = this.caller;
    return JSON.stringify([identity ?? person, purpose]);
  }

  /** What a request says of its caller. A token that the hub refused is minted anew. Throws {@link Trouble}. */
  async headers(refused?: string): Promise<Record<string, string>> {
    const { identity, tokens, language, purpose } = this.caller;
    return {
      'accept-language': language,
      ...(identity && { authorization: `Bearer ${await tokens.of(identity, refused)}` }),
      ...(purpose && { 'hub-purpose': encodeURIComponent(purpose) }),
    };
  }

  /**
   * Throws {@link Trouble} when there is no answer, or `needed` is missing of it because it failed; what else is missing
   * is in the answer's `errors`.
   */
  async ask<Data, Variables>(
    document: TypedDocumentString<Data, Variables>,
    variables: Variables,
    needed?: keyof Data,
  ): Promise<Answer<Data>> {
    const headers = await this.headers();
    let reply = await send<Data>(document.toString(), variables, headers);
    if (reply.status === 401 && headers.authorization && this.caller.identity) {
      const refused = headers.authorization.slice('Bearer '.length);
      reply = await send<Data>(document.toString(), variables, await this.headers(refused));
    }
    if (this.#isSessionOver(reply)) {
      if (await this.caller.renew()) reply = await send<Data>(document.toString(), variables, headers);
      if (this.#isSessionOver(reply)) throw new Trouble((messages) => messages.sessionEnded);
    }
    const { data, errors = [], extensions } = reply.body;
    const [error] = errors;
    if (!data || (needed !== undefined && data[needed] === null && error)) {
      throw new Trouble((messages) => messages.refused(error?.message ?? `HTTP ${reply.status}`));
    }
    return { data, errors, withheld: extensions?.withheld ?? [] };
  }

  /** Whether somebody who is signed in was answered as nobody. */
  #isSessionOver({ body }: { body: Body<unknown> }): boolean {
    const { identity, person } = this.caller;
    return !identity && person !== null && (body.errors ?? []).some(isUnauthenticated);
  }
}

const isUnauthenticated = ({ extensions }: Answer<unknown>['errors'][number]): boolean =>
  extensions?.code === 'UNAUTHENTICATED';

async function send<Data>(
  query: string,
  variables: unknown,
  headers: Record<string, string>,
): Promise<{ status: number; body: Body<Data> }> {
  const response = await post(
    GRAPHQL_PATH,
    { query, variables },
    new Headers({ ...headers, accept: 'application/graphql-response+json, application/json' }),
  );
  return { status: response.status, body: await readObject(GRAPHQL_PATH, response) };
}
