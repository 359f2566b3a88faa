import { GENERAL_GOVERNMENT } from '../../kit/catalog';
import { checkPositionInChina } from '../../kit/china';
import type { AgencyRow } from '../../kit/directory';
import { badInput, type ClientError, Violations } from '../../kit/errors';
import {
  checkInstant,
  checkLine,
  checkNotBefore,
  checkPhone,
  checkText,
  checkWebAddresses,
} from '../../kit/inputs';
import type { Text } from '../../kit/language';
import { dayOf, monthOf } from '../../kit/time';
import { hasFunction, mayActIn, type Viewer } from '../../kit/viewer';
import { FEWEST_UNITS, MOST_UNITS } from './draw';

export type InspectionCampaignStatus = 'OPEN' | 'CLOSED';
export type InspectionFindingStatus = 'SUBMITTED' | 'ACCEPTED' | 'RETURNED' | 'WITHDRAWN';
export type InspectionReviewDecision = 'ACCEPT' | 'RETURN';
export type InspectionCapBasis = 'ABOVE_FLOOR' | 'IN_ALL';
export type InspectionEventKind =
  | 'OPENED'
  | 'CLOSED'
  | 'SUBMITTED'
  | 'ACCEPTED'
  | 'RETURNED'
  | 'RESUBMITTED'
  | 'WITHDRAWN'
  | 'CASE_OPENED';

/** What accepted findings are worth. */
export interface BonusRule {
  readonly floor: number;
  readonly bonusPerFinding: number;
  readonly bonusCap: number;
  readonly capBasis: InspectionCapBasis;
}

/** The bonus by place and time; a campaign keeps the one under which it was opened. */
export const BONUS_POLICY = 'inspection-bonus';

/** Reads the policy of bonuses. */
export function bonusPolicy(value: unknown): BonusRule {
  const { floor, bonusPerFinding, bonusCap, capBasis } = (value ?? {}) as Record<string, unknown>;
  if (
    typeof floor !== 'number' ||
    typeof bonusPerFinding !== 'number' ||
    typeof bonusCap !== 'number' ||
    (capBasis !== 'ABOVE_FLOOR' && capBasis !== 'IN_ALL')
  ) {
    throw new TypeError(`the bonus of inspections is ${JSON.stringify(value)}`);
  }
  return { floor, bonusPerFinding, bonusCap, capBasis };
}

/** A bonus has at most three decimals, so that a thousandfold of it is whole and sums are exact. */
const BONUS_SCALE = 1_000;

/**
 * The bonus for a number of accepted findings: so much for each over the floor, for at most as many as the cap says.
 * None below the floor, and none at it.
 */
export function bonusOf(accepted: number, { floor, bonusPerFinding, bonusCap, capBasis }: BonusRule): number {
  const capped =
    capBasis === 'ABOVE_FLOOR' ? Math.min(accepted - floor, bonusCap) : Math.min(accepted, bonusCap) - floor;
  return (Math.max(capped, 0) * Math.round(bonusPerFinding * BONUS_SCALE)) / BONUS_SCALE;
}

/** The sum of bonuses, without the noise of binary fractions. */
export const sumOfBonuses = (bonuses: readonly number[]): number =>
  bonuses.reduce((sum, bonus) => sum + Math.round(bonus * BONUS_SCALE), 0) / BONUS_SCALE;

/** What a unit has in a campaign, as counted. */
export interface Tally {
  readonly agency: string;
  readonly submitted: number;
  readonly accepted: number;
  readonly returned: number;
  readonly found_against: number;
}

export interface Score extends Tally {
  readonly hasMetFloor: boolean;
  readonly bonus: number;
}

export const scoreOf = (tally: Tally, rule: BonusRule): Score => ({
  ...tally,
  hasMetFloor: tally.accepted >= rule.floor,
  bonus: bonusOf(tally.accepted, rule),
});

/** What a year's campaigns come to for a unit. */
export interface Assessment {
  readonly agency: string;
  readonly campaigns: number;
  readonly belowFloor: number;
  readonly accepted: number;
  readonly bonus: number;
  readonly found_against: number;
}

