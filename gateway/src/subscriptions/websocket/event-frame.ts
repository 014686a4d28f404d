import type { Writable } from 'node:stream';

const finalTextFrame = 0x81;

/**
 * The frame of a message with an event, which differs from client to client by the operation's id
 * alone: all that follows the id are bytes that all clients of a protocol share, those too that have
 * not read them yet.
 */
export class EventFrame {
  readonly #rest: Buffer;

  constructor(payload: Buffer, messageType: string) {
    const middle = `,"type":"${messageType}","payload":`;
    this.#rest = Buffer.concat([Buffer.from(middle), payload, Buffer.from('}')]);
  }

  /** `id` is a JSON string of ASCII characters, quotes and all. */
  writeTo(stream: Writable, id: string): void {
    const start = Buffer.from(`{"id":${id}`, 'latin1');
    stream.write(Buffer.concat([frameHeader(start.length + this.#rest.length), start]));
    stream.write(this.#rest);
  }
}

/** The frame of a text that is the same for all. */
export function textFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  return Buffer.concat([frameHeader(payload.length), payload]);
}

/** Header of an unmasked, unfragmented text frame (RFC 6455, section 5.2). */
function frameHeader(length: number): Buffer {
  if (length < 126) return Buffer.from([finalTextFrame, length]);
  const header = Buffer.alloc(length < 65_536 ? 4 : 10);
  header[0] = finalTextFrame;
  if (header.length === 4) {
    header[1] = 126;
    header.writeUInt16BE(length, 2);
  } else {
    header[1] = 127;
    header.writeUIntBE(length, 4, 6);
  }
  return header;
}
