import { jurisdictionOfAgency } from '../../kit/agency-code';
import { loadWorkingCalendar } from '../../kit/calendar-days';
import type { Db } from '../../kit/database';
import { agenciesAbove, nearestOf } from '../../kit/directory';
import { refuse, Violations } from '../../kit/errors';
import { numberPolicy, policiesOf, policyValue } from '../../kit/in-effect';
import { ancestorAt } from '../../kit/jurisdiction';
import { dayOf } from '../../kit/time';
import { postingAtHand } from '../conduct/at-hand';
import { checkInPost, hostOfDay } from '../conduct/rules';
import type { PersonnelContext } from '../loaders';
import type { RequestLeaveInput } from '../schema-types';
import { LEAVE_POLICIES } from './policies';
import {
  checkLeave,
  climb,
  halvesOf,
  type LeaveRole,
  ladderPolicy,
  nobodyHolds,
  overlaps,
  rungsFor,
  workingDaysOf,
} from './rules';
import { insertLeave, type LeaveRequestRow } from './store';

/** Asks for leave of a posting's officer. Throws a `Refusal` with every violation. */
export async function requestLeave(
  context: PersonnelContext,
  input: RequestLeaveInput,
): Promise<LeaveRequestRow> {
  const { signedIn: viewer, now } = context;
  const { user, agency } = viewer;
  const { secondmentId, startsOn, startPart, endsOn, endPart } = input;
  const at = input.at ?? now;
  const leave = {
    ...{ startsOn, startPart: startPart ?? 'FULL', endsOn, endPart: endPart ?? 'FULL', at },
    reason: input.reason.trim(),
  };
  return context.write(async (db) => {
    const violations = new Violations();
    const posting = await postingAtHand(db, secondmentId, { action: 'REQUEST_LEAVE', agency, violations });
    const calendar = await loadWorkingCalendar(db);
    checkInPost(violations, ['startsOn'], posting, startsOn);
    checkInPost(violations, ['endsOn'], posting, endsOn);
    const halves = halvesOf(leave);
    // Days far outside the posting have been named already, and need no counting.
    const days = violations.any ? 1 : workingDaysOf(halves, calendar);
    checkLeave(violations, leave, { now, days });
    violations.throwIfAny();

    const host = hostOfDay(posting, startsOn);
    const place = jurisdictionOfAgency(host);
    const policies = await policiesOf(db, LEAVE_POLICIES, [place]);
    const when = { place, day: dayOf(at) };
    const ladder = policyValue(policies, 'LEAVE_LADDER', when, ladderPolicy);
    const unansweredDays = policyValue(policies, 'LEAVE_CLIMBS_AFTER_WORKING_DAYS', when, numberPolicy);
    const roles = rungsFor(ladder, days);
    const holders = await holdersOf(db, host);
    const held = roles.flatMap((role) => {
      const holder = holders(role);
      return holder ? [{ role, agency: holder }] : [];
    });
    if (held.length === 0) refuse('NOT_FOUND', ['secondmentId'], nobodyHolds(roles[0] ?? 'TEAM_LEADER'));
    const rungs = climb(held, { requestedAt: at, recordedAt: now, unansweredDays, calendar });
    const request = await insertLeave(
      db,
      {
        ...{ secondment: secondmentId, host_agency: host, days, reason: leave.reason },
        ...{ starts_on: startsOn, start_part: leave.startPart, ends_on: endsOn, end_part: leave.endPart },
        ...{ starts_half: halves.from, ends_half: halves.to },
      },
      rungs,
      { user, agency, at },
    );
    return request ?? refuse('CONFLICT', ['startsOn'], overlaps);
  });
}

/**
 * Who holds each rung for officers who work at a unit: the unit itself, its township's government, its county's
 * organization department; where there is none of these, whoever does the same at the nearest level above.
 */
async function holdersOf(db: Db, host: string): Promise<(role: LeaveRole) => string | null> {
  const place = jurisdictionOfAgency(host);
  const township = ancestorAt(place, 'TOWNSHIP') ?? place;
  const county = ancestorAt(place, 'COUNTY') ?? place;
  const governments = await agenciesAbove(db, [township], 'GENERAL_GOVERNMENT');
  const departments = await agenciesAbove(db, [county], 'ORGANIZATION');
  return (role) => {
    switch (role) {
      case 'TEAM_LEADER':
        return host;
      case 'TOWNSHIP_PARTY_SECRETARY':
        return nearestOf(governments, township)?.code ?? null;
      case 'COUNTY_ORGANIZATION_DEPARTMENT':
        return nearestOf(departments, county)?.code ?? null;
    }
  };
}
