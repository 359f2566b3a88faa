import type { ItemName } from '../../subgraphs/kit/catalog';
import { Database, type DatabaseOptions } from '../../subgraphs/kit/database';
import { loginUrls, type Migration, migrate } from '../../subgraphs/kit/migrate';
import { cloneDatabase, TEST_SECRET } from './server';

/** Tables that a test file makes up, in a schema with roles like those of a subgraph: for the tests of the kit. */
export class TablesWorld {
  #drop: (() => Promise<void>) | null = null;
  #opened: Database[] = [];
  #shared: Database | null = null;
  #adminUrl = '';

  constructor(
    /** Roles are shared by the whole server, so each test file takes a name of its own. */
    readonly name: string,
    private readonly items: readonly ItemName[],
  ) {}

  async open(migrations: readonly Migration[]): Promise<void> {
    const { url, drop } = await cloneDatabase('template1');
    this.#adminUrl = url;
    this.#drop = drop;
    await migrate({ adminUrl: url, subgraph: this.name, hubSecret: TEST_SECRET, migrations });
  }

  /** The administrator's address of the database. */
  get adminUrl(): string {
    return this.#adminUrl;
  }

  /** The connections that the tests of a file share. */
  get database(): Database {
    this.#shared ??= this.#make({});
    return this.#shared;
  }

  /** Connections of a test's own, as each process has its own. They are closed after the test. */
  connect(options: Partial<DatabaseOptions> & { through?: string } = {}): Database {
    const database = this.#make(options);
    this.#opened.push(database);
    return database;
  }

  #make({ through = this.#adminUrl, ...options }: Partial<DatabaseOptions> & { through?: string }): Database {
    return new Database({
      subgraph: this.name,
      items: this.items,
      ...loginUrls(through, this.name, TEST_SECRET),
      ...options,
    });
  }

  /** Closes the connections of a test. */
  async disconnect(): Promise<void> {
    await Promise.all(this.#opened.splice(0).map((database) => database.close()));
  }

  async close(): Promise<void> {
    await this.disconnect();
    await this.#shared?.close();
    await this.#drop?.();
  }
}

/** Makes tables for the tests of a file. `sql` runs as the schema's owner. */
export function useTables(name: string, sql: string, items: readonly ItemName[] = []): TablesWorld {
  const world = new TablesWorld(name, items);
  beforeAll(() => world.open([{ name: '001_create_tables', up: (run) => run(sql) }]));
  afterEach(() => world.disconnect());
  afterAll(() => world.close());
  return world;
}
