/**
 * Nothing that is likely to be in JSON text: some clients look for the delimiter anywhere in a body,
 * not only after a line break.
 */
export const boundary = 'graphql';

/** What a body begins with. */
export const openingDelimiter = `\r\n--${boundary}`;

/** What makes the delimiter after the last part the closing one. */
export const closingDashes = '--\r\n';

/**
 * JSON text, given in pieces, as one part of a `multipart/mixed` body (RFC 2046, section 5.1). The
 * delimiter after it goes out with it, since a client takes the part for whole only then.
 */
export function writePart(...json: readonly (Buffer | string)[]): Buffer {
  const pieces = [
    '\r\ncontent-type: application/json; charset=utf-8\r\n\r\n',
    ...json,
    openingDelimiter,
  ];
  return Buffer.concat(pieces.map((piece) => Buffer.from(piece)));
}