/** The year of each unit, from its scores in the closed campaigns; in the order of the units' codes. */
export function assessmentsOf(scores: readonly Score[]): Assessment[] {
  const byAgency = new Map<string, Score[]>();
  for (const score of scores) byAgency.set(score.agency, [...(byAgency.get(score.agency) ?? []), score]);
  const sum = (of: readonly Score[], count: (score: Score) => number) =>
    of.reduce((total, score) => total + count(score), 0);
  return [...byAgency]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([agency, own]) => ({
      agency,
      campaigns: own.length,
      belowFloor: own.filter(({ hasMetFloor }) => !hasMetFloor).length,
      accepted: sum(own, ({ accepted }) => accepted),
      bonus: sumOfBonuses(own.map(({ bonus }) => bonus)),
      found_against: sum(own, (score) => score.found_against),
    }));
}

const MAXIMUM_NAME = 100;
const MAXIMUM_PERSON = 50;
const MAXIMUM_DESCRIPTION = 2_000;
const MAXIMUM_ROAD = 100;
const MAXIMUM_REASON = 500;
const MAXIMUM_PHOTOS = 10;
const MAXIMUM_EXTERNAL_ID = 100;
const MAXIMUM_SEED = 200;
const MAXIMUM_COUNT = 1_000_000;
const MAXIMUM_TITLE = 100;

/** A campaign as it is to be opened, its texts trimmed. */
export interface NewCampaign extends BonusRule {
  readonly month: string;
  readonly units: readonly string[];
  readonly name: string;
  readonly externalId: string;
  readonly at: Date;
}

/** Whether the viewer's unit organizes campaigns among units of a place. */
export const organizes = (viewer: Viewer, place: string): boolean =>
  hasFunction(viewer, ['GRID_COMMAND', GENERAL_GOVERNMENT]) && mayActIn(viewer, place);

/** Every violation of opening a campaign; `known` are those of its units that exist. */
export function checkOpening(
  campaign: NewCampaign,
  { viewer, known, now }: { viewer: Viewer; known: readonly AgencyRow[]; now: Date },
): Violations {
  const violations = new Violations();
  checkUnits(violations, campaign.units);
  for (const [i, code] of campaign.units.slice(0, MOST_UNITS).entries()) {
    const unit = known.find((candidate) => candidate.code === code);
    if (!unit) {
      violations.add('NOT_FOUND', ['units', i], {
        en: `There is no unit ${code}. Look its code up under agencies.`,
        zh: `不存在单位 ${code}，请在单位列表中查询代码。`,
      });
    } else if (!organizes(viewer, unit.jurisdiction)) {
      violations.add('NOT_ALLOWED', ['units', i], {
        en: `Only a grid command or government that may act in ${unit.jurisdiction} lets ${code} take part.`,
        zh: `仅可在 ${unit.jurisdiction} 办理业务的网格化指挥单位或人民政府可以安排 ${code} 参加检查。`,
      });
    }
  }
  checkLine(violations, ['name'], campaign.name, MAXIMUM_NAME);
  checkLine(violations, ['externalId'], campaign.externalId, MAXIMUM_EXTERNAL_ID);
  checkInstant(violations, campaign.at, now);
  for (const field of ['floor', 'bonusCap'] as const) {
    if (campaign[field] < 0 || campaign[field] > MAXIMUM_COUNT) {
      violations.add('INVALID', [field], {
        en: `${campaign[field]} is no number of findings. Give 0 to ${MAXIMUM_COUNT}.`,
        zh: `${campaign[field]} 不是有效的问题数，应为 0 至 ${MAXIMUM_COUNT}。`,
      });
    }
  }
  const scaled = campaign.bonusPerFinding * BONUS_SCALE;
  if (!(scaled >= 0 && scaled <= 1_000 * BONUS_SCALE) || Math.abs(scaled - Math.round(scaled)) > 1e-6) {
    violations.add('INVALID', ['bonusPerFinding'], {
      en: `${campaign.bonusPerFinding} is no bonus. Give 0 to 1,000, with at most 3 decimals.`,
      zh: `${campaign.bonusPerFinding} 不是有效的加分，应为 0 至 1,000，最多三位小数。`,
    });
  }
  return violations;
}

