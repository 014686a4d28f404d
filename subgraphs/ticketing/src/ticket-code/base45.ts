const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
const base = 45;
const digitValues = new Map([...alphabet].map((character, value) => [character, value]));

/** The bytes as Base45 text (RFC 9285): exactly the characters of a QR code's alphanumeric mode. */
export function encodeBase45(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 2) {
    const high = bytes[at] ?? 0;
    const low = bytes[at + 1];
    text += low === undefined ? digits(high, 2) : digits(high * 256 + low, 3);
  }
  return text;
}

/**
 * The bytes of Base45 text, or undefined when it is none (RFC 9285 section 6): a character outside the
 * alphabet, a length that no bytes have, or a group above its bytes' range. One text per bytes, so a
 * changed text never decodes to the same bytes.
 */
export function decodeBase45(text: string): Buffer | undefined {
  if (text.length % 3 === 1) return undefined;
  const bytes = Buffer.alloc(Math.floor((text.length * 2) / 3));
  for (let at = 0, written = 0; at < text.length; at += 3) {
    const group = groupValue(text.slice(at, at + 3));
    if (group === undefined) return undefined;
    if (text.length - at >= 3) {
      if (group > 0xffff) return undefined;
      written = bytes.writeUInt16BE(group, written);
    } else {
      if (group > 0xff) return undefined;
      written = bytes.writeUInt8(group, written);
    }
  }
  return bytes;
}

/** Least significant digit first, as the RFC writes them. */
function digits(value: number, count: 2 | 3): string {
  let text = '';
  for (let rest = value, written = 0; written < count; written += 1) {
    text += alphabet[rest % base];
    rest = Math.floor(rest / base);
  }
  return text;
}

function groupValue(group: string): number | undefined {
  let value = 0;
  for (const character of [...group].reverse()) {
    const digit = digitValues.get(character);
    if (digit === undefined) return undefined;
    value = value * base + digit;
  }
  return value;
}
