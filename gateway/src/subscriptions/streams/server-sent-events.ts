import type { StreamFormat } from './stream-format.ts';

/** How long clients wait before they connect again, in milliseconds. */
const retryDelayMs = 1_000;

/** Without data EventSource would not tell of it (HTML, section 9.2.6). */
const complete = 'event: complete\ndata:\n\n';

/**
 * GraphQL over SSE, distinct connections mode (graphql-sse, PROTOCOL.md). JSON text has no line
 * breaks, so that an event is one line of data.
 */
export const serverSentEvents: StreamFormat = {
  contentType: 'text/event-stream; charset=utf-8',
  opening: ':\n\n',
  next: encodeNext,
  heartbeat: ':\n\n',
  complete,
  failed: (errors) => `event: next\ndata: ${JSON.stringify({ errors })}\n\n${complete}`,
  // A client that reads `complete` is done; one whose stream merely ends connects again.
  sentAway: `retry: ${retryDelayMs}\n\n`,
};

function encodeNext(payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from('event: next\ndata: '), payload, Buffer.from('\n\n')]);
}
