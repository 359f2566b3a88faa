import { randomUUID } from 'node:crypto';
import type { Db } from '../../subgraphs/kit/database';
import type { Viewer } from '../../subgraphs/kit/viewer';
import { personnel } from '../../subgraphs/personnel';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { codesOf, mutation, personnelMaker, STATUSES, type Status } from './make';

/*
 * Who may record what of a posting, by their part in it and its status: through the graph, and past all of the
 * application's checks, where row security alone stands in the way.
 */

const CALLERS = ['home', 'host', 'stint host', 'organizer', 'department', 'stranger'] as const;
type Caller = (typeof CALLERS)[number];
type Posted = Awaited<ReturnType<ReturnType<typeof personnelMaker>['posted']>>;

interface Action {
  by: readonly Caller[];
  in: readonly Status[];
  /** The mutation, the noun of its payload and its input; for actions that have other tests of who may, none. */
  run?: [name: string, noun: string, input: (posting: Posted['posting'], unique: number) => object];
  /** What the action writes, and how the table calls who wrote it. */
  row: (
    posting: Posted['posting'],
    who: string,
    unique: number,
  ) => [table: string, row: Record<string, unknown>];
}

const ENTERED: readonly Status[] = ['ACTIVE', 'COMPLETED', 'RECALLED'];
const HOSTS: readonly Caller[] = ['host', 'stint host'];
const MANAGERS: readonly Caller[] = ['home', 'host', 'stint host'];
const PARTIES: readonly Caller[] = ['home', 'host', 'stint host', 'organizer', 'department'];
const AT = '2026-06-01T02:00:00.000Z';
/** An instant of its own. */
const at = (unique: number): string => new Date(Date.parse(AT) + unique * 1_000).toISOString();
/** A Monday of its own within the posting, before any recall. */
const monday = (unique: number): string =>
  new Date(Date.parse('2026-03-02T00:00:00Z') + (unique % 16) * 7 * 86_400_000).toISOString().slice(0, 10);
const id = () => randomUUID();

