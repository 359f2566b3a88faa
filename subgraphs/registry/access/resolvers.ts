import { CATALOG } from '../../kit/catalog';
import { loadExisting } from '../../kit/loaders';
import type { Resolvers } from '../schema-types';
import { explainAccess } from './explain';
import { adviceOn } from './rules';

export const access: Resolvers = {
  Query: {
    explainAccess: (_, args, context) => explainAccess(context, args),
  },
  FieldAccess: {
    class: ({ item }) => CATALOG[item].class,
    providers: ({ providers }, _, { loaders }) =>
      Promise.all(providers.map((code) => loadExisting(loaders.agency, code))),
    purposes: ({ purposes }) => [...purposes],
    canBePartyByPlace: ({ partyPlace }) => partyPlace !== null,
    partyPlace: ({ partyPlace }, _, { loaders }) =>
      partyPlace === null ? null : loaders.jurisdiction.load(partyPlace),
    partyFunctions: ({ partyFunctions }) => [...partyFunctions],
    advice: (field, _, { language }) => adviceOn(field.item, field)[language],
  },
};
