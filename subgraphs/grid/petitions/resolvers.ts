import { payload } from '../../kit/payload';
import type { Resolvers } from '../schema-types';
import { isOverdue } from './rules';
import { receptionsIn } from './store';
import {
  closePetition,
  followUpOnPetition,
  instructOnPetition,
  openGridCaseFromPetition,
  recordPetitionReception,
  stateOnPetition,
} from './work';

export const petitions: Resolvers = {
  Query: {
    petitionReception: (_, { id }, { loaders }) => loaders.petitionReception.load(id),
    petitionReceptions: (_, filter, { db, now }) => receptionsIn(db, filter, now),
  },
  Mutation: {
    recordPetitionReception: (_, { input }, context) =>
      payload('reception', context, recordPetitionReception(context, input)),
    stateOnPetition: (_, { input }, context) =>
      payload('reception', context, stateOnPetition(context, input)),
    instructOnPetition: (_, { input }, context) =>
      payload('reception', context, instructOnPetition(context, input)),
    followUpOnPetition: (_, { input }, context) =>
      payload('reception', context, followUpOnPetition(context, input)),
    closePetition: (_, { input }, context) => payload('reception', context, closePetition(context, input)),
    openGridCaseFromPetition: (_, { input }, context) =>
      payload('gridCase', context, openGridCaseFromPetition(context, input)),
  },
  GridCase: {
    petitionReception: ({ id }, _, { loaders }) => loaders.petitionReceptionOfGridCase.load(id),
  },
  PetitionReception: {
    __resolveReference: ({ id }, { loaders }) => loaders.petitionReception.load(id),
    jurisdiction: ({ jurisdiction }) => ({ code: jurisdiction }),
    agency: (reception) => ({ code: reception.recorded_by }),
    receivedBy: (reception) => reception.received_by,
    receivedAt: (reception) => reception.received_at,
    petitionerPhone: (reception) => reception.petitioner_phone,
    handler: ({ handler }) => (handler === null ? null : { code: handler }),
    dueOn: (reception) => reception.due_on,
    isOverdue: (reception, _, { now }) => isOverdue(reception, now),
    gridCase: (reception, _, { loaders }) =>
      reception.case_id === null ? null : loaders.gridCase.load(reception.case_id),
    timeline: ({ id }, _, { loaders }) => loaders.eventsByPetitionReception.load(id),
  },
  PetitionEvent: {
    agency: ({ agency }) => ({ code: agency }),
  },
};
