import type { GraphQLSchema } from 'graphql';
import { copyOf, mergeInto } from './merge';
import type { Row } from './own';
import * as rows from './own';
import { applyRewrites } from './rewrites';
import type { EntityList, Part, Step } from './steps';

// Bound once; see `shape`.
const { isRow, own } = rows;

/** A step of a path into every element of a list. */
const EVERY = '@';

/** The places at a path: each holds, under its key, what is there. */
interface Places {
  readonly holders: (Row | unknown[])[];
  readonly keys: (string | number)[];
}

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
  /** Rows of entities of which a subgraph said that there is none. */
  readonly unknown = new Set<object>();

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
    /** What stands in several places is asked of once, and then stands in all of them. */
    const seen = new Map<Row, Row>();
    const { holders, keys } = this.#placesAt(part.path);
    for (let i = 0; i < holders.length; i += 1) {
      const holder = holders[i] as Row;
      const key = keys[i] as string;
      const row = holder[key];
      if (!isRow(row)) continue;
      if (this.shared.has(row)) {
        const known = seen.get(row);
        if (known) {
          holder[key] = known;
          continue;
        }
        seen.set(row, row);
      }
      const read = part.read(row);
      if (!read) continue;
      const text = part.inputRewrites ? this.#rewritten(read.text, part) : read.text;
      if (read.isAll) {
        const first = standing.get(text);
        if (first) {
          this.shared.add(first);
          if (seen.has(row)) seen.set(row, first);
          holder[key] = first;
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

  /**
   * Adds the entities that a subgraph answered, in the order of the representations, to the rows that asked for them. Where
   * it answered null there is no such entity, unless it failed.
   */
  addEntities(
    { list, parts }: AskedList,
    entities: readonly unknown[],
    hasFailed: (index: number) => boolean,
  ): void {
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
        else if (entities[index] === null && !hasFailed(index)) this.unknown.add(target);
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
  #placesAt(path: readonly string[]): Places {
    let values: unknown[] = [this.root];
    let places: Places = { holders: [], keys: [] };
    for (const step of path) {
      const { holders, keys } = this.#placesIn(values, step);
      places = { holders, keys };
      values = holders.map((holder, i) => (holder as Row)[keys[i] as string]);
    }
    return places;
  }

  /** The places one step further than values. */
  #placesIn(values: readonly unknown[], step: string): Places {
    const holders: Places['holders'] = [];
    const keys: Places['keys'] = [];
    const passed = this.shared.size > 0 ? new Set<unknown>() : null;
    for (const value of values) {
      if (typeof value !== 'object' || value === null) continue;
      if (passed && this.shared.has(value)) {
        if (passed.has(value)) continue;
        passed.add(value);
      }
      if (Array.isArray(value)) {
        if (step !== EVERY) continue;
        for (let key = 0; key < value.length; key += 1) {
          holders.push(value);
          keys.push(key);
        }
      } else if (step !== EVERY && own(value as Row, step) !== undefined) {
        holders.push(value as Row);
        keys.push(step);
      }
    }
    return { holders, keys };
  }
}
