import { AppError } from '@plaza/schema/errors';
import type { TextAnswer } from '../subgraph-fetch/fetch-text.ts';
import { fetchText } from '../subgraph-fetch/fetch-text.ts';
import { describeReadError, sdlBytesMax, sdlTimeoutMs } from './sdl-file.ts';
import type { FoundSupergraph, SupergraphOrigin } from './supergraph-origin.ts';

interface Fetched {
  readonly found: FoundSupergraph;
  /** What the server knows this text by: sent back, so that it answers 304 while nothing changes. */
  readonly validators: Readonly<Record<string, string>>;
}

/**
 * A supergraph that a server gives. A server that sends `ETag` or `Last-Modified` is asked for
 * changes only (RFC 9110, section 13).
 */
export function urlOrigin(url: string): SupergraphOrigin {
  let last: Fetched | undefined;
  return {
    name: url,
    find: async (signal) => {
      const { status, text, headers } = await fetchSdl(url, last?.validators ?? {}, signal);
      if (status === 304 && last !== undefined) return last.found;
      if (status !== 200) throw unexpectedStatus(url, status);
      const found = { version: text, toSdl: () => Promise.resolve(text) };
      last = { found, validators: validatorsOf(headers) };
      return found;
    },
  };
}

function validatorsOf({ etag, 'last-modified': lastModified }: TextAnswer['headers']) {
  return {
    ...(etag === undefined ? {} : { 'if-none-match': etag }),
    ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
  };
}

async function fetchSdl(
  url: string,
  headers: Fetched['validators'],
  signal: AbortSignal,
): Promise<TextAnswer> {
  const accept = 'text/plain, application/graphql, */*;q=0.5';
  const limits = { timeoutMs: sdlTimeoutMs, bytesMax: sdlBytesMax };
  try {
    return await fetchText({ url, accept, headers, signal, ...limits });
  } catch (error) {
    const problem = describeReadError(error, 'it cannot be fetched');
    const message = `Supergraph ${url}: ${problem}. See that its server runs.`;
    throw new AppError('SUPERGRAPH_UNAVAILABLE', message, { cause: error });
  }
}

function unexpectedStatus(url: string, status: number): AppError {
  return new AppError(
    'SUPERGRAPH_UNAVAILABLE',
    `Supergraph ${url}: the server answered ${status}, not 200. Name the URL of the SDL itself.`,
  );
}
