import type { ViolationCode, Violations } from '../../kit/errors';
import type { Text } from '../../kit/language';
import { hostOn, noSuchPosting, notFor, type SecondmentStatus, STATUS_NAMES } from '../secondments/rules';

/** What a unit is to a posting whose conduct it records. `PARTY` is any that may read it, by place too. */
export type ConductSide = 'HOME' | 'HOST' | 'PARTY';

/** What is recorded of a posting's conduct, by which units and in which statuses. A host is the unit of a stint too. */
export const CONDUCT_ACTIONS = {
  RECORD_SHEET: { by: ['HOST'], in: ['ACTIVE', 'COMPLETED', 'RECALLED'] },
  CHECK_IN: { by: ['HOME', 'HOST'], in: ['ACTIVE', 'COMPLETED', 'RECALLED'] },
  REQUEST_LEAVE: { by: ['HOME', 'HOST'], in: ['ACTIVE'] },
  RECORD_SCORE: { by: ['HOST'], in: ['ACTIVE', 'COMPLETED', 'RECALLED'] },
  RECORD_SPOT_CHECK: { by: ['PARTY'], in: ['ACTIVE', 'COMPLETED', 'RECALLED'] },
  RECORD_TALK: { by: ['PARTY'], in: ['ACTIVE', 'COMPLETED', 'RECALLED'] },
} as const satisfies Record<string, { by: readonly ConductSide[]; in: readonly SecondmentStatus[] }>;
export type ConductAction = keyof typeof CONDUCT_ACTIONS;

/** A posting with what decides who records its conduct. */
export interface PostingInPost {
  readonly id: string;
  readonly home_agency: string;
  readonly host_agency: string;
  readonly status: SecondmentStatus;
  readonly starts_on: string;
  readonly ends_on: string;
  readonly recalled_on: string | null;
  readonly stints: readonly {
    readonly host_agency: string;
    readonly starts_on: string;
    readonly ends_on: string;
  }[];
  /** Whether the viewer is a party to its conduct. */
  readonly isParty: boolean;
}

/** The parts that a unit has in a posting. */
export const sidesOf = (posting: PostingInPost, agency: string): ConductSide[] => [
  ...(agency === posting.home_agency ? (['HOME'] as const) : []),
  ...(agency === posting.host_agency || posting.stints.some((stint) => stint.host_agency === agency)
    ? (['HOST'] as const)
    : []),
  ...(posting.isParty ? (['PARTY'] as const) : []),
];

/** The last day on which the officer is, or was, in post. */
export const lastDayInPost = ({ ends_on, recalled_on }: PostingInPost): string => recalled_on ?? ends_on;

/** Whether a day lies within a posting. */
export const isInPost = (posting: PostingInPost, day: string): boolean =>
  posting.starts_on <= day && day <= lastDayInPost(posting);

/** Where the officer works on a day. */
export const hostOfDay = (posting: PostingInPost, day: string): string =>
  hostOn(posting, posting.stints, day);

const BY_NAMES = {
  HOME: { en: 'the home unit', zh: '派出单位' },
  HOST: { en: 'the unit at which the officer works', zh: '接收或轮岗单位' },
  PARTY: { en: 'the parties to the posting', zh: '该挂职的相关单位' },
} as const satisfies Record<ConductSide, Text>;

/** What speaks against a unit's recording something of a posting; null when nothing does. */
export function conductFault(
  posting: PostingInPost | null,
  action: ConductAction,
  agency: string,
): { code: ViolationCode; text: Text } | null {
  if (!posting) return { code: 'NOT_FOUND', text: noSuchPosting };
  const { by, in: statuses } = CONDUCT_ACTIONS[action];
  const sides = sidesOf(posting, agency);
  if (!by.some((side) => sides.includes(side))) {
    return { code: 'NOT_ALLOWED', text: notFor(by.map((side) => BY_NAMES[side])) };
  }
  if (!statuses.some((status) => status === posting.status)) {
    return {
      code: 'NOT_ALLOWED_IN_STATE',
      text: {
        en: `The posting ${STATUS_NAMES[posting.status].en}: nothing of this kind is recorded of it.`,
        zh: `该挂职当前状态为“${STATUS_NAMES[posting.status].zh}”，不能办理此项。`,
      },
    };
  }
  return null;
}

/** That a day lies within a posting. */
export function checkInPost(
  violations: Violations,
  path: readonly (string | number)[],
  posting: PostingInPost,
  day: string,
): void {
  if (isInPost(posting, day)) return;
  violations.add('INVALID', path, {
    en: `${day} lies outside the posting, which is from ${posting.starts_on} to ${lastDayInPost(posting)}.`,
    zh: `${day} 不在挂职期间（${posting.starts_on} 至 ${lastDayInPost(posting)}）内。`,
  });
}

const isMonday = (day: string): boolean => new Date(`${day}T00:00:00Z`).getUTCDay() === 1;

/** That a week is named by its Monday. */
export function checkWeek(violations: Violations, path: readonly (string | number)[], weekOf: string): void {
  if (isMonday(weekOf)) return;
  violations.add('INVALID', path, {
    en: `${weekOf} is no Monday. Weeks begin on Monday: give that day.`,
    zh: `${weekOf} 不是星期一。每周从星期一开始，请填写该周星期一的日期。`,
  });
}
