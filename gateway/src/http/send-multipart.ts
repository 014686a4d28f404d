import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { IncrementalFormat } from '../incremental-delivery/write-payload.ts';
import { boundary, closingDashes, openingDelimiter, writePart } from './multipart-parts.ts';

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

/** The last delimiter waits for the end, of which the payload before says nothing. */
async function* writeParts({ first, rest }: Multipart): AsyncGenerator<Buffer, void, void> {
  yield Buffer.concat([Buffer.from(openingDelimiter), writePart(first)]);
  for await (const payload of rest) yield writePart(payload);
  yield Buffer.from(closingDashes);
}
