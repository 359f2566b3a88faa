import { copyCsv, type Dataset, DIVISIONS, filterLines } from '../../kit/load';
import { REPORTED_LEVELS } from './rules';

/** The places at which flows are reported, nationwide. */
export const places: Dataset = {
  name: 'places',
  version: DIVISIONS.version,
  load: async (db, connection) => {
    await connection.query(
      'CREATE TEMPORARY TABLE incoming (code text, name text, level text, parent_code text) ON COMMIT DROP',
    );
    const columns = ['code', 'name', 'level', 'parent_code'];
    const isReported = filterLines((line) => REPORTED_LEVELS.some((level) => line.includes(`,${level},`)));
    await copyCsv(connection, { table: 'incoming', columns }, DIVISIONS.open(), isReported);
    await db.raw(
      '/* laborFlow.loadPlaces */ INSERT INTO places (code, level) SELECT code, level FROM incoming ON CONFLICT DO NOTHING',
    );
  },
};
