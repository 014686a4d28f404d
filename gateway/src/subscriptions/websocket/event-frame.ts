import type { Writable } from 'node:stream';

interface Template {
  /** A whole WebSocket frame. */
  readonly bytes: Buffer;
  /** Where the id of the operation goes. */
  readonly idOffset: number;
}

const finalTextFrame = 0x81;

/**
 * The frame of a message with an event, which differs from client to client by the operation's id
 * alone: the id is patched into bytes that all clients of a protocol share. A socket that takes them
 * at once, as nearly all do, is done with them; one that does not keeps them, and the next client gets
 * others.
 */
export class EventFrame {
  readonly #payload: Buffer;
  /** What stands between the id and the payload. */
  readonly #middle: string;
  readonly #templates = new Map<number, Template>();

  constructor(payload: Buffer, messageType: string) {
    this.#payload = payload;
    this.#middle = `,"type":"${messageType}","payload":`;
  }

  /** `id` is a JSON string of ASCII characters, quotes and all. */
  writeTo(stream: Writable, id: string): void {
    const template = this.#templates.get(id.length) ?? this.#create(id.length);
    template.bytes.write(id, template.idOffset, 'latin1');
    stream.write(template.bytes);
    if (stream.writableLength > 0) this.#templates.delete(id.length);
  }

  #create(idLength: number): Template {
    const start = '{"id":';
    const length = start.length + idLength + this.#middle.length + this.#payload.length + 1;
    const header = frameHeader(length);
    const id = Buffer.alloc(idLength);
    const bytes = Buffer.concat([
      header,
      Buffer.from(start),
      id,
      Buffer.from(this.#middle),
      this.#payload,
      Buffer.from('}'),
    ]);
    const template = { bytes, idOffset: header.length + start.length };
    this.#templates.set(idLength, template);
    return template;
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
