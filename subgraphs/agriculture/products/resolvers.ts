import { EVERYWHERE } from '../../kit/connection';
import { loadExisting } from '../../kit/loaders';
import type { Resolvers } from '../schema-types';

export const products: Resolvers = {
  Query: {
    product: (_, { code }, { loaders }) => loaders.product.load(code),
    products: (_, { under, ...filter }, { loaders }) => loaders.productsUnder(under ?? EVERYWHERE, filter),
  },
  Product: {
    __resolveReference: ({ code }, { loaders }) => loaders.product.load(code),
    parent: ({ lineage }, _, { loaders }) => {
      const parent = lineage.at(-2);
      return parent === undefined ? null : loadExisting(loaders.product, parent);
    },
    ancestors: ({ lineage }, _, { loaders }) =>
      Promise.all(lineage.slice(0, -1).map((code) => loadExisting(loaders.product, code))),
    children: (product, page, { loaders }) => loaders.productsByParent(product.path, page),
  },
};
