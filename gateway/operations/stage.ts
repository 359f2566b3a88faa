import type { ApolloServerPlugin } from '@apollo/server';
import type { DocumentNode, FormattedExecutionResult, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { GatewayContext } from '../context';

/** An operation as it was asked for; what is missing could not be made out. */
export interface AskedOperation {
  readonly context: GatewayContext;
  readonly schema: GraphQLSchema;
  /** The document as it was sent. */
  readonly source: string | undefined;
  readonly document: DocumentNode | undefined;
  /** The one to carry out. */
  readonly operation: OperationDefinitionNode | undefined;
  /** As the request names it. */
  readonly operationName: string | null | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  /** The media types that the client takes, in its own words. */
  readonly accept: string | undefined;
}

/** One whose document was read. */
export type ReadOperation = AskedOperation & { readonly source: string; readonly document: DocumentNode };

/** What an operation is answered with, while the stages work on it. */
export interface Reply {
  readonly http: { status?: number; readonly headers: Map<string, string> };
  readonly result: { -readonly [Key in keyof FormattedExecutionResult]: FormattedExecutionResult[Key] };
  /** What went wrong, as it was thrown. */
  readonly errors: readonly Error[];
}

/** One of the things that every operation passes, by whichever way it comes. */
export interface Stage {
  /** Refuses an operation by throwing. */
  admit?(asked: ReadOperation): void;
  /** Has its say in the answer. */
  complete?(reply: Reply, asked: AskedOperation): void | Promise<void>;
}

/** Stages as the server knows them, for operations that come by it. */
export const asPlugin = (stages: readonly Stage[]): ApolloServerPlugin<GatewayContext> => ({
  requestDidStart: async () => ({
    async didResolveOperation(of) {
      const { source, document } = of;
      for (const stage of stages) stage.admit?.({ ...askedOf(of), source, document });
    },
    async willSendResponse(of) {
      const { http, body } = of.response;
      if (body.kind !== 'single') return;
      const reply: Reply = { http, result: body.singleResult, errors: of.errors ?? [] };
      const asked = askedOf(of);
      for (const stage of stages) await stage.complete?.(reply, asked);
    },
  }),
});

type Of = Pick<AskedOperation, 'schema'> & {
  readonly contextValue: GatewayContext;
  readonly source?: string;
  readonly document?: DocumentNode;
  readonly operation?: OperationDefinitionNode;
  readonly request: {
    readonly operationName?: string;
    readonly variables?: Record<string, unknown>;
    readonly http?: { readonly headers: Map<string, string> };
  };
};

const askedOf = ({ contextValue, schema, source, document, operation, request }: Of): AskedOperation => ({
  ...{ context: contextValue, schema, source, document, operation },
  operationName: request.operationName,
  variables: request.variables ?? {},
  accept: request.http?.headers.get('accept'),
});
