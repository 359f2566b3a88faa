import { jurisdictionOfAgency } from '../../subgraphs/kit/agency-code';
import { addDays } from '../../subgraphs/kit/time';
import type { Viewer } from '../../subgraphs/kit/viewer';
import { personnel } from '../../subgraphs/personnel';
import type { SecondmentRow } from '../../subgraphs/personnel/secondments/store';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { methodsOf, personnelMaker } from './make';

const run = (name: string, selection: string) =>
  `mutation Run($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) {
    ${name}(input: $input) { ${selection} userErrors { code path } } }`;
const SHEET = `sheet { id weekOf revision recordedBy days { date presence note }
  history { revision reason days { presence } } }`;
const RECORD = run('recordAttendanceSheet', SHEET);
const CORRECT = run('correctAttendanceSheet', SHEET);
const TABLE = run('recordAttendanceSheets', 'batch { weekOf recordedSheets unchangedSheets }');
const CHECK_IN = run('checkIn', 'checkIn { id isWithinGeofence distanceMeters hostAgency { code } }');
const MONTH = `query M($id: ID!, $month: Month!) { secondment(id: $id) { attendance(month: $month) {
  workingDays attendedDays rate conflicts { date kind } } } }`;
const SPOT = run('recordSpotCheck', 'spotCheck { id finding note agency { code } }');
const TALK = run('recordReminderTalk', 'reminderTalk { id talker content }');

const found = ({ userErrors }: { userErrors: { code: string; path: string[] }[] }) =>
  userErrors.map(({ code, path }) => `${code} ${path.join('.')}`);
const WEEK = '2026-11-02';
const present = (date: string) => ({ date, presence: 'PRESENT' });
const week = (count = 5) => Array.from({ length: count }, (_, i) => present(addDays(WEEK, i)));

