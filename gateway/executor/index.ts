import { Supergraph } from '@apollo/federation-internals';
import { QueryPlanner, type QueryPlannerConfig } from '@apollo/query-planner';
import {
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  validate,
} from 'graphql';
import { type ClientError, subgraphUnavailable } from '../../subgraphs/kit/errors';
import type { SubgraphResponse } from '../../subgraphs/kit/subgraph';
import { outcomeUnknown } from '../subgraph-link';
import { CompiledOperation, type Graph, type Variables, type Variant } from './operation';
import { isRow, own, type Row } from './own';
import { Rendered } from './rendered';
import { type AskedList, Result } from './result';
import { pathAsAsked } from './rewrites';
import type { Marks } from './shape';
import type { Step } from './steps';
import { SubgraphRequest } from './subgraph-request';

/** Fragments of the client's, reduced to what a subgraph knows, would differ from fetch to fetch under one name. */
export const PLANNER_CONFIG: QueryPlannerConfig = { reuseQueryFragments: false };
/** Operations that are remembered, and those of them that are planned anew for another supergraph. */
const ASKED_KEPT = 1_000;
const WARMED = 200;

/** Calls subgraphs on behalf of one request. Never throws: what goes wrong is in the answer's errors. */
export type CallSubgraph = (subgraph: string, request: SubgraphRequest) => Promise<SubgraphResponse>;

export interface OperationRequest {
  /** Validated; the same object for the same text, so that what was compiled of it is found again. */
  readonly document: DocumentNode;
  readonly operationName: string | null | undefined;
  readonly variables: Variables;
  readonly call: CallSubgraph;
  /** Of a subscription: what its source gave, which is completed and shaped as the client asked. */
  readonly event?: SubgraphResponse;
  /** What `call` marks in its answers, and so does who gave the event. */
  readonly marks?: Marks | null;
}

/** Where the events of a subscription come from, and what is asked for each. */
export interface EventSource {
  readonly subgraph: string;
  readonly request: SubgraphRequest;
}

/**
 * Executes operations on a supergraph: plans and compiles each once, asks subgraphs for each entity once a step, and
 * writes the answer's JSON straight from what they gave.
 */
export class Executor {
  readonly #graph: Graph;
  readonly #compiled = new WeakMap<DocumentNode, Map<string, CompiledOperation>>();
  /** What was compiled, by its text, for the executor of the next supergraph; the server decides what is kept. */
  readonly #asked = new Map<string, WeakRef<CompiledOperation>>();
  /** What was compiled before anybody asked. */
  readonly #warmed = new Map<string, CompiledOperation>();

