import { request } from 'undici';

export interface TextRequest {
  readonly url: string;
  readonly accept: string;
  /** Posted as JSON; without it the text is got. */
  readonly body?: unknown;
  readonly timeoutMs: number;
  readonly bytesMax: number;
}

/** Fetches one text of bounded length, for start-up and tools; operations go by the executor. */
export async function fetchText(options: TextRequest): Promise<{ status: number; text: string }> {
  const { url, accept, body, timeoutMs, bytesMax } = options;
  const post = {
    method: 'POST',
    headers: { accept, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  } as const;
  const signal = AbortSignal.timeout(timeoutMs);
  const get = { method: 'GET', headers: { accept } } as const;
  const answer = await request(url, { ...(body === undefined ? get : post), signal });
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer.body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new RangeError(`The answer has more than ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  return { status: answer.statusCode, text: Buffer.concat(chunks).toString('utf8') };
}
