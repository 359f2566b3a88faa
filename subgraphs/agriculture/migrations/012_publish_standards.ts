import { rolesOf } from '../../kit/database';
import type { Migration } from '../../kit/migrate';

const { member } = rolesOf('agriculture');
const VIEWER = "(select current_setting('hub.agency', true))";
const issues = (id: string): string =>
  `EXISTS (SELECT FROM supply_standards AS own WHERE own.id = ${id} AND own.issuer = ${VIEWER})`;

export const publishStandards: Migration = {
  name: '012_publish_standards',
  up: (sql) =>
    sql(`
      ALTER TABLE products ADD COLUMN recorded_by text COLLATE "C";
      ALTER TABLE standard_parameters ADD COLUMN recorded_by text COLLATE "C";
      ALTER TABLE supply_standards ADD COLUMN content_hash text COLLATE "C";
      GRANT INSERT ON products, standard_parameters, supply_standards, standard_limits, standard_limit_exclusions TO ${member};
      GRANT UPDATE (effective_to) ON supply_standards TO ${member};
      CREATE POLICY recorders_insert ON products FOR INSERT TO ${member} WITH CHECK (recorded_by = ${VIEWER});
      CREATE POLICY recorders_insert ON standard_parameters FOR INSERT TO ${member} WITH CHECK (recorded_by = ${VIEWER});
      CREATE POLICY issuers_insert ON supply_standards FOR INSERT TO ${member} WITH CHECK (issuer = ${VIEWER});
      CREATE POLICY issuers_end ON supply_standards FOR UPDATE TO ${member}
        USING (issuer = ${VIEWER} AND effective_to IS NULL) WITH CHECK (issuer = ${VIEWER});
      CREATE POLICY issuers_insert ON standard_limits FOR INSERT TO ${member} WITH CHECK (${issues('standard_id')});
      CREATE POLICY issuers_insert ON standard_limit_exclusions FOR INSERT TO ${member} WITH CHECK (EXISTS (
        SELECT FROM standard_limits AS stated WHERE stated.id = limit_id AND ${issues('stated.standard_id')}));`),
};
