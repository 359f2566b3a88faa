import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { fastifyApolloDrainPlugin } from '@as-integrations/fastify';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { accountForSharing } from './access/account';
import type { GrantBook } from './access/grants';
import type { ReceiptSealer } from './access/receipts';
import type { GatewayContext } from './context';
import { Documents, type RegisteredDocuments } from './documents';
import { maskErrors, requireOperation } from './errors';
import { stringifyAnswer } from './executor/rendered';
import type { FederationGateway } from './federation-gateway';
import { DocumentStore } from './limits/document-store';
import type { Limits } from './limits/limits';
import { OperationLimits } from './limits/operations';
import { Rates } from './limits/rates';
import { acceptSubscriptions } from './live/accept';
import type { Metrics } from './observe/metrics';
import { observe } from './observe/observe';
import { KnownOperations } from './operations/known';
import { asPlugin } from './operations/stage';

/** What takes longer is logged with its plan, unless said otherwise. */
const SLOW_MS = 1_000;

export interface GraphQLServerOptions {
  readonly gateway: FederationGateway<GatewayContext>;
  readonly limits: Limits;
  readonly documents?: RegisteredDocuments;
  readonly grants: GrantBook;
  readonly receipts: ReceiptSealer;
  /** What this gateway is called in receipts. */
  readonly name: string;
  readonly metrics: Metrics;
  /** From how many milliseconds on an operation is logged with its plan. */
  readonly slowMs?: number;
  readonly logger: Logger;
}

/** What answers operations. */
export interface GraphQLServer {
  /** Any operation. */
  readonly apollo: ApolloServer<GatewayContext>;
  /** Those that it has answered before, by a shorter way. */
  readonly known: KnownOperations;
}

/**
 * What an operation passes through, in its order: it is looked up, limited, carried out, and accounted for. Started;
 * `app` is drained when it stops.
 */
export async function startGraphQLServer(
  app: FastifyInstance,
  options: GraphQLServerOptions,
): Promise<GraphQLServer> {
  const { gateway, limits, metrics, logger, slowMs = SLOW_MS } = options;
  const operationLimits = new OperationLimits(limits, new Rates(limits));
  const { manifest = new Map(), isSafelist = false } = options.documents ?? {};
  const documents = new Documents(manifest, isSafelist);
  const stages = [
    documents,
    operationLimits,
    requireOperation,
    maskErrors(logger),
    accountForSharing(options),
    observe({ metrics, logger, slowMs }),
  ];
  const known = new KnownOperations(stages, (operation) => gateway.execute(operation));
  gateway.onSchemaLoadOrUpdate(({ apiSchema, coreSupergraphSdl }) => {
    operationLimits.serve(apiSchema, coreSupergraphSdl);
    known.serve(apiSchema);
  });
  const apollo = new ApolloServer<GatewayContext>({
    gateway,
    stringifyResult: stringifyAnswer,
    introspection: true,
    // The limits see to it, in their order; see `OperationLimits`.
    dangerouslyDisableValidation: true,
    documentStore: new DocumentStore(limits),
    persistedQueries: { cache: documents.cache },
    parseOptions: { maxTokens: limits.tokens },
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    logger: logger.child({ part: 'graphql' }, { level: 'warn' }),
    plugins: [
      // The library's own page loads from its vendor; `/graphiql` is ours.
      ApolloServerPluginLandingPageDisabled(),
      fastifyApolloDrainPlugin(app),
      asPlugin(stages),
      acceptSubscriptions,
      known.plugin,
    ],
  });
  await apollo.start();
  return { apollo, known };
}
