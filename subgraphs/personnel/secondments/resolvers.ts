import { EVERYWHERE } from '../../kit/connection';
import { dayOf } from '../../kit/time';
import type { Resolvers } from '../schema-types';
import { isOverdue } from './rules';
import { allPrograms } from './store';

export const secondments: Resolvers = {
  Query: {
    secondment: (_, { id }, { loaders }) => loaders.secondment.load(id),
    secondments: (_, { hostUnder, ...search }, { loaders }) =>
      loaders.secondmentsFound(hostUnder ?? EVERYWHERE, search),
    secondmentPrograms: (_, __, { db }) => allPrograms(db),
  },
  Jurisdiction: {
    secondmentsHosted: (place, filter, { loaders }) => loaders.secondmentsHostedIn(place.code, filter),
    secondmentsSent: (place, filter, { loaders }) => loaders.secondmentsSentFrom(place.code, filter),
  },
  Officer: {
    secondments: (officer, filter, { loaders }) => loaders.secondmentsByOfficer(officer.id, filter),
  },
  Secondment: {
    __resolveReference: ({ id }, { loaders }) => loaders.secondment.load(id),
    officer: async (posting, _, { loaders }) => {
      const officer = await loaders.officer.load(posting.officer);
      if (!officer) throw new Error(`the posting ${posting.id} is of ${posting.officer}, who does not exist`);
      return officer;
    },
    program: (posting, _, { loaders }) =>
      posting.program === null ? null : loaders.secondmentProgram.load(posting.program),
    homeAgency: (posting) => ({ code: posting.home_agency }),
    hostAgency: (posting) => ({ code: posting.host_agency }),
    startsOn: (posting) => posting.starts_on,
    endsOn: (posting) => posting.ends_on,
    isOverdue: (posting, _, { now }) => isOverdue(posting, dayOf(now)),
    stints: (posting, _, { loaders }) => loaders.stintsBySecondment.load(posting.id),
    recall: ({ recall_reason: reason, recalled_on: recalledOn }) =>
      reason !== null && recalledOn !== null ? { reason, recalledOn } : null,
    timeline: (posting, _, { loaders }) => loaders.eventsBySecondment.load(posting.id),
  },
  SecondmentStint: {
    hostAgency: (stint) => ({ code: stint.host_agency }),
    startsOn: (stint) => stint.starts_on,
    endsOn: (stint) => stint.ends_on,
  },
  SecondmentEvent: {
    agency: (event) => ({ code: event.agency }),
  },
  SecondmentProgram: {
    organizer: (program) => ({ code: program.organizer }),
    startsOn: (program) => program.starts_on,
    endsOn: (program) => program.ends_on,
    secondments: (program, filter, { loaders }) => loaders.secondmentsByProgram(program.code, filter),
  },
};
