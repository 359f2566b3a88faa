import { loadExisting } from '../../kit/loaders';
import { payload } from '../../kit/payload';
import { dayOf } from '../../kit/time';
import type { Resolvers } from '../schema-types';
import {
  fulfillProjectMilestone,
  offerSupply,
  openSalesChannel,
  organizeSupplyEvent,
  recordCooperationProject,
  withdrawSupplyOffer,
} from './record';
import { rowsIn } from './store';

export const matchmaking: Resolvers = {
  Query: {
    supplyEvents: (_, filter, { db }) => rowsIn(db, 'supply_events', filter),
    salesChannels: (_, filter, { db }) => rowsIn(db, 'sales_channels', filter),
    supplyOffers: (_, filter, { db }) => rowsIn(db, 'supply_offers', filter),
    cooperationProjects: (_, filter, { db }) => rowsIn(db, 'cooperation_projects', filter),
  },
  Mutation: {
    organizeSupplyEvent: (_, { input }, context) =>
      payload('event', context, organizeSupplyEvent(context, input)),
    openSalesChannel: (_, { input }, context) =>
      payload('channel', context, openSalesChannel(context, input)),
    offerSupply: (_, { input }, context) => payload('offer', context, offerSupply(context, input)),
    withdrawSupplyOffer: (_, { input }, context) =>
      payload('offer', context, withdrawSupplyOffer(context, input)),
    recordCooperationProject: (_, { input }, context) =>
      payload('project', context, recordCooperationProject(context, input)),
    fulfillProjectMilestone: (_, { input }, context) =>
      payload('project', context, fulfillProjectMilestone(context, input)),
  },
  SupplyEvent: {
    jurisdiction: ({ jurisdiction }) => ({ code: jurisdiction }),
    heldOn: (event) => event.held_on,
    organizer: (event) => ({ code: event.recorded_by }),
    offers: ({ id }, _, { loaders }) => loaders.offersByEvent.load(id),
  },
  SalesChannel: {
    jurisdiction: ({ jurisdiction }) => ({ code: jurisdiction }),
    recordedBy: (channel) => ({ code: channel.recorded_by }),
  },
  SupplyOffer: {
    product: ({ product }, _, { loaders }) => loadExisting(loaders.product, product),
    quantityKg: (offer) => Number(offer.quantity_kg),
    base: ({ base_id }, _, { loaders }) =>
      base_id === null ? null : loadExisting(loaders.supplyBase, base_id),
    channel: ({ channel_id }, _, { loaders }) =>
      channel_id === null ? null : loadExisting(loaders.salesChannel, channel_id),
    event: ({ event_id }, _, { loaders }) =>
      event_id === null ? null : loadExisting(loaders.supplyEvent, event_id),
    isWithdrawn: (offer) => offer.is_withdrawn,
    recordedBy: (offer) => ({ code: offer.recorded_by }),
  },
  CooperationProject: {
    jurisdiction: ({ jurisdiction }) => ({ code: jurisdiction }),
    product: ({ product }, _, { loaders }) => loadExisting(loaders.product, product),
    partners: ({ partners }) => partners.map((code) => ({ code })),
    investmentTenThousandYuan: (project) => project.investment_ten_thousand_yuan,
    yearlyOutputTonnes: (project) => project.yearly_output_tonnes,
    milestones: ({ id }, _, { loaders }) => loaders.milestonesByProject.load(id),
    recordedBy: (project) => ({ code: project.recorded_by }),
  },
  ProjectMilestone: {
    dueOn: (milestone) => milestone.due_on,
    reachedOn: (milestone) => milestone.reached_on,
    isOverdue: ({ due_on, reached_on }, _, { now }) => reached_on === null && due_on < dayOf(now),
  },
};
