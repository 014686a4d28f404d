import type { IncrementalPayload } from '../kit/merge-payloads.ts';

const decoder = new TextDecoder();

/**
 * Reads a `multipart/mixed` body with the boundary `graphql` part by part: a part is there as soon as the
 * delimiter after it is. Throws when the body ends without the last delimiter.
 */
export async function* readMultipart(
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<IncrementalPayload, void, void> {
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    const parts = text.split('\r\n--graphql');
    text = parts.pop() ?? '';
    for (const part of parts) {
      const [head = '', json] = part.split('\r\n\r\n');
      if (json === undefined) continue;
      if (!/^content-type: application\/json/im.test(head)) throw new Error(`No JSON: ${head}`);
      yield JSON.parse(json) as IncrementalPayload;
    }
  }
  if (text !== '--\r\n') throw new Error(`The body ends with ${JSON.stringify(text)}`);
}

/** All parts of a response, in their order. */
export async function readAllParts({ body }: Response): Promise<IncrementalPayload[]> {
  const payloads: IncrementalPayload[] = [];
  if (body === null) return payloads;
  for await (const payload of readMultipart(body)) payloads.push(payload);
  return payloads;
}
