import type { Migration } from '../../kit/migrate';
import { ownersOnly } from '../../kit/policies';

const TABLES = ['agencies', 'agency_functions', 'agency_remits'];

/** A number that every change of the directory raises, so that who keeps a copy asks for it only then. */
export const createDirectoryVersion: Migration = {
  name: '020_create_directory_version',
  up: (sql) =>
    sql(`
      CREATE TABLE directory_version (
        only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        version bigint NOT NULL
      );
      INSERT INTO directory_version (version) VALUES (1);
      ${ownersOnly('directory_version')}
      CREATE FUNCTION raise_directory_version() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          UPDATE directory_version SET version = version + 1;
          RETURN NULL;
        END $$;
      ${TABLES.map(
        (table) => `CREATE TRIGGER raise_directory_version AFTER INSERT OR UPDATE OR DELETE ON ${table}
          FOR EACH STATEMENT EXECUTE FUNCTION raise_directory_version();`,
      ).join('\n')}`),
};
