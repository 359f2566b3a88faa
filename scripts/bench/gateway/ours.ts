import { readFileSync } from 'node:fs';
import { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import Fastify from 'fastify';
import pino from 'pino';
import { stringifyAnswer } from '../../../gateway/executor/rendered';
import { FederationGateway } from '../../../gateway/federation-gateway';
import { HttpSubgraphLink } from '../../../gateway/subgraph-link';
import type { SubgraphResponse } from '../../../subgraphs/kit/subgraph';

/** Our executor, server and links, without tokens and receipts: what the peers do, and no more. */
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
  interface Context {
    authorization?: string;
  }
  const apollo = new ApolloServer<Context>({
    gateway: new FederationGateway(
      readFileSync(supergraphFile, 'utf8'),
      async ({ authorization }: Context, name, request): Promise<SubgraphResponse> =>
        linkTo(name).answer(request, authorization === undefined ? {} : { authorization }),
      pino({ level: 'silent' }),
    ),
    stringifyResult: stringifyAnswer,
  });
  await apollo.start();
  const app = Fastify();
  app.post(
    '/graphql',
    fastifyApolloHandler(apollo, {
      context: async ({ headers }) => ({ authorization: headers.authorization }),
    }),
  );
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  console.log(`ready ${url}/graphql`);
}

void serve(process.argv[2] ?? '', process.argv[3] ?? '');
