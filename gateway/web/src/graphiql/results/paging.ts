import {
  type DocumentNode,
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionSetNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

const AFTER = '__after';
const PAGE_INFO = parse('{ pageInfo { hasNextPage endCursor } }').definitions[0];

/** An operation by which one connection of another is read page by page. */
export interface PagedOperation {
  query: string;
  operationName: string | undefined;
  variablesFor(after: string | null): Record<string, unknown>;
}

interface Operation {
  query: string;
  operationName: string | null | undefined;
  variables: Record<string, unknown>;
}

/**
 * The operation that asks for the next page of the connection at a path: the same, with the connection's `after` set,
 * whatever was there before, and its `pageInfo` asked for. Null when the path leads to no connection that can go on, or
 * through fragments.
 */
export function pagedOperation(
  schema: GraphQLSchema,
  operation: Operation,
  path: string,
): PagedOperation | null {
  const document = parse(operation.query);
  const definition = getOperationAST(document, operation.operationName) ?? getOperationAST(document);
  if (definition?.operation !== 'query') return null;
  const typeInfo = new TypeInfo(schema);
  const trail: string[] = [];
  let found = false;
  const keyOf = (field: FieldNode): string => field.alias?.value ?? field.name.value;
  const paged = visit(
    definition,
    visitWithTypeInfo(typeInfo, {
      Field: {
        enter: (field) => {
          trail.push(keyOf(field));
          if (trail.join('.') !== path || !canGoOn(typeInfo)) return undefined;
          found = true;
          return { ...field, arguments: withAfter(field), selectionSet: withPageInfo(field.selectionSet) };
        },
        leave: () => {
          trail.pop();
        },
      },
    }),
  );
  if (!found) return null;
  const whole: DocumentNode = {
    ...document,
    definitions: [
      withVariable(paged),
      ...document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION),
    ],
  };
  return {
    query: print(whole),
    operationName: definition.name?.value,
    variablesFor: (after) => ({ ...operation.variables, [AFTER]: after }),
  };
}

function canGoOn(typeInfo: TypeInfo): boolean {
  const field = typeInfo.getFieldDef();
  const type = getNamedType(field?.type);
  const takesAfter = field?.args.some(({ name }) => name === 'after');
  return takesAfter === true && isObjectType(type) && hasFields(type, 'edges', 'pageInfo');
}

const hasFields = (type: GraphQLObjectType, ...names: string[]): boolean =>
  names.every((name) => name in type.getFields());

const withAfter = (field: FieldNode): FieldNode['arguments'] => [
  ...(field.arguments ?? []).filter(({ name }) => name.value !== 'after'),
  {
    kind: Kind.ARGUMENT,
    name: { kind: Kind.NAME, value: 'after' },
    value: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: AFTER } },
  },
];

function withPageInfo(selectionSet: SelectionSetNode | undefined): SelectionSetNode | undefined {
  const added = PAGE_INFO?.kind === Kind.OPERATION_DEFINITION ? PAGE_INFO.selectionSet.selections : [];
  return selectionSet && { ...selectionSet, selections: [...selectionSet.selections, ...added] };
}

/** A variable that is used no more, because it was the old `after`, is left out: the hub would refuse it. */
function withVariable(definition: OperationDefinitionNode): OperationDefinitionNode {
  const used = new Set<string>();
  visit(definition.selectionSet, {
    Variable: ({ name }) => {
      used.add(name.value);
    },
  });
  return {
    ...definition,
    variableDefinitions: [
      ...(definition.variableDefinitions ?? []).filter(({ variable }) => used.has(variable.name.value)),
      {
        kind: Kind.VARIABLE_DEFINITION,
        variable: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: AFTER } },
        type: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: 'String' } },
      },
    ],
  };
}
