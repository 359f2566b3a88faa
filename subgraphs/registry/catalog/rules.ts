import { type GraphQLObjectType, type GraphQLSchema, isIntrospectionType, isObjectType } from 'graphql';
import {
  areaOf,
  CATALOG,
  GENERAL_GOVERNMENT,
  ITEM_NAMES,
  type ItemName,
  subgraphOfItem,
} from '../../kit/catalog';
import type { Language, Text } from '../../kit/language';
import { sharingOf } from '../../kit/sharing';
import { FUNCTIONS, type FunctionCode } from '../agencies/reference';

/** A field of the graph that belongs to an item. */
export interface CatalogField {
  /** `Type.field`. */
  readonly coordinate: string;
  /** As SDL writes it. */
  readonly type: string;
  readonly description: string;
  readonly isPublic: boolean;
}

export interface CatalogEntry {
  readonly item: ItemName;
  readonly fields: readonly CatalogField[];
}

/** The schema that a subgraph declares. */
export interface DeclaredSchema {
  readonly subgraph: string;
  readonly schema: GraphQLSchema;
}

/** Shapes that carry any item's answers; they hold nothing of their own to share. */
const HELPERS = ['PageInfo', 'UserError'];

/**
 * The catalog: every item in its order, with the fields that the subgraphs' schemas put into it.
 *
 * The subgraphs' own schemas are asked, not the composed one. A type's class covers the fields of the subgraph that
 * declares it, and composition merges what several say of one type, so a supergraph no longer tells whose fields a
 * class was meant for; the subgraphs' schemas are also what the classes are enforced from.
 */
export function catalogEntries(declared: readonly DeclaredSchema[]): CatalogEntry[] {
  const fieldsOf = new Map(ITEM_NAMES.map((item) => [item, new Map<string, CatalogField>()]));
  for (const { subgraph, schema } of declared) {
    for (const type of typesOf(schema)) {
      const ofType = sharingOf(schema, type);
      for (const field of Object.values(type.getFields())) {
        const sharing = sharingOf(schema, field) ?? ofType;
        if (!sharing) continue;
        const fields = fieldsOf.get(sharing.item);
        const coordinate = `${type.name}.${field.name}`;
        // Others repeat an entity's key; its holder describes it best.
        if (fields?.has(coordinate) && subgraphOfItem(sharing.item) !== subgraph) continue;
        fields?.set(coordinate, {
          coordinate,
          type: String(field.type),
          description: field.description ?? '',
          isPublic: sharing.isPublic,
        });
      }
    }
  }
  return [...fieldsOf].map(([item, fields]) => ({ item, fields: [...fields.values()].sort(byType) }));
}

const typesOf = (schema: GraphQLSchema): GraphQLObjectType[] =>
  Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter((type) => !isIntrospectionType(type) && !HELPERS.includes(type.name));

const ROOTS = ['Query', 'Mutation', 'Subscription'];

/** Whether a coordinate names an operation rather than a field of a row. */
export const isOperation = (coordinate: string): boolean => ROOTS.includes(coordinate.split('.', 1).join(''));

/** Operations first, then by the names of the types; fields of one type stay as its SDL has them. */
function byType(a: CatalogField, b: CatalogField): number {
  const rank = ({ coordinate }: CatalogField): string => {
    const [type = ''] = coordinate.split('.');
    return ROOTS.includes(type) ? `0${ROOTS.indexOf(type)}` : `1${type}`;
  };
  return rank(a) < rank(b) ? -1 : Number(rank(a) > rank(b));
}

/** Whether some field of an entry is answered to anyone. */
export const isPublic = ({ fields }: CatalogEntry): boolean => fields.some((field) => field.isPublic);

/**
 * The code of an item as an information resource, as 政务信息资源目录编制指南 shapes it: 类 (one digit), 项 (two), 目
 * (three), a slash, and a running number. 类 2 is 主题信息资源, what several departments build together.
 */
export function resourceCode(item: ItemName): string {
  const section = String(areaOf(item).number).padStart(2, '0');
  return `2${section}000/${String(CATALOG[item].number).padStart(6, '0')}`;
}

/** What opens an entry, as a sentence. */
export function conditionOf(entry: CatalogEntry): Text {
  const item = CATALOG[entry.item];
  switch (item.class) {
    case 'UNCONDITIONAL':
      return isPublic(entry)
        ? {
            en: 'Any signed-in unit reads it without a grant; fields marked public are answered without signing in.',
            zh: '已登录的单位均可查阅，无需授权；标明公开的信息项无需登录即可查阅。',
          }
        : {
            en: 'Any signed-in unit reads it without a grant.',
            zh: '已登录的单位均可查阅，无需授权。',
          };
    case 'CONDITIONAL': {
      const parties = partiesOf(entry.item);
      return {
        en: `Open to ${parties.en}; and to units that hold a grant for it from the row's provider and state the grant's purpose.`,
        zh: `向${parties.zh}开放；持有提供方对本目录项的授权并声明授权用途的单位亦可查阅。`,
      };
    }
    case 'WITHHELD': {
      const parties = partiesOf(entry.item);
      return {
        en: `Open only to ${parties.en}; no grant opens it.`,
        zh: `仅向${parties.zh}开放，不因授权而共享。`,
      };
    }
  }
}

function partiesOf(item: ItemName): Text {
  const { named, functionsByPlace } = CATALOG[item];
  const byName: Text = {
    en: `the units that a row names (${named?.en})`,
    zh: `数据所列单位（${named?.zh}）`,
  };
  if (functionsByPlace.length === 0) return byName;
  const functions = [...functionsByPlace, GENERAL_GOVERNMENT] as const;
  const entry = CATALOG[item];
  const market = 'functionsByDestination' in entry ? entry.functionsByDestination : [];
  const listed = (language: Language, names: readonly string[]): string =>
    new Intl.ListFormat(language, { type: 'disjunction' }).format(names);
  const names = (codes: readonly FunctionCode[]): Text => ({
    en: listed('en', codes),
    zh: listed(
      'zh',
      codes.map((code) => FUNCTIONS[code]),
    ),
  });
  const byPlace = names(functions);
  const bound: Text = market.length === 0 ? { en: '', zh: '' } : names([...market, GENERAL_GOVERNMENT]);
  return {
    en: `${byName.en} and to units with the function ${byPlace.en} in whose own jurisdiction a place of the row lies${bound.en && `, or with the function ${bound.en} for whose own jurisdiction it is bound`}`,
    zh: `${byName.zh}以及数据所涉地点在其辖区内、具有${byPlace.zh}职能的单位${bound.zh && `，或目的地在其辖区内、具有${bound.zh}职能的单位`}`,
  };
}
