import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { VerifyApiKey } from './verify-api-key.ts';

/** How long a gateway may keep an answer: a revoked key is refused everywhere after so long. */
const answerMaxAgeS = 5;

/**
 * Adds POST /internal/api-keys/verify, for gateways: `{ "key": "plz_..." }` answers whose it is, or
 * `{ "active": false }`, like token introspection (RFC 7662). The service token is the bearer; any
 * other is a 401.
 */
export function addVerifyRoute(
  app: FastifyInstance,
  { serviceToken, verify }: { readonly serviceToken: string; readonly verify: VerifyApiKey },
): void {
  const expected = digest(`Bearer ${serviceToken}`);
  app.post('/internal/api-keys/verify', async (request, reply) => {
    const given = digest(request.headers.authorization ?? '');
    if (!timingSafeEqual(given, expected)) {
      return reply.code(401).send({ error: 'The service token is missing or wrong' });
    }
    const key = (request.body as { readonly key?: unknown } | null)?.key;
    if (typeof key !== 'string') {
      return reply.code(400).send({ error: 'Send the key as { "key": "plz_..." }' });
    }
    const verified = await verify(key);
    reply.header('cache-control', `private, max-age=${answerMaxAgeS}`);
    return verified === undefined ? { active: false } : { active: true, ...verified };
  });
}

/** Hashes are of one length, which a comparison in constant time needs. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
