import { brotliCompress, constants, gzip, zstdCompress } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config.ts';

type Encoding = Config['compression']['encodings'][number];
type Compressed = (error: Error | null, body: Buffer) => void;

/** Better ones cost several times as much and give up a few per cent. */
const brotliQuality = 4;
const gzipLevel = 5;
const zstdLevel = 3;

const compressors: Readonly<Record<Encoding, (body: Buffer, done: Compressed) => void>> = {
  br: (body, done) => {
    const params = {
      [constants.BROTLI_PARAM_QUALITY]: brotliQuality,
      [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
    };
    brotliCompress(body, { params }, done);
  },
  gzip: (body, done) => gzip(body, { level: gzipLevel }, done),
  zstd: (body, done) => {
    zstdCompress(body, { params: { [constants.ZSTD_c_compressionLevel]: zstdLevel } }, done);
  },
};

/** Fonts and pictures of the explorer are compressed by themselves. */
const text = /^(?:text\/|application\/(?:[\w.-]+\+)?json\b|image\/svg\+xml)/;

/**
 * Compresses answers as their clients accept it (RFC 9110, section 12.5.3), off the event loop. Left
 * alone: those shorter than `minBytes`, what is encoded already or no text, and streams, whose parts must
 * not wait.
 */
export function compressAnswers(server: FastifyInstance, config: Config['compression']): void {
  if (!config.enabled) return;
  server.addHook('onSend', (request, reply, payload, done) => {
    const body = bodyOf(payload);
    if (
      body === undefined ||
      body.length < config.minBytes ||
      reply.hasHeader('content-encoding') ||
      !text.test(String(reply.getHeader('content-type')))
    ) {
      return done(null, payload);
    }
    reply.header('vary', varyOn(reply.getHeader('vary')));
    const encoding = acceptedEncoding(request.headers['accept-encoding'], config.encodings);
    if (encoding === undefined) return done(null, body);
    return compressors[encoding](body, (error, compressed) => {
      if (error !== null) return done(error);
      reply.header('content-encoding', encoding).removeHeader('content-length');
      return done(null, compressed);
    });
  });
}

/**
 * The encoding that a client likes best, of equals the first offered. Undefined: none is accepted, or
 * the client would rather have the text as it is.
 */
export function acceptedEncoding<Offered extends Encoding>(
  accepted: string | readonly string[] | undefined,
  offered: readonly Offered[],
): Offered | undefined {
  if (accepted === undefined || accepted.length === 0) return undefined;
  const qualities = new Map<string, number>();
  for (const item of String(accepted).toLowerCase().split(',', codingsMax)) {
    const [name = '', ...parameters] = item.split(';').map((part) => part.trim());
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    const quality = weight === undefined ? 1 : Number(weight.slice(2));
    qualities.set(name, quality >= 0 && quality <= 1 ? quality : 0);
  }
  const qualityOf = (name: string): number => qualities.get(name) ?? qualities.get('*') ?? 0;
  let best: Offered | undefined;
  let bestQuality = qualities.get('identity') ?? 0;
  for (const encoding of offered) {
    const quality = qualityOf(encoding);
    if (quality > bestQuality || (best === undefined && quality === bestQuality && quality > 0)) {
      best = encoding;
      bestQuality = quality;
    }
  }
  return best;
}

/** Codings of one header that are looked at. */
const codingsMax = 20;

function bodyOf(payload: unknown): Buffer | undefined {
  if (typeof payload === 'string') return Buffer.from(payload);
  return Buffer.isBuffer(payload) ? payload : undefined;
}

function varyOn(vary: unknown): string {
  const others = typeof vary === 'string' && vary !== '' ? `${vary}, ` : '';
  return /accept-encoding/i.test(others) ? String(vary) : `${others}Accept-Encoding`;
}
