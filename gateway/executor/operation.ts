import { type Operation, operationFromDocument, type Supergraph } from '@apollo/federation-internals';
import type { QueryPlan, QueryPlanner } from '@apollo/query-planner';
import {
  type DocumentNode,
  executeSync,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { INTROSPECTION_FIELDS, isSkipped, Shape } from './shape';
import { compileSteps, type IsTrue, type Step } from './steps';

export type Variables = Readonly<Record<string, unknown>>;

/** What operations are compiled against. */
export interface Graph {
  readonly supergraph: Supergraph;
  readonly planner: QueryPlanner;
  /** What clients see, and everything, as graphql-js knows schemas. */
  readonly apiSchema: GraphQLSchema;
  readonly supergraphSchema: GraphQLSchema;
}

/** An operation for given values of the variables by which it skips and includes. */
export interface Variant {
  readonly steps: readonly Step[];
  readonly shape: Shape;
  /** The root fields that ask for the schema, by their response names. */
  readonly introspection: readonly FieldNode[];
}

// A client that sends ever other combinations makes the last ones anew.
const VARIANTS_KEPT = 64;

/** One operation of a document, planned once, and compiled once for each way of skipping parts of it. */
export class CompiledOperation {
  readonly #plan: QueryPlan;
  readonly #conditions: readonly string[];
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #variants = new Map<string, Variant>();

  /** Throws what the planner says of operations that it will not plan. */
  constructor(
    private readonly graph: Graph,
    document: DocumentNode,
    readonly definition: OperationDefinitionNode,
  ) {
    const { supergraph, planner } = graph;
    const operation: Operation = operationFromDocument(supergraph.apiSchema(), document, {
      operationName: definition.name?.value,
      validate: false,
    });
    this.#plan = planner.buildQueryPlan(operation);
    this.#conditions = conditionsOf(document);
    this.#fragments = new Map(
      document.definitions.flatMap((d) =>
        d.kind === Kind.FRAGMENT_DEFINITION ? [[d.name.value, d] as const] : [],
      ),
    );
  }

  /** Throws when the planner's plan is not of a query or mutation. */
  variantFor(variables: Variables): Variant {
    const isTrue: IsTrue = (name) => this.#valueOf(name, variables) === true;
    const key = this.#conditions.map((name) => (isTrue(name) ? '1' : '0')).join('');
    let variant = this.#variants.get(key);
    if (!variant) {
      variant = this.#compile(isTrue);
      if (this.#variants.size >= VARIANTS_KEPT) this.#variants.clear();
      this.#variants.set(key, variant);
    }
    return variant;
  }

  #valueOf(name: string, variables: Variables): unknown {
    if (Object.hasOwn(variables, name) && variables[name] !== undefined) return variables[name];
    const definition = this.definition.variableDefinitions?.find((v) => v.variable.name.value === name);
    return definition?.defaultValue?.kind === Kind.BOOLEAN ? definition.defaultValue.value : undefined;
  }

  #compile(isTrue: IsTrue): Variant {
    const { apiSchema, supergraphSchema } = this.graph;
    const { operation, selectionSet } = this.definition;
    const root = apiSchema.getRootType(operation);
    if (!root) throw new Error(`the schema has no ${operation}`);
    const options = { schema: apiSchema, fragments: this.#fragments, isTrue };
    return {
      steps: compileSteps(this.#plan, supergraphSchema, isTrue),
      shape: new Shape(options, root, selectionSet),
      introspection: [...this.#introspectionIn(selectionSet, isTrue)],
    };
  }

  *#introspectionIn({ selections }: SelectionSetNode, isTrue: IsTrue): Generator<FieldNode> {
    for (const selection of selections) {
      if (isSkipped(selection, isTrue)) continue;
      if (selection.kind === Kind.FIELD) {
        if (INTROSPECTION_FIELDS.has(selection.name.value)) yield selection;
        continue;
      }
      const set =
        selection.kind === Kind.INLINE_FRAGMENT
          ? selection.selectionSet
          : this.#fragments.get(selection.name.value)?.selectionSet;
      if (set) yield* this.#introspectionIn(set, isTrue);
    }
  }

  /** The JSON of the root fields that ask for the schema, by their response names. */
  introspect(fields: readonly SelectionNode[], variables: Variables): ReadonlyMap<string, string> {
    const document: DocumentNode = {
      kind: Kind.DOCUMENT,
      definitions: [
        { ...this.definition, selectionSet: { kind: Kind.SELECTION_SET, selections: fields } },
        ...this.#fragments.values(),
      ],
    };
    const { data, errors } = executeSync({
      schema: this.graph.apiSchema,
      document,
      variableValues: variables,
    });
    if (errors?.[0]) throw errors[0];
    return new Map(Object.entries(data ?? {}).map(([name, value]) => [name, JSON.stringify(value)]));
  }
}

/** The variables by which a document skips or includes parts. */
function conditionsOf(document: DocumentNode): string[] {
  const names = new Set<string>();
  visit(document, {
    Directive: ({ name, arguments: args }) => {
      if (name.value !== 'skip' && name.value !== 'include') return;
      for (const { value } of args ?? []) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
}
