import type { Logger } from 'pino';
import { Database } from './database';
import { DirectoryCopy } from './directory';
import type { Keyring } from './keyring';
import { type Dataset, loadOnce } from './load';
import { loginUrlsUnder, migrate } from './migrate';
import { PasswordChanges } from './password-changes';
import { RecurringRunner } from './recurring';
import { type RegistryLink, RegistryRoutes } from './registry-routes';
import { migrationsOf, Subgraph, type SubgraphDefinition } from './subgraph';
import type { Tracing } from './tracing';

export interface SubgraphStartOptions {
  /** The administrator's address of the database in which the subgraph has its schema. */
  adminUrl: string;
  keyring: Keyring;
  hasDemo: boolean;
  /** Where people reach the hub; see `hub-address.ts`. */
  publicAddress?: string | null;
  /** Where a subgraph that keeps a copy of the directory gets it. */
  registry?: RegistryLink;
  logger: Logger;
  /** What records traces; nothing when left out. */
  tracing?: Tracing;
  /** Called with each statement's text before it is sent. */
  onStatement?: (sql: string) => void;
  /** Told what is being done, for the operator to read. */
  onProgress?: (step: string) => void;
}

export interface RunningSubgraph {
  readonly subgraph: Subgraph;
  /** The copy of the directory, of a subgraph that keeps one. */
  readonly directory: DirectoryCopy | null;
  stop(): Promise<void>;
}

/** Migrates and loads a subgraph's schema, starts its timers, and gives back what answers. It does not listen. */
export async function startSubgraph(
  definition: SubgraphDefinition,
  options: SubgraphStartOptions,
): Promise<RunningSubgraph> {
  const { adminUrl, keyring, logger, publicAddress, tracing, onProgress = () => {} } = options;
  const { name } = definition;
  onProgress('migrating');
  const migrations = migrationsOf(definition);
  await migrate({ adminUrl, subgraph: name, hubSecret: keyring.secret, migrations });
  const database = new Database({
    subgraph: name,
    items: definition.items,
    ...loginUrlsUnder(adminUrl, name, keyring),
    onStatement: options.onStatement,
  });
  try {
    const datasets: readonly Dataset[] = [
      ...definition.reference,
      ...(options.hasDemo ? definition.demo : []),
    ];
    for (const dataset of datasets) {
      onProgress(`loading ${dataset.name}`);
      await loadOnce(database, dataset);
    }
    const subgraph = new Subgraph(definition, database, { keyring, logger, publicAddress, tracing });
    const passwords = new PasswordChanges(database, keyring, logger);
    if (definition.hasFeed) subgraph.sequencer.start();
    const directory = directoryCopyOf(definition, database, options);
    await directory?.start();
    const recurring = new RecurringRunner(database, definition.recurring ?? [], logger);
    recurring.start();
    return {
      subgraph,
      directory,
      stop: async () => {
        await recurring.stop();
        await passwords.stop();
        await directory?.stop();
        await subgraph.watch.stop();
        await subgraph.sequencer.stop();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

function directoryCopyOf(
  { hasDirectory, name }: SubgraphDefinition,
  database: Database,
  { registry, keyring, logger }: SubgraphStartOptions,
): DirectoryCopy | null {
  if (!hasDirectory) return null;
  if (!registry) throw new Error(`${name} keeps a copy of the directory and was given no registry`);
  return new DirectoryCopy(database, new RegistryRoutes(registry, keyring), logger);
}
