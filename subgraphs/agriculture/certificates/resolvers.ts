import { payload } from '../../kit/payload';
import type { Resolvers } from '../schema-types';
import { issueConformityCertificate } from './issue';
import { verified } from './store';

export const certificates: Resolvers = {
  Query: {
    verifyConformityCertificate: (_, { number, sha256 }, { db }) => verified(db, number, sha256),
  },
  Mutation: {
    issueConformityCertificate: (_, { input }, context) =>
      payload('certificate', context, issueConformityCertificate(context, input)),
  },
  SupplyBatch: {
    certificates: ({ id }, _, { loaders }) => loaders.certificatesByBatch.load(id),
  },
  ConformityCertificate: {
    status: ({ state }) => state,
    productName: ({ content }) => content.productName,
    quantityKg: ({ content }) => Number(content.quantityKg),
    producer: ({ content }) => content.producer,
    origin: ({ content }) => content.origin,
    originCode: ({ content }) => content.originCode,
    batchCode: ({ content }) => content.batchCode,
    basis: ({ content }) => [...content.basis],
    statement: ({ content }) => content.statement,
    issuedOn: ({ content }) => content.issuedOn,
    issuedBy: (certificate) => ({ code: certificate.issued_by }),
  },
};
