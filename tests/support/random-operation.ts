import {
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  parse,
  validate,
} from 'graphql';
import type { Draw } from './random-graph';

export interface RandomOperation {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

const DEEPEST = 5;
/** Names that every object has something under. */
const ODD_NAMES = ['constructor', 'toString', 'hasOwnProperty'];

/** A valid operation on a schema, with aliases, fragments, conditions and variables; null when it came out invalid. */
export function randomOperation(schema: GraphQLSchema, draw: Draw): RandomOperation | null {
  const writer = new OperationWriter(schema, draw);
  const operation = writer.operation();
  return validate(schema, parse(operation.query)).length > 0 ? null : operation;
}

class OperationWriter {
  readonly #fragments: string[] = [];
  readonly #variables = new Map<string, { type: string; value: unknown; fallback?: string }>();
  #names = 0;
  #fields = 0;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly draw: Draw,
  ) {}

  operation(): RandomOperation {
    const { draw, schema } = this;
    const isMutation = draw.isTrue(0.1);
    const root = (isMutation ? schema.getMutationType() : null) ?? schema.getQueryType();
    if (!root) throw new Error('a schema has queries');
    const selection = this.#selection(root, 0);
    const declared = [...this.#variables].map(
      ([name, { type, fallback }]) => `$${name}: ${type}${fallback === undefined ? '' : ` = ${fallback}`}`,
    );
    const head = `${root === schema.getQueryType() ? 'query' : 'mutation'} Q${declared.length > 0 ? `(${declared.join(', ')})` : ''}`;
    return {
      query: [`${head} ${selection}`, ...this.#fragments].join('\n'),
      variables: Object.fromEntries(
        [...this.#variables].flatMap(([name, { value }]) => (value === undefined ? [] : [[name, value]])),
      ),
    };
  }

  #selection(type: GraphQLCompositeType, depth: number): string {
    const parts: string[] = [];
    const fields = 'getFields' in type ? Object.values(type.getFields()) : [];
    for (let i = 0, wanted = 1 + this.draw.below(4); i < wanted && fields.length > 0; i += 1) {
      const part = this.#field(this.draw.pick(fields), depth);
      if (part) parts.push(part);
    }
    if (isAbstractType(type)) {
      for (const member of this.draw.some(this.schema.getPossibleTypes(type), 0.7)) {
        parts.push(`... on ${member.name} ${this.#selection(member, depth + 1)}`);
      }
    } else if (depth > 0 && this.draw.isTrue(0.2)) {
      parts.push(this.#fragment(type, depth));
    }
    if (parts.length === 0 || this.draw.isTrue(0.2))
      parts.push(this.draw.isTrue(0.3) ? 'kind: __typename' : '__typename');
    if (depth === 0 && this.draw.isTrue(0.05)) parts.push('__schema { queryType { name } }');
    return `{ ${parts.join(' ')} }`;
  }

  #fragment(type: GraphQLCompositeType, depth: number): string {
    const body = this.#selection(type, depth + 1);
    if (this.draw.isTrue(0.5)) return `...${this.#condition()} ${body}`;
    this.#names += 1;
    const name = `F${this.#names}`;
    this.#fragments.push(`fragment ${name} on ${type.name} ${body}`);
    return `...${name}${this.#condition()}`;
  }

  #field(field: GraphQLField<unknown, unknown>, depth: number): string | null {
    const type = getNamedType(field.type);
    this.#fields += 1;
    if (this.#fields > 60 || (isCompositeType(type) && depth >= DEEPEST)) return null;
    let args = '';
    // A field with arguments has a name of its own wherever it stands, so that no two of them meet.
    let alias = this.draw.isTrue(0.15) || field.args.length > 0 ? `a${this.#fields}: ` : '';
    if (alias === '' && this.draw.isTrue(0.01)) alias = `${this.draw.pick(ODD_NAMES)}: `;
    if (field.args.some(({ name }) => name === 'number') && this.draw.isTrue(0.8)) {
      args = `(number: ${this.#number()})`;
    }
    const body = isCompositeType(type) ? ` ${this.#selection(type, depth + 1)}` : '';
    return `${alias}${field.name}${args}${this.#condition()}${body}`;
  }

  #number(): string {
    const value = this.draw.below(6) - 1;
    if (this.draw.isTrue(0.5)) return String(value);
    const name = `n${this.#variables.size}`;
    const isLeftOut = this.draw.isTrue(0.2);
    this.#variables.set(name, {
      type: 'Int',
      value: isLeftOut ? undefined : value,
      ...(this.draw.isTrue(0.5) && { fallback: '2' }),
    });
    return `$${name}`;
  }

  #condition(): string {
    if (this.draw.isTrue(0.85)) return '';
    const directive = this.draw.pick(['skip', 'include']);
    if (this.draw.isTrue(0.3)) return ` @${directive}(if: ${this.draw.isTrue(0.5)})`;
    const name = `b${this.draw.below(3)}`;
    if (!this.#variables.has(name)) {
      this.#variables.set(
        name,
        this.draw.isTrue(0.3)
          ? { type: 'Boolean!', value: undefined, fallback: String(this.draw.isTrue(0.5)) }
          : { type: 'Boolean!', value: this.draw.isTrue(0.5) },
      );
    }
    return ` @${directive}(if: $${name})`;
  }
}
