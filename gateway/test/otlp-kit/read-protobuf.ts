/** A value of a field on the wire: a number, or bytes that are text or a message. */
export type WireValue = bigint | Buffer;
export type WireMessage = ReadonlyMap<number, readonly WireValue[]>;

/** Reads a Protocol Buffers message without its definition: all values of each field by its number. */
export function readMessage(bytes: Buffer): WireMessage {
  const fields = new Map<number, WireValue[]>();
  let offset = 0;
  const readVarint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes.readUInt8(offset);
      offset += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const readBytes = (length: number): Buffer => {
    offset += length;
    return bytes.subarray(offset - length, offset);
  };
  while (offset < bytes.length) {
    const tag = Number(readVarint());
    const wireType = tag & 7;
    const value =
      wireType === 0
        ? readVarint()
        : readBytes(wireType === 1 ? 8 : wireType === 5 ? 4 : Number(readVarint()));
    fields.set(tag >> 3, [...(fields.get(tag >> 3) ?? []), value]);
  }
  return fields;
}

/** The messages in a field. */
export function messagesIn(message: WireMessage | undefined, field: number): WireMessage[] {
  const values = message?.get(field) ?? [];
  return values.flatMap((value) => (typeof value === 'bigint' ? [] : [readMessage(value)]));
}

export function bytesIn(message: WireMessage | undefined, field: number): Buffer {
  const value = message?.get(field)?.[0];
  return value === undefined || typeof value === 'bigint' ? Buffer.alloc(0) : value;
}

export function textIn(message: WireMessage | undefined, field: number): string {
  return bytesIn(message, field).toString();
}

export function numberIn(message: WireMessage | undefined, field: number): number {
  const value = message?.get(field)?.[0] ?? 0n;
  return typeof value === 'bigint' ? Number(value) : value.readDoubleLE(0);
}
