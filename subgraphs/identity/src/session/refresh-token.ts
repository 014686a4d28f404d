import { createHash, randomBytes } from 'node:crypto';

const secretBytes = 32;
const sessionIdBytes = 16;
const pattern = /^[\w-]{64}$/;

export interface RefreshToken {
  readonly sessionId: string;
  /** SHA-256 of the session's id and the secret: all that is stored. */
  readonly hash: Uint8Array<ArrayBuffer>;
}

/** A new opaque token of a session: its id and 256 random bits in base64url, 64 characters. */
export function createRefreshToken(sessionId: string): RefreshToken & { readonly text: string } {
  const id = Buffer.from(sessionId.replaceAll('-', ''), 'hex');
  const bytes = Buffer.concat([id, randomBytes(secretBytes)]);
  return { sessionId, hash: hashOf(bytes), text: bytes.toString('base64url') };
}

/** Reads a token that a client presents; undefined when it is none. */
export function parseRefreshToken(text: string): RefreshToken | undefined {
  if (!pattern.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64url');
  const hex = bytes.toString('hex', 0, sessionIdBytes);
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
  return { sessionId: [...parts, hex.slice(20)].join('-'), hash: hashOf(bytes) };
}

function hashOf(bytes: Buffer): Uint8Array<ArrayBuffer> {
  return createHash('sha256').update(bytes).digest();
}
