/** The kinds of frames that a server sends (RFC 6455, section 5.2). */
export const opcodes = { text: 1, close: 8, ping: 9, pong: 10 } as const;

interface Frame {
  readonly opcode: number;
  readonly start: number;
  readonly end: number;
}

/** Cuts the bytes of a server into frames: unmasked, each a whole message. */
export class FrameReader {
  #rest: Buffer | undefined;

  /** The bytes belong to the caller again when this returns; so do those of a payload. */
  read(chunk: Buffer, onFrame: (opcode: number, payload: Buffer) => void): void {
    const bytes = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
    let offset = 0;
    for (;;) {
      const frame = frameAt(bytes, offset);
      if (frame === undefined) {
        break;
      }
      offset = frame.end;
      onFrame(frame.opcode, bytes.subarray(frame.start, frame.end));
    }
    this.#rest = offset === bytes.length ? undefined : Buffer.from(bytes.subarray(offset));
  }
}

function frameAt(bytes: Buffer, offset: number): Frame | undefined {
  const headerEnd = offset + headerLength(bytes, offset);
  if (bytes.length < headerEnd) {
    return undefined;
  }
  const first = bytes.readUInt8(offset);
  const isWhole = (first & 0x80) !== 0 && (first & 0x0f) !== 0;
  if (!isWhole) {
    throw new Error('The server sent a message in parts, which this client does not read');
  }
  const end = headerEnd + payloadLength(bytes, offset);
  return bytes.length < end ? undefined : { opcode: first & 0x0f, start: headerEnd, end };
}

function headerLength(bytes: Buffer, offset: number): number {
  const length = (bytes[offset + 1] ?? 0) & 0x7f;
  if (length < 126) {
    return 2;
  }
  return length === 126 ? 4 : 10;
}

function payloadLength(bytes: Buffer, offset: number): number {
  const length = bytes.readUInt8(offset + 1) & 0x7f;
  if (length < 126) {
    return length;
  }
  return length === 126 ? bytes.readUInt16BE(offset + 2) : bytes.readUIntBE(offset + 4, 6);
}

/** A client's frame. Its masking key is zero, so that masking changes nothing (section 5.3). */
export function clientFrame(opcode: number, payload: Buffer): Buffer {
  const isShort = payload.length < 126;
  const header = Buffer.alloc(isShort ? 6 : 8);
  header[0] = 0x80 | opcode;
  header[1] = 0x80 | (isShort ? payload.length : 126);
  if (!isShort) {
    header.writeUInt16BE(payload.length, 2);
  }
  return Buffer.concat([header, payload]);
}
