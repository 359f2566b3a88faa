import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { ClientError } from '../../subgraphs/kit/errors';
import type { Limits } from './limits';
import { tooDeep, tooManyAliases, tooManyDirectives, tooManyFields, tooManyRootFields } from './refusals';

/**
 * Whether a document is larger than the hub takes; null when it is not. Looked at once, before the document is validated:
 * validation compares fields of the same name with each other, so what a few kilobytes can make it do grows by their
 * square. Each fragment is gone through once however often it is spread, and circles end.
 */
export function extentRefusal(document: DocumentNode, limits: Limits): ClientError | null {
  const extent = new Extent(document, limits);
  const { written, repeats, aliases, directives, fragments } = extent;
  if (written > limits.fields) return tooManyFields(written, limits.fields);
  if (aliases > limits.aliases) return tooManyAliases(aliases, limits.aliases);
  // What is written twice in one place is compared with each other.
  const repeatsAllowed = limits.fields / 10;
  if (repeats > repeatsAllowed) return tooManyFields(repeats, repeatsAllowed);
  if (fragments > repeatsAllowed) return tooManyFields(fragments, repeatsAllowed);
  if (directives > limits.directives) return tooManyDirectives(directives, limits.directives);
  if (extent.depth > limits.depth) return tooDeep(limits.depth);
  const { rootFields } = extent;
  return rootFields > limits.rootFields ? tooManyRootFields(rootFields, limits.rootFields) : null;
}

class Extent {
  written = 0;
  repeats = 0;
  aliases = 0;
  directives = 0;
  depth = 0;
  rootFields = 0;
  fragments = 0;
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  readonly #depths = new Map<string, number>();

  constructor(
    document: DocumentNode,
    private readonly limits: Limits,
  ) {
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION)
        this.#fragments.set(definition.name.value, definition);
    }
    this.fragments = this.#fragments.size;
    for (const definition of document.definitions) {
      if (definition.kind !== Kind.OPERATION_DEFINITION && definition.kind !== Kind.FRAGMENT_DEFINITION)
        continue;
      this.directives += definition.directives?.length ?? 0;
      this.#count(definition.selectionSet, 0);
    }
    // Only then: what is written too deep is not gone through a second time.
    if (this.depth > limits.depth) return;
    for (const definition of document.definitions) {
      if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
      this.depth = Math.max(this.depth, this.#depthOf(definition.selectionSet));
      this.rootFields = Math.max(this.rootFields, this.#rootFieldsOf(definition));
    }
  }

  /** Counts what is written. Selections without fields are nesting too: nothing may go on without end. */
  #count({ selections }: SelectionSetNode, nesting: number): void {
    if (nesting > 2 * this.limits.depth) {
      this.depth = Number.POSITIVE_INFINITY;
      return;
    }
    const names = new Set<string>();
    for (const selection of selections) {
      this.directives += selection.directives?.length ?? 0;
      if (selection.kind === Kind.FIELD) {
        this.written += 1;
        if (selection.alias && selection.alias.value !== selection.name.value) this.aliases += 1;
      }
      const name =
        selection.kind === Kind.FIELD
          ? (selection.alias ?? selection.name).value
          : selection.kind === Kind.FRAGMENT_SPREAD
            ? `...${selection.name.value}`
            : '...';
      if (names.has(name)) this.repeats += 1;
      names.add(name);
      if (selection.kind !== Kind.FRAGMENT_SPREAD && selection.selectionSet) {
        this.#count(selection.selectionSet, nesting + 1);
      }
    }
  }

  /** How deep the fields of a selection lie in each other. */
  #depthOf({ selections }: SelectionSetNode): number {
    let depth = 0;
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        depth = Math.max(depth, 1 + (selection.selectionSet ? this.#depthOf(selection.selectionSet) : 0));
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        depth = Math.max(depth, this.#depthOf(selection.selectionSet));
      } else {
        depth = Math.max(depth, this.#depthOfFragment(selection.name.value));
      }
    }
    return depth;
  }

  #depthOfFragment(name: string): number {
    const known = this.#depths.get(name);
    if (known !== undefined) return known;
    const fragment = this.#fragments.get(name);
    // A fragment inside of itself is refused by validation.
    this.#depths.set(name, 0);
    const depth = fragment ? this.#depthOf(fragment.selectionSet) : 0;
    this.#depths.set(name, depth);
    return depth;
  }

  #rootFieldsOf({ selectionSet }: OperationDefinitionNode): number {
    const names = new Set<string>();
    const passed = new Set<string>();
    const collect = ({ selections }: SelectionSetNode): void => {
      for (const selection of selections) {
        if (selection.kind === Kind.FIELD) names.add((selection.alias ?? selection.name).value);
        else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet);
        else if (!passed.has(selection.name.value)) {
          passed.add(selection.name.value);
          const fragment = this.#fragments.get(selection.name.value);
          if (fragment) collect(fragment.selectionSet);
        }
      }
    };
    collect(selectionSet);
    return names.size;
  }
}
