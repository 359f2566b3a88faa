import {
  buildASTSchema,
  type DocumentNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  GraphQLError,
  type GraphQLNamedOutputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  type InlineFragmentNode,
  isAbstractType,
  isObjectType,
  isTypeDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
  validate,
} from 'graphql';
import { CATALOG, functionsAt, GENERAL_GOVERNMENT, type ItemName } from '../../kit/catalog';
import { badInput } from '../../kit/errors';
import type { Language, Text } from '../../kit/language';
import { addDays } from '../../kit/time';
import { partyRange, type Viewer } from '../../kit/viewer';

/**
 * The schema that clients see of a composed supergraph: its types without those that tell gateways where they come
 * from. Directives that stay in the nodes are all of the schema language; no operation can use them.
 */
export function apiSchema(supergraph: DocumentNode): GraphQLSchema {
  const definitions = supergraph.definitions.filter(
    (definition) => isTypeDefinitionNode(definition) && !/^(?:join|link)__/.test(definition.name.value),
  );
  return buildASTSchema({ kind: Kind.DOCUMENT, definitions }, { assumeValidSDL: true });
}

/** Far more than any front end sends; what checking a document costs grows faster than its length. */
const MAXIMUM_TOKENS = 5_000;
const MAXIMUM_ERRORS = 10;

/** A document that the schema can answer, and the operation of it that is meant. */
export interface Operation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

/** Reads a document as a gateway would. Throws `BAD_USER_INPUT` with the reasons why one would refuse it. */
export function readOperation(schema: GraphQLSchema, text: string, name: string | null): Operation {
  const document = parseDocument(text);
  const errors = validate(schema, document, undefined, { maxErrors: MAXIMUM_ERRORS });
  if (errors.length > 0) throw notAnOperation(errors);
  const operation = getOperationAST(document, name);
  if (operation) return { document, operation };
  throw name === null
    ? badInput({
        en: 'The document holds several operations. Say in operationName which one is meant.',
        zh: '文本中有多个操作，请用 operationName 指明。',
      })
    : badInput({
        en: `The document holds no operation ${name}.`,
        zh: `文本中没有操作 ${name}。`,
      });
}

function parseDocument(text: string): DocumentNode {
  try {
    return parse(text, { maxTokens: MAXIMUM_TOKENS });
  } catch (error) {
    throw error instanceof GraphQLError ? notAnOperation([error]) : error;
  }
}

function notAnOperation(errors: readonly GraphQLError[]) {
  const sentences = errors
    .map(({ message, locations }) => {
      const [at] = locations ?? [];
      return at ? `${message} (${at.line}:${at.column})` : message;
    })
    .join(' ');
  return badInput({
    en: `The hub would not run this operation: ${sentences}`,
    zh: `平台无法执行该操作：${sentences}`,
  });
}

/**
 * Every field that an operation selects, as `Type.field`, each once and in order. A field of an interface is one of each
 * type that may stand there. Takes a document that is valid.
 */
export function selectedFields(schema: GraphQLSchema, { document, operation }: Operation): string[] {
  const fragments = new Map(
    document.definitions
      .filter(
        (definition): definition is FragmentDefinitionNode => definition.kind === Kind.FRAGMENT_DEFINITION,
      )
      .map((fragment) => [fragment.name.value, fragment]),
  );
  const objectsOf = (type: GraphQLNamedOutputType): readonly GraphQLObjectType[] => {
    if (isObjectType(type)) return [type];
    return isAbstractType(type) ? schema.getPossibleTypes(type) : [];
  };
  const fragmentOf = (selection: FragmentSpreadNode | InlineFragmentNode) =>
    selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
  const appliesTo = (type: GraphQLObjectType, condition: string | undefined): boolean => {
    const wanted = condition === undefined ? type : schema.getType(condition);
    return wanted === type || (isAbstractType(wanted) && schema.isSubType(wanted, type));
  };

  const coordinates = new Set<string>();
  // Each selection once for each type: fragments that spread one another twice would double the work at each level.
  const walked = new Map<SelectionSetNode, Set<GraphQLObjectType>>();
  const walk = (selectionSet: SelectionSetNode, type: GraphQLObjectType): void => {
    const types = walked.get(selectionSet) ?? new Set();
    if (types.has(type)) return;
    walked.set(selectionSet, types.add(type));
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FIELD) {
        const field = type.getFields()[selection.name.value];
        // Introspection, which belongs to no item.
        if (!field) continue;
        coordinates.add(`${type.name}.${field.name}`);
        if (!selection.selectionSet) continue;
        for (const object of objectsOf(getNamedType(field.type))) walk(selection.selectionSet, object);
      } else {
        const fragment = fragmentOf(selection);
        if (fragment && appliesTo(type, fragment.typeCondition?.name.value))
          walk(fragment.selectionSet, type);
      }
    }
  };
  const root = schema.getRootType(operation.operation);
  if (root) walk(operation.selectionSet, root);
  return [...coordinates].sort();
}

