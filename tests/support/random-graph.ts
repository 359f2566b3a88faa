import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  buildASTSchema,
  type DocumentNode,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  isObjectType,
  Kind,
  parse,
  visit,
} from 'graphql';
import type { Path } from 'graphql/jsutils/Path';

/** Numbers that a seed determines (mulberry32). */
export class Draw {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** At least 0, below 1. */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  below(count: number): number {
    return Math.floor(this.fraction() * count);
  }

  isTrue(chance: number): boolean {
    return this.fraction() < chance;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }

  some<T>(from: readonly T[], chance: number): T[] {
    return from.filter(() => this.isTrue(chance));
  }
}

type Value = unknown;

/** Told by a schema's resolvers of what they withhold. */
export interface Told {
  readonly withheld: (coordinate: string, provider: string, row: string, place: Path) => void;
}

interface Field {
  readonly name: string;
  /** The type that it names, and how it is wrapped: `X`, `X!`, `[X]`, `[X!]!`. */
  readonly named: string;
  readonly wrap: (type: string) => string;
  readonly isList: boolean;
  readonly isNonNull: boolean;
  readonly subgraphs: readonly number[];
  /** A field of the same entity that another subgraph must tell first. */
  readonly requires?: Field;
  /** A field of the entity that it leads to, which it tells as well. */
  readonly provides?: Field;
}

interface Entity {
  readonly name: string;
  readonly fields: Field[];
  /** By which keys each subgraph that has it knows it. */
  readonly keys: ReadonlyMap<number, readonly ('id' | 'code')[]>;
}

const WRAPS: readonly { wrap: (type: string) => string; isList: boolean; isNonNull: boolean }[] = [
  { wrap: (t) => t, isList: false, isNonNull: false },
  { wrap: (t) => `${t}!`, isList: false, isNonNull: true },
  { wrap: (t) => `[${t}]`, isList: true, isNonNull: false },
  { wrap: (t) => `[${t}!]!`, isList: true, isNonNull: true },
];
const SCALARS = ['String', 'Int', 'Float', 'Boolean', 'Color', 'Point'];
const COLORS = ['RED', 'GREEN', 'BLUE'];
const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external", "@requires", "@provides", "@shareable"])\n';
const COMMON = 'enum Color { RED GREEN BLUE }\ntype Point @shareable { x: Int y: Float! name: String }\n';
const ROWS = 4;

const hash = (...parts: readonly (string | number)[]): number => {
  let h = 2_166_136_261;
  for (const character of parts.join('\u0001'))
    h = Math.imul(h ^ (character.codePointAt(0) ?? 0), 16_777_619);
  return h >>> 0;
};

/** Composed subgraphs, each executable, and the same graph as one schema. */
export interface RandomGraph {
  readonly supergraphSdl: string;
  readonly subgraphs: ReadonlyMap<string, GraphQLSchema>;
  /** One schema over all the data, by which answers are judged. */
  readonly whole: (apiSchema: DocumentNode) => GraphQLSchema;
  /** The same with nothing required, so that it tells every failure there is. */
  readonly lenient: (apiSchema: DocumentNode) => GraphQLSchema;
  /** Makes mutations count from the beginning. */
  readonly forgetChanges: () => void;
}

