import type { GraphQLFormattedError } from 'graphql';
import type { Deadline } from './deadline.ts';
import { toGraphQLErrors } from './graphql-errors.ts';
import type { PartedResponse } from './incremental-delivery/answer-in-parts.ts';
import type { FormatErrors, IncrementalFormat } from './incremental-delivery/write-payload.ts';
import { writeFirstPayload, writeNextPayload } from './incremental-delivery/write-payload.ts';
import type { ProjectedResponse } from './pipeline/project-response.ts';

/**
 * The response map (GraphQL, section 7.1) as JSON. Errors come first, as the specification advises;
 * without data, which is JSON itself, the request failed before anything was executed.
 */
export function writeResponseBody(
  data: string | undefined,
  errors: readonly GraphQLFormattedError[],
  extensions?: Readonly<Record<string, unknown>>,
): Buffer {
  const end = extensions === undefined ? '}' : `,"extensions":${JSON.stringify(extensions)}}`;
  if (data === undefined) return Buffer.from(`{"errors":${JSON.stringify(errors)}${end}`);
  if (errors.length === 0) return Buffer.from(`{"data":${data}${end}`);
  return Buffer.from(`{"errors":${JSON.stringify(errors)},"data":${data}${end}`);
}

/** Who reads the body, and how. */
interface Reader {
  readonly requestId: string;
  /** Set for whoever gets a response in parts. */
  readonly incrementalFormat?: IncrementalFormat | undefined;
}

/** Bodies without errors, which are the same for all requests that share a response. */
const bodies = new WeakMap<ProjectedResponse, Buffer>();

/** True when deferred parts follow the response. */
export function isParted(
  response: ProjectedResponse | PartedResponse | undefined,
): response is PartedResponse {
  return response !== undefined && 'payloads' in response;
}

/**
 * Writes a response, or what there is instead, as JSON; of one in parts the first payload. `additions`
 * stand beside its own extensions.
 */
export function writeBody(
  response: ProjectedResponse | PartedResponse | undefined,
  errors: readonly unknown[],
  { requestId, incrementalFormat }: Reader,
  additions?: Readonly<Record<string, unknown>>,
): Buffer {
  if (isParted(response) && incrementalFormat !== undefined) {
    return Buffer.from(writeFirstPayload(response, incrementalFormat, formatterFor(requestId)));
  }
  if (response === undefined || errors.length > 0 || additions !== undefined) {
    const { data, extensions } = response ?? {};
    const all = additions === undefined ? extensions : { ...extensions, ...additions };
    return writeResponseBody(data, toGraphQLErrors(errors, requestId), all);
  }
  let body = bodies.get(response);
  if (body === undefined) {
    body = writeResponseBody(response.data, [], response.extensions);
    bodies.set(response, body);
  }
  return body;
}

/** What the payloads after the first take along. */
interface PayloadsContext {
  /** That of all payloads; it ends with the last one, or when the reader leaves. */
  readonly deadline: Deadline;
  /** Told of every error once. */
  readonly onErrors: (errors: readonly unknown[]) => void;
  /** Told when no more payloads follow, or nobody reads them. */
  readonly onEnd: () => void;
}

/** Writes the payloads that follow the first as JSON, each as soon as it is there. */
export async function* writePayloads(
  { payloads }: PartedResponse,
  { requestId, incrementalFormat = 'deferSpec=20220824' }: Reader,
  { deadline, onErrors, onEnd }: PayloadsContext,
): AsyncGenerator<Buffer, void, void> {
  using _ = deadline;
  try {
    for await (const payload of payloads) {
      onErrors(payload.newErrors);
      yield Buffer.from(writeNextPayload(payload, incrementalFormat, formatterFor(requestId)));
    }
  } catch (error) {
    // A fault of ours: the client meets an answer that breaks off, the log has the reason.
    onErrors([error]);
    throw error;
  } finally {
    onEnd();
  }
}

function formatterFor(requestId: string): FormatErrors {
  return (errors) => toGraphQLErrors(errors, requestId);
}
