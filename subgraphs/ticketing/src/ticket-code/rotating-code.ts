import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { requireWhole, uuidBytes } from './ticket-claims.ts';

/** How long one rotating code is shown, in milliseconds. */
const rotatingStepMs = 30_000;
export const rotatingDigits = 6;
/** Least length of a schedule's master secret, in bytes. */
const masterBytesMin = 32;
/** Steps accepted on either side of the gate's clock. */
const stepsAround = 1;
const secretBytes = 32;
const secretInfo = Buffer.from('plaza/ticket-secret/v1', 'ascii');

/**
 * The secret that a ticket's rotating code is made with, 32 bytes: HKDF-SHA-256 (RFC 5869) of the
 * schedule's master, salted by the schedule, bound to ticket and generation. Whoever holds the master
 * derives it without asking anybody; a phone gets only its own ticket's, which tells nothing of others.
 * Throws RangeError for a master below 32 bytes or ids that are no UUIDs.
 */
export function deriveTicketSecret(
  scheduleMaster: Uint8Array,
  ticket: {
    readonly scheduleId: string;
    readonly ticketId: string;
    readonly generation: number;
  },
): Buffer {
  if (scheduleMaster.length < masterBytesMin) {
    throw new RangeError(`scheduleMaster must have at least ${masterBytesMin} bytes`);
  }
  const generation = Buffer.alloc(2);
  generation.writeUInt16BE(requireWhole('generation', ticket.generation, 0xffff));
  const info = Buffer.concat([secretInfo, uuidBytes('ticketId', ticket.ticketId), generation]);
  const salt = uuidBytes('scheduleId', ticket.scheduleId);
  return Buffer.from(hkdfSync('sha256', scheduleMaster, salt, info, secretBytes));
}

/**
 * The six digits that the screen shows behind the static code at this moment: TOTP (RFC 6238) with
 * HMAC-SHA-256 and steps of 30 s counted from 1970.
 */
export function rotatingCode(secret: Uint8Array, nowMs: number): string {
  return codeOfStep(secret, Math.floor(nowMs / rotatingStepMs));
}

/** True for the code of the current step and of one step before and after, in constant time. */
export function isRotatingCode(given: string, secret: Uint8Array, nowMs: number): boolean {
  const code = Buffer.from(given, 'latin1');
  if (code.length !== rotatingDigits) return false;
  const current = Math.floor(nowMs / rotatingStepMs);
  let isCurrent = false;
  for (let step = current - stepsAround; step <= current + stepsAround; step += 1) {
    if (step < 0) continue;
    if (timingSafeEqual(code, Buffer.from(codeOfStep(secret, step), 'latin1'))) isCurrent = true;
  }
  return isCurrent;
}

function codeOfStep(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha256', secret).update(counter).digest();
  const offset = mac.readUInt8(mac.length - 1) & 0x0f; // dynamic truncation, RFC 4226 section 5.3
  const number = mac.readUInt32BE(offset) & 0x7fff_ffff;
  return String(number % 10 ** rotatingDigits).padStart(rotatingDigits, '0');
}
