import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** Signed claims count for this long after they were signed. */
export const LIFETIME_SECONDS = 30;

interface Envelope {
  /** Whom the claims are meant for. */
  readonly aud: string;
  /** Seconds since the epoch. */
  readonly exp: number;
}

/** The key by which gateways and one subgraph know each other, derived from the hub's secret (HKDF, RFC 5869). */
export const subgraphKey = (hubSecret: string, subgraph: string): Buffer =>
  Buffer.from(hkdfSync('sha256', hubSecret, 'delta-hub', `viewer:${subgraph}`, 32));

/** Claims that are longer travel packed: a unit may hold thousands of grants. In bytes. */
const PACKED_FROM = 2_048;
/** What packed claims may unpack to. */
const LONGEST = 4 * 1024 * 1024;

// Compared as text: base64 is read leniently, so that several texts mean the same bytes.
const seal = (text: string, key: Buffer): Buffer =>
  Buffer.from(createHmac('sha256', key).update(text).digest('base64url'));

/**
 * Claims as a header value: `v1.<claims>.<HMAC-SHA-256>`, the parts in base64url. Under `v1z` the claims are packed
 * (RFC 1951).
 */
export function signClaims(claims: object, to: { audience: string; key: Buffer; now: Date }): string {
  const envelope: Envelope = {
    aud: to.audience,
    exp: Math.floor(to.now.getTime() / 1000) + LIFETIME_SECONDS,
  };
  const plain = Buffer.from(JSON.stringify({ ...claims, ...envelope }));
  const text =
    plain.length < PACKED_FROM
      ? `v1.${plain.toString('base64url')}`
      : `v1z.${deflateRawSync(plain).toString('base64url')}`;
  return `${text}.${seal(text, to.key)}`;
}

/**
 * The claims of a header value, or null when they do not count: absent, malformed, signed by no key of `keys` (two
 * while rotating), meant for another audience, past their time, or living longer than they may. Never throws.
 */
export function verifyClaims<Claims extends object>(
  text: string | undefined,
  by: { audience: string; keys: readonly Buffer[]; now: Date },
): Claims | null {
  const [version, payload, signature, ...rest] = text?.split('.') ?? [];
  if (payload === undefined || signature === undefined || rest.length > 0) return null;
  if (version !== 'v1' && version !== 'v1z') return null;
  const given = Buffer.from(signature);
  const isSigned = by.keys.some((key) => {
    const expected = seal(`${version}.${payload}`, key);
    return expected.length === given.length && timingSafeEqual(expected, given);
  });
  if (!isSigned) return null;
  // Signed by a key of ours, so it has the shape that we gave it.
  const bytes = Buffer.from(payload, 'base64url');
  const plain = version === 'v1' ? bytes : inflateRawSync(bytes, { maxOutputLength: LONGEST });
  const { aud, exp, ...claims } = JSON.parse(plain.toString()) as Envelope & Claims;
  const now = by.now.getTime() / 1000;
  if (aud !== by.audience || exp < now || exp > now + 2 * LIFETIME_SECONDS) return null;
  return claims as unknown as Claims;
}