const ACTIONS: Record<string, Action> = {
  'a sheet': {
    ...{ by: HOSTS, in: ENTERED },
    run: [
      ...(['recordAttendanceSheet', 'sheet { id }'] as const),
      ({ id: secondmentId }, n) => ({
        ...{ secondmentId, weekOf: monday(n), days: [{ date: monday(n), presence: 'PRESENT' }] },
      }),
    ],
    row: ({ id: secondment }, agency, n) => [
      'attendance_sheets',
      {
        ...{ id: id(), secondment, week_of: monday(n), days: '[]', revision: 1, agency, recorded_at: AT },
        recorded_by: '某',
      },
    ],
  },
  'a check-in': {
    ...{ by: MANAGERS, in: ENTERED },
    run: [
      ...(['checkIn', 'checkIn { id }'] as const),
      ({ id: secondmentId }, n) => ({ secondmentId, latitude: 31, longitude: 121, at: at(n) }),
    ],
    row: ({ id: secondment, host_agency }, agency, n) => [
      'check_ins',
      {
        ...{ id: id(), secondment, day: '2026-06-01', at: at(n), latitude: 31, longitude: 121, host_agency },
        ...{ agency, recorded_by: '某' },
      },
    ],
  },
  'a score': {
    ...{ by: HOSTS, in: ENTERED },
    run: [
      ...(['recordWeeklyScore', 'weeklyScore { id }'] as const),
      ({ id: secondmentId }, n) => ({ secondmentId, weekOf: monday(n), deductions: [] }),
    ],
    row: ({ id: secondment, host_agency }, agency, n) => [
      'weekly_scores',
      {
        ...{ id: id(), secondment, host_agency, week_of: monday(n), month: monday(n).slice(0, 7) },
        ...{ deductions: '[]', deducted: 0, revision: 1, agency, recorded_at: AT, recorded_by: '某' },
      },
    ],
  },
  'a spot check': {
    ...{ by: PARTIES, in: ENTERED },
    run: [
      ...(['recordSpotCheck', 'spotCheck { id }'] as const),
      ({ id: secondmentId }, n) => ({ secondmentId, finding: 'PRESENT', note: '在岗', at: at(n) }),
    ],
    row: ({ id: secondment }, agency, n) => [
      'spot_checks',
      { id: id(), secondment, at: at(n), finding: 'PRESENT', note: '在岗', agency, recorded_by: '某' },
    ],
  },
  'a reminder talk': {
    ...{ by: PARTIES, in: ENTERED },
    run: [
      ...(['recordReminderTalk', 'reminderTalk { id }'] as const),
      ({ id: secondmentId }, n) => ({ secondmentId, talker: '某', content: '略', at: at(n) }),
    ],
    row: ({ id: secondment }, agency, n) => [
      'reminder_talks',
      { id: id(), secondment, at: at(n), talker: '某', content: '略', agency, recorded_by: '某' },
    ],
  },
  'a request for leave': {
    ...{ by: MANAGERS, in: ['ACTIVE'] },
    run: [
      ...(['requestLeave', 'leaveRequest { id }'] as const),
      ({ id: secondmentId }, n) => ({
        ...{ secondmentId, startsOn: monday(n), endsOn: monday(n), reason: '探亲', at: AT },
      }),
    ],
    row: ({ id: secondment, host_agency }, agency, n) => [
      'leave_requests',
      {
        ...{ id: id(), secondment, host_agency, status: 'PENDING', starts_on: AT.slice(0, 10) },
        ...{ start_part: 'FULL', ends_on: AT.slice(0, 10), end_part: 'FULL', days: 1, reason: '探亲' },
        ...{
          requested_at: AT,
          requested_by: '某',
          agency,
          starts_half: 90_000 + 2 * n,
          ends_half: 90_001 + 2 * n,
        },
      },
    ],
  },
  'a report': {
    ...{ by: HOSTS, in: ['ACTIVE', 'COMPLETED'] },
    row: ({ id: secondment }, submitted_by, n) => [
      'secondment_reports',
      {
        ...{ id: id(), secondment, kind: 'MONTHLY', month: `${2030 + n}-01`, title: '月报', body: '略' },
        ...{ status: 'SUBMITTED', submitted_by, first_submitted_at: AT, submitted_at: AT },
      },
    ],
  },
  housing: {
    ...{ by: HOSTS, in: ['ACTIVE'] },
    row: ({ id: secondment }, recorded_by, n) => [
      'secondment_housing',
      {
        ...{ id: id(), secondment, kind: 'CLINIC', address: '某处', lives_from: monday(n) },
        ...{ recorded_by, recorded_at: AT, recorder: '某' },
      },
    ],
  },
  'an assessment': {
    ...{ by: ['home', 'host'], in: ['ACTIVE'] },
    row: ({ id: secondment }, agency) => [
      'secondment_assessments',
      {
        ...{ id: id(), secondment, kind: 'MIDTERM', agency, grade: 'COMPETENT', comment: '略' },
        ...{ assessed_at: AT, assessed_by: '某' },
      },
    ],
  },
  'an extension': {
    ...{ by: ['home', 'host'], in: ['ACTIVE'] },
    row: ({ id: secondment }, proposed_by) => [
      'secondment_extensions',
      {
        ...{
          id: id(),
          secondment,
          status: 'PROPOSED',
          previously_ends_on: '2027-03-01',
          ends_on: '2027-06-30',
        },
        ...{ stints: '[]', reason: '略', proposed_by, proposed_at: AT, proposer: '某' },
      },
    ],
  },
  'a mentor': {
    ...{ by: HOSTS, in: ['ACTIVE'] },
    row: ({ id: secondment, officer }, assigned_by) => [
      'secondment_mentors',
      { id: id(), secondment, officer, kind: 'POLITICAL', assigned_by, assigned_at: AT },
    ],
  },
  'a practice': {
    ...{ by: MANAGERS, in: ENTERED },
    row: ({ id: secondment }, recorded_by) => [
      'practices',
      {
        ...{ id: id(), secondment, title: '某做法', kind: 'FORM', origin: '310118', summary: '略' },
        ...{ recorded_by, recorded_at: AT, recorder: '某' },
      },
    ],
  },
};

