import { copyCsv, type Dataset, DIVISIONS } from '../../kit/load';

/** The divisions of `reference/divisions.csv.gz`, all 80,480, each with the names of everything above it. */
export const divisions: Dataset = {
  name: 'divisions',
  version: DIVISIONS.version,
  load: async (db, connection) => {
    await connection.query(
      `CREATE TEMPORARY TABLE incoming (code text COLLATE "C", name text, level text, parent_code text COLLATE "C")
       ON COMMIT DROP`,
    );
    await copyCsv(
      connection,
      { table: 'incoming', columns: ['code', 'name', 'level', 'parent_code'] },
      DIVISIONS.open(),
    );
    await db.raw(`/* jurisdictions.loadDivisions */
      WITH RECURSIVE placed AS (
        SELECT code, name, name AS full_name, level, parent_code FROM incoming WHERE parent_code IS NULL
        UNION ALL
        SELECT child.code, child.name, placed.full_name || child.name, child.level, child.parent_code
        FROM incoming AS child JOIN placed ON placed.code = child.parent_code
      )
      INSERT INTO jurisdictions (code, name, full_name, level, parent_code)
      SELECT code, name, full_name, level, parent_code FROM placed ORDER BY length(code), code
      ON CONFLICT (code) DO UPDATE
        SET name = excluded.name, full_name = excluded.full_name, level = excluded.level, parent_code = excluded.parent_code`);
    await db.raw('/* jurisdictions.analyze */ ANALYZE jurisdictions');
  },
};
