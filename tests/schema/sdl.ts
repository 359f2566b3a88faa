import {
  type ConstDirectiveNode,
  Kind,
  parse,
  print,
  type StringValueNode,
  type TypeNode,
  valueFromASTUntyped,
} from 'graphql';

/** A type, field, argument, enum value or directive, as the rules look at it. */
export interface Declaration {
  /** `GridCase.stage`, `Query.gridCases(first:)`, `GridCaseStage.FILED`, `@sharing`. */
  readonly coordinate: string;
  readonly name: string;
  readonly description: string | null;
  readonly directives: readonly Directive[];
}

export interface Directive {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** A field, input field or argument. */
export interface Field extends Declaration {
  readonly type: FieldType;
  readonly args: readonly Field[];
}

export interface FieldType {
  /** As it is written: `[GridCase!]!`. */
  readonly text: string;
  /** What is at its heart: `GridCase`. */
  readonly named: string;
  readonly isNonNull: boolean;
  readonly isList: boolean;
}

export interface Type extends Declaration {
  readonly kind: 'object' | 'interface' | 'union' | 'input' | 'enum' | 'scalar';
  readonly fields: readonly Field[];
  readonly values: readonly Declaration[];
}

const TYPE_KINDS = {
  [Kind.OBJECT_TYPE_DEFINITION]: 'object',
  [Kind.OBJECT_TYPE_EXTENSION]: 'object',
  [Kind.INTERFACE_TYPE_DEFINITION]: 'interface',
  [Kind.INTERFACE_TYPE_EXTENSION]: 'interface',
  [Kind.UNION_TYPE_DEFINITION]: 'union',
  [Kind.UNION_TYPE_EXTENSION]: 'union',
  [Kind.INPUT_OBJECT_TYPE_DEFINITION]: 'input',
  [Kind.INPUT_OBJECT_TYPE_EXTENSION]: 'input',
  [Kind.ENUM_TYPE_DEFINITION]: 'enum',
  [Kind.ENUM_TYPE_EXTENSION]: 'enum',
  [Kind.SCALAR_TYPE_DEFINITION]: 'scalar',
  [Kind.SCALAR_TYPE_EXTENSION]: 'scalar',
} as const;

interface Node {
  readonly name: { readonly value: string };
  readonly description?: StringValueNode | undefined;
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
}
interface FieldNode extends Node {
  readonly type: TypeNode;
  readonly arguments?: readonly FieldNode[] | undefined;
}

function typeOf(node: TypeNode): FieldType {
  const isNonNull = node.kind === Kind.NON_NULL_TYPE;
  const nullable = isNonNull ? node.type : node;
  let named: TypeNode = nullable;
  while (named.kind !== Kind.NAMED_TYPE) named = named.type;
  return { text: print(node), named: named.name.value, isNonNull, isList: nullable.kind === Kind.LIST_TYPE };
}

const declarationOf = (node: Node, coordinate: string): Declaration => ({
  coordinate,
  name: node.name.value,
  description: node.description?.value ?? null,
  directives: (node.directives ?? []).map(({ name, arguments: args = [] }) => ({
    name: name.value,
    args: Object.fromEntries(args.map((arg) => [arg.name.value, valueFromASTUntyped(arg.value)])),
  })),
});

const fieldOf = (node: FieldNode, coordinate: string): Field => ({
  ...declarationOf(node, coordinate),
  type: typeOf(node.type),
  args: (node.arguments ?? []).map((arg) => fieldOf(arg, `${coordinate}(${arg.name.value}:)`)),
});

/** SDL as the rules look at it: the extensions of a type are part of it. */
export class Sdl {
  private constructor(
    readonly types: readonly Type[],
    /** Directives that it defines. */
    readonly directives: readonly Field[],
  ) {}

  static parse(text: string): Sdl {
    const types = new Map<string, Type>();
    const directives: Field[] = [];
    for (const node of parse(text, { noLocation: true }).definitions) {
      if (node.kind === Kind.DIRECTIVE_DEFINITION) {
        const coordinate = `@${node.name.value}`;
        const type = { text: '', named: '', isNonNull: false, isList: false };
        const args = (node.arguments ?? []).map((arg) => fieldOf(arg, `${coordinate}(${arg.name.value}:)`));
        directives.push({ ...declarationOf(node, coordinate), type, args });
      }
      if (!(node.kind in TYPE_KINDS) || !('name' in node) || !node.name) continue;
      const name = node.name.value;
      const known = types.get(name);
      const declaration = declarationOf(node as Node, name);
      const fields = ('fields' in node ? (node.fields ?? []) : []) as readonly FieldNode[];
      const values = 'values' in node ? (node.values ?? []) : [];
      types.set(name, {
        ...declaration,
        kind: TYPE_KINDS[node.kind as keyof typeof TYPE_KINDS],
        description: known?.description ?? declaration.description,
        directives: [...(known?.directives ?? []), ...declaration.directives],
        fields: [
          ...(known?.fields ?? []),
          ...fields.map((field) => fieldOf(field, `${name}.${field.name.value}`)),
        ],
        values: [
          ...(known?.values ?? []),
          ...values.map((value) => declarationOf(value, `${name}.${value.name.value}`)),
        ],
      });
    }
    return new Sdl([...types.values()], directives);
  }

  /** The part of it whose types and directives (`@name`) are named so. */
  filter(keeps: (name: string) => boolean): Sdl {
    return new Sdl(
      this.types.filter(({ coordinate }) => keeps(coordinate)),
      this.directives.filter(({ coordinate }) => keeps(coordinate)),
    );
  }

  type(name: string): Type | null {
    return this.types.find((type) => type.name === name) ?? null;
  }

  /** The fields of output types. */
  get fields(): Field[] {
    return this.types
      .filter(({ kind }) => kind === 'object' || kind === 'interface')
      .flatMap(({ fields }) => fields);
  }

  /** The fields of input types. */
  get inputFields(): Field[] {
    return this.types.filter(({ kind }) => kind === 'input').flatMap(({ fields }) => fields);
  }

  get arguments(): Field[] {
    return this.fields.flatMap(({ args }) => args);
  }
}

/** What a directive says on a declaration; null when it is not there. */
export const directiveOn = ({ directives }: Declaration, name: string): Directive['args'] | null =>
  directives.find((directive) => directive.name === name)?.args ?? null;
