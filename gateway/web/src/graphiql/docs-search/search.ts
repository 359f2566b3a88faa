import {
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';

/** A place in the documentation whose name or description says what was looked for. */
export interface Hit {
  /** `Type`, `Type.field`, or `Enum.VALUE`. */
  coordinate: string;
  description: string;
  type: GraphQLNamedType;
  field: GraphQLField<unknown, unknown> | GraphQLInputField | null;
}

const MOST_HITS = 100;

/** Everything that a schema describes, once: searched through for each letter that is typed. */
export function indexOf(schema: GraphQLSchema): Hit[] {
  const hits: Hit[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    hits.push({ coordinate: type.name, description: type.description ?? '', type, field: null });
    if (isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) {
        const coordinate = `${type.name}.${field.name}`;
        hits.push({ coordinate, description: field.description ?? '', type, field });
      }
    }
    if (isEnumType(type)) {
      for (const { name, description } of type.getValues()) {
        hits.push({ coordinate: `${type.name}.${name}`, description: description ?? '', type, field: null });
      }
    }
  }
  return hits;
}

/**
 * What has all of the words, in Chinese or English, in its name or description; names that begin with the first word
 * come first, then other names, then descriptions.
 */
export function search(index: readonly Hit[], wanted: string): Hit[] {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  const [first] = words;
  if (first === undefined) return [];
  const rankOf = ({ coordinate }: Hit): number => {
    const name = (coordinate.split('.').at(-1) ?? '').toLowerCase();
    return name.startsWith(first) ? 0 : name.includes(first) ? 1 : 2;
  };
  return index
    .filter(({ coordinate, description }) => {
      const text = `${coordinate} ${description}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .map((hit) => ({ hit, rank: rankOf(hit) }))
    .sort((a, b) => a.rank - b.rank || a.hit.coordinate.length - b.hit.coordinate.length)
    .slice(0, MOST_HITS)
    .map(({ hit }) => hit);
}
