import { type Connection, type PageArgs, pageOfAll } from '../../kit/connection';
import { badInput } from '../../kit/errors';
import type { GridContext } from '../loaders';
import { type Assessment, assessmentsOf, type BonusRule, type Score, scoreOf } from './rules';
import { closedCampaigns, type InspectionCampaignRow, type InspectionTallyRow, talliesOf } from './store';

/** The rule that a campaign was opened under. */
export const bonusRuleOf = (campaign: InspectionCampaignRow): BonusRule => ({
  floor: campaign.floor,
  bonusPerFinding: campaign.bonus_per_finding,
  bonusCap: campaign.bonus_cap,
  capBasis: campaign.cap_basis,
});

/** A score, and whose campaign it is of. */
export type CampaignScore = Score & Pick<InspectionTallyRow, 'campaign_id'> & { organizer: string };

/** The scores of a campaign, in the order of the units' codes. */
export async function scoresOf(
  { loaders }: Pick<GridContext, 'loaders'>,
  campaign: InspectionCampaignRow,
): Promise<CampaignScore[]> {
  const tallies = await loaders.talliesByInspectionCampaign.load(campaign.id);
  const rule = bonusRuleOf(campaign);
  return tallies.map((tally) => ({
    ...{ campaign_id: campaign.id, organizer: campaign.organizer },
    ...scoreOf(tally, rule),
  }));
}

/** The scores of the campaign of an id; null when the viewer sees none. */
export async function inspectionScores(
  context: GridContext,
  campaignId: string,
): Promise<CampaignScore[] | null> {
  const campaign = await context.loaders.inspectionCampaign.load(campaignId);
  return campaign && scoresOf(context, campaign);
}

/** A year's assessment, and whose campaigns it is of. */
export type YearAssessment = Assessment & { organizer: string; year: number };

/** A page of what the closed campaigns of a year come to for each unit. */
export async function inspectionAssessments(
  { db }: GridContext,
  { organizer, year, ...args }: PageArgs & { organizer: string; year: number },
): Promise<Connection<YearAssessment>> {
  if (!(year >= 1900 && year <= 2199)) {
    throw badInput({
      en: `${year} is no year from 1900 to 2199.`,
      zh: `${year} 不是 1900 至 2199 之间的年份。`,
    });
  }
  const campaigns = new Map((await closedCampaigns(db, organizer, year)).map((row) => [row.id, row]));
  const tallies = await talliesOf(db, [...campaigns.keys()]);
  const scores = tallies.flatMap((tally) => {
    const campaign = campaigns.get(tally.campaign_id);
    return campaign ? [scoreOf(tally, bonusRuleOf(campaign))] : [];
  });
  return pageOfAll(
    assessmentsOf(scores).map((assessment) => ({ ...assessment, organizer, year })),
    { name: 'inspectionAssessments', columns: ['agency'], direction: 'asc', maximum: 200 },
    args,
  );
}