/** Adds what is wrong with a set of units that are to inspect each other. */
function checkUnits(violations: Violations, units: readonly string[]): void {
  if (units.length > MOST_UNITS) {
    violations.add('LIMIT_EXCEEDED', ['units'], {
      en: `There are ${units.length} units; at most ${MOST_UNITS} take part. Open several campaigns.`,
      zh: `共有 ${units.length} 个单位，上限为 ${MOST_UNITS} 个，请分多次开展。`,
    });
    return;
  }
  if (new Set(units).size < FEWEST_UNITS) {
    violations.add('INVALID', ['units'], {
      en: 'Nobody inspects itself. Name at least two different units.',
      zh: '单位不能检查自身，请至少填写两个不同的单位。',
    });
  }
  for (const [i, code] of units.entries()) {
    if (units.indexOf(code) === i) continue;
    violations.add('INVALID', ['units', i], {
      en: `${code} is named twice. Name each unit once.`,
      zh: `${code} 重复，每个单位只能填写一次。`,
    });
  }
}

/** What is wrong with a draw that someone wants to see; null when nothing is. */
export function drawFault(units: readonly string[], seed: string): ClientError | null {
  if (units.length < FEWEST_UNITS || units.length > MOST_UNITS || new Set(units).size < units.length) {
    return badInput({
      en: `Name ${FEWEST_UNITS} to ${MOST_UNITS} different units.`,
      zh: `请填写 ${FEWEST_UNITS} 至 ${MOST_UNITS} 个不同的单位。`,
    });
  }
  if (seed === '' || seed.length > MAXIMUM_SEED) {
    return badInput({
      en: `A seed has 1 to ${MAXIMUM_SEED} characters. Pass the one that the campaign shows.`,
      zh: `随机种子应为 1 至 ${MAXIMUM_SEED} 个字符，请传入检查活动公布的种子。`,
    });
  }
  return null;
}

/** A campaign as far as what may be done with it. */
interface CampaignStand {
  readonly status: InspectionCampaignStatus;
  readonly organizer: string;
  readonly month: string;
}

const notOrganizer: Text = {
  en: 'Only the unit that opened the campaign does this.',
  zh: '仅组织本次检查的单位可以办理。',
};

const campaignIsClosed: Text = {
  en: 'The campaign is closed, and its scores stand.',
  zh: '检查活动已结束，得分已确定。',
};

/** Every violation of closing a campaign, of which so many findings wait for their review. */
export function checkClosing(
  campaign: CampaignStand,
  {
    viewer,
    waiting,
    at,
    previous,
    now,
  }: { viewer: Viewer; waiting: number; at: Date; previous: Date; now: Date },
): Violations {
  const violations = new Violations();
  const path = ['campaignId'];
  if (campaign.organizer !== viewer.agency) violations.add('NOT_ALLOWED', path, notOrganizer);
  if (campaign.status === 'CLOSED') {
    violations.add('NOT_ALLOWED_IN_STATE', path, campaignIsClosed);
  } else if (waiting > 0) {
    violations.add('NOT_ALLOWED_IN_STATE', path, {
      en: `Findings wait for their review: ${waiting}. Accept or return each first.`,
      zh: `尚有 ${waiting} 个问题待复核，请先逐一通过或退回。`,
    });
  }
  checkInstant(violations, at, now);
  checkNotBefore(violations, at, previous);
  return violations;
}

/** A finding as it is to stand, its texts trimmed. */
export interface FindingRecord {
  readonly category: string;
  readonly description: string;
  readonly responsiblePerson: string;
  readonly responsiblePhone: string;
  readonly photos: readonly string[];
  readonly location: { readonly latitude: number; readonly longitude: number; readonly road: string };
}

/** Adds what is wrong with what a finding says. */
function checkRecord(violations: Violations, finding: FindingRecord): void {
  checkText(violations, ['description'], finding.description, MAXIMUM_DESCRIPTION, {
    en: 'The description is empty. Say what is wrong.',
    zh: '问题描述为空，请填写。',
  });
  checkLine(violations, ['responsiblePerson'], finding.responsiblePerson, MAXIMUM_PERSON, {
    en: 'Nobody is named. Say who answers for it on the spot.',
    zh: '责任人为空，请填写。',
  });
  checkPhone(violations, ['responsiblePhone'], finding.responsiblePhone, {
    en: 'The phone number is empty. Say how they are reached.',
    zh: '责任人电话为空，请填写。',
  });
  if (finding.photos.length === 0) {
    violations.add('REQUIRED', ['photos'], {
      en: 'There is no photo. Add at least one.',
      zh: '没有照片，请至少上传一张。',
    });
  }
  checkWebAddresses(violations, ['photos'], finding.photos, MAXIMUM_PHOTOS);
  checkPositionInChina(violations, ['location'], finding.location);
  checkLine(violations, ['location', 'road'], finding.location.road, MAXIMUM_ROAD, {
    en: 'The road is not named. Say where it is.',
    zh: '道路名称为空，请填写。',
  });
}

