import type { Dispatcher } from 'undici';
import { request } from 'undici';

export interface TextRequest {
  readonly url: string;
  readonly accept: string;
  /** Sent besides `accept`; lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Posted as JSON; without it the text is got. */
  readonly body?: unknown;
  readonly timeoutMs: number;
  readonly bytesMax: number;
  /** Ends the request before its time is over. */
  readonly signal?: AbortSignal;
  /** Keeps connections for the next calls; without it each call has its own. */
  readonly dispatcher?: Dispatcher;
}

export interface TextAnswer {
  readonly status: number;
  readonly text: string;
  /** Headers that came once, lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Fetches one text of bounded length, for calls far between; operations go by the executor. */
export async function fetchText(options: TextRequest): Promise<TextAnswer> {
  const { url, accept, body, timeoutMs, bytesMax, dispatcher } = options;
  const timeout = AbortSignal.timeout(timeoutMs);
  const headers = { accept, ...options.headers };
  const post = {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  } as const;
  const get = { method: 'GET', headers } as const;
  const answer = await request(url, {
    ...(body === undefined ? get : post),
    // The other side may close an idle connection before the next call.
    ...(dispatcher === undefined ? { reset: true } : { dispatcher }),
    signal: options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]),
  });
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer.body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new RangeError(`The answer has more than ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  return {
    status: answer.statusCode,
    text: Buffer.concat(chunks).toString('utf8'),
    headers: Object.fromEntries(
      Object.entries(answer.headers).filter(
        (header): header is [string, string] => typeof header[1] === 'string',
      ),
    ),
  };
}
