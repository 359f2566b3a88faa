import type { LicenseDecisionOutcome, LicenseDecisionRule, ReviewVerdict } from '../schema-types';

/** A word that counts toward a decision: of a required function, with or without a veto. */
export interface Word {
  readonly verdict: ReviewVerdict;
  readonly isVeto: boolean;
}

interface DecisionRule {
  readonly rule: LicenseDecisionRule | 'VETO_ASKS_FOR_SUPPLEMENT';
  /** Null when the application is sent back instead. */
  readonly outcome: LicenseDecisionOutcome | null;
  /** The verdict that one word must be; null for the rule that always fits. */
  readonly verdict: ReviewVerdict | null;
  /** Whether only a word with a veto counts. */
  readonly isVetoOnly: boolean;
}

/**
 * By which line a meeting decides: the first whose verdict somebody gave. An objection or a wish for a supplement
 * without a veto is advice.
 */
export const DECISION_RULES: readonly DecisionRule[] = [
  { rule: 'VETO_OBJECTS', verdict: 'OBJECT', isVetoOnly: true, outcome: 'REJECTED' },
  { rule: 'VETO_ASKS_FOR_SUPPLEMENT', verdict: 'SUPPLEMENT', isVetoOnly: true, outcome: null },
  {
    ...{ rule: 'CONDITIONS_SET', verdict: 'APPROVE_WITH_CONDITIONS', isVetoOnly: false },
    outcome: 'APPROVED_WITH_CONDITIONS',
  },
  { rule: 'NOTHING_IN_THE_WAY', verdict: null, isVetoOnly: false, outcome: 'APPROVED' },
];

/** What follows from what all required functions said. */
export function decide(words: readonly Word[]): DecisionRule {
  const found = DECISION_RULES.find(
    ({ verdict, isVetoOnly }) =>
      verdict === null || words.some((word) => word.verdict === verdict && (word.isVeto || !isVetoOnly)),
  );
  if (!found) throw new Error('the last line of the rules fits always');
  return found;
}

/** Whether a verdict must say why. */
export const needsComment = (verdict: ReviewVerdict): boolean => verdict !== 'APPROVE';

/** The name of the policy that says how many working days there are to keep a condition. */
export const CONDITION_POLICY = 'condition-working-days';
