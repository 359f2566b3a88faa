import { readFileSync } from 'node:fs';
import type { ProviderOptions } from '../gateway/sign-in/provider';
import { SetupError } from '../subgraphs/kit/migrate';

/**
 * The issuers of `HUB_SIGN_IN_FILE`, a JSON list of `{ id, title: { zh, en }, issuer, clientId }` with or without
 * `clientSecret` and `scope`. Throws a sentence for what makes no sense; the secrets in the file are never repeated.
 */
export function readSignIn(file: string): ProviderOptions[] {
  let list: unknown;
  try {
    list = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new SetupError(`HUB_SIGN_IN_FILE is "${file}"; there is no JSON to be read there.`);
  }
  if (!Array.isArray(list)) throw wrong(file, 'it must be a list, in [ ].');
  const providers = list.map((entry, index) => readProvider(entry, `entry ${index + 1}`, file));
  const ids = providers.map(({ id }) => id);
  if (new Set(ids).size < ids.length) throw wrong(file, 'each "id" may be there once.');
  return providers;
}

function readProvider(entry: unknown, name: string, file: string): ProviderOptions {
  const { id, title, issuer, clientId, clientSecret, scope } = object(entry);
  const { zh, en } = object(title);
  if (typeof id !== 'string' || !/^[a-z0-9-]{1,40}$/.test(id)) {
    throw wrong(file, `"id" of ${name} must be small letters, digits and hyphens.`);
  }
  if (typeof zh !== 'string' || typeof en !== 'string') {
    throw wrong(file, `"title" of ${name} must be { "zh": …, "en": … }.`);
  }
  if (typeof issuer !== 'string' || !isSafe(issuer)) {
    throw wrong(file, `"issuer" of ${name} must be an address that begins with https://.`);
  }
  if (typeof clientId !== 'string' || clientId === '') throw wrong(file, `${name} has no "clientId".`);
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  return { id, title: { zh, en }, issuer, clientId, clientSecret: text(clientSecret), scope: text(scope) };
}

/** Over TLS, or on this machine, where nobody listens in. */
function isSafe(issuer: string): boolean {
  if (!URL.canParse(issuer)) return false;
  const { protocol, hostname } = new URL(issuer);
  return protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', 'localhost'].includes(hostname));
}

const object = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

const wrong = (file: string, what: string): SetupError =>
  new SetupError(`HUB_SIGN_IN_FILE "${file}": ${what}`);
