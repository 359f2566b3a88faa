import type { Database, Db } from '../../kit/database';
import { enterFeed } from '../../kit/feed';
import { policiesOf, policyValue } from '../../kit/in-effect';
import { addDays, dayOf } from '../../kit/time';
import { recordLeadChanges } from '../fieldwork/store';
import { commandsAbove } from './command';
import { ESCALATION_POLICY, escalationOf, escalationPolicy, receiverOf } from './rules';
import { type EscalationStep, leadsToEscalate, storeEscalations } from './store';

/** Who is named for what the hub does by itself. */
const HUB = '系统';
/** Leads of one transaction. */
const BATCH = 2_000;

/**
 * Tells of leads that went a level of command up since it was last looked: on their timelines, and in the feed. Of several
 * processes that look at once, each tells of others; how many there were.
 */
export async function escalateLeads(database: Database, now: Date): Promise<number> {
  for (let told = 0; ; ) {
    const { looked, escalated } = await database.asOwner((db) => escalateBatch(db, now));
    told += escalated;
    if (looked < BATCH) return told;
  }
}

async function escalateBatch(db: Db, now: Date): Promise<{ looked: number; escalated: number }> {
  const today = dayOf(now);
  const leads = await leadsToEscalate(db, today, BATCH);
  if (leads.length === 0) return { looked: 0, escalated: 0 };
  const places = [...new Set(leads.map(({ jurisdiction }) => jurisdiction))];
  const policies = await policiesOf(db, [ESCALATION_POLICY], places);
  const above = new Map((await commandsAbove(db, places)).map((commands, i) => [places[i], commands]));
  const steps = leads.map((lead): EscalationStep => {
    const { id, jurisdiction: place, due_on } = lead;
    const days = policyValue(policies, ESCALATION_POLICY, { place, day: due_on }, escalationPolicy);
    const level = Math.max(escalationOf(lead, today, days)?.level ?? 0, lead.escalated_level);
    const next = days[level];
    return {
      ...{ id, level, isNew: level > lead.escalated_level },
      nextOn: next === undefined ? 'infinity' : addDays(due_on, next),
      receiver: receiverOf(lead, level, above.get(place) ?? []),
    };
  });
  const escalated = steps.filter(({ isNew }) => isNew).map(({ id }) => id);
  await storeEscalations(db, steps, { user: HUB, at: now });
  if (escalated.length > 0) {
    const act = { kind: 'LEADS_ESCALATED', user: HUB, agency: null, at: now } as const;
    await enterFeed(db, (transactionId) => recordLeadChanges(db, transactionId, escalated, act));
  }
  return { looked: leads.length, escalated: escalated.length };
}
