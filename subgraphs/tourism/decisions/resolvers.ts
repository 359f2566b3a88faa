import { loadExisting } from '../../kit/loaders';
import { payload } from '../../kit/payload';
import { dayOf } from '../../kit/time';
import { paperAddress } from '../documents/papers';
import { certificatePage } from '../documents/render';
import { isOverdue } from '../patrols/rules';
import type { Resolvers } from '../schema-types';
import { beginningOf } from '../sessions/rules';
import { type CertificateContent, contentText, hashOf } from './certificate';
import { decideLicenseApplication } from './decide';
import { fulfillDecisionCondition } from './fulfill';
import { recordReviewOpinion } from './opine';
import { recordReviewRecusal } from './recuse';
import { conditionsIn } from './store';
import { verifyCertificate } from './verify';

export const decisions: Resolvers = {
  Query: {
    verifyCertificate: (_, { number, hash }, { db }) => verifyCertificate(db, number, hash),
    decisionConditions: (_, { under, ...filter }, { db, now }) => conditionsIn(db, under, filter, dayOf(now)),
  },
  Mutation: {
    recordReviewOpinion: (_, { input }, context) =>
      payload('licenseApplication', context, recordReviewOpinion(context, input)),
    recordReviewRecusal: (_, { input }, context) =>
      payload('licenseApplication', context, recordReviewRecusal(context, input)),
    decideLicenseApplication: (_, { input }, context) =>
      payload('licenseApplication', context, decideLicenseApplication(context, input)),
    fulfillDecisionCondition: (_, { input }, context) =>
      payload('condition', context, fulfillDecisionCondition(context, input)),
  },
  LicenseApplication: {
    session: ({ session_id: id }, _, { loaders }) => (id === null ? null : loaders.reviewSession.load(id)),
    opinions: (application, _, { loaders }) => loaders.opinionsByApplication.load(application.id),
    recusals: (application, _, { loaders }) => loaders.recusalsByApplication.load(application.id),
    decision: (application, _, { loaders }) => loaders.decisionByApplication.load(application.id),
  },
  ReviewOpinion: {
    function: async ({ application_id: id, function: code }, _, { loaders }) => {
      const application = await loadExisting(loaders.licenseApplication, id);
      const functions = await loaders.functionsByProcedure.load(application.procedure_id);
      const required = functions.find((candidate) => candidate.code === code);
      if (!required) throw new Error(`${code} spoke on ${id}, whose procedure does not require it`);
      return required;
    },
    agency: ({ agency }) => ({ code: agency }),
    givenAt: (opinion) => opinion.given_at,
    isWritten: async ({ application_id: id, round, session_id, given_at }, _, { loaders }) => {
      // What was said in a meeting that carried the application over was written for the next.
      const application = await loadExisting(loaders.licenseApplication, id);
      const heardIn = round === application.round ? application.session_id : null;
      const session = await loadExisting(loaders.reviewSession, heardIn ?? session_id);
      return given_at < beginningOf(session);
    },
  },
  ReviewRecusal: {
    agency: ({ agency }) => ({ code: agency }),
    recordedAt: (recusal) => recusal.recorded_at,
  },
  LicenseDecision: {
    decidedAt: (decision) => decision.decided_at,
    decidedBy: (decision) => ({ code: decision.decided_by }),
    conditions: (decision, _, { loaders }) => loaders.conditionsByApplication.load(decision.application_id),
    certificate: (decision, _, { loaders }) =>
      loadExisting(loaders.certificateByApplication, decision.application_id),
  },
  LicenseCertificate: {
    document: ({ content, hash }, { hubAddress }, context) =>
      certificatePage(JSON.parse(content) as CertificateContent, hash, paperAddress(hubAddress, context)),
  },
  CertificateVerification: {
    document: ({ content }, { hubAddress }, context) =>
      content && certificatePage(content, hashOf(contentText(content)), paperAddress(hubAddress, context)),
  },
  DecisionCondition: {
    __resolveReference: ({ id }, { loaders }) => loaders.decisionCondition.load(id),
    dueOn: (condition) => condition.due_on,
    status: (condition, _, { now }) => (isOverdue(condition, dayOf(now)) ? 'OVERDUE' : condition.status),
    fulfilledAt: (condition) => condition.fulfilled_at,
    fulfilledBy: ({ fulfilled_by: code }) => (code === null ? null : { code }),
    application: (condition, _, { loaders }) =>
      loadExisting(loaders.licenseApplication, condition.application_id),
    findings: (condition, _, { loaders }) => loaders.findingsByCondition.load(condition.id),
  },
};
