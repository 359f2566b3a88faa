import type { Migration } from '../../kit/migrate';

/** The ids under which events came from elsewhere; the hub's own are no hashes of the Core Business Vocabulary. */
export const importEpcis: Migration = {
  name: '014_import_epcis',
  up: (sql) =>
    sql(`
      ALTER TABLE batch_events ADD COLUMN epcis_id text COLLATE "C";
      CREATE UNIQUE INDEX batch_events_by_epcis_id ON batch_events (batch_id, epcis_id);
      ALTER TABLE batch_events DROP CONSTRAINT batch_events_batch_id_corrects_fkey;
      UPDATE batch_events SET id = replace(id, '?ver=CBV2.0', ''), corrects = replace(corrects, '?ver=CBV2.0', '');
      UPDATE batch_tests SET event_id = replace(event_id, '?ver=CBV2.0', '');
      UPDATE batch_samples SET event_id = replace(event_id, '?ver=CBV2.0', '');
      ALTER TABLE batch_events ADD CONSTRAINT batch_events_batch_id_corrects_fkey
        FOREIGN KEY (batch_id, corrects) REFERENCES batch_events (batch_id, id);`),
};
