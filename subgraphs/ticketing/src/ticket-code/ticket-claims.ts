/** What a ticket code says, signed by the organiser. README.md has the layout byte by byte. */
export interface TicketClaims {
  /** UUID of the ticket. */
  readonly ticketId: string;
  /** UUID of the one performance that it admits to. */
  readonly scheduleId: string;
  /** Position of the section within its venue, 0 to 65,535. */
  readonly sectionPosition: number;
  /** Positions (0 to 31) of the gates that let it in when it was signed; empty states no gate. */
  readonly gatePositions: readonly number[];
  /** 0 to 65,535. Reissue, share and transfer raise it, which kills every lower one. */
  readonly generation: number;
  /** First second of validity, Unix time. */
  readonly notBeforeSeconds: number;
  /** Last second of validity, Unix time. */
  readonly notAfterSeconds: number;
  /** True: lives on a screen and needs the rotating part. False: printed, the static part alone. */
  readonly isDigital: boolean;
}

const claimsVersion = 1;
export const claimsBytes = 50;
const gatePositionMax = 31;

const uint16Max = 0xffff;
const uint32Max = 0xffff_ffff;
const digitalFlag = 0b0001;
const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The signed bytes of a ticket code. Throws RangeError that names a claim that does not fit. */
export function encodeClaims(claims: TicketClaims, keyId: number): Buffer {
  const { notBeforeSeconds, notAfterSeconds } = claims;
  if (notAfterSeconds < notBeforeSeconds) {
    throw new RangeError('notAfterSeconds must not be before notBeforeSeconds');
  }
  const bytes = Buffer.alloc(claimsBytes);
  bytes.writeUInt8((claimsVersion << 4) | (claims.isDigital ? digitalFlag : 0), 0);
  bytes.writeUInt8(requireWhole('keyId', keyId, 0xff), 1);
  uuidBytes('ticketId', claims.ticketId).copy(bytes, 2);
  uuidBytes('scheduleId', claims.scheduleId).copy(bytes, 18);
  bytes.writeUInt16BE(requireWhole('sectionPosition', claims.sectionPosition, uint16Max), 34);
  bytes.writeUInt32BE(gateBits(claims.gatePositions), 36);
  bytes.writeUInt16BE(requireWhole('generation', claims.generation, uint16Max), 40);
  bytes.writeUInt32BE(requireWhole('notBeforeSeconds', notBeforeSeconds, uint32Max), 42);
  bytes.writeUInt32BE(requireWhole('notAfterSeconds', notAfterSeconds, uint32Max), 46);
  return bytes;
}

/** Claims and key id of signed bytes; undefined when version or flags are not of this layout. */
export function decodeClaims(bytes: Buffer): { claims: TicketClaims; keyId: number } | undefined {
  const first = bytes.readUInt8(0);
  const flags = first & 0x0f;
  if (first >> 4 !== claimsVersion || (flags & ~digitalFlag) !== 0) return undefined;
  const gates = bytes.readUInt32BE(36);
  return {
    keyId: bytes.readUInt8(1),
    claims: {
      ticketId: uuidText(bytes.subarray(2, 18)),
      scheduleId: uuidText(bytes.subarray(18, 34)),
      sectionPosition: bytes.readUInt16BE(34),
      gatePositions: Array.from({ length: gatePositionMax + 1 }, (_, position) => position).filter(
        (position) => ((gates >>> position) & 1) === 1,
      ),
      generation: bytes.readUInt16BE(40),
      notBeforeSeconds: bytes.readUInt32BE(42),
      notAfterSeconds: bytes.readUInt32BE(46),
      isDigital: flags === digitalFlag,
    },
  };
}

/** The 16 bytes of a UUID. Throws RangeError that names the claim. */
export function uuidBytes(name: string, text: string): Buffer {
  if (!uuidPattern.test(text)) throw new RangeError(`${name} must be a UUID`);
  return Buffer.from(text.replaceAll('-', ''), 'hex');
}

/** The number itself. Throws RangeError unless it is whole and between 0 and the greatest allowed. */
export function requireWhole(name: string, value: number, max: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= max) return value;
  throw new RangeError(`${name} must be a whole number from 0 to ${max}`);
}

function gateBits(positions: readonly number[]): number {
  return positions.reduce((bits, position) => {
    requireWhole('each of gatePositions', position, gatePositionMax);
    return (bits | (1 << position)) >>> 0;
  }, 0);
}

function uuidText(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
  return [...parts, hex.slice(20)].join('-');
}
