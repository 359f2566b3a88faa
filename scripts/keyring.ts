import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import type { Logger } from 'pino';
import { Keyring } from '../subgraphs/kit/keyring';
import { SetupError } from '../subgraphs/kit/migrate';
import type { Config } from './config';
import type { DataDirectory } from './data-directory';
import type { Running } from './lifecycle';

const LOOK_EVERY_MS = 1_000;

/** The secrets of the hub that the configuration names; those of its data directory when it names none. */
export function keyringOf(config: Config, data: () => DataDirectory): Keyring {
  const file = secretFileOf(config, data);
  return new Keyring(file === null ? config.secrets : readSecrets(file));
}

/** The same for a process that stays: takes what the file of secrets says as it changes. */
export function liveKeyringOf(
  config: Config,
  data: () => DataDirectory,
  { running, logger }: { running: Running; logger: Logger },
): Keyring {
  const keyring = keyringOf(config, data);
  const file = secretFileOf(config, data);
  if (file === null) return keyring;
  // Watched by looking: a file that is mounted or swapped through a link tells nobody that it changed.
  const look = () => {
    try {
      const secrets = readSecrets(file);
      if (secrets.join('\n') === keyring.secrets.join('\n')) return;
      keyring.replace(secrets);
      logger.info({ secrets: keyring.secrets.length }, 'the secrets of the hub were replaced');
    } catch (error) {
      logger.warn({ err: error }, 'the file of secrets cannot be read; those that were read before count on');
    }
  };
  watchFile(file, { interval: LOOK_EVERY_MS, persistent: false }, look);
  running.add(async () => unwatchFile(file, look));
  return keyring;
}

/** Null where the environment itself says the secrets. */
function secretFileOf(config: Config, data: () => DataDirectory): string | null {
  if (config.secretFile !== undefined) return config.secretFile;
  return config.secrets.length > 0 ? null : data().secretFile();
}

/** A secret a line; the first one signs. */
function readSecrets(file: string): string[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new SetupError(
      `The file of secrets ${file} cannot be read (${(error as NodeJS.ErrnoException).code}). Set HUB_SECRET_FILE to one that can.`,
    );
  }
  const secrets = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (secrets.length === 0) {
    throw new SetupError(`The file of secrets ${file} is empty. Write a secret into its first line.`);
  }
  return secrets;
}
