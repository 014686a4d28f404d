import { type KeyObject, verify } from 'node:crypto';
import { decodeBase45 } from './base45.ts';
import { deriveTicketSecret, isRotatingCode, rotatingDigits } from './rotating-code.ts';
import { signatureBytes, signedMessage } from './sign-ticket-code.ts';
import { claimsBytes, decodeClaims, type TicketClaims } from './ticket-claims.ts';

/** Length of the static part in characters: three for each two bytes. */
export const staticCodeLength = ((claimsBytes + signatureBytes) / 2) * 3;

/** What a gate knows when it reads a code. Nothing here needs a network. */
export interface TicketGate {
  /** Ed25519 public keys by key id. */
  readonly publicKeys: ReadonlyMap<number, KeyObject>;
  /** Master secret of each schedule (lower-case UUID) that is admitted here. */
  readonly scheduleMasters: ReadonlyMap<string, Uint8Array>;
  /** Position of this gate within its venue; undefined where the gate does not matter. */
  readonly gatePosition?: number;
  /** Highest generation known of a ticket; undefined for a ticket that no list has. */
  readonly knownGeneration: (ticketId: string) => number | undefined;
  /** The gate's clock, corrected by its offset. */
  readonly nowMs: number;
}

export type InvalidReason =
  | 'not_a_ticket_code'
  | 'unknown_version'
  | 'unknown_key'
  | 'bad_signature'
  | 'rotating_code_missing'
  | 'rotating_code_wrong'
  | 'rotating_code_unexpected';

/** What a code is worth at this gate now. All but `invalid` carry claims that the organiser signed. */
export type TicketVerdict =
  /** `listing` says how the lists know it; a gate stores a `newer` generation, then refuses lower. */
  | {
      readonly outcome: 'ok';
      readonly claims: TicketClaims;
      readonly listing: 'listed' | 'newer' | 'unlisted';
    }
  | { readonly outcome: 'invalid'; readonly reason: InvalidReason }
  | {
      readonly outcome: 'wrong_time';
      readonly reason: 'other_schedule' | 'too_early' | 'too_late';
      readonly claims: TicketClaims;
    }
  | { readonly outcome: 'wrong_gate'; readonly claims: TicketClaims }
  | {
      readonly outcome: 'revoked';
      readonly claims: TicketClaims;
      readonly knownGeneration: number;
    };

/**
 * Judges the text of a scanned code: signature, schedule and time, gate, generation, rotating part, in
 * this order, and answers the first that fails. Never throws for what a scanner can read. Whether the
 * ticket is paid, blocked or already inside is the gate's own knowledge and comes after `ok`.
 */
export function verifyTicketCode(text: string, gate: TicketGate): TicketVerdict {
  const signed = readSignedClaims(text, gate.publicKeys);
  if ('outcome' in signed) return signed;
  const { claims } = signed;
  const master = gate.scheduleMasters.get(claims.scheduleId);
  if (master === undefined) return { outcome: 'wrong_time', reason: 'other_schedule', claims };
  const nowSeconds = Math.floor(gate.nowMs / 1_000);
  if (nowSeconds < claims.notBeforeSeconds) {
    return { outcome: 'wrong_time', reason: 'too_early', claims };
  }
  if (nowSeconds > claims.notAfterSeconds) {
    return { outcome: 'wrong_time', reason: 'too_late', claims };
  }
  if (!opens(claims, gate.gatePosition)) return { outcome: 'wrong_gate', claims };
  const knownGeneration = gate.knownGeneration(claims.ticketId);
  if (knownGeneration !== undefined && claims.generation < knownGeneration) {
    return { outcome: 'revoked', claims, knownGeneration };
  }
  if (claims.isDigital) {
    const digits = text.slice(staticCodeLength);
    if (digits === '') return { outcome: 'invalid', reason: 'rotating_code_missing' };
    if (!isRotatingCode(digits, deriveTicketSecret(master, claims), gate.nowMs)) {
      return { outcome: 'invalid', reason: 'rotating_code_wrong' };
    }
  }
  return { outcome: 'ok', claims, listing: listingOf(claims, knownGeneration) };
}

function readSignedClaims(
  text: string,
  publicKeys: TicketGate['publicKeys'],
): { readonly claims: TicketClaims } | (TicketVerdict & { readonly outcome: 'invalid' }) {
  const rotatingLength = text.length - staticCodeLength;
  if (rotatingLength !== 0 && rotatingLength !== rotatingDigits)
    return invalid('not_a_ticket_code');
  const bytes = decodeBase45(text.slice(0, staticCodeLength));
  if (bytes === undefined) return invalid('not_a_ticket_code');
  const body = bytes.subarray(0, claimsBytes);
  const decoded = decodeClaims(body);
  if (decoded === undefined) return invalid('unknown_version');
  const key = publicKeys.get(decoded.keyId);
  if (key === undefined) return invalid('unknown_key');
  if (!verify(null, signedMessage(body), key, bytes.subarray(claimsBytes))) {
    return invalid('bad_signature');
  }
  if (rotatingLength > 0 && !decoded.claims.isDigital) return invalid('rotating_code_unexpected');
  return { claims: decoded.claims };
}

function invalid(reason: InvalidReason): TicketVerdict & { readonly outcome: 'invalid' } {
  return { outcome: 'invalid', reason };
}

/** A code that states no gate leaves the question to the venue's current rule for its section. */
function opens(claims: TicketClaims, gatePosition: number | undefined): boolean {
  if (gatePosition === undefined || claims.gatePositions.length === 0) return true;
  return claims.gatePositions.includes(gatePosition);
}

function listingOf(
  claims: TicketClaims,
  knownGeneration: number | undefined,
): 'listed' | 'newer' | 'unlisted' {
  if (knownGeneration === undefined) return 'unlisted';
  return claims.generation > knownGeneration ? 'newer' : 'listed';
}