  /** What has been made of the supergraph already is not made again. */
  constructor(
    supergraphSdl: string,
    made: { readonly planner?: QueryPlanner; apiSchema?: GraphQLSchema } = {},
  ) {
    // The gateway, whose frame this runs in, has checked what it loaded.
    const planner =
      made.planner ??
      new QueryPlanner(Supergraph.build(supergraphSdl, { validateSupergraph: false }), PLANNER_CONFIG);
    const { supergraph } = planner;
    this.#graph = {
      supergraph,
      planner,
      apiSchema: made.apiSchema ?? supergraph.apiSchema().toGraphQLJSSchema(),
      supergraphSchema: supergraph.schema.toGraphQLJSSchema(),
    };
  }

  /** Plans and compiles an operation of a validated document, unless that has been done. */
  compile(document: DocumentNode, operationName: string | null | undefined): CompiledOperation {
    let operations = this.#compiled.get(document);
    if (!operations) {
      operations = new Map();
      this.#compiled.set(document, operations);
    }
    const name = operationName ?? '';
    let operation = operations.get(name);
    if (!operation) {
      const key = `${name}\n${document.loc?.source.body}`;
      operation = this.#warmed.get(key) ?? this.#operationOf(document, operationName);
      operations.set(name, operation);
      this.#asked.delete(key);
      this.#asked.set(key, new WeakRef(operation));
      const [oldest] = this.#asked.keys();
      if (this.#asked.size > ASKED_KEPT && oldest !== undefined) this.#asked.delete(oldest);
    }
    return operation;
  }

  /**
   * Plans what another executor was asked most often, as far as it is valid here, one plan at a time so that requests are
   * answered in between.
   */
  async warm(other: Executor): Promise<void> {
    const asked = [...other.#asked].flatMap(([key, reference]) => {
      const operation = reference.deref();
      return operation ? [{ key, operation }] : [];
    });
    asked.sort((a, b) => b.operation.uses - a.operation.uses);
    for (const { key, operation } of asked.slice(0, WARMED)) {
      const { document, definition } = operation;
      if (validate(this.#graph.apiSchema, document).length > 0) continue;
      const warmed = this.#operationOf(document, definition.name?.value);
      // What cannot be planned here is told to who asks for it.
      await warmed.planAs(operation).then(
        () => this.#warmed.set(key, warmed),
        () => {},
      );
    }
  }

  #operationOf(document: DocumentNode, operationName: string | null | undefined): CompiledOperation {
    const definition = getOperationAST(document, operationName);
    if (!definition) throw new Error('the operation is not in its document');
    return new CompiledOperation(this.#graph, document, definition);
  }

  /** Plans a subscription, unless that has been done. */
  sourceOf(request: Pick<OperationRequest, 'document' | 'operationName' | 'variables'>): EventSource {
    const { document, operationName, variables } = request;
    const { steps } = this.compile(document, operationName).variantFor(variables);
    const source = steps.find(({ kind }) => kind === 'subscription');
    if (!source) throw new Error('the operation is no subscription');
    return {
      subgraph: source.subgraph,
      request: new SubgraphRequest(source, variablesOf(source, variables), []),
    };
  }

  async execute(request: OperationRequest): Promise<ExecutionResult> {
    const { document, operationName, variables } = request;
    const operation = this.compile(document, operationName);
    const { variableDefinitions = [] } = operation.definition;
    if (variableDefinitions.length > 0) {
      const { errors } = getVariableValues(this.#graph.apiSchema, variableDefinitions, variables);
      if (errors) return { errors: errors.map(ofInput) };
    }
    operation.uses += 1;
    const variant = operation.variantFor(variables);
    const run = new Run(variant, this.#graph.supergraphSchema, request);
    await run.all();
    const introspection =
      variant.introspection.length > 0 ? operation.introspect(variant, variables) : NOTHING;
    return run.answer(introspection);
  }
}

/** The client's own fault, as such. */
const ofInput = (error: GraphQLError): GraphQLError =>
  new GraphQLError(error.message, {
    nodes: error.nodes,
    originalError: error.originalError ?? error,
    extensions: { ...error.extensions, code: 'BAD_USER_INPUT' },
  });

const NOTHING: ReadonlyMap<string, string> = new Map();

/** One execution of an operation. */
class Run {
  readonly #result: Result;
  readonly #errors: GraphQLError[] = [];

  constructor(
    private readonly variant: Variant,
    schema: GraphQLSchema,
    private readonly request: OperationRequest,
  ) {
    this.#result = new Result(schema);
  }

  /** Takes every step, each as soon as those that it waits for have ended. */
  async all(): Promise<void> {
    const { steps } = this.variant;
    const [only] = steps;
    if (only && steps.length === 1) return this.#take(only);
    const taken: Promise<void>[] = [];
    for (const step of steps) {
      const before = step.after.map((i) => taken[i]);
      taken.push(before.length === 0 ? this.#take(step) : Promise.all(before).then(() => this.#take(step)));
    }
    await Promise.all(taken);
  }

  answer(introspection: ReadonlyMap<string, string>): ExecutionResult {
    const { shape } = this.variant;
    const { text, isInvalid } = shape.write(this.#result, introspection, this.request.marks);
    const data = text === 'null' ? null : new Rendered(text);
    let errors: readonly GraphQLError[] = this.#errors;
    // What a subgraph failed to give is missed elsewhere too; its own error says why.
    if (errors.length === 0 && isInvalid) errors = shape.explain(this.#result, introspection);
    return errors.length > 0 ? { data: asData(data), errors } : { data: asData(data) };
  }

  /** One call of a subgraph, of which the request hears whatever becomes of it. */
  async #take(step: Step): Promise<void> {
    try {
      const { call, event, variables } = this.request;
      if (step.kind === 'subscription') {
        if (!event) throw new Error('a subscription is executed event by event');
        this.#addRoot(step, event);
        return;
      }
      const lists = step.lists?.map((list) => this.#result.ask(list));
      if (lists?.every(({ representations }) => representations.length === 0)) return;
      const asked = lists?.map(
        ({ list, representations }) => [list.variable, `[${representations.join(',')}]`] as const,
      );
      const request = new SubgraphRequest(step, variablesOf(step, variables), asked ?? []);
      const answer = await call(step.subgraph, request);
      if (lists) this.#addEntities(step, lists, answer);
      else this.#addRoot(step, answer);
    } catch (error) {
      const { message } = error as Error;
      this.#errors.push(new GraphQLError(message, { originalError: error as Error }));
    }
  }

  #addRoot(step: Step, { data, errors }: SubgraphResponse): void {
    for (const error of errors ?? []) {
      this.#report(error, step, [pathAsAsked(error.path, step.outputRewrites)]);
    }
    if (!data) return;
    for (const name of step.fields) {
      if (own(data, name) === undefined) throw noAnswer(step, `answered without ${name}`);
    }
    this.#result.addRoot(data, step.outputRewrites);
  }

  #addEntities(step: Step, lists: readonly AskedList[], { data, errors }: SubgraphResponse): void {
    for (const error of errors ?? []) this.#report(error, step, this.#pathsOf(error, lists));
    if (!data) return;
    for (const asked of lists) {
      const { field } = asked.list;
      const entities = data[field];
      // Its null is told of by an error.
      if (entities == null && errors?.length) continue;
      if (!Array.isArray(entities) || entities.length !== asked.representations.length) {
        throw noAnswer(
          step,
          `was asked for ${asked.representations.length} entities and answered ${Array.isArray(entities) ? entities.length : typeof entities}`,
        );
      }
      const failed = failedIn(errors, field);
      this.#result.addEntities(asked, entities, (index) => failed === 'any' || failed.has(index));
    }
  }

  /** Where an error of a call for entities is in the answer: in every place of the entity. */
  #pathsOf({ path }: GraphQLFormattedError, lists: readonly AskedList[]): GraphQLFormattedError['path'][] {
    const [field, index, ...rest] = path ?? [];
    const asked = lists.find(({ list }) => list.field === field);
    if (!asked || typeof index !== 'number') return [undefined];
    const inner = pathAsAsked(rest, asked.list.outputRewrites) ?? [];
    const paths = this.#result.pathsOf(asked, index).map((place) => [...place, ...inner]);
    return paths.length > 0 ? paths : [undefined];
  }

  #report(error: GraphQLFormattedError, { subgraph }: Step, paths: GraphQLFormattedError['path'][]): void {
    for (const path of paths) {
      this.#errors.push(
        new GraphQLError(error.message || `The subgraph ${subgraph} failed.`, {
          path,
          originalError: error as unknown as Error,
          extensions: { ...(isRow(error.extensions) && error.extensions), serviceName: subgraph },
        }),
      );
    }
  }
}

/** What is said of a subgraph whose answer is none: that it does not answer, or that nobody knows what it changed. */
const noAnswer = ({ subgraph, kind }: Step, what: string): ClientError =>
  Object.assign((kind === 'mutation' ? outcomeUnknown : subgraphUnavailable)(subgraph), {
    cause: new Error(`${subgraph} ${what}`),
  });

/** Which elements of a list of entities errors are of; any may be when one does not say. */
function failedIn(
  errors: readonly GraphQLFormattedError[] | undefined,
  field: string,
): ReadonlySet<unknown> | 'any' {
  const failed = new Set<unknown>();
  for (const { path } of errors ?? []) {
    if (path === undefined || path.length < 2) return 'any';
    if (path[0] === field) failed.add(path[1]);
  }
  return failed;
}

function variablesOf(step: Step, variables: Variables): Row {
  const used: Row = {};
  for (const name of step.variables) {
    if (Object.hasOwn(variables, name) && variables[name] !== undefined) used[name] = variables[name];
  }
  return used;
}

/** The server takes the answer's data for an object, and hands it on to what writes it out. */
const asData = (data: Rendered | null): Row | null => data as unknown as Row | null;
