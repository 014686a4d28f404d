import type { FastifyInstance } from 'fastify';
import type { SigningKeyRing } from './signing-key-ring.ts';

/** How long a verifier may keep the key set before it asks again. */
const keySetMaxAgeS = 300;

/** Publishes the public keys where verifiers look for them (RFC 7517; RFC 8615 for the place). */
export function addJwksRoute(
  app: FastifyInstance,
  keys: Pick<SigningKeyRing, 'publicKeySet'>,
): void {
  app.get('/.well-known/jwks.json', async (_request, reply) =>
    reply
      .header('cache-control', `public, max-age=${keySetMaxAgeS}`)
      .header('content-type', 'application/jwk-set+json')
      .send(JSON.stringify(await keys.publicKeySet())),
  );
}
