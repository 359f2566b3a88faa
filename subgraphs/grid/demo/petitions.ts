import type { Db } from '../../kit/database';
import { demoId } from '../../kit/demo';
import { startOfDay } from '../../kit/time';
import type { PetitionEventKind, PetitionOutcome, PetitionStatus } from '../petitions/rules';
import type { PetitionEventRow, PetitionReceptionRow } from '../petitions/store';
import type { HouseholdVisitStatus, Need } from '../visits/rules';
import type { HouseholdVisitFollowUpRow, HouseholdVisitRow } from '../visits/store';

const instant = (day: string, hour: number): Date => new Date(startOfDay(day).getTime() + hour * 3_600_000);

interface Reception {
  place: string;
  by: string;
  day: string;
  leader: string;
  petitioner: string;
  claim: string;
  statement: string | null;
  instruction: readonly [text: string, handler: string, dueOn: string] | null;
  followUps: readonly [day: string, note: string][];
  status: PetitionStatus;
  outcome: PetitionOutcome | null;
}

const GOV = '310118104-GOV';

/** Petitioners whom a town's leaders received, in every state; all of them made up. */
const RECEPTIONS: readonly Reception[] = [
  {
    ...{ place: '310118104', by: GOV, day: '2026-10-12', leader: '镇长 沈晓东', petitioner: '钱桂珍' },
    claim: '小区加装电梯后底楼采光受影响，要求补偿。',
    statement: '规划建设办公室：施工图经公示无异议，底楼两户已签字同意。',
    instruction: ['会同居委会上门测量采光，一周内提出方案。', '310118104-BUILDING', '2026-10-20'],
    followUps: [
      ['2026-10-16', '已上门测量，采光时长符合标准。'],
      ['2026-10-19', '与当事人沟通，增设反光板。'],
    ],
    ...{ status: 'CLOSED', outcome: 'SETTLED' },
  },
  {
    ...{ place: '310118104222', by: GOV, day: '2026-11-09', leader: '党委书记 陆明', petitioner: '顾水根' },
    claim: '承包鱼塘水质变差，怀疑上游排污，要求查清。',
    statement: '河长制办公室：近期断面监测未见异常，拟加密取样。',
    instruction: ['连续三日取样送检，向当事人通报结果。', '310118104-CITYOPS', '2026-11-18'],
    followUps: [['2026-11-13', '已取样两次，第三次待天气转晴。']],
    ...{ status: 'INSTRUCTED', outcome: null },
  },
  {
    ...{ place: '310118104', by: GOV, day: '2026-11-16', leader: '副镇长 费丽', petitioner: '徐阿大' },
    claim: '宅基地翻建申请两年未批，要求答复。',
    statement: null,
    instruction: ['核对历史台账，书面答复。', '310118104-BUILDING', '2026-12-04'],
    followUps: [['2026-11-20', '台账已核对，答复意见已送达。']],
    ...{ status: 'CARRIED_OUT', outcome: null },
  },
  {
    ...{
      place: '330421111212',
      by: '330421111212-COMMITTEE',
      day: '2026-11-19',
      leader: '村书记 沈阿根',
      petitioner: '金阿妹',
    },
    claim: '邻居扩建围墙占用公共通道。',
    ...{ statement: null, instruction: null, followUps: [], status: 'RECEIVED', outcome: null },
  },
];

const ACTOR = '陆小燕';
const COMMITTEE = '330421111212-COMMITTEE';

type Visit = readonly [
  household: number,
  day: string,
  status: HouseholdVisitStatus,
  needs: readonly Need[],
  help: string | null,
  followUpOn: string | null,
  followUp: string | null,
];

/** Visits to the households of 银水庙村. */
const VISITS: readonly Visit[] = [
  [0, '2026-10-14', 'NO_FOLLOW_UP', [], null, null, null],
  [
    1,
    '2026-10-14',
    'DONE',
    [{ kind: 'HEALTH', description: '慢性病配药不便', isMet: false }],
    '代为联系村卫生站。',
    '2026-10-28',
    '卫生站每两周送药上门。',
  ],
  [
    2,
    '2026-11-04',
    'OPEN',
    [{ kind: 'WORK', description: '失业三个月，想找附近的工作', isMet: false }],
    '登记求职意向。',
    '2026-12-04',
    null,
  ],
  [
    3,
    '2026-11-04',
    'OPEN',
    [
      { kind: 'HOUSING', description: '屋面漏雨', isMet: false },
      { kind: 'OLD_AGE', description: '需要申请助餐', isMet: true },
    ],
    '现场办理助餐。',
    '2026-11-18',
    null,
  ],
];

