import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { readConfig } from '../../scripts/config';
import { DataDirectory } from '../../scripts/data-directory';
import { keyringOf, liveKeyringOf } from '../../scripts/keyring';
import { Running } from '../../scripts/lifecycle';
import { captureLog } from '../support/log';
import { useFolder } from '../support/process';

const folder = useFolder();
const log = captureLog();
const file = () => path.join(folder.path, 'secrets');
const noData = () => {
  throw new Error('there is no need for a data directory');
};
const secretsOf = (environment: Record<string, string>) =>
  keyringOf(readConfig(environment, []), noData).secrets;

describe('the secrets of a hub', () => {
  it('are those of the environment, the present one in front', () => {
    expect(secretsOf({ HUB_SECRET: 'new' })).toEqual(['new']);
    expect(secretsOf({ HUB_SECRET: 'new', HUB_SECRET_PREVIOUS: 'old' })).toEqual(['new', 'old']);
  });

  it('are the lines of a file', () => {
    writeFileSync(file(), '\n  new \nold\r\n\n');
    expect(secretsOf({ HUB_SECRET_FILE: file() })).toEqual(['new', 'old']);
  });

  it('are made at first use in the data directory', () => {
    const directory = path.join(folder.path, 'data');
    const made = () => keyringOf(readConfig({}, []), () => new DataDirectory(directory)).secrets;
    const first = made();
    expect(first).toEqual([expect.stringMatching(/^[\w-]{43}$/)]);
    expect(made()).toEqual(first);
    expect(existsSync(path.join(directory, 'secret'))).toBe(true);
  });

  it.each<[string, Record<string, string>, string]>([
    [
      'said twice',
      { HUB_SECRET: 'a', HUB_SECRET_FILE: '/b' },
      'HUB_SECRET_FILE and HUB_SECRET both say what the secrets are. Keep one of them.',
    ],
    [
      'without the present one',
      { HUB_SECRET_PREVIOUS: 'a' },
      'HUB_SECRET_PREVIOUS is set without HUB_SECRET. Set HUB_SECRET to the present secret.',
    ],
    [
      'in a file that is not there',
      { HUB_SECRET_FILE: '/no/such/file' },
      'The file of secrets /no/such/file cannot be read (ENOENT). Set HUB_SECRET_FILE to one that can.',
    ],
  ])('are refused with a sentence when they are %s', (_, environment, sentence) => {
    expect(() => secretsOf(environment)).toThrow(sentence);
  });

  it('are refused when the file is empty', () => {
    writeFileSync(file(), '\n');
    expect(() => secretsOf({ HUB_SECRET_FILE: file() })).toThrow(
      `The file of secrets ${file()} is empty. Write a secret into its first line.`,
    );
  });
});

it('follows its file, but not into an empty or missing one', async () => {
  writeFileSync(file(), 'old\n');
  const running = new Running();
  const config = readConfig({ HUB_SECRET_FILE: file() }, []);
  const keyring = liveKeyringOf(config, noData, { running, logger: log.logger });
  const follows = async (secrets: readonly string[]) => {
    for (let i = 0; i < 300 && keyring.secrets.join() !== secrets.join(); i += 1) await wait(50);
    expect(keyring.secrets).toEqual(secrets);
  };
  writeFileSync(file(), 'new\nold\n');
  await follows(['new', 'old']);
  writeFileSync(file(), '');
  await wait(1_500);
  rmSync(file());
  await wait(1_500);
  expect(keyring.secrets).toEqual(['new', 'old']);
  expect(log.text).toContain('those that were read before count on');
  writeFileSync(file(), 'new\n');
  await follows(['new']);
  await running.stop();
  writeFileSync(file(), 'another\n');
  await wait(1_200);
  expect(keyring.secrets).toEqual(['new']);
});
