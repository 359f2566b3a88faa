import {
  createLocalJWKSet,
  createRemoteJWKSet,
  decodeJwt,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import { LRUCache } from 'lru-cache';
import { isAgencyCode } from '../../subgraphs/kit/agency-code';
import { ClientError } from '../../subgraphs/kit/errors';
import type { Text } from '../../subgraphs/kit/language';
import { ROLES, type Role } from '../../subgraphs/kit/viewer';

/** The audience that tokens for the hub must name. */
export const TOKEN_AUDIENCE = 'delta-hub';
// Asymmetric only: who can check a token must not be able to make one.
const ALGORITHMS = ['EdDSA', 'ES256', 'ES384', 'RS256', 'PS256'];
const CLOCK_TOLERANCE_SECONDS = 30;
/** For how long a token that was verified is known, and how many are: a key that was taken back counts no longer than that. */
const VERIFIED_MS = 5_000;
const VERIFIED_KEPT = 10_000;

/** A party whose tokens the hub accepts. */
export interface Issuer {
  /** The `iss` of its tokens. */
  readonly name: string;
  /** Its keys (RFC 7517): an address to fetch them from, or the set itself. */
  readonly keys: URL | JSONWebKeySet;
}

/** What a bearer token says of its bearer. */
export interface Bearer {
  readonly user: string;
  readonly agency: string;
  readonly roles: readonly Role[];
  /** When the token expires, in milliseconds since the epoch. */
  readonly expiresAt: number;
}

const refused = (text: Text): ClientError => new ClientError('UNAUTHENTICATED', text);

const issuerUnavailable = (name: string): ClientError =>
  new ClientError('ISSUER_UNAVAILABLE', {
    en: `The keys of ${name}, who issued the token, cannot be fetched, so it cannot be checked. Try again shortly.`,
    zh: `暂时无法获取令牌签发方 ${name} 的密钥，因而无法验证令牌，请稍后重试。`,
  });

/** How soon keys may be fetched again for a token of a key that is not among them: its issuer may have made it since. */
const LOOK_AGAIN_MS = 5_000;
/** Keys that were fetched within the hour count on while their issuer is away. */
const KEYS_STALE_MS = 3_600_000;

const isOfToken = (error: unknown): boolean =>
  error instanceof errors.JWKSNoMatchingKey ||
  error instanceof errors.JWKSMultipleMatchingKeys ||
  error instanceof errors.JOSENotSupported;

/**
 * The keys at an address: fetched again every ten minutes, and for a token of a key that they do not have. That they
 * cannot be had is not the fault of the token that needs them.
 */
function remoteKeys(name: string, address: URL): JWTVerifyGetKey {
  const keyOf = createRemoteJWKSet(address, { cooldownDuration: LOOK_AGAIN_MS });
  let known: { set: JSONWebKeySet; at: number } | null = null;
  let failedAt = 0;
  return async (header, token) => {
    // While the issuer is away, not every token waits for it to be asked again.
    if (known && Date.now() - failedAt < LOOK_AGAIN_MS) {
      const key = await keyAmong(known, header, token);
      if (key) return key;
    }
    try {
      const key = await keyOf(header, token);
      const set = keyOf.jwks();
      if (set && set !== known?.set) known = { set, at: Date.now() };
      return key;
    } catch (cause) {
      if (isOfToken(cause)) throw cause;
      failedAt = Date.now();
      const key = known && (await keyAmong(known, header, token));
      if (key) return key;
      throw Object.assign(issuerUnavailable(name), { cause });
    }
  };
}

/** The key of a token among keys that were fetched before; null when they have none, or are too old to count. */
async function keyAmong(
  { set, at }: { set: JSONWebKeySet; at: number },
  ...of: Parameters<JWTVerifyGetKey>
): Promise<Awaited<ReturnType<JWTVerifyGetKey>> | null> {
  if (Date.now() - at > KEYS_STALE_MS) return null;
  return createLocalJWKSet(set)(...of).catch(() => null);
}

/**
 * Verifies bearer tokens (RFC 7519) of the configured issuers. One that was verified a moment ago is not verified again:
 * a client sends its token with each of its requests, and its signature is what a small request costs most.
 */
export class TokenVerifier {
  readonly #keys: ReadonlyMap<string, JWTVerifyGetKey>;
  readonly #verified = new LRUCache<string, { bearer: Bearer; at: number }>({ max: VERIFIED_KEPT });

  constructor(issuers: readonly Issuer[]) {
    this.#keys = new Map(
      issuers.map(({ name, keys }) => [
        name,
        keys instanceof URL ? remoteKeys(name, keys) : createLocalJWKSet(keys),
      ]),
    );
  }

  /** Who bears the token of an `authorization` header; null without one. Throws a sentence for the client. */
  async verify(authorization: string | undefined): Promise<Bearer | null> {
    if (authorization === undefined || authorization === '') return null;
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]*)$/i.exec(authorization)?.[1];
    if (!token) {
      throw refused({
        en: 'The authorization header is not "Bearer" and a token. Send the token as it was given to you.',
        zh: 'authorization 请求头应为“Bearer”加令牌，请原样携带所获得的令牌。',
      });
    }
    const known = this.#verified.get(token);
    const now = Date.now();
    if (known && now - known.at < VERIFIED_MS && now < known.bearer.expiresAt) return known.bearer;
    const bearer = await this.#verify(token);
    this.#verified.set(token, { bearer, at: now });
    return bearer;
  }

  async #verify(token: string): Promise<Bearer> {
    try {
      const { payload } = await jwtVerify(token, this.#keysOf(token), {
        algorithms: ALGORITHMS,
        audience: TOKEN_AUDIENCE,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        requiredClaims: ['sub', 'exp', 'agency'],
      });
      return bearerOf(payload);
    } catch (error) {
      throw explain(error);
    }
  }

  #keysOf(token: string): JWTVerifyGetKey {
    // Read before it is verified, only to choose the issuer whose keys must then verify it.
    const { iss } = decodeJwt(token);
    const keys = iss === undefined ? undefined : this.#keys.get(iss);
    if (!keys) {
      throw refused({
        en: 'The hub does not know the issuer of this token. Sign in where the hub says.',
        zh: '平台不认可该令牌的签发方，请在平台指定处登录。',
      });
    }
    return keys;
  }
}

/** Whom the claims of a token that was verified are about. Throws a sentence when they name no agency. */
export function bearerOf({ sub, exp, agency, roles = ['OFFICER'] }: JWTPayload): Bearer {
  if (typeof agency !== 'string' || !isAgencyCode(agency) || !Array.isArray(roles)) {
    throw refused({
      en: 'The token names no agency by its code. Ask its issuer for one that does.',
      zh: '令牌未载明有效的单位代码，请向签发方重新申请。',
    });
  }
  return {
    user: String(sub),
    agency,
    roles: ROLES.filter((role) => roles.includes(role)),
    expiresAt: Number(exp) * 1000,
  };
}

function explain(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) {
    return refused({ en: 'The token has expired. Sign in again.', zh: '令牌已过期，请重新登录。' });
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    return refused({
      en: `The token is not for this hub (${error.claim}). Sign in here.`,
      zh: `该令牌不适用于本平台（${error.claim}），请重新登录。`,
    });
  }
  if (error instanceof errors.JOSEError || error instanceof SyntaxError) {
    return refused({
      en: 'The token is malformed or its signature is wrong. Sign in again.',
      zh: '令牌格式或签名有误，请重新登录。',
    });
  }
  return error;
}
