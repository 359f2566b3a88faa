import type { LicenseApplicationEventKind, LicenseApplicationStage } from '../schema-types';

/** A step of a demo application; `at` is `MM-DD HH:mm` of 2026 in Shanghai. */
export interface Step {
  readonly kind: LicenseApplicationEventKind;
  readonly at: string;
  readonly note: string | null;
  /** The materials that it is about. */
  readonly codes: readonly string[];
  /** The day of the meeting, `YYYY-MM-DD`, of a step onto its agenda. */
  readonly meetingOn?: string;
}

const spoken = (day: string): string => `${Number(day.slice(0, 2))}月${Number(day.slice(3, 5))}日`;

export const submitted = (at: string): Step => ({ kind: 'SUBMITTED', at, note: null, codes: [] });

export const requested = (at: string, ...codes: string[]): Step => ({
  kind: 'MATERIALS_REQUESTED',
  at,
  note: '材料不齐，已一次性告知申请人',
  codes,
});

export const supplied = (at: string, ...codes: string[]): Step => ({
  kind: 'MATERIALS_SUPPLIED',
  at,
  note: null,
  codes,
});

/** Complete, and on the agenda of the meeting on a day, `MM-DD`. */
export const scheduled = (at: string, meetingOn: string): Step => ({
  kind: 'SCHEDULED',
  at,
  note: `材料齐全，列入${spoken(meetingOn)}联席会议议程`,
  codes: [],
  meetingOn: `2026-${meetingOn}`,
});

/** Not decided by its meeting, and on the agenda of the one on another day, `MM-DD`. */
export const carriedOver = (at: string, meetingOn: string, note: string): Step => ({
  ...{ kind: 'CARRIED_OVER', at, note, codes: [], meetingOn: `2026-${meetingOn}` },
});

/** Somebody of a department steps aside. */
export const recused = (at: string, person: string, reason: string): Step => ({
  ...{ kind: 'RECUSED', at, note: `${person}：${reason}`, codes: [] },
});

export const decided = (at: string): Step => ({
  kind: 'DECIDED',
  at,
  note: `${spoken(at)}联席会议作出决定`,
  codes: [],
});

/** Sent back by its meeting for a supplement. */
export const returned = (at: string, note: string): Step => ({ kind: 'RETURNED', at, note, codes: [] });

export const withdrawn = (at: string, note: string): Step => ({ kind: 'WITHDRAWN', at, note, codes: [] });

export const rejected = (at: string, note: string): Step => ({
  kind: 'REJECTED_AT_INTAKE',
  at,
  note,
  codes: [],
});

/** The stage in which each step leaves an application. What completes the materials is followed by `SCHEDULED`. */
export const STAGE_AFTER = {
  SUBMITTED: 'SUBMITTED',
  MATERIALS_REQUESTED: 'AWAITING_MATERIALS',
  MATERIALS_SUPPLIED: 'AWAITING_MATERIALS',
  SCHEDULED: 'SCHEDULED',
  CARRIED_OVER: 'SCHEDULED',
  OPINION_GIVEN: 'SCHEDULED',
  RECUSED: 'SCHEDULED',
  RETURNED: 'AWAITING_MATERIALS',
  DECIDED: 'DECIDED',
  WITHDRAWN: 'WITHDRAWN',
  REJECTED_AT_INTAKE: 'REJECTED_AT_INTAKE',
} as const satisfies Record<LicenseApplicationEventKind, LicenseApplicationStage>;
