import type { Logger } from 'pino';
import { Cancellation, Cancelled } from '../subgraphs/kit/cancellation';
import { SHARING_EXTENSION, type SharingReport } from '../subgraphs/kit/disclosures';
import { ClientError, subgraphUnavailable } from '../subgraphs/kit/errors';
import type { Language } from '../subgraphs/kit/language';
import {
  GRANTS_LAPSED_EXTENSION,
  type RequestHeaders,
  type SubgraphResponse,
  VIEWER_REFUSED_EXTENSION,
} from '../subgraphs/kit/subgraph';
import type { Span } from '../subgraphs/kit/tracing';
import { VIEWER_HEADER } from '../subgraphs/kit/viewer';
import type { GrantBook } from './access/grants';
import type { GatewayContext } from './context';
import { Circuit } from './faults/circuit';
import { FAULT_SETTINGS, type FaultSettings } from './faults/settings';
import { SharedReads } from './faults/shared-reads';
import { beginCall, codeOf, endCall } from './observe/call-spans';
import {
  isLost,
  isUnsent,
  type LinkRequest,
  outcomeUnknown,
  type SubgraphLink,
  timeIsOver,
} from './subgraph-link';

const REGISTRY = 'registry';
/** Before what could not be sent is sent again. */
const RETRY_PAUSE_MS = 50;
/** Longer requests are seldom the same, and cost more to tell apart. */
const SHARED_CHARACTERS = 32_768;

/** What a subgraph is asked. */
export type SubgraphCall = LinkRequest & { readonly isMutation?: boolean };

/** What became of a call. */
export type CallOutcome = 'ok' | 'errors' | 'failed' | 'refused' | 'cancelled';

/** Told of each call when it has ended. */
export type OnCall = (call: {
  readonly context: GatewayContext;
  readonly subgraph: string;
  readonly request: SubgraphCall;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly outcome: CallOutcome;
}) => void;

export interface SubgraphCallsOptions {
  readonly links: ReadonlyMap<string, SubgraphLink>;
  readonly grants: GrantBook;
  readonly logger: Logger;
  readonly faults?: Partial<FaultSettings>;
  readonly onCall?: OnCall;
}

/**
 * The subgraphs as the executor calls them, on behalf of a request's caller. A subgraph that does not answer costs its
 * own fields. What it says of sharing, beside its answer, is the gateway's to know.
 */
export class SubgraphCalls {
  readonly #circuits = new Map<string, Circuit>();
  readonly #reads = new SharedReads();
  readonly #settings: FaultSettings;

  constructor(private readonly options: SubgraphCallsOptions) {
    this.#settings = { ...FAULT_SETTINGS, ...options.faults };
  }

