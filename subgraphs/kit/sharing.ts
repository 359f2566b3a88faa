import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getDirectiveValues,
  isIntrospectionType,
  isObjectType,
} from 'graphql';
import { type ItemName, isItemName, type SharingClass } from './catalog';
import type { Context } from './context';
import { unauthenticated } from './errors';

/** What `@sharing` says of a type or field. */
export interface Sharing {
  readonly item: ItemName;
  readonly class: SharingClass;
  /** Answered to anyone, signed in or not. */
  readonly isPublic: boolean;
}

type Declaration = GraphQLObjectType | GraphQLField<unknown, unknown>;

/** The `@sharing` of a type or field itself; null when it has none. */
export function sharingOf(schema: GraphQLSchema, declaration: Declaration): Sharing | null {
  const directive = schema.getDirective('sharing');
  if (!directive) return null;
  const nodes = [
    declaration.astNode,
    ...('extensionASTNodes' in declaration ? declaration.extensionASTNodes : []),
  ];
  for (const node of nodes) {
    const values = node && getDirectiveValues(directive, node);
    if (!values) continue;
    const item = String(values.item);
    if (!isItemName(item))
      throw new Error(`@sharing of ${declaration.name} names "${item}", which is not in the catalog`);
    return { item, class: values.class as SharingClass, isPublic: values.public === true };
  }
  return null;
}

const isRoot = (schema: GraphQLSchema, type: GraphQLObjectType): boolean =>
  [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].includes(type);

/**
 * Makes a schema answer nobody but what it declares public. A value is reached through a root field, through a
 * field that its type lends to another's entity, or as an entity; those three are guarded, once each.
 */
export function guardSchema(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || isIntrospectionType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      // The machinery of federation; what leaves through `_entities` is guarded by type.
      if (field.name === '_service' || field.name === '_entities') continue;
      const sharing = sharingOf(schema, field);
      if (sharing ? !sharing.isPublic : isRoot(schema, type)) guardField(field);
    }
    const typeSharing = sharingOf(schema, type);
    if (typeSharing && !typeSharing.isPublic) guardReference(type);
  }
}

function guardField(field: GraphQLField<unknown, Context>): void {
  const resolve = field.resolve ?? defaultFieldResolver;
  field.resolve = (source, args, context, info) => {
    if (!context.viewer) throw unauthenticated();
    return resolve(source, args, context, info);
  };
}

type ReferenceResolver = (reference: object, context: Context, info: unknown) => unknown;

function guardReference(type: GraphQLObjectType): void {
  const subgraph = type.extensions.apollo as
    | { subgraph?: { resolveReference?: ReferenceResolver } }
    | undefined;
  const resolve = subgraph?.subgraph?.resolveReference;
  if (!subgraph?.subgraph || !resolve) return;
  // Async, because what is thrown at once would cost every other entity of the same request too.
  subgraph.subgraph.resolveReference = async (reference, context, info) => {
    if (!context.viewer) throw unauthenticated();
    return resolve(reference, context, info);
  };
}
