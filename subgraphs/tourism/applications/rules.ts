import type { Violations } from '../../kit/errors';
import { contains } from '../../kit/jurisdiction';
import type { Text } from '../../kit/language';
import { hasFunction, mayActIn, type Viewer } from '../../kit/viewer';
import type { LicenseApplicationKind, LicenseApplicationStage } from '../schema-types';

/** Who somebody is to an application. */
export type Part = 'OFFICE' | 'FILER' | 'DEPARTMENT';

export type LicenseApplicationStep =
  | 'REQUEST_MATERIALS'
  | 'SUPPLY_MATERIALS'
  | 'WITHDRAW'
  | 'REJECT'
  | 'DEFER'
  | 'OPINE'
  | 'RECUSE'
  | 'DECIDE';

interface StepRule {
  readonly by: readonly Part[];
  readonly from: readonly LicenseApplicationStage[];
  /** From `SCHEDULED` only as long as no meeting has dealt with it. */
  readonly isIntake: boolean;
}

/** What may be done to an application, by whom, and in which stages. */
export const STEPS = {
  REQUEST_MATERIALS: { by: ['OFFICE'], from: ['SUBMITTED', 'SCHEDULED'], isIntake: true },
  SUPPLY_MATERIALS: { by: ['OFFICE', 'FILER'], from: ['SUBMITTED', 'AWAITING_MATERIALS'], isIntake: false },
  WITHDRAW: {
    by: ['OFFICE', 'FILER'],
    from: ['SUBMITTED', 'AWAITING_MATERIALS', 'SCHEDULED'],
    isIntake: false,
  },
  REJECT: { by: ['OFFICE'], from: ['SUBMITTED', 'AWAITING_MATERIALS', 'SCHEDULED'], isIntake: true },
  DEFER: { by: ['OFFICE'], from: ['SCHEDULED'], isIntake: false },
  OPINE: { by: ['DEPARTMENT'], from: ['SCHEDULED'], isIntake: false },
  RECUSE: { by: ['OFFICE', 'DEPARTMENT'], from: ['SCHEDULED'], isIntake: false },
  DECIDE: { by: ['OFFICE'], from: ['SCHEDULED'], isIntake: false },
} as const satisfies Record<LicenseApplicationStep, StepRule>;

export const REVIEW_OFFICE = 'LICENSE_REVIEW';
const MAY_FILE = [REVIEW_OFFICE, 'TOURISM', 'GENERAL_GOVERNMENT'];
const MAY_PATROL = [REVIEW_OFFICE, 'TOURISM'];

/** Whether the unit stands over a town, or in it, and may act there. */
const actsFor = (viewer: Viewer, town: string): boolean =>
  contains(viewer.jurisdiction, town) && mayActIn(viewer, town);

/** Whether the unit is a review office of the town. */
export const isOffice = (viewer: Viewer, town: string): boolean =>
  hasFunction(viewer, [REVIEW_OFFICE]) && actsFor(viewer, town);

/** Whether the unit files applications in the town. */
export const mayFile = (viewer: Viewer, town: string): boolean =>
  hasFunction(viewer, MAY_FILE) && actsFor(viewer, town);

/** Whether the unit patrols a place, and looks after what patrols found there. */
export const mayPatrol = (viewer: Viewer, place: string): boolean =>
  hasFunction(viewer, MAY_PATROL) && mayActIn(viewer, place);

/** Who a viewer is to an application whose procedure requires these functions. */
export function partsOf(
  viewer: Viewer,
  application: { readonly town: string; readonly filed_by: string },
  functions: readonly string[],
): ReadonlySet<Part> {
  const parts = new Set<Part>();
  if (isOffice(viewer, application.town)) parts.add('OFFICE');
  if (viewer.agency === application.filed_by) parts.add('FILER');
  if (hasFunction(viewer, functions) && actsFor(viewer, application.town)) parts.add('DEPARTMENT');
  return parts;
}

export const NOT_FOUND: Text = {
  en: 'There is no such application, or none for your unit. Look it up under licenseApplications.',
  zh: '不存在该申请，或本单位无权查看，请在 licenseApplications 中查询。',
};

/** To the slower of two. */
export const anotherWasFaster: Text = {
  en: 'Someone else changed the application at the same moment. Look at it again.',
  zh: '该申请刚被他人办理，请重新查看。',
};

