import type { Db } from '../../kit/database';
import { agenciesByCode } from '../../kit/directory';
import { refuse } from '../../kit/errors';
import { dayOf } from '../../kit/time';
import { basesById } from '../bases/store';
import { hashOf } from '../batches/rules';
import type { AgricultureContext } from '../loaders';
import { productsByCode } from '../products/store';
import type {
  FulfillProjectMilestoneInput,
  OfferSupplyInput,
  OpenSalesChannelInput,
  OrganizeSupplyEventInput,
  RecordCooperationProjectInput,
} from '../schema-types';
import { standardVersions } from '../standards/store';
import { checkOffer, checkProject, checkRecord, unknown } from './rules';
import {
  type CooperationProjectRow,
  insertMilestones,
  milestonesOf,
  reach,
  rowsById,
  type SalesChannelRow,
  type SupplyEventRow,
  type SupplyOfferRow,
  storeOnce,
  withdraw,
} from './store';

/** The id of what a unit records: it follows from what the record says, so that the same one is known when it comes again. */
const idOf = (agency: string, content: unknown): string => hashOf([agency, content]).slice(0, 32);

/** Announces a meeting. Throws a `Refusal` with every violation. */
export async function organizeSupplyEvent(
  context: AgricultureContext,
  input: OrganizeSupplyEventInput,
): Promise<SupplyEventRow> {
  const { signedIn: viewer, now } = context;
  const at = input.at ?? now;
  const event = {
    ...{ name: input.name.trim(), jurisdiction: input.jurisdiction, venue: input.venue.trim() },
    held_on: input.heldOn,
  };
  checkRecord({ name: event.name, venue: event.venue }, at, now).throwIfAny();
  const row = { id: idOf(viewer.agency, event), ...event, recorded_by: viewer.agency, recorded_at: at };
  return context.write(async (db) => (await storeOnce(db, 'supply_events', row)).row);
}

/** Records a channel. Throws a `Refusal` with every violation. */
export async function openSalesChannel(
  context: AgricultureContext,
  input: OpenSalesChannelInput,
): Promise<SalesChannelRow> {
  const { signedIn: viewer, now } = context;
  const at = input.at ?? now;
  const channel = {
    ...{ name: input.name.trim(), jurisdiction: input.jurisdiction, kind: input.kind },
    operator: input.operator.trim(),
  };
  checkRecord({ name: channel.name, operator: channel.operator }, at, now).throwIfAny();
  const row = { id: idOf(viewer.agency, channel), ...channel, recorded_by: viewer.agency, recorded_at: at };
  return context.write(async (db) => (await storeOnce(db, 'sales_channels', row)).row);
}

/** Which of what an offer names is not there. */
async function missingOf(db: Db, input: OfferSupplyInput): Promise<string[]> {
  const looked = [
    ['product', input.product, () => productsByCode(db, [input.product])],
    ['baseId', input.baseId, () => basesById(db, [input.baseId ?? ''])],
    ['channelId', input.channelId, () => rowsById(db, 'sales_channels', [input.channelId ?? ''])],
    ['eventId', input.eventId, () => rowsById(db, 'supply_events', [input.eventId ?? ''])],
    ['standard', input.standard, () => standardVersions(db, [input.standard ?? ''])],
  ] as const;
  const missing: string[] = [];
  for (const [path, named, find] of looked) {
    if (named != null && (await find()).length === 0) missing.push(path);
  }
  return missing;
}

/** Offers supply or asks for it. Throws a `Refusal` with every violation. */
export async function offerSupply(
  context: AgricultureContext,
  input: OfferSupplyInput,
): Promise<SupplyOfferRow> {
  const { signedIn: viewer, now } = context;
  const at = input.at ?? now;
  return context.write(async (db) => {
    const missing = await missingOf(db, input);
    const [base] = input.baseId ? await basesById(db, [input.baseId]) : [];
    const isBaseOwn = base?.registered_by === viewer.agency;
    const baseId = input.baseId ?? null;
    const { side, quantityKg } = input;
    checkOffer({ side, quantityKg, baseId, at }, { isBaseOwn, missing, now }).throwIfAny();
    const offer = {
      ...{
        side,
        product: input.product,
        quantity_kg: String(quantityKg),
        month: input.month,
        base_id: baseId,
      },
      ...{
        channel_id: input.channelId ?? null,
        event_id: input.eventId ?? null,
        standard: input.standard ?? null,
      },
    };
    const { row } = await storeOnce(db, 'supply_offers', {
      ...{ id: idOf(viewer.agency, offer), ...offer, is_withdrawn: false },
      ...{ recorded_by: viewer.agency, recorded_at: at },
    });
    return row;
  });
}