/** Every violation of submitting a finding; `assigned` is whom the viewer's unit inspects, null when nobody. */
export function checkSubmission(
  finding: FindingRecord & {
    readonly inspected: string;
    readonly foundAt: Date;
    readonly externalId: string;
  },
  { campaign, assigned, now }: { campaign: CampaignStand; assigned: string | null; now: Date },
): Violations {
  const violations = new Violations();
  if (assigned !== finding.inspected) {
    violations.add('NOT_ALLOWED', ['inspected'], {
      en:
        assigned === null
          ? 'Your unit does not take part in this campaign.'
          : `By the draw your unit inspects ${assigned}, and not ${finding.inspected}.`,
      zh:
        assigned === null
          ? '本单位未参加本次检查。'
          : `按抽签结果本单位检查 ${assigned}，而不是 ${finding.inspected}。`,
    });
  }
  if (campaign.status === 'CLOSED') violations.add('NOT_ALLOWED_IN_STATE', ['campaignId'], campaignIsClosed);
  checkRecord(violations, finding);
  checkInstant(violations, finding.foundAt, now, ['foundAt']);
  if (monthOf(finding.foundAt) !== campaign.month) {
    violations.add('INVALID', ['foundAt'], {
      en: `${dayOf(finding.foundAt)} is not in ${campaign.month}, the month of the campaign.`,
      zh: `${dayOf(finding.foundAt)} 不在检查活动的月份 ${campaign.month} 内。`,
    });
  }
  checkLine(violations, ['externalId'], finding.externalId, MAXIMUM_EXTERNAL_ID);
  return violations;
}

/** What is done with a finding after it was submitted. */
export type FindingStep = 'ACCEPT' | 'RETURN' | 'RESUBMIT' | 'WITHDRAW' | 'OPEN_CASE';

interface StepRule {
  readonly by: 'organizer' | 'inspector' | 'place';
  readonly from: readonly InspectionFindingStatus[];
  /** Null for what leaves the status. */
  readonly to: InspectionFindingStatus | null;
  readonly kind: InspectionEventKind;
  /** Whether only an open campaign lets it happen. */
  readonly whileOpen: boolean;
}

/** The life of a finding: who takes each step, from which status, and into which. */
export const FINDING_STEPS = {
  ACCEPT: { by: 'organizer', from: ['SUBMITTED'], to: 'ACCEPTED', kind: 'ACCEPTED', whileOpen: true },
  RETURN: { by: 'organizer', from: ['SUBMITTED'], to: 'RETURNED', kind: 'RETURNED', whileOpen: true },
  RESUBMIT: { by: 'inspector', from: ['RETURNED'], to: 'SUBMITTED', kind: 'RESUBMITTED', whileOpen: true },
  WITHDRAW: {
    by: 'inspector',
    from: ['SUBMITTED', 'RETURNED'],
    to: 'WITHDRAWN',
    kind: 'WITHDRAWN',
    whileOpen: true,
  },
  OPEN_CASE: { by: 'place', from: ['ACCEPTED'], to: null, kind: 'CASE_OPENED', whileOpen: false },
} as const satisfies Record<FindingStep, StepRule>;

/** A finding as far as what may be done with it. */
export interface FindingStand {
  readonly status: InspectionFindingStatus;
  readonly organizer: string;
  readonly inspector: string;
  readonly jurisdiction: string;
  readonly case_id: string | null;
}

const NOT_ALLOWED: Record<StepRule['by'], Text> = {
  organizer: notOrganizer,
  inspector: { en: 'Only the unit that found it does this.', zh: '仅发现问题的检查单位可以办理。' },
  place: {
    en: 'Only a unit that may act in the place where it was found makes it a case.',
    zh: '仅可在问题所在区划办理业务的单位可以转为案件。',
  },
};

