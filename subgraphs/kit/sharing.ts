import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getDirectiveValues,
  getNamedType,
  isIntrospectionType,
  isLeafType,
  isObjectType,
} from 'graphql';
import { type ItemName, isItemName, type SharingClass } from './catalog';
import type { Connection } from './connection';
import type { Context } from './context';
import { unauthenticated } from './errors';
import { isGranted, partyRange, type Viewer } from './viewer';

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

/** Whose a row is, for one item of the catalog, and who the parties to it are. */
export interface Subject<Row> {
  /** Tells the rows of an item apart, in counts. */
  readonly id: (row: Row) => string;
  /** The agency that recorded it; null when the row is of another item. */
  readonly provider: (row: Row) => string | null;
  /** Units that the row names. */
  readonly named?: (row: Row) => readonly (string | null)[];
  /** Places of the row. */
  readonly places?: (row: Row) => readonly string[];
}

/**
 * The subjects of a subgraph's types. A type whose rows are conditional or withheld has one for its own item, by which
 * disclosures are told; a type with a field of another item has one for that, by which the field is withheld.
 */
// biome-ignore lint/suspicious/noExplicitAny: the row behind a type is what the type's resolvers take, by the generated types
export type Subjects = Readonly<Record<string, Partial<Record<ItemName, Subject<any>>>>>;

const isRoot = (schema: GraphQLSchema, type: GraphQLObjectType): boolean =>
  [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].includes(type);

/**
 * Makes a schema keep its sharing classes. Nobody is answered but what is public: a value is reached through a root
 * field, through a field that its type lends to another's entity, or as an entity, and those are guarded, once each.
 * Fields of another item than their type's are withheld from whoever may not see them. What is shown of other units'
 * conditional and withheld data is noted. Rows themselves are the database's to guard.
 */
export function guardSchema(schema: GraphQLSchema, subjects: Subjects): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || isIntrospectionType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      // The machinery of federation; what leaves through `_entities` is guarded by type.
      if (field.name === '_service' || field.name === '_entities') continue;
      const sharing = sharingOf(schema, field);
      const typeSharing = sharingOf(schema, type);
      if (typeSharing && typeSharing.class !== 'UNCONDITIONAL') {
        const subject = subjects[type.name]?.[typeSharing.item];
        if (subject) noteRows(field, typeSharing.item, subject, (row) => [row]);
        // A page shows its rows by its cursors alone, for those hold what the rows are ordered by.
        const subjectOfPage = subjects[rowTypeOf(type.name)]?.[typeSharing.item];
        if (subjectOfPage) noteRows(field, typeSharing.item, subjectOfPage, rowsOfPage);
      }
      if (sharing && !isRoot(schema, type) && sharing.item !== typeSharing?.item) {
        const subject = subjects[type.name]?.[sharing.item];
        if (subject) withholdField(`${type.name}.${field.name}`, field, sharing.item, subject);
        else if (sharing.class !== 'UNCONDITIONAL' && isLeafType(getNamedType(field.type))) {
          throw new Error(
            `${type.name}.${field.name} is ${sharing.class}, and nothing says whose it is: give ${type.name} a subject for ${sharing.item}`,
          );
        }
      }
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

/** Whether a viewer sees what an item holds of a row: as a party to it, or by a grant of its provider. */
function maySee<Row>(viewer: Viewer, item: ItemName, subject: Subject<Row>, row: Row): boolean {
  const provider = subject.provider(row);
  if (provider === viewer.agency || subject.named?.(row).includes(viewer.agency)) return true;
  const { from, below } = partyRange(viewer, item);
  if (subject.places?.(row).some((place) => place >= from && place < below)) return true;
  return provider !== null && isGranted(viewer, item, provider);
}

/** A field that is null for whoever may not see it, and says so beside the answer. */
function withholdField<Row>(
  coordinate: string,
  field: GraphQLField<Row, Context>,
  item: ItemName,
  subject: Subject<Row>,
): void {
  const resolve = field.resolve ?? defaultFieldResolver;
  field.resolve = async (row, args, context, info) => {
    const { viewer, disclosures } = context;
    if (!viewer) throw unauthenticated();
    const provider = subject.provider(row);
    if (provider === null) return null;
    if (!maySee(viewer, item, subject, row)) {
      disclosures.withhold(coordinate, item, provider, subject.id(row), info.path);
      return null;
    }
    const value = await resolve(row, args, context, info);
    if (value != null && provider !== viewer.agency) disclosures.disclose(item, provider, subject.id(row));
    return value;
  };
}

/** A field of rows that are other units' as often as not: whoever reads it was shown the rows of its source. */
function noteRows<Source, Row>(
  field: GraphQLField<Source, Context>,
  item: ItemName,
  subject: Subject<Row>,
  rowsOf: (source: Source) => readonly Row[],
): void {
  const resolve = field.resolve ?? defaultFieldResolver;
  field.resolve = (source, args, context, info) => {
    for (const row of rowsOf(source)) {
      const provider = subject.provider(row);
      if (provider !== null && provider !== context.viewer?.agency)
        context.disclosures.disclose(item, provider, subject.id(row));
    }
    return resolve(source, args, context, info);
  };
}

/** The type of the rows of a connection type; empty for other types. */
const rowTypeOf = (name: string): string => /^(.+)Connection$/.exec(name)?.[1] ?? '';

const rowsOfPage = <Row>({ edges }: Connection<Row>): readonly Row[] => edges.map(({ node }) => node);

type ReferenceResolver = (reference: object, context: Context, info: unknown) => unknown;

function guardReference(type: GraphQLObjectType): void {
  const subgraph = type.extensions.apollo as
    | { subgraph?: { resolveReference?: ReferenceResolver } }
    | undefined;
  const resolve = subgraph?.subgraph?.resolveReference;
  if (!subgraph?.subgraph || !resolve) return;
  // A promise, so that in a call for entities of several types a refusal costs those alone that it is for.
  subgraph.subgraph.resolveReference = async (reference, context, info) => {
    if (!context.viewer) throw unauthenticated();
    return resolve(reference, context, info);
  };
}
