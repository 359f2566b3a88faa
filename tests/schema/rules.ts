import { CATALOG, isItemName } from '../../subgraphs/kit/catalog';
import { type Declaration, directiveOn, type Field, type Sdl, type Type } from './sdl';

/*
 * What STYLE demands of the schema, as far as a machine can tell. Each rule answers with one line for each violation,
 * which begins with the coordinate.
 */

/** A subgraph, and the items of the catalog that its rows belong to. */
export interface SubgraphSdl {
  readonly name: string;
  readonly sdl: Sdl;
  readonly items: readonly string[];
}

export type Rule = (subgraph: SubgraphSdl, hub: readonly SubgraphSdl[]) => string[];

const ROOTS = ['Query', 'Mutation', 'Subscription'];
const isRoot = ({ name }: Type): boolean => ROOTS.includes(name);
/** Types that every subgraph has alike. */
const SHARED_HELPERS = ['PageInfo', 'UserError'];

const violations = <D extends Declaration>(
  declarations: readonly D[],
  says: (declaration: D) => string | false | null,
): string[] =>
  declarations.flatMap((declaration) => {
    const text = says(declaration);
    return text ? [`${declaration.coordinate} ${text}`] : [];
  });

// --- What everything has -------------------------------------------------------------------------------------------

/** `中文 — English`: Chinese before the first dash, English after it. */
const DESCRIPTION = /^[^—]*\p{Script=Han}[^—]* — .*[A-Za-z`]/su;

/** A reference to another's entity needs no words of its own: the owner describes it. */
export const isDescribed: Rule = (subgraph, hub) => {
  const { sdl } = subgraph;
  const inputs = [...sdl.arguments, ...sdl.inputFields, ...sdl.directives.flatMap(({ args }) => args)];
  const values = sdl.types.flatMap((type) => type.values);
  const types = sdl.types.filter((type) => !isRoot(type) && !isForeign(type, subgraph, hub));
  return violations([...types, ...sdl.fields, ...inputs, ...values, ...sdl.directives], ({ description }) => {
    if (description === null) return 'has no description';
    return !DESCRIPTION.test(description) && 'is not described in Chinese, then in English: 中文 — English';
  });
};

const BRITISH = /labour|licence|programme|catalogue|centre|organis|behaviour|colour/i;

export const isNamedWell: Rule = ({ sdl }) => {
  const shaped = (declarations: readonly Declaration[], shape: RegExp, called: string) =>
    violations(declarations, ({ name }) => !shape.test(name) && `is not ${called}`);
  const lowercase = [...sdl.fields, ...sdl.arguments, ...sdl.inputFields];
  const values = sdl.types.flatMap((type) => type.values);
  return [
    ...shaped(sdl.types, /^[A-Z](?=.*[a-z])[A-Za-z0-9]*$|^ID$/, 'PascalCase'),
    ...shaped(lowercase, /^[a-z][A-Za-z0-9]*$/, 'camelCase'),
    ...shaped(values, /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/, 'SCREAMING_SNAKE_CASE'),
    ...violations(
      sdl.fields,
      ({ name }) => /^(?:get|list|fetch)[A-Z]/.test(name) && 'says how it is got, not what it is',
    ),
    ...violations(
      [...sdl.types, ...lowercase, ...values],
      ({ name }) => BRITISH.test(name) && 'is not spelled the American way',
    ),
    ...violations(
      sdl.types.filter(({ kind }) => kind === 'input'),
      ({ name }) => !name.endsWith('Input') && 'is an input whose name does not say so',
    ),
  ];
};

/** `at`, `submittedAt`; `on`, `dueOn`, `validFrom`; `isOverdue`. */
export const saysWhatItHolds: Rule = ({ sdl }) =>
  violations([...sdl.fields, ...sdl.arguments, ...sdl.inputFields], ({ name, type }) => {
    if (type.isList) return null;
    switch (type.named) {
      case 'DateTime':
        return !/(?:^a|A)t$|^until$/.test(name) && 'is an instant whose name neither ends in At nor is until';
      case 'Date':
        return (
          !/(?:On|From|To|Until|Of|Day)$|^(?:on|from|to|until|of|day|date)$/.test(name) &&
          'is a day whose name neither ends in On, From, To, Until, Of or Day nor is date'
        );
      case 'Boolean':
        return (
          !/^(?:is|has|can|includes)[A-Z]/.test(name) &&
          'is a Boolean that does not begin with is, has, can or includes'
        );
      default:
        return /[a-z]At$/.test(name) && 'ends in At and is no DateTime';
    }
  });

// --- Lists and connections -------------------------------------------------------------------------------------------

export const connectionsAreWhole: Rule = ({ sdl }) => {
  const found: string[] = [];
  const has = (type: Type, name: string, text: string) => {
    if (type.fields.find((field) => field.name === name)?.type.text !== text) {
      found.push(`${type.coordinate} has no ${name}: ${text}`);
    }
  };
  for (const type of sdl.types.filter(({ name }) => name.endsWith('Connection'))) {
    const noun = type.name.slice(0, -'Connection'.length);
    has(type, 'edges', `[${noun}Edge!]!`);
    has(type, 'pageInfo', 'PageInfo!');
    const edge = sdl.type(`${noun}Edge`);
    if (!edge) {
      found.push(`${type.coordinate} has no ${noun}Edge`);
      continue;
    }
    has(edge, 'cursor', 'String!');
    if (!edge.fields.some(({ name, type: node }) => name === 'node' && node.isNonNull && !node.isList)) {
      found.push(`${edge.coordinate} has no node that is not null`);
    }
  }
  return found;
};

export const connectionsArePaged: Rule = ({ sdl }) =>
  violations(sdl.fields, (field) => {
    if (!field.type.named.endsWith('Connection')) return null;
    if (field.type.isList) return 'is a list of connections';
    const argument = (name: string) => field.args.find((arg) => arg.name === name)?.type.text;
    if (argument('first') !== 'Int' || argument('after') !== 'String')
      return 'does not take first: Int and after: String';
    const size = JSON.stringify(directiveOn(field, 'listSize'));
    const wanted = JSON.stringify({
      assumedSize: 50,
      slicingArguments: ['first'],
      sizedFields: ['edges'],
      requireOneSlicingArgument: false,
    });
    return size !== wanted && 'has no @listSize for the edges that first asks for';
  });

export const listsHoldNoNulls: Rule = ({ sdl }) =>
  violations(
    [...sdl.fields, ...sdl.arguments, ...sdl.inputFields],
    ({ type }) => /[\w\]]\]/.test(type.text) && `may hold nulls: ${type.text}`,
  );

// --- What crosses from one subgraph to another ------------------------------------------------------------------------

const keysOf = (type: Type) => type.directives.filter(({ name }) => name === 'key');

/** The subgraph whose entity a type is; null when none of the hub resolves it. */
export function ownerOf(entity: string, hub: readonly SubgraphSdl[]): string | null {
  const resolving = hub.filter(({ sdl }) => {
    const type = sdl.type(entity);
    return type !== null && keysOf(type).some(({ args }) => args.resolvable !== false);
  });
  const [only, ...others] = resolving;
  if (only && others.length === 0) return only.name;
  const itemIn = ({ sdl }: SubgraphSdl) => directiveOn(sdl.type(entity) ?? NOTHING, 'sharing')?.item;
  return resolving.find((subgraph) => subgraph.items.some((item) => item === itemIn(subgraph)))?.name ?? null;
}
const NOTHING: Declaration = { coordinate: '', name: '', description: null, directives: [] };

/** Whether a subgraph only refers to a type, or lends it fields: it is another's entity. */
function isForeign(type: Type, { name }: SubgraphSdl, hub: readonly SubgraphSdl[]): boolean {
  return keysOf(type).length > 0 && ownerOf(type.name, hub) !== name;
}

/** The fields that a subgraph lends to another's entity. */
const lentFields = (subgraph: SubgraphSdl, hub: readonly SubgraphSdl[]): Field[] =>
  subgraph.sdl.types
    .filter((type) => isForeign(type, subgraph, hub))
    .flatMap((type) => {
      const keys = keysOf(type).flatMap(({ args }) => String(args.fields).split(/\W+/));
      return type.fields.filter(({ name }) => !keys.includes(name));
    });

export const crossingsAreNullable: Rule = (subgraph, hub) => {
  const { sdl } = subgraph;
  const refersAbroad = ({ type }: Field) => {
    const target = sdl.type(type.named);
    return target !== null && isForeign(target, subgraph, hub);
  };
  const must = (fields: readonly Field[], why: string) =>
    violations(fields, ({ type }) => type.isNonNull && `${why}, so it must be nullable: ${type.text}`);
  return [
    ...must(sdl.type('Query')?.fields ?? [], 'is lost when the subgraph is down'),
    ...must(lentFields(subgraph, hub), "is lent to another subgraph's entity"),
    ...must(sdl.fields.filter(refersAbroad), "refers to another subgraph's entity"),
  ];
};

/** What may be missing from a whole answer: a list with a class of its own, or one that crosses. All others are there. */
export const ownListsAreNotNull: Rule = (subgraph, hub) => {
  const { sdl } = subgraph;
  const lent = new Set(lentFields(subgraph, hub));
  const own = sdl.types
    .filter((type) => type.kind === 'object' && !isRoot(type))
    .flatMap(({ fields }) => fields);
  return violations(own, (field) => {
    const { type } = field;
    if (!type.isList || type.isNonNull || lent.has(field) || directiveOn(field, 'sharing')) return null;
    const target = sdl.type(type.named);
    return (
      !(target && isForeign(target, subgraph, hub)) &&
      `is a list of its own type that may be null: ${type.text}`
    );
  });
};

export const inputsBelongToOneSubgraph: Rule = (subgraph, hub) => {
  const isInput = ({ kind }: Type) => kind === 'input';
  const others = hub.filter(({ name }) => name !== subgraph.name);
  return violations(subgraph.sdl.types.filter(isInput), ({ name }) => {
    const other = others.find(({ sdl }) => sdl.types.filter(isInput).some((type) => type.name === name));
    return other
      ? `is an input of ${other.name} too: federation would keep only the fields that both have`
      : null;
  });
};

// --- Mutations --------------------------------------------------------------------------------------------------------

export const mutationsAreAlike: Rule = ({ sdl }) => {
  const found: string[] = [];
  const nouns = sdl.types.filter(
    ({ kind, name }) => kind === 'object' && !/(?:Payload|Edge|Connection)$/.test(name),
  );
  for (const { coordinate, name, args, type } of sdl.type('Mutation')?.fields ?? []) {
    const pascal = `${name[0]?.toUpperCase()}${name.slice(1)}`;
    const noun = nouns.find(
      (candidate) => pascal === candidate.name || new RegExp(`^${candidate.name}[A-Z]`).test(pascal),
    );
    if (noun) found.push(`${coordinate} begins with the noun ${noun.name}, not with a verb`);
    if (args.length !== 1 || args[0]?.name !== 'input' || args[0].type.text !== `${pascal}Input!`) {
      found.push(`${coordinate} does not take input: ${pascal}Input! and nothing else`);
    }
    if (type.text !== `${pascal}Payload!`) found.push(`${coordinate} does not return ${pascal}Payload!`);
    const payload = sdl.type(`${pascal}Payload`);
    if (!payload) continue;
    const [errors, ...rest] = [...payload.fields].sort(
      (a, b) => Number(b.name === 'userErrors') - Number(a.name === 'userErrors'),
    );
    if (errors?.name !== 'userErrors' || errors.type.text !== '[UserError!]!') {
      found.push(`${payload.coordinate} has no userErrors: [UserError!]!`);
    }
    if (rest.length === 0) found.push(`${payload.coordinate} has nothing but its errors`);
    found.push(
      ...violations(rest, (field) => field.type.isNonNull && 'must be null when the action is refused'),
    );
  }
  return found;
};

// --- Sharing ----------------------------------------------------------------------------------------------------------

const sharingOf = (declaration: Declaration) => directiveOn(declaration, 'sharing');

export const everythingHasAClass: Rule = ({ sdl }) =>
  sdl.types.flatMap((type) => {
    switch (type.kind) {
      case 'object':
        return isRoot(type) || !sharingOf(type)
          ? violations(type.fields, (field) => !sharingOf(field) && 'has no @sharing, nor has its type')
          : [];
      case 'interface':
        return violations(
          [type, ...type.fields],
          (declaration) => sharingOf(declaration) && 'has @sharing, and interfaces carry none',
        );
      default:
        return [];
    }
  });

export const rootsCarryNoClass: Rule = ({ sdl }) =>
  violations(
    sdl.types.filter(isRoot),
    (type) => sharingOf(type) && 'has @sharing, which each of its fields must say for itself',
  );

export const lentFieldsHaveTheirOwnClass: Rule = (subgraph, hub) =>
  violations(
    lentFields(subgraph, hub),
    (field) =>
      !sharingOf(field) && "has no @sharing of its own, so it would have that of another subgraph's entity",
  );

const classified = (sdl: Sdl): Declaration[] => [...sdl.types, ...sdl.fields].filter(sharingOf);

export const classesAreTheCatalogs: Rule = ({ sdl }) =>
  violations(classified(sdl), (declaration) => {
    const sharing = sharingOf(declaration);
    const item = String(sharing?.item);
    if (!isItemName(item)) return `names "${item}", which is not in the catalog`;
    return (
      CATALOG[item].class !== sharing?.class &&
      `says ${sharing?.class} of ${item}, which is ${CATALOG[item].class}`
    );
  });

export const itemsAreOfTheSubgraph: Rule = (subgraph, hub) => {
  const { sdl, items } = subgraph;
  const own = sdl.types.filter((type) => type.kind === 'object' && !isForeign(type, subgraph, hub));
  const declarations: Declaration[] = [
    ...own,
    ...own.flatMap(({ fields }) => fields),
    ...lentFields(subgraph, hub),
  ];
  return violations(declarations, (declaration) => {
    const item = sharingOf(declaration)?.item;
    const isOwn = item === undefined || item === 'registry.directory' || items.some((mine) => mine === item);
    return !isOwn && `belongs to ${item}, which is not an item of ${subgraph.name}`;
  });
};

/** The catalog says which: jurisdictions and certificates, and what lists and refusals are made of. */
const MAY_BE_PUBLIC =
  /^(?:Query\.)?(?:jurisdictions?$|Jurisdiction(?:Connection|Edge)?$)|certificate|^(?:PageInfo|UserError)$/i;

export const littleIsPublic: Rule = ({ sdl }) =>
  violations(classified(sdl), (declaration) => {
    const sharing = sharingOf(declaration);
    if (sharing?.public !== true) return null;
    if (sharing.item !== 'registry.directory') return `is public, and ${sharing.item} is not`;
    return (
      !MAY_BE_PUBLIC.test(declaration.coordinate) && 'is public, and neither a jurisdiction nor a certificate'
    );
  });

export const classesStayWhereTheyAre: Rule = ({ sdl }) =>
  sdl.types
    .filter(({ name }) => !SHARED_HELPERS.includes(name))
    .flatMap((type) =>
      violations([type, ...type.fields], (declaration) => {
        const moving = ['requires', 'provides', 'shareable'].find((name) => directiveOn(declaration, name));
        const isClassified = sharingOf(declaration) ?? sharingOf(type);
        return moving && isClassified
          ? `has @${moving}, by which another subgraph would answer for its class`
          : null;
      }),
    );

/** `isOverdue` and `IS_OVERDUE` alike. */
const flattened = (name: string): string => name.replaceAll('_', '').toLowerCase();

/** The fields of a row that may be withheld while the row is not. */
const hiddenFieldsOf = (type: Type, sdl: Sdl): Field[] =>
  type.fields.filter((field) => {
    const target = sdl.type(field.type.named);
    const own = sharingOf(field) ?? (target && sharingOf(target));
    return own && own.class !== 'UNCONDITIONAL' && own.item !== sharingOf(type)?.item;
  });

/** What a caller may write where an argument stands: its name, and the names inside of it. */
const wordsOf = (argument: Field, sdl: Sdl): string[] => {
  const type = sdl.type(argument.type.named);
  return [argument, ...(type?.fields ?? []), ...(type?.values ?? [])].map(({ name }) => name);
};

/** A value that is withheld is not to be guessed by asking which rows have it, or in what order they come. */
export const nothingHiddenIsAskedFor: Rule = ({ sdl }) =>
  sdl.types
    .filter(({ kind, name }) => kind === 'object' && name !== 'Mutation')
    .flatMap(({ fields }) => fields)
    .flatMap((field) => {
      const rows = sdl.type(field.type.named.replace(/Connection$/, '')) ?? sdl.type(field.type.named);
      const hidden = rows && !isRoot(rows) ? hiddenFieldsOf(rows, sdl) : [];
      return violations(field.args, (argument) => {
        const words = wordsOf(argument, sdl).map(flattened);
        const found = hidden.find(({ name }) => words.some((word) => word.includes(flattened(name))));
        return found
          ? `asks for rows by ${found.coordinate}, which may be withheld while they are not`
          : null;
      });
    });

/** What nobody may see is null, so what may be withheld while its parent is not must be nullable. */
export const withheldIsNullable: Rule = ({ sdl }) =>
  sdl.types
    .filter((type) => type.kind === 'object' && !isRoot(type))
    .flatMap((type) =>
      violations(type.fields, (field) => {
        const parent = sharingOf(type);
        const target = sdl.type(field.type.named);
        const own = sharingOf(field) ?? (target && sharingOf(target));
        const isGuarded = own && own.class !== 'UNCONDITIONAL' && own.item !== parent?.item;
        return (
          isGuarded &&
          field.type.isNonNull &&
          `may be withheld (${own.item}) while its parent is not, so it must be nullable`
        );
      }),
    );

export const RULES = {
  isDescribed,
  isNamedWell,
  saysWhatItHolds,
  connectionsAreWhole,
  connectionsArePaged,
  listsHoldNoNulls,
  crossingsAreNullable,
  ownListsAreNotNull,
  inputsBelongToOneSubgraph,
  mutationsAreAlike,
  everythingHasAClass,
  rootsCarryNoClass,
  lentFieldsHaveTheirOwnClass,
  classesAreTheCatalogs,
  itemsAreOfTheSubgraph,
  littleIsPublic,
  classesStayWhereTheyAre,
  withheldIsNullable,
  nothingHiddenIsAskedFor,
} satisfies Record<string, Rule>;
export type RuleName = keyof typeof RULES;
