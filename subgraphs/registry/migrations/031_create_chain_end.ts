import type { Migration } from '../../kit/migrate';

/**
 * What sealing must know before it may begin, in one call: it waits for the chain, and only then looks. Each statement of
 * a volatile function sees what was committed until then.
 */
export const createChainEnd: Migration = {
  name: '031_create_chain_end',
  up: (sql) =>
    sql(`
      CREATE FUNCTION lock_chain_end(ids text[])
      RETURNS TABLE (id text, sequence bigint, hash text, previous_hash text) VOLATILE LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM pg_advisory_xact_lock(hashtext('receipts of ' || current_schema()));
        RETURN QUERY SELECT r.id, r.sequence, r.hash, r.previous_hash FROM receipts AS r WHERE r.id = ANY (ids);
        -- The last one, whose id is told of no one.
        RETURN QUERY SELECT NULL::text, r.sequence, r.hash, NULL::text
          FROM receipts AS r ORDER BY r.sequence DESC LIMIT 1;
      END $$;
      REVOKE EXECUTE ON FUNCTION lock_chain_end FROM PUBLIC;`),
};
