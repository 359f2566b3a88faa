import type { ApolloServer, HTTPGraphQLHead } from '@apollo/server';
import type { FormattedExecutionResult } from 'graphql';
import type { Language } from '../../subgraphs/kit/language';
import type { Tracing } from '../../subgraphs/kit/tracing';
import type { Bearer } from '../access/tokens';
import type { Caller, Viewers } from '../access/viewers';
import { GatewayContext, type Origin } from '../context';
import type { Load } from '../faults/load';
import type { Limits } from '../limits/limits';
import { checkParameters } from '../limits/parameters';
import { overloaded } from '../limits/refusals';
import type { OperationParameters } from '../operations/parameters';
import type { StreamRequest } from './accept';
import type { Live, Opening } from './live';

/** Who is at the door. */
export interface Visitor {
  readonly bearer: Bearer | null;
  readonly caller: Caller | null;
  readonly language: Language;
}

/** What became of an operation: a subscription that may begin, or the one result that it has. */
export type Admission =
  | { readonly kind: 'subscription'; readonly opening: Extract<Opening, { errors?: undefined }> }
  | { readonly kind: 'result'; readonly result: FormattedExecutionResult; readonly http?: HTTPGraphQLHead };

/** Lets an operation of any kind in that came over a connection for many results. */
export class Door {
  constructor(
    private readonly apollo: ApolloServer<GatewayContext>,
    private readonly live: Live,
    private readonly viewers: Viewers,
    private readonly limits: Limits,
    private readonly load: Load,
    private readonly tracing?: Tracing,
  ) {}

  /** Throws a sentence for the client when the operation is larger, or there is more to do, than the hub takes. */
  async admit(
    parameters: OperationParameters,
    visitor: Visitor,
    origin: Origin,
    isSafe = false,
  ): Promise<Admission> {
    if (!this.load.hasRoom) throw overloaded();
    checkParameters(parameters, this.limits);
    const stream: StreamRequest = { isSafe, accepted: null };
    const span = origin.span ?? this.tracing?.begin('operation');
    const context = new GatewayContext(this.viewers, visitor.caller, visitor.language, stream, {
      ...origin,
      span,
    });
    const { body } = await this.load.during(() =>
      this.apollo.executeOperation(parameters, { contextValue: context }),
    );
    if (body.kind !== 'single') throw new Error('the gateway was not told to answer in parts');
    if (!stream.accepted) return { kind: 'result', result: body.singleResult };
    const opening = await this.live.open(stream.accepted, {
      ...visitor,
      ...context.ids,
      trace: span?.context,
      wantsPlaces: context.places !== null,
    });
    return opening.errors
      ? { kind: 'result', result: { errors: opening.errors } }
      : { kind: 'subscription', opening };
  }
}
