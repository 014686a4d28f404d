import { AppError } from '@plaza/schema/errors';
import type { FastifyRequest } from 'fastify';
import { isOriginAllowed } from '../allowed-origin.ts';
import type { Config } from '../config.ts';

/** Content types that a page may send anywhere without asking first (Fetch, section 2.2.2). */
const simpleContentType =
  /^(?:application\/x-www-form-urlencoded|multipart\/form-data|text\/plain)\s*(?:;|$)/i;

/**
 * Refuses a query by GET that a page of another origin makes without being allowed to: by an image, a
 * script or a link it could run queries in the name of its visitor and tell by the time they take what
 * they find. Browsers say where a request comes from (Fetch Metadata, section 2); for those that do
 * not, `csrf.requiredHeaders` names headers that no page can send without a preflight. POST needs no such
 * care: its content type always causes one. Throws AppError FORBIDDEN.
 */
export function refuseCrossSite({ headers }: FastifyRequest, { csrf, cors }: Config): void {
  if (!csrf.enabled) return;
  const { origin } = headers;
  if (origin !== undefined && isOriginAllowed(origin, cors)) return;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    const message = 'Pages of other origins must use CORS, from an origin that may (cors.origins)';
    throw new AppError('FORBIDDEN', message);
  }
  const { requiredHeaders } = csrf;
  if (requiredHeaders.length === 0 || requiredHeaders.some((name) => headers[name])) return;
  const contentType = headers['content-type'];
  if (contentType !== undefined && !simpleContentType.test(contentType)) return;
  const message = `Send one of these headers with a query by GET: ${requiredHeaders.join(', ')}`;
  throw new AppError('FORBIDDEN', message);
}
