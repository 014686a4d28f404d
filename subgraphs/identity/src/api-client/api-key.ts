import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const idBytes = 8;
const secretBytes = 32;
const pattern = /^(plz_[0-9a-f]{16})_[\w-]{43}$/;

export interface NewApiKey {
  /** Part that may be shown: plz_ and 16 hexadecimal digits. */
  readonly id: string;
  /** The whole key; nothing stored leads back to it. */
  readonly text: string;
  readonly hash: Uint8Array<ArrayBuffer>;
}

/** A new key: plz_<id>_<256 random bits in base64url>. */
export function createApiKey(): NewApiKey {
  const id = `plz_${randomBytes(idBytes).toString('hex')}`;
  const text = `${id}_${randomBytes(secretBytes).toString('base64url')}`;
  return { id, text, hash: hashApiKey(text) };
}

/** The id within a key; undefined for text that is no key of ours. */
export function readApiKeyId(text: string): string | undefined {
  return pattern.exec(text)?.[1];
}

/** SHA-256: a secret of 256 random bits needs no slow hash. */
export function hashApiKey(text: string): Uint8Array<ArrayBuffer> {
  return createHash('sha256').update(text).digest();
}

/** Whether two hashes are one, in the same time whatever they share. */
export function isSameHash(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}
