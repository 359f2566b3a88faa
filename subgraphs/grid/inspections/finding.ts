import { randomUUID } from 'node:crypto';
import type { Db } from '../../kit/database';
import { refuse, Violations } from '../../kit/errors';
import type { Viewer } from '../../kit/viewer';
import type { GridCaseRow } from '../cases/store';
import { categoriesByCode } from '../categories/store';
import { recordFindingChange } from '../fieldwork/store';
import { takeReport } from '../life-cycle/report';
import { checkCategory } from '../life-cycle/rules';
import { laterOf } from '../life-cycle/step';
import type { GridContext } from '../loaders';
import type {
  OpenGridCaseFromInspectionFindingInput,
  ResubmitInspectionFindingInput,
  ReviewInspectionFindingInput,
  SubmitInspectionFindingInput,
  WithdrawInspectionFindingInput,
} from '../schema-types';
import {
  anotherWasFaster,
  checkMended,
  checkStep,
  checkSubmission,
  checkWords,
  FINDING_STEPS,
  type FindingStep,
  noSuchCampaign,
  noSuchFinding,
  titleOf,
} from './rules';
import {
  campaignForStep,
  changeFinding,
  findingByExternalId,
  findingForStep,
  type InspectionFindingRow,
  insertFinding,
  recordInspectionEvent,
} from './store';

const trimmed = (location: { latitude: number; longitude: number; road: string }) => ({
  ...location,
  road: location.road.trim(),
});
const trimAll = (texts: readonly string[]): string[] => texts.map((text) => text.trim());

/**
 * Takes in what the viewer's unit found. What it submitted before under the same external id is answered as it is by
 * now. Throws a `Refusal` with every violation.
 */
export async function submitInspectionFinding(
  context: GridContext,
  input: SubmitInspectionFindingInput,
): Promise<InspectionFindingRow> {
  const { signedIn: viewer, now } = context;
  const { user, agency } = viewer;
  const finding = {
    ...{ category: input.category.trim(), inspected: input.inspected, foundAt: input.foundAt ?? now },
    description: input.description.trim(),
    responsiblePerson: input.responsiblePerson.trim(),
    responsiblePhone: input.responsiblePhone.trim(),
    photos: trimAll(input.photos),
    location: trimmed(input.location),
    externalId: input.externalId?.trim() ?? '',
  };
  return context.writeToFeed(async (db, transactionId) => {
    const campaign =
      (await campaignForStep(db, input.campaignId, { agency, hold: 'shared' })) ??
      refuse('NOT_FOUND', ['campaignId'], noSuchCampaign);
    const key = { campaign_id: campaign.id, inspector: agency, external_id: finding.externalId };
    const earlier = () => (finding.externalId === '' ? null : findingByExternalId(db, key));
    // A phone that got no answer sends again, even when the campaign was closed meanwhile.
    const before = await earlier();
    if (before) return before;
    const { assigned, assigned_place } = campaign;
    const violations = checkSubmission(finding, { campaign, assigned, now });
    await checkMinorClass(db, violations, finding.category);
    violations.throwIfAny();
    const { latitude, longitude, road } = finding.location;
    const stored = await insertFinding(db, {
      ...{ id: randomUUID(), campaign_id: campaign.id, organizer: campaign.organizer, inspector: agency },
      ...{ inspected: finding.inspected, jurisdiction: assigned_place ?? '', category: finding.category },
      ...{ description: finding.description, responsible_person: finding.responsiblePerson },
      ...{ responsible_phone: finding.responsiblePhone, photos: finding.photos, latitude, longitude, road },
      ...{ found_at: finding.foundAt, status: 'SUBMITTED', submitted_at: now },
      external_id: finding.externalId || null,
    });
    if (!stored) return (await earlier()) ?? refuse('CONFLICT', ['externalId'], anotherWasFaster);
    const act = { kind: 'SUBMITTED', user, agency, at: now } as const;
    await recordInspectionEvent(db, { campaign_id: campaign.id, finding: stored }, act);
    await recordFindingChange(db, transactionId, stored, act);
    return stored;
  });
}

async function checkMinorClass(db: Db, violations: Violations, code: string): Promise<void> {
  const [category] = await categoriesByCode(db, [code]);
  checkCategory(violations, code, category);
}

/** Accepts a finding or returns it. Throws a `Refusal` with every violation. */
export async function reviewInspectionFinding(
  context: GridContext,
  { findingId, decision, reason, at }: ReviewInspectionFindingInput,
): Promise<InspectionFindingRow> {
  return stepFinding(
    context,
    decision,
    { findingId, note: reason, at },
    async ({ note, at: reviewed_at }) => ({
      reviewed_at,
      return_reason: decision === 'RETURN' ? note : null,
    }),
  );
}

