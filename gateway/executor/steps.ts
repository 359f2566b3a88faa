import type { FetchDataRewrite, FetchNode, PlanNode, QueryPlan, ResponsePath } from '@apollo/query-planner';
import {
  type FieldNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  stripIgnoredCharacters,
  visit,
} from 'graphql';
import { compileRequires, type ReadRepresentation } from './representations';

/** Where in the result a fetch finds the rows that it adds to, and what it tells the subgraph of each. */
export interface Part {
  readonly path: readonly string[];
  readonly read: ReadRepresentation;
  readonly inputRewrites: readonly FetchDataRewrite[] | undefined;
}

/** One list of entities that a step asks for: rows of several parts when the same is asked of each. */
export interface EntityList {
  /** The response name of its `_entities`, and the variable with its representations. */
  readonly field: string;
  readonly variable: string;
  readonly parts: readonly Part[];
  readonly outputRewrites: readonly FetchDataRewrite[] | undefined;
}

/** One call of a subgraph. */
export interface Step {
  readonly subgraph: string;
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly text: string;
  /** `"query":…,"operationName":…` as JSON, which is the same for every request. */
  readonly json: string;
  readonly operationName: string | undefined;
  readonly variables: readonly string[];
  /** Null for a step that asks root fields. */
  readonly lists: readonly EntityList[] | null;
  /** Of a step that asks root fields: the response names that an answer must have. */
  readonly fields: readonly string[];
  /** Of a step that asks root fields. */
  readonly outputRewrites: readonly FetchDataRewrite[] | undefined;
  /** The steps, by their place in the list, that must have ended before. */
  readonly after: readonly number[];
}

/** A fetch of the plan in the order that the plan lays down. */
interface PlannedFetch {
  readonly node: FetchNode;
  readonly path: ResponsePath;
  readonly after: ReadonlySet<PlannedFetch>;
  level: number;
}

/**
 * Turns a query plan into calls of subgraphs. Fetches of one subgraph that may run at the same time become one call, and
 * one that nothing waits for joins a later call of its subgraph rather than making one of its own: the longest chain of
 * calls is as long as in the plan, and there are fewer of them.
 */
export function compileSteps(plan: QueryPlan, schema: GraphQLSchema): Step[] {
  const node = nodeOf(plan);
  if (!node) return [];
  const fetches: PlannedFetch[] = [];
  collectFetches(node, [], new Set(), fetches);
  return groupFetches(fetches).map((group, _, groups) => {
    const waitsFor = new Set(group.flatMap((fetch) => [...fetch.after]));
    const after = groups.flatMap((other, i) => (other.some((fetch) => waitsFor.has(fetch)) ? [i] : []));
    return compileStep(group, after, schema);
  });
}

/** What is executed: of a subscription, for each event, the step that the event answers and what follows it. */
function nodeOf({ node }: QueryPlan): PlanNode | undefined {
  if (node?.kind !== 'Subscription') return node;
  const { primary, rest } = node;
  return { kind: 'Sequence', nodes: rest ? [primary, rest] : [primary] };
}

/** Adds the fetches of a node; returns those that whatever comes after the node must wait for. */
function collectFetches(
  node: PlanNode,
  path: ResponsePath,
  after: ReadonlySet<PlannedFetch>,
  into: PlannedFetch[],
): ReadonlySet<PlannedFetch> {
  switch (node.kind) {
    case 'Fetch': {
      const level = Math.max(-1, ...[...after].map((fetch) => fetch.level)) + 1;
      const fetch = { node, path, after, level };
      into.push(fetch);
      return new Set([fetch]);
    }
    case 'Flatten':
      return collectFetches(node.node, [...path, ...node.path], after, into);
    case 'Sequence':
      return node.nodes.reduce((last, child) => collectFetches(child, path, last, into), after);
    case 'Parallel':
      return new Set(node.nodes.flatMap((child) => [...collectFetches(child, path, after, into)]));
    case 'Condition':
      throw new Error('conditions are decided before an operation is planned');
    case 'Defer':
      throw new Error('the planner was not told to defer');
  }
}

const isEntityFetch = ({ node }: PlannedFetch): boolean => node.requires !== undefined;

function groupFetches(fetches: readonly PlannedFetch[]): PlannedFetch[][] {
  const isWaitedFor = new Set(fetches.flatMap((fetch) => [...fetch.after]));
  for (const fetch of fetches) {
    if (isWaitedFor.has(fetch) || !isEntityFetch(fetch)) continue;
    const later = fetches.filter(
      (other) =>
        other.level > fetch.level &&
        isEntityFetch(other) &&
        other.node.serviceName === fetch.node.serviceName,
    );
    if (later.length > 0) fetch.level = Math.min(...later.map(({ level }) => level));
  }
  const groups = new Map<string, PlannedFetch[]>();
  for (const [i, fetch] of fetches.entries()) {
    // Root fields are already one fetch a subgraph, and mutations must stay apart.
    const key = isEntityFetch(fetch) ? `${fetch.level} ${fetch.node.serviceName}` : `root ${i}`;
    const group = groups.get(key);
    if (group) group.push(fetch);
    else groups.set(key, [fetch]);
  }
  return [...groups.values()].sort(([a], [b]) => (a?.level ?? 0) - (b?.level ?? 0));
}

