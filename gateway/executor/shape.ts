import {
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  GraphQLError,
  type GraphQLField,
  type GraphQLLeafType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import * as json from './json';
import * as rows from './own';
import type { Result } from './result';

// Bound once: what compiles modules while they load makes each use of an import a call, and these are used for each value.
const { jsonOf, quoted } = json;
const { isInherited, isRow, own } = rows;

/*
 * From what subgraphs gave to the text of the answer.
 *
 * Fetches bring more than the client asked for (keys, type names), in an order of their own, and the answer is read but
 * once: by JSON.stringify. So the selection is compiled into writers that go through the rows and give the answer's JSON
 * at once. What several places share is written once.
 */

/**
 * Nulls of an answer that somebody wants to find again. A symbol stands for each in what subgraphs gave; it is written as
 * null.
 */
export interface Marks {
  /** Whether no answer holds any. */
  readonly isEmpty: boolean;
  /** Told of each where it is in the answer, in the answer's order. */
  found(mark: symbol, place: readonly (string | number)[]): void;
}

/** Where the writers are, when that is to be known, and what they came upon. */
interface Trail {
  readonly path: (string | number)[];
  readonly errors: GraphQLError[];
  readonly marks: { readonly mark: symbol; readonly place: readonly (string | number)[] }[];
}

/** What one writing of an answer needs beside the rows. */
export interface Writing {
  /** Values that stand in several places of the result. */
  readonly shared: ReadonlySet<object>;
  /** Rows of entities that there are not: null where one misses what it must have, and nobody's fault. */
  readonly unknown: ReadonlySet<object>;
  /** What was written of them, by writer. */
  readonly written: Map<Writer, Map<object, string>>;
  /** The JSON of root fields that no subgraph answers: introspection. */
  readonly introspection: ReadonlyMap<string, string>;
  /** Set when a subgraph gave what its schema does not allow. */
  isInvalid: boolean;
  /** Left where what is invalid is to be explained, or what is marked to be found. */
  readonly trail: Trail | null;
}

/** Gives the JSON of a value, or undefined where null must not stand: then what holds it is null. */
type Writer = (value: unknown, writing: Writing) => string | undefined;

/** What of a result is written. */
type WrittenResult = Pick<Result, 'root' | 'shared' | 'unknown'>;

const NULL = 'null';
const NONE: ReadonlySet<object> = new Set();

interface FieldWriter {
  readonly name: string;
  /** `"name":` */
  readonly head: string;
  readonly isInherited: boolean;
  readonly write: Writer;
}

/** What is written of objects of one type. */
interface ObjectWriter {
  readonly fields: readonly FieldWriter[];
  /** A `__typename` was asked of what is no object of the schema. */
  readonly isNameless: boolean;
}

/** The fields of one response name, from wherever in the operation they are selected. */
interface CollectedField {
  readonly name: string;
  readonly fieldName: string;
  readonly selections: SelectionSetNode[];
}

export interface ShapeOptions {
  /** The schema that clients see. */
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

/** Root fields that graphql-js answers from the schema. */
export const INTROSPECTION_FIELDS: ReadonlySet<string> = new Set(['__schema', '__type']);

/** Compiles the selection of an operation into the writer of its answer's `data`. */
export class Shape {
  readonly #write: Writer;

  constructor(
    private readonly options: ShapeOptions,
    root: GraphQLCompositeType,
    selection: SelectionSetNode,
  ) {
    this.#write = this.#objectWriter(root, [selection]);
  }

  /** The JSON of `data`, and whether a subgraph broke its own schema. What is marked is told of. */
  write(
    result: WrittenResult,
    introspection: ReadonlyMap<string, string>,
    marks: Marks | null = null,
  ): { readonly text: string; readonly isInvalid: boolean } {
    if (marks && !marks.isEmpty) {
      const { text, isInvalid, trail } = this.#trace(result, introspection);
      for (const { mark, place } of trail.marks) marks.found(mark, place);
      return { text, isInvalid };
    }
    const writing: Writing = {
      shared: result.shared,
      unknown: result.unknown,
      introspection,
      written: new Map(),
      isInvalid: false,
      trail: null,
    };
    const text = this.#write(result.root, writing) ?? NULL;
    return { text, isInvalid: writing.isInvalid };
  }

  /** The errors to tell of where a subgraph broke its own schema. */
  explain(result: WrittenResult, introspection: ReadonlyMap<string, string>): readonly GraphQLError[] {
    return this.#trace(result, introspection).trail.errors;
  }

  #trace({ root, unknown }: WrittenResult, introspection: ReadonlyMap<string, string>) {
    const trail: Trail = { path: [], errors: [], marks: [] };
    // What stands in several places is written in each: it has a path of its own there.
    const writing: Writing = {
      ...{ shared: NONE, unknown, introspection, written: new Map() },
      ...{ isInvalid: false, trail },
    };
    const text = this.#write(root, writing) ?? NULL;
    return { text, isInvalid: writing.isInvalid, trail };
  }

  #objectWriter(type: GraphQLCompositeType, selections: readonly SelectionSetNode[]): Writer {
    const { schema } = this.options;
    const byType = new Map<string, ObjectWriter | null>();
    const writerFor = (name: string): ObjectWriter | null => {
      let writer = byType.get(name);
      if (writer === undefined) {
        const actual = schema.getType(name);
        writer = isCompositeType(actual) ? this.#compile(actual, selections) : null;
        // Names that the schema lacks are the subgraphs' to invent, so they are not kept.
        if (writer) byType.set(name, writer);
      }
      return writer;
    };
    return (value, writing) => {
      if (value == null) return NULL;
      if (!isRow(value)) return markOr(value, writing, `Expected an object of ${type.name}.`);
      const { __typename: name } = value;
      const writer = writerFor(typeof name === 'string' ? name : type.name);
      if (!writer) return invalid(writing, `Invalid __typename found for an object of ${type.name}.`);
      if (writer.isNameless) return NULL;
      let text = '';
      const { trail } = writing;
      const told = trail?.errors.length ?? 0;
      const found = trail?.marks.length ?? 0;
      for (const field of writer.fields) {
        const inner = field.isInherited ? own(value, field.name) : value[field.name];
        trail?.path.push(field.name);
        const written = field.write(inner, writing);
        trail?.path.pop();
        if (written === undefined) {
          if (trail) trail.marks.length = found;
          if (trail && writing.unknown.has(value)) trail.errors.length = told;
          return NULL;
        }
        text += (text === '' ? field.head : `,${field.head}`) + written;
      }
      return `{${text}}`;
    };
  }

  #compile(type: GraphQLCompositeType, selections: readonly SelectionSetNode[]): ObjectWriter {
    const collected = new Map<string, CollectedField>();
    for (const selection of selections) this.#collect(type, selection, collected, new Set());
    const fields: FieldWriter[] = [];
    let isNameless = false;
    for (const { name, fieldName, selections: nested } of collected.values()) {
      const shared = { name, head: `${JSON.stringify(name)}:`, isInherited: isInherited(name) };
      if (fieldName === '__typename') {
        if (!isObjectType(type)) isNameless = true;
        const text = JSON.stringify(type.name);
        fields.push({ ...shared, write: () => text });
      } else if (INTROSPECTION_FIELDS.has(fieldName)) {
        fields.push({ ...shared, write: (_, { introspection }) => introspection.get(name) ?? NULL });
      } else {
        const field = fieldOf(type, fieldName);
        fields.push({ ...shared, write: this.#valueWriter(field.type, nested, `${type.name}.${fieldName}`) });
      }
    }
    return { fields, isNameless };
  }

  /** CollectFields of the specification, for a type. */
  #collect(
    type: GraphQLCompositeType,
    { selections }: SelectionSetNode,
    into: Map<string, CollectedField>,
    visited: Set<string>,
  ): void {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const name = selection.alias?.value ?? selection.name.value;
        const field = into.get(name) ?? { name, fieldName: selection.name.value, selections: [] };
        into.set(name, field);
        if (selection.selectionSet) field.selections.push(selection.selectionSet);
        continue;
      }
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = this.options.fragments.get(selection.name.value);
        if (!fragment || visited.has(fragment.name.value)) continue;
        visited.add(fragment.name.value);
        if (this.#applies(fragment.typeCondition.name.value, type)) {
          this.#collect(type, fragment.selectionSet, into, visited);
        }
      } else if (!selection.typeCondition || this.#applies(selection.typeCondition.name.value, type)) {
        this.#collect(type, selection.selectionSet, into, visited);
      }
    }
  }

  #applies(condition: string, type: GraphQLCompositeType): boolean {
    if (condition === type.name) return true;
    const { schema } = this.options;
    const wanted = schema.getType(condition);
    return isAbstractType(wanted) && isObjectOrInterface(type) && schema.isSubType(wanted, type);
  }

  #valueWriter(type: GraphQLOutputType, selections: readonly SelectionSetNode[], coordinate: string): Writer {
    if (isNonNullType(type)) {
      const inner = this.#valueWriter(type.ofType, selections, coordinate);
      return (value, writing) => {
        const known = writing.trail?.errors.length;
        const text = inner(value, writing);
        if (text !== NULL) return text;
        writing.isInvalid = true;
        // What made it null deeper down has been told of.
        if (writing.trail && writing.trail.errors.length === known) {
          invalid(writing, `Cannot return null for non-nullable field ${coordinate}.`);
        }
        return undefined;
      };
    }
    if (isListType(type)) {
      const inner = this.#valueWriter(type.ofType, selections, coordinate);
      return once((value, writing) => {
        if (value == null) return NULL;
        if (!Array.isArray(value)) return markOr(value, writing, `Expected a list for ${coordinate}.`);
        const { trail } = writing;
        const found = trail?.marks.length ?? 0;
        let text = '';
        let isNull = false;
        for (let i = 0; i < value.length; i += 1) {
          trail?.path.push(i);
          const written = inner(value[i], writing);
          trail?.path.pop();
          if (written === undefined) isNull = true;
          else text += i === 0 ? written : `,${written}`;
        }
        if (isNull && trail) trail.marks.length = found;
        return isNull ? NULL : `[${text}]`;
      });
    }
    if (isLeafType(type)) return leafWriter(type, coordinate);
    return once(this.#objectWriter(type, selections));
  }
}

