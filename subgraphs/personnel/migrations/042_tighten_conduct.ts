import type { Migration } from '../../kit/migrate';
import { member, VIEWER } from '../conduct/row-policies';

type Side = 'HOME' | 'HOST' | 'STINT_HOST' | 'ORGANIZER' | 'PARTY';

const IS: Record<Side, string> = {
  HOME: `posting.home_agency = ${VIEWER}`,
  HOST: `posting.host_agency = ${VIEWER}`,
  STINT_HOST: `EXISTS (SELECT FROM secondment_stints AS stint
    WHERE stint.secondment = posting.id AND stint.host_agency = ${VIEWER})`,
  ORGANIZER: `EXISTS (SELECT FROM secondment_programs AS program
    WHERE program.code = posting.program AND program.organizer = ${VIEWER})`,
  PARTY: 'EXISTS (SELECT FROM secondment_parties AS party WHERE party.id = posting.id)',
};
const ENTERED = ['ACTIVE', 'COMPLETED', 'RECALLED'];

/** That the viewer is one of these to the row's posting, which is in one of these statuses. */
const mayOf = (table: string, sides: readonly Side[], statuses: readonly string[] | null): string =>
  `EXISTS (SELECT FROM secondments AS posting WHERE posting.id = ${table}.secondment
    ${statuses ? `AND posting.status IN (${statuses.map((status) => `'${status}'`).join(', ')})` : ''}
    AND (${sides.map((side) => IS[side]).join(' OR ')}))`;

/** A policy in the place of another of its name. */
const replace = (table: string, name: string, command: string, conditions: string): string => `
  DROP POLICY ${name} ON ${table};
  CREATE POLICY ${name} ON ${table} FOR ${command} TO ${member} ${conditions};`;

/** Inserts by who records, as one of these sides. */
const record = (
  table: string,
  name: string,
  sides: readonly Side[],
  by = 'agency',
  statuses = ENTERED,
): string =>
  replace(table, name, 'INSERT', `WITH CHECK (${by} = ${VIEWER} AND ${mayOf(table, sides, statuses)})`);

const HOSTS: readonly Side[] = ['HOST', 'STINT_HOST'];
const MANAGERS: readonly Side[] = ['HOME', 'HOST', 'STINT_HOST'];

/**
 * What units may write of a posting is no wider in the database than by the rules: who, by their part in the posting, and
 * while the posting is in which status.
 */