/** Receptions of petitioners and visits to households, with what followed. */
export async function loadPetitionsAndVisits(db: Db): Promise<void> {
  const receptions = RECEPTIONS.map(receptionOf);
  await db<PetitionReceptionRow>('petition_receptions').comment('demo.petitions').insert(receptions);
  await db<PetitionEventRow>('petition_events')
    .comment('demo.petitionEvents')
    .insert(RECEPTIONS.flatMap(eventsOf));
  const visits = VISITS.map(visitOf);
  await db('household_visits')
    .comment('demo.householdVisits')
    .insert(visits.map((visit) => ({ ...visit, needs: JSON.stringify(visit.needs) })));
  await db<HouseholdVisitFollowUpRow>('household_visit_follow_ups')
    .comment('demo.householdVisitFollowUps')
    .insert(
      VISITS.flatMap(([, , , , , followUpOn, note], i) =>
        note === null || followUpOn === null
          ? []
          : [
              {
                ...{
                  visit_id: demoId('householdVisit', i),
                  jurisdiction: '330421111212',
                  recorded_by: COMMITTEE,
                },
                ...{ note, is_done: true, at: instant(followUpOn, 10), actor: ACTOR },
              },
            ],
      ),
    );
}

function receptionOf(reception: Reception, i: number): PetitionReceptionRow {
  const { place, by, day, leader, petitioner, claim, statement, instruction, status, outcome, followUps } =
    reception;
  const [text = null, handler = null, due_on = null] = instruction ?? [];
  const last = followUps.at(-1)?.[0];
  const isDone = status === 'CARRIED_OUT' || status === 'CLOSED';
  return {
    ...{
      id: demoId('petition', i),
      jurisdiction: place,
      recorded_by: by,
      external_id: null,
      received_by: leader,
    },
    ...{
      received_at: instant(day, 9),
      petitioner,
      petitioner_phone: `021-5923${1_000 + i * 13}`,
      visitors: 1 + i,
    },
    ...{ claim, statement, instruction: text, handler, due_on, status, outcome, case_id: null },
    carried_out_at: isDone && last ? instant(last, 15) : null,
  };
}

function eventsOf(reception: Reception, i: number): PetitionEventRow[] {
  const { by, day, statement, instruction, followUps, status } = reception;
  const events: PetitionEventRow[] = [];
  const step = (kind: PetitionEventKind, at: Date, agency: string, note: string | null) =>
    events.push({ reception_id: demoId('petition', i), kind, at, actor: ACTOR, agency, note });
  step('RECEIVED', instant(day, 9), by, null);
  if (statement !== null) step('STATED', instant(day, 10), by, statement);
  if (instruction === null) return events;
  const [text, handler] = instruction;
  step('INSTRUCTED', instant(day, 11), by, text);
  const isDone = status === 'CARRIED_OUT' || status === 'CLOSED';
  for (const [n, [on, note]] of followUps.entries()) {
    step(
      isDone && n === followUps.length - 1 ? 'CARRIED_OUT' : 'FOLLOWED_UP',
      instant(on, 15),
      handler,
      note,
    );
  }
  if (status === 'CLOSED')
    step('CLOSED', instant(followUps.at(-1)?.[0] ?? day, 17), by, '已向来访人当面答复，来访人表示满意。');
  return events;
}

function visitOf([household, day, status, needs, help, follow_up_on]: Visit, i: number): HouseholdVisitRow {
  return {
    ...{ id: demoId('householdVisit', i), household_id: demoId('household', '330421111212', household) },
    ...{
      jurisdiction: '330421111212',
      recorded_by: COMMITTEE,
      external_id: null,
      visited_at: instant(day, 14),
    },
    ...{ visitors: [ACTOR, '沈阿根'], needs: [...needs], help, status, follow_up_on },
  };
}
