import type { Hash } from 'node:crypto';
import { createHash } from 'node:crypto';
import { AppError } from '@plaza/schema/errors';
import type {
  onRequestHookHandler,
  preParsingHookHandler,
  preValidationHookHandler,
} from 'fastify';
import type { VerifyGateway } from '../auth/verify-gateway.ts';

/** Hooks of a route that only a gateway may call. */
export interface GatewayHooks {
  readonly onRequest: onRequestHookHandler;
  readonly preParsing: preParsingHookHandler;
  readonly preValidation: preValidationHookHandler;
}

const digestPattern = /^sha-256=:([A-Za-z0-9+/]{43}=):$/;

/**
 * Refuses what no gateway has signed, with FORBIDDEN: by its head before the body is read, then by the
 * body's digest (RFC 9530).
 */
export function requireGateway(verify: VerifyGateway): GatewayHooks {
  const digests = new WeakMap<object, Hash>();
  return {
    onRequest: (request, _reply, done) => {
      const { method = '', url: target = '', headers } = request.raw;
      verify({ method, target, headers });
      done();
    },
    preParsing: (request, _reply, payload, done) => {
      const digest = createHash('sha256');
      digests.set(request, digest);
      // Nothing flows before this turn is over, when the parser listens too.
      payload.on('data', (chunk: Buffer) => digest.update(chunk));
      done(null, payload);
    },
    preValidation: (request, _reply, done) => {
      const { 'content-digest': given } = request.headers;
      const [, expected] = (typeof given === 'string' && digestPattern.exec(given)) || [];
      if (expected === undefined || digests.get(request)?.digest('base64') !== expected) {
        throw new AppError('FORBIDDEN', 'The body is not the one that the gateway has signed');
      }
      done();
    },
  };
}
