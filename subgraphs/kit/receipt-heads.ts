import {
  createHash,
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  type JsonWebKey,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';

/*
 * Heads of the chain of receipts, signed. Whoever may write to the receipts' tables can seal the whole chain anew; the
 * heads that gateways sign under keys that no database has tell that from the chain that was. A key follows from the
 * hub's secret and the gateway's name, so that whoever has the secret can tell the hub's keys from others.
 */

/** A place in the chain and the hash that stands there. */
export interface ChainHead {
  readonly sequence: number;
  readonly hash: string;
}

/** A head that a gateway signed. */
export interface SignedHead extends ChainHead {
  /** In base64url. */
  readonly signature: string;
  readonly keyId: string;
}

/** That the gateway had another key too, by a signature of that key. */
export interface Endorsement {
  readonly keyId: string;
  readonly signature: string;
}

/** A gateway's public key for heads, Ed25519. */
export interface HeadKey {
  /** The key's thumbprint (RFC 7638). */
  readonly keyId: string;
  readonly publicKey: JsonWebKey;
  readonly gateway: string;
  /** By keys of the same gateway under other secrets of the hub: they lead from a key that is known to this one. */
  readonly endorsements: readonly Endorsement[];
}

/** What comes before the 32 bytes of an Ed25519 private key in PKCS #8. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

const headMessage = ({ sequence, hash }: ChainHead): Buffer =>
  Buffer.from(`delta-hub head v1|${sequence}|${hash}`);
const keyMessage = (keyId: string): Buffer => Buffer.from(`delta-hub head key v1|${keyId}`);

function privateKeyOf(hubSecret: string, gateway: string): KeyObject {
  const seed = Buffer.from(hkdfSync('sha256', hubSecret, 'delta-hub', `receipt heads:${gateway}`, 32));
  return createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });
}

const thumbprint = ({ crv, kty, x }: JsonWebKey): string =>
  createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url');

/** Signs heads in a gateway's name, under the first of the hub's secrets. */
export class HeadSigner {
  readonly key: HeadKey;
  readonly #privateKey: KeyObject;

  constructor([secret = '', ...others]: readonly string[], gateway: string) {
    this.#privateKey = privateKeyOf(secret, gateway);
    const publicKey = createPublicKey(this.#privateKey).export({ format: 'jwk' });
    const keyId = thumbprint(publicKey);
    const endorsements = others.map((other) => {
      const endorser = privateKeyOf(other, gateway);
      return {
        keyId: thumbprint(createPublicKey(endorser).export({ format: 'jwk' })),
        signature: sign(null, keyMessage(keyId), endorser).toString('base64url'),
      };
    });
    this.key = { keyId, publicKey, gateway, endorsements };
  }

  sign({ sequence, hash }: ChainHead): SignedHead {
    const signature = sign(null, headMessage({ sequence, hash }), this.#privateKey).toString('base64url');
    return { sequence, hash, signature, keyId: this.key.keyId };
  }
}

/** Whether a key is the one that a gateway of its name has under one of these secrets. */
export const isKeyOf = (secrets: readonly string[], { keyId, gateway }: HeadKey): boolean =>
  secrets.some((secret) => new HeadSigner([secret], gateway).key.keyId === keyId);

/** Checks signatures of one key. A key that is no Ed25519 key, or not the one that its id says, verifies nothing. */
export class HeadVerifier {
  readonly #key: KeyObject | null;

  constructor({ keyId, publicKey }: Pick<HeadKey, 'keyId' | 'publicKey'>) {
    this.#key = thumbprint(publicKey) === keyId ? ed25519Of(publicKey) : null;
  }

  hasSigned(head: SignedHead): boolean {
    return this.#verify(headMessage(head), head.signature);
  }

  hasEndorsed(keyId: string, signature: string): boolean {
    return this.#verify(keyMessage(keyId), signature);
  }

  #verify(message: Buffer, signature: string): boolean {
    return this.#key !== null && verify(null, message, this.#key, Buffer.from(signature, 'base64url'));
  }
}

function ed25519Of(publicKey: JsonWebKey): KeyObject | null {
  try {
    const key = createPublicKey({ key: publicKey, format: 'jwk' });
    return key.asymmetricKeyType === 'ed25519' ? key : null;
  } catch {
    return null;
  }
}
