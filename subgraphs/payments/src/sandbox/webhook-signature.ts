import { createHmac } from 'node:crypto';

/** The header that carries an event's signature. */
export const signatureHeader = 'sandbox-signature';

/**
 * The value of the signature header: the time of signing, and HMAC-SHA-256 over that time, a full
 * stop and the bytes of the body.
 */
export function signWebhook(rawBody: string, secret: string, atMs: number): string {
  const seconds = Math.floor(atMs / 1_000);
  const mac = createHmac('sha256', secret).update(`${seconds}.${rawBody}`).digest('hex');
  return `t=${seconds},v1=${mac}`;
}
