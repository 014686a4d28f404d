import { open } from 'node:fs/promises';
import { AppError } from '@plaza/schema/errors';
import { fetchText } from '../subgraph-fetch/fetch-text.ts';

/** Longest supergraph SDL that is loaded. The largest public ones are a tenth of it. */
const supergraphBytesMax = 64 * 1024 * 1024;
/** Time for a file or a server to give the whole SDL. */
const supergraphFetchTimeoutMs = 10_000;

/**
 * Loads supergraph SDL from a file or an http(s) URL, within 10 s and 64 MiB.
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
    await using file = await open(path);
    const { size } = await file.stat();
    if (size > supergraphBytesMax) {
      throw new RangeError(`it has more than ${supergraphBytesMax} bytes`);
    }
    const signal = AbortSignal.timeout(supergraphFetchTimeoutMs);
    return await file.readFile({ encoding: 'utf8', signal });
  } catch (error) {
    const problem = problemOf(error, 'it cannot be read');
    throw unavailable(`Supergraph ${path}: ${problem}. Name a supergraph SDL file or URL.`, error);
  }
}

async function loadFromUrl(url: string): Promise<string> {
  const { status, text } = await fetchSdl(url);
  if (status === 200) return text;
  throw unavailable(
    `Supergraph ${url}: the server answered ${status}, not 200. Name the URL of the SDL itself.`,
  );
}

async function fetchSdl(url: string): Promise<{ status: number; text: string }> {
  const accept = 'text/plain, application/graphql, */*;q=0.5';
  const timeoutMs = supergraphFetchTimeoutMs;
  try {
    return await fetchText({ url, accept, timeoutMs, bytesMax: supergraphBytesMax });
  } catch (error) {
    const problem = problemOf(error, 'it cannot be fetched');
    throw unavailable(`Supergraph ${url}: ${problem}. See that its server runs.`, error);
  }
}

function problemOf(error: unknown, what: string): string {
  if (!(error instanceof Error)) return what;
  if (error.name === 'TimeoutError') return `${what} within ${supergraphFetchTimeoutMs} ms`;
  if (error instanceof RangeError) return error.message;
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder';
  return typeof code === 'string' ? `${what} (${code})` : what;
}

function unavailable(message: string, cause?: unknown): AppError {
  return new AppError('SUPERGRAPH_UNAVAILABLE', message, { cause });
}