/** A graph that a seed determines; null for one that does not compose. `faults` is the share of fields that fail. */
export function randomGraph(seed: number, faults: number): RandomGraph | null {
  const draw = new Draw(seed);
  const count = 2 + draw.below(3);
  const numbers = Array.from({ length: count }, (_, i) => i);
  const entities = makeEntities(draw, numbers);
  const abstracts = makeAbstracts(draw, numbers, entities);
  const world = new World(seed, faults, entities, abstracts);
  const sdls = numbers.map((n) => sdlOf(n, draw, entities, abstracts));
  const composed = composeServices(
    sdls.map((sdl, n) => ({ name: `s${n}`, url: `http://s${n}`, typeDefs: parse(sdl) })),
  );
  if (composed.errors) return null;
  return {
    supergraphSdl: composed.supergraphSdl,
    forgetChanges: () => world.forgetChanges(),
    subgraphs: new Map(
      sdls.map((sdl, n) => [`s${n}`, world.resolving(buildSubgraphSchema({ typeDefs: parse(sdl) }), n)]),
    ),
    whole: (api) => world.resolving(buildASTSchema(api, { assumeValid: true }), null),
    lenient: (api) =>
      world.resolving(
        buildASTSchema(
          visit(api, {
            FieldDefinition: { leave: (node) => ({ ...node, type: withoutNonNull(node.type) }) },
          }),
          { assumeValid: true },
        ),
        null,
      ),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: type nodes of every kind pass through
function withoutNonNull(type: any): any {
  if (type.kind === Kind.NON_NULL_TYPE) return withoutNonNull(type.type);
  return type.kind === Kind.LIST_TYPE ? { ...type, type: withoutNonNull(type.type) } : type;
}

function makeEntities(draw: Draw, numbers: readonly number[]): Entity[] {
  const names = Array.from({ length: 2 + draw.below(3) }, (_, i) => `T${i}`);
  const entities = names.map((name): Entity => {
    const owner = draw.pick(numbers);
    const keys = new Map<number, readonly ('id' | 'code')[]>([[owner, ['id', 'code']]]);
    for (const n of numbers) {
      if (n !== owner && draw.isTrue(0.6)) keys.set(n, draw.isTrue(0.3) ? ['code'] : ['id']);
    }
    return { name, fields: [], keys };
  });
  for (const entity of entities) {
    const homes = [...entity.keys.keys()];
    for (let i = 0, length = 2 + draw.below(4); i < length; i += 1) {
      const isReference = draw.isTrue(0.4);
      const home = draw.pick(homes);
      const isShared = !isReference && draw.isTrue(0.2);
      entity.fields.push({
        name: `f${i}`,
        named: isReference ? draw.pick(entities).name : draw.pick(SCALARS),
        ...draw.pick(WRAPS),
        subgraphs: isShared ? homes : [home],
      });
    }
  }
  for (const entity of entities) addRequirements(draw, entity, entities);
  return entities;
}

const isPlain = ({ named, isList }: Field): boolean =>
  SCALARS.includes(named) && named !== 'Point' && !isList;

function addRequirements(draw: Draw, entity: Entity, entities: readonly Entity[]): void {
  const homes = [...entity.keys.keys()];
  const needed = entity.fields.find((field) => isPlain(field) && field.subgraphs.length === 1);
  const others = homes.filter((n) => !needed?.subgraphs.includes(n));
  if (needed && others.length > 0 && draw.isTrue(0.6)) {
    entity.fields.push({
      ...{ name: 'derived', named: 'String', wrap: (t: string) => t, isList: false, isNonNull: false },
      ...{ subgraphs: [draw.pick(others)], requires: needed },
    });
  }
  for (const [i, field] of entity.fields.entries()) {
    const target = entities.find(({ name }) => name === field.named);
    const told = target?.fields.find(
      (f) => isPlain(f) && f.subgraphs.length > 1 && !f.subgraphs.includes(field.subgraphs[0] ?? -1),
    );
    if (told && draw.isTrue(0.5)) entity.fields[i] = { ...field, provides: told };
  }
}

interface Abstract {
  readonly name: string;
  readonly kind: 'interface' | 'union';
  readonly subgraph: number;
  readonly members: readonly string[];
}

function makeAbstracts(draw: Draw, numbers: readonly number[], entities: readonly Entity[]): Abstract[] {
  const abstracts: Abstract[] = [];
  for (const subgraph of numbers) {
    const members = entities.filter((e) => e.keys.get(subgraph)?.includes('id')).map(({ name }) => name);
    if (members.length === 0) continue;
    if (draw.isTrue(0.5)) abstracts.push({ name: `U${subgraph}`, kind: 'union', subgraph, members });
    if (draw.isTrue(0.5)) abstracts.push({ name: `N${subgraph}`, kind: 'interface', subgraph, members });
  }
  return abstracts;
}

function sdlOf(n: number, draw: Draw, entities: readonly Entity[], abstracts: readonly Abstract[]): string {
  const own = abstracts.filter(({ subgraph }) => subgraph === n);
  const stubs = new Set<string>();
  const externals = new Map<string, Set<string>>();
  const external = (type: string, field: Field) => {
    const known = externals.get(type) ?? new Set();
    externals.set(type, known.add(`${field.name}: ${field.wrap(field.named)} @external`));
  };
  const bodies = new Map<string, string[]>();
  for (const entity of entities) {
    if (!entity.keys.has(n)) continue;
    bodies.set(
      entity.name,
      entity.fields
        .filter((field) => field.subgraphs.includes(n))
        .map((field) => {
          if (!SCALARS.includes(field.named)) stubs.add(field.named);
          if (field.requires) external(entity.name, field.requires);
          if (field.provides) external(field.named, field.provides);
          return [
            `${field.name}: ${field.wrap(field.named)}`,
            ...(field.subgraphs.length > 1 ? ['@shareable'] : []),
            ...(field.requires ? [`@requires(fields: "${field.requires.name}")`] : []),
            ...(field.provides ? [`@provides(fields: "${field.provides.name}")`] : []),
          ].join(' ');
        }),
    );
  }
  const types = entities.flatMap(({ name, keys }) => {
    const known = keys.get(n);
    if (!known && !stubs.has(name)) return [];
    const by = known ?? ['id'];
    const implemented = own
      .filter((a) => a.kind === 'interface' && a.members.includes(name))
      .map((a) => a.name);
    const head = `type ${name}${implemented.length > 0 ? ` implements ${implemented.join(' & ')}` : ''}`;
    const directives = by.map((key) => `@key(fields: "${key}"${known ? '' : ', resolvable: false'})`);
    const fields = [
      ...by.map((key) => `${key}: ${key === 'id' ? 'ID!' : 'String!'}`),
      ...(bodies.get(name) ?? []),
      ...(externals.get(name) ?? []),
    ];
    return [`${head} ${directives.join(' ')} { ${[...new Set(fields)].join('\n')} }`];
  });
  const roots = entities
    .filter(({ keys }) => keys.has(n))
    .flatMap(({ name }) => [
      ...(draw.isTrue(0.7) ? [`${name.toLowerCase()}s${n}: [${name}!]!`] : []),
      ...(draw.isTrue(0.5) ? [`${name.toLowerCase()}by${n}(number: Int = 1): ${name}`] : []),
    ]);
  const abstractTypes = own.map(({ name, kind, members }) =>
    kind === 'union' ? `union ${name} = ${members.join(' | ')}` : `interface ${name} { id: ID! }`,
  );
  const abstractRoots = own.map(({ name }) => `all${name}: [${name}]`);
  const query = `type Query { ok${n}: Boolean ${[...roots, ...abstractRoots].join('\n')} }`;
  return `${LINK}${COMMON}${types.join('\n')}\n${abstractTypes.join('\n')}\n${query}\ntype Mutation { bump${n}: Int again${n}: T0 }`.replace(
    `again${n}: T0`,
    entities[0]?.keys.has(n) ? `again${n}: T0` : `more${n}: Int`,
  );
}

/** What stands behind all subgraphs: rows whose fields' values the seed determines. */
class World {
  #bumps = 0;

  constructor(
    private readonly seed: number,
    private readonly faults: number,
    private readonly entities: readonly Entity[],
    private readonly abstracts: readonly Abstract[],
  ) {}

  /** Gives a schema the world's resolvers; `subgraph` is whose it is, or null for the whole. */
  resolving(schema: GraphQLSchema, subgraph: number | null): GraphQLSchema {
    for (const type of Object.values(schema.getTypeMap())) {
      if (!isObjectType(type) || type.name.startsWith('_')) continue;
      const entity = this.entities.find(({ name }) => name === type.name);
      if (entity) {
        const resolveReference = (reference: Record<string, Value>) => this.#find(entity, reference);
        type.extensions = { ...type.extensions, apollo: { subgraph: { resolveReference } } };
      }
      for (const field of Object.values(type.getFields())) {
        if (field.name.startsWith('_')) continue;
        if (type.name === 'Query') field.resolve = this.#root(field.name);
        else if (type.name === 'Mutation') field.resolve = this.#change(field.name);
        else if (entity) field.resolve = this.#field(entity, field.name, subgraph);
      }
    }
    return schema;
  }

  forgetChanges(): void {
    this.#bumps = 0;
  }

  #row(name: string, number: number): Record<string, Value> {
    return { __typename: name, id: `${name}-${number}`, code: `c${number}`, number };
  }

  #find(entity: Entity, reference: Record<string, Value>): Record<string, Value> | null {
    for (let number = 0; number < ROWS; number += 1) {
      const row = this.#row(entity.name, number);
      if (reference.id === row.id || (reference.id === undefined && reference.code === row.code)) {
        return { ...reference, ...row };
      }
    }
    return null;
  }

  #root = (name: string): GraphQLFieldResolver<unknown, unknown> => {
    const abstract = this.abstracts.find((a) => name === `all${a.name}`);
    if (abstract) {
      return () => abstract.members.flatMap((member) => [this.#row(member, 0), null, this.#row(member, 2)]);
    }
    const entity = this.entities.find((e) => name.startsWith(e.name.toLowerCase()));
    if (!entity) return () => true;
    if (name.includes('by')) {
      return (_, { number }) => (number >= 0 && number < ROWS ? this.#row(entity.name, number) : null);
    }
    return () => Array.from({ length: ROWS }, (_, number) => this.#row(entity.name, number));
  };

  #change = (name: string): GraphQLFieldResolver<unknown, unknown> => {
    if (name.startsWith('again')) return () => this.#row('T0', 1);
    return () => {
      this.#bumps += 1;
      return this.#bumps;
    };
  };

  #field(
    entity: Entity,
    name: string,
    subgraph: number | null,
  ): GraphQLFieldResolver<Record<string, Value>, Told | undefined> {
    if (name === 'id' || name === 'code') return (row) => row[name];
    const field = entity.fields.find((f) => f.name === name);
    if (!field) throw new Error(`${entity.name} has no ${name}`);
    const { requires } = field;
    return (row, _args, told, info) => {
      const number = Number(row.number);
      if (requires) {
        // A subgraph knows what was required by what it was told alone.
        const needed = subgraph === null ? this.#valueOf(entity, requires, number) : row[requires.name];
        return `from ${JSON.stringify(needed)}`;
      }
      const value = this.#valueOf(entity, field, number);
      // Half of the fields that are null are so because their provider withholds them.
      if (value === null && hash(this.seed, entity.name, name, number, 'withheld') % 2 === 0) {
        told?.withheld(`${entity.name}.${name}`, `unit-${number % 2}`, String(row.id), info.path);
      }
      return value;
    };
  }

  #valueOf(entity: Entity, field: Field, number: number): Value {
    const at = (...more: (string | number)[]) =>
      hash(this.seed, entity.name, field.name, number, ...more) / 4_294_967_296;
    // What another field is derived from does not fail: who asks for that would be told of a field it did not ask for.
    const isNeeded = entity.fields.some(({ requires }) => requires?.name === field.name);
    if (!isNeeded && at('fault') < this.faults)
      throw new Error(`boom ${entity.name}-${number}.${field.name}`);
    if (!field.isNonNull && at('null') < 0.15) return null;
    if (!field.isList) return this.#one(field, at);
    const length = Math.floor(at('length') * 4);
    return Array.from({ length }, (_, i) =>
      !field.isNonNull && at('null', i) < 0.2 ? null : this.#one(field, (...more) => at(i, ...more)),
    );
  }

  #one({ named }: Field, at: (...more: (string | number)[]) => number): Value {
    switch (named) {
      case 'String':
        return ['金泽镇', 'quote " and \\', 'line\nbreak', '😀', '', 'plain'][Math.floor(at('value') * 6)];
      case 'Int':
        return Math.floor(at('value') * 1000) - 500;
      case 'Float':
        return at('value') * 10;
      case 'Boolean':
        return at('value') < 0.5;
      case 'Color':
        return COLORS[Math.floor(at('value') * 3)];
      case 'Point':
        return { x: Math.floor(at('x') * 9), y: at('y'), name: at('value') < 0.5 ? null : '点' };
      default:
        return this.#row(named, Math.floor(at('value') * ROWS));
    }
  }
}
