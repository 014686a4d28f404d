import type { Dispatcher } from 'undici';
import { request } from 'undici';
import type { SignRequest } from '../signatures/sign-request.ts';

/** Who signs, and for whom. */
export interface Signing {
  readonly sign: SignRequest | undefined;
  readonly subgraph: string;
}

export interface TextRequest {
  readonly url: string;
  readonly accept: string;
  /** Sent besides `accept`; lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Posted as JSON; without it the text is got. */
  readonly body?: unknown;
  /** Signs the request for a subgraph. */
  readonly signing?: Signing | undefined;
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
  const { url, timeoutMs, bytesMax, dispatcher } = options;
  const timeout = AbortSignal.timeout(timeoutMs);
  const answer = await request(url, {
    ...toSend(options),
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

function toSend({ url, accept, body: given, signing, ...options }: TextRequest) {
  const method = given === undefined ? 'GET' : 'POST';
  const body = given === undefined ? undefined : JSON.stringify(given);
  const type = given === undefined ? {} : { 'content-type': 'application/json' };
  const headers: Record<string, string> = { accept, ...options.headers, ...type };
  const { pathname, search } = new URL(url);
  const unsigned = { method, path: `${pathname}${search}`, headers, body } as const;
  const signed = signing?.sign?.({ ...unsigned, subgraph: signing.subgraph });
  return { method, headers: signed ?? headers, ...(body === undefined ? {} : { body }) } as const;
}
