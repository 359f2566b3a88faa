import type { PersonnelContext } from '../loaders';
import type { Resolvers } from '../schema-types';
import { asymmetries, balance, matrix, oneFlow, partners, reconcileAll, series } from './questions';
import { asymmetryOf, type Flow, figureOf } from './rules';

const reconciled = async (flow: Flow, context: PersonnelContext) => {
  const [figure] = await reconcileAll(context, [flow]);
  return figure ? { ...figure, explanation: figure.explanation()[context.language] } : null;
};

const ref = (code: string) => ({ code });

export const laborStatistics: Resolvers = {
  Query: {
    laborFlow: (_, { sector = null, ...flow }, context) => oneFlow(context, { ...flow, sector }),
    laborFlowAsymmetries: (
      _,
      { sector = null, side = null, originUnder = null, destinationUnder = null, ...asked },
      context,
    ) => asymmetries(context, { ...asked, sector, side, originUnder, destinationUnder }),
    laborFlowMatrix: (
      _,
      { sector = null, side = null, originUnder = null, destinationUnder = null, ...asked },
      context,
    ) => matrix(context, { ...asked, sector, side, originUnder, destinationUnder }),
    laborFlowSeries: (_, { sector = null, side = null, ...asked }, context) =>
      series(context, { ...asked, sector, side }),
    laborFlowBalance: (_, { sector = null, side = null, ...asked }, context) =>
      balance(context, { ...asked, sector, side }),
    laborFlowTopOrigins: (_, { destination, sector = null, side = null, ...asked }, context) =>
      partners(context, { ...asked, place: destination, of: 'ORIGINS', sector, side }),
    laborFlowTopDestinations: (_, { origin, sector = null, side = null, ...asked }, context) =>
      partners(context, { ...asked, place: origin, of: 'DESTINATIONS', sector, side }),
  },
  LaborFlow: {
    origin: ({ origin }) => ref(origin),
    destination: ({ destination }) => ref(destination),
    reportedByOrigin: (flow) => figureOf(flow, 'ORIGIN'),
    reportedByDestination: (flow) => figureOf(flow, 'DESTINATION'),
    asymmetry: asymmetryOf,
    reconciled: (flow, _, context) => reconciled(flow, context),
  },
  LaborFlowFigure: {
    reportedBy: ({ reporters }) => reporters.map(ref),
  },
  LaborFlowMatrix: {
    origins: ({ origins }) => origins.map(ref),
    destinations: ({ destinations }) => destinations.map(ref),
  },
  LaborFlowSeries: {
    origin: ({ origin }) => ref(origin),
    destination: ({ destination }) => ref(destination),
  },
  LaborFlowBalance: {
    place: ({ place }) => ref(place),
  },
  LaborFlowBalanceLine: {
    net: ({ inflow, outflow }) =>
      inflow?.workers == null || outflow?.workers == null ? null : inflow.workers - outflow.workers,
  },
  LaborFlowPartner: {
    place: ({ place }) => ref(place),
  },
};