/** Takes an offer of the viewer's unit back. Throws a `Refusal`. */
export async function withdrawSupplyOffer(
  context: AgricultureContext,
  input: { offerId: string; at?: Date | null },
): Promise<SupplyOfferRow> {
  const { signedIn: viewer, now } = context;
  return context.write(async (db) => {
    checkRecord({}, input.at ?? now, now).throwIfAny();
    const [offer] = await rowsById(db, 'supply_offers', [input.offerId]);
    if (!offer) return refuse('NOT_FOUND', ['offerId'], unknown('offer'));
    if (offer.recorded_by !== viewer.agency) {
      return refuse('NOT_ALLOWED', ['offerId'], {
        en: 'Only the unit that made an offer takes it back.',
        zh: '仅发布单位可以撤回。',
      });
    }
    return (
      (await withdraw(db, offer.id, viewer.agency)) ??
      refuse('NOT_ALLOWED_IN_STATE', ['offerId'], {
        en: 'The offer was taken back before.',
        zh: '该信息已撤回。',
      })
    );
  });
}

/** Records a project. Throws a `Refusal` with every violation. */
export async function recordCooperationProject(
  context: AgricultureContext,
  input: RecordCooperationProjectInput,
): Promise<CooperationProjectRow> {
  const { signedIn: viewer, now } = context;
  const at = input.at ?? now;
  const name = input.name.trim();
  const partners = [...new Set(input.partners)];
  const milestones = input.milestones.map(({ title, dueOn }) => ({ title: title.trim(), dueOn }));
  const { investmentTenThousandYuan: investment, yearlyOutputTonnes: output } = input;
  return context.write(async (db) => {
    const known = new Set((await agenciesByCode(db, partners)).map(({ code }) => code));
    const isProductKnown = (await productsByCode(db, [input.product])).length > 0;
    const project = { name, partners, investment, output, milestones, at };
    checkProject(project, { known, isProductKnown, now }).throwIfAny();
    const content = {
      ...{ name, jurisdiction: input.jurisdiction, product: input.product, partners },
      ...{ investment_ten_thousand_yuan: investment, yearly_output_tonnes: output },
    };
    const id = idOf(viewer.agency, [content, milestones]);
    const stored = { id, ...content, recorded_by: viewer.agency, recorded_at: at };
    const { row, isNew } = await storeOnce(db, 'cooperation_projects', stored);
    if (isNew) await insertMilestones(db, id, milestones);
    return row;
  });
}

/** Says that a milestone was reached; said again of the same day it is answered as before. Throws a `Refusal`. */
export async function fulfillProjectMilestone(
  context: AgricultureContext,
  input: FulfillProjectMilestoneInput,
): Promise<CooperationProjectRow> {
  const { signedIn: viewer, now } = context;
  const at = input.at ?? now;
  return context.write(async (db) => {
    const [project] = await rowsById(db, 'cooperation_projects', [input.projectId]);
    if (!project) return refuse('NOT_FOUND', ['projectId'], unknown('project'));
    if (project.recorded_by !== viewer.agency && !project.partners.includes(viewer.agency)) {
      return refuse('NOT_ALLOWED', ['projectId'], {
        en: 'Only units that take part say what a project has reached.',
        zh: '仅项目合作单位可以登记进展。',
      });
    }
    const violations = checkRecord({}, at, now);
    const milestone = (await milestonesOf(db, [project.id])).find(
      ({ title }) => title === input.title.trim(),
    );
    if (!milestone) violations.add('NOT_FOUND', ['title'], unknown('milestone'));
    if (input.reachedOn > dayOf(at)) {
      violations.add('INVALID', ['reachedOn'], {
        en: `${input.reachedOn} has not come.`,
        zh: `${input.reachedOn} 尚未到来。`,
      });
    }
    violations.throwIfAny();
    if (milestone?.reached_on === input.reachedOn) return project;
    const isReached = await reach(db, project.id, input.title.trim(), input.reachedOn);
    return isReached
      ? project
      : refuse('NOT_ALLOWED_IN_STATE', ['title'], {
          en: `It was reached on ${milestone?.reached_on}.`,
          zh: `该里程碑已于 ${milestone?.reached_on} 完成。`,
        });
  });
}
