import { readFileSync } from 'node:fs';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';

interface Context {
  authorization?: string;
}

/** @apollo/gateway as its documentation starts it. */
async function serve(supergraphFile: string): Promise<void> {
  process.env.APOLLO_TELEMETRY_DISABLED = '1';
  const server = new ApolloServer<Context>({
    gateway: new ApolloGateway({
      supergraphSdl: readFileSync(supergraphFile, 'utf8'),
      buildService: ({ url }) =>
        new RemoteGraphQLDataSource<Context>({
          url,
          willSendRequest: ({ request, context }) => {
            if (context.authorization) request.http?.headers.set('authorization', context.authorization);
          },
        }),
    }),
  });
  const { url } = await startStandaloneServer(server, {
    listen: { host: '127.0.0.1', port: 0 },
    context: async ({ req }) => ({ authorization: req.headers.authorization }),
  });
  console.log(`ready ${url}`);
}

void serve(process.argv[2] ?? '');
