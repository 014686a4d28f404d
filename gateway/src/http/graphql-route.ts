import { AppError } from '@plaza/schema/errors';
import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import type { Config } from '../config.ts';
import { freshnessHeaders } from '../entity-cache/response-freshness.ts';
import type { Gateway } from '../gateway.ts';
import type { MediaType } from '../graphql-errors.ts';
import { statusFor } from '../graphql-errors.ts';
import type { OperationRequest } from '../operation-request.ts';
import { rateLimitHeaders } from '../rate-limits/rate-limit-headers.ts';
import type { EventStreams, StreamExchange } from '../subscriptions/streams/event-streams.ts';
import { multipartEvents } from '../subscriptions/streams/multipart-events.ts';
import { serverSentEvents } from '../subscriptions/streams/server-sent-events.ts';
import { clientSignal } from './abort-signal.ts';
import { answerBatch, requireBatchAccepted } from './answer-batch.ts';
import { refuseCrossSite } from './cross-site.ts';
import type { GraphQLParameters } from './graphql-parameters.ts';
import {
  readBatchParameters,
  readBodyParameters,
  readUrlParameters,
} from './graphql-parameters.ts';
import {
  negotiateIncrementalFormat,
  negotiateMediaType,
  negotiateStream,
  prefersHtml,
} from './negotiate-media-type.ts';
import { explorerPath, graphqlPath } from './paths.ts';
import { retryAfterSeconds } from './retry-after.ts';
import { sendMultipart } from './send-multipart.ts';

const allowedMethods = 'GET, HEAD, POST, OPTIONS';

const streamFormats = {
  'text/event-stream': serverSentEvents,
  'multipart/mixed': multipartEvents,
};

/** What serves the operations that a route receives. */
export interface OperationServers {
  readonly gateway: Gateway;
  readonly streams: EventStreams;
  /** Client headers that an answer may depend on. */
  readonly varying: readonly string[];
}

/**
 * Serves GraphQL over HTTP (draft of 2025) at `/graphql`, and each contract below it; subscriptions to
 * clients of streams.
 */
export function serveGraphQL(
  server: FastifyInstance,
  servers: OperationServers,
  config: Config,
): void {
  serveAt(undefined, server, servers, config);
  for (const contract of Object.keys(config.contracts)) serveAt(contract, server, servers, config);
}

function serveAt(
  contract: string | undefined,
  server: FastifyInstance,
  servers: OperationServers,
  config: Config,
): void {
  const url = graphqlPath(contract);
  // Before the body: it would cost more than the refusal.
  const onRequest: onRequestHookHandler = (_request, _reply, done) => {
    if (servers.gateway.isOverloaded())
      done(new AppError('OVERLOADED', 'New operations are refused'));
    else done();
  };
  server.route({
    method: ['GET', 'HEAD'],
    url,
    onRequest,
    handler: async (request, reply) => {
      const search = new URL(request.url, 'http://gateway').searchParams;
      const { accept } = request.headers;
      if (config.explorer.enabled && !search.has('query') && prefersHtml(accept)) {
        return reply.redirect(explorerPath(contract), 302);
      }
      refuseCrossSite(request, config);
      const accepted = requireAccepted(request);
      const operation = { ...readUrlParameters(search), contract };
      return answer(servers, toOperationRequest(request, reply, operation), accepted, reply);
    },
  });
  server.post(url, { onRequest }, async (request, reply) => {
    const accepted = requireAccepted(request);
    requireJson(request);
    if (Array.isArray(request.body)) {
      const batch = readBatchParameters(request.body, config.limits.batchMax);
      requireBatchAccepted(accepted.isJsonAccepted);
      const operations = toOperationRequests(request, reply, batch);
      const all = operations.map((operation) => ({ ...operation, contract }));
      return answerBatch(servers.gateway, all, reply);
    }
    const operation = { ...readBodyParameters(request.body), contract };
    return answer(servers, toOperationRequest(request, reply, operation), accepted, reply);
  });
  server.options(url, async (_request, reply) =>
    reply.code(204).header('allow', allowedMethods).send(),
  );
  server.route({
    method: ['PUT', 'PATCH', 'DELETE'],
    url,
    handler: (_request, reply) => {
      reply.header('allow', allowedMethods);
      throw new AppError('METHOD_NOT_ALLOWED', 'Send operations with POST, or queries with GET');
    },
  });
}

