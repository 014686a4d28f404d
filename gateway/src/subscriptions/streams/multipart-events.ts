import type { ErrorCode } from '@plaza/schema/errors';
import type { GraphQLFormattedError } from 'graphql';
import {
  boundary,
  closingDashes,
  openingDelimiter,
  writePart,
} from '../../http/multipart-parts.ts';
import type { StreamFormat } from './stream-format.ts';

/** Apollo's multipart protocol for subscriptions, version 1.0: what Apollo's clients speak over HTTP. */
export const multipartEvents: StreamFormat = {
  contentType: `multipart/mixed; boundary="${boundary}"; subscriptionSpec=1.0`,
  opening: openingDelimiter,
  next: encodeNext,
  heartbeat: writePart('{}'),
  complete: closingDashes,
  failed: writeFatal,
  sentAway: writeFatal([
    {
      message: 'The server is going away: subscribe again.',
      extensions: { code: 'SUPERGRAPH_UNAVAILABLE' satisfies ErrorCode },
    },
  ]),
};

function encodeNext(payload: Buffer): Buffer {
  return writePart('{"payload":', payload, '}');
}

/** An error of the transport: no payload of the operation, and nothing follows. */
function writeFatal(errors: readonly GraphQLFormattedError[]): Buffer {
  const part = writePart(JSON.stringify({ payload: null, errors }));
  return Buffer.concat([part, Buffer.from(closingDashes)]);
}
