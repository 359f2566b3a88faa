import { rolesOf } from '../../kit/database';
import type { Migration } from '../../kit/migrate';
import { readableByAll, readableByParties, writableByParties } from '../../kit/policies';

const subgraph = 'tourism';
const parties = { subgraph, named: ['filed_by'], places: ['jurisdiction'] } as const;
const ofParties = (policy: Parameters<typeof readableByParties>[0]) =>
  readableByParties(policy) + writableByParties(policy);

export const createApplications: Migration = {
  name: '002_create_applications',
  up: (sql) =>
    sql(`
      CREATE TABLE businesses (
        code text COLLATE "C" PRIMARY KEY,
        name text NOT NULL
      );
      CREATE TABLE applications (
        id text COLLATE "C" PRIMARY KEY,
        number text COLLATE "C" NOT NULL UNIQUE,
        shop_name text NOT NULL,
        kind text COLLATE "C" NOT NULL CHECK (kind IN ('NEW_BUSINESS', 'RENOVATION', 'CHANGE_OF_BUSINESS')),
        stage text COLLATE "C" NOT NULL CHECK (stage IN (
          'SUBMITTED', 'AWAITING_MATERIALS', 'SCHEDULED', 'DECIDED', 'WITHDRAWN', 'REJECTED_AT_INTAKE')),
        jurisdiction text COLLATE "C" NOT NULL,
        address text NOT NULL,
        floors int NOT NULL CHECK (floors >= 1),
        area_square_meters double precision NOT NULL CHECK (area_square_meters > 0),
        business text COLLATE "C" NOT NULL REFERENCES businesses,
        proposal text NOT NULL,
        submitted_at timestamptz(3) NOT NULL,
        filed_by text COLLATE "C" NOT NULL,
        procedure_id text COLLATE "C" NOT NULL REFERENCES procedures,
        UNIQUE (id, jurisdiction, filed_by)
      );
      -- Lists, searches included, read a range of one of these: of a place, or of what the policy opens to the viewer.
      -- Behind the range every filter is checked in the index. Names and addresses are then searched row by row, after
      -- the policy: a GIN index over them would never be used, for its operators are not leakproof.
      CREATE INDEX applications_by_place ON applications (jurisdiction, stage, kind, business, submitted_at);
      CREATE INDEX applications_by_filer ON applications (filed_by, stage, kind, business, submitted_at);

      -- What belongs to an application repeats the columns that make its parties, so that its own policy decides.
      CREATE TABLE application_materials (
        application_id text COLLATE "C" NOT NULL,
        jurisdiction text COLLATE "C" NOT NULL,
        filed_by text COLLATE "C" NOT NULL,
        code text COLLATE "C" NOT NULL,
        name text NOT NULL,
        url text,
        requested_at timestamptz(3),
        supplied_at timestamptz(3) CHECK (supplied_at >= requested_at),
        CHECK ((url IS NULL) = (supplied_at IS NULL)),
        CHECK (requested_at IS NOT NULL OR supplied_at IS NOT NULL),
        PRIMARY KEY (application_id, code),
        FOREIGN KEY (application_id, jurisdiction, filed_by) REFERENCES applications (id, jurisdiction, filed_by)
      );
      CREATE TABLE application_events (
        application_id text COLLATE "C" NOT NULL,
        position int NOT NULL CHECK (position >= 1),
        jurisdiction text COLLATE "C" NOT NULL,
        filed_by text COLLATE "C" NOT NULL,
        kind text COLLATE "C" NOT NULL,
        at timestamptz(3) NOT NULL,
        actor text NOT NULL,
        agency text COLLATE "C" NOT NULL,
        note text,
        PRIMARY KEY (application_id, position),
        FOREIGN KEY (application_id, jurisdiction, filed_by) REFERENCES applications (id, jurisdiction, filed_by)
      );
      CREATE TABLE applicants (
        application_id text COLLATE "C" PRIMARY KEY,
        jurisdiction text COLLATE "C" NOT NULL,
        filed_by text COLLATE "C" NOT NULL,
        name text NOT NULL,
        phone text NOT NULL,
        FOREIGN KEY (application_id, jurisdiction, filed_by) REFERENCES applications (id, jurisdiction, filed_by)
      );
      ${readableByAll({ subgraph, table: 'businesses', item: 'tourism.procedures' })}
      ${['applications', 'application_materials', 'application_events']
        .map((table) => ofParties({ ...parties, table, item: 'tourism.applications', provider: 'filed_by' }))
        .join('\n')}
      ${ofParties({ ...parties, table: 'applicants', item: 'tourism.applicants' })}
      -- A timeline only grows.
      REVOKE UPDATE ON application_events FROM ${rolesOf(subgraph).member};`),
};
