import { loadExisting } from '../../kit/loaders';
import { payload } from '../../kit/payload';
import type { Resolvers } from '../schema-types';
import { recordReach } from './record';
import { alertsIn, reaches } from './store';

export const gridReaches: Resolvers = {
  Query: {
    reach: (_, { code }, { loaders }) => loaders.reach.load(code),
    reaches: (_, filter, { db }) => reaches(db, filter),
    gridAlerts: (_, filter, { db }) => alertsIn(db, filter),
  },
  Mutation: {
    recordReach: (_, { input }, context) => payload('reach', context, recordReach(context, input)),
  },
  Reach: {
    __resolveReference: ({ code }, { loaders }) => loaders.reach.load(code),
    jurisdiction: ({ jurisdiction }) => ({ code: jurisdiction }),
    recordedBy: (reach) => ({ code: reach.recorded_by }),
    upstream: ({ code }, _, { loaders }) => loaders.reachesAbove.load(code),
    downstream: ({ code }, _, { loaders }) => loaders.reachesBelow.load(code),
  },
  GridAlert: {
    jurisdiction: ({ jurisdiction }) => ({ code: jurisdiction }),
    alertedReach: (alert, _, { loaders }) => loadExisting(loaders.reach, alert.alerted_reach),
    reach: ({ reach }, _, { loaders }) => loadExisting(loaders.reach, reach),
    from: (alert) => ({ code: alert.from_place }),
    message: (alert, _, { language }) => (language === 'zh' ? alert.message_zh : alert.message_en),
    gridCase: (alert, _, { loaders }) => loaders.gridCase.load(alert.case_id),
  },
  GridCase: {
    reach: ({ reach }, _, { loaders }) => (reach === null ? null : loaders.reach.load(reach)),
    alerts: ({ id }, _, { loaders }) => loaders.alertsByGridCase.load(id),
  },
};
