import { signClaims } from '../../subgraphs/kit/signature';
import { GATEWAY_HEADER, internalAudience } from '../../subgraphs/kit/subgraph';
import type { SubgraphLink } from '../subgraph-link';

/** The registry's internal routes, asked under the gateways' own key. */
export class RegistryRoutes {
  constructor(
    private readonly registry: SubgraphLink,
    private readonly key: Buffer,
  ) {}

  /** Throws when the registry does not answer, or does not accept the gateway. */
  async ask(route: string, body: object): Promise<unknown> {
    const proof = signClaims(
      {},
      { audience: internalAudience(this.registry.name), key: this.key, now: new Date() },
    );
    const answer = await this.registry.answerInternally(route, body, { [GATEWAY_HEADER]: proof });
    if (answer === null) throw new Error(`the registry did not accept the gateway at ${route}`);
    return answer;
  }
}
