import { rolesOf } from '../../kit/database';
import type { Migration } from '../../kit/migrate';

const subgraph = 'personnel';
const { member } = rolesOf(subgraph);

/**
 * What a small cell counts for in public figures is drawn by the database as the figure is written, under a key that no
 * role reads and no function hands out: whoever had it could narrow down what a 0 or a 10 of others stands for.
 */
export const drawSmallCells: Migration = {
  name: '103_draw_small_cells',
  up: (sql) =>
    sql(`
      -- HMAC (RFC 2104) out of the one hash that PostgreSQL has built in: a month's key, padded and masked, once for
      -- the inner and once for the outer hash.
      CREATE FUNCTION labor_flow_masked(key bytea, mask int) RETURNS bytea LANGUAGE sql IMMUTABLE RETURN (
        SELECT string_agg(
          set_byte('\\x00'::bytea, 0, (CASE WHEN i < length(key) THEN get_byte(key, i) ELSE 0 END) # mask),
          ''::bytea ORDER BY i
        )
        FROM generate_series(0, 63) AS i
      );
      ALTER TABLE labor_flow_month_keys ADD COLUMN inner_key bytea, ADD COLUMN outer_key bytea;
      UPDATE labor_flow_month_keys
        SET inner_key = labor_flow_masked(key, x'36'::int), outer_key = labor_flow_masked(key, x'5c'::int);
      ALTER TABLE labor_flow_month_keys ALTER COLUMN inner_key SET NOT NULL, ALTER COLUMN outer_key SET NOT NULL;

      DROP FUNCTION labor_flow_month_key;
      -- Makes the key of a month that has none. Called before a batch's first row, so that batches of a new month wait
      -- for each other before they hold anything.
      CREATE FUNCTION open_labor_flow_month(of_month text) RETURNS void
        LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = ${subgraph}, pg_temp AS $$
        BEGIN
          IF EXISTS (SELECT FROM labor_flow_month_keys WHERE month = of_month) THEN RETURN; END IF;
          INSERT INTO labor_flow_month_keys (month, key, inner_key, outer_key)
            SELECT of_month, key, labor_flow_masked(key, x'36'::int), labor_flow_masked(key, x'5c'::int)
            FROM (SELECT sha256((gen_random_uuid()::text || gen_random_uuid()::text)::bytea) AS key) AS fresh
            ON CONFLICT (month) DO NOTHING;
        END $$;

      -- 0 or 10, so that it is right on average: of the keys' draws, evenly between 0 and 1, those below a tenth of the
      -- workers are 10.
      CREATE FUNCTION draw_small_labor_flow() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${subgraph}, pg_temp AS $$
        DECLARE keyed labor_flow_month_keys%ROWTYPE;
        BEGIN
          SELECT * INTO STRICT keyed FROM labor_flow_month_keys WHERE month = NEW.month;
          NEW.public_workers := CASE WHEN 10 * (
            'x' || encode(substring(sha256(keyed.outer_key || sha256(keyed.inner_key || convert_to(
              NEW.month || '|' || NEW.side || '|' || NEW.origin || '|' || NEW.destination || '|' || NEW.sector, 'UTF8'
            ))) FROM 1 FOR 6), 'hex')
          )::bit(48)::bigint < NEW.workers * (1::bigint << 48) THEN 10 ELSE 0 END;
          RETURN NEW;
        END $$;
      CREATE TRIGGER draw_small BEFORE INSERT OR UPDATE ON labor_flow_reports
        FOR EACH ROW WHEN (NEW.is_small) EXECUTE FUNCTION draw_small_labor_flow();

      REVOKE EXECUTE ON FUNCTION open_labor_flow_month, draw_small_labor_flow, labor_flow_masked FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION open_labor_flow_month TO ${member};`),
};
