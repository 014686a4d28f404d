import { AppError } from '@plaza/schema/errors';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Makes the server read `application/json` bodies and nothing else. A body that is not UTF-8 JSON is
 * BAD_REQUEST, another type or encoding UNSUPPORTED_MEDIA_TYPE; neither message quotes the body.
 */
export function parseJsonBodies(server: FastifyInstance, bodyBytesMax: number): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: bodyBytesMax },
    async (request: FastifyRequest, body: Buffer) => {
      requirePlainUtf8(request);
      return parseJson(body);
    },
  );
}

function requirePlainUtf8({ headers }: FastifyRequest): void {
  const charset = /;\s*charset="?([^";\s]*)/i.exec(headers['content-type'] ?? '')?.[1];
  if (charset !== undefined && charset.toLowerCase() !== 'utf-8') {
    throw new AppError('UNSUPPORTED_MEDIA_TYPE', 'The request body must be UTF-8');
  }
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding.toLowerCase() !== 'identity') {
    throw new AppError('UNSUPPORTED_MEDIA_TYPE', 'Compressed request bodies are not accepted');
  }
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(body)) as unknown;
  } catch {
    throw new AppError('BAD_REQUEST', 'The request body is not JSON');
  }
}
