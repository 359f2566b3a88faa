import { randomBytes, randomUUID } from 'node:crypto';
import { agenciesByCode } from '../../kit/directory';
import { refuse } from '../../kit/errors';
import { policiesOf, policyValue } from '../../kit/in-effect';
import { recordCampaignChange } from '../fieldwork/store';
import { laterOf } from '../life-cycle/step';
import type { GridContext } from '../loaders';
import type { CloseInspectionCampaignInput, OpenInspectionCampaignInput } from '../schema-types';
import { drawAssignments } from './draw';
import {
  anotherWasFaster,
  BONUS_POLICY,
  bonusPolicy,
  checkClosing,
  checkOpening,
  noSuchCampaign,
} from './rules';
import {
  campaignByExternalId,
  campaignForStep,
  closeCampaign,
  type InspectionCampaignRow,
  insertCampaign,
  recordInspectionEvent,
} from './store';

/**
 * Opens a campaign and draws who inspects whom. What the viewer's unit opened before under the same external id is
 * answered as it is by now. Throws a `Refusal` with every violation.
 */
export async function openInspectionCampaign(
  context: GridContext,
  input: OpenInspectionCampaignInput,
): Promise<InspectionCampaignRow> {
  const { signedIn: viewer, now } = context;
  const { month } = input;
  const { user, agency } = viewer;
  return context.writeToFeed(async (db, transactionId) => {
    const policies = await policiesOf(db, [BONUS_POLICY], [viewer.jurisdiction]);
    const usual = policyValue(
      policies,
      BONUS_POLICY,
      { place: viewer.jurisdiction, day: `${month}-01` },
      bonusPolicy,
    );
    const campaign = {
      ...{ month, units: input.units },
      name: input.name?.trim() || `${month.slice(0, 4)}年${Number(month.slice(5))}月交叉检查`,
      externalId: input.externalId?.trim() ?? '',
      at: input.at ?? now,
      floor: input.floor ?? usual.floor,
      bonusPerFinding: input.bonusPerFinding ?? usual.bonusPerFinding,
      bonusCap: input.bonusCap ?? usual.bonusCap,
      capBasis: input.capBasis ?? usual.capBasis,
    };
    const known = await agenciesByCode(db, [...new Set(campaign.units)]);
    checkOpening(campaign, { viewer, known, now }).throwIfAny();
    const earlier = () =>
      campaign.externalId === '' ? null : campaignByExternalId(db, agency, campaign.externalId);
    const before = await earlier();
    if (before) return before;
    const seed = randomBytes(32).toString('hex');
    const stored = await insertCampaign(
      db,
      {
        ...{ id: randomUUID(), name: campaign.name, month, status: 'OPEN', organizer: agency, seed },
        ...{ external_id: campaign.externalId || null, floor: campaign.floor },
        ...{ bonus_per_finding: campaign.bonusPerFinding, bonus_cap: campaign.bonusCap },
        ...{ cap_basis: campaign.capBasis, opened_at: campaign.at, closed_at: null },
      },
      known.map(({ code, jurisdiction }) => ({ agency: code, jurisdiction })),
      drawAssignments(campaign.units, seed),
    );
    // Sent twice at the same moment, it is the other one's.
    if (!stored) return (await earlier()) ?? refuse('CONFLICT', ['externalId'], anotherWasFaster);
    const act = { kind: 'OPENED', user, agency, at: campaign.at } as const;
    await recordInspectionEvent(db, { campaign_id: stored.id }, act);
    await recordCampaignChange(db, transactionId, stored, act);
    return stored;
  });
}

/** Closes a campaign. Throws a `Refusal` with every violation. */
export async function closeInspectionCampaign(
  context: GridContext,
  input: CloseInspectionCampaignInput,
): Promise<InspectionCampaignRow> {
  const { signedIn: viewer, now } = context;
  const { user, agency } = viewer;
  return context.writeToFeed(async (db, transactionId) => {
    const campaign =
      (await campaignForStep(db, input.campaignId, { agency, hold: 'alone' })) ??
      refuse('NOT_FOUND', ['campaignId'], noSuchCampaign);
    const { waiting, last_at: previous } = campaign;
    const latest = laterOf(now, previous);
    const at = input.at ?? latest;
    checkClosing(campaign, { viewer, waiting, at, previous, now: latest }).throwIfAny();
    const closed =
      (await closeCampaign(db, campaign.id, at)) ?? refuse('CONFLICT', ['campaignId'], anotherWasFaster);
    const act = { kind: 'CLOSED', user, agency, at } as const;
    await recordInspectionEvent(db, { campaign_id: closed.id }, act);
    await recordCampaignChange(db, transactionId, closed, act);
    return closed;
  });
}
