import { EVERYWHERE } from '../kit/connection';
import { enterPolicies } from '../kit/in-effect';
import type { Dataset } from '../kit/load';
import { WORKING_HOURS, type WorkingSpan } from '../kit/working-calendar';
import { BONUS_POLICY } from './inspections/rules';
import { ESCALATION_POLICY } from './leads/rules';
import { ALERT_POLICY } from './reaches/rules';
import { SCORE_POLICY } from './reports/rules';
import { WASTE_POLICY, type WasteRule } from './waste-stamps/rules';

/** The spans of a working day, by place: what a case's clock runs in. */
export const HOURS_POLICY = 'working-hours';

/** Reads the working hours of a place. */
export function hoursPolicy(value: unknown): WorkingSpan[] {
  if (!Array.isArray(value) || !value.every(isSpan)) {
    throw new TypeError(`working hours are ${JSON.stringify(value)}, not a list of spans`);
  }
  return value;
}

const isSpan = (value: unknown): value is WorkingSpan =>
  typeof value === 'object' &&
  value !== null &&
  ['from', 'until'].every((end) => /^\d{2}:\d{2}$/.test(String((value as Record<string, unknown>)[end])));

/** The first day that anyone can ask for. */
const FIRST_DAY = '1900-01-01';

/** What waste stamps are worth and earn. */
export const WASTE_RULE: WasteRule = {
  points: { RED: 1, EMPTY: 0.5, BLACK: 0 },
  rewards: [
    { code: 'BODY_WASH_OR_DETERGENT', name: '沐浴露或洗衣液', maximumNotRed: 0, minimumPointsInFourWeeks: 0 },
    { code: 'TOOTHPASTE', name: '牙膏', maximumNotRed: 1, minimumPointsInFourWeeks: 3 },
  ],
};

/** What holds wherever a place has laid down nothing of its own. */
export const gridPolicies: Dataset = {
  name: 'policies',
  version: '4',
  load: (db) =>
    enterPolicies(
      db,
      [
        {
          name: HOURS_POLICY,
          value: WORKING_HOURS,
          source: '上午八时半至十一时半，下午一时半至五时半；示例值',
        },
        {
          name: SCORE_POLICY,
          value: { closing: 50, onTime: 50 },
          source: '结案率与按期结案率各占一半；示例值',
        },
        {
          name: BONUS_POLICY,
          effective_from: FIRST_DAY,
          value: { floor: 100, bonusPerFinding: 0.5, bonusCap: 200, capBasis: 'ABOVE_FLOOR' },
          source: '基数一百件，超出部分每件加零点五分，上限二百件；“上限二百件”也可理解为含基数在内',
        },
        {
          name: WASTE_POLICY,
          effective_from: FIRST_DAY,
          value: WASTE_RULE,
          source: '红章一分、空桶章零点五分、黑章零分；按月兑换，示例值',
        },
        {
          name: ESCALATION_POLICY,
          effective_from: FIRST_DAY,
          value: [1, 4],
          source: '逾期次日报上一级，逾期第四日再上一级；示例值',
        },
        { name: ALERT_POLICY, value: 2, source: '两个河段以内；示例值' },
      ].map((policy) => ({
        ...{ jurisdiction: EVERYWHERE, effective_from: '2020-01-01', effective_until: null },
        ...policy,
      })),
    ),
};
