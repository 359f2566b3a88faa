import { enterPolicies } from '../../subgraphs/kit/in-effect';
import type { Viewer } from '../../subgraphs/kit/viewer';
import { personnel } from '../../subgraphs/personnel';
import { type LeaveStatus, STEPS } from '../../subgraphs/personnel/leave/rules';
import type { LeaveRequestRow } from '../../subgraphs/personnel/leave/store';
import { useSubgraph } from '../support/subgraph';
import { DECIDE, found, leaveMaker, RETURN, type Town, WITHDRAW } from './leave-make';

describe('leave', () => {
  const world = useSubgraph(personnel);
  const { make, town, by, leader, secretary, department, ask, request, statusOf, latestPlace } =
    leaveMaker(world);

  describe('requestLeave', () => {
    it('comes before the rung that its length asks for, where the posting is', async () => {
      const t = await town();
      const { leaveRequest, userErrors } = await ask(t, {
        ...{ startsOn: '2026-12-01', endsOn: '2026-12-02', endPart: 'MORNING' },
      });
      expect(userErrors).toEqual([]);
      expect(leaveRequest).toEqual({
        ...{ id: expect.any(String), status: 'PENDING', days: 1.5, reason: '探亲', return: null },
        ...{ startsOn: '2026-12-01', startPart: 'FULL', endsOn: '2026-12-02', endPart: 'MORNING' },
        approver: { role: 'TOWNSHIP_PARTY_SECRETARY', agency: { code: t.government } },
        rungs: [
          { role: 'TOWNSHIP_PARTY_SECRETARY', agency: { code: t.government } },
          { role: 'COUNTY_ORGANIZATION_DEPARTMENT', agency: { code: t.department } },
        ],
        decisions: [],
        timeline: [{ kind: 'REQUEST', user: 'tester', agency: { code: t.host } }],
      });
    });

    it('goes to the rung above when nobody holds the one that it asks for', async () => {
      const t = await town({ host_agency: '310118-HOSTOFCOUNTY' });
      const { leaveRequest } = await ask(t, { endsOn: '2026-12-02' }, by('310118-HOSTOFCOUNTY'));
      expect(leaveRequest.approver).toEqual({
        ...{ role: 'COUNTY_ORGANIZATION_DEPARTMENT', agency: { code: '310118-ORG' } },
      });
    });

    it('is refused when no unit holds a rung', async () => {
      const posting = await make.posting({ host_agency: '140107-OFFICE' });
      const answer = await ask({ ...(await town()), posting }, { endsOn: '2026-12-10' }, by('140107-OFFICE'));
      expect(found(answer)).toEqual(['NOT_FOUND secondmentId']);
    });

    it('goes to where the officer works in a stint', async () => {
      const t = await town();
      const other = await town();
      await world.build((db) =>
        db('secondment_stints').insert({
          ...{ secondment: t.posting.id, host_agency: other.host },
          ...{ starts_on: '2026-12-01', ends_on: '2026-12-31' },
        }),
      );
      const { leaveRequest } = await ask(t, {}, by(other.host));
      expect(leaveRequest.approver).toEqual({ role: 'TEAM_LEADER', agency: { code: other.host } });
    });

    it('keeps the ladder under which it was made', async () => {
      const t = await town();
      const before = await ask(t, { at: '2026-11-20T02:00:00Z' });
      await world.build((db) =>
        enterPolicies(db, [
          {
            ...{ name: 'LEAVE_LADDER', jurisdiction: latestPlace(), source: 'a test' },
            ...{ effective_from: '2026-11-22', effective_until: null },
            value: [{ role: 'COUNTY_ORGANIZATION_DEPARTMENT', upToDays: null }],
          },
        ]),
      );
      const after = await ask(t, { startsOn: '2026-12-03', endsOn: '2026-12-03' });
      const replayed = await ask(t, {
        ...{ startsOn: '2026-12-04', endsOn: '2026-12-04', at: '2026-11-21T02:00:00Z' },
      });
      const roles = [before, after, replayed].map(({ leaveRequest }) => leaveRequest.approver.role);
      expect(roles).toEqual(['TEAM_LEADER', 'COUNTY_ORGANIZATION_DEPARTMENT', 'TEAM_LEADER']);
      const again = await world
        .as(leader(t))
        .do(DECIDE, { leaveRequestId: before.leaveRequest.id, decision: 'APPROVE' });
      expect(again.leaveRequest.status).toBe('APPROVED');
    });

    it.each([
      [
        'days outside the posting',
        { startsOn: '2026-03-01', endsOn: '2027-03-02' },
        ['INVALID startsOn', 'INVALID endsOn'],
      ],
      ['an end before the beginning', { startsOn: '2026-12-02' }, ['INVALID endsOn']],
      ['a morning after an afternoon', { startPart: 'AFTERNOON', endPart: 'MORNING' }, ['INVALID endsOn']],
      ['days off alone', { startsOn: '2026-12-05', endsOn: '2026-12-06' }, ['INVALID startsOn']],
      [
        'no reason, and a time to come',
        { reason: ' ', at: '2027-01-01T00:00:00Z' },
        ['REQUIRED reason', 'INVALID at'],
      ],
      ['a posting that is not there', { secondmentId: 'none' }, ['NOT_FOUND secondmentId']],
    ])('refuses %s', async (_, more, expected) => {
      const t = await town();
      expect(found(await ask(t, more))).toEqual(expected);
      expect(await world.build((db) => db('leave_requests').where({ secondment: t.posting.id }))).toEqual([]);
    });

    it.each([
      ['PLANNED', ['NOT_ALLOWED_IN_STATE secondmentId']],
      ['ACTIVE', []],
      ['COMPLETED', ['NOT_ALLOWED_IN_STATE secondmentId']],
      ['RECALLED', ['NOT_ALLOWED_IN_STATE secondmentId']],
      ['DECLINED', ['NOT_ALLOWED_IN_STATE secondmentId']],
    ] as const)('of a posting that is %s: %j', async (status, expected) => {
      const t = await town({ status });
      // A recall ends the posting before the leave.
      const more = status === 'RECALLED' ? { startsOn: '2026-06-01', endsOn: '2026-06-01' } : {};
      expect(found(await ask(t, more))).toEqual(expected);
    });

    it('is for the home unit and the host unit', async () => {
      const t = await town();
      const may: Record<string, string[]> = {};
      for (const agency of [t.posting.home_agency, t.host, t.government, '340000-AGRI']) {
        const who = agency === t.government ? secretary(t) : by(agency);
        may[agency] = found(await ask(t, { startsOn: '2026-12-08', endsOn: '2026-12-08' }, who));
        await world.build((db) =>
          db('leave_requests').where({ secondment: t.posting.id }).update({ status: 'WITHDRAWN' }),
        );
      }
      expect(may).toEqual({
        [t.posting.home_agency]: [],
        [t.host]: [],
        [t.government]: ['NOT_ALLOWED secondmentId'],
        '340000-AGRI': ['NOT_ALLOWED secondmentId'],
      });
    });

    it('refuses what overlaps, and takes the other half of a day', async () => {
      const t = await town();
      expect(found(await ask(t, { startPart: 'MORNING', endPart: 'MORNING' }))).toEqual([]);
      expect(found(await ask(t, { startPart: 'AFTERNOON', endPart: 'AFTERNOON' }))).toEqual([]);
      expect(found(await ask(t, { endsOn: '2026-12-03' }))).toEqual(['CONFLICT startsOn']);
    });

    it('takes one of two that overlap and are sent at once', async () => {
      for (let round = 0; round < 5; round += 1) {
        const t = await town();
        const answers = await Promise.all([
          ask(t, { endsOn: '2026-12-02' }),
          ask(t, { startsOn: '2026-12-02', endsOn: '2026-12-04' }, by(t.posting.home_agency)),
        ]);
        expect(answers.map(found).sort()).toEqual([[], ['CONFLICT startsOn']]);
        const kept = await world.build((db) => db('leave_requests').where({ secondment: t.posting.id }));
        expect(kept).toHaveLength(1);
      }
    });
  });

  describe('decideLeave', () => {
    it('is for the rung alone', async () => {
      const t = await town();
      const { leaveRequest } = await ask(t, { endsOn: '2026-12-02' });
      const decide = (who: Viewer) =>
        world.as(who).do(DECIDE, { leaveRequestId: leaveRequest.id, decision: 'APPROVE', note: '同意' });
      for (const who of [
        leader(t),
        department(t),
        by(t.government, 'OFFICER', ['GENERAL_GOVERNMENT']),
        by(t.host, 'TOWNSHIP_PARTY_SECRETARY'),
        by(t.posting.home_agency, 'TOWNSHIP_PARTY_SECRETARY'),
      ]) {
        expect(found(await decide(who))).toEqual(['NOT_ALLOWED leaveRequestId']);
      }
      expect(found(await decide(by('340000-AGRI', 'TOWNSHIP_PARTY_SECRETARY')))).toEqual([
        'NOT_FOUND leaveRequestId',
      ]);
      expect(await statusOf(leaveRequest.id)).toBe('PENDING');
      const decided = await decide(secretary(t));
      expect([decided.leaveRequest.status, decided.leaveRequest.decisions]).toEqual([
        'APPROVED',
        [
          {
            ...{ role: 'TOWNSHIP_PARTY_SECRETARY', decision: 'APPROVE', at: '2026-11-23T02:00:00.000Z' },
            ...{ user: 'tester', isByDeputy: false, note: '同意' },
          },
        ],
      ]);
    });

    it('climbs to the next rung, and no further, when the one below was silent for three working days', async () => {
      const t = await town();
      const at = '2026-11-02T02:00:00Z';
      const { leaveRequest } = await ask(t, { at });
      const { id: leaveRequestId } = leaveRequest;
      const decide = (who: Viewer, when: string) =>
        world.as(who).do(DECIDE, { leaveRequestId, decision: 'REJECT', at: when });
      expect(found(await decide(secretary(t), '2026-11-05T15:59:59Z'))).toEqual([
        'NOT_ALLOWED leaveRequestId',
      ]);
      expect(found(await decide(leader(t), '2026-11-05T16:00:00Z'))).toEqual(['NOT_ALLOWED leaveRequestId']);
      expect(found(await decide(department(t), '2026-11-05T16:00:00Z'))).toEqual([
        'NOT_ALLOWED leaveRequestId',
      ]);
      const { leaveRequest: decided } = await decide(secretary(t), '2026-11-05T16:00:00Z');
      expect([decided.status, decided.approver.role, decided.decisions[0].role]).toEqual([
        'REJECTED',
        'TOWNSHIP_PARTY_SECRETARY',
        'TOWNSHIP_PARTY_SECRETARY',
      ]);
    });

    it('leaves a request that was replayed late with its rung until the hub has had it that long', async () => {
      const t = await town();
      const { leaveRequest } = await ask(t, { at: '2026-10-09T01:00:00Z' });
      expect(leaveRequest.approver.role).toBe('TEAM_LEADER');
      const input = { leaveRequestId: leaveRequest.id, decision: 'APPROVE' };
      expect(found(await world.as(secretary(t)).do(DECIDE, input))).toEqual(['NOT_ALLOWED leaveRequestId']);
      const decided = await world.as(leader(t)).do(DECIDE, input);
      expect(decided.leaveRequest.status).toBe('APPROVED');
    });

    it('shows whom a request is before as time goes by', async () => {
      const t = await town();
      const { leaveRequest } = await ask(t);
      const roleNow = async () => {
        const answer = await world
          .as(by(t.host))
          .ask('query Q($id: ID!) { leaveRequest(id: $id) { approver { role } } }', { id: leaveRequest.id });
        return answer.leaveRequest.approver.role;
      };
      const now = world.now;
      try {
        const roles = [await roleNow()];
        for (const at of ['2026-11-26T16:00:00Z', '2026-12-01T16:00:00Z', '2027-01-01T00:00:00Z']) {
          world.now = new Date(at);
          roles.push(await roleNow());
        }
        expect(roles).toEqual([
          'TEAM_LEADER',
          'TOWNSHIP_PARTY_SECRETARY',
          'COUNTY_ORGANIZATION_DEPARTMENT',
          'COUNTY_ORGANIZATION_DEPARTMENT',
        ]);
      } finally {
        world.now = now;
      }
    });

    it('does not answer before the request was made, or in time to come', async () => {
      const t = await town();
      const { leaveRequest } = await ask(t);
      for (const at of ['2026-11-22T02:00:00Z', '2026-11-23T02:00:01Z']) {
        const answer = await world
          .as(leader(t))
          .do(DECIDE, { leaveRequestId: leaveRequest.id, decision: 'APPROVE', at });
        expect(found(answer)).toEqual(['INVALID at']);
      }
    });

    it('has one of two deciders who decide at once', async () => {
      for (let round = 0; round < 5; round += 1) {
        const t = await town();
        const { leaveRequest } = await ask(t);
        const answers = await Promise.all(
          ['APPROVE', 'REJECT'].map((decision) =>
            world.as(leader(t)).do(DECIDE, { leaveRequestId: leaveRequest.id, decision }),
          ),
        );
        const winners = answers.filter((answer) => answer.leaveRequest !== null);
        expect(winners).toHaveLength(1);
        for (const answer of answers) {
          if (answer.leaveRequest === null) {
            expect(['CONFLICT', 'NOT_ALLOWED_IN_STATE']).toContain(answer.userErrors[0].code);
          }
        }
        expect(winners[0].leaveRequest.decisions).toHaveLength(1);
        expect(await statusOf(leaveRequest.id)).toBe(winners[0].leaveRequest.status);
      }
    });
  });

  describe('every status × step × unit', () => {
    const STATUSES: LeaveStatus[] = ['PENDING', 'APPROVED', 'REJECTED', 'WITHDRAWN', 'RETURNED'];
    const CASES = STATUSES.flatMap((status) =>
      (Object.keys(STEPS) as (keyof typeof STEPS)[]).map((step) => [status, step] as const),
    );
    const act = (who: Viewer, step: keyof typeof STEPS, leaveRequestId: string) => {
      if (step === 'WITHDRAW')
        return world.as(who).do(WITHDRAW, { leaveRequestId, at: '2026-11-22T02:00:00Z' });
      if (step === 'RETURN') return world.as(who).do(RETURN, { leaveRequestId, returnedOn: '2026-11-19' });
      return world.as(who).do(DECIDE, { leaveRequestId, decision: step });
    };

    it.each(CASES)('%s: %s', async (status, step) => {
      const t = await town();
      const given: Partial<LeaveRequestRow> =
        step === 'RETURN'
          ? { starts_on: '2026-11-17', ends_on: '2026-11-18', requested_at: new Date('2026-11-10T02:00:00Z') }
          : {};
      const leave = await request(t, { ...given, status });
      const { by: part, from, to } = STEPS[step];
      const may = {
        rung: [leader(t)],
        requester: [by(t.host), leader(t)],
        manager: [by(t.host), leader(t), by(t.posting.home_agency)],
      }[part];
      const all = [
        by('340000-AGRI', 'TEAM_LEADER'),
        secretary(t),
        department(t),
        by(t.posting.home_agency),
        by(t.host),
        leader(t),
      ];
      const isOf = (who: Viewer) =>
        may.some(({ agency, roles }) => agency === who.agency && roles[0] === who.roles[0]);
      for (const who of all.filter((each) => !isOf(each))) {
        const [code] = found(await act(who, step, leave.id));
        expect(code).toBe(
          who.agency === '340000-AGRI' ? 'NOT_FOUND leaveRequestId' : 'NOT_ALLOWED leaveRequestId',
        );
      }
      expect(await statusOf(leave.id)).toBe(status);
      const [who] = may;
      if (!who) throw new Error('nobody may');
      const answer = await act(who, step, leave.id);
      if ((from as readonly LeaveStatus[]).includes(status)) {
        expect(found(answer)).toEqual([]);
        expect(await statusOf(leave.id)).toBe(to);
      } else {
        expect(found(answer)).toEqual(['NOT_ALLOWED_IN_STATE leaveRequestId']);
        expect(await statusOf(leave.id)).toBe(status);
      }
    });
  });

  describe('withdrawLeave and returnFromLeave', () => {
    const taken = (t: Town) =>
      request(t, {
        ...{ status: 'APPROVED', starts_on: '2026-11-16', ends_on: '2026-11-19', days: 4 },
        requested_at: new Date('2026-11-10T02:00:00Z'),
      });

    it('does not withdraw an approved leave that has begun', async () => {
      const t = await town();
      const { id: leaveRequestId } = await taken(t);
      const withdraw = (at: string) => world.as(by(t.host)).do(WITHDRAW, { leaveRequestId, at });
      expect(found(await withdraw('2026-11-15T16:00:00Z'))).toEqual(['NOT_ALLOWED_IN_STATE leaveRequestId']);
      expect((await withdraw('2026-11-15T15:59:59Z')).leaveRequest.status).toBe('WITHDRAWN');
    });

    it('gives back what an early return leaves', async () => {
      const t = await town();
      const { id: leaveRequestId } = await taken(t);
      const again = () => ask(t, { startsOn: '2026-11-18', startPart: 'AFTERNOON', endsOn: '2026-11-19' });
      expect(found(await again())).toEqual(['CONFLICT startsOn']);
      const { leaveRequest } = await world
        .as(by(t.host))
        .do(RETURN, { leaveRequestId, returnedOn: '2026-11-18', returnedPart: 'AFTERNOON' });
      expect([leaveRequest.status, leaveRequest.return]).toEqual([
        'RETURNED',
        { returnedOn: '2026-11-18', returnedPart: 'AFTERNOON', daysTaken: 2.5, daysBeyond: 0 },
      ]);
      expect(found(await again())).toEqual([]);
    });

    it('counts what a late return took beyond the leave', async () => {
      const t = await town();
      const { id: leaveRequestId } = await taken(t);
      const { leaveRequest } = await world
        .as(by(t.posting.home_agency))
        .do(RETURN, { leaveRequestId, returnedOn: '2026-11-23' });
      expect(leaveRequest.return).toEqual({
        ...{ returnedOn: '2026-11-23', returnedPart: 'MORNING', daysTaken: 5, daysBeyond: 1 },
      });
    });

    it.each([
      ['before the leave', '2026-11-15'],
      ['as the leave begins', '2026-11-16'],
      ['in days to come', '2026-11-24'],
    ])('refuses a return %s', async (_, returnedOn) => {
      const t = await town();
      const { id: leaveRequestId } = await taken(t);
      expect(found(await world.as(by(t.host)).do(RETURN, { leaveRequestId, returnedOn }))).toEqual([
        'INVALID returnedOn',
      ]);
      expect(await statusOf(leaveRequestId)).toBe('APPROVED');
    });
  });
});
