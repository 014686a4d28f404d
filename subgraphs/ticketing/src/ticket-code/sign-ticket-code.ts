import { type KeyObject, sign } from 'node:crypto';
import { encodeBase45 } from './base45.ts';
import { encodeClaims, type TicketClaims } from './ticket-claims.ts';

/** Keeps a ticket's signature from being taken for anything else that the same key may sign. */
const signedPrefix = Buffer.from('plaza/ticket-code', 'ascii');
export const signatureBytes = 64;

export interface TicketSigningKey {
  /** 0 to 255: under which verifiers find the public half. Never used again for another key. */
  readonly id: number;
  /** An Ed25519 private key. */
  readonly privateKey: KeyObject;
}

/**
 * The static part of a ticket code: 171 characters of Base45 over claims and Ed25519 signature.
 * The same claims and key give the same text. A printed ticket is this text alone; a screen shows it
 * with `rotatingCode` right behind it. Throws RangeError that names a claim that does not fit.
 */
export function signTicketCode(claims: TicketClaims, key: TicketSigningKey): string {
  if (key.privateKey.asymmetricKeyType !== 'ed25519') {
    throw new RangeError('privateKey must be an Ed25519 key');
  }
  const body = encodeClaims(claims, key.id);
  return encodeBase45(Buffer.concat([body, sign(null, signedMessage(body), key.privateKey)]));
}

/** The bytes that the signature covers. */
export function signedMessage(body: Uint8Array): Buffer {
  return Buffer.concat([signedPrefix, body]);
}