const PARTS: Record<Part, Text> = {
  OFFICE: { en: "the town's review office", zh: '该镇联席会议办公室' },
  FILER: { en: 'the unit that filed it', zh: '受理单位' },
  DEPARTMENT: { en: 'the departments that review it', zh: '参审部门' },
};

/** To whoever has not the part in an application that a step asks for. */
export function notAllowed(step: LicenseApplicationStep): Text {
  const by: readonly Part[] = STEPS[step].by;
  return {
    en: `Only ${by.map((part) => PARTS[part].en).join(' and ')} may do this.`,
    zh: `仅${by.map((part) => PARTS[part].zh).join('、')}可以办理。`,
  };
}

export const STAGE_NAMES = {
  SUBMITTED: { en: 'is filed and not yet complete', zh: '已提交、材料未齐' },
  AWAITING_MATERIALS: { en: 'waits for materials', zh: '待补材料' },
  SCHEDULED: { en: 'is on an agenda', zh: '已列入议程' },
  DECIDED: { en: 'is decided', zh: '已作出决定' },
  WITHDRAWN: { en: 'was withdrawn', zh: '已撤回' },
  REJECTED_AT_INTAKE: { en: 'was refused at intake', zh: '不予受理' },
} as const satisfies Record<LicenseApplicationStage, Text>;

/** What of an application decides whether a step may be taken. */
interface Situation {
  readonly stage: LicenseApplicationStage;
  readonly round: number;
  readonly noticed_at: Date | null;
}

/**
 * That a step fits an application's stage. `hasBegun` says whether a meeting has dealt with it: its meeting has begun, or
 * somebody has spoken.
 */
export function checkStage(
  violations: Violations,
  step: LicenseApplicationStep,
  { stage, round, noticed_at }: Situation,
  hasBegun: boolean,
): void {
  const { from, isIntake }: StepRule = STEPS[step];
  const say = (text: Text) => violations.add('NOT_ALLOWED_IN_STATE', ['applicationId'], text);
  if (!from.includes(stage)) {
    const stages = from.map((name) => STAGE_NAMES[name]);
    say({
      en: `The application ${STAGE_NAMES[stage].en}. This is for one that ${stages.map(({ en }) => en).join(' or ')}.`,
      zh: `该申请${STAGE_NAMES[stage].zh}。只有${stages.map(({ zh }) => zh).join('、')}的申请可以办理。`,
    });
  } else if (isIntake && (round > 1 || (stage === 'SCHEDULED' && hasBegun))) {
    say({
      en: 'A meeting has dealt with the application already, so intake is over. Let the meeting decide it.',
      zh: '联席会议已开始审议该申请，受理环节已结束，请由会议决定。',
    });
  } else if (step === 'REQUEST_MATERIALS' && noticed_at !== null) {
    say({
      en: 'The applicant was told already, and everything that is missing is told once.',
      zh: '已一次性告知申请人，不得再次要求补充材料。',
    });
  }
}

/** What of a procedure's list an application of a kind needs. */
export const neededFor = <Material extends { readonly kinds: readonly LicenseApplicationKind[] }>(
  list: readonly Material[],
  kind: LicenseApplicationKind,
): Material[] => list.filter(({ kinds }) => kinds.includes(kind));

interface HeldMaterial {
  readonly code: string;
  readonly supplied_at: Date | null;
}

/**
 * Whether an application is complete. Until the applicant was told what is missing, everything on the list must be
 * there; from then on what was told, for what a notice leaves out cannot be asked for later.
 */
export function isComplete(
  { kind, noticed_at }: { readonly kind: LicenseApplicationKind; readonly noticed_at: Date | null },
  materials: readonly HeldMaterial[],
  list: readonly { readonly code: string; readonly kinds: readonly LicenseApplicationKind[] }[],
): boolean {
  if (materials.some(({ supplied_at }) => supplied_at === null)) return false;
  const held = new Set(materials.map(({ code }) => code));
  return noticed_at !== null || neededFor(list, kind).every(({ code }) => held.has(code));
}

/** The same house however its number is typed: what the column of this name is generated from. */
export const premisesKey = (address: string): string =>
  address
    .replace(/[０-９（）]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/[ \t\r\n\f\v]/g, '')
    .replace(/[A-Z]/g, (capital) => capital.toLowerCase());