export type AccessOutcome = 'PARTIES_ONLY' | 'GRANTED' | 'NO_PURPOSE' | 'EXPIRED' | 'NO_GRANT';

/** An approved grant of the unit that asks. */
export interface HeldGrant {
  readonly item: string;
  readonly provider: string;
  readonly purpose: string;
  readonly valid_from: string;
  readonly valid_until: string;
}

/** What opens an item to a unit; see `FieldAccess` in the schema. */
export interface ItemAccess {
  readonly outcome: AccessOutcome;
  readonly providers: readonly string[];
  readonly purposes: readonly string[];
  readonly partyPlace: string | null;
  readonly partyFunctions: readonly string[];
  readonly request: { item: ItemName; purpose: string | null; validUntil: string } | null;
}

/** What opens a conditional or withheld item to a viewer who states a purpose, on `today` (`YYYY-MM-DD`). */
export function accessTo(
  item: ItemName,
  viewer: Viewer,
  { grants, purpose, today }: { grants: readonly HeldGrant[]; purpose: string | null; today: string },
): ItemAccess {
  const held = grants.filter((grant) => grant.item === item);
  const usable = held.filter((grant) => grant.valid_from <= today && today <= grant.valid_until);
  const { outcome, by } = outcomeOf(item, { held, usable, purpose, today });
  const canBeGranted = outcome !== 'PARTIES_ONLY';
  return {
    outcome,
    providers: distinct(by.map((grant) => grant.provider)),
    purposes: canBeGranted ? distinct(usable.map((grant) => grant.purpose)) : [],
    ...partyByPlace(item, viewer),
    request:
      canBeGranted && outcome !== 'GRANTED' ? { item, purpose, validUntil: addDays(today, 365) } : null,
  };
}

function outcomeOf(
  item: ItemName,
  of: { held: readonly HeldGrant[]; usable: readonly HeldGrant[]; purpose: string | null; today: string },
): { outcome: AccessOutcome; by: readonly HeldGrant[] } {
  if (CATALOG[item].class === 'WITHHELD') return { outcome: 'PARTIES_ONLY', by: [] };
  const opening = of.usable.filter((grant) => grant.purpose === of.purpose);
  if (opening.length > 0) return { outcome: 'GRANTED', by: opening };
  if (of.usable.length > 0) return { outcome: 'NO_PURPOSE', by: of.usable };
  const past = of.held.filter((grant) => grant.valid_until < of.today);
  return { outcome: past.length > 0 ? 'EXPIRED' : 'NO_GRANT', by: past };
}

function partyByPlace(item: ItemName, viewer: Viewer): Pick<ItemAccess, 'partyPlace' | 'partyFunctions'> {
  const ends = (['place', 'destination'] as const).filter((end) => {
    const { from, below } = partyRange(viewer, item, end);
    return from < below;
  });
  if (ends.length === 0) return { partyPlace: null, partyFunctions: [] };
  const counting = [GENERAL_GOVERNMENT, ...ends.flatMap((end) => functionsAt(item, end))];
  return {
    partyPlace: viewer.jurisdiction,
    partyFunctions: viewer.functions.filter((code) => counting.includes(code)).sort(),
  };
}

const distinct = (texts: readonly string[]): string[] => [...new Set(texts)].sort();

const either = (language: Language, texts: readonly string[]): string =>
  new Intl.ListFormat(language, { type: 'disjunction' }).format(texts);

/** What to do about an item, for a unit that reads rows to which it is no party. */
export function adviceOn(item: ItemName, { outcome, purposes }: ItemAccess): Text {
  const name = CATALOG[item].name;
  switch (outcome) {
    case 'PARTIES_ONLY':
      return {
        en: `${item} (${name.en}) is withheld and cannot be granted: expect rows to which your unit is a party, and no others.`,
        zh: `${item}（${name.zh}）不予共享且不能授权：仅可查询本单位为当事单位的数据。`,
      };
    case 'GRANTED':
      return {
        en: `Run it and state the purpose: rows of the providers listed are open. Ask any other provider with requestSharingGrant.`,
        zh: `声明该用途即可查询所列提供单位的数据；其他提供单位的数据请用 requestSharingGrant 申请。`,
      };
    case 'NO_PURPOSE':
      return {
        en: `State ${either('en', purposes)} if that is what the data is for. For another purpose ask the provider with requestSharingGrant.`,
        zh: `如用途相符，请声明用途${either(
          'zh',
          purposes.map((purpose) => `“${purpose}”`),
        )}；用于其他用途请用 requestSharingGrant 向提供单位申请。`,
      };
    case 'EXPIRED':
      return {
        en: 'The grants of your unit have passed their last day. Ask the provider anew with requestSharingGrant.',
        zh: '本单位的授权已过期，请用 requestSharingGrant 向提供单位重新申请。',
      };
    case 'NO_GRANT':
      return {
        en: `Rows of ${item} (${name.en}) need a grant. Ask the provider with requestSharingGrant.`,
        zh: `查询 ${item}（${name.zh}）需要授权，请用 requestSharingGrant 向提供单位申请。`,
      };
  }
}