const STATUS_NAMES: Record<InspectionFindingStatus, Text> = {
  SUBMITTED: { en: 'waiting for its review', zh: '待复核' },
  ACCEPTED: { en: 'accepted', zh: '已通过' },
  RETURNED: { en: 'returned', zh: '已退回' },
  WITHDRAWN: { en: 'withdrawn', zh: '已撤回' },
};

const mayTake = (viewer: Viewer, by: StepRule['by'], finding: FindingStand): boolean => {
  switch (by) {
    case 'organizer':
      return finding.organizer === viewer.agency;
    case 'inspector':
      return finding.inspector === viewer.agency;
    case 'place':
      return mayActIn(viewer, finding.jurisdiction);
  }
};

/** Adds what speaks against a viewer taking a step with a finding that they see. */
export function checkStep(
  violations: Violations,
  step: FindingStep,
  finding: FindingStand,
  { viewer, campaign }: { viewer: Viewer; campaign: Pick<CampaignStand, 'status'> },
): void {
  const path = ['findingId'];
  const { by, from, whileOpen }: StepRule = FINDING_STEPS[step];
  if (!mayTake(viewer, by, finding)) violations.add('NOT_ALLOWED', path, NOT_ALLOWED[by]);
  if (whileOpen && campaign.status === 'CLOSED') {
    violations.add('NOT_ALLOWED_IN_STATE', path, campaignIsClosed);
  } else if (!from.includes(finding.status)) {
    const fits = (language: 'en' | 'zh', or: string) =>
      from.map((status) => STATUS_NAMES[status][language]).join(or);
    violations.add('NOT_ALLOWED_IN_STATE', path, {
      en: `The finding is ${STATUS_NAMES[finding.status].en}. This is for one that is ${fits('en', ' or ')}.`,
      zh: `该问题当前为“${STATUS_NAMES[finding.status].zh}”，此操作仅适用于“${fits('zh', '”或“')}”的问题。`,
    });
  } else if (step === 'OPEN_CASE' && finding.case_id !== null) {
    violations.add('NOT_ALLOWED_IN_STATE', path, {
      en: 'The finding became a case already.',
      zh: '该问题已转为案件。',
    });
  }
}

/** Adds what is wrong with what is said with a step; `previous` is when the last one was taken. */
export function checkWords(
  violations: Violations,
  step: FindingStep,
  { note, at }: { note: string; at: Date },
  { previous, now }: { previous: Date; now: Date },
): void {
  if (step === 'RETURN' || step === 'WITHDRAW') {
    checkText(violations, ['reason'], note, MAXIMUM_REASON, {
      en: 'The reason is empty. Say why the finding does not count.',
      zh: '理由为空，请说明该问题为何不计。',
    });
  } else if (step !== 'OPEN_CASE') {
    checkText(violations, [step === 'ACCEPT' ? 'reason' : 'note'], note, MAXIMUM_REASON);
  }
  checkInstant(violations, at, now);
  checkNotBefore(violations, at, previous);
}

/** Adds what is wrong with what a mended finding says. */
export const checkMended = checkRecord;

/** What a case made of a finding is called: the beginning of the description's first line, unless a title was given. */
export function titleOf(title: string, description: string): string {
  if (title !== '') return title;
  const characters = [...(description.split(/[\n\r]/, 1)[0] ?? '').replace(/\t/g, ' ').trim()];
  return characters.length <= MAXIMUM_TITLE
    ? characters.join('')
    : `${characters.slice(0, MAXIMUM_TITLE - 1).join('')}…`;
}

/** To whoever names a campaign that is not there, or not for them. */
export const noSuchCampaign: Text = {
  en: 'There is no such campaign. Look its id up under inspectionCampaigns.',
  zh: '不存在该检查活动，请在检查活动列表中查询。',
};

/** To whoever names a finding that is not there, or not for them. */
export const noSuchFinding: Text = {
  en: 'There is no such finding. Look its id up under inspectionFindings.',
  zh: '不存在该检查问题，请在检查问题列表中查询。',
};

/** To the slower of two. */
export const anotherWasFaster: Text = {
  en: 'Someone else changed it at the same moment. Look at it again.',
  zh: '该事项刚被他人办理，请重新查看。',
};
