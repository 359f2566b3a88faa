import { readFileSync } from 'node:fs';
import type { ProviderOptions } from '../gateway/sign-in/provider';
import { SetupError } from '../subgraphs/kit/migrate';

/**
 * The issuers of `HUB_SIGN_IN_FILE`, a JSON list of `{ id, title: { zh, en }, issuer, clientId }` with or without
 * `clientSecret`, `scope`, `prompt` and `sessionMinutes`. Throws a sentence for everything in it that makes no sense; the secrets in the file are
 * never repeated.
 */
export function readSignIn(file: string): ProviderOptions[] {
  let list: unknown;
  try {
    list = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new SetupError(`HUB_SIGN_IN_FILE is "${file}"; there is no JSON to be read there.`);
  }
  if (!Array.isArray(list)) throw wrong(file, ['it must be a list, in [ ].']);
  const read = list.map((entry, index) => readProvider(entry, `entry ${index + 1}`));
  const ids = read.map(({ provider }) => provider.id);
  const twice = [...new Set(ids.filter((id, index) => id !== '' && ids.indexOf(id) < index))];
  const faults = [
    ...read.flatMap((entry) => entry.faults),
    ...twice.map((id) => `each "id" may be there once, and "${id}" is there more often.`),
  ];
  if (faults.length > 0) throw wrong(file, faults);
  return read.map(({ provider }) => provider);
}

function readProvider(entry: unknown, name: string): { provider: ProviderOptions; faults: string[] } {
  const { id, title, issuer, clientId, clientSecret, scope, prompt, sessionMinutes } = object(entry);
  const { zh, en } = object(title);
  const faults: string[] = [];
  const check = (isRight: boolean, sentence: string): void => {
    if (!isRight) faults.push(sentence);
  };
  check(/^[a-z0-9-]{1,40}$/.test(text(id)), `"id" of ${name} must be small letters, digits and hyphens.`);
  check(text(zh) !== '' && text(en) !== '', `"title" of ${name} must be { "zh": …, "en": … }.`);
  check(isSafe(text(issuer)), `"issuer" of ${name} must be an address that begins with https://.`);
  check(text(clientId) !== '', `${name} has no "clientId".`);
  check(
    clientSecret === undefined || text(clientSecret) !== '',
    `"clientSecret" of ${name} must be a text, or left out for a public client.`,
  );
  check(
    scope === undefined || text(scope).split(' ').includes('openid'),
    `"scope" of ${name} must hold "openid", or be left out.`,
  );
  check(
    prompt === undefined || text(prompt) !== '',
    `"prompt" of ${name} must be a text, such as "consent", or be left out.`,
  );
  check(
    sessionMinutes === undefined || isMinutes(sessionMinutes),
    `"sessionMinutes" of ${name} must be a whole number from 5 to 600, or be left out.`,
  );
  return {
    provider: {
      id: text(id),
      title: { zh: text(zh), en: text(en) },
      issuer: text(issuer),
      clientId: text(clientId),
      ...(clientSecret !== undefined && { clientSecret: text(clientSecret) }),
      ...(scope !== undefined && { scope: text(scope) }),
      ...(prompt !== undefined && { prompt: text(prompt) }),
      ...(isMinutes(sessionMinutes) && { sessionMinutes }),
    },
    faults,
  };
}

/** Over TLS, or on this machine, where nobody listens in. */
function isSafe(issuer: string): boolean {
  if (!URL.canParse(issuer)) return false;
  const { protocol, hostname } = new URL(issuer);
  return (
    protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname))
  );
}

const isMinutes = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) >= 5 && Number(value) <= 600;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const object = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

const wrong = (file: string, faults: readonly string[]): SetupError =>
  new SetupError(`HUB_SIGN_IN_FILE "${file}": ${faults.join(' ')}`);
