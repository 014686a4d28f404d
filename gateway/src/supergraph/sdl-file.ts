import { open } from 'node:fs/promises';

/** Longest SDL that is loaded. The largest public supergraphs are a tenth of it. */
export const sdlBytesMax = 64 * 1024 * 1024;
/** Time for a file or a server to give the whole SDL. */
export const sdlTimeoutMs = 10_000;

/** Reads SDL of at most 64 MiB from a file, within 10 s. */
export async function readSdlFile(path: string, signal: AbortSignal): Promise<string> {
  await using file = await open(path);
  const { size } = await file.stat();
  if (size > sdlBytesMax) throw new RangeError(`it has more than ${sdlBytesMax} bytes`);
  const timeout = AbortSignal.timeout(sdlTimeoutMs);
  return await file.readFile({ encoding: 'utf8', signal: AbortSignal.any([signal, timeout]) });
}

/** Why there is no SDL, in words that follow the name of its place. */
export function describeReadError(error: unknown, what: string): string {
  if (!(error instanceof Error)) return what;
  if (error.name === 'TimeoutError') return `${what} within ${sdlTimeoutMs} ms`;
  if (error instanceof RangeError) return error.message;
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder';
  return typeof code === 'string' ? `${what} (${code})` : what;
}
