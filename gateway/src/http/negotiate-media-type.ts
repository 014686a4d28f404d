import type { MediaType } from '../graphql-errors.ts';
import type { IncrementalFormat } from '../incremental-delivery/write-payload.ts';
import { incrementalFormats } from '../incremental-delivery/write-payload.ts';

interface MediaRange {
  readonly type: string;
  readonly quality: number;
  /** Such as `charset=utf-8`, lower-case. */
  readonly parameters: readonly string[];
}

/** The bodies that may be a stream of events. */
export type StreamType = 'text/event-stream' | 'multipart/mixed';

/** Ranges of one Accept header that are looked at. */
const rangesMax = 50;

/**
 * Chooses the media type of the answer (GraphQL over HTTP, section 6.1; RFC 9110, section 12.5.1).
 * Without an Accept header, or by a wildcard alone, it is `application/json`, which every client
 * understands. Undefined when the client accepts neither.
 */
export function negotiateMediaType(accept: string | undefined): MediaType | undefined {
  if (accept === undefined || accept === 'application/json' || accept.trim() === '') {
    return 'application/json';
  }
  const ranges = parseAccept(accept);
  const json = qualityOf('application/json', ranges);
  const graphql = qualityOf('application/graphql-response+json', ranges);
  if (json === 0 && graphql === 0) return undefined;
  const isGraphqlNamed = ranges.some(({ type }) => type === 'application/graphql-response+json');
  if (graphql > json || (graphql === json && isGraphqlNamed)) {
    return 'application/graphql-response+json';
  }
  return 'application/json';
}

/**
 * How a client reads an answer in parts: it names `multipart/mixed` with a format that is known, and
 * wants it no less than JSON. Undefined when it wants one answer.
 */
export function negotiateIncrementalFormat(
  accept: string | undefined,
): IncrementalFormat | undefined {
  if (accept === undefined || !/multipart\/mixed/i.test(accept)) return undefined;
  const ranges = parseAccept(accept);
  let best: { readonly format: IncrementalFormat; readonly quality: number } | undefined;
  for (const { type, quality, parameters } of ranges) {
    if (type !== 'multipart/mixed' || quality === 0 || quality <= (best?.quality ?? 0)) continue;
    const format = incrementalFormats.find((known) => parameters.includes(known.toLowerCase()));
    if (format !== undefined) best = { format, quality };
  }
  if (best === undefined) return undefined;
  const json = ['application/graphql-response+json', 'application/json'] as const;
  return json.every((type) => qualityOf(type, ranges) <= best.quality) ? best.format : undefined;
}

/**
 * The stream that a client would rather read, of those that it names: by a wildcard alone nobody asks
 * for events. A `multipart/mixed` of subscriptions says so by `subscriptionSpec=1.0`.
 */
export function negotiateStream(accept: string | undefined): StreamType | undefined {
  if (accept === undefined || !/text\/event-stream|subscriptionspec/i.test(accept))
    return undefined;
  let best: { readonly type: StreamType; readonly quality: number } | undefined;
  for (const range of parseAccept(accept)) {
    const type = streamTypeOf(range);
    if (type !== undefined && range.quality > (best?.quality ?? 0)) {
      best = { type, quality: range.quality };
    }
  }
  return best?.type;
}

function streamTypeOf({ type, parameters }: MediaRange): StreamType | undefined {
  if (type === 'text/event-stream') return type;
  const isSubscription = parameters.some((one) => /^subscriptionspec="?1\.0"?$/.test(one));
  return type === 'multipart/mixed' && isSubscription ? type : undefined;
}

/** True when the client names `text/html`: a browser that was pointed at the endpoint. */
export function prefersHtml(accept: string | undefined): boolean {
  const ranges = parseAccept(accept ?? '');
  return ranges.some(({ type, quality }) => type === 'text/html' && quality > 0);
}

/** The quality of the most specific range that covers the type; 0 when none does. */
function qualityOf(mediaType: MediaType, ranges: readonly MediaRange[]): number {
  for (const candidate of [mediaType, 'application/*', '*/*']) {
    const range = ranges.find(({ type }) => type === candidate);
    if (range !== undefined) return range.quality;
  }
  return 0;
}

function parseAccept(accept: string): MediaRange[] {
  return accept.split(',', rangesMax).map((part) => {
    const [type = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    const quality = weight === undefined ? 1 : parseQuality(weight.slice(2));
    return { type, quality, parameters };
  });
}

function parseQuality(text: string): number {
  return /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(text) ? Number(text) : 0;
}
