import { jurisdictionOfAgency } from '../../subgraphs/kit/agency-code';
import type { Viewer } from '../../subgraphs/kit/viewer';
import { personnel } from '../../subgraphs/personnel';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { APPOINT, DECIDE, END, found, leaveMaker, type Town } from './leave-make';
import { methodsOf, nodesOf } from './make';

describe('deputies and readers of leave', () => {
  const world = useSubgraph(personnel);
  const { make, town, by, leader, secretary, department, ask, request, statusOf } = leaveMaker(world);

  describe('deputies', () => {
    const appoint = (t: Town, more: Record<string, unknown> = {}, who = leader(t)) =>
      world.as(who).do(APPOINT, {
        ...{ role: 'TEAM_LEADER', deputy: '副队长', startsOn: '2026-11-20', endsOn: '2026-11-30', ...more },
      });
    const deputy = (t: Town, user = '副队长') => viewer(t.host, { user });

    it('decide for the rung during their days, and are named', async () => {
      const t = await town();
      const { leaveRequest } = await ask(t);
      const decide = (who: Viewer) =>
        world.as(who).do(DECIDE, { leaveRequestId: leaveRequest.id, decision: 'APPROVE' });
      expect(found(await decide(deputy(t)))).toEqual(['NOT_ALLOWED leaveRequestId']);
      expect(found(await appoint(t))).toEqual([]);
      expect(found(await decide(deputy(t, '旁人')))).toEqual(['NOT_ALLOWED leaveRequestId']);
      const decided = await decide(deputy(t));
      expect(decided.leaveRequest.decisions).toEqual([
        expect.objectContaining({ role: 'TEAM_LEADER', user: '副队长', isByDeputy: true }),
      ]);
    });

    it.each([
      ['before their first day', { startsOn: '2026-11-24' }],
      ['after their last', { startsOn: '2026-11-01', endsOn: '2026-11-22' }],
      ['for another rung', { role: 'COUNTY_ORGANIZATION_DEPARTMENT' }],
    ])('do not decide %s', async (_, more) => {
      const t = await town();
      const { leaveRequest } = await ask(t);
      await appoint(t, more, viewer(t.host, { roles: ['TEAM_LEADER', 'COUNTY_ORGANIZATION_DEPARTMENT'] }));
      const answer = await world
        .as(deputy(t))
        .do(DECIDE, { leaveRequestId: leaveRequest.id, decision: 'APPROVE' });
      expect(found(answer)).toEqual(['NOT_ALLOWED leaveRequestId']);
    });

    it('are appointed, and ended, by who holds the rung', async () => {
      const t = await town();
      expect(found(await appoint(t, {}, by(t.host)))).toEqual(['NOT_ALLOWED role']);
      const { leaveDeputy } = await appoint(t);
      expect(found(await appoint(t, { startsOn: '2026-11-30', endsOn: '2026-12-30' }))).toEqual([
        'CONFLICT startsOn',
      ]);
      const end = (endsOn: string, who = leader(t)) =>
        world.as(who).do(END, { deputyId: leaveDeputy.id, endsOn });
      expect(found(await end('2026-11-22', by(t.host)))).toEqual(['NOT_ALLOWED deputyId']);
      expect(found(await end('2026-11-22', by(t.government, 'TEAM_LEADER')))).toEqual(['NOT_FOUND deputyId']);
      expect(found(await end('2026-11-19'))).toEqual(['INVALID endsOn']);
      expect((await end('2026-11-22')).leaveDeputy.endsOn).toBe('2026-11-22');
      expect(found(await end('2026-11-22'))).toEqual(['NOT_ALLOWED_IN_STATE deputyId']);
    });

    it.each([
      [{ deputy: ' ' }, ['REQUIRED deputy']],
      [{ deputy: 'tester', endsOn: '2026-11-01' }, ['INVALID deputy', 'INVALID endsOn']],
    ])('are not %j', async (more, expected) => {
      expect(found(await appoint(await town(), more))).toEqual(expected);
    });

    it('are shown to their own unit alone', async () => {
      const t = await town();
      await appoint(t);
      const list = '{ leaveDeputies { edges { node { deputy role appointedBy } } } }';
      const shown = { deputy: '副队长', role: 'TEAM_LEADER', appointedBy: 'tester' };
      expect(nodesOf((await world.as(by(t.host)).ask(list)).leaveDeputies)).toEqual([shown]);
      expect(nodesOf((await world.as(secretary(t)).ask(list)).leaveDeputies)).toEqual([]);
    });
  });

  describe('who reads', () => {
    const LIST = `query L($under: JurisdictionCode, $waiting: Boolean) {
      leaveRequests(hostUnder: $under, isAwaitingOwnUnit: $waiting, first: 200) { edges { node { id } } } }`;
    const listed = async (who: Viewer, variables: Record<string, unknown>) =>
      nodesOf<{ id: string }>((await world.as(who).ask(LIST, variables)).leaveRequests).map(({ id }) => id);

    it('are the parties, by name and by place, and nobody else', async () => {
      const t = await town();
      const { leaveRequest } = await ask(t);
      const under = jurisdictionOfAgency(t.host);
      for (const who of [by(t.host), by(t.posting.home_agency), secretary(t), department(t)]) {
        expect(await listed(who, { under })).toEqual([leaveRequest.id]);
      }
      for (const who of [
        by('340000-AGRI'),
        by('310118-AGRI'),
        by('310117-ORG', 'OFFICER', ['ORGANIZATION']),
      ]) {
        expect(await listed(who, { under })).toEqual([]);
        const one = await world
          .as(who)
          .send('query Q($id: ID!) { secondment(id: $id) { leaveRequests { id } } }', { id: t.posting.id });
        expect(one.data).toEqual({ secondment: { leaveRequests: null } });
        expect(one.extensions).toBeDefined();
      }
    });

    it('finds what waits for the own unit', async () => {
      const t = await town();
      const { leaveRequest: short } = await ask(t);
      const { leaveRequest: long } = await ask(t, { startsOn: '2026-12-07', endsOn: '2026-12-11' });
      const under = jurisdictionOfAgency(t.host);
      const waiting = async (who: Viewer) => listed(who, { under, waiting: true });
      expect([await waiting(by(t.host)), await waiting(secretary(t)), await waiting(department(t))]).toEqual([
        [short.id],
        [],
        [long.id],
      ]);
    });

    it('takes the same statements for 1 posting and for 20', async () => {
      const t = await town();
      const measure = async () =>
        methodsOf(
          await world.statementsOf(() =>
            world.as(by(t.host)).ask(
              `query Q($under: JurisdictionCode!) { secondments(hostUnder: $under, first: 200) { edges { node {
                leaveRequests { days approver { role } decisions { role } timeline { kind } secondment { id } } } } } }`,
              { under: jurisdictionOfAgency(t.host) },
            ),
          ),
        );
      await request(t);
      const one = await measure();
      for (let i = 0; i < 19; i += 1) {
        const posting = await make.posting({ host_agency: t.host });
        await request({ ...t, posting });
      }
      expect(await measure()).toEqual(one);
    });

    it('lets no stranger write, whatever it sends to the database', async () => {
      const t = await town();
      const leave = await request(t);
      const session = world.database.session(by(t.posting.home_agency));
      try {
        await expect(
          session.write((db) =>
            db('leave_requests').where({ id: leave.id }).update({ status: 'APPROVED', decided_step: 1 }),
          ),
        ).rejects.toThrow('row-level security');
      } finally {
        await session.end();
      }
      expect(await statusOf(leave.id)).toBe('PENDING');
    });
  });
});
