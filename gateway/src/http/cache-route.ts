import { hash, timingSafeEqual } from 'node:crypto';
import { cacheInvalidationsSchema } from '@plaza/schema/cache-invalidation';
import { AppError, errorStatus } from '@plaza/schema/errors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Invalidator } from '../entity-cache/invalidate.ts';
import { toThings } from '../entity-cache/read-invalidations.ts';
import { codeOf, toGraphQLErrors } from '../graphql-errors.ts';
import type { SupergraphSnapshot } from '../supergraph/snapshot.ts';

export interface CacheRouteParts {
  readonly invalidator: Invalidator;
  readonly snapshot: () => SupergraphSnapshot;
  /** Undefined: nobody may. */
  readonly secret: string | undefined;
}

/**
 * `POST /cache/invalidations` puts things out of date: a list in the words of Apollo Router's
 * invalidation endpoint, and `{kind: "entity", type, key}`. It answers when no gateway serves them any
 * more: 200 with their number; else UNAUTHENTICATED, BAD_USER_INPUT, or DOWNSTREAM_SERVICE_ERROR when
 * Redis is away.
 */
export function serveCacheInvalidation(
  server: FastifyInstance,
  { invalidator, snapshot, secret }: CacheRouteParts,
): void {
  if (secret === undefined) return;
  const expected = hash('sha256', `Bearer ${secret}`, 'buffer');
  const errorHandler = (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    // Not GraphQL over HTTP, where JSON of a failed request may come with 200.
    const body = { errors: toGraphQLErrors([error], request.id) };
    return reply.code(errorStatus[codeOf(error)]).send(body);
  };
  server.post('/cache/invalidations', { errorHandler }, async (request, reply) => {
    const given = hash('sha256', request.headers.authorization ?? '', 'buffer');
    if (!timingSafeEqual(given, expected)) {
      throw new AppError('UNAUTHENTICATED', 'Send the secret (cache.secret) as a bearer token');
    }
    const read = cacheInvalidationsSchema.safeParse(request.body);
    if (!read.success) {
      const [issue] = read.error.issues;
      const place = issue?.path.join('.') ?? '';
      throw new AppError(
        'BAD_USER_INPUT',
        `Invalidation ${place}: ${issue?.message ?? 'unreadable'}`,
      );
    }
    const things = toThings(read.data, { snapshot: snapshot() });
    await invalidator.invalidate(things, 'endpoint');
    return reply.send({ invalidated: things.length });
  });
}