  /** The subgraphs that are left alone because they failed. */
  get leftAlone(): readonly string[] {
    return [...this.#circuits].filter(([, circuit]) => circuit.isLeftAlone()).map(([name]) => name);
  }

  /** Never throws. */
  async call(context: GatewayContext, subgraph: string, request: SubgraphCall): Promise<SubgraphResponse> {
    const { language, disclosures } = context;
    const startedAt = performance.now();
    let outcome: CallOutcome = 'ok';
    const link = this.options.links.get(subgraph);
    const span = beginCall(context.span, subgraph, link);
    let code: string | null = null;
    try {
      if (!link) throw new Error(`the supergraph names the subgraph ${subgraph}, to which there is no link`);
      const answer = request.isMutation
        ? await this.#change(context, link, request, span)
        : await this.#read(context, link, request, span);
      const report = answer.extensions?.[SHARING_EXTENSION];
      if (report) {
        disclosures.union(report as SharingReport);
        context.places?.mark(answer.data, report as SharingReport);
      }
      if (answer.errors?.length) outcome = 'errors';
      code = codeOf(answer);
      return answer.extensions?.[GRANTS_LAPSED_EXTENSION] ? explained(answer, subgraph, language) : answer;
    } catch (error) {
      outcome = error instanceof Cancelled ? 'cancelled' : error instanceof LeftAlone ? 'refused' : 'failed';
      this.#log(error, outcome, context, subgraph);
      const sentence = sentenceFor(error, subgraph);
      const { text, details } = sentence;
      code = sentence.code;
      return { data: null, errors: [{ message: text[language], extensions: { code, ...details } }] };
    } finally {
      endCall(span, outcome, code);
      this.options.onCall?.({ context, subgraph, request, startedAt, endedAt: performance.now(), outcome });
    }
  }

  async #change(
    context: GatewayContext,
    link: SubgraphLink,
    request: SubgraphCall,
    span: Span | null,
  ): Promise<SubgraphResponse> {
    // What nobody waits for any more is changed all the same, unless it has not begun.
    if (context.cancellation.error) throw context.cancellation.error;
    this.#reads.startOver();
    const patient = new Cancellation();
    const forget = context.cancellation.onCancel(({ reason }) => {
      if (reason === 'TIME') patient.cancel(reason);
    });
    try {
      const answer = await this.#ask(link, request, () => context.headersFor(link.name, span), patient);
      if (link.name === REGISTRY) await this.#refreshGrants(context, patient);
      return answer;
    } catch (error) {
      throw error instanceof Cancelled ? outcomeUnknown(link.name) : error;
    } finally {
      forget();
      this.#reads.startOver();
    }
  }

