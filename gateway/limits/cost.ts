import {
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import type { ArgumentWeights, FieldWeights, ListSize, TypeWeights, Weights } from './weights';

/*
 * What an operation may cost at most, by the IBM cost specification: the sum over all that it may touch, each thing by
 * its weight (1 for an object, 0 for a leaf, unless `@cost` says otherwise), lists by how long they are asked to be or
 * `@listSize` says. Compiled once for an operation; with the variables of a request it is an evaluation that goes through
 * each fragment once, so that fragments that spread each other by the thousand cost a sum and no time.
 */

/** How long a list is taken to be when nothing says so, and a connection when nobody asks. */
const ASSUMED_SIZE = 10;
const ASSUMED_PAGE = 50;
/** What a change costs beside what it reads. */
const MUTATION_WEIGHT = 10;

type Variables = Readonly<Record<string, unknown>>;

/** A list that a field was asked for, by the argument that said how long. */
export interface AskedSize {
  readonly field: string;
  readonly size: number;
}

interface Evaluation {
  readonly variables: Variables;
  /** The cost of each fragment, by how long the fields of its type that a field around it sized are. */
  readonly fragments: Map<CompiledFragment, Map<number | null, number>>;
  largest: AskedSize | null;
}

/** The cost of a selection set; `sized` is how long the fields are that the field around it sizes. */
type Sum = (evaluation: Evaluation, sized: Sized | null) => number;

interface Sized {
  readonly fields: readonly string[];
  readonly size: number;
}

interface CompiledFragment {
  sum: Sum;
}

export interface OperationCost {
  readonly cost: number;
  /** The longest list that an argument asks for. */
  readonly largest: AskedSize | null;
}

/** Compiles what a document's operations cost. The document is valid. */
export class CostCompiler {
  readonly #compiled = new Map<string, CompiledFragment>();

  constructor(
    private readonly weights: Weights,
    private readonly roots: Readonly<Record<OperationDefinitionNode['operation'], string | undefined>>,
    private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  ) {}

  compile(operation: OperationDefinitionNode): (variables: Variables) => OperationCost {
    const sum = this.#selections(operation.selectionSet, this.roots[operation.operation] ?? '');
    const isMutation = operation.operation === 'mutation';
    const extra = isMutation ? MUTATION_WEIGHT * operation.selectionSet.selections.length : 0;
    const defaults = new Map(
      operation.variableDefinitions?.flatMap(({ variable, defaultValue }) =>
        defaultValue ? [[variable.name.value, plainValue(defaultValue)] as const] : [],
      ),
    );
    const evaluate = (given: Variables): OperationCost => {
      const variables = { ...Object.fromEntries(defaults), ...given };
      const evaluation: Evaluation = { variables, fragments: new Map(), largest: null };
      return { cost: sum(evaluation, null) + extra, largest: evaluation.largest };
    };
    if (operation.variableDefinitions?.length) return evaluate;
    const always = evaluate({});
    return () => always;
  }

  #selections(set: SelectionSetNode, type: string): Sum {
    const parts = set.selections.map((selection): Sum => {
      const isLeftOut = conditionOf(selection);
      const part = this.#selection(selection, type);
      return isLeftOut ? (e, sized) => (isLeftOut(e.variables) ? 0 : part(e, sized)) : part;
    });
    return (evaluation, sized) => {
      let sum = 0;
      for (const part of parts) sum += part(evaluation, sized);
      return sum;
    };
  }

  #selection(selection: SelectionSetNode['selections'][number], type: string): Sum {
    switch (selection.kind) {
      case Kind.FIELD:
        return this.#field(selection, type);
      case Kind.INLINE_FRAGMENT:
        return this.#selections(selection.selectionSet, selection.typeCondition?.name.value ?? type);
      case Kind.FRAGMENT_SPREAD:
        return this.#spread(selection.name.value);
    }
  }

  #spread(name: string): Sum {
    const fragment = this.#fragment(name);
    return (evaluation, sized) => {
      let costs = evaluation.fragments.get(fragment);
      if (!costs) {
        costs = new Map();
        evaluation.fragments.set(fragment, costs);
      }
      // Of one place in the schema the sized fields are always the same.
      const key = sized?.size ?? null;
      let cost = costs.get(key);
      if (cost === undefined) {
        cost = fragment.sum(evaluation, sized);
        costs.set(key, cost);
      }
      return cost;
    };
  }

  #fragment(name: string): CompiledFragment {
    let compiled = this.#compiled.get(name);
    if (!compiled) {
      compiled = { sum: () => 0 };
      this.#compiled.set(name, compiled);
      const definition = this.fragments.get(name);
      if (definition)
        compiled.sum = this.#selections(definition.selectionSet, definition.typeCondition.name.value);
    }
    return compiled;
  }

  #field(node: FieldNode, type: string): Sum {
    const name = node.name.value;
    const field = this.weights.get(type)?.fields.get(name);
    // What asks for the schema: bounded by its depth, and the same for everyone.
    if (!field) return () => (node.selectionSet ? 1 : 0);
    const returned = this.weights.get(field.type);
    const weight = field.weight ?? returned?.weight ?? (returned?.kind === 'object' ? 1 : 0);
    const inner = node.selectionSet ? this.#selections(node.selectionSet, field.type) : null;
    const listSize = field.listSize ?? assumedOf(field, this.weights);
    const sizeOf = listSize && slicer(node, field, listSize, `${type}.${name}`);
    const ofArguments = this.#arguments(node, field);
    return (evaluation, sized) => {
      const size = sizeOf ? sizeOf(evaluation) : null;
      const isSizing = listSize !== null && listSize.sizedFields.length > 0;
      let length = 1;
      if (field.isList) {
        if (sized?.fields.includes(name)) length = sized.size;
        else length = isSizing ? ASSUMED_SIZE : (size ?? ASSUMED_SIZE);
      }
      const inside = inner
        ? inner(evaluation, isSizing && size !== null ? { fields: listSize.sizedFields, size } : null)
        : 0;
      return length * (weight + inside) + (ofArguments ? ofArguments(evaluation) : 0);
    };
  }

  #arguments(node: FieldNode, field: FieldWeights): ((evaluation: Evaluation) => number) | null {
    const given = (node.arguments ?? []).flatMap(({ name, value }) => {
      const weights = field.arguments.find((each) => each.name === name.value);
      const input = weights && this.weights.get(weights.type);
      if (!weights || (weights.weight === null && input?.kind !== 'input')) return [];
      return [{ weights, input, value }];
    });
    if (given.length === 0) return null;
    return ({ variables }) => {
      let sum = 0;
      for (const { weights, input, value } of given) {
        const plain = plainValue(value, variables);
        if (plain == null) continue;
        sum += (weights.weight ?? 0) + (input?.kind === 'input' ? this.#input(plain, input) : 0);
      }
      return sum;
    };
  }

  /** What the objects of an input cost, those inside of it included. */
  #input(value: unknown, type: TypeWeights): number {
    if (Array.isArray(value)) {
      let sum = 0;
      for (const each of value) sum += this.#input(each, type);
      return sum;
    }
    if (typeof value !== 'object' || value === null) return 0;
    let sum = type.weight ?? 1;
    for (const [name, inside] of Object.entries(value)) {
      const field = type.fields.get(name);
      if (!field || inside === null) continue;
      sum += field.weight ?? 0;
      if (typeof inside !== 'object') continue;
      const inner = this.weights.get(field.type);
      if (inner?.kind === 'input') sum += this.#input(inside, inner);
    }
    return sum;
  }
}

