import type { KeyObject } from 'node:crypto';
import { createHmac, createPublicKey, timingSafeEqual, verify } from 'node:crypto';

/** A key of the gateway. */
export interface SignatureKey {
  readonly algorithm: string;
  /** True when the signature is of the text. */
  readonly isSignatureOf: (signature: Buffer, text: string) => boolean;
}

/** Keys by their ids. */
export type SignatureKeys = ReadonlyMap<string, SignatureKey>;

const keyPattern = /^([\w.-]+):(?:(ed25519):)?([\w+/=-]+)$/;
const secretLengthMin = 32;

/**
 * Reads `<id>:<secret>` or `<id>:ed25519:<public key, base64 of its 32 bytes>`, several with commas
 * between them. Throws with what is wrong, never with a secret.
 */
export function readSignatureKeys(text: string): SignatureKeys {
  const keys = new Map<string, SignatureKey>();
  for (const entry of text.split(',').filter((part) => part.trim() !== '')) {
    const [, id = '', kind, value = ''] = keyPattern.exec(entry.trim()) ?? [];
    if (id === '') throw new Error('must be <id>:<secret> or <id>:ed25519:<public key>');
    if (keys.has(id)) throw new Error(`names the key ${id} twice`);
    keys.set(id, kind === undefined ? secretKey(id, value) : publicKey(id, value));
  }
  return keys;
}

function secretKey(id: string, secret: string): SignatureKey {
  if (secret.length < secretLengthMin) {
    throw new Error(`the secret of key ${id} must have at least ${secretLengthMin} characters`);
  }
  return {
    algorithm: 'hmac-sha256',
    isSignatureOf: (signature, text) => {
      const expected = createHmac('sha256', secret).update(text).digest();
      return signature.length === expected.length && timingSafeEqual(signature, expected);
    },
  };
}

function publicKey(id: string, base64: string): SignatureKey {
  const key = toPublicKey(id, base64);
  return {
    algorithm: 'ed25519',
    isSignatureOf: (signature, text) => verify(null, Buffer.from(text), key, signature),
  };
}

function toPublicKey(id: string, base64: string): KeyObject {
  try {
    const x = Buffer.from(base64, 'base64').toString('base64url');
    return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  } catch {
    throw new Error(`key ${id} is no Ed25519 public key in base64`);
  }
}
