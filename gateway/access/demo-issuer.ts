import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import { type Issuer, TOKEN_AUDIENCE } from './tokens';

/** The `iss` of the tokens that the hub itself issues for the units of its demo data. */
export const DEMO_ISSUER = 'delta-hub-demo';
const ALGORITHM = 'EdDSA';

/** A new private key for the demo issuer, as a JWK. */
export async function generateDemoKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  return exportJWK(privateKey);
}

/** The demo issuer as the gateway knows it: by the public half of its key. */
export function demoIssuer({ kty, crv, x }: JWK): Issuer {
  return { name: DEMO_ISSUER, keys: { keys: [{ kty, crv, x, alg: ALGORITHM, use: 'sig' }] } };
}

/** A bearer token for one user of a demo unit, good for `hours` hours. */
export async function mintDemoToken(
  key: JWK,
  {
    agency,
    roles,
    user,
    hours = 12,
  }: { agency: string; roles: readonly string[]; user: string; hours?: number },
): Promise<string> {
  return new SignJWT({ agency, roles })
    .setProtectedHeader({ alg: ALGORITHM })
    .setIssuer(DEMO_ISSUER)
    .setAudience(TOKEN_AUDIENCE)
    .setSubject(user)
    .setIssuedAt()
    .setExpirationTime(`${hours}h`)
    .sign(await importJWK(key, ALGORITHM));
}