export const tightenConduct: Migration = {
  name: '042_tighten_conduct',
  up: (sql) =>
    sql(`
      ${record('secondment_assessments', 'units_assess', ['HOME', 'HOST'], 'agency', ['ACTIVE'])}
      ${record('secondment_mentors', 'hosts_assign', HOSTS, 'assigned_by', ['ACTIVE'])}
      ${replace(
        'secondment_mentors',
        'hosts_relieve',
        'UPDATE',
        `USING (relieved_at IS NULL AND ${mayOf('secondment_mentors', HOSTS, ['ACTIVE'])})
         WITH CHECK (relieved_at IS NOT NULL)`,
      )}
      ${record('secondment_housing', 'hosts_record', HOSTS, 'recorded_by', ['ACTIVE'])}
      ${record('practices', 'parties_record', MANAGERS, 'recorded_by')}
      ${replace(
        'secondment_reports',
        'hosts_submit',
        'INSERT',
        `WITH CHECK (status = 'SUBMITTED' AND submitted_by = ${VIEWER}
           AND ${mayOf('secondment_reports', HOSTS, ['ACTIVE', 'COMPLETED'])})`,
      )}
      ${replace(
        'secondment_reports',
        'parties_step',
        'UPDATE',
        `USING (status <> 'CIRCULATED' AND (submitted_by = ${VIEWER}
           OR ${mayOf('secondment_reports', ['HOME', 'ORGANIZER'], null)}))
         WITH CHECK (CASE status WHEN 'SUBMITTED' THEN submitted_by = ${VIEWER}
           ELSE decided_by = ${VIEWER} AND decided_by <> submitted_by
             AND ${mayOf('secondment_reports', ['HOME', 'ORGANIZER'], null)} END)`,
      )}
      ${record('attendance_sheets', 'hosts_record', HOSTS)}
      ${record('check_ins', 'managers_record', MANAGERS)}
      ${record('weekly_scores', 'hosts_score', HOSTS)}
      ${record('spot_checks', 'parties_record', ['PARTY'])}
      ${record('reminder_talks', 'parties_record', ['PARTY'])}

      ${replace(
        'leave_requests',
        'managers_request',
        'INSERT',
        `WITH CHECK (status = 'PENDING' AND agency = ${VIEWER} AND ${mayOf('leave_requests', MANAGERS, ['ACTIVE'])})`,
      )}
      ${replace(
        'leave_requests',
        'units_step',
        'UPDATE',
        `USING (status IN ('PENDING', 'APPROVED'))
         WITH CHECK (CASE status
           WHEN 'WITHDRAWN' THEN agency = ${VIEWER}
           WHEN 'RETURNED' THEN ${mayOf('leave_requests', MANAGERS, null)}
           WHEN 'PENDING' THEN false
           ELSE EXISTS (SELECT FROM leave_rungs AS rung WHERE rung.leave_request = leave_requests.id
             AND rung.step = leave_requests.decided_step AND rung.agency = ${VIEWER}) END)`,
      )}
      ${replace(
        'leave_rungs',
        'requesters_lay',
        'INSERT',
        `WITH CHECK (EXISTS (SELECT FROM leave_requests AS request
           WHERE request.id = leave_request AND request.secondment = leave_rungs.secondment
             AND request.agency = ${VIEWER} AND request.status = 'PENDING'
             AND CASE leave_rungs.role
               WHEN 'TEAM_LEADER' THEN leave_rungs.agency = request.host_agency
               ELSE EXISTS (SELECT FROM agencies AS holder WHERE holder.code = leave_rungs.agency
                 AND holder.functions @> ARRAY[CASE leave_rungs.role
                   WHEN 'TOWNSHIP_PARTY_SECRETARY' THEN 'GENERAL_GOVERNMENT' ELSE 'ORGANIZATION' END]) END))`,
      )}
      ${replace(
        'leave_events',
        'actors_record',
        'INSERT',
        `WITH CHECK (agency = ${VIEWER} AND EXISTS (SELECT FROM leave_requests AS request
           WHERE request.id = leave_request AND CASE kind
             WHEN 'REQUEST' THEN request.agency = ${VIEWER} AND request.status = 'PENDING'
             WHEN 'WITHDRAW' THEN request.agency = ${VIEWER} AND request.status = 'WITHDRAWN'
             WHEN 'RETURN' THEN request.status = 'RETURNED' AND ${mayOf('request', MANAGERS, null)}
             ELSE request.status = CASE kind WHEN 'APPROVE' THEN 'APPROVED' ELSE 'REJECTED' END
               AND EXISTS (SELECT FROM leave_rungs AS rung WHERE rung.leave_request = request.id
                 AND rung.step = request.decided_step AND rung.agency = ${VIEWER}) END))`,
      )}

      ${replace(
        'secondment_extensions',
        'units_propose',
        'INSERT',
        `WITH CHECK (status = 'PROPOSED' AND proposed_by = ${VIEWER}
           AND ${mayOf('secondment_extensions', ['HOME', 'HOST'], ['ACTIVE'])})`,
      )}
      ${replace(
        'secondment_stints',
        'units_plan',
        'INSERT',
        `WITH CHECK (EXISTS (SELECT FROM secondments AS posting WHERE posting.id = secondment
           AND posting.starts_on <= secondment_stints.starts_on AND secondment_stints.ends_on <= posting.ends_on
           AND CASE posting.status WHEN 'PLANNED' THEN ${IS.HOME}
             WHEN 'ACTIVE' THEN ${IS.HOME} OR ${IS.HOST} ELSE false END))`,
      )}
      ${replace(
        'secondment_events',
        'parties_record',
        'INSERT',
        `WITH CHECK (agency = ${VIEWER} AND CASE
           WHEN kind IN ('PLANNED', 'RECALLED') THEN ${mayOf('secondment_events', ['HOME'], null)}
           WHEN kind IN ('ACCEPTED', 'DECLINED') THEN ${mayOf('secondment_events', ['HOST'], null)}
           WHEN kind IN ('EXTENDED', 'COMPLETED') THEN ${mayOf('secondment_events', ['HOME', 'HOST'], null)}
           WHEN kind IN ('MENTOR_ASSIGNED', 'MENTOR_RELIEVED') THEN ${mayOf('secondment_events', HOSTS, null)}
           ELSE false END)`,
      )}
      ${replace(
        'liaisons',
        'units_appoint',
        'INSERT',
        `WITH CHECK (agency = ${VIEWER} AND ends_on IS NULL AND jurisdiction = split_part(agency, '-', 1) AND (
           EXISTS (SELECT FROM officers WHERE officers.id = officer AND officers.agency = ${VIEWER})
           OR EXISTS (SELECT FROM secondments AS posting WHERE posting.officer = liaisons.officer
             AND posting.status = 'ACTIVE' AND (${IS.HOST} OR ${IS.STINT_HOST}))))`,
      )}

      -- A policy cannot compare what a row was with what it becomes.
      CREATE FUNCTION check_secondment_step() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
          viewer text := current_setting('hub.agency', true);
        BEGIN
          IF coalesce(viewer, '') = '' THEN
            RETURN NEW;
          END IF;
          IF OLD.status = 'PLANNED' AND NEW.status = 'ACTIVE' AND viewer <> OLD.host_agency
             OR OLD.status <> 'ACTIVE' AND NEW.status = 'COMPLETED'
             OR OLD.status = 'ACTIVE' AND NEW.status = 'DECLINED'
             OR NEW.ends_on <> OLD.ends_on AND NEW.status <> 'RECALLED' AND NOT EXISTS (
               SELECT FROM secondment_extensions WHERE secondment = NEW.id AND status = 'AGREED'
                 AND previously_ends_on = OLD.ends_on AND ends_on = NEW.ends_on) THEN
            RAISE EXCEPTION 'the unit may not take this step'
              USING ERRCODE = 'insufficient_privilege';
          END IF;
          RETURN NEW;
        END $$;
      CREATE TRIGGER check_step BEFORE UPDATE ON secondments
        FOR EACH ROW EXECUTE FUNCTION check_secondment_step();`),
};