/** What a connection is taken to be that nothing is said of: as long as its argument `first`, and a page without it. */
function assumedOf(field: FieldWeights, weights: Weights): ListSize | null {
  if (!field.arguments.some(({ name }) => name === 'first')) return null;
  const inside = weights.get(field.type)?.fields;
  const sizedFields = field.isList ? [] : ['edges', 'nodes'].filter((name) => inside?.get(name)?.isList);
  if (!field.isList && sizedFields.length === 0) return null;
  return { assumedSize: ASSUMED_PAGE, slicingArguments: ['first', 'last'], sizedFields };
}

/** How long a list is that a field asks for. Notes the longest. */
function slicer(
  node: FieldNode,
  field: FieldWeights,
  { assumedSize, slicingArguments }: ListSize,
  coordinate: string,
): (evaluation: Evaluation) => number {
  const given = slicingArguments.flatMap((name): Slice[] => {
    const value = node.arguments?.find((each) => each.name.value === name)?.value;
    const declared: ArgumentWeights | undefined = field.arguments.find((each) => each.name === name);
    return value || declared?.defaultValue ? [{ value, defaultValue: declared?.defaultValue }] : [];
  });
  return (evaluation) => {
    let size: number | null = null;
    for (const { value, defaultValue } of given) {
      let asked = value && plainValue(value, evaluation.variables);
      if (asked === undefined && defaultValue) asked = plainValue(defaultValue);
      if (typeof asked === 'number' && asked >= 0) size = Math.max(size ?? 0, asked);
    }
    if (size !== null && size > (evaluation.largest?.size ?? 0))
      evaluation.largest = { field: coordinate, size };
    return size ?? assumedSize ?? ASSUMED_SIZE;
  };
}

interface Slice {
  readonly value: ValueNode | undefined;
  readonly defaultValue: ValueNode | undefined;
}

/** Says of a selection under `@skip` or `@include` whether a request leaves it out; null when it never is. */
function conditionOf({
  directives,
}: SelectionSetNode['selections'][number]): ((variables: Variables) => boolean) | null {
  const conditions = (directives ?? []).filter(
    ({ name }) => name.value === 'skip' || name.value === 'include',
  );
  if (conditions.length === 0) return null;
  return (variables) =>
    conditions.some(({ name, arguments: args }) => {
      const value = args?.find((each) => each.name.value === 'if')?.value;
      return value !== undefined && (plainValue(value, variables) === true) === (name.value === 'skip');
    });
}

/** The value that is written in a document, with the variables in their places. */
function plainValue(node: ValueNode, variables: Variables = {}): unknown {
  switch (node.kind) {
    case Kind.VARIABLE:
      return Object.hasOwn(variables, node.name.value) ? variables[node.name.value] : undefined;
    case Kind.INT:
    case Kind.FLOAT:
      return Number(node.value);
    case Kind.NULL:
      return null;
    case Kind.LIST:
      return node.values.map((value) => plainValue(value, variables));
    case Kind.OBJECT:
      return Object.fromEntries(
        node.fields.map(({ name, value }) => [name.value, plainValue(value, variables)] as const),
      );
    default:
      return node.value;
  }
}
