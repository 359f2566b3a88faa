import {
  type ConstDirectiveNode,
  type ConstValueNode,
  type DocumentNode,
  type InputValueDefinitionNode,
  Kind,
  parse,
  type TypeNode,
} from 'graphql';

/*
 * What a supergraph says of costs, by `@cost` and `@listSize` of the cost directives (IBM's specification, as Federation
 * composes them since 2.9).
 */

/** How long a list is taken to be. */
export interface ListSize {
  readonly assumedSize: number | null;
  /** Arguments that say how long, the largest of which counts. */
  readonly slicingArguments: readonly string[];
  /** The fields of the returned type that are that long; the returned list itself when there are none. */
  readonly sizedFields: readonly string[];
}

export interface ArgumentWeights {
  readonly name: string;
  readonly weight: number | null;
  readonly type: string;
  readonly defaultValue: ConstValueNode | undefined;
}

export interface FieldWeights {
  readonly weight: number | null;
  readonly listSize: ListSize | null;
  readonly isList: boolean;
  readonly type: string;
  readonly arguments: readonly ArgumentWeights[];
}

/** What a type of a supergraph costs, with its fields. */
export interface TypeWeights {
  readonly kind: 'object' | 'leaf' | 'input';
  /** Null when nothing says so. */
  readonly weight: number | null;
  readonly fields: ReadonlyMap<string, FieldWeights>;
}

export type Weights = ReadonlyMap<string, TypeWeights>;

const COST_SPECIFICATION = /\/cost\/v\d/;

/** Reads the weights of a supergraph. */
export function readWeights(supergraphSdl: string): Weights {
  const document = parse(supergraphSdl, { noLocation: true });
  const names = directiveNames(document);
  const weights = new Map<string, TypeWeights>();
  for (const definition of document.definitions) {
    switch (definition.kind) {
      case Kind.OBJECT_TYPE_DEFINITION:
      case Kind.INTERFACE_TYPE_DEFINITION:
      case Kind.INPUT_OBJECT_TYPE_DEFINITION: {
        const fields = (definition.fields ?? []).map((field) => {
          const values = 'arguments' in field ? (field.arguments ?? []) : [];
          return [
            field.name.value,
            {
              ...{ weight: weightOf(field.directives, names.cost), isList: isList(field.type) },
              type: namedType(field.type),
              listSize: listSizeOf(field.directives, names.listSize),
              arguments: values.map((value) => argumentWeights(value, names.cost)),
            },
          ] as const;
        });
        weights.set(definition.name.value, {
          kind: definition.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION ? 'input' : 'object',
          weight: weightOf(definition.directives, names.cost),
          fields: new Map(fields),
        });
        break;
      }
      case Kind.UNION_TYPE_DEFINITION:
        weights.set(definition.name.value, { kind: 'object', weight: null, fields: new Map() });
        break;
      case Kind.SCALAR_TYPE_DEFINITION:
      case Kind.ENUM_TYPE_DEFINITION:
        weights.set(definition.name.value, {
          kind: 'leaf',
          weight: weightOf(definition.directives, names.cost),
          fields: new Map(),
        });
        break;
      default:
    }
  }
  return weights;
}

const argumentWeights = (
  { name, type, directives, defaultValue }: InputValueDefinitionNode,
  cost: string,
): ArgumentWeights => ({
  name: name.value,
  weight: weightOf(directives, cost),
  type: namedType(type),
  defaultValue,
});

/** What the directives are called here: a schema may import them under other names. */
function directiveNames(document: DocumentNode): { cost: string; listSize: string } {
  const names = { cost: 'cost', listSize: 'listSize' };
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue;
    for (const link of definition.directives ?? []) {
      const url = argument(link, 'url');
      if (link.name.value !== 'link' || url?.kind !== Kind.STRING || !COST_SPECIFICATION.test(url.value))
        continue;
      const prefix = argument(link, 'as');
      if (prefix?.kind === Kind.STRING) {
        Object.assign(names, { cost: prefix.value, listSize: `${prefix.value}__listSize` });
      }
      const imports = argument(link, 'import');
      for (const each of imports?.kind === Kind.LIST ? imports.values : []) {
        const [name, as] = importOf(each);
        if (name === '@cost') names.cost = as.slice(1);
        if (name === '@listSize') names.listSize = as.slice(1);
      }
    }
  }
  return names;
}

function importOf(value: ConstValueNode): [name: string, as: string] {
  if (value.kind === Kind.STRING) return [value.value, value.value];
  const fields = value.kind === Kind.OBJECT ? value.fields : [];
  const text = (name: string) => {
    const found = fields.find((field) => field.name.value === name)?.value;
    return found?.kind === Kind.STRING ? found.value : null;
  };
  const name = text('name') ?? '';
  return [name, text('as') ?? name];
}

const argument = (directive: ConstDirectiveNode, name: string): ConstValueNode | undefined =>
  directive.arguments?.find((each) => each.name.value === name)?.value;

function weightOf(directives: readonly ConstDirectiveNode[] | undefined, cost: string): number | null {
  const directive = directives?.find(({ name }) => name.value === cost);
  const weight = directive && argument(directive, 'weight');
  if (weight?.kind !== Kind.INT && weight?.kind !== Kind.FLOAT && weight?.kind !== Kind.STRING) return null;
  return Number(weight.value);
}

function listSizeOf(directives: readonly ConstDirectiveNode[] | undefined, name: string): ListSize | null {
  const directive = directives?.find((each) => each.name.value === name);
  if (!directive) return null;
  const texts = (value: ConstValueNode | undefined) =>
    (value?.kind === Kind.LIST ? value.values : []).flatMap((each) =>
      each.kind === Kind.STRING ? [each.value] : [],
    );
  const assumed = argument(directive, 'assumedSize');
  return {
    assumedSize: assumed?.kind === Kind.INT ? Number(assumed.value) : null,
    slicingArguments: texts(argument(directive, 'slicingArguments')),
    sizedFields: texts(argument(directive, 'sizedFields')),
  };
}

const isList = (type: TypeNode): boolean =>
  type.kind === Kind.NON_NULL_TYPE ? isList(type.type) : type.kind === Kind.LIST_TYPE;

const namedType = (type: TypeNode): string =>
  type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
