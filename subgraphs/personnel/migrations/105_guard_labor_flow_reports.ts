import { rolesOf } from '../../kit/database';
import type { Migration } from '../../kit/migrate';

const { member } = rolesOf('personnel');
const isOwn = "reported_by = (select current_setting('hub.agency', true))";

/** A figure is written by the unit that reports it; parties by place read it, and no more. */
export const guardLaborFlowReports: Migration = {
  name: '105_guard_labor_flow_reports',
  up: (sql) =>
    sql(`
      DROP POLICY parties_insert ON labor_flow_reports;
      DROP POLICY parties_update ON labor_flow_reports;
      CREATE POLICY reporters_insert ON labor_flow_reports FOR INSERT TO ${member} WITH CHECK (${isOwn});
      CREATE POLICY reporters_update ON labor_flow_reports FOR UPDATE TO ${member}
        USING (${isOwn}) WITH CHECK (${isOwn});`),
};
