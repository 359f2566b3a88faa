import type { GraphQLSchema } from 'graphql';
import { copyOf, mergeInto } from './merge';
import { isRow, own, type Row } from './own';
import { applyRewrites } from './rewrites';
import type { EntityList, Part, Step } from './steps';

/** A place in the result: what `holder` has under `key`. */
interface Slot {
  readonly holder: Row | unknown[];
  readonly key: string | number;
}

const EVERY = '@';

const valueAt = ({ holder, key }: Slot): unknown =>
  Array.isArray(holder) ? holder[key as number] : own(holder, key as string);

/** What an entity's rows in the result are told by the subgraph. */
interface Asked {
  /** Rows of one part, each once, and which of the representations each has. */
  readonly targets: readonly Row[];
  readonly indexes: readonly number[];
}

/** The representations that a list sends, each once, and whose they are. */
export interface AskedList {
  readonly list: EntityList;
  /** As JSON. */
  readonly representations: readonly string[];
  readonly parts: readonly Asked[];
}

/** What one request has gathered so far: a tree of rows, parts of which may be shared. */
export class Result {
  readonly root: Row = {};
  /** What stands in several places. */
  readonly shared = new Set<object>();

  constructor(private readonly schema: GraphQLSchema) {}

  /** Adds the root fields that a subgraph answered. */
  addRoot(data: Row, rewrites: Step['outputRewrites']): void {
    applyRewrites(data, rewrites, this.schema);
    mergeInto(this.root, data);
  }

  /** Gathers what a list asks of the rows that are there by now. */
  ask(list: EntityList): AskedList {
    const indexes = new Map<string, number>();
    const parts = list.parts.map((part) => this.#askPart(part, indexes));
    return { list, representations: [...indexes.keys()], parts };
  }

  #askPart(part: Part, indexes: Map<string, number>): Asked {
    const targets: Row[] = [];
    const targetIndexes: number[] = [];
    /** The row that stands for all of the same representation that hold nothing else. */
    const standing = new Map<string, Row>();
    const seen = new Map<Row, Row>();
    for (const slot of this.#slots(part.path)) {
      const row = valueAt(slot);
      if (!isRow(row)) continue;
      const known = seen.get(row);
      if (known) {
        if (known !== row) put(slot, known);
        continue;
      }
      seen.set(row, row);
      const read = part.read(row);
      if (!read) continue;
      const text = part.inputRewrites ? this.#rewritten(read.text, part) : read.text;
      if (read.isAll) {
        const first = standing.get(text);
        if (first) {
          this.shared.add(first);
          seen.set(row, first);
          put(slot, first);
          continue;
        }
        standing.set(text, row);
      }
      let index = indexes.get(text);
      if (index === undefined) {
        index = indexes.size;
        indexes.set(text, index);
      }
      targets.push(row);
      targetIndexes.push(index);
    }
    return { targets, indexes: targetIndexes };
  }

  #rewritten(text: string, part: Part): string {
    const representation: unknown = JSON.parse(text);
    applyRewrites(representation, part.inputRewrites, this.schema);
    return JSON.stringify(representation);
  }

  /** Adds the entities that a subgraph answered, in the order of the representations, to the rows that asked for them. */
  addEntities({ list, parts }: AskedList, entities: readonly unknown[]): void {
    const isUsed = new Set<number>();
    for (const { targets, indexes } of parts) {
      // A part whose rows the same entities answer takes copies: what is asked of them next differs from part to part.
      const ofPart = new Map<number, Row | null>();
      for (let i = 0; i < targets.length; i += 1) {
        const target = targets[i];
        const index = indexes[i];
        if (target === undefined || index === undefined) continue;
        let entity = ofPart.get(index);
        if (entity === undefined) {
          const given = isUsed.has(index) ? copyOf(entities[index]) : entities[index];
          isUsed.add(index);
          entity = isRow(given) ? given : null;
          if (entity && list.outputRewrites) {
            if (entity.__typename === undefined) entity.__typename = target.__typename;
            applyRewrites(entity, list.outputRewrites, this.schema);
          }
          ofPart.set(index, entity);
        } else if (entity) {
          this.#share(entity);
        }
        if (entity) mergeInto(target, entity);
      }
    }
  }

  #share(entity: Row): void {
    for (const name of Object.keys(entity)) {
      const value = entity[name];
      if (typeof value === 'object' && value !== null) this.shared.add(value);
    }
  }

  /** The paths of the rows that one of a list's representations stands for. */
  pathsOf({ list, parts }: AskedList, index: number): (string | number)[][] {
    return list.parts.flatMap((part, i) => {
      const { targets = [], indexes = [] } = parts[i] ?? {};
      const meant = new Set(targets.filter((_, t) => indexes[t] === index));
      return [...this.#paths(this.root, part.path, [])]
        .filter(([, row]) => meant.has(row as Row))
        .map(([p]) => p);
    });
  }

  *#paths(
    value: unknown,
    [first, ...rest]: readonly string[],
    path: readonly (string | number)[],
  ): Generator<[(string | number)[], unknown]> {
    if (value == null) return;
    if (first === undefined) {
      yield [[...path], value];
    } else if (first === EVERY) {
      if (!Array.isArray(value)) return;
      for (const [i, element] of value.entries()) yield* this.#paths(element, rest, [...path, i]);
    } else if (isRow(value)) {
      yield* this.#paths(own(value, first), rest, [...path, first]);
    }
  }

  /** The places at a path, level by level, so that what is shared is gone through once. */
  #slots(path: readonly string[]): Slot[] {
    let slots: Slot[] = [{ holder: [this.root], key: 0 }];
    for (const step of path) {
      const next: Slot[] = [];
      const passed = this.shared.size > 0 ? new Set<unknown>() : null;
      for (const slot of slots) {
        const value = valueAt(slot);
        if (typeof value !== 'object' || value === null) continue;
        if (passed) {
          if (passed.has(value)) continue;
          passed.add(value);
        }
        if (step === EVERY) {
          if (Array.isArray(value))
            for (let key = 0; key < value.length; key += 1) next.push({ holder: value, key });
        } else if (isRow(value)) {
          next.push({ holder: value, key: step });
        }
      }
      slots = next;
    }
    return slots;
  }
}

function put({ holder, key }: Slot, row: Row): void {
  if (Array.isArray(holder)) holder[key as number] = row;
  else holder[key as string] = row;
}
