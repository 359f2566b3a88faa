import { startEmbeddedPostgres } from '../../scripts/embedded-postgres';

/**
 * A PostgreSQL server in a process of its own, for tests that change what a whole server has: says its address, and
 * stops when it is told to. A program, because the package of the server is an ES module, which Jest does not load.
 */
async function run(directory: string, password = 'admin'): Promise<void> {
  const server = await startEmbeddedPostgres({
    ...{ directory, password },
    settings: { fsync: 'off', synchronous_commit: 'off' },
  });
  process.on('SIGTERM', async () => {
    await server.stop();
    process.exit(0);
  });
  console.log(`PostgreSQL ${server.url}`);
}

void run(process.argv[2] ?? '', process.argv[3]);
