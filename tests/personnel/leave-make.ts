import { randomUUID } from 'node:crypto';
import { jurisdictionOfAgency } from '../../subgraphs/kit/agency-code';
import type { Role, Viewer } from '../../subgraphs/kit/viewer';
import { halvesOf } from '../../subgraphs/personnel/leave/rules';
import type { LeaveRequestRow } from '../../subgraphs/personnel/leave/store';
import type { SecondmentRow } from '../../subgraphs/personnel/secondments/store';
import type { SubgraphWorld } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { personnelMaker } from './make';

export const LEAVE = `leaveRequest {
  id status days startsOn startPart endsOn endPart reason approver { role agency { code } }
  rungs { role agency { code } } decisions { role decision at user isByDeputy note }
  return { returnedOn returnedPart daysTaken daysBeyond } timeline { kind user agency { code } }
} userErrors { code path message }`;
export const run = (name: string) =>
  `mutation Run($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { ${LEAVE} } }`;
export const REQUEST = run('requestLeave');
export const DECIDE = run('decideLeave');
export const WITHDRAW = run('withdrawLeave');
export const RETURN = run('returnFromLeave');
export const APPOINT = `mutation Run($input: AppointLeaveDeputyInput!) {
  appointLeaveDeputy(input: $input) { leaveDeputy { id deputy startsOn endsOn } userErrors { code path } } }`;
export const END = `mutation Run($input: EndLeaveDeputyInput!) {
  endLeaveDeputy(input: $input) { leaveDeputy { id endsOn } userErrors { code path } } }`;

export const found = ({ userErrors }: { userErrors: { code: string; path: string[] }[] }) =>
  userErrors.map(({ code, path }) => [code, ...path].join(' '));

/** Builds towns with their rungs, and requests for leave in any status. */
export function leaveMaker(world: SubgraphWorld) {
  const make = personnelMaker(world);
  let place = 310_118_500;

  /** A town with its rungs and a posting to a unit there, of which no other test knows. */
  const town = async (given: Partial<SecondmentRow> = {}) => {
    place += 1;
    const units = { host: `${place}-CITYOPS`, government: `${place}-GOV`, department: '310118-ORG' };
    await world.build((db) =>
      db('agencies')
        .insert(
          [
            [units.host, 'GRID_COMMAND'],
            [units.government, 'GENERAL_GOVERNMENT'],
            [units.department, 'ORGANIZATION'],
          ].map(([code = '', f = '']) => ({
            ...{ code, name: code, jurisdiction: jurisdictionOfAgency(code), functions: [f], remit: [] },
          })),
        )
        .onConflict()
        .ignore(),
    );
    const posting = await make.posting({ host_agency: units.host, ...given });
    return { ...units, posting };
  };
  type Town = Awaited<ReturnType<typeof town>>;

  const by = (agency: string, role: Role = 'OFFICER', functions: string[] = []): Viewer =>
    viewer(agency, { roles: [role], functions });
  const leader = ({ host }: Town) => by(host, 'TEAM_LEADER');
  const secretary = ({ government }: Town) =>
    by(government, 'TOWNSHIP_PARTY_SECRETARY', ['GENERAL_GOVERNMENT']);
  const department = (t: Town) => by(t.department, 'COUNTY_ORGANIZATION_DEPARTMENT', ['ORGANIZATION']);

  const ask = (t: Town, more: Record<string, unknown> = {}, who = by(t.host)) =>
    world.as(who).do(REQUEST, {
      ...{ secondmentId: t.posting.id, startsOn: '2026-12-01', endsOn: '2026-12-01', reason: '探亲' },
      ...more,
    });

  /** A request in a status, past all rules. */
  const request = async (t: Town, given: Partial<LeaveRequestRow> = {}) => {
    const row: LeaveRequestRow = {
      ...{ id: randomUUID(), secondment: t.posting.id, host_agency: t.host, status: 'PENDING' },
      ...{ starts_on: '2026-12-01', start_part: 'FULL', ends_on: '2026-12-02', end_part: 'FULL', days: 2 },
      ...{ reason: '探亲', requested_at: new Date('2026-11-20T02:00:00Z'), requested_by: '甲' },
      ...{ agency: t.host, decided_step: null, starts_half: 0, ends_half: 0 },
      ...{ returned_on: null, returned_part: null, days_taken: null },
      ...given,
    };
    const { from, to } = halvesOf({
      ...{ startsOn: row.starts_on, startPart: row.start_part, endsOn: row.ends_on, endPart: row.end_part },
    });
    if (row.status !== 'PENDING' && row.status !== 'WITHDRAWN') row.decided_step = 1;
    if (row.status === 'RETURNED') {
      Object.assign(row, { returned_on: row.ends_on, returned_part: 'MORNING', days_taken: 1 });
    }
    await world.build(async (db) => {
      await db('leave_requests').insert({ ...row, starts_half: from, ends_half: to });
      await db('leave_rungs').insert({
        ...{ leave_request: row.id, step: 1, secondment: row.secondment, role: 'TEAM_LEADER' },
        ...{ agency: t.host, since: row.requested_at, live_since: row.requested_at },
      });
      await db('leave_events').insert({
        ...{ leave_request: row.id, ordinal: 1, kind: 'REQUEST', at: row.requested_at, actor: '甲' },
        ...{ agency: row.agency, is_deputy: false },
      });
    });
    return row;
  };
  const statusOf = async (id: string) =>
    (await world.build((db) => db('leave_requests').select('status').where({ id })))[0]?.status;

  /** The place of the town that was made last. */
  const latestPlace = () => String(place);

  return { make, town, by, leader, secretary, department, ask, request, statusOf, latestPlace };
}

export type Town = Awaited<ReturnType<ReturnType<typeof leaveMaker>['town']>>;