/** What the client reads. */
interface Accepted extends Pick<StreamExchange, 'isJsonAccepted'> {
  /** Of an answer that is no stream. */
  readonly mediaType: MediaType;
  readonly format: StreamExchange['format'] | undefined;
}

async function answer(
  { gateway, streams, varying }: OperationServers,
  operation: OperationRequest,
  { mediaType, format, isJsonAccepted }: Accepted,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { raw: response, request } = reply;
  const exchange = { response, headers: reply.getHeaders(), address: request.ip, isJsonAccepted };
  const outcome =
    format === undefined
      ? await gateway.run(operation)
      : await streams.run(operation, { ...exchange, format });
  if (outcome === undefined) return reply.hijack();
  const { body, code, freshness, headers, allowances, payloads, logCompleted } = outcome;
  if (allowances.length > 0) reply.headers(rateLimitHeaders(allowances));
  const { incrementalFormat } = operation;
  if (payloads !== undefined && incrementalFormat !== undefined) {
    const multipart = { first: body, rest: payloads, format: incrementalFormat };
    return sendMultipart(reply, multipart, () => logCompleted(200));
  }
  if (headers !== undefined) reply.headers(headers);
  const status = statusFor(code, mediaType);
  logCompleted(status);
  if (code === 'METHOD_NOT_ALLOWED') reply.header('allow', 'POST');
  if (code === 'OVERLOADED') reply.header('retry-after', retryAfterSeconds());
  if (freshness !== undefined) reply.headers(freshnessHeaders(freshness, varying));
  // RFC 9110, section 15.5.2: a 401 says how to authenticate.
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  return reply.code(status).type(`${mediaType}; charset=utf-8`).send(body);
}

/** All of a batch end with their client; none is answered in parts. */
function toOperationRequests(
  request: FastifyRequest,
  reply: FastifyReply,
  batch: readonly GraphQLParameters[],
): readonly OperationRequest[] {
  const nothing = { query: '', documentId: undefined, operationName: undefined };
  const common = toOperationRequest(request, reply, { ...nothing, variables: {}, extensions: {} });
  return batch.map((parameters) => ({ ...common, ...parameters, incrementalFormat: undefined }));
}

function toOperationRequest(
  request: FastifyRequest,
  reply: FastifyReply,
  operation: GraphQLParameters & Pick<OperationRequest, 'contract'>,
): OperationRequest {
  return {
    ...operation,
    headers: singleHeaders(request),
    requestId: request.id,
    method: request.method,
    address: request.ip,
    signal: clientSignal(reply.raw),
    // RFC 9110, section 9.2.1: GET is safe, so nothing that it carries may change anything.
    allowedTypes: request.method === 'POST' ? ['query', 'mutation'] : ['query'],
    incrementalFormat:
      request.method === 'HEAD' ? undefined : negotiateIncrementalFormat(request.headers.accept),
  };
}

function requireAccepted({ method, headers: { accept } }: FastifyRequest): Accepted {
  const mediaType = negotiateMediaType(accept);
  const stream = method === 'HEAD' ? undefined : negotiateStream(accept);
  if (mediaType === undefined && stream === undefined) {
    const message = 'Accept application/graphql-response+json or application/json';
    throw new AppError('NOT_ACCEPTABLE', message);
  }
  return {
    mediaType: mediaType ?? 'application/graphql-response+json',
    format: stream && streamFormats[stream],
    isJsonAccepted: mediaType !== undefined,
  };
}

/** A POST without a body reaches the route whatever its type. */
function requireJson({ headers }: FastifyRequest): void {
  if (/^application\/json\s*(?:;|$)/i.test(headers['content-type'] ?? '')) return;
  throw new AppError('UNSUPPORTED_MEDIA_TYPE', 'Send the operation as application/json');
}

function singleHeaders({ headers }: FastifyRequest): Record<string, string> {
  const single: Record<string, string> = Object.create(null);
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) single[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return single;
}
