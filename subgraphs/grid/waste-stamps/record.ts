import type { Db } from '../../kit/database';
import { refuse, Violations } from '../../kit/errors';
import { policiesOf, policyValue } from '../../kit/in-effect';
import { keptOf } from '../fieldwork/rules';
import { type NewFieldworkChange, recordFieldworkChanges } from '../fieldwork/store';
import { noSuchHousehold } from '../households/rules';
import { type HouseholdRow, householdsById } from '../households/store';
import { laterOf } from '../life-cycle/step';
import type { Act } from '../life-cycle/store';
import type { GridContext } from '../loaders';
import type {
  CorrectWasteStampInput,
  HandOutWasteRewardInput,
  RecordWasteRoundInput,
  RecordWasteStampInput,
} from '../schema-types';
import { type Card, wasteCardOf } from './card';
import {
  anotherWasFaster,
  checkCorrection,
  checkHandOut,
  checkHolder,
  checkRound,
  checkWeek,
  countsOf,
  noSuchStamp,
  otherStamp,
  pointsOf,
  rewardOf,
  WASTE_POLICY,
  wastePolicy,
  weeksOf,
} from './rules';
import {
  correctStamp,
  handOutsOf,
  householdsOfLines,
  insertHandOut,
  insertStamps,
  revisionsOf,
  stampForCorrection,
  stampsOf,
  type WasteStampRow,
} from './store';

/** Puts a week's stamp on a household's card. Throws a `Refusal` with every violation. */
export async function recordWasteStamp(
  context: GridContext,
  { householdId, weekOf, kind, at }: RecordWasteStampInput,
): Promise<WasteStampRow> {
  const { signedIn: viewer, now } = context;
  const { user, agency } = viewer;
  const stampedAt = at ?? now;
  return context.writeToFeed(async (db, transactionId) => {
    const household = await householdOf(db, householdId);
    const violations = new Violations();
    checkHolder(violations, ['householdId'], household, { weekOf, viewer });
    checkWeek(violations, weekOf, stampedAt, now);
    violations.throwIfAny();
    const act = { user, agency, at: stampedAt };
    const [stamp] = await insertStamps(db, weekOf, [{ household: household.id, kind }], act);
    if (stamp) {
      await recordFieldworkChanges(db, transactionId, [ofStamp('WASTE_STAMPED', stamp, act)]);
      return stamp;
    }
    const [known] = await stampsOf(db, [household.id], { first: weekOf, last: weekOf });
    if (!known) return refuse('CONFLICT', ['householdId'], anotherWasFaster);
    return known.kind === kind ? known : refuse('CONFLICT', ['weekOf'], otherStamp(weekOf, known.kind));
  });
}

/** What was done with a stamp, for the feed. */
const ofStamp = (
  kind: 'WASTE_STAMPED' | 'WASTE_STAMP_CORRECTED',
  stamp: WasteStampRow,
  act: Act,
): NewFieldworkChange => ({
  ...{ kind, jurisdiction: stamp.jurisdiction, provider: stamp.recorded_by, subject: stamp.id, ...act },
  ...{ weekOf: stamp.week_of, kept: keptOf(stamp, ['kind']) },
});

/** A week's stamps, for the feed: once for each village. */
function ofRound(stamps: readonly WasteStampRow[], act: Act): NewFieldworkChange[] {
  const villages = new Map<string, WasteStampRow[]>();
  for (const stamp of stamps) {
    const village = villages.get(stamp.jurisdiction);
    if (village) village.push(stamp);
    else villages.set(stamp.jurisdiction, [stamp]);
  }
  return [...villages].flatMap(([jurisdiction, [first, ...others]]) => {
    if (!first) return [];
    if (others.length === 0) return [ofStamp('WASTE_STAMPED', first, act)];
    const { recorded_by: provider, week_of: weekOf } = first;
    return [{ kind: 'WASTE_STAMPED', jurisdiction, provider, weekOf, count: others.length + 1, ...act }];
  });
}

async function householdOf(db: Db, id: string): Promise<HouseholdRow> {
  const [household] = await householdsById(db, [id]);
  return household ?? refuse('NOT_FOUND', ['householdId'], noSuchHousehold);
}

/** What came of a week's round. */
export interface Round {
  weekOf: string;
  recorded: number;
  unchanged: number;
}

