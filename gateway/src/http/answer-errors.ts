import { AppError } from '@plaza/schema/errors';
import { logFields } from '@plaza/schema/log-fields';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { codeOf, statusFor, toGraphQLErrors } from '../graphql-errors.ts';
import type { Logger } from '../telemetry/logger.ts';
import { negotiateMediaType } from './negotiate-media-type.ts';
import { retryAfterSeconds } from './retry-after.ts';

/** Answers what never became an operation: GraphQL errors, in the media type the client accepts. */
export function answerErrors(server: FastifyInstance, logger: Logger): void {
  server.setErrorHandler((error, request, reply) => {
    const appError = toAppError(error);
    const fields = { [logFields.requestId]: request.id, [logFields.errorCodes]: [appError.code] };
    if (appError.code === 'OVERLOADED') reply.header('retry-after', retryAfterSeconds());
    else if (appError.status >= 500) logger.error({ ...fields, error }, 'request failed');
    else logger.debug(fields, 'request refused');
    return answerError(appError, request, reply);
  });
  server.setNotFoundHandler((request, reply) =>
    reply
      .code(404)
      .type('application/json; charset=utf-8')
      .send(JSON.stringify(notFoundBody(request.id))),
  );
}

function answerError(error: AppError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const mediaType = negotiateMediaType(request.headers.accept) ?? 'application/json';
  const body = JSON.stringify({ errors: toGraphQLErrors([error], request.id) });
  // The rest of a body that was not read would be taken for the next request.
  if (error.code === 'PAYLOAD_TOO_LARGE') reply.header('connection', 'close');
  return reply
    .code(statusFor(codeOf(error), mediaType))
    .type(`${mediaType}; charset=utf-8`)
    .send(body);
}

function notFoundBody(requestId: string) {
  const error = new AppError('BAD_REQUEST', 'There is nothing here: operations go to /graphql');
  return { errors: toGraphQLErrors([error], requestId) };
}

/** The server's own refusals under the codes of the closed list. */
function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new AppError(
        'PAYLOAD_TOO_LARGE',
        'The request body is too long (limits.bodyBytesMax)',
      );
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new AppError('UNSUPPORTED_MEDIA_TYPE', 'Send the operation as application/json');
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new AppError('BAD_REQUEST', 'The request body is not as long as content-length says');
    case 'ECONNRESET':
      // Nobody reads the answer; it is not a fault of ours.
      return new AppError('BAD_REQUEST', 'The client closed the connection');
    default:
      return new AppError('INTERNAL_SERVER_ERROR', 'The request failed', { cause: error });
  }
}
