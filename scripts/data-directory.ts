import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { JWK } from 'jose';
import { generateDemoKey } from '../gateway/access/demo-issuer';
import { SetupError } from '../subgraphs/kit/migrate';

/** The folder that a hub keeps for itself: its secret, the demo issuer's key, the embedded database. */
export class DataDirectory {
  constructor(readonly path: string) {
    try {
      mkdirSync(path, { recursive: true });
    } catch (error) {
      throw notWritable(path, error);
    }
  }

  get postgres(): string {
    return path.join(this.path, 'postgres');
  }

  /** The file of the secret that keys and passwords follow from; made at first use, read by the hub's owner only. */
  secretFile(): string {
    this.#keep('secret', () => randomBytes(32).toString('base64url'));
    return path.join(this.path, 'secret');
  }

  /**
   * The password of the embedded database's administrator: it stays, whatever becomes of the hub's secret. A database
   * that was made before it had one of its own took that secret.
   */
  postgresPassword(hubSecret: string): string {
    const isOlder = existsSync(path.join(this.postgres, 'PG_VERSION'));
    return this.#keep('postgres-password', () =>
      isOlder ? hubSecret : randomBytes(32).toString('base64url'),
    );
  }

  /** The private key of the demo issuer. */
  async demoKey(): Promise<JWK> {
    const fresh = JSON.stringify(await generateDemoKey());
    return JSON.parse(this.#keep('demo-issuer.json', () => fresh));
  }

  /** What a file holds, or what `make` gives when it is not there; who comes second reads what the first wrote. */
  #keep(name: string, make: () => string): string {
    const file = path.join(this.path, name);
    try {
      return readFileSync(file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw notWritable(this.path, error);
    }
    try {
      writeFileSync(file, make(), { flag: 'wx', mode: 0o600 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw notWritable(this.path, error);
    }
    return readFileSync(file, 'utf8');
  }
}

function notWritable(directory: string, error: unknown): SetupError {
  const reason = (error as NodeJS.ErrnoException).code ?? String(error);
  return new SetupError(
    `The data directory ${directory} cannot be written (${reason}). Set HUB_DATA_DIR to a folder that can.`,
  );
}