/** Puts the stamps of a week's round on the cards of a place, all or none. Throws a `Refusal` with every violation. */
export async function recordWasteRound(context: GridContext, input: RecordWasteRoundInput): Promise<Round> {
  const { signedIn: viewer, now } = context;
  const { user, agency } = viewer;
  const { jurisdiction, weekOf } = input;
  const at = input.at ?? now;
  const lines = input.stamps.map((line) => ({
    householdId: line.householdId ?? null,
    cardNumber: line.cardNumber?.trim() ?? null,
    kind: line.kind,
  }));
  checkRound({ jurisdiction, weekOf, at, lines }, { viewer, now }).throwIfAny();
  return context.writeToFeed(async (db, transactionId) => {
    const found = new Map<number, HouseholdRow>();
    const violations = new Violations();
    for (const { line, ...household } of await householdsOfLines(db, jurisdiction, lines)) {
      if (found.has(line)) {
        violations.add('INVALID', ['stamps', line, 'cardNumber'], {
          en: `Several villages have a card ${household.card_number}. Name the household by its id.`,
          zh: `多个村（居）存在积分卡号 ${household.card_number}，请用住户标识指明。`,
        });
      }
      found.set(line, household);
    }
    const seen = new Map<string, number>();
    for (const [i, { householdId }] of lines.entries()) {
      const path = ['stamps', i, householdId === null ? 'cardNumber' : 'householdId'];
      const household = found.get(i);
      if (!household) {
        violations.add('NOT_FOUND', path, noSuchHousehold);
        continue;
      }
      const first = seen.get(household.id);
      if (first !== undefined) {
        violations.add('CONFLICT', path, {
          en: `The household is in line ${first} already.`,
          zh: `该住户与第 ${first} 项重复。`,
        });
      }
      seen.set(household.id, first ?? i);
      checkHolder(violations, path, household, { weekOf, viewer });
    }
    violations.throwIfAny();
    const stamps = lines.map(({ kind }, i) => ({ household: found.get(i)?.id ?? '', kind }));
    const inserted = await insertStamps(db, weekOf, stamps, { user, agency, at });
    const recorded = new Set(inserted.map((stamp) => stamp.household_id));
    const others = stamps.filter(({ household }) => !recorded.has(household));
    const known = new Map(
      others.length === 0
        ? []
        : (
            await stampsOf(
              db,
              others.map(({ household }) => household),
              { first: weekOf, last: weekOf },
            )
          ).map((stamp) => [stamp.household_id, stamp.kind]),
    );
    for (const [i, { household, kind }] of stamps.entries()) {
      if (recorded.has(household)) continue;
      const there = known.get(household);
      if (there === undefined) violations.add('CONFLICT', ['stamps', i], anotherWasFaster);
      else if (there !== kind) violations.add('CONFLICT', ['stamps', i, 'kind'], otherStamp(weekOf, there));
    }
    violations.throwIfAny();
    await recordFieldworkChanges(db, transactionId, ofRound(inserted, { user, agency, at }));
    return { weekOf, recorded: recorded.size, unchanged: others.length };
  });
}

/** Replaces a stamp by another. Throws a `Refusal` with every violation. */
export async function correctWasteStamp(
  context: GridContext,
  input: CorrectWasteStampInput,
): Promise<WasteStampRow> {
  const { signedIn: viewer, now } = context;
  const { user, agency } = viewer;
  return context.writeToFeed(async (db, transactionId) => {
    const stamp =
      (await stampForCorrection(db, input.stampId)) ?? refuse('NOT_FOUND', ['stampId'], noSuchStamp);
    const latest = laterOf(now, stamp.last_at);
    const correction = { kind: input.kind, reason: input.reason.trim(), at: input.at ?? latest };
    checkCorrection(stamp, correction, { viewer, now: latest }).throwIfAny();
    const changed = await correctStamp(db, stamp, { ...correction, user, agency });
    if (!changed) return refuse('CONFLICT', ['stampId'], anotherWasFaster);
    const act = { user, agency, at: correction.at };
    await recordFieldworkChanges(db, transactionId, [ofStamp('WASTE_STAMP_CORRECTED', changed, act)]);
    return changed;
  });
}

/** Records that a household was handed the reward of a month. Throws a `Refusal` with every violation. */
export async function handOutWasteReward(
  context: GridContext,
  input: HandOutWasteRewardInput,
): Promise<Card> {
  const { signedIn: viewer, now } = context;
  const { user, agency } = viewer;
  const { month } = input;
  const weeks = weeksOf(month);
  const household = await context.writeToFeed(async (db, transactionId) => {
    const row = await householdOf(db, input.householdId);
    const { id, jurisdiction } = row;
    const stamps = await stampsOf(db, [id], { first: weeks[0] ?? '', last: weeks.at(-1) ?? '' });
    const revisions = await revisionsOf(
      db,
      stamps.map((stamp) => stamp.id),
    );
    const lastStampedAt = revisions.reduce<Date | null>(
      (last, revision) => (last && last > revision.at ? last : revision.at),
      null,
    );
    const policies = await policiesOf(db, [WASTE_POLICY], [jurisdiction]);
    const rule = policyValue(
      policies,
      WASTE_POLICY,
      { place: jurisdiction, day: `${month}-01` },
      wastePolicy,
    );
    const counts = countsOf(stamps.map(({ kind }) => kind));
    const reward = rewardOf(counts, weeks.length, rule);
    const isHandedOut = (await handOutsOf(db, [id], month)).length > 0;
    const recipient = input.recipient?.trim() || row.head;
    const latest = lastStampedAt ? laterOf(now, lastStampedAt) : now;
    const at = input.at ?? latest;
    checkHandOut(
      { reward, isComplete: stamps.length === weeks.length, isHandedOut, lastStampedAt },
      { month, recipient, at },
      { viewer, place: jurisdiction, now: latest },
    ).throwIfAny();
    const stored =
      reward &&
      (await insertHandOut(db, {
        ...{ household_id: id, month, jurisdiction, reward: reward.code, reward_name: reward.name },
        ...{ points: pointsOf(counts, rule), recipient, at, actor: user, recorded_by: agency },
      }));
    if (!stored) return refuse('CONFLICT', ['householdId'], anotherWasFaster);
    await recordFieldworkChanges(db, transactionId, [
      {
        ...{ kind: 'WASTE_REWARD_HANDED_OUT', jurisdiction, provider: row.recorded_by, subject: row.id },
        ...{ user, agency, at },
      },
    ]);
    return row;
  });
  return wasteCardOf(context.loaders, household, month);
}