/** Writes what several places share only once. */
function once(write: Writer): Writer {
  const kept: Writer = (value, writing) => {
    if (
      writing.shared.size === 0 ||
      typeof value !== 'object' ||
      value === null ||
      !writing.shared.has(value)
    ) {
      return write(value, writing);
    }
    let texts = writing.written.get(kept);
    if (!texts) {
      texts = new Map();
      writing.written.set(kept, texts);
    }
    let text = texts.get(value);
    if (text === undefined) {
      text = write(value, writing);
      if (text !== undefined) texts.set(value, text);
    }
    return text;
  };
  return kept;
}

function leafWriter(type: GraphQLLeafType, coordinate: string): Writer {
  const bad = (value: unknown, writing: Writing) =>
    markOr(value, writing, `Invalid value found for ${coordinate}.`);
  if (isEnumType(type)) {
    const texts = new Map(type.getValues().map(({ name }) => [name, `"${name}"`]));
    return (value, writing) =>
      value == null ? NULL : (typeof value === 'string' && texts.get(value)) || bad(value, writing);
  }
  switch (type.name) {
    case 'Boolean':
      return (value, writing) =>
        value == null ? NULL : typeof value === 'boolean' ? String(value) : bad(value, writing);
    case 'Int':
      return (value, writing) =>
        value == null ? NULL : Number.isInteger(value) ? String(value) : bad(value, writing);
    case 'Float':
      return (value, writing) =>
        value == null ? NULL : Number.isFinite(value) ? String(value) : bad(value, writing);
    case 'ID':
      return (value, writing) => {
        if (value == null) return NULL;
        if (typeof value === 'string') return quoted(value);
        return Number.isInteger(value) ? String(value) : bad(value, writing);
      };
    case 'String':
      return (value, writing) =>
        value == null ? NULL : typeof value === 'string' ? quoted(value) : bad(value, writing);
    default:
      // A scalar of a subgraph's own may be any JSON.
      return (value, writing) =>
        value == null ? NULL : typeof value === 'symbol' ? bad(value, writing) : jsonOf(value);
  }
}

/** Notes that a subgraph broke its schema, and what with. */
function invalid(writing: Writing, message: string): string {
  const { trail } = writing;
  writing.isInvalid = true;
  trail?.errors.push(new GraphQLError(message, { path: [...trail.path] }));
  return NULL;
}

/** The null of a value that is none of its type: one that is marked, or one that is invalid. */
function markOr(value: unknown, writing: Writing, message: string): string {
  if (typeof value !== 'symbol') return invalid(writing, message);
  const { trail } = writing;
  trail?.marks.push({ mark: value, place: [...trail.path] });
  return NULL;
}

const isObjectOrInterface = (type: GraphQLCompositeType) => 'getFields' in type;

function fieldOf(type: GraphQLCompositeType, name: string): GraphQLField<unknown, unknown> {
  const field = 'getFields' in type ? type.getFields()[name] : undefined;
  if (!field) throw new Error(`${type.name} has no field ${name}, which a valid operation selects`);
  return field;
}
