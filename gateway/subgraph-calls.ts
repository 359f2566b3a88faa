import type { Logger } from 'pino';
import { SHARING_EXTENSION, type SharingReport } from '../subgraphs/kit/disclosures';
import { ClientError } from '../subgraphs/kit/errors';
import type { SubgraphResponse } from '../subgraphs/kit/subgraph';
import type { GrantBook } from './access/grants';
import type { GatewayContext } from './context';
import { type LinkRequest, type SubgraphLink, subgraphUnavailable } from './subgraph-link';

const REGISTRY = 'registry';

/** What a subgraph is asked. */
export type SubgraphCall = LinkRequest & { readonly isMutation?: boolean };

/**
 * The subgraphs as the executor calls them, on behalf of a request's caller. A subgraph that does not answer costs its
 * own fields. What it says of sharing, beside its answer, is the gateway's to know.
 */
export class SubgraphCalls {
  readonly #links: ReadonlyMap<string, SubgraphLink>;
  readonly #grants: GrantBook;
  readonly #logger: Logger;

  constructor(options: { links: ReadonlyMap<string, SubgraphLink>; grants: GrantBook; logger: Logger }) {
    this.#links = options.links;
    this.#grants = options.grants;
    this.#logger = options.logger;
  }

  /** Never throws. */
  async call(context: GatewayContext, subgraph: string, request: SubgraphCall): Promise<SubgraphResponse> {
    const { language, requestId, disclosures } = context;
    try {
      const link = this.#links.get(subgraph);
      if (!link) throw new Error(`the supergraph names the subgraph ${subgraph}, to which there is no link`);
      const answer = await link.answer(request, context.headersFor(subgraph));
      const report = answer.extensions?.[SHARING_EXTENSION];
      if (report) disclosures.union(report as SharingReport);
      if (subgraph === REGISTRY && request.isMutation) await this.#refreshGrants(requestId);
      return answer;
    } catch (error) {
      this.#logger.error({ err: error, requestId, subgraph }, 'a subgraph did not answer');
      const { code, text, details } = error instanceof ClientError ? error : subgraphUnavailable(subgraph);
      return { data: null, errors: [{ message: text[language], extensions: { code, ...details } }] };
    }
  }

  /**
   * What this gateway carried out counts here from now on, and not only once the registry is asked again. When it cannot
   * be asked, grants lapse within a second; what was carried out stands all the same.
   */
  async #refreshGrants(requestId: string): Promise<void> {
    await this.#grants
      .refresh()
      .catch((error: unknown) => this.#logger.warn({ err: error, requestId }, 'grants are not fresh'));
  }
}
