import { type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import { GraphQLError } from 'graphql';
import { ClientError } from '../../subgraphs/kit/errors';
import type { Text } from '../../subgraphs/kit/language';
import type { GatewayContext } from '../context';
import type { SubscriptionRequest } from './operation';

/** Where a request that may be a subscription leaves what it turned out to be. */
export interface StreamRequest {
  /** Whether it came by a method that must change nothing. */
  readonly isSafe: boolean;
  accepted: SubscriptionRequest | null;
}

const NEEDS_STREAM: Text = {
  en: 'A subscription has many results. Ask for it with accept: text/event-stream, or over a WebSocket with the graphql-transport-ws protocol.',
  zh: '订阅会产生多个结果，请使用 accept: text/event-stream，或通过 graphql-transport-ws 协议的 WebSocket 发起。',
};

const NEEDS_POST: Text = {
  en: 'A GET request may not change anything. Send mutations with POST.',
  zh: 'GET 请求不得修改数据，请使用 POST 发送 mutation。',
};

/**
 * Lets subscriptions through the same door as all operations, with the same limits and checks, up to where others are
 * carried out: there it is noted what was asked, and the rest is `Live`'s.
 */
export const acceptSubscriptions: ApolloServerPlugin<GatewayContext> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ operation, contextValue: { stream } }) {
        if (operation?.operation === 'mutation' && stream?.isSafe) refuse('BAD_REQUEST', NEEDS_POST, 405);
        if (operation?.operation === 'subscription' && !stream) {
          refuse('OPERATION_RESOLUTION_FAILURE', NEEDS_STREAM, 406);
        }
      },
      async responseForOperation({ operation, schema, document, request, contextValue: { stream } }) {
        if (operation.operation !== 'subscription' || !stream) return null;
        stream.accepted = { schema, document, operation, variables: request.variables ?? {} };
        const http = { status: 200, headers: new HeaderMap() };
        return { http, body: { kind: 'single', singleResult: { data: null } } };
      },
    };
  },
};

function refuse(code: 'BAD_REQUEST' | 'OPERATION_RESOLUTION_FAILURE', text: Text, status: number): never {
  throw new GraphQLError(text.en, {
    originalError: new ClientError(code, text),
    extensions: { http: { status } },
  });
}
