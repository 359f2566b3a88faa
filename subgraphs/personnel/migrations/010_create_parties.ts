import { rangeSetting, rolesOf } from '../../kit/database';
import type { Migration } from '../../kit/migrate';
import { ownersOnly } from '../../kit/policies';

const subgraph = 'personnel';
const { member } = rolesOf(subgraph);
const setting = (name: string): string => `(select current_setting('${name}', true))`;
const from = setting(rangeSetting('personnel.conduct', 'from'));
const below = setting(rangeSetting('personnel.conduct', 'below'));

/**
 * Who is a party to a posting's conduct: a row for each unit that the posting names. Tables of conduct let read whoever
 * reads one of their posting's rows here. A unit that was named once stays a party.
 */
export const createParties: Migration = {
  name: '010_create_parties',
  up: (sql) =>
    sql(`
      CREATE TABLE secondment_parties (
        -- The posting's.
        id text COLLATE "C" NOT NULL REFERENCES secondments,
        agency text COLLATE "C" NOT NULL,
        -- Whether a unit of the same place is a party too: the organizer's place is none of the posting's.
        is_place boolean NOT NULL,
        PRIMARY KEY (id, agency)
      );
      CREATE INDEX secondment_parties_by_agency ON secondment_parties (agency, id);
      ${ownersOnly('secondment_parties')}
      GRANT SELECT ON secondment_parties TO ${member};
      CREATE POLICY parties_read ON secondment_parties FOR SELECT TO ${member} USING (
        agency = ${setting('hub.agency')} OR (is_place AND agency >= ${from} AND agency < ${below}));

      CREATE FUNCTION name_secondment_parties() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${subgraph}, pg_temp AS $$
        BEGIN
          INSERT INTO secondment_parties (id, agency, is_place)
            SELECT NEW.id, agency, bool_or(is_place) FROM (
              VALUES (NEW.home_agency, true), (NEW.host_agency, true)
              UNION ALL SELECT organizer, false FROM secondment_programs WHERE code = NEW.program
            ) AS named (agency, is_place) GROUP BY agency;
          RETURN NULL;
        END $$;
      CREATE TRIGGER name_parties AFTER INSERT ON secondments
        FOR EACH ROW EXECUTE FUNCTION name_secondment_parties();

      CREATE FUNCTION name_stint_party() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${subgraph}, pg_temp AS $$
        BEGIN
          INSERT INTO secondment_parties (id, agency, is_place) VALUES (NEW.secondment, NEW.host_agency, true)
            ON CONFLICT (id, agency) DO UPDATE SET is_place = true WHERE NOT secondment_parties.is_place;
          RETURN NULL;
        END $$;
      CREATE TRIGGER name_party AFTER INSERT ON secondment_stints
        FOR EACH ROW EXECUTE FUNCTION name_stint_party();

      INSERT INTO secondment_parties (id, agency, is_place)
        SELECT id, agency, bool_or(is_place) FROM (
          SELECT id, home_agency, true FROM secondments
          UNION ALL SELECT id, host_agency, true FROM secondments
          UNION ALL SELECT secondment, host_agency, true FROM secondment_stints
          UNION ALL SELECT posting.id, organizer, false
            FROM secondments AS posting JOIN secondment_programs ON code = program
        ) AS named (id, agency, is_place) GROUP BY id, agency;`),
};
