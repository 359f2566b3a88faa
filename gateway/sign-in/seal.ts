import { hkdfSync } from 'node:crypto';
import { EncryptJWT, errors, type JWTPayload, jwtDecrypt } from 'jose';
import type { Keyring } from '../../subgraphs/kit/keyring';

const ALGORITHM = { alg: 'dir', enc: 'A256GCM' } as const;

/**
 * Seals what a browser keeps for the hub (a JWE in a cookie), so that nobody can read or make it. Any gateway that has
 * the hub's secret opens it; under a secret that counts no more it opens no more.
 */
export class Seal {
  constructor(
    private readonly keyring: Keyring,
    /** What the sealed is for: a seal for one thing does not open another. */
    private readonly purpose: string,
  ) {}

  async close(content: JWTPayload, expiresAt: Date): Promise<string> {
    return new EncryptJWT(content)
      .setProtectedHeader(ALGORITHM)
      .setAudience(this.purpose)
      .setExpirationTime(expiresAt)
      .encrypt(this.#keyOf(this.keyring.secret));
  }

  /** What was sealed; null for anything that was not, for another purpose, or has run out. */
  async open(sealed: string): Promise<JWTPayload | null> {
    for (const secret of this.keyring.secrets) {
      try {
        const { payload } = await jwtDecrypt(sealed, this.#keyOf(secret), { audience: this.purpose });
        return payload;
      } catch (error) {
        if (!(error instanceof errors.JOSEError || error instanceof SyntaxError)) throw error;
      }
    }
    return null;
  }

  #keyOf(secret: string): Uint8Array {
    return new Uint8Array(hkdfSync('sha256', secret, '', `delta-hub ${this.purpose}`, 32));
  }
}
