import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLSchema,
  getArgumentValues,
  getOperationAST,
  getVariableValues,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { badInput, ClientError } from './errors';
import type { GraphQLRequestBody, SubgraphResponse } from './subgraph';

/*
 * How a subgraph serves subscriptions: as pages of its feed, each an ordinary request under the viewer of the moment.
 * A gateway asks for what lies behind a cursor whenever it hears that the feed has grown. Nothing is kept of a
 * subscriber between two pages, so rights count anew with each, any copy of the subgraph answers the next one, and a
 * gateway that comes back goes on from the cursor.
 */

/** Where a page of events begins, and how much of the feed it may hold. */
export interface EventRange {
  /** Behind this cursor; null for what is the feed's end now. */
  readonly after: string | null;
  /** No further than this position of the feed, which the reader knows to be there; null for all. */
  readonly upTo: number | null;
  readonly first: number;
}

/** Events in their order. */
export interface EventPage<Event = unknown> {
  readonly events: readonly { readonly cursor: string; readonly at: Date; readonly event: Event }[];
  /** Where the page ends, and the next one begins. */
  readonly cursor: string;
  /** Whether events of the range follow the page. */
  readonly hasMore: boolean;
}

/** Reads a page of the events of a field of `Subscription`, each as it was then. Throws a sentence for the client. */
// biome-ignore lint/suspicious/noExplicitAny: each source knows its own context and arguments, like its resolvers
export type EventSource = (context: any, args: any, range: EventRange) => Promise<EventPage>;

export interface EventsRequest extends GraphQLRequestBody {
  after?: unknown;
  upTo?: unknown;
  first?: unknown;
}

/** One event, answered as the operation asked. */
export interface AnsweredEvent {
  readonly cursor: string;
  readonly answer: SubgraphResponse;
}

/** A page of answered events, or why there is none. */
export interface EventsResponse {
  events?: readonly AnsweredEvent[];
  cursor?: string;
  hasMore?: boolean;
  errors?: SubgraphResponse['errors'];
}

/** The most events of a page. */
export const MAXIMUM_EVENTS = 200;

export function readRange({ after = null, upTo = null, first = MAXIMUM_EVENTS }: EventsRequest): EventRange {
  const isWhole =
    (after === null || typeof after === 'string') &&
    (upTo === null || Number.isSafeInteger(upTo)) &&
    Number.isSafeInteger(first) &&
    Number(first) >= 1 &&
    Number(first) <= MAXIMUM_EVENTS;
  if (!isWhole) {
    throw badInput({
      en: `Ask for events with "after" (a cursor or null), "upTo" (a position or null) and "first" (1 to ${MAXIMUM_EVENTS}).`,
      zh: `请用“after”（游标或 null）、“upTo”（位置或 null）和“first”（1 至 ${MAXIMUM_EVENTS}）请求事件。`,
    });
  }
  return { after, upTo: upTo as number | null, first: Number(first) };
}

/** The one field that a subscription asks for, and its arguments. Throws what is wrong with the operation. */
export function subscribedField(
  schema: GraphQLSchema,
  document: DocumentNode,
  { operationName, variables }: GraphQLRequestBody,
): { field: GraphQLField<unknown, unknown>; args: Record<string, unknown> } {
  const operation = getOperationAST(document, operationName);
  const type = schema.getSubscriptionType();
  const fragments = new Map(
    document.definitions.flatMap((d) =>
      d.kind === Kind.FRAGMENT_DEFINITION ? [[d.name.value, d] as const] : [],
    ),
  );
  const node = operation?.operation === 'subscription' ? firstField(operation.selectionSet, fragments) : null;
  const field = node && type?.getFields()[node.name.value];
  if (!operation || !node || !field) throw notASubscription();
  const values = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {});
  if (values.errors?.[0]) throw values.errors[0];
  return { field, args: getArgumentValues(field, node, values.coerced) };
}

const notASubscription = (): ClientError =>
  new ClientError('OPERATION_RESOLUTION_FAILURE', {
    en: 'Events are asked for with one subscription operation. Say in operationName which one, where the document has several.',
    zh: '请求事件须使用一个 subscription 操作；文档中有多个操作时，请用 operationName 指明。',
  });

/** The first field of a selection; validation lets a subscription have no second one. */
function firstField(
  { selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): FieldNode | null {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) return selection;
    const set =
      selection.kind === Kind.INLINE_FRAGMENT
        ? selection.selectionSet
        : fragments.get(selection.name.value)?.selectionSet;
    const field = set && firstField(set, fragments);
    if (field) return field;
  }
  return null;
}
