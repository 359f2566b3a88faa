import { personnel } from '../../subgraphs/personnel';
import type { Presence } from '../../subgraphs/personnel/attendance/rules';
import { workingBits } from '../../subgraphs/personnel/attendance/rules';
import { leastAttended } from '../../subgraphs/personnel/attendance/store';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { personnelMaker } from './make';

/** Of a week that begins in September and ends in October, and the one after, all days but the last weekend. */
const WORKING_DAYS = [
  ...['2026-09-28', '2026-09-29', '2026-09-30', '2026-10-01', '2026-10-02', '2026-10-03', '2026-10-04'],
  ...['2026-10-05', '2026-10-06', '2026-10-07', '2026-10-08', '2026-10-09'],
];

describe('the days that sheets show attended at the least', () => {
  const world = useSubgraph(personnel);
  const make = personnelMaker(world);

  it('keeps the working days of a week apart by month', () => {
    expect(workingBits(['2026-09-28', '2026-09-30', '2026-10-02', '2026-10-10'])).toEqual([
      { week: '2026-09-28', month: '2026-09', bits: 0b101 },
      { week: '2026-09-28', month: '2026-10', bits: 0b10000 },
      { week: '2026-10-05', month: '2026-10', bits: 0b100000 },
    ]);
  });

  const sheet = (secondment: string, weekOf: string, days: readonly [string, Presence][]) =>
    world.build((db) =>
      db('attendance_sheets').insert({
        ...{ id: `${secondment} ${weekOf}`, secondment, week_of: weekOf, revision: 1, agency: 'a' },
        ...{ recorded_at: world.now, recorded_by: '甲' },
        days: JSON.stringify(days.map(([date, presence]) => ({ date, presence, note: null }))),
      }),
    );
  const counted = async (host: string, id: string, workingDays: readonly string[] = WORKING_DAYS) => {
    const session = world.database.session(viewer(host));
    const months = { first: '2026-09', last: '2026-10' };
    const rows = await leastAttended(session.db, [id], { ...months, workingDays });
    await session.end();
    return Object.fromEntries([...rows].map(({ month, days }) => [month, days]));
  };

  it('counts presence and business trips on working days, each in its month', async () => {
    const { id, host_agency } = await make.posting();
    await sheet(id, '2026-09-28', [
      ['2026-09-28', 'PRESENT'],
      ['2026-09-29', 'ABSENT'],
      ['2026-09-30', 'ON_BUSINESS'],
      ['2026-10-01', 'PRESENT'],
      ['2026-10-02', 'ON_LEAVE'],
      ['2026-10-04', 'PRESENT'],
    ]);
    await sheet(id, '2026-10-05', [
      ['2026-10-05', 'PRESENT'],
      ['2026-10-10', 'PRESENT'],
    ]);
    expect(await counted(host_agency, id)).toEqual({ '2026-09': 2, '2026-10': 3 });
    expect(await counted(host_agency, id, ['2026-10-10'])).toEqual({ '2026-10': 1 });
  });

  it('follows a sheet that is corrected', async () => {
    const { id, host_agency } = await make.posting();
    await sheet(id, '2026-10-05', [['2026-10-05', 'PRESENT']]);
    await world.build((db) =>
      db('attendance_sheets')
        .where({ secondment: id })
        .update({
          days: JSON.stringify(
            ['05', '06', '07'].map((d) => ({ date: `2026-10-${d}`, presence: 'PRESENT' })),
          ),
        }),
    );
    expect(await counted(host_agency, id)).toEqual({ '2026-10': 3 });
  });

  it('leaves out the days outside the posting, those of a recall too', async () => {
    const { id, host_agency } = await make.posting({
      ...{ status: 'RECALLED', starts_on: '2026-09-30', recalled_on: '2026-10-02', ends_on: '2026-10-02' },
    });
    await sheet(
      id,
      '2026-09-28',
      WORKING_DAYS.slice(0, 7).map((day) => [day, 'PRESENT']),
    );
    await sheet(id, '2026-10-05', [['2026-10-05', 'PRESENT']]);
    expect(await counted(host_agency, id)).toEqual({ '2026-09': 1, '2026-10': 2 });
  });

  it('leaves out the days on which a phone was elsewhere, and says nothing of a posting with leave', async () => {
    const { id, host_agency } = await make.posting();
    await sheet(
      id,
      '2026-09-28',
      WORKING_DAYS.slice(0, 7).map((day) => [day, 'PRESENT']),
    );
    const call = (day: string, is_within: boolean) => ({
      ...{ id: `${id} ${day}`, secondment: id, day, at: `${day}T01:00:00Z`, is_within, distance_meters: 1 },
      ...{ latitude: 31, longitude: 121, host_agency, agency: host_agency, recorded_by: '甲' },
    });
    await world.build((db) =>
      db('check_ins').insert([
        call('2026-09-28', true),
        call('2026-09-30', false),
        call('2026-10-04', false),
      ]),
    );
    expect(await counted(host_agency, id)).toEqual({ '2026-09': 2, '2026-10': 3 });
    const half = (Date.parse('2026-10-08T00:00:00Z') / 86_400_000) * 2;
    await world.build((db) =>
      db('leave_requests').insert({
        ...{
          id,
          secondment: id,
          host_agency,
          status: 'APPROVED',
          starts_on: '2026-10-08',
          start_part: 'MORNING',
        },
        ...{ ends_on: '2026-10-08', end_part: 'MORNING', days: 0.5, reason: '就医', requested_at: world.now },
        ...{ requested_by: '甲', decided_step: 1, agency: host_agency, starts_half: half, ends_half: half },
      }),
    );
    expect(await counted(host_agency, id)).toEqual({});
  });
});