  async #read(
    context: GatewayContext,
    link: SubgraphLink,
    request: SubgraphCall,
    span: Span | null,
  ): Promise<SubgraphResponse> {
    const { cancellation } = context;
    if (cancellation.error) throw cancellation.error;
    const headersOf = () => context.headersFor(link.name, span);
    const text = request.toText?.();
    if (text === undefined || text.length > SHARED_CHARACTERS) {
      return this.#ask(link, request, headersOf, cancellation);
    }
    // The viewer names the user with unit, roles and purpose, and the grants that open something there.
    const viewer = headersOf()[VIEWER_HEADER] ?? '';
    const key = `${link.name}\n${viewer}\n${context.language} ${context.places ? 'places' : ''}\n${text}`;
    let isOwn = false;
    const answer = await this.#reads.read(key, cancellation, (given) => {
      isOwn = true;
      return this.#ask(link, request, headersOf, given);
    });
    if (!isOwn) span?.set({ 'hub.call.shared': true });
    return answer;
  }

  /** Asks, unless the subgraph is left alone, and once more when that is safe and may help. */
  async #ask(
    link: SubgraphLink,
    request: SubgraphCall,
    headersOf: () => RequestHeaders,
    cancellation: Cancellation,
  ): Promise<SubgraphResponse> {
    const circuit = this.#circuitOf(link.name);
    for (let attempt = 1; ; attempt += 1) {
      if (!circuit.admits()) throw new LeftAlone(link.name);
      const ended = circuit.begun();
      try {
        const answer = await this.#askOnce(link, request, headersOf(), cancellation);
        if (circuit.succeeded())
          this.options.logger.warn({ subgraph: link.name }, 'a subgraph answers again');
        if (this.#mayOpenMore(answer, request, attempt)) continue;
        if (!answer.extensions?.[VIEWER_REFUSED_EXTENSION]) return answer;
        // It hung until the viewer's signature had run out. Nobody changes anything, so nothing was.
        if (attempt > 1) throw viewerRefused(link.name);
        continue;
      } catch (error) {
        // That its client went is not the subgraph's fault; that the time was over before it answered may be.
        const isItsFault = !(error instanceof Cancelled) || error.reason === 'TIME';
        if (isItsFault && circuit.failed()) {
          this.options.logger.error(
            { subgraph: link.name },
            'a subgraph fails and is left alone for a while',
          );
        }
        if (error instanceof Cancelled) throw error;
        const { cause } = error as Error;
        const isSafe = isUnsent(cause) || (!request.isMutation && isLost(cause));
        if (attempt > 1 || !isSafe || circuit.isOpen || cancellation.error) throw error;
      } finally {
        ended();
      }
      await cancellation.race(pause(RETRY_PAUSE_MS * (0.5 + Math.random())));
    }
  }

  /** Whether grants were too old on arrival, as in a subgraph that hung for a moment, and would not be now. */
  #mayOpenMore({ extensions }: SubgraphResponse, { isMutation }: SubgraphCall, attempt: number): boolean {
    const haveLapsed = extensions?.[GRANTS_LAPSED_EXTENSION] === true;
    return haveLapsed && attempt === 1 && !isMutation && this.options.grants.areConfirmed;
  }

  async #askOnce(
    link: SubgraphLink,
    request: SubgraphCall,
    headers: RequestHeaders,
    cancellation: Cancellation,
  ): Promise<SubgraphResponse> {
    // One behind HTTP keeps its own time, and is hung up on.
    if (link.timeoutMs !== undefined) return link.answer(request, headers, cancellation);
    const limit = new Cancellation();
    const forget = cancellation.onCancel(({ reason }) => limit.cancel(reason));
    const timer = setTimeout(() => limit.cancel('TIME'), this.#settings.subgraphTimeoutMs);
    try {
      return await limit.race(link.answer(request, headers, limit));
    } catch (error) {
      if (!(error instanceof Cancelled) || cancellation.error) throw error;
      throw Object.assign((request.isMutation ? outcomeUnknown : subgraphUnavailable)(link.name), {
        cause: error,
      });
    } finally {
      clearTimeout(timer);
      forget();
    }
  }

  #circuitOf(subgraph: string): Circuit {
    let circuit = this.#circuits.get(subgraph);
    if (!circuit) {
      circuit = new Circuit(this.#settings);
      this.#circuits.set(subgraph, circuit);
    }
    return circuit;
  }

  #log(error: unknown, outcome: CallOutcome, { ids }: GatewayContext, subgraph: string): void {
    const { logger } = this.options;
    if (outcome === 'failed') logger.error({ err: error, ...ids, subgraph }, 'a subgraph did not answer');
    else logger.debug({ ...ids, subgraph, outcome }, 'a subgraph was not asked to the end');
  }

  /**
   * What this gateway carried out counts here from now on, and not only once the registry is asked again. When it cannot
   * be asked, grants lapse within a second; what was carried out stands all the same.
   */
  async #refreshGrants({ ids }: GatewayContext, cancellation: Cancellation): Promise<void> {
    const { grants, logger } = this.options;
    await cancellation
      .race(grants.refresh())
      .catch((error: unknown) => logger.warn({ err: error, ...ids }, 'grants are not fresh'));
  }
}

/** That a subgraph was not asked, because it failed before. */
class LeftAlone extends Error {
  constructor(subgraph: string) {
    super(`${subgraph} is left alone for a while`);
  }
}

/** A fresh one was refused too: the clocks of the two are apart, or their secrets. */
const viewerRefused = (subgraph: string): Error =>
  Object.assign(subgraphUnavailable(subgraph), {
    cause: new Error(`${subgraph} does not take the viewers that this gateway signs`),
  });

/** What grants would have opened is missing, and not because there is none: the answer says so. */
function explained(answer: SubgraphResponse, subgraph: string, language: Language): SubgraphResponse {
  const { code, text } = GRANTS_UNCONFIRMED;
  const error = { message: text[language], extensions: { code, subgraph } };
  return { ...answer, errors: [...(answer.errors ?? []), error] };
}

const GRANTS_UNCONFIRMED = new ClientError('GRANTS_UNCONFIRMED', {
  en: 'Your grants could not be confirmed in time, so what they open is missing. Try again shortly.',
  zh: '未能及时确认您的授权，授权可见的内容因此缺失，请稍后重试。',
});

function sentenceFor(error: unknown, subgraph: string): ClientError {
  if (error instanceof ClientError) return error;
  return error instanceof Cancelled ? timeIsOver(subgraph) : subgraphUnavailable(subgraph);
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
