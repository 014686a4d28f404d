import { readFile } from 'node:fs/promises';
import { AppError } from '@plaza/schema/errors';
import { fetchText } from '../subgraph-fetch/fetch-text.ts';

/** Longest supergraph SDL that is loaded. The largest public ones are a tenth of it. */
const sdlBytesMax = 64 * 1024 * 1024;
const loadTimeoutMs = 10_000;

/**
 * Loads supergraph SDL from a file or an http(s) URL, within 10 s.
 * Throws AppError SUPERGRAPH_UNAVAILABLE with one line that says what to do.
 */
export function loadSupergraph(location: string): Promise<string> {
  return isUrl(location) ? loadFromUrl(location) : loadFromFile(location);
}

function isUrl(location: string): boolean {
  return /^https?:\/\//i.test(location);
}

async function loadFromFile(path: string): Promise<string> {
  try {
    return await readFile(path, { encoding: 'utf8', signal: AbortSignal.timeout(loadTimeoutMs) });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const problem =
      code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${String(code)})`;
    throw unavailable(`Supergraph ${path}: ${problem}. Name a supergraph SDL file or URL.`, error);
  }
}

async function loadFromUrl(url: string): Promise<string> {
  const { status, text } = await fetchSdl(url);
  if (status === 200) return text;
  throw unavailable(`Supergraph ${url}: the server answered ${status}, not 200.`);
}

async function fetchSdl(url: string): Promise<{ status: number; text: string }> {
  const accept = 'text/plain, application/graphql, */*;q=0.5';
  try {
    return await fetchText({ url, accept, timeoutMs: loadTimeoutMs, bytesMax: sdlBytesMax });
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? error.code : error;
    throw unavailable(`Supergraph ${url}: it cannot be fetched (${String(reason)}).`, error);
  }
}

function unavailable(message: string, cause?: unknown): AppError {
  return new AppError('SUPERGRAPH_UNAVAILABLE', message, { cause });
}
