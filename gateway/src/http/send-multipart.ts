import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { IncrementalFormat } from '../incremental-delivery/write-payload.ts';

/** JSON text escapes nothing that could be taken for `\r\n---`: a line break in it is `\n`. */
const boundary = '-';

/** JSON payloads as the parts of one body. */
export interface Multipart {
  readonly first: Buffer;
  readonly rest: AsyncIterable<Buffer>;
  readonly format: IncrementalFormat;
}

/**
 * Sends payloads as `multipart/mixed` (RFC 2046, section 5.1), each as soon as it is there and the
 * client has read the one before. `onClose` is called once: after the last, or when the client leaves.
 */
export function sendMultipart(
  reply: FastifyReply,
  multipart: Multipart,
  onClose: () => void,
): FastifyReply {
  const body = Readable.from(writeParts(multipart));
  body.once('close', onClose);
  return (
    reply
      .code(200)
      .type(`multipart/mixed; boundary="${boundary}"; ${multipart.format}`)
      // Else nginx keeps parts back until it has a buffer full.
      .header('x-accel-buffering', 'no')
      .send(body)
  );
}

/**
 * The delimiter after a part goes out with it, since a client takes the part for whole only then. The
 * last one has two more dashes; it waits for the end, of which the payload before says nothing.
 */
async function* writeParts({ first, rest }: Multipart): AsyncGenerator<Buffer, void, void> {
  yield writePart(first, { opening: `\r\n--${boundary}` });
  for await (const payload of rest) yield writePart(payload, { opening: '' });
  yield Buffer.from('--\r\n');
}

function writePart(payload: Buffer, { opening }: { readonly opening: string }): Buffer {
  return Buffer.concat([
    Buffer.from(`${opening}\r\ncontent-type: application/json; charset=utf-8\r\n\r\n`),
    payload,
    Buffer.from(`\r\n--${boundary}`),
  ]);
}
