import type { Config } from '../config.ts';
import type { Gateway, OperationOutcome } from '../gateway.ts';
import type { OperationRequest } from '../operation-request.ts';
import { fetchText } from '../subgraph-fetch/fetch-text.ts';
import type { Answer } from './compare-answers.ts';

/** An answer, and what it took. */
export interface Tried {
  readonly answer: Answer;
  readonly durationMs: number;
  /** Calls to subgraphs; undefined where nobody can tell. */
  readonly calls: number | undefined;
}

/** Answers a query as the gateway in use has done. Rejects when there is no GraphQL answer. */
export type Candidate = (request: OperationRequest) => Promise<Tried>;

/** Longest answer of a candidate gateway that is read. */
const answerBytesMax = 33_554_432;

/** Another gateway, which gets what a subgraph would get of the client's headers. */
export function gatewayCandidate(url: string, config: Config): Candidate {
  const { timeoutMs } = config.shadow;
  return async ({ query, operationName, variables, headers, requestId, signal }) => {
    const startedMs = performance.now();
    const { text } = await fetchText({
      url,
      accept: 'application/json',
      headers: { ...shownHeaders(headers, config), 'x-request-id': requestId },
      body: { query, operationName, variables },
      timeoutMs,
      bytesMax: answerBytesMax,
      signal,
    });
    const durationMs = performance.now() - startedMs;
    return { answer: JSON.parse(text) as Answer, durationMs, calls: undefined };
  };
}

function shownHeaders(
  headers: Readonly<Record<string, string>>,
  { headers: { forward }, authentication }: Config,
): Record<string, string> {
  const names = ['authorization', authentication.apiKeys?.header, ...forward];
  const shown: Record<string, string> = {};
  for (const name of names) {
    const value = name === undefined ? undefined : headers[name];
    if (name !== undefined && value !== undefined) shown[name] = value;
  }
  return shown;
}

/** A gateway in this process. */
export function ownCandidate(gateway: Gateway): Candidate {
  return async (request) => {
    const startedMs = performance.now();
    const outcome = await gateway.run(request);
    const durationMs = performance.now() - startedMs;
    return { answer: answerOf(outcome), durationMs, calls: outcome.calls };
  };
}

/** What a client reads. */
export function answerOf({ body }: OperationOutcome): Answer {
  return JSON.parse(body.toString('utf8')) as Answer;
}
