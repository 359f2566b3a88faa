import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  validate,
  visit,
} from 'graphql';
import type { AskedOperation, ReadOperation, Reply, Stage } from '../operations/stage';
import { CostCompiler, type OperationCost } from './cost';
import { extentRefusal } from './extent';
import type { Limits } from './limits';
import type { Rates } from './rates';
import { Invalid, introspectionDisabled, listTooLarge, rateLimited, refusal, tooCostly } from './refusals';
import { readWeights, type Weights } from './weights';

/** What became of looking at a document: why it is refused, or what its operations cost. */
type Verdict =
  | { readonly refused: GraphQLError }
  | {
      readonly refused?: undefined;
      readonly costOf: (operation: OperationDefinitionNode) => (variables: Variables) => OperationCost;
      readonly asksForSchema: boolean;
    };

type Variables = Readonly<Record<string, unknown>>;

interface Graph {
  readonly weights: Weights;
  readonly verdicts: WeakMap<DocumentNode, Verdict>;
}

/**
 * Looks at each operation before it is planned: first whether its document is larger than the hub takes, then whether it
 * is valid, then what it costs with the variables of the request, and whether its unit may ask for so much. What is said
 * of a document is kept with it. The server itself is told not to validate, because it would do so first.
 */
export class OperationLimits implements Stage {
  readonly #graphs = new WeakMap<GraphQLSchema, Graph>();

  constructor(
    private readonly limits: Limits,
    private readonly rates: Rates,
  ) {}

  /** Told of each supergraph that the gateway serves. */
  serve(schema: GraphQLSchema, supergraphSdl: string): void {
    this.#graphs.set(schema, { weights: readWeights(supergraphSdl), verdicts: new WeakMap() });
  }

  admit({ context, schema, document, operation, variables }: ReadOperation): void {
    const verdict = this.#verdictOf(schema, document);
    if (verdict.refused) throw verdict.refused;
    if (verdict.asksForSchema && !context.caller && !this.limits.anonymousIntrospection) {
      throw refusal(introspectionDisabled());
    }
    if (!operation) return;
    const found = verdict.costOf(operation)(variables);
    context.cost = found.cost;
    this.#refuseLarge(found);
    const wait = this.rates.take(context.account, Math.max(1, found.cost));
    if (wait !== null) throw refusal(rateLimited(wait), 429, wait);
  }

  complete({ result }: Reply, { context }: AskedOperation): void {
    const { cost, account } = context;
    if (cost === null || !context.wants('cost')) return;
    result.extensions = {
      ...result.extensions,
      cost: { estimated: cost, limit: this.limits.cost, left: this.rates.leftOf(account) },
    };
  }

  #refuseLarge({ cost, largest }: OperationCost): void {
    const { cost: costLimit, listSize } = this.limits;
    if (largest && largest.size > listSize) {
      throw refusal(listTooLarge(largest.field, largest.size, listSize));
    }
    if (cost > costLimit) throw refusal(tooCostly(cost, costLimit));
  }

  #verdictOf(schema: GraphQLSchema, document: DocumentNode): Verdict {
    const graph = this.#graphs.get(schema);
    if (!graph) throw new Error('the operation is of no supergraph that is served');
    let verdict = graph.verdicts.get(document);
    if (!verdict) {
      verdict = this.#judge(schema, document, graph);
      graph.verdicts.set(document, verdict);
    }
    return verdict;
  }

  #judge(schema: GraphQLSchema, document: DocumentNode, { weights }: Graph): Verdict {
    const tooLarge = extentRefusal(document, this.limits);
    if (tooLarge) return { refused: refusal(tooLarge) };
    const errors = validate(schema, document);
    if (errors.length > 0) return { refused: new Invalid(errors) };
    const fragments = new Map<string, FragmentDefinitionNode>();
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
    }
    const roots = {
      query: schema.getQueryType()?.name,
      mutation: schema.getMutationType()?.name,
      subscription: schema.getSubscriptionType()?.name,
    };
    const compiler = new CostCompiler(weights, roots, fragments);
    const compiled = new Map<OperationDefinitionNode, (variables: Variables) => OperationCost>();
    return {
      asksForSchema: asksForSchema(document),
      costOf: (operation) => {
        let cost = compiled.get(operation);
        if (!cost) {
          cost = compiler.compile(operation);
          compiled.set(operation, cost);
        }
        return cost;
      },
    };
  }
}

function asksForSchema(document: DocumentNode): boolean {
  let isAsked = false;
  visit(document, {
    enter: (node) => {
      if (node.kind !== Kind.FIELD) return;
      if (node.name.value === '__schema' || node.name.value === '__type') isAsked = true;
    },
  });
  return isAsked;
}