describe('attendance', () => {
  const world = useSubgraph(personnel);
  const make = personnelMaker(world);

  /** A posting to a unit that stands somewhere. */
  const posted = async (given: Partial<SecondmentRow> = {}) => {
    const posting = await make.posting(given);
    const { host_agency: code } = posting;
    await world.build((db) =>
      db('agencies')
        .insert({
          ...{ code, name: code, jurisdiction: jurisdictionOfAgency(code), functions: [], remit: [] },
          ...{ latitude: 31.0413, longitude: 120.9142, radius_meters: 500 },
        })
        .onConflict()
        .ignore(),
    );
    return posting;
  };
  const host = ({ host_agency }: SecondmentRow) => viewer(host_agency);
  const record = (posting: SecondmentRow, more: object = {}, who: Viewer = host(posting)) =>
    world.as(who).do(RECORD, { secondmentId: posting.id, weekOf: WEEK, days: week(), ...more });
  const rows = (table: string, secondment: string) => world.build((db) => db(table).where({ secondment }));

  describe('the weekly sheet', () => {
    it('is kept as it was given, in the order of its days', async () => {
      const posting = await posted();
      const { sheet } = await record(posting, {
        days: [
          { ...present('2026-11-03'), note: ' 值班 ' },
          { date: WEEK, presence: 'ABSENT' },
        ],
      });
      expect(sheet).toEqual({
        ...{ id: expect.any(String), weekOf: WEEK, revision: 1, recordedBy: 'tester' },
        days: [
          { date: WEEK, presence: 'ABSENT', note: null },
          { date: '2026-11-03', presence: 'PRESENT', note: '值班' },
        ],
        history: [{ revision: 1, reason: null, days: [{ presence: 'ABSENT' }, { presence: 'PRESENT' }] }],
      });
    });

    it('arrives once, and another one for the week is a conflict', async () => {
      const posting = await posted();
      const { sheet } = await record(posting);
      expect((await record(posting)).sheet.id).toBe(sheet.id);
      expect(found(await record(posting, { days: week(4) }))).toEqual(['CONFLICT weekOf']);
      expect(await rows('attendance_sheet_revisions', posting.id)).toHaveLength(1);
    });

    it.each([
      ['a week not from Monday', { weekOf: '2026-11-03', days: [present('2026-11-03')] }, ['INVALID weekOf']],
      ['no days', { days: [] }, ['REQUIRED days']],
      [
        'days outside the week, twice, and to come',
        { weekOf: '2026-11-23', days: ['2026-11-22', '2026-11-23', '2026-11-23', '2026-11-24'].map(present) },
        ['INVALID days.0.date', 'INVALID days.2.date', 'INVALID days.3.date'],
      ],
      [
        'days outside the posting',
        { weekOf: '2026-02-23', days: ['2026-02-27', '2026-03-01'].map(present) },
        ['INVALID days.0.date', 'INVALID days.1.date'],
      ],
      ['a time to come', { at: '2026-12-01T00:00:00Z' }, ['INVALID at']],
      ['a posting that is not there', { secondmentId: 'none' }, ['NOT_FOUND secondmentId']],
    ])('refuses %s', async (_, more, expected) => {
      const posting = await posted();
      expect(found(await record(posting, more))).toEqual(expected);
      expect(await rows('attendance_sheets', posting.id)).toEqual([]);
    });

    it.each([
      ['PLANNED', ['NOT_ALLOWED_IN_STATE secondmentId']],
      ['ACTIVE', []],
      ['COMPLETED', []],
      ['RECALLED', []],
      ['DECLINED', ['NOT_ALLOWED_IN_STATE secondmentId']],
    ] as const)('of a posting that is %s: %j', async (status, expected) => {
      const posting = await posted({ status });
      const days = [present('2026-03-30')];
      expect(found(await record(posting, { weekOf: '2026-03-30', days }))).toEqual(expected);
    });

    it('is for who hosts the officer', async () => {
      const posting = await posted();
      const stint = make.unit();
      await world.build((db) =>
        db('secondment_stints').insert({
          ...{ secondment: posting.id, host_agency: stint, starts_on: '2026-11-01', ends_on: '2026-11-30' },
        }),
      );
      expect(found(await record(posting, {}, viewer(posting.home_agency)))).toEqual([
        'NOT_ALLOWED secondmentId',
      ]);
      expect(found(await record(posting, {}, viewer('340000-AGRI')))).toEqual(['NOT_ALLOWED secondmentId']);
      expect(found(await record(posting, {}, viewer(stint)))).toEqual([]);
    });

    it('is corrected with a reason, and keeps what it said', async () => {
      const posting = await posted();
      const { sheet } = await record(posting);
      const correct = (more: object, who = host(posting)) =>
        world.as(who).do(CORRECT, { sheetId: sheet.id, days: week(4), reason: '周五请假', ...more });
      expect(found(await correct({}, viewer(posting.home_agency)))).toEqual(['NOT_ALLOWED sheetId']);
      expect(found(await correct({}, viewer('340000-AGRI')))).toEqual(['NOT_FOUND sheetId']);
      expect(found(await correct({ days: week(), reason: '' }))).toEqual(['INVALID days', 'REQUIRED reason']);
      const { sheet: corrected } = await correct({});
      expect([corrected.revision, corrected.days.length]).toEqual([2, 4]);
      expect(corrected.history.map((r: { reason: string; days: [] }) => [r.reason, r.days.length])).toEqual([
        [null, 5],
        ['周五请假', 4],
      ]);
    });

    it('is corrected by one of two at once', async () => {
      const posting = await posted();
      const { sheet } = await record(posting);
      const answers = await Promise.all(
        [3, 4].map((count) =>
          world.as(host(posting)).do(CORRECT, { sheetId: sheet.id, days: week(count), reason: '更正' }),
        ),
      );
      // The slower one may also have read what the faster wrote.
      const revisions = await rows('attendance_sheet_revisions', posting.id);
      expect(revisions).toHaveLength(1 + answers.filter((answer) => answer.sheet !== null).length);
    });
  });

  describe("a team's table", () => {
    const team = async (size: number) => {
      const code = make.unit();
      return Promise.all(Array.from({ length: size }, () => posted({ host_agency: code })));
    };
    const table = (postings: readonly SecondmentRow[], more: object = {}) => {
      const [first] = postings;
      if (!first) throw new Error('a team has someone');
      return world.as(host(first)).do(TABLE, {
        ...{ weekOf: WEEK, lines: postings.map(({ id }) => ({ secondmentId: id, days: week() })), ...more },
      });
    };

    it('is recorded whole, and again without harm', async () => {
      const postings = await team(3);
      expect((await table(postings)).batch).toEqual({ weekOf: WEEK, recordedSheets: 3, unchangedSheets: 0 });
      const [more] = await Promise.all([posted({ host_agency: postings[0]?.host_agency })]);
      expect((await table([...postings, more])).batch).toEqual({
        ...{ weekOf: WEEK, recordedSheets: 1, unchangedSheets: 3 },
      });
    });

    it('is refused whole, with every problem under its line', async () => {
      const [a, b] = await team(2);
      if (!a || !b) throw new Error('two');
      const elsewhere = await posted();
      await record(b, { days: week(1) });
      const answer = await table([a, b], {
        lines: [
          { secondmentId: a.id, days: [present('2026-11-09')] },
          { secondmentId: 'none', days: week() },
          { secondmentId: elsewhere.id, days: week() },
          { secondmentId: b.id, days: week() },
          { secondmentId: a.id, days: [] },
        ],
      });
      expect(found(answer)).toEqual([
        'INVALID lines.0.days.0.date',
        'NOT_FOUND lines.1.secondmentId',
        'NOT_ALLOWED lines.2.secondmentId',
        'CONFLICT lines.3.secondmentId',
        'INVALID lines.4.secondmentId',
        'REQUIRED lines.4.days',
      ]);
      expect(await rows('attendance_sheets', a.id)).toEqual([]);
    });

    it('has 1 to 5,000 lines', async () => {
      const [a] = await team(1);
      if (!a) throw new Error('one');
      const lines = Array.from({ length: 5_001 }, () => ({ secondmentId: a.id, days: [] }));
      expect(found(await table([a], { lines }))).toEqual(['LIMIT_EXCEEDED lines']);
      expect(found(await table([a], { lines: [] }))).toEqual(['REQUIRED lines']);
    });

    /** More postings to the unit of one, in one statement. */
    const crowd = (name: string, { home_agency, host_agency }: SecondmentRow, size: number) =>
      world.build((db) =>
        db.raw(
          `WITH officer AS (
             INSERT INTO officers (id, name, title, agency)
             SELECT ? || n, '陆远山', '科员', ? FROM generate_series(1, ?) AS n RETURNING id)
           INSERT INTO secondments (id, officer, home_agency, host_agency, position, status, starts_on, ends_on)
           SELECT id, id, ?, ?, '组员', 'ACTIVE', '2026-03-02', '2027-03-01' FROM officer`,
          [name, home_agency, size, home_agency, host_agency],
        ),
      );
    const linesOf = (name: string, size: number) =>
      Array.from({ length: size }, (_, i) => ({ secondmentId: `${name}${i + 1}`, days: week() }));

    it('takes 5,000 lines at once, in as many statements as one', async () => {
      const [first] = await team(1);
      if (!first) throw new Error('one');
      await crowd('bulk-', first, 5_000);
      const one = await world.statementsOf(() => table([first]));
      const many = await world.statementsOf(async () => {
        const { batch } = await table([first], { lines: linesOf('bulk-', 5_000) });
        expect(batch).toEqual({ weekOf: WEEK, recordedSheets: 5_000, unchangedSheets: 0 });
      });
      expect(methodsOf(many)).toEqual(methodsOf(one));
    }, 60_000);

    it('is read in the same statements for a team of 1 and of 200', async () => {
      const [first] = await team(1);
      if (!first) throw new Error('one');
      const ask = async (size: number) =>
        methodsOf(
          await world.statementsOf(async () => {
            const answer = await world.as(host(first)).ask(
              `query Q($host: AgencyCode!) { secondments(hostAgency: $host, first: 200) { edges { node {
              attendance(month: "2026-11") { rate conflicts { kind } days { checkIn { at } }
                sheets { history { revision } } }
              weeklyScores(month: "2026-10") { score }
              spotChecks { finding } reminderTalks { talker } } } } }`,
              { host: first.host_agency },
            );
            expect(answer.secondments.edges).toHaveLength(size);
          }),
        );
      await table([first]);
      const one = await ask(1);
      await crowd('team-', first, 199);
      await table([first], { lines: linesOf('team-', 199) });
      expect(await ask(200)).toEqual(one);
    }, 60_000);
  });

  describe('a check-in', () => {
    const NEAR = { latitude: 31.0413, longitude: 120.9142 };
    const checkIn = (posting: SecondmentRow, more: object = {}, who = host(posting)) =>
      world.as(who).do(CHECK_IN, { secondmentId: posting.id, at: '2026-11-02T00:40:00Z', ...NEAR, ...more });

    it('is measured from where the officer works', async () => {
      const posting = await posted();
      const near = await checkIn(posting);
      expect(near.checkIn).toEqual({
        ...{ id: expect.any(String), isWithinGeofence: true, distanceMeters: 0 },
        hostAgency: { code: posting.host_agency },
      });
      const far = await checkIn(posting, {
        at: '2026-11-02T00:41:00Z',
        latitude: 31.2304,
        longitude: 121.4737,
      });
      expect(far.checkIn.isWithinGeofence).toBe(false);
      expect(Math.round(far.checkIn.distanceMeters / 1000)).toBe(57);
    });

    it('is at the unit of the day’s stint', async () => {
      const posting = await posted();
      const stint = make.unit();
      await world.build((db) =>
        db('secondment_stints').insert({
          ...{ secondment: posting.id, host_agency: stint, starts_on: '2026-11-01', ends_on: '2026-11-30' },
        }),
      );
      // The directory has no location of that unit.
      const { checkIn: row } = await checkIn(posting);
      expect([row.hostAgency.code, row.isWithinGeofence, row.distanceMeters]).toEqual([stint, null, null]);
    });

    it('arrives once; from two places at one time is a conflict', async () => {
      const posting = await posted();
      const { checkIn: row } = await checkIn(posting);
      expect((await checkIn(posting)).checkIn.id).toBe(row.id);
      expect(found(await checkIn(posting, { latitude: 31 }))).toEqual(['CONFLICT at']);
      expect(await rows('check_ins', posting.id)).toHaveLength(1);
    });

    it.each([
      ['off the globe', { latitude: 131, longitude: 221 }, ['INVALID latitude', 'INVALID longitude']],
      ['in days to come', { at: '2026-11-24T00:00:00Z' }, ['INVALID at']],
      ['before the posting', { at: '2026-03-01T15:59:59Z' }, ['INVALID at']],
    ])('is not %s', async (_, more, expected) => {
      const posting = await posted();
      expect(found(await checkIn(posting, more))).toEqual(expected);
      expect(await rows('check_ins', posting.id)).toEqual([]);
    });

    it('may be on the first day from its first minute in Shanghai, by the home unit too', async () => {
      const posting = await posted();
      const home = viewer(posting.home_agency);
      expect(found(await checkIn(posting, { at: '2026-03-01T16:00:00Z' }, home))).toEqual([]);
      expect(found(await checkIn(posting, {}, viewer('340000-AGRI')))).toEqual(['NOT_ALLOWED secondmentId']);
    });
  });

  it('holds the channels of a month against each other', async () => {
    const posting = await posted();
    await record(posting);
    const at = (day: string, more: object = {}) =>
      world.as(host(posting)).do(CHECK_IN, {
        ...{
          secondmentId: posting.id,
          at: `${day}T00:40:00Z`,
          latitude: 31.0413,
          longitude: 120.9142,
          ...more,
        },
      });
    await at('2026-11-02');
    await at('2026-11-03', { latitude: 31.2304 });
    await at('2026-11-10');
    const { secondment } = await world.as(host(posting)).ask(MONTH, { id: posting.id, month: '2026-11' });
    expect(secondment.attendance).toEqual({
      ...{ workingDays: 21, attendedDays: 5, rate: 5 / 21 },
      conflicts: [
        { date: '2026-11-03', kind: 'CHECKED_IN_ELSEWHERE' },
        { date: '2026-11-04', kind: 'NO_CHECK_IN' },
        { date: '2026-11-05', kind: 'NO_CHECK_IN' },
        { date: '2026-11-06', kind: 'NO_CHECK_IN' },
        { date: '2026-11-10', kind: 'NOT_ON_SHEET' },
      ],
    });
    const stranger = await world.as(viewer('340000-AGRI')).send(MONTH, { id: posting.id, month: '2026-11' });
    expect(stranger.data).toEqual({ secondment: { attendance: null } });
  });

  it('has no rate in a month outside the posting', async () => {
    const posting = await posted();
    const { secondment } = await world.as(host(posting)).ask(MONTH, { id: posting.id, month: '2026-02' });
    expect(secondment.attendance).toEqual({ workingDays: 0, attendedDays: 0, rate: null, conflicts: [] });
  });

  describe('spot checks and reminder talks', () => {
    const spot = (posting: SecondmentRow, who: Viewer, more: object = {}) =>
      world.as(who).do(SPOT, {
        ...{
          secondmentId: posting.id,
          finding: 'ABSENT',
          note: '不在岗',
          at: '2026-11-03T02:00:00Z',
          ...more,
        },
      });

    it('are for the parties, by name and by place, once each', async () => {
      const posting = await posted();
      const department = viewer('310118-ORG', { functions: ['ORGANIZATION'] });
      for (const who of [viewer(posting.home_agency), host(posting), department]) {
        const { spotCheck } = await spot(posting, who);
        expect((await spot(posting, who)).spotCheck.id).toBe(spotCheck.id);
        expect(found(await spot(posting, who, { finding: 'PRESENT' }))).toEqual(['CONFLICT at']);
      }
      expect(found(await spot(posting, viewer('310118-AGRI')))).toEqual(['NOT_ALLOWED secondmentId']);
      expect(await rows('spot_checks', posting.id)).toHaveLength(3);
    });

    it('refuse what makes no sense, all at once', async () => {
      const posting = await posted();
      expect(found(await spot(posting, host(posting), { note: ' ', at: '2026-12-01T00:00:00Z' }))).toEqual([
        'INVALID at',
        'REQUIRED note',
      ]);
      const talk = await world.as(host(posting)).do(TALK, {
        ...{ secondmentId: posting.id, talker: '', content: '', at: '2025-12-01T00:00:00Z' },
      });
      expect(found(talk)).toEqual(['INVALID at', 'REQUIRED talker', 'REQUIRED content']);
    });

    it('keep a talk of several lines', async () => {
      const posting = await posted();
      const input = {
        secondmentId: posting.id,
        talker: '杨春梅',
        content: '一\n二',
        at: '2026-11-03T02:00:00Z',
      };
      const { reminderTalk } = await world.as(host(posting)).do(TALK, input);
      expect(reminderTalk).toEqual({ id: expect.any(String), talker: '杨春梅', content: '一\n二' });
      expect((await world.as(host(posting)).do(TALK, input)).reminderTalk.id).toBe(reminderTalk.id);
    });
  });
});
