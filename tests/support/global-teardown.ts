import { rmSync } from 'node:fs';
import type { EmbeddedServer } from '../../scripts/embedded-postgres';

export default async function globalTeardown(): Promise<void> {
  const { embeddedServer, testDirectory } = globalThis as {
    embeddedServer?: EmbeddedServer;
    testDirectory?: string;
  };
  await embeddedServer?.stop();
  if (testDirectory) rmSync(testDirectory, { recursive: true, force: true });
}
