import { GraphQLError, getOperationAST, parse } from 'graphql';
import { SHARING_EXTENSION } from '../../subgraphs/kit/disclosures';
import { ClientError } from '../../subgraphs/kit/errors';
import { languageOf } from '../../subgraphs/kit/language';
import { type AccessEdge, statusOf, type Visit } from './edge';

interface Result {
  data?: unknown;
  errors?: readonly unknown[];
  extensions?: Record<string, unknown>;
}

interface Context {
  readonly request: Request;
  readonly params?: { readonly query?: string; readonly operationName?: string | null };
}

interface SubgraphExecution {
  readonly subgraphName: string;
  readonly executionRequest: {
    readonly operationType?: string;
    readonly context?: Context;
    extensions?: Record<string, unknown>;
  };
}

interface Done {
  readonly result: Result;
  setResult(result: Result): void;
}

/**
 * The hub's edge as a plugin of Hive Gateway. Its types are the few that it needs of the library's, which is none of the
 * hub's dependencies. Requests must not be answered for each other: no inbound deduplication, no cache of answers.
 */
export function hiveAccess(edge: Pick<AccessEdge, 'meet' | 'headersFor' | 'note' | 'account'>) {
  const visits = new WeakMap<Request, Visit>();
  return {
    async onContextBuilding({ context }: { context: Context }): Promise<void> {
      const { headers } = context.request;
      try {
        visits.set(context.request, await edge.meet((name) => headers.get(name)));
      } catch (error) {
        throw asGraphQLError(error, headers.get('accept-language'));
      }
    },

    onSubgraphExecute({ subgraphName, executionRequest }: SubgraphExecution) {
      const request = executionRequest.context?.request;
      const visit = request && visits.get(request);
      // What the gateway asks for itself is asked as nobody.
      if (!visit) return undefined;
      executionRequest.extensions = {
        ...executionRequest.extensions,
        headers: {
          ...(executionRequest.extensions?.headers as Record<string, string> | undefined),
          ...edge.headersFor(subgraphName, visit),
        },
      };
      const isChange = executionRequest.operationType === 'mutation';
      return ({ result }: Done) => edge.note(visit, { extensions: result.extensions, isChange });
    },

    async onExecutionResult({ context, result, setResult }: Done & { context: Context }): Promise<void> {
      const visit = visits.get(context.request);
      if (!visit) return;
      const { [SHARING_EXTENSION]: _, ...extensions } = result.extensions ?? {};
      try {
        const sharing = await edge.account(visit, () => operationNameOf(context));
        const said = { ...extensions, ...sharing };
        const { extensions: __, ...rest } = result;
        setResult(Object.keys(said).length > 0 ? { ...rest, extensions: said } : rest);
      } catch (error) {
        setResult({ data: null, errors: [asGraphQLError(error, visit.language)] });
      }
    },
  };
}

/** What an operation is called: clients need not say so of the only one of a document. */
function operationNameOf({ params: { query, operationName } = {} }: Context): string | null {
  if (operationName != null || query === undefined) return operationName ?? null;
  return getOperationAST(parse(query, { noLocation: true }))?.name?.value ?? null;
}

function asGraphQLError(error: unknown, language: string | null): unknown {
  if (!(error instanceof ClientError)) return error;
  const { code, text, details } = error;
  return new GraphQLError(text[languageOf(language ?? undefined)], {
    extensions: { code, ...details, http: { status: statusOf(error) } },
  });
}
