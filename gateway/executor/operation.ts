import { setImmediate } from 'node:timers/promises';
import { operationFromDocument, type Supergraph } from '@apollo/federation-internals';
import type { QueryPlanner } from '@apollo/query-planner';
import {
  type DirectiveNode,
  type DocumentNode,
  executeSync,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { INTROSPECTION_FIELDS, Shape } from './shape';
import { compileSteps, type Step } from './steps';

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;
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
  readonly definition: OperationDefinitionNode;
  readonly fragments: Fragments;
  readonly steps: readonly Step[];
  readonly shape: Shape;
  /** The root fields that ask for the schema, by their response names. */
  readonly introspection: readonly FieldNode[];
}

// A client that sends ever other combinations makes the last ones anew.
const VARIANTS_KEPT = 64;

/**
 * One operation of a document. What it skips and includes is decided before it is planned, so that there is a plan for
 * each combination that requests come with, and none fetches what the request leaves out.
 */
export class CompiledOperation {
  readonly #conditions: readonly string[];
  readonly #variants = new Map<string, Variant>();
  /** How often it was carried out. */
  uses = 0;

  constructor(
    private readonly graph: Graph,
    readonly document: DocumentNode,
    readonly definition: OperationDefinitionNode,
  ) {
    this.#conditions = conditionsOf(document);
  }

  /** Plans and compiles unless that has been done. Throws what the planner says of operations that it will not plan. */
  variantFor(variables: Variables): Variant {
    let key = '';
    for (const name of this.#conditions) key += this.#isTrue(name, variables) ? '1' : '0';
    let variant = this.#variants.get(key);
    if (!variant) {
      variant = this.#compile((name) => this.#isTrue(name, variables));
      if (this.#variants.size >= VARIANTS_KEPT) this.#variants.clear();
      this.#variants.set(key, variant);
    }
    return variant;
  }

  /** Plans and compiles for all conditions under which the same operation was asked on another graph. */
  async planAs(other: CompiledOperation): Promise<void> {
    for (const key of other.#variants.keys()) {
      const isTrue: IsTrue = (name) => key[this.#conditions.indexOf(name)] === '1';
      this.#variants.set(key, this.#compile(isTrue));
      await setImmediate();
    }
  }

  #isTrue(name: string, variables: Variables): boolean {
    if (Object.hasOwn(variables, name) && variables[name] !== undefined) return variables[name] === true;
    const definition = this.definition.variableDefinitions?.find((v) => v.variable.name.value === name);
    return definition?.defaultValue?.kind === Kind.BOOLEAN && definition.defaultValue.value;
  }

  #compile(isTrue: IsTrue): Variant {
    const { apiSchema, supergraphSchema, supergraph, planner } = this.graph;
    const document = withoutConditions(this.document, isTrue);
    const operationName = this.definition.name?.value;
    const definition = getOperationAST(document, operationName);
    if (!definition) throw new Error('the operation is not in its document');
    const root = apiSchema.getRootType(definition.operation);
    if (!root) throw new Error(`the schema has no ${definition.operation}`);
    const fragments = new Map(
      document.definitions.flatMap((d) =>
        d.kind === Kind.FRAGMENT_DEFINITION ? [[d.name.value, d] as const] : [],
      ),
    );
    const operation = operationFromDocument(supergraph.apiSchema(), withoutGaps(document), {
      operationName,
      validate: false,
    });
    return {
      definition,
      fragments,
      steps: compileSteps(planner.buildQueryPlan(operation), supergraphSchema),
      shape: new Shape({ schema: apiSchema, fragments }, root, definition.selectionSet),
      introspection: [...introspectionIn(definition.selectionSet, fragments)],
    };
  }

  /** The JSON of the root fields that ask for the schema, by their response names. */
  introspect(variant: Variant, variables: Variables): ReadonlyMap<string, string> {
    const { definition, fragments, introspection } = variant;
    const document: DocumentNode = {
      kind: Kind.DOCUMENT,
      definitions: [
        { ...definition, selectionSet: { kind: Kind.SELECTION_SET, selections: introspection } },
        ...fragments.values(),
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
    enter: (node) => {
      if (node.kind !== Kind.DIRECTIVE || !isCondition(node)) return;
      for (const { value } of node.arguments ?? []) {
        if (value.kind === Kind.VARIABLE) names.add(value.name.value);
      }
    },
  });
  return [...names];
}

/** The value that a condition's variable has in the request. */
type IsTrue = (variable: string) => boolean;

/** A document as if what the request skips had not been written. */
function withoutConditions(document: DocumentNode, isTrue: IsTrue): DocumentNode {
  return visit(document, {
    enter: (node) => {
      if (
        node.kind !== Kind.FIELD &&
        node.kind !== Kind.INLINE_FRAGMENT &&
        node.kind !== Kind.FRAGMENT_SPREAD
      ) {
        return undefined;
      }
      const conditions = node.directives?.filter(isCondition) ?? [];
      if (conditions.length === 0) return undefined;
      if (conditions.some((directive) => leavesOut(directive, isTrue))) return null;
      return { ...node, directives: node.directives?.filter((directive) => !isCondition(directive)) };
    },
  });
}

/** The same document for the planner, which takes no selection without fields: there it asks for the type's name. */
const withoutGaps = (document: DocumentNode): DocumentNode =>
  visit(document, {
    leave: (node) =>
      node.kind === Kind.SELECTION_SET && node.selections.length === 0
        ? { ...node, selections: [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }] }
        : undefined,
  });

const isCondition = ({ name }: DirectiveNode): boolean => name.value === 'skip' || name.value === 'include';

function leavesOut({ name, arguments: args }: DirectiveNode, isTrue: IsTrue): boolean {
  const value = args?.find((arg) => arg.name.value === 'if')?.value;
  const isIf =
    value?.kind === Kind.VARIABLE ? isTrue(value.name.value) : value?.kind === Kind.BOOLEAN && value.value;
  return isIf === (name.value === 'skip');
}

function* introspectionIn({ selections }: SelectionSetNode, fragments: Fragments): Generator<FieldNode> {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) {
      if (INTROSPECTION_FIELDS.has(selection.name.value)) yield selection;
      continue;
    }
    const set =
      selection.kind === Kind.INLINE_FRAGMENT
        ? selection.selectionSet
        : fragments.get(selection.name.value)?.selectionSet;
    if (set) yield* introspectionIn(set, fragments);
  }
}
