import { CATALOG, subgraphOfItem } from '../../kit/catalog';
import type { Resolvers } from '../schema-types';
import { conditionOf, isPublic, resourceCode } from './rules';
import { sharingCatalog } from './source';

export const catalog: Resolvers = {
  Query: {
    sharingCatalog: () => [...sharingCatalog()],
  },
  SharingCatalogEntry: {
    resourceCode: ({ item }) => resourceCode(item),
    name: ({ item }) => CATALOG[item].name.zh,
    nameEnglish: ({ item }) => CATALOG[item].name.en,
    description: ({ item }, _, { language }) => CATALOG[item].description[language],
    provider: ({ item }, _, { language }) => CATALOG[item].provider[language],
    class: ({ item }) => CATALOG[item].class,
    condition: (entry, _, { language }) => conditionOf(entry)[language],
    isPublic,
    updateCycle: ({ item }) => CATALOG[item].updateCycle,
    format: ({ item }, _, { language }) => CATALOG[item].format[language],
    subgraph: ({ item }) => subgraphOfItem(item),
    fields: ({ fields }) => fields.map(({ coordinate }) => coordinate),
    fieldDetails: ({ fields }) => [...fields],
  },
};
