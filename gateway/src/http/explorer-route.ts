import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { AppError } from '@plaza/schema/errors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import { acceptedEncoding } from './compress-answers.ts';
import { explorerPath, graphqlPath } from './paths.ts';

const folder = fileURLToPath(new URL('../../explorer/', import.meta.url));

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
};
const compressible = new Set(['.html', '.js', '.css', '.json', '.svg', '.ttf']);

/** No script or connection beyond this origin; the editor writes inline styles. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "worker-src 'self'",
  "font-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

interface ExplorerFile {
  readonly contentType: string;
  readonly cacheControl: string;
  readonly isCompressible: boolean;
  readonly plain: Buffer;
  /** Compressed on the first request for it; there are as many entries as files and encodings. */
  readonly encoded: Map<string, Buffer>;
}

/**
 * Serves GraphiQL from the gateway's own files below `/explorer/`, with a page for each contract. No
 * path reaches other files.
 */
export function serveExplorer(
  server: FastifyInstance,
  { explorer: config, contracts }: Pick<Config, 'explorer' | 'contracts'>,
): void {
  if (!config.enabled) return;
  const pageConfig = toPageConfig(config, undefined);
  const files = readFiles();
  server.get('/', async (_request, reply) => reply.redirect('/explorer/', 302));
  server.get('/explorer', async (_request, reply) => reply.redirect('/explorer/', 308));
  server.get<{ Params: { '*': string } }>('/explorer/*', async (request, reply) => {
    const name = request.params['*'];
    if (name === 'config.json') return reply.header('cache-control', 'no-store').send(pageConfig);
    const file = files.get(name === '' ? 'index.html' : name);
    if (file === undefined) {
      if (files.size > 0) return reply.callNotFound();
      throw notBuilt();
    }
    return sendFile(file, request, reply);
  });
  for (const contract of Object.keys(contracts)) servePage(server, files, { config, contract });
}

/** The page of a contract; its scripts and styles are those of the other page. */
function servePage(
  server: FastifyInstance,
  files: ReadonlyMap<string, ExplorerFile>,
  { config, contract }: { readonly config: Config['explorer']; readonly contract: string },
): void {
  const path = explorerPath(contract);
  const pageConfig = toPageConfig(config, contract);
  server.get(path.slice(0, -1), async (_request, reply) => reply.redirect(path, 308));
  server.get(`${path}config.json`, async (_request, reply) =>
    reply.header('cache-control', 'no-store').send(pageConfig),
  );
  server.get(path, async (request, reply) => {
    const page = files.get('index.html');
    if (page === undefined) throw notBuilt();
    return sendFile(page, request, reply);
  });
}

/** What explorer/README.md promises the page. Examples may ask for what a contract does not have. */
function toPageConfig({ title, examples }: Config['explorer'], contract: string | undefined) {
  const endpoint = graphqlPath(contract);
  return contract === undefined
    ? { endpoint, title, examples }
    : { endpoint, title: `${title} · ${contract}`, examples: [] };
}

function notBuilt(): AppError {
  return new AppError('INTERNAL_SERVER_ERROR', 'The explorer is not built: npm run build');
}

function readFiles(): ReadonlyMap<string, ExplorerFile> {
  const files = new Map<string, ExplorerFile>();
  if (!existsSync(folder)) return files;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const absolute = path.join(entry.parentPath, entry.name);
    const name = path.relative(folder, absolute).replaceAll(path.sep, '/');
    const extension = path.extname(name);
    files.set(name, {
      contentType: contentTypes[extension] ?? 'application/octet-stream',
      cacheControl: name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      isCompressible: compressible.has(extension),
      plain: readFileSync(absolute),
      encoded: new Map(),
    });
  }
  return files;
}

function sendFile(file: ExplorerFile, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const encoding = file.isCompressible
    ? acceptedEncoding(request.headers['accept-encoding'], ['br', 'gzip'])
    : undefined;
  reply.type(file.contentType).headers({
    'cache-control': file.cacheControl,
    'content-security-policy': contentSecurityPolicy,
    vary: 'Accept-Encoding',
  });
  if (encoding === undefined) return reply.send(file.plain);
  return reply.header('content-encoding', encoding).send(encodedBody(file, encoding));
}

function encodedBody(file: ExplorerFile, encoding: 'br' | 'gzip'): Buffer {
  const known = file.encoded.get(encoding);
  if (known !== undefined) return known;
  // Quality 5 costs a tenth of the default 11 and gives up a few per cent.
  const params = { [constants.BROTLI_PARAM_QUALITY]: 5 };
  const body =
    encoding === 'br' ? brotliCompressSync(file.plain, { params }) : gzipSync(file.plain);
  file.encoded.set(encoding, body);
  return body;
}
