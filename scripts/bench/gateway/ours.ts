import { readFileSync } from 'node:fs';
import { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import Fastify, { type FastifyRequest } from 'fastify';
import pino from 'pino';
import { GatewayContext } from '../../../gateway/context';
import { maskErrors, requireOperation } from '../../../gateway/errors';
import { stringifyAnswer } from '../../../gateway/executor/rendered';
import { FederationGateway } from '../../../gateway/federation-gateway';
import { KnownOperations } from '../../../gateway/operations/known';
import { asPlugin } from '../../../gateway/operations/stage';
import { HttpSubgraphLink } from '../../../gateway/subgraph-link';
import type { RequestHeaders } from '../../../subgraphs/kit/subgraph';

/** Asks subgraphs as the client asked: the peers sign no viewers either. */
class BenchContext extends GatewayContext {
  constructor(private readonly authorization: string | undefined) {
    super({ headerFor: () => '', traceProofFor: () => '' }, null, 'en');
  }

  override headersFor(): RequestHeaders {
    return this.authorization === undefined ? {} : { authorization: this.authorization };
  }
}

/** Our executor, server and links, without tokens, limits and receipts: what the peers do, and no more. */
async function serve(supergraphFile: string, subgraphsUrl: string): Promise<void> {
  const links = new Map<string, HttpSubgraphLink>();
  const linkTo = (name: string) => {
    let link = links.get(name);
    if (!link) {
      link = new HttpSubgraphLink(name, new URL(`${subgraphsUrl}/${name}`), 30_000);
      links.set(name, link);
    }
    return link;
  };
  const logger = pino({ level: 'silent' });
  const gateway = new FederationGateway<GatewayContext>(
    readFileSync(supergraphFile, 'utf8'),
    (context, name, request) => linkTo(name).answer(request, context.headersFor(name)),
    logger,
  );
  const stages = [requireOperation, maskErrors(logger)];
  const known = new KnownOperations(stages, (operation) => gateway.execute(operation));
  gateway.onSchemaLoadOrUpdate(({ apiSchema }) => known.serve(apiSchema));
  const apollo = new ApolloServer<GatewayContext>({
    gateway,
    stringifyResult: stringifyAnswer,
    plugins: [asPlugin(stages), known.plugin],
  });
  await apollo.start();
  const contextOf = ({ headers }: FastifyRequest) => new BenchContext(headers.authorization);
  const answerUnknown = fastifyApolloHandler(apollo, { context: async (request) => contextOf(request) });
  const app = Fastify();
  app.post('/graphql', async (request, reply) => {
    const { accept } = request.headers;
    const operation = known.find(request.body, accept);
    if (!operation) return answerUnknown.call(app, request, reply);
    const { headers, text } = await known.answer(operation, contextOf(request));
    for (const [name, value] of headers) reply.header(name, value);
    return text;
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  console.log(`ready ${url}/graphql`);
}

void serve(process.argv[2] ?? '', process.argv[3] ?? '');
