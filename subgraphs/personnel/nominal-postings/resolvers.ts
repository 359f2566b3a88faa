import type { Resolvers } from '../schema-types';
import { findNominalPostings } from './find';

export const nominalPostings: Resolvers = {
  Query: {
    nominalPostingAlerts: (_, question, context) => findNominalPostings(context, question),
  },
  NominalPostingAlert: {
    secondment: (alert) => alert.posting,
    reasons: (alert) => [...alert.reasons],
  },
  NominalPostingReason: {
    detail: (reason, _, { language }) => reason.detail[language],
  },
};
