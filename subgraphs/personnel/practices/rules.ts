import { Violations } from '../../kit/errors';
import { checkInstant, checkLine, checkNotBefore, checkText, checkWebAddress } from '../../kit/inputs';
import type { Text } from '../../kit/language';

export type PracticeKind = 'FORM' | 'DOCUMENT' | 'PROCEDURE';

const MAXIMUM_TITLE = 100;
const MAXIMUM_SUMMARY = 2_000;
const MAXIMUM_NOTE = 500;
const MAXIMUM_OUTCOME = 1_000;

export const noSuchTopic = (code: string): Text => ({
  en: `There is no topic "${code.slice(0, 50)}". Look its code up under workTopics.`,
  zh: `不存在主题“${code.slice(0, 50)}”，请查询 workTopics。`,
});

/** Adds what is wrong with a practice. */
export function checkPractice(
  violations: Violations,
  {
    title,
    summary,
    topic,
    documentUrl,
  }: { title: string; summary: string; topic: string | null; documentUrl: string | null },
  { isTopicKnown }: { isTopicKnown: boolean },
): void {
  checkLine(violations, ['title'], title, MAXIMUM_TITLE, {
    en: 'The title is empty. Say what the practice is called.',
    zh: '标题为空，请填写。',
  });
  if (topic !== null && !isTopicKnown) violations.add('NOT_FOUND', ['topic'], noSuchTopic(topic));
  checkText(violations, ['summary'], summary, MAXIMUM_SUMMARY, {
    en: 'The summary is empty. Say what the practice does.',
    zh: '摘要为空，请填写。',
  });
  if (documentUrl !== null) checkWebAddress(violations, ['documentUrl'], documentUrl);
}

/** Every violation of an adoption by the unit itself. */
export function checkAdoption(
  practice: { readonly recorded_at: Date },
  { note, at, now }: { note: string; at: Date; now: Date },
): Violations {
  const violations = new Violations();
  checkLine(violations, ['note'], note, MAXIMUM_NOTE);
  checkNotBefore(violations, at, practice.recorded_at);
  checkInstant(violations, at, now);
  return violations;
}

/** Every violation of what a unit says came of a practice that it adopted. */
export function checkOutcome(
  adoption: { readonly adopted_at: Date },
  { outcome, at, now }: { outcome: string; at: Date; now: Date },
): Violations {
  const violations = new Violations();
  checkText(violations, ['outcome'], outcome, MAXIMUM_OUTCOME, {
    en: 'The outcome is empty. Say what came of the practice.',
    zh: '成效为空，请填写。',
  });
  checkNotBefore(violations, at, adoption.adopted_at);
  checkInstant(violations, at, now);
  return violations;
}

export const noSuchPractice: Text = {
  en: 'There is no such practice. Take the id from a list of practices.',
  zh: '不存在该经验做法，请从列表中获取标识。',
};

export const adoptsForItself: Text = {
  en: "A unit adopts practices for itself. Give your own unit's code.",
  zh: '采用经验做法由本单位自行登记，请填写本单位代码。',
};

export const alreadyAdopted: Text = {
  en: 'Your unit has adopted this practice. Tell what came of it with recordPracticeOutcome.',
  zh: '本单位已采用该做法，可通过 recordPracticeOutcome 登记成效。',
};

export const notAdopted: Text = {
  en: 'Your unit has not adopted this practice. Adopt it first.',
  zh: '本单位尚未采用该做法，请先登记采用。',
};