describe('what is recorded of postings', () => {
  const world = useSubgraph(personnel);
  const make = personnelMaker(world);
  const postings = new Map<Status, Posted>();

  beforeAll(async () => {
    await world.build((db) =>
      db('agencies').insert({
        ...{
          code: '310118-ORG',
          name: '区委组织部',
          jurisdiction: '310118',
          functions: ['ORGANIZATION'],
          remit: [],
        },
      }),
    );
    for (const status of STATUSES) postings.set(status, await make.posted({ status }));
  });
  const posted = (status: Status): Posted => {
    const found = postings.get(status);
    if (!found) throw new Error(`no posting is ${status}`);
    return found;
  };
  const callerOf = ({ units }: Posted, caller: Caller): Viewer =>
    caller === 'department' ? viewer('310118-ORG', { functions: ['ORGANIZATION'] }) : viewer(units[caller]);
  const cases = (actions: [string, Action][]) =>
    actions.flatMap(([name, action]) => STATUSES.map((status) => [name, status, action] as const));

  it.each(cases(Object.entries(ACTIONS).filter(([, { run }]) => run)))(
    '%s of one that is %s: who may',
    async (_, status, { by, in: statuses, run }) => {
      const [name, selection, input] = run ?? ['', '', () => ({})];
      const of = posted(status);
      const found: [Caller, string][] = [];
      for (const [n, caller] of CALLERS.entries()) {
        const answer = await world
          .as(callerOf(of, caller))
          .do(mutation(name, selection), { at: undefined, ...input(of.posting, n) });
        found.push([caller, codesOf(answer).join()]);
      }
      const expected = (caller: Caller) => {
        if (!by.includes(caller)) return 'NOT_ALLOWED secondmentId';
        return statuses.includes(status) ? '' : 'NOT_ALLOWED_IN_STATE secondmentId';
      };
      expect(found).toEqual(CALLERS.map((caller) => [caller, expected(caller)]));
    },
  );

  it.each(cases(Object.entries(ACTIONS)))(
    '%s of one that is %s: whom row security lets write it',
    async (_, status, { by, in: statuses, row }) => {
      const of = posted(status);
      const written = async (caller: Caller, n: number, signs = callerOf(of, caller).agency) => {
        const session = world.database.session(callerOf(of, caller));
        const [table, values] = row(of.posting, signs, n);
        const insert = (db: Db) => db(table).insert(values);
        try {
          await session.write(insert);
          return true;
        } catch (error) {
          expect(String(error)).toContain('row-level security');
          return false;
        } finally {
          await session.end();
          await world.build((db) => db(table).where({ id: values.id }).delete());
        }
      };
      const found: [Caller, boolean][] = [];
      for (const [n, caller] of CALLERS.entries()) found.push([caller, await written(caller, 10 + n)]);
      expect(found).toEqual(
        CALLERS.map((caller) => [caller, by.includes(caller) && statuses.includes(status)]),
      );
      // In another's name nobody writes.
      expect(await written('host', 9, of.units.stranger)).toBe(false);
    },
  );

  /** What a caller's own connection does to the database: how many rows it changed, or that it was refused. */
  const inSql = async (of: Posted, caller: Caller, work: (db: Db) => PromiseLike<unknown>) => {
    const session = world.database.session(callerOf(of, caller));
    try {
      return await session.write(async (db) => work(db));
    } catch (error) {
      expect(String(error)).toContain('row-level security');
      return 'refused';
    } finally {
      await session.end();
    }
  };

  it('lets a report be decided on by the home unit and the organizer, past all checks too', async () => {
    const of = await make.posted();
    const decided: [Caller, unknown][] = [];
    for (const caller of CALLERS) {
      const report = id();
      const of_month = `20${30 + decided.length}-01`;
      await world.build((db) =>
        db('secondment_reports').insert({
          ...{ id: report, secondment: of.posting.id, kind: 'MONTHLY', month: of_month, title: '月报' },
          ...{ body: '略', status: 'SUBMITTED', submitted_by: of.units.host },
          ...{ first_submitted_at: AT, submitted_at: AT },
        }),
      );
      const decision = {
        ...{ status: 'CIRCULATED', editor_note: '编发', decided_at: AT },
        decided_by: callerOf(of, caller).agency,
      };
      decided.push([
        caller,
        await inSql(of, caller, (db) => db('secondment_reports').where({ id: report }).update(decision)),
      ]);
    }
    expect(decided).toEqual([
      ['home', 1],
      // Its own: whoever submitted a report may change it only when it came back.
      ['host', 'refused'],
      ['stint host', 0],
      ['organizer', 1],
      ['department', 0],
      ['stranger', 0],
    ]);
  });

  it('lets who asked for leave neither decide on it nor name who does, past all checks too', async () => {
    const of = await make.posted();
    const leave = id();
    await world.build(async (db) => {
      await db('leave_requests').insert({
        ...{ id: leave, secondment: of.posting.id, host_agency: of.units.host, status: 'PENDING' },
        ...{ starts_on: '2026-06-01', start_part: 'FULL', ends_on: '2026-06-02', end_part: 'FULL', days: 2 },
        ...{ reason: '探亲', requested_at: AT, requested_by: '某', agency: of.units.home },
        ...{ starts_half: 80_000, ends_half: 80_003 },
      });
      await db('leave_rungs').insert({
        ...{ leave_request: leave, step: 1, secondment: of.posting.id, role: 'TEAM_LEADER' },
        ...{ agency: of.units.host, since: AT, live_since: AT },
      });
    });
    const rung = (role: string) => ({
      ...{ leave_request: leave, step: 2, secondment: of.posting.id, role, agency: of.units.home },
      ...{ since: AT, live_since: AT },
    });
    for (const role of ['TEAM_LEADER', 'TOWNSHIP_PARTY_SECRETARY', 'COUNTY_ORGANIZATION_DEPARTMENT']) {
      expect(await inSql(of, 'home', (db) => db('leave_rungs').insert(rung(role)))).toBe('refused');
    }
    const approve = (step: number) => (db: Db) =>
      db('leave_requests').where({ id: leave }).update({ status: 'APPROVED', decided_step: step });
    expect(await inSql(of, 'home', approve(1))).toBe('refused');
    expect(await inSql(of, 'host', approve(2))).toBe('refused');
    expect(await inSql(of, 'stranger', approve(1))).toBe(0);
    const event = (kind: string) => (db: Db) =>
      db('leave_events').insert({
        ...{ leave_request: leave, ordinal: 1, kind, at: AT, actor: '某', agency: of.units.home },
        is_deputy: false,
      });
    expect(await inSql(of, 'home', event('APPROVE'))).toBe('refused');
    expect(await inSql(of, 'host', approve(1))).toBe(1);
    expect(await inSql(of, 'home', event('APPROVE'))).toBe('refused');
  });

  it('lets no unit tell of a step that is not its own, past all checks too', async () => {
    const of = await make.posted();
    const told: [string, Caller[]][] = [];
    for (const [n, kind] of (['PLANNED', 'ACCEPTED', 'EXTENDED', 'MENTOR_ASSIGNED'] as const).entries()) {
      const by: Caller[] = [];
      for (const [c, caller] of CALLERS.entries()) {
        const row = {
          ...{ secondment: of.posting.id, ordinal: 1 + n * 10 + c, kind, at: AT, actor: '某' },
          agency: callerOf(of, caller).agency,
        };
        if ((await inSql(of, caller, (db) => db('secondment_events').insert(row))) !== 'refused')
          by.push(caller);
      }
      told.push([kind, by]);
    }
    expect(told).toEqual([
      ['PLANNED', ['home']],
      ['ACCEPTED', ['host']],
      ['EXTENDED', ['home', 'host']],
      ['MENTOR_ASSIGNED', ['host', 'stint host']],
    ]);
  });
});
