import { loadExisting } from '../../kit/loaders';
import { payload } from '../../kit/payload';
import { papersOf } from '../documents/papers';
import { agendaPage, minutesPage } from '../documents/render';
import type { Resolvers } from '../schema-types';
import { closeReviewSession, openReviewSession } from './meet';
import { quorumOf } from './rules';
import { sessionsIn } from './store';

export const sessions: Resolvers = {
  Query: {
    reviewSession: (_, { id }, { loaders }) => loaders.reviewSession.load(id),
    reviewSessions: (_, { under, ...filter }, { db }) => sessionsIn(db, under, filter),
  },
  Mutation: {
    openReviewSession: (_, { input }, context) =>
      payload('reviewSession', context, openReviewSession(context, input)),
    closeReviewSession: (_, { input }, context) =>
      payload('reviewSession', context, closeReviewSession(context, input)),
  },
  ReviewSession: {
    __resolveReference: ({ id }, { loaders }) => loaders.reviewSession.load(id),
    jurisdiction: (session) => ({ code: session.jurisdiction }),
    heldOn: (session) => session.held_on,
    plannedOn: (session) => session.planned_on,
    isProvisional: (session) => session.is_provisional,
    cutOffAt: (session) => session.cut_off_at,
    procedure: ({ procedure_id: id }, _, { loaders }) => loadExisting(loaders.reviewProcedure, id),
    quorum: async ({ id, procedure_id, quorum }, _, { loaders }) => {
      const functions = await loaders.functionsByProcedure.load(procedure_id);
      const attendance = await loaders.attendanceBySession.load(id);
      const present = attendance.filter((row) => row.is_present).map((row) => row.function);
      return quorumOf(quorum, functions, new Set(present));
    },
    attendance: (session, _, { loaders }) => loaders.attendanceBySession.load(session.id),
    agenda: (session, args, { loaders }) => loaders.agenda(session.id, args),
    agendaDocument: async (session, _, context) => agendaPage(await papersOf(session, context)),
    minutesDocument: async (session, _, context) => minutesPage(await papersOf(session, context)),
    minutes: (session) => session,
  },
  ReviewAttendance: {
    agency: ({ agency }) => ({ code: agency }),
    isPresent: (row) => row.is_present,
  },
  ReviewMinutes: {
    openedAt: (session) => session.opened_at,
    closedAt: (session) => session.closed_at,
    items: (session, _, { loaders }) => loaders.itemsBySession.load(session.id),
  },
  ReviewAgendaItem: {
    position: (item) => item.agenda_position,
    application: (item, _, { loaders }) => loadExisting(loaders.licenseApplication, item.application_id),
    enteredAt: (item) => item.entered_at,
    leftAt: (item) => item.left_at,
    opinions: async (item, _, { loaders }) => {
      const opinions = await loaders.opinionsByApplication.load(item.application_id);
      return opinions.filter(({ round }) => round === item.round);
    },
  },
};
