import { AppError } from '@plaza/schema/errors';
import type { SignRequest } from '../signatures/sign-request.ts';
import type { TextRequest } from '../subgraph-fetch/fetch-text.ts';
import { fetchText } from '../subgraph-fetch/fetch-text.ts';

const fetchTimeoutMs = 10_000;
const sdlBytesMax = 16 * 1024 * 1024;

/** How a subgraph is asked. */
interface SdlAsking extends Pick<TextRequest, 'signal' | 'dispatcher'> {
  readonly sign?: SignRequest | undefined;
}

/**
 * Asks a running subgraph for its SDL (Apollo Federation, subgraph specification), within 10 s.
 * Throws AppError DOWNSTREAM_SERVICE_ERROR when it does not tell.
 */
export async function fetchSdl(
  name: string,
  url: string,
  { sign, ...options }: SdlAsking = {},
): Promise<string> {
  try {
    const { text } = await fetchText({
      url,
      accept: 'application/json',
      body: { query: '{ _service { sdl } }' },
      signing: { sign, subgraph: name },
      timeoutMs: fetchTimeoutMs,
      bytesMax: sdlBytesMax,
      ...options,
    });
    return readServiceSdl(text);
  } catch (error) {
    const message = `Subgraph ${name} does not tell its SDL at ${url}: is it running?`;
    throw new AppError('DOWNSTREAM_SERVICE_ERROR', message, { cause: error });
  }
}

function readServiceSdl(text: string): string {
  const { data } = JSON.parse(text) as { data?: { _service?: { sdl?: unknown } } };
  const sdl = data?._service?.sdl;
  if (typeof sdl === 'string') return sdl;
  throw new AppError('DOWNSTREAM_SERVICE_ERROR', 'The answer has no _service.sdl');
}
