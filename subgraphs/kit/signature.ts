import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

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

// Compared as text: base64 is read leniently, so that several texts mean the same bytes.
const seal = (payload: string, key: Buffer): Buffer =>
  Buffer.from(createHmac('sha256', key).update(`v1.${payload}`).digest('base64url'));

/** Claims as a header value: `v1.<claims>.<HMAC-SHA-256>`, the parts in base64url. */
export function signClaims(claims: object, to: { audience: string; key: Buffer; now: Date }): string {
  const envelope: Envelope = {
    aud: to.audience,
    exp: Math.floor(to.now.getTime() / 1000) + LIFETIME_SECONDS,
  };
  const payload = Buffer.from(JSON.stringify({ ...claims, ...envelope })).toString('base64url');
  return `v1.${payload}.${seal(payload, to.key)}`;
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
  if (version !== 'v1' || payload === undefined || signature === undefined || rest.length > 0) return null;
  const given = Buffer.from(signature);
  const isSigned = by.keys.some((key) => {
    const expected = seal(payload, key);
    return expected.length === given.length && timingSafeEqual(expected, given);
  });
  if (!isSigned) return null;
  // Signed by a key of ours, so it has the shape that we gave it.
  const { aud, exp, ...claims } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Envelope &
    Claims;
  const now = by.now.getTime() / 1000;
  if (aud !== by.audience || exp < now || exp > now + 2 * LIFETIME_SECONDS) return null;
  return claims as unknown as Claims;
}
