import { createHash } from 'node:crypto';
import {
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  print,
  valueFromAST,
  visit,
} from 'graphql';

/** The argument by which every field of `Subscription` is told where to go on. */
const CURSOR_ARGUMENT = 'after';

/** A subscription as it was asked for: validated, its variables not looked at yet. */
export interface SubscriptionRequest {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** What a subscription asks for, apart from where it begins. */
export interface LiveOperation {
  /** The same for all that ask the same. */
  readonly key: string;
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** A document without where its subscription begins. */
interface Prepared {
  readonly document: DocumentNode;
  readonly text: string;
  readonly cursor: ArgumentNode | null;
  readonly variables: readonly string[];
}

// Documents are kept by the server for as long as they are asked for, the same object for the same text.
const prepared = new WeakMap<DocumentNode, Map<string, Prepared>>();

/**
 * Parts what a subscription asks for from where it begins, so that those who came at different moments share the events
 * that follow. Gives the errors in its variables instead when there are any.
 */
export function liveOperation(
  request: SubscriptionRequest,
): { operation: LiveOperation; after: string | null } | { errors: readonly GraphQLError[] } {
  const { schema, document, operation, variables } = request;
  const { coerced, errors } = getVariableValues(schema, operation.variableDefinitions ?? [], {
    ...variables,
  });
  if (errors) return { errors };
  const parts = partsOf(document, operation);
  const used = Object.fromEntries(
    parts.variables.filter((name) => Object.hasOwn(variables, name)).map((name) => [name, variables[name]]),
  );
  const type = schema.getSubscriptionType()?.getFields()[fieldOf(document, operation)?.name.value ?? ''];
  const argument = type?.args.find(({ name }) => name === CURSOR_ARGUMENT);
  const after = parts.cursor && argument ? valueFromAST(parts.cursor.value, argument.type, coerced) : null;
  const key = createHash('sha256')
    .update(JSON.stringify([parts.text, Object.entries(used).sort(([a], [b]) => (a < b ? -1 : 1))]))
    .digest('base64url');
  return {
    operation: {
      ...{ key, schema, document: parts.document, variables: used },
      operationName: operation.name?.value,
    },
    after: typeof after === 'string' ? after : null,
  };
}

function partsOf(document: DocumentNode, operation: OperationDefinitionNode): Prepared {
  let known = prepared.get(document);
  if (!known) {
    known = new Map();
    prepared.set(document, known);
  }
  const name = operation.name?.value ?? '';
  let parts = known.get(name);
  if (!parts) {
    parts = part(document, operation);
    known.set(name, parts);
  }
  return parts;
}

function part(document: DocumentNode, operation: OperationDefinitionNode): Prepared {
  const field = fieldOf(document, operation);
  const cursor = field?.arguments?.find(({ name }) => name.value === CURSOR_ARGUMENT) ?? null;
  const only: DocumentNode = {
    ...document,
    definitions: document.definitions.filter((d) => d === operation || d.kind === Kind.FRAGMENT_DEFINITION),
  };
  const without = visit(only, { enter: (node) => (node === cursor ? null : undefined) });
  const used = new Set<string>();
  visit(without, {
    enter(node) {
      if (node.kind === Kind.VARIABLE_DEFINITION) return false;
      if (node.kind === Kind.VARIABLE) used.add(node.name.value);
      return undefined;
    },
  });
  const stripped: DocumentNode = visit(without, {
    enter: (node) =>
      node.kind === Kind.VARIABLE_DEFINITION && !used.has(node.variable.name.value) ? null : undefined,
  });
  return { document: stripped, text: print(stripped), cursor, variables: [...used] };
}

/** The one field of a subscription; validation lets it have no second. */
function fieldOf(document: DocumentNode, operation: OperationDefinitionNode): FieldNode | null {
  const main = getOperationAST(document, operation.name?.value);
  let field: FieldNode | null = null;
  const fragments = new Map(
    document.definitions.flatMap((d) =>
      d.kind === Kind.FRAGMENT_DEFINITION ? [[d.name.value, d] as const] : [],
    ),
  );
  let selections = main?.selectionSet.selections ?? [];
  while (!field && selections.length > 0) {
    const [first] = selections;
    if (first?.kind === Kind.FIELD) field = first;
    else if (first?.kind === Kind.INLINE_FRAGMENT) selections = first.selectionSet.selections;
    else selections = (first && fragments.get(first.name.value)?.selectionSet.selections) ?? [];
  }
  return field;
}
