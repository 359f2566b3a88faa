import { HeaderMap } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ClientError } from '../subgraphs/kit/errors';
import type { GatewayContext } from './context';
import type { GraphQLServer } from './graphql-server';
import { batchTooLarge } from './limits/refusals';
import type { HttpAnswer } from './operations/known';

/**
 * Answers the operations of one request, a list of them, one after another: a client has no more of the hub at once for
 * asking in a list, and changes are made in their order. Each is limited, identified and accounted for on its own.
 */
export async function answerBatch(
  request: FastifyRequest,
  reply: FastifyReply,
  options: { server: GraphQLServer; limit: number; contextOf(): GatewayContext },
): Promise<string> {
  const { server, limit, contextOf } = options;
  const operations = request.body as readonly unknown[];
  if (operations.length === 0) throw noOperations();
  if (operations.length > limit) throw batchTooLarge(operations.length, limit);
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const { accept } = request.headers;
  const answerOne = async (body: unknown): Promise<Pick<HttpAnswer, 'headers' | 'text'>> => {
    const known = server.known.find(body, accept);
    if (known) return server.known.answer(known, contextOf());
    const answer = await server.apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: 'POST', headers, search: '', body },
      context: async () => contextOf(),
    });
    if (answer.body.kind !== 'complete') throw new Error('the gateway was not told to answer in parts');
    return { headers: answer.headers, text: answer.body.string };
  };
  const answers: string[] = [];
  for (const body of operations) {
    const answer = await answerOne(body);
    answers.push(answer.text.trimEnd());
    for (const [name, value] of answer.headers) if (name !== 'content-length') reply.header(name, value);
  }
  return `[${answers.join(',')}]\n`;
}

const noOperations = (): ClientError =>
  new ClientError('BAD_REQUEST', {
    en: 'The list of operations is empty. Send at least one.',
    zh: '操作列表为空，请至少提交一个操作。',
  });
