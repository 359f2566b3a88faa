import type { Migration } from '../../kit/migrate';
import { readableByParties } from '../../kit/policies';
import { CREATE_BIGRAMS } from '../../kit/search';

const subgraph = 'tourism';

/** A table of the single characters and pairs in columns of `of`, kept by a trigger and read under its own row policy. */
const grams = (table: string, of: string, id: string, columns: readonly string[], policy: string): string => `
  CREATE TABLE ${table} (
    field text COLLATE "C" NOT NULL,
    gram text COLLATE "C" NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    application_id text COLLATE "C" NOT NULL REFERENCES applications,
    filed_by text COLLATE "C" NOT NULL,
    PRIMARY KEY (field, gram, jurisdiction, application_id)
  );
  ${policy}
  CREATE FUNCTION keep_${table}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${subgraph}, pg_temp AS $$
    BEGIN
      IF TG_OP = 'UPDATE' THEN DELETE FROM ${table} WHERE application_id = NEW.${id}; END IF;
      INSERT INTO ${table} (field, gram, jurisdiction, application_id, filed_by)
      SELECT DISTINCT field, gram, NEW.jurisdiction, NEW.${id}, NEW.filed_by
      FROM (VALUES ${columns.map((column) => `('${column}', NEW.${column}::text)`).join(', ')}) AS words (field, word),
        unnest(bigrams(word)) AS gram;
      RETURN NULL;
    END $$;
  CREATE TRIGGER keep_grams AFTER INSERT OR UPDATE OF ${columns.join(', ')} ON ${of}
    FOR EACH ROW EXECUTE FUNCTION keep_${table}();
  INSERT INTO ${table} (field, gram, jurisdiction, application_id, filed_by)
  SELECT DISTINCT field, gram, jurisdiction, ${of}.${id}, filed_by FROM ${of},
    LATERAL (VALUES ${columns.map((column) => `('${column}', ${column}::text)`).join(', ')}) AS words (field, word),
    unnest(bigrams(word)) AS gram;`;

const parties = { subgraph, named: ['filed_by'], places: ['jurisdiction'] } as const;

/**
 * Where words in names and addresses are found. Rows of text and not an array column: of the operators that could search
 * those only equality of text may use an index before the row policy was checked.
 */
export const indexWords: Migration = {
  name: '103_index_words',
  up: (sql) =>
    sql(`
      ${CREATE_BIGRAMS}
      ${grams(
        ...(['application_grams', 'applications', 'id', ['shop_name', 'address']] as const),
        readableByParties({
          ...{ ...parties, table: 'application_grams', item: 'tourism.applications', provider: 'filed_by' },
        }),
      )}
      ${grams(
        ...(['applicant_grams', 'applicants', 'application_id', ['name']] as const),
        readableByParties({ ...parties, table: 'applicant_grams', item: 'tourism.applicants' }),
      )}
      -- The latest first, of a place that holds most of them.
      CREATE INDEX applications_by_time ON applications (submitted_at, id) INCLUDE (jurisdiction, filed_by, stage);`),
};