function compileStep(group: readonly PlannedFetch[], after: readonly number[], schema: GraphQLSchema): Step {
  const [first] = group;
  if (!first) throw new Error('a step has a fetch');
  const { serviceName: subgraph, operationName, operationKind: kind, outputRewrites } = first.node;
  const entities = isEntityFetch(first) ? compileEntities(group, schema) : null;
  const text = entities?.text ?? first.node.operation;
  return {
    ...{ subgraph, kind, text, operationName, after, outputRewrites },
    json: `"query":${JSON.stringify(text)}${operationName === undefined ? '' : `,"operationName":${JSON.stringify(operationName)}`}`,
    variables: [...new Set(group.flatMap(({ node }) => node.variableUsages ?? []))],
    lists: entities?.lists ?? null,
    fields: entities ? [] : fieldsOf(text),
  };
}

/** The response names of an operation's root fields, those inside fragments left out. */
function fieldsOf(operation: string): string[] {
  const [definition] = parse(operation).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('a fetch is an operation');
  return definition.selectionSet.selections.flatMap((selection) =>
    selection.kind === Kind.FIELD ? [(selection.alias ?? selection.name).value] : [],
  );
}

const REPRESENTATIONS = 'representations';
const ENTITIES = '_entities';

/** One operation for the entities of several fetches. Fetches that select the same share a list. */
function compileEntities(
  group: readonly PlannedFetch[],
  schema: GraphQLSchema,
): { text: string; lists: EntityList[] } {
  const bySelection = new Map<string, PlannedFetch[]>();
  for (const fetch of group) {
    const { operation, outputRewrites } = fetch.node;
    const key = JSON.stringify([print(entitiesOf(parse(operation).definitions[0])), outputRewrites ?? []]);
    const alike = bySelection.get(key);
    if (alike) alike.push(fetch);
    else bySelection.set(key, [fetch]);
  }
  const distinct = [...bySelection.values()];
  const lists = distinct.map((alike, i): EntityList => {
    const suffix = distinct.length === 1 ? '' : `_${i}`;
    return {
      field: `${ENTITIES}${suffix}`,
      variable: `${REPRESENTATIONS}${suffix}`,
      parts: alike.map(({ node, path }) => ({
        path: path.map(String),
        read: compileRequires(node.requires ?? [], schema),
        inputRewrites: node.inputRewrites,
      })),
      outputRewrites: alike[0]?.node.outputRewrites,
    };
  });
  const operations = distinct.map(([one]) => one?.node.operation ?? '');
  return { text: lists.length === 1 ? (operations[0] ?? '') : joined(operations, lists), lists };
}

function entitiesOf(definition: unknown): FieldNode {
  const operation = definition as OperationDefinitionNode;
  const [field] = operation.selectionSet.selections;
  if (field?.kind !== Kind.FIELD || field.name.value !== ENTITIES) {
    throw new Error('a fetch of entities asks for nothing else');
  }
  return field;
}

/** The operations as one, each under names of its own. What else they take are the variables of the client's operation. */
function joined(operations: readonly string[], lists: readonly EntityList[]): string {
  const parts = operations.map((operation, i) => {
    const { field = '', variable = '' } = lists[i] ?? {};
    const definition = parse(operation).definitions[0] as OperationDefinitionNode;
    return visit(definition, {
      enter: (node) => {
        if (node.kind === Kind.FIELD && node.name.value === ENTITIES) {
          return { ...node, alias: { kind: Kind.NAME, value: field } };
        }
        if (node.kind === Kind.VARIABLE && node.name.value === REPRESENTATIONS) {
          return { ...node, name: { kind: Kind.NAME, value: variable } };
        }
        return undefined;
      },
    });
  });
  const [first] = parts;
  if (!first) throw new Error('there is an operation');
  const variables = new Map(
    parts.flatMap((part) => (part.variableDefinitions ?? []).map((v) => [v.variable.name.value, v] as const)),
  );
  const whole: OperationDefinitionNode = {
    ...first,
    variableDefinitions: [...variables.values()],
    selectionSet: {
      kind: Kind.SELECTION_SET,
      selections: parts.flatMap((part) => part.selectionSet.selections),
    },
  };
  return stripIgnoredCharacters(print(whole));
}
