import { type GraphQLObjectType, getNamedType, isLeafType, isRequiredArgument, isUnionType } from 'graphql';
import { SUBGRAPHS } from '../../subgraphs';
import { subgraphKey } from '../../subgraphs/kit/signature';
import type { Subgraph } from '../../subgraphs/kit/subgraph';
import { signViewer, VIEWER_HEADER } from '../../subgraphs/kit/viewer';
import { useHub } from '../support/hub';
import { TEST_SECRET } from '../support/server';
import { viewer } from '../support/viewer';

/** Keys of the shapes that they have, of what there is not. */
const UNKNOWN: Readonly<Record<string, string>> = {
  JurisdictionCode: '990101',
  AgencyCode: '990101-GOV',
  ID: 'there-is-none',
  String: 'there-is-none',
};

const hub = useHub({ demo: false });

/** The entities that others may refer to, and what one asks of them without arguments. */
const entitiesOf = ({ schema }: Subgraph): GraphQLObjectType[] => {
  const entity = schema.getType('_Entity');
  return isUnionType(entity) ? [...entity.getTypes()] : [];
};
const selectionOf = (type: GraphQLObjectType): string =>
  Object.values(type.getFields())
    .filter(({ args }) => !args.some(isRequiredArgument))
    .map((field) => (isLeafType(getNamedType(field.type)) ? field.name : `${field.name} { __typename }`))
    .join(' ');

function unknownOf(type: GraphQLObjectType): Record<string, unknown> {
  const nodes = [type.astNode, ...type.extensionASTNodes];
  const key = nodes.flatMap((node) => node?.directives ?? []).find(({ name }) => name.value === 'key');
  const fields = key?.arguments?.find(({ name }) => name.value === 'fields')?.value;
  if (fields?.kind !== 'StringValue') throw new Error(`${type.name} has no key`);
  const values = fields.value.split(/\s+/).map((name) => {
    const value = UNKNOWN[getNamedType(type.getFields()[name]?.type)?.name ?? ''];
    if (value === undefined) throw new Error(`nothing unknown is known for ${type.name}.${name}`);
    return [name, value];
  });
  return { __typename: type.name, ...Object.fromEntries(values) };
}

it.each(SUBGRAPHS.map(({ name }) => name))(
  'of %s are nothing, or nothing more than their keys, and no error',
  async (name) => {
    const subgraph = hub.subgraph(name);
    const header = signViewer(viewer('310118104-GOV'), {
      ...{ subgraph: name, key: subgraphKey(TEST_SECRET, name), now: new Date() },
    });
    const types = entitiesOf(subgraph);
    expect(types.length).toBeGreaterThan(2);
    for (const type of types) {
      const { errors } = await subgraph.answer(
        {
          query: `query ($list: [_Any!]!) { _entities(representations: $list) { ... on ${type.name} { ${selectionOf(type)} } } }`,
          variables: { list: [unknownOf(type)] },
        },
        { [VIEWER_HEADER]: header },
      );
      expect([type.name, errors]).toEqual([type.name, undefined]);
    }
  },
);
