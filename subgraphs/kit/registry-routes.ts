import type { Keyring } from './keyring';
import { signClaims } from './signature';
import { GATEWAY_HEADER, internalAudience, type Subgraph } from './subgraph';

/** What answers the registry's internal routes: the registry of the same process, or one behind HTTP. */
export type RegistryLink = Pick<Subgraph, 'name' | 'answerInternally'>;

/** The registry's internal routes, asked under the hub's own key. */
export class RegistryRoutes {
  constructor(
    private readonly registry: RegistryLink,
    private readonly keyring: Keyring,
  ) {}

  /** Throws when the registry does not answer, or does not accept the caller. */
  async ask(route: string, body: object): Promise<unknown> {
    const { name } = this.registry;
    const key = this.keyring.signingKey(name);
    const proof = signClaims({}, { audience: internalAudience(name), key, now: new Date() });
    const answer = await this.registry.answerInternally(route, body, { [GATEWAY_HEADER]: proof });
    if (answer === null) throw new Error(`the registry did not accept the caller at ${route}`);
    return answer;
  }
}
