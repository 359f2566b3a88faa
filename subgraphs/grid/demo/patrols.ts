import { loadWorkingCalendar } from '../../kit/calendar-days';
import type { Db } from '../../kit/database';
import { demoId } from '../../kit/demo';
import { addDays, startOfDay } from '../../kit/time';
import { between, draw, pick } from './draw';
import { LILI, STAFF, TOWNS } from './towns';

const FIRST_DAY = '2026-10-01';
const LAST_DAY = '2026-11-22';
const MINUTE_MS = 60_000;

const instant = (day: string, minutes: number): Date =>
  new Date(startOfDay(day).getTime() + Math.floor(minutes) * MINUTE_MS);

/** Every day's shifts of the towns' joint patrols: in Lili every day, elsewhere on working days. */
export async function loadJointPatrols(db: Db): Promise<void> {
  const calendar = await loadWorkingCalendar(db);
  const shifts: Record<string, unknown>[] = [];
  for (const { code: jurisdiction, command, government } of TOWNS) {
    const members = [command, government].flatMap((agency) =>
      (STAFF[agency] ?? []).slice(0, 2).map((member) => ({ agency, member })),
    );
    for (let day = FIRST_DAY; day <= LAST_DAY; day = addDays(day, 1)) {
      if (jurisdiction !== LILI && !calendar.isWorkingDay(day)) continue;
      for (const { agency, member } of members) {
        const name = [jurisdiction, member, day];
        const isExcused = draw('excused', ...name) < 0.05;
        const isAbsent = isExcused || draw('absent', ...name) < 0.04;
        const isLate = draw('late', ...name) < 0.08;
        const begins = 8 * 60 + 30;
        const arrives = isLate
          ? begins + between(1, 25, 'by', ...name)
          : begins - between(0, 15, 'by', ...name);
        shifts.push({
          ...{ id: demoId('shift', ...name), jurisdiction, member, agency, recorded_by: command },
          ...{ starts_at: instant(day, begins), ends_at: instant(day, 11 * 60 + 30), is_excused: isExcused },
          arrived_at: isAbsent ? null : instant(day, arrives),
          left_at: isAbsent ? null : instant(day, 11 * 60 + 30),
        });
      }
    }
  }
  await db('joint_patrol_shifts').comment('demo.jointPatrols').insert(shifts);
}

/** The reaches that are patrolled each week, with who goes. */
const PATROLLED: readonly (readonly [reach: string, agency: string, granter: string])[] = [
  ['TAIPU-FENHU', '320509110-RIVER', '镇河长 陆建明'],
  ['YUANDANG-LILI', '320509110-RIVER', '镇河长 陆建明'],
  ['TAIPU-JINZE', '310118104-RIVER', '镇河长 张建良'],
  ['DIANSHAN-JINZE', '310118104-RIVER', '镇河长 张建良'],
  ['DIANSHAN-ZHUJIAJIAO', '310118102-CITYOPS', '镇河长 朱国平'],
  ['XIANGFUDANG', '330421103-CITYOPS', '镇河长 柏雪明'],
];

interface Thing {
  thing: string;
  unit: string;
  note: string;
}
const CONFISCATED: readonly [Thing, ...Thing[]] = [
  { thing: '地笼', unit: '只', note: '无主，现场收缴' },
  { thing: '电捕鱼器', unit: '套', note: '移送渔政' },
  { thing: '丝网', unit: '条', note: '禁渔期内使用' },
];
const TO_REMOVE: readonly [string, ...string[]] = [
  '岸边违规搭建的鱼棚',
  '河道内网箱',
  '堤坡种植的蔬菜',
  '废弃水泥船',
];

/** River patrols of the autumn: what they confiscated, ordered removed, and what was granted grace. */
export async function loadRiverPatrols(db: Db): Promise<void> {
  const patrols: Record<string, unknown>[] = [];
  const removals: Record<string, unknown>[] = [];
  const graces: Record<string, unknown>[] = [];
  for (const [reach, agency, granted_by] of PATROLLED) {
    const [jurisdiction = ''] = agency.split('-');
    for (let day = '2026-10-08'; day <= '2026-11-19'; day = addDays(day, 7)) {
      const name = [reach, day];
      const id = demoId('riverPatrol', ...name);
      const begins = between(8 * 60, 9 * 60 + 30, 'begins', ...name);
      const found = pick(CONFISCATED, 'confiscated', ...name);
      const hasFound = draw('found', ...name) < 0.4;
      const whose = { reach, jurisdiction, recorded_by: agency };
      patrols.push({
        ...{ id, ...whose, started_at: instant(day, begins), ended_at: instant(day, begins + 100) },
        ...{
          members: [...(STAFF[agency] ?? [])],
          photos: [],
          note: hasFound ? '已现场处置。' : '水面整洁，未见异常。',
        },
        confiscations: JSON.stringify(
          hasFound ? [{ ...found, quantity: 1 + Math.floor(draw('quantity', ...name) * 9) }] : [],
        ),
      });
      if (draw('removal', ...name) > 0.35) continue;
      const removal = demoId('riverRemoval', ...name);
      const remove_until = addDays(day, 7);
      const hasGrace = draw('grace', ...name) < 0.5;
      const due_on = hasGrace ? addDays(day, 17) : remove_until;
      const doneOn = addDays(due_on, draw('late', ...name) < 0.3 ? 2 : -1);
      const isDone = doneOn <= LAST_DAY;
      removals.push({
        ...{ id: removal, patrol_id: id, ordinal: 0, ...whose, thing: pick(TO_REMOVE, 'thing', ...name) },
        ...{ ordered_on: day, remove_until, due_on },
        ...{
          removed_at: isDone ? instant(doneOn, 15 * 60) : null,
          removal_note: isDone ? '已拆除并清运。' : null,
        },
      });
      if (hasGrace) {
        graces.push({
          ...{ removal_id: removal, grace_until: due_on, granted_by, agency },
          ...{ granted_at: instant(addDays(day, 5), 10 * 60), reason: '当事人年迈，亲属返乡后协助拆除。' },
        });
      }
    }
  }
  await db('river_patrols').comment('demo.riverPatrols').insert(patrols);
  await db('river_removals').comment('demo.riverRemovals').insert(removals);
  await db('river_removal_graces').comment('demo.riverGraces').insert(graces);
}