/** Submits a returned finding again. Throws a `Refusal` with every violation. */
export async function resubmitInspectionFinding(
  context: GridContext,
  input: ResubmitInspectionFindingInput,
): Promise<InspectionFindingRow> {
  return stepFinding(context, 'RESUBMIT', input, async ({ db, finding, violations, at }) => {
    const location = input.location ? trimmed(input.location) : finding;
    const mended = {
      category: input.category?.trim() ?? finding.category,
      description: input.description?.trim() ?? finding.description,
      responsiblePerson: input.responsiblePerson?.trim() ?? finding.responsible_person,
      responsiblePhone: input.responsiblePhone?.trim() ?? finding.responsible_phone,
      photos: input.photos ? trimAll(input.photos) : finding.photos,
      location: { latitude: location.latitude, longitude: location.longitude, road: location.road },
    };
    checkMended(violations, mended);
    await checkMinorClass(db, violations, mended.category);
    const { category, description, photos } = mended;
    return {
      ...{ category, description, photos, ...mended.location },
      ...{ responsible_person: mended.responsiblePerson, responsible_phone: mended.responsiblePhone },
      ...{ submitted_at: at, reviewed_at: null, return_reason: null },
    };
  });
}

/** Takes a finding back that does not count yet. Throws a `Refusal` with every violation. */
export async function withdrawInspectionFinding(
  context: GridContext,
  { findingId, reason, at }: WithdrawInspectionFindingInput,
): Promise<InspectionFindingRow> {
  return stepFinding(context, 'WITHDRAW', { findingId, note: reason, at }, async () => ({}));
}

interface Taking {
  db: Db;
  viewer: Viewer;
  finding: InspectionFindingRow;
  violations: Violations;
  note: string;
  at: Date;
}

/** Takes a step with a finding; `change` is what it makes of it beside the status. Throws a `Refusal`. */
async function stepFinding(
  context: GridContext,
  step: FindingStep,
  input: { findingId: string; note?: string | null; at?: Date | null },
  change: (taking: Taking) => Promise<Partial<InspectionFindingRow>>,
): Promise<InspectionFindingRow> {
  return context.writeToFeed((db, transactionId) =>
    takeStep({ db, transactionId }, context, step, input, change),
  );
}

async function takeStep(
  { db, transactionId }: { db: Db; transactionId: number },
  { signedIn: viewer, now }: GridContext,
  step: FindingStep,
  input: { findingId: string; note?: string | null; at?: Date | null },
  change: (taking: Taking) => Promise<Partial<InspectionFindingRow>>,
): Promise<InspectionFindingRow> {
  const { user, agency } = viewer;
  const notFound = () => refuse('NOT_FOUND', ['findingId'], noSuchFinding);
  const seen = (await findingForStep(db, input.findingId)) ?? notFound();
  const campaign = (await campaignForStep(db, seen.campaign_id, { agency, hold: 'shared' })) ?? notFound();
  const violations = new Violations();
  const latest = laterOf(now, seen.last_at);
  const at = input.at ?? latest;
  const note = input.note?.trim() ?? '';
  checkStep(violations, step, seen, { viewer, campaign });
  checkWords(violations, step, { note, at }, { previous: seen.last_at, now: latest });
  const changes = await change({ db, viewer, finding: seen, violations, note, at });
  violations.throwIfAny();
  const { to, kind } = FINDING_STEPS[step];
  const changed =
    (await changeFinding(db, seen, { ...changes, ...(to !== null && { status: to }) })) ??
    refuse('CONFLICT', ['findingId'], anotherWasFaster);
  const act = { kind, user, agency, at };
  await recordInspectionEvent(db, { campaign_id: seen.campaign_id, finding: changed }, { ...act, note });
  await recordFindingChange(db, transactionId, changed, act);
  return changed;
}

/** Makes a finding a case, by the rules of intake. Throws a `Refusal` with every violation. */
export async function openGridCaseFromInspectionFinding(
  context: GridContext,
  input: OpenGridCaseFromInspectionFindingInput,
): Promise<GridCaseRow> {
  const { signedIn: viewer, now } = context;
  return context.writeToFeed(async (db, transactionId) => {
    let opened: GridCaseRow | null = null;
    await takeStep(
      { db, transactionId },
      context,
      'OPEN_CASE',
      input,
      async ({ finding, violations, at }) => {
        violations.throwIfAny();
        const { jurisdiction, latitude, longitude, description, photos } = finding;
        const report = {
          ...{ jurisdiction, category: input.category?.trim() ?? finding.category, description, photos },
          title: titleOf(input.title?.trim() ?? '', description),
          location: { latitude, longitude, address: finding.road },
          ...{ reach: '', reportedAt: at, externalId: finding.id },
        };
        opened = await takeReport(db, report, { source: 'CROSS_INSPECTION', viewer, now, transactionId });
        return { case_id: opened.id };
      },
    );
    return opened ?? refuse('CONFLICT', ['findingId'], anotherWasFaster);
  });
}
