import { Cancellation, Cancelled } from './cancellation';
import { subgraphUnavailable } from './errors';
import type { Keyring } from './keyring';
import { signClaims } from './signature';
import { GATEWAY_HEADER, internalAudience, type RequestHeaders } from './subgraph';

/** What answers the registry's internal routes: the registry of the same process, or one behind HTTP. */
export interface RegistryLink {
  readonly name: string;
  answerInternally(
    path: string,
    body: unknown,
    headers: RequestHeaders,
    cancellation?: Cancellation,
  ): Promise<unknown>;
}

/** How long the registry may take: these questions are short, and requests or timers wait for their answers. */
const ANSWER_MS = 4_000;
/** The same for what it does meanwhile, for which nobody waits any longer. */
export const WHILE_ASKED = { limitMs: ANSWER_MS };
/** Waited for part by part, so that a process that was held up itself does not take the registry for late. */
const PARTS = 4;

/** The registry's internal routes, asked under the hub's own key. */
export class RegistryRoutes {
  constructor(
    private readonly registry: RegistryLink,
    private readonly keyring: Keyring,
    private readonly answerMs = ANSWER_MS,
  ) {}

  /**
   * Throws when the registry does not answer in time, or does not accept the caller; or when what answers is something
   * else, and lacks one of the parts that each answer has.
   */
  async ask(route: string, body: object, parts: readonly string[] = []): Promise<unknown> {
    const { name } = this.registry;
    const key = this.keyring.signingKey(name);
    const proof = signClaims({}, { audience: internalAudience(name), key, now: new Date() });
    const limit = new Cancellation();
    let waited = 0;
    const timer = setInterval(() => {
      waited += 1;
      if (waited === PARTS) limit.cancel('TIME');
    }, this.answerMs / PARTS);
    const answering = this.registry.answerInternally(route, body, { [GATEWAY_HEADER]: proof }, limit);
    const answer = await limit
      .race(answering)
      .catch((error: unknown) => {
        throw error instanceof Cancelled ? Object.assign(subgraphUnavailable(name), { cause: error }) : error;
      })
      .finally(() => clearInterval(timer));
    if (answer === null) throw new Error(`the registry did not accept the caller at ${route}`);
    if (parts.some((part) => !Object.hasOwn(Object(answer), part))) {
      throw Object.assign(subgraphUnavailable(name), {
        cause: new Error(`what answered at ${route} has no ${parts.join(' and no ')}`),
      });
    }
    return answer;
  }
}
