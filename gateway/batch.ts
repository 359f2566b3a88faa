import { type ApolloServer, HeaderMap } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ClientError } from '../subgraphs/kit/errors';
import type { GatewayContext } from './context';
import { batchTooLarge } from './limits/refusals';

/**
 * Answers the operations of one request, a list of them, one after another: a client has no more of the hub at once for
 * asking in a list, and changes are made in their order. Each is limited, identified and accounted for on its own.
 */
export async function answerBatch(
  request: FastifyRequest,
  reply: FastifyReply,
  options: { apollo: ApolloServer<GatewayContext>; limit: number; contextOf(): GatewayContext },
): Promise<string> {
  const { apollo, limit, contextOf } = options;
  const operations = request.body as readonly unknown[];
  if (operations.length === 0) throw noOperations();
  if (operations.length > limit) throw batchTooLarge(operations.length, limit);
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const answers: string[] = [];
  for (const body of operations) {
    const answer = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: 'POST', headers, search: '', body },
      context: async () => contextOf(),
    });
    if (answer.body.kind !== 'complete') throw new Error('the gateway was not told to answer in parts');
    answers.push(answer.body.string.trimEnd());
    for (const [name, value] of answer.headers) if (name !== 'content-length') reply.header(name, value);
  }
  return `[${answers.join(',')}]\n`;
}

const noOperations = (): ClientError =>
  new ClientError('BAD_REQUEST', {
    en: 'The list of operations is empty. Send at least one.',
    zh: '操作列表为空，请至少提交一个操作。',
  });
