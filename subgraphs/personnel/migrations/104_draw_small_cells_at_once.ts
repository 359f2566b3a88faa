import { rangeSetting, rolesOf } from '../../kit/database';
import type { Migration } from '../../kit/migrate';

const subgraph = 'personnel';
const { member } = rolesOf(subgraph);
const item = 'labor-flow.reports';
const range = `current_setting('${rangeSetting(item, 'from')}', true) AS own_from,
  current_setting('${rangeSetting(item, 'below')}', true) AS own_below`;
const isOwn = (column: string): string => `(${column} >= own_from AND ${column} < own_below)`;

/**
 * The draws of a whole batch in one call: a trigger for each row took more than storing it. Whoever could ask for the
 * draw of any cell would narrow down what others' small cells stand for, so it is given for cells of which the caller
 * sees the figure itself, as a party by place, and for others only while no other unit has reported them.
 */
export const drawSmallCellsAtOnce: Migration = {
  name: '104_draw_small_cells_at_once',
  up: (sql) =>
    sql(`
      DROP TRIGGER draw_small ON labor_flow_reports;
      DROP FUNCTION draw_small_labor_flow;

      CREATE FUNCTION draw_small_labor_flows(
        of_month text, of_side text, origins text[], destinations text[], sectors text[], counts int[]
      ) RETURNS TABLE (origin text, destination text, sector text, drawn int)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ${subgraph}, pg_temp AS $$
        SELECT cell.origin, cell.destination, cell.sector, CASE WHEN 10 * (
          'x' || encode(substring(sha256(keyed.outer_key || sha256(keyed.inner_key || convert_to(
            of_month || '|' || of_side || '|' || cell.origin || '|' || cell.destination || '|' || cell.sector, 'UTF8'
          ))) FROM 1 FOR 6), 'hex')
        )::bit(48)::bigint < cell.workers * (1::bigint << 48) THEN 10 ELSE 0 END
        FROM labor_flow_month_keys AS keyed, (SELECT ${range}) AS own,
          unnest(origins, destinations, sectors, counts) AS cell (origin, destination, sector, workers)
        WHERE keyed.month = of_month AND (${isOwn('cell.origin')} OR ${isOwn('cell.destination')} OR NOT EXISTS (
          SELECT FROM labor_flow_reports AS report
          WHERE report.month = of_month AND report.side = of_side AND report.origin = cell.origin
            AND report.destination = cell.destination AND report.sector = cell.sector
            AND report.reported_by <> current_setting('hub.agency', true)
        ))
      $$;
      REVOKE EXECUTE ON FUNCTION draw_small_labor_flows FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION draw_small_labor_flows TO ${member};`),
};
