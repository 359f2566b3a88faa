import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { Disclosures, SHARING_EXTENSION, type SharingReport } from '../../subgraphs/kit/disclosures';
import type { ClientError } from '../../subgraphs/kit/errors';
import type { Keyring } from '../../subgraphs/kit/keyring';
import { type Language, languageOf } from '../../subgraphs/kit/language';
import { type RegistryLink, RegistryRoutes } from '../../subgraphs/kit/registry-routes';
import { REQUEST_ID_HEADER } from '../../subgraphs/kit/subgraph';
import { VIEWER_HEADER } from '../../subgraphs/kit/viewer';
import { receiptUnavailable, sealSharing } from './account';
import type { SharingExtensions } from './disclosure';
import { GrantBook } from './grants';
import { Heads } from './heads';
import { decodePurpose } from './purpose';
import { ReceiptSealer } from './receipts';
import { type Issuer, TokenVerifier } from './tokens';
import { type Caller, Viewers } from './viewers';

export interface AccessEdgeOptions {
  readonly registry: RegistryLink;
  /** By which subgraphs know the gateway. */
  readonly keyring: Keyring;
  readonly issuers: readonly Issuer[];
  /** What the gateway is called in receipts. */
  readonly name: string;
  readonly logger: Logger;
}

/** Who asks, and what was shown to them so far. */
export interface Visit {
  readonly requestId: string;
  /** Null when nobody is signed in. */
  readonly caller: Caller | null;
  readonly language: Language;
  readonly disclosures: Disclosures;
}

/**
 * What makes any gateway an edge of this hub: it says who asks, in a header that subgraphs believe, and accounts for what
 * they showed. Without the one subgraphs answer as to nobody, without the other they open no grant.
 */
export class AccessEdge {
  readonly #tokens: TokenVerifier;
  readonly #grants: GrantBook;
  readonly #receipts: ReceiptSealer;
  readonly #viewers: Viewers;
  readonly #forget: () => void;

  constructor(private readonly options: AccessEdgeOptions) {
    const { keyring, logger, name } = options;
    const routes = new RegistryRoutes(options.registry, keyring);
    this.#tokens = new TokenVerifier(options.issuers);
    this.#grants = new GrantBook(routes, logger);
    this.#receipts = new ReceiptSealer(routes, new Heads(keyring, name), logger);
    this.#viewers = new Viewers(routes, keyring, this.#grants);
    this.#forget = keyring.onReplaced(() => this.#receipts.renewKey());
    this.#grants.start();
  }

  /** Begins a request, by its headers. Throws a sentence for the client. */
  async meet(headerOf: (name: string) => string | null): Promise<Visit> {
    const said = (name: string) => headerOf(name) ?? undefined;
    const bearer = await this.#tokens.verify(said('authorization'));
    const purpose = decodePurpose(said('hub-purpose'));
    return {
      requestId: randomUUID(),
      caller: bearer && (await this.#viewers.callerOf(bearer, purpose)),
      language: languageOf(said('accept-language')),
      disclosures: new Disclosures(),
    };
  }

  /** The headers with which a subgraph is to be asked. */
  headersFor(subgraph: string, { requestId, caller, language }: Visit): Record<string, string> {
    return {
      [REQUEST_ID_HEADER]: requestId,
      'accept-language': language,
      ...(caller && { [VIEWER_HEADER]: this.#viewers.headerFor(subgraph, caller) }),
    };
  }

  /** Takes note of what a subgraph answered; after a change, of the grants that count from now on. */
  async note(
    { disclosures }: Visit,
    {
      extensions,
      isChange,
    }: { extensions: Readonly<Record<string, unknown>> | undefined; isChange: boolean },
  ): Promise<void> {
    const report = extensions?.[SHARING_EXTENSION];
    if (report) disclosures.union(report as SharingReport);
    if (!isChange) return;
    await this.#grants
      .refresh()
      .catch((error: unknown) => this.options.logger.warn({ err: error }, 'grants are not fresh'));
  }

  /**
   * What the answer has to say of sharing, once its receipt is sealed. Throws a sentence for the client when it cannot be:
   * then nothing of the answer may leave.
   */
  async account(
    { caller, disclosures, requestId }: Visit,
    operationName: () => string | null,
  ): Promise<SharingExtensions> {
    if (!caller || disclosures.isEmpty) return {};
    const request = { caller, gateway: this.options.name, requestId, operationName: operationName() };
    const at = { grants: this.#grants, receipts: this.#receipts };
    return sealSharing(disclosures.report(), request, at).catch((error: unknown) => {
      this.options.logger.error({ err: error, requestId }, 'a receipt could not be sealed');
      throw receiptUnavailable();
    });
  }

  async stop(): Promise<void> {
    this.#forget();
    this.#grants.stop();
    await this.#receipts.stop();
  }
}

const STATUS: Readonly<Partial<Record<ClientError['code'], number>>> = {
  UNAUTHENTICATED: 401,
  ISSUER_UNAVAILABLE: 503,
  RECEIPT_UNAVAILABLE: 503,
};

/** The status of HTTP with which a request is refused. */
export const statusOf = ({ code }: ClientError): number => STATUS[code] ?? 400;
